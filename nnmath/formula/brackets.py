r"""Reading what stands in brackets and between bars: a side, a list, arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.conditions import indicator, is_condition, read_conditions
from nnmath.formula.ellipsis import fill_list
from nnmath.formula.errors import unread
from nnmath.formula.heads import read_script
from nnmath.formula.tokens import text_of

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = [
    "is_list",
    "read_arguments",
    "read_bars",
    "read_brackets",
    "read_inner_product",
    "read_place",
    "starts_bracket",
]

BARS = ("|", r"\mid", r"\|")
ROUNDING = {r"\lfloor": "floor", r"\lceil": "ceil"}


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


def starts_bracket(parser: Parser) -> bool:
    """Tell whether a bracket that is read as a factor opens here."""
    return parser.opens("(", "[", r"\{", r"\left.", r"\left\{", *ROUNDING)


def read_brackets(parser: Parser) -> tree.Node:
    r"""Read a side in brackets, a list, a set in braces, ``\lfloor x \rfloor``, or what ``\left.`` opens."""
    opening, before = parser.token, parser.i
    if opening.text == r"\left\{":
        return _cases(parser)
    if opening.text == "[":
        inside = parser.group()
        if is_condition(inside):
            return indicator(read_conditions(parser, inside), parser.since(opening.start))
        parser.i = before
    nodes = parser.listed()
    node, span = nodes[0], parser.since(opening.start)
    if is_list(nodes) and opening.text == r"\{":
        node = tree.SetOf(tuple(nodes), span=span)
    elif is_list(nodes):
        node = tree.Matrix((tuple(nodes),), loose=opening.text == "(", span=span)
    if opening.text in ROUNDING:
        return tree.Apply(ROUNDING[opening.text], (), (node,), span=span)
    if opening.text == r"\left.":
        return read_place(parser, node, opening.start)
    return replace(node, span=span)


def _cases(parser: Parser) -> tree.Node:
    r"""Read ``\left\{ \begin{array}{ll} ... \end{array} \right.``."""
    from nnmath.formula.operators import read_cases

    opening = parser.take()
    node = read_cases(parser)
    parser.close(opening)
    return replace(node, span=parser.since(opening.start))


def read_place(parser: Parser, body: tree.Node, start: int) -> tree.Node:
    """Read where an expression is taken, below a bar that has been read: ``|_{x=0}``."""
    if parser.text() != "_":
        raise parser.error("this bar needs a place below it, such as x = 0")
    below, parser.i = read_script(parser.tokens, parser.i)
    places = read_conditions(parser, below)
    for place in places:
        if not isinstance(place, tree.Comparison) or place.relations != ("=",):
            raise unread("a place is written x = 0", place.span)
    return tree.At(body, tuple(places), span=parser.since(start))


def read_bars(parser: Parser) -> tree.Node:
    """Read an absolute value, a determinant or a norm."""
    opening = parser.take()
    double = opening.text == r"\|"
    with parser.within(opening.text):
        body = parser.side()
    if parser.text() != opening.text or parser.token.kind == "open":
        found = parser.text() or "the end"
        raise parser.error(f"expected the closing {opening.text}, found {found}")
    parser.take()
    if not double or parser.text() != "_":
        return tree.Bars(body, double, span=parser.since(opening.start))
    below, parser.i = read_script(parser.tokens, parser.i)
    order = text_of(below)
    exponent = None if order in ("1", "2", "F", "*", r"\infty", "0") else parser.whole(below)
    return tree.Bars(body, True, order, exponent, span=parser.since(opening.start))


def read_inner_product(parser: Parser) -> tree.Node:
    """Read an inner product in angle brackets."""
    start = parser.token.start
    sides = parser.listed()
    span = parser.since(start)
    if len(sides) != 2:
        raise unread("an inner product is of two, with a comma between", span)
    return tree.Inner(*sides, span=span)
