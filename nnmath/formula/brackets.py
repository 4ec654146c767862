r"""Reading what stands in brackets and between bars."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.conditions import COMPARISONS, indicator, read_conditions
from nnmath.formula.errors import FormulaError
from nnmath.formula.listing import read_list
from nnmath.formula.template import CLOSERS, bracketed, read_script

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["read_bars", "read_brackets", "read_inner_product", "read_place", "starts_bracket"]

ROUNDING = {r"\lfloor": "floor", r"\lceil": "ceil"}


def starts_bracket(parser: Parser) -> bool:
    """Tell whether a bracket that is read as a factor opens here."""
    opens = parser.text() in ("(", "[", r"\{", r"\left.", r"\left\{", *ROUNDING)
    return opens and parser.token.kind != "close"


def read_brackets(parser: Parser) -> tree.Node:
    r"""Read a side in brackets, a list, a set in braces, ``\lfloor x \rfloor``, or what ``\left.`` opens."""
    opening = parser.take()
    if opening.text == r"\left\{":
        return _cases(parser, opening.start)
    parser.bars.append("")
    node = parser.side()
    span = parser.since(opening.start)
    if opening.text == "[" and parser.text() in COMPARISONS:
        parser.bars.pop()
        return _condition(parser, opening.start)
    if parser.text() == ",":
        items = read_list(parser, node)
        span = (opening.start, parser.token.end)
        if opening.text == r"\{":
            node = tree.SetOf(items, span=span)
        else:
            node = tree.Matrix((items,), loose=opening.text == "(", span=span)
    parser.bars.pop()
    closing = parser.expect(CLOSERS[opening.text])
    if (opening.kind == "open") != (closing.kind == "close"):
        raise FormulaError(
            "syntax", "one bracket of this pair is sized and the other isn't", closing.span
        )
    if opening.text in ROUNDING:
        return tree.Apply(ROUNDING[opening.text], (), (node,), span=parser.since(opening.start))
    if opening.text == r"\left.":
        return read_place(parser, node, opening.start)
    return replace(node, span=parser.since(opening.start))


def _condition(parser: Parser, start: int) -> tree.Node:
    """Read ``[y = k]``, which is 1 where the condition holds and 0 elsewhere."""
    opening = next(k for k, t in enumerate(parser.tokens) if t.start >= start and t.text == "[")
    end = bracketed(parser.tokens, opening)
    conditions = read_conditions(parser, parser.tokens[opening + 1 : end])
    parser.i = end + 1
    return indicator(conditions, parser.since(start))


def _cases(parser: Parser, start: int) -> tree.Node:
    r"""Read ``\left\{ \begin{array}{ll} ... \end{array} \right.``."""
    from nnmath.formula.operators import read_cases

    node = read_cases(parser)
    parser.expect(r"\right.")
    return replace(node, span=parser.since(start))


def read_place(parser: Parser, body: tree.Node, start: int) -> tree.Node:
    """Read where an expression is taken, below a bar that has been read: ``|_{x=0}``."""
    if parser.text() != "_":
        raise parser.error("this bar needs a place below it, such as x = 0")
    below, parser.i = read_script(parser.tokens, parser.i)
    places = read_conditions(parser, below)
    for place in places:
        if not isinstance(place, tree.Comparison) or place.relations != ("=",):
            raise FormulaError("syntax", "a place is written x = 0", place.span)
    return tree.At(body, tuple(places), span=parser.since(start))


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
    if opening.text != r"\|" or parser.text() != "_":
        return tree.Bars(body, opening.text == r"\|", span=parser.since(opening.start))
    below, parser.i = read_script(parser.tokens, parser.i)
    order = "".join(t.text for t in below)
    exponent = None
    if order not in ("1", "2", "F", "*", r"\infty", "0"):
        exponent = parser.whole(below)
    return tree.Bars(body, True, order, exponent, span=parser.since(opening.start))


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
