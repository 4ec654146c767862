r"""Reading differentials: the ``dx`` of an integral, ``dy/dx`` and ``\partial y / \partial x`` on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.template import read_head, read_scripts
from nnmath.formula.token import Token

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["is_differential", "read_differential_quotient"]


def is_differential(parser: Parser) -> bool:
    """Tell whether ``dx`` stands at the parser's position."""
    return parser.text() == "d" and _head_end(parser.tokens, parser.i + 1) is not None


def _head_end(tokens: Sequence[Token], i: int) -> int | None:
    """Return the position behind a symbol with its scripts, or None if there is none."""
    head = read_head(tokens, i) if i < len(tokens) else None
    return None if head is None else read_scripts(tokens, head[1])[1]


def read_differential_quotient(parser: Parser) -> tree.Node | None:
    r"""Read ``dy/dx`` or ``\partial y / \partial x``; return None if none stands here."""
    sign = parser.text()
    if sign not in ("d", r"\partial"):
        return None
    slash = _head_end(parser.tokens, parser.i + 1)
    tokens = parser.tokens
    if slash is None or slash + 1 >= len(tokens):
        return None
    if tokens[slash].text != "/" or tokens[slash + 1].text != sign:
        return None
    end = _head_end(tokens, slash + 2)
    if end is None:
        return None
    start = parser.token.start
    body = parser.whole(tokens[parser.i + 1 : slash])
    by = parser.whole(tokens[slash + 2 : end])
    parser.i = end
    return tree.Derivative(body, (by,), sign == "d", span=parser.since(start))
