r"""A difference between two sides, and what is no difference: a 0 for zeros, a list for a column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnmath.formula import duals
from nnmath.formula.duals import Value, shape_of
from nnmath.formula.errors import Span

__all__ = ["Difference", "lists_alike", "zeros_alike"]


@dataclass(frozen=True)
class Difference:
    """Where and how two sides differ."""

    text: str
    span: Span
    category: str = "value"


def lists_alike(left: Value, right: Value, loose: bool) -> tuple[Value, Value]:
    """Take a list in round brackets for the column that the other side is."""
    one, other = shape_of(left), shape_of(right)
    if loose and one and other and one == other[::-1] and 1 in one:
        return (left, duals.transpose(right)) if one[1] == 1 else (duals.transpose(left), right)
    return left, right


def zeros_alike(left: Value, right: Value) -> tuple[Value, Value]:
    """Take a printed 0 beside an array for an array of zeros."""
    if isinstance(right, float) and right == 0.0 and shape_of(left):
        return left, np.zeros(shape_of(left))
    if isinstance(left, float) and left == 0.0 and shape_of(right):
        return np.zeros(shape_of(right)), right
    return left, right
