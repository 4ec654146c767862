r"""Reading what begins with a command: fractions, roots, matrices, cases; with sums and derivatives, all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nnmath.formula import big, tree
from nnmath.formula.conditions import read_conditions
from nnmath.formula.derivatives import is_derivative, read_derivative, read_nabla, read_partial
from nnmath.formula.errors import unread
from nnmath.formula.lists import read_matrix
from nnmath.formula.tokens import Token, levels, split

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["OPERATORS", "read_cases"]

MATRICES = ("pmatrix", "bmatrix", "matrix", "vmatrix", "Bmatrix", "smallmatrix", "array")
CASES = ("cases", "dcases")
OTHERWISE = ("otherwise", "else", "if otherwise", "elsewhere")
Rows = list[list[Sequence[Token]]]


def _fraction(parser: Parser) -> tree.Node:
    command = parser.take()
    if parser.text() != "{":
        above = parser.argument(command)
    else:
        tokens = parser.group()
        before = parser.i
        below = parser.group() if parser.text() == "{" else []
        if is_derivative(tokens, below):
            return read_derivative(parser, command.start, tokens, below)
        above, parser.i = parser.whole(tokens), before
    return tree.Quotient(above, parser.argument(command), span=parser.since(command.start))


def _root(parser: Parser) -> tree.Node:
    command = parser.take()
    degree = parser.whole(parser.group()) if parser.text() == "[" else tree.Number(2.0)
    body = parser.argument(command)
    half = tree.Quotient(tree.Number(1.0), degree)
    return parser.postfix(tree.Power(body, half, span=parser.since(command.start)), command.start)


def _binomial(parser: Parser) -> tree.Node:
    command = parser.take()
    n, k = parser.argument(command), parser.argument(command)
    return tree.Binomial(n, k, span=parser.since(command.start))


# Matrices and cases


def _environment(parser: Parser) -> tree.Node:
    begin = parser.token
    if begin.text in CASES:
        return read_cases(parser)
    rows = _rows(parser)
    if begin.text not in MATRICES:
        raise unread(f"the environment {begin.text} isn't read here", begin.span)
    span = parser.since(begin.start)
    matrix = read_matrix(parser, rows, span)
    whole = tree.Bars(matrix, span=span) if begin.text == "vmatrix" else matrix
    return parser.postfix(whole, begin.start)


def _rows(parser: Parser) -> Rows:
    """Split an environment into rows and cells and step over it."""
    begin, start = parser.take(), parser.i
    inside = levels(parser.tokens[start:], {})
    length = next((k for k, (depth, _) in enumerate(inside) if depth < 0), None)
    if length is None:
        raise unread(f"this {begin.text} is never closed", begin.span)
    parser.i += length
    if parser.text() != begin.text:
        raise unread(f"{begin.text} is closed by {parser.text()}", parser.token.span)
    rows = split(parser.tokens[start : parser.i], r"\\")
    parser.take()
    return [split(row, "&") for row in (rows if rows[-1] else rows[:-1] or rows)]


def read_cases(parser: Parser) -> tree.Node:
    """Read values and their conditions, as in cases or an array behind a brace."""
    begin = parser.token
    values: list[tree.Node] = []
    conditions: list[tree.Node | None] = []
    for row in _rows(parser):
        if len(row) != 2:
            raise unread("each case needs a value, an & and a condition", begin.span)
        values.append(parser.whole(_without_comma(row[0])))
        conditions.append(_case_condition(parser, row[1]))
    if None in conditions[:-1]:
        raise unread("only the last case can be the other one", begin.span)
    return tree.Cases(tuple(values), tuple(conditions), span=parser.since(begin.start))


def _without_comma(tokens: Sequence[Token]) -> Sequence[Token]:
    return tokens[:-1] if tokens and tokens[-1].text in (",", ".", ";") else tokens


def _case_condition(parser: Parser, tokens: Sequence[Token]) -> tree.Node | None:
    words = [token.text for token in tokens if token.kind == "name"]
    if words and words[0].rstrip(".,") in OTHERWISE:
        return None
    if words[:1] in (["if"], ["for"], ["when"], ["where"]):
        tokens = tokens[1:]
    found = read_conditions(parser, _without_comma(tokens))
    if len(found) != 1:
        raise unread("a case needs one condition", parser.token.span)
    return found[0]


OPERATORS: dict[str, Callable[[Parser], tree.Node]] = {
    r"\frac": _fraction,
    r"\sqrt": _root,
    r"\partial": read_partial,
    r"\nabla": read_nabla,
    r"\binom": _binomial,
    **big.OPERATORS,
    **dict.fromkeys((*MATRICES, *CASES, "rcases", "aligned", "gathered", "split"), _environment),
}
