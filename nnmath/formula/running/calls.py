r"""Calling a function: a built-in one, a declared one as it is printed, or one of which nothing is known."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.reading.letters import free_letters, letter_and_offset
from nnmath.formula.reading.notation import Symbol
from nnmath.formula.running.blocks import expanded
from nnmath.formula.running.definitions import Definition, formal_of
from nnmath.formula.running.evaluation import Key, Letters, Place, Point, runs
from nnmath.formula.running.points import letter_range
from nnmath.formula.running.probability import law_value
from nnmath.formula.running.worlds import as_value, smooth_curve, smooth_function
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value, shape_of, shape_text
from nnmath.formula.values.functions import BUILTIN, LAWS, NAMED, Builtin, sigmoid


@runs(tree.Apply)
def _apply(at: Point, node: tree.Apply) -> Value:
    """Return a function's value."""
    if not isinstance(node.symbol, str) and node.symbol.is_law and not node.primes:
        return law_value(at, node)
    if any(isinstance(argument, tree.Series) for argument in node.arguments):
        node = replace(node, arguments=tuple(expanded(at, node.arguments)))
    if isinstance(node.symbol, str):
        return _builtin(at, node, list(map(at.value, node.arguments)))
    arguments = [_argument(at, argument) for argument in node.arguments]
    return call(at, node.symbol, at.key(node.symbol, node.indices), arguments, node, node.primes)


def _argument(at: Point, node: tree.Node) -> Value:
    if (
        isinstance(node, tree.Entry) and node.symbol.is_function
    ):  # as in v(s \mid \pi): only which one
        return at.ev.world.remember(node.symbol, (-1,), lambda rng: float(rng.normal()))
    event = isinstance(node, tree.Comparison)  # X = x
    return at.value(cast(tree.Comparison, node).sides[1] if event else node)


def _expect_count(name: str, arguments: list[Value], wanted: int, span: Span) -> None:
    """Refuse too many or too few arguments."""
    if len(arguments) != wanted:
        words = "one argument" if wanted == 1 else f"{wanted} arguments"
        raise FormulaError("shape", f"{name} takes {words}, not {len(arguments)}", span)


def call(
    at: Point, symbol: Symbol, key: Key, arguments: list[Value], node: tree.Apply, primes: int = 0
) -> Value:
    """Call a declared function, or a derivative of it by its one argument."""
    if primes:
        return _primed(at, symbol, key, arguments, node, primes)
    if symbol.known:
        plain = replace(node, primes=0)  # they are dealt with above
        return _known(at, symbol.known, NAMED[symbol.known], arguments, plain)
    if symbol.entrywise and any(map(shape_of, arguments)) and at.ev.definitions.of(symbol):
        _expect_count(symbol.latex, arguments, 1, node.span)
        rows = duals.entries(arguments[0])
        return duals.stack([[call(at, symbol, key, [x], node) for x in row] for row in rows])
    found = at.definition(symbol, key, node.span)
    if found is not None:
        return _call_printed(at, *found, arguments, node)
    return _call_unspecified(at, symbol, key, arguments, node)


def _primed(
    at: Point, symbol: Symbol, key: Key, arguments: list[Value], node: tree.Apply, primes: int
) -> Value:
    """Differentiate a function by its argument."""
    if len(arguments) != 1:
        message = f"a prime needs a function of one argument, {symbol.latex}"
        raise FormulaError("syntax", message, node.span)
    shape = shape_of(arguments[0])
    if shape and not symbol.entrywise:
        raise FormulaError("shape", f"{symbol.latex} with a prime needs a number", node.span)
    return _slope(lambda x: call(at, symbol, key, [x], node, primes - 1), arguments[0])


def _slope(function: Callable[[Value], Value], argument: Value) -> Value:
    """Return the derivative of a function of a number, or of each entry by itself."""
    shape = shape_of(argument)
    return duals.derivative(function, argument, np.ones(shape) if shape else 1.0)


# Printed functions


def _call_printed(
    at: Point, definition: Definition, letters: Letters, arguments: list[Value], node: tree.Apply
) -> Value:
    """Run the printed definition of a function with values for its arguments."""
    formals = definition.arguments
    _expect_count(definition.symbol.latex, arguments, len(formals), node.span)
    inside = _with_own_letters(Point(at.ev, letters, at.frame), definition, at, node)
    values: dict[Place, Value] = {}
    for formal, argument, printed in zip(formals, arguments, node.arguments, strict=True):
        values |= _bound(inside, formal, argument, printed.span)
    inside = inside.with_values(values)
    with at.ev.inside(definition, node.span):
        return (
            _by_entries(inside, definition) if definition.items else inside.value(definition.body)
        )


def _with_own_letters(at: Point, definition: Definition, caller: Point, node: tree.Apply) -> Point:
    """Give the letters in q(x_t, x_{t-1}) the value of a call q(x_2, x_1); any, where only arguments have them."""
    formals = tuple(map(formal_of, definition.arguments))
    others = tree.rewrite(definition.body, lambda n: tree.Number(0.0) if n in formals else None)
    for name in free_letters(tree.SetOf(formals)):
        if name in at.letters:
            continue
        said = {
            place - index[1]
            for formal, printed in zip(formals, node.arguments, strict=True)
            if isinstance(printed, tree.Entry) and printed.symbol is formal.symbol
            for one, place in zip(formal.indices, caller.place(printed)[1], strict=True)
            if (index := letter_and_offset(one)) is not None and index[0] == name
        }
        if name not in free_letters(others):
            lower, upper = letter_range(at, name, tree.SetOf(formals))
            free = (k for k in range(lower, upper) if k not in at.letters.values())
            said = {next(free, upper)}
        if len(said) != 1:
            raise FormulaError("syntax", f"nothing says what {name} is here", node.span)
        at = at.with_letter(name, said.pop())
    return at


def _bound(at: Point, formal: tree.Node, value: Value, span: Span) -> dict[Place, Value]:
    """Give a formal argument its value, and the sizes in its declared shape theirs."""
    symbol, key = at.place(formal_of(formal))
    if isinstance(formal, tree.Power):  # f(\sigma^2) says what \sigma is
        value = duals.power(value, 1.0 / cast(tree.Number, formal.exponent).value)
    shape, wanted = shape_of(value), len(symbol.shape)
    if bool(wanted) != bool(shape) or (wanted == 1 and shape[1] != 1):
        declared = shape_text(at.shape(symbol, key))
        message = f"{symbol.latex} stands for {declared}, this is {shape_text(value)}"
        raise FormulaError("shape", message, span)
    values: dict[Place, Value] = {(symbol, key): value}
    for node, size in zip(symbol.shape, shape, strict=False):
        if isinstance(node, tree.Entry) and not node.indices:
            values[node.symbol, ()] = float(size)
    return values


def _by_entries(at: Point, definition: Definition) -> Value:
    """Run a definition given by entries, such as ``S(z)_i``, for every entry."""
    letters = [node.name for node in definition.items if isinstance(node, tree.Index)]
    if len(set(letters)) != len(definition.items) or len(letters) > 2:
        message = "a function is defined by entries with one or two index letters"
        raise FormulaError("definition", message)
    ranges = [letter_range(at, name, definition.body) for name in letters]
    axes = [range(lower, upper + 1) for lower, upper in ranges] + [range(1)] * (2 - len(letters))

    def entry(*position: int) -> Value:
        own = dict(zip(letters, position, strict=False))
        return at.with_letters(own).scalar(definition.body)

    return duals.stack([[entry(i, j) for j in axes[1]] for i in axes[0]])


# Functions of which only the signature is known


def _call_unspecified(
    at: Point, symbol: Symbol, key: Key, arguments: list[Value], node: tree.Apply
) -> Value:
    """Call a function about which nothing is known but its signature."""
    world = at.ev.world
    takes, gives = symbol.maps or ((), ())
    curve = partial(smooth_curve, domain=symbol.domain)
    given = world.given.get(symbol)
    if given is not None and not takes:
        return _called_given(symbol, given, arguments, node.span)
    if symbol.entrywise:
        _expect_count(symbol.latex, arguments, 1, node.span)
        return world.remember(symbol, key, curve)(arguments[0])
    if not takes:
        raise FormulaError("definition", f"{symbol.latex} is used before it is defined", node.span)
    of_column = len(takes) == 1 and len(takes[0]) == 1
    if of_column and len(arguments) > 1 and not any(map(shape_of, arguments)):
        arguments = [duals.stack([[x] for x in arguments])]  # f(x_1, ..., x_n) of a column
    _expect_count(symbol.latex, arguments, len(takes), node.span)
    for space, argument, printed in zip(takes, arguments, node.arguments, strict=False):
        wanted = _space(at, space, symbol, key)
        if shape_of(argument) != wanted:
            message = f"{symbol.latex} takes {shape_text(wanted)}, this is {shape_text(argument)}"
            raise FormulaError("shape", message, printed.span)
    if given is not None:
        return _called_given(symbol, given, arguments, node.span)
    result = _space(at, gives, symbol, key)
    if not result and len(arguments) == 1 and not shape_of(arguments[0]):
        return _ranged(symbol, world.remember(symbol, key, curve)(arguments[0]))
    column = duals.stack([[x] for x in _flattened(arguments)])
    inputs = column.shape[0]
    function = world.remember(
        symbol, key, lambda rng: smooth_function(rng, inputs, result, symbol.domain)
    )
    value = _ranged(symbol, function(column))
    return duals.reshape(value, result) if result else duals.entry(value, 0, 0)


def _ranged(symbol: Symbol, value: Value) -> Value:
    """Keep the values of a function that is declared positive, or between 0 and 1, there."""
    if symbol.domain == "positive":
        return duals.exp(0.5 * value)
    return sigmoid(value) if symbol.domain == "unit interval" else value


def _space(at: Point, space: tuple[tree.Node, ...], symbol: Symbol, key: Key) -> tuple[int, ...]:
    sizes = tuple(map(at.within(symbol, key).whole, space))
    return (*sizes, 1) if len(sizes) == 1 else sizes


def _called_given(
    symbol: Symbol, function: Callable[..., Any], arguments: list[Value], span: Span
) -> Value:
    """Call a function that a caller handed in; nothing is known of its derivative."""
    if any(isinstance(argument, duals.Dual) for argument in arguments):
        message = f"the given {symbol.latex} can't be differentiated; define it in print"
        raise FormulaError("value", message, span)
    return as_value(function(*arguments))


def _flattened(arguments: list[Value]) -> list[Value]:
    """Return all entries of all arguments as numbers."""
    grids = (duals.entries(x) if shape_of(x) else [[x]] for x in arguments)
    return [x for grid in grids for row in grid for x in row]


# Built-in functions


def _builtin(at: Point, node: tree.Apply, arguments: list[Value]) -> Value:
    name = str(node.symbol)
    if name in OF_NUMBERS:
        return OF_NUMBERS[name](node, arguments)
    if name in LAWS and (name not in BUILTIN or len(arguments) == LAWS[name][0]):
        _expect_count(name, arguments, LAWS[name][0], node.span)
        return LAWS[name][1](*arguments)
    return _known(at, name, BUILTIN[name], arguments, node)


def _known(
    at: Point, name: str, function: Builtin, arguments: list[Value], node: tree.Apply
) -> Value:
    """Apply a known function of one argument to what it takes."""
    _expect_count(name, arguments, 1, node.span)
    shape = shape_of(arguments[0])
    wanted, fits = {
        "number": ("a number", not shape or at.ev.notation.elementwise),
        "matrix": ("a square matrix", len(shape) == 2 and shape[0] == shape[1]),
        "array": ("an array", bool(shape)),
        "any": ("anything", True),
    }[function.takes]
    if not fits:
        message = f"{name} takes {wanted}, this is {shape_text(shape)}"
        raise FormulaError("shape", message, node.arguments[0].span)
    if node.primes:
        plain = replace(node, primes=node.primes - 1)
        return _slope(lambda x: _builtin(at, plain, [x]), arguments[0])
    return function.compute(arguments[0])


def _extreme(node: tree.Apply, arguments: list[Value]) -> Value:
    for argument, printed in zip(arguments, node.arguments, strict=True):
        if shape_of(argument):
            message = f"{node.symbol} takes numbers, this is {shape_text(argument)}"
            raise FormulaError("shape", message, printed.span)
    return (max if node.symbol == "max" else min)(arguments, key=duals.primal)


def _remainder(node: tree.Apply, arguments: list[Value]) -> Value:
    over, under = map(duals.primal, arguments)
    if shape_of(over) or shape_of(under) or under == 0:
        raise FormulaError("value", "a remainder needs numbers, the second not 0", node.span)
    return float(over % under)


def _factorial(node: tree.Apply, arguments: list[Value]) -> Value:
    plain = duals.primal(arguments[0])
    if shape_of(plain) or plain < 0 or plain != round(plain) or plain > 170:
        raise FormulaError("value", "a factorial needs a whole number from 0 to 170", node.span)
    return float(np.prod(np.arange(1.0, plain + 1)))


def _not(node: tree.Apply, arguments: list[Value]) -> Value:
    """Return 1 where an event doesn't happen and 0 where it does."""
    return 1.0 - arguments[0]


OF_NUMBERS: dict[str, Callable[[tree.Apply, list[Value]], Value]] = {
    "not": _not,
    "max": _extreme,
    "min": _extreme,
    "mod": _remainder,
    "factorial": _factorial,
}
