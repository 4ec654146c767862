r"""Laws of declared variables, and expectations.

A joint law is a random table. What ``p(y \mid x)`` means follows from the variables that its arguments are named
after, as it does for a reader: the table summed over the other variables, and divided.
"""

from __future__ import annotations

import itertools
from typing import cast

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame
from nnmath.formula.notation import Symbol
from nnmath.formula.points import letter_range
from nnmath.formula.primitives import support

__all__ = ["law_value"]


def law_value(
    ev: Evaluator, symbol: Symbol, arguments: list[Value], node: tree.Apply, frame: Frame
) -> float:
    """Return the probability of the values of some variables, given those of others."""
    variables = _variables(ev, symbol)
    table = _table(ev, symbol, variables)
    at: dict[int, int] = {}
    for argument, value in zip(node.arguments, arguments, strict=True):
        position = _position(variables, argument)
        if position in at:
            raise FormulaError("syntax", "a variable stands twice", argument.span)
        values = support(ev, variables[position])
        plain = duals.primal(value)
        if plain not in values:
            raise FormulaError(
                "index", f"{plain:g} is no value of {variables[position].latex}", argument.span
            )
        at[position] = values.index(plain)
    behind = {
        _position(variables, argument) for argument in node.arguments[len(arguments) - node.given :]
    }
    behind = behind if node.given else set()
    joint = _marginal(table, at)
    return (
        joint / _marginal(table, {k: v for k, v in at.items() if k in behind}) if behind else joint
    )


def _variables(ev: Evaluator, symbol: Symbol) -> list[Symbol]:
    found = []
    for name in symbol.detail.split(","):
        entry = ev.notation.parse(name)
        if not isinstance(entry, tree.Entry) or not entry.symbol.values:
            raise FormulaError(
                "notation", f"{name.strip()} isn't declared as a variable with values"
            )
        found.append(entry.symbol)
    return found


def _table(ev: Evaluator, symbol: Symbol, variables: list[Symbol]) -> np.ndarray:
    sizes = [len(support(ev, variable)) for variable in variables]
    if int(np.prod(sizes)) > ev.limits.entries:
        raise FormulaError("limit", f"the table of {symbol.latex} is too large")

    if symbol in ev.world.given:
        given = np.asarray(ev.world.given[symbol], dtype=float)
        if given.shape != tuple(sizes):
            message = f"{symbol.latex}: expected a table of shape {tuple(sizes)}, got {given.shape}"
            raise FormulaError("shape", message)
        return given

    def draw(rng: np.random.Generator) -> np.ndarray:
        drawn = rng.uniform(0.2, 1.5, sizes)
        return np.asarray(drawn / drawn.sum())

    return np.asarray(ev.world.remember(symbol, (), draw))


def _position(variables: list[Symbol], argument: tree.Node) -> int:
    """Return which variable an argument is named after: x, x' or X in X = x."""
    if isinstance(argument, tree.Comparison):
        argument = argument.sides[0]
    if isinstance(argument, tree.Entry):
        heads = [variable.template.head for variable in variables]
        for head in (
            argument.symbol.template.head,
            tuple(h.lower() for h in argument.symbol.template.head),
        ):
            if head in heads:
                return heads.index(head)
    raise FormulaError("syntax", "this isn't named after a variable of the law", argument.span)


def _marginal(table: np.ndarray, at: dict[int, int]) -> float:
    index = tuple(at.get(axis, slice(None)) for axis in range(table.ndim))
    return float(table[index].sum())


def _expectation(ev: Evaluator, node: tree.Expectation, env: Env, frame: Frame) -> Value:
    """Take the mean of a body over a letter or a variable, with weights where they are declared."""
    mean = _mean(ev, node, node.body, env, frame)
    if not node.variance:
        return mean
    spread = tree.Sum((node.body, tree.Known(mean)), (1, -1), span=node.span)
    return _mean(ev, node, tree.Power(spread, tree.Number(2.0), span=node.span), env, frame)


def _mean(ev: Evaluator, node: tree.Expectation, body: tree.Node, env: Env, frame: Frame) -> Value:
    name, _, weight_latex = node.symbol.detail.partition(" with ")
    target = _target(ev, name.strip())
    weight = ev.notation.parse(weight_latex) if weight_latex else None
    if isinstance(target, tree.Index):
        lower, upper = letter_range(ev, target.name, body, env, frame)
        places = [({**env, target.name: k}, frame) for k in range(lower, upper + 1)]
    else:
        target = cast(tree.Entry, target)  # _target gives one or the other
        key = (target.symbol, ())
        places = [(env, Frame(frame, {key: value})) for value in support(ev, target.symbol)]
    total: Value = 0.0
    for inner, at in itertools.islice(places, ev.limits.terms):
        share = 1.0 / len(places) if weight is None else ev.scalar(weight, inner, at)
        total = duals.add(total, duals.multiply(share, ev.scalar(body, inner, at)))
    return total


def _target(ev: Evaluator, name: str) -> tree.Node:
    node = ev.notation.parse(name)
    if isinstance(node, tree.Index) or (isinstance(node, tree.Entry) and node.symbol.values):
        return node
    raise FormulaError("notation", f"{name} is neither an index nor a variable with values")


Evaluator.handlers[tree.Expectation] = _expectation
