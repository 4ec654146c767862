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


def _parts(*chapters: ModuleType) -> dict[str, dict[str, Notation]]:
    """Return the scopes of each module, in reading order; what another one has imported is the first's."""
    found: dict[str, Notation] = {}
    parts: dict[str, dict[str, Notation]] = {}
    for chapter in chapters:
        own = {
            name: value
            for name, value in vars(chapter).items()
            if isinstance(value, Notation) and found.get(name) is not value
        }
        if twice := own.keys() & found.keys():
            raise ValueError(f"two scopes are called {min(twice)!r}")
        parts[chapter.__name__.rpartition(".")[2]] = own
        found |= own
    return parts


#: What the Notation page shows together.
parts = _parts(
    neural_networks, regularization, words, attention, transformer, facts, docstrings, grammar
)
scopes = {name: scope for part in parts.values() for name, scope in part.items()}
