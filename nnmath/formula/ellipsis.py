r"""Ellipses: ``x_1 + x_2 + \dots + x_n`` says a rule by example; here the rule is found or the dots refused.

Two neighbours of the dots are laid over each other. Where they differ, they must differ by whole numbers that
advance together; that gives the general term. Nothing is guessed: an example that fits no rule is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.lexer import Token

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["fill_list", "fill_sum"]

LETTER = "\N{HORIZONTAL ELLIPSIS}"  # a name that no printed letter has


def fill_sum(
    parser: Parser, terms: Sequence[tree.Node | Token], signs: Sequence[int], span: Span
) -> tree.Node:
    """Make a sum of terms with dots among them."""
    dots = [k for k, term in enumerate(terms) if isinstance(term, Token)]
    at = dots[0]
    if len(dots) > 1 or at < 2:
        raise FormulaError("syntax", "dots need two terms before them", _span(terms[at]))
    if (
        signs[at - 1] != signs[at - 2]
        or any(s != signs[at] for s in signs[at:])
        or signs[at] != signs[at - 1]
    ):
        raise FormulaError(
            "syntax", "the signs around the dots don't follow one rule", _span(terms[at])
        )
    first, second = terms[at - 2], terms[at - 1]
    general = _general(first, second, _span(terms[at]))
    stop: tree.Node | None = None
    if at + 1 < len(terms):
        if at + 2 != len(terms):
            raise FormulaError("syntax", "one term after the dots, please", _span(terms[at + 1]))
        stop = _solve(general, terms[at + 1])
    kept = [term for term in terms[: at - 2] if isinstance(term, tree.Node)]
    series = tree.Series("sum", LETTER, general, tree.Number(0.0), stop, span=span)
    return tree.Sum((*kept, series), (*signs[: at - 2], signs[at]), span=span)


def fill_list(parser: Parser, items: Sequence[tree.Node | Token]) -> list[tree.Node]:
    """Refuse dots between arguments: how many there are depends on the function."""
    for item in items:
        if isinstance(item, Token):
            raise FormulaError("syntax", "dots between arguments aren't read", item.span)
    return [item for item in items if isinstance(item, tree.Node)]


def _span(term: tree.Node | Token) -> Span:
    return term.span


def _general(first: object, second: object, where: Span) -> tree.Node:
    """Return the term of which `first` and `second` are the cases 0 and 1."""
    node = _overlay(first, second, where)
    if not isinstance(node, tree.Node) or not any(
        isinstance(n, tree.Index) and n.name == LETTER for n in tree.walk(node)
    ):
        raise FormulaError("syntax", "the terms before the dots don't differ", where)
    return node


def _overlay(first: object, second: object, where: Span) -> object:
    if first == second:
        return first
    if (
        isinstance(first, tree.Number)
        and isinstance(second, tree.Number)
        and second.value == first.value + 1
    ):
        letter = tree.Index(LETTER, span=first.span)
        return tree.Sum((letter, first), (1, 1), span=first.span)
    if isinstance(first, tuple) and isinstance(second, tuple) and len(first) == len(second):
        return tuple(_overlay(a, b, where) for a, b in zip(first, second, strict=True))
    if isinstance(first, tree.Node) and type(first) is type(second):
        changes = {
            item.name: _overlay(getattr(first, item.name), getattr(second, item.name), where)
            for item in fields(first)
            if item.name != "span"
        }
        return type(first)(**changes, span=first.span)
    raise FormulaError("syntax", "the terms before the dots follow no rule that is read", where)


def _solve(general: tree.Node, last: tree.Node | Token) -> tree.Node:
    """Return which case of `general` the last term is."""
    found: list[tree.Node] = []
    if not _match(general, last, found) or not found or any(node != found[0] for node in found):
        raise FormulaError("syntax", "the term after the dots isn't of the same form", last.span)
    return found[0]


def _match(general: object, last: object, found: list[tree.Node]) -> bool:
    """Lay the general term over the last one, and collect what stands where the count stands."""
    if isinstance(general, tree.Sum) and general.terms[0] == tree.Index(LETTER):
        if isinstance(last, tree.Node):
            found.append(tree.Sum((last, general.terms[1]), (1, -1), span=last.span))
        return isinstance(last, tree.Node)
    if general == last:
        return True
    if isinstance(general, tuple) and isinstance(last, tuple) and len(general) == len(last):
        return all(_match(a, b, found) for a, b in zip(general, last, strict=True))
    if isinstance(general, tree.Node) and type(general) is type(last):
        names = [item.name for item in fields(general) if item.name != "span"]
        return all(_match(getattr(general, name), getattr(last, name), found) for name in names)
    return False
