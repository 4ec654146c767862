r"""Reading the arguments of a function, with dots among them and a bar before what is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.conditions import COMPARISONS
from nnmath.formula.ellipsis import fill_list
from nnmath.formula.errors import FormulaError
from nnmath.formula.membership import read_set
from nnmath.formula.template import CLOSERS
from nnmath.formula.token import Token

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["read_arguments"]

JOINED = (r"\cup", r"\cap", r"\setminus")


def read_arguments(parser: Parser, events: bool = False) -> tuple[tuple[tree.Node, ...], int]:
    """Read arguments in brackets; return them and how many stand behind a bar."""
    opening = parser.take()
    parser.bars.append("(")
    arguments: list[tree.Node | Token] = []
    behind: int | None = None
    while True:
        arguments.append(parser.take() if parser.text() == r"\dots" else _argument(parser, events))
        if parser.text() in ("|", r"\mid", r"\|"):
            if behind is not None:
                raise parser.error("a second bar between arguments")
            behind = len(arguments)
        elif parser.text() not in (",", ";"):
            break
        parser.take()
    parser.bars.pop()
    closing = parser.expect(CLOSERS[opening.text])
    if (opening.kind == "open") != (closing.kind == "close"):
        raise FormulaError(
            "syntax", "one bracket of this pair is sized and the other isn't", closing.span
        )
    filled = fill_list(parser, arguments)
    return tuple(filled), 0 if behind is None else len(arguments) - behind


def _argument(parser: Parser, events: bool) -> tree.Node:
    start = parser.token.start
    node = parser.side()
    while events and parser.text() in JOINED:
        kind = parser.take().text
        node = tree.SetOperation(kind, node, parser.side(), span=parser.since(start))
    sides, relations = [node], []
    while events and parser.text() in COMPARISONS:
        relations.append(parser.take().text)
        belongs = relations[-1] in (r"\in", r"\notin")
        sides.append(read_set(parser) if belongs else parser.side())
    if relations:
        return tree.Comparison(tuple(sides), tuple(relations), span=parser.since(start))
    return node
