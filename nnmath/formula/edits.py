r"""What can be misprinted in one node of a formula: for each type of node, its single edits.

An edit is a list of replacements ``(start, end, new)`` in the LaTeX, made together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from nnmath.formula import tree

__all__ = ["BY_TYPE", "Edit", "braced", "text_of"]

FUNCTIONS = {
    "exp": "log", "log": "exp", "ln": "exp", "sin": "cos", "cos": "sin", "tan": "sin", "sinh": "cosh", "cosh": "sinh",
    "tanh": "sinh", "max": "min", "min": "max", "det": "tr", "tr": "det",
}  # fmt: skip
BIG = {"sum": r"\prod", "prod": r"\sum", "max": r"\min", "min": r"\max"}
OPPOSITE = {"<": ">", ">": "<", r"\leq": r"\geq", r"\le": r"\geq", r"\geq": r"\leq", r"\ge": r"\leq",
            "=": r"\neq", r"\neq": "=", r"\ne": "="}  # fmt: skip
SCRIPT = re.compile(r"([_^])(\{[^{}]*\}|\\[A-Za-z]+|[^\s{}\\])")

Edit = tuple[int, int, str]
Edits = Iterator[list[Edit]]


def text_of(latex: str, node: tree.Node) -> str:
    """Return the LaTeX of a node."""
    return latex[node.span[0] : node.span[1]]


def braced(latex: str, node: tree.Node, text: str) -> str:
    """Put braces around a text that takes the place of an index, unless it stands in braces alone."""
    start, end = node.span
    alone = latex[start - 1 : start] in ("{", "(") and latex[end : end + 1] in ("}", ")")
    return text if len(text) == 1 or alone else f"{{{text}}}"


def swapped(latex: str, one: tree.Node, other: tree.Node) -> list[Edit]:
    """Put each of two nodes in the place of the other."""
    return [(*one.span, text_of(latex, other)), (*other.span, text_of(latex, one))]


# Terms


def _signs(latex: str, node: tree.Sum) -> Edits:
    for term, sign in zip(node.terms, node.signs, strict=True):
        at = _sign_place(latex, node, term)
        if at is None:
            yield [(term.span[0], term.span[0], "-")]
            continue
        plus = "" if term is node.terms[0] else "+"
        yield [(at, at + 1, plus if sign < 0 else "-")]


def _sign_place(latex: str, node: tree.Sum, term: tree.Node) -> int | None:
    """Return where the sign of a term stands."""
    at = term.span[0] - 1
    while at >= node.span[0] and latex[at] not in "+-":
        if latex[at] in "({[" and term is node.terms[0]:
            return None
        at -= 1
    return at if at >= node.span[0] else None


def _terms_dropped(latex: str, node: tree.Sum) -> Edits:
    for k, term in enumerate(node.terms):
        at = _sign_place(latex, node, term)
        start = term.span[0] if at is None else at
        end = term.span[1]
        if k == 0 and node.signs[1:2] == (1,):
            follower = _sign_place(latex, node, node.terms[1])
            end = end if follower is None else follower + 1
        yield [(start, end, "")]


def _terms_repeated(latex: str, node: tree.Sum) -> Edits:
    for term, sign in zip(node.terms, node.signs, strict=True):
        yield [(term.span[1], term.span[1], ("-" if sign < 0 else "+") + text_of(latex, term))]


# Factors


def _factors_dropped(latex: str, node: tree.Product) -> Edits:
    for factor in node.factors:
        yield [(*factor.span, "")]


def _factors_repeated(latex: str, node: tree.Product) -> Edits:
    for factor in node.factors:
        yield [(factor.span[1], factor.span[1], " " + text_of(latex, factor))]


def _factors_exchanged(latex: str, node: tree.Product) -> Edits:
    for one, other in pairwise(node.factors):
        yield swapped(latex, one, other)


def _parentheses_out(latex: str, node: tree.Product) -> Edits:
    """Move a bracket over the neighbouring factor."""
    for one, other in pairwise(node.factors):
        closing, opening = _closing(latex, one), _opening(latex, other)
        if closing:
            yield [(*closing, ""), (other.span[1], other.span[1], latex[slice(*closing)])]
        if opening:
            yield [(one.span[0], one.span[0], latex[slice(*opening)]), (*opening, "")]


def _parentheses_in(latex: str, node: tree.Sum) -> Edits:
    """Move a bracket over the first or the last term inside it."""
    closing, opening = _closing(latex, node), _opening(latex, node)
    if not closing or not opening or len(node.terms) < 2:
        return
    last = _sign_place(latex, node, node.terms[-1])
    if last is not None:
        yield [(last, last, latex[slice(*closing)]), (*closing, "")]
        second = node.terms[1].span[0]
        yield [(*opening, ""), (second, second, latex[slice(*opening)])]


def _closing(latex: str, node: tree.Node) -> tuple[int, int] | None:
    r"""Return where the ``)`` or ``\right)`` at the end of a sum in brackets stands."""
    end = node.span[1]
    if not isinstance(node, tree.Sum) or latex[end - 1 : end] != ")":
        return None
    return (end - 7, end) if latex[end - 7 : end - 1] == r"\right" else (end - 1, end)


def _opening(latex: str, node: tree.Node) -> tuple[int, int] | None:
    start = node.span[0]
    if not isinstance(node, tree.Sum):
        return None
    for sign in ("(", r"\left("):
        if latex.startswith(sign, start):
            return start, start + len(sign)
    return None


def _fractions(latex: str, node: tree.Quotient) -> Edits:
    over, under = text_of(latex, node.numerator), text_of(latex, node.denominator)
    if latex.startswith(r"\frac{", node.span[0]):
        yield [(*node.span, rf"\frac{{{under}}}{{{over}}}")]
        yield [(*node.span, f"({over})")]
        yield [(*node.span, f"({under})")]


# Powers and numerals


def _powers(latex: str, node: tree.Power) -> Edits:
    start, end = node.span
    base, text = text_of(latex, node.base), text_of(latex, node)
    if latex.startswith(r"\sqrt", start):
        yield [(start, end, f"({base})")]
        yield [(start, end, rf"\sqrt{{{text}}}")]
        return
    yield [(start, end, base)]
    if isinstance(node.exponent, tree.Number):
        yield [(start, end, f"{base}^{{{node.exponent.value + 1:g}}}")]
        yield [(start, end, f"({text})^{{{node.exponent.value:g}}}")]


def _numbers(latex: str, node: tree.Number) -> Edits:
    if not latex[node.span[0] : node.span[0] + 1].isdigit():
        return
    for value in (node.value + 1, node.value - 1, 2 * node.value):
        if value >= 0 and value != node.value:
            yield [(*node.span, f"{value:g}" if value < 10 else f"{{{value:g}}}")]


# Functions


def _functions(latex: str, node: tree.Apply) -> Edits:
    """Yield another function, none, and the function applied twice."""
    start = node.span[0]
    if isinstance(node.symbol, str):
        other = FUNCTIONS.get(node.symbol)
        if other and latex.startswith("\\" + node.symbol, start):
            yield [(start, start + 1 + len(node.symbol), "\\" + other + " ")]
    if len(node.arguments) == 1:
        argument = node.arguments[0]
        yield [(*node.span, f"({text_of(latex, argument)})")]
        yield [(*argument.span, text_of(latex, node))]


def _arguments(latex: str, node: tree.Apply) -> Edits:
    for one, other in pairwise(node.arguments):
        yield swapped(latex, one, other)


def _primes(latex: str, node: tree.Apply) -> Edits:
    at = latex.find(
        "'", node.span[0], node.arguments[0].span[0] if node.arguments else node.span[1]
    )
    if at >= 0:
        yield [(at, at + 1, "")]
        yield [(at, at, "'")]
    elif not isinstance(node.symbol, str) and len(node.arguments) == 1:
        bracket = max(latex.rfind(c, node.span[0], node.arguments[0].span[0] + 1) for c in "([")
        left = latex.rfind(r"\left", node.span[0], node.arguments[0].span[0] + 1)
        place = left if left >= 0 else bracket
        if place > node.span[0]:
            yield [(place, place, "'")]


def _derivatives(latex: str, node: tree.Derivative) -> Edits:
    """Differentiate the wrong way round."""
    if len(node.by) == 1 and node.body.span[1] < node.by[0].span[0]:
        yield swapped(latex, node.body, node.by[0])


# Sums


def _sums(latex: str, node: tree.Big) -> Edits:
    """Yield a sum left out, made a product, and summed twice."""
    start = node.span[0]
    sign = "\\" + node.kind
    if node.kind in BIG and latex.startswith(sign, start):
        yield [(start, start + len(sign), BIG[node.kind])]
    yield [(start, node.body.span[0], "")]
    yield [(start, start, latex[start : node.body.span[0]])]


def _bounds(latex: str, node: tree.Big) -> Edits:
    """Yield bounds that are one more or less, and exchanged."""
    for binder in node.binders:
        lower, upper = binder.lower, binder.upper
        for bound in (lower, upper):
            if bound is None or isinstance(bound, tree.Number) or bound.span[1] == bound.span[0]:
                continue
            text = text_of(latex, bound)
            for step in ("-1", "+1"):
                yield [(*bound.span, braced(latex, bound, text + step))]
        if lower is not None and upper is not None and lower.span[1] < upper.span[0]:
            yield swapped(latex, lower, upper)


# Arrays


def _transposes(latex: str, node: tree.Transpose) -> Edits:
    yield [(*node.span, text_of(latex, node.body))]


def _transposed(latex: str, node: tree.Entry) -> Edits:
    if node.symbol.shape:
        yield [(*node.span, f"{{{text_of(latex, node)}}}^T")]


def _transposes_exchanged(latex: str, node: tree.Product) -> Edits:
    """Move a transpose to the neighbouring factor."""
    for one, other in pairwise(node.factors):
        for source, target in ((one, other), (other, one)):
            if isinstance(source, tree.Transpose) and not isinstance(target, tree.Transpose):
                yield [
                    (*source.span, text_of(latex, source.body)),
                    (*target.span, f"{{{text_of(latex, target)}}}^T"),
                ]


def _matrices(latex: str, node: tree.Matrix) -> Edits:
    for row in node.rows:
        for one, other in pairwise(row):
            yield swapped(latex, one, other)
    for above, below in pairwise(node.rows):
        for one, other in zip(above, below, strict=False):
            yield swapped(latex, one, other)


def _norms(latex: str, node: tree.Bars) -> Edits:
    yield [(*node.span, f"({text_of(latex, node.body)})")]
    if node.double and node.order == "2":
        yield [(node.span[1], node.span[1], "_1")]


# Symbols and cases


def _squared(latex: str, node: tree.Bars | tree.Entry) -> Edits:
    yield [(*node.span, f"({text_of(latex, node)})^2")]


def _scripts(latex: str, node: tree.Entry | tree.Apply) -> Iterator[tuple[int, int, str, str]]:
    """Yield where the scripts of a symbol stand, with their sign and content."""
    end = node.span[1]
    if isinstance(node, tree.Apply):
        bracket = latex.find("(", *node.span)
        end = bracket if bracket >= 0 else node.span[0]
    for found in SCRIPT.finditer(latex, node.span[0], end):
        yield found.start(), found.end(), found[1], found[2].strip("{}")


def _scripts_dropped(latex: str, node: tree.Entry | tree.Apply) -> Edits:
    for start, end, _, _ in _scripts(latex, node):
        yield [(start, end, "")]


def _scripts_repeated(latex: str, node: tree.Entry | tree.Apply) -> Edits:
    for start, end, sign, content in _scripts(latex, node):
        yield [(start, end, f"{sign}{{{content} {content}}}")]


def _case_values(latex: str, node: tree.Cases) -> Edits:
    for one, other in pairwise(node.values):
        yield swapped(latex, one, other)


def _conditions(latex: str, node: tree.Comparison) -> Edits:
    """Turn the relation of a condition round."""
    for one, other in pairwise(node.sides):
        between = latex[one.span[1] : other.span[0]]
        sign = between.strip()
        if sign in OPPOSITE:
            start = one.span[1] + between.index(sign)
            yield [(start, start + len(sign), OPPOSITE[sign])]


BY_TYPE: dict[str, tuple[type | tuple[type, ...], Callable[..., Edits]]] = {
    "sign": (tree.Sum, _signs),
    "term dropped": (tree.Sum, _terms_dropped),
    "term repeated": (tree.Sum, _terms_repeated),
    "parenthesis moved out": (tree.Product, _parentheses_out),
    "parenthesis moved in": (tree.Sum, _parentheses_in),
    "factor dropped": (tree.Product, _factors_dropped),
    "factor repeated": (tree.Product, _factors_repeated),
    "factors exchanged": (tree.Product, _factors_exchanged),
    "fraction": (tree.Quotient, _fractions),
    "power or root": (tree.Power, _powers),
    "constant": (tree.Number, _numbers),
    "function": (tree.Apply, _functions),
    "arguments exchanged": (tree.Apply, _arguments),
    "prime": (tree.Apply, _primes),
    "derivative turned round": (tree.Derivative, _derivatives),
    "sum": (tree.Big, _sums),
    "bound": (tree.Big, _bounds),
    "transpose dropped": (tree.Transpose, _transposes),
    "transpose": (tree.Entry, _transposed),
    "transposes exchanged": (tree.Product, _transposes_exchanged),
    "entries exchanged": (tree.Matrix, _matrices),
    "squared": ((tree.Entry, tree.Bars), _squared),
    "script dropped": ((tree.Entry, tree.Apply), _scripts_dropped),
    "script repeated": ((tree.Entry, tree.Apply), _scripts_repeated),
    "norm": (tree.Bars, _norms),
    "cases": (tree.Cases, _case_values),
    "relation": (tree.Comparison, _conditions),
}
