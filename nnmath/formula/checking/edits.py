r"""What can be misprinted in one node of a formula: for each type of node, its single edits.

An edit is a list of replacements ``(start, end, new)`` in the LaTeX, made together.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from nnmath.formula import tree

FUNCTIONS = {
    "exp": "log", "log": "exp", "ln": "exp", "sin": "cos", "cos": "sin", "tan": "sin", "sinh": "cosh", "cosh": "sinh",
    "tanh": "sinh", "max": "min", "min": "max", "det": "tr", "tr": "det",
}  # fmt: skip
BIG = {"sum": r"\prod", "prod": r"\sum", "max": r"\min", "min": r"\max"}
ORDER = {"<": ">", ">": "<", r"\leq": r"\geq", r"\geq": r"\leq"}
OPPOSITE = ORDER | {r"\le": r"\geq", r"\ge": r"\leq", "=": r"\neq", r"\neq": "=", r"\ne": "="}
SCRIPT = re.compile(r"([_^])(\{[^{}]*\}|\\[A-Za-z]+|[^\s{}\\])")
OPENING, CLOSING = re.compile(r"(\\left)?\("), re.compile(r"(\\right)?\)\Z")

Edit = list[tuple[int, int, str]]
Edits = Iterable[Edit]


def put(node: tree.Node, text: str) -> Edit:
    """Put a text in the place of a node."""
    return [(*node.span, text)]


def insert(at: int, text: str) -> Edit:
    """Put a text between."""
    return [(at, at, text)]


def behind(node: tree.Node, text: str) -> Edit:
    """Put a text behind a node."""
    return insert(node.span[1], text)


class Source(str):
    """The LaTeX in which nodes stand."""

    __slots__ = ()

    def of(self, node: tree.Node) -> str:
        """Return the LaTeX of a node."""
        return self[slice(*node.span)]

    def as_index(self, node: tree.Node, text: str) -> Edit:
        """Put a text in the place of an index, in braces unless it stands in braces alone."""
        start, end = node.span
        alone = self[start - 1 : start] in ("{", "(") and self[end : end + 1] in ("}", ")")
        return put(node, text if len(text) == 1 or alone else f"{{{text}}}")

    def swapped(self, one: tree.Node, other: tree.Node) -> Edit:
        """Put each of two nodes in the place of the other."""
        return put(one, self.of(other)) + put(other, self.of(one))

    def exchanged(self, nodes: Sequence[tree.Node]) -> Iterator[Edit]:
        """Swap neighbours."""
        return (self.swapped(one, other) for one, other in pairwise(nodes))


# Terms and factors


def _sign_place(source: Source, node: tree.Sum, term: tree.Node) -> int | None:
    """Return where the sign of a term stands."""
    between = r"[^-+({\[]*\Z" if term is node.terms[0] else r"[^-+]*\Z"
    found = re.compile(f"[-+]{between}").search(source, node.span[0], term.span[0])
    return found.start() if found else None


def _signs(source: Source, node: tree.Sum) -> Edits:
    for term, sign in zip(node.terms, node.signs, strict=True):
        at = _sign_place(source, node, term)
        plus = "" if term is node.terms[0] else "+"
        yield insert(term.span[0], "-") if at is None else [(at, at + 1, plus if sign < 0 else "-")]


def _terms_dropped(source: Source, node: tree.Sum) -> Edits:
    places = [_sign_place(source, node, term) for term in node.terms]
    for k, (term, at) in enumerate(zip(node.terms, places, strict=True)):
        start, end = term.span
        if k == 0 and node.signs[1:2] == (1,):
            end = end if places[1] is None else places[1] + 1
        yield [(start if at is None else at, end, "")]


def _terms_repeated(source: Source, node: tree.Sum) -> Edits:
    for term, sign in zip(node.terms, node.signs, strict=True):
        yield behind(term, ("-" if sign < 0 else "+") + source.of(term))


def _brackets(source: Source, node: tree.Node) -> tuple[re.Match[str] | None, ...]:
    r"""Return where the ``(`` or ``\left(`` before a sum and the ``)`` behind it stand."""
    found = OPENING.match(source, *node.span), CLOSING.search(source, *node.span)
    return found if isinstance(node, tree.Sum) else (None, None)


def _parentheses_out(source: Source, node: tree.Product) -> Edits:
    """Move a bracket over the neighbouring factor."""
    for one, other in pairwise(node.factors):
        closing, opening = _brackets(source, one)[1], _brackets(source, other)[0]
        if closing:
            yield [(*closing.span(), ""), *behind(other, closing[0])]
        if opening:
            yield [*insert(one.span[0], opening[0]), (*opening.span(), "")]


def _parentheses_in(source: Source, node: tree.Sum) -> Edits:
    """Move a bracket over the first or the last term inside it."""
    opening, closing = _brackets(source, node)
    last = _sign_place(source, node, node.terms[-1])
    if opening and closing and last is not None and len(node.terms) > 1:
        yield [*insert(last, closing[0]), (*closing.span(), "")]
        yield [(*opening.span(), ""), *insert(node.terms[1].span[0], opening[0])]


def _transposes_exchanged(source: Source, node: tree.Product) -> Edits:
    """Move a transpose to the neighbouring factor."""
    for pair in pairwise(node.factors):
        for one, other in (pair, pair[::-1]):
            if isinstance(one, tree.Transpose) and not isinstance(other, tree.Transpose):
                yield put(one, source.of(one.body)) + put(other, f"{{{source.of(other)}}}^T")


# Fractions, powers and numerals


def _fractions(source: Source, node: tree.Quotient) -> Edits:
    over, under = source.of(node.numerator), source.of(node.denominator)
    if source.startswith(r"\frac{", node.span[0]):
        for text in (rf"\frac{{{under}}}{{{over}}}", f"({over})", f"({under})"):
            yield put(node, text)


def _powers(source: Source, node: tree.Power) -> Edits:
    base, text = source.of(node.base), source.of(node)
    if text.startswith(r"\sqrt"):
        yield put(node, f"({base})")
        yield put(node, rf"\sqrt{{{text}}}")
        return
    yield put(node, base)
    if isinstance(node.exponent, tree.Number):
        yield put(node, f"{base}^{{{node.exponent.value + 1:g}}}")
        yield put(node, f"({text})^{{{node.exponent.value:g}}}")


def _numbers(source: Source, node: tree.Number) -> Edits:
    if source.of(node)[:1].isdigit():
        for value in (node.value + 1, node.value - 1, 2 * node.value):
            if value >= 0 and value != node.value:
                yield put(node, f"{value:g}" if value < 10 else f"{{{value:g}}}")


# Functions


def _functions(source: Source, node: tree.Apply) -> Edits:
    """Yield another function, none, and the function applied twice."""
    start, sign = node.span[0], f"\\{node.symbol}"
    if node.symbol in FUNCTIONS and source.startswith(sign, start):
        yield [(start, start + len(sign), f"\\{FUNCTIONS[node.symbol]} ")]
    if len(node.arguments) == 1:
        argument = node.arguments[0]
        yield put(node, f"({source.of(argument)})")
        yield put(argument, source.of(node))


def _primes(source: Source, node: tree.Apply) -> Edits:
    start, end = node.span[0], node.arguments[0].span[0] if node.arguments else node.span[1]
    at = source.find("'", start, end)
    if at >= 0:
        yield [(at, at + 1, "")]
        yield insert(at, "'")
    elif not isinstance(node.symbol, str) and len(node.arguments) == 1:
        left, *brackets = (source.rfind(sign, start, end + 1) for sign in (r"\left", "(", "["))
        place = left if left >= 0 else max(brackets)
        if place > start:
            yield insert(place, "'")


def _derivatives(source: Source, node: tree.Derivative) -> Edits:
    """Differentiate the wrong way round."""
    if len(node.by) == 1 and node.body.span[1] < node.by[0].span[0]:
        yield source.swapped(node.body, node.by[0])


# Sums


def _sums(source: Source, node: tree.Big) -> Edits:
    """Yield a sum made a product, left out, and summed twice."""
    start, sign = node.span[0], f"\\{node.kind}"
    if node.kind in BIG and source.startswith(sign, start):
        yield [(start, start + len(sign), BIG[node.kind])]
    yield [(start, node.body.span[0], "")]
    yield insert(start, source[start : node.body.span[0]])


def _bounds(source: Source, node: tree.Big) -> Edits:
    """Yield bounds that are one more or less, and exchanged."""
    for binder in node.binders:
        bounds = [bound for bound in (binder.lower, binder.upper) if bound is not None]
        for bound in bounds:
            if not isinstance(bound, tree.Number) and source.of(bound):
                for step in ("-1", "+1"):
                    yield source.as_index(bound, source.of(bound) + step)
        if len(bounds) == 2 and bounds[0].span[1] < bounds[1].span[0]:
            yield source.swapped(*bounds)


# Arrays, symbols and cases


def _matrices(source: Source, node: tree.Matrix) -> Edits:
    for row in node.rows:
        yield from source.exchanged(row)
    for above, below in pairwise(node.rows):
        yield from map(source.swapped, above, below)


def _norms(source: Source, node: tree.Bars) -> Edits:
    yield put(node, f"({source.of(node.body)})")
    if node.double and node.order == "2":
        yield behind(node, "_1")


def _scripts(source: Source, node: tree.Entry | tree.Apply) -> Iterator[re.Match[str]]:
    """Find the scripts of a symbol."""
    start, end = node.span
    if isinstance(node, tree.Apply):
        end = max(start, source.find("(", start, end))
    return SCRIPT.finditer(source, start, end)


def _scripts_repeated(source: Source, node: tree.Entry | tree.Apply) -> Edits:
    for script in _scripts(source, node):
        content = script[2].strip("{}")
        yield [(*script.span(), f"{script[1]}{{{content} {content}}}")]


def _conditions(source: Source, node: tree.Comparison) -> Edits:
    """Turn the relation of a condition round."""
    for one, other in pairwise(node.sides):
        sign = source[one.span[1] : other.span[0]].strip()
        if sign in OPPOSITE:
            start = source.index(sign, one.span[1])
            yield [(start, start + len(sign), OPPOSITE[sign])]


SYMBOL = tree.Entry | tree.Apply
BY_TYPE: tuple[tuple[str, Any, Callable[[Source, Any], Edits]], ...] = (
    ("sign", tree.Sum, _signs),
    ("term dropped", tree.Sum, _terms_dropped),
    ("term repeated", tree.Sum, _terms_repeated),
    ("parenthesis moved out", tree.Product, _parentheses_out),
    ("parenthesis moved in", tree.Sum, _parentheses_in),
    ("factor dropped", tree.Product, lambda s, n: (put(f, "") for f in n.factors)),
    ("factor repeated", tree.Product, lambda s, n: (behind(f, f" {s.of(f)}") for f in n.factors)),
    ("factors exchanged", tree.Product, lambda s, n: s.exchanged(n.factors)),
    ("fraction", tree.Quotient, _fractions),
    ("power or root", tree.Power, _powers),
    ("constant", tree.Number, _numbers),
    ("function", tree.Apply, _functions),
    ("arguments exchanged", tree.Apply, lambda s, n: s.exchanged(n.arguments)),
    ("prime", tree.Apply, _primes),
    ("derivative turned round", tree.Derivative, _derivatives),
    ("sum", tree.Big, _sums),
    ("bound", tree.Big, _bounds),
    ("transpose dropped", tree.Transpose, lambda s, n: [put(n, s.of(n.body))]),
    ("transpose", tree.Entry, lambda s, n: [put(n, f"{{{s.of(n)}}}^T")] * bool(n.symbol.shape)),
    ("transposes exchanged", tree.Product, _transposes_exchanged),
    ("entries exchanged", tree.Matrix, _matrices),
    ("squared", tree.Entry | tree.Bars, lambda s, n: [put(n, f"({s.of(n)})^2")]),
    ("script dropped", SYMBOL, lambda s, n: ([(*m.span(), "")] for m in _scripts(s, n))),
    ("script repeated", SYMBOL, _scripts_repeated),
    ("norm", tree.Bars, _norms),
    ("cases", tree.Cases, lambda s, n: s.exchanged(n.values)),
    ("relation", tree.Comparison, _conditions),
)
