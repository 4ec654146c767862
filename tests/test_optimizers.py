"""Optimisers: steps worked by hand, laws, what they remember, errors."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import arrays, floats
from trainings import OPTIMIZERS, fresh

from nnmath.optimizers import (
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
    Optimizer,
)

pytestmark = pytest.mark.filterwarnings("error")


def after(optimizer, start, gradients):
    """Return the parameter after a step for each of the gradients."""
    parameter = np.array(start)
    for gradient in gradients:
        optimizer.step([parameter], [np.array(gradient)])
    return parameter


# Values by hand


def test_gradient_descent_by_hand():
    # 1 - 0.25 * 4 = 0 and 2 - 0.25 * (-2) = 2.5
    assert after(GradientDescent(0.25), [1.0, 2.0], [[4.0, -2.0]]).tolist() == [0.0, 2.5]


def test_momentum_by_hand():
    optimizer = Momentum(0.25, momentum=0.5)
    # v = 0.5 * 0 - 0.25 * 4 = -1, so 1 becomes 0; then
    # v = 0.5 * (-1) - 0.25 * 2 = -1, so 0 becomes -1.
    assert after(optimizer, [1.0], [[4.0], [2.0]]).tolist() == [-1.0]
    assert optimizer.state["velocity"][0].tolist() == [-1.0]
    assert optimizer.n_steps == 2


def test_adam_by_hand():
    optimizer = Adam(0.5, beta1=0.5, beta2=0.75, epsilon=2.0)
    parameter = np.array([1.0])
    # m = 0.5 * 0 + 0.5 * 2 = 1, over 1 - 0.5 gives 2
    # v = 0.75 * 0 + 0.25 * 2^2 = 1, over 1 - 0.75 gives 4, the root of that is 2
    # 1 - 0.5 * 2 / (2 + 2) = 0.75
    optimizer.step([parameter], [np.array([2.0])])
    assert parameter.tolist() == [0.75]
    # m = 0.5 * 1 + 0.5 * 5 = 3, over 1 - 0.5^2 = 3/4 gives 4
    # v = 0.75 * 1 + 0.25 * 5^2 = 7, over 1 - 0.75^2 = 7/16 gives 16, the root of that is 4
    # 0.75 - 0.5 * 4 / (4 + 2) = 0.75 - 1/3
    optimizer.step([parameter], [np.array([5.0])])
    np.testing.assert_allclose(parameter, [0.75 - 1.0 / 3.0], rtol=1e-15)
    assert optimizer.state["mean"][0].tolist() == [3.0]
    assert optimizer.state["mean_of_squares"][0].tolist() == [7.0]
    assert optimizer.n_steps == 2


def test_adamw_by_hand():
    optimizer = AdamW(0.5, beta1=0.5, beta2=0.75, epsilon=2.0, weight_decay=0.25)
    parameter = np.array([8.0])
    # The decay: 8 - 0.5 * 0.25 * 8 = 7. Then Adam's step, of a gradient of 2, as above:
    # m = 1, over 1 - 0.5 gives 2; v = 1, over 1 - 0.75 gives 4, the root of that is 2;
    # 7 - 0.5 * 2 / (2 + 2) = 6.75
    optimizer.step([parameter], [np.array([2.0])])
    assert parameter.tolist() == [6.75]
    # The decay: 6.75 * (1 - 0.125) = 5.90625; m = 3 and v = 7 as above;
    # 5.90625 - 0.5 * 4 / (4 + 2) = 5.90625 - 1/3
    optimizer.step([parameter], [np.array([5.0])])
    np.testing.assert_allclose(parameter, [5.90625 - 1.0 / 3.0], rtol=1e-15)
    # The decay isn't in the means.
    assert optimizer.state["mean"][0].tolist() == [3.0]
    assert optimizer.state["mean_of_squares"][0].tolist() == [7.0]


def test_defaults():
    assert repr(AdamW()) == (
        "AdamW(learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08, weight_decay=0.01)"
    )
    assert repr(Adam()) == "Adam(learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08)"
    assert repr(Momentum(1)) == "Momentum(learning_rate=1.0, momentum=0.9)"
    assert repr(GradientDescent(np.float64(0.5))) == "GradientDescent(learning_rate=0.5)"


# Laws


#: Some gradients for one array of parameters, one after the other.
SEQUENCES = st.lists(arrays((2, 3)), min_size=1, max_size=6)


@given(arrays((2, 3)), SEQUENCES, st.floats(1e-3, 10.0))
def test_momentum_zero_is_gradient_descent(start, gradients, rate):
    plain = after(GradientDescent(rate), start, gradients)
    np.testing.assert_array_equal(after(Momentum(rate, momentum=0.0), start, gradients), plain)


@given(SEQUENCES, st.floats(0.0, 0.99), st.floats(1e-3, 10.0))
def test_velocity_is_a_fading_sum_of_gradients(gradients, momentum, rate):
    optimizer = Momentum(rate, momentum)
    after(optimizer, np.zeros((2, 3)), gradients)
    last = len(gradients) - 1
    total = sum(-rate * momentum ** (last - t) * g for t, g in enumerate(gradients))
    # A few roundings of numbers up to 10 * 20 * 6.
    np.testing.assert_allclose(optimizer.state["velocity"][0], total, rtol=1e-12, atol=1e-11)


def adam_algorithm_1(theta, gradients, alpha, beta_1, beta_2, epsilon):
    """Take the steps of Kingma and Ba's algorithm 1 with plain numbers."""
    m = v = 0.0
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g * g
        m_hat = m / (1 - beta_1**t)
        v_hat = v / (1 - beta_2**t)
        theta = theta - alpha * m_hat / (math.sqrt(v_hat) + epsilon)
    return theta


@given(
    floats(),
    st.lists(floats(), min_size=1, max_size=8),
    st.floats(1e-3, 1.0),
    st.floats(0.0, 0.99),
    st.floats(0.0, 0.999),
)
def test_adam_is_its_published_algorithm(start, gradients, rate, beta1, beta2):
    ours = after(Adam(rate, beta1, beta2), [start], [[g] for g in gradients])
    theirs = adam_algorithm_1(start, gradients, rate, beta1, beta2, 1e-8)
    np.testing.assert_allclose(ours, [theirs], rtol=1e-12, atol=1e-12)


@given(arrays((2, 3)), SEQUENCES, st.floats(1e-3, 1.0))
def test_adamw_without_decay_is_adam(start, gradients, rate):
    plain = after(Adam(rate), start, gradients)
    np.testing.assert_array_equal(after(AdamW(rate, weight_decay=0), start, gradients), plain)


@given(
    floats(),
    st.lists(floats(), min_size=1, max_size=8),
    st.floats(1e-3, 1.0),
    st.floats(0.0, 1.0),
)
def test_adamw_is_its_published_algorithm(start, gradients, rate, decay):
    # Algorithm 2 with the decay times the learning rate, as PyTorch has it.
    m = v = 0.0
    theta = start
    for t, g in enumerate(gradients, 1):
        m, v = 0.9 * m + (1 - 0.9) * g, 0.999 * v + (1 - 0.999) * g * g
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
        theta = theta - rate * (m_hat / (math.sqrt(v_hat) + 1e-8) + decay * theta)
    ours = after(AdamW(rate, weight_decay=decay), [start], [[g] for g in gradients])
    np.testing.assert_allclose(ours, [theta], rtol=1e-12, atol=1e-12)


@given(arrays((2, 3)), st.integers(1, 6), st.floats(1e-3, 1.0), st.floats(0.0, 1.0))
def test_adamw_shrinks_what_has_no_gradient(start, n_steps, rate, decay):
    # Each step leaves a share of 1 - rate * decay.
    gradients = [np.zeros((2, 3))] * n_steps
    left = after(AdamW(rate, weight_decay=decay), start, gradients)
    np.testing.assert_allclose(left, start * (1.0 - rate * decay) ** n_steps, rtol=1e-12)


@given(arrays((2, 3)), SEQUENCES, st.integers(-8, 8))
def test_adam_hardly_minds_the_scale_of_the_gradient(start, gradients, exponent):
    # A power of 2 rounds nothing, and cancels but for epsilon, here next to nothing.
    scaled = [2.0**exponent * g for g in gradients]
    actual, expected = (after(Adam(0.1, epsilon=1e-150), start, g) for g in (scaled, gradients))
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


@given(floats().filter(lambda g: abs(g) > 1e-3), st.floats(1e-3, 1.0))
def test_first_step_of_adam_is_the_learning_rate(gradient, rate):
    # The corrected means are g and g^2: rate * g / (|g| + 1e-8), within 1e-5 of the sign.
    moved = after(Adam(rate), [0.0], [[gradient]])
    np.testing.assert_allclose(moved, [-rate * np.sign(gradient)], rtol=2e-5)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@settings(max_examples=20)
@given(start=arrays((2, 3)), other=arrays((4,)), data=st.data())
def test_parameters_do_not_mind_each_other(optimizer, start, other, data):
    first, second = start.copy(), other.copy()
    gradients = [(data.draw(arrays((2, 3))), data.draw(arrays((4,)))) for _ in range(3)]
    both = fresh(optimizer)
    for pair in gradients:
        both.step([first, second], list(pair))
    alone = [
        after(fresh(optimizer), array, [pair[i] for pair in gradients])
        for i, array in enumerate((start, other))
    ]
    np.testing.assert_array_equal(first, alone[0])
    np.testing.assert_array_equal(second, alone[1])


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@settings(max_examples=20)
@given(start=arrays((2, 3)), gradients=SEQUENCES)
def test_reset_forgets(optimizer, start, gradients):
    used = fresh(optimizer)
    first = after(used, start, gradients)
    assert used.n_steps == len(gradients)
    used.reset()
    assert (used.n_steps, used.state) == (0, {})
    np.testing.assert_array_equal(after(used, start, gradients), first)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@settings(max_examples=20)
@given(start=arrays((2, 3)), gradients=SEQUENCES)
def test_copy_goes_on_alike(optimizer, start, gradients):
    used = fresh(optimizer)
    middle = after(used, start, gradients)
    other = copy.deepcopy(used)
    np.testing.assert_array_equal(after(other, middle, gradients), after(used, middle, gradients))


@pytest.mark.parametrize(
    ("optimizer", "near"), list(zip(OPTIMIZERS[:3], [1e-6, 1e-6, 0.25], strict=True))
)
def test_finds_the_bottom_of_a_bowl(optimizer, near):
    # The cost (w - 3)^2 / 2 has the derivative w - 3. The first two halve the distance every
    # few steps; Adam's steps stay near its rate, so it ends up within one of the bottom.
    used, parameter = fresh(optimizer), np.array([10.0, -10.0])
    for _ in range(400):
        used.step([parameter], [parameter - 3.0])
    np.testing.assert_allclose(parameter, [3.0, 3.0], rtol=0.0, atol=near)


# Arrays


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_step_is_in_place_and_keeps_the_dtype(optimizer, dtype):
    used = fresh(optimizer)
    parameters = [np.ones((2, 2), dtype), np.array(1.0, dtype), np.ones((0, 3), dtype)]
    gradients = [np.full_like(p, 2.0) for p in parameters]
    same = list(parameters)
    used.step(parameters, gradients)
    assert all(a is b for a, b in zip(parameters, same, strict=True))
    assert all(p.dtype == dtype for p in parameters)
    assert all(np.all(p < 1.0) for p in parameters)
    assert all(np.all(g == 2.0) for g in gradients)
    assert all(m.dtype == dtype for kept in used.state.values() for m in kept)
    assert [len(kept) for kept in used.state.values()] == [3] * len(used.memory)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_part_of_an_array_can_be_changed(optimizer):
    whole = np.ones((4, 4))
    used = fresh(optimizer)
    used.step((whole[::2, 1::2],), (np.ones((2, 2)),))
    assert np.count_nonzero(whole != 1.0) == 4
    assert np.all(whole[::2, 1::2] < 1.0)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e4, 1e-4, 1e-30, 0.0])
def test_extremes(optimizer, dtype, size):
    parameter = np.zeros(2, dtype)
    used = fresh(optimizer)
    with np.errstate(all="raise", under="ignore"):
        for _ in range(3):
            used.step([parameter], [np.array([size, -size], dtype)])
    assert np.isfinite(parameter).all()
    assert parameter[0] == -parameter[1] <= 0.0


def test_own_optimizer():
    class Still(Optimizer):
        """Only counts."""

        memory = ("seen",)

        def update(self, parameter, gradient, *memory):
            memory[0][...] += 1.0

    optimizer = Still()
    assert after(optimizer, [1.0], [[2.0], [3.0]]).tolist() == [1.0]
    assert optimizer.state["seen"][0].tolist() == [2.0]
    assert repr(optimizer) == "Still()"
    with pytest.raises(NotImplementedError, match="^update: expected a subclass of Optimizer that"):
        Optimizer().step([np.ones(1)], [np.ones(1)])
