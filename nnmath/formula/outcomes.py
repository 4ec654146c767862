r"""What can happen: every combination of values of the random symbols in an expression, with its weight."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Place, Point
from nnmath.formula.laws import EXACT, FAMILIES, Rule, split_family, standard_normal, stretched
from nnmath.formula.notation import Symbol
from nnmath.formula.probability import law_of, law_table, law_variables, marginal
from nnmath.formula.worlds import support

__all__ = ["Case", "cases_of", "needs_two_rules", "random_places"]

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
