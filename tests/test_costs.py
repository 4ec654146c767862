"""Costs: values by hand, laws, extremes, errors."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import assert_vjp
from strategies import alike, arrays, distributions, floats, pairs_of_extremes, rows

from nnmath.activations import sigmoid, softmax
from nnmath.costs import (
    COSTS,
    Cost,
    get_cost,
    mean_squared_error,
    mean_squared_error_backward,
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_backward,
    softmax_cross_entropy,
    softmax_cross_entropy_backward,
    squared_error,
    squared_error_backward,
)

pytestmark = pytest.mark.filterwarnings("error")

SQUARED = [
    squared_error,
    squared_error_backward,
    mean_squared_error,
    mean_squared_error_backward,
]
BINARY = [sigmoid_cross_entropy, sigmoid_cross_entropy_backward]
CATEGORICAL = [softmax_cross_entropy, softmax_cross_entropy_backward]
EVERY = [*SQUARED, *BINARY, *CATEGORICAL]
DTYPES = [np.float16, np.float32, np.float64]


def same(actual, expected, rtol=1e-14, atol=0.0):
    """Compare to nearly the last digit."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


def first_name(function):
    """Return what a cost calls its outputs."""
    return "a" if function in SQUARED else "logits"


# Values by hand


def test_squared_error_by_hand():
    # (0.5 - 1)^2 + (1 - 3)^2 = 0.25 + 4; derivatives 2 (0.5 - 1) and 2 (1 - 3)
    assert squared_error([0.5, 1.0], [1.0, 3.0]) == 4.25
    assert squared_error_backward([0.5, 1.0], [1.0, 3.0]).tolist() == [-1.0, -4.0]


def test_mean_squared_error_by_hand():
    # half of all of the above, because there are two outputs
    assert mean_squared_error([0.5, 1.0], [1.0, 3.0]) == 2.125
    assert mean_squared_error_backward([0.5, 1.0], [1.0, 3.0]).tolist() == [-0.5, -2.0]


def test_sigmoid_cross_entropy_by_hand():
    # sigmoid(ln 3) = 3/4. Wanted yes: -ln 3/4. Wanted no: -ln 1/4. Half of each:
    # -(ln 3/4 + ln 1/4) / 2
    z, yes, no = [math.log(3.0)], -math.log(3 / 4), -math.log(1 / 4)
    same(sigmoid_cross_entropy(z, [1.0]), yes)
    same(sigmoid_cross_entropy(z, [0.0]), no)
    same(sigmoid_cross_entropy(z, [0.5]), (yes + no) / 2)
    # two outputs add up
    same(sigmoid_cross_entropy(z + z, [1.0, 0.0]), yes + no)
    # 3/4 - 1 and 3/4 - 0
    same(sigmoid_cross_entropy_backward(z + z, [1.0, 0.0]), [-1 / 4, 3 / 4])


def test_softmax_cross_entropy_by_hand():
    # softmax = (1, 2, 5) / 8. The right class is the second: -ln 2/8
    z = [0.0, math.log(2.0), math.log(5.0)]
    same(softmax_cross_entropy(z, [0.0, 1.0, 0.0]), -math.log(2 / 8))
    # half first, half third: -(ln 1/8 + ln 5/8) / 2
    same(softmax_cross_entropy(z, [0.5, 0.0, 0.5]), -(math.log(1 / 8) + math.log(5 / 8)) / 2)
    # softmax minus the target
    same(softmax_cross_entropy_backward(z, [0.0, 1.0, 0.0]), [1 / 8, -6 / 8, 5 / 8])


# Laws


@given(alike(2))
def test_squared_errors_are_symmetric_and_zero_only_at_the_target(arrays):
    a, y = arrays
    n = a.shape[-1]
    same(squared_error(a, y), squared_error(y, a))
    same(mean_squared_error(a, y), squared_error(a, y) / n, rtol=1e-13)
    same(mean_squared_error_backward(a, y), squared_error_backward(a, y) / n, rtol=1e-13)
    assert np.all(squared_error(y, y) == 0.0)
    assert np.all(squared_error_backward(y, y) == 0.0)
    assert np.all((squared_error(a, y) > 0.0) == np.any(a != y, axis=-1))


@given(rows(), st.data())
def test_sigmoid_cross_entropy_is_never_below_the_entropy(z, data):
    y = data.draw(arrays(z.shape, bound=1.0).map(np.abs))
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(p == 0.0, 0.0, p * np.log(p)) for p in (y, 1.0 - y)]
    entropy = -np.sum(parts, axis=(0, -1))
    assert np.all(sigmoid_cross_entropy(z, y) >= entropy - 1e-12)
    # Yes for z is no for -z. (1 - y is rounded, hence the absolute tolerance.)
    opposite = sigmoid_cross_entropy(-z, 1.0 - y)
    same(opposite, sigmoid_cross_entropy(z, y), rtol=1e-12, atol=1e-14)
    # For certain answers it is minus the logarithm of what they were given.
    certain = -np.log(sigmoid(z)).sum(axis=-1)
    same(sigmoid_cross_entropy(z, np.ones_like(z)), certain, rtol=1e-12, atol=1e-14)


@given(rows(), st.data())
def test_softmax_cross_entropy_is_never_below_the_entropy(z, data):
    y = data.draw(distributions(z.shape))
    entropy = -np.sum(y * np.log(y), axis=-1)
    assert np.all(softmax_cross_entropy(z, y) >= entropy - 1e-12)
    # It is the entropy when the network says exactly what is wanted.
    same(softmax_cross_entropy(np.log(y), y), entropy, rtol=1e-12, atol=1e-14)
    same(softmax_cross_entropy_backward(np.log(y), y), np.zeros_like(y), atol=1e-14)
    # The derivative along a shift of all logits is zero.
    total = softmax_cross_entropy_backward(z, y).sum(axis=-1)
    same(total, np.zeros(z.shape[:-1]), atol=1e-14)


@given(floats(), floats(), st.sampled_from([0.0, 0.25, 1.0]))
def test_two_classes_are_one_yes_or_no(one, other, y):
    # softmax over two logits is the sigmoid of their difference
    two = softmax_cross_entropy([one, other], [y, 1.0 - y])
    same(two, sigmoid_cross_entropy([one - other], [y]), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_each_sample_has_its_own_cost(cost):
    z = np.random.default_rng(1).normal(size=(2, 3, 4))
    y = softmax(np.random.default_rng(2).normal(size=(2, 3, 4)))
    together, derivatives = cost.function(z, y), cost.backward(z, y)
    assert together.shape == (2, 3)
    assert derivatives.shape == (2, 3, 4)
    for index in np.ndindex(2, 3):
        same(together[index], cost.function(z[index], y[index]))
        same(derivatives[index], cost.backward(z[index], y[index]))


# Derivatives


@settings(max_examples=25)
@given(st.data())
@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_derivatives(cost, data):
    def backward(dc, outputs, y):
        return (dc[..., None] * cost.backward(outputs, y),)

    name = "logits" if cost.takes_logits else "a"
    for shapes, automatic in [(rows(bound=6.0), False), (arrays((2, 3), bound=6.0), True)]:
        outputs = data.draw(shapes)
        point = {name: outputs, "y": data.draw(distributions(outputs.shape))}
        assert_vjp(cost.function, backward, point, (name,), automatic=automatic)


@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("z", [0.0, -0.0, 1e4, -1e4])
def test_automatic_derivative_at_special_points(z, target):
    y = [target, 1.0 - target]
    for cost in (get_cost("sigmoid_cross_entropy"), get_cost("softmax_cross_entropy")):
        logits = jnp.asarray([z, 0.0])
        slope = jax.grad(cost.function)(logits, jnp.asarray(y))
        same(np.asarray(slope), cost.backward([z, 0.0], y), rtol=1e-10, atol=1e-12)


# Extremes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1000.0, 1e4])
def test_squared_extremes(size, dtype):
    a, y = np.array([size, -size], dtype=dtype), np.array([-size, -size], dtype=dtype)
    with np.errstate(all="raise"):
        assert squared_error(a, y) == 4.0 * size**2
        assert mean_squared_error(a, y) == 2.0 * size**2
        assert squared_error_backward(a, y).tolist() == [4.0 * size, 0.0]
        assert mean_squared_error_backward(a, y).tolist() == [2.0 * size, 0.0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [1000.0, 1e4, None])
def test_cross_entropies_at_extremes(size, dtype):
    size = float(np.finfo(dtype).max) if size is None else size
    z = np.array([size, -size], dtype=dtype)
    right, wrong = np.array([1, 0], dtype=dtype), np.array([0, 1], dtype=dtype)
    with np.errstate(all="raise", under="ignore"):
        for cost in (sigmoid_cross_entropy, softmax_cross_entropy):
            assert cost(z, right) == 0.0
            assert cost(z, right).dtype == dtype
            assert math.copysign(1.0, cost(z, right)) == 1.0
        for backward in (sigmoid_cross_entropy_backward, softmax_cross_entropy_backward):
            assert backward(z, right).tolist() == [0.0, 0.0]
            assert backward(z, wrong).tolist() == [1.0, -1.0]
    if size < 30000.0:
        # Sigmoid: both outputs cost their size. Softmax: the logits lie twice that apart.
        assert sigmoid_cross_entropy(z, wrong) == 2.0 * size
        assert softmax_cross_entropy(z, wrong) == 2.0 * size


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_no_size_of_number_breaks_them(cost, dtype):
    outputs = pairs_of_extremes(dtype)
    rows = np.eye(2, dtype=dtype)[np.arange(len(outputs)) % 2]
    targets = [rows, rows[::-1], np.full_like(rows, 0.5)] if cost.takes_logits else [outputs[::-1]]
    for y in targets:
        for result in (cost.function(outputs, y), cost.backward(outputs, y)):
            assert result.dtype == dtype
            assert not np.isnan(result).any()  # beyond the largest float it is infinity
        assert np.all(cost.function(outputs, y) >= 0.0)


def test_tiny_costs_keep_their_digits():
    # -log sigmoid(z) = log(1 + e^-z), about e^-z: far below the precision of 1.
    same(sigmoid_cross_entropy([50.0], [1.0]), math.exp(-50.0))
    same(sigmoid_cross_entropy([-50.0], [0.0]), math.exp(-50.0))


@pytest.mark.parametrize("function", EVERY)
def test_no_samples_and_one_output(function):
    shape = (0, 3) if function.__name__.endswith("backward") else (0,)
    assert function(np.zeros((0, 3)), np.zeros((0, 3))).shape == shape
    assert np.all(function(np.ones((2, 1)), np.ones((2, 1))) <= math.log1p(math.exp(-1.0)))


def test_distribution_may_be_off_by_rounding():
    for dtype in DTYPES:
        y = np.full((1, 7), 1.0 / 7.0, dtype=dtype)
        softmax_cross_entropy(np.zeros((1, 7), dtype=dtype), y)


# Errors


@pytest.mark.parametrize("function", EVERY)
def test_shapes_are_never_broadcast(function):
    name = first_name(function)
    for one, other in [((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), (2, 3)), ((2, 3), (3, 2))]:
        message = f"^y: expected the shape of {name}, .*, got shape"
        with pytest.raises(ValueError, match=message):
            function(np.full(one, 1 / one[-1]), np.full(other, 1 / other[-1]))


@pytest.mark.parametrize("function", EVERY)
def test_there_must_be_outputs(function):
    name = first_name(function)
    message = f"^{name}: expected at least one output along the last axis, got shape"
    with pytest.raises(ValueError, match=rf"{message} \(2, 0\)$"):
        function(np.zeros((2, 0)), np.zeros((2, 0)))
    with pytest.raises(ValueError, match=rf"{message} \(\)$"):
        function(0.5, 0.5)


@pytest.mark.parametrize("function", EVERY)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_must_be_finite(function, bad):
    name = first_name(function)
    outputs = np.array([[0.5, 0.5], [0.5, bad]])
    message = rf"^{name}: expected finite numbers, got {bad} at index \(1, 1\)$"
    with pytest.raises(ValueError, match=message):
        function(outputs, np.full((2, 2), 0.5))
    with pytest.raises(ValueError, match=rf"^y: expected .*, got {bad} at index \(1, 1\)$"):
        function(np.full((2, 2), 0.5), outputs)


@pytest.mark.parametrize("function", BINARY + CATEGORICAL)
@pytest.mark.parametrize("bad", [-0.1, 1.1])
def test_targets_must_be_probabilities(function, bad):
    message = rf"^y: expected numbers from 0.0 to 1.0, got {bad} at index \(1,\)$"
    with pytest.raises(ValueError, match=message):
        function([0.0, 0.0], [0.5, bad])


@pytest.mark.parametrize("function", CATEGORICAL)
def test_targets_must_sum_to_one(function):
    message = r"^y: expected probabilities that sum to 1 along the last axis, got a sum of "
    with pytest.raises(ValueError, match=message + r"0\.75$"):
        function([0.0, 0.0], [0.5, 0.25])
    with pytest.raises(ValueError, match=message + r"1\.000001 in row \(1,\)$"):
        function(np.zeros((2, 2)), [[0.5, 0.5], [0.5, 0.500001]])


def test_table():
    logits = {name: cost.takes_logits for name, cost in COSTS.items()}
    assert logits == {
        "squared_error": False,
        "mean_squared_error": False,
        "sigmoid_cross_entropy": True,
        "softmax_cross_entropy": True,
    }
    assert all(name == cost.name for name, cost in COSTS.items())
    with pytest.raises(TypeError):
        COSTS["mine"] = COSTS["squared_error"]


def test_get_cost():
    mine = Cost("mine", squared_error, squared_error_backward, takes_logits=False)
    assert get_cost(mine) is mine
    assert get_cost("squared_error").function is squared_error
    message = "^cost: expected one of squared_error, .*, got 'square'$"
    with pytest.raises(ValueError, match=message):
        get_cost("square")
    with pytest.raises(TypeError, match="^cost: expected a name or a Cost, got int 3$"):
        get_cost(3)
    for wrong, message in [
        (mine._replace(name=None), "name: expected a text, got None"),
        (mine._replace(function=1), "function: expected a function, got int 1"),
        (mine._replace(backward=1), "backward: expected a function, got int 1"),
        (mine._replace(takes_logits=0), "takes_logits: expected True or False, got int 0"),
    ]:
        with pytest.raises(TypeError, match=rf"^cost\.{message}$"):
            get_cost(wrong)
