r"""How a display is laid out: environments around it, lines, several equations in one block, a condition at its end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nnmath.formula.errors import unread
from nnmath.formula.lexer import tokenize
from nnmath.formula.parser import RELATIONS
from nnmath.formula.tokens import BRACES, Token, closing, levels, split

__all__ = ["FOR_ALL", "one_line", "split_condition", "split_display", "unwrapped"]

ALIGNED = (
    "aligned", "align", "split", "gather", "gathered", "equation", "alignedat", "alignat", "multline", "eqnarray",
    "flalign", "displaymath", "math",
)  # fmt: skip
BREAKS = ("&", r"\\")
CONTINUING = (*RELATIONS, "+", "-", r"\cdot", r"\times", r"\odot", ":")
FOR_ALL = ("for all", "for every", "for each", r"\forall", "for any")
WHEN = ("for", "if", "where", "when", "with", *FOR_ALL)


def unwrapped(tokens: list[Token]) -> list[Token]:
    """Take off an alignment environment around the whole display, and a full stop at its end."""
    while tokens and tokens[-1].text in (".", ",", ";", r"\\") and tokens[-1].kind != "close":
        tokens = tokens[:-1]
    if not tokens or tokens[0].kind != "begin" or tokens[0].text not in ALIGNED:
        return tokens
    name = tokens[0].text
    if tokens[-1].kind != "end" or tokens[-1].text != name:
        raise unread(f"{name} isn't closed at the end", tokens[0].span)
    inside = tokens[1:-1]
    if name == "eqnarray":  # its relations stand between two &
        drop = (*RELATIONS, "&")
        inside = [
            t for k, t in enumerate(inside) if t.text != "&" or inside[k - 1].text not in drop
        ]
    return unwrapped(inside)


def one_line(tokens: list[Token]) -> list[Token]:
    r"""Join lines broken with ``\\``; an ``&`` may stand only where the next line's relation is aligned.

    A break inside a bracket goes on; those inside braces and environments aren't the display's own.
    """
    result: list[Token] = []
    both = zip(levels(tokens), levels(tokens, BRACES), strict=True)
    for k, ((depth, token), (own, _)) in enumerate(both):
        if own or token.text not in BREAKS:
            result.append(token)
        elif not depth:
            _check_break(token, tokens[k + 1 :])
    return result


def _check_break(token: Token, rest: list[Token]) -> None:
    words = [t.text for t in rest if t.text not in BREAKS]
    aligns = token.text == "&"
    if not words and not aligns:
        return
    if not words or words[0] not in CONTINUING:
        what = (
            "an & must stand before a relation or sign" if aligns else "a line must go on with one"
        )
        raise unread(f"{what}; a second equation needs a block of its own", token.span)
    if aligns and rest[0].text == "&":
        raise unread("two & in a row", token.span)


def split_condition(tokens: list[Token]) -> tuple[list[Token], list[Token], str]:
    r"""Split off a condition printed in the display: ``, \quad \text{for } l = L`` or ``, i = 1, \dots, n``.

    The third value is the word it begins with, if there is one.
    """
    for k, (depth, token) in enumerate(levels(tokens)):
        if depth or not k:
            continue
        before, rest = tokens[:k], tokens[k + 1 :]
        words = token.kind == "name" or token.text == r"\forall"
        word = token.text.rstrip(":").strip()
        if words and word in WHEN:
            if not rest:
                raise unread("a condition is missing", token.span)
            return before[:-1] if before[-1].text == "," else before, rest, word
        if token.text in (",", ";") and token.kind == "mark" and rest:
            if rest[0].kind != "name" and rest[0].text != r"\forall":
                return before, rest, ""
        elif token.text == "(" and _is_range(rest) and closing(tokens, k) == len(tokens) - 1:
            return before, rest[:-1], "for"
    return tokens, [], ""


def _is_range(rest: list[Token]) -> bool:
    r"""Tell whether what follows a bracket is ``i = 1, \dots, n)``."""
    texts = [token.text for token in rest]
    return "=" in texts[1:3] and r"\dots" in texts


def split_display(latex: str) -> list[str]:
    """Split a block of several equations, each with spaces in place of the rest, so that places stay.

    Examples
    --------
    >>> from nnmath.formula.layout import split_display
    >>> [part.strip() for part in split_display(r"\\begin{align} a &= b \\\\ &= c \\\\ d &= e \\end{align}")]
    ['a &= b \\\\\\\\ &= c', 'd &= e']
    """
    inside = unwrapped(tokenize(latex))
    lines = split(inside, r"\\")
    starts = [k for k, line in enumerate(lines) if k and _begins_anew(line)]
    if not starts:
        return [latex]
    joined = [
        [t for line in lines[a:b] for t in line] for a, b in pairwise((0, *starts, len(lines)))
    ]
    return [_padded(latex, part) for part in joined if part]


def _begins_anew(line: Sequence[Token]) -> bool:
    """Tell whether a line begins another equation: it has a relation, and doesn't begin with one or a sign."""
    words = [token.text for token in line if token.text != "&"]
    return bool(words) and words[0] not in CONTINUING and not RELATIONS.keys().isdisjoint(words)


def _padded(latex: str, part: list[Token]) -> str:
    start, end = part[0].start, part[-1].end
    blank = "".join(c if c == "\n" else " " for c in latex[:start])
    return blank + latex[start:end]
