r"""What to say of a difference: what it clashes with, and which index looks wrong."""

from __future__ import annotations

from collections.abc import Iterable

from nnmath.formula import tree
from nnmath.formula.book import Statement
from nnmath.formula.definitions import Definitions, symbols_in
from nnmath.formula.equation import Reading
from nnmath.formula.errors import FormulaError
from nnmath.formula.notation import Symbol
from nnmath.formula.points import range_hint
from nnmath.formula.relations import Difference

__all__ = ["explained", "tell_range"]


def tell_range(error: FormulaError, reading: Reading) -> None:
    """Say of an index that is out of its range which sum runs too far, if one does."""
    hint = range_hint(reading.equation, reading.conditions)
    if error.category == "index" and hint is not None:
        error.message, error.span = hint


def explained(
    difference: Difference, statement: Statement, reading: Reading, scope: Definitions
) -> FormulaError:
    """Say where the sides differ, which index looks wrong, and what printed before may be wrong instead."""
    hint, span = range_hint(reading.equation, reading.conditions) or ("", difference.span)
    left, *others = reading.equation.sides
    said = _clash(statement, left, scope)
    if difference.category == "code" and not said:
        labels = _labels(symbols_in(*others), statement, scope)
        said = f"it builds on {labels}" if labels else ""
    parts = (part for part in (difference.text, hint, said) if part)
    return FormulaError(difference.category, "; ".join(parts), span)


def _labels(symbols: Iterable[Symbol], statement: Statement, scope: Definitions) -> str:
    """Name the printed definitions of symbols, but for this very statement."""
    labels = dict.fromkeys(d.label for symbol in symbols for d in scope.of(symbol))
    return ", ".join(label for label in labels if label not in ("", statement.label))


def _clash(statement: Statement, left: tree.Node, scope: Definitions) -> str:
    """Name what defines the left side's symbols, or what nothing defines."""
    symbols = [s for s in symbols_in(left) if s.domain not in ("size", "at most")]
    labels = _labels(symbols, statement, scope)
    if labels:
        return f"it clashes with {labels}"
    undefined = [s for s in symbols if not scope.of(s) and not s.is_function]
    if statement.kind == "claim" and isinstance(left, tree.Entry) and undefined:
        return f"nothing printed before defines {undefined[0].latex}"
    return ""
