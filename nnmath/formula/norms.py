r"""Bars: absolute values, determinants, sizes of sets, and norms."""

from __future__ import annotations

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.duals import Value, shape_of
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame
from nnmath.formula.render import shape_text

__all__: list[str] = []


def _bars(ev: Evaluator, node: tree.Bars, env: Env, frame: Frame) -> Value:
    members = None if node.double else ev.members(node.body, env, frame)
    if members is not None:
        return float(len(members))
    body = ev.value(node.body, env, frame)
    shape = shape_of(body)
    if node.double:
        return _norm(ev, body, node, env, frame)
    if not shape:
        return duals.absolute(body)
    if ev.notation.elementwise:
        return duals.absolute(body)
    if shape[0] != shape[1]:
        raise FormulaError(
            "shape", f"single bars around {shape_text(shape)}; a norm has double bars", node.span
        )
    return duals.determinant(body)


def _norm(ev: Evaluator, body: Value, node: tree.Bars, env: Env, frame: Frame) -> Value:
    shape = shape_of(body)
    if not shape:
        raise FormulaError("shape", "a norm needs an array", node.span)
    if 1 not in shape:
        return _of_matrix(body, node)
    if node.exponent is not None:
        return _by_exponent(ev, body, node, env, frame)
    if node.order == "1":
        return duals.total(duals.absolute(body))
    if node.order == "0":
        return float(np.count_nonzero(duals.primal(body)))
    if node.order == r"\infty":
        entries = [
            duals.absolute(duals.entry(body, i, j))
            for i in range(shape[0])
            for j in range(shape[1])
        ]
        return max(entries, key=duals.primal)
    return duals.sqrt(duals.total(duals.multiply(body, body)))


def _by_exponent(ev: Evaluator, body: Value, node: tree.Bars, env: Env, frame: Frame) -> Value:
    r"""Take the norm with p below, or with a matrix: :math:`\|x\|_A^2 = x^T A x`."""
    value = ev.value(node.exponent, env, frame)  # type: ignore[arg-type]  # the caller has looked
    if shape_of(value):
        column = body if shape_of(body)[1] == 1 else duals.transpose(body)
        if shape_of(value) != (shape_of(column)[0],) * 2:
            message = f"a norm of {shape_text(body)} with {shape_text(value)} below"
            raise FormulaError("shape", message, node.span)
        weighted = duals.matmul(duals.transpose(column), duals.matmul(value, column))
        return duals.sqrt(duals.entry(weighted, 0, 0))
    if duals.primal(value) < 1:
        raise FormulaError("value", "the order of a norm is 1 or more", node.span)
    powers = duals.power(duals.absolute(body), duals.spread(value, shape_of(body)))
    return duals.power(duals.total(powers), duals.divide(1.0, value))


def _of_matrix(body: Value, node: tree.Bars) -> Value:
    """Take a norm of a matrix; only the Frobenius norm can be differentiated."""
    if node.order == "F":
        return duals.sqrt(duals.total(duals.multiply(body, body)))
    if node.exponent is not None or node.order not in ("*", "1", r"\infty"):
        raise FormulaError(
            "shape", "which norm of a matrix is meant? the Frobenius norm has an F below", node.span
        )
    if isinstance(body, duals.Dual):
        raise FormulaError("value", "only the Frobenius norm is differentiated", node.span)
    kinds = {"*": "nuc", "1": 1, r"\infty": np.inf}
    return float(np.linalg.norm(body, kinds[node.order]))  # type: ignore[call-overload]  # one of three


Evaluator.handlers[tree.Bars] = _bars
