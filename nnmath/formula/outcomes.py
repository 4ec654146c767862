r"""What can happen: every combination of values of the random symbols in an expression, with its weight."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame, Place
from nnmath.formula.families import nodes_of, split_family, standard_normal, stretched
from nnmath.formula.notation import Symbol
from nnmath.formula.primitives import support
from nnmath.formula.probability import law_table, law_variables

__all__ = ["Case", "cases_of", "needs_two_rules", "random_places"]

POINTS = 400  # as many as a mean over several continuous variables may take


@dataclass(frozen=True)
class Case:
    """A combination of values, as a frame, and its weight."""

    frame: Frame
    weight: Value


def random_places(ev: Evaluator, nodes: Sequence[tree.Node], frame: Frame) -> list[Place]:
    """Return the random symbols, at all their indices, that nodes depend on."""
    tables = {v for s in ev.notation.symbols() if s.is_law for v in law_variables(ev, s)}
    found: list[Place] = []
    for symbol in _symbols(ev, nodes):
        if symbol.domain == "distributed" or symbol in tables:
            for key in _keys(ev, symbol, frame):
                if (symbol, key) not in found:
                    found.append((symbol, key))
    return found


def _symbols(ev: Evaluator, nodes: Sequence[tree.Node]) -> list[Symbol]:
    """Return the symbols that nodes show, and those that their definitions show."""
    shown = [s for node in nodes for part in tree.walk(node) if (s := _symbol(part)) is not None]
    every = {one for symbol in shown for one in ev.definitions.closure(symbol)}
    parents = {s.entry_of for s in every if s.entry_of is not None}
    return sorted(every | parents, key=lambda s: (s.order, s.latex))


def _symbol(part: tree.Node) -> Symbol | None:
    found = part.symbol if isinstance(part, tree.Entry | tree.Apply) else None
    return found if isinstance(found, Symbol) else None


def _keys(ev: Evaluator, symbol: Symbol, frame: Frame) -> Iterator[tuple[int, ...]]:
    """Yield every combination of a symbol's indices."""

    def extend(before: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(before) == len(symbol.indices):
            yield before
            return
        lower, upper = ev.range(symbol, len(before), before, frame)
        for at in range(lower, upper + 1):
            yield from extend((*before, at))

    yield from extend(())


def needs_two_rules(places: Sequence[Place]) -> bool:
    """Tell whether a mean over these isn't exact, so that a second rule must agree."""
    exact = ("bernoulli", "sign", "binomial")
    return any(
        s.domain == "distributed" and split_family(s.detail)[0] not in exact for s, _ in places
    )


def cases_of(
    ev: Evaluator,
    places: Sequence[Place],
    fixed: Sequence[Place],
    law: Symbol | None,
    env: Env,
    frame: Frame,
    finer: bool = False,
) -> Iterator[Case]:
    """Yield the cases over `places`; what is `fixed` has the value that it has in the frame."""
    tables = [place for place in places if place[0].domain != "distributed"]
    continuous = [place for place in places if place[0].domain == "distributed"]
    for table in _table_cases(ev, tables, fixed, law, frame):
        for case in _continuous_cases(ev, continuous, env, table.frame, finer):
            yield Case(case.frame, duals.multiply(table.weight, case.weight))


def _table_cases(
    ev: Evaluator,
    places: Sequence[Place],
    fixed: Sequence[Place],
    law: Symbol | None,
    frame: Frame,
) -> Iterator[Case]:
    if not places:
        yield Case(frame, 1.0)
        return
    wanted = [symbol for symbol, _ in (*places, *fixed) if symbol.domain != "distributed"]
    law = law or _law_of(ev, wanted)
    variables = law_variables(ev, law)
    table = law_table(ev, law, variables)
    at: dict[int, int] = {}
    for symbol, key in fixed:
        if symbol in variables:
            value = duals.primal(ev.lookup(symbol, key, frame, (0, 0)))
            at[variables.index(symbol)] = support(ev, symbol).index(value)
    whole = _marginal(table, at)
    moving = [variables.index(symbol) for symbol, _ in places if symbol in variables]
    values = [support(ev, variables[k]) for k in moving]
    for choice in itertools.product(*(range(len(v)) for v in values)):
        place = {**at, **dict(zip(moving, choice, strict=True))}
        own: dict[Place, Value] = {
            (variables[k], ()): values[n][choice[n]] for n, k in enumerate(moving)
        }
        yield Case(Frame(frame, own), _marginal(table, place) / whole)


def _marginal(table: np.ndarray, at: dict[int, int]) -> float:
    index = tuple(at.get(axis, slice(None)) for axis in range(table.ndim))
    return float(table[index].sum())


def _law_of(ev: Evaluator, variables: Sequence[Symbol]) -> Symbol:
    """Return the one law that all of these variables have."""
    laws = [s for s in ev.notation.symbols() if s.is_law]
    found = [s for s in laws if set(variables) <= set(law_variables(ev, s))]
    names = ", ".join(v.latex for v in variables)
    if not found:
        raise FormulaError("notation", f"no declared law is that of {names} together")
    widest = max(len(law_variables(ev, s)) for s in found)
    best = [s for s in found if len(law_variables(ev, s)) == widest]
    if len(best) > 1:
        both = " or ".join(s.latex for s in best)
        raise FormulaError(
            "syntax", rf"the mean under which law, {both}? write \mathbb{{E}}_{{x \sim p}}"
        )
    return best[0]


# Continuous laws


def _continuous_cases(
    ev: Evaluator, places: Sequence[Place], env: Env, frame: Frame, finer: bool
) -> Iterator[Case]:
    if not places:
        yield Case(frame, 1.0)
        return
    sizes = [math.prod(ev.shape(symbol, key, frame) or (1,)) for symbol, key in places]
    count = max(3, min(40, int(POINTS ** (1.0 / sum(sizes)))))
    if finer:
        count = count + (8 if count > 20 else 1)
    rules = [_rule(ev, place, count, env, frame) for place in places]
    for choice in itertools.product(*rules):
        weight: Value = 1.0
        for _, share in choice:
            weight = duals.multiply(weight, share)
        own = {place: value for place, (value, _) in zip(places, choice, strict=True)}
        yield Case(Frame(frame, own), weight)


def _rule(
    ev: Evaluator, place: Place, count: int, env: Env, frame: Frame
) -> list[tuple[Value, Value]]:
    """Return the points and weights of one random symbol; of a column, for all its entries together."""
    symbol, key = place
    family, names = split_family(symbol.detail)
    own = {**env, **ev.own_letters(symbol, key)}
    parameters = [ev.value(ev.notation.parse(name), own, frame) for name in names]
    shape = ev.shape(symbol, key, frame)
    if not shape:
        return nodes_of(family, parameters, count)
    size = math.prod(shape)
    if count**size > 8 * POINTS and family not in ("sign", "bernoulli"):
        raise FormulaError("limit", f"{symbol.latex} has too many entries for a mean over it")
    if family == "normal":
        points, weights = standard_normal(count)
        return [
            (stretched([points[k] for k in at], *parameters), float(np.prod(weights[list(at)])))
            for at in itertools.product(range(count), repeat=size)
        ]
    return [
        (
            duals.reshape(duals.stack([[x] for x, _ in at]), shape),
            float(np.prod([duals.primal(w) for _, w in at])),
        )
        for at in itertools.product(nodes_of(family, parameters, count), repeat=size)
    ]
