r"""Conditions, as in "for l = L", "i \neq j", "for l = 1, \dots, L": read and kept as nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.membership import read_set, skip_kind
from nnmath.formula.token import Token

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["COMPARISONS", "indicator", "read_conditions", "says_more"]

COMPARISONS = ("=", r"\neq", "<", ">", r"\leq", r"\geq", r"\in", r"\notin", r"\rightarrow")
DISCRETE = (
    "size",
    "at most",
    "values",
    "integers",
    "event",
    "set of",
    "bit",
    "mask",
    "sign",
    "one-hot",
)
JOINS = (",", "and", r"\wedge", ";", r"\text", "with")


def indicator(conditions: Iterable[tree.Node], span: Span) -> tree.Node:
    """Make what is 1 where all the conditions hold and 0 elsewhere."""
    node: tree.Node = tree.Number(1.0, span=span)
    for condition in conditions:
        node = tree.Cases((node, tree.Number(0.0)), (condition, None), span=span)
    return node


def read_conditions(
    parser: Parser, tokens: Sequence[Token], for_all: bool = False
) -> list[tree.Node]:
    """Read conditions with commas or "and" between them: comparisons, or ranges as binders.

    With `for_all`, a letter alone is right, and says nothing.
    """
    if not tokens:
        raise FormulaError("syntax", "a condition is missing", parser.token.span)
    inner = parser.inner(tokens)
    found = [_condition(inner, for_all)]
    while inner.accept(*JOINS):
        inner.accept(r"\forall", "for all", "for every", "for each")
        found.append(_condition(inner, for_all))
    inner.finish()
    return [condition for condition in found if condition is not None]


def says_more(condition: tree.Node) -> bool:
    """Tell whether a condition is another equation: between real numbers, so that it picks no points out."""
    if not isinstance(condition, tree.Comparison) or set(condition.relations) != {"="}:
        return False
    heads = [getattr(node, "symbol", None) for node in _outside_indices(condition)]
    symbols = [
        head.entry_of or head for head in heads if head is not None and type(head) is not str
    ]
    return any(symbol.domain not in DISCRETE for symbol in symbols)


def _outside_indices(node: tree.Node) -> Iterator[tree.Node]:
    yield node
    indices = getattr(node, "indices", ())
    for child in tree.children(node):
        if child not in indices:
            yield from _outside_indices(child)


def _condition(parser: Parser, for_all: bool) -> tree.Node | None:
    start = parser.token.start
    sides, relations = [parser.side()], []
    while parser.text() in COMPARISONS:
        relations.append(parser.take().text)
        if relations[-1] in (r"\in", r"\notin"):
            if skip_kind(parser):
                return None
            sides.append(read_set(parser))
        else:
            sides.append(parser.side())
    if not relations:
        if for_all:
            return None
        raise parser.error("a condition needs a relation")
    if relations == ["="] and _range_follows(parser):
        while parser.accept(",", r"\dots", ".") or _skips_a_member(parser):
            pass
        upper = parser.side()
        return tree.Binder(sides[0], sides[1], upper, span=parser.since(start))
    return tree.Comparison(tuple(sides), tuple(relations), span=parser.since(start))


def _range_follows(parser: Parser) -> bool:
    """Tell whether ``, \\dots,`` or ``, 2, \\dots,`` or ``..`` comes next."""
    if parser.text() == "." == parser.text(1):
        return True
    ahead = 0
    while parser.text(ahead) == "," and parser.text(ahead + 1).isdigit():
        ahead += 2
    return parser.text(ahead) == "," and parser.text(ahead + 1) == r"\dots"


def _skips_a_member(parser: Parser) -> bool:
    """Step over a number that stands before the dots, as the 2 in ``1, 2, \\dots, n``."""
    if (
        parser.token.kind == "number"
        and parser.text(1) == ","
        and parser.text(2) in (r"\dots", ",")
    ) or (parser.token.kind == "number" and parser.text(1) == "," and parser.text(2).isdigit()):
        parser.take()
        return True
    return False
