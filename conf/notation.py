"""Every symbol of the book, declared once: what it means, where its indices run, its name in the code.

A scope holds the symbols of one subject. A page names the scope of each equation; the check, the
Notation page and the explanations in the pages all read this table. `symbols` has a module for
each chapter or two; a scope is known by the name of its variable there.
"""

from types import ModuleType

from adapters import functions  # noqa: F401 -- the check looks here for it
from symbols import (
    attention,
    docstrings,
    facts,
    grammar,
    neural_networks,
    regularization,
    transformer,
    words,
)

from nnmath.formula import Notation


def _scopes(*chapters: ModuleType) -> dict[str, Notation]:
    """Return the scopes of the chapters, in reading order."""
    found: dict[str, Notation] = {}
    for chapter in chapters:
        for name, value in vars(chapter).items():
            if isinstance(value, Notation) and found.setdefault(name, value) is not value:
                raise ValueError(f"two scopes are called {name!r}")
    return found


scopes = _scopes(
    neural_networks, regularization, words, attention, transformer, facts, docstrings, grammar
)
