r"""Running integrals: over declared values, between bounds, and without end."""

from __future__ import annotations

import math

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.binding import add_over
from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Point, runs

__all__: list[str] = []

Rule = list[tuple[float, float]]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(60)
GAUSS: Rule = list(zip(_NODES.tolist(), _WEIGHTS.tolist(), strict=True))
EXACT = 1e-9


@runs(tree.Integral)
def _integral(at: Point, node: tree.Integral) -> Value:
    """Add over the declared values, or integrate between bounds by Gauss's rule with 60 points."""
    variable = node.variable
    if node.lower is None or node.upper is None:
        return _over_values(at, node)
    if not isinstance(variable, tree.Index):
        message = "the variable of an integral is a free letter"
        raise FormulaError("index", message, variable.span)
    ends = _infinite(node.lower), _infinite(node.upper)
    if ends != (0, 0):
        return _without_end(at, node, variable.name, ends)
    lower, upper = at.scalar(node.lower), at.scalar(node.upper)
    half, middle = 0.5 * (upper - lower), 0.5 * (upper + lower)
    return _added(at, node, variable.name, GAUSS, middle, half) * half


def _added(
    at: Point, node: tree.Integral, name: str, rule: Rule, start: Value, scale: Value
) -> Value:
    """Add up the body by a rule of points and weights, moved and stretched."""
    total: Value = 0.0
    for x, weight in rule:
        total = total + weight * at.with_letter(name, start + scale * x).scalar(node.body)
    return total


def _over_values(at: Point, node: tree.Integral) -> Value:
    variable = node.variable
    if not isinstance(variable, tree.Entry) or not variable.symbol.values:
        message = "this integral has no bounds, and no values of its variable are declared"
        raise FormulaError("index", message, variable.span)
    binder = tree.Binder(variable, span=variable.span)
    return add_over(at, tree.Big("sum", (binder,), None, node.body, span=node.span))


def _infinite(node: tree.Node) -> int:
    """Return 1 or -1 for a bound without end, and 0 for another."""
    if isinstance(node, tree.Sum) and len(node.terms) == 1:
        return node.signs[0] * _infinite(node.terms[0])
    return int(isinstance(node, tree.Number) and math.isinf(node.value))


def _without_end(at: Point, node: tree.Integral, name: str, ends: tuple[int, int]) -> Value:
    """Integrate on a scale on which the integrand falls off fast; a finer rule must give the same."""
    if ends == (-1, 1):
        rule, start = _line, 0.0
    elif ends in ((0, 1), (-1, 0)):
        end = node.lower if ends[0] == 0 else node.upper
        rule, start = _half_line, at.scalar(end)  # type: ignore[arg-type]  # it has bounds
    else:
        message = "the bounds of this integral are the wrong way round"
        raise FormulaError("value", message, node.span)
    scale = -1.0 if ends == (-1, 0) else 1.0
    rough, fine = (_added(at, node, name, rule(count), start, scale) for count in (260, 340))
    if abs(duals.primal(rough) - duals.primal(fine)) > EXACT * max(1.0, abs(duals.primal(fine))):
        raise FormulaError("limit", "this integral isn't found exactly enough", node.span)
    return fine


def _line(count: int) -> Rule:
    """Return points and weights of the whole line."""
    steps, h = np.linspace(-2.6, 2.6, count, retstep=True)
    inner = 0.5 * math.pi * np.sinh(steps)
    weights = float(h) * 0.5 * math.pi * np.cosh(steps) * np.cosh(inner)
    return list(zip(np.sinh(inner).tolist(), weights.tolist(), strict=True))


def _half_line(count: int) -> Rule:
    """Return points and weights of the positive numbers."""
    steps, h = np.linspace(-4.8, 4.6, count, retstep=True)
    x = np.exp(steps - np.exp(-steps))
    return list(zip(x.tolist(), (float(h) * x * (1.0 + np.exp(-steps))).tolist(), strict=True))
