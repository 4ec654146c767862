"""Attention in blocks for NumPy: the same as in `_blocks`, in buffers that are kept.

What was found to pay. Scores stand with keys in rows and queries in columns, so that
everything there is one number of for each query is a row that NumPy works on in one
stretch; a block of them fits the cache; sums over keys are products with ones. Where no
score can be large, by the Cauchy-Schwarz inequality, the exponentials are taken as they
are: the largest score needn't be found and subtracted, which saves two of three passes.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.attention._blocks import Arguments, Range, blocks, last_key, visible_block

#: Queries and keys of a block. More queries make products quicker, but in causal attention
#: fewer of them waste less where only a part of the keys is seen.
_SIZES = {False: (256, 512), True: (128, 1024)}
#: Scores up to here (and values up to there) are far from overflow and underflow.
_SMALL = {np.dtype(np.float32): (30.0, 1e10), np.dtype(np.float64): (300.0, 1e50)}

Floats = NDArray[Any]


class _Head(NamedTuple):
    """One head: scaled queries, keys and values, and what may be seen."""

    arguments: Arguments
    q: Floats
    k: Floats
    v: Floats
    #: Whether the exponentials of the scores are taken as they are.
    small: bool


class _Rows(NamedTuple):
    """What some queries get, a row each: sums of values, weighted by exponentials, and of those."""

    output: Floats
    total: Floats
    #: The largest score of each query, in columns; None if the exponentials are as they are.
    largest: Floats | None


class _Space:
    """Buffers for blocks, made once a call."""

    def __init__(self, arguments: Arguments) -> None:
        dtype = arguments.q.dtype
        self.n_queries, self.n_keys = _SIZES[arguments.causal]
        self._buffers = [np.empty(self.n_keys * self.n_queries, dtype) for _ in range(2)]
        self.ones = np.ones((self.n_keys, 1), dtype)
        if arguments.causal:
            # Beyond the keys that all of some queries see, each query sees one more.
            self.past = np.tri(self.n_queries, k=-1, dtype=dtype).T

    def block(self, i: int, keys: Range, rows: Range) -> Floats:
        """Return one of the buffers in the shape of a block."""
        shape = keys[1] - keys[0], rows[1] - rows[0]
        return self._buffers[i][: shape[0] * shape[1]].reshape(shape)


def fits(arguments: Arguments, *arrays: Any) -> bool:
    """Say whether all arrays are NumPy's, of one dtype that BLAS knows."""
    dtype = arguments.q.dtype
    return (
        arguments.xp is np
        and dtype in _SMALL
        and all(x.dtype == dtype for x in (arguments.k, arguments.v, *arrays))
    )


def numpy_attention(arguments: Arguments) -> Floats:
    """Return the values, weighted for every query."""
    q, v = arguments.q, arguments.v
    output = np.empty((*q.shape[:-1], v.shape[-1]), q.dtype)
    space = _Space(arguments)
    with np.errstate(over="ignore", invalid="ignore"):  # as in `softmax`
        for index in np.ndindex(q.shape[:-2]):
            head = _head(arguments, index)
            for rows in blocks(q.shape[-2], space.n_queries):
                parts = _attend(head, rows, space)
                np.divide(parts.output, parts.total, out=output[index][slice(*rows)])
    return output


def numpy_backward(arguments: Arguments, do: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the derivatives by queries, keys and values."""
    q, k, v = arguments[1:4]
    dq, dk, dv = np.empty_like(q, order="C"), np.zeros(k.shape, k.dtype), np.zeros(v.shape, v.dtype)
    space = _Space(arguments)
    with np.errstate(over="ignore", invalid="ignore"):
        for index in np.ndindex(q.shape[:-2]):
            head, place = _head(arguments, index), _shared(arguments, index)
            for rows in blocks(q.shape[-2], space.n_queries):
                some = slice(*rows)
                dq[index][some] = _back(head, rows, do[index][some], dk[place], dv[place], space)
    return dq, dk, dv


def _shared(arguments: Arguments, index: tuple[int, ...]) -> tuple[int, ...]:
    """Return the place of the keys of a head."""
    return index if arguments.n_sharing == 1 else (*index[:-1], 0)


def _head(arguments: Arguments, index: tuple[int, ...]) -> _Head:
    """Return what belongs to one head."""
    shared = _shared(arguments, index)
    q, k, v = arguments.q[index] * arguments.scale, arguments.k[shared], arguments.v[shared]
    mask = arguments.mask
    if mask is not None and mask.ndim > 2:
        mask = np.broadcast_to(mask, (*arguments.q.shape[:-2], *mask.shape[-2:]))[index]
    largest_score, largest_value = _SMALL[q.dtype]
    longest = [np.sqrt(np.max(np.einsum("ij,ij->i", x, x))) for x in (q, k)]
    small = bool(longest[0] * longest[1] < largest_score and np.max(v) < largest_value)
    small = small and bool(np.min(v) > -largest_value)
    return _Head(arguments._replace(q=q, k=k, v=v, mask=mask), q, k, v, small)


def _attend(head: _Head, rows: Range, space: _Space) -> _Rows:
    """Go through the keys for some queries."""
    output: Any = 0.0
    total: Any = 0.0
    largest = None if head.small else np.full((1, rows[1] - rows[0]), -np.inf, head.q.dtype)
    for keys in _key_blocks(head, rows, space.n_keys):
        weights, visible = _scores(head, rows, keys, space)
        if largest is not None:
            top = np.maximum(largest, weights.max(axis=0, keepdims=True))
            smaller = np.exp(largest - _finite(top)).T
            output, total, largest = output * smaller, total * smaller, top
        _exponentials(weights, largest, visible)
        total = weights.T @ space.ones[: len(weights)] + total
        output = weights.T @ head.v[slice(*keys)] + output
    if isinstance(total, float):  # no key is seen
        n = rows[1] - rows[0]
        output, total = np.zeros((n, head.v.shape[-1]), head.q.dtype), np.ones((n, 1), head.q.dtype)
    total[total == 0.0] = 1.0
    return _Rows(output, total, largest)


def _key_blocks(head: _Head, rows: Range, size: int) -> list[Range]:
    """Return the blocks of keys that some queries see; those seen in part stand apart."""
    end = last_key(head.arguments, rows)
    if not head.arguments.causal:
        return blocks(end, size)
    full = max(0, end - (rows[1] - rows[0]) + 1)  # what the first query sees, so all do
    return blocks(full, size) + [(full + a, full + b) for a, b in blocks(end - full, size)]


def _scores(head: _Head, rows: Range, keys: Range, space: _Space) -> tuple[Floats, Any]:
    """Return a block of scores, and which of their exponentials stay; None if all do.

    Unless scores are small, those of keys that aren't seen are minus infinity.
    """
    scores = space.block(0, keys, rows)
    np.matmul(head.k[slice(*keys)], head.q[slice(*rows)].T, out=scores)
    arguments = head.arguments
    # So many keys are seen by all of these queries.
    by_all = rows[0] + 1 + arguments.k.shape[-2] - arguments.q.shape[-2]
    if arguments.mask is None:
        if not arguments.causal or keys[1] <= by_all:
            return scores, None
        if head.small and keys[0] == by_all:
            return scores, space.past[: len(scores), : scores.shape[1]]
    visible = visible_block(arguments, rows, keys)
    if visible is not None:
        visible = np.broadcast_to(visible, scores.T.shape).T
        if not head.small:
            np.copyto(scores, -np.inf, where=~visible)
    return scores, visible if head.small else None


def _exponentials(scores: Floats, largest: Floats | None, visible: Any) -> None:
    """Replace scores by their exponentials, 0 where one isn't to stay."""
    if largest is not None:
        scores -= _finite(largest)
    np.exp(scores, out=scores)
    if visible is not None:
        scores *= visible


def _finite(largest: Floats) -> Floats:
    """Return the largest scores, 0 where no key is seen."""
    return np.where(largest == -np.inf, largest.dtype.type(0.0), largest)


def _back(head: _Head, rows: Range, do: Floats, dk: Floats, dv: Floats, space: _Space) -> Floats:
    """Return the derivative by some queries; add what they give to that by keys and values."""
    scale = head.arguments.scale
    parts = _attend(head, rows, space)
    # The exponentials are weights but for the sum of their row: that goes to the other side.
    do_over_total = do / parts.total
    mean = np.einsum("ij,ij->i", parts.output / parts.total, do_over_total)
    dq = np.zeros_like(head.q[slice(*rows)])
    for keys in _key_blocks(head, rows, space.n_keys):
        some = slice(*keys)
        weights, visible = _scores(head, rows, keys, space)
        _exponentials(weights, parts.largest, visible)
        dv[some] += weights @ do_over_total
        ds = np.matmul(head.v[some], do_over_total.T, out=space.block(1, keys, rows))
        ds -= mean
        ds *= weights
        dk[some] += ds @ head.q[slice(*rows)]
        dq += ds.T @ head.k[some]
    dq *= scale
    return dq
