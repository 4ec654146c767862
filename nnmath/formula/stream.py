r"""The tokens of a formula, with the position that a reader has reached."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from nnmath.formula.errors import FormulaError, Limits, Span, unread
from nnmath.formula.tokens import CLOSERS, Token, closing

if TYPE_CHECKING:
    from nnmath.formula.notation import Notation

__all__ = ["State", "Stream"]

T = TypeVar("T")


@dataclass
class State:
    """What the parsers of one formula share."""

    notation: Notation
    limits: Limits
    bound: list[str] = field(default_factory=list)
    free: set[str] = field(default_factory=set)
    letters: set[str] = field(default_factory=set)
    side: Sequence[Token] = ()
    depth: int = 0
    source_end: int = 0


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
