"""Attention as it is printed: the matrix of weights, then the product with the values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnmath._arrays import Array
from nnmath.activations import softmax
from nnmath.attention._arguments import Arguments, visible_block

__all__ = ["plain_attention", "plain_backward", "plain_weights", "summed_over_sharing"]


def plain_weights(arguments: Arguments) -> Array:
    """Return how much every query attends to every key."""
    xp, q, k = arguments.xp, arguments.q, arguments.k
    # Queries are scaled before the product, where numbers are smaller.
    scores = xp.matmul(q * arguments.scale, xp.matrix_transpose(k))
    visible = visible_block(arguments, (0, q.shape[-2]), (0, k.shape[-2]))
    return softmax(scores) if visible is None else _masked_softmax(xp, scores, visible)


def plain_attention(arguments: Arguments) -> Array:
    """Return the values, weighted for every query."""
    return arguments.xp.matmul(plain_weights(arguments), arguments.v)


def plain_backward(arguments: Arguments, do: Array) -> tuple[Array, Array, Array]:
    """Return the derivatives by queries, keys and values."""
    xp, q, k, v = arguments.xp, arguments.q, arguments.k, arguments.v
    turned = xp.matrix_transpose
    weights = plain_weights(arguments)
    dweights = xp.matmul(do, turned(v))
    mean = xp.sum(dweights * weights, axis=-1, keepdims=True)
    ds = weights * (dweights - mean) * arguments.scale
    dk = xp.matmul(turned(ds), q)
    dv = xp.matmul(turned(weights), do)
    return xp.matmul(ds, k), *summed_over_sharing(arguments, dk, dv)


def summed_over_sharing(arguments: Arguments, *by_heads: Array) -> tuple[Array, ...]:
    """Return derivatives by keys or values, summed over the heads that share them."""
    if arguments.n_sharing == 1:
        return by_heads
    return tuple(arguments.xp.sum(part, axis=-3, keepdims=True) for part in by_heads)


def _masked_softmax(xp: Any, scores: Array, visible: Array) -> Array:
    """Return the softmax over what is visible; zeros where nothing is."""
    scores = xp.where(visible, scores, -math.inf)
    largest = xp.max(scores, axis=-1, keepdims=True)
    largest = xp.where(largest == -math.inf, 0.0, largest)
    # A difference beyond the largest float rightly becomes minus infinity, and scores
    # without a limit rightly NaN, as in `softmax`.
    with np.errstate(over="ignore", invalid="ignore"):
        exponentials = xp.exp(scores - largest)
    total = xp.sum(exponentials, axis=-1, keepdims=True)
    return exponentials / xp.where(total == 0.0, 1.0, total)
