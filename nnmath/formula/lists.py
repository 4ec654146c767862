r"""Lists with dots in them: what brackets list, the arguments of a function, matrices written out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.ellipsis import ROWS, fill_list, fill_run
from nnmath.formula.errors import FormulaError, Span, unread
from nnmath.formula.tokens import Token, text_of

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["is_list", "read_arguments", "read_list", "read_matrix"]

BARS = ("|", r"\mid", r"\|")
Cells = Sequence[Sequence[Token]]


def read_list(parser: Parser) -> list[tree.Node]:
    """Read what brackets list."""
    opening = parser.take()
    with parser.within(""):
        items, _ = parser.items(parser.side)
    parser.close(opening)
    return fill_list(items)


def is_list(nodes: Sequence[tree.Node]) -> bool:
    """Tell whether there are several, or a run of them."""
    return len(nodes) != 1 or (isinstance(nodes[0], tree.Series) and nodes[0].kind == "list")


def read_arguments(
    parser: Parser, read: Callable[[], tree.Node] | None = None, bar: str = "("
) -> tuple[list[tree.Node], list[tree.Node]]:
    """Read arguments in brackets; return those before a bar and those behind it.

    Inside `bar` "((", as in KL(p || q), bars only separate.
    """
    opening = parser.take()
    with parser.within(bar):
        items, signs = parser.items(read or parser.side, (",", ";", *BARS))
    bars = [k for k, sign in enumerate(signs, 1) if sign.text in BARS and bar == "("]
    if len(bars) > 1:
        raise unread("a second bar between arguments", signs[bars[1] - 1].span)
    parser.close(opening)
    cut = bars[0] if bars else len(items)
    return fill_list(items[:cut]), fill_list(items[cut:])


def read_matrix(parser: Parser, rows: Sequence[Cells], span: Span) -> tree.Matrix:
    """Read the cells of a matrix; a row or column of dots stands for those between its neighbours."""
    read = [_row(parser, row) for row in rows]
    dots = [k for k, row in enumerate(read) if row is None]
    known = [row for row in read if row is not None]
    if not dots:
        _check_widths(known, span)
        return tree.Matrix(tuple(known), span=span)
    at = dots[0]
    if len(dots) > 1 or at < 1 or at + 1 >= len(read):
        raise unread("a row of dots stands between the first row and the last", span)
    items: list[tree.Node | Token] = [
        Token("command", r"\dots", *span) if row is None else tree.Matrix((row,), span=span)
        for row in read
    ]
    first = max(at - 2, 0)
    run = fill_run("rows", items[first : at + 2], span, span, ROWS)
    matrices = [*items[:first], run, *items[at + 2 :]]
    cells = tuple((item,) for item in matrices if isinstance(item, tree.Node))
    return tree.Matrix(cells, span=span)


def _row(parser: Parser, cells: Cells) -> tuple[tree.Node, ...] | None:
    """Read one row; None if all of it is dots."""
    dotted = [text_of(cell) == r"\dots" for cell in cells]
    if all(dotted):
        return None
    pairs = zip(cells, dotted, strict=True)
    return tuple(fill_list([cell[0] if dots else parser.whole(cell) for cell, dots in pairs]))


def _check_widths(rows: Sequence[tuple[tree.Node, ...]], span: Span) -> None:
    widths = {len(row) for row in rows}
    if len(widths) != 1 and not any(isinstance(c, tree.Series) for row in rows for c in row):
        raise FormulaError("shape", "the rows of this matrix have different lengths", span)
