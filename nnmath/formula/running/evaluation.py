r"""Running a formula literally: the value of a node, and of a symbol at its indices.

A primitive symbol has the value its world drew. A defined symbol has the value of its printed definition, found
when asked for. A frame holds values that stand in for symbols: the argument of a function, the value of a summed
variable, the dual number by which is differentiated. A symbol in a frame is cut off from its definition; everything
defined after it feels the change. A point is a frame with values for the letters that count.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Limits, Span
from nnmath.formula.reading.letters import letter_and_offset
from nnmath.formula.reading.notation import Notation, Symbol
from nnmath.formula.running.definitions import Definition, Definitions
from nnmath.formula.running.worlds import World, primitive
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value, shape_text

Letters = dict[str, Any]
Key = tuple[int, ...]
Place = tuple[Symbol, Key]
Handler = Callable[["Point", Any], Value]
HANDLERS: dict[type[tree.Node], Handler] = {}
FAR = 10**8  # the end of a range without end


def runs(*kinds: type[tree.Node]) -> Callable[[Handler], Handler]:
    """Register a function as what runs nodes of some kinds."""

    def register(handler: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(kinds, handler))
        return handler

    return register


class Frame:
    """Values that stand in for symbols, on top of an outer frame."""

    __slots__ = ("laws", "memo", "parent", "ranges", "symbols", "values")

    def __init__(
        self, parent: Frame | None = None, values: Mapping[Place, Value] | None = None
    ) -> None:
        own = dict(values or {})
        self.parent = parent
        self.values: dict[Place, Value] = {**parent.values, **own} if parent else own
        self.symbols = frozenset(symbol for symbol, _ in own)
        # Bounds of indices, and what a law is of, found once; other sizes have other bounds.
        same = parent is not None and not any(symbol.is_size for symbol in self.symbols)
        self.ranges: dict[tuple[Symbol, int, Key], tuple[int, int]]
        self.ranges = parent.ranges if parent and same else {}
        self.laws: dict[Symbol, dict[Place, list[Place]]] = parent.laws if parent and same else {}
        self.memo: dict[Any, Value] = {}

    def relevant(self, closure: frozenset[Symbol]) -> Frame:
        """Return the innermost frame that makes a difference to any of these symbols."""
        frame = self
        while frame.parent is not None and not frame.symbols & closure:
            frame = frame.parent
        return frame


class Evaluator:
    """One world with the definitions printed so far, and what running in it has cost."""

    def __init__(
        self,
        notation: Notation,
        world: World,
        definitions: Definitions,
        limits: Limits | None = None,
    ) -> None:
        self.notation = notation
        self.parse = cache(notation.parse)  # of what declarations say, again at every point
        self.world = world
        self.definitions = definitions
        self.limits = limits or Limits()
        self.start = Point(self, {}, Frame())
        self.operations = 0
        self.nesting = 0
        self.met: set[tuple[int, int]] = set()  # which cases of which node applied
        self.drawn: dict[Place, Value] = {}
        self.uses: dict[tuple[int, str], tuple[tree.Node, list[Any]]] = {}

    @contextmanager
    def inside(self, definition: Definition, span: Span) -> Iterator[None]:
        """Guard the running of a definition: bound its depth and place its errors where it is used."""
        name = definition.symbol.latex
        if self.nesting >= self.limits.depth:
            raise FormulaError("definition", f"{name} is defined by itself", span)
        self.nesting += 1
        try:
            yield
        except FormulaError as error:
            if not error.message.startswith("in the definition"):
                if error.category == "index" and error.message.startswith(f"{name} has"):
                    error.category = "notation"
                    error.message += "; declare its start, such as given: t = 0"
                error.message = f"in the definition of {name}{definition.named}: {error.message}"
            error.span = span
            raise
        finally:
            self.nesting -= 1


class Point:
    """Where a node is run: in which world, with which letters, and what stands in for which symbols."""

    __slots__ = ("ev", "frame", "letters")

    def __init__(self, ev: Evaluator, letters: Letters, frame: Frame) -> None:
        self.ev = ev
        self.letters = letters
        self.frame = frame

    # Other points

    def with_letter(self, name: str, value: Any) -> Point:
        """Return the point where one letter has another value."""
        return self.with_letters({name: value})

    def with_letters(self, letters: Letters) -> Point:
        """Return the point where some letters have other values."""
        return Point(self.ev, {**self.letters, **letters}, self.frame)

    def with_values(self, values: Mapping[Place, Value]) -> Point:
        """Return the point where values stand in for symbols, that of X also for an x without its own."""
        also = {(s, k): v for (x, k), v in values.items() for s in x.twins.values() if s.like}
        values = {**also, **values}
        return Point(self.ev, self.letters, Frame(self.frame, values))

    def within(self, symbol: Symbol, key: Key) -> Point:
        """Return the point with a symbol's own letters, for its bounds, its shape and its conditions."""
        names = (index.name for index in symbol.indices)
        return Point(self.ev, dict(zip(names, key, strict=False)), self.frame)

    # Running

    def value(self, node: tree.Node) -> Value:
        """Run a node and return its value."""
        ev = self.ev
        ev.operations += 1
        if ev.operations > ev.limits.operations:
            message = f"more than {ev.limits.operations} steps are needed"
            raise FormulaError("limit", message, node.span)
        try:
            value = HANDLERS[type(node)](self, node)
        except (OverflowError, FloatingPointError):
            message = "the value isn't a finite number here"
        except ZeroDivisionError:
            message = "a division by zero"
        except np.linalg.LinAlgError:
            message = "the matrix has no inverse"
        except ValueError:
            message = "no real value here"
        else:
            if isinstance(value, frozenset):
                message = "a set stands where a number or an array is needed"
                raise FormulaError("shape", message, node.span)
            return value
        raise FormulaError("domain", message, node.span)

    def scalar(self, node: tree.Node) -> Value:
        """Run a node that must be a number."""
        value = self.value(node)
        if duals.shape_of(value):
            message = f"a number is needed, this is {shape_text(value)}"
            raise FormulaError("shape", message, node.span)
        return value

    def whole(self, node: tree.Node) -> int:
        """Run a node that must be a whole number, as indices are."""
        found = letter_and_offset(node)
        if found is not None and type(self.letters.get(found[0])) is int:
            return int(self.letters[found[0]]) + found[1]  # by far the most common, i or l - 1
        if node == tree.Number(math.inf):
            return FAR
        value = duals.primal(self.scalar(node))
        if not abs(value) < 1e9:
            raise FormulaError("limit", "an index this large isn't counted to", node.span)
        nearest: int = round(value)
        if abs(value - nearest) > 1e-9:
            message = (
                f"an index must be a whole number, not {value:.6g}; a bound is declared as a size"
            )
            raise FormulaError("index", message, node.span)
        return nearest

    def members(self, node: tree.Node) -> frozenset[float] | None:
        """Run a node that may be a set; return None if it isn't one."""
        declared = isinstance(node, tree.Entry) and node.symbol.is_set
        if not declared and not isinstance(node, tree.SetOf | tree.SetOperation):
            return None
        found: frozenset[float] = HANDLERS[type(node)](self, node)
        return found

    def set_of(self, node: tree.Node) -> frozenset[float]:
        """Run a node that must be a set."""
        members = self.members(node)
        if members is None:
            raise FormulaError("shape", "a set is needed here", node.span)
        return members

    def holds(self, conditions: Iterable[tree.Node]) -> bool:
        """Tell whether all conditions hold."""
        return all(self._holds(condition) for condition in conditions)

    def _holds(self, condition: tree.Node) -> bool:
        if not isinstance(condition, tree.Binder):
            return bool(self.value(condition))
        at = duals.primal(self.scalar(condition.target))
        lower = -np.inf if condition.lower is None else self.scalar(condition.lower)
        upper = np.inf if condition.upper is None else self.scalar(condition.upper)
        return bool(lower <= at <= upper)

    # Indices and shapes

    def place(self, entry: tree.Entry) -> Place:
        """Return a symbol with its indices as numbers; X for an x that stands for it."""
        symbol, nodes = entry.symbol, entry.indices
        return symbol.like or symbol, self.key(symbol, nodes) if nodes else ()

    def key(self, symbol: Symbol, nodes: Iterable[tree.Node]) -> Key:
        """Run the indices of a symbol and check that each lies in its declared range."""
        found: list[int] = []
        for position, node in enumerate(nodes):
            letter = self.letters.get(node.name) if type(node) is tree.Index else None
            at = letter if type(letter) is int else self.whole(node)
            lower, upper = self.range(symbol, position, tuple(found))
            if not lower <= at <= upper:
                index = symbol.indices[position]
                where = f"{index.name} = {index.text} (here {lower}..{upper})"
                raise FormulaError("index", f"{symbol.latex} has {where}, not {at}", node.span)
            found.append(at)
        return tuple(found)

    def range(self, symbol: Symbol, position: int, before: Key) -> tuple[int, int]:
        """Return the bounds of an index, given the indices before it."""
        place = symbol, position, before
        found = self.frame.ranges.get(place)
        if found is None:
            index, own = symbol.indices[position], self.within(symbol, before)
            found = own.whole(index.lower), own.whole(index.upper)
            self.frame.ranges[place] = found
        return found

    def shape(self, symbol: Symbol, key: Key) -> tuple[int, ...]:
        """Return the shape of a whole array; a column for one axis, () for a number."""
        if not symbol.shape:
            return ()
        own = self.within(symbol, key)
        sizes = tuple(own.whole(node) for node in symbol.shape)
        if math.prod(sizes) > self.ev.limits.entries or min(sizes) < 1:
            raise FormulaError("limit", f"{symbol.latex} has the shape {sizes}")
        return (*sizes, 1) if len(sizes) == 1 else sizes

    # Symbols

    def lookup(self, symbol: Symbol, key: Key, span: Span) -> Value:
        """Return a symbol's value: what stands in for it, its definition's value, or what the world drew."""
        ev, place = self.ev, (symbol, key)
        if place in self.frame.values:
            return self.frame.values[place]
        if symbol.like is not None:
            return self.lookup(symbol.like, key, span)
        if symbol.entry_of is not None:
            whole, at = split(symbol, key)
            in_frame = (symbol.entry_of, whole) in self.frame.values
            if in_frame or not ev.definitions.of(symbol):
                return entry_at(self.lookup(symbol.entry_of, whole, span), at, span)
        if not ev.definitions.covers(symbol):
            if place not in ev.drawn:
                ev.drawn[place] = primitive(ev, symbol, key, span)
            return ev.drawn[place]
        frame = self.frame.relevant(ev.definitions.closure(symbol))
        if place not in frame.memo:
            frame.memo[place] = Point(ev, {}, frame).defined(symbol, key, span)
        return frame.memo[place]

    def defined(self, symbol: Symbol, key: Key, span: Span) -> Value:
        """Find the definition that covers these indices and run it, unless the symbol is an input there."""
        if self.is_input(symbol, key):
            return self._input(symbol, key, span)
        found = self.definition(symbol, key, span)
        if found is not None:
            definition, letters = found
            with self.ev.inside(definition, span):
                value = Point(self.ev, letters, self.frame).value(definition.body)
                self._check_shape(symbol, key, value, definition)
                return value
        if self.ev.definitions.children(symbol):
            return self._assembled(symbol, key, span)
        message = f"no printed definition covers {symbol.latex} at {list(key)}"
        raise FormulaError("definition", message, span)

    def is_input(self, symbol: Symbol, key: Key) -> bool:
        """Tell whether a symbol that has a definition is an input at these indices."""
        return bool(symbol.given) and self.within(symbol, key).holds(symbol.given)

    def _input(self, symbol: Symbol, key: Key, span: Span) -> Value:
        """Return an input's value; an entry's is that of the array, where the array is an input too."""
        if symbol.entry_of is not None:
            whole, at = split(symbol, key)
            if self.is_input(symbol.entry_of, whole):
                return entry_at(self.lookup(symbol.entry_of, whole, span), at, span)
        return primitive(self.ev, symbol, key, span)

    def definition(self, symbol: Symbol, key: Key, span: Span) -> tuple[Definition, Letters] | None:
        """Return the definition that covers these indices, with the values of its letters."""

        def number(node: tree.Node, letters: Letters) -> int:
            return Point(self.ev, letters, self.frame).whole(node)

        for definition in self.ev.definitions.of(symbol):
            letters = definition.bind(key, number)
            if letters is None:
                continue
            if Point(self.ev, letters, self.frame).holds(definition.conditions):
                if definition.failed:
                    message = f"the definition of {symbol.latex}{definition.named} fails"
                    raise FormulaError("premise", message, span)
                return definition, letters
        return None

    def _check_shape(self, symbol: Symbol, key: Key, value: Value, definition: Definition) -> None:
        found = duals.shape_of(value)
        wanted = self.shape(symbol, key) if symbol.shape or found else ()
        if found != wanted:
            said = f"{symbol.latex} is declared as {shape_text(wanted)}"
            raise FormulaError(
                "shape", f"{said}, this is {shape_text(value)}", definition.body.span
            )

    def _assembled(self, symbol: Symbol, key: Key, span: Span) -> Value:
        """Build a whole array from the definitions of its entries."""
        child = self.ev.definitions.children(symbol)[0].symbol
        rows, columns = self.shape(symbol, key)
        both = len(child.indices) - len(key) == 2

        def at(i: int, j: int) -> Value:
            position = (i + 1, j + 1) if both else (max(i, j) + 1,)
            return self.lookup(child, (*key, *position), span)

        return duals.stack([[at(i, j) for j in range(columns)] for i in range(rows)])


@runs(tree.Entry)
def _entry(at: Point, node: tree.Entry) -> Value:
    """Return the value of a symbol at its indices."""
    symbol, nodes = node.symbol, node.indices
    if symbol.is_function:
        message = f"{symbol.latex} is a function and needs its argument"
        raise FormulaError("syntax", message, node.span)
    return at.lookup(symbol, at.key(symbol, nodes) if nodes else (), node.span)


def split(symbol: Symbol, key: Key) -> tuple[Key, Key]:
    """Split the indices of an entry into those of its array and the position in it."""
    own = len(symbol.entry_of.indices) if symbol.entry_of else 0
    return key[:own], key[own:]


def entry_at(array: Value, at: Key, span: Span) -> Value:
    """Return the entry of an array at indices that count from 1."""
    shape = duals.shape_of(array)
    if not shape:
        raise FormulaError("shape", "a number has no entries", span)
    printed = list(at)
    if len(at) == 1 and 1 in shape:
        at = (at[0], 1) if shape[1] == 1 else (1, at[0])
    if len(at) != 2:
        raise FormulaError("shape", f"{shape_text(shape)} needs {2 - (1 in shape)} indices", span)
    if not (1 <= at[0] <= shape[0] and 1 <= at[1] <= shape[1]):
        raise FormulaError("index", f"there is no entry {printed} in {shape_text(shape)}", span)
    return duals.entry(array, at[0] - 1, at[1] - 1)
