r"""Reading a superscript that is no index: a transpose, a power, the inverse of a transpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.template import Scripts
from nnmath.formula.token import Token

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["raised", "with_superscript", "without"]

TRANSPOSES = (r"\top", r"\intercal", r"\mathsf{T}", r"\mathrm{T}")


def without(span: Span, scripts: Scripts) -> Span:
    """Return the span of a head without its scripts."""
    return (span[0], scripts.span[0]) if scripts.sup or scripts.sub or scripts.primes else span


def raised(parser: Parser, node: tree.Node, sup: Sequence[Token] | None, span: Span) -> tree.Node:
    return node if sup is None else replace(with_superscript(parser, node, sup), span=span)


def _is_label(sup: Sequence[Token]) -> bool:
    """Tell ``(t)`` and ``[l]``, which number a thing, from a power."""
    closing = {"(": ")", "[": "]"}.get(sup[0].text)
    return len(sup) == 3 and sup[2].text == closing and sup[1].kind in ("letter", "number")


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
    if _is_label(sup):
        message = (
            f"the superscript {text} isn't declared; write brackets round what is raised to a power"
        )
        raise FormulaError("index", message, (sup[0].start, sup[-1].end))
    if text in ("*", "+", "-", r"\dagger"):
        raise FormulaError("syntax", f"a superscript {text} needs a declared symbol", sup[0].span)
    return tree.Power(node, parser.whole(sup), maybe_transpose=text == "T", span=span)
