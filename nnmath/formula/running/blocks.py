r"""Running what is written out: matrices of numbers or blocks, runs with dots, sets; and Kronecker products."""

from collections.abc import Iterable, Sequence

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.running.evaluation import Point, runs
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value, entries, shape_of, shape_text


def expanded(at: Point, nodes: Iterable[tree.Node]) -> list[tree.Node]:
    """Return nodes with the items of each run with dots in its place."""
    return [item for node in nodes for item in _items(at, node)]


def _items(at: Point, node: tree.Node) -> list[tree.Node]:
    if not isinstance(node, tree.Series) or node.kind not in ("list", "rows"):
        return [node]
    if node.stop is None:
        raise FormulaError("syntax", "a list with dots needs its last entry", node.span)
    last = at.whole(node.stop)
    if last >= at.ev.limits.terms:
        raise FormulaError("limit", f"more than {at.ev.limits.terms} entries", node.span)
    return [_case(node, k) for k in range(last + 1)]


def _case(node: tree.Series, k: int) -> tree.Node:
    """Return the k-th item of a run."""
    count: dict[tree.Node, tree.Node] = {tree.Index(node.name): tree.Number(float(k))}
    return tree.rewrite(node.general, count.get)


# Matrices


@runs(tree.Matrix)
def _matrix(at: Point, node: tree.Matrix) -> Value:
    rows: list[list[Value]] = []
    for row in node.rows:
        cells = [at.value(cell) for cell in expanded(at, row)]
        below = len(row) == 1 and isinstance(row[0], tree.Series) and row[0].kind == "rows"
        rows += [[cell] for cell in cells] if below else [cells]
    if any(shape_of(value) for row in rows for value in row):
        return _joined(rows, node)
    if len({len(row) for row in rows}) != 1:
        raise FormulaError("shape", "the rows of this matrix have different lengths", node.span)
    return duals.stack(rows)


def _joined(rows: Sequence[list[Value]], node: tree.Node) -> Value:
    """Put blocks beside and below each other; a 0 among blocks is a block of zeros."""
    grid: list[list[Value]] = []
    for row in rows:
        height = _largest(row, 0)
        parts = [
            _block(value, (height, _largest([value], 1, 0) or _width(rows, k)), node)
            for k, value in enumerate(row)
        ]
        grid += [[entry for part in parts for entry in part[i]] for i in range(height)]
    if len({len(line) for line in grid}) != 1:
        raise FormulaError("shape", "the blocks of this matrix don't fit together", node.span)
    return duals.stack(grid)


def _largest(values: Iterable[Value], axis: int, default: int = 1) -> int:
    """Return the largest size of blocks along an axis."""
    return max((shape_of(value)[axis] for value in values if shape_of(value)), default=default)


def _width(rows: Sequence[list[Value]], k: int) -> int:
    """Return how wide the blocks of a column are."""
    return _largest((row[k] for row in rows if k < len(row)), 1)


def _block(value: Value, shape: tuple[int, int], node: tree.Node) -> list[list[Value]]:
    if not shape_of(value):
        if shape != (1, 1) and not (isinstance(value, float) and value == 0.0):
            message = f"a number stands where a block is {shape_text(shape)}"
            raise FormulaError("shape", message, node.span)
        return [[value] * shape[1] for _ in range(shape[0])]
    if shape_of(value)[0] != shape[0]:
        message = f"{shape_text(value)} stands beside {shape_text(shape)}"
        raise FormulaError("shape", message, node.span)
    return entries(value)


def kronecker(left: Value, right: Value, node: tree.Node) -> Value:
    """Return the Kronecker product of two matrices."""
    if shape_of(left)[1] == shape_of(right)[1] == 1:
        message = r"\otimes of two columns is read in two ways; write u v^T for the outer product"
        raise FormulaError("shape", message, node.span)
    grid = [
        [x * y for x in above for y in below] for above in entries(left) for below in entries(right)
    ]
    return duals.stack(grid)


def square_root(base: Value, node: tree.Node) -> Value:
    """Return the symmetric root of a symmetric matrix with positive eigenvalues."""
    plain = duals.primal(base)
    if not isinstance(base, duals.Dual) and np.allclose(plain, plain.T):
        values, vectors = np.linalg.eigh(plain)
        if values.min() > 0:
            return np.asarray(vectors * np.sqrt(values) @ vectors.T)
    raise FormulaError("value", "the root of this matrix isn't known", node.span)


# Sets


@runs(tree.SetOf)
def _written(at: Point, node: tree.SetOf) -> frozenset[float]:
    return frozenset(duals.primal(at.scalar(item)) for item in expanded(at, node.members))


@runs(tree.SetOperation)
def _combined(at: Point, node: tree.SetOperation) -> frozenset[float]:
    left, right = at.members(node.left), at.members(node.right)
    if left is None or right is None:
        raise FormulaError("shape", f"{node.kind} joins sets", node.span)
    if node.kind == r"\cup":
        return left | right
    return left & right if node.kind == r"\cap" else left - right
