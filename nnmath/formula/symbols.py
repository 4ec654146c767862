r"""Reading one symbol: which declaration its head and scripts fit, and what is left over for powers and primes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.brackets import read_brackets
from nnmath.formula.ellipsis import fill_list
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.functions import BUILTIN
from nnmath.formula.indicators import read_indicator
from nnmath.formula.special import LAWS
from nnmath.formula.template import CLOSERS, Scripts, bracketed
from nnmath.formula.token import Token

if TYPE_CHECKING:
    from nnmath.formula.notation import Symbol
    from nnmath.formula.parser import Parser

__all__ = ["read_arguments", "read_symbol", "with_superscript"]

TRANSPOSES = (r"\top", r"\intercal", r"\mathsf{T}", r"\mathrm{T}")
CONSTANTS = {r"\pi": math.pi, "e": math.e, r"\mathrm{e}": math.e, r"\infty": math.inf}
Places = dict[str, tuple[Token, ...]]


def read_symbol(parser: Parser, head: str, start: int, scripts: Scripts, after: int) -> tree.Node:
    """Read the symbol whose head stands at token `start` and whose scripts end before token `after`."""
    span = parser.tokens[start].start, parser.tokens[after - 1].end
    notation = parser.state.notation
    if head in parser.state.bound:
        return _counting_letter(parser, head, scripts, after, span)
    indicator = read_indicator(parser, head, scripts, after, span[0])
    if indicator is not None:
        return indicator
    candidates = notation.find(head)
    for symbol in sorted(candidates, key=lambda s: s.template.rank, reverse=True):
        node = _fitted(parser, symbol, scripts, after, span)
        if node is not None:
            return node
    if head in notation.index_letters:
        return _counting_letter(parser, head, scripts, after, span)
    name = head.removeprefix("\\") if not head.endswith("}") else head[8:-1]
    law = head if head in LAWS else name if head != r"\Gamma" else ""
    if law in LAWS and not candidates and parser.tokens[after : after + 1]:
        node = _law(parser, law, after, span)
        if node is not None:
            return node
    if name in BUILTIN and not candidates:
        return _builtin(parser, name, scripts, after, span)
    if head in CONSTANTS and not candidates and scripts.sub is None and not scripts.primes:
        parser.i = after
        return _raised(
            parser, tree.Number(CONSTANTS[head], span=_without(span, scripts)), scripts.sup, span
        )
    if (
        head in ("o", "O", r"\mathcal{O}")
        and not candidates
        and after < len(parser.tokens)
        and parser.tokens[after].text == "("
    ):
        parser.i = after
        body = read_brackets(parser)
        return tree.Landau("o" if head == "o" else "O", body, span=parser.since(span[0]))
    raise _misfit(head, candidates, scripts, span)


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


def _without(span: Span, scripts: Scripts) -> Span:
    """Return the span of a head without its scripts."""
    return (span[0], scripts.span[0]) if scripts.sup or scripts.sub or scripts.primes else span


def _counting_letter(
    parser: Parser, head: str, scripts: Scripts, after: int, span: Span
) -> tree.Node:
    if scripts.sub is not None or scripts.primes:
        raise FormulaError("index", f"{head} is an index here and takes no scripts", span)
    parser.i = after
    return _raised(parser, tree.Index(head, span=_without(span, scripts)), scripts.sup, span)


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
    below = scripts.sub if template.sub is None else None
    above = scripts.sup if template.sup is None else None
    primes = scripts.primes - template.primes
    transposed = primes == 1 and bool(symbol.shape)
    if (below is not None and not symbol.shape) or (
        primes and not symbol.is_function and not transposed
    ):
        return None
    indices = _indices(parser, symbol, places)
    parser.i = after
    if symbol.is_function:
        return _applied(parser, symbol, indices, primes, above, span)
    if symbol.is_operator:
        return _expectation(parser, symbol, span)
    bare = (
        (span[0], scripts.span[0]) if above is not None and not indices and below is None else span
    )
    node: tree.Node = tree.Entry(symbol, indices, span=bare)
    if below is not None:
        node = tree.Item(node, tuple(parser.index_list(below)), span=span)
    if transposed:
        node = tree.Transpose(node, span=span)
    return _raised(parser, node, above, span)


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
    return _raised(parser, node, scripts.sup if symbol.template.sup is None else None, node.span)


def _raised(parser: Parser, node: tree.Node, sup: Sequence[Token] | None, span: Span) -> tree.Node:
    return node if sup is None else replace(with_superscript(parser, node, sup), span=span)


def with_superscript(parser: Parser, node: tree.Node, sup: Sequence[Token]) -> tree.Node:
    """Read a superscript that is no index: a transpose or a power."""
    text = "".join(t.text for t in sup)
    span = node.span[0], sup[-1].end
    free_t = not parser.state.notation.find("T") and "T" not in parser.state.bound
    if len(sup) == 1 and (text in TRANSPOSES or (sup[0].kind == "name" and text == "T")):
        return tree.Transpose(node, span=span)
    if text == "T" and free_t:
        return tree.Transpose(node, span=span)
    if text.startswith("-") and (text[1:] in TRANSPOSES or (text == "-T" and free_t)):
        inverse = tree.Power(node, tree.Number(-1.0), span=span)
        return tree.Transpose(inverse, span=span)
    if text in ("*", "+", "-", r"\dagger"):
        raise FormulaError("syntax", f"a superscript {text} needs a declared symbol", sup[0].span)
    return tree.Power(node, parser.whole(sup), maybe_transpose=text == "T", span=span)


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
    return _raised(parser, node, above, where)


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


def read_arguments(parser: Parser, events: bool = False) -> tuple[tuple[tree.Node, ...], int]:
    """Read arguments in brackets; return them and how many stand behind a bar."""
    opening = parser.take()
    parser.bars.append("(")
    arguments: list[tree.Node | Token] = []
    behind: int | None = None
    while True:
        arguments.append(parser.take() if parser.text() == r"\dots" else _argument(parser, events))
        if parser.text() in ("|", r"\mid", r"\|"):
            if behind is not None:
                raise parser.error("a second bar between arguments")
            behind = len(arguments)
        elif parser.text() not in (",", ";"):
            break
        parser.take()
    parser.bars.pop()
    closing = parser.expect(CLOSERS[opening.text])
    if (opening.kind == "open") != (closing.kind == "close"):
        raise FormulaError(
            "syntax", "one bracket of this pair is sized and the other isn't", closing.span
        )
    filled = fill_list(parser, arguments)
    return tuple(filled), 0 if behind is None else len(arguments) - behind


def _argument(parser: Parser, events: bool) -> tree.Node:
    start = parser.token.start
    if events and parser.text(1) == "=":
        node: tree.Node = _variable_named(parser)
    else:
        node = parser.side()
    if events and parser.accept("="):
        return tree.Comparison((node, parser.side()), ("=",), span=parser.since(start))
    return node


def _variable_named(parser: Parser) -> tree.Node:
    """Read the X of an event X = x: the variable of that name, or of its small letter."""
    token = parser.take()
    for name in (token.text, token.text.lower()):
        for symbol in parser.state.notation.find(name):
            if symbol.values and not symbol.indices:
                return tree.Entry(symbol, span=token.span)
    raise FormulaError(
        "undeclared", f"{token.text} is no variable with declared values", token.span
    )


def _law(parser: Parser, name: str, after: int, span: Span) -> tree.Node | None:
    """Read a density that books name without defining it, with all its arguments."""
    if parser.tokens[after].text != "(":
        return None
    before, parser.i = parser.i, after
    arguments, _ = read_arguments(parser)
    if len(arguments) != LAWS[name][0]:
        parser.i = before
        return None
    return tree.Apply(name, (), arguments, span=parser.since(span[0]))


def _builtin(parser: Parser, name: str, scripts: Scripts, after: int, span: Span) -> tree.Node:
    r"""Read a built-in function and its argument, in brackets or juxtaposed; ``\sin^2 x`` is a power."""
    if scripts.primes:
        raise FormulaError("syntax", f"a prime on {name} isn't read; write its derivative", span)
    if scripts.sup is not None and "".join(t.text for t in scripts.sup) == "-1":
        raise FormulaError("syntax", f"{name} with -1 above can be read in two ways", span)
    parser.i = after
    if parser.text() in ("(", "[", r"\{") and parser.token.kind != "close":
        arguments, _ = read_arguments(parser)
        if len(arguments) != 1 and BUILTIN[name].takes != "array":
            raise FormulaError("syntax", f"{name} takes one argument", parser.since(span[0]))
        argument = arguments[0]
        if len(arguments) > 1 or isinstance(argument, tree.Series):
            row = tree.Matrix((arguments,), loose=True, span=parser.since(span[0]))
            argument = tree.Transpose(row, span=row.span)
    else:
        if not parser.starts_factor():
            raise parser.error(f"{name} needs an argument")
        argument = parser.run()
    where = parser.since(span[0])
    node: tree.Node = tree.Apply(name, (), (argument,), span=where)
    if scripts.sub is not None:
        if name not in ("log", "ln"):
            raise FormulaError("syntax", f"a subscript of {name} isn't read", span)
        base = tree.Apply("log", (), (parser.whole(scripts.sub),), span=span)
        node = tree.Quotient(node, base, span=where)
    return _raised(parser, node, scripts.sup, where)


def _expectation(parser: Parser, symbol: Symbol, span: Span) -> tree.Node:
    """Read what an expectation is taken of."""
    bracketed_body = parser.text() in ("[", "(", r"\{")
    body = read_brackets(parser) if bracketed_body else parser.run()
    return tree.Expectation(symbol, body, symbol.operator == "variance", span=parser.since(span[0]))
