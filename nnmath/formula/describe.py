r"""What a declared symbol is, in words for a reader: plain text with LaTeX between dollar signs."""

from __future__ import annotations

import re

from nnmath.formula import tree
from nnmath.formula.notation import Symbol
from nnmath.formula.render import latex_of
from nnmath.formula.symbol import DOMAINS

__all__ = ["facts", "indices_text", "pieces", "shape_text", "values_text"]


def indices_text(symbol: Symbol) -> str:
    r"""Return where each index runs.

    Parameters
    ----------
    symbol : Symbol
        A declared symbol.

    Returns
    -------
    str
        The ranges, with semicolons between; empty without indices.

    Examples
    --------
    >>> from nnmath import formula
    >>> from nnmath.formula.describe import indices_text
    >>> notation = formula.Notation()
    >>> n = notation.declare("n", domain="size")
    >>> indices_text(notation.declare("x_i", indices="i = 1..n"))
    '$i = 1, \\ldots, n$'
    """
    ranges = [f"${index.name} = {_range(index.text)}$" for index in symbol.indices]
    return "; ".join(ranges)


def _range(text: str) -> str:
    """Write a declared range as one prints it."""
    return text.replace("..", r", \ldots, ")


def shape_text(symbol: Symbol) -> str:
    """Return the shape of a whole array, such as ``$(n, d)$``, or the empty string."""
    return f"$({', '.join(map(latex_of, symbol.shape))})$" if symbol.shape else ""


def values_text(symbol: Symbol) -> str:
    """Return what values a symbol can take; empty where its definition, or the whole array, says it.

    Examples
    --------
    >>> from nnmath import formula
    >>> from nnmath.formula.describe import values_text
    >>> notation = formula.Notation()
    >>> values_text(notation.declare("p", domain="unit interval"))
    'between 0 and 1'
    >>> values_text(notation.declare("X", domain="{0, 1}"))
    'one of $0, 1$'
    """
    if symbol.maps is not None:
        return _function_text(symbol)
    if symbol.is_law:
        return f"joint distribution of ${symbol.detail}$"
    if symbol.operator:
        return f"{symbol.operator} over ${symbol.detail.partition(' with ')[0].strip()}$"
    if symbol.values or symbol.domain == "set of":
        what = "a set of numbers from" if symbol.domain == "set of" else "one of"
        return f"{what} ${_range(symbol.detail.strip('{}'))}$"
    if symbol.domain != "real" if symbol.given else symbol.entry_of:
        return ""  # the domain is that of the input alone; an array's entries are as the array says
    one, several = DOMAINS.get(symbol.domain, ("", ""))
    return several if symbol.shape else one


def _function_text(symbol: Symbol) -> str:
    """Say what a function takes and gives."""
    takes, gives = symbol.maps or ((), ())
    if symbol.entrywise:
        return "a function, applied to each entry"
    if not takes:
        return "a function"
    spaces = r" \times ".join(map(_space, takes))
    return rf"a function, ${spaces} \to {_space(gives)}$"


def _space(sizes: tuple[tree.Node, ...]) -> str:
    sides = r" \times ".join(map(latex_of, sizes))
    return rf"\mathbb{{R}}^{{{sides}}}" if sides else r"\mathbb{R}"


def facts(symbol: Symbol) -> str:
    """Return indices, shape and values in one line; what needn't be said isn't.

    Examples
    --------
    >>> from nnmath import formula
    >>> from nnmath.formula.describe import facts
    >>> notation = formula.Notation()
    >>> n = notation.declare("n", domain="size")
    >>> facts(notation.declare("X", shape="n, 2"))
    'shape $(n, 2)$; real numbers'
    """
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
