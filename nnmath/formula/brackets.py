r"""Reading what stands in brackets and between bars."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.template import CLOSERS, read_script

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["read_bars", "read_brackets", "read_inner_product"]


def read_brackets(parser: Parser) -> tree.Node:
    """Read a side in brackets, or a set in braces."""
    opening = parser.take()
    parser.bars.append("")
    node = parser.side()
    members = [node]
    while opening.text == r"\{" and parser.accept(","):
        members.append(parser.side())
    parser.bars.pop()
    closing = parser.expect(CLOSERS[opening.text])
    if (opening.kind == "open") != (closing.kind == "close"):
        raise FormulaError(
            "syntax", "one bracket of this pair is sized and the other isn't", closing.span
        )
    if len(members) > 1:
        return tree.SetOf(tuple(members), span=parser.since(opening.start))
    return replace(node, span=parser.since(opening.start))


def read_bars(parser: Parser) -> tree.Node:
    """Read an absolute value, a determinant or a norm."""
    opening = parser.take()
    parser.bars.append(opening.text)
    body = parser.side()
    if parser.text() != opening.text or parser.token.kind == "open":
        raise parser.error(
            f"expected the closing {opening.text}, found {parser.text() or 'the end'}"
        )
    parser.take()
    parser.bars.pop()
    double, order = opening.text == r"\|", "2"
    if double and parser.text() == "_":
        below, parser.i = read_script(parser.tokens, parser.i)
        order = "".join(t.text for t in below)
        if order not in ("1", "2", "F", r"\infty"):
            raise FormulaError(
                "syntax", f"the norm with {order} isn't known", (below[0].start, below[-1].end)
            )
    return tree.Bars(body, double, order, span=parser.since(opening.start))


def read_inner_product(parser: Parser) -> tree.Node:
    """Read an inner product in angle brackets."""
    start = parser.take().start
    parser.bars.append("")
    left = parser.side()
    parser.expect(",")
    right = parser.side()
    parser.bars.pop()
    parser.expect(r"\rangle")
    return tree.Inner(left, right, span=parser.since(start))
