"""The mutation engine run backwards: which single edit makes a failing equation true."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from nnmath.formula import tree
from nnmath.formula.book import Result, Statement
from nnmath.formula.checking import Session
from nnmath.formula.edits import Source
from nnmath.formula.errors import FormulaError
from nnmath.formula.mutation import Mutant, mutants, printed
from nnmath.formula.render import filled

__all__ = ["repair"]


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
