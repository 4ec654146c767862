r"""Every single edit of a formula, to see whether the checker notices; run backwards, to propose a repair.

Edits are made in the LaTeX, at the places that the syntax tree names. A mutant that says the same thing in another
order is dropped: rejecting it would be wrong.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from nnmath.formula import tree
from nnmath.formula.book import Book, Result, Statement
from nnmath.formula.checking import Session
from nnmath.formula.equation import Reading
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.letters import bound_names, free_letters, letter_and_offset
from nnmath.formula.render import filled
from nnmath.formula.structure import structure

__all__ = ["Mutant", "Survey", "mutants", "repair", "survey"]

FUNCTIONS = {
    "exp": "log", "log": "exp", "ln": "exp", "sin": "cos", "cos": "sin", "tan": "sin", "sinh": "cosh", "cosh": "sinh",
    "tanh": "sinh", "max": "min", "min": "max", "det": "tr", "tr": "det",
}  # fmt: skip
RELATIONS = {"<": ">", ">": "<", r"\leq": r"\geq", r"\geq": r"\leq"}
Edit = tuple[int, int, str]


@dataclass(frozen=True)
class Mutant:
    """A formula with one edit."""

    latex: str
    kind: str
    span: Span
    old: str
    new: str

    def __str__(self) -> str:
        if not self.old:
            return f"insert {self.new} at {self.span[0]}"
        return f"write {self.new} for {self.old}" if self.new else f"leave out {self.old}"


def mutants(latex: str, equation: tree.Equation) -> Iterator[Mutant]:
    """Yield each mutant of a formula once."""
    seen = {latex}
    for kind, edits in _edits(latex, equation):
        changed = latex
        for start, end, new in sorted(edits, reverse=True):
            changed = changed[:start] + new + changed[end:]
        if changed not in seen:
            seen.add(changed)
            start, end = min(e[0] for e in edits), max(e[1] for e in edits)
            after = changed[start : end + len(changed) - len(latex)]
            yield Mutant(changed, kind, (start, end), latex[start:end].strip(), after.strip())


def _edits(latex: str, equation: tree.Equation) -> Iterator[tuple[str, list[Edit]]]:
    """Yield every edit with its kind."""
    letters = sorted(
        set(free_letters(equation)) | {n for node in tree.walk(equation) for n in bound_names(node)}
    )
    nodes = [
        node for side in equation.sides for node in tree.walk(side) if node.span[1] > node.span[0]
    ]
    for node in nodes:
        yield from _of_node(latex, node, letters)
    yield from _exchanges(latex, nodes)
    for relation, span in zip(equation.relations, equation.relation_spans, strict=False):
        if relation in RELATIONS:
            yield "relation", [(*span, RELATIONS[relation])]


def _of_node(
    latex: str, node: tree.Node, letters: Sequence[str]
) -> Iterator[tuple[str, list[Edit]]]:
    """Yield the edits of one node, by its type."""
    if isinstance(node, tree.Entry | tree.Apply):
        yield from _index_edits(latex, node, letters)
    for kind, (types, edit) in _BY_TYPE.items():
        if isinstance(node, types):
            for edits in edit(latex, node):
                yield kind, edits


def _text(latex: str, node: tree.Node) -> str:
    return latex[node.span[0] : node.span[1]]


def _index_edits(
    latex: str, node: tree.Entry | tree.Apply, letters: Sequence[str]
) -> Iterator[tuple[str, list[Edit]]]:
    """Yield other letters, shifts and exchanges of the indices of a symbol."""
    for index in node.indices:
        found = letter_and_offset(index)
        if found is None:
            continue
        name, offset = found
        for letter in letters:
            if letter != name:
                yield "index letter", [_index(latex, index, letter, offset)]
        for step in (-1, 1):
            yield "index shift", [_index(latex, index, name, offset + step)]
    for one, other in zip(node.indices, node.indices[1:], strict=False):
        if _text(latex, one) != _text(latex, other):
            yield (
                "indices exchanged",
                [
                    (*one.span, _braced(latex, one, _text(latex, other))),
                    (*other.span, _braced(latex, other, _text(latex, one))),
                ],
            )


def _index(latex: str, node: tree.Node, name: str, offset: int) -> Edit:
    text = name if not offset else f"{name}{offset:+d}"
    return (*node.span, _braced(latex, node, text))


def _braced(latex: str, node: tree.Node, text: str) -> str:
    """Put braces around a text that takes the place of an index, unless it stands in braces alone."""
    start, end = node.span
    alone = latex[start - 1 : start] in ("{", "(") and latex[end : end + 1] in ("}", ")")
    return text if len(text) == 1 or alone else f"{{{text}}}"


def _signs(latex: str, node: tree.Sum) -> Iterator[list[Edit]]:
    for term, sign in zip(node.terms, node.signs, strict=True):
        at = _sign_place(latex, node, term)
        if at is None:
            yield [(term.span[0], term.span[0], "-")]
        else:
            yield [
                (
                    at,
                    at + 1,
                    "+" if sign < 0 and term is not node.terms[0] else "-" if sign > 0 else "",
                )
            ]


def _sign_place(latex: str, node: tree.Sum, term: tree.Node) -> int | None:
    """Return where the sign of a term stands."""
    at = term.span[0] - 1
    while at >= node.span[0] and latex[at] not in "+-":
        if latex[at] in "({[" and term is node.terms[0]:
            return None
        at -= 1
    return at if at >= node.span[0] else None


def _terms_dropped(latex: str, node: tree.Sum) -> Iterator[list[Edit]]:
    for k, term in enumerate(node.terms):
        at = _sign_place(latex, node, term)
        start = term.span[0] if at is None else at
        end = term.span[1]
        if k == 0 and node.signs[1:2] == (1,):
            follower = _sign_place(latex, node, node.terms[1])
            end = end if follower is None else follower + 1
        yield [(start, end, "")]


def _terms_repeated(latex: str, node: tree.Sum) -> Iterator[list[Edit]]:
    for term, sign in zip(node.terms, node.signs, strict=True):
        yield [(term.span[1], term.span[1], ("-" if sign < 0 else "+") + _text(latex, term))]


def _factors_dropped(latex: str, node: tree.Product) -> Iterator[list[Edit]]:
    for factor in node.factors:
        yield [(*factor.span, "")]


def _factors_repeated(latex: str, node: tree.Product) -> Iterator[list[Edit]]:
    for factor in node.factors:
        yield [(factor.span[1], factor.span[1], " " + _text(latex, factor))]


def _factors_exchanged(latex: str, node: tree.Product) -> Iterator[list[Edit]]:
    for one, other in zip(node.factors, node.factors[1:], strict=False):
        yield [(*one.span, _text(latex, other)), (*other.span, _text(latex, one))]


def _parentheses(latex: str, node: tree.Product) -> Iterator[list[Edit]]:
    """Move a closing bracket over the next factor."""
    for one, other in zip(node.factors, node.factors[1:], strict=False):
        end = one.span[1]
        if (
            isinstance(one, tree.Sum)
            and latex[end - 1 : end] == ")"
            and latex[end - 7 : end - 1] != r"\right"
        ):
            yield [(end - 1, end, ""), (other.span[1], other.span[1], ")")]


def _parentheses_in(latex: str, node: tree.Sum) -> Iterator[list[Edit]]:
    """Move a closing bracket before the last term."""
    end, last = node.span[1], node.terms[-1]
    at = _sign_place(latex, node, last)
    if (
        latex[end - 1 : end] == ")"
        and latex[end - 7 : end - 1] != r"\right"
        and at is not None
        and len(node.terms) > 1
    ):
        yield [(at, at, ")"), (end - 1, end, "")]


def _fractions(latex: str, node: tree.Quotient) -> Iterator[list[Edit]]:
    over, under = _text(latex, node.numerator), _text(latex, node.denominator)
    if latex.startswith(r"\frac{", node.span[0]):
        yield [(*node.span, rf"\frac{{{under}}}{{{over}}}")]
        yield [(*node.span, f"({over})")]
        yield [(*node.span, f"({under})")]


def _powers(latex: str, node: tree.Power) -> Iterator[list[Edit]]:
    start, end = node.span
    if latex.startswith(r"\sqrt", start):
        yield [(start, end, f"({_text(latex, node.body if hasattr(node, 'body') else node.base)})")]
        return
    base = _text(latex, node.base)
    yield [(start, end, base)]
    if isinstance(node.exponent, tree.Number):
        yield [(start, end, f"{base}^{{{node.exponent.value + 1:g}}}")]


def _numbers(latex: str, node: tree.Number) -> Iterator[list[Edit]]:
    if not latex[node.span[0] : node.span[0] + 1].isdigit():
        return
    for value in (node.value + 1, node.value - 1, 2 * node.value):
        if value >= 0 and value != node.value:
            yield [(*node.span, f"{value:g}" if value < 10 else f"{{{value:g}}}")]


def _functions(latex: str, node: tree.Apply) -> Iterator[list[Edit]]:
    """Yield another function, none, a prime more or less, arguments exchanged."""
    start = node.span[0]
    if isinstance(node.symbol, str):
        other = FUNCTIONS.get(node.symbol)
        if other and latex.startswith("\\" + node.symbol, start):
            yield [(start, start + 1 + len(node.symbol), "\\" + other + " ")]
    if len(node.arguments) == 1:
        yield [(*node.span, f"({_text(latex, node.arguments[0])})")]
    else:
        one, other_argument = node.arguments[0], node.arguments[1]
        yield [(*one.span, _text(latex, other_argument)), (*other_argument.span, _text(latex, one))]


def _primes(latex: str, node: tree.Apply) -> Iterator[list[Edit]]:
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


def _sums(latex: str, node: tree.Big) -> Iterator[list[Edit]]:
    """Yield a sum left out, made a product, and with other bounds."""
    start = node.span[0]
    other = {"sum": r"\prod", "prod": r"\sum", "max": r"\min", "min": r"\max"}.get(node.kind)
    sign = "\\" + node.kind
    if other and latex.startswith(sign, start):
        yield [(start, start + len(sign), other)]
    yield [(start, node.body.span[0], "")]
    for binder in node.binders:
        for bound in (binder.lower, binder.upper):
            if (
                bound is not None
                and not isinstance(bound, tree.Number)
                and bound.span[1] > bound.span[0]
            ):
                text = _text(latex, bound)
                for step in ("-1", "+1"):
                    yield [(*bound.span, _braced(latex, bound, text + step))]


def _transposes(latex: str, node: tree.Transpose) -> Iterator[list[Edit]]:
    yield [(*node.span, _text(latex, node.body))]


def _transposed(latex: str, node: tree.Entry) -> Iterator[list[Edit]]:
    if node.symbol.shape:
        yield [(*node.span, f"{{{_text(latex, node)}}}^T")]


def _squared(latex: str, node: tree.Bars | tree.Entry) -> Iterator[list[Edit]]:
    yield [(*node.span, f"({_text(latex, node)})^2")]


def _norms(latex: str, node: tree.Bars) -> Iterator[list[Edit]]:
    yield [(*node.span, f"({_text(latex, node.body)})")]
    if node.double and node.order == "2":
        yield [(node.span[1], node.span[1], "_1")]


def _case_values(latex: str, node: tree.Cases) -> Iterator[list[Edit]]:
    for one, other in zip(node.values, node.values[1:], strict=False):
        yield [(*one.span, _text(latex, other)), (*other.span, _text(latex, one))]


_BY_TYPE: dict[str, tuple[type | tuple[type, ...], Callable[..., Iterator[list[Edit]]]]] = {
    "sign": (tree.Sum, _signs),
    "term dropped": (tree.Sum, _terms_dropped),
    "term repeated": (tree.Sum, _terms_repeated),
    "parenthesis moved out": (tree.Product, _parentheses),
    "parenthesis moved in": (tree.Sum, _parentheses_in),
    "factor dropped": (tree.Product, _factors_dropped),
    "factor repeated": (tree.Product, _factors_repeated),
    "factors exchanged": (tree.Product, _factors_exchanged),
    "fraction": (tree.Quotient, _fractions),
    "power": (tree.Power, _powers),
    "constant": (tree.Number, _numbers),
    "function": (tree.Apply, _functions),
    "prime": (tree.Apply, _primes),
    "sum": (tree.Big, _sums),
    "transpose dropped": (tree.Transpose, _transposes),
    "transpose": (tree.Entry, _transposed),
    "squared": ((tree.Entry, tree.Bars), _squared),
    "norm": (tree.Bars, _norms),
    "cases": (tree.Cases, _case_values),
}


def _exchanges(latex: str, nodes: Sequence[tree.Node]) -> Iterator[tuple[str, list[Edit]]]:
    """Put each symbol of the formula in the place of each other one."""
    entries = [n for n in nodes if isinstance(n, tree.Entry)]
    texts = dict.fromkeys(_text(latex, n) for n in entries)
    for node in entries:
        for text in texts:
            if text != _text(latex, node):
                yield "symbol", [(*node.span, f"{{{text}}}")]
    functions = {
        n.symbol: n for n in nodes if isinstance(n, tree.Apply) and not isinstance(n.symbol, str)
    }
    for one in functions.values():
        for other in functions.values():
            if one is not other:
                name = _text(latex, other).partition("(")[0]
                yield (
                    "function exchanged",
                    [(one.span[0], one.span[0] + len(_text(latex, one).partition("(")[0]), name)],
                )


# Surveys


@dataclass
class Survey:
    """How many mutants there were, who was rejected for what, and who survived."""

    total: int
    rejected: dict[str, int]
    survivors: list[tuple[str, Mutant]]
    by_kind: dict[str, tuple[int, int]]
    seconds: float

    @property
    def score(self) -> float:
        """The share that was rejected."""
        return 1.0 - len(self.survivors) / self.total if self.total else 1.0


def survey(book: Book, seed: int = 0, *, most: int | None = None) -> Survey:
    """Try every mutant of every equation of a book that holds.

    A mutant of a claim is checked in its place. A mutant of a definition counts as rejected when it, or anything that
    is built on it, fails.
    """
    start = time.perf_counter()
    session = Session(book, seed)
    result = Survey(0, {}, [], {}, 0.0)
    for position, statement in enumerate(book.statements):
        if statement.kind != "unchecked":
            for mutant in _structural(session, statement, most):
                category = _rejection(session, position, replace(statement, latex=mutant.latex))
                _count(result, statement.label, mutant, category)
        session.remember(statement, session.check(statement))
    result.seconds = time.perf_counter() - start
    return result


def _count(result: Survey, label: str, mutant: Mutant, category: str) -> None:
    result.total += 1
    tried, survived = result.by_kind.get(mutant.kind, (0, 0))
    result.by_kind[mutant.kind] = tried + 1, survived + (not category)
    if category:
        result.rejected[category] = result.rejected.get(category, 0) + 1
    else:
        result.survivors.append((label, mutant))


def _structural(session: Session, statement: Statement, most: int | None) -> list[Mutant]:
    """Return the mutants that say something else than the original."""
    original = session.read(statement)
    own = structure(original.equation), structure(original.conditions)
    found = []
    for mutant in mutants(statement.latex, _printed(original)):
        try:
            reading = session.read(replace(statement, latex=mutant.latex))
            if (structure(reading.equation), structure(reading.conditions)) == own:
                continue
        except FormulaError:
            pass  # what can't be read is rejected, and counted as such
        found.append(mutant)
    step = 1 if most is None else max(1, len(found) // most)
    return found[::step]


def _printed(reading: Reading) -> tree.Equation:
    """Return the equation without the side that a continuing display takes over from the one before it."""
    equation = reading.equation
    if not reading.continues:
        return equation
    return tree.Equation(equation.sides[1:], equation.relations, equation.relation_spans)


def _rejection(session: Session, position: int, statement: Statement) -> str:
    """Return why a changed statement is rejected, or the empty string."""
    if statement.kind != "definition":
        return session.check(statement).category
    fork = session.fork()
    result = fork.check(statement)
    if result.verdict == "fails":
        return result.category
    fork.remember(statement, result)
    for later in session.book.statements[position + 1 :]:
        result = fork.check(later)
        if result.verdict == "fails":
            return f"later {result.category}"
        fork.remember(later, result)
    return ""


def _relatives(statement: Statement, equation: tree.Equation) -> Iterator[Mutant]:
    """Put other declared symbols with as many indices in the place of each symbol."""
    latex = statement.latex
    for side in equation.sides:
        for node in tree.walk(side):
            if not isinstance(node, tree.Entry) or node.span[1] <= node.span[0]:
                continue
            for other in statement.notation.symbols():
                alike = len(other.indices) == len(node.indices) and not other.is_function
                if (
                    other is not node.symbol
                    and alike
                    and bool(other.shape) == bool(node.symbol.shape)
                ):
                    texts = (_text(latex, index) for index in node.indices)
                    places = {r.name: text for r, text in zip(other.indices, texts, strict=True)}
                    new, (start, end) = filled(other.latex, places), node.span
                    changed = f"{latex[:start]}{{{new}}}{latex[end:]}"
                    yield Mutant(changed, "symbol", node.span, _text(latex, node), new)


def repair(session: Session, statement: Statement, result: Result, seconds: float = 2.0) -> str:
    """Return the single edit that would make a failing equation true, or the empty string."""
    try:
        equation = _printed(session.read(statement))
    except FormulaError:
        return ""
    start = time.perf_counter()
    at = result.span or (0, 0)
    candidates = sorted(
        (*mutants(statement.latex, equation), *_relatives(statement, equation)),
        key=lambda m: (abs(m.span[0] - at[0]), abs(m.span[1] - m.span[0])),
    )
    for mutant in candidates:
        if time.perf_counter() - start > seconds:
            break
        changed = replace(statement, latex=mutant.latex)
        if session.fork().check(changed).verdict == "holds":
            return str(mutant)
    return ""
