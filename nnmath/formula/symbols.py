r"""Reading one symbol: which declaration its head and scripts fit, and what is left over for powers and primes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.arguments import read_arguments
from nnmath.formula.brackets import read_brackets
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.expectations import MOMENTS, known_moment, read_moment
from nnmath.formula.indicators import read_indicator
from nnmath.formula.known import read_known
from nnmath.formula.superscripts import raised, without
from nnmath.formula.template import CLOSERS, Scripts, bracketed
from nnmath.formula.token import Token
from nnmath.formula.variables import complement, read_variable

if TYPE_CHECKING:
    from nnmath.formula.notation import Symbol
    from nnmath.formula.parser import Parser

__all__ = ["read_symbol"]

Places = dict[str, tuple[Token, ...]]


def read_symbol(parser: Parser, head: str, start: int, scripts: Scripts, after: int) -> tree.Node:
    """Read the symbol whose head stands at token `start` and whose scripts end before token `after`."""
    span = parser.tokens[start].start, parser.tokens[after - 1].end
    notation = parser.state.notation
    primed = head + "'" * scripts.primes
    if primed in parser.state.bound or (scripts.primes and primed in notation.index_letters):
        return _counting_letter(parser, primed, replace(scripts, primes=0), after, span)
    indicator = read_indicator(parser, head, scripts, after, span[0])
    if indicator is not None:
        return indicator
    candidates = notation.find(head)
    for symbol in sorted(candidates, key=lambda s: s.template.rank, reverse=True):
        node = _fitted(parser, symbol, scripts, after, span)
        if node is not None:
            return node
    if head in notation.index_letters or (head in parser.state.letters and not candidates):
        return _counting_letter(parser, head, scripts, after, span)
    node = _undeclared(parser, head, candidates, scripts, after, span)
    if node is not None:
        return node
    raise _misfit(head, candidates, scripts, span)


def _undeclared(
    parser: Parser,
    head: str,
    candidates: Sequence[Symbol],
    scripts: Scripts,
    after: int,
    span: Span,
) -> tree.Node | None:
    """Read what no declaration fits but everybody knows, such as an expectation, or x beside a declared X."""
    kind = "" if candidates and head != "D" else known_moment(parser, head, scripts, after)
    if kind:
        return read_moment(parser, kind, scripts, after, span)
    node = read_variable(parser, head, candidates, scripts, after, span)
    if node is not None or candidates:
        return node
    return read_known(parser, head, scripts, after, span)


def _misfit(head: str, candidates: Sequence[Symbol], scripts: Scripts, span: Span) -> FormulaError:
    """Say why a symbol isn't known: never declared, or declared with other scripts."""
    if not candidates:
        return FormulaError("undeclared", f"{_plain(head)} isn't declared", span)
    declared = " and ".join(symbol.latex for symbol in candidates)
    wanted = candidates[0].template
    for what, pattern, actual in (
        ("subscript", wanted.sub, scripts.sub),
        ("superscript", wanted.sup, scripts.sup),
    ):
        if pattern is not None and actual is None:
            return FormulaError("index", f"{declared} is declared: a {what} is missing here", span)
    return FormulaError("index", f"the scripts don't fit: {declared} is declared", span)


def _plain(head: str) -> str:
    return head[8:-1] if head.startswith(r"\mathrm{") else head


def _counting_letter(
    parser: Parser, head: str, scripts: Scripts, after: int, span: Span
) -> tree.Node:
    if scripts.sub is not None or scripts.primes:
        raise FormulaError("index", f"{head} is an index here and takes no scripts", span)
    parser.i = after
    return raised(parser, tree.Index(head, span=without(span, scripts)), scripts.sup, span)


def _fitted(
    parser: Parser, symbol: Symbol, scripts: Scripts, after: int, span: Span
) -> tree.Node | None:
    """Read this symbol if the scripts are its own; otherwise return None."""
    template = symbol.template
    places = template.fit(scripts)
    if places is None:
        return None
    if template.call is not None:
        return _with_call(parser, symbol, places, scripts, after, span)
    if symbol.is_moment:
        own = replace(scripts, sub=None) if template.sub is not None else scripts
        base = symbol.detail.removeprefix("base ")
        return read_moment(parser, MOMENTS[symbol.domain], own, after, span, base)
    below = scripts.sub if template.sub is None else None
    primes = scripts.primes - template.primes
    transposed = primes == 1 and bool(symbol.shape)
    if (below is not None and not symbol.shape) or (
        primes and not symbol.is_function and not transposed
    ):
        return None
    return _read(parser, symbol, places, scripts, after, span)


def _read(
    parser: Parser, symbol: Symbol, places: Places, scripts: Scripts, after: int, span: Span
) -> tree.Node:
    """Read a symbol whose scripts fit, with what is left over of them."""
    below = scripts.sub if symbol.template.sub is None else None
    above = scripts.sup if symbol.template.sup is None else None
    primes = scripts.primes - symbol.template.primes
    indices = _indices(parser, symbol, places)
    parser.i = after
    if symbol.is_function:
        return _applied(parser, symbol, indices, primes, above, span)
    if symbol.is_operator:
        return _expectation(parser, symbol, span)
    bare = (
        (span[0], scripts.span[0]) if above is not None and not indices and below is None else span
    )
    entry = tree.Entry(symbol, indices, span=bare)
    node: tree.Node | None = complement(entry, scripts)
    if node is not None:
        return node
    node = entry
    if below is not None:
        node = tree.Item(node, tuple(parser.index_list(below)), span=span)
    if primes == 1 and symbol.shape:
        node = tree.Transpose(node, span=span)
    return raised(parser, node, above, span)


def _indices(parser: Parser, symbol: Symbol, places: Places) -> tuple[tree.Node, ...]:
    """Read the tokens in each place, in the order of declaration."""
    nodes = []
    for index in symbol.indices:
        tokens = places[index.name]
        if (
            len(tokens) > 1
            and tokens[0].text in ("{", "(")
            and bracketed(tokens, 0) == len(tokens) - 1
        ):
            tokens = tokens[1:-1]
        if tokens[0].kind == "letter" and (len(tokens) == 1 or tokens[1].text in ("+", "-")):
            parser.state.letters.add(tokens[0].text)
        nodes.append(parser.whole(tokens))
    return tuple(nodes)


def _with_call(
    parser: Parser, symbol: Symbol, places: Places, scripts: Scripts, after: int, span: Span
) -> tree.Node | None:
    """Read a symbol whose indices stand in brackets, such as P(X = k)."""
    tokens = parser.tokens
    if after >= len(tokens) or tokens[after].text not in CLOSERS:
        return None
    end = bracketed(tokens, after)
    inside = symbol.template.fit_call(tokens[after:end])
    if inside is None or scripts.primes != symbol.template.primes:
        return None
    indices = _indices(parser, symbol, places | inside)
    parser.i = end + 1
    node = tree.Entry(symbol, indices, span=(span[0], tokens[end].end))
    return raised(parser, node, scripts.sup if symbol.template.sup is None else None, node.span)


# Functions


def _applied(
    parser: Parser,
    symbol: Symbol,
    indices: tuple[tree.Node, ...],
    primes: int,
    above: Sequence[Token] | None,
    span: Span,
) -> tree.Node:
    """Read the arguments of a declared function."""
    if above is not None and "".join(token.text for token in above) == "-1":
        message = f"{symbol.latex} with -1 above can be read in two ways, as its inverse and as 1/{symbol.latex}"
        raise FormulaError("syntax", message, span)
    order = _derivative_order(above)
    if order:
        primes, above = primes + order, None
    if parser.text() not in ("(", "[", r"\{") or parser.token.kind == "close":
        if primes or above is not None:
            raise FormulaError(
                "syntax", f"{symbol.latex} is a function and needs its argument", span
            )
        return tree.Entry(symbol, indices, span=span)
    arguments, given = read_arguments(parser, events=symbol.is_law)
    where = parser.since(span[0])
    node = tree.Apply(symbol, indices, arguments, primes, given, span=where)
    return raised(parser, node, above, where)


def _derivative_order(sup: Sequence[Token] | None) -> int:
    """Return n of a superscript (n), which counts derivatives."""
    if (
        sup is None
        or len(sup) != 3
        or sup[0].text != "("
        or sup[1].kind != "number"
        or sup[2].text != ")"
    ):
        return 0
    return int(sup[1].text) if sup[1].text in ("1", "2", "3", "4") else 0


def _expectation(parser: Parser, symbol: Symbol, span: Span) -> tree.Node:
    """Read what an expectation is taken of."""
    bracketed_body = parser.text() in ("[", "(", r"\{")
    body = read_brackets(parser) if bracketed_body else parser.run()
    return tree.Expectation(symbol, body, symbol.operator == "variance", span=parser.since(span[0]))
