r"""Running integrals: over declared values, between bounds, and without end."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.binding import add_over
from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame

__all__: list[str] = []

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(60)
EXACT = 1e-9


def _integral(ev: Evaluator, node: tree.Integral, env: Env, frame: Frame) -> Value:
    """Add over the declared values, or integrate between bounds by Gauss's rule with 60 points."""
    if node.lower is None or node.upper is None:
        return _over_values(ev, node, env, frame)
    if not isinstance(node.variable, tree.Index):
        raise FormulaError(
            "index", "the variable of an integral is a free letter", node.variable.span
        )
    ends = _infinite(node.lower), _infinite(node.upper)
    if ends != (0, 0):
        return _without_end(ev, node, ends, env, frame)
    lower, upper = ev.scalar(node.lower, env, frame), ev.scalar(node.upper, env, frame)
    half = duals.multiply(0.5, duals.add(upper, duals.negative(lower)))
    middle = duals.multiply(0.5, duals.add(upper, lower))
    total: Value = 0.0
    for x, weight in zip(_NODES.tolist(), _WEIGHTS.tolist(), strict=True):
        at = duals.add(middle, duals.multiply(half, x))
        value = ev.scalar(node.body, {**env, node.variable.name: at}, frame)
        total = duals.add(total, duals.multiply(weight, value))
    return duals.multiply(total, half)


def _over_values(ev: Evaluator, node: tree.Integral, env: Env, frame: Frame) -> Value:
    if not isinstance(node.variable, tree.Entry) or not node.variable.symbol.values:
        raise FormulaError(
            "index",
            "this integral has no bounds, and no values of its variable are declared",
            node.variable.span,
        )
    binder = tree.Binder(node.variable, span=node.variable.span)
    return add_over(ev, tree.Big("sum", (binder,), None, node.body, span=node.span), env, frame)


def _infinite(node: tree.Node) -> int:
    """Return 1 or -1 for a bound without end, and 0 for another."""
    if isinstance(node, tree.Sum) and len(node.terms) == 1:
        return node.signs[0] * _infinite(node.terms[0])
    return int(isinstance(node, tree.Number) and math.isinf(node.value))


def _without_end(
    ev: Evaluator, node: tree.Integral, ends: tuple[int, int], env: Env, frame: Frame
) -> Value:
    """Integrate on a scale on which the integrand falls off fast; a finer rule must give the same."""
    if ends not in ((-1, 1), (0, 1), (-1, 0)):
        raise FormulaError(
            "value", "the bounds of this integral are the wrong way round", node.span
        )
    rough, fine = (_added(ev, node, ends, count, env, frame) for count in (260, 340))
    if abs(duals.primal(rough) - duals.primal(fine)) > EXACT * max(1.0, abs(duals.primal(fine))):
        raise FormulaError("limit", "this integral isn't found exactly enough", node.span)
    return fine


def _added(
    ev: Evaluator, node: tree.Integral, ends: tuple[int, int], count: int, env: Env, frame: Frame
) -> Value:
    name = node.variable.name  # type: ignore[attr-defined]  # the caller has looked
    start: Value = 0.0
    if ends != (-1, 1):
        end = node.lower if ends[0] == 0 else node.upper
        start = ev.scalar(end, env, frame)  # type: ignore[arg-type]  # it has bounds
    total: Value = 0.0
    for x, weight in _line(count) if ends == (-1, 1) else _half_line(count):
        at = duals.add(start, x if ends[1] == 1 else -x)
        value = ev.scalar(node.body, {**env, name: at}, frame)
        total = duals.add(total, duals.multiply(weight, value))
    return total


def _line(count: int) -> Iterator[tuple[float, float]]:
    """Yield points and weights of the whole line."""
    steps = np.linspace(-2.6, 2.6, count)
    h = float(steps[1] - steps[0])
    for t in steps.tolist():
        inner = 0.5 * math.pi * math.sinh(t)
        yield math.sinh(inner), h * 0.5 * math.pi * math.cosh(t) * math.cosh(inner)


def _half_line(count: int) -> Iterator[tuple[float, float]]:
    """Yield points and weights of the positive numbers."""
    steps = np.linspace(-4.8, 4.6, count)
    h = float(steps[1] - steps[0])
    for t in steps.tolist():
        x = math.exp(t - math.exp(-t))
        yield x, h * x * (1.0 + math.exp(-t))


Evaluator.handlers[tree.Integral] = _integral
