r"""Reading, running, differentiating and checking a single formula, without a book around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import product
from typing import Any

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.book import Book, Result, Statement
from nnmath.formula.checking import Session
from nnmath.formula.equation import read
from nnmath.formula.errors import FormulaError, expect, show
from nnmath.formula.evaluation import Env, Evaluator
from nnmath.formula.given import Values, given_values
from nnmath.formula.letters import free_letters
from nnmath.formula.notation import Notation
from nnmath.formula.ranges import letter_range

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
    node = parse(latex, notation)
    if isinstance(node, tree.Equation):
        message = "an equation has no value; give one of its sides"
        raise FormulaError("syntax", message, node.relation_spans[0])
    return _run(latex, node, notation, values, definitions)


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
    body, symbol = parse(latex, notation), parse(by, notation)
    if isinstance(body, tree.Equation):
        message = "an equation has no derivative; give one of its sides"
        raise FormulaError("syntax", message, body.relation_spans[0])
    if not isinstance(symbol, tree.Entry):
        raise FormulaError("syntax", f"a derivative is taken by a symbol, not by {by}")
    return _run(latex, tree.Derivative(body, (symbol,)), notation, values, definitions)


def check(
    latex: str,
    notation: Notation | None = None,
    *,
    against: str | Callable[..., Any] | None = None,
    book: Book | None = None,
    definitions: Sequence[str] = (),
    condition: str = "",
    seed: int = 0,
) -> Result:
    r"""Check a formula of one's own.

    Parameters
    ----------
    latex : str
        An equation; or one side, which is then compared to what `against` names.
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
    _expect_arguments(latex, notation, against, book, definitions, condition, seed)
    if book is not None and isinstance(against, str):
        labels = [statement.label for statement in book.statements if statement.label]
        if against in labels:
            return _check_labelled(latex, notation, book, against, condition, seed)
        if "." not in against:
            near = get_close_matches(against, labels) or labels[:5]
            raise ValueError(f"against: {against!r} is no label of the book; near are {near}")
    if notation is None:
        raise ValueError("a notation is needed, or a book and the label of one of its equations")
    kind = _kind(latex, notation)
    if kind == "expression" and against is None:
        raise ValueError("latex: one side can't be true or false; give an equation, or `against`")
    own = Book(notation, functions=book.functions if book else None)
    for number, definition in enumerate(definitions, start=1):
        own.add(definition, label=f"definition {number}", kind="definition", strict=False)
    own.add(latex, kind=kind, condition=condition, code=against, strict=False)
    results = own.check(seed, hints=True)
    return next((r for r in results if r.verdict == "fails"), results[-1])


def _expect_arguments(
    latex: object,
    notation: object,
    against: object,
    book: object,
    definitions: object,
    condition: object,
    seed: object,
) -> None:
    """Raise a TypeError for an argument of the wrong type."""
    expect("latex", latex, str, "LaTeX as text")
    expect("condition", condition, str, "a condition as text")
    expect("seed", seed, (int, np.integer), "a whole number")
    _expect_definitions(definitions)
    if notation is not None:
        expect("notation", notation, Notation, "a Notation")
    if book is not None:
        expect("book", book, Book, "a Book")
    if not (against is None or isinstance(against, str) or callable(against)):
        expect("against", against, str, "a label, or a function or its name")


def _expect_definitions(definitions: object) -> None:
    if isinstance(definitions, str):
        raise TypeError("definitions: expected a list of definitions, got a single text")
    expect("definitions", definitions, Sequence, "a list of definitions")


def _kind(latex: str, notation: Notation) -> str:
    """Tell an expression from an equation and an update; what can't be read is reported by the check."""
    try:
        relations = read(latex, notation).equation.relations
    except FormulaError:
        return "claim"
    return "expression" if not relations else "update" if r"\leftarrow" in relations else "claim"


def _check_labelled(
    latex: str, notation: Notation | None, book: Book, label: str, condition: str, seed: int
) -> Result:
    """Check in the place of a labelled equation, against its left side if only a right side is given."""
    target = book[label]
    session = Session(book, seed)
    session.build_up(label)
    kind, text = _kind(latex, notation or target.notation), latex
    if kind == "expression":
        reading = session.read(target)
        if reading.continues:
            raise ValueError(f"latex: {label} continues an equation; give both sides")
        left, kind = reading.equation.sides[0], target.kind if target.kind == "update" else "claim"
        relation = r"\leftarrow" if kind == "update" else "="
        text = f"{target.latex[left.span[0] : left.span[1]]} {relation} {latex}"
    return session.check(
        Statement(
            text,
            notation or target.notation,
            f"for {label}",
            kind,
            condition or target.condition,
            against=label if kind == "update" else "",
            tolerance=target.tolerance,
            order=target.order,
            strict=False,
        )
    )


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
    latex: str, node: tree.Node, notation: Notation, values: Values, definitions: Sequence[str]
) -> Any:
    """Run a node with given values and printed definitions."""
    _expect_definitions(definitions)
    book = Book(notation)
    session = Session(book, 0)
    for definition in definitions:
        book.add(definition, kind="definition", strict=False)
        with _shown(definition):
            session.define(book.statements[-1], session.read(book.statements[-1]))
    ev = given_values(session, notation, values)
    with _shown(latex):
        return _over_letters(ev, node)


def _over_letters(ev: Evaluator, node: tree.Node) -> Any:
    """Run a node for all values of its free letters."""
    letters = free_letters(node)

    def at(env: Env) -> Any:
        value = duals.primal(ev.value(node, env, ev.base))
        if isinstance(value, np.ndarray) and value.shape[1] == 1:
            return value.ravel()
        return value

    if not letters:
        return at({})
    bounds: list[tuple[int, int]] = []
    for name in letters:
        env = {other: found[0] for other, found in zip(letters, bounds, strict=False)}
        bounds.append(letter_range(ev, name, node, env, ev.base))
    ranges = [range(lower, upper + 1) for lower, upper in bounds]
    flat = [at(dict(zip(letters, values, strict=True))) for values in product(*ranges)]
    shape = tuple(len(r) for r in ranges)
    return np.array(flat).reshape(*shape, *np.shape(flat[0]))
