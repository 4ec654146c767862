r"""Fonts that are set over several letters at once, as in ``\\mathbf{KH}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnmath.formula.template import bracketed, read_head
from nnmath.formula.token import Token

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["spread_font"]

FONTS = (r"\mathbf", r"\boldsymbol", r"\bm", r"\textbf", r"\mathsf")


def spread_font(parser: Parser) -> None:
    r"""Write ``\mathbf{KH}`` as ``\mathbf{K}\mathbf{H}``, unless it is declared as one symbol."""
    if parser.text() not in FONTS or parser.text(1) != "{":
        return
    end = bracketed(parser.tokens, parser.i + 1)
    inside = parser.tokens[parser.i + 2 : end]
    head = read_head(parser.tokens, parser.i)
    if len(inside) < 2 or (head is not None and parser.state.notation.find(head[0])):
        return
    font, brace, closing = parser.tokens[parser.i], parser.tokens[parser.i + 1], parser.tokens[end]
    spread: list[Token] = []
    for token in inside:
        spread += [font, brace, token, closing] if token.kind == "letter" else [token]
    parser.tokens = [*parser.tokens[: parser.i], *spread, *parser.tokens[end + 1 :]]
