r"""Reading lists: ``(x_1, \dots, x_n)``, and matrices written out, with dots in rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.ellipsis import ROWS, fill_list, fill_run
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.token import Token

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["read_list", "read_matrix"]


def read_list(parser: Parser, first: tree.Node | Token) -> tuple[tree.Node, ...]:
    """Read what follows the first entry of a list, up to the closing bracket."""
    items: list[tree.Node | Token] = [first]
    while parser.accept(","):
        items.append(parser.take() if parser.text() == r"\dots" else parser.side())
    return tuple(fill_list(parser, items))


def read_matrix(parser: Parser, rows: Sequence[Sequence[list[Token]]], span: Span) -> tree.Matrix:
    """Read the cells of a matrix; a row or column of dots stands for those between its neighbours."""
    read = [_row(parser, row, span) for row in rows]
    dots = [k for k, row in enumerate(read) if row is None]
    known = [row for row in read if row is not None]
    if not dots:
        _check_widths(known, span)
        return tree.Matrix(tuple(known), span=span)
    at = dots[0]
    if len(dots) > 1 or at < 1 or at + 1 >= len(read):
        raise FormulaError(
            "syntax", "a row of dots stands between the first row and the last", span
        )
    items: list[tree.Node | Token] = [
        Token("command", r"\dots", *span) if row is None else tree.Matrix((row,), span=span)
        for row in read
    ]
    first = max(at - 2, 0)
    run = fill_run("rows", items[first : at + 2], span, span, ROWS)
    matrices = [*items[:first], run, *items[at + 2 :]]
    cells = tuple((item,) for item in matrices if isinstance(item, tree.Node))
    return tree.Matrix(cells, span=span)


def _row(parser: Parser, cells: Sequence[list[Token]], span: Span) -> tuple[tree.Node, ...] | None:
    """Read one row; None if all of it is dots."""
    if all(len(cell) == 1 and cell[0].text == r"\dots" for cell in cells):
        return None
    items: list[tree.Node | Token] = [
        cell[0] if len(cell) == 1 and cell[0].text == r"\dots" else parser.whole(cell)
        for cell in cells
    ]
    return tuple(fill_list(parser, items))


def _check_widths(rows: Sequence[tuple[tree.Node, ...]], span: Span) -> None:
    widths = {len(row) for row in rows}
    if len(widths) != 1 and not any(isinstance(c, tree.Series) for row in rows for c in row):
        raise FormulaError("shape", "the rows of this matrix have different lengths", span)
