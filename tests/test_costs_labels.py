"""Labels, as targets and as the measure of how many are right."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnmath.costs import (
    accuracy,
    one_hot,
)

pytestmark = pytest.mark.filterwarnings("error")


def same(actual, expected, rtol=1e-14, atol=0.0):
    """Compare to nearly the last digit."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


def test_one_hot_by_hand():
    assert one_hot([2, 0], 3).tolist() == [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    assert one_hot(1, 2).tolist() == [0.0, 1.0]
    assert one_hot([[0], [1]], 2).tolist() == [[[1.0, 0.0]], [[0.0, 1.0]]]
    assert one_hot([0], 1).tolist() == [[1.0]]


def test_accuracy_by_hand():
    # largest outputs: 0, 1, 1, 0 (a tie: the first); labels 0, 1, 0, 0: three of four
    a = [[0.9, 0.1], [0.2, 0.3], [0.0, 1.0], [0.5, 0.5]]
    assert accuracy(a, [0, 1, 0, 0]) == 0.75
    assert accuracy([0.1, 0.8], 1) == 1.0
    assert accuracy([0.1, 0.8], 0) == 0.0
    assert type(accuracy(a, [0, 1, 0, 0])) is float


@given(st.lists(st.integers(0, 9), max_size=8))
def test_one_hot_undoes_argmax(labels):
    targets = one_hot(labels, 10)
    assert targets.shape == (len(labels), 10)
    assert np.all(targets.sum(axis=-1) == 1.0)
    assert np.argmax(targets, axis=-1).tolist() == labels
    if labels:
        assert accuracy(targets, labels) == 1.0
        assert accuracy(-targets, labels) == 0.0


@given(st.lists(st.integers(0, 2), min_size=1, max_size=9), st.randoms())
def test_accuracy_ignores_the_order_of_samples(labels, random):
    a = np.random.default_rng(0).normal(size=(len(labels), 3))
    order = random.sample(range(len(labels)), len(labels))
    expected = sum(int(np.argmax(row)) == label for row, label in zip(a, labels, strict=True))
    assert accuracy(a, labels) == expected / len(labels)
    assert accuracy(a[order], np.array(labels)[order]) == accuracy(a, labels)


def test_one_hot_of_nothing_and_dtype():
    assert one_hot([], 3).shape == (0, 3)
    assert one_hot(np.zeros((2, 0), dtype=int), 3).shape == (2, 0, 3)
    assert one_hot([0], 2).dtype == np.float64
    for dtype in (np.float16, np.float32, np.float64):
        assert one_hot([0], 2, dtype=dtype).dtype == dtype
    assert one_hot([0], 2, dtype="float32").dtype == np.float32


def test_accuracy_counts_exactly_in_half_precision():
    # 2049 of 4098: as float16 sums these would no longer be whole numbers.
    a = np.tile(np.array([1, 0], dtype=np.float16), (4098, 1))
    assert accuracy(a, [0, 1] * 2049) == 0.5


def test_one_hot_refuses_bad_labels():
    for bad in (3, -1):
        message = rf"^labels: expected numbers from 0 to 2, got {bad} at index \(1,\)$"
        with pytest.raises(ValueError, match=message):
            one_hot([0, bad], 3)
    for bad in ([0.0, 1.0], [True], True, "1", None, [1j], [None], np.zeros(2)):
        with pytest.raises(TypeError, match=r"^labels: expected integer class labels, got "):
            one_hot(bad, 3)
    with pytest.raises(ValueError, match=r"^labels: expected rows of equal length, got "):
        one_hot([[0], [0, 1]], 3)


def test_one_hot_refuses_bad_sizes_and_dtypes():
    message = "^n_classes: expected a whole number of at least 1, got "
    for bad, kind in [(0, ValueError), (-1, ValueError), (2.0, TypeError), (True, TypeError)]:
        with pytest.raises(kind, match=message):
            one_hot([0], bad)
    for bad in (int, bool, complex, object, "nonsense", None.__class__):
        with pytest.raises(TypeError, match="^dtype: expected a real floating dtype, got "):
            one_hot([0], 2, dtype=bad)


def test_accuracy_refuses_what_does_not_fit():
    a = np.eye(3)
    with pytest.raises(ValueError, match=r"^labels: expected shape \(3,\) \(one label a sample\)"):
        accuracy(a, [0, 1])
    with pytest.raises(ValueError, match=r"^labels: .* 0 to 2, got 3 at index \(2,\)$"):
        accuracy(a, [0, 1, 3])
    with pytest.raises(ValueError, match=r"^a: expected at least one sample, got shape \(0, 3\)$"):
        accuracy(a[:0], np.zeros(0, dtype=int))
    with pytest.raises(ValueError, match=r"^a: expected at least one output along the last axis"):
        accuracy(a[:, :0], [0, 0, 0])
    with pytest.raises(ValueError, match=r"^a: expected finite numbers, got nan at index \(0, 0\)"):
        accuracy(np.full((3, 3), math.nan), [0, 0, 0])
    with pytest.raises(TypeError, match=r"^labels: expected integer class labels, got "):
        accuracy(a, [0.0, 1.0, 2.0])
