r"""Where the declared symbols stand in the LaTeX of an equation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nnmath.formula import tree
from nnmath.formula.equation import read
from nnmath.formula.errors import Span
from nnmath.formula.heads import read_head, read_scripts
from nnmath.formula.lexer import tokenize
from nnmath.formula.notation import Notation, Symbol
from nnmath.formula.tokens import Token

__all__ = ["Occurrence", "occurrences"]


@dataclass(frozen=True)
class Occurrence:
    """A declared symbol and the part of the LaTeX that prints it."""

    symbol: Symbol
    span: Span


def occurrences(latex: str, notation: Notation) -> list[Occurrence]:
    r"""Return every place of a declared symbol, from left to right.

    A place within a script of another symbol comes after that one. No two places overlap otherwise.

    Parameters
    ----------
    latex : str
        An equation, or one side of one.
    notation : Notation
        Where its symbols are declared.

    Returns
    -------
    list of Occurrence

    Raises
    ------
    FormulaError
        If the formula can't be read.

    Examples
    --------
    >>> from nnmath import formula
    >>> from nnmath.formula.occurrences import occurrences
    >>> notation = formula.Notation("statistics")
    >>> n = notation.declare("n", "number of observations", domain="size")
    >>> x = notation.declare("x_i", "observation", indices="i = 1..n")
    >>> latex = r"\frac{1}{n} \sum_{j=1}^n x_j"
    >>> [latex[slice(*one.span)] for one in occurrences(latex, notation)]
    ['n', 'n', 'x_j']
    """
    tokens = tokenize(latex)
    at = {token.start: k for k, token in enumerate(tokens)}
    found: dict[int, Occurrence] = {}
    for symbol, node in _symbols(read(latex, notation).equation):
        start = node.span[0]
        if start in at and start not in found:
            end = _end(node, tokens, at[start], notation)
            found[start] = Occurrence(symbol, (start, end))
    return list(_nested(sorted(found.values(), key=lambda one: one.span)))


def _symbols(equation: tree.Equation) -> Iterator[tuple[Symbol, tree.Node]]:
    for side in equation.sides:
        for node in tree.walk(side):
            symbol = getattr(node, "symbol", None)
            if isinstance(symbol, Symbol):
                yield symbol, node


def _end(node: tree.Node, tokens: list[Token], i: int, notation: Notation) -> int:
    """Return where the symbol at token `i` ends: behind its scripts, before an argument."""
    if isinstance(node, tree.Entry) and node.symbol.template.call is not None:
        return node.span[1]
    head = notation.long_head(tokens, i) or read_head(tokens, i)
    if head is None:  # braces around it
        return node.span[1]
    scripts, end = read_scripts(tokens, head[1])
    power = (
        isinstance(node, tree.Entry) and scripts.sup is not None and node.span[1] <= scripts.span[0]
    )
    return node.span[1] if power else tokens[end - 1].end


def _nested(found: list[Occurrence]) -> Iterator[Occurrence]:
    """Yield those that lie within an earlier one or behind it."""
    ends: list[int] = []
    for one in found:
        while ends and ends[-1] <= one.span[0]:
            ends.pop()
        if not ends or one.span[1] <= ends[-1]:
            ends.append(one.span[1])
            yield one
