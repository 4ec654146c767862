"""Clipping gradients: values by hand, laws, extremes, errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import arrays

from nnmath.optimizers import ClippedGradients, clip_gradients

pytestmark = pytest.mark.filterwarnings("error")

LISTS = st.lists(arrays(), min_size=0, max_size=4)
LIMITS = st.floats(1e-3, 1e3)


def norm_of(gradients):
    """Return the norm of all entries."""
    return np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients] or [np.zeros(0)]))


def test_by_hand():
    # The norm of 2, -4, 4 is the root of 4 + 16 + 16 = 36; a limit of 3 halves them.
    gradients = [np.array([2.0, -4.0]), np.array([[4.0]])]
    clipped = clip_gradients(gradients, 3.0)
    assert isinstance(clipped, ClippedGradients)
    assert clipped.norm == 6.0
    assert [g.tolist() for g in clipped.gradients] == [[1.0, -2.0], [[2.0]]]
    assert [g.tolist() for g in gradients] == [[2.0, -4.0], [[4.0]]]  # these stay


def test_within_the_limit_nothing_changes():
    gradients = [np.array([3.0]), np.array([4.0])]
    clipped, norm = clip_gradients(tuple(gradients), 5.0)
    assert norm == 5.0
    assert all(one is other for one, other in zip(clipped, gradients, strict=True))


@given(LISTS, LIMITS)
def test_norm_and_direction(gradients, limit):
    clipped, norm = clip_gradients(gradients, limit)
    np.testing.assert_allclose(norm, norm_of(gradients), rtol=1e-12)
    np.testing.assert_allclose(norm_of(clipped), min(norm, limit), rtol=1e-12)
    for one, other in zip(clipped, gradients, strict=True):
        np.testing.assert_allclose(one * max(norm, limit), other * limit, rtol=1e-12, atol=1e-300)


@given(LISTS, LIMITS)
def test_twice_is_once(gradients, limit):
    once = clip_gradients(gradients, limit).gradients
    for one, other in zip(clip_gradients(once, limit).gradients, once, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e160, 1.7e308])
def test_squares_neither_overflow_nor_vanish(size):
    clipped, norm = clip_gradients([np.full(3, size), np.array([-size])], 0.5 * size)
    # The norm of four entries is twice one of them; that may be too large for a float.
    assert norm == (2.0 * size if size < 1e308 else np.inf)
    expected = [0.25 * size] * 3
    np.testing.assert_allclose(clipped[0], expected, rtol=1e-12)
    np.testing.assert_allclose(clipped[1], [-0.25 * size], rtol=1e-12)


def test_float32_keeps_its_dtype_and_sums_in_float64():
    gradients = [np.full(100, 1e25, np.float32), np.full((2, 2), 1e25, np.float32)]
    clipped, norm = clip_gradients(gradients, 1.0)
    assert [g.dtype for g in clipped] == [np.float32] * 2
    np.testing.assert_allclose(norm, 1e25 * np.sqrt(104.0), rtol=1e-6)  # 1e25 as float32
    np.testing.assert_allclose(norm_of(clipped), 1.0, rtol=1e-6)


@pytest.mark.parametrize("gradients", [[], [np.zeros((0, 3))], [np.zeros(4)]])
def test_nothing_to_clip(gradients):
    clipped, norm = clip_gradients(gradients, 1e-3)
    assert norm == 0.0
    assert all(one is other for one, other in zip(clipped, gradients, strict=True))


@pytest.mark.parametrize(
    ("gradients", "limit", "error", "message"),
    [
        (np.ones(2), 1.0, TypeError, "^gradients: expected a list of NumPy arrays, got a float64"),
        ([[1.0]], 1.0, TypeError, r"^gradients\[0\]: expected a NumPy array of real floating-p"),
        ([np.ones(1, int)], 1.0, TypeError, r"^gradients\[0\]: expected .*, got an int64 array"),
        (
            [np.ones(1), np.array([np.inf])],
            1.0,
            ValueError,
            r"^gradients\[1\]: expected finite numbers, got inf at index \(0,\)$",
        ),
        ([np.ones(1)], 0.0, ValueError, "^max_norm: expected a finite number above 0.0, got 0.0$"),
        ([np.ones(1)], np.inf, ValueError, "^max_norm: expected a finite number above 0.0, got in"),
        ([np.ones(1)], "1", TypeError, "^max_norm: expected a finite number above 0.0, got str"),
    ],
)
def test_what_is_refused(gradients, limit, error, message):
    with pytest.raises(error, match=message):
        clip_gradients(gradients, limit)
