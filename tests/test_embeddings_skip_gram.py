"""Skip-gram with negative sampling: cost, derivative, and vectors that are learnt."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import assert_vjp
from strategies import arrays

from nnmath.activations import sigmoid
from nnmath.datasets import small_language
from nnmath.embeddings import (
    SkipGram,
    SkipGramGradients,
    cosine_similarity,
    skip_gram_backward,
    skip_gram_cost,
    train_skip_gram,
)

pytestmark = pytest.mark.filterwarnings("error")


@st.composite
def pairs(draw):
    """Draw the vectors of some pairs with their negatives."""
    leading = draw(st.sampled_from([(), (1,), (3,), (2, 3)]))
    k, width = draw(st.integers(0, 4)), draw(st.integers(1, 4))
    shapes = [(*leading, width), (*leading, width), (*leading, k, width)]
    return tuple(draw(arrays(shape, bound=3.0)) for shape in shapes)


# Values by hand


def test_cost_by_hand():
    # u.v = ln 3: sigmoid 3/4. n.v = 0 and ln 4: sigmoids of the opposite 1/2 and 1/5.
    v = [1.0, 0.0]
    negatives = [[0.0, 7.0], [math.log(4.0), 1.0]]
    cost = skip_gram_cost(v, [math.log(3.0), 5.0], negatives)
    assert cost == pytest.approx(-math.log(3 / 4 * 1 / 2 * 1 / 5), rel=1e-15)


def test_backward_by_hand():
    # The same: by the products 3/4 - 1 = -1/4, then 1/2 and 4/5.
    u, (n1, n2) = [math.log(3.0), 5.0], [[0.0, 7.0], [math.log(4.0), 1.0]]
    gradients = skip_gram_backward([1.0, 0.0], u, [n1, n2])
    assert isinstance(gradients, SkipGramGradients)
    np.testing.assert_allclose(gradients.du, [-0.25, 0.0], rtol=1e-14)
    np.testing.assert_allclose(gradients.dnegatives, [[0.5, 0.0], [0.8, 0.0]], rtol=1e-14)
    by_v = [-0.25 * u[i] + 0.5 * n1[i] + 0.8 * n2[i] for i in range(2)]
    np.testing.assert_allclose(gradients.dv, by_v, rtol=1e-14)


# Laws


@given(pairs())
def test_cost_is_minus_the_log_of_a_product(parts):
    v, u, negatives = parts
    right = sigmoid(np.sum(u * v, axis=-1))
    wrong = sigmoid(-np.sum(negatives * v[..., None, :], axis=-1))
    expected = -np.log(right) - np.log(wrong).sum(axis=-1)
    np.testing.assert_allclose(skip_gram_cost(v, u, negatives), expected, rtol=1e-10, atol=1e-12)


@given(pairs())
def test_vectors_pull_each_other_along(parts):
    v, u, negatives = parts
    gradients = skip_gram_backward(v, u, negatives)
    # A change of all neighbours by a factor is a change of v by that factor.
    by_v = (gradients.dv * v).sum(axis=-1)
    by_others = (gradients.du * u).sum(axis=-1) + (gradients.dnegatives * negatives).sum((-1, -2))
    np.testing.assert_allclose(by_v, by_others, rtol=1e-10, atol=1e-10)


@settings(max_examples=25)
@given(pairs())
def test_derivatives(parts):
    def backward(dc, v, u, negatives):
        dv, du, dn = skip_gram_backward(v, u, negatives)
        return dc[..., None] * dv, dc[..., None] * du, dc[..., None, None] * dn

    arguments = dict(zip(("v", "u", "negatives"), parts, strict=True))
    assert_vjp(skip_gram_cost, backward, arguments, tuple(arguments), automatic=False)


def test_least_cost_is_mutual_information():
    # With as many dimensions as needed, v.u = PMI - log K (Levy and Goldberg): at that product
    # the expected derivative vanishes. Here a pair meets with chance p, by chance q.
    p, q, k = 0.3, 0.1, 5
    product = math.log(p / q) - math.log(k)
    positive = skip_gram_backward([1.0], [product], np.zeros((0, 1))).du[0]
    negative = skip_gram_backward([1.0], [0.0], [[product]]).dnegatives[0, 0]
    assert p * positive + k * q * negative == pytest.approx(0.0, abs=1e-15)


# Extremes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes(dtype):
    v = np.array([1000.0], dtype=dtype)
    with np.errstate(all="raise", under="ignore"):
        cost = skip_gram_cost(v, -v, v[None])
        gradients = skip_gram_backward(v, -v, v[None])
    assert cost == 2e6  # both products are wrong by a million
    assert gradients.dv.tolist() == [2000.0]  # away from u, away from the negative
    assert all(g.dtype == dtype for g in gradients)
    assert skip_gram_cost(v, v, -v[None]) == 0.0
    assert skip_gram_cost(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 3, 2))).shape == (0,)


@pytest.mark.parametrize("function", [skip_gram_cost, skip_gram_backward])
def test_vectors_that_do_not_fit(function):
    with pytest.raises(ValueError, match=r"^v: expected shape \(..., width\), got shape \(\)"):
        function(1.0, 1.0, [1.0])
    with pytest.raises(ValueError, match=r"^u: expected the shape of v, \(2,\), got shape \(3,\)"):
        function(np.ones(2), np.ones(3), np.ones((1, 2)))
    for shape in [(2,), (4, 3), (2, 4, 2)]:
        with pytest.raises(ValueError, match=r"^negatives: expected shape \(..., n_negatives, wid"):
            function(np.ones(2), np.ones(2), np.ones(shape))
    with pytest.raises(TypeError, match=r"^u: expected an array of real floating"):
        function(np.ones(2), np.ones(2, dtype=int), np.ones((1, 2)))


# Learning


def test_learns_the_classes_of_the_small_language():
    language = small_language(0)
    ids = language.sample_ids(3000, np.random.default_rng(1))
    rng = np.random.default_rng(2)
    result = train_skip_gram(ids, len(language.words), 16, rng, window=1, epochs=3, end=0)
    assert isinstance(result, SkipGram)
    assert result.costs == sorted(result.costs, reverse=True)
    # Without anything learnt a pair costs 6 log 2.
    assert result.costs[-1] < 0.5 * 6 * math.log(2)
    places = [w for w, c in language.word_classes.items() if c == ("place",)]
    vectors = result.vectors[language.encode(places)]
    others = result.vectors[language.encode(["sleep", "plays", "dogs", "who", "the"])]
    within, across = cosine_similarity(vectors, vectors), cosine_similarity(vectors, others)
    assert np.median(within) > 0.5 > np.median(across)


def test_same_seed_same_bits():
    text = [0, 1, 2, 3, 4, 3] * 20
    first, again = (train_skip_gram(text, 6, 3, np.random.default_rng(4)) for _ in range(2))
    np.testing.assert_array_equal(first.vectors, again.vectors)
    np.testing.assert_array_equal(first.contexts, again.contexts)
    assert first.costs == again.costs
    # Word 5 doesn't occur: it is never drawn, and its rows stay as they started.
    assert first.contexts[5].tolist() == [0.0, 0.0, 0.0]


def test_a_batch_may_be_larger_than_the_text():
    result = train_skip_gram([0, 1], 2, 2, np.random.default_rng(0), batch_size=1000)
    assert len(result.costs) == 1


def test_arguments_of_training():
    rng = np.random.default_rng(0)
    with pytest.raises(
        ValueError, match=r"^ids: expected a text with at least two neighbours, got"
    ):
        train_skip_gram([0, 1, 0], 2, 2, rng, end=0)
    with pytest.raises(ValueError, match=r"^learning_rate: expected a finite number above 0"):
        train_skip_gram([0, 1], 2, 2, rng, learning_rate=0.0)
    with pytest.raises(TypeError, match=r"^rng: expected a numpy.random.Generator"):
        train_skip_gram([0, 1], 2, 2, 0)
    for name in ("width", "window", "n_negatives", "epochs", "batch_size"):
        arguments = {"width": 2, name: 0}
        with pytest.raises(ValueError, match=f"^{name}: expected a whole number of at least 1"):
            train_skip_gram([0, 1], 2, rng=rng, **arguments)
