r"""Indicators: ``\mathbf{1}[x > 0]``, ``\mathbb{I}(y = k)``, ``1_{\{x > 0\}}``: 1 where a condition holds, else 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.conditions import COMPARISONS, indicator, read_conditions
from nnmath.formula.template import CLOSERS, Scripts, bracketed
from nnmath.formula.token import Token

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["INDICATORS", "read_indicator"]

INDICATORS = frozenset(
    {r"\mathrm{I}", r"\mathrm{1}", "I", r"\mathrm{Ind}", r"\mathrm{ind}", "1"}
    | {rf"{font}{{{sign}}}" for font in (r"\mathbb", r"\mathbf", r"\mathds", r"\mathbbm", r"\bm", r"\boldsymbol")
       for sign in "1I"}
)  # fmt: skip


def read_indicator(
    parser: Parser, head: str, scripts: Scripts, after: int, start: int
) -> tree.Node | None:
    """Read an indicator whose head and scripts end before token `after`; None if it isn't one."""
    if head not in INDICATORS or scripts.sup is not None or scripts.primes:
        return None
    if scripts.sub is not None:
        inside, end = _unbraced(scripts.sub), after
    elif after < len(parser.tokens) and parser.tokens[after].text in ("(", "[", r"\{"):
        end = bracketed(parser.tokens, after) + 1
        inside = _unbraced(parser.tokens[after + 1 : end - 1])
    else:
        return None
    if not _says_something(inside):
        return None
    conditions = read_conditions(parser, inside)
    parser.i = end
    return indicator(conditions, parser.since(start))


def _unbraced(tokens: Sequence[Token]) -> Sequence[Token]:
    """Take off braces around a condition."""
    outer = (
        len(tokens) > 1
        and tokens[0].text in (r"\{", "[", "(")
        and tokens[-1].text in CLOSERS.values()
    )
    if outer and bracketed(tokens, 0) == len(tokens) - 1:
        return tokens[1:-1]
    return tokens


def _says_something(tokens: Sequence[Token]) -> bool:
    """Tell whether a relation stands outside all brackets."""
    depth = 0
    for token in tokens:
        depth += (token.text in CLOSERS) - (token.text in CLOSERS.values())
        if depth == 0 and token.text in COMPARISONS:
            return True
    return False
