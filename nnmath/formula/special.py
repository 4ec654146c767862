r"""Special functions with their derivatives, and the densities and laws that books name without defining them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from nnmath.formula import duals
from nnmath.formula.duals import Value, exp, log, power, shape_of

__all__ = ["LAWS", "beta", "digamma", "gamma", "log_gamma", "normal_cdf"]

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730)


def _digamma(x: float, order: int = 0) -> float:
    """Return a derivative of the logarithm of the gamma function: recurrence up to 20, then the asymptotic series."""
    if x <= 0 and x == round(x):
        raise ValueError("a pole")
    sign = -1.0 if order % 2 == 0 else 1.0
    total = 0.0
    while x < 20.0:
        total += sign * math.factorial(order) / x ** (order + 1)
        x += 1.0
    series = math.factorial(order) / (2 * x ** (order + 1))
    series += math.factorial(order - 1) / x**order if order else -math.log(x)
    for k, b in enumerate(BERNOULLI, start=1):
        ratio = math.factorial(2 * k + order - 1) / math.factorial(2 * k)
        series += b * ratio / x ** (2 * k + order)
    return total + sign * series


def _polygamma(order: int) -> Callable[[Value], Value]:
    scalar = lambda x: _digamma(float(x), order)  # noqa: E731  # two forms of one function
    return duals.elementary(scalar, lambda y, x: _polygamma(order + 1)(x))


digamma = _polygamma(0)
log_gamma = duals.elementary(math.lgamma, lambda y, x: digamma(x))
gamma = duals.elementary(math.gamma, lambda y, x: y * digamma(x))


def normal_cdf(x: Value) -> Value:
    """Return the distribution function of the standard normal law."""
    return 0.5 * (1.0 + duals.erf(x * math.sqrt(0.5)))


def beta(a: Value, b: Value) -> Value:
    """Return the beta function."""
    return exp(log_gamma(a) + log_gamma(b) - log_gamma(a + b))


# Densities and laws


def _normal(x: Value, mean: Value, spread: Value) -> Value:
    """Return the density of a normal law; `spread` is the variance, or the covariance matrix."""
    away = x - mean
    if not shape_of(away):
        return exp(-0.5 * away * away / spread) / duals.sqrt(2 * math.pi * spread)
    size = shape_of(away)[0]
    spread = spread if shape_of(spread) else spread * np.eye(size)
    distance = duals.entry(away.T @ duals.inverse(spread) @ away, 0, 0)
    return exp(-0.5 * distance) / duals.sqrt((2 * math.pi) ** size * duals.determinant(spread))


def _bernoulli(x: Value, mean: Value) -> Value:
    return power(mean, x) * power(1.0 - mean, 1.0 - x)


def _binomial(m: Value, n: Value, mean: Value) -> Value:
    ways = exp(log_gamma(n + 1.0) - log_gamma(m + 1.0) - log_gamma(n - m + 1.0))
    return ways * power(mean, m) * power(1.0 - mean, n - m)


def _beta(x: Value, a: Value, b: Value) -> Value:
    return power(x, a - 1.0) * power(1.0 - x, b - 1.0) / beta(a, b)


def _gamma(x: Value, a: Value, b: Value) -> Value:
    """Return the gamma density with shape a and rate b."""
    return power(b, a) / gamma(a) * power(x, a - 1.0) * exp(-(b * x))


def _poisson(k: Value, rate: Value) -> Value:
    return exp(k * log(rate) - rate - log_gamma(k + 1.0))


def _exponential(x: Value, rate: Value) -> Value:
    return rate * exp(-(rate * x))


def _uniform(x: Value, low: Value, high: Value) -> Value:
    inside = duals.primal(low) <= duals.primal(x) <= duals.primal(high)
    return float(inside) / (high - low)


LAWS: dict[str, tuple[int, Callable[..., Value]]] = {
    name: (arguments, density)
    for names, arguments, density in (
        (r"\mathcal{N}", 3, _normal),
        ("Bern Ber Bernoulli", 2, _bernoulli),
        ("Bin Binom Binomial", 3, _binomial),
        ("Beta", 3, _beta),
        ("Gam Ga Gamma", 3, _gamma),
        ("Poi Pois Poisson", 2, _poisson),
        ("Expon", 2, _exponential),
        (r"Unif Uniform \mathcal{U}", 3, _uniform),
    )
    for name in names.split()
}
