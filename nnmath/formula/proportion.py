r"""Proportions: ``p(x \mid y) \propto p(y \mid x)\, p(x)`` says that the ratio doesn't change with x."""

from __future__ import annotations

from collections.abc import Iterator

from nnmath.formula import duals, tree
from nnmath.formula.difference import Difference
from nnmath.formula.duals import Value, shape_of
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame
from nnmath.formula.primitives import support
from nnmath.formula.render import number_text

__all__ = ["proportional"]


def proportional(
    ev: Evaluator, equation: tree.Equation, k: int, env: Env, frame: Frame, tolerance: float
) -> Difference | None:
    """Compare the ratio of two sides at a point with that at others, where what stands first has changed."""
    one, other = equation.sides[k], equation.sides[k + 1]
    ratio = _ratio(ev, one, other, env, frame)
    for moved in _moved(ev, equation.sides[0], env, frame):
        changed = _ratio(ev, one, other, env, moved)
        if abs(changed - ratio) > tolerance * max(abs(ratio), abs(changed), 1e-2):
            text = f"the ratio of the sides isn't constant: {number_text(ratio)}, then {number_text(changed)}"
            return Difference(text, other.span)
    return None


def _ratio(ev: Evaluator, one: tree.Node, other: tree.Node, env: Env, frame: Frame) -> float:
    below = duals.primal(ev.scalar(other, env, frame))
    if below == 0:
        raise FormulaError("value", "a proportion to 0", other.span)
    return float(duals.primal(ev.scalar(one, env, frame)) / below)


def _moved(ev: Evaluator, left: tree.Node, env: Env, frame: Frame) -> Iterator[Frame]:
    """Yield frames in which an argument of the left side, before a bar, has another value."""
    if not isinstance(left, tree.Apply):
        raise FormulaError(
            "syntax", "a proportion says on its left what changes, as p(x) does", left.span
        )
    count = len(left.arguments) - left.given
    for argument in left.arguments[:count]:
        if not isinstance(argument, tree.Entry):
            raise FormulaError("syntax", "what changes here is no symbol", argument.span)
        symbol = argument.symbol
        key = ev.key(symbol, argument.indices, env, frame)
        if symbol.values:
            values: list[Value] = list(support(ev, symbol, key, frame))
        else:
            base = ev.lookup(symbol, key, frame, argument.span)
            shift = duals.spread(0.3, shape_of(base)) if shape_of(base) else 0.3
            values = [duals.add(base, shift), duals.multiply(1.7, base)]
        for value in values:
            yield Frame(frame, {(symbol, key): value})
