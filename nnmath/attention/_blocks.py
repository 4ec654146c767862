"""Attention for arrays of any library: in blocks, with memory linear in the sequence, or all at once.

A softmax needs the largest score of its row and the sum of the exponentials. Both can
be had while the keys go by, block after block: when a larger score turns up, what was
summed so far is scaled down (M. Milakov, N. Gimelshein, "Online normalizer calculation
for softmax", 2018, algorithm 3; T. Dao et al., "FlashAttention", 2022, algorithm 1).
The way back makes each block of weights anew from the row's two numbers.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from nnmath._arrays import Array
from nnmath.activations import softmax
from nnmath.attention._arguments import Arguments, visible_block

_N_QUERIES = 256
_N_KEYS = 1024

Range = tuple[int, int]


class _Rows(NamedTuple):
    """What some queries get: the output, and what makes their weights again."""

    output: Array
    largest: Array
    total: Array


def blocked_attention(arguments: Arguments) -> Array:
    """Return the values, weighted for every query."""
    outputs = [_attend(arguments, rows).output for rows in _query_blocks(arguments)]
    return arguments.xp.concat(outputs, axis=-2)


def blocked_backward(arguments: Arguments, do: Array) -> tuple[Array, Array, Array]:
    """Return the derivatives by queries, keys and values."""
    xp, _, k, v = arguments[:4]
    dk, dv = ([xp.zeros_like(_part(x, keys)) for keys in _key_blocks(arguments)] for x in (k, v))
    dq = []
    for rows in _query_blocks(arguments):
        by_queries, by_keys, by_values = _back(arguments, rows, _part(do, rows))
        dq.append(by_queries)
        # Blocks of keys that none of these queries sees come last, and get nothing.
        for total, parts in ((dk, by_keys), (dv, by_values)):
            for i, part in enumerate(parts):
                total[i] = total[i] + part
    return tuple(xp.concat(parts, axis=-2) for parts in (dq, dk, dv))


def blocks(length: int, size: int) -> list[Range]:
    """Return where the blocks of a sequence start and end."""
    return [(start, min(start + size, length)) for start in range(0, length, size)]


def last_key(arguments: Arguments, rows: Range) -> int:
    """Return how many keys the last of some queries may see."""
    n_keys: int = arguments.k.shape[-2]
    if not arguments.causal:
        return n_keys
    return max(0, rows[1] + n_keys - int(arguments.q.shape[-2]))


def _query_blocks(arguments: Arguments) -> list[Range]:
    """Return the blocks of queries."""
    return blocks(arguments.q.shape[-2], _N_QUERIES)


def _key_blocks(arguments: Arguments, rows: Range | None = None) -> list[Range]:
    """Return the blocks of keys, or only those that some queries may see."""
    seen = blocks(arguments.k.shape[-2], _N_KEYS)
    return seen if rows is None else [keys for keys in seen if keys[0] < last_key(arguments, rows)]


def _part(x: Array, rows: Range) -> Array:
    """Return some rows."""
    return x[..., rows[0] : rows[1], :]


def _scores(arguments: Arguments, rows: Range, keys: Range) -> Array:
    """Return a block of scores, minus infinity where a key isn't seen."""
    xp, q, k = arguments[:3]
    turned = xp.matrix_transpose(_part(k, keys))
    scores = xp.matmul(_part(q, rows) * arguments.scale, turned)
    visible = visible_block(arguments, rows, keys)
    return scores if visible is None else xp.where(visible, scores, -math.inf)


def _attend(arguments: Arguments, rows: Range) -> _Rows:
    """Go through the keys for some queries."""
    xp = arguments.xp
    output: Any = 0.0
    total: Any = 0.0
    largest: Any = None
    for keys in _key_blocks(arguments, rows) or [(0, 1)]:
        scores = _scores(arguments, rows, keys)
        top = xp.max(scores, axis=-1, keepdims=True)
        top = top if largest is None else xp.maximum(largest, top)
        before = top if largest is None else largest
        with np.errstate(over="ignore", invalid="ignore"):  # as in `softmax`
            smaller = xp.exp(before - _finite(xp, top))
            weights = xp.exp(scores - _finite(xp, top))
        total = total * smaller + xp.sum(weights, axis=-1, keepdims=True)
        output = output * smaller + xp.matmul(weights, _part(arguments.v, keys))
        largest = top
    total = xp.where(total == 0.0, 1.0, total)
    return _Rows(output / total, _finite(xp, largest), total)


def _finite(xp: Any, largest: Array) -> Array:
    """Return the largest scores, 0 where no key is seen."""
    return xp.where(largest == -math.inf, 0.0, largest)


def _back(arguments: Arguments, rows: Range, do: Array) -> tuple[Array, list[Array], list[Array]]:
    """Return the derivatives by some queries, and by the blocks of keys that they see."""
    xp, q, k, v = arguments[:4]
    turned = xp.matrix_transpose
    forward = _attend(arguments, rows)
    # The mean of the derivatives by the weights is already in the output.
    mean = xp.sum(do * forward.output, axis=-1, keepdims=True)
    dq = xp.zeros_like(_part(q, rows))
    dk: list[Array] = []
    dv: list[Array] = []
    for keys in _key_blocks(arguments, rows):
        with np.errstate(over="ignore", invalid="ignore"):
            weights = xp.exp(_scores(arguments, rows, keys) - forward.largest) / forward.total
        ds = weights * (xp.matmul(do, turned(_part(v, keys))) - mean) * arguments.scale
        dq = dq + xp.matmul(ds, _part(k, keys))
        dk += summed_over_sharing(arguments, xp.matmul(turned(ds), _part(q, rows)))
        dv += summed_over_sharing(arguments, xp.matmul(turned(weights), do))
    return dq, dk, dv


# All at once


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
