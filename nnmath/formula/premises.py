r"""Premises: equations that restrict a symbol instead of defining it, such as a first-order condition.

In each world the symbol has the value for which the equation holds, found by Newton's method. The last step is taken
with dual numbers where they stand in the equation, so that the symbol may be differentiated too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.definitions import Definition
from nnmath.formula.duals import Value
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Point, runs
from nnmath.formula.notation import Notation

__all__ = ["premise_from"]

STARTS = 12
STEPS = 60


def premise_from(
    equation: tree.Equation, solves: str, notation: Notation, label: str
) -> Definition:
    """Make the definition of the symbol that an equation restricts."""
    unknown = notation.parse(solves)
    if not isinstance(unknown, tree.Entry) or unknown.symbol.shape or unknown.symbol.is_function:
        raise FormulaError("notation", f"a premise is solved for a number, not for {solves!r}")
    if equation.relations != ("=",):
        raise FormulaError("definition", "a premise is one equation", equation.sides[-1].span)
    left, right = equation.sides
    difference = tree.Sum((left, right), (1, -1), span=left.span)
    root = tree.Root(difference, unknown, span=left.span)
    return Definition(unknown.symbol, unknown.indices, (), (), root, (), label)


@runs(tree.Root)
def _root(at: Point, node: tree.Root) -> Value:
    place = at.place(cast(tree.Entry, node.unknown))  # premise_from makes no other
    symbol, positive = place[0], place[0].domain == "positive"

    def remainder(x: Value) -> Value:
        return at.with_values({place: x}).scalar(node.body)

    starts = at.ev.world.generator(*place).uniform(-2.5, 2.5, STARTS)
    for start in (np.abs(starts) + 0.2 if positive else starts).tolist():
        found = _newton(remainder, start)
        if found is not None and (found > 0 or not positive):
            return found - remainder(found) / duals.primal(duals.derivative(remainder, found))
    raise FormulaError("domain", f"no value of {symbol.latex} makes this hold", node.span)


def _newton(function: Callable[[Value], Value], x: float) -> float | None:
    """Follow the slope to a root; return None where that leads nowhere."""
    value = _plain(function, x)
    for _ in range(STEPS):
        if value is None or abs(value) < 1e-13:
            break
        slope = duals.primal(duals.derivative(function, x))
        if not abs(slope) > 1e-9:
            return None
        step = value / slope
        for _ in range(8):  # not so far that it gets worse
            moved = _plain(function, x - step)
            if moved is not None and abs(moved) < abs(value) * (1 + 1e-12):
                break
            step /= 2
        else:
            break  # it gets no better however short the step
        if x - step == x:
            break
        x, value = x - step, moved
    return x if value is not None and abs(value) < 1e-11 else None


def _plain(function: Callable[[Value], Value], x: float) -> float | None:
    try:
        return float(duals.primal(function(x)))
    except FormulaError as error:
        if error.category == "domain":
            return None
        raise
