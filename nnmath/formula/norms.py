r"""Running bars: absolute values, determinants, sizes of sets, and norms."""

from __future__ import annotations

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.duals import Value, shape_of
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Point, runs
from nnmath.formula.render import shape_text

__all__: list[str] = []


@runs(tree.Bars)
def _bars(at: Point, node: tree.Bars) -> Value:
    members = None if node.double else at.members(node.body)
    if members is not None:
        return float(len(members))
    body = at.value(node.body)
    shape = shape_of(body)
    if node.double:
        return _norm(at, body, node)
    if not shape or at.ev.notation.elementwise:
        return duals.absolute(body)
    if shape[0] != shape[1]:
        message = f"single bars around {shape_text(shape)}; a norm has double bars"
        raise FormulaError("shape", message, node.span)
    return duals.determinant(body)


def _norm(at: Point, body: Value, node: tree.Bars) -> Value:
    shape = shape_of(body)
    if not shape:
        raise FormulaError("shape", "a norm needs an array", node.span)
    if 1 not in shape:
        return _of_matrix(body, node)
    if node.exponent is not None:
        return _by_exponent(at.value(node.exponent), body, node)
    if node.order == "1":
        return duals.total(duals.absolute(body))
    if node.order == "0":
        return float(np.count_nonzero(duals.primal(body)))
    if node.order == r"\infty":
        flat = (x for row in duals.entries(duals.absolute(body)) for x in row)
        return max(flat, key=duals.primal)
    return duals.sqrt(duals.total(body * body))


def _by_exponent(order: Value, body: Value, node: tree.Bars) -> Value:
    r"""Take the norm with p below, or with a matrix: :math:`\|x\|_A^2 = x^T A x`."""
    shape = shape_of(body)
    if shape_of(order):
        column = body if shape[1] == 1 else body.T
        if shape_of(order) != (shape_of(column)[0],) * 2:
            message = f"a norm of {shape_text(body)} with {shape_text(order)} below"
            raise FormulaError("shape", message, node.span)
        return duals.sqrt(duals.entry(column.T @ order @ column, 0, 0))
    if duals.primal(order) < 1:
        raise FormulaError("value", "the order of a norm is 1 or more", node.span)
    powers = duals.power(duals.absolute(body), duals.spread(order, shape))
    return duals.power(duals.total(powers), 1.0 / order)


def _of_matrix(body: Value, node: tree.Bars) -> Value:
    """Take a norm of a matrix; only the Frobenius norm can be differentiated."""
    if node.order == "F":
        return duals.sqrt(duals.total(body * body))
    if node.exponent is not None or node.order not in ("*", "1", r"\infty"):
        message = "which norm of a matrix is meant? the Frobenius norm has an F below"
        raise FormulaError("shape", message, node.span)
    if isinstance(body, duals.Dual):
        raise FormulaError("value", "only the Frobenius norm is differentiated", node.span)
    kinds = {"*": "nuc", "1": 1, r"\infty": np.inf}
    return float(np.linalg.norm(body, kinds[node.order]))  # type: ignore[call-overload]  # one of three
