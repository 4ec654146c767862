"""The mutation engine run backwards: which single edit makes a failing equation true."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from nnmath.formula import tree
from nnmath.formula.book import Result, Statement
from nnmath.formula.checking import Session
from nnmath.formula.edits import text_of
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
    candidates = sorted(
        (
            *mutants(statement.latex, equation),
            *_relatives(statement, equation),
            *_insertions(statement.latex, equation),
        ),
        key=lambda m: (m.kind == "missing", abs(m.span[0] - at[0]), abs(m.span[1] - m.span[0])),
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
    for side in equation.sides[1:]:
        for node in tree.walk(side):
            start, end = node.span
            if not isinstance(node, tree.Entry | tree.Apply | tree.Big | tree.Sum) or end <= start:
                continue
            text = latex[start:end]
            for changed in (f"-{text}", f"{text}^2", f"{{{text}}}^2", f"2 {text}"):
                yield Mutant(
                    latex[:start] + changed + latex[end:], "missing", node.span, text, changed
                )


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
                    texts = (text_of(latex, index) for index in node.indices)
                    places = {r.name: text for r, text in zip(other.indices, texts, strict=True)}
                    new, (start, end) = filled(other.latex, places), node.span
                    changed = f"{latex[:start]}{{{new}}}{latex[end:]}"
                    yield Mutant(changed, "symbol", node.span, text_of(latex, node), new)
