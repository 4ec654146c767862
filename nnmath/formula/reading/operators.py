r"""Reading what begins with a command: fractions, roots, derivatives, matrices, cases; with sums, all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Span, unread
from nnmath.formula.reading import big
from nnmath.formula.reading.conditions import (
    BARS,
    join_sets,
    read_arguments,
    read_conditions,
    starts_bracket,
)
from nnmath.formula.reading.letters import fill, fill_list
from nnmath.formula.reading.tokens import (
    Scripts,
    Token,
    Tokens,
    levels,
    read_head,
    read_script,
    read_scripts,
    split,
    text_of,
)

if TYPE_CHECKING:
    from nnmath.formula.reading.parser import Parser

SIGNS = (r"\partial", "d")
NO_ORDER = "the order of a derivative is 2, 3 or 4"
MATRICES = ("pmatrix", "bmatrix", "matrix", "vmatrix", "Bmatrix", "smallmatrix", "array")
CASES = ("cases", "dcases")
OTHERWISE = ("otherwise", "else", "if otherwise", "elsewhere")
Cells = list[Sequence[Token]]
Rows = list[Cells]


def _fraction(parser: Parser) -> tree.Node:
    command = parser.take()
    if parser.text() != "{":
        above = parser.argument(command)
    else:
        tokens = parser.group()
        before = parser.i
        below = parser.group() if parser.text() == "{" else []
        if _is_derivative(tokens, below):
            return _derivative(parser, command.start, tokens, below)
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


# Derivatives


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


def _is_derivative(above: Sequence[Token], below: Sequence[Token]) -> bool:
    r"""Tell a derivative from a fraction: both parts begin with the same ``\partial`` or d."""
    sign = text_of(above[:1])
    alike = sign in SIGNS and len(below) > 1 and sign == below[0].text
    return alike and "_" not in (below[1].text, text_of(above[1:2]))


def _derivative(
    parser: Parser, start: int, above: Sequence[Token], below: Sequence[Token]
) -> tree.Node:
    r"""Read ``\frac{\partial y}{\partial x}``, ``\frac{d}{dx}`` before its body, and higher orders."""
    scripts, end = read_scripts(above, 1)
    order, by = _order(scripts.sup), _variables(parser, below)
    if len(by) != order:
        raise unread(f"the derivative says {order} above and {len(by)} below", above[0].span)
    rest = above[end:]
    body, places = (parser.whole(rest), ()) if rest else _without_place(_operand(parser))
    if isinstance(body, tree.Entry) and body.symbol.is_function and parser.text() == "(":
        places = tuple(read_arguments(parser)[0])
    node: tree.Node = tree.Derivative(body, by, above[0].text == "d", span=parser.since(start))
    if by[1:] == (tree.Transpose(by[0]),):  # the matrix of second derivatives
        node = tree.Gradient(body, by[0], second=True, span=node.span)
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
    first = _factor(parser)
    return first if in_brackets else parser.product(start, _following(parser, first))


def _following(parser: Parser, first: tree.Node) -> list[tree.Node]:
    """Read the factors behind the first one, up to the next derivative."""
    factors = [first]
    while parser.starts_factor() and parser.text() not in (r"\partial", r"\nabla"):
        before, factor = parser.i, parser.factor()
        if isinstance(factor.body if isinstance(factor, tree.At) else factor, tree.Derivative):
            parser.i = before
            break
        factors.append(factor)
    return factors


def _factor(parser: Parser, what: str = "derivative") -> tree.Node:
    if not parser.starts_factor():
        raise parser.error(f"the {what} has nothing to act on")
    return parser.factor()


def _sign(parser: Parser) -> tuple[Token, Scripts, int]:
    """Read a sign with its scripts, and the order that they say."""
    sign = parser.take()
    scripts, parser.i = read_scripts(parser.tokens, parser.i)
    return sign, scripts, _order(scripts.sup)


def _partial(parser: Parser) -> tree.Node:
    r"""Read ``\partial_x`` before one factor."""
    sign, scripts, order = _sign(parser)
    if scripts.sub is None or scripts.primes:
        raise unread(r"\partial needs a subscript, or stands in a fraction", sign.span)
    by = parser.whole(scripts.sub)
    body = _reached(parser, by, "derivative")
    return tree.Derivative(body, (by,) * order, span=parser.since(sign.start))


def _nabla(parser: Parser) -> tree.Node:
    r"""Read ``\nabla``, with or without what it is by, and ``\nabla^2``."""
    sign, scripts, order = _sign(parser)
    if order > 2 or scripts.primes:
        raise unread(r"\nabla is read alone and as \nabla^2", scripts.span)
    by = None if scripts.sub is None else parser.whole(scripts.sub)
    body = _reached(parser, by, "gradient")
    if isinstance(body, tree.Transpose) and isinstance(body.body, tree.Apply):  # the gradient's
        gradient = tree.Gradient(body.body, by, order == 2, span=parser.since(sign.start))
        return tree.Transpose(gradient, span=gradient.span)
    if isinstance(body, tree.Gradient) and order == 1 and not body.second and body.by == by:
        order, body = 2, body.body  # as in \nabla\nabla f
    if order == 2 and by is None and isinstance(body, tree.Apply) and len(body.arguments) == 1:
        by = body.arguments[0]
    return tree.Gradient(body, by, order == 2, span=parser.since(sign.start))


def _reached(parser: Parser, by: tree.Node | None, what: str) -> tree.Node:
    r"""Read the factor that a derivative is of, or all that follow, where of the first alone it would say nothing.

    So it is in ``\nabla_x \frac{1}{2} x^2``, ``\nabla_x A x`` and ``\nabla_x x^T A x``.
    """
    start, body = parser.token.start, _factor(parser, what)
    own = isinstance(body, tree.Transpose) and isinstance(body.body, tree.Apply)
    alone = by is not None and by == (body.body if isinstance(body, tree.Transpose) else body)
    goes_on = alone or not _depends(body, by)
    before, factors = parser.i, _following(parser, body)
    rest = any(_depends(factor, by) for factor in factors[1:])
    if goes_on and (alone or rest):
        return parser.product(start, factors)
    if rest and by is not None and not own:
        message = f"how far does this {what} reach? put what it is of in brackets"
        raise unread(message, factors[1].span)
    parser.i = before
    return body


def _depends(body: tree.Node, by: tree.Node | None) -> bool:
    """Tell whether a symbol stands in an expression; without one, whether it is more than a number."""
    heads = {node.symbol for node in tree.walk(body) if isinstance(node, tree.Entry)}
    if by is None:
        calls = any(isinstance(node, tree.Apply | tree.Big) for node in tree.walk(body))
        return calls or not all(symbol.is_size for symbol in heads)
    wanted = {node.symbol for node in tree.walk(by) if isinstance(node, tree.Entry)}
    heads |= {symbol.entry_of for symbol in heads | wanted if symbol.entry_of}
    return not heads.isdisjoint(wanted)


# Matrices and cases


def _environment(parser: Parser) -> tree.Node:
    begin = parser.token
    if begin.text in CASES:
        return read_cases(parser)
    rows = _rows(parser)
    if begin.text not in MATRICES:
        raise unread(f"the environment {begin.text} isn't read here", begin.span)
    span = parser.since(begin.start)
    matrix = _matrix(parser, rows, span)
    whole = tree.Bars(matrix, span=span) if begin.text == "vmatrix" else matrix
    return parser.postfix(whole, begin.start)


def _matrix(parser: Parser, rows: Rows, span: Span) -> tree.Matrix:
    """Read the cells of a matrix; a row or column of dots stands for those between its neighbours."""
    read = [_row(parser, row) for row in rows]
    known = [row for row in read if row is not None]
    if len(known) < len(read):
        dots = Token("command", r"\dots", *span)
        blocks = [tree.Matrix((row,), span=span) if row else dots for row in read]
        return tree.Matrix(tuple((block,) for block in fill("rows", blocks, span)[0]), span=span)
    run = any(isinstance(cell, tree.Series) for row in known for cell in row)
    if not run and len({len(row) for row in known}) != 1:
        raise FormulaError("shape", "the rows of this matrix have different lengths", span)
    return tree.Matrix(tuple(known), span=span)


def _row(parser: Parser, cells: Cells) -> tuple[tree.Node, ...] | None:
    """Read one row; None if all of it is dots."""
    dotted = [text_of(cell) == r"\dots" for cell in cells]
    if all(dotted):
        return None
    pairs = zip(cells, dotted, strict=True)
    return tuple(fill_list([cell[0] if dots else parser.whole(cell) for cell, dots in pairs]))


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
    tokens = tokens[1:] if text_of(tokens[:1]) == "," else tokens
    return tokens[:-1] if text_of(tokens[-1:]) in (",", ".", ";") else tokens


def _case_condition(parser: Parser, tokens: Sequence[Token]) -> tree.Node | None:
    tokens = _without_comma(tokens)
    words = [token.text for token in tokens if token.kind == "name"]
    if words and words[0].rstrip(".,") in OTHERWISE:
        return None
    if words[:1] in (["if"], ["for"], ["when"], ["where"]):
        tokens = tokens[1:]
    found = read_conditions(parser, tokens, intervals=True)
    if len(found) != 1:
        raise unread("a case needs one condition", parser.token.span)
    return found[0]


# Bars and angle brackets


def read_bars(parser: Parser) -> tree.Node:
    """Read an absolute value, a determinant, a norm, or the size of a set."""
    opening = parser.take()
    if parser.opens(r"\{"):
        before, inside = parser.i, parser.group()
        if len(split(inside, ":", *BARS)) > 1:
            parser.expect(opening.text)
            return big.read_count(parser, inside, opening.start)
        parser.i = before
    double = opening.text == r"\|"
    with parser.within(opening.text):
        body = join_sets(parser, parser.side())
    if parser.text() != opening.text or parser.token.kind == "open":
        found = parser.text() or "the end"
        raise parser.error(f"expected the closing {opening.text}, found {found}")
    parser.take()
    if not double or parser.text() != "_":
        return tree.Bars(body, double, span=parser.since(opening.start))
    below, parser.i = read_script(parser.tokens, parser.i)
    order = text_of(below)
    exponent = None if order in ("1", "2", "F", "*", r"\infty", "0") else parser.whole(below)
    return tree.Bars(body, True, order, exponent, span=parser.since(opening.start))


def read_inner_product(parser: Parser) -> tree.Node:
    """Read an inner product in angle brackets."""
    start = parser.token.start
    sides = parser.listed()
    span = parser.since(start)
    if len(sides) != 2:
        raise unread("an inner product is of two, with a comma between", span)
    return tree.Inner(*sides, span=span)


OPERATORS: dict[str, Callable[[Parser], tree.Node]] = {
    r"\frac": _fraction,
    r"\sqrt": _root,
    r"\partial": _partial,
    r"\nabla": _nabla,
    r"\binom": _binomial,
    **big.OPERATORS,
    **dict.fromkeys((*MATRICES, *CASES, "rcases", "aligned", "gathered", "split"), _environment),
}
