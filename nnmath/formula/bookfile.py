"""A book read again from what the builder `formulas` wrote: every equation, its scope and its options.

What takes longer than a build, such as a survey of mutants, starts from there.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from nnmath.formula.book import Book, Statement
from nnmath.formula.notation import Notation

__all__ = ["BookFile", "as_asked", "functions_in", "scopes_in"]

OPTIONS = ("latex", "label", "kind", "condition", "against", "tolerance", "order", "reason", "line")


def scopes_in(module: ModuleType) -> dict[str, Notation]:
    """Return the notations of a module by name: those in its dictionary `scopes`, or its variables."""
    named = getattr(module, "scopes", vars(module))
    return {name: value for name, value in named.items() if isinstance(value, Notation)}


def functions_in(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return the functions that a module offers to equations, besides importable ones."""
    return dict(getattr(module, "functions", {}))


@dataclass(frozen=True)
class BookFile:
    """Where a book's equations and its notation are.

    Parameters
    ----------
    equations : Path
        The builder's ``formulas.json``.
    notation : Path
        The Python file that holds the scopes.
    """

    equations: Path
    notation: Path

    def load(self, **options: Any) -> Book:
        """Return the book; `options` are those of `Book`."""
        folder = str(self.notation.resolve().parent)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        module = importlib.import_module(self.notation.stem)
        book = Book(functions=functions_in(module), **options)
        notations = scopes_in(module)
        for record in json.loads(self.equations.read_text(encoding="utf-8")):
            book.statements.append(_statement(record, notations))
        return book


def as_asked(
    statements: Mapping[str, Statement], notations: Mapping[str, Notation]
) -> dict[str, dict[str, object]]:
    """Return, by the same keys, everything that it takes to check statements again.

    The `call` is what computes a statement, with arguments.
    """
    names = {id(notation): name for name, notation in notations.items()}
    return {
        key: {
            **{name: getattr(statement, name) for name in OPTIONS},
            "scope": names[id(statement.notation)],
            "call": statement.code,
        }
        for key, statement in statements.items()
    }


def _statement(record: Mapping[str, Any], notations: Mapping[str, Notation]) -> Statement:
    options = {name: record[name] for name in OPTIONS}
    notation, document = notations[record["scope"]], record["document"]
    return Statement(notation=notation, code=record["call"], file=document, **options)
