r"""How a display is laid out: environments around it, lines, several equations in one block, a condition at its end."""

from __future__ import annotations

from itertools import pairwise

from nnmath.formula.errors import FormulaError
from nnmath.formula.lexer import tokenize
from nnmath.formula.parser import RELATIONS
from nnmath.formula.template import CLOSERS, bracketed
from nnmath.formula.token import Token

__all__ = ["FOR_ALL", "one_line", "split_condition", "split_display", "unwrapped"]

ALIGNED = (
    "aligned", "align", "split", "gather", "gathered", "equation", "alignedat", "alignat", "multline", "eqnarray",
    "flalign", "displaymath", "math",
)  # fmt: skip
CONTINUING = (*RELATIONS, "+", "-", r"\cdot", r"\times", r"\odot", ":")
FOR_ALL = ("for all", "for every", "for each", r"\forall", "for any")
WHEN = ("for", "if", "where", "when", "with", *FOR_ALL)


def unwrapped(tokens: list[Token]) -> list[Token]:
    """Take off an alignment environment around the whole display, and a full stop at its end."""
    while tokens and tokens[-1].text in (".", ",", ";", r"\\") and tokens[-1].kind != "close":
        tokens = tokens[:-1]
    if tokens and tokens[0].kind == "begin" and tokens[0].text in ALIGNED:
        if tokens[-1].kind != "end" or tokens[-1].text != tokens[0].text:
            raise FormulaError(
                "syntax", f"{tokens[0].text} isn't closed at the end", tokens[0].span
            )
        inside = tokens[1:-1]
        if tokens[0].text == "eqnarray":  # its relations stand between two &
            dropped = (*RELATIONS, "&")
            inside = [
                t
                for k, t in enumerate(inside)
                if t.text != "&" or inside[k - 1].text not in dropped
            ]
        return unwrapped(inside)
    return tokens


def one_line(tokens: list[Token]) -> list[Token]:
    r"""Join lines broken with ``\\``; an ``&`` may stand only where the next line's relation is aligned."""
    result: list[Token] = []
    depth = own = 0
    for k, token in enumerate(tokens):
        depth += _opens(token) - _closes(token)
        own += (token.kind == "begin" or token.text == "{") - (
            token.kind == "end" or token.text == "}"
        )
        if depth or token.text not in ("&", r"\\"):
            if own or token.text not in ("&", r"\\"):  # a broken bracket goes on
                result.append(token)
            continue
        following = next((t for t in tokens[k + 1 :] if t.text not in ("&", r"\\")), None)
        if following is None and token.text == r"\\":
            continue
        if following is None or following.text not in CONTINUING:
            what = (
                "an & must stand before a relation or sign"
                if token.text == "&"
                else "a line must go on with one"
            )
            raise FormulaError(
                "syntax", f"{what}; a second equation needs a block of its own", token.span
            )
        if token.text == "&" and k + 1 < len(tokens) and tokens[k + 1].text == "&":
            raise FormulaError("syntax", "two & in a row", token.span)
    return result


def _opens(token: Token) -> bool:
    return token.kind == "begin" or (token.text in CLOSERS and token.kind != "close")


def _closes(token: Token) -> bool:
    return token.kind == "end" or (token.text in CLOSERS.values() and token.kind != "open")


def split_condition(tokens: list[Token]) -> tuple[list[Token], list[Token], str]:
    r"""Split off a condition printed in the display: ``, \quad \text{for } l = L`` or ``, i = 1, \dots, n``.

    The third value is the word it begins with, if there is one.
    """
    depth = 0
    for k, token in enumerate(tokens):
        depth += _opens(token) - _closes(token)
        if depth or not k:
            continue
        word = token.text.rstrip(":").strip() if token.kind == "name" else token.text
        if word in WHEN and (token.kind == "name" or token.text == r"\forall"):
            if k + 1 == len(tokens):
                raise FormulaError("syntax", "a condition is missing", token.span)
            before = tokens[: k - 1] if tokens[k - 1].text == "," else tokens[:k]
            return before, tokens[k + 1 :], word
        if token.text in (",", ";") and token.kind == "mark" and k + 1 < len(tokens):
            following = tokens[k + 1]
            if following.kind == "name" or following.text == r"\forall":
                continue
            return tokens[:k], tokens[k + 1 :], ""
        if token.text == "(" and _is_range(tokens, k):
            return tokens[:k], tokens[k + 1 : -1], "for"
    return tokens, [], ""


def _is_range(tokens: list[Token], k: int) -> bool:
    r"""Tell whether ``(i = 1, \dots, n)`` closes the display."""
    if bracketed(tokens, k) != len(tokens) - 1:
        return False
    inside = [token.text for token in tokens[k + 1 : -1]]
    return len(inside) > 3 and "=" in inside[1:3] and r"\dots" in inside


def split_display(latex: str) -> list[str]:
    """Split a block of several equations, each with spaces in place of the rest, so that places stay.

    Examples
    --------
    >>> from nnmath.formula.layout import split_display
    >>> [part.strip() for part in split_display(r"\\begin{align} a &= b \\\\ &= c \\\\ d &= e \\end{align}")]
    ['a &= b \\\\\\\\ &= c', 'd &= e']
    """
    tokens = tokenize(latex)
    inside = unwrapped(tokens)
    cuts: list[int] = []
    depth = 0
    for k, token in enumerate(inside):
        depth += _opens(token) - _closes(token)
        if depth == 0 and token.text == r"\\" and _begins_anew(inside[k + 1 :]):
            cuts.append(k)
    if not cuts:
        return [latex]
    bounds = [-1, *cuts, len(inside)]
    parts = [inside[a + 1 : b] for a, b in pairwise(bounds)]
    return [_padded(latex, part) for part in parts if part]


def _begins_anew(rest: list[Token]) -> bool:
    """Tell whether a line begins another equation: it has a relation, and doesn't begin with one or a sign."""
    line: list[Token] = []
    depth = 0
    for token in rest:
        depth += _opens(token) - _closes(token)
        if depth <= 0 and token.text == r"\\":
            break
        line.append(token)
    words = [token for token in line if token.text != "&"]
    if not words or words[0].text in CONTINUING:
        return False
    return any(token.text in RELATIONS for token in words)


def _padded(latex: str, part: list[Token]) -> str:
    start, end = part[0].start, part[-1].end
    blank = "".join(c if c == "\n" else " " for c in latex[:start])
    return blank + latex[start:end]
