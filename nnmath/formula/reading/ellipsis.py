r"""Ellipses: ``x_1 + x_2 + \dots + x_n`` says a rule by example; here the rule is found or the dots refused.

Two neighbours of the dots are laid over each other and over the item behind the dots; where only one stands before
them, over that one alone. Where they differ, they must differ by numbers that advance together; that gives the general
term and the last one. Nothing is guessed: an example that fits no rule is an error.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Span, unread
from nnmath.formula.reading.letters import LETTER, linear
from nnmath.formula.reading.tokens import Token

ROWS = "\N{VERTICAL ELLIPSIS}"
WHERE = {  # dots stand
    "list": "dots in a list stand between its beginning and its last entry",
    "rows": "a row of dots stands between the first row and the last",
}
Item = tree.Node | Token


def fill(
    kind: str, items: Sequence[Item], span: Span, two: bool = True
) -> tuple[list[tree.Node], int]:
    """Put a run in the place of dots and of the items that tell its rule; return all, and where it stands."""
    dots = [k for k, item in enumerate(items) if isinstance(item, Token)]
    if len(dots) != 1 or dots[0] == 0 or (kind in WHERE and dots[0] + 1 == len(items)):
        raise unread(WHERE.get(kind, "dots need a term before them"), items[dots[0]].span)
    at = dots[0]
    first = max(at - 1 - two, 0)
    try:
        run = _run(kind, items[first : at + 2], span)
    except FormulaError:  # the first of two may be something else
        if first == at - 1 or at + 1 == len(items):
            raise
        first = at - 1
        run = _run(kind, items[first : at + 2], span)
    filled = (*items[:first], run, *items[at + 2 :])
    return [item for item in filled if isinstance(item, tree.Node)], first


def fill_list(items: Sequence[Item]) -> list[tree.Node]:
    """Fill dots between arguments or entries, if there are any."""
    dots = [k for k, item in enumerate(items) if isinstance(item, Token)]
    if not dots:
        return [item for item in items if isinstance(item, tree.Node)]
    end = dots[0] + 2 if len(dots) > 1 else len(items)
    return fill("list", items[:end], items[dots[0]].span)[0] + fill_list(items[end:])


def fill_sum(terms: Sequence[Item], signs: Sequence[int], span: Span) -> tree.Node:
    """Make a sum of terms with dots among them."""
    at = next(k for k, term in enumerate(terms) if isinstance(term, Token))
    wanted = signs[at]
    if at and any(sign != wanted for sign in signs[at - 1 :]):
        raise unread("the signs around the dots don't follow one rule", terms[at].span)
    if at + 2 < len(terms):
        raise unread("one term after the dots, please", terms[at + 2].span)
    nodes, first = fill("sum", terms, span, two=at > 1 and signs[at - 2] == wanted)
    return tree.Sum(tuple(nodes), (*signs[:first], wanted), span=span)


def fill_product(items: Sequence[Item], span: Span) -> tree.Node:
    """Make a product of factors with dots among them."""
    nodes, _ = fill("prod", items, span)
    operators = ("",) * (len(nodes) - 1)
    return tree.Product(tuple(nodes), operators, span=span) if operators else nodes[0]


def _run(kind: str, items: Sequence[Item], span: Span) -> tree.Series:
    """Make a series of one or two items, dots, and perhaps a last item."""
    *before, dots = items if isinstance(items[-1], Token) else items[:-1]
    last = items[len(before) + 1 :]
    if len(items) < 3:
        raise unread("dots without end need two terms before them", dots.span)
    rule = _Rule(ROWS if kind == "rows" else LETTER, dots.span, len(before) > 1, bool(last))
    try:
        general = rule.lay([*before, *last])
    except FormulaError:
        if rule.two and last:
            _Rule(rule.letter, dots.span, True, False).lay(before)  # or is it these?
            raise unread("the term after the dots isn't of the same form", last[0].span) from None
        raise
    if not rule.stops:
        raise unread("the terms around the dots don't differ", dots.span)
    if any(stop != rule.stops[0] for stop in rule.stops):
        raise unread("the terms around the dots don't advance together", dots.span)
    return tree.Series(kind, rule.letter, general, tree.Number(0.0), rule.stops[0], span=span)


@dataclass
class _Rule:
    """The rule of items that follow each other: whether two stand before the dots, and one behind them (`ends`)."""

    letter: str
    where: Span
    two: bool
    ends: bool
    stops: list[tree.Node | None] = field(default_factory=list)

    def lay(self, parts: Sequence[Any]) -> Any:
        """Lay parts over each other; return the general one, of which the first is the case 0."""
        first = parts[0]
        if all(part == first for part in parts):
            return first
        if all(isinstance(part, tree.Node) for part in parts):
            moved = self._moved(*parts)
            if moved is not None:
                return moved
        if len({type(part) for part in parts}) == 1:
            if isinstance(first, tree.Node):
                names = [item.name for item in fields(first) if item.name != "span"]
                laid = {name: self.lay([getattr(p, name) for p in parts]) for name in names}
                return type(first)(**laid, span=first.span)
            if isinstance(first, tuple) and len({len(part) for part in parts}) == 1:
                return tuple(map(self.lay, zip(*parts, strict=True)))
        raise unread("the terms around the dots follow no rule that is read", self.where)

    def _moved(self, first: tree.Node, *others: tree.Node) -> tree.Node | None:
        """Return first + step * letter, where the parts are expressions that count."""
        step: float | None = 1.0
        if (
            isinstance(first, tree.Entry) and first.indices
        ):  # x_1, \dots, x_n don't count from x_1 on
            return None
        if self.two:
            step = _step(first, others[0])
        elif not _counts(first) or not _counts(others[-1]):
            return None
        if step is None:
            return None
        self.stops.append(_stop(first, others[-1], step) if self.ends else None)
        count = tree.Index(self.letter, span=first.span)
        if step == 1.0:
            return tree.Sum((count, first), (1, 1), span=first.span)
        moved = tree.Product((tree.Number(abs(step)), count), ("",), span=first.span)
        return tree.Sum((first, moved), (1, 1 if step > 0 else -1), span=first.span)


def _stop(first: tree.Node, last: tree.Node, step: float) -> tree.Node:
    """Solve first + step * letter = last for the letter."""
    away = tree.Sum((last, first), (1, -1), span=last.span)
    if step == 1.0:
        return away
    signed = tree.Product((tree.Number(1.0 if step > 0 else -1.0), away), ("",))
    return tree.Quotient(signed, tree.Number(abs(step)), span=last.span)


def _counts(node: tree.Node) -> bool:
    """Tell what can stand as an index: numbers, letters, sizes, and sums of them."""
    if isinstance(node, tree.Sum):
        return all(map(_counts, node.terms))
    if isinstance(node, tree.Entry):
        return node.symbol.domain in ("size", "at most", "integers") or bool(node.symbol.values)
    return isinstance(node, tree.Index | tree.Number)


def _step(first: tree.Node, second: tree.Node) -> float | None:
    """Return by how much an expression differs from another that has the same letters."""
    (one, start), (two, end) = linear(first), linear(second)
    return end - start if one == two and end != start else None
