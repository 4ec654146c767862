r"""Sized delimiters: each ``\left`` with its ``\right``, and the invisible ones.

An invisible delimiter has two meanings in print: ``\left. y \right|`` is y taken at a place, and
``\left\{ \begin{array}...`` with ``\right.`` is a list of cases. Otherwise it only sizes brackets that are broken
over two lines, and is left out.
"""

from __future__ import annotations

from nnmath.formula.errors import FormulaError
from nnmath.formula.token import Token

__all__ = ["paired"]

SIZES = frozenset(r"\big \Big \bigg \Bigg \middle \bigm \Bigm \biggm \Biggm".split())
OPENING = frozenset(r"\left \bigl \Bigl \biggl \Biggl".split())
CLOSING = frozenset(r"\right \bigr \Bigr \biggr \Biggr".split())
DELIMITERS = frozenset(
    r"( ) [ ] \{ \} | \| \langle \rangle . / \lfloor \rfloor \lceil \rceil < >".split()
)
ANGLES = {"<": r"\langle", ">": r"\rangle"}


def paired(tokens: list[Token]) -> list[Token]:
    r"""Turn ``\left(`` into one opening delimiter and check that each has its ``\right``."""
    result: list[Token] = []
    waiting: list[tuple[Token, int]] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.text not in OPENING and token.text not in CLOSING and token.text not in SIZES:
            result.append(token)
            i += 1
            continue
        if i + 1 >= len(tokens):
            raise FormulaError("syntax", f"{token.text} needs a delimiter", token.span)
        _add(token, tokens[i + 1], waiting, result)
        i += 2
    if waiting:
        size = waiting[-1][0]
        raise FormulaError("syntax", rf"this {size.text} has no \right", size.span)
    return [token for token in result if token.text]


def _add(
    size: Token, delimiter: Token, waiting: list[tuple[Token, int]], result: list[Token]
) -> None:
    """Join a sizing command and its delimiter, keeping account of the pairs."""
    if delimiter.text not in DELIMITERS:
        raise FormulaError(
            "syntax", f"{size.text} needs a delimiter, not {delimiter.text}", delimiter.span
        )
    text = ANGLES.get(delimiter.text, delimiter.text)
    span = size.start, delimiter.end
    if size.text in SIZES:
        result.append(Token(delimiter.kind, text, *span))
        return
    if text == "." and size.text not in (r"\left", r"\right"):
        raise FormulaError("syntax", f"the invisible delimiter {size.text}. isn't read", span)
    if size.text == r"\left":
        waiting.append((size, len(result)))
    result.append(Token("open" if size.text in OPENING else "close", text, *span))
    if size.text == r"\right":
        if not waiting:
            raise FormulaError("syntax", r"this \right has no \left", size.span)
        _invisible(result, waiting.pop()[1])


def _invisible(result: list[Token], at: int) -> None:
    """Give a pair with an invisible side its meaning; `at` is where its opening delimiter stands."""
    opening, closing = result[at], result[-1]
    if "." not in (opening.text, closing.text):
        return
    if (opening.text, closing.text) == (".", "|"):
        names = r"\left.", r"\right|"
    elif (opening.text, closing.text) == (r"\{", ".") and result[at + 1].kind == "begin":
        names = r"\left\{", r"\right."
    else:  # a bracket broken over lines
        names = tuple("" if t.text == "." else t.text for t in (opening, closing))  # type: ignore[assignment]  # two
    result[at] = Token("open", names[0], *opening.span)
    result[-1] = Token("close", names[1], *closing.span)
