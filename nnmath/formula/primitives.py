r"""What a symbol is that nothing printed defines: what its world draws for it, or what a caller gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.notation import Symbol
from nnmath.formula.worlds import sample

if TYPE_CHECKING:
    from nnmath.formula.evaluation import Evaluator, Frame, Key

__all__ = ["primitive", "support"]


def primitive(ev: Evaluator, symbol: Symbol, key: Key, span: Span) -> Value:
    """Return what the world has for a symbol that nothing defines."""
    if symbol in ev.world.given:
        return given_entry(symbol, ev.world.given[symbol], _lowest(ev, symbol, key), key, span)
    if symbol.domain in ("size", "at most"):
        return _size(ev, symbol, key)
    if symbol.domain == "printed":
        raise FormulaError("definition", f"{symbol.latex} is used before it is defined", span)
    if symbol.domain == "set of":
        members = support(ev, symbol, key)
        return ev.world.remember(symbol, key, lambda rng: _subset(rng, members))
    if symbol.values:
        members = support(ev, symbol, key)
        return ev.world.remember(symbol, key, lambda rng: float(rng.choice(members)))
    if symbol.domain in ("distribution", "one-hot") and symbol.indices and not symbol.shape:
        return _shared(ev, symbol, key)
    shape = ev.shape(symbol, key, ev.base)
    drawn = ev.world.remember(symbol, key, lambda rng: sample(symbol, rng, shape or (1, 1)))
    return drawn if shape else float(drawn[0, 0])


def _size(ev: Evaluator, symbol: Symbol, key: Key) -> float:
    """Return a size; one that is bounded knows its bound."""
    most = None
    if symbol.domain == "at most":
        bound = ev.notation.parse(symbol.detail)
        most = ev.whole(bound, ev.own_letters(symbol, key), ev.base)
    return float(ev.world.size(symbol, key, most))


def _lowest(ev: Evaluator, symbol: Symbol, key: Key) -> Key:
    """Return the lower bounds of the indices, where a given array begins."""
    return tuple(ev.range(symbol, k, key[:k], ev.base)[0] for k in range(len(key)))


def _shared(ev: Evaluator, symbol: Symbol, key: Key) -> float:
    """Return an entry of a distribution whose entries are indexed: they are drawn together."""
    lower, upper = ev.range(symbol, len(key) - 1, key[:-1], ev.base)
    drawn = ev.world.remember(
        symbol, key[:-1], lambda rng: sample(symbol, rng, (1, upper - lower + 1))
    )
    return float(drawn[0, key[-1] - lower])


def support(
    ev: Evaluator, symbol: Symbol, key: Key = (), frame: Frame | None = None
) -> list[float]:
    """Return the values that a variable can take, or the members a set is drawn from."""
    env, frame = ev.own_letters(symbol, key), frame or ev.base
    if symbol.detail.startswith("{"):
        parts = symbol.detail[1:-1].split(",")
        return [ev.scalar(ev.notation.parse(part), env, frame) for part in parts]
    lower, _, upper = symbol.detail.partition("..")
    first = ev.whole(ev.notation.parse(lower), env, frame)
    last = ev.whole(ev.notation.parse(upper), env, frame)
    return [float(k) for k in range(first, last + 1)]


def given_entry(symbol: Symbol, array: Any, lowest: Key, key: Key, span: Span) -> Value:
    """Return the entry of an array, or of nested lists, that a caller handed in."""
    if isinstance(array, frozenset):
        return array
    for lower, at in zip(lowest, key, strict=True):
        try:
            array = array[at - lower]
        except (IndexError, TypeError):
            raise FormulaError(
                "value", f"the given {symbol.latex} has no entry {list(key)}", span
            ) from None
    value = np.asarray(array, dtype=float)
    if value.ndim != len(symbol.shape):
        message = f"the given {symbol.latex} has {value.ndim} axes here, not {len(symbol.shape)}"
        raise FormulaError("shape", message, span)
    return float(value) if value.ndim == 0 else value.reshape(-1, 1) if value.ndim == 1 else value


def _subset(rng: np.random.Generator, members: list[float]) -> frozenset[float]:
    """Draw a set that is neither empty nor, where that can be, everything."""
    count = int(rng.integers(max(1, len(members) - 2), max(2, len(members))))
    return frozenset(rng.choice(members, size=count, replace=False).tolist())
