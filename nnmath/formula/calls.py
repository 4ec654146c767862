r"""Calling a function: a built-in one, a declared one as it is printed, or one of which nothing is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.blocks import expanded
from nnmath.formula.definitions import Definition, formal_of
from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.evaluation import Env, Evaluator, Frame, Key, Place
from nnmath.formula.functions import BUILTIN, NAMED, Builtin
from nnmath.formula.notation import Symbol
from nnmath.formula.probability import law_value
from nnmath.formula.ranges import letter_range
from nnmath.formula.render import shape_text
from nnmath.formula.special import LAWS
from nnmath.formula.worlds import smooth_curve, smooth_function

__all__ = ["call"]

SIGMOID = NAMED["sigmoid"].compute


def apply(ev: Evaluator, node: tree.Apply, env: Env, frame: Frame) -> Value:
    """Return a function's value."""
    if not isinstance(node.symbol, str) and node.symbol.is_law and not node.primes:
        return law_value(ev, node, env, frame)
    if any(isinstance(argument, tree.Series) for argument in node.arguments):
        items = [item for a in node.arguments for item in expanded(ev, a, env, frame)]
        node = replace(node, arguments=tuple(items))
    arguments = [_argument(ev, argument, env, frame) for argument in node.arguments]
    if isinstance(node.symbol, str):
        return _builtin(ev, node, arguments)
    key = ev.key(node.symbol, node.indices, env, frame)
    return call(ev, node.symbol, key, arguments, node, frame, node.primes)


def _argument(ev: Evaluator, node: tree.Node, env: Env, frame: Frame) -> Value:
    if isinstance(node, tree.Comparison):  # the event X = x
        return ev.value(node.sides[1], env, frame)
    return ev.value(node, env, frame)


def call(
    ev: Evaluator,
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
            raise FormulaError("shape", f"{symbol.latex} with a prime needs a number", node.span)
        one = np.ones(shape) if shape else 1.0
        return duals.derivative(
            lambda x: call(ev, symbol, key, [x], node, frame, primes - 1), arguments[0], one
        )
    if symbol.known:
        plain = replace(node, primes=0)  # they are dealt with above
        return known(ev, symbol.known, NAMED[symbol.known], arguments, plain)
    if symbol.entrywise and any(duals.shape_of(x) for x in arguments) and ev.definitions.of(symbol):
        return _entry_by_entry(ev, symbol, key, arguments, node, frame)
    found = ev.definition(symbol, key, frame, node.span)
    if found is not None:
        return _call_printed(ev, *found, key, arguments, node, frame)
    return _call_unspecified(ev, symbol, key, arguments, node, frame)


def _entry_by_entry(
    ev: Evaluator, symbol: Symbol, key: Key, arguments: list[Value], node: tree.Apply, frame: Frame
) -> Value:
    if len(arguments) != 1:
        raise FormulaError("shape", f"{symbol.latex} applies to one array", node.span)
    rows, columns = duals.shape_of(arguments[0])
    return duals.stack(
        [
            [
                call(ev, symbol, key, [duals.entry(arguments[0], i, j)], node, frame)
                for j in range(columns)
            ]
            for i in range(rows)
        ]
    )


def _call_printed(
    ev: Evaluator,
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
    env = _with_own_letters(ev, definition, env, frame)
    values: dict[Place, Value] = {}
    for formal, argument, printed in zip(
        definition.arguments, arguments, node.arguments, strict=True
    ):
        values |= _bound(ev, formal, argument, env, frame, printed.span)
    inner = Frame(frame, values)
    with ev.inside(symbol, definition, node.span):
        if definition.items:
            return _by_entries(ev, definition, env, inner)
        return ev.value(definition.body, env, inner)


def _with_own_letters(ev: Evaluator, definition: Definition, env: Env, frame: Frame) -> Env:
    """Give the letters that only tell arguments apart, as in k(x_i, x_j), a value each."""
    for formal in definition.arguments:
        entry = formal_of(formal)
        for position, node in enumerate(entry.indices):
            if isinstance(node, tree.Index) and node.name not in env:
                before = tuple(ev.whole(n, env, frame) for n in entry.indices[:position])
                lower, upper = ev.range(entry.symbol, position, before, frame)
                taken = sum(1 for value in env.values() if lower <= value)
                env = {**env, node.name: min(lower + taken, upper)}
    return env


def _bound(
    ev: Evaluator, formal: tree.Node, value: Value, env: Env, frame: Frame, span: Span
) -> dict[Place, Value]:
    """Give a formal argument its value, and the sizes in its declared shape theirs."""
    entry = formal_of(formal)
    if isinstance(formal, tree.Power):  # f(\sigma^2) says what \sigma is
        value = duals.power(value, 1.0 / cast(tree.Number, formal.exponent).value)
    symbol, shape = entry.symbol, duals.shape_of(value)
    key = tuple(ev.whole(node, env, frame) for node in entry.indices)
    values: dict[Place, Value] = {(symbol, key): value}
    wanted = len(symbol.shape)
    if bool(wanted) != bool(shape) or (wanted == 1 and shape[1] != 1):
        declared = shape_text(ev.shape(symbol, key, frame))
        what = f"{symbol.latex} stands for {declared}, this is {shape_text(value)}"
        raise FormulaError("shape", what, span)
    for node, size in zip(symbol.shape, shape, strict=False):
        if isinstance(node, tree.Entry) and not node.indices:
            values[node.symbol, ()] = float(size)
    return values


def _by_entries(ev: Evaluator, definition: Definition, env: Env, frame: Frame) -> Value:
    """Run a definition given by entries, such as ``S(z)_i``, for every entry."""

    letters = [node.name for node in definition.items if isinstance(node, tree.Index)]
    if (
        len(letters) != len(definition.items)
        or len(set(letters)) != len(letters)
        or len(letters) > 2
    ):
        raise FormulaError(
            "definition", "a function is defined by entries with one or two index letters"
        )
    ranges = [letter_range(ev, name, definition.body, env, frame) for name in letters]
    axes = [range(lower, upper + 1) for lower, upper in ranges] + [range(1)] * (2 - len(letters))
    return duals.stack(
        [
            [
                ev.scalar(
                    definition.body, {**env, **dict(zip(letters, (i, j), strict=False))}, frame
                )
                for j in axes[1]
            ]
            for i in axes[0]
        ]
    )


def _call_unspecified(
    ev: Evaluator, symbol: Symbol, key: Key, arguments: list[Value], node: tree.Apply, frame: Frame
) -> Value:
    """Call a function about which nothing is known but its signature."""
    signature = symbol.maps or ((), ())
    given = ev.world.given.get(symbol)
    if given is not None and not signature[0]:
        return called_given(symbol, given, arguments, node.span)
    if symbol.entrywise:
        curve = ev.world.remember(symbol, key, smooth_curve)
        return curve(_only(ev, arguments, symbol, node))
    if not signature[0]:
        raise FormulaError("definition", f"{symbol.latex} is used before it is defined", node.span)
    of_column = len(signature[0]) == 1 and len(signature[0][0]) == 1
    if of_column and len(arguments) > 1 and not any(duals.shape_of(x) for x in arguments):
        arguments = [duals.stack([[x] for x in arguments])]  # f(x_1, ..., x_n) of a column
        node = replace(node, arguments=node.arguments[:1])
    if len(arguments) != len(signature[0]):
        wanted = len(signature[0])
        raise FormulaError(
            "shape", f"{symbol.latex} takes {wanted} arguments, not {len(arguments)}", node.span
        )
    for space, argument, printed in zip(signature[0], arguments, node.arguments, strict=True):
        wanted_shape = _space(ev, space, symbol, key, frame)
        if duals.shape_of(argument) != wanted_shape:
            message = (
                f"{symbol.latex} takes {shape_text(wanted_shape)}, this is {shape_text(argument)}"
            )
            raise FormulaError("shape", message, printed.span)
    if given is not None:
        return called_given(symbol, given, arguments, node.span)
    result = _space(ev, signature[1], symbol, key, frame)
    if not result and len(arguments) == 1 and not duals.shape_of(arguments[0]):
        return _ranged(symbol, ev.world.remember(symbol, key, smooth_curve)(arguments[0]))
    column = duals.stack([[x] for x in flattened(arguments)])
    inputs = column.shape[0]
    function = ev.world.remember(symbol, key, lambda rng: smooth_function(rng, inputs, result))
    value = _ranged(symbol, function(column))
    return duals.reshape(value, result) if result else duals.entry(value, 0, 0)


def _ranged(symbol: Symbol, value: Value) -> Value:
    """Keep the values of a function that is declared positive, or between 0 and 1, there."""
    if symbol.domain == "positive":
        return duals.exp(duals.multiply(0.5, value))
    return SIGMOID(value) if symbol.domain == "unit interval" else value


def _only(ev: Evaluator, arguments: list[Value], symbol: Symbol, node: tree.Apply) -> Value:
    if len(arguments) != 1:
        raise FormulaError(
            "shape", f"{symbol.latex} takes one argument, not {len(arguments)}", node.span
        )
    return arguments[0]


def _space(
    ev: Evaluator, space: tuple[tree.Node, ...], symbol: Symbol, key: Key, frame: Frame
) -> tuple[int, ...]:
    env = ev.own_letters(symbol, key)
    sizes = tuple(ev.whole(node, env, frame) for node in space)
    return (*sizes, 1) if len(sizes) == 1 else sizes


def _builtin(ev: Evaluator, node: tree.Apply, arguments: list[Value]) -> Value:
    name = str(node.symbol)
    if name in ("max", "min"):
        return _extreme(ev, name, node, arguments)
    if name == "factorial":
        return _factorial(ev, arguments[0], node)
    if name == "mod":
        return _remainder(arguments, node)
    if name in LAWS and len(arguments) == LAWS[name][0]:
        return LAWS[name][1](*arguments)
    return known(ev, name, BUILTIN[name], arguments, node)


def known(
    ev: Evaluator, name: str, function: Builtin, arguments: list[Value], node: tree.Apply
) -> Value:
    """Apply a known function of one argument to what it takes."""
    if len(arguments) != 1:
        raise FormulaError("shape", f"{name} takes one argument, not {len(arguments)}", node.span)
    shape = duals.shape_of(arguments[0])
    if function.takes == "number" and shape and not ev.notation.elementwise:
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
    if node.primes:
        plain = replace(node, primes=node.primes - 1)
        one = np.ones(shape) if shape else 1.0
        return duals.derivative(lambda x: _builtin(ev, plain, [x]), arguments[0], one)
    return function.compute(arguments[0])


def _extreme(ev: Evaluator, name: str, node: tree.Apply, arguments: list[Value]) -> Value:
    for argument, printed in zip(arguments, node.arguments, strict=True):
        if duals.shape_of(argument):
            raise FormulaError(
                "shape", f"{name} takes numbers, this is {shape_text(argument)}", printed.span
            )
    return (max if name == "max" else min)(arguments, key=duals.primal)


def _remainder(arguments: list[Value], node: tree.Apply) -> Value:
    over, under = (duals.primal(argument) for argument in arguments)
    if duals.shape_of(over) or duals.shape_of(under) or under == 0:
        raise FormulaError("value", "a remainder needs numbers, the second not 0", node.span)
    return float(over % under)


def _factorial(ev: Evaluator, value: Value, node: tree.Apply) -> Value:
    plain = duals.primal(value)
    if duals.shape_of(value) or plain < 0 or plain != round(plain) or plain > 170:
        raise FormulaError("value", "a factorial needs a whole number from 0 to 170", node.span)
    return float(np.prod(np.arange(1.0, plain + 1)))


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


Evaluator.handlers[tree.Apply] = apply
