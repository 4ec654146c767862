"""Scaled dot-product attention and its derivative.

Queries, keys and values are rows, as in the paper: q has shape (..., n_queries,
d_k), k (..., n_keys, d_k), v (..., n_keys, d_v). Leading axes (samples, heads) must
be equal: nothing is broadcast. A single query may come as a vector.

The document writes one query with keys and values as columns,
v softmax(k^T q / sqrt(d_k)); that is the transpose of what is computed here.

Values aren't looked at: NaN propagates. Different floating dtypes are promoted
by the rules of the library.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from nnmath._arrays import Array
from nnmath._checks import (
    check_axes,
    check_shape,
    floating_arrays,
    wrong_value,
)
from nnmath.activations import softmax, softmax_backward

__all__ = ["AttentionGradients", "attention", "attention_backward", "attention_weights"]


class AttentionGradients(NamedTuple):
    """Derivatives of the cost by queries, keys and values."""

    #: By the queries.
    dq: Array
    #: By the keys.
    dk: Array
    #: By the values.
    dv: Array


def attention_weights(q: Array, k: Array) -> Array:
    r"""Return how much every query attends to every key.

    Parameters
    ----------
    q : array, shape (..., n_queries, d_k) or (d_k,)
        Queries; d_k at least 1.
    k : array, shape (..., n_keys, d_k)
        Keys, at least one.

    Returns
    -------
    array, shape (..., n_queries, n_keys) or (n_keys,)
        Probabilities: every row sums to 1.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit, or there is no key or nothing to compare.

    Notes
    -----
    .. math:: A = \operatorname{softmax}\left(\frac{q k^T}{\sqrt{d_k}}\right)

    The softmax runs over the keys and subtracts the largest entry of every row
    first. Queries are scaled before the product, where numbers are smaller.

    References
    ----------
    A. Vaswani et al., "Attention is all you need" (2017), arXiv:1706.03762, eq. 1.

    Examples
    --------
    >>> from nnmath import attention_weights
    >>> attention_weights([0.0, 0.0], [[1.0, 2.0], [3.0, 4.0]]).tolist()
    [0.5, 0.5]
    """
    xp, q, k = floating_arrays(q=q, k=k)
    _check_queries_and_keys(q, k)
    return _weights(xp, q, k)


def attention(q: Array, k: Array, v: Array) -> Array:
    r"""Return for every query the mean of the values, weighted by attention.

    Parameters
    ----------
    q : array, shape (..., n_queries, d_k) or (d_k,)
        Queries; d_k at least 1.
    k : array, shape (..., n_keys, d_k)
        Keys, at least one.
    v : array, shape (..., n_keys, d_v)
        One value a key; d_v at least 1.

    Returns
    -------
    array, shape (..., n_queries, d_v) or (d_v,)
        One row a query, within the bounds of the values.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit, or one is empty where it can't be.

    Notes
    -----
    .. math:: \operatorname{Attention}(q, k, v) =
        \operatorname{softmax}\left(\frac{q k^T}{\sqrt{d_k}}\right) v

    References
    ----------
    A. Vaswani et al., "Attention is all you need" (2017), arXiv:1706.03762, eq. 1.

    Examples
    --------
    >>> from nnmath import attention
    >>> attention([0.0], [[1.0], [2.0]], [[10.0, 0.0], [20.0, 4.0]]).tolist()
    [15.0, 2.0]
    """
    xp, q, k, v = floating_arrays(q=q, k=k, v=v)
    _check_queries_and_keys(q, k)
    _check_values(k, v)
    return xp.matmul(_weights(xp, q, k), v)


def attention_backward(do: Array, q: Array, k: Array, v: Array) -> AttentionGradients:
    r"""Return the derivatives of the cost by queries, keys and values.

    Parameters
    ----------
    do : array, shape (..., n_queries, d_v) or (d_v,)
        Derivative of the cost by the output of `attention`.
    q : array, shape (..., n_queries, d_k) or (d_k,)
        Queries; d_k at least 1.
    k : array, shape (..., n_keys, d_k)
        Keys, at least one.
    v : array, shape (..., n_keys, d_v)
        One value a key; d_v at least 1.

    Returns
    -------
    AttentionGradients
        ``dq``, ``dk`` and ``dv``, with the shapes of ``q``, ``k`` and ``v``.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit, or one is empty where it can't be.

    Notes
    -----
    With the weights A, o = A v and the scores s = q k^T / sqrt(d_k):

    .. math::
        \frac{\partial C}{\partial v} &= A^T \frac{\partial C}{\partial o} \\
        \frac{\partial C}{\partial A} &= \frac{\partial C}{\partial o} v^T \\
        \frac{\partial C}{\partial q} &=
            \frac{1}{\sqrt{d_k}} \frac{\partial C}{\partial s} k \\
        \frac{\partial C}{\partial k} &=
            \frac{1}{\sqrt{d_k}} \left(\frac{\partial C}{\partial s}\right)^T q

    where the derivative by s is the `softmax_backward` of that by A.

    References
    ----------
    A. Vaswani et al., "Attention is all you need" (2017), arXiv:1706.03762, eq. 1,
    whose derivative this is.

    Examples
    --------
    >>> from nnmath import attention_backward
    >>> k, v = [[1.0], [2.0]], [[10.0], [20.0]]
    >>> gradients = attention_backward([1.0], [0.0], k, v)
    >>> gradients.dq.tolist(), gradients.dk.tolist(), gradients.dv.tolist()
    ([2.5], [[0.0], [0.0]], [[0.5], [0.5]])
    """
    xp, do, q, k, v = floating_arrays(do=do, q=q, k=k, v=v)
    _check_queries_and_keys(q, k)
    _check_values(k, v)
    check_shape("do", do, (*q.shape[:-1], v.shape[-1]), "the queries of q, the width of v")
    if q.ndim > 1:
        return _backward(xp, do, q, k, v)
    gradients = _backward(xp, do[None, :], q[None, :], k, v)
    return gradients._replace(dq=gradients.dq[0, :])


def _backward(xp: Any, do: Array, q: Array, k: Array, v: Array) -> AttentionGradients:
    """Return the derivatives for queries in rows."""
    turned = xp.matrix_transpose
    scale = _scale(q)
    scores = _scores(xp, q, k)
    weights = softmax(scores)
    ds = softmax_backward(xp.matmul(do, turned(v)), scores) * scale
    return AttentionGradients(
        dq=xp.matmul(ds, k),
        dk=xp.matmul(turned(ds), q),
        dv=xp.matmul(turned(weights), do),
    )


def _weights(xp: Any, q: Array, k: Array) -> Array:
    """Return the attention weights of arguments that were checked."""
    return softmax(_scores(xp, q, k))


def _scores(xp: Any, q: Array, k: Array) -> Array:
    """Return the scaled products of queries and keys."""
    return xp.matmul(q * _scale(q), xp.matrix_transpose(k))


def _scale(q: Array) -> float:
    """Return 1 / sqrt(d_k)."""
    return 1.0 / math.sqrt(q.shape[-1])


def _check_queries_and_keys(q: Array, k: Array) -> None:
    """Refuse queries and keys that don't fit each other."""
    check_axes("q", q, 1, "shape (..., n_queries, d_k) or (d_k,)")
    check_axes("k", k, 2, "shape (..., n_keys, d_k)")
    if 0 in k.shape[-2:]:
        raise wrong_value("k", "at least one key of length 1 or more", f"shape {tuple(k.shape)}")
    fits = q.shape[-1] == k.shape[-1] and q.shape[:-2] == k.shape[:-2]
    if not fits or (q.ndim == 1 and k.ndim != 2):
        got = f"shape {tuple(q.shape)} with k of shape {tuple(k.shape)}"
        raise wrong_value("q", "the leading axes and the last axis of k", got)


def _check_values(k: Array, v: Array) -> None:
    """Refuse values that aren't one for every key."""
    if v.ndim < 2 or tuple(v.shape[:-1]) != tuple(k.shape[:-1]) or v.shape[-1] == 0:
        got = f"shape {tuple(v.shape)} with k of shape {tuple(k.shape)}"
        raise wrong_value("v", "one row of length 1 or more for every key", got)
