r"""Declared symbols for a reader: what each is, in words with LaTeX between dollar signs, and where it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nnmath.formula import tree
from nnmath.formula.errors import Span
from nnmath.formula.reading.equation import read
from nnmath.formula.reading.letters import latex_of
from nnmath.formula.reading.lexer import tokenize
from nnmath.formula.reading.notation import Notation, Symbol
from nnmath.formula.reading.symbol import DOMAINS
from nnmath.formula.reading.tokens import Token, declared_head, read_scripts

SETS = {"set of": "a set of numbers from", "sample of": "a sample of"}


def indices_text(symbol: Symbol) -> str:
    r"""Return where each index runs."""
    ranges = [f"${index.name} = {_range(index.text)}$" for index in symbol.indices]
    return "; ".join(ranges)


def _range(text: str) -> str:
    """Write a declared range as one prints it."""
    return text.replace("..", r", \ldots, ")


def shape_text(symbol: Symbol) -> str:
    """Return the shape of a whole array, such as ``$(n, d)$``, or the empty string."""
    return f"$({', '.join(map(latex_of, symbol.shape))})$" if symbol.shape else ""


def values_text(symbol: Symbol) -> str:
    """Return what values a symbol can take; empty where its definition, or the whole array, says it."""
    if symbol.called or symbol.maps is not None:
        return _function_text(symbol)
    if symbol.is_law:
        shown = symbol.detail.replace(" given ", r" \mid ").replace(" and ", ", ")
        return f"joint distribution of ${shown}$"
    if symbol.operator:
        return f"{symbol.operator} over ${symbol.detail.partition(' with ')[0].strip()}$"
    if symbol.values or symbol.is_set:
        what = SETS.get(symbol.domain, "one of")
        return f"{what} ${_range(symbol.detail.strip('{}'))}$"
    if symbol.domain != "real" if symbol.given else symbol.entry_of:
        return ""  # the domain is that of the input alone; an array's entries are as the array says
    return DOMAINS.get(symbol.domain, ("",))[-1 if symbol.shape else 0]


def _function_text(symbol: Symbol) -> str:
    """Say what a function takes and gives."""
    takes, gives = symbol.maps or ((), ())
    kind = f"{symbol.domain} " if symbol.domain in ("convex", "concave", "positive") else ""
    if symbol.entrywise:
        return f"a {kind}function, applied to each entry"
    if not takes:
        return f"a {kind}function"
    spaces = r" \times ".join(map(_space, takes))
    return rf"a {kind}function, ${spaces} \to {_space(gives)}$"


def _space(sizes: tuple[tree.Node, ...]) -> str:
    sides = r" \times ".join(map(latex_of, sizes))
    return rf"\mathbb{{R}}^{{{sides}}}" if sides else r"\mathbb{R}"


def facts(symbol: Symbol) -> str:
    """Return indices, shape and values in one line; what needn't be said isn't."""
    parts = (
        indices_text(symbol),
        f"shape {shape_text(symbol)}" if symbol.shape else "",
        values_text(symbol),
        f"an entry of ${symbol.entry_of.latex}$" if symbol.entry_of else "",
    )
    return "; ".join(part for part in parts if part)


def pieces(text: str) -> list[tuple[str, bool]]:
    """Split a text at its dollar signs; return each piece with whether it is LaTeX."""
    return [
        (piece.strip("$"), piece.startswith("$"))
        for piece in re.split(r"(\$[^$]+\$)", text)
        if piece
    ]


# Where declared symbols stand in the LaTeX of an equation


@dataclass(frozen=True)
class Occurrence:
    """A declared symbol and the part of the LaTeX that prints it."""

    symbol: Symbol
    span: Span


def occurrences(latex: str, notation: Notation) -> list[Occurrence]:
    r"""Return every place of a declared symbol, from left to right.

    A place within a script of another symbol comes after that one. No two places overlap otherwise.
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
    head = declared_head(notation, tokens, i)
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
