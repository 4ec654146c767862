"""Vectors from counts: neighbours, mutual information, singular values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from strategies import arrays

from nnmath.embeddings import cooccurrences, pointwise_mutual_information, svd_embeddings

pytestmark = pytest.mark.filterwarnings("error")


# Neighbours


def test_cooccurrences_by_hand():
    # "0 1 0 2": window 2 adds the pairs (0, 0) from both its places, (1, 2) and (2, 1).
    assert cooccurrences([0, 1, 0, 2], 3, 1).tolist() == [[0, 2, 1], [2, 0, 0], [1, 0, 0]]
    assert cooccurrences([0, 1, 0, 2], 3, 2).tolist() == [[2, 2, 1], [2, 0, 1], [1, 1, 0]]
    # With 0 as the end of a sentence nothing is near anything.
    assert not cooccurrences([0, 1, 0, 2], 3, 2, end=0).any()
    assert cooccurrences([1, 2, 0, 2, 2], 3, 4, end=0).tolist() == [
        [0, 0, 0],
        [0, 0, 1],
        [0, 1, 2],
    ]


@given(st.lists(st.integers(0, 3), max_size=12), st.integers(1, 5), st.sampled_from([None, 0, 3]))
def test_cooccurrences_are_what_looping_counts(ids, window, end):
    expected = np.zeros((4, 4))
    for s, first in enumerate(ids):
        for t, second in enumerate(ids):
            between = ids[min(s, t) : max(s, t) + 1]
            expected[first, second] += 0 < abs(s - t) <= window and end not in between
    np.testing.assert_array_equal(cooccurrences(ids, 4, window, end=end), expected)


def test_texts_that_are_none():
    with pytest.raises(ValueError, match=r"^ids: expected shape \(n_tokens,\), got shape \(1, 2\)"):
        cooccurrences([[0, 1]], 2, 1)
    with pytest.raises(ValueError, match=r"^ids: expected numbers from 0 to 1, got 2"):
        cooccurrences([0, 2], 2, 1)
    with pytest.raises(TypeError, match=r"^ids: expected integers"):
        cooccurrences([0.5], 2, 1)
    with pytest.raises(ValueError, match=r"^window: expected a whole number of at least 1"):
        cooccurrences([0], 2, 0)
    with pytest.raises(ValueError, match=r"^n_words: expected a whole number of at least 1"):
        cooccurrences([0], 0, 1)


# Mutual information


def test_mutual_information_by_hand():
    # Of 8 pairs, rows have 4 and 4, columns 3 and 5.
    counts = np.array([[3.0, 1.0], [0.0, 4.0]])
    expected = [
        [math.log(3 * 8 / (4 * 3)), math.log(1 * 8 / (4 * 5))],
        [-math.inf, math.log(4 * 8 / (4 * 5))],
    ]
    got = pointwise_mutual_information(counts, positive=False)
    np.testing.assert_allclose(got, expected, rtol=1e-14)
    np.testing.assert_allclose(
        pointwise_mutual_information(counts), np.maximum(expected, 0.0), rtol=1e-14
    )


@given(arrays((4,), bound=5.0), arrays((3,), bound=5.0), st.floats(1e-3, 1e3))
def test_independent_words_share_nothing(a, b, factor):
    counts = factor * np.outer(np.exp(a), np.exp(b))
    got = pointwise_mutual_information(counts, positive=False)
    np.testing.assert_allclose(got, np.zeros((4, 3)), atol=1e-12)


@given(hnp.arrays(np.float64, (3, 4), elements=st.integers(0, 9).map(float)), st.floats(0.1, 10))
def test_mutual_information_is_of_shares(counts, factor):
    counts[0, 0] += 1.0
    got = pointwise_mutual_information(counts, positive=False)
    assert np.array_equal(np.isneginf(got), counts == 0)
    np.testing.assert_allclose(
        pointwise_mutual_information(factor * counts, positive=False), got, atol=1e-12
    )
    np.testing.assert_allclose(
        pointwise_mutual_information(counts.T, positive=False), got.T, atol=1e-12
    )
    # The mean under the joint distribution is a divergence: at least 0.
    seen = counts > 0
    assert (counts[seen] * got[seen]).sum() >= -1e-12


def test_extremes_of_counts():
    assert pointwise_mutual_information([[5.0]]).tolist() == [[0.0]]
    for size in (1e-150, 1e150):
        assert pointwise_mutual_information([[size, 0.0], [0.0, size]]) == pytest.approx(
            np.diag([math.log(2)] * 2), rel=1e-12
        )
    assert pointwise_mutual_information(np.ones((2, 2), np.float32)).dtype == np.float32


def test_counts_that_are_none():
    with pytest.raises(ValueError, match=r"^counts: expected shape \(n, m\), got shape \(2,\)"):
        pointwise_mutual_information([1.0, 2.0])
    with pytest.raises(ValueError, match=r"^counts: expected numbers from 0.0 to inf, got -1.0"):
        pointwise_mutual_information([[1.0, -1.0]])
    with pytest.raises(ValueError, match=r"^counts: expected finite numbers, got inf"):
        pointwise_mutual_information([[math.inf]])
    with pytest.raises(ValueError, match=r"^counts: expected at least one pair, got none"):
        pointwise_mutual_information([[0.0]])
    with pytest.raises(TypeError, match=r"^counts: expected an array of real floating"):
        pointwise_mutual_information(np.ones((2, 2), dtype=int))


# Singular values


def test_svd_embeddings_by_hand():
    # A diagonal matrix has its entries as singular values; their roots: 3, then 2.
    got = svd_embeddings(np.diag([4.0, 1.0, 9.0]), 2)
    np.testing.assert_allclose(got, [[0.0, 2.0], [0.0, 0.0], [3.0, 0.0]], atol=1e-15)


@given(st.integers(1, 4), st.integers(0, 2**32))
def test_svd_embeddings_of_a_product_give_it_back(width, seed):
    # A symmetric positive matrix of this rank is E E^T.
    rows = np.random.default_rng(seed).normal(size=(6, width))
    E = svd_embeddings(rows @ rows.T, width)
    np.testing.assert_allclose(E @ E.T, rows @ rows.T, atol=1e-10)
    assert np.all(E[np.abs(E).argmax(axis=0), np.arange(width)] > 0)


def test_matrices_that_do_not_fit():
    with pytest.raises(ValueError, match=r"^matrix: expected shape \(n, m\), got shape \(2,\)"):
        svd_embeddings(np.zeros(2), 1)
    with pytest.raises(ValueError, match=r"^width: expected at most 2, got 3"):
        svd_embeddings(np.zeros((2, 4)), 3)
    with pytest.raises(ValueError, match=r"^width: expected a whole number of at least 1"):
        svd_embeddings(np.zeros((2, 4)), 0)
    with pytest.raises(ValueError, match=r"^matrix: expected finite numbers, got -inf"):
        svd_embeddings(np.array([[-math.inf]]), 1)
    assert svd_embeddings(np.ones((2, 2), np.float32), 1).dtype == np.float32
