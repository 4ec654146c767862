r"""Laws of declared variables: tables, conditional ones, events, and means over a declared letter.

A joint law is a random table. What ``p(y \mid x)`` means follows from the variables that its arguments are named
after, as it does for a reader: the table summed over the other variables, and divided. An argument that isn't named
after a variable is an event, such as ``X > 1`` or ``A \cup B``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import cast

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame, Place
from nnmath.formula.notation import Symbol
from nnmath.formula.primitives import support
from nnmath.formula.ranges import letter_range

__all__ = ["law_table", "law_value", "law_variables"]

Fixed = dict[int, int]


def law_value(ev: Evaluator, node: tree.Apply, env: Env, frame: Frame) -> float:
    """Return the probability of values of variables, or of events, given others."""
    symbol = cast(Symbol, node.symbol)  # the caller has looked
    variables = law_variables(ev, symbol)
    table = law_table(ev, symbol, variables)
    behind = len(node.arguments) - node.given
    at, events = _sorted(ev, variables, node.arguments, env, frame)
    joint = _mass(ev, variables, table, at, events, env, frame)
    if not node.given:
        return joint
    at, events = _sorted(ev, variables, node.arguments[behind:], env, frame)
    return joint / _mass(ev, variables, table, at, events, env, frame)


def law_variables(ev: Evaluator, symbol: Symbol) -> list[Symbol]:
    """Return the variables whose joint law this is."""
    found = []
    for name in symbol.detail.split(","):
        entry = ev.notation.parse(name)
        if not isinstance(entry, tree.Entry) or not entry.symbol.values:
            raise FormulaError(
                "notation", f"{name.strip()} isn't declared as a variable with values"
            )
        found.append(entry.symbol)
    return found


def law_table(ev: Evaluator, symbol: Symbol, variables: list[Symbol]) -> np.ndarray:
    """Return the joint law as a table with an axis for each variable."""
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


def _sorted(
    ev: Evaluator,
    variables: list[Symbol],
    arguments: tuple[tree.Node, ...],
    env: Env,
    frame: Frame,
) -> tuple[Fixed, list[tree.Node]]:
    """Sort arguments into values of variables, by position, and events."""
    at: Fixed = {}
    events: list[tree.Node] = []
    for argument in arguments:
        position = _position(variables, argument)
        if position is None:
            events.append(argument)
            continue
        if position in at:
            raise FormulaError("syntax", "a variable stands twice", argument.span)
        at[position] = _place(ev, variables[position], argument, env, frame)
    return at, events


def _place(ev: Evaluator, variable: Symbol, argument: tree.Node, env: Env, frame: Frame) -> int:
    """Return which of its values a variable has here."""
    of = argument.sides[1] if isinstance(argument, tree.Comparison) else argument
    plain = duals.primal(ev.scalar(of, env, frame))
    values = support(ev, variable)
    if plain not in values:
        raise FormulaError("index", f"{plain:g} is no value of {variable.latex}", argument.span)
    return values.index(plain)


def _position(variables: list[Symbol], argument: tree.Node) -> int | None:
    """Return which variable an argument is named after: x, x' or X in X = x; None for an event."""
    if isinstance(argument, tree.Comparison):
        if argument.relations != ("=",):
            return None
        argument = argument.sides[0]
    if not isinstance(argument, tree.Entry) or argument.symbol.domain == "event":
        if isinstance(argument, tree.Entry | tree.Apply | tree.SetOperation | tree.Product):
            return None
        raise FormulaError("syntax", "this isn't named after a variable of the law", argument.span)
    if argument.symbol in variables:
        return variables.index(argument.symbol)
    heads = [variable.template.head for variable in variables]
    mine = argument.symbol.template.head
    for head in (mine, tuple(h.lower() for h in mine), tuple(h.upper() for h in mine)):
        if head in heads:
            return heads.index(head)
    raise FormulaError("syntax", "this isn't named after a variable of the law", argument.span)


def _mass(
    ev: Evaluator,
    variables: list[Symbol],
    table: np.ndarray,
    at: Fixed,
    events: list[tree.Node],
    env: Env,
    frame: Frame,
) -> float:
    """Add up the entries of the table at fixed values and where the events happen."""
    if not events:
        index = tuple(at.get(axis, slice(None)) for axis in range(table.ndim))
        return float(table[index].sum())
    total = 0.0
    for place, inner in assignments_of(ev, variables, at, frame):
        if all(_happens(ev, event, env, inner) for event in events):
            total += float(table[place])
    return total


def assignments_of(
    ev: Evaluator, variables: list[Symbol], at: Fixed, frame: Frame
) -> Iterator[tuple[tuple[int, ...], Frame]]:
    """Yield the places in a table, with a frame in which the variables have their values there."""
    values = [support(ev, variable) for variable in variables]
    axes = [[at[k]] if k in at else range(len(v)) for k, v in enumerate(values)]
    for place in itertools.product(*axes):
        own: dict[Place, Value] = {(s, ()): values[k][place[k]] for k, s in enumerate(variables)}
        yield place, Frame(frame, own)


def _happens(ev: Evaluator, event: tree.Node, env: Env, frame: Frame) -> bool:
    """Tell whether an event happens where the variables have the values of a frame."""
    match event:
        case tree.SetOperation(kind, left, right):
            one, other = _happens(ev, left, env, frame), _happens(ev, right, env, frame)
            if kind == r"\cup":
                return one or other
            return one and (other if kind == r"\cap" else not other)
        case tree.Apply("not", _, (body,)):
            return not _happens(ev, body, env, frame)
        case tree.Product(factors, _):
            return all(_happens(ev, factor, env, frame) for factor in factors)
        case tree.Comparison():
            return bool(ev.value(event, env, frame))
        case tree.Entry(symbol, _) if symbol.domain == "event":
            return bool(ev.value(event, env, frame))
    raise FormulaError("syntax", "this is no event", event.span)


# Means over a declared letter


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
