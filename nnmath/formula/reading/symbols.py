r"""Reading one symbol: which declaration its head and scripts fit, and what is left over for powers and primes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, unread
from nnmath.formula.reading.conditions import (
    ARROW,
    BARS,
    HENCE,
    read_arguments,
    read_brackets,
    read_event,
    read_indicator,
)
from nnmath.formula.reading.known import (
    MOMENTS,
    read_known,
    read_known_moment,
    read_moment,
    read_variable,
)
from nnmath.formula.reading.letters import fill_list
from nnmath.formula.reading.symbol import Places, fit
from nnmath.formula.reading.tokens import (
    CLOSERS,
    Head,
    Scripts,
    Token,
    closing,
    raised,
    split,
    text_of,
)

if TYPE_CHECKING:
    from nnmath.formula.reading.notation import Symbol
    from nnmath.formula.reading.parser import Parser

COMPLEMENTS = ("c", "C", r"\complement", r"\mathrm{c}")


def read_symbol(parser: Parser, head: Head) -> tree.Node:
    """Read the symbol whose head and scripts have been read."""
    for read in (_bound, read_indicator, _declared, _counting, _undeclared):
        node = read(parser, head)
        if node is not None:
            return node
    raise _misfit(parser.state.notation.find(head.key), head)


def _bound(parser: Parser, head: Head) -> tree.Node | None:
    """Read a letter that is bound, or one with primes that counts."""
    primed = head.key + "'" * head.scripts.primes
    primed_letter = head.scripts.primes and primed in parser.state.notation.index_letters
    if primed not in parser.state.bound and not primed_letter:
        return None
    return _letter(parser, replace(head, key=primed, scripts=replace(head.scripts, primes=0)))


def _declared(parser: Parser, head: Head) -> tree.Node | None:
    """Read what is declared, by the most specific declaration that fits."""
    candidates = parser.state.notation.find(head.key)
    for symbol in sorted(candidates, key=lambda s: s.template.rank, reverse=True):
        own = symbol.template.fit(head.scripts)
        colon = own is not None and any(t.text == ":" for part in own[0].values() for t in part)
        node = None if own is None else (_run if colon else _fitted)(parser, symbol, *own, head)
        if node is not None:
            return node
    return None


def _counting(parser: Parser, head: Head) -> tree.Node | None:
    notation, letters = parser.state.notation, parser.state.letters
    counts = head.key in letters and not notation.find(head.key)
    return _letter(parser, head) if counts or head.key in notation.index_letters else None


def _letter(parser: Parser, head: Head) -> tree.Node:
    if head.scripts.sub is not None or head.scripts.primes:
        raise FormulaError("index", f"{head.key} is an index here and takes no scripts", head.span)
    return raised(parser, tree.Index(head.key, span=head.bare), head.scripts.sup, head.span)


def _undeclared(parser: Parser, head: Head) -> tree.Node | None:
    """Read what no declaration fits but everybody knows, such as an expectation, or x beside a declared X."""
    candidates = parser.state.notation.find(head.key)
    node = None if candidates and head.key != "D" else read_known_moment(parser, head)
    node = node or read_variable(parser, head, candidates)
    return node if node is not None or candidates else read_known(parser, head)


def _misfit(candidates: Sequence[Symbol], head: Head) -> FormulaError:
    """Say why a symbol isn't known: never declared, or declared with other scripts."""
    if head.key in HENCE:
        return unread(ARROW, head.span)
    if not candidates:
        plain = re.sub(r"^\\mathrm\{(.*)\}$", r"\1", head.key)
        return FormulaError("undeclared", f"{plain} isn't declared", head.span)
    *others, last = (symbol.latex for symbol in candidates)
    declared = f"{', '.join(others)} and {last} are declared" if others else f"{last} is declared"
    scripts, message = head.scripts, f"the scripts don't fit: {declared}"
    wanted = [s.template for s in candidates if s.template.fit(scripts, partial=True) is not None]
    if scripts.sup is None and any(template.sup for template in wanted):
        message = f"{declared}: a superscript is missing here"
    if scripts.sub is None and any(template.sub for template in wanted):
        message = f"{declared}: a subscript is missing here"
    return FormulaError("index", message, head.span)


def _fitted(
    parser: Parser, symbol: Symbol, places: Places, left: Scripts, head: Head
) -> tree.Node | None:
    """Read a symbol with what is `left` over of its scripts; None if that can't be its own."""
    if symbol.template.call is not None:
        return None if left.primes else _called(parser, symbol, places, left, head)
    if symbol.is_moment:
        base = symbol.detail.removeprefix("base ")
        return read_moment(parser, MOMENTS[symbol.domain], left.sub, head, base)
    primed = (left.primes == 1 and bool(symbol.shape)) or symbol.domain == "event"
    allowed = not left.primes or symbol.is_function or primed
    if not allowed or (left.sub and not symbol.shape and not symbol.is_law):
        return None
    indices = _indices(parser, symbol, places)
    if symbol.domain == "printed" and head.span[0] == parser.state.defines:
        symbol.called = parser.opens("(", "[")
    if symbol.is_function:
        return _applied(parser, symbol, indices, left, head)
    if symbol.operator:
        body = read_brackets(parser) if parser.opens() else parser.run()
        return tree.Moment(symbol.operator, (body,), law=symbol, span=parser.since(head.span[0]))
    return _entry(parser, symbol, indices, left, head)


def _run(parser: Parser, symbol: Symbol, places: Places, left: Scripts, head: Head) -> tree.Node:
    r"""Read ``x_{1:n}`` as ``x_1, \dots, x_n``."""
    first, last = (
        _entry(parser, symbol, _indices(parser, symbol, ends), left, head)
        for ends in ({n: tuple(split(t, ":")[k]) for n, t in places.items()} for k in (0, -1))
    )
    return fill_list([first, Token("command", r"\dots", *head.span), last])[0]


def _entry(
    parser: Parser, symbol: Symbol, indices: tuple[tree.Node, ...], left: Scripts, head: Head
) -> tree.Node:
    power = left.sup is head.scripts.sup is not None and not indices and left.sub is None
    node: tree.Node = tree.Entry(symbol, indices, span=head.bare if power else head.span)
    if left.sub is not None:
        node = tree.Item(node, parser.index_list(left.sub), span=head.span)
    if symbol.domain == "event":
        complement = text_of(left.sup) in COMPLEMENTS
        for _ in range(left.primes + complement):
            node = tree.Apply("not", (), (node,), span=node.span)
        return node if complement else raised(parser, node, left.sup, head.span)
    if left.primes:
        node = tree.Transpose(node, span=head.span)
    return raised(parser, node, left.sup, head.span)


def _indices(parser: Parser, symbol: Symbol, places: Places) -> tuple[tree.Node, ...]:
    """Read the tokens in each place, in the order of declaration."""
    nodes = []
    for index in symbol.indices:
        tokens = places[index.name]
        if len(tokens) > 1 and tokens[0].text in ("{", "("):
            tokens = tokens[1:-1] if closing(tokens, 0) == len(tokens) - 1 else tokens
        if tokens and tokens[0].kind == "letter" and text_of(tokens[1:2]) in ("", "+", "-"):
            parser.state.letters.add(tokens[0].text)
        nodes.append(parser.whole(tokens))
    return tuple(nodes)


def _called(
    parser: Parser, symbol: Symbol, places: Places, left: Scripts, head: Head
) -> tree.Node | None:
    """Read a symbol whose indices stand in brackets, such as P(X = k)."""
    if parser.text() not in CLOSERS:
        return None
    end = closing(parser.tokens, parser.i)
    template = symbol.template
    inside = fit(template.call or (), parser.tokens[parser.i : end], template.places)
    if inside is None:
        return None
    indices = _indices(parser, symbol, places | inside)
    parser.i = end + 1
    span = parser.since(head.span[0])
    return raised(parser, tree.Entry(symbol, indices, span=span), left.sup, span)


# Functions


def _applied(
    parser: Parser, symbol: Symbol, indices: tuple[tree.Node, ...], left: Scripts, head: Head
) -> tree.Node:
    """Read the arguments of a declared function."""
    name, above, primes = symbol.latex, left.sup, left.primes
    order = text_of(above)
    if order == "-1":
        message = f"{name} with -1 above can be read in two ways, as its inverse and as 1/{name}"
        raise unread(message, head.span)
    if order in ("(1)", "(2)", "(3)", "(4)"):  # it counts derivatives
        primes, above = primes + int(order[1]), None
    if not parser.opens():
        if primes or above is not None:
            raise unread(f"{name} is a function and needs its argument", head.span)
        return tree.Entry(symbol, indices, span=head.span)
    read, bar = ((lambda: read_event(parser)), "(;") if symbol.is_law else (None, "(")
    arguments, given = read_arguments(parser, read, bar)
    if left.sub is not None:
        arguments, given = _named(parser, left.sub, (arguments, given))
    span = parser.since(head.span[0])
    node = tree.Apply(symbol, indices, (*arguments, *given), primes, len(given), span=span)
    return raised(parser, node, above, span)


def _named(
    parser: Parser, sub: Sequence[Token], arguments: Sequence[list[tree.Node]]
) -> list[list[tree.Node]]:
    r"""Read ``p_{Y \mid X}(j \mid x)`` as ``p(Y = j \mid X = x)``."""
    parts = [[*map(parser.whole, split(side, ","))] for side in split(sub, *BARS)]
    parts += [[]] * (2 - len(parts))
    if [*map(len, parts)] != [*map(len, arguments)]:
        raise unread("the subscript of a law names its arguments", (sub[0].start, sub[-1].end))
    return [
        [
            a if isinstance(a, tree.Comparison) else tree.Comparison((name, a), ("=",), span=a.span)
            for name, a in zip(*both, strict=True)
        ]
        for both in zip(parts, arguments, strict=True)
    ]
