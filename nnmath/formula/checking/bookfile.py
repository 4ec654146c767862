"""A book read again from what the builder `formulas` wrote: every equation, its scope and its options.

What takes longer than a build, such as a survey of mutants, starts from there.
"""

import importlib.util
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from nnmath.formula.checking.book import OPTIONS, Book, Statement
from nnmath.formula.errors import expect
from nnmath.formula.reading.notation import Notation

#: What is asked of an equation, besides its scope, its file and what computes it.
ASKED = ("latex", *(name for name in OPTIONS if name not in ("code", "file", "strict", "solves")))


def scopes_in(module: ModuleType) -> dict[str, Notation]:
    """Return the notations of a module by name: those in its dictionary `scopes`, or its variables."""
    named = getattr(module, "scopes", vars(module))
    return {name: value for name, value in named.items() if isinstance(value, Notation)}


def functions_in(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return the functions that a module offers to equations, besides importable ones."""
    return dict(getattr(module, "functions", {}))


def load_book(records: str | Path, notation: str | Path | ModuleType, **options: Any) -> Book:
    r"""Load the equations of a book from what ``sphinx-build -b formulas`` wrote.

    Parameters
    ----------
    records : str or Path
        The book's ``formulas.json``.
    notation : str, Path or module
        The book's module of notations, imported already or as the path of its file. What it imports must lie beside
        it or be installed. It is run, so it must come from somebody whom you trust.
    **options
        Those of `Book`, such as `worlds`.

    Returns
    -------
    Book
        Its equations in reading order, with their labels.

    Raises
    ------
    FileNotFoundError
        If one of the files isn't there.
    ValueError
        If the records aren't those of a book with these notations.
    TypeError
        If an argument has the wrong type.

    Examples
    --------
    A book with one equation, as a build leaves it:

    >>> import json, pathlib, tempfile
    >>> from nnmath import formula
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = folder.joinpath("notation.py").write_text('''
    ... from nnmath.formula import Notation
    ... circle = Notation("circle")
    ... circle.declare("r", "radius", domain="positive")
    ... circle.declare("A", "area", domain="printed")
    ... ''')
    >>> record = {"label": "area", "latex": r"A = \pi r^2", "kind": "definition", "scope": "circle"}
    >>> _ = folder.joinpath("formulas.json").write_text(json.dumps([record]))

    It holds the area of a circle against another formula for it:

    >>> book = formula.load_book(folder / "formulas.json", folder / "notation.py")
    >>> bool(formula.check(r"A = \frac{\pi (2 r)^2}{4}", book=book, against="area"))
    True
    >>> formula.check(r"2 \pi r", book=book, against="area").category
    'value'
    """
    expect("records", records, (str, Path), "the path of formulas.json")
    expect("notation", notation, (str, Path, ModuleType), "a module or the path of one")
    module = notation if isinstance(notation, ModuleType) else _imported(Path(notation))
    notations = scopes_in(module)
    book = Book(functions=functions_in(module), **options)
    for number, record in enumerate(_records(Path(records)), start=1):
        scope = record.get("scope")
        if scope not in notations:
            known = f"a scope of {', '.join(notations)}"
            raise ValueError(f"{records}: equation {number}: expected {known}, got {scope!r}")
        asked: dict[str, Any] = {name: record[name] for name in ASKED if name in record}
        asked |= {"code": record.get("call"), "file": str(record.get("document", ""))}
        book.statements.append(Statement(notation=notations[scope], **asked))
    return book


def as_asked(
    statements: Mapping[str, Statement], notations: Mapping[str, Notation]
) -> dict[str, dict[str, object]]:
    """Return, by the same keys, everything that it takes to check statements again.

    The `call` is what computes a statement, with arguments.
    """
    names = {id(notation): name for name, notation in notations.items()}
    return {
        key: {name: getattr(statement, name) for name in ASKED}
        | {"scope": names[id(statement.notation)], "call": statement.code}
        for key, statement in statements.items()
    }


def _records(path: Path) -> Iterable[Mapping[str, Any]]:
    """Return the records of a file, which must be a list of equations."""
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}: expected JSON, got {error}") from None
    if not isinstance(records, list) or not all(
        isinstance(r, dict) and "latex" in r for r in records
    ):
        raise ValueError(
            f"{path}: expected a list of equations, as the builder `formulas` writes it"
        )
    return records


def _imported(path: Path) -> ModuleType:
    """Import a file, with its folder on the path while it is imported."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise FileNotFoundError(f"{path}: expected a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module
