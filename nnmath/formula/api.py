r"""Reading, running, differentiating and checking a single formula, without a book around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.book import Book, Result, Statement
from nnmath.formula.checking import Session
from nnmath.formula.equation import read
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator
from nnmath.formula.letters import free_letters
from nnmath.formula.notation import Notation, Symbol
from nnmath.formula.points import letter_range

__all__ = ["check", "differentiate", "evaluate", "parse"]

Values = Mapping[str, Any]


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
        With the place of what isn't read.

    Examples
    --------
    >>> from nnmath import formula
    >>> notation = formula.Notation()
    >>> x = notation.declare("x")
    >>> formula.parse("2x", notation)
    Product(factors=(Number(value=2.0), Entry(symbol=Symbol(x), indices=())), operators=('',))
    """
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
        The value of each primitive symbol, under its declared LaTeX or its code name. Arrays have an axis for each
        index, in the order of declaration, then those of the declared shape. Sizes follow from the arrays.
    definitions : sequence of str
        Printed definitions of the other symbols.

    Returns
    -------
    float or ndarray

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
        raise FormulaError(
            "syntax", "an equation has no value; give one of its sides", node.relation_spans[0]
        )
    return _over_letters(_given(notation, values, definitions), node)


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
    notation, values, definitions
        As for `evaluate`.

    Returns
    -------
    float or ndarray

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
    return _over_letters(_given(notation, values, definitions), tree.Derivative(body, (symbol,)))


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
        same.
    book : Book, optional
        A book whose equations hold up to the label.
    definitions : sequence of str
        Printed definitions that come before.
    condition : str
        A condition, such as ``for l = L``.
    seed : int
        Which worlds.

    Returns
    -------
    Result

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import formula
    >>> notation = formula.Notation("statistics")
    >>> n = notation.declare("n", domain="size")
    >>> x = notation.declare("x_i", indices="i = 1..n", code="x")
    >>> def mean(x):
    ...     return np.mean(x)
    >>> formula.check(r"\frac{1}{n} \sum_{i=1}^n x_i", notation, against=mean).verdict
    'holds'
    >>> print(formula.check(r"\frac{1}{n-1} \sum_{i=1}^n x_i", notation, against=mean).category)
    code
    """
    if (
        book is not None
        and isinstance(against, str)
        and any(s.label == against for s in book.statements)
    ):
        return _check_labelled(latex, notation, book, against, condition, seed)
    if notation is None:
        raise ValueError("a notation is needed, or a book and the label of one of its equations")
    own = Book(notation)
    for number, definition in enumerate(definitions, start=1):
        own.add(definition, label=f"definition {number}", kind="definition", strict=False)
    own.add(latex, kind=_kind(latex, notation), condition=condition, code=against, strict=False)
    results = own.check(seed, hints=True)
    return next((r for r in results if r.verdict == "fails"), results[-1])


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
    session.run(until=label)
    text = latex
    if _kind(latex, notation or target.notation) == "expression":
        left = session.read(target).equation.sides[0]
        text = f"{target.latex[left.span[0] : left.span[1]]} = {latex}"
    statement = Statement(
        text,
        notation or target.notation,
        condition=condition or target.condition,
        strict=False,
        label=f"for {label}",
    )
    return session.check(statement)


# Given values


def _given(notation: Notation, values: Values, definitions: Sequence[str]) -> Evaluator:
    """Return an evaluator whose world holds the given values."""
    book = Book(notation)
    for definition in definitions:
        book.add(definition, kind="definition", strict=False)
    session = Session(book, 0)
    for statement in book.statements:
        session.define(statement, session.read(statement))
    ev = next(session.worlds(notation))
    known = {symbol.latex: symbol for symbol in notation.symbols()}
    known |= {symbol.code: symbol for symbol in notation.symbols() if symbol.code}
    for name, value in values.items():
        if name not in known:
            raise FormulaError("undeclared", f"{name} is no declared symbol")
        _give(ev, known[name], value)
    return ev


def _give(ev: Evaluator, symbol: Symbol, value: Any) -> None:
    """Put a value into a world, with the sizes that it shows."""
    if symbol.domain == "size" and not symbol.indices:
        ev.world.sizes[symbol, ()] = int(value)
        return
    ev.world.given[symbol] = value
    if callable(value):
        return
    bounds = [index.upper for index in symbol.indices] + list(symbol.shape)
    lowers = [index.lower for index in symbol.indices] + [tree.Number(1.0)] * len(symbol.shape)
    part = value
    for lower, upper in zip(lowers, bounds, strict=True):
        if not hasattr(part, "__len__"):
            raise FormulaError("shape", f"the given {symbol.latex} has too few axes")
        if isinstance(upper, tree.Entry) and not upper.indices and isinstance(lower, tree.Number):
            size = len(part) + int(lower.value) - 1
            known = ev.world.sizes.setdefault((upper.symbol, ()), size)
            if known != size:
                raise FormulaError(
                    "shape", f"{symbol.latex} shows {upper.symbol.latex} = {size}, not {known}"
                )
        part = part[0] if len(part) else 0.0


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
