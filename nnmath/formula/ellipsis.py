r"""Ellipses: ``x_1 + x_2 + \dots + x_n`` says a rule by example; here the rule is found or the dots refused.

Two neighbours of the dots are laid over each other; where only one stands before them, it is laid over the one that
stands behind. Where they differ, they must differ by numbers that advance together; that gives the general term.
Nothing is guessed: an example that fits no rule is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.tokens import Token

__all__ = ["LETTER", "fill_list", "fill_product", "fill_run", "fill_sum"]

LETTER = "\N{HORIZONTAL ELLIPSIS}"  # a name that no printed letter has
ROWS = "\N{VERTICAL ELLIPSIS}"
Item = tree.Node | Token


def fill_sum(terms: Sequence[Item], signs: Sequence[int], span: Span) -> tree.Node:
    """Make a sum of terms with dots among them."""
    dots = [k for k, term in enumerate(terms) if isinstance(term, Token)]
    at = dots[0]
    if len(dots) > 1 or at < 1:
        raise FormulaError("syntax", "dots need a term before them", _span(terms[at]))
    wanted = signs[at]
    if any(sign != wanted for sign in signs[at - 1 :]):
        raise FormulaError(
            "syntax", "the signs around the dots don't follow one rule", _span(terms[at])
        )
    if at + 2 < len(terms):
        raise FormulaError("syntax", "one term after the dots, please", _span(terms[at + 2]))
    two = at > 1 and signs[at - 2] == wanted
    first, run = _shortest("sum", terms, at - 1 - two, at, span)
    kept = [term for term in terms[:first] if isinstance(term, tree.Node)]
    return tree.Sum((*kept, run), (*signs[:first], wanted), span=span)


def fill_product(
    before: Sequence[tree.Node], last: tree.Node, where: Span, span: Span
) -> tree.Node:
    """Make a product of factors, dots and one more factor."""
    items: list[Item] = [*before, Token("command", r"\dots", *where), last]
    first, run = _shortest("prod", items, max(len(before) - 2, 0), len(before), span)
    kept = tuple(before[:first])
    return tree.Product((*kept, run), ("",) * len(kept), span=span) if kept else run


def fill_list(items: Sequence[Item]) -> list[tree.Node]:
    """Fill dots between arguments or entries with a run of them."""
    dots = [k for k, item in enumerate(items) if isinstance(item, Token)]
    if not dots:
        return [item for item in items if isinstance(item, tree.Node)]
    at = dots[0]
    if len(dots) > 1 or at < 1 or at + 1 >= len(items):
        raise FormulaError(
            "syntax",
            "dots in a list stand between its beginning and its last entry",
            _span(items[at]),
        )
    first, run = _shortest("list", items[: at + 2], max(at - 2, 0), at, _span(items[at]))
    kept = [item for item in (*items[:first], *items[at + 2 :]) if isinstance(item, tree.Node)]
    return [*kept[:first], run, *kept[first:]]


def _shortest(
    kind: str, items: Sequence[Item], first: int, at: int, span: Span
) -> tuple[int, tree.Series]:
    """Fill the dots from two items before them, or from one, where the first of two is something else."""
    where = _span(items[at])
    try:
        return first, fill_run(kind, items[first:], where, span)
    except FormulaError:
        if first == at - 1 or at + 1 == len(items):
            raise
    return at - 1, fill_run(kind, items[at - 1 :], where, span)


def fill_run(
    kind: str, items: Sequence[Item], where: Span, span: Span, letter: str = LETTER
) -> tree.Series:
    """Make a series of one or two items, dots, and perhaps a last item."""
    known = [item for item in items if isinstance(item, tree.Node)]
    at = next(k for k, item in enumerate(items) if isinstance(item, Token))
    last = known[-1] if at + 1 < len(items) else None
    if at >= 2:
        rule = _Overlay(letter, where)
        general = rule.lay(known[0], known[1])
        _check_general(general, letter, where)
        stop = None if last is None else _solve(general, last, letter)
    elif last is not None:
        rule = _Overlay(letter, where, ends=True)
        general = rule.lay(known[0], last)
        _check_general(general, letter, where)
        stop = _only_stop(rule.stops, where)
    else:
        raise FormulaError("syntax", "dots without end need two terms before them", where)
    return tree.Series(kind, letter, general, tree.Number(0.0), stop, span=span)  # type: ignore[arg-type]  # checked


def _span(term: Item) -> Span:
    return term.span


def _check_general(general: object, letter: str, where: Span) -> None:
    if not isinstance(general, tree.Node) or tree.Index(letter) not in list(tree.walk(general)):
        raise FormulaError("syntax", "the terms around the dots don't differ", where)


def _only_stop(stops: list[tree.Node], where: Span) -> tree.Node:
    if any(stop != stops[0] for stop in stops):
        raise FormulaError("syntax", "the terms around the dots don't advance together", where)
    return stops[0]


@dataclass
class _Overlay:
    """Lays the second item, or the last one (`ends`), over the first."""

    letter: str
    where: Span
    ends: bool = False

    def __post_init__(self) -> None:
        self.stops: list[tree.Node] = []

    def lay(self, first: object, other: object) -> object:
        """Return the general item of which `first` is the case 0."""
        if first == other:
            return first
        if isinstance(first, tree.Node) and isinstance(other, tree.Node):
            moved = self._moved(first, other)
            if moved is not None:
                return moved
        if isinstance(first, tuple) and isinstance(other, tuple) and len(first) == len(other):
            return tuple(self.lay(a, b) for a, b in zip(first, other, strict=True))
        if isinstance(first, tree.Node) and type(first) is type(other):
            changes = {
                item.name: self.lay(getattr(first, item.name), getattr(other, item.name))
                for item in fields(first)
                if item.name != "span"
            }
            return type(first)(**changes, span=first.span)
        raise FormulaError(
            "syntax", "the terms around the dots follow no rule that is read", self.where
        )

    def _moved(self, first: tree.Node, other: tree.Node) -> tree.Node | None:
        """Return first + step * letter, where the two are index expressions."""
        count = tree.Index(self.letter, span=first.span)
        if self.ends:
            if not _counts(first) or not _counts(other):
                return None
            self.stops.append(tree.Sum((other, first), (1, -1), span=other.span))
            return tree.Sum((count, first), (1, 1), span=first.span)
        step = _step(first, other)
        if step is None:
            return None
        if step == 1.0:
            return tree.Sum((count, first), (1, 1), span=first.span)
        moved = tree.Product((tree.Number(abs(step)), count), ("",), span=first.span)
        return tree.Sum((first, moved), (1, 1 if step > 0 else -1), span=first.span)


def _counts(node: tree.Node) -> bool:
    """Tell what can stand as an index: numbers, letters, sizes, and sums of them."""
    if isinstance(node, tree.Sum):
        return all(_counts(term) for term in node.terms)
    if isinstance(node, tree.Entry):
        return node.symbol.domain in ("size", "at most", "integers") or bool(node.symbol.values)
    return isinstance(node, tree.Index | tree.Number)


def _step(first: tree.Node, second: tree.Node) -> float | None:
    """Return by how much an expression differs from another that has the same letters."""
    one, two = _parts(first), _parts(second)
    if one[0] != two[0] or two[1] == one[1]:
        return None
    return two[1] - one[1]


def _parts(node: tree.Node) -> tuple[list[tuple[str, int]], float]:
    """Split an expression into its terms, in one order, and the number that is added to them."""
    terms: list[tuple[str, int]] = []
    number = 0.0
    pairs = zip(node.terms, node.signs, strict=True) if isinstance(node, tree.Sum) else [(node, 1)]
    for term, sign in pairs:
        if isinstance(term, tree.Number):
            number += sign * term.value
        else:
            terms.append((repr(term), sign))
    return sorted(terms), number


def _solve(general: object, last: tree.Node, letter: str) -> tree.Node:
    """Return which case of `general` the last item is."""
    found: list[tree.Node] = []
    if not _match(general, last, letter, found) or not found or any(n != found[0] for n in found):
        raise FormulaError("syntax", "the term after the dots isn't of the same form", last.span)
    return found[0]


def _match(general: object, last: object, letter: str, found: list[tree.Node]) -> bool:
    """Lay the general item over the last one, and collect what stands where the count stands."""
    case = _case(general, last, letter)
    if case is not None:
        found.append(case)
        return True
    if general == last:
        return True
    if isinstance(general, tuple) and isinstance(last, tuple) and len(general) == len(last):
        return all(_match(a, b, letter, found) for a, b in zip(general, last, strict=True))
    if isinstance(general, tree.Node) and type(general) is type(last):
        names = [item.name for item in fields(general) if item.name != "span"]
        return all(
            _match(getattr(general, name), getattr(last, name), letter, found) for name in names
        )
    return False


def _case(general: object, last: object, letter: str) -> tree.Node | None:
    """Solve first + step * letter = last for the letter."""
    count = tree.Index(letter)
    if (
        not isinstance(general, tree.Sum)
        or len(general.terms) != 2
        or not isinstance(last, tree.Node)
    ):
        return None
    if general.terms[0] == count:
        return tree.Sum((last, general.terms[1]), (1, -1), span=last.span)
    first, moved = general.terms
    if not isinstance(moved, tree.Product) or moved.factors[-1] != count:
        return None
    away = tree.Sum((last, first), (1, -1), span=last.span)
    sign = tree.Number(float(general.signs[1]))
    return tree.Quotient(tree.Product((sign, away), ("",)), moved.factors[0], span=last.span)
