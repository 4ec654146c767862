"""Learning rates that change: values by hand, laws, in optimisers and in training, errors."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trainings import parameters, small

from nnmath.optimizers import Adam, ConstantSchedule, CosineSchedule, GradientDescent, Optimizer
from nnmath.training import train

pytestmark = pytest.mark.filterwarnings("error")

RATES = st.floats(1e-6, 100.0)
#: Steps of warm-up, and how many there are after it until the end.
LENGTHS = st.tuples(st.integers(0, 20), st.integers(1, 50))


# Values by hand


def test_constant_by_hand():
    schedule = ConstantSchedule(0.8, warmup=3)
    # 0.8 * 1/4, 0.8 * 2/4, 0.8 * 3/4, then 0.8
    np.testing.assert_allclose([schedule(t) for t in range(1, 7)], [0.2, 0.4, 0.6, 0.8, 0.8, 0.8])
    assert [ConstantSchedule(0.5)(t) for t in (1, 2, 10**9)] == [0.5] * 3


def test_cosine_by_hand():
    schedule = CosineSchedule(0.9, n_steps=5, warmup=2, final=0.1)
    # Warm-up of 2 steps: 0.9 * 1/3 and 0.9 * 2/3. Then 0.1 + 0.4 (1 + cos(pi s)) with
    # s = 0, 1/3, 2/3 in steps 3, 4, 5: cosines 1, 1/2, -1/2, so 0.9, 0.7, 0.3; then 0.1.
    expected = [0.3, 0.6, 0.9, 0.7, 0.3, 0.1, 0.1]
    np.testing.assert_allclose([schedule(t) for t in range(1, 8)], expected, rtol=1e-15)


# Laws


@given(RATES, LENGTHS, st.floats(0.0, 1.0))
def test_cosine_rises_then_falls_between_its_bounds(rate, lengths, share):
    warmup, rest = lengths
    schedule = CosineSchedule(rate, n_steps=warmup + rest, warmup=warmup, final=share * rate)
    values = [schedule(t) for t in range(1, warmup + rest + 3)]
    rising, falling = np.diff(values[: warmup + 1]), np.diff(values[warmup:])
    assert (rising > 0.0).all()
    assert (falling <= 1e-15 * rate).all()  # neighbours may round to one another
    np.testing.assert_allclose([values[warmup], values[-1]], [rate, share * rate], rtol=1e-12)
    assert values[-2] == values[-1]


@given(RATES, LENGTHS)
def test_cosine_is_half_way_down_in_the_middle(rate, lengths):
    warmup, half = lengths
    schedule = CosineSchedule(rate, n_steps=warmup + 2 * half, warmup=warmup)
    np.testing.assert_allclose(schedule(warmup + half + 1), rate / 2.0, rtol=1e-12)


@given(RATES, LENGTHS)
def test_cosine_down_to_its_own_rate_is_constant(rate, lengths):
    warmup, rest = lengths
    cosine = CosineSchedule(rate, n_steps=warmup + rest, warmup=warmup, final=rate)
    constant = ConstantSchedule(rate, warmup)
    steps = range(1, warmup + rest + 3)
    np.testing.assert_allclose([cosine(t) for t in steps], [constant(t) for t in steps], rtol=1e-14)


def test_they_are_values():
    assert CosineSchedule(0.1, 5) == CosineSchedule(0.1, 5, warmup=0, final=0.0)
    assert len({ConstantSchedule(0.1), ConstantSchedule(0.1), ConstantSchedule(0.2)}) == 2
    with pytest.raises(AttributeError):
        ConstantSchedule(0.1).warmup = 3
    assert repr(ConstantSchedule(1, np.int64(2))) == "ConstantSchedule(learning_rate=1.0, warmup=2)"


# In an optimiser


def test_every_step_has_its_own_rate():
    optimizer = GradientDescent(lambda step: 10.0**-step)
    assert optimizer.rate == 0.1
    parameters_ = [np.array([1.0])]
    for expected, rate in [(0.9, 0.1), (0.89, 0.01), (0.889, 0.001)]:
        optimizer.step(parameters_, [np.array([1.0])])
        np.testing.assert_allclose(parameters_[0], [expected], rtol=1e-15)
        assert optimizer.rate == rate
    optimizer.reset()
    assert optimizer.rate == 0.1


def test_all_parameters_of_a_step_have_one_rate():
    asked = []

    def schedule(step):
        asked.append(step)
        return 0.5

    Adam(schedule).step([np.ones(2), np.ones(3)], [np.ones(2), np.ones(3)])
    assert set(asked) == {1}


def test_a_rate_of_zero_is_a_step_that_stands_still():
    parameter = np.array([1.0])
    optimizer = GradientDescent(CosineSchedule(0.1, n_steps=1))
    optimizer.step([parameter], [np.array([1.0])])
    assert parameter.tolist() == [0.9]
    optimizer.step([parameter], [np.array([1.0])])
    assert parameter.tolist() == [0.9]
    assert optimizer.n_steps == 2


def test_a_constant_schedule_is_the_number():
    start, gradients = np.ones(3), np.array([0.5, -0.25, 2.0])
    results = []
    for rate in (0.125, ConstantSchedule(0.125)):
        parameter, optimizer = start.copy(), Adam(rate)
        for _ in range(3):
            optimizer.step([parameter], [gradients])
        results.append(parameter)
    np.testing.assert_array_equal(*results)


# In training


@pytest.mark.parametrize("activations", ["tanh", "gelu"])  # quick way, plain way
def test_training_counts_steps_and_not_epochs(activations):
    asked = []

    def schedule(step):
        asked.append(step)
        return 0.1 / step

    network, x, y = small(activations=activations)  # twelve samples: 3 batches of 5
    train(network, x, y, epochs=2, batch_size=5, optimizer=GradientDescent(schedule),
          rng=np.random.default_rng(0))  # fmt: skip
    assert sorted(set(asked)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("activations", ["tanh", "gelu"])
def test_training_in_parts_is_training_in_one_go(activations):
    results = []
    for parts in ([5], [1, 3, 1]):
        network, x, y = small(activations=activations)
        rng, optimizer = np.random.default_rng(0), Adam(CosineSchedule(0.1, 15, warmup=4))
        for epochs in parts:
            train(network, x, y, epochs=epochs, batch_size=5, optimizer=optimizer, rng=rng)
        results.append(parameters(network))
    np.testing.assert_array_equal(*results)


# Errors


@pytest.mark.parametrize("make", [ConstantSchedule, lambda rate: CosineSchedule(rate, 9)])
def test_the_rate_must_be_above_zero(make):
    for bad in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match=f"^learning_rate: expected .* above 0.0, got {bad}$"):
            make(bad)
    with pytest.raises(TypeError, match="^learning_rate: expected a finite number above 0.0, got"):
        make("fast")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"warmup": -1}, ValueError, "^warmup: expected a whole number of at least 0, got -1$"),
        ({"warmup": 1.5}, TypeError, "^warmup: expected a whole number of at least 0, got float"),
        ({"n_steps": 0}, ValueError, "^n_steps: expected a whole number of at least 1, got 0$"),
        ({"warmup": 9}, ValueError, "^n_steps: expected a whole number of at least 10, got 9$"),
        ({"final": -0.1}, ValueError, "^final: expected a finite number of at least 0.0, got -0.1"),
        ({"final": 0.6}, ValueError, "^final: expected at most the learning rate, 0.5, got 0.6$"),
        ({"final": None}, TypeError, "^final: expected a finite number of at least 0.0, got None$"),
    ],
)
def test_numbers_out_of_range(arguments, error, message):
    with pytest.raises(error, match=message):
        CosineSchedule(**{"learning_rate": 0.5, "n_steps": 9} | arguments)


@pytest.mark.parametrize("schedule", [ConstantSchedule(0.1), CosineSchedule(0.1, 9)])
def test_steps_are_counted_from_one(schedule):
    with pytest.raises(ValueError, match="^step: expected a whole number of at least 1, got 0$"):
        schedule(0)
    with pytest.raises(TypeError, match="^step: expected a whole number of at least 1, got float"):
        schedule(1.0)


@pytest.mark.parametrize(
    ("value", "error"), [(math.nan, ValueError), (-0.1, ValueError), ("0.1", TypeError)]
)
def test_what_a_schedule_must_not_give(value, error):
    optimizer = Adam(lambda step: value if step == 2 else 0.1)
    parameter = np.ones(1)
    optimizer.step([parameter], [np.ones(1)])
    before = copy.deepcopy((parameter, optimizer.state))
    with pytest.raises(error, match=r"^learning_rate\(2\): expected a finite number of at least"):
        optimizer.step([parameter], [np.ones(1)])
    assert optimizer.n_steps == 1
    np.testing.assert_array_equal(parameter, before[0])
    np.testing.assert_array_equal(optimizer.state["mean"][0], before[1]["mean"][0])


def test_a_class_is_no_schedule():
    with pytest.raises(TypeError, match="^learning_rate: expected a finite number above 0.0, got"):
        GradientDescent(ConstantSchedule)


def test_only_the_learning_rate_has_a_schedule():
    with pytest.raises(TypeError, match="^beta1: expected a finite number"):
        Adam(0.1, beta1=ConstantSchedule(0.9))
    assert issubclass(Adam, Optimizer)
