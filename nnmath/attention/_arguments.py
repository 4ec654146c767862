"""The arguments of attention: checked, and brought into one form."""

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
