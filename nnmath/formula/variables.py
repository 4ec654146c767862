r"""Random variables under names that are near a declared one: x for X, s' beside s, the complement of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.superscripts import raised, without
from nnmath.formula.template import Scripts

if TYPE_CHECKING:
    from nnmath.formula.errors import Span
    from nnmath.formula.notation import Notation, Symbol
    from nnmath.formula.parser import Parser

__all__ = ["complement", "read_variable", "variable_like"]

OVER = (r"\bar{", r"\overline{", r"\neg", r"\lnot")
COMPLEMENTS = ("c", "C", r"\complement", r"\mathrm{c}")


def variable_like(notation: Notation, head: str) -> Symbol | None:
    """Return the random variable that a letter is the other case of: x for X, or X for x."""
    other = head.lower() if head != head.lower() else head.upper()
    found = [s for s in notation.find(other) if head != other and not s.indices]
    random = [s for s in found if s.values or s.domain == "distributed"]
    return random[0] if len(random) == 1 else None


def _twin(notation: Notation, candidates: Sequence[Symbol], scripts: Scripts) -> Symbol | None:
    """Return another variable with the values of a declared one: the s' that stands beside an s."""
    plain = [s for s in candidates if s.values and not s.indices and not s.template.primes]
    if len(plain) != 1 or not scripts.primes or scripts.sub is not None:
        return None
    key = plain[0], scripts.primes
    if key not in notation.twins:
        template = replace(plain[0].template, primes=scripts.primes)
        latex = plain[0].latex + "'" * scripts.primes
        notation.twins[key] = replace(plain[0], latex=latex, template=template)
    return notation.twins[key]


def read_variable(
    parser: Parser,
    head: str,
    candidates: Sequence[Symbol],
    scripts: Scripts,
    after: int,
    span: Span,
) -> tree.Node | None:
    """Read a random variable, or the complement of an event, under a name of this kind; None if it is none."""
    notation = parser.state.notation
    if candidates:
        symbol = _twin(notation, candidates, scripts)
    elif any(head.startswith(sign) for sign in OVER):
        return _negated(parser, head, scripts, after, span)
    else:
        like = None if scripts.sub else variable_like(notation, head)
        primed = like is not None and scripts.primes
        symbol = _twin(notation, [like], scripts) if primed and like else like
    if symbol is None:
        return None
    parser.i = after
    node = tree.Entry(symbol, span=without(span, scripts))
    return raised(parser, node, scripts.sup, span)


def _negated(
    parser: Parser, head: str, scripts: Scripts, after: int, span: Span
) -> tree.Node | None:
    r"""Read ``\bar{A}`` or ``\neg A`` of an event."""
    if head in (r"\neg", r"\lnot"):
        parser.i = after
        return tree.Apply("not", (), (parser.factor(),), span=parser.since(span[0]))
    inside = head[head.index("{") + 1 : -1]
    events = [s for s in parser.state.notation.find(inside) if s.domain == "event"]
    if len(events) != 1 or scripts.sub or scripts.sup or scripts.primes:
        return None
    parser.i = after
    return tree.Apply("not", (), (tree.Entry(events[0], span=span),), span=span)


def complement(node: tree.Entry, scripts: Scripts) -> tree.Node | None:
    """Read ``A^c`` of an event."""
    text = "".join(token.text for token in scripts.sup or ())
    if node.symbol.domain != "event" or text not in COMPLEMENTS:
        return None
    return tree.Apply("not", (), (node,), span=node.span)
