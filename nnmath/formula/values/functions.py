r"""The functions that every notation knows, by the names that LaTeX has for them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value, exp, log

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
