r"""Printed definitions, in reading order: what a symbol's value is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.letters import letter_and_offset
from nnmath.formula.reading.notation import Symbol


@dataclass(eq=False)
class Definition:
    """The left side of a definition taken apart, its right side, and how its own check went."""

    symbol: Symbol
    indices: tuple[tree.Node, ...]
    arguments: tuple[tree.Node, ...]
    items: tuple[tree.Node, ...]
    body: tree.Node
    conditions: tuple[tree.Node, ...] = ()
    label: str = ""
    failed: bool = False

    @property
    def named(self) -> str:
        """Its label in brackets, if it has one."""
        return f" ({self.label})" if self.label else ""

    @property
    def rank(self) -> int:
        """How many indices are pinned to one value; those definitions go first."""
        pinned = sum(1 for node in self.indices if letter_and_offset(node) is None)
        return -pinned - len(self.conditions)

    def bind(
        self, key: tuple[int, ...], number: Callable[[tree.Node, dict[str, int]], int]
    ) -> dict[str, int] | None:
        """Return the letters' values for which the left side has these indices, or None."""
        env: dict[str, int] = {}
        pinned = []
        for node, wanted in zip(self.indices, key, strict=True):
            found = letter_and_offset(node)
            if found is None:
                pinned.append((node, wanted))
            elif env.setdefault(found[0], wanted - found[1]) != wanted - found[1]:
                return None
        return env if all(number(node, env) == wanted for node, wanted in pinned) else None


class Definitions:
    """What has been defined so far, with what an outer scope has defined."""

    def __init__(self, parent: Definitions | None = None) -> None:
        self.parent = parent
        self.own: dict[Symbol, list[Definition]] = {}
        self._closures: dict[Symbol, frozenset[Symbol]] = {}
        self._covered: dict[Symbol, bool] = {}
        self._found: dict[Symbol, list[Definition]] = {}

    @staticmethod
    def copies(scopes: dict[int, Definitions]) -> dict[int, Definitions]:
        """Return independent copies of scopes, each with the copy of its outer scope."""
        copies = {name: Definitions() for name in scopes}
        names = {id(scope): name for name, scope in scopes.items()}
        for name, scope in scopes.items():
            copies[name].parent = copies[names[id(scope.parent)]] if scope.parent else None
            copies[name].own = {symbol: list(found) for symbol, found in scope.own.items()}
        return copies

    def of(self, symbol: Symbol) -> list[Definition]:
        """Return the definitions of a symbol, the most special first."""
        if symbol not in self._found:
            inherited = self.parent.of(symbol) if self.parent else []
            self._found[symbol] = self.own.get(symbol, []) + inherited
        return self._found[symbol]

    def all(self) -> Iterator[Definition]:
        """Yield every definition known here."""
        if self.parent:
            yield from self.parent.all()
        for found in self.own.values():
            yield from found

    def add(self, definition: Definition) -> None:
        """Take a definition in; the same left side can't be defined twice."""
        for other in self.of(definition.symbol):
            same = (other.indices, other.conditions) == (definition.indices, definition.conditions)
            if same and len(other.arguments) == len(definition.arguments):
                where = f" (by {other.label})" if other.label else ""
                message = f"{definition.symbol.latex} is defined already{where}"
                same = other.arguments == definition.arguments
                raise FormulaError("definition" if same else "shadowed", message)
        own = self.own.setdefault(definition.symbol, [])
        own.append(definition)
        own.sort(key=lambda d: d.rank)
        self.forget()

    def drop(self, symbol: Symbol, body: tree.Node) -> None:
        """Take a definition out again."""
        self.own[symbol] = [d for d in self.own.get(symbol, []) if d.body != body]
        self.forget()

    def forget(self) -> None:
        """Drop what was worked out, since an outer scope has changed."""
        self._closures.clear()
        self._covered.clear()
        self._found.clear()

    def covers(self, symbol: Symbol) -> bool:
        """Tell whether anything defines this symbol, or its entries."""
        if symbol not in self._covered:
            self._covered[symbol] = bool(self.of(symbol)) or bool(self.children(symbol))
        return self._covered[symbol]

    def children(self, symbol: Symbol) -> list[Definition]:
        """Return the definitions of a whole array's entries."""
        return [d for d in self.all() if d.symbol.entry_of is symbol]

    def closure(self, symbol: Symbol) -> frozenset[Symbol]:
        """Return every symbol that the value of this one may depend on, itself included."""
        if symbol not in self._closures:
            seen: set[Symbol] = set()
            waiting = [symbol]
            while waiting:
                one = waiting.pop()
                if one not in seen:
                    seen.add(one)
                    waiting += self._direct(one)
            self._closures[symbol] = frozenset(seen)
        return self._closures[symbol]

    def reached(self, symbols: Iterable[Symbol]) -> set[Symbol]:
        """Return symbols and all that they may depend on."""
        return {one for symbol in symbols for one in self.closure(symbol)}

    def _direct(self, symbol: Symbol) -> list[Symbol]:
        nodes = [*symbol.shape, *(bound for r in symbol.indices for bound in (r.lower, r.upper))]
        for d in (*self.of(symbol), *self.children(symbol)):
            nodes += [d.body, *d.conditions, *d.indices, *d.arguments]
        return [*symbols_in(*nodes), *([symbol.entry_of] if symbol.entry_of else [])]

    def check_arguments(self, definition: Definition, strict: bool) -> None:
        """Refuse sizes as arguments, which follow from the shapes; if `strict`, also what a function doesn't show."""
        known = self.reached(symbols_in(definition.body))
        entries = [formal_of(argument) for argument in definition.arguments]
        sizes = {s for entry in entries for s in symbols_in(*entry.symbol.shape)}
        for entry in entries:
            name = entry.symbol.latex
            if entry.symbol in sizes:
                message = f"{name} follows from the shapes and is no argument"
                raise FormulaError("definition", message, entry.span)
            if strict and entry.symbol not in known:
                message = f"the right side doesn't depend on the argument {name}"
                raise FormulaError("definition", message, entry.span)


def symbols_in(*nodes: tree.Node) -> Iterator[Symbol]:
    """Yield the declared symbols that stand in nodes."""
    for node in nodes:
        for part in tree.walk(node):
            symbol = getattr(part, "symbol", None)
            if isinstance(symbol, Symbol):
                yield symbol


def formal_of(argument: tree.Node) -> tree.Entry:
    r"""Return the symbol that a formal argument names: \sigma for ``\sigma`` and for ``\sigma^2``."""
    powered = isinstance(argument, tree.Power) and isinstance(argument.exponent, tree.Number)
    base = argument.base if isinstance(argument, tree.Power) and powered else argument
    if isinstance(base, tree.Entry):
        return base
    message = "a function is defined for symbols as its arguments"
    raise FormulaError("syntax", message, argument.span)


def definition_from(
    left: tree.Node, body: tree.Node, conditions: tuple[tree.Node, ...] = (), label: str = ""
) -> Definition:
    """Take the left side of a definition apart."""
    target, items = (left.body, left.indices) if isinstance(left, tree.Item) else (left, ())
    symbol: Any = getattr(target, "symbol", None)
    arguments: tuple[tree.Node, ...] = ()
    if isinstance(target, tree.Apply) and isinstance(symbol, Symbol) and not target.primes:
        arguments = target.arguments
        if len(set(map(formal_of, arguments))) != len(arguments):
            raise FormulaError("syntax", "an argument stands twice", target.span)
    elif not isinstance(target, tree.Entry):
        if isinstance(target, tree.Product) and isinstance(target.factors[0], tree.Entry):
            name = target.factors[0].symbol.latex
            message = f"{name} isn't declared as a function; declare it so, {name} :: printed"
            raise FormulaError("notation", message, left.span)
        message = "the left side of a definition is a symbol (s^2 if that is declared) or a function of symbols"
        raise FormulaError("syntax", message, left.span)
    return Definition(symbol, target.indices, arguments, items, body, conditions, label)
