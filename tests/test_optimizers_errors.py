"""What optimisers refuse, and that nothing was changed then."""

from __future__ import annotations

import math

import numpy as np
import pytest
from trainings import OPTIMIZERS, fresh

from nnmath.optimizers import (
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
)

pytestmark = pytest.mark.filterwarnings("error")

RATES = [GradientDescent, Momentum, Adam, AdamW]


@pytest.mark.parametrize("kind", RATES)
@pytest.mark.parametrize("bad", [0.0, -0.1, 0, math.nan, math.inf, -math.inf])
def test_learning_rate_must_be_above_zero(kind, bad):
    message = f"^learning_rate: expected a finite number above 0.0, got {bad}$"
    with pytest.raises(ValueError, match=message):
        kind(bad)


@pytest.mark.parametrize("kind", RATES)
@pytest.mark.parametrize(
    ("bad", "shown"),
    [
        ("0.1", "str '0.1'"),
        (None, "None"),
        (True, "bool True"),
        (1j, "complex 1j"),
        ([0.1], "list"),
    ],
)
def test_learning_rate_must_be_a_number(kind, bad, shown):
    message = f"^learning_rate: expected a finite number above 0.0, got {shown}"
    with pytest.raises(TypeError, match=message):
        kind(bad)


@pytest.mark.parametrize(
    ("kind", "name"), [(Momentum, "momentum"), (Adam, "beta1"), (Adam, "beta2")]
)
def test_shares_must_be_below_one(kind, name):
    expected = f"^{name}: expected a finite number of at least 0.0 and below 1.0, got "
    for bad in (1.0, -1e-9, 2.0, math.nan):
        with pytest.raises(ValueError, match=f"{expected}{bad}$"):
            kind(0.1, **{name: bad})
    with pytest.raises(TypeError, match=f"{expected}str 'high'$"):
        kind(0.1, **{name: "high"})
    assert getattr(kind(0.1, **{name: 0}), name) == 0.0


@pytest.mark.parametrize("bad", [-0.01, math.nan, math.inf])
def test_weight_decay_must_not_be_negative(bad):
    message = f"^weight_decay: expected a finite number of at least 0.0, got {bad}$"
    with pytest.raises(ValueError, match=message):
        AdamW(weight_decay=bad)


def test_epsilon_must_be_above_zero():
    with pytest.raises(ValueError, match="^epsilon: expected a finite number above 0.0, got 0$"):
        Adam(epsilon=0)


def test_settings_are_checked_when_they_change_too():
    optimizer = Momentum(0.1)
    optimizer.learning_rate = 0.05
    with pytest.raises(ValueError, match="^learning_rate: expected a finite number above 0.0, got"):
        optimizer.learning_rate = -1.0
    with pytest.raises(ValueError, match="^momentum: expected a finite number of at least 0.0 and"):
        optimizer.momentum = 1.0
    assert repr(optimizer) == "Momentum(learning_rate=0.05, momentum=0.9)"


ONES = [np.ones((2, 3)), np.ones(2)]


@pytest.mark.parametrize(
    ("parameters", "gradients", "message"),
    [
        (np.ones(2), ONES, "^parameters: expected a list of NumPy arrays, got a float64 array"),
        (ONES, "ab", "^gradients: expected a list of NumPy arrays, got str 'ab'$"),
        ([[1.0]], [np.ones(1)], r"^parameters\[0\]: expected a NumPy array of real floating-point"),
        ([np.ones(1, int)], [np.ones(1)], r"^parameters\[0\]: expected .*, got an int64 array"),
        ([np.ones(1)], [np.ones(1, int)], r"^gradients\[0\]: expected .*, got an int64 array"),
        ([np.ones(1)], [np.ones(1, complex)], r"^gradients\[0\]: expected .*, got a complex128"),
        ([np.ones(1)], [np.ones(1, object)], r"^gradients\[0\]: expected .*, got an object array"),
        ([np.ones(1)], [np.ones(1, bool)], r"^gradients\[0\]: expected .*, got a bool array"),
        ([np.ones(1)], [1.0], r"^gradients\[0\]: expected .*, got float 1.0$"),
    ],
)
def test_arrays_must_be_of_the_right_type(parameters, gradients, message):
    with pytest.raises(TypeError, match=message):
        GradientDescent(0.1).step(parameters, gradients)


def read_only(array):
    """Return a copy that can't be written to."""
    array = array.copy()
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    ("parameters", "gradients", "message"),
    [
        (ONES, ONES[:1], "^gradients: expected 2, one for each parameter, got 1$"),
        (ONES, [*ONES, np.ones(1)], "^gradients: expected 2, one for each parameter, got 3$"),
        (ONES, ONES[::-1], r"^gradients\[0\]: expected shape \(2, 3\) \(that of parameters\[0\]\)"),
        (
            ONES,
            [ONES[0], np.array([1.0, np.nan])],
            r"^gradients\[1\]: expected finite numbers, got nan at index \(1,\)$",
        ),
        (
            ONES,
            [ONES[0] * np.inf, ONES[1]],
            r"^gradients\[0\]: expected finite numbers, got inf at index \(0, 0\)$",
        ),
        (
            [ONES[0], read_only(ONES[1])],
            ONES,
            r"^parameters\[1\]: expected an array that can be written to, got a read-only one$",
        ),
    ],
)
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_refused_arrays_change_nothing(optimizer, parameters, gradients, message):
    used = fresh(optimizer)
    before = [p.copy() for p in parameters]
    with pytest.raises(ValueError, match=message):
        used.step(parameters, gradients)
    for parameter, old in zip(parameters, before, strict=True):
        np.testing.assert_array_equal(parameter, old)
    assert (used.n_steps, used.state) == (0, {})


@pytest.mark.parametrize(
    "others", [[np.ones(2)], [np.ones((2, 3)), np.ones(2, np.float32)], [np.ones(2), np.ones(2)]]
)
@pytest.mark.parametrize(
    ("optimizer", "kept"), [(OPTIMIZERS[1], "velocity"), (OPTIMIZERS[2], "mean")]
)
def test_memory_must_fit_the_parameters(optimizer, kept, others):
    used = fresh(optimizer)
    used.step([p.copy() for p in ONES], ONES)
    message = (
        rf"^parameters: expected those of the last step, of which {optimizer.__class__.__name__}"
    )
    with pytest.raises(ValueError, match=rf"{message}.* remembers the {kept} \(reset\(\) makes"):
        used.step(others, [np.ones_like(p) for p in others])
    assert used.n_steps == 1
    used.reset()
    used.step([p.copy() for p in others], [np.ones_like(p) for p in others])
    assert used.n_steps == 1
