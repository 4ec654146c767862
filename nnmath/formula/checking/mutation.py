r"""Every single edit of a formula; and, run backwards, which one makes a failing equation true.

Edits are made in the LaTeX, at the places that the syntax tree names, so that a mutant differs from the original as a
misprint does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, permutations
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.checking.edits import BY_TYPE, ORDER, Edit, Source, put
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.reading.equation import Reading
from nnmath.formula.reading.letters import bound_names, filled, free_letters, letter_and_offset

if TYPE_CHECKING:
    from nnmath.formula.checking.book import Result, Statement
    from nnmath.formula.checking.session import Session

Kinds = Iterator[tuple[str, Edit]]


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


def printed(reading: Reading) -> tree.Equation:
    """Return the equation without the side that a continuing display takes over from the one before it."""
    equation = reading.equation
    return replace(equation, sides=equation.sides[1:]) if reading.continues else equation


def mutants(latex: str, equation: tree.Equation) -> Iterator[Mutant]:
    """Yield each mutant of a formula once."""
    seen = {latex}
    for kind, edit in _edits(Source(latex), equation):
        changed = latex
        for start, end, new in sorted(edit, reverse=True):
            changed = changed[:start] + new + changed[end:]
        if changed not in seen:
            seen.add(changed)
            start, end = min(e[0] for e in edit), max(e[1] for e in edit)
            after = changed[start : end + len(changed) - len(latex)]
            yield Mutant(changed, kind, (start, end), latex[start:end].strip(), after.strip())


def _edits(source: Source, equation: tree.Equation) -> Kinds:
    """Yield every edit with its kind."""
    bound = {name for node in tree.walk(equation) for name in bound_names(node)}
    letters = sorted(bound | set(free_letters(equation)))
    nodes = [node for side in equation.sides for node in tree.walk(side) if source.of(node)]
    for node in nodes:
        if isinstance(node, tree.Entry | tree.Apply):
            yield from _indices(source, node, letters)
        for kind, types, edits in BY_TYPE:
            if isinstance(node, types):
                yield from ((kind, edit) for edit in edits(source, node))
    yield from _exchanges(source, nodes)
    for relation, span in zip(equation.relations, equation.relation_spans, strict=False):
        if relation in ORDER:
            yield "relation", [(*span, ORDER[relation])]


def _indices(source: Source, node: tree.Entry | tree.Apply, letters: Sequence[str]) -> Kinds:
    """Yield other letters, shifts and exchanges of the indices of a symbol."""
    for index in node.indices:
        found = letter_and_offset(index)
        if found is None:
            continue
        name, offset = found
        shown = f"{offset:+d}" if offset else ""
        for letter in letters:
            if letter != name:
                yield "index letter", source.as_index(index, letter + shown)
        for at in (offset - 1, offset + 1):
            yield "index shift", source.as_index(index, f"{name}{at:+d}" if at else name)
    for one, other in pairwise(node.indices):
        first, second = source.of(one), source.of(other)
        if first != second:
            yield "indices exchanged", source.as_index(one, second) + source.as_index(other, first)


def _exchanges(source: Source, nodes: Sequence[tree.Node]) -> Kinds:
    """Put each symbol, function and numeral of the formula in the place of each other one."""
    entries = [n for n in nodes if isinstance(n, tree.Entry)]
    texts = dict.fromkeys(map(source.of, entries))
    for node in entries:
        for text in texts:
            if text != source.of(node):
                yield "symbol", put(node, f"{{{text}}}")
    calls = [n for n in nodes if isinstance(n, tree.Apply) and not isinstance(n.symbol, str)]
    functions = {n.symbol: n for n in calls}
    heads = [(n.span[0], source.of(n).partition("(")[0]) for n in functions.values()]
    for (start, head), (_, name) in permutations(heads, 2):
        yield "function exchanged", [(start, start + len(head), name)]
    numerals = [n for n in nodes if isinstance(n, tree.Number) and source.of(n).isdigit()]
    for pair in pairwise(sorted(numerals, key=lambda n: n.span)):
        yield "constants exchanged", source.swapped(*pair)


# Which edit makes a formula true


def repair(session: Session, statement: Statement, result: Result, seconds: float = 2.0) -> str:
    """Return the single edit that would make a failing equation true, or the empty string."""
    try:
        equation = printed(session.read(statement))
    except FormulaError:
        return ""
    start = time.perf_counter()
    at = result.span or (0, 0)
    candidates = [
        *mutants(statement.latex, equation),
        *_relatives(statement, equation),
        *_insertions(statement.latex, equation),
    ]
    candidates.sort(
        key=lambda m: (m.kind == "missing", abs(m.span[0] - at[0]), abs(m.span[1] - m.span[0]))
    )
    for mutant in candidates:
        if time.perf_counter() - start > seconds:
            break
        changed = replace(statement, latex=mutant.latex)
        if session.without(statement).check(changed).verdict == "holds":
            return str(mutant)
    return ""


def _insertions(latex: str, equation: tree.Equation) -> Iterator[Mutant]:
    """Put in what is easily forgotten: a sign, a square, a factor 2."""
    for node in (node for side in equation.sides[1:] for node in tree.walk(side)):
        start, end = node.span
        text = latex[start:end]
        if text and isinstance(node, tree.Entry | tree.Apply | tree.Big | tree.Sum):
            for new in (f"-{text}", f"{text}^2", f"{{{text}}}^2", f"2 {text}"):
                yield Mutant(latex[:start] + new + latex[end:], "missing", node.span, text, new)


def _relatives(statement: Statement, equation: tree.Equation) -> Iterator[Mutant]:
    """Put other declared symbols with as many indices in the place of each symbol."""
    source = Source(statement.latex)
    for node in tree.walk(equation):
        if not isinstance(node, tree.Entry) or not source.of(node):
            continue
        for other in statement.notation.symbols():
            if (
                other is not node.symbol
                and not other.is_function
                and len(other.indices) == len(node.indices)
                and bool(other.shape) == bool(node.symbol.shape)
            ):
                texts = map(source.of, node.indices)
                new = filled(
                    other.latex, {r.name: t for r, t in zip(other.indices, texts, strict=True)}
                )
                start, end = node.span
                changed = f"{source[:start]}{{{new}}}{source[end:]}"
                yield Mutant(changed, "symbol", node.span, source.of(node), new)
