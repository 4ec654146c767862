"""What each part of the method is worth: how many more mutants pass without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from nnmath.formula.checking.book import Book

__all__ = ["VARIANTS", "Variant"]


@dataclass(frozen=True)
class Variant:
    """A weaker check.

    Parameters
    ----------
    name : str
        What is taken away.
    options : tuple of (str, value)
        Options of the book.
    code : bool
        Whether equations are compared with the functions that compute them.
    """

    name: str
    options: tuple[tuple[str, Any], ...] = ()
    code: bool = True

    def load(self, load: Callable[..., Book]) -> Book:
        """Return the book that is checked in this way; `load` takes the options of `Book`."""
        book = load(**dict(self.options))
        if not self.code:
            book.statements = [replace(s, code=None) for s in book.statements]
        return book


VARIANTS = (
    Variant("the whole method"),
    Variant("one random world", (("worlds", 1), ("most_worlds", 1))),
    Variant("one world, one point", (("worlds", 1), ("most_worlds", 1), ("points", 1))),
    Variant("all sizes equal", (("equal_sizes", True),)),
    Variant("no lints", (("lints", False),)),
    Variant("no comparison with the package", code=False),
)
