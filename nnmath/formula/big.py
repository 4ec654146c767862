r"""Reading sums, products, maxima, limits and integrals, and what they bind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.arguments import read_arguments
from nnmath.formula.conditions import COMPARISONS, indicator, read_conditions
from nnmath.formula.errors import FormulaError
from nnmath.formula.membership import read_set
from nnmath.formula.template import ACCENTS, Scripts, bracketed, read_head, read_scripts
from nnmath.formula.token import Token
from nnmath.formula.variables import variable_like

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["OPERATORS", "read_big"]

SUCH_THAT = (":", "|", r"\mid")


def read_big(parser: Parser, kind: str, start: int) -> tree.Node:
    """Read the scripts and the body of a sum or its like, whose sign has been taken."""
    scripts, parser.i = read_scripts(parser.tokens, parser.i)
    entrywise = parser.state.notation.elementwise and kind == "sum"
    if entrywise and scripts.sub is scripts.sup is None and parser.starts_factor():
        body = parser.term()  # a sum over all entries
        return tree.Apply("sum", (), (body,), span=parser.since(start))
    if scripts.sub is None:
        raise FormulaError(
            "syntax", f"this {kind} doesn't say what it runs over", parser.since(start)
        )
    after = parser.i
    node, guessed = _with_body(parser, kind, start, scripts)
    outside = {t.text for t in parser.state.side if not node.span[0] <= t.start < node.span[1]}
    if guessed & outside:  # the i of "j not i" has a meaning outside, so it isn't summed over
        parser.i = after
        parser.state.free |= guessed & outside
        node, _ = _with_body(parser, kind, start, scripts)
    return node


def _with_body(
    parser: Parser, kind: str, start: int, scripts: Scripts
) -> tuple[tree.Node, set[str]]:
    """Read the body; return also the letters that only a condition names and that were taken to be bound."""
    bound = len(parser.state.bound)
    binders, condition, guessed = _binders(parser, scripts)
    if not parser.starts_factor() and parser.text() != "-":
        raise parser.error(f"this {kind} has no body")
    negative = parser.accept("-")
    body = parser.term()
    if negative:
        body = tree.Sum((body,), (-1,), span=body.span)
    del parser.state.bound[bound:]
    return tree.Big(kind, binders, condition, body, span=parser.since(start)), guessed


def _binders(
    parser: Parser, scripts: Scripts
) -> tuple[tuple[tree.Binder, ...], tree.Node | None, set[str]]:
    """Read what stands under a sum: the letters it binds, their bounds, and conditions on them."""
    pieces = _pieces(scripts.sub or ())
    bound: list[tree.Binder] = []
    conditions: list[tree.Node] = []
    guessed: list[tree.Binder] = []
    for piece in pieces:
        binder = _binder(parser, piece)
        if binder is not None:
            bound.append(binder)
        if binder is not None and len(piece) > 2 and piece[1].text in SUCH_THAT:
            conditions += read_conditions(parser, piece[2:])
            continue
        if len(piece) > 1 and (binder is None or _needs_condition(piece, binder)):
            guessed += _new_letters(parser, piece)
            conditions += read_conditions(parser, piece)
    bound += guessed
    if not bound:
        raise FormulaError("index", "nothing is bound here", scripts.span)
    if scripts.sup is not None:
        bound = _with_upper(parser, bound, scripts)
    if any(
        isinstance(binder.target, tree.Index) and binder.lower and not binder.upper
        for binder in bound
    ):
        raise FormulaError("syntax", "the upper bound is missing", scripts.span)
    names = {b.target.name for b in guessed if isinstance(b.target, tree.Index)}
    return tuple(bound), _all_of(conditions), names


def _all_of(conditions: Sequence[tree.Node]) -> tree.Node | None:
    """Join conditions into one: nested indicators, of which the outermost asks for 1."""
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    both = indicator(conditions, conditions[0].span)
    return tree.Comparison((both, tree.Number(1.0)), ("=",), span=conditions[0].span)


def _pieces(tokens: Sequence[Token]) -> list[list[Token]]:
    r"""Split at commas and ``\\``; look inside ``\substack``; join ``1, \dots, n`` again."""
    if tokens and tokens[0].text == r"\substack":
        if len(tokens) < 2 or tokens[1].text != "{":
            raise FormulaError("syntax", r"\substack needs its lines in braces", tokens[0].span)
        tokens = tokens[2 : bracketed(tokens, 1)]
    pieces: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in ("(", "{", r"\{", "[")) - (token.text in (")", "}", r"\}", "]"))
        if depth == 0 and token.text in (",", r"\\"):
            pieces.append([])
        else:
            pieces[-1].append(token)
    for piece in pieces:
        if not piece or piece[0].text == r"\dots":
            where = tokens[0].span if tokens else (0, 1)
            raise FormulaError(
                "syntax",
                "this isn't read as something to run over",
                piece[0].span if piece else where,
            )
    return pieces


def _binder(parser: Parser, piece: Sequence[Token]) -> tree.Binder | None:
    """Read the letter or variable at the start of a piece, and its lower bound or set."""
    head = read_head(piece, 0)
    if head is None:
        return None
    inner = parser.inner(piece)
    target = _target(parser, inner, piece, head[0])
    if target is None:
        return None
    span = piece[0].start, piece[-1].end
    if inner.accept("="):
        if inner.accept(r"\pm"):
            value = inner.side()
            inner.finish()
            both = tree.SetOf((value, tree.Sum((value,), (-1,), span=value.span)), span=span)
            return tree.Binder(target, members=both, span=span)
        lower = inner.side()
        inner.finish()
        return tree.Binder(target, lower, span=span)
    if inner.accept(r"\in"):
        if not inner.text():
            raise inner.error("the set is missing")
        members = read_set(inner)
        inner.finish()
        return tree.Binder(target, members=members, span=span)
    if inner.text() in (*COMPARISONS, *SUCH_THAT) or not inner.text():
        return tree.Binder(target, span=span)
    raise inner.error(f"{inner.text()} isn't expected under a sum")


def _target(parser: Parser, inner: Parser, piece: Sequence[Token], head: str) -> tree.Node | None:
    """Decide what is bound: a new letter, or a declared variable with finitely many values."""
    state, first = parser.state, piece[0]
    alone = len(piece) == 1 or piece[1].text not in ("_", "^", "'", "(")
    if head in state.bound and len(piece) > 1 and piece[1].text in COMPARISONS[1:]:
        return None
    like = variable_like(state.notation, head)
    if like is not None and not state.notation.find(head):
        node = inner.symbol()
        return node if isinstance(node, tree.Entry) else None
    found = state.notation.find(head)
    bare = [symbol for symbol in found if symbol.template.sub is None and not symbol.template.call]
    declared = [symbol for symbol in bare if symbol.values] if alone else found
    if declared:
        node = inner.symbol()
        if isinstance(node, tree.Entry):
            return node
        raise FormulaError("index", f"{head} can't be summed over", first.span)
    if bare and head not in state.notation.index_letters:
        raise FormulaError(
            "index", f"{head} is declared as a symbol; give the sum another letter", first.span
        )
    inner.take()
    while inner.accept("'"):
        head += "'"
    state.bound.append(head)
    return tree.Index(head, span=first.span)


def _needs_condition(piece: Sequence[Token], binder: tree.Binder) -> bool:
    """Tell whether a piece says more than bounds and sets, such as ``j \\neq i``."""
    return (
        binder.lower is None
        and binder.members is None
        and any(t.text in COMPARISONS for t in piece)
    )


def _new_letters(parser: Parser, piece: Sequence[Token]) -> list[tree.Binder]:
    """Bind the other letters of a condition that nothing else gives a meaning to: i and j of ``i < j``."""
    state, found = parser.state, []
    for k, token in enumerate(piece):
        if k > 1 and piece[k - 1].text == "{" and piece[k - 2].text in ACCENTS:
            continue  # the letter of a name such as \mathcal{M}
        known = (
            token.text in state.bound or token.text in state.free or state.notation.find(token.text)
        )
        if token.kind == "letter" and not known:
            state.bound.append(token.text)
            found.append(tree.Binder(tree.Index(token.text, span=token.span), span=token.span))
    return found


def _with_upper(parser: Parser, bound: list[tree.Binder], scripts: Scripts) -> list[tree.Binder]:
    """Give the upper bound to the letter with the lower one, and to letters before it: ``i, j = 1``."""
    own = [b.target.name for b in bound if isinstance(b.target, tree.Index)]
    upper = parser.whole(scripts.sup or ())
    for node in tree.walk(upper):
        if isinstance(node, tree.Index) and node.name in own:
            raise FormulaError(
                "index", f"the upper bound uses {node.name}, which the sum itself binds", node.span
            )
    lower = next((b.lower for b in reversed(bound) if b.lower is not None), None)
    if lower is None:
        raise FormulaError("syntax", "an upper bound without a lower one", scripts.span)
    return [
        b
        if b.members
        else tree.Binder(b.target, b.lower or lower, upper, span=(b.span[0], scripts.span[1]))
        for b in bound
    ]


def _sign(kind: str) -> Callable[[Parser], tree.Node]:
    def read(parser: Parser) -> tree.Node:
        return read_big(parser, kind, parser.take().start)

    return read


def _extreme(parser: Parser) -> tree.Node:
    r"""Read ``\max`` with what it runs over, or of written-out arguments."""
    sign = parser.take()
    kind = sign.text[1:]
    if parser.text() == "_":
        return read_big(parser, kind, sign.start)
    if parser.text() not in ("(", "[", r"\{"):
        raise parser.error(f"{sign.text} needs what it runs over, or arguments in brackets")
    arguments, _ = read_arguments(parser)
    return parser.postfix(
        tree.Apply(kind, (), arguments, span=parser.since(sign.start)), sign.start
    )


def _arg(parser: Parser) -> tree.Node:
    start = parser.take().start
    if parser.text() not in (r"\max", r"\min"):
        raise parser.error(r"\arg needs \max or \min")
    return read_big(parser, "arg" + parser.take().text[1:], start)


def _limit(parser: Parser) -> tree.Node:
    start = parser.take().start
    scripts, parser.i = read_scripts(parser.tokens, parser.i)
    sub = scripts.sub or ()
    head = read_head(sub, 0) if sub else None
    if (
        head is None
        or len(sub) < head[1] + 2
        or sub[head[1]].text != r"\rightarrow"
        or scripts.sup is not None
    ):
        raise FormulaError("syntax", r"a limit is written \lim_{x \to a}", parser.since(start))
    target = parser.whole(sub[head[1] + 1 :])
    parser.state.bound.append(head[0])
    body = parser.term()
    parser.state.bound.pop()
    return tree.Limit(head[0], target, body, span=parser.since(start))


def _integral(parser: Parser) -> tree.Node:
    r"""Read ``\int f(x)\,dx``: over the declared values of x, or between bounds."""
    start = parser.take().start
    scripts, parser.i = read_scripts(parser.tokens, parser.i)
    head = _differential(parser, start)
    lower = parser.whole(scripts.sub) if scripts.sub and scripts.sup else None
    upper = parser.whole(scripts.sup) if scripts.sup else None
    declared = bool(parser.state.notation.find(head)) and lower is None
    bound = len(parser.state.bound)
    if not declared:
        parser.state.bound.append(head)
    parser.bars.append("d")
    body = parser.term()
    parser.bars.pop()
    parser.expect("d")
    variable = parser.symbol()
    del parser.state.bound[bound:]
    if not isinstance(variable, tree.Entry | tree.Index):
        raise FormulaError("syntax", "the integral doesn't say by what", variable.span)
    return tree.Integral(variable, lower, upper, body, span=parser.since(start))


def _differential(parser: Parser, start: int) -> str:
    """Find the ``dx`` that ends the integral and return its variable's head."""
    depth = 0
    for j in range(parser.i, len(parser.tokens) - 1):
        token = parser.tokens[j]
        depth += (token.text in ("(", "{", r"\{", "[")) - (token.text in (")", "}", r"\}", "]"))
        if depth == 0 and token.text == "d":
            head = read_head(parser.tokens, j + 1)
            if head is not None:
                return head[0]
    raise FormulaError(
        "syntax", "this integral has no differential such as dx", parser.since(start)
    )


OPERATORS: dict[str, Callable[[Parser], tree.Node]] = {
    r"\sum": _sign("sum"),
    r"\prod": _sign("prod"),
    r"\max": _extreme,
    r"\min": _extreme,
    r"\arg": _arg,
    r"\lim": _limit,
    r"\int": _integral,
}
