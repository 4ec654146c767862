"""Tokens, the pieces of LaTeX with their places, and the brackets among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nnmath.formula.errors import FormulaError, Span, unread

__all__ = ["BRACES", "CLOSERS", "Token", "closing", "levels", "split", "text_of", "value_of"]

BRACES = {"{": "}"}
CLOSERS = BRACES | {
    "(": ")",
    "[": "]",
    r"\{": r"\}",
    r"\langle": r"\rangle",
    r"\lfloor": r"\rfloor",
    r"\lceil": r"\rceil",
    r"\left.": r"\right|",
    r"\left\{": r"\right.",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of LaTeX: its kind, its normalised text and where it stands.

    Kinds: ``letter``, ``number``, ``command``, ``mark``, ``open`` and ``close`` (delimiters whose side is known),
    ``name`` (a word set in upright type), ``begin`` and ``end`` (environments).
    """

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where the token stands."""
        return self.start, self.end


def text_of(tokens: Sequence[Token] | None) -> str:
    """Return what tokens say, without spaces."""
    return "".join(token.text for token in tokens or ())


def value_of(token: Token) -> float:
    """Return the number that a token writes."""
    value = float(token.text)
    if len(token.text) > 40 or value > 1e300:
        raise FormulaError("limit", "the number is too large", token.span)
    return value


def levels(
    tokens: Sequence[Token], closers: Mapping[str, str] = CLOSERS
) -> Iterator[tuple[int, Token]]:
    """Yield each token with how many brackets and environments are around it; a bracket isn't within itself."""
    depth = 0
    for token in tokens:
        if token.kind == "end" or (token.text in closers.values() and token.kind != "open"):
            depth -= 1
        yield depth, token
        if token.kind == "begin" or (token.text in closers and token.kind != "close"):
            depth += 1


def split(tokens: Sequence[Token], *signs: str) -> list[Sequence[Token]]:
    """Split at signs outside all brackets."""
    cuts = [k for k, (depth, t) in enumerate(levels(tokens)) if depth == 0 and t.text in signs]
    return [tokens[a + 1 : b] for a, b in pairwise((-1, *cuts, len(tokens)))]


def closing(tokens: Sequence[Token], i: int) -> int:
    """Return the position of the bracket that closes the one at `i`."""
    waiting: list[str] = []
    for j in range(i, len(tokens)):
        text = tokens[j].text
        if text in CLOSERS and tokens[j].kind != "close":
            waiting.append(CLOSERS[text])
        elif text in CLOSERS.values() and tokens[j].kind != "open":
            if text != waiting[-1]:
                raise unread(f"{text} closes where {waiting[-1]} was expected", tokens[j].span)
            waiting.pop()
            if not waiting:
                return j
    raise unread(f"this {tokens[i].text} is never closed", tokens[i].span)
