r"""The language of a table of symbols: one line a declaration, as a reader would write it.

The page "What is read" has them all. A line is what is declared, then facts with ``::`` between them::

    n, d :: size
    \sigma :: positive -- the noise
    \mathbf{X} \in \mathbb{R}^{n \times d}
    y_i :: i = 1..n
    f : \mathbb{R}^d \to \mathbb{R}
    p :: law of k

Several symbols with the same facts stand before the first ``::`` with commas between. A fact with a name
(``shape:``, ``indices:``, ``maps:``, ``domain:``, ``given:``, ``entry_of:``, ``code:``, ``meaning:``) says what it is;
without one, ``i = 1..n`` is a range, ``R -> R`` a signature, a set what it is in print, ``entrywise`` or the name of a
function what it maps, and anything else a domain. What stands after ``--`` is
the meaning. Empty lines, and lines that begin with ``#``, are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.lexer import split_latex
from nnmath.formula.reading.symbol import DOMAINS
from nnmath.formula.values.functions import FAMILIES, NAMED

if TYPE_CHECKING:
    from nnmath.formula.reading.notation import Notation

Declaration = tuple[str, dict[str, str]]
FACTS = ("shape", "indices", "maps", "domain", "given", "entry_of", "code", "meaning")
ARROW = re.compile(r"\\(?:to|rightarrow|mapsto)(?![a-zA-Z])|->")
SPACE = re.compile(r"(?:\\mathbb\s*\{?R\}?|R)\s*(?:\^(?:\{(.+)\}|(\w)))?\s*")
POSITIVE = re.compile(r"(?:_\+|_\{\+\+?\}|_\{>0\}|\^\+)\s*$")
LISTED = re.compile(r"\\\{\s*([^,]+),(?:.*,)?\s*\\[lc]?dots\s*,\s*(.+?)\s*\\\}")
SETS = {  # of numbers, by what they are called as domains
    r"\mathbb{N}": "size",
    r"(0,\infty)": "positive",
    ">0": "positive",
    r"\geq0": "positive",
    "(0,1)": "unit interval",
    "[0,1]": "unit interval",
    r"\{-1,1\}": "sign",
}


def read_declarations(text: str) -> Iterator[Declaration]:
    """Yield the LaTeX of each symbol with what `Notation.declare` is told of it."""
    for line in text.splitlines():
        said_here, _, meaning = line.strip().partition(" -- ")
        if not said_here or said_here.startswith("#"):
            continue
        names, *facts = (part.strip() for part in said_here.split("::"))
        names, *space = re.split(r"\\in(?![a-z])|:|(?=>|\\geq)", names, maxsplit=1)
        given: dict[str, str] = {}
        for key, value in (item for fact in (*space, *facts) for item in _facts(fact.strip())):
            if key in given:
                raise FormulaError("notation", f"{names.strip()} has {key} twice")
            given[key] = value
        if meaning.strip():
            given["meaning"] = meaning.strip()
        for name in split_latex(names):
            yield name, dict(given)


def _facts(text: str) -> Iterable[tuple[str, str]]:
    """Return what a text says of a symbol."""
    name, colon, value = (part.strip() for part in text.partition(":"))
    if colon and name not in FACTS:
        message = f"{name!r} is no fact of a symbol; known are {', '.join(FACTS)}"
        raise FormulaError("notation", message)
    if colon:
        return [(name, value)]
    if re.match(r"\\?[a-zA-Z]+'*\s*=.*\.\.", text):
        return [("indices", text)]
    if text == "entrywise" or (text in NAMED and text not in DOMAINS):
        return [("maps", text)]
    axes, domain = _space(ARROW.split(text)[-1])
    also = [] if domain == "real" else [("domain", domain)]
    if ARROW.search(text):
        return [("maps", ARROW.sub("->", text)), *also]
    if axes:
        return [("shape", re.sub(r"\s*\\times", ",", axes)), *also]
    return [("domain", domain)]


def _space(text: str) -> tuple[str, str]:
    r"""Return the axes of a space, such as ``n \times d``, and the domain of its numbers."""
    listed = LISTED.fullmatch(text)
    if listed is not None:
        return "", f"values {listed[1]}..{listed[2]}"
    plain, positive = POSITIVE.subn("", text.strip())
    found = SPACE.fullmatch(plain)
    if found is None:
        return "", SETS.get(re.sub(r"[\s+]", "", plain), re.sub(r"\\([{}])", r"\1", text))
    return found[1] or found[2] or "", "positive" if positive else "real"


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
    spaces = split_latex(left, ",", r"\times")
    return tuple(_axes(notation, space) for space in spaces), _axes(notation, right)


def _axes(notation: Notation, text: str) -> tuple[tree.Node, ...]:
    axes, domain = _space(text)
    if domain not in ("real", *SETS.values()):
        raise FormulaError("notation", f"{text.strip()!r} isn't R, R^n or R^{{n \\times m}}")
    return tuple(notation.parse(part) for part in axes.split(r"\times") if part)


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
