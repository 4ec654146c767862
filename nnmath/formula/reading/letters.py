r"""Index expressions: the letters that count, which of them a node binds, how they are written, and runs with dots.

``x_1 + x_2 + \dots + x_n`` says a rule by example; here the rule is found or the dots refused.
Two neighbours of the dots are laid over each other and over the item behind the dots; where only one stands before
them, over that one alone. Where they differ, they must differ by numbers that advance together; that gives the general
term and the last one. Nothing is guessed: an example that fits no rule is an error.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Span, unread
from nnmath.formula.reading.lexer import tokenize
from nnmath.formula.reading.tokens import Token

LETTER = "\N{HORIZONTAL ELLIPSIS}"  # of a run with dots: a name that no printed letter has
ROWS = "\N{VERTICAL ELLIPSIS}"
WHERE = {  # dots stand
    "list": "dots in a list stand between its beginning and its last entry",
    "rows": "a row of dots stands between the first row and the last",
}
Item = tree.Node | Token


def bound_names(node: tree.Node) -> set[str]:
    """Return the letters that a node binds."""
    match node:
        case tree.Big(_, binders):
            return {b.target.name for b in binders if isinstance(b.target, tree.Index)}
        case tree.Integral(tree.Index(name)) | tree.Limit(name) | tree.Series(_, name):
            return {name}
        case tree.Moment(law=law) if law is not None and law.operator:
            return {law.detail.partition(" with ")[0].strip()}
    return set()


def _free(node: tree.Node, bound: frozenset[str]) -> Iterator[str]:
    if isinstance(node, tree.Index) and node.name not in bound:
        yield node.name
    bound |= bound_names(node)
    for child in tree.children(node):
        yield from _free(child, bound)


def free_letters(node: tree.Node) -> list[str]:
    """Return the letters that nothing inside the node binds, in order of appearance."""
    return list(dict.fromkeys(_free(node, frozenset((LETTER,)))))


def letter_and_offset(node: tree.Node) -> tuple[str, int] | None:
    """Return (i, c) of an index expression i + c."""
    if type(node) is tree.Index:
        return node.name, 0
    if type(node) is tree.Sum and len(node.terms) == 2:
        (first, second), (plus, sign) = node.terms, node.signs
        if isinstance(first, tree.Index) and isinstance(second, tree.Number) and plus == 1:
            return (first.name, sign * int(second.value)) if second.value.is_integer() else None
    return None


def _terms(node: tree.Node, sign: int = 1) -> Iterator[tuple[tree.Node, int]]:
    """Yield the terms of a sum, and those of sums among them, with their signs."""
    if isinstance(node, tree.Sum):
        for term, own in zip(node.terms, node.signs, strict=True):
            yield from _terms(term, sign * own)
    else:
        yield node, sign


def linear(node: tree.Node) -> tuple[frozenset[tuple[frozenset[object], float]], float]:
    """Write an index expression as products of letters and symbols, each with its factor, and a number."""
    parts: dict[frozenset[object], float] = defaultdict(float)
    for term, sign in _terms(node):
        factors = term.factors if isinstance(term, tree.Product) else (term,)
        numbers = [factor.value for factor in factors if isinstance(factor, tree.Number)]
        others = Counter(_named(one) for one in factors if not isinstance(one, tree.Number))
        parts[frozenset(others.items())] += sign * math.prod(numbers)
    number = parts.pop(frozenset(), 0.0)
    return frozenset((part, factor) for part, factor in parts.items() if factor), number


def _named(node: tree.Node) -> object:
    return (node.symbol.latex, *map(linear, node.indices)) if isinstance(node, tree.Entry) else node


def tidy(node: tree.Node) -> tree.Node:
    """Add up the numbers in index expressions, so that n_{l-1+1} is shown as n_l."""
    return tree.rewrite(node, _tidied)


def _tidied(node: tree.Node) -> tree.Node | None:
    if not isinstance(node, tree.Sum) or not any(isinstance(t, tree.Number) for t in node.terms):
        return None
    parts = [(t, sign) for t, sign in _terms(node) if not isinstance(t, tree.Number)]
    number = sum(sign * t.value for t, sign in _terms(node) if isinstance(t, tree.Number))
    if number:
        parts.append((tree.Number(abs(number)), 1 if number > 0 else -1))
    if len(parts) == 1 and parts[0][1] == 1:
        return parts[0][0]
    terms, signs = zip(*parts, strict=True) if parts else ((), ())
    return tree.Sum(terms, signs, span=node.span)


def latex_of(node: tree.Node | None) -> str:
    """Write an index expression, a bound or a symbol as LaTeX."""
    text = "?"
    match node:
        case tree.Number(value):
            text = f"{value:g}"
        case tree.Index(name):
            text = name
        case tree.Entry(symbol, indices):
            places = {r.name: latex_of(n) for r, n in zip(symbol.indices, indices, strict=False)}
            text = filled(symbol.latex, places)
        case tree.Sum(terms, signs):
            pairs = zip(terms, signs, strict=True)
            text = "".join(("-" if s < 0 else "+") + latex_of(t) for t, s in pairs)
            text = text.removeprefix("+")
        case tree.Product(factors):
            text = " ".join(map(latex_of, factors))
        case tree.Quotient(over, under):
            text = rf"\frac{{{latex_of(over)}}}{{{latex_of(under)}}}"
        case tree.Power(base, exponent):
            text = f"{latex_of(base)}^{{{latex_of(exponent)}}}"
    return text


def filled(template: str, places: dict[str, str]) -> str:
    """Put texts into the places of a template, in braces where a script needs them."""
    tokens = tokenize(template)
    pieces: list[str] = []
    end, scripts = 0, False
    for k, token in enumerate(tokens):
        scripts = scripts or token.text in ("_", "^", "(", "[")
        text = places.get(token.text) if scripts else None
        if text is None:
            text = template[token.start : token.end]
        elif len(text) > 1 and tokens[k - 1].text in ("_", "^"):
            text = f"{{{text}}}"
        pieces += [template[end : token.start], text]
        end = token.end
    return "".join(pieces) + template[end:]


# Ellipses


def fill(
    kind: str, items: Sequence[Item], span: Span, two: bool = True
) -> tuple[list[tree.Node], int]:
    """Put a run in the place of dots and of the items that tell its rule; return all, and where it stands."""
    dots = [k for k, item in enumerate(items) if isinstance(item, Token)]
    if len(dots) != 1 or dots[0] == 0 or (kind in WHERE and dots[0] + 1 == len(items)):
        raise unread(WHERE.get(kind, "dots need a term before them"), items[dots[0]].span)
    at = dots[0]
    three = [item.value for item in items[max(at - 3, 0) : at] if isinstance(item, tree.Number)]
    if len(three) == 3 and three[2] - three[1] != three[1] - three[0]:
        raise unread(
            "these numbers don't advance by one step; print them as powers", items[at].span
        )
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
    at = next((k for k, term in enumerate(terms) if isinstance(term, Token)), None)
    if at is None:
        return tree.Sum(
            tuple(t for t in terms if isinstance(t, tree.Node)), tuple(signs), span=span
        )
    end, wanted = at + 2, signs[at]
    if at and any(sign != wanted for sign in signs[at - 1 : end]):
        raise unread("the signs around the dots don't follow one rule", terms[at].span)
    two = at > 1 and signs[at - 2] == wanted
    nodes, first = fill("sum", terms[:end], span, two)
    return fill_sum([*nodes, *terms[end:]], [*signs[:first], wanted, *signs[end:]], span)


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
            if self.ends and not _counts(others[-1]):
                return None
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
    if isinstance(node, tree.Sum | tree.Product):
        return all(map(_counts, node.terms if isinstance(node, tree.Sum) else node.factors))
    if isinstance(node, tree.Entry):
        return node.symbol.domain in ("size", "at most", "integers") or bool(node.symbol.values)
    return isinstance(node, tree.Index | tree.Number)


def _step(first: tree.Node, second: tree.Node) -> float | None:
    """Return by how much an expression differs from another that has the same letters."""
    (one, start), (two, end) = linear(first), linear(second)
    return end - start if one == two and end != start else None
