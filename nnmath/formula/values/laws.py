r"""Laws by name: their densities, and the points and weights by which means over them are taken.

A mean over a continuous law is taken by Gauss's rule for it, which is exact for polynomials and very near for smooth
functions. How near is found by a second rule; where the two disagree, nothing is said rather than something false.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value, exp, log, power, shape_of
from nnmath.formula.values.functions import beta, gamma, log_gamma

# Densities


def _normal_density(x: Value, mean: Value, spread: Value) -> Value:
    """Return the density of a normal law; `spread` is the variance, or the covariance matrix."""
    away = x - mean
    if not shape_of(away):
        return exp(-0.5 * away * away / spread) / duals.sqrt(2 * math.pi * spread)
    size = shape_of(away)[0]
    spread = spread if shape_of(spread) else spread * np.eye(size)
    distance = duals.entry(away.T @ duals.inverse(spread) @ away, 0, 0)
    return exp(-0.5 * distance) / duals.sqrt((2 * math.pi) ** size * duals.determinant(spread))


def _bernoulli_density(x: Value, mean: Value) -> Value:
    return power(mean, x) * power(1.0 - mean, 1.0 - x)


def _binomial_density(m: Value, n: Value, mean: Value) -> Value:
    ways = exp(log_gamma(n + 1.0) - log_gamma(m + 1.0) - log_gamma(n - m + 1.0))
    return ways * power(mean, m) * power(1.0 - mean, n - m)


def _beta_density(x: Value, a: Value, b: Value) -> Value:
    return power(x, a - 1.0) * power(1.0 - x, b - 1.0) / beta(a, b)


def _gamma_density(x: Value, a: Value, b: Value) -> Value:
    """Return the gamma density with shape a and rate b."""
    return power(b, a) / gamma(a) * power(x, a - 1.0) * exp(-(b * x))


def _poisson_density(k: Value, rate: Value) -> Value:
    return exp(k * log(rate) - rate - log_gamma(k + 1.0))


def _exponential_density(x: Value, rate: Value) -> Value:
    return rate * exp(-(rate * x))


def _uniform_density(x: Value, low: Value, high: Value) -> Value:
    inside = duals.primal(low) <= duals.primal(x) <= duals.primal(high)
    return float(inside) / (high - low)


# Points and weights

Rule = list[tuple[Value, Value]]


def _moved(points: np.ndarray, weights: np.ndarray, centre: Value, scale: Value) -> Rule:
    """Move and stretch a rule."""
    pairs = zip(points.tolist(), weights.tolist(), strict=True)
    return [(centre + scale * x, w) for x, w in pairs]


def standard_normal(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return Gauss's rule for the standard normal law."""
    points, weights = np.polynomial.hermite_e.hermegauss(count)
    return points, weights / math.sqrt(2 * math.pi)


def _normal(count: int, mean: Value, variance: Value) -> Rule:
    return _moved(*standard_normal(count), mean, duals.sqrt(variance))


def _uniform(count: int, low: Value, high: Value) -> Rule:
    points, weights = np.polynomial.legendre.leggauss(count)
    return _moved(points, weights / 2, 0.5 * (low + high), 0.5 * (high - low))


def _exponential(count: int, rate: Value) -> Rule:
    points, weights = np.polynomial.laguerre.laggauss(min(count, 30))
    return _moved(points, weights, 0.0, 1.0 / rate)


def _bernoulli(_: int, mean: Value) -> Rule:
    return [(0.0, 1.0 - mean), (1.0, mean)]


def _either_sign(_: int) -> Rule:
    return [(-1.0, 0.5), (1.0, 0.5)]


def _binomial(_: int, n: Value, p: Value) -> Rule:
    trials = round(duals.primal(n))

    def weight(k: int) -> Value:
        return math.comb(trials, k) * power(p, float(k)) * power(1.0 - p, float(trials - k))

    return [(float(k), weight(k)) for k in range(trials + 1)]


def _poisson(_: int, rate: Value) -> Rule:
    rule: Rule = [(0.0, exp(-rate))]
    for k in range(1, 80):
        rule.append((float(k), rule[-1][1] * rate / k))
    return rule


def _geometric(_: int, p: Value) -> Rule:
    return [(float(k), p * power(1.0 - p, float(k - 1))) for k in range(1, 400)]


def _beta(count: int, a: Value, b: Value) -> Rule:
    """Substitute x = sin(u)^2, which takes away what is steep at the ends."""
    points, weights = np.polynomial.legendre.leggauss(count)
    front = 1.0 / beta(a, b)
    rule: Rule = []
    for u, w in zip((points + 1) * math.pi / 4, weights * math.pi / 4, strict=True):
        s, c = math.sin(u), math.cos(u)
        density = power(s, 2.0 * a - 1.0) * power(c, 2.0 * b - 1.0)
        rule.append((s * s, 2.0 * float(w) * front * density))
    return rule


def _gamma(count: int, a: Value, b: Value) -> Rule:
    """Integrate against the density, on a scale on which it falls off fast at both ends."""
    steps = np.linspace(-4.6, 4.4, 6 * count)
    h = float(steps[1] - steps[0])
    front = 1.0 / gamma(a)
    rule: Rule = []
    for t in steps.tolist():
        z = math.exp(t - math.exp(-t))  # from 0 to infinity
        slope = z * (1.0 + math.exp(-t))
        rule.append((z / b, h * slope * math.exp(-z) * front * power(z, a - 1.0)))
    return rule


def stretched(points: Sequence[float], mean: Value, covariance: Value) -> Value:
    """Return the point of a normal law of a column that a point of the standard one is moved to."""
    column = np.array(points, dtype=float).reshape(-1, 1)
    if shape_of(covariance):
        scaled: Value = np.linalg.cholesky(duals.primal(covariance)) @ column
    else:
        scaled = duals.sqrt(covariance) * column
    return scaled + (mean if shape_of(mean) else duals.spread(mean, column.shape))


# Each law by its name


@dataclass(frozen=True)
class Law:
    """A law: how many parameters it has, its points and weights, its density, and how books print that."""

    parameters: int
    rule: Callable[..., Rule]
    density: Callable[..., Value] | None = None
    heads: str = ""


FAMILIES = {
    "normal": Law(2, _normal, _normal_density, r"\mathcal{N} Norm Normal"),
    "uniform": Law(2, _uniform, _uniform_density, r"Unif Uniform \mathcal{U}"),
    "exponential": Law(1, _exponential, _exponential_density, "Expon"),
    "bernoulli": Law(1, _bernoulli, _bernoulli_density, "Bern Ber Bernoulli"),
    "sign": Law(0, _either_sign),
    "binomial": Law(2, _binomial, _binomial_density, "Bin Binom Binomial"),
    "poisson": Law(1, _poisson, _poisson_density, "Poi Pois Poisson"),
    "geometric": Law(1, _geometric),
    "beta": Law(2, _beta, _beta_density, "Beta"),
    "gamma": Law(2, _gamma, _gamma_density, "Gam Ga Gamma"),
}
EXACT = ("bernoulli", "sign", "binomial")  # whose means are sums over all that can happen
LAWS: dict[str, tuple[int, Callable[..., Value]]] = {  # densities and their numbers of arguments
    head: (law.parameters + 1, law.density)
    for law in FAMILIES.values()
    if law.density is not None
    for head in law.heads.split()
}
