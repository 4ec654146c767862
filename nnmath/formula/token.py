r"""A token: a piece of LaTeX with its place."""

from __future__ import annotations

from dataclasses import dataclass

from nnmath.formula.errors import FormulaError

__all__ = ["Token", "value_of"]


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
    def span(self) -> tuple[int, int]:
        """Where the token stands."""
        return self.start, self.end


def value_of(token: Token) -> float:
    """Return the number that a token writes."""
    value = float(token.text)
    if len(token.text) > 40 or value > 1e300:
        raise FormulaError("limit", "the number is too large", token.span)
    return value
