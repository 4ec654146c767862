r"""Running a formula literally: symbols, functions, and where their values come from.

A primitive symbol has the value its world drew. A defined symbol has the value of its printed definition, found
when asked for. A frame holds values that stand in for symbols: the argument of a function, the value of a summed
variable, the dual number by which is differentiated. A symbol in a frame is cut off from its definition; everything
defined after it feels the change.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, cast

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.definitions import Definition, Definitions
from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError, Limits, Span
from nnmath.formula.functions import BUILTIN
from nnmath.formula.letters import letter_and_offset
from nnmath.formula.notation import Notation, Symbol
from nnmath.formula.render import shape_text
from nnmath.formula.worlds import World, sample, smooth_curve, smooth_function

__all__ = ["Env", "Evaluator", "Frame"]

Env = dict[str, Any]
Key = tuple[int, ...]
Place = tuple[Symbol, Key]


class Frame:
    """Values that stand in for symbols, on top of an outer frame."""

    __slots__ = ("memo", "parent", "resized", "symbols", "values")

    def __init__(
        self, parent: Frame | None = None, values: dict[Place, Value] | None = None
    ) -> None:
        own = values or {}
        self.parent = parent
        self.values: dict[Place, Value] = {**parent.values, **own} if parent else own
        self.symbols = frozenset(symbol for symbol, _ in own)
        sizes = any(symbol.domain in ("size", "at most") for symbol in self.symbols)
        self.resized: bool = sizes or (parent is not None and parent.resized)
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
        self._drawn: dict[Place, Value] = {}
        self._ranges: dict[tuple[Symbol, int, Key], tuple[int, int]] = {}

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
            raise FormulaError("value", "the value isn't a finite number here", node.span) from None
        except ZeroDivisionError:
            raise FormulaError("value", "a division by zero", node.span) from None
        except np.linalg.LinAlgError:
            raise FormulaError("value", "the matrix has no inverse", node.span) from None
        except ValueError:
            raise FormulaError("value", "no real value here", node.span) from None
        if type(value) is frozenset:
            raise FormulaError(
                "shape", "a set stands where a number or an array is needed", node.span
            )
        return value

    def members(self, node: tree.Node, env: Env, frame: Frame) -> frozenset[float] | None:
        """Run a node that may be a set; return None if it isn't one."""
        if not isinstance(node, tree.SetOf) and not (
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
            at = self.whole(node, env, frame)
            lower, upper = self.range(symbol, position, tuple(found), frame)
            if not lower <= at <= upper:
                name, text = symbol.indices[position].name, symbol.indices[position].text
                message = f"{symbol.latex} has {name} = {text} (here {lower}..{upper}), not {at}"
                raise FormulaError("index", message, node.span)
            found.append(at)
        return tuple(found)

    def range(self, symbol: Symbol, position: int, before: Key, frame: Frame) -> tuple[int, int]:
        """Return the bounds of an index, given the indices before it."""
        if frame.resized:
            return self._range(symbol, position, before, frame)
        place = symbol, position, before
        if place not in self._ranges:
            self._ranges[place] = self._range(symbol, position, before, self.base)
        return self._ranges[place]

    def _range(self, symbol: Symbol, position: int, before: Key, frame: Frame) -> tuple[int, int]:
        index = symbol.indices[position]
        env: Env = {r.name: at for r, at in zip(symbol.indices, before, strict=False)}
        return self.whole(index.lower, env, frame), self.whole(index.upper, env, frame)

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
                self._drawn[symbol, key] = self.primitive(symbol, key, span)
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
        return bool(symbol.given) and self.holds(
            symbol.given, self._own_letters(symbol, key), frame
        )

    def _input(self, symbol: Symbol, key: Key, frame: Frame, span: Span) -> Value:
        """Return an input's value; an entry's is that of the array, where the array is an input too."""
        if symbol.entry_of is not None:
            whole, at = self.split(symbol, key)
            if self._is_input(symbol.entry_of, whole, frame):
                return entry_at(self.lookup(symbol.entry_of, whole, frame, span), at, symbol, span)
        return self.primitive(symbol, key, span)

    def _own_letters(self, symbol: Symbol, key: Key) -> Env:
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
                        f"the definition of {symbol.latex} ({definition.label}) fails",
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

    def primitive(self, symbol: Symbol, key: Key, span: Span) -> Value:
        """Return what the world has for a symbol that nothing defines."""
        if symbol in self.world.given:
            return given_entry(
                symbol, self.world.given[symbol], self._lowest(symbol, key), key, span
            )
        if symbol.domain in ("size", "at most"):
            return self._size(symbol, key)
        if symbol.domain == "printed":
            raise FormulaError("definition", f"{symbol.latex} is used before it is defined", span)
        if symbol.domain == "set of":
            members = self.support(symbol, key)
            return self.world.remember(symbol, key, lambda rng: _subset(rng, members))
        if symbol.values:
            members = self.support(symbol, key)
            return self.world.remember(symbol, key, lambda rng: float(rng.choice(members)))
        if symbol.domain in ("distribution", "one-hot") and symbol.indices and not symbol.shape:
            return self._shared(symbol, key)
        shape = self.shape(symbol, key, self.base)
        drawn = self.world.remember(symbol, key, lambda rng: sample(symbol, rng, shape or (1, 1)))
        return drawn if shape else float(drawn[0, 0])

    def _size(self, symbol: Symbol, key: Key) -> float:
        """Return a size; one that is bounded knows its bound."""
        most = None
        if symbol.domain == "at most":
            bound = self.notation.parse(symbol.detail)
            most = self.whole(bound, self._own_letters(symbol, key), self.base)
        return float(self.world.size(symbol, key, most))

    def _lowest(self, symbol: Symbol, key: Key) -> Key:
        """Return the lower bounds of the indices, where a given array begins."""
        return tuple(self.range(symbol, k, key[:k], self.base)[0] for k in range(len(key)))

    def _shared(self, symbol: Symbol, key: Key) -> float:
        """Return an entry of a distribution whose entries are indexed: they are drawn together."""
        lower, upper = self.range(symbol, len(key) - 1, key[:-1], self.base)
        drawn = self.world.remember(
            symbol, key[:-1], lambda rng: sample(symbol, rng, (1, upper - lower + 1))
        )
        return float(drawn[0, key[-1] - lower])

    def support(self, symbol: Symbol, key: Key = (), frame: Frame | None = None) -> list[float]:
        """Return the values that a variable can take, or the members a set is drawn from."""
        env, frame = self._own_letters(symbol, key), frame or self.base
        if symbol.detail.startswith("{"):
            parts = symbol.detail[1:-1].split(",")
            return [self.scalar(self.notation.parse(part), env, frame) for part in parts]
        lower, _, upper = symbol.detail.partition("..")
        first = self.whole(self.notation.parse(lower), env, frame)
        last = self.whole(self.notation.parse(upper), env, frame)
        return [float(k) for k in range(first, last + 1)]

    # Functions

    def apply(self, node: tree.Apply, env: Env, frame: Frame) -> Value:
        """Return a function's value."""
        arguments = [self._argument(argument, env, frame) for argument in node.arguments]
        if isinstance(node.symbol, str):
            return self._builtin(node, arguments)
        key = self.key(node.symbol, node.indices, env, frame)
        return self.call(node.symbol, key, arguments, node, frame, node.primes)

    def _argument(self, node: tree.Node, env: Env, frame: Frame) -> Value:
        if isinstance(node, tree.Comparison):  # the event X = x
            return self.value(node.sides[1], env, frame)
        return self.value(node, env, frame)

    def call(
        self,
        symbol: Symbol,
        key: Key,
        arguments: list[Value],
        node: tree.Apply,
        frame: Frame,
        primes: int = 0,
    ) -> Value:
        """Call a declared function, or a derivative of it by its one argument."""
        if primes:
            if len(arguments) != 1:
                raise FormulaError(
                    "syntax", f"a prime needs a function of one argument, {symbol.latex}", node.span
                )
            shape = duals.shape_of(arguments[0])
            if shape and not symbol.entrywise:
                raise FormulaError(
                    "shape", f"{symbol.latex} with a prime needs a number", node.span
                )
            one = np.ones(shape) if shape else 1.0
            return duals.derivative(
                lambda x: self.call(symbol, key, [x], node, frame, primes - 1), arguments[0], one
            )
        if symbol.is_law:
            from nnmath.formula.probability import law_value

            return law_value(self, symbol, arguments, node, frame)
        if (
            symbol.entrywise
            and any(duals.shape_of(x) for x in arguments)
            and self.definitions.of(symbol)
        ):
            return self._entry_by_entry(symbol, key, arguments, node, frame)
        found = self.definition(symbol, key, frame, node.span)
        if found is not None:
            return self._call_printed(*found, key, arguments, node, frame)
        return self._call_unspecified(symbol, key, arguments, node, frame)

    def _entry_by_entry(
        self, symbol: Symbol, key: Key, arguments: list[Value], node: tree.Apply, frame: Frame
    ) -> Value:
        if len(arguments) != 1:
            raise FormulaError("shape", f"{symbol.latex} applies to one array", node.span)
        rows, columns = duals.shape_of(arguments[0])
        return duals.stack(
            [
                [
                    self.call(symbol, key, [duals.entry(arguments[0], i, j)], node, frame)
                    for j in range(columns)
                ]
                for i in range(rows)
            ]
        )

    def _call_printed(
        self,
        definition: Definition,
        env: Env,
        key: Key,
        arguments: list[Value],
        node: tree.Apply,
        frame: Frame,
    ) -> Value:
        """Run the printed definition of a function with values for its arguments."""
        symbol = definition.symbol
        if len(arguments) != len(definition.arguments):
            wanted = len(definition.arguments)
            raise FormulaError(
                "shape", f"{symbol.latex} takes {wanted} arguments, not {len(arguments)}", node.span
            )
        env = self._with_own_letters(definition, env, frame)
        values: dict[Place, Value] = {}
        for formal, argument, printed in zip(
            definition.arguments, arguments, node.arguments, strict=True
        ):
            values |= self._bound(formal, argument, env, frame, printed.span)
        inner = Frame(frame, values)
        with self.inside(symbol, definition, node.span):
            if definition.items:
                return self._by_entries(definition, env, inner)
            return self.value(definition.body, env, inner)

    def _with_own_letters(self, definition: Definition, env: Env, frame: Frame) -> Env:
        """Give the letters that only tell arguments apart, as in k(x_i, x_j), a value each."""
        for formal in definition.arguments:
            entry = cast(tree.Entry, formal)  # definition_from lets nothing else through
            for position, node in enumerate(entry.indices):
                if isinstance(node, tree.Index) and node.name not in env:
                    before = tuple(self.whole(n, env, frame) for n in entry.indices[:position])
                    lower, upper = self.range(entry.symbol, position, before, frame)
                    taken = sum(1 for value in env.values() if lower <= value)
                    env = {**env, node.name: min(lower + taken, upper)}
        return env

    def _bound(
        self, formal: tree.Node, value: Value, env: Env, frame: Frame, span: Span
    ) -> dict[Place, Value]:
        """Give a formal argument its value, and the sizes in its declared shape theirs."""
        entry = cast(tree.Entry, formal)  # definition_from lets nothing else through
        symbol, shape = entry.symbol, duals.shape_of(value)
        key = tuple(self.whole(node, env, frame) for node in entry.indices)
        values: dict[Place, Value] = {(symbol, key): value}
        wanted = len(symbol.shape)
        if bool(wanted) != bool(shape) or (wanted == 1 and shape[1] != 1):
            declared = shape_text(self.shape(symbol, key, frame))
            what = f"{symbol.latex} stands for {declared}, this is {shape_text(value)}"
            raise FormulaError("shape", what, span)
        for node, size in zip(symbol.shape, shape, strict=False):
            if isinstance(node, tree.Entry) and not node.indices:
                values[node.symbol, ()] = float(size)
        return values

    def _by_entries(self, definition: Definition, env: Env, frame: Frame) -> Value:
        """Run a definition given by entries, such as ``S(z)_i``, for every entry."""
        from nnmath.formula.points import letter_range

        letters = [node.name for node in definition.items if isinstance(node, tree.Index)]
        if (
            len(letters) != len(definition.items)
            or len(set(letters)) != len(letters)
            or len(letters) > 2
        ):
            raise FormulaError(
                "definition", "a function is defined by entries with one or two index letters"
            )
        ranges = [letter_range(self, name, definition.body, env, frame) for name in letters]
        axes = [range(lower, upper + 1) for lower, upper in ranges] + [range(1)] * (
            2 - len(letters)
        )
        return duals.stack(
            [
                [
                    self.scalar(
                        definition.body, {**env, **dict(zip(letters, (i, j), strict=False))}, frame
                    )
                    for j in axes[1]
                ]
                for i in axes[0]
            ]
        )

    def _call_unspecified(
        self, symbol: Symbol, key: Key, arguments: list[Value], node: tree.Apply, frame: Frame
    ) -> Value:
        """Call a function about which nothing is known but its signature."""
        signature = symbol.maps or ((), ())
        if symbol in self.world.given:
            return called_given(symbol, self.world.given[symbol], arguments, node.span)
        if symbol.entrywise:
            curve = self.world.remember(symbol, key, smooth_curve)
            return curve(self._only(arguments, symbol, node))
        if not signature[0]:
            raise FormulaError(
                "definition", f"{symbol.latex} is used before it is defined", node.span
            )
        if len(arguments) != len(signature[0]):
            wanted = len(signature[0])
            raise FormulaError(
                "shape", f"{symbol.latex} takes {wanted} arguments, not {len(arguments)}", node.span
            )
        for space, argument, printed in zip(signature[0], arguments, node.arguments, strict=True):
            wanted_shape = self._space(space, symbol, key, frame)
            if duals.shape_of(argument) != wanted_shape:
                message = f"{symbol.latex} takes {shape_text(wanted_shape)}, this is {shape_text(argument)}"
                raise FormulaError("shape", message, printed.span)
        result = self._space(signature[1], symbol, key, frame)
        if not result and len(arguments) == 1 and not duals.shape_of(arguments[0]):
            return self.world.remember(symbol, key, smooth_curve)(arguments[0])
        column = duals.stack([[x] for x in flattened(arguments)])
        inputs = column.shape[0]
        function = self.world.remember(
            symbol, key, lambda rng: smooth_function(rng, inputs, result)
        )
        value = function(column)
        return duals.reshape(value, result) if result else duals.entry(value, 0, 0)

    def _only(self, arguments: list[Value], symbol: Symbol, node: tree.Apply) -> Value:
        if len(arguments) != 1:
            raise FormulaError(
                "shape", f"{symbol.latex} takes one argument, not {len(arguments)}", node.span
            )
        return arguments[0]

    def _space(
        self, space: tuple[tree.Node, ...], symbol: Symbol, key: Key, frame: Frame
    ) -> tuple[int, ...]:
        env = self._own_letters(symbol, key)
        sizes = tuple(self.whole(node, env, frame) for node in space)
        return (*sizes, 1) if len(sizes) == 1 else sizes

    def _builtin(self, node: tree.Apply, arguments: list[Value]) -> Value:
        name = str(node.symbol)
        if name in ("max", "min"):
            return self._extreme(name, node, arguments)
        if name == "factorial":
            return self._factorial(arguments[0], node)
        function = BUILTIN[name]
        shape = duals.shape_of(arguments[0])
        if function.takes == "number" and shape and not self.notation.elementwise:
            raise FormulaError(
                "shape",
                f"{name} takes a number, this is {shape_text(shape)}",
                node.arguments[0].span,
            )
        if function.takes == "matrix" and (len(shape) != 2 or shape[0] != shape[1]):
            message = f"{name} takes a square matrix, this is {shape_text(shape)}"
            raise FormulaError("shape", message, node.arguments[0].span)
        if function.takes == "array" and not shape:
            raise FormulaError(
                "shape", f"{name} takes an array, this is a number", node.arguments[0].span
            )
        return function.compute(arguments[0])

    def _extreme(self, name: str, node: tree.Apply, arguments: list[Value]) -> Value:
        for argument, printed in zip(arguments, node.arguments, strict=True):
            if duals.shape_of(argument):
                raise FormulaError(
                    "shape", f"{name} takes numbers, this is {shape_text(argument)}", printed.span
                )
        return (max if name == "max" else min)(arguments, key=duals.primal)

    def _factorial(self, value: Value, node: tree.Apply) -> Value:
        plain = duals.primal(value)
        if duals.shape_of(value) or plain < 0 or plain != round(plain) or plain > 170:
            raise FormulaError("value", "a factorial needs a whole number from 0 to 170", node.span)
        return float(np.prod(np.arange(1.0, plain + 1)))


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
                label = f" ({self.definition.label})" if self.definition.label else ""
                error.message = f"in the definition of {self.symbol.latex}{label}: {error.message}"
            error.span = self.span


def given_entry(symbol: Symbol, array: Any, lowest: Key, key: Key, span: Span) -> Value:
    """Return the entry of an array, or of nested lists, that a caller handed in."""
    for lower, at in zip(lowest, key, strict=True):
        try:
            array = array[at - lower]
        except (IndexError, TypeError):
            raise FormulaError(
                "value", f"the given {symbol.latex} has no entry {list(key)}", span
            ) from None
    value = np.asarray(array, dtype=float)
    if value.ndim != len(symbol.shape):
        raise FormulaError(
            "shape", f"the given {symbol.latex} has {value.ndim} axes too many or few", span
        )
    return float(value) if value.ndim == 0 else value.reshape(-1, 1) if value.ndim == 1 else value


def called_given(
    symbol: Symbol, function: Callable[..., Any], arguments: list[Value], span: Span
) -> Value:
    """Call a function that a caller handed in; nothing is known of its derivative."""
    if any(isinstance(argument, duals.Dual) for argument in arguments):
        raise FormulaError(
            "value", f"the given {symbol.latex} can't be differentiated; define it in print", span
        )
    value = np.asarray(function(*arguments), dtype=float)
    return float(value) if value.ndim == 0 else value.reshape(-1, 1) if value.ndim == 1 else value


def flattened(arguments: list[Value]) -> list[Value]:
    """Return all entries of all arguments as numbers."""
    numbers: list[Value] = []
    for argument in arguments:
        shape = duals.shape_of(argument)
        if not shape:
            numbers.append(argument)
        else:
            numbers += [
                duals.entry(argument, i, j) for i in range(shape[0]) for j in range(shape[1])
            ]
    return numbers


def entry_at(array: Value, at: Key, what: Symbol | None, span: Span) -> Value:
    """Return the entry of an array at indices that count from 1."""
    shape = duals.shape_of(array)
    if not shape:
        raise FormulaError("shape", "a number has no entries", span)
    if len(at) == 1 and 1 in shape:
        at = (at[0], 1) if shape[1] == 1 else (1, at[0])
    if len(at) != 2:
        raise FormulaError("shape", f"{shape_text(shape)} needs {2 - (1 in shape)} indices", span)
    if not (1 <= at[0] <= shape[0] and 1 <= at[1] <= shape[1]):
        raise FormulaError("index", f"there is no entry {list(at)} in {shape_text(shape)}", span)
    return duals.entry(array, at[0] - 1, at[1] - 1)


def _subset(rng: np.random.Generator, members: list[float]) -> frozenset[float]:
    """Draw a set that is neither empty nor, where that can be, everything."""
    count = int(rng.integers(max(1, len(members) - 2), max(2, len(members))))
    return frozenset(rng.choice(members, size=count, replace=False).tolist())
