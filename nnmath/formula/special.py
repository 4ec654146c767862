r"""Special functions with their derivatives, and the densities and laws that books name without defining them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from nnmath.formula import duals
from nnmath.formula.duals import Value, add, divide, exp, log, multiply, negative, power, shape_of

__all__ = ["LAWS", "beta", "digamma", "gamma", "log_gamma", "normal_cdf"]


def _digamma(x: float, order: int = 0) -> float:
    """Return a derivative of the logarithm of the gamma function: recurrence up to 20, then the asymptotic series."""
    if x <= 0 and x == round(x):
        raise ValueError("a pole")
    total = 0.0
    sign = -1.0 if order % 2 == 0 else 1.0
    while x < 20.0:
        total += sign * math.factorial(order) / x ** (order + 1)
        x += 1.0
    bernoulli = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730)
    if order == 0:
        series = sum(b / (2 * k * x ** (2 * k)) for k, b in enumerate(bernoulli, start=1))
        return total + math.log(x) - 0.5 / x - series
    series = math.factorial(order - 1) / x**order + math.factorial(order) / (2 * x ** (order + 1))
    for k, b in enumerate(bernoulli, start=1):
        series += (
            b * math.factorial(2 * k + order - 1) / (math.factorial(2 * k) * x ** (2 * k + order))
        )
    return total + sign * series


def _polygamma(order: int) -> Callable[[Value], Value]:
    scalar = lambda x: _digamma(float(x), order)  # noqa: E731  # two forms of one function
    return duals.elementary(scalar, lambda y, x: _polygamma(order + 1)(x))


digamma = _polygamma(0)
log_gamma = duals.elementary(math.lgamma, lambda y, x: digamma(x))
gamma = duals.elementary(math.gamma, lambda y, x: multiply(y, digamma(x)))


def normal_cdf(x: Value) -> Value:
    """Return the distribution function of the standard normal law."""
    return multiply(0.5, add(1.0, duals.erf(multiply(x, math.sqrt(0.5)))))


def beta(a: Value, b: Value) -> Value:
    """Return the beta function."""
    return exp(add(add(log_gamma(a), log_gamma(b)), negative(log_gamma(add(a, b)))))


# Densities and laws


def _normal(x: Value, mean: Value, spread: Value) -> Value:
    """Return the density of a normal law; `spread` is the variance, or the covariance matrix."""
    away = add(x, negative(mean))
    if not shape_of(away):
        distance = divide(multiply(away, away), spread)
        scale = multiply(2 * math.pi, spread)
    else:
        size = shape_of(away)[0]
        spread = spread if shape_of(spread) else multiply(spread, np.eye(size))
        solved = duals.matmul(duals.inverse(spread), away)
        distance = duals.entry(duals.matmul(duals.transpose(away), solved), 0, 0)
        scale = multiply((2 * math.pi) ** size, duals.determinant(spread))
    return divide(exp(multiply(-0.5, distance)), duals.sqrt(scale))


def _bernoulli(x: Value, mean: Value) -> Value:
    rest = add(1.0, negative(mean))
    return multiply(power(mean, x), power(rest, add(1.0, negative(x))))


def _binomial(m: Value, n: Value, mean: Value) -> Value:
    others = add(n, negative(m))
    below = add(log_gamma(add(m, 1.0)), log_gamma(add(others, 1.0)))
    ways = exp(add(log_gamma(add(n, 1.0)), negative(below)))
    rest = power(add(1.0, negative(mean)), add(n, negative(m)))
    return multiply(ways, multiply(power(mean, m), rest))


def _beta(x: Value, a: Value, b: Value) -> Value:
    rest = power(add(1.0, negative(x)), add(b, -1.0))
    return divide(multiply(power(x, add(a, -1.0)), rest), beta(a, b))


def _gamma(x: Value, a: Value, b: Value) -> Value:
    """Return the gamma density with shape a and rate b."""
    front = divide(power(b, a), gamma(a))
    return multiply(front, multiply(power(x, add(a, -1.0)), exp(negative(multiply(b, x)))))


def _poisson(k: Value, rate: Value) -> Value:
    return exp(add(add(multiply(k, log(rate)), negative(rate)), negative(log_gamma(add(k, 1.0)))))


def _exponential(x: Value, rate: Value) -> Value:
    return multiply(rate, exp(negative(multiply(rate, x))))


def _uniform(x: Value, low: Value, high: Value) -> Value:
    inside = duals.primal(low) <= duals.primal(x) <= duals.primal(high)
    return divide(1.0 if inside else 0.0, add(high, negative(low)))


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
