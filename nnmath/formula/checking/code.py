r"""Comparing a formula with the function that is said to compute it.

A function is named with what each argument is in the formula's own symbols::

    package.module.linear(x=a_{l-1}, W=w_{l-1}, b=b_l)
    package.backpropagate(weights=w, biases=b, x=a_0, activation=N).dW

An index that is left out becomes an axis of the array: ``w_{l-1}`` is the matrix over i and j. A declared function is
handed over as a function of arrays. The letters of the left side that the arguments don't fix select the entry of the
result. Without arguments, parameters are matched with the code names of the declared symbols.
"""

import importlib
import inspect
import re
from ast import literal_eval
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.letters import free_letters
from nnmath.formula.reading.lexer import tokenize
from nnmath.formula.reading.notation import Notation, Symbol
from nnmath.formula.reading.parser import Parser
from nnmath.formula.reading.tokens import Scripts, State, declared_head, read_scripts
from nnmath.formula.running.calls import call
from nnmath.formula.running.evaluation import Evaluator, Point
from nnmath.formula.running.points import letter_range
from nnmath.formula.running.worlds import Sample, as_value
from nnmath.formula.values import duals

SPECIFICATION = re.compile(
    r"^\s*([A-Za-z_][\w.]*)\s*(?:\((.*)\))?((?:\.[A-Za-z_]\w*|\[-?\d+\])*)\s*$", re.DOTALL
)
LITERAL = re.compile(
    r"""'[^']*'|"[^"]*"|True|False|None|-?(?:0|[1-9][0-9]*)(?:\.[0-9]*(?:e-?[0-9]+)?)?"""
)


@dataclass(frozen=True)
class Argument:
    """What stands for a parameter: a symbol with some indices open, an expression, or a literal."""

    symbol: Symbol | None = None
    places: tuple[tuple[str, tree.Node], ...] = ()
    primes: int = 0
    node: tree.Node | None = None
    literal: object = None

    def letters(self) -> list[str]:
        """Return the letters of the formula that fix its indices."""
        nodes = [node for _, node in self.places] + ([self.node] if self.node else [])
        return [name for node in nodes for name in free_letters(node)]


Arguments = tuple[tuple[str, Argument], ...]


@dataclass(frozen=True)
class Call:
    """A function, its arguments in symbols, and what is picked from its result."""

    name: str
    function: Callable[..., Any]
    arguments: Arguments
    path: tuple[str | int, ...] = ()

    def values(self, ev: Evaluator, left: tree.Node, equation: tree.Node) -> "_Results":
        """Return the results in one world, called once for each value of the letters that fix the arguments."""
        return _Results(self, ev, left, equation)


# Reading


def read_call(
    code: str | Callable[..., Any], notation: Notation, functions: Mapping[str, Callable[..., Any]]
) -> Call:
    """Read what computes a formula: a callable, a dotted name, or a name with arguments in symbols."""
    if callable(code):
        name = getattr(code, "__name__", "the function")
        return Call(name, code, _by_name(code, notation, name))
    match = SPECIFICATION.match(code)
    if match is None:
        raise FormulaError("code", f"{code!r} isn't a function with arguments")
    name, printed, path = match.groups()
    function = functions.get(name) or _imported(name)
    steps = tuple(int(b) if b else a for a, b in re.findall(r"\.(\w+)|\[(-?\d+)\]", path))
    if printed is None:
        return Call(name, function, _by_name(function, notation, name), steps)
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # some functions written in C don't tell
        names = []
    pairs = (_pair(text, notation, names[k : k + 1]) for k, text in enumerate(_split(printed)))
    return Call(name, function, tuple(pairs), steps)


def check_updated(call: Call, left: tree.Node, notation: Notation) -> None:
    """Refuse an update of another symbol than the one by whose code name the result is picked."""
    picked = call.path[-1] if call.path else ""
    owners = [symbol for symbol in notation.symbols() if symbol.code and symbol.code == picked]
    if owners and getattr(left, "symbol", None) not in owners:
        message = f"{call.name} gives {picked}, which is {owners[0].latex} and not this"
        raise FormulaError("update", message, left.span)


def _imported(name: str) -> Callable[..., Any]:
    """Import a function by its dotted name."""
    module, _, rest = name.rpartition(".")
    if not module:
        raise FormulaError("code", f"{name}: expected a full name, such as package.module.{name}")
    try:
        found = getattr(importlib.import_module(module), rest)
    except (ImportError, AttributeError, ValueError) as error:
        raise FormulaError("code", f"there is no function {name}: {error}") from None
    if not callable(found):
        raise FormulaError("code", f"{name} isn't a function")
    return found  # type: ignore[no-any-return]  # callable() has told


def _by_name(function: Callable[..., Any], notation: Notation, name: str) -> Arguments:
    """Match parameters with the code names of symbols; one without is called as it is printed."""
    outermost_first = reversed(list(notation.symbols()))
    coded_last = sorted(outermost_first, key=lambda symbol: bool(symbol.code))
    named = {symbol.code or symbol.latex: symbol for symbol in coded_last}
    parameters = inspect.signature(function).parameters.values()
    for parameter in parameters:
        if parameter.name not in named and parameter.default is inspect.Parameter.empty:
            message = (
                f"no declared symbol has the code name {parameter.name}, a parameter of {name}"
            )
            raise FormulaError("code", message)
    return tuple((p.name, Argument(named[p.name])) for p in parameters if p.name in named)


def _split(text: str) -> Iterator[str]:
    """Split at commas outside brackets and quotes."""
    depth, start, quote = 0, 0, ""
    for k, character in enumerate(text):
        if quote or (character in "'\"" and not text[k - 1 : k].isalnum()):
            quote = "" if character == quote else quote or character
        depth += (character in "({[") - (character in ")}]")
        if character == "," and depth == 0 and not quote:
            yield text[start:k]
            start = k + 1
    if text[start:].strip():
        yield text[start:]


def _pair(text: str, notation: Notation, here: list[str]) -> tuple[str, Argument]:
    """Read ``x=a_l``, or ``a_l`` alone for the parameter at this place."""
    match = re.match(r"^\s*([A-Za-z_]\w*)\s*=(.*)$", text, re.DOTALL)
    if match is None and not here:
        raise FormulaError("code", f"{text.strip()!r} isn't an argument such as x=a_l")
    name, value = match.groups() if match else (here[0], text)
    value = value.strip()
    if LITERAL.fullmatch(value):
        return name, Argument(literal=literal_eval(value))
    return name, _open_symbol(value, notation) or Argument(node=notation.parse(value))


def _open_symbol(text: str, notation: Notation) -> Argument | None:
    """Read a symbol of which some indices may be left out."""
    tokens = tokenize(text)
    head = declared_head(notation, tokens, 0)
    if head is None:
        return None
    scripts, end = read_scripts(tokens, head[1])
    fitting = []
    for symbol in notation.find(head[0]) if end == len(tokens) else ():
        match symbol.template.fit(scripts, partial=True):
            case (places, Scripts(None, None, primes)) if not primes or symbol.is_function:
                # The nearest scope's; what is printed in full, and not another with an index left out.
                full = len(places) == len(symbol.indices)
                rank = -_depth(notation, symbol), full, symbol.template.rank
                fitting.append((rank, symbol, places, primes))
    if not fitting:
        return None
    _, symbol, places, primes = max(fitting, key=lambda found: found[0])
    state = State(notation, notation.limits)
    nodes = tuple((name, Parser(part, state).whole(part)) for name, part in places.items())
    return Argument(symbol, nodes, primes)


def _depth(notation: Notation, symbol: Symbol) -> int:
    """Return how many scopes further out a symbol is declared."""
    outer = notation.extends
    return 1 + _depth(outer, symbol) if outer and symbol not in notation.own_symbols else 0


def read_open_symbol(latex: str, notation: Notation) -> None:
    """Read a symbol whose indices may be left out, as in running text: the w of :math:`w_l^{ij}`."""
    if not latex.strip() or _open_symbol(latex, notation) is None:
        raise FormulaError("syntax", "this is no symbol of the notation")


# Calling


class _Results:
    """Results of a call in one world, by the values of the letters that fix its arguments."""

    def __init__(self, call: Call, ev: Evaluator, left: tree.Node, equation: tree.Node) -> None:
        self.call, self.ev, self.left, self.equation = call, ev, left, equation
        fixed = {name for _, argument in call.arguments for name in argument.letters()}
        self.fixed = [name for name in free_letters(equation) if name in fixed]
        self.open = [name for name in free_letters(left) if name not in fixed]
        self._found: dict[tuple[int, ...], Any] = {}

    def at(self, at: Point) -> Any:
        """Return what the function gives for the left side at a point."""
        place = tuple(at.letters[name] for name in self.fixed)
        if place not in self._found or at.frame is not self.ev.start.frame:
            self._found[place] = self._called(at)
        result = self._found[place]
        for name in self.open:
            result = self._picked(result, at.letters[name] - self._first(name, at))
        return result

    def _first(self, name: str, at: Point) -> int:
        """Return the value of a letter for which the left side is the first entry of an array."""
        try:
            return letter_range(at, name, self.left)[0]
        except FormulaError:  # the left side is a function's entry; the right side tells its range
            return letter_range(at, name, self.equation)[0]

    def _picked(self, result: Any, position: int) -> Any:
        try:
            return result[position]
        except (IndexError, TypeError, KeyError):
            message = f"the result of {self.call.name} has no entry {position}"
            raise FormulaError("code", message) from None

    def _called(self, at: Point) -> Any:
        arguments = {name: _value(at, argument) for name, argument in self.call.arguments}
        try:
            result = self.call.function(**arguments)
            for step in self.call.path:
                result = result[step] if isinstance(step, int) else getattr(result, step)
        except FormulaError:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever a reader's function raises is told
            message = f"{self.call.name} raised {type(error).__name__}: {error}"
            raise FormulaError("code", message) from None
        return result


def _value(at: Point, argument: Argument) -> Any:
    if argument.node is not None:
        return plain(at.value(argument.node))
    if argument.symbol is None:
        return argument.literal
    given = {name: at.whole(node) for name, node in argument.places}
    if argument.symbol.is_function:
        return _callable(at, argument.symbol, tuple(given.values()), argument.primes)
    return _array(at, argument.symbol, given, ())


def _array(at: Point, symbol: Symbol, given: dict[str, int], key: tuple[int, ...]) -> Any:
    """Build the array, or the list of arrays, over the indices that aren't given."""
    if len(key) == len(symbol.indices):
        value = at.lookup(symbol, key, (0, 0))
        if symbol.domain in ("size", "at most", "integers"):
            return int(value)
        if isinstance(value, Sample):
            return [tuple(map(plain, row.values())) for row in value.rows]
        return sorted(value) if isinstance(value, frozenset) else plain(value, len(symbol.shape))
    index, *later = symbol.indices[len(key) :]
    if index.name in given:
        return _array(at, symbol, given, (*key, given[index.name]))
    lower, upper = at.range(symbol, len(key), key)
    parts = [_array(at, symbol, given, (*key, k)) for k in range(lower, upper + 1)]
    bounds = [*(bound for r in later for bound in (r.lower, r.upper)), *symbol.shape]
    ragged = any(index.name in free_letters(bound) for bound in bounds)
    return parts if ragged else np.array(parts, dtype=float)


def plain(value: Any, axes: int = 2) -> Any:
    """Give a value the shape that code expects: a column, or an array with one axis, is a vector."""
    value = duals.primal(value)
    vector = isinstance(value, np.ndarray) and (axes == 1 or value.shape[1] == 1)
    return value.ravel() if vector else value


def _callable(at: Point, symbol: Symbol, key: tuple[int, ...], primes: int) -> Callable[..., Any]:
    """Hand a declared function over as a function of numbers or arrays."""

    def function(*arguments: Any) -> Any:
        known = [np.asarray(x, dtype=float) for x in arguments]
        node = tree.Apply(symbol, (), tuple(map(tree.Known, known)), primes)

        def called(value: Any) -> Any:
            return call(at, symbol, key, [value], node, primes)

        first = known[0]
        if first.ndim and (symbol.entrywise or symbol.maps == (((),), ())):
            return np.array([called(x) for x in first.ravel().tolist()]).reshape(first.shape)
        return plain(call(at, symbol, key, list(map(as_value, known)), node, primes))

    function.__name__ = re.sub(r"\W", "", symbol.latex) or "function"
    return function
