"""Tokens, the pieces of LaTeX with their places; the brackets among them; and a stream of them, to be read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from nnmath.formula.errors import FormulaError, Limits, Span, unread

if TYPE_CHECKING:
    from nnmath.formula.reading.notation import Notation

T = TypeVar("T")
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


@dataclass
class State:
    """What the parsers of one formula share."""

    notation: Notation
    limits: Limits
    bound: list[str] = field(default_factory=list)
    free: set[str] = field(default_factory=set)
    letters: set[str] = field(default_factory=set)
    side: Sequence[Token] = ()
    defines: int = -1  # where the left side of a definition begins
    depth: int = 0
    source_end: int = 0
    reach: int = 0  # more or less than what a function without brackets is taken to take


class Stream:
    """A list of tokens and a position in it."""

    def __init__(self, tokens: Sequence[Token], state: State) -> None:
        self.tokens = tokens
        self.state = state
        self.i = 0
        self.bars: list[str] = []

    def text(self, ahead: int = 0) -> str:
        """Return the text of a coming token, or the empty string at the end."""
        at = self.i + ahead
        return self.tokens[at].text if at < len(self.tokens) else ""

    @property
    def token(self) -> Token:
        """The coming token; at the end, an empty one."""
        if self.i < len(self.tokens):
            return self.tokens[self.i]
        end = self.tokens[-1].end if self.tokens else self.state.source_end
        return Token("end of input", "", end, end + 1)

    def take(self) -> Token:
        """Return the coming token and step over it."""
        token = self.token
        self.i += 1
        return token

    def accept(self, *texts: str) -> bool:
        """Step over the coming token if it is one of these."""
        found = self.i < len(self.tokens) and self.text() in texts
        self.i += found
        return found

    def expect(self, text: str) -> Token:
        """Step over the coming token, which must be this one."""
        if self.text() != text:
            raise self.error(f"expected {text}, found {self.text() or 'the end'}")
        return self.take()

    def finish(self) -> None:
        """Refuse whatever is left over."""
        if self.i < len(self.tokens):
            raise self.error(f"{self.text()} isn't expected here")

    # Brackets

    def opens(self, *brackets: str) -> bool:
        """Tell whether one of these brackets is opened here."""
        return self.text() in (brackets or ("(", "[", r"\{")) and self.token.kind != "close"

    def close(self, opening: Token) -> Token:
        """Step over the bracket that closes another one, sized as that is."""
        token = self.expect(CLOSERS[opening.text])
        if (opening.kind == "open") != (token.kind == "close"):
            raise unread("one bracket of this pair is sized and the other isn't", token.span)
        return token

    def group(self) -> Sequence[Token]:
        """Step over the brackets that are opened here; return what is inside."""
        start, self.i = self.i + 1, closing(self.tokens, self.i) + 1
        return self.tokens[start : self.i - 1]

    @contextmanager
    def within(self, bar: str) -> Iterator[None]:
        """Read inside brackets or bars, where `bar` says what a bar would mean."""
        self.bars.append(bar)
        yield
        self.bars.pop()

    def items(
        self, read: Callable[[], T], signs: Collection[str] = (",",)
    ) -> tuple[list[T | Token], list[Token]]:
        """Read items with signs between them, dots among them; return them and the signs."""
        found: list[T | Token] = []
        between: list[Token] = []
        while True:
            found.append(self.take() if self.text() == r"\dots" else read())
            if self.text() not in signs or self.token.kind == "close":
                return found, between
            between.append(self.take())

    # Places

    def error(self, message: str, category: str = "syntax") -> FormulaError:
        """Make an error about the coming token."""
        return FormulaError(category, message, self.token.span)

    def since(self, start: int) -> Span:
        """Return the span from `start` to the last token taken."""
        return start, self.tokens[self.i - 1].end if self.i else start
