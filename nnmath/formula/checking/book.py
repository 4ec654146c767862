r"""A book of equations in reading order, and the verdict on each.

Also a book read again from what the builder `formulas` wrote: what takes longer than a build, such as a survey of
mutants, starts from there.
"""

import importlib.util
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from nnmath.formula.errors import FormulaError, Limits, expect, show
from nnmath.formula.reading.equation import split_display
from nnmath.formula.reading.notation import Notation

KINDS = ("definition", "claim", "update", "expression", "unchecked")


@dataclass(frozen=True)
class Statement:
    r"""An equation as the page gives it."""

    #: The display as printed. One that begins with a relation continues the equation before it.
    latex: str
    #: Its scope.
    notation: Notation
    #: Its name.
    label: str = ""
    #: ``"definition"``, ``"claim"``, ``"update"``, ``"expression"``, which has one side that must make sense, or
    #: ``"unchecked"``.
    kind: str = "claim"
    #: A condition printed with it: ``for l = L``.
    condition: str = ""
    #: What computes its left side: a function, or its dotted name, with or without arguments in symbols, as in
    #: ``package.module.line(x=x_i, slope=b)``. Without, parameters are the symbols' names in the code.
    code: str | Callable[..., Any] | None = None
    #: The label of an earlier equation that must say the same: the same left side and the same relation, and a right
    #: side of the same value.
    against: str = ""
    #: How far the sides of an approximation may differ, relatively.
    tolerance: float | None = None
    #: To which order an approximation holds: ``"2 in h"``, ``"3 in x, y at -1, 0"``.
    order: str = ""
    #: Why it isn't checked.
    reason: str = ""
    #: The file in which it stands.
    file: str = ""
    #: The line on which its LaTeX begins.
    line: int = 0
    #: Whether careless print (a factor 1, a numeral after a letter) is an error.
    strict: bool = True
    #: A condition under which the sides of a weak inequality are equal, such as ``n = 2``: how sharp it is.
    equality: str = ""


OPTIONS = tuple(
    option.name for option in fields(Statement) if option.name not in ("latex", "notation")
)


@dataclass(repr=False)
class Result:
    """The verdict on one equation; true where it holds, and printed as what to tell its author."""

    #: The file in which it stands.
    document: str
    #: The line on which its LaTeX begins.
    line: int
    #: Its name.
    label: str
    #: The display as printed.
    latex: str
    #: What it is: see `Statement`.
    kind: str
    #: ``"holds"``, ``"fails"`` or ``"unchecked"``.
    verdict: str = "holds"
    #: Why it fails, see `FormulaError`; empty if it doesn't.
    category: str = ""
    #: What is wrong, with its line of LaTeX and a caret; or why it isn't checked.
    message: str = ""
    #: The function that computes it, without arguments.
    code: str = ""
    #: At how many points it was compared, in all worlds.
    points: int = 0
    #: The largest relative difference met.
    largest_difference: float = 0.0
    #: How long the check took.
    seconds: float = 0.0
    #: Seed, number of worlds, tolerance and the sizes of each world.
    evidence: dict[str, Any] = field(default_factory=dict)
    #: The one edit that would make it true, if there is one.
    hint: str = ""
    #: Where in the LaTeX the fault is.
    span: tuple[int, int] | None = None

    def __bool__(self) -> bool:
        """Return whether it holds."""
        return self.verdict == "holds"

    def __repr__(self) -> str:
        """Return the verdict in one line."""
        told = f", category={self.category!r}" if self.category else f", points={self.points}"
        return f"Result(latex={self.latex!r}, verdict={self.verdict!r}{told})"

    def __str__(self) -> str:
        """Return what to tell an author."""
        if self.verdict == "holds":
            return f"holds at {self.points} points"
        hint = f"\ntry: {self.hint}" if self.hint else ""
        return f"{self.message}{hint}"


class Book:
    r"""An ordered collection of equations.

    Parameters
    ----------
    notation : Notation, optional
        The scope of equations that name none.
    functions : mapping of str to callable, optional
        Functions that equations may name as their code, besides importable ones.
    worlds : int
        At least so many random worlds for each equation.
    points : int
        At most so many points in each world; and further worlds until so many numbers are compared in all.
    most_worlds : int
        At most so many worlds, but for `worlds`.
    limits : Limits, optional
        How much work one equation may cause.
    equal_sizes, lints : bool
        Only for showing what is missed with all sizes equal, or without the lints.

    Examples
    --------
    >>> from nnmath import formula
    >>> notation = formula.Notation()
    >>> for name in ("x", "y"):
    ...     _ = notation.declare(name)
    >>> book = formula.Book(notation)
    >>> book.add(r"y = x^3", label="cube", kind="definition")
    >>> book.add(r"\frac{d y}{d x} = 3 x^2", label="slope")
    >>> [result.verdict for result in book.check()]
    ['holds', 'holds']
    """

    def __init__(
        self,
        notation: Notation | None = None,
        *,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        worlds: int = 3,
        points: int = 12,
        most_worlds: int = 12,
        limits: Limits | None = None,
        equal_sizes: bool = False,
        lints: bool = True,
    ) -> None:
        if notation is not None:
            expect("notation", notation, Notation, "a Notation")
        self.notation = notation or Notation()
        self.functions = dict(functions or {})
        self.worlds = worlds
        self.points = points
        self.most_worlds = most_worlds
        self.limits = limits or Limits()
        self.equal_sizes = equal_sizes
        self.lints = lints
        self.statements: list[Statement] = []

    def add(self, latex: str, *, notation: Notation | None = None, **options: Any) -> None:
        """Add an equation after the ones before it; a display of several is added one by one.

        Parameters
        ----------
        latex : str
            The display as printed.
        notation : Notation, optional
            Its scope.
        **options
            The other fields of `Statement`: `label`, `kind`, `condition`, `code` and so on.

        Raises
        ------
        TypeError
            If `latex` is no text, or an option isn't known.
        ValueError
            If the options contradict each other.
        """
        expect("latex", latex, str, "LaTeX as text")
        for option in options:
            if option not in OPTIONS:
                raise TypeError(f"{option}: expected one of {', '.join(OPTIONS)}")
        statement = Statement(latex, notation or self.notation, **options)
        if statement.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {statement.kind!r}")
        if (statement.kind == "unchecked") != bool(statement.reason.strip()):
            raise ValueError("an unchecked equation, and only that, needs a reason")
        for number, part in enumerate(split_display(latex), start=1):
            label = f"{statement.label}, equation {number}" if number > 1 else statement.label
            self.statements.append(replace(statement, latex=part, label=label))

    def __getitem__(self, label: str) -> Statement:
        """Return the equation with this label."""
        for statement in self.statements:
            if statement.label == label:
                return statement
        raise KeyError(label)

    def check(self, seed: int = 0, *, hints: bool = False) -> list[Result]:
        """Check every equation in order, and go on after a failure.

        Parameters
        ----------
        seed : int
            Which worlds.
        hints : bool
            Look for the one edit that makes a failing equation true.

        Returns
        -------
        list of Result
            A verdict for each equation.

        Examples
        --------
        >>> from nnmath import formula
        >>> notation = formula.Notation()
        >>> x, y = notation.declare("x"), notation.declare("y")
        >>> book = formula.Book(notation)
        >>> book.add("(x + y)^2 = x^2 + x y + y^2", label="square")
        >>> print(book.check(hints=True)[0].hint)
        insert +x y at 21
        """
        from nnmath.formula.checking.session import Session  # which imports this module

        return Session(self, seed).run(hints)


def code_name(code: str | Callable[..., Any] | None) -> str:
    """Return the name of a function, without its arguments."""
    if callable(code):
        return getattr(code, "__name__", "function")
    return (code or "").partition("(")[0].strip()


def verdict_on(statement: Statement) -> Result:
    """Return the verdict on an equation that nothing is said against."""
    where = statement.file, statement.line, statement.label
    return Result(*where, statement.latex, statement.kind, code=code_name(statement.code))


def fail(result: Result, error: FormulaError) -> None:
    """Say what is wrong, in a message with the place, the line of LaTeX and a caret."""
    result.verdict, result.category, result.span = "fails", error.category, error.span
    before = result.latex[: error.span[0]] if error.span and result.line else ""
    place = result.document, result.line + before.count("\n")
    where = ":".join(str(part) for part in place if part)
    head = ": ".join(part for part in (where, result.label, error.message) if part)
    result.message = f"{head}\n{show(result.latex, error.span)}"


# Books read again


#: What is asked of an equation, besides its scope, its file and what computes it.
ASKED = ("latex", *(name for name in OPTIONS if name not in ("code", "file", "strict")))


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

    >>> book = formula.load_book(folder / "formulas.json", folder / "notation.py")
    >>> bool(formula.check(r"A = \frac{\pi (2 r)^2}{4}", book=book, against="area"))
    True
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
