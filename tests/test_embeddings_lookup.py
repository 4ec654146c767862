"""Rows of a table, and the angles between them."""

from __future__ import annotations

import math

import array_api_strict
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oracles import assert_vjp
from strategies import arrays

from nnmath.costs import one_hot
from nnmath.embeddings import cosine_similarity, embedding, embedding_backward

pytestmark = pytest.mark.filterwarnings("error")

TABLE = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


def same(actual, expected, rtol=1e-12, atol=1e-12):
    """Compare up to the rounding of a few products."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


@st.composite
def lookups(draw):
    """Draw a table and numbers of its rows, of any shape."""
    n_words, width = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
    ids = draw(hnp.arrays(np.int64, shape, elements=st.integers(0, n_words - 1)))
    return ids, draw(arrays((n_words, width)))


# Looking up


def test_embedding_by_hand():
    assert embedding([[2, 0], [2, 2]], TABLE).tolist() == [[[5, 6], [1, 2]], [[5, 6], [5, 6]]]
    assert embedding(1, TABLE).tolist() == [3.0, 4.0]


def test_embedding_backward_by_hand():
    # Row 2 occurs twice: (1, 10) + (3, 30). Row 0 once, row 1 never.
    dE = embedding_backward([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]], [2, 0, 2], 3)
    assert dE.tolist() == [[2.0, 20.0], [0.0, 0.0], [4.0, 40.0]]


@given(lookups())
def test_embedding_is_the_product_with_one_hot_rows(parts):
    ids, E = parts
    x = embedding(ids, E)
    same(x, one_hot(ids, len(E)) @ E)
    dx = np.cos(x) + np.arange(x.shape[-1])
    flat = one_hot(ids.ravel(), len(E))
    expected = flat.T @ dx.reshape(-1, E.shape[1])
    same(embedding_backward(dx, ids, len(E)), expected, atol=1e-11)
    in_jax = embedding_backward(jnp.asarray(dx), ids, len(E))
    same(np.asarray(in_jax), expected, atol=1e-11)


@pytest.mark.parametrize("shape", [(), (4,), (2, 3)])
def test_derivative(shape):
    rng = np.random.default_rng(2)
    ids = rng.integers(0, 3, size=shape)
    assert_vjp(
        lambda E: embedding(ids, E),
        lambda dx, E: (embedding_backward(dx, ids, 3),),
        {"E": rng.normal(size=(3, 2))},
        ("E",),
    )


@pytest.mark.parametrize("library", [array_api_strict, jnp])
def test_numbers_may_be_of_the_tables_library(library):
    ids, E = library.asarray(np.array([2, 0])), library.asarray(TABLE)
    assert np.asarray(embedding(ids, E)).tolist() == [[5.0, 6.0], [1.0, 2.0]]
    dE = embedding_backward(E[:2, :], ids, 3)
    assert np.asarray(dE).tolist() == [[3.0, 4.0], [0.0, 0.0], [1.0, 2.0]]


def test_nothing_looked_up_and_float32():
    assert embedding([], TABLE).shape == (0, 2)
    assert embedding_backward(np.zeros((0, 2)), [], 3).tolist() == [[0, 0], [0, 0], [0, 0]]
    assert embedding([0], TABLE.astype(np.float32)).dtype == np.float32
    assert embedding_backward(np.ones((1, 2), np.float32), [0], 3).dtype == np.float32


def test_a_row_is_a_copy():
    x = embedding([0], TABLE)
    x[0, 0] = 99.0
    assert TABLE[0, 0] == 1.0


@pytest.mark.parametrize("ids", [[3], [-1], [[0, 5]]])
def test_words_that_are_not_there(ids):
    with pytest.raises(ValueError, match=r"^ids: expected numbers from 0 to 2, got"):
        embedding(ids, TABLE)
    with pytest.raises(ValueError, match=r"^ids: expected numbers from 0 to 2, got"):
        embedding_backward(np.zeros((*np.shape(ids), 2)), ids, 3)


def test_arguments_that_do_not_fit():
    with pytest.raises(
        ValueError, match=r"^E: expected shape \(n_words, width\), got shape \(2,\)"
    ):
        embedding([0], [1.0, 2.0])
    with pytest.raises(TypeError, match=r"^ids: expected integers, got list"):
        embedding([0.0], TABLE)
    with pytest.raises(TypeError, match=r"^ids and table: expected arrays of one library"):
        embedding(jnp.asarray([0]), TABLE)
    with pytest.raises(ValueError, match=r"^dx: expected shape \(..., width\), got shape \(\)"):
        embedding_backward(1.0, [], 3)
    with pytest.raises(ValueError, match=r"^ids: expected shape \(2,\) \(one for each row of dx\)"):
        embedding_backward(np.zeros((2, 2)), [0], 3)
    with pytest.raises(ValueError, match=r"^n_words: expected a whole number of at least 1, got 0"):
        embedding_backward(np.zeros((1, 2)), [0], 0)


# Comparing


def test_cosine_similarity_by_hand():
    # (3, 4) has length 5 and (5, 12) length 13: (15 + 48) / 65 = 63/65.
    assert cosine_similarity([3.0, 4.0], [5.0, 12.0]) == pytest.approx(63 / 65, rel=1e-15)
    # All pairs of rows, by their products and lengths.
    x, y = np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 2.0], [-3.0, 0.0], [5.0, 5.0]])
    root = math.sqrt(0.5)
    same(cosine_similarity(x, y), [[0.0, -1.0, root], [root, -root, 1.0]])


vectors = hnp.arrays(np.float64, (3, 4), elements=st.floats(-20, 20).map(lambda x: round(x, 3)))
nonzero = vectors.filter(lambda v: np.all(np.any(v, axis=1)))


@given(nonzero, nonzero, st.floats(1e-150, 1e150))
def test_only_directions_count(x, y, factor):
    cosines = cosine_similarity(x, y)
    assert np.all(np.abs(cosines) <= 1 + 1e-12)
    same(cosine_similarity(factor * x, y), cosines)
    same(cosine_similarity(-x, y), -cosines)
    same(cosine_similarity(y, x), cosines.T)
    same(np.diagonal(cosine_similarity(x, x)), np.ones(3))
    same(cosine_similarity(x, y[1]), cosines[:, 1])


def test_extremes_of_size():
    for size in (1e-300, 1e300):
        assert cosine_similarity([size, size], [size, 0.0]) == pytest.approx(math.sqrt(0.5))
    assert cosine_similarity([5.0], [-0.1]).tolist() == -1.0
    assert cosine_similarity(np.zeros((0, 2)), TABLE).shape == (0, 3)
    assert cosine_similarity(TABLE.astype(np.float32), TABLE.astype(np.float32)).dtype == np.float32


def test_vectors_without_a_direction():
    for name, x, y in [("x", [[0.0, 0.0]], TABLE), ("y", TABLE, [0.0, 0.0]), ("x", [], [])]:
        with pytest.raises(ValueError, match=f"^{name}: expected vectors that aren't zero, got"):
            cosine_similarity(x, y)


@pytest.mark.parametrize("y", [(), (3,), (3, 3), (2, 3, 2)])
def test_vectors_of_other_widths(y):
    with pytest.raises(ValueError, match=r"^y: expected shape \(m, width\) or \(width,\) with the"):
        cosine_similarity(TABLE, np.ones(y))
    with pytest.raises(ValueError, match=r"^x: expected shape \(..., width\), got shape \(\)"):
        cosine_similarity(1.0, TABLE)
