r"""The functions that every notation knows, by the names that LaTeX has for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnmath.formula import duals
from nnmath.formula.duals import Value

__all__ = ["BUILTIN", "Builtin"]


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


_NUMBER = {
    "exp": duals.exp, "log": duals.log, "ln": duals.log, "sin": duals.sin, "cos": duals.cos, "tan": duals.tan,
    "sinh": duals.sinh, "cosh": duals.cosh, "tanh": duals.tanh, "arcsin": duals.arcsin, "arccos": duals.arccos,
    "arctan": duals.arctan, "erf": duals.erf, "sgn": _sign, "sign": _sign, "cot": _reciprocal_of(duals.tan),
    "sec": _reciprocal_of(duals.cos), "csc": _reciprocal_of(duals.sin), "coth": _reciprocal_of(duals.tanh),
}  # fmt: skip
_MATRIX = {
    "det": duals.determinant, "tr": duals.trace, "Tr": duals.trace, "trace": duals.trace,
}  # fmt: skip

BUILTIN: dict[str, Builtin] = {
    **{name: Builtin("number", compute) for name, compute in _NUMBER.items()},
    **{name: Builtin("matrix", compute) for name, compute in _MATRIX.items()},
    "diag": Builtin("array", _diag),
}
