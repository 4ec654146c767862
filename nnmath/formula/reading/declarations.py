r"""The language of a table of symbols: one line a declaration, as a reader would write it.

A line is what is declared, then facts with ``::`` between them::

    n, d :: size
    x, y
    \sigma :: positive -- the noise
    \mathbf{X} \in \mathbb{R}^{n \times d}
    \mathbf{w} :: shape: d
    y_i :: i = 1..n
    h_t :: t = 0..T :: given: t = 0
    f : \mathbb{R}^d \to \mathbb{R}
    g :: R^d, R -> R
    \phi :: maps: sigmoid
    k :: values 1..K
    p :: law of k
    q :: law of y, x_j given y
    \mathbf{w}_j :: j = 1..d :: entry_of: \mathbf{w}

Several symbols with the same facts stand before the first ``::`` with commas between. A fact with a name
(``shape:``, ``indices:``, ``maps:``, ``domain:``, ``given:``, ``entry_of:``, ``code:``, ``meaning:``) says what it is;
without one, ``i = 1..n`` is a range, ``R -> R`` a signature, and anything else a domain. What stands after ``--`` is
the meaning. Empty lines, and lines that begin with ``#``, are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.lexer import split_latex
from nnmath.formula.values.functions import FAMILIES, NAMED

if TYPE_CHECKING:
    from nnmath.formula.reading.notation import Notation

Declaration = tuple[str, dict[str, str]]
FACTS = ("shape", "indices", "maps", "domain", "given", "entry_of", "code", "meaning")
POSITIVE = re.compile(r"(?:_\+|_\{\+\+?\}|_\{>0\}|\^\+)\s*$")


def read_declarations(text: str) -> Iterator[Declaration]:
    """Yield the LaTeX of each symbol with what `Notation.declare` is told of it."""
    for line in text.splitlines():
        said_here, _, meaning = line.strip().partition(" -- ")
        if not said_here or said_here.startswith("#"):
            continue
        names, *facts = (part.strip() for part in said_here.split("::"))
        names, said = _with_space(names)
        given = dict(said)
        for fact in facts:
            key, value = _fact(fact)
            if key in given:
                raise FormulaError("notation", f"{names} has {key} twice")
            given[key] = value
        if meaning.strip():
            given["meaning"] = meaning.strip()
        for name in split_latex(names):
            yield name, dict(given)


def _fact(text: str) -> tuple[str, str]:
    """Return which fact a text is, and its value."""
    name, colon, value = text.partition(":")
    if colon and name.strip() in FACTS:
        return name.strip(), value.strip()
    if colon:
        known = ", ".join(FACTS)
        raise FormulaError(
            "notation", f"{name.strip()!r} is no fact of a symbol; known are {known}"
        )
    if re.match(r"^\\?[a-zA-Z]+'*\s*=.*\.\.", text):
        return "indices", text
    if "->" in text:
        return "maps", text
    return "domain", text


def _with_space(text: str) -> tuple[str, dict[str, str]]:
    r"""Read ``X \in \mathbb{R}^{n \times d}`` and ``f : \mathbb{R} \to \mathbb{R}``."""
    match = re.match(r"^(.+?)\s*(\\in|:)\s*(\\mathbb\{R\}.*)$", text)
    if match is None:
        return text, {}
    names, sign, space = match.groups()
    space, positive = POSITIVE.subn("", space)
    said = {"domain": "positive"} if positive else {}
    if sign == ":":
        arrow = re.sub(r"\\(?:to|rightarrow|mapsto)(?![a-zA-Z])", "->", space)
        arrow = arrow.replace(r"\mathbb{R}", "R")
        if not re.search(r"\^\{[^{}]*\\times", arrow):
            arrow = arrow.replace(r"\times", ",")
        return names, {"maps": arrow} | said
    size = re.fullmatch(r"\\mathbb\{R\}\s*(?:\^(?:\{(.+)\}|(\w)))?", space.rstrip())
    if size is None:
        message = rf"{match[3]!r} isn't \mathbb{{R}}^n or \mathbb{{R}}^{{n \times m}}"
        raise FormulaError("notation", message)
    shape = (size[1] or size[2] or "").strip()
    if not shape:
        return names, said or {"domain": "real"}
    return names, {"shape": ", ".join(re.split(r"\s*\\times\s*", shape))} | said


def read_signature(
    notation: Notation, maps: str
) -> tuple[tuple[tuple[tree.Node, ...], ...], tuple[tree.Node, ...]] | None:
    """Read ``R^d, R -> R^{n \\times m}`` as the shapes of arguments and result."""
    if not maps:
        return None
    if maps in ("printed", "entrywise") or maps in NAMED:
        return (), ()
    left, arrow, right = maps.partition("->")
    if not arrow:
        raise FormulaError("notation", f"{maps!r} isn't a signature such as R^d -> R")
    return tuple(_space(notation, part) for part in left.split(",")), _space(notation, right)


def _space(notation: Notation, text: str) -> tuple[tree.Node, ...]:
    match = re.match(r"^\s*R(?:\^(?:\{(.+)\}|(\w)))?\s*$", text)
    if match is None:
        raise FormulaError("notation", f"{text.strip()!r} isn't R, R^n or R^{{n \\times m}}")
    inside = match[1] or match[2] or ""
    return tuple(notation.parse(part) for part in inside.split(r"\times") if part)


def split_family(detail: str) -> tuple[str, list[str]]:
    r"""Split ``normal(\mu, \sigma^2)`` into its name and its parameters."""
    match = re.match(r"^\s*([a-z ]+?)\s*(?:\((.*)\))?\s*$", detail)
    if match is None or match[1] not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise FormulaError("notation", f"{detail!r} is no known law; known are {known}")
    parameters = split_latex(match[2] or "")
    wanted = FAMILIES[match[1]].parameters
    if len(parameters) != wanted:
        message = f"{match[1]} has {wanted} parameters, not {len(parameters)}"
        raise FormulaError("notation", message)
    return match[1], parameters
