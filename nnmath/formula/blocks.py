r"""Running arrays written out: cells that are numbers or blocks, runs with dots, Kronecker products."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.duals import Value, shape_of
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame
from nnmath.formula.render import shape_text

__all__ = ["expanded", "kronecker", "square_root"]

Grid = list[list[Value]]


def expanded(ev: Evaluator, node: tree.Node, env: Env, frame: Frame) -> list[tree.Node]:
    """Return the items that a run with dots stands for; any other node stands for itself."""
    if not isinstance(node, tree.Series) or node.kind not in ("list", "rows"):
        return [node]
    if node.stop is None:
        raise FormulaError("syntax", "a list with dots needs its last entry", node.span)
    last = ev.whole(node.stop, env, frame)
    if last >= ev.limits.terms:
        raise FormulaError("limit", f"more than {ev.limits.terms} entries", node.span)
    return [_case(node, k) for k in range(last + 1)]


def _case(node: tree.Series, k: int) -> tree.Node:
    """Return the k-th item of a run."""
    count = tree.Index(node.name)
    return tree.rewrite(node.general, lambda n: tree.Number(float(k)) if n == count else None)


def _matrix(ev: Evaluator, node: tree.Matrix, env: Env, frame: Frame) -> Value:
    rows: list[list[Value]] = []
    for row in node.rows:
        if len(row) == 1 and isinstance(row[0], tree.Series) and row[0].kind == "rows":
            rows += [[ev.value(item, env, frame)] for item in expanded(ev, row[0], env, frame)]
        else:
            cells = [item for cell in row for item in expanded(ev, cell, env, frame)]
            rows.append([ev.value(cell, env, frame) for cell in cells])
    if not any(shape_of(value) for row in rows for value in row):
        if len({len(row) for row in rows}) != 1:
            raise FormulaError("shape", "the rows of this matrix have different lengths", node.span)
        return duals.stack(rows)
    return _joined(rows, node)


def _joined(rows: Sequence[list[Value]], node: tree.Node) -> Value:
    """Put blocks beside and below each other; a 0 among blocks is a block of zeros."""
    grid: Grid = []
    for row in rows:
        height = max((shape_of(v)[0] for v in row if shape_of(v)), default=1)
        widths = [shape_of(v)[1] if shape_of(v) else 0 for v in row]
        parts = [
            _block(value, (height, widths[k] or _width(rows, k)), node)
            for k, value in enumerate(row)
        ]
        grid += [[entry for part in parts for entry in part[i]] for i in range(height)]
    if len({len(line) for line in grid}) != 1:
        raise FormulaError("shape", "the blocks of this matrix don't fit together", node.span)
    return duals.stack(grid)


def _width(rows: Sequence[list[Value]], k: int) -> int:
    """Return how wide the blocks of a column are."""
    return max(
        (shape_of(row[k])[1] for row in rows if k < len(row) and shape_of(row[k])), default=1
    )


def _block(value: Value, shape: tuple[int, int], node: tree.Node) -> Grid:
    if not shape_of(value):
        if shape != (1, 1) and not (isinstance(value, float) and value == 0.0):
            raise FormulaError(
                "shape", f"a number stands where a block is {shape_text(shape)}", node.span
            )
        return [[value] * shape[1] for _ in range(shape[0])]
    if shape_of(value)[0] != shape[0]:
        raise FormulaError(
            "shape", f"{shape_text(value)} stands beside {shape_text(shape)}", node.span
        )
    return [[duals.entry(value, i, j) for j in range(shape_of(value)[1])] for i in range(shape[0])]


def kronecker(left: Value, right: Value, node: tree.Node) -> Value:
    """Return the Kronecker product of two matrices."""
    (rows, columns), (height, width) = shape_of(left), shape_of(right)
    if columns == width == 1:
        raise FormulaError(
            "shape",
            r"\otimes of two columns is read in two ways; write u v^T for the outer product",
            node.span,
        )
    grid = [
        [
            duals.multiply(
                duals.entry(left, i // height, j // width),
                duals.entry(right, i % height, j % width),
            )
            for j in range(columns * width)
        ]
        for i in range(rows * height)
    ]
    return duals.stack(grid)


def square_root(base: Value, node: tree.Node) -> Value:
    """Return the symmetric root of a symmetric matrix with positive eigenvalues."""
    plain = duals.primal(base)
    if isinstance(base, duals.Dual) or not np.allclose(plain, plain.T):
        raise FormulaError("value", "the root of this matrix isn't known", node.span)
    values, vectors = np.linalg.eigh(plain)
    if values.min() <= 0:
        raise FormulaError("value", "the root of this matrix isn't known", node.span)
    return np.asarray(vectors * np.sqrt(values) @ vectors.T)


Evaluator.handlers[tree.Matrix] = _matrix
