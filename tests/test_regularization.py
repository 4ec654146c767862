"""Penalties, dropout, softened targets: values by hand, laws, extremes, errors."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import assert_vjp
from strategies import alike, arrays, distributions

from nnmath.costs import one_hot, softmax_cross_entropy, softmax_cross_entropy_backward
from nnmath.regularization import (
    dropout,
    dropout_backward,
    dropout_mask,
    l1_penalty,
    l1_penalty_backward,
    l2_penalty,
    l2_penalty_backward,
    smooth_labels,
)
from nnmath.testing import assert_gradient

pytestmark = pytest.mark.filterwarnings("error")

PENALTIES = [(l1_penalty, l1_penalty_backward), (l2_penalty, l2_penalty_backward)]
STRENGTHS = st.just(0.0) | st.floats(1e-3, 10.0)
RATES = st.floats(0.0, 0.99)
DTYPES = [np.float16, np.float32, np.float64]


def same(actual, expected, rtol=1e-14, atol=0.0):
    """Compare to nearly the last digit."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


# Values by hand

WEIGHTS = [[1.0, -2.0], [0.5, 0.0]]


def test_l2_penalty_by_hand():
    # 4 / 2 times 1 + 4 + 0.25 = 5.25; the derivative is 4 times each weight
    assert l2_penalty(WEIGHTS, 4.0) == 10.5
    assert l2_penalty_backward(WEIGHTS, 4.0).tolist() == [[4.0, -8.0], [2.0, 0.0]]


def test_l1_penalty_by_hand():
    # 4 times 1 + 2 + 0.5; the derivative is 4 times the sign
    assert l1_penalty(WEIGHTS, 4.0) == 14.0
    assert l1_penalty_backward(WEIGHTS, 4.0).tolist() == [[4.0, -4.0], [4.0, 0.0]]


def test_dropout_by_hand():
    # Three of four stay on average: what stays is divided by 3/4.
    mask = [1.0, 0.0, 1.0]
    same(dropout([3.0, 5.0, -6.0], mask, 0.25), [4.0, 0.0, -8.0])
    same(dropout_backward([0.75, 1.0, 1.5], mask, 0.25), [1.0, 0.0, 2.0])


def test_smooth_labels_by_hand():
    # 0.8 * 1 + 0.2 / 4 = 0.85 for the right class, 0.2 / 4 = 0.05 for each other
    same(smooth_labels([0.0, 0.0, 1.0, 0.0], 0.2), [0.05, 0.05, 0.85, 0.05])


# Penalties


@pytest.mark.parametrize(("penalty", "backward"), PENALTIES)
@given(W=arrays(), strength=STRENGTHS)
def test_penalties_grow_with_the_strength(penalty, backward, W, strength):
    same(penalty(W, strength), strength * penalty(W, 1.0), rtol=1e-12)
    same(backward(W, strength), strength * backward(W, 1.0), rtol=1e-12)
    assert penalty(W, strength) >= 0.0
    assert backward(W, strength).shape == W.shape


@given(arrays(), st.floats(0.01, 10.0))
def test_penalties_of_a_multiple(W, factor):
    same(l1_penalty(factor * W, 1.0), factor * l1_penalty(W, 1.0), rtol=1e-12)
    same(l2_penalty(factor * W, 1.0), factor**2 * l2_penalty(W, 1.0), rtol=1e-12)


@pytest.mark.parametrize(("penalty", "backward"), PENALTIES)
@given(W=arrays(), V=arrays(), strength=STRENGTHS)
def test_penalties_of_several_matrices_add_up(penalty, backward, W, V, strength):
    together = np.concatenate([W.ravel(), V.ravel()])
    same(penalty(together, strength), penalty(W, strength) + penalty(V, strength), rtol=1e-12)


@given(arrays((2, 3), bound=3.0), STRENGTHS)
def test_l2_gradient_in_every_entry(W, strength):
    assert_gradient(lambda w: float(l2_penalty(w, strength)), l2_penalty_backward(W, strength), W)


@given(arrays((2, 3)), STRENGTHS)
def test_l1_gradient_away_from_the_kink(W, strength):
    W = W + np.where(W < 0.0, -0.1, 0.1)
    assert_gradient(lambda w: float(l1_penalty(w, strength)), l1_penalty_backward(W, strength), W)


def test_l1_at_the_kink_is_between_both_slopes():
    h = 1e-6
    right = (l1_penalty([h], 3.0) - l1_penalty([0.0], 3.0)) / h
    left = (l1_penalty([0.0], 3.0) - l1_penalty([-h], 3.0)) / h
    same([left, right], [-3.0, 3.0])
    assert l1_penalty_backward([0.0, -0.0], 3.0).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("penalty", "backward"), PENALTIES)
def test_penalties_at_extremes(penalty, backward, dtype):
    W = np.array([1000.0, -1000.0, 0.0], dtype)
    strength = 2.0**-12  # so that half precision holds the result
    expected = 2000.0 * strength if penalty is l1_penalty else 1e6 * strength
    same(penalty(0.1 * W, 1.0), 0.1 * 2000.0 if penalty is l1_penalty else 1e4, rtol=2e-3)
    if dtype != np.float16 or penalty is l1_penalty:  # a square of 1000 is too large for it
        same(penalty(W, strength), expected)
    assert penalty(W[:1] * 0.0, strength) == 0.0
    assert penalty(W[:0], strength) == 0.0
    assert backward(W[:0], strength).shape == (0,)
    assert backward(W, strength).dtype == dtype
    assert penalty(W * dtype(0.001), 0.0) == 0.0


@pytest.mark.parametrize(("penalty", "backward"), PENALTIES)
@pytest.mark.parametrize(
    ("W", "strength", "error", "message"),
    [
        ([np.nan], 1.0, ValueError, r"^W: expected finite numbers, got nan at index \(0,\)$"),
        ([1.0], -0.5, ValueError, "^strength: expected a finite number of at least 0.0, got -0.5$"),
        ([1.0], np.inf, ValueError, "^strength: expected a finite number of at least 0.0, got inf"),
        ([1.0], "1", TypeError, "^strength: expected a finite number of at least 0.0, got str '1'"),
        ([1], 1.0, TypeError, "^W: expected a nested list of real floating-point numbers"),
    ],
)
def test_what_penalties_refuse(penalty, backward, W, strength, error, message):
    for function in (penalty, backward):
        with pytest.raises(error, match=message):
            function(W, strength)


# Dropout


@st.composite
def dropped(draw):
    """Draw activations, a mask for them, and a rate."""
    x, bits = draw(alike(2))
    return x, (bits > 0.0).astype(float), draw(RATES)


@given(dropped())
def test_dropout_is_linear_and_its_own_transpose(drawn):
    x, mask, rate = drawn
    same(dropout(3.0 * x, mask, rate), 3.0 * dropout(x, mask, rate), rtol=1e-12)
    # The Jacobian is diagonal: forward and backward do the same to their arguments.
    np.testing.assert_array_equal(dropout_backward(x, mask, rate), dropout(x, mask, rate))


@given(dropped())
def test_dropout_gradient(drawn):
    x, mask, rate = drawn
    assert_vjp(
        lambda x: dropout(x, mask, rate),
        lambda dd, x: (dropout_backward(dd, mask, rate),),
        {"x": x},
        ("x",),
        automatic=False,
    )


@pytest.mark.parametrize("rate", [0.0, 0.125, 0.5, 0.9])
def test_mean_over_all_masks_is_what_came_in(rate):
    x = np.array([1.0, -2.0, 0.5, 4.0])
    total = np.zeros(4)
    for bits in itertools.product([0.0, 1.0], repeat=4):
        mask = np.array(bits)
        probability = np.prod(np.where(mask == 1.0, 1.0 - rate, rate))
        total += probability * dropout(x, mask, rate)
    same(total, x)


@pytest.mark.parametrize("dtype", DTYPES)
def test_dropout_at_extremes(dtype):
    x = np.array([1000.0, -1000.0], dtype)
    ones, zeros = np.ones(2, dtype), np.zeros(2, dtype)
    assert dropout(x, ones, 0.0).tolist() == x.tolist()
    assert dropout(x, zeros, 0.5).tolist() == [0.0, 0.0]
    assert dropout(x, ones, 0.5).tolist() == [2000.0, -2000.0]
    assert dropout(x, ones, 0.5).dtype == dropout_backward(x, ones, 0.5).dtype == dtype
    assert dropout(x[:0], ones[:0], 0.5).shape == (0,)
    assert dropout(dtype(2.0), dtype(1.0), 0.5) == 4.0


@pytest.mark.parametrize(("function", "name"), [(dropout, "x"), (dropout_backward, "dd")])
@pytest.mark.parametrize(
    ("mask", "rate", "error", "message"),
    [
        ([1.0], 0.5, ValueError, r"^mask: expected the shape of {}, \(2,\), got shape \(1,\)$"),
        (
            [1.0, 0.5],
            0.5,
            ValueError,
            r"^mask: expected zeros and ones, got a float64 array of sha",
        ),
        ([1.0, np.nan], 0.5, ValueError, "^mask: expected zeros and ones, got"),
        ([1, 0], 0.5, TypeError, "^mask: expected a nested list of real floating-point numbers"),
        ([1.0, 0.0], 1.0, ValueError, "^rate: expected .* at least 0.0 and below 1.0, got 1.0$"),
        ([1.0, 0.0], -0.1, ValueError, "^rate: expected .* at least 0.0 and below 1.0, got -0.1$"),
        ([1.0, 0.0], None, TypeError, "^rate: expected .* at least 0.0 and below 1.0, got None$"),
    ],
)
def test_what_dropout_refuses(function, name, mask, rate, error, message):
    with pytest.raises(error, match=message.format(name)):
        function([1.0, 2.0], mask, rate)


# Masks


@given(st.floats(0.0, 0.99), st.integers(0, 2**32))
def test_masks_come_from_the_seed(rate, seed):
    drawn = [dropout_mask((3, 4), rate, rng=np.random.default_rng(seed)) for _ in range(2)]
    np.testing.assert_array_equal(*drawn)
    # An entry stays if the number drawn for it is at least the rate.
    expected = np.random.default_rng(seed).random((3, 4)) >= rate
    np.testing.assert_array_equal(drawn[0], expected)


def test_share_that_stays():
    mask = dropout_mask(100_000, 0.3, rng=np.random.default_rng(1))
    # The standard deviation of the share is the root of 0.3 * 0.7 / 100,000, or 0.00145.
    assert abs(mask.mean() - 0.7) < 4.5 * 0.00145
    assert set(mask.tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [0, 3, (), (2, 0), (2, 3), [4]])
def test_shapes_and_dtypes_of_masks(shape, dtype):
    mask = dropout_mask(shape, 0.0, rng=np.random.default_rng(0), dtype=dtype)
    expected = (shape,) if isinstance(shape, int) else tuple(shape)
    assert mask.shape == expected
    assert mask.dtype == dtype
    assert (mask == 1.0).all()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"shape": -1}, ValueError, "shape: expected a whole number of at least 0, got -1"),
        ({"shape": 1.5}, TypeError, "shape: expected a whole number of at least 0, got float 1.5"),
        ({"rate": 1.0}, ValueError, "rate: expected a finite number of at least 0.0 and below 1.0"),
        ({"rate": "0"}, TypeError, "rate: expected a finite number of at least 0.0 and below 1.0"),
        ({"rng": 3}, TypeError, "rng: expected a numpy.random.Generator"),
        ({"dtype": int}, TypeError, "dtype: expected a real floating dtype, got <class 'int'>"),
    ],
)
def test_what_masks_refuse(arguments, error, message):
    given_ = {"shape": 3, "rate": 0.5, "rng": np.random.default_rng(0)} | arguments
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        dropout_mask(**given_)


# Softened targets


@given(distributions((3, 4)), st.floats(0.0, 0.99))
def test_smoothed_labels_are_distributions(y, smoothing):
    smoothed = smooth_labels(y, smoothing)
    same(smoothed.sum(axis=-1), np.ones(3), rtol=1e-12)
    assert (smoothed >= 0.0).all()
    # Every class moves towards 1/4 by the same part of the way.
    same(smoothed - 0.25, (1.0 - smoothing) * (y - 0.25), rtol=1e-9, atol=1e-15)


@given(st.floats(0.01, 0.99), st.integers(2, 6))
def test_the_best_logits_for_smoothed_labels_are_finite(smoothing, n):
    # The gradient is p - u: it is 0 where p is u, at logits log u.
    u = smooth_labels(one_hot([0], n), smoothing)
    np.testing.assert_allclose(softmax_cross_entropy_backward(np.log(u), u), 0.0, atol=1e-15)
    lowest = softmax_cross_entropy(np.log(u), u)
    assert softmax_cross_entropy(np.log(u) + np.eye(n)[0], u) > lowest


@pytest.mark.parametrize("dtype", DTYPES)
def test_smoothing_at_extremes(dtype):
    y = one_hot([1], 3, dtype=dtype)
    assert smooth_labels(y, 0.0).tolist() == y.tolist()
    assert smooth_labels(y, 0.5).dtype == dtype
    assert smooth_labels(np.ones((2, 1), dtype), 0.5).tolist() == [[1.0], [1.0]]
    assert smooth_labels(np.zeros((0, 3), dtype), 0.5).shape == (0, 3)


@pytest.mark.parametrize(
    ("y", "smoothing", "error", "message"),
    [
        (
            [0.5, 0.6],
            0.1,
            ValueError,
            "^y: expected probabilities that sum to 1 along the last axi",
        ),
        ([-0.5, 1.5], 0.1, ValueError, "^y: expected numbers from 0.0 to 1.0, got -0.5 at index"),
        (np.zeros((3, 0)), 0.1, ValueError, "^y: expected at least one output along the last axis"),
        ([1.0, 0.0], 1.0, ValueError, "^smoothing: expected .* and below 1.0, got 1.0$"),
        ([1.0, 0.0], math.nan, ValueError, "^smoothing: expected .* and below 1.0, got nan$"),
        ([1.0, 0.0], "a", TypeError, "^smoothing: expected .* and below 1.0, got str 'a'$"),
        ([1, 0], 0.1, TypeError, "^y: expected a nested list of real floating-point numbers"),
    ],
)
def test_what_smoothing_refuses(y, smoothing, error, message):
    with pytest.raises(error, match=message):
        smooth_labels(y, smoothing)
