r"""Reading what stands after a sign of membership: a set, a space, or a kind of number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import Span, unread
from nnmath.formula.heads import read_script
from nnmath.formula.lists import read_list
from nnmath.formula.tokens import levels

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["KIND", "OPERATIONS", "read_membership", "read_set", "skip_kind"]

KIND = "this says what kind of number it is, which the notation declares"
OPERATIONS = {
    r"\cup": r"\cup",
    r"\cap": r"\cap",
    r"\setminus": r"\setminus",
    r"\backslash": r"\setminus",
}


def read_set(parser: Parser) -> tree.Node:
    """Read sets and the signs between them."""
    start = parser.token.start
    node = _one_set(parser)
    while parser.text() in OPERATIONS:
        kind = OPERATIONS[parser.take().text]
        node = tree.SetOperation(kind, node, _one_set(parser), span=parser.since(start))
    return node


def _one_set(parser: Parser) -> tree.Node:
    before, start = parser.i, parser.token.start
    if parser.accept(r"\emptyset"):
        return tree.SetOf((), span=parser.since(start))
    if parser.opens(r"\{"):
        return tree.SetOf(tuple(read_list(parser)), span=parser.since(start))
    if parser.opens("["):
        inside = parser.group()
        if not any(token.text == "," for token in inside):
            return _counted(tree.Number(1.0), parser.whole(inside), parser.since(start))
        parser.i = before
    if parser.accept("("):
        node = read_set(parser)
        parser.expect(")")
        return node
    return parser.factor()


def _counted(lower: tree.Node, upper: tree.Node, span: Span) -> tree.Node:
    """Make the set of the whole numbers from `lower` to `upper`."""
    letter = tree.Index("\N{HORIZONTAL ELLIPSIS}")
    general = tree.Sum((letter, lower), (1, 1), span=span)
    stop = tree.Sum((upper, lower), (1, -1), span=span)
    series = tree.Series("list", letter.name, general, tree.Number(0.0), stop, span=span)
    return tree.SetOf((series,), span=span)


def skip_kind(parser: Parser) -> bool:
    r"""Step over a kind of number or an interval, such as ``\mathbb{N}`` or ``[0, 1]``, that a declaration says too."""
    if parser.text() == r"\mathbb" and parser.text(1) == "{" and parser.text(3) == "}":
        parser.i += 4
        while parser.text() in ("_", "^"):
            _, parser.i = read_script(parser.tokens, parser.i)
        return True
    if not parser.opens("[", "("):
        return False
    inside = levels(parser.tokens[parser.i + 1 :])  # the brackets may be of two kinds
    end = next((k for k, (depth, _) in enumerate(inside, parser.i + 1) if depth < 0), 0)
    listed = any(token.text == "," for token in parser.tokens[parser.i : end])
    if listed:
        parser.i = end + 1
    return listed


def read_membership(parser: Parser, body: tree.Node) -> tree.Node:
    r"""Read ``\mathbb{R}^{n \times d}``, or a set, after a sign of membership."""
    start = parser.token.start
    if parser.text() != r"\mathbb" or parser.text(2) != "R":
        if skip_kind(parser):
            raise unread(KIND, parser.since(start))
        return tree.Membership(body, (), read_set(parser), span=parser.since(start))
    parser.i += 4
    shape: list[tree.Node] = []
    if parser.text() == "^":
        content, parser.i = read_script(parser.tokens, parser.i)
        inner = parser.inner(content)
        shape.append(inner.factor())
        while inner.accept(r"\times"):
            shape.append(inner.factor())
        inner.finish()
    return tree.Membership(body, tuple(shape), span=parser.since(start))
