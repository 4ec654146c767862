r"""A difference between two sides: what to say of it, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from nnmath.formula.errors import Span

__all__ = ["Difference"]


@dataclass(frozen=True)
class Difference:
    """Where and how two sides differ."""

    text: str
    span: Span
    category: str = "value"
