r"""A table of errata: formulas as they were printed, and the declarations that a reader of that book has.

A table is a TOML file of ``[[erratum]]`` entries with the keys

``id``, ``source``, ``topic``, ``kind``
    Which it is, where it stood (``owner/repository issue 12``, ``owner/repository@commit``, or a book), and what sort
    of error.
``wrong``, ``right``
    The LaTeX as printed, and corrected. Without ``wrong`` it is a formula that is right and may look wrong.
``symbols``
    A list of declarations, each as `Notation.declare_all` takes them.
``context``
    Definitions that stood before it.
``as``
    What it is: ``"claim"`` (the default), ``"definition"`` or ``"update"``.
``code``, ``against``, ``order``, ``condition``, ``tolerance``
    As `Book.add` takes them. Functions that ``code`` names stand in ``references.py`` beside the table.
``elementwise``, ``broadcast_rows``, ``layout``, ``row_gradients``, ``coordinates``, ``letters``
    As `Notation` takes them.
``missing``
    The notation that isn't read, for one of which that is known.
``undecided``
    Why nothing printed decides, for one that is only read.
"""

from __future__ import annotations

import re
import runpy
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnmath.formula.checking.book import Book, Result
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.equation import read, split_display
from nnmath.formula.reading.notation import Notation

__all__ = ["Entry", "check_form", "declare", "read_form", "read_table"]

SETTINGS = (
    "elementwise",
    "broadcast_rows",
    "layout",
    "row_gradients",
    "coordinates",
    "letters",
)
KEYS = frozenset(
    ("id", "source", "topic", "kind", "wrong", "right", "symbols", "context", "as", "code", "against", "order",
     "condition", "tolerance", "missing", "undecided", *SETTINGS)
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One entry of a table, and the functions that it may name."""

    facts: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    def __getattr__(self, name: str) -> str:
        if name not in KEYS:
            raise AttributeError(name)
        return str(self.facts.get(name, ""))

    @property
    def url(self) -> str:
        """Where the source can be seen, where it is a repository's."""
        match = re.match(
            r"^([\w.-]+/[\w.-]+)(?:@([0-9a-f]+)|\s+(issue|pull)\s+(\d+))?", self.source
        )
        if match is None:
            return ""
        repository, commit, kind, number = match.groups()
        rest = f"/commit/{commit}" if commit else f"/{kind}s/{number}" if kind == "issue" else ""
        return f"https://github.com/{repository}{rest or (f'/pull/{number}' if kind else '')}"


def read_table(path: str | Path) -> list[Entry]:
    """Read a table; a key that isn't known is an error."""
    path = Path(path)
    beside = path.with_name("references.py")
    functions = (
        {name: value for name, value in runpy.run_path(str(beside)).items() if callable(value)}
        if beside.is_file()
        else {}
    )
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["erratum"]
    for facts in entries:
        for key in facts:
            if key not in KEYS:
                raise ValueError(f"{path.name}: {facts.get('id')}: there is no key {key!r}")
    return [Entry(facts, functions) for facts in entries]


def declare(entry: Entry) -> Notation:
    """Declare the symbols of an entry."""
    settings = {key: entry.facts[key] for key in SETTINGS if key in entry.facts}
    notation = Notation(entry.id, **settings)
    notation.declare_all("\n".join(entry.facts.get("symbols", ())))
    return notation


def read_form(entry: Entry, form: str) -> None:
    """Read one form of an entry, without checking it."""
    notation = declare(entry)
    for latex in split_display(entry.facts[form]):
        read(latex, notation)


def check_form(entry: Entry, form: str, seed: int = 0) -> Result:
    """Check one form of an entry after its context; what fails first is its result."""
    try:
        book = _book(entry, form)
        results = book.check(seed)
    except FormulaError as error:  # a declaration that isn't right
        return Result(
            "", 0, entry.id, entry.facts[form], "", "fails", error.category, error.message
        )
    return next((result for result in results if result.verdict == "fails"), results[-1])


def _book(entry: Entry, form: str) -> Book:
    book = Book(declare(entry), functions=entry.functions)
    for number, before in enumerate(entry.facts.get("context", ()), start=1):
        label = f"context {number}"
        kind = "update" if r"\leftarrow" in before else "definition"
        book.add(before, label=label, kind=kind, strict=False)
    label = f"{entry.id} ({form})"
    book.add(entry.facts[form], label=label, **_options(entry), strict=False)
    return book


def _options(entry: Entry) -> dict[str, Any]:
    """Return what the book is told of a formula."""
    options: dict[str, Any] = {"kind": entry.facts.get("as", "claim")}
    for key in ("code", "against", "order", "condition", "tolerance"):
        if key in entry.facts:
            options[key] = entry.facts[key]
    return options
