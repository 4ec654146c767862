r"""Conditions, as in "for l = L", "i \neq j", "for l = 1, \dots, L": read and kept as nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.lexer import Token

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["read_conditions"]

COMPARISONS = ("=", r"\neq", "<", ">", r"\leq", r"\geq", r"\in", r"\rightarrow")


def read_conditions(parser: Parser, tokens: Sequence[Token]) -> list[tree.Node]:
    """Read conditions with commas or "and" between them: comparisons, or ranges as binders."""
    if not tokens:
        raise FormulaError("syntax", "a condition is missing", parser.token.span)
    inner = parser.inner(tokens)
    found = [_condition(inner)]
    while inner.accept(",", "and", r"\wedge", ";"):
        found.append(_condition(inner))
    inner.finish()
    return found


def _condition(parser: Parser) -> tree.Node:
    start = parser.token.start
    sides, relations = [parser.side()], []
    while parser.text() in COMPARISONS:
        relations.append(parser.take().text)
        sides.append(_set(parser) if relations[-1] == r"\in" else parser.side())
    if not relations:
        raise parser.error("a condition needs a relation")
    if relations == ["="] and _range_follows(parser):
        while parser.accept(",", r"\dots", "."):
            pass
        upper = parser.side()
        return tree.Binder(sides[0], sides[1], upper, span=parser.since(start))
    return tree.Comparison(tuple(sides), tuple(relations), span=parser.since(start))


def _range_follows(parser: Parser) -> bool:
    """Tell whether ``, \\dots,`` or ``..`` comes next."""
    return (parser.text() == "," and parser.text(1) == r"\dots") or (
        parser.text() == "." == parser.text(1)
    )


def _set(parser: Parser) -> tree.Node:
    start = parser.token.start
    if parser.text() == r"\{":
        parser.take()
        members = [parser.side()]
        while parser.accept(","):
            members.append(parser.side())
        parser.expect(r"\}")
        return tree.SetOf(tuple(members), span=parser.since(start))
    return parser.side()
