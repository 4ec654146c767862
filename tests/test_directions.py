"""Coherence and its bounds: values by hand, laws, draws, errors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import arrays

from nnmath.directions import (
    coherence_bound,
    guaranteed_directions,
    mutual_coherence,
    welch_bound,
)

pytestmark = pytest.mark.filterwarnings("error")


def directions(n, d):
    """Draw n vectors that aren't zero."""
    return arrays((n, d), bound=10.0).filter(lambda v: np.all(np.abs(v).max(axis=1) > 1e-3))


# Values by hand


def test_mutual_coherence_by_hand():
    # (3, 4) has length 5. With (1, 0): 3/5; with (0, 2): 8/10; those two: 0.
    assert mutual_coherence([[1.0, 0.0], [0.0, 2.0], [-3.0, 4.0]]) == pytest.approx(0.8, rel=1e-15)


def test_welch_bound_by_hand():
    # (3 - 2) / (2 * 2) = 1/4 and (28 - 7) / (7 * 27) = 1/9
    assert welch_bound(3, 2) == 0.5
    assert welch_bound(28, 7) == pytest.approx(1 / 3, rel=1e-15)
    assert welch_bound(5, 5) == welch_bound(5, 9) == 0.0


def test_coherence_bound_by_hand():
    # 10 * 9 * e^(-200 * 0.25 / 2) = 90 e^-25; a bound above 1 says nothing
    assert coherence_bound(10, 200, 0.5) == pytest.approx(90 * math.exp(-25), rel=1e-12)
    assert coherence_bound(10, 2, 0.5) == 1.0


def test_guaranteed_directions_by_hand():
    # e^(400 * 0.04 / 4) = e^4 = 54.598
    assert guaranteed_directions(400, 0.2) == 54
    assert guaranteed_directions(1, 0.01) == 1


# Laws


@given(directions(4, 3), st.integers(0, 3))
def test_coherence_sees_directions_alone(vectors, row):
    coherence = mutual_coherence(vectors)
    assert 0.0 <= coherence <= 1.0 + 1e-12
    assert coherence >= welch_bound(4, 3) - 1e-12
    changed = vectors.copy()
    changed[row] *= -7.0
    np.testing.assert_allclose(mutual_coherence(changed), coherence, rtol=1e-12, atol=1e-12)
    doubled = np.vstack([vectors, vectors[row]])
    np.testing.assert_allclose(mutual_coherence(doubled), 1.0, rtol=1e-12)


@given(directions(3, 4))
def test_coherence_is_the_largest_cosine_of_all_pairs(vectors):
    cosines = [
        abs(a @ b) / (np.linalg.norm(a) * np.linalg.norm(b))
        for i, a in enumerate(vectors)
        for b in vectors[i + 1 :]
    ]
    np.testing.assert_allclose(mutual_coherence(vectors), max(cosines), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("n", [2, 3, 7])
def test_simplex_reaches_the_welch_bound(n):
    # n unit vectors from the centre of a simplex span n - 1 dimensions.
    corners = np.eye(n) - 1.0 / n
    np.testing.assert_allclose(mutual_coherence(corners), welch_bound(n, n - 1), rtol=1e-12)


def test_every_set_of_signs_in_four_dimensions_keeps_the_bound():
    # All 16 vectors of signs, drawn as pairs: the share of pairs with |cosine| = 1 is
    # 1/8, that with |cosine| >= 1/2 also (the products are -4, -2, 0, 2, 4): 1/8 + 1/2.
    signs = np.array(np.meshgrid(*[[-1.0, 1.0]] * 4)).reshape(4, -1).T
    cosines = np.abs(signs @ signs.T) / 4
    for size, share in ((1.0, 1 / 8), (0.5, 5 / 8)):
        assert np.mean(cosines >= size) == share
        assert share <= coherence_bound(2, 4, size)


@given(st.integers(1, 4000), st.floats(0.05, 0.4))
def test_guaranteed_number_is_backed_by_the_bound(d, coherence):
    n = guaranteed_directions(d, coherence)
    assert n >= 1
    if n > 1:
        # The bound is up to 1 - 1/n, which rounds to 1 where n is huge.
        assert coherence_bound(n, d, coherence) < 1.0 or n > 1e12
    # One step further the argument n^2 e^(-d c^2 / 2) <= 1 no longer works.
    assert 2 * math.log(n + 1) > d * coherence**2 / 2 * (1 - 1e-12)


def test_draws_are_no_more_coherent_than_the_bound_says():
    rng = np.random.default_rng(0)
    draws = rng.choice([-1.0, 1.0], size=(400, 5, 60))
    for size in (0.3, 0.4, 0.5):
        share = np.mean([mutual_coherence(draw) >= size for draw in draws])
        # Three standard errors of a share from 400 draws are at most 0.075.
        assert share <= coherence_bound(5, 60, size) + 0.075


# Extremes


@pytest.mark.parametrize("size", [1e-300, 1000.0, 1e300])
def test_length_does_not_overflow(size):
    with np.errstate(all="raise", under="ignore"):
        assert mutual_coherence(size * np.array([[1.0, 0.0], [1.0, 1.0]])) == pytest.approx(
            math.sqrt(0.5), rel=1e-12
        )


def test_single_precision_and_one_dimension():
    coherence = mutual_coherence(np.array([[1.0, 0.0], [1.0, 1.0]], dtype=np.float32))
    assert coherence.dtype == np.float32
    assert mutual_coherence([[2.0], [-3.0]]) == 1.0
    assert coherence_bound(10**200, 10, 0.5) == 1.0


# Errors


@pytest.mark.parametrize("shape", [(), (3,), (1, 3), (3, 0), (2, 2, 2)])
def test_vectors_must_be_rows(shape):
    with pytest.raises(ValueError, match="^vectors: expected a matrix of at least two rows"):
        mutual_coherence(np.ones(shape))


def test_vectors_must_have_a_direction():
    with pytest.raises(ValueError, match="^vectors: .*, got zeros alone in row 1"):
        mutual_coherence([[1.0, 2.0], [0.0, 0.0]])
    for wrong in (math.nan, math.inf):
        with pytest.raises(ValueError, match="^vectors: .*, got NaN or infinity in row 0"):
            mutual_coherence([[1.0, wrong], [1.0, 0.0]])
    with pytest.raises(TypeError, match="^vectors: expected an array of real floating-point"):
        mutual_coherence(np.ones((2, 2), dtype=int))


@pytest.mark.parametrize(
    ("function", "arguments", "error", "message"),
    [
        (welch_bound, (1, 2), ValueError, "n: expected a whole number of at least 2, got 1"),
        (welch_bound, (2, 0), ValueError, "d: expected a whole number of at least 1, got 0"),
        (welch_bound, (2.0, 2), TypeError, "n: expected a whole number of at least 2, got float"),
        (coherence_bound, (1, 2, 0.5), ValueError, "n: expected a whole number of at least 2"),
        (coherence_bound, (2, 2.5, 0.5), TypeError, "d: expected a whole number of at least 1"),
        (coherence_bound, (2, 2, 0.0), ValueError, "coherence: expected a finite number above 0"),
        (coherence_bound, (2, 2, math.nan), ValueError, "coherence: expected a finite number"),
        (guaranteed_directions, (0, 0.5), ValueError, "d: expected a whole number of at least 1"),
        (guaranteed_directions, (9, 1.0), ValueError, "coherence: expected a finite number above"),
        (guaranteed_directions, (9, "a"), TypeError, "coherence: expected a finite number above"),
        (guaranteed_directions, (10**6, 0.5), ValueError, r"d: expected d \* coherence\*\*2 / 4"),
    ],
)
def test_numbers_must_be_in_range(function, arguments, error, message):
    with pytest.raises(error, match=f"^{message}"):
        function(*arguments)
