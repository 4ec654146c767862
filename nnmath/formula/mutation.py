r"""Every single edit of a formula.

Edits are made in the LaTeX, at the places that the syntax tree names, so that a mutant differs from the original as a
misprint does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nnmath.formula import tree
from nnmath.formula.edits import BY_TYPE, Edit, braced, text_of
from nnmath.formula.equation import Reading
from nnmath.formula.errors import Span
from nnmath.formula.letters import bound_names, free_letters, letter_and_offset

__all__ = ["Mutant", "mutants", "printed"]

RELATIONS = {"<": ">", ">": "<", r"\leq": r"\geq", r"\geq": r"\leq"}


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
    if not reading.continues:
        return equation
    return tree.Equation(equation.sides[1:], equation.relations, equation.relation_spans)


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
        if isinstance(node, tree.Entry | tree.Apply):
            yield from _indices(latex, node, letters)
        for kind, (types, edit) in BY_TYPE.items():
            if isinstance(node, types):
                yield from ((kind, edits) for edits in edit(latex, node))
    yield from _exchanges(latex, nodes)
    for relation, span in zip(equation.relations, equation.relation_spans, strict=False):
        if relation in RELATIONS:
            yield "relation", [(*span, RELATIONS[relation])]


def _indices(
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
    for one, other in pairwise(node.indices):
        first, second = text_of(latex, one), text_of(latex, other)
        if first != second:
            edits = [
                (*one.span, braced(latex, one, second)),
                (*other.span, braced(latex, other, first)),
            ]
            yield "indices exchanged", edits


def _index(latex: str, node: tree.Node, name: str, offset: int) -> Edit:
    text = name if not offset else f"{name}{offset:+d}"
    return (*node.span, braced(latex, node, text))


def _exchanges(latex: str, nodes: Sequence[tree.Node]) -> Iterator[tuple[str, list[Edit]]]:
    """Put each symbol, function and numeral of the formula in the place of each other one."""
    entries = [n for n in nodes if isinstance(n, tree.Entry)]
    texts = dict.fromkeys(text_of(latex, n) for n in entries)
    for node in entries:
        for text in texts:
            if text != text_of(latex, node):
                yield "symbol", [(*node.span, f"{{{text}}}")]
    functions = {
        n.symbol: n for n in nodes if isinstance(n, tree.Apply) and not isinstance(n.symbol, str)
    }
    heads = {n: text_of(latex, n).partition("(")[0] for n in functions.values()}
    for one, head in heads.items():
        for other, name in heads.items():
            if one is not other:
                yield "function exchanged", [(one.span[0], one.span[0] + len(head), name)]
    numerals = [n for n in nodes if isinstance(n, tree.Number) and text_of(latex, n).isdigit()]
    for left, right in pairwise(sorted(numerals, key=lambda n: n.span)):
        edits = [(*left.span, text_of(latex, right)), (*right.span, text_of(latex, left))]
        yield "constants exchanged", edits
