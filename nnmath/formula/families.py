r"""Laws by name: the points and weights by which means over them are taken.

A mean over a continuous law is taken by Gauss's rule for it, which is exact for polynomials and very near for smooth
functions. How near is found by a second rule; where the two disagree, nothing is said rather than something false.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import numpy as np

from nnmath.formula import duals
from nnmath.formula.duals import Value, add, multiply, negative, power, shape_of
from nnmath.formula.errors import FormulaError
from nnmath.formula.special import gamma

__all__ = ["FAMILIES", "nodes_of", "split_family"]

Rule = list[tuple[Value, Value]]


def split_family(detail: str) -> tuple[str, list[str]]:
    r"""Split ``normal(\mu, \sigma^2)`` into its name and its parameters."""
    match = re.match(r"^\s*([a-z ]+?)\s*(?:\((.*)\))?\s*$", detail)
    if match is None or match[1] not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise FormulaError("notation", f"{detail!r} is no known law; known are {known}")
    parts: list[str] = [""]
    depth = 0
    for character in match[2] or "":
        depth += (character in "({[") - (character in ")}]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    parameters = [part.strip() for part in parts if part.strip()]
    if len(parameters) != FAMILIES[match[1]][0]:
        raise FormulaError(
            "notation", f"{match[1]} has {FAMILIES[match[1]][0]} parameters, not {len(parameters)}"
        )
    return match[1], parameters


def nodes_of(family: str, parameters: Sequence[Value], count: int) -> Rule:
    """Return points and weights of a law."""
    return FAMILIES[family][1](parameters, count)


def _moved(points: np.ndarray, weights: np.ndarray, centre: Value, scale: Value) -> Rule:
    """Move and stretch a rule."""
    return [
        (add(centre, multiply(scale, float(x))), float(w))
        for x, w in zip(points, weights, strict=True)
    ]


def standard_normal(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return Gauss's rule for the standard normal law."""
    points, weights = np.polynomial.hermite_e.hermegauss(count)
    return points, weights / math.sqrt(2 * math.pi)


def _normal(parameters: Sequence[Value], count: int) -> Rule:
    mean, variance = parameters
    return _moved(*standard_normal(count), mean, duals.sqrt(variance))


def _uniform(parameters: Sequence[Value], count: int) -> Rule:
    low, high = parameters
    points, weights = np.polynomial.legendre.leggauss(count)
    half = multiply(0.5, add(high, negative(low)))
    return _moved(points, weights / 2, multiply(0.5, add(high, low)), half)


def _exponential(parameters: Sequence[Value], count: int) -> Rule:
    points, weights = np.polynomial.laguerre.laggauss(min(count, 30))
    return _moved(points, weights, 0.0, duals.divide(1.0, parameters[0]))


def _bernoulli(parameters: Sequence[Value], _: int) -> Rule:
    return [(0.0, add(1.0, negative(parameters[0]))), (1.0, parameters[0])]


def _sign(_: Sequence[Value], __: int) -> Rule:
    return [(-1.0, 0.5), (1.0, 0.5)]


def _binomial(parameters: Sequence[Value], _: int) -> Rule:
    n, p = parameters
    trials, rest = round(duals.primal(n)), add(1.0, negative(p))
    return [
        (float(k), multiply(float(math.comb(trials, k)), multiply(power(p, float(k)), power(rest, float(trials - k)))))
        for k in range(trials + 1)
    ]  # fmt: skip


def _poisson(parameters: Sequence[Value], _: int) -> Rule:
    rate = parameters[0]
    weight: Value = duals.exp(negative(rate))
    rule: Rule = []
    for k in range(80):
        rule.append((float(k), weight))
        weight = duals.divide(multiply(weight, rate), float(k + 1))
    return rule


def _geometric(parameters: Sequence[Value], _: int) -> Rule:
    p = parameters[0]
    rest = add(1.0, negative(p))
    return [(float(k), multiply(p, power(rest, float(k - 1)))) for k in range(1, 400)]


def _beta(parameters: Sequence[Value], count: int) -> Rule:
    """Substitute x = sin(u)^2, which takes away what is steep at the ends."""
    a, b = parameters
    points, weights = np.polynomial.legendre.leggauss(count)
    front = duals.divide(gamma(add(a, b)), multiply(gamma(a), gamma(b)))
    rule: Rule = []
    for u, w in zip((points + 1) * math.pi / 4, weights * math.pi / 4, strict=True):
        s, c = math.sin(u), math.cos(u)
        density = multiply(
            power(s, add(multiply(2.0, a), -1.0)), power(c, add(multiply(2.0, b), -1.0))
        )
        rule.append((s * s, multiply(2.0 * w, multiply(front, density))))
    return rule


def _gamma(parameters: Sequence[Value], count: int) -> Rule:
    """Integrate against the density, on a scale on which it falls off fast at both ends."""
    a, b = parameters
    steps = np.linspace(-4.6, 4.4, 6 * count)
    h = float(steps[1] - steps[0])
    front = duals.divide(1.0, gamma(a))
    rule: Rule = []
    for t in steps:
        z = math.exp(t - math.exp(-t))  # from 0 to infinity
        slope = z * (1.0 + math.exp(-t))
        density = multiply(front, multiply(power(z, add(a, -1.0)), math.exp(-z)))
        rule.append((duals.divide(z, b), multiply(h * slope, density)))
    return rule


FAMILIES: dict[str, tuple[int, Callable[[Sequence[Value], int], Rule]]] = {
    "normal": (2, _normal),
    "uniform": (2, _uniform),
    "exponential": (1, _exponential),
    "bernoulli": (1, _bernoulli),
    "sign": (0, _sign),
    "binomial": (2, _binomial),
    "poisson": (1, _poisson),
    "geometric": (1, _geometric),
    "beta": (2, _beta),
    "gamma": (2, _gamma),
}


def stretched(points: Sequence[float], mean: Value, covariance: Value) -> Value:
    """Return the point of a normal law of a column that a point of the standard one is moved to."""
    column = np.array(points, dtype=float).reshape(-1, 1)
    if not shape_of(covariance):
        scaled: Value = multiply(duals.sqrt(covariance), column)
    else:
        scaled = duals.matmul(np.linalg.cholesky(duals.primal(covariance)), column)
    return add(scaled, mean if shape_of(mean) else duals.spread(mean, column.shape))
