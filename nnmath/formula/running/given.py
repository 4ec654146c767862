r"""A world whose values a caller gives: nothing in it is random."""

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, expect
from nnmath.formula.reading.notation import Notation, Symbol
from nnmath.formula.running.definitions import Definitions
from nnmath.formula.running.evaluation import Evaluator
from nnmath.formula.running.worlds import Sample, World, as_value, observed

Values = Mapping[str, Any]


class GivenWorld(World):
    """A world that draws nothing: what isn't given has no value."""

    def __init__(self) -> None:
        super().__init__(0)
        self.shown_by: dict[Symbol, str] = {}

    def remember(
        self, symbol: Symbol, key: tuple[int, ...], draw: Callable[[np.random.Generator], Any]
    ) -> Any:
        """Refuse to draw what isn't the same in every world."""
        if symbol.domain in ("identity", "ones", "zeros"):
            return draw(np.random.default_rng(0))
        raise FormulaError("missing", f"no value is given for {symbol.latex}")

    def size(self, symbol: Symbol, key: tuple[int, ...], at_most: int | None = None) -> int:
        """Return a size that is given, or that a given array shows."""
        if (symbol, key) not in self.sizes:
            raise FormulaError("missing", f"no given array shows how large {symbol.latex} is")
        return self.sizes[symbol, key]

    def show_size(self, symbol: Symbol, size: int, shown_by: str) -> None:
        """Take over a size that an argument shows; two arguments must show the same."""
        known = self.sizes.setdefault((symbol, ()), size)
        first = self.shown_by.setdefault(symbol, shown_by)
        if known != size:
            message = f"{shown_by} shows {symbol.latex} = {size}, but {first} shows {known}"
            raise FormulaError("shape", message)


def given_values(definitions: Definitions, notation: Notation, values: Values) -> Evaluator:
    """Return an evaluator whose world holds the given values."""
    expect("values", values, Mapping, "a mapping of symbols to arrays")
    world = GivenWorld()
    names = _names(notation)
    for name, value in values.items():
        if name not in names:
            known = ", ".join(names)
            raise FormulaError("undeclared", f"{name} is no declared symbol; declared are {known}")
        symbol = names[name].entry_of or names[name]  # entries are handed over as their array
        if symbol in world.given:
            raise FormulaError("value", f"{symbol.latex} is given twice")
        if definitions.covers(symbol) and not symbol.given:
            raise FormulaError(
                "value", f"{symbol.latex} has a printed definition and can't be given"
            )
        _give(world, notation, symbol, value, name)
    return Evaluator(notation, world, definitions, notation.limits)


def _names(notation: Notation) -> dict[str, Symbol]:
    """Return the symbols by what a caller may call them: their LaTeX, or their name in the code."""
    symbols = list(notation.symbols())
    by_code = {symbol.code: symbol for symbol in reversed(symbols) if symbol.code}
    return {symbol.latex: symbol for symbol in symbols} | by_code


def _give(world: GivenWorld, notation: Notation, symbol: Symbol, value: Any, name: str) -> None:
    """Put a value into the world, with the sizes that it shows."""
    if symbol.domain in ("size", "at most") and not symbol.indices:
        world.show_size(symbol, _whole(value, name), name)
        return
    if symbol.is_sample:
        value = _sample(observed(symbol, notation.parse), value, name)
    elif symbol.domain == "set of":
        value = frozenset(map(float, value))
    elif symbol.is_function:
        if not symbol.is_law and not callable(value):
            raise TypeError(f"{name}: expected a function, got {type(value).__name__}")
    else:
        for node, size in zip(_lengths(symbol), _shape(symbol, value, name), strict=True):
            if node is not None and not symbol.given:  # an input may end before its index does
                world.show_size(node[0], size + node[1], name)
    world.given[symbol] = value


def _sample(of: list[Symbol], value: Any, name: str) -> Sample:
    """Return a sample that is given as a list of observations, each a value or several in order."""
    names = ", ".join(one.latex for one in of)
    try:
        rows = [row if len(of) > 1 else (row,) for row in value]
        return Sample.of(dict(zip(of, map(as_value, row), strict=True)) for row in rows)
    except (TypeError, ValueError):
        raise TypeError(f"{name}: expected a list of observations of {names}") from None


def _whole(value: Any, name: str) -> int:
    try:
        size = operator.index(value)
    except TypeError:
        raise TypeError(f"{name}: expected a whole number, got {value!r}") from None
    if size < 0:
        raise ValueError(f"{name}: expected a size, got {size}")
    return size


def _lengths(symbol: Symbol) -> Iterator[tuple[Symbol, int] | None]:
    """Yield, for each axis, the size that its length tells, and by how much it is larger."""
    bounds = [(index.lower, index.upper) for index in symbol.indices]
    bounds += [(tree.Number(1.0), size) for size in symbol.shape]
    for lower, upper in bounds:
        if isinstance(upper, tree.Entry) and not upper.indices and isinstance(lower, tree.Number):
            yield upper.symbol, int(lower.value) - 1
        else:
            yield None


def _shape(symbol: Symbol, value: Any, name: str) -> list[int]:
    """Return the length of each axis; arrays of different size may stand in a list."""
    lengths: list[int] = []
    part = value
    for _ in symbol.indices:
        try:
            lengths.append(len(part))
            part = part[0] if len(part) else np.zeros((0,) * len(symbol.shape))
        except (TypeError, KeyError, IndexError):
            part = np.zeros(())
            break
    try:
        array = np.asarray(part, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(f"{name}: expected real numbers, got {part!r}"[:200]) from None
    wanted, found = len(symbol.indices) + len(symbol.shape), len(lengths) + array.ndim
    if wanted != found:
        raise FormulaError("shape", f"{name}: expected {_axes(wanted)}, got {_axes(found)}")
    return [*lengths, *array.shape]


def _axes(count: int) -> str:
    return "a number" if count == 0 else "1 axis" if count == 1 else f"{count} axes"
