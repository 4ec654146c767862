"""Attention: the public functions, which choose how the numbers are found."""

from typing import NamedTuple

import numpy as np

from nnmath._arrays import Array
from nnmath._checks import check_shape, floating_arrays
from nnmath.attention import _numpy
from nnmath.attention._blocks import (
    NO_VALUES,
    Arguments,
    blocked_attention,
    blocked_backward,
    checked_arguments,
    grouped,
    plain_attention,
    plain_backward,
    plain_weights,
    ungrouped,
)

#: From so many weights a head on, the matrix of them isn't stored.
_MANY = 1024 * 1024
#: Blocks in NumPy's own way are quicker from here on.
_MANY_IN_NUMPY = 256 * 256


class AttentionGradients(NamedTuple):
    """Derivatives of the cost by queries, keys and values."""

    #: By the queries.
    dq: Array
    #: By the keys.
    dk: Array
    #: By the values.
    dv: Array


def attention_weights(
    q: Array,
    k: Array,
    *,
    mask: Array | None = None,
    causal: bool = False,
    scale: float | None = None,
) -> Array:
    r"""Return how much every query attends to every key.

    Parameters
    ----------
    q : array, shape (..., n_queries, d_k) or (d_k,)
        Queries; d_k at least 1. The last leading axis may be a multiple of that of k.
    k : array, shape (..., n_keys, d_k)
        Keys, at least one.
    mask : array of bool, optional
        True where a query may see a key; broadcasts to the shape of the result.
    causal : bool, default False
        Whether a query sees only the keys up to its own place; see the module.
    scale : float, optional
        What the products are multiplied by. By default 1 / sqrt(d_k).

    Returns
    -------
    array, shape (..., n_queries, n_keys) or (n_keys,)
        Probabilities: every row sums to 1, or holds zeros if no key is seen.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers, or the mask isn't one.
    ValueError
        If the shapes don't fit, or there is no key or nothing to compare.

    Notes
    -----
    With queries Q and keys K, one a row,

    .. formula:: \mathbf{S} = \frac{\mathbf{Q} \mathbf{K}^\top}{\sqrt{d_k}}
        :restates: attention-scores-rows
        :code: none

    .. formula:: \mathbf{A} = \operatorname{softmax}(\mathbf{S})
        :restates: attention-weights-rows

    The softmax runs over the keys and subtracts the largest entry of every row
    first. Queries are scaled before the product, where numbers are smaller. The score
    of a key that isn't seen is minus infinity.

    References
    ----------
    A. Vaswani et al., "Attention is all you need" (2017), arXiv:1706.03762, eq. 1.
    J. Ainslie et al., "GQA: training generalized multi-query transformer models from
    multi-head checkpoints" (2023), arXiv:2305.13245, figure 2, for heads that share keys.

    Examples
    --------
    >>> from nnmath.attention import attention_weights
    >>> attention_weights([0.0, 0.0], [[1.0, 2.0], [3.0, 4.0]]).tolist()
    [0.5, 0.5]
    >>> attention_weights([[0.0], [0.0]], [[1.0], [2.0]], causal=True).tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """
    arguments = checked_arguments(q, k, NO_VALUES, mask, causal, scale)
    weights = plain_weights(arguments)
    shape = (*np.shape(q)[:-1], arguments.k.shape[-2])
    return ungrouped(arguments.xp, weights, shape)


def attention(
    q: Array,
    k: Array,
    v: Array,
    *,
    mask: Array | None = None,
    causal: bool = False,
    scale: float | None = None,
) -> Array:
    r"""Return for every query the mean of the values, weighted by attention.

    Parameters
    ----------
    q : array, shape (..., n_queries, d_k) or (d_k,)
        Queries; d_k at least 1. The last leading axis may be a multiple of that of k.
    k : array, shape (..., n_keys, d_k)
        Keys, at least one.
    v : array, shape (..., n_keys, d_v)
        One value a key; d_v at least 1.
    mask : array of bool, optional
        True where a query may see a key; broadcasts to (..., n_queries, n_keys).
    causal : bool, default False
        Whether a query sees only the keys up to its own place; see the module.
    scale : float, optional
        What the products are multiplied by. By default 1 / sqrt(d_k).

    Returns
    -------
    array, shape (..., n_queries, d_v) or (d_v,)
        One row a query, within the bounds of the values; zeros if it sees no key.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers, or the mask isn't one.
    ValueError
        If the shapes don't fit, or one is empty where it can't be.

    Notes
    -----
    With queries Q, keys K and values V, one a row,

    .. formula:: \operatorname{Attention}(\mathbf{Q}, \mathbf{K}, \mathbf{V}) =
            \operatorname{softmax}\left( \frac{\mathbf{Q} \mathbf{K}^\top}{\sqrt{d_k}} \right)
            \mathbf{V}
        :restates: attention-rows

    Beyond a million weights a head (for NumPy arrays of float32 or float64 from 65,536)
    they are made and used in blocks, and the memory needed is linear in the numbers of
    queries and keys.

    References
    ----------
    A. Vaswani et al., "Attention is all you need" (2017), arXiv:1706.03762, eq. 1.
    M. Milakov, N. Gimelshein, "Online normalizer calculation for softmax" (2018),
    arXiv:1805.02867, algorithm 3. T. Dao, D. Fu, S. Ermon, A. Rudra, C. Ré,
    "FlashAttention" (2022), arXiv:2205.14135, algorithm 1.

    Examples
    --------
    >>> from nnmath.attention import attention
    >>> attention([0.0], [[1.0], [2.0]], [[10.0, 0.0], [20.0, 4.0]]).tolist()
    [15.0, 2.0]
    >>> attention([0.0], [[1.0], [2.0]], [[10.0], [20.0]], mask=[False, True]).tolist()
    [20.0]
    """
    arguments = checked_arguments(q, k, v, mask, causal, scale)
    if not _in_blocks(arguments):
        output = plain_attention(arguments)
    elif _numpy.fits(arguments):
        output = _numpy.numpy_attention(arguments)
    else:
        output = blocked_attention(arguments)
    return ungrouped(arguments.xp, output, (*np.shape(q)[:-1], output.shape[-1]))


def attention_backward(
    do: Array,
    q: Array,
    k: Array,
    v: Array,
    *,
    mask: Array | None = None,
    causal: bool = False,
    scale: float | None = None,
) -> AttentionGradients:
    r"""Return the derivatives of the cost by queries, keys and values.

    Parameters
    ----------
    do : array, shape (..., n_queries, d_v) or (d_v,)
        Derivative of the cost by the output of `attention`.
    q : array, shape (..., n_queries, d_k) or (d_k,)
        Queries; d_k at least 1. The last leading axis may be a multiple of that of k.
    k : array, shape (..., n_keys, d_k)
        Keys, at least one.
    v : array, shape (..., n_keys, d_v)
        One value a key; d_v at least 1.
    mask : array of bool, optional
        As `attention` had it.
    causal : bool, default False
        As `attention` had it.
    scale : float, optional
        As `attention` had it.

    Returns
    -------
    AttentionGradients
        ``dq``, ``dk`` and ``dv``, with the shapes of ``q``, ``k`` and ``v``; the last
        two are summed over the heads that share a head of keys.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers, or the mask isn't one.
    ValueError
        If the shapes don't fit, or one is empty where it can't be.

    Notes
    -----
    With the scores S and the weights A of `attention_weights`, and any cost of the output
    O, the derivatives are

    .. formula:: \frac{\partial C}{\partial \mathbf{V}} =
            \mathbf{A}^\top \frac{\partial C}{\partial \mathbf{O}}
        :restates: attention-values-gradient

    .. formula:: \frac{\partial C}{\partial \mathbf{A}} =
            \frac{\partial C}{\partial \mathbf{O}} \mathbf{V}^\top
        :restates: attention-weights-gradient
        :code: none

    .. formula:: \frac{\partial C}{\partial \mathbf{Q}} =
            \frac{1}{\sqrt{d_k}} \frac{\partial C}{\partial \mathbf{S}} \mathbf{K}
        :restates: attention-queries-gradient

    .. formula:: \frac{\partial C}{\partial \mathbf{K}} = \frac{1}{\sqrt{d_k}}
            \left(\frac{\partial C}{\partial \mathbf{S}}\right)^\top \mathbf{Q}
        :restates: attention-keys-gradient

    where the derivative by S is the `softmax_backward` of that by A. In blocks, as in
    `attention`, the weights are made again; the mean that `softmax_backward` subtracts
    is the product of the derivative by the output with the output itself.

    References
    ----------
    A. Vaswani et al., "Attention is all you need" (2017), arXiv:1706.03762, eq. 1,
    whose derivative this is. T. Dao, D. Fu, S. Ermon, A. Rudra, C. Ré,
    "FlashAttention" (2022), arXiv:2205.14135, algorithm 4.

    Examples
    --------
    >>> from nnmath.attention import attention_backward
    >>> k, v = [[1.0], [2.0]], [[10.0], [20.0]]
    >>> gradients = attention_backward([1.0], [0.0], k, v)
    >>> gradients.dq.tolist(), gradients.dk.tolist(), gradients.dv.tolist()
    ([2.5], [[0.0], [0.0]], [[0.5], [0.5]])
    """
    arguments = checked_arguments(q, k, v, mask, causal, scale)
    xp, do, q, k, v = floating_arrays(do=do, q=q, k=k, v=v)
    check_shape("do", do, (*q.shape[:-1], v.shape[-1]), "the queries of q, the width of v")
    rows = grouped(xp, do if do.ndim > 1 else do[None, :], arguments.n_sharing)
    if not _in_blocks(arguments):
        gradients = plain_backward(arguments, rows)
    elif _numpy.fits(arguments, rows):
        gradients = _numpy.numpy_backward(arguments, rows)
    else:
        gradients = blocked_backward(arguments, rows)
    shapes = (tuple(x.shape) for x in (q, k, v))
    return AttentionGradients(
        *(ungrouped(xp, x, shape) for x, shape in zip(gradients, shapes, strict=True))
    )


def _in_blocks(arguments: Arguments) -> bool:
    """Say whether there are too many weights to store them all."""
    many = _MANY_IN_NUMPY if _numpy.fits(arguments) else _MANY
    return arguments.q.shape[-2] * arguments.k.shape[-2] >= many and 0 not in arguments.q.shape
