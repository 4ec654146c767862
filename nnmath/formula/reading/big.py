r"""Reading sums, products, maxima, limits and integrals, and what they bind."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, unread
from nnmath.formula.reading.conditions import (
    COMPARISONS,
    SUCH_THAT,
    indicator,
    read_arguments,
    read_conditions,
    read_set,
    shared,
)
from nnmath.formula.reading.known import variable_like
from nnmath.formula.reading.letters import fill_list
from nnmath.formula.reading.tokens import (
    ACCENTS,
    Scripts,
    Token,
    closing,
    declared_head,
    levels,
    read_head,
    read_scripts,
    split,
    text_of,
)

if TYPE_CHECKING:
    from nnmath.formula.reading.parser import Parser

CONDITIONS = tuple(sign for sign in COMPARISONS if sign not in ("=", r"\in"))


def read_big(parser: Parser, kind: str, start: int) -> tree.Node:
    """Read the scripts and the body of a sum or its like, whose sign has been taken."""
    scripts, parser.i = read_scripts(parser.tokens, parser.i)
    entrywise = parser.state.notation.elementwise and kind == "sum"
    if entrywise and scripts.sub is scripts.sup is None and parser.starts_factor():
        body = parser.term()  # a sum over all entries
        return tree.Apply("sum", (), (body,), span=parser.since(start))
    if scripts.sub is None:
        raise unread(f"this {kind} doesn't say what it runs over", parser.since(start))
    after = parser.i
    node, guessed = _with_body(parser, kind, start, scripts)
    outside = {t.text for t in parser.state.side if not node.span[0] <= t.start < node.span[1]}
    if guessed & outside:  # the i of "j not i" has a meaning outside, so it isn't summed over
        parser.i = after
        parser.state.free |= guessed & outside
        node, _ = _with_body(parser, kind, start, scripts)
    return node


def read_count(parser: Parser, inside: Sequence[Token], start: int) -> tree.Node:
    r"""Read how many there are between the braces of ``|\{i : x_i > 0\}|``: a sum of ones."""
    bound = len(parser.state.bound)
    binders, condition, _ = _binders(parser, Scripts(tuple(inside)))
    del parser.state.bound[bound:]
    return tree.Big("sum", binders, condition, tree.Number(1.0), span=parser.since(start))


def _with_body(
    parser: Parser, kind: str, start: int, scripts: Scripts
) -> tuple[tree.Node, set[str]]:
    """Read the body; return also the letters that only a condition names and that were taken to be bound."""
    bound = len(parser.state.bound)
    binders, condition, guessed = _binders(parser, scripts)
    if not parser.starts_factor() and parser.text() != "-":
        raise parser.error(f"this {kind} has no body")
    body = parser.negated(parser.term)
    del parser.state.bound[bound:]
    return tree.Big(kind, binders, condition, body, span=parser.since(start)), guessed


def _binders(
    parser: Parser, scripts: Scripts
) -> tuple[tuple[tree.Binder, ...], tree.Node | None, set[str]]:
    """Read what stands under a sum: the letters it binds, their bounds, and conditions on them."""
    sub = _as_set(scripts.sub or ())
    if any(text_of(part) == r"\dots" for part in split(sub, ",")):
        return _run_of_variables(parser.inner(sub)), None, set()
    bound: list[tree.Binder] = []
    conditions: list[tree.Node] = []
    guessed: list[tree.Binder] = []
    for piece in _pieces(sub):
        inner = parser.inner(piece)
        target = _target(inner)
        if target is None and len(piece) == 1:
            raise FormulaError("index", "nothing is bound here", piece[0].span)
        condition = target is None or inner.text() in CONDITIONS
        if target is not None:
            bound.append(_binder(inner, target))
        if condition:
            guessed += _new_letters(parser, piece)
            conditions += read_conditions(parser, piece)
        elif inner.accept(*SUCH_THAT):
            conditions += read_conditions(parser, piece[inner.i :])
        else:
            inner.finish()
    bound += guessed
    if not bound:
        raise FormulaError("index", "nothing is bound here", scripts.span)
    if scripts.sup is not None:
        bound = _with_upper(parser, bound, scripts)
    if any(isinstance(b.target, tree.Index) and b.lower and not b.upper for b in bound):
        raise unread("the upper bound is missing", scripts.span)
    return tuple(bound), _all_of(conditions), _names(guessed)


def _as_set(sub: Sequence[Token]) -> Sequence[Token]:
    r"""Write ``i = 1, \dots, n`` as ``i \in \{1, \dots, n\}``, and ``x = -1, 1`` likewise."""
    letter, *values = split(sub, "=")
    parts = [text_of(part) for part in split(values[0], ",")] if len(values) == 1 else []
    numbers = all(part.lstrip("-").isdigit() for part in parts)
    if len(parts) < 2 or not (numbers or r"\dots" in parts):
        return sub
    belongs, opening, end = (Token("command", t, *sub[0].span) for t in (r"\in", r"\{", r"\}"))
    return [*letter, belongs, opening, *values[0], end]


def _run_of_variables(inner: Parser) -> tuple[tree.Binder, ...]:
    r"""Read ``h_2, \dots, h_T``."""
    items, _ = inner.items(inner.side)
    inner.finish()
    found = fill_list(items)
    for node in found:
        entry = node.general if isinstance(node, tree.Series) else node
        if not isinstance(entry, tree.Entry) or not entry.symbol.values:
            raise unread("this isn't read as something to run over", node.span)
    return tuple(tree.Binder(node, span=node.span) for node in found)


def _names(binders: Sequence[tree.Binder]) -> set[str]:
    return {b.target.name for b in binders if isinstance(b.target, tree.Index)}


def _all_of(conditions: Sequence[tree.Node]) -> tree.Node | None:
    """Join conditions into one: nested indicators, of which the outermost asks for 1."""
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    both = indicator(conditions, conditions[0].span)
    return tree.Comparison((both, tree.Number(1.0)), ("=",), span=conditions[0].span)


def _pieces(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    r"""Split at commas and ``\\``; look inside ``\substack``."""
    if tokens[0].text == r"\substack":
        if text_of(tokens[1:2]) != "{":
            raise unread(r"\substack needs its lines in braces", tokens[0].span)
        tokens = tokens[2 : closing(tokens, 1)]
    pieces = [piece for line in split(tokens, r"\\") for piece in shared(line)]
    for piece in pieces:
        if text_of(piece[:1]) in ("", r"\dots"):
            where = piece or tokens or [Token("mark", "", 0, 1)]
            raise unread("this isn't read as something to run over", where[0].span)
    return pieces


def _target(piece: Parser) -> tree.Node | None:
    """Read what is bound: a new letter, a declared variable, or what a sample is of; None for none of these."""
    state, head, first = piece.state, read_head(piece.tokens, 0), piece.token
    if _observed(piece):
        return piece.factor()
    following = piece.text(1)
    if head is None or (head[0] in state.bound and following in COMPARISONS[1:]):
        return None
    letter = head[0]
    found = state.notation.find(letter)
    between = len(split(piece.tokens, *CONDITIONS)) == 3  # n of "n > i > 1" has a meaning outside
    if between and (letter in state.free or found):
        return None
    if not found and variable_like(state.notation, letter) is not None:
        node = piece.symbol()
        return node if isinstance(node, tree.Entry) else None
    bare = [symbol for symbol in found if symbol.template.sub is None and not symbol.template.call]
    scripted = following in ("_", "^", "'", "(")
    if found if scripted else any(symbol.values for symbol in bare):
        node = piece.symbol()
        if isinstance(node, tree.Entry | tree.Series):
            return node
        raise FormulaError("index", f"{letter} can't be summed over", first.span)
    if bare and letter not in state.notation.index_letters:
        message = f"{letter} is declared as a symbol; give the sum another letter"
        raise FormulaError("index", message, first.span)
    piece.take()
    while piece.accept("'"):
        letter += "'"
    state.bound.append(letter)
    return tree.Index(letter, span=first.span)


def _observed(piece: Parser) -> bool:
    r"""Tell whether ``x \in D`` or ``(x, y) \in D`` stands here, D a declared sample."""
    *_, members = split(piece.tokens, r"\in")
    head = read_head(members, 0) if len(members) < len(piece.tokens) else None
    found = piece.state.notation.find(head[0]) if head else []
    return any(symbol.is_sample for symbol in found)


def _binder(piece: Parser, target: tree.Node) -> tree.Binder:
    """Read the lower bound of what is bound, or its set, if there is one."""
    span = piece.tokens[0].start, piece.tokens[-1].end
    if piece.accept("="):
        both, value = piece.accept(r"\pm"), piece.side()
        if not both:
            return tree.Binder(target, value, span=span)
        minus = tree.Sum((value,), (-1,), span=value.span)
        return tree.Binder(target, members=tree.SetOf((value, minus), span=span), span=span)
    if not piece.accept(r"\in"):
        return tree.Binder(target, span=span)
    if not piece.text():
        raise piece.error("the set is missing")
    return tree.Binder(target, members=read_set(piece), span=span)


def _new_letters(parser: Parser, piece: Sequence[Token]) -> list[tree.Binder]:
    """Bind the other letters of a condition that nothing else gives a meaning to: i and j of ``i < j``."""
    state, found = parser.state, []
    for k, token in enumerate(piece):
        if k > 1 and piece[k - 1].text == "{" and piece[k - 2].text in ACCENTS:
            continue  # the letter of a name such as \mathcal{M}
        primes = len(piece) - k - 1 - len(text_of(piece[k + 1 :]).lstrip("'"))
        letter = token.text + "'" * primes
        known = letter in state.bound or letter in state.free or state.notation.find(token.text)
        if token.kind == "letter" and not known:
            state.bound.append(letter)
            found.append(tree.Binder(tree.Index(letter, span=token.span), span=token.span))
    return found


def _with_upper(parser: Parser, bound: list[tree.Binder], scripts: Scripts) -> list[tree.Binder]:
    """Give the upper bound to the letter with the lower one, and to letters before it: ``i, j = 1``."""
    upper = parser.whole(scripts.sup or ())
    for node in tree.walk(upper):
        if isinstance(node, tree.Index) and node.name in _names(bound):
            message = f"the upper bound uses {node.name}, which the sum itself binds"
            raise FormulaError("index", message, node.span)
    lower = next((b.lower for b in reversed(bound) if b.lower is not None), None)
    if lower is None and len(_names(bound)) < len(bound):
        raise unread("an upper bound without a lower one", scripts.span)
    return [
        b
        if b.members
        else tree.Binder(b.target, b.lower or lower, upper, span=(b.span[0], scripts.span[1]))
        for b in bound
    ]


def _sum(parser: Parser) -> tree.Node:
    sign = parser.take()
    return read_big(parser, sign.text[1:], sign.start)


def _extreme(parser: Parser) -> tree.Node:
    r"""Read ``\max`` with what it runs over, or of written-out arguments."""
    if parser.text(1) == "_":
        return _sum(parser)
    sign = parser.take()
    if not parser.opens():
        raise parser.error(f"{sign.text} needs what it runs over, or arguments in brackets")
    arguments, given = read_arguments(parser)
    span = parser.since(sign.start)
    return parser.postfix(tree.Apply(sign.text[1:], (), (*arguments, *given), span=span), span[0])


def _arg(parser: Parser) -> tree.Node:
    start = parser.take().start
    if parser.text() not in (r"\max", r"\min"):
        raise parser.error(r"\arg needs \max or \min")
    return read_big(parser, "arg" + parser.take().text[1:], start)


def _limit(parser: Parser) -> tree.Node:
    start = parser.take().start
    scripts, parser.i = read_scripts(parser.tokens, parser.i)
    letter, *targets = split(scripts.sub or (), r"\rightarrow")
    head = read_head(letter, 0)
    if head is None or head[1] < len(letter) or len(targets) != 1 or scripts.sup is not None:
        raise unread(r"a limit is written \lim_{x \to a}", parser.since(start))
    target = parser.whole(targets[0])
    parser.state.bound.append(head[0])
    body = parser.term()
    parser.state.bound.pop()
    return tree.Limit(head[0], target, body, span=parser.since(start))


def _integral(parser: Parser) -> tree.Node:
    r"""Read ``\int f(x)\,dx``, ``\int dx\,f(x)`` or ``\int\frac{dx}{f(x)}``: over values of x, or between bounds."""
    start = parser.take().start
    scripts, parser.i = read_scripts(parser.tokens, parser.i)
    at, end = _differential(parser, start)
    by = parser.tokens[at + 1 : end]
    lower = parser.whole(scripts.sub) if scripts.sub and scripts.sup else None
    upper = parser.whole(scripts.sup) if scripts.sup else None
    if text_of(scripts.sub) == r"\mathbb{R}":
        upper = tree.Number(math.inf)
        lower = tree.Sum((upper,), (-1,))
    bound = len(parser.state.bound)
    notation = parser.state.notation
    letter, _ = declared_head(notation, by, 0) or ("", 0)
    if lower is not None or not (notation.find(letter) or variable_like(notation, letter)):
        parser.state.bound.append(letter)
    before, behind = parser.tokens[:at], parser.tokens[end:]
    if above := text_of(behind[:1]) == "}":
        before = [*before, Token("number", "1", *parser.tokens[at].span)]
    first = above or at == parser.i
    if first:
        parser.tokens = [*before, *behind]
    with parser.within("d"):
        alone = first and not above and not parser.starts_factor()
        body = tree.Number(1.0, span=parser.since(start)) if alone else parser.term()
    if not first:
        parser.i += end - at
    variable = parser.whole(by)
    del parser.state.bound[bound:]
    calls = any(symbol.is_function for symbol in notation.find(letter))
    if calls or not isinstance(variable, tree.Entry | tree.Index):
        raise unread("the integral doesn't say by what", variable.span)
    return tree.Integral(variable, lower, upper, body, span=parser.since(start))


def _differential(parser: Parser, start: int) -> tuple[int, int]:
    """Find the ``dx`` of an integral, also on top of a fraction; those of integrals inside it are theirs."""
    tokens, inside, above = parser.tokens, 0, False
    for j, (depth, token) in enumerate(levels(tokens[parser.i :]), parser.i):
        if depth == 0:
            above = text_of(tokens[j - 1 : j + 1]) == r"\frac{" or (above and token.text != "}")
            inside += token.text == r"\int"
        differs = depth <= above and token.text == "d" and tokens[j - 1].text not in ("^", "_")
        head = declared_head(parser.state.notation, tokens, j + 1) if differs else None
        if head is None:
            continue
        end = read_scripts(tokens, head[1])[1]
        if depth and (text_of(tokens[end : end + 2]) != "}{" or tokens[end + 2].text == "d"):
            continue
        if not inside:
            return j, end
        inside -= 1
    raise unread("this integral has no differential such as dx", parser.since(start))


OPERATORS: dict[str, Callable[[Parser], tree.Node]] = {
    r"\sum": _sum,
    r"\prod": _sum,
    r"\max": _extreme,
    r"\min": _extreme,
    r"\arg": _arg,
    r"\lim": _limit,
    r"\int": _integral,
}
