r"""The functions that every notation knows, by the names that LaTeX has for them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnmath.formula import duals
from nnmath.formula.duals import Value, exp, log
from nnmath.formula.special import digamma, gamma, log_gamma, normal_cdf

__all__ = ["BUILTIN", "NAMED", "Builtin"]


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
