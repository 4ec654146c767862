r"""Running a formula literally: the value of a node, and of a symbol at its indices.

A primitive symbol has the value its world drew. A defined symbol has the value of its printed definition, found
when asked for. A frame holds values that stand in for symbols: the argument of a function, the value of a summed
variable, the dual number by which is differentiated. A symbol in a frame is cut off from its definition; everything
defined after it feels the change.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.definitions import Definition, Definitions
from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError, Limits, Span
from nnmath.formula.letters import letter_and_offset
from nnmath.formula.notation import Notation, Symbol
from nnmath.formula.primitives import primitive
from nnmath.formula.render import shape_text
from nnmath.formula.worlds import World

__all__ = ["Env", "Evaluator", "Frame"]

Env = dict[str, Any]
Key = tuple[int, ...]
Place = tuple[Symbol, Key]


class Frame:
    """Values that stand in for symbols, on top of an outer frame."""

    __slots__ = ("memo", "parent", "ranges", "symbols", "values")

    def __init__(
        self, parent: Frame | None = None, values: dict[Place, Value] | None = None
    ) -> None:
        own = values or {}
        self.parent = parent
        self.values: dict[Place, Value] = {**parent.values, **own} if parent else own
        self.symbols = frozenset(symbol for symbol, _ in own)
        # Bounds of indices, found once; other sizes have other bounds.
        sizes = any(symbol.domain in ("size", "at most") for symbol in self.symbols)
        self.ranges: dict[tuple[Symbol, int, Key], tuple[int, int]]
        self.ranges = {} if sizes or parent is None else parent.ranges
        self.memo: dict[Any, Value] = {}


class Evaluator:
    """Runs nodes in one world, with the definitions printed so far."""

    handlers: dict[type[tree.Node], Callable[[Evaluator, Any, Env, Frame], Value]] = {}

    def __init__(
        self,
        notation: Notation,
        world: World,
        definitions: Definitions,
        limits: Limits | None = None,
    ) -> None:
        self.notation = notation
        self.world = world
        self.definitions = definitions
        self.limits = limits or Limits()
        self.base = Frame()
        self.operations = 0
        self.nesting = 0
        self.met: set[tuple[int, int]] = set()  # which cases of which node applied
        self._drawn: dict[Place, Value] = {}

    # Running

    def value(self, node: tree.Node, env: Env, frame: Frame) -> Value:
        """Run a node and return its value."""
        self.operations += 1
        if self.operations > self.limits.operations:
            raise FormulaError(
                "limit", f"more than {self.limits.operations} steps are needed", node.span
            )
        try:
            value = self.handlers[type(node)](self, node, env, frame)
        except (OverflowError, FloatingPointError):
            raise FormulaError(
                "domain", "the value isn't a finite number here", node.span
            ) from None
        except ZeroDivisionError:
            raise FormulaError("domain", "a division by zero", node.span) from None
        except np.linalg.LinAlgError:
            raise FormulaError("domain", "the matrix has no inverse", node.span) from None
        except ValueError:
            raise FormulaError("domain", "no real value here", node.span) from None
        if type(value) is frozenset:
            raise FormulaError(
                "shape", "a set stands where a number or an array is needed", node.span
            )
        return value

    def members(self, node: tree.Node, env: Env, frame: Frame) -> frozenset[float] | None:
        """Run a node that may be a set; return None if it isn't one."""
        if not isinstance(node, tree.SetOf | tree.SetOperation) and not (
            isinstance(node, tree.Entry) and node.symbol.domain == "set of"
        ):
            return None
        found: frozenset[float] = self.handlers[type(node)](self, node, env, frame)
        return found

    def scalar(self, node: tree.Node, env: Env, frame: Frame) -> Value:
        """Run a node that must be a number."""
        value = self.value(node, env, frame)
        if duals.shape_of(value):
            raise FormulaError(
                "shape", f"a number is needed, this is {shape_text(value)}", node.span
            )
        return value

    def whole(self, node: tree.Node, env: Env, frame: Frame) -> int:
        """Run a node that must be a whole number, as indices are."""
        found = letter_and_offset(node)
        if (
            found is not None and type(env.get(found[0])) is int
        ):  # by far the most common, i or l - 1
            return int(env[found[0]]) + found[1]
        value = duals.primal(self.scalar(node, env, frame))
        if not abs(value) < 1e9:
            raise FormulaError("limit", "an index this large isn't counted to", node.span)
        if abs(value - round(value)) > 1e-9:
            raise FormulaError(
                "index", f"an index must be a whole number, not {value:.6g}", node.span
            )
        nearest: int = round(value)
        return nearest

    def key(self, symbol: Symbol, nodes: Iterable[tree.Node], env: Env, frame: Frame) -> Key:
        """Run the indices of a symbol and check that each lies in its declared range."""
        found: list[int] = []
        for position, node in enumerate(nodes):
            letter = env.get(node.name) if type(node) is tree.Index else None
            at = letter if type(letter) is int else self.whole(node, env, frame)
            lower, upper = self.range(symbol, position, tuple(found), frame)
            if not lower <= at <= upper:
                name, text = symbol.indices[position].name, symbol.indices[position].text
                message = f"{symbol.latex} has {name} = {text} (here {lower}..{upper}), not {at}"
                raise FormulaError("index", message, node.span)
            found.append(at)
        return tuple(found)

    def range(self, symbol: Symbol, position: int, before: Key, frame: Frame) -> tuple[int, int]:
        """Return the bounds of an index, given the indices before it."""
        place = symbol, position, before
        found = frame.ranges.get(place)
        if found is None:
            index = symbol.indices[position]
            env: Env = {r.name: at for r, at in zip(symbol.indices, before, strict=False)}
            found = self.whole(index.lower, env, frame), self.whole(index.upper, env, frame)
            frame.ranges[place] = found
        return found

    def shape(self, symbol: Symbol, key: Key, frame: Frame) -> tuple[int, ...]:
        """Return the shape of a whole array; a column for one axis, () for a number."""
        if not symbol.shape:
            return ()
        env: Env = {r.name: at for r, at in zip(symbol.indices, key, strict=True)}
        sizes = tuple(self.whole(node, env, frame) for node in symbol.shape)
        if math.prod(sizes) > self.limits.entries or min(sizes) < 1:
            raise FormulaError("limit", f"{symbol.latex} has the shape {sizes}")
        return (*sizes, 1) if len(sizes) == 1 else sizes

    # Symbols

    def entry(self, node: tree.Entry, env: Env, frame: Frame) -> Value:
        """Return the value of a symbol at its indices."""
        symbol = node.symbol
        if symbol.is_function:
            raise FormulaError(
                "shape", f"{symbol.latex} is a function and needs its argument", node.span
            )
        return self.lookup(symbol, self.key(symbol, node.indices, env, frame), frame, node.span)

    def lookup(self, symbol: Symbol, key: Key, frame: Frame, span: Span) -> Value:
        """Return a symbol's value: what stands in for it, its definition's value, or what the world drew."""
        if (symbol, key) in frame.values:
            return frame.values[symbol, key]
        parent = symbol.entry_of
        if parent is not None:
            whole, at = self.split(symbol, key)
            if (parent, whole) in frame.values or not self.definitions.of(symbol):
                return entry_at(self.lookup(parent, whole, frame, span), at, symbol, span)
        if not self.definitions.covers(symbol):
            if (symbol, key) not in self._drawn:
                self._drawn[symbol, key] = primitive(self, symbol, key, span)
            return self._drawn[symbol, key]
        frame = self.relevant(frame, self.definitions.closure(symbol))
        if (symbol, key) not in frame.memo:
            frame.memo[symbol, key] = self._defined(symbol, key, frame, span)
        return frame.memo[symbol, key]

    def split(self, symbol: Symbol, key: Key) -> tuple[Key, Key]:
        """Split the indices of an entry into the array's own and the position in it."""
        parent = symbol.entry_of
        own = len(parent.indices) if parent else 0
        return key[:own], key[own:]

    def relevant(self, frame: Frame, closure: frozenset[Symbol]) -> Frame:
        """Return the innermost frame that makes a difference to any of these symbols."""
        while frame.parent is not None and not frame.symbols & closure:
            frame = frame.parent
        return frame

    def _defined(self, symbol: Symbol, key: Key, frame: Frame, span: Span) -> Value:
        """Find the definition that covers these indices and run it, unless the symbol is an input there."""
        if self._is_input(symbol, key, frame):
            return self._input(symbol, key, frame, span)
        found = self.definition(symbol, key, frame, span)
        if found is not None:
            definition, env = found
            with self.inside(symbol, definition, span):
                value = self.value(definition.body, env, frame)
                self._check_shape(symbol, key, value, frame, definition)
                return value
        if self.definitions.children(symbol):
            return self._assembled(symbol, key, frame, span)
        raise FormulaError(
            "definition", f"no printed definition covers {symbol.latex} at {list(key)}", span
        )

    def _is_input(self, symbol: Symbol, key: Key, frame: Frame) -> bool:
        """Tell whether a symbol that has a definition is an input at these indices."""
        return bool(symbol.given) and self.holds(symbol.given, self.own_letters(symbol, key), frame)

    def _input(self, symbol: Symbol, key: Key, frame: Frame, span: Span) -> Value:
        """Return an input's value; an entry's is that of the array, where the array is an input too."""
        if symbol.entry_of is not None:
            whole, at = self.split(symbol, key)
            if self._is_input(symbol.entry_of, whole, frame):
                return entry_at(self.lookup(symbol.entry_of, whole, frame, span), at, symbol, span)
        return primitive(self, symbol, key, span)

    def own_letters(self, symbol: Symbol, key: Key) -> Env:
        return {r.name: at for r, at in zip(symbol.indices, key, strict=True)}

    def definition(
        self, symbol: Symbol, key: Key, frame: Frame, span: Span
    ) -> tuple[Definition, Env] | None:
        """Return the definition that covers these indices, with the values of its letters."""
        for definition in self.definitions.of(symbol):
            env = definition.bind(key, lambda node, env: self.whole(node, env, frame))
            if env is not None and self.holds(definition.conditions, env, frame):
                if definition.failed:
                    raise FormulaError(
                        "premise",
                        f"the definition of {symbol.latex}{definition.named} fails",
                        span,
                    )
                return definition, env
        return None

    def holds(self, conditions: Iterable[tree.Node], env: Env, frame: Frame) -> bool:
        """Tell whether all conditions hold."""
        for condition in conditions:
            if isinstance(condition, tree.Binder):
                at = duals.primal(self.scalar(condition.target, env, frame))
                lower = (
                    -np.inf if condition.lower is None else self.scalar(condition.lower, env, frame)
                )
                upper = (
                    np.inf if condition.upper is None else self.scalar(condition.upper, env, frame)
                )
                if not lower <= at <= upper:
                    return False
            elif not self.value(condition, env, frame):
                return False
        return True

    def inside(self, symbol: Symbol, definition: Definition, span: Span) -> _Inside:
        """Guard the running of a definition: bound its depth and place its errors where it is used."""
        return _Inside(self, symbol, definition, span)

    def _check_shape(
        self, symbol: Symbol, key: Key, value: Value, frame: Frame, definition: Definition
    ) -> None:
        if not symbol.shape and not duals.shape_of(value):
            return
        wanted = self.shape(symbol, key, frame)
        if duals.shape_of(value) != wanted:
            message = (
                f"{symbol.latex} is declared as {shape_text(wanted)}, this is {shape_text(value)}"
            )
            raise FormulaError("shape", message, definition.body.span)

    def _assembled(self, symbol: Symbol, key: Key, frame: Frame, span: Span) -> Value:
        """Build a whole array from the definitions of its entries."""
        child = self.definitions.children(symbol)[0].symbol
        rows, columns = self.shape(symbol, key, frame)
        both = len(child.indices) - len(key) == 2

        def at(i: int, j: int) -> Value:
            position = (i + 1, j + 1) if both else (max(i, j) + 1,)
            return self.lookup(child, (*key, *position), frame, span)

        return duals.stack([[at(i, j) for j in range(columns)] for i in range(rows)])


class _Inside:
    """The inside of a definition: counts nesting, and moves errors to where the definition is used."""

    def __init__(
        self, evaluator: Evaluator, symbol: Symbol, definition: Definition, span: Span
    ) -> None:
        self.evaluator, self.symbol, self.definition, self.span = (
            evaluator,
            symbol,
            definition,
            span,
        )

    def __enter__(self) -> None:
        self.evaluator.nesting += 1
        if self.evaluator.nesting > self.evaluator.limits.depth:
            self.evaluator.nesting -= 1
            raise FormulaError("definition", f"{self.symbol.latex} is defined by itself", self.span)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        self.evaluator.nesting -= 1
        if isinstance(error, FormulaError):
            if not error.message.startswith("in the definition"):
                where = f"{self.symbol.latex}{self.definition.named}"
                error.message = f"in the definition of {where}: {error.message}"
            error.span = self.span


def entry_at(array: Value, at: Key, what: Symbol | None, span: Span) -> Value:
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
