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
from nnmath.formula.evaluation import Env, Evaluator, Frame
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


def _root(ev: Evaluator, node: tree.Root, env: Env, frame: Frame) -> Value:
    unknown = cast(tree.Entry, node.unknown)  # premise_from makes no other
    key = ev.key(unknown.symbol, unknown.indices, env, frame)
    place = unknown.symbol, key

    def at(x: Value) -> Value:
        return ev.scalar(node.body, env, Frame(frame, {place: x}))

    starts = ev.world.generator(unknown.symbol, key).uniform(-2.5, 2.5, STARTS)
    if unknown.symbol.domain == "positive":
        starts = np.abs(starts) + 0.2
    for start in starts.tolist():
        found = _newton(at, start)
        if found is not None and (unknown.symbol.domain != "positive" or found > 0):
            slope = duals.primal(duals.derivative(at, found, 1.0))
            return duals.add(found, duals.negative(duals.divide(at(found), slope)))
    raise FormulaError("domain", f"no value of {unknown.symbol.latex} makes this hold", node.span)


def _newton(at: Callable[[Value], Value], x: float) -> float | None:
    """Follow the slope to a root; return None where that leads nowhere."""
    value = _plain(at, x)
    for _ in range(STEPS):
        if value is None:
            return None
        if abs(value) < 1e-13:
            return x
        slope = duals.primal(duals.derivative(at, x, 1.0))
        if not abs(slope) > 1e-9:
            return None
        step = value / slope
        for _ in range(8):  # not so far that it gets worse
            moved = _plain(at, x - step)
            if moved is not None and abs(moved) < abs(value) * (1 + 1e-12):
                break
            step /= 2
        if moved is None or x - step == x:
            return x if abs(value) < 1e-11 else None
        x, value = x - step, moved
    return x if value is not None and abs(value) < 1e-11 else None


def _plain(at: Callable[[Value], Value], x: float) -> float | None:
    try:
        return float(duals.primal(at(x)))
    except FormulaError as error:
        if error.category == "domain":
            return None
        raise


Evaluator.handlers[tree.Root] = _root
