r"""A book of equations in reading order, and the verdict on each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from nnmath.formula.errors import FormulaError, Limits, expect, show
from nnmath.formula.reading.equation import split_display
from nnmath.formula.reading.notation import Notation

KINDS = ("definition", "claim", "update", "premise", "expression", "unchecked")


@dataclass(frozen=True)
class Statement:
    r"""An equation as the page gives it."""

    #: The display as printed. One that begins with a relation continues the equation before it.
    latex: str
    #: Its scope.
    notation: Notation
    #: Its name.
    label: str = ""
    #: ``"definition"``, ``"claim"``, ``"update"``, ``"premise"``, which restricts a symbol that `solves` names instead
    #: of defining it, ``"expression"``, which has one side that must make sense, or ``"unchecked"``.
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
    #: The number that a premise is solved for: ``"\\beta"``.
    solves: str = ""
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
        if (statement.kind == "premise") != bool(statement.solves):
            raise ValueError("a premise, and only that, says what it is solved for")
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
