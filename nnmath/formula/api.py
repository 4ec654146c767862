r"""Reading, running, differentiating and checking a single formula, without a book around it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from itertools import product
from types import NoneType
from typing import Any

import numpy as np

from nnmath.formula import tree
from nnmath.formula.checking.book import Book, Result, Statement
from nnmath.formula.checking.code import plain
from nnmath.formula.checking.session import Session
from nnmath.formula.errors import FormulaError, expect, show
from nnmath.formula.reading.equation import read, split_display
from nnmath.formula.reading.letters import free_letters
from nnmath.formula.reading.notation import Notation
from nnmath.formula.running.evaluation import Evaluator
from nnmath.formula.running.given import Values, given_values
from nnmath.formula.running.points import letter_range

__all__ = ["check", "differentiate", "evaluate", "parse"]


def parse(latex: str, notation: Notation) -> tree.Node:
    r"""Read a formula.

    Parameters
    ----------
    latex : str
        An equation, or one side of one.
    notation : Notation
        Where its symbols are declared.

    Returns
    -------
    tree.Node
        A `tree.Equation`, or the node of a single side.

    Raises
    ------
    FormulaError
        If anything of it isn't read; a note shows the place.
    TypeError
        If an argument has the wrong type.

    Examples
    --------
    >>> from nnmath import formula
    >>> notation = formula.Notation()
    >>> x = notation.declare("x")
    >>> formula.parse("2x", notation)
    Product(factors=(Number(value=2.0), Entry(symbol=Symbol(x), indices=())), operators=('',))
    """
    expect("latex", latex, str, "LaTeX as text")
    expect("notation", notation, Notation, "a Notation")
    with _shown(latex):
        equation = read(latex, notation).equation
    return equation if equation.relations else equation.sides[0]


def evaluate(
    latex: str, notation: Notation, values: Values, *, definitions: Sequence[str] = ()
) -> Any:
    r"""Run one side of a formula with arrays of one's own.

    Parameters
    ----------
    latex : str
        What to run. Letters that nothing binds become axes of the result, in order of appearance.
    notation : Notation
        Where its symbols are declared.
    values : mapping of str to array_like or callable
        The value of each symbol that no definition gives, under its declared LaTeX or its name in the code. Arrays
        have an axis for each index, in the order of declaration, then those of the declared shape. Sizes follow
        from the arrays.
    definitions : sequence of str
        Printed definitions of the other symbols, in order.

    Returns
    -------
    float or ndarray
        The value, with an axis for each free letter.

    Raises
    ------
    FormulaError
        If a formula can't be read or run, a symbol has no value, or the arrays don't fit together.
    TypeError
        If an argument has the wrong type.

    Examples
    --------
    >>> from nnmath import formula
    >>> notation = formula.Notation("statistics")
    >>> n = notation.declare("n", domain="size")
    >>> x = notation.declare("x_i", indices="i = 1..n")
    >>> formula.evaluate(r"\frac{1}{n} \sum_{i=1}^n x_i", notation, {"x_i": [1.0, 2.0, 6.0]})
    3.0
    """
    return _run(latex, notation, values, definitions)


def differentiate(
    latex: str, by: str, notation: Notation, values: Values, *, definitions: Sequence[str] = ()
) -> Any:
    r"""Differentiate one side of a formula at given values.

    Parameters
    ----------
    latex : str
        What to differentiate.
    by : str
        The symbol by which: ``x``, ``w_i`` (by each), ``\mathbf{w}`` (by the whole array).
    notation : Notation
        Where the symbols are declared.
    values : mapping of str to array_like or callable
        As for `evaluate`. A function given as a callable can't be differentiated: print its definition.
    definitions : sequence of str
        As for `evaluate`. The derivative goes through them.

    Returns
    -------
    float or ndarray
        The derivative, with an axis for each free letter.

    Raises
    ------
    FormulaError
        If a formula can't be read, run or differentiated, or the arrays don't fit together.
    TypeError
        If an argument has the wrong type.

    Examples
    --------
    >>> from nnmath import formula
    >>> notation = formula.Notation()
    >>> n = notation.declare("n", domain="size")
    >>> x = notation.declare("x_i", indices="i = 1..n")
    >>> formula.differentiate(r"\sum_{j=1}^n x_j^2", "x_i", notation, {"x_i": [1.0, 2.0]}).tolist()
    [2.0, 4.0]
    """
    expect("by", by, str, "LaTeX as text")
    return _run(latex, notation, values, definitions, by)


def check(
    latex: str,
    notation: Notation | None = None,
    *,
    against: str | Callable[..., Any] | None = None,
    book: Book | None = None,
    definitions: Sequence[str] = (),
    condition: str = "",
    tolerance: float | None = None,
    order: str = "",
    seed: int = 0,
) -> Result:
    r"""Check a formula of one's own.

    Parameters
    ----------
    latex : str
        An equation, or several in one display; or one side, which is then compared to what `against` names.
    notation : Notation, optional
        Where its symbols are declared; by default the scope of the labelled equation.
    against : str or callable, optional
        The label of an equation of `book`; or a Python function, or the dotted name of one, that should give the
        same. Its parameters are symbols, by their name in the code or, without one, by their LaTeX.
    book : Book, optional
        A book whose equations hold up to the label; see `load_book`.
    definitions : sequence of str
        Printed definitions that come before, in order.
    condition : str
        A condition, such as ``for l = L``.
    tolerance : float, optional
        How far the sides of an approximation may differ, relatively; by default as the labelled equation says.
    order : str
        To which order an approximation holds: ``"2 in h"``.
    seed : int
        Which worlds.

    Returns
    -------
    Result
        The verdict. It is true where the formula holds, so that ``assert formula.check(...)`` is a test.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If nothing tells the notation, if there is nothing to compare one side with, or if no equation has the label.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import formula
    >>> notation = formula.Notation("statistics")
    >>> n = notation.declare("n", domain="size")
    >>> x = notation.declare("x_i", indices="i = 1..n", code="x")
    >>> def mean(x):
    ...     return np.mean(x)
    >>> print(formula.check(r"\frac{1}{n} \sum_{i=1}^n x_i", notation, against=mean))
    holds at 12 points
    >>> print(formula.check(r"\frac{1}{n-1} \sum_{i=1}^n x_i", notation, against=mean))
    the formula is -1.523711, mean is -1.015807
    \frac{1}{n-1} \sum_{i=1}^n x_i
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    try: leave out -1
    """
    expect("latex", latex, str, "LaTeX as text")
    expect("condition", condition, str, "a condition as text")
    expect("seed", seed, (int, np.integer), "a whole number")
    expect("order", order, str, "an order as text")
    expect("tolerance", tolerance, (float, int, NoneType), "a number")
    expect("notation", notation, (Notation, NoneType), "a Notation")
    expect("book", book, (Book, NoneType), "a Book")
    _expect_definitions(definitions)
    if not callable(against):
        expect("against", against, (str, NoneType), "a label, or a function or its name")
    target = _labelled(book, against) if book and isinstance(against, str) else None
    if notation is None and target is not None:
        notation = target.notation
    if notation is None:
        raise ValueError("a notation is needed, or a book and the label of one of its equations")
    kind = _kind(latex, notation)
    if book is not None and target is not None:
        session = Session(book, seed)
        session.build_up(target)
        asked = Statement(
            latex=latex,
            notation=notation,
            label=f"for {target.label}",
            kind=kind,
            condition=condition or target.condition,
            tolerance=target.tolerance if tolerance is None else tolerance,
            order=order or target.order,
            strict=False,
        )
        return session.check(_in_place(session, target, asked))
    if kind == "expression" and against is None:
        raise ValueError("latex: one side can't be true or false; give an equation, or `against`")
    own = Book(notation, functions=book.functions if book else None)
    for number, definition in enumerate(definitions, start=1):
        own.add(definition, label=f"definition {number}", kind="definition", strict=False)
    own.add(
        latex,
        kind=kind,
        condition=condition,
        code=against,
        tolerance=tolerance,
        order=order,
        strict=False,
    )
    results = own.check(seed, hints=True)
    return next((r for r in results if r.verdict == "fails"), results[-1])


def _expect_definitions(definitions: object) -> None:
    if isinstance(definitions, str):
        raise TypeError("definitions: expected a list of definitions, got a single text")
    expect("definitions", definitions, Sequence, "a list of definitions")


def _labelled(book: Book, label: str) -> Statement | None:
    """Return the equation with a label; a dotted name that is none is that of a function."""
    labels = [statement.label for statement in book.statements if statement.label]
    if label in labels:
        return book[label]
    if "." in label:
        return None
    near = get_close_matches(label, labels) or labels[:5]
    raise ValueError(f"against: {label!r} is no label of the book; near are {near}")


def _kind(latex: str, notation: Notation) -> str:
    """Tell an expression from an equation and an update; what can't be read is reported by the check."""
    try:
        relations = read(split_display(latex)[0], notation).equation.relations
    except FormulaError:
        return "claim"
    return "expression" if not relations else "update" if r"\leftarrow" in relations else "claim"


def _in_place(session: Session, target: Statement, asked: Statement) -> Statement:
    """Put a formula in the place of a labelled equation, behind its left side if it is only a right side."""
    kind, latex = asked.kind, asked.latex
    relation = r"\leftarrow" if kind == "update" else "="
    if kind == "expression":
        reading = session.read(target)
        if reading.continues:
            raise ValueError(f"latex: {target.label} continues an equation; give both sides")
        kind = "update" if target.kind == "update" else "claim"
        start, end = reading.equation.sides[0].span
        relation = reading.equation.relations[0].replace(r"\approx", "=")
        latex = f"{target.latex[start:end]} {relation} {latex}"
    # An inequality, or an update, can be true without saying the same.
    restated = "" if relation == "=" else target.label
    return replace(asked, kind=kind, latex=latex, against=restated)


def _side(latex: str, notation: Notation, what: str) -> tree.Node:
    """Read one side, to find its value or its derivative."""
    node = parse(latex, notation)
    if isinstance(node, tree.Equation):
        message = f"an equation has no {what}; give one of its sides"
        raise FormulaError("syntax", message, node.relation_spans[0])
    return node


@contextmanager
def _shown(latex: str) -> Iterator[None]:
    """Show the place in the LaTeX under the message of an error."""
    try:
        yield
    except FormulaError as error:
        if error.span is not None:
            error.add_note(show(latex, error.span))
        raise


def _run(
    latex: str,
    notation: Notation,
    values: Values,
    definitions: Sequence[str],
    by: str | None = None,
) -> Any:
    """Run one side, or its derivative, with given values and printed definitions."""
    _expect_definitions(definitions)
    book = Book(notation)
    session = Session(book, 0)
    for definition in definitions:
        book.add(definition, kind="definition", strict=False)
        with _shown(definition):
            session.define(book.statements[-1], session.read(book.statements[-1]))
    node = _side(latex, notation, "value" if by is None else "derivative")
    if by is not None:
        symbol = parse(by, notation)
        if not isinstance(symbol, tree.Entry):
            raise FormulaError("syntax", f"a derivative is taken by a symbol, not by {by}")
        node = tree.Derivative(node, (symbol,))
    ev = given_values(session.scope(notation), notation, values)
    with _shown(latex):
        return _over_letters(ev, node)


def _over_letters(ev: Evaluator, node: tree.Node) -> Any:
    """Run a node for all values of its free letters."""
    letters = free_letters(node)
    ranges: list[range] = []
    for name in letters:
        first = {other: found.start for other, found in zip(letters, ranges, strict=False)}
        lower, upper = letter_range(ev.start.with_letters(first), name, node)
        ranges.append(range(lower, upper + 1))
    points = (dict(zip(letters, at, strict=True)) for at in product(*ranges))
    values = [plain(ev.start.with_letters(point).value(node)) for point in points]
    if not letters:
        return values[0]
    return np.array(values).reshape(*map(len, ranges), *np.shape(values[0]))
