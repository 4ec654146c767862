r"""The functions that every notation knows, by the names that LaTeX has for them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnmath.formula import duals
from nnmath.formula.duals import Value
from nnmath.formula.special import digamma, gamma, log_gamma, normal_cdf

__all__ = ["BUILTIN", "NAMED", "Builtin"]


@dataclass(frozen=True)
class Builtin:
    """A known function: what it takes (``number``, ``matrix``, ``array`` or ``any``) and how it is computed."""

    takes: str
    compute: Callable[[Value], Value]


def _sigmoid(x: Value) -> Value:
    return duals.divide(1.0, duals.add(1.0, duals.exp(duals.negative(x))))


def _sign(x: Value) -> Value:
    plain = duals.primal(x)
    return float(plain > 0) - float(plain < 0)


def _reciprocal_of(function: Callable[[Value], Value]) -> Callable[[Value], Value]:
    return lambda x: duals.divide(1.0, function(x))


def _diag(x: Value) -> Value:
    """Make a diagonal matrix of a column, and a matrix with only its diagonal kept of a matrix."""
    column = x if x.shape[1] == 1 else duals.diagonal(x)
    return duals.diagonal_matrix(column)


def _step(function: Callable[[float], float]) -> Callable[[Value], Value]:
    """Make a function that is flat between its jumps."""
    return duals.elementary(lambda x: float(function(x)), lambda y, x: duals.zero_like(x))


def _relu(x: Value) -> Value:
    return duals.multiply(0.5, duals.add(x, duals.absolute(x)))


def _softplus(x: Value) -> Value:
    return duals.log(duals.add(1.0, duals.exp(x)))


def _logit(x: Value) -> Value:
    return duals.log(duals.divide(x, duals.add(1.0, duals.negative(x))))


def _artanh(x: Value) -> Value:
    ratio = duals.divide(duals.add(1.0, x), duals.add(1.0, duals.negative(x)))
    return duals.multiply(0.5, duals.log(ratio))


def _softmax(x: Value) -> Value:
    """Apply softmax to a column, or to each row."""
    columns = x.shape[1]
    powers = duals.exp(x)
    if columns == 1:
        return duals.divide(powers, duals.spread(duals.total(powers), x.shape))
    sums = duals.matmul(powers, np.ones((columns, 1)))
    return duals.divide(powers, duals.matmul(sums, np.ones((1, columns))))


def _mean(x: Value) -> Value:
    return duals.divide(duals.total(x), float(np.prod(x.shape)))


def _row_sums(x: Value) -> Value:
    return duals.matmul(x, np.ones((x.shape[1], 1)))


def _vec(x: Value) -> Value:
    return duals.reshape(duals.transpose(x), (int(np.prod(x.shape)), 1))


def _rank(x: Value) -> Value:
    return float(np.linalg.matrix_rank(duals.primal(x)))


_NUMBER = {
    "exp": duals.exp, "log": duals.log, "ln": duals.log, "sin": duals.sin, "cos": duals.cos, "tan": duals.tan,
    "sinh": duals.sinh, "cosh": duals.cosh, "tanh": duals.tanh, "arcsin": duals.arcsin, "arccos": duals.arccos,
    "arctan": duals.arctan, "erf": duals.erf, "sgn": _sign, "sign": _sign, "cot": _reciprocal_of(duals.tan),
    "sec": _reciprocal_of(duals.cos), "csc": _reciprocal_of(duals.sin), "coth": _reciprocal_of(duals.tanh),
    "floor": _step(math.floor), "ceil": _step(math.ceil), "ReLU": _relu, "relu": _relu, "sigmoid": _sigmoid,
    "softplus": _softplus, "logit": _logit, "expit": _sigmoid, "round": _step(round), "Gamma": gamma,
    "arctanh": _artanh,
}  # fmt: skip
_MATRIX = {
    "det": duals.determinant, "tr": duals.trace, "Tr": duals.trace, "trace": duals.trace,
}  # fmt: skip

BUILTIN: dict[str, Builtin] = {
    **{name: Builtin("number", compute) for name, compute in _NUMBER.items()},
    **{name: Builtin("matrix", compute) for name, compute in _MATRIX.items()},
    "diag": Builtin("array", _diag),
    "softmax": Builtin("array", _softmax),
    "sum": Builtin("array", duals.total),
    "mean": Builtin("array", _mean),
    "rowsum": Builtin("array", _row_sums),
    "vec": Builtin("array", _vec),
    "rank": Builtin("array", _rank),
}
NAMED = {  # functions that books write with a letter; `maps` gives the letter its meaning
    "identity": Builtin("any", lambda x: x),
    "normal cdf": Builtin("number", normal_cdf),
    "digamma": Builtin("number", digamma),
    "log gamma": Builtin("number", log_gamma),
    "gamma": Builtin("number", gamma),
    **{name: BUILTIN[name] for name in BUILTIN},
}
