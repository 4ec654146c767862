r"""Conditions, as in "for l = L", "i \neq j", "for l = 1, \dots, L", and indicators, which are 1 where one holds.

An indicator is printed ``\mathbf{1}[x > 0]``, ``\mathbb{I}(y = k)``, ``1_{\{x > 0\}}`` or ``[y = k]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import Span, unread
from nnmath.formula.heads import Head
from nnmath.formula.membership import KIND, OPERATIONS, read_set, skip_kind
from nnmath.formula.tokens import Token, closing, levels

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = [
    "COMPARISONS",
    "indicator",
    "is_condition",
    "read_conditions",
    "read_event",
    "read_indicator",
    "says_more",
]

COMPARISONS = ("=", r"\neq", "<", ">", r"\leq", r"\geq", r"\in", r"\notin", r"\rightarrow")
DISCRETE = (
    "size", "at most", "values", "integers", "event", "set of", "bit", "mask", "sign", "one-hot",
)  # fmt: skip
JOINS = (",", "and", r"\wedge", ";", r"\text", "with")
INDICATORS = frozenset(
    {r"\mathrm{I}", r"\mathrm{1}", "I", r"\mathrm{Ind}", r"\mathrm{ind}", "1"}
    | {
        rf"\{font}{{{sign}}}"
        for font in ("mathbb", "mathbf", "mathds", "mathbbm", "bm", "boldsymbol")
        for sign in "1I"
    }
)


def _comparison(parser: Parser) -> tree.Node:
    """Read sides and the relations between them; one side alone is what it is."""
    start = parser.token.start
    sides, relations = [parser.side()], []
    while parser.text() in COMPARISONS:
        relations.append(parser.take().text)
        if relations[-1] not in (r"\in", r"\notin"):
            sides.append(parser.side())
        elif skip_kind(parser):
            return tree.Membership(sides[-1], (), span=parser.since(start))
        else:
            sides.append(read_set(parser))
    if not relations:
        return sides[0]
    return tree.Comparison(tuple(sides), tuple(relations), span=parser.since(start))


def read_event(parser: Parser) -> tree.Node:
    """Read what a law or a mean is of: numbers and variables, conditions, events joined and cut."""
    start = parser.token.start
    node = _comparison(parser)
    if isinstance(node, tree.Membership):
        raise unread(KIND, node.span)
    while parser.text() in OPERATIONS:
        kind = OPERATIONS[parser.take().text]
        node = tree.SetOperation(kind, node, parser.side(), span=parser.since(start))
    return node


def read_conditions(
    parser: Parser, tokens: Sequence[Token], for_all: bool = False
) -> list[tree.Node]:
    """Read conditions with commas or "and" between them: comparisons, or ranges as binders.

    With `for_all`, a letter alone is right, and says nothing.
    """
    if not tokens:
        raise unread("a condition is missing", parser.token.span)
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
    match _comparison(parser):
        case tree.Comparison((letter, lower), ("=",)) if _skip_to_dots(parser):
            return tree.Binder(letter, lower, parser.side(), span=parser.since(start))
        case tree.Comparison() as comparison:
            return comparison
        case tree.Membership():  # in a kind of number, which a declaration says too
            return None
    if not for_all:
        raise parser.error("a condition needs a relation")
    return None


def _skip_to_dots(parser: Parser) -> bool:
    r"""Step over ``, \dots,`` or ``, 2, \dots,`` or ``..`` if that comes next."""
    ahead = 0
    while parser.text(ahead) == "," and parser.text(ahead + 1).isdigit():
        ahead += 2
    two = parser.text(ahead) + parser.text(ahead + 1)
    if two not in (r",\dots", ".."):
        return False
    parser.i += ahead + 2
    parser.accept(",")
    return True


def is_condition(tokens: Sequence[Token]) -> bool:
    """Tell whether a relation stands outside all brackets."""
    return any(depth == 0 and token.text in COMPARISONS for depth, token in levels(tokens))


def indicator(conditions: Iterable[tree.Node], span: Span) -> tree.Node:
    """Make what is 1 where all the conditions hold and 0 elsewhere."""
    node: tree.Node = tree.Number(1.0, span=span)
    for condition in conditions:
        node = tree.Cases((node, tree.Number(0.0)), (condition, None), span=span)
    return node


def read_indicator(parser: Parser, head: Head) -> tree.Node | None:
    """Read an indicator whose head has been read; None if it isn't one."""
    sub, before = head.scripts.sub, parser.i
    if head.key not in INDICATORS or head.scripts.sup or head.scripts.primes:
        return None
    if sub is None and not parser.opens():
        return None
    inside = parser.group() if sub is None else sub
    bracketed = len(inside) > 1 and inside[0].text in (r"\{", "[", "(")
    if bracketed and closing(inside, 0) == len(inside) - 1:
        inside = inside[1:-1]
    if not is_condition(inside):
        parser.i = before
        return None
    return indicator(read_conditions(parser, inside), parser.since(head.span[0]))
