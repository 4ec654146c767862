"""Attention for arrays of any library: in blocks, with memory linear in the sequence, or all at once.

A softmax needs the largest score of its row and the sum of the exponentials. Both can
be had while the keys go by, block after block: when a larger score turns up, what was
summed so far is scaled down (M. Milakov, N. Gimelshein, "Online normalizer calculation
for softmax", 2018, algorithm 3; T. Dao et al., "FlashAttention", 2022, algorithm 1).
The way back makes each block of weights anew from the row's two numbers.
Its arguments are checked first.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from nnmath._arrays import Array, device_of, is_array, is_numpy, namespace
from nnmath._checks import (
    array_of_list,
    check_axes,
    check_number,
    common_namespace,
    floating_arrays,
    wrong_type,
    wrong_value,
)
from nnmath.activations import softmax

#: In the place of values, where only the weights are asked for. None there is a mistake.
NO_VALUES = object()


class Arguments(NamedTuple):
    """What attention is computed from, all of it checked.

    Queries stand in rows; leading axes broadcast. Where heads share keys, the heads of
    the queries are split in two axes, and those of keys and values have a 1 there.
    """

    xp: Any
    q: Array
    k: Array
    v: Array
    #: Where a query may see a key; broadcasts to the shape of the weights.
    mask: Array | None
    causal: bool
    scale: float
    #: How many heads of queries share one head of keys.
    n_sharing: int


def checked_arguments(
    q: object, k: object, v: object, mask: object, causal: object, scale: object
) -> Arguments:
    """Return the arguments in one form, or refuse them; ``v`` may be NO_VALUES."""
    if v is NO_VALUES:
        xp, *arrays = floating_arrays(q=q, k=k)
    else:
        xp, *arrays = floating_arrays(q=q, k=k, v=v)
    queries, keys = arrays[:2]
    n_sharing = _check_queries_and_keys(queries, keys)
    values = None if v is NO_VALUES else arrays[2]
    if values is not None:
        _check_values(keys, values)
    if not isinstance(causal, (bool, np.bool_)):
        raise wrong_type("causal", "True or False", causal)
    factor = 1.0 / math.sqrt(keys.shape[-1]) if scale is None else check_number("scale", scale)
    seen = _checked_mask(queries, (*queries.shape[:-1], keys.shape[-2]), mask)
    if queries.ndim == 1:
        queries = queries[None, :]
        seen = seen[None, :] if seen is not None and seen.ndim == 1 else seen
    return Arguments(
        xp,
        grouped(xp, queries, n_sharing),
        _with_axis(xp, keys, n_sharing),
        None if values is None else _with_axis(xp, values, n_sharing),
        _grouped_mask(xp, seen, n_sharing),
        bool(causal),
        factor,
        n_sharing,
    )


def grouped(xp: Any, x: Array, n_sharing: int) -> Array:
    """Return the heads in two axes, groups and heads of a group; as it is if none share."""
    if n_sharing == 1:
        return x
    *leading, n_heads, n, width = x.shape
    return xp.reshape(x, (*leading, n_heads // n_sharing, n_sharing, n, width))


def ungrouped(xp: Any, x: Array, shape: tuple[int, ...]) -> Array:
    """Return what was split by `grouped` in its own shape."""
    return x if tuple(x.shape) == shape else xp.reshape(x, shape)


def visible_block(
    arguments: Arguments, rows: tuple[int, int], columns: tuple[int, int]
) -> Array | None:
    """Return which of some queries may see which of some keys, None if all see all."""
    xp, mask = arguments.xp, arguments.mask
    if mask is not None:
        (top, bottom), (left, right) = rows, columns
        mask = mask if mask.shape[-2] == 1 else mask[..., top:bottom, :]
        mask = mask if mask.shape[-1] == 1 else mask[..., left:right]
    if not arguments.causal:
        return mask
    ahead = arguments.k.shape[-2] - arguments.q.shape[-2]
    where = device_of(arguments.q)
    last_seen = xp.arange(rows[0] + ahead, rows[1] + ahead, **where)[:, None]
    past = xp.arange(*columns, **where)[None, :] <= last_seen
    return past if mask is None else xp.logical_and(mask, past)


def _with_axis(xp: Any, x: Array, n_sharing: int) -> Array:
    """Return keys or values with an axis for the heads that share them, if some do."""
    return x if n_sharing == 1 else xp.expand_dims(x, axis=-3)


def _grouped_mask(xp: Any, mask: Array | None, n_sharing: int) -> Array | None:
    """Return a mask whose heads are split as those of the queries."""
    if mask is None or n_sharing == 1 or mask.ndim < 3:
        return mask
    return xp.expand_dims(mask, axis=-3) if mask.shape[-3] == 1 else grouped(xp, mask, n_sharing)


def _check_queries_and_keys(q: Array, k: Array) -> int:
    """Refuse queries and keys that don't fit; return how many heads share one of the keys."""
    check_axes("q", q, 1, "shape (..., n_queries, d_k) or (d_k,)")
    check_axes("k", k, 2, "shape (..., n_keys, d_k)")
    if 0 in k.shape[-2:]:
        raise wrong_value("k", "at least one key of length 1 or more", f"shape {tuple(k.shape)}")
    if q.shape[-1] == k.shape[-1]:
        if q.shape[:-2] == k.shape[:-2] and (q.ndim > 1 or k.ndim == 2):
            return 1
        if q.ndim == k.ndim > 2 and q.shape[:-3] == k.shape[:-3]:
            n_sharing, left = divmod(q.shape[-3], max(k.shape[-3], 1))
            if n_sharing > 0 and left == 0:
                return int(n_sharing)
    expected = "the leading axes (or a multiple of its heads) and the last axis of k"
    got = f"shape {tuple(q.shape)} with k of shape {tuple(k.shape)}"
    raise wrong_value("q", expected, got)


def _check_values(k: Array, v: Array) -> None:
    """Refuse values that aren't one for every key."""
    if v.ndim < 2 or tuple(v.shape[:-1]) != tuple(k.shape[:-1]) or v.shape[-1] == 0:
        got = f"shape {tuple(v.shape)} with k of shape {tuple(k.shape)}"
        raise wrong_value("v", "one row of length 1 or more for every key", got)


def _checked_mask(q: Array, shape: tuple[int, ...], mask: object) -> Array | None:
    """Return the mask, or refuse one that isn't boolean or doesn't broadcast to the weights."""
    if mask is None:
        return None
    array: Array = array_of_list("mask", mask) if isinstance(mask, (list, tuple)) else mask
    if not is_array(array) or not _is_boolean(array):
        raise wrong_type("mask", "an array of booleans, True where a query may see a key", mask)
    common_namespace(q=q, mask=array)
    own = tuple(array.shape)
    ends = shape[len(shape) - len(own) :]
    if not 0 < len(own) <= len(shape) or any(
        a not in (1, b) for a, b in zip(own, ends, strict=True)
    ):
        raise wrong_value("mask", f"a shape that broadcasts to {shape}", f"shape {own}")
    return array if len(own) > 1 or len(shape) == 1 else array[None, :]


def _is_boolean(array: Array) -> bool:
    """Say whether an array of any library holds booleans."""
    if is_numpy(array):
        return bool(array.dtype == np.bool_)
    return bool(namespace(array).isdtype(array.dtype, "bool"))


# In blocks


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
