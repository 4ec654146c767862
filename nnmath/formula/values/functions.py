r"""The functions and laws that every notation knows, by name; with the points and weights of means over the laws.

A mean over a continuous law is taken by Gauss's rule for it, which is exact for polynomials and very near for smooth
functions. How near is found by a second rule; where the two disagree, nothing is said rather than something false.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value, exp, log, power, shape_of

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
    return duals.elementary(partial(_digamma, order=order), lambda y, x: _polygamma(order + 1)(x))


digamma = _polygamma(0)
log_gamma = duals.elementary(math.lgamma, lambda y, x: digamma(x))
gamma = duals.elementary(math.gamma, lambda y, x: y * digamma(x))


def normal_cdf(x: Value) -> Value:
    """Return the distribution function of the standard normal law."""
    return 0.5 * (1.0 + duals.erf(x * math.sqrt(0.5)))


def beta(a: Value, b: Value) -> Value:
    """Return the beta function."""
    return exp(log_gamma(a) + log_gamma(b) - log_gamma(a + b))


# Functions by name


@dataclass(frozen=True)
class Builtin:
    """A known function: what it takes (``number``, ``matrix``, ``array`` or ``any``) and how it is computed."""

    takes: str
    compute: Callable[[Value], Value]


def sigmoid(x: Value) -> Value:
    """Return the logistic function."""
    return 1.0 / (1.0 + exp(-x))


def _sign(x: Value) -> Value:
    plain = duals.primal(x)
    return float(plain > 0) - float(plain < 0)


def _diag(x: Value) -> Value:
    """Make a diagonal matrix of a column, and a matrix with only its diagonal kept of a matrix."""
    return duals.diagonal_matrix(x if x.shape[1] == 1 else duals.diagonal(x))


def _step(function: Callable[[float], float]) -> Callable[[Value], Value]:
    """Make a function that is flat between its jumps."""
    return duals.elementary(lambda x: float(function(x)), lambda y, x: duals.zero_like(x))


def _softmax(x: Value) -> Value:
    """Apply softmax to a column, or to each row."""
    powers = exp(x)
    if x.shape[1] == 1:
        return powers / duals.spread(duals.total(powers), x.shape)
    return powers / (_row_sums(powers) @ np.ones((1, x.shape[1])))


def _row_sums(x: Value) -> Value:
    return x @ np.ones((x.shape[1], 1))


_NUMBER: dict[str, Callable[[Value], Value]] = {
    "exp": exp, "log": log, "ln": log, "sin": duals.sin, "cos": duals.cos, "tan": duals.tan, "sinh": duals.sinh,
    "cosh": duals.cosh, "tanh": duals.tanh, "arcsin": duals.arcsin, "arccos": duals.arccos, "arctan": duals.arctan,
    "arctanh": lambda x: 0.5 * log((1.0 + x) / (1.0 - x)), "erf": duals.erf, "cot": lambda x: 1.0 / duals.tan(x),
    "sec": lambda x: 1.0 / duals.cos(x), "csc": lambda x: 1.0 / duals.sin(x), "coth": lambda x: 1.0 / duals.tanh(x),
    "sgn": _sign, "sign": _sign, "floor": _step(math.floor), "ceil": _step(math.ceil), "round": _step(round),
    "ReLU": lambda x: 0.5 * (x + duals.absolute(x)), "sigmoid": sigmoid, "expit": sigmoid, "Gamma": gamma,
    "softplus": lambda x: log(1.0 + exp(x)), "logit": lambda x: log(x / (1.0 - x)),
}  # fmt: skip
_NUMBER["relu"] = _NUMBER["ReLU"]
_ARRAY: dict[str, Callable[[Value], Value]] = {
    "diag": _diag,
    "softmax": _softmax,
    "sum": duals.total,
    "mean": lambda x: duals.total(x) / float(np.prod(x.shape)),
    "rowsum": _row_sums,
    "vec": lambda x: duals.reshape(x.T, (int(np.prod(x.shape)), 1)),
    "rank": lambda x: float(np.linalg.matrix_rank(duals.primal(x))),
}
_MATRIX = {"det": duals.determinant, "tr": duals.trace, "Tr": duals.trace, "trace": duals.trace}

BUILTIN: dict[str, Builtin] = {
    name: Builtin(takes, compute)
    for takes, table in (("number", _NUMBER), ("matrix", _MATRIX), ("array", _ARRAY))
    for name, compute in table.items()
}
NAMED = {  # functions that books write with a letter; `maps` gives the letter its meaning
    "identity": Builtin("any", lambda x: x),
    "normal cdf": Builtin("number", normal_cdf),
    "digamma": Builtin("number", digamma),
    "log gamma": Builtin("number", log_gamma),
    "gamma": Builtin("number", gamma),
    **BUILTIN,
}


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
    """Integrate against the density, on a scale on which it falls off fast at both ends."""
    steps = np.linspace(-4.4, 4.4, 6 * count)
    h = float(steps[1] - steps[0])
    front = 1.0 / beta(a, b)
    rule: Rule = []
    for t in steps.tolist():
        away = math.pi * math.sinh(t)
        x, rest = (1.0 / (1.0 + math.exp(end)) for end in (-away, away))  # they add up to 1
        slope = h * math.pi * math.cosh(t)
        rule.append((x, slope * front * power(x, a) * power(rest, b)))
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
