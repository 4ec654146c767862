r"""Reading means and their like: ``\mathbb{E}[X \mid Y = y]``, ``\operatorname{Var}(X)``, ``D_{KL}(p \| q)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.conditions import COMPARISONS
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.superscripts import raised
from nnmath.formula.template import CLOSERS, Scripts, bracketed
from nnmath.formula.token import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnmath.formula.notation import Symbol
    from nnmath.formula.parser import Parser

__all__ = ["MOMENTS", "known_moment", "read_moment"]

MOMENTS = {  # what a symbol that is declared so does
    "expectation": "expectation",
    "variance": "variance",
    "covariance": "covariance",
    "standard deviation": "deviation",
    "entropy": "entropy",
    "mutual information": "mutual information",
    "divergence": "divergence",
    "cross entropy": "cross entropy",
}
BARS = ("|", r"\mid", r"\|")
KNOWN = {
    r"\mathbb{E}": "expectation", r"\mathrm{E}": "expectation", r"\mathbf{E}": "expectation", "E": "expectation",
    r"\mathbb{V}": "variance", r"\mathrm{Var}": "variance", r"\mathrm{var}": "variance", r"\mathrm{V}": "variance",
    r"\mathrm{Cov}": "covariance", r"\mathrm{cov}": "covariance", r"\mathrm{KL}": "divergence",
    r"\mathbb{KL}": "divergence", r"\mathbb{H}": "entropy", r"\mathbb{I}": "mutual information",
    r"\mathrm{Var_}": "variance",
}  # fmt: skip


def known_moment(parser: Parser, head: str, scripts: Scripts, after: int) -> str:
    r"""Return what an undeclared head such as ``\mathbb{E}`` or ``D_{KL}`` stands for, or the empty string."""
    sub = "".join(token.text for token in scripts.sub or ())
    if head == "D" and sub in ("KL", r"\mathbb{KL}"):
        return "divergence"
    follows = parser.tokens[after].text if after < len(parser.tokens) else ""
    if head == "E" and follows not in ("[", r"\{", "("):
        return ""
    return KNOWN.get(head, "")


def read_moment(
    parser: Parser, kind: str, scripts: Scripts, after: int, span: Span, base: str = ""
) -> tree.Node:
    """Read what stands below and in the brackets of a mean or its like."""
    named = (
        kind == "divergence"
        and scripts.sub is not None
        and "KL" in "".join(token.text for token in scripts.sub)
    )
    over, law, given_law = (
        ((), None, ()) if named or not scripts.sub else _below(parser, scripts.sub)
    )
    parser.i = after
    if parser.text() not in ("[", "(", r"\{") or parser.token.kind == "close":
        bodies: list[tree.Node] = [parser.run()]
        given: list[tree.Node] = []
    else:
        bodies, given = _inside(parser, kind)
    wanted = {"covariance": (1, 2), "divergence": (2,), "cross entropy": (1, 2)}
    if len(bodies) not in wanted.get(kind, (1,)) and kind not in ("entropy", "mutual information"):
        raise FormulaError("syntax", f"a {kind} of {len(bodies)} things", parser.since(span[0]))
    where = parser.since(span[0])
    node = tree.Moment(kind, tuple(bodies), tuple(given), over, law, given_law, base, span=where)
    return raised(parser, node, scripts.sup, where)


def _inside(parser: Parser, kind: str) -> tuple[list[tree.Node], list[tree.Node]]:
    """Read what a mean is taken of, and what is given."""
    opening = parser.take()
    parser.bars.append("((" if kind in ("divergence", "cross entropy") else "(")
    bodies: list[tree.Node] = [_part(parser)]
    given: list[tree.Node] = []
    target = bodies
    while parser.text() in (",", ";", *BARS) and parser.token.kind != "close":
        sign = parser.take().text
        if sign in BARS and kind not in ("divergence", "cross entropy"):
            if target is given:
                raise parser.error("a second bar")
            target = given
        target.append(_part(parser))
    parser.bars.pop()
    parser.expect(CLOSERS[opening.text])
    return bodies, given


def _part(parser: Parser) -> tree.Node:
    start = parser.token.start
    node = parser.side()
    if parser.text() in COMPARISONS:
        relation = parser.take().text
        return tree.Comparison((node, parser.side()), (relation,), span=parser.since(start))
    return node


def _below(
    parser: Parser, tokens: Sequence[Token]
) -> tuple[tuple[tree.Node, ...], Symbol | None, tuple[tree.Node, ...]]:
    r"""Read ``x``, ``x, y``, ``p``, ``p(x \mid y)`` or ``x \sim p`` below a mean."""
    at = next((k for k, token in enumerate(tokens) if token.text == r"\sim"), None)
    names = list(tokens if at is None else tokens[:at])
    law_tokens = [] if at is None else list(tokens[at + 1 :])
    if at is None and _law_head(parser, names) is not None:
        names, law_tokens = [], names
    law, shown, given = _law_below(parser, law_tokens)
    over = tuple(_variable(parser, part) for part in _split(names))
    return over or shown, law, given


def _law_head(parser: Parser, tokens: Sequence[Token]) -> Symbol | None:
    inner = parser.inner(tokens)
    for symbol in parser.state.notation.find(inner.text()):
        if symbol.is_law:
            return symbol
    return None


def _law_below(
    parser: Parser, tokens: Sequence[Token]
) -> tuple[Symbol | None, tuple[tree.Node, ...], tuple[tree.Node, ...]]:
    """Read a law with or without its arguments; return it, what it is of, and what it is given."""
    if not tokens:
        return None, (), ()
    node = parser.whole([token for token in tokens if token.text != r"\cdot"])
    if isinstance(node, tree.Entry) and node.symbol.is_law:
        return node.symbol, (), ()
    if isinstance(node, tree.Apply) and not isinstance(node.symbol, str) and node.symbol.is_law:
        cut = len(node.arguments) - node.given
        return node.symbol, node.arguments[:cut], node.arguments[cut:]
    raise FormulaError("syntax", "the mean is under a declared law", node.span)


def _variable(parser: Parser, tokens: Sequence[Token]) -> tree.Node:
    node = parser.whole(tokens)
    if not isinstance(node, tree.Entry):
        raise FormulaError("syntax", "the mean is over random symbols", node.span)
    return node


def _split(tokens: Sequence[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]] if tokens else []
    i = 0
    while i < len(tokens):
        if tokens[i].text == ",":
            parts.append([])
        elif tokens[i].text in CLOSERS:
            end = bracketed(tokens, i)
            parts[-1] += tokens[i : end + 1]
            i = end
        else:
            parts[-1].append(tokens[i])
        i += 1
    return parts
