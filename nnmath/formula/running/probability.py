r"""Laws of declared variables: tables, conditional ones, events, and all that can happen with its weight.

A joint law is a random table. What ``p(y \mid x)`` means follows from the variables that its arguments are named
after, as it does for a reader: the table summed over the other variables, and divided. An argument that isn't named
after a variable is an event, such as ``X > 1`` or ``A \cup B``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.declarations import split_family
from nnmath.formula.reading.notation import Symbol
from nnmath.formula.running.evaluation import Evaluator, Place, Point
from nnmath.formula.running.worlds import support
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value
from nnmath.formula.values.laws import EXACT, FAMILIES, Rule, standard_normal, stretched

Fixed = dict[int, int]  # which of its values a variable has, both by position


def law_value(at: Point, node: tree.Apply) -> float:
    """Return the probability of values of variables, or of events, given others."""
    law = cast(Symbol, node.symbol)  # the caller has looked
    behind = len(node.arguments) - node.given
    joint = _mass(at, law, node.arguments)
    return joint / _mass(at, law, node.arguments[behind:]) if node.given else joint


def _mass(at: Point, law: Symbol, arguments: Sequence[tree.Node]) -> float:
    """Add up the entries of a table where variables have their values and events happen."""
    variables = law_variables(at.ev, law)
    table = law_table(at, law)
    fixed: Fixed = {}
    events: list[tree.Node] = []
    for argument in arguments:
        position = _position(variables, argument)
        if position is None:
            events.append(argument)
        elif position in fixed:
            raise FormulaError("syntax", "a variable stands twice", argument.span)
        else:
            fixed[position] = _value_number(at, variables[position], argument)
    if not events:
        return marginal(table, fixed)
    values = [support(at, variable) for variable in variables]
    axes = [[fixed[k]] if k in fixed else range(len(v)) for k, v in enumerate(values)]
    total = 0.0
    for cell in itertools.product(*axes):
        own: dict[Place, float] = {(s, ()): values[k][cell[k]] for k, s in enumerate(variables)}
        inner = at.with_values(own)
        if all(_happens(inner, event) for event in events):
            total += float(table[cell])
    return total


def marginal(table: np.ndarray, fixed: Fixed) -> float:
    """Add up the entries of a table where some variables have a value."""
    return float(table[tuple(fixed.get(axis, slice(None)) for axis in range(table.ndim))].sum())


def law_variables(ev: Evaluator, law: Symbol) -> list[Symbol]:
    """Return the variables whose joint law this is."""
    found = []
    for name in law.detail.split(","):
        entry = ev.parse(name)
        if not isinstance(entry, tree.Entry) or not entry.symbol.values:
            message = f"{name.strip()} isn't declared as a variable with values"
            raise FormulaError("notation", message)
        found.append(entry.symbol)
    return found


def law_table(at: Point, law: Symbol) -> np.ndarray:
    """Return the joint law as a table with an axis for each variable."""
    sizes = tuple(len(support(at, variable)) for variable in law_variables(at.ev, law))
    if int(np.prod(sizes)) > at.ev.limits.entries:
        raise FormulaError("limit", f"the table of {law.latex} is too large")
    given = at.ev.world.given.get(law)
    if given is None:
        return np.asarray(at.ev.world.remember(law, (), lambda rng: _random_table(rng, sizes)))
    table = np.asarray(given, dtype=float)
    if table.shape != sizes:
        message = f"{law.latex}: expected a table of shape {sizes}, got {table.shape}"
        raise FormulaError("shape", message)
    return table


def _random_table(rng: np.random.Generator, sizes: tuple[int, ...]) -> np.ndarray:
    drawn = rng.uniform(0.2, 1.5, sizes)
    return np.asarray(drawn / drawn.sum())


def law_of(ev: Evaluator, variables: Sequence[Symbol]) -> Symbol:
    """Return the one law that all of these variables have; of several, that of most variables."""
    laws = {s: law_variables(ev, s) for s in ev.notation.symbols() if s.is_law}
    found = [law for law, own in laws.items() if set(variables) <= set(own)]
    if not found:
        names = ", ".join(v.latex for v in variables)
        raise FormulaError("notation", f"no declared law is that of {names} together")
    widest = max(len(laws[law]) for law in found)
    best = [law for law in found if len(laws[law]) == widest]
    if len(best) > 1:
        both = " or ".join(law.latex for law in best)
        message = rf"the mean under which law, {both}? write \mathbb{{E}}_{{x \sim p}}"
        raise FormulaError("syntax", message)
    return best[0]


# Arguments


def _value_number(at: Point, variable: Symbol, argument: tree.Node) -> int:
    """Return which of its values a variable has here."""
    of = argument.sides[1] if isinstance(argument, tree.Comparison) else argument
    plain = duals.primal(at.scalar(of))
    values = support(at, variable)
    if plain not in values:
        raise FormulaError("index", f"{plain:g} is no value of {variable.latex}", argument.span)
    return values.index(plain)


def _position(variables: list[Symbol], argument: tree.Node) -> int | None:
    """Return which variable an argument is named after: x, x' or X in X = x; None for an event."""
    if isinstance(argument, tree.Comparison):
        if argument.relations != ("=",):
            return None
        argument = argument.sides[0]
    if isinstance(argument, tree.Apply | tree.SetOperation | tree.Product):
        return None
    if isinstance(argument, tree.Entry):
        if argument.symbol.domain == "event":
            return None
        if argument.symbol in variables:
            return variables.index(argument.symbol)
        heads = [variable.template.head for variable in variables]
        mine = argument.symbol.template.head
        for head in (mine, tuple(h.lower() for h in mine), tuple(h.upper() for h in mine)):
            if head in heads:
                return heads.index(head)
    raise FormulaError("syntax", "this isn't named after a variable of the law", argument.span)


def _happens(at: Point, event: tree.Node) -> bool:
    """Tell whether an event happens where the variables have the values of a point."""
    match event:
        case tree.SetOperation(kind, left, right):
            one, other = _happens(at, left), _happens(at, right)
            if kind == r"\cup":
                return one or other
            return one and (other if kind == r"\cap" else not other)
        case tree.Apply("not", _, (body,)):
            return not _happens(at, body)
        case tree.Product(factors, _):
            return all(_happens(at, factor) for factor in factors)
        case tree.Comparison():
            return bool(at.value(event))
        case tree.Entry(symbol, _) if symbol.domain == "event":
            return bool(at.value(event))
    raise FormulaError("syntax", "this is no event", event.span)


# What can happen: every combination of values of random symbols, with its weight


POINTS = 400  # as many as a mean over several continuous variables may take
Case = tuple[Point, Value]  # a combination of values, and its weight


def random_places(at: Point, nodes: Sequence[tree.Node]) -> list[Place]:
    """Return the random symbols, at all their indices, that nodes depend on."""
    ev = at.ev
    tables = {v for s in ev.notation.symbols() if s.is_law for v in law_variables(ev, s)}
    heads = {getattr(part, "symbol", None) for node in nodes for part in tree.walk(node)}
    shown = {head for head in heads if isinstance(head, Symbol)}
    every = {one for symbol in shown for one in ev.definitions.closure(symbol)}
    every |= {s.entry_of for s in every if s.entry_of is not None}
    random = [s for s in every if s.domain == "distributed" or s in tables]
    random.sort(key=lambda s: (s.order, s.latex))
    return [(symbol, key) for symbol in random for key in _keys(at, symbol)]


def _keys(at: Point, symbol: Symbol, before: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Yield every combination of a symbol's indices."""
    if len(before) == len(symbol.indices):
        yield before
        return
    lower, upper = at.range(symbol, len(before), before)
    for index in range(lower, upper + 1):
        yield from _keys(at, symbol, (*before, index))


def needs_two_rules(places: Sequence[Place]) -> bool:
    """Tell whether a mean over these isn't exact, so that a second rule must agree."""
    families = [split_family(s.detail)[0] for s, _ in places if s.domain == "distributed"]
    return any(family not in EXACT for family in families)


def cases_of(
    at: Point,
    places: Sequence[Place],
    fixed: Sequence[Place],
    law: Symbol | None,
    finer: bool = False,
) -> Iterator[Case]:
    """Yield the cases over `places`; what is `fixed` has the value that it has in the frame."""
    tables = [place for place in places if place[0].domain != "distributed"]
    continuous = [place for place in places if place[0].domain == "distributed"]
    for inner, weight in _table_cases(at, tables, fixed, law):
        for innermost, share in _continuous_cases(inner, continuous, finer):
            yield innermost, weight * share


def _table_cases(
    at: Point, places: Sequence[Place], fixed: Sequence[Place], law: Symbol | None
) -> Iterator[Case]:
    if not places:
        yield at, 1.0
        return
    wanted = [symbol for symbol, _ in (*places, *fixed) if symbol.domain != "distributed"]
    law = law or law_of(at.ev, wanted)
    variables, table = law_variables(at.ev, law), law_table(at, law)
    held: dict[int, int] = {}
    for symbol, key in fixed:
        if symbol in variables:
            value = duals.primal(at.lookup(symbol, key, (0, 0)))
            held[variables.index(symbol)] = support(at, symbol).index(value)
    whole = marginal(table, held)
    moving = [variables.index(symbol) for symbol, _ in places if symbol in variables]
    values = {k: support(at, variables[k]) for k in moving}
    for choice in itertools.product(*(range(len(values[k])) for k in moving)):
        cell = dict(zip(moving, choice, strict=True))
        own: dict[Place, Value] = {(variables[k], ()): values[k][n] for k, n in cell.items()}
        yield at.with_values(own), marginal(table, held | cell) / whole


# Continuous laws


def _continuous_cases(at: Point, places: Sequence[Place], finer: bool) -> Iterator[Case]:
    if not places:
        yield at, 1.0
        return
    size = sum(math.prod(at.shape(*place) or (1,)) for place in places)
    count = max(3, min(40, int(POINTS ** (1.0 / size))))
    if finer:
        count = count + (8 if count > 20 else 1)
    for choice in itertools.product(*(_rule(at, place, count) for place in places)):
        own = {place: value for place, (value, _) in zip(places, choice, strict=True)}
        yield at.with_values(own), math.prod(weight for _, weight in choice)


def _rule(at: Point, place: Place, count: int) -> Rule:
    """Return the points and weights of one random symbol; of a column, for all its entries together."""
    symbol, key = place
    family, names = split_family(symbol.detail)
    own = at.with_letters(at.within(symbol, key).letters)
    parameters = [own.value(at.ev.parse(name)) for name in names]
    shape = at.shape(symbol, key)
    size = math.prod(shape)
    if shape and family == "normal":
        one_entry: Rule = list(zip(*standard_normal(count), strict=True))
    else:
        one_entry = FAMILIES[family].rule(count, *parameters)
    if not shape:
        return one_entry
    if len(one_entry) ** size > 8 * POINTS:
        raise FormulaError("limit", f"{symbol.latex} has too many entries for a mean over it")
    rule: Rule = []
    for choice in itertools.product(one_entry, repeat=size):
        points = [point for point, _ in choice]
        if family == "normal":
            value = stretched(points, *parameters)
        else:
            value = duals.reshape(duals.stack([[x] for x in points]), shape)
        rule.append((value, float(np.prod([duals.primal(weight) for _, weight in choice]))))
    return rule
