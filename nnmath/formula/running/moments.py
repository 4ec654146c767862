r"""Running means, variances, covariances, entropies and divergences of random symbols."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.known import parts_of
from nnmath.formula.reading.notation import Symbol
from nnmath.formula.running.arithmetic import added, collapsed
from nnmath.formula.running.evaluation import Place, Point, runs
from nnmath.formula.running.points import letter_range
from nnmath.formula.running.probability import (
    Case,
    cases_of,
    kept,
    law_of,
    law_places,
    law_value,
    named,
    needs_two_rules,
    outside_laws,
    random_places,
)
from nnmath.formula.running.worlds import Sample, support
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value, shape_of

Quantity = Callable[[Point], Value]
Mean = Callable[[Quantity], Value]


@runs(tree.Moment)
def _moment(at: Point, node: tree.Moment) -> Value:
    """Return what is asked of random symbols."""
    if node.kind in ("divergence", "cross entropy"):
        return _divergence(at, node)
    if node.law is not None and (node.law.operator or node.law.is_sample):
        declare = _observed_cases if node.law.is_sample else _declared_cases
        cases = declare(at, node.law, node)
        return _of_mean(node.kind, lambda of: _weighted(cases, of), node.bodies, node)
    at, fixed = _conditioned(at, node)
    if node.kind in INFORMATION:
        bits = math.log(2) if node.base == "2" else 1.0
        return INFORMATION[node.kind](at, node, fixed) / bits
    found = at.ev.definitions.reached(outside_laws(node.bodies))
    moving = [_over(at, node, entry, found) for entry in node.over]
    if not moving:
        moving = [place for place in random_places(at, node.bodies) if place not in fixed]
    if not moving:
        raise FormulaError("syntax", "nothing in here is random", node.span)
    known = kept(at, found, found & {symbol for symbol, _ in moving}, node)
    mean = _mean_over(at, node, moving, fixed)

    def beside(of: Quantity) -> Value:
        return mean(lambda inner: of(inner.with_values(known)))

    return _of_mean(node.kind, beside if known else mean, node.bodies, node)


def _over(at: Point, node: tree.Moment, entry: tree.Node, found: set[Symbol]) -> Place:
    """Return what a mean is over: a variable of its law, or what is named after one."""
    if not isinstance(entry, tree.Entry):
        raise FormulaError("syntax", "the mean is over random symbols", entry.span)
    place = at.place(entry)
    of = [*law_places(at, node.law)] if node.law else [place]
    position = named(of, place)
    if position is None:
        message = f"{entry.symbol.latex} isn't named after a variable of this law"
        raise FormulaError("syntax", message, entry.span)
    (symbol, _), (variable, _) = place, of[position]
    shown = variable in found and symbol not in found
    return of[position] if shown and symbol.template.primes == variable.template.primes else place


def _of_mean(kind: str, mean: Mean, bodies: Sequence[tree.Node], node: tree.Node) -> Value:
    """Return a mean, a variance, a covariance or a standard deviation."""
    first, last = bodies[0], bodies[-1]
    one = mean(lambda at: at.value(first))
    if kind == "expectation":
        return one
    other = one if first is last else mean(lambda at: at.value(last))

    def spread(at: Point) -> Value:
        left = added(at, at.value(first), -one, node)
        right = added(at, at.value(last), -other, node)
        if shape_of(left) and shape_of(right):  # columns: the entries of a covariance matrix
            return collapsed(left @ right.T)
        return left * right

    variance = mean(spread)
    return duals.sqrt(variance) if kind == "deviation" else variance


def _weighted(cases: Iterable[Case], of: Quantity) -> Value:
    total: Value = None
    for point, weight in cases:
        share = weight * of(point)
        total = share if total is None else total + share
    return total


def _conditioned(at: Point, node: tree.Moment) -> tuple[Point, list[Place]]:
    """Give what stands behind the bar its value; a symbol alone keeps the one it has."""
    fixed: list[Place] = []
    values: dict[Place, Value] = {}
    for given in node.given:
        target, value = given, None
        if isinstance(given, tree.Comparison) and given.relations == ("=",):
            target, value = given.sides
        if not isinstance(target, tree.Entry):
            raise FormulaError("syntax", "what is given is a random symbol", given.span)
        fixed.append(at.place(target))
        if value is not None:
            values[fixed[-1]] = at.value(value)
    return (at.with_values(values) if values else at), fixed


def _mean_over(
    at: Point, node: tree.Moment, moving: Sequence[Place], fixed: Sequence[Place]
) -> Mean:
    """Return how a mean is taken; where its rule isn't exact, a finer one must give the same."""
    law = node.law
    if law is not None and len(law_places(at, law)) > 1:
        held = [at.place(entry) for entry in node.law_given if isinstance(entry, tree.Entry)]
        held = held or _implied(at, node, law_places(at, law), moving)
        fixed = [*fixed, *(place for place in held if place not in moving)]

    def mean(of: Quantity) -> Value:
        def by_rule(level: int) -> Value:
            return _weighted(cases_of(at, moving, fixed, law, level), of)

        if not needs_two_rules(moving):
            return by_rule(0)
        for level, tolerance in ((0, 1e-12), (2, 1e-9)):  # few points are enough for a polynomial
            value, finer = by_rule(level), by_rule(level + 1)
            if _agree(value, finer, tolerance):
                return finer
        raise FormulaError("limit", "this mean isn't found exactly enough", node.span)

    return mean


def _implied(
    at: Point, node: tree.Moment, given: Mapping[Place, list[Place]], moving: Sequence[Place]
) -> list[Place]:
    r"""Return the s of ``a \sim p``, p being the law of a given s, if the mean speaks of it."""
    found = at.ev.definitions.reached(outside_laws(node.bodies)) if node.over else ()
    return [one for place in moving for one in given.get(place, ()) if one[0] in found]


def _agree(one: Value, other: Value, tolerance: float) -> bool:
    """Tell whether two values are near each other, and how they change too."""
    if isinstance(one, duals.Dual) and isinstance(other, duals.Dual):
        changes = one.tangent, other.tangent
        return _agree(one.value, other.value, tolerance) and _agree(*changes, tolerance)
    plain = duals.primal(one), duals.primal(other)
    return bool(np.allclose(*plain, rtol=tolerance, atol=tolerance / 100))


# Means over a declared letter


def _observed_cases(at: Point, sample: Symbol, node: tree.Moment) -> list[Case]:
    """Return the observations in a sample, each with the same weight."""
    rows = cast(Sample, at.set_of(tree.Entry(sample, span=node.span))).rows
    points = (at.with_values({(s, ()): value for s, value in row.items()}) for row in rows)
    return [(point, 1.0 / len(rows)) for point in points]


def _declared_cases(at: Point, operator: Symbol, node: tree.Moment) -> list[Case]:
    """Return the cases over a letter or a variable, with weights where they are declared."""
    name, _, weight = operator.detail.partition(" with ")
    target = at.ev.parse(name)
    if isinstance(target, tree.Index):
        lower, upper = letter_range(at, target.name, node.bodies[0])
        points = [at.with_letter(target.name, k) for k in range(lower, upper + 1)]
    elif isinstance(target, tree.Entry) and target.symbol.values:
        key = (target.symbol, ())
        points = [at.with_values({key: value}) for value in support(at, target.symbol)]
    else:
        message = f"{name.strip()} is neither an index nor a variable with values"
        raise FormulaError("notation", message)
    if not weight:
        return [(point, 1.0 / len(points)) for point in points]
    share = at.ev.parse(weight)
    return [(point, point.scalar(share)) for point in points]


# Information


def _entropy(at: Point, node: tree.Moment, fixed: Sequence[Place]) -> float:
    """Return the entropy of variables, given others: the mean of minus the logarithm of their probability."""
    law, shown = _law_and_variables(at, node.bodies, node)
    every = (*shown, *node.given)
    places = [at.place(entry) for entry in every if isinstance(entry, tree.Entry)]
    held = [place for place in fixed if place not in places]
    share = tree.Apply(law, (), every, given=len(node.given))
    cases = ((inner, weight) for inner, weight in cases_of(at, places, held, law) if weight > 0)
    return float(sum(-weight * math.log(law_value(inner, share)) for inner, weight in cases))


def _information(at: Point, node: tree.Moment, fixed: Sequence[Place]) -> float:
    """Return the mutual information of two groups of variables, given others."""
    if len(node.bodies) != 2:
        raise FormulaError("syntax", "mutual information is of two variables", node.span)
    one, other = map(parts_of, node.bodies)
    law, _ = _law_and_variables(at, (*one, *other, *node.given), node)
    left, right, both = (
        _entropy(at, replace(node, bodies=bodies, law=law), fixed)
        for bodies in (one, other, one + other)
    )
    return left + right - both


INFORMATION = {"entropy": _entropy, "mutual information": _information}


def _law_and_variables(
    at: Point, bodies: Sequence[tree.Node], node: tree.Moment
) -> tuple[Symbol, list[tree.Node]]:
    """Return the law and the variables of ``H(X, Y)``, ``H(p)`` or ``H(p(x))``."""
    first = _written_out(at, bodies[0])
    if isinstance(first, tree.Apply) and isinstance(first.symbol, Symbol) and first.symbol.is_law:
        return first.symbol, list(first.arguments[: len(first.arguments) - first.given])
    symbols = [at.place(body)[0] for body in bodies if isinstance(body, tree.Entry)]
    if len(symbols) != len(bodies):
        raise FormulaError("syntax", "this is of variables or of a law", node.span)
    return node.law or law_of(at.ev, symbols), list(bodies)


def _written_out(at: Point, body: tree.Node) -> tree.Node:
    """Write p for ``p(x)`` out, with all its variables."""
    if not isinstance(body, tree.Entry) or not body.symbol.is_law:
        return body
    shown = tuple(
        tree.Entry(symbol, tuple(tree.Number(float(k)) for k in key), span=body.span)
        for symbol, key in law_places(at, body.symbol)
    )
    return tree.Apply(body.symbol, (), shown, span=body.span)


def _divergence(at: Point, node: tree.Moment) -> Value:
    """Return the Kullback-Leibler divergence, or the cross entropy, of two laws or two columns."""
    cross = node.kind == "cross entropy"
    if len(node.bodies) != 2:
        raise FormulaError("syntax", "this is of two laws", node.span)
    one, other = (_written_out(at, body) for body in node.bodies)
    over = _summed(at, one)
    if not over:
        return _of_columns(at.value(one), at.value(other), cross, node)
    if set(over) != set(_summed(at, other)):
        message = r"these laws are of different variables; write them out, as in p(z \mid x)"
        raise FormulaError("syntax", message, node.span)
    points = [at]
    for place in over:
        points = [p.with_values({place: v}) for p in points for v in support(at, *place)]
    total = 0.0
    for point in points:
        p, q = (duals.primal(point.scalar(law)) for law in (one, other))
        total += p * (-math.log(q) if cross else math.log(p / q))
    return total / math.log(2) if node.base == "2" else total


def _summed(at: Point, body: tree.Node) -> list[Place]:
    """Return the variables that stand before the bars of the laws in a product."""
    found: list[Place] = []
    for part in tree.walk(body):
        if isinstance(part, tree.Apply) and isinstance(part.symbol, Symbol) and part.symbol.is_law:
            shown = part.arguments[: len(part.arguments) - part.given]
            found += [at.place(entry) for entry in shown if isinstance(entry, tree.Entry)]
    return list(dict.fromkeys(found))


def _of_columns(p: Value, q: Value, cross: bool, node: tree.Moment) -> Value:
    if shape_of(p) != shape_of(q) or not shape_of(p):
        raise FormulaError("syntax", "this is of two laws", node.span)
    return duals.total(p * (-duals.log(q) if cross else duals.log(p) - duals.log(q)))
