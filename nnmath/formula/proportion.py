r"""Proportions: ``p(x \mid y) \propto p(y \mid x)\, p(x)`` says that the ratio doesn't change with x."""

from __future__ import annotations

from collections.abc import Iterator

from nnmath.formula import duals, tree
from nnmath.formula.difference import Difference, relative_difference
from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Point
from nnmath.formula.primitives import support
from nnmath.formula.render import number_text

__all__ = ["proportional"]


def proportional(at: Point, equation: tree.Equation, k: int, tolerance: float) -> Difference | None:
    """Compare the ratio of two sides at a point with that at others, where what stands first has changed."""
    one, other = equation.sides[k], equation.sides[k + 1]
    ratio = _ratio(at, one, other)
    for moved in _moved(at, equation.sides[0]):
        changed = _ratio(moved, one, other)
        if relative_difference(ratio, changed) > tolerance:
            both = f"{number_text(ratio)}, then {number_text(changed)}"
            return Difference(f"the ratio of the sides isn't constant: {both}", other.span)
    return None


def _ratio(at: Point, one: tree.Node, other: tree.Node) -> float:
    below = duals.primal(at.scalar(other))
    if below == 0:
        raise FormulaError("value", "a proportion to 0", other.span)
    return float(duals.primal(at.scalar(one)) / below)


def _moved(at: Point, left: tree.Node) -> Iterator[Point]:
    """Yield points at which an argument of the left side, before a bar, has another value."""
    if not isinstance(left, tree.Apply):
        message = "a proportion says on its left what changes, as p(x) does"
        raise FormulaError("syntax", message, left.span)
    for argument in left.arguments[: len(left.arguments) - left.given]:
        if not isinstance(argument, tree.Entry):
            raise FormulaError("syntax", "what changes here is no symbol", argument.span)
        place = at.place(argument)
        if argument.symbol.values:
            values: list[Value] = list(support(at, *place))
        else:
            base = at.lookup(*place, argument.span)
            values = [base + 0.3, 1.7 * base]
        for value in values:
            yield at.with_values({place: value})
