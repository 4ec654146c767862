r"""Reading derivatives: ``\frac{\partial y}{\partial x}``, ``\frac{d}{dx}``, ``dy/dx``, ``\partial_x``, gradients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.brackets import starts_bracket
from nnmath.formula.errors import unread
from nnmath.formula.heads import Scripts, Tokens, read_head, read_scripts
from nnmath.formula.tokens import Token, text_of

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = [
    "is_derivative", "is_differential", "read_derivative", "read_differential_quotient", "read_nabla", "read_partial",
]  # fmt: skip

SIGNS = (r"\partial", "d")
NO_ORDER = "the order of a derivative is 2, 3 or 4"


def is_differential(parser: Parser) -> bool:
    """Tell whether ``dx`` stands at the parser's position."""
    return parser.text() == "d" and _symbol_end(parser.tokens, parser.i + 1) > 0


def _symbol_end(tokens: Sequence[Token], i: int) -> int:
    """Return the position behind a symbol with its scripts, or 0 if there is none."""
    head = read_head(tokens, i)
    return 0 if head is None else read_scripts(tokens, head[1])[1]


def read_differential_quotient(parser: Parser) -> tree.Node | None:
    r"""Read ``dy/dx`` or ``\partial y / \partial x``; return None if none stands here."""
    sign, start, tokens = parser.token, parser.i, parser.tokens
    slash = _symbol_end(tokens, start + 1) if sign.text in SIGNS else 0
    if not slash or [t.text for t in tokens[slash : slash + 2]] != ["/", sign.text]:
        return None
    end = _symbol_end(tokens, slash + 2)
    if not end:
        return None
    body, by = parser.whole(tokens[start + 1 : slash]), parser.whole(tokens[slash + 2 : end])
    parser.i = end
    return tree.Derivative(body, (by,), sign.text == "d", span=parser.since(sign.start))


def is_derivative(above: Sequence[Token], below: Sequence[Token]) -> bool:
    r"""Tell a derivative from a fraction: both parts begin with the same ``\partial`` or d."""
    sign = text_of(above[:1])
    alike = sign in SIGNS and len(below) > 1 and sign == below[0].text
    return alike and "_" not in (below[1].text, text_of(above[1:2]))


def read_derivative(
    parser: Parser, start: int, above: Sequence[Token], below: Sequence[Token]
) -> tree.Node:
    r"""Read ``\frac{\partial y}{\partial x}``, ``\frac{d}{dx}`` before its body, and higher orders."""
    scripts, end = read_scripts(above, 1)
    order, by = _order(scripts.sup), _variables(parser, below)
    if len(by) != order:
        raise unread(f"the derivative says {order} above and {len(by)} below", above[0].span)
    rest = above[end:]
    body, places = (parser.whole(rest), ()) if rest else _without_place(_operand(parser))
    node = tree.Derivative(body, by, above[0].text == "d", span=parser.since(start))
    return tree.At(node, places, span=node.span) if places else node


def _without_place(body: tree.Node) -> tuple[tree.Node, tuple[tree.Node, ...]]:
    """Take off a place behind an operand: in ``\\frac{d}{dx} x^2 |_{x=3}`` the derivative is taken there."""
    last = body.factors[-1] if isinstance(body, tree.Product) else body
    if not isinstance(last, tree.At) or last.span[0] < last.body.span[0]:
        return body, ()  # none, or one that begins with \\left. inside
    if isinstance(body, tree.Product):
        return replace(body, factors=(*body.factors[:-1], last.body)), last.places
    return last.body, last.places


def _order(sup: Tokens | None) -> int:
    if sup is None:
        return 1
    if text_of(sup) not in ("2", "3", "4"):
        raise unread(NO_ORDER, sup[0].span)
    return int(sup[0].text)


def _variables(parser: Parser, below: Sequence[Token]) -> tuple[tree.Node, ...]:
    r"""Read what stands under a derivative: ``\partial x \partial y`` or ``\partial x^2``."""
    inner = parser.inner(below)
    by: list[tree.Node] = []
    while inner.i < len(below):
        inner.expect(below[0].text)
        match inner.factor():
            case tree.Power(base, tree.Number(2 | 3 | 4 as order)):
                by += [base] * int(order)
            case tree.Power() as power:
                raise unread(NO_ORDER, power.span)
            case node:
                by.append(node)
    return tuple(by)


def _operand(parser: Parser) -> tree.Node:
    r"""Read what ``\frac{d}{dx}`` is applied to: a bracket, or the product that follows."""
    start, in_brackets = parser.token.start, starts_bracket(parser)
    factors = [_factor(parser)]
    ends = (r"\frac", r"\partial", r"\nabla")
    while not in_brackets and parser.starts_factor() and parser.text() not in ends:
        factors.append(parser.factor())
    if len(factors) == 1:
        return factors[0]
    return tree.Product(tuple(factors), ("",) * (len(factors) - 1), span=parser.since(start))


def _factor(parser: Parser, what: str = "derivative") -> tree.Node:
    if not parser.starts_factor():
        raise parser.error(f"the {what} has nothing to act on")
    return parser.factor()


def _sign(parser: Parser) -> tuple[Token, Scripts, int]:
    """Read a sign with its scripts, and the order that they say."""
    sign = parser.take()
    scripts, parser.i = read_scripts(parser.tokens, parser.i)
    return sign, scripts, _order(scripts.sup)


def read_partial(parser: Parser) -> tree.Node:
    r"""Read ``\partial_x`` before one factor."""
    sign, scripts, order = _sign(parser)
    if scripts.sub is None or scripts.primes:
        raise unread(r"\partial needs a subscript, or stands in a fraction", sign.span)
    by = parser.whole(scripts.sub)
    return tree.Derivative(_factor(parser), (by,) * order, span=parser.since(sign.start))


def read_nabla(parser: Parser) -> tree.Node:
    r"""Read ``\nabla``, with or without what it is by, and ``\nabla^2``."""
    sign, scripts, order = _sign(parser)
    if order > 2 or scripts.primes:
        raise unread(r"\nabla is read alone and as \nabla^2", scripts.span)
    by = None if scripts.sub is None else parser.whole(scripts.sub)
    body = _factor(parser, "gradient")
    if order == 2 and by is None and isinstance(body, tree.Apply) and len(body.arguments) == 1:
        by = body.arguments[0]
    return tree.Gradient(body, by, order == 2, span=parser.since(sign.start))
