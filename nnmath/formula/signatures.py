r"""Reading the signature of a function: ``R^d, R -> R^{n \\times m}``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.functions import NAMED

if TYPE_CHECKING:
    from nnmath.formula.notation import Notation

__all__ = ["read_signature"]


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
