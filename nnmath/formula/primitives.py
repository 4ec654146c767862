r"""What a symbol is that nothing printed defines: what its world draws for it, or what a caller gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.notation import Symbol
from nnmath.formula.worlds import as_value, sample

if TYPE_CHECKING:
    from nnmath.formula.evaluation import Evaluator, Key, Point

__all__ = ["primitive", "support"]


def primitive(ev: Evaluator, symbol: Symbol, key: Key, span: Span) -> Value:
    """Return what the world has for a symbol that nothing defines."""
    at, world = ev.start, ev.world
    if symbol in world.given:
        return _given(at, symbol, key, span)
    if symbol.is_size:
        return _size(at, symbol, key)
    if symbol.domain == "printed":
        raise FormulaError("definition", f"{symbol.latex} is used before it is defined", span)
    if symbol.domain == "set of":
        members = support(at, symbol, key)
        return world.remember(symbol, key, lambda rng: _subset(rng, members))
    if symbol.values:
        members = support(at, symbol, key)
        return world.remember(symbol, key, lambda rng: float(rng.choice(members)))
    if symbol.domain in ("distribution", "one-hot") and symbol.indices and not symbol.shape:
        return _shared(at, symbol, key)
    shape = at.shape(symbol, key)
    drawn = world.remember(symbol, key, lambda rng: sample(symbol, rng, shape or (1, 1)))
    return drawn if shape else float(drawn[0, 0])


def _size(at: Point, symbol: Symbol, key: Key) -> float:
    """Return a size; one that is bounded knows its bound."""
    most = None
    if symbol.domain == "at most":
        most = at.within(symbol, key).whole(at.ev.notation.parse(symbol.detail))
    return float(at.ev.world.size(symbol, key, most))


def _shared(at: Point, symbol: Symbol, key: Key) -> float:
    """Return an entry of a distribution whose entries are indexed: they are drawn together."""
    before, last = key[:-1], key[-1]
    lower, upper = at.range(symbol, len(before), before)
    shape = 1, upper - lower + 1
    drawn = at.ev.world.remember(symbol, before, lambda rng: sample(symbol, rng, shape))
    return float(drawn[0, last - lower])


def support(at: Point, symbol: Symbol, key: Key = ()) -> list[float]:
    """Return the values that a variable can take, or the members a set is drawn from."""
    own, parse = at.within(symbol, key), at.ev.notation.parse
    if symbol.detail.startswith("{"):
        return [own.scalar(parse(part)) for part in symbol.detail[1:-1].split(",")]
    first, last = (own.whole(parse(part)) for part in symbol.detail.split(".."))
    return [float(k) for k in range(first, last + 1)]


def _given(at: Point, symbol: Symbol, key: Key, span: Span) -> Value:
    """Return the entry of an array, or of nested lists, that a caller handed in."""
    array: Any = at.ev.world.given[symbol]
    if isinstance(array, frozenset):
        return array
    for position, place in enumerate(key):
        try:
            array = array[place - at.range(symbol, position, key[:position])[0]]
        except (IndexError, TypeError):
            message = f"the given {symbol.latex} has no entry {list(key)}"
            raise FormulaError("value", message, span) from None
    axes = np.ndim(array)
    if axes != len(symbol.shape):
        message = f"the given {symbol.latex} has {axes} axes here, not {len(symbol.shape)}"
        raise FormulaError("shape", message, span)
    return as_value(array)


def _subset(rng: np.random.Generator, members: list[float]) -> frozenset[float]:
    """Draw a set that is neither empty nor, where that can be, everything."""
    count = int(rng.integers(max(1, len(members) - 2), max(2, len(members))))
    return frozenset(rng.choice(members, size=count, replace=False).tolist())
