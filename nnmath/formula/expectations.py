r"""Reading means and their like: ``\mathbb{E}[X \mid Y = y]``, ``\operatorname{Var}(X)``, ``D_{KL}(p \| q)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.brackets import read_arguments
from nnmath.formula.conditions import read_event
from nnmath.formula.errors import unread
from nnmath.formula.heads import Head, raised
from nnmath.formula.tokens import Token, split, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnmath.formula.notation import Symbol
    from nnmath.formula.parser import Parser

__all__ = ["MOMENTS", "read_known_moment", "read_moment"]

MOMENTS = {  # what a symbol that is declared so does
    name: name.removeprefix("standard ")
    for name in (
        "expectation", "variance", "covariance", "standard deviation", "entropy", "mutual information", "divergence",
        "cross entropy",
    )
}  # fmt: skip
KNOWN = {
    r"\mathbb{E}": "expectation", r"\mathrm{E}": "expectation", r"\mathbf{E}": "expectation", "E": "expectation",
    r"\mathbb{V}": "variance", r"\mathrm{Var}": "variance", r"\mathrm{var}": "variance", r"\mathrm{V}": "variance",
    r"\mathrm{Cov}": "covariance", r"\mathrm{cov}": "covariance", r"\mathrm{KL}": "divergence",
    r"\mathbb{KL}": "divergence", r"\mathbb{H}": "entropy", r"\mathbb{I}": "mutual information",
    r"\mathrm{Var_}": "variance",
}  # fmt: skip
TWO_LAWS = ("divergence", "cross entropy")
#: Of how many things each is; the rest of one, but entropies of any number.
WANTED = {"covariance": (1, 2), "divergence": (2,), "cross entropy": (1, 2)}
Below = tuple[tuple[tree.Node, ...], "Symbol | None", tuple[tree.Node, ...]]


def read_known_moment(parser: Parser, head: Head) -> tree.Node | None:
    r"""Read what an undeclared head such as ``\mathbb{E}`` or ``D_{KL}`` stands for; None if it is none."""
    if head.key == "D" and text_of(head.scripts.sub) in ("KL", r"\mathbb{KL}"):
        return read_moment(parser, "divergence", head.scripts.sub, head)
    if head.key not in KNOWN or (head.key == "E" and not parser.opens()):
        return None
    return read_moment(parser, KNOWN[head.key], head.scripts.sub, head)


def read_moment(
    parser: Parser, kind: str, sub: Sequence[Token] | None, head: Head, base: str = ""
) -> tree.Node:
    """Read what stands below and in the brackets of a mean or its like."""
    named = kind == "divergence" and "KL" in text_of(sub)
    over, law, law_given = _below(parser, sub) if sub and not named else ((), None, ())
    if parser.opens():
        bar = "((" if kind in TWO_LAWS else "("
        bodies, given = read_arguments(parser, lambda: read_event(parser), bar)
    else:
        bodies, given = [parser.run()], []
    span = parser.since(head.span[0])
    if len(bodies) not in WANTED.get(kind, (1,)) and kind not in ("entropy", "mutual information"):
        raise unread(f"a {kind} of {len(bodies)} things", span)
    node = tree.Moment(kind, tuple(bodies), tuple(given), over, law, law_given, base, span=span)
    return raised(parser, node, head.scripts.sup, span)


def _below(parser: Parser, tokens: Sequence[Token]) -> Below:
    r"""Read ``x``, ``x, y``, ``p``, ``p(x \mid y)`` or ``x \sim p`` below a mean."""
    names, *laws = split(tokens, r"\sim")
    if not laws and any(symbol.is_law for symbol in parser.state.notation.find(tokens[0].text)):
        return _law(parser, tokens)
    over = tuple(parser.whole(part) for part in split(names, ","))
    for node in over:
        if not isinstance(node, tree.Entry):
            raise unread("the mean is over random symbols", node.span)
    if not laws:
        return over, None, ()
    _, law, given = _law(parser, tokens[len(names) + 1 :])
    return over, law, given


def _law(parser: Parser, tokens: Sequence[Token]) -> Below:
    """Read a law with or without its arguments; return what it is of, the law, and what it is given."""
    node = parser.whole([token for token in tokens if token.text != r"\cdot"])
    match node:
        case tree.Entry(law) if law.is_law:
            return (), law, ()
        case tree.Apply(law, _, arguments, _, given) if not isinstance(law, str) and law.is_law:
            cut = len(arguments) - given
            return arguments[:cut], law, arguments[cut:]
    raise unread("the mean is under a declared law", node.span)
