r"""Running means, variances, covariances, entropies and divergences of random symbols."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import cast

from nnmath.formula import duals, tree
from nnmath.formula.arithmetic import added, collapsed
from nnmath.formula.duals import Value, shape_of
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame, Place
from nnmath.formula.notation import Symbol
from nnmath.formula.outcomes import cases_of, needs_two_rules, random_places
from nnmath.formula.probability import law_value, law_variables

__all__: list[str] = []


def _moment(ev: Evaluator, node: tree.Moment, env: Env, frame: Frame) -> Value:
    """Return a mean, a variance or a covariance."""
    if node.kind in INFORMATION:
        return INFORMATION[node.kind](ev, node, env, frame)
    frame, fixed = _conditioned(ev, node, env, frame)
    moving = _moving(ev, node, env, frame, fixed)
    if not moving:
        raise FormulaError("syntax", "nothing in here is random", node.span)
    first, last = node.bodies[0], node.bodies[-1]

    def mean(of: Callable[[Frame], Value]) -> Value:
        return _mean(ev, of, moving, fixed, node, env, frame)

    def at(body: tree.Node) -> Callable[[Frame], Value]:
        return lambda inner: ev.value(body, env, inner)

    one = mean(at(first))
    if node.kind == "expectation":
        return one
    other = one if len(node.bodies) == 1 else mean(at(last))

    def spread(inner: Frame) -> Value:
        left = added(ev, ev.value(first, env, inner), duals.negative(one), node)
        right = added(ev, ev.value(last, env, inner), duals.negative(other), node)
        return _times(left, right)

    variance = mean(spread)
    return duals.sqrt(variance) if node.kind == "deviation" else variance


def _times(left: Value, right: Value) -> Value:
    """Multiply two numbers, or a column by a row: the entries of a covariance matrix."""
    if not shape_of(left) and not shape_of(right):
        return duals.multiply(left, right)
    if not shape_of(left) or not shape_of(right):
        return duals.multiply(left, right)
    return collapsed(duals.matmul(left, duals.transpose(right)))


def _conditioned(
    ev: Evaluator, node: tree.Moment, env: Env, frame: Frame
) -> tuple[Frame, list[Place]]:
    """Give what stands behind the bar its value; a symbol alone keeps the one it has."""
    fixed: list[Place] = []
    values: dict[Place, Value] = {}
    for given in node.given:
        target, value = given, None
        if isinstance(given, tree.Comparison) and given.relations == ("=",):
            target, value = given.sides
        if not isinstance(target, tree.Entry):
            raise FormulaError("syntax", "what is given is a random symbol", given.span)
        place = target.symbol, ev.key(target.symbol, target.indices, env, frame)
        fixed.append(place)
        if value is not None:
            values[place] = ev.value(value, env, frame)
    return (Frame(frame, values) if values else frame), fixed


def _moving(
    ev: Evaluator, node: tree.Moment, env: Env, frame: Frame, fixed: Sequence[Place]
) -> list[Place]:
    """Return over what the mean is taken: what is named below, or all that is random and not given."""
    if node.over:
        return [
            (entry.symbol, ev.key(entry.symbol, entry.indices, env, frame))
            for entry in cast(
                tuple[tree.Entry, ...], node.over
            )  # the reader lets nothing else through
        ]
    return [place for place in random_places(ev, node.bodies, frame) if place not in fixed]


def _mean(
    ev: Evaluator,
    of: Callable[[Frame], Value],
    moving: Sequence[Place],
    fixed: Sequence[Place],
    node: tree.Moment,
    env: Env,
    frame: Frame,
) -> Value:
    """Take a mean; where its rule isn't exact, a finer one must give the same."""
    law = node.law if isinstance(node.law, Symbol) else None
    if law is not None and len(law_variables(ev, law)) > 1:
        fixed = [*fixed, *_others(ev, law, moving, node)]

    def with_rule(finer: bool) -> Value:
        total: Value = None
        for case in cases_of(ev, moving, fixed, law, env, frame, finer):
            share = duals.multiply(case.weight, of(case.frame))
            total = share if total is None else duals.add(total, share)
        return total

    value = with_rule(False)
    if needs_two_rules(moving):
        from nnmath.formula.compare import relative_difference

        if relative_difference(value, with_rule(True)) > 1e-9:
            raise FormulaError("limit", "this mean isn't found exactly enough", node.span)
        value = with_rule(True)
    return value


def _others(ev: Evaluator, law: Symbol, moving: Sequence[Place], node: tree.Moment) -> list[Place]:
    """Return the variables that a law below is given."""
    heads = [argument for argument in node.law_given if isinstance(argument, tree.Entry)]
    moved = {symbol for symbol, _ in moving}
    return [(entry.symbol, ()) for entry in heads if entry.symbol not in moved]


# Information


def _probability(
    ev: Evaluator, law: Symbol, shown: Sequence[tree.Node], env: Env, frame: Frame
) -> float:
    return law_value(ev, tree.Apply(law, (), tuple(shown)), env, frame)


def _entropy(ev: Evaluator, node: tree.Moment, env: Env, frame: Frame) -> Value:
    r"""Return the entropy of variables, given others: the mean of minus the logarithm of their probability."""
    frame, fixed = _conditioned(ev, node, env, frame)
    named = [given for given in node.given if isinstance(given, tree.Comparison)]
    law, shown = _law_and_variables(ev, node.bodies, node)
    behind = [given for given in node.given if given not in named]
    places = [(e.symbol, ()) for e in (*shown, *behind) if isinstance(e, tree.Entry)]
    held = [place for place in fixed if place not in places]
    total = 0.0
    for case in cases_of(ev, places, held, law, env, frame):
        together = (*shown, *node.given)
        joint = _probability(ev, law, together, env, case.frame)
        below = _probability(ev, law, node.given, env, case.frame) if node.given else 1.0
        if joint > 0:
            total -= duals.primal(case.weight) * math.log(joint / below)
    return total / math.log(2) if node.base == "2" else total


def _information(ev: Evaluator, node: tree.Moment, env: Env, frame: Frame) -> Value:
    """Return the mutual information of two groups of variables, given others."""
    if len(node.bodies) != 2:
        raise FormulaError("syntax", "mutual information is of two variables", node.span)
    law, shown = _law_and_variables(ev, (*node.bodies, *node.given), node)
    one, other = node.bodies
    places = [(cast(tree.Entry, e).symbol, ()) for e in shown]
    total = 0.0
    for case in cases_of(ev, places, (), law, env, frame):
        joint = _probability(ev, law, (one, other, *node.given), env, case.frame)
        below = _probability(ev, law, node.given, env, case.frame) if node.given else 1.0
        left = _probability(ev, law, (one, *node.given), env, case.frame)
        right = _probability(ev, law, (other, *node.given), env, case.frame)
        total += duals.primal(case.weight) * math.log(joint * below / (left * right))
    return total / math.log(2) if node.base == "2" else total


def _law_and_variables(
    ev: Evaluator, bodies: Sequence[tree.Node], node: tree.Moment
) -> tuple[Symbol, list[tree.Node]]:
    """Return the law and the variables of ``H(X, Y)``, ``H(p)`` or ``H(p(x))``."""
    first = bodies[0]
    if isinstance(first, tree.Apply) and isinstance(first.symbol, Symbol) and first.symbol.is_law:
        return first.symbol, list(first.arguments[: len(first.arguments) - first.given])
    if isinstance(first, tree.Entry) and first.symbol.is_law:
        return first.symbol, [tree.Entry(v) for v in law_variables(ev, first.symbol)]
    symbols = [body.symbol for body in bodies if isinstance(body, tree.Entry)]
    if len(symbols) != len(bodies):
        raise FormulaError("syntax", "this is of variables or of a law", node.span)
    from nnmath.formula.outcomes import _law_of

    return _law_of(ev, symbols), list(bodies)


def _divergence(ev: Evaluator, node: tree.Moment, env: Env, frame: Frame) -> Value:
    """Return the Kullback-Leibler divergence, or the cross entropy, of two laws or two columns."""
    cross = node.kind == "cross entropy"
    if len(node.bodies) != 2:
        raise FormulaError("syntax", "this is of two laws", node.span)
    one, other = (_with_arguments(ev, body, node.bodies, node) for body in node.bodies)
    over = _summed(ev, one)
    if not over:
        return _of_columns(ev, one, other, cross, node, env, frame)
    total = 0.0
    for inner in _every_value(ev, over, frame):
        p = duals.primal(ev.scalar(one, env, inner))
        q = duals.primal(ev.scalar(other, env, inner))
        total += p * (-math.log(q) if cross else math.log(p / q))
    return total / math.log(2) if node.base == "2" else total


def _with_arguments(
    ev: Evaluator, body: tree.Node, bodies: Sequence[tree.Node], node: tree.Moment
) -> tree.Node:
    """Write p for ``p(x)`` out, with the arguments that the other law shows, or with all its variables."""
    if not isinstance(body, tree.Entry) or not body.symbol.is_law:
        return body
    shown = tuple(tree.Entry(v, span=body.span) for v in law_variables(ev, body.symbol))
    return tree.Apply(body.symbol, (), shown, span=body.span)


def _summed(ev: Evaluator, body: tree.Node) -> list[Symbol]:
    """Return the variables that stand before the bars of the laws in a product."""
    found: list[Symbol] = []
    for part in tree.walk(body):
        if isinstance(part, tree.Apply) and isinstance(part.symbol, Symbol) and part.symbol.is_law:
            for argument in part.arguments[: len(part.arguments) - part.given]:
                if isinstance(argument, tree.Entry) and argument.symbol not in found:
                    found.append(argument.symbol)
    return found


def _every_value(ev: Evaluator, over: Sequence[Symbol], frame: Frame) -> list[Frame]:
    from nnmath.formula.primitives import support

    frames = [frame]
    for symbol in over:
        frames = [Frame(f, {(symbol, ()): v}) for f in frames for v in support(ev, symbol)]
    return frames


def _of_columns(
    ev: Evaluator,
    one: tree.Node,
    other: tree.Node,
    cross: bool,
    node: tree.Moment,
    env: Env,
    frame: Frame,
) -> Value:
    p, q = ev.value(one, env, frame), ev.value(other, env, frame)
    if shape_of(p) != shape_of(q) or not shape_of(p):
        raise FormulaError("syntax", "this is of two laws", node.span)
    logs = duals.log(q) if cross else duals.add(duals.log(p), duals.negative(duals.log(q)))
    total = duals.total(duals.multiply(p, logs))
    return duals.negative(total) if cross else total


INFORMATION = {
    "entropy": _entropy,
    "mutual information": _information,
    "divergence": _divergence,
    "cross entropy": _divergence,
}
Evaluator.handlers[tree.Moment] = _moment
