r"""A difference between two sides, and what is no difference: a 0 for zeros, a list for a column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnmath.formula.duals import Value, primal, shape_of
from nnmath.formula.errors import Span

__all__ = ["Difference", "alike", "first_difference", "relative_difference"]

FLOOR = 1e-2  # differences between numbers smaller than this are measured against it


@dataclass(frozen=True)
class Difference:
    """Where and how two sides differ."""

    text: str
    span: Span
    category: str = "value"


def alike(left: Value, right: Value, loose: bool) -> tuple[Value, Value]:
    """Take a printed 0 beside an array for zeros, and, if `loose`, a list for the column beside it."""
    one, other = shape_of(left), shape_of(right)
    if loose and one and other and one == other[::-1] and 1 in one:
        return (left, right.T) if one[1] == 1 else (left.T, right)
    if isinstance(right, float) and right == 0.0 and one:
        return left, np.zeros(one)
    if isinstance(left, float) and left == 0.0 and other:
        return np.zeros(other), right
    return left, right


def _differences(left: Value, right: Value) -> np.ndarray:
    one, other = np.asarray(primal(left), float), np.asarray(primal(right), float)
    finite = np.isfinite(one) & np.isfinite(other)
    one, other = np.where(finite, one, 0.0), np.where(finite, other, 0.0)
    scale = np.maximum(np.maximum(np.abs(one), np.abs(other)), FLOOR)
    return np.where(finite, np.abs(one - other) / scale, np.inf)


def relative_difference(left: Value, right: Value) -> float:
    """Return the largest difference of two values of one shape, relative to their size."""
    return float(np.max(_differences(left, right), initial=0.0))


def first_difference(left: Value, right: Value, tolerance: float) -> tuple[int, ...]:
    """Return where the entries of two arrays begin to differ."""
    found = np.argwhere(_differences(left, right) > tolerance)
    return tuple(found[0].tolist()) if len(found) else ()
