r"""Reading what begins with a command: fractions, roots, derivatives, matrices, cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import big, tree
from nnmath.formula.brackets import starts_bracket
from nnmath.formula.conditions import read_conditions
from nnmath.formula.errors import FormulaError
from nnmath.formula.listing import read_matrix
from nnmath.formula.template import bracketed, read_scripts
from nnmath.formula.token import Token

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["OPERATORS", "read_cases"]

DIFFERENTIALS = (r"\partial", "d")
MATRICES = ("pmatrix", "bmatrix", "matrix", "vmatrix", "Bmatrix", "smallmatrix", "array")


def _group(parser: Parser, command: Token) -> list[Token]:
    """Return the tokens of the braced group at the parser's position and step over it."""
    if parser.text() != "{":
        raise parser.error(f"{command.text} needs its argument in braces")
    end = bracketed(parser.tokens, parser.i)
    tokens = list(parser.tokens[parser.i + 1 : end])
    parser.i = end + 1
    return tokens


def _fraction(parser: Parser) -> tree.Node:
    command = parser.take()
    if parser.text() != "{":
        numerator = parser.argument(command)
        denominator = parser.argument(command)
        return tree.Quotient(numerator, denominator, span=parser.since(command.start))
    above = _group(parser, command)
    if parser.text() == "{":
        below = _group(parser, command)
        if _is_derivative(above, below):
            return _derivative_fraction(parser, command, above, below)
        return tree.Quotient(
            parser.whole(above), parser.whole(below), span=parser.since(command.start)
        )
    return tree.Quotient(
        parser.whole(above), parser.argument(command), span=parser.since(command.start)
    )


def _is_derivative(above: Sequence[Token], below: Sequence[Token]) -> bool:
    r"""Tell a derivative from a fraction: both parts begin with the same ``\partial`` or d."""
    return (
        bool(above)
        and len(below) > 1
        and above[0].text == below[0].text
        and above[0].text in DIFFERENTIALS
        and "_" not in (below[1].text, *(token.text for token in above[1:2]))
    )


def _derivative_fraction(
    parser: Parser, command: Token, above: list[Token], below: list[Token]
) -> tree.Node:
    """Read ``\\frac{\\partial y}{\\partial x}``, ``\\frac{d}{dx}`` before its body, and higher orders."""
    scripts, start = read_scripts(above, 1)
    order = 1 if scripts.sup is None else _order(scripts.sup)
    by = _variables(parser, below)
    if len(by) != order:
        raise FormulaError(
            "syntax", f"the derivative says {order} above and {len(by)} below", above[0].span
        )
    total = above[0].text == "d"
    rest = above[start:]
    body, places = (parser.whole(rest), ()) if rest else _without_place(_operand(parser))
    node = tree.Derivative(body, by, total, span=parser.since(command.start))
    return tree.At(node, places, span=node.span) if places else node


def _without_place(body: tree.Node) -> tuple[tree.Node, tuple[tree.Node, ...]]:
    """Take off a place behind an operand: in ``\\frac{d}{dx} x^2 |_{x=3}`` the derivative is taken there."""
    last = body.factors[-1] if isinstance(body, tree.Product) else body
    if not isinstance(last, tree.At) or last.span[0] < last.body.span[0]:
        return body, ()  # none, or one that begins with \\left. inside
    if isinstance(body, tree.Product):
        return replace(body, factors=(*body.factors[:-1], last.body)), last.places
    return last.body, last.places


def _order(sup: Sequence[Token]) -> int:
    if len(sup) != 1 or sup[0].text not in ("2", "3", "4"):
        raise FormulaError("syntax", "the order of a derivative is 2, 3 or 4", sup[0].span)
    return int(sup[0].text)


def _variables(parser: Parser, below: Sequence[Token]) -> tuple[tree.Node, ...]:
    """Read what stands under a derivative: ``\\partial x \\partial y`` or ``\\partial x^2``."""
    inner = parser.inner(below)
    by: list[tree.Node] = []
    sign = below[0].text
    while inner.i < len(below):
        inner.expect(sign)
        node = inner.factor()
        times = 1
        if isinstance(node, tree.Power):
            if not isinstance(node.exponent, tree.Number) or node.exponent.value not in (2, 3, 4):
                raise FormulaError("syntax", "the order of a derivative is 2, 3 or 4", node.span)
            times = int(node.exponent.value)
            node = node.base
        by += [node] * times
    return tuple(by)


def _operand(parser: Parser) -> tree.Node:
    """Read what ``\\frac{d}{dx}`` is applied to: a bracket, or the product that follows."""
    if not parser.starts_factor():
        raise parser.error("the derivative has nothing to act on")
    start = parser.token.start
    in_brackets = starts_bracket(parser)
    factors = [parser.factor()]
    while (
        not in_brackets
        and parser.starts_factor()
        and parser.text() not in (r"\frac", r"\partial", r"\nabla")
    ):
        factors.append(parser.factor())
    if len(factors) == 1:
        return factors[0]
    return tree.Product(tuple(factors), ("",) * (len(factors) - 1), span=parser.since(start))


def _partial(parser: Parser) -> tree.Node:
    r"""Read ``\partial_x`` before one factor."""
    sign = parser.take()
    scripts, parser.i = read_scripts(parser.tokens, parser.i)
    if scripts.sub is None or scripts.primes:
        raise FormulaError(
            "syntax", r"\partial needs a subscript, or stands in a fraction", sign.span
        )
    order = 1 if scripts.sup is None else _order(scripts.sup)
    by = parser.whole(scripts.sub)
    if not parser.starts_factor():
        raise parser.error("the derivative has nothing to act on")
    return tree.Derivative(parser.factor(), (by,) * order, span=parser.since(sign.start))


def _nabla(parser: Parser) -> tree.Node:
    sign = parser.take()
    scripts, parser.i = read_scripts(parser.tokens, parser.i)
    order = 1 if scripts.sup is None else _order(scripts.sup)
    if order > 2 or scripts.primes:
        raise FormulaError("syntax", r"\nabla is read alone and as \nabla^2", scripts.span)
    by = None if scripts.sub is None else parser.whole(scripts.sub)
    if not parser.starts_factor():
        raise parser.error("the gradient has nothing to act on")
    body = parser.factor()
    if order == 2 and by is None and isinstance(body, tree.Apply) and len(body.arguments) == 1:
        by = body.arguments[0]
    return tree.Gradient(body, by, order == 2, span=parser.since(sign.start))


def _root(parser: Parser) -> tree.Node:
    command = parser.take()
    degree: tree.Node = tree.Number(2.0)
    if parser.text() == "[":
        end = bracketed(parser.tokens, parser.i)
        degree = parser.whole(parser.tokens[parser.i + 1 : end])
        parser.i = end + 1
    body = parser.argument(command)
    half = tree.Quotient(tree.Number(1.0), degree)
    return parser.postfix(tree.Power(body, half, span=parser.since(command.start)), command.start)


def _binomial(parser: Parser) -> tree.Node:
    command = parser.take()
    n, k = parser.argument(command), parser.argument(command)
    return tree.Binomial(n, k, span=parser.since(command.start))


# Matrices and cases


def _environment(parser: Parser) -> tree.Node:
    begin = parser.take()
    rows = _rows(parser, begin)
    span = parser.since(begin.start)
    if begin.text in ("cases", "dcases"):
        return _cases(parser, rows, begin)
    if begin.text not in MATRICES:
        raise FormulaError("syntax", f"the environment {begin.text} isn't read here", begin.span)
    matrix = read_matrix(parser, rows, span)
    whole = tree.Bars(matrix, span=span) if begin.text == "vmatrix" else matrix
    return parser.postfix(whole, begin.start)


def _rows(parser: Parser, begin: Token) -> list[list[list[Token]]]:
    """Split an environment into rows and cells and step over it."""
    rows: list[list[list[Token]]] = [[[]]]
    depth = 1
    while parser.token.text or parser.token.kind in ("begin", "end"):
        token = parser.take()
        depth += (token.kind == "begin") - (token.kind == "end")
        if depth == 0:
            if token.text != begin.text:
                raise FormulaError("syntax", f"{begin.text} is closed by {token.text}", token.span)
            if rows[-1] == [[]] and len(rows) > 1:
                rows.pop()
            return rows
        if depth == 1 and token.text == "&":
            rows[-1].append([])
        elif depth == 1 and token.text == r"\\":
            rows.append([[]])
        else:
            rows[-1][-1].append(token)
    raise FormulaError("syntax", f"this {begin.text} is never closed", begin.span)


def read_cases(parser: Parser) -> tree.Node:
    """Read an array of values and conditions that stands behind a brace."""
    begin = parser.take()
    return _cases(parser, _rows(parser, begin), begin)


def _cases(parser: Parser, rows: list[list[list[Token]]], begin: Token) -> tree.Node:
    values: list[tree.Node] = []
    conditions: list[tree.Node | None] = []
    for row in rows:
        if len(row) != 2:
            raise FormulaError(
                "syntax", "each case needs a value, an & and a condition", begin.span
            )
        values.append(parser.whole(_without_comma(row[0])))
        conditions.append(_case_condition(parser, row[1]))
    if None in conditions[:-1]:
        raise FormulaError("syntax", "only the last case can be the other one", begin.span)
    return tree.Cases(tuple(values), tuple(conditions), span=parser.since(begin.start))


def _without_comma(tokens: list[Token]) -> list[Token]:
    return tokens[:-1] if tokens and tokens[-1].text in (",", ".", ";") else tokens


def _case_condition(parser: Parser, tokens: list[Token]) -> tree.Node | None:
    words = [token.text for token in tokens if token.kind == "name"]
    if words and words[0].rstrip(".,") in ("otherwise", "else", "if otherwise", "elsewhere"):
        return None
    if tokens and words[:1] in (["if"], ["for"], ["when"], ["where"]):
        tokens = tokens[1:]
    found = read_conditions(parser, _without_comma(tokens))
    if len(found) != 1:
        raise FormulaError("syntax", "a case needs one condition", parser.token.span)
    return found[0]


OPERATORS: dict[str, Callable[[Parser], tree.Node]] = {
    r"\frac": _fraction,
    r"\sqrt": _root,
    r"\partial": _partial,
    r"\nabla": _nabla,
    r"\binom": _binomial,
    **big.OPERATORS,
    **dict.fromkeys(
        (*MATRICES, "cases", "dcases", "rcases", "aligned", "gathered", "split"), _environment
    ),
}
