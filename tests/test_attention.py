"""Attention and its derivative: values by hand, laws, extremes, errors."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import assert_vjp
from strategies import arrays, attentions, floats

from nnmath.activations import softmax
from nnmath.attention import (
    AttentionGradients,
    attention,
    attention_backward,
    attention_weights,
)

pytestmark = pytest.mark.filterwarnings("error")


def same(actual, expected, rtol=1e-12, atol=1e-12):
    """Compare up to the rounding of a few products."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


# d_k = 4, so scores are halved: q.k / 2 = 0, ln 2, ln 5 for the three keys.
Q = np.array([1.0, 0.0, 1.0, 0.0])
K = np.array(
    [
        [0.0, 7.0, 0.0, 7.0],
        [math.log(2.0), 7.0, math.log(2.0), 7.0],
        [2.0 * math.log(5.0), 7.0, 0.0, 7.0],
    ]
)
V = np.array([[8.0, 0.0], [0.0, 16.0], [16.0, 8.0]])


# Values by hand


def test_attention_weights_by_hand():
    # e^0, e^ln 2, e^ln 5: shares of 8
    same(attention_weights(Q, K), [1 / 8, 2 / 8, 5 / 8])


def test_attention_by_hand():
    # 1/8 (8, 0) + 2/8 (0, 16) + 5/8 (16, 8) = (1 + 0 + 10, 0 + 4 + 5)
    same(attention(Q, K, V), [11.0, 9.0])


def test_attention_backward_by_hand():
    # One number wide, so no scale. Scores are 0 for both keys: weights 1/2, 1/2.
    # dv = (1/2, 1/2). By the weights: (10, 20); their mean 15, so by the scores:
    # 1/2 (10 - 15, 20 - 15) = (-2.5, 2.5). dq = -2.5 * 1 + 2.5 * 2 = 2.5, dk = ds * 0.
    gradients = attention_backward([1.0], [0.0], [[1.0], [2.0]], [[10.0], [20.0]])
    assert isinstance(gradients, AttentionGradients)
    assert gradients.dq.tolist() == [2.5]
    assert gradients.dk.tolist() == [[0.0], [0.0]]
    assert gradients.dv.tolist() == [[0.5], [0.5]]


def test_document_writes_columns():
    # One query: v softmax(k^T q / sqrt(d_k)) with keys and values as columns.
    k_columns, v_columns = K.T, V.T
    same(attention(Q, K, V), v_columns @ softmax(k_columns.T @ Q / math.sqrt(4)))


# Laws


@given(attentions())
def test_weights_are_probabilities_and_output_is_their_mean(parts):
    q, k, v = parts.values()
    weights = attention_weights(q, k)
    assert weights.shape == (*q.shape[:-1], k.shape[-2])
    assert np.all(weights >= 0.0)
    same(weights.sum(axis=-1), np.ones(q.shape[:-1]))
    # Within the convex hull of the values, so within their bounds.
    output = attention(q, k, v)
    assert np.all(output >= v.min(axis=-2, keepdims=True) - 1e-12)
    assert np.all(output <= v.max(axis=-2, keepdims=True) + 1e-12)
    # A value that all keys share comes out as it is, whatever the query.
    shared = np.broadcast_to(v[..., :1, :], v.shape).copy()
    same(attention(q, k, shared), np.broadcast_to(v[..., :1, :], output.shape))


@given(attentions(), st.randoms())
def test_order_of_keys_does_not_matter(parts, random):
    q, k, v = parts.values()
    order = random.sample(range(k.shape[-2]), k.shape[-2])
    same(attention(q, k[..., order, :], v[..., order, :]), attention(q, k, v))


@given(attentions(), st.randoms())
def test_order_of_queries_is_kept(parts, random):
    q, k, v = parts.values()
    order = random.sample(range(q.shape[-2]), q.shape[-2])
    same(attention(q[..., order, :], k, v), attention(q, k, v)[..., order, :])


@given(attentions(), floats(5.0))
def test_key_that_all_share_is_not_seen(parts, shift):
    q, k, v = parts.values()
    same(attention(q, k + shift, v), attention(q, k, v), rtol=1e-10, atol=1e-10)


@given(attentions(), floats(5.0), st.data())
def test_attention_is_linear_in_its_values(parts, factor, data):
    q, k, v = parts.values()
    other = data.draw(arrays(v.shape, bound=5.0))
    combined = attention(q, k, factor * v + other)
    same(combined, factor * attention(q, k, v) + attention(q, k, other), atol=1e-10)


@given(attentions())
def test_leading_axes_and_single_queries_are_done_one_by_one(parts):
    q, k, v = parts.values()
    output, weights = attention(q, k, v), attention_weights(q, k)
    do = np.ones_like(output)
    whole = attention_backward(do, q, k, v)
    for head in np.ndindex(q.shape[:-2]):
        dk, dv = np.zeros_like(k[head]), np.zeros_like(v[head])
        for i in range(q.shape[-2]):
            query = q[(*head, i)]
            same(attention(query, k[head], v[head]), output[(*head, i)])
            same(attention_weights(query, k[head]), weights[(*head, i)])
            one = attention_backward(do[(*head, i)], query, k[head], v[head])
            same(one.dq, whole.dq[(*head, i)])
            dk, dv = dk + one.dk, dv + one.dv
        same(dk, whole.dk[head])
        same(dv, whole.dv[head])


@given(attentions())
def test_derivatives_by_keys_cancel(parts):
    # A key that is added to all changes nothing, so these derivatives sum to zero.
    q, k, v = parts.values()
    do = np.ones((*q.shape[:-1], v.shape[-1]))
    gradients = attention_backward(do, q, k, v)
    total = gradients.dk.sum(axis=-2)
    same(total, np.zeros_like(total), atol=1e-10)
    same(gradients.dv.sum(axis=-2), do.sum(axis=-2))


# Derivatives


@settings(max_examples=25)
@given(attentions(bound=2.0), attentions(bound=2.0, side=3))
def test_derivatives(any_shape, same_shape):
    for parts, automatic in [(any_shape, False), (same_shape, True)]:
        assert_vjp(attention, attention_backward, parts, ("q", "k", "v"), automatic=automatic)


@pytest.mark.parametrize("size", [1000.0, 1e4])
def test_automatic_derivatives_at_extremes(size):
    q, k, v = np.array([[size, 1.0]]), np.array([[size, 0.0], [-size, 2.0]]), np.eye(2)
    do = np.array([[1.0, -2.0]])
    _, vjp = jax.vjp(attention, *map(jnp.asarray, (q, k, v)))
    for automatic, ours in zip(vjp(jnp.asarray(do)), attention_backward(do, q, k, v), strict=True):
        assert np.all(np.isfinite(ours))
        same(np.asarray(automatic), ours, rtol=1e-10, atol=1e-10)


# Extremes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1000.0, 1e4])
def test_extremes(size, dtype):
    q = np.array([[size], [-size], [0.0]], dtype=dtype)
    k = np.array([[size], [-size]], dtype=dtype)
    v = np.array([[size, 1.0], [-size, 1.0]], dtype=dtype)
    with np.errstate(all="raise", under="ignore"):
        output = attention(q, k, v)
        gradients = attention_backward(np.ones((3, 2), dtype=dtype), q, k, v)
    # The first query sees the first key alone, the second the second, the third both.
    assert output.tolist() == [[size, 1.0], [-size, 1.0], [0.0, 1.0]]
    assert output.dtype == dtype
    assert all(g.dtype == dtype and np.all(np.isfinite(g)) for g in gradients)
    # Third query: 1/2 (size - 0) = size/2 and -size/2 by the scores, times the keys.
    assert gradients.dq.tolist() == [[0.0], [0.0], [size**2]]


def test_half_precision():
    parts = [part.astype(np.float16) for part in (Q, K, V)]
    assert attention(*parts).dtype == np.float16
    same(attention(*parts), [11.0, 9.0], rtol=1e-2)


def test_nothing_asked_and_one_key():
    assert attention(np.zeros((0, 4)), K, V).shape == (0, 2)
    assert attention_weights(np.zeros((0, 4)), K).shape == (0, 3)
    gradients = attention_backward(np.zeros((0, 2)), np.zeros((0, 4)), K, V)
    assert gradients.dq.shape == (0, 4)
    assert not np.any(gradients.dk)
    assert not np.any(gradients.dv)
    assert attention_weights([3.0], [[2.0]]).tolist() == [1.0]
    assert attention([3.0], [[2.0]], [[5.0]]).tolist() == [5.0]


def test_nan_reaches_only_its_own_query():
    output = attention([[math.nan], [1.0]], [[1.0], [2.0]], [[1.0], [2.0]])
    assert np.isnan(output).tolist() == [[True], [False]]


# Errors


def calls(q, k, v):
    """Return all three functions with these arguments, to be called."""
    yield lambda: attention(q, k, v)
    yield lambda: attention_backward(np.zeros((3, 2)), q, k, v)
    if np.shape(v) == (5, 2):
        yield lambda: attention_weights(q, k)


@pytest.mark.parametrize(
    ("q", "k", "message"),
    [
        ((), (5, 4), r"q: expected shape \(..., n_queries, d_k\) or \(d_k,\), got shape \(\)"),
        ((3, 4), (4,), r"k: expected shape \(..., n_keys, d_k\), got shape \(4,\)"),
        ((3, 4), (0, 4), r"k: expected at least one key of length 1 or more, got shape \(0, 4\)"),
        ((3, 0), (5, 0), r"k: expected at least one key of length 1 or more, got shape \(5, 0\)"),
        ((3, 3), (5, 4), r"q: .*, got shape \(3, 3\) with k of shape \(5, 4\)"),
        ((3, 1), (5, 4), r"q: .*, got shape \(3, 1\) with k of shape \(5, 4\)"),
        ((4,), (2, 5, 4), r"q: .*, got shape \(4,\) with k of shape \(2, 5, 4\)"),
        ((3, 4), (2, 5, 4), r"q: .*, got shape \(3, 4\) with k of shape \(2, 5, 4\)"),
        (
            (1, 3, 4),
            (2, 5, 4),
            r"q: expected the leading axes \(or a multiple of its heads\) and the last axis of k, got",
        ),
    ],
)
def test_queries_and_keys_must_fit(q, k, message):
    for call in calls(np.zeros(q), np.zeros(k), np.zeros((5, 2))):
        with pytest.raises(ValueError, match=f"^{message}"):
            call()


@pytest.mark.parametrize("v", [(), (5,), (4, 2), (1, 2), (5, 0), (1, 5, 2)])
def test_values_must_fit_the_keys(v):
    message = r"^v: expected one row of length 1 or more for every key, got shape "
    for call in calls(np.zeros((3, 4)), np.zeros((5, 4)), np.zeros(v)):
        with pytest.raises(ValueError, match=message):
            call()


@pytest.mark.parametrize("do", [(), (2,), (3, 1), (1, 2), (1, 3, 2)])
def test_derivative_must_fit_the_output(do):
    message = r"^do: expected shape \(3, 2\) \(the queries of q, the width of v\), got shape "
    with pytest.raises(ValueError, match=message):
        attention_backward(np.zeros(do), np.zeros((3, 4)), np.zeros((5, 4)), np.zeros((5, 2)))
