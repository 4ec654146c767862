r"""The tokens of a formula, with the position that a reader has reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nnmath.formula.errors import FormulaError, Limits, Span
from nnmath.formula.token import Token

if TYPE_CHECKING:
    from nnmath.formula.notation import Notation

__all__ = ["State", "Stream"]


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
        if self.text() in texts and self.i < len(self.tokens):
            self.i += 1
            return True
        return False

    def expect(self, text: str) -> Token:
        """Step over the coming token, which must be this one."""
        if self.text() != text:
            raise self.error(f"expected {text}, found {self.text() or 'the end'}")
        return self.take()

    def error(
        self, message: str, span: Span | None = None, category: str = "syntax"
    ) -> FormulaError:
        """Make an error about the coming token."""
        return FormulaError(category, message, span or self.token.span)

    def since(self, start: int) -> Span:
        """Return the span from `start` to the last token taken."""
        return start, self.tokens[self.i - 1].end if self.i else start
