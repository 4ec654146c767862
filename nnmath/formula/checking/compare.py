r"""Comparing the sides of an equation, and the code, in one world; and saying why they differ."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from nnmath.formula import tree
from nnmath.formula.checking.book import Statement
from nnmath.formula.checking.code import Call
from nnmath.formula.checking.relations import (
    Difference,
    Expansion,
    alike,
    expansion,
    first_difference,
    proportional,
    relative_difference,
)
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.equation import Reading, read_condition
from nnmath.formula.reading.notation import Symbol
from nnmath.formula.running.binding import LIMIT_TOLERANCE, end_value
from nnmath.formula.running.definitions import Definitions, symbols_in
from nnmath.formula.running.evaluation import Evaluator, Letters, Point
from nnmath.formula.running.points import range_hint, test_points
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value, number_text, shape_of, shape_text

if TYPE_CHECKING:
    from nnmath.formula.checking.book import Result, Statement

TOLERANCE = 1e-10
CODE_TOLERANCE = 1e-9
EXPANSION_TOLERANCE = 1e-8
WEAKER = {"<", ">", r"\leq", r"\geq", r"\neq", r"\in"}


class Comparer:
    """Compares one statement in one world after the other."""

    def __init__(
        self,
        statement: Statement,
        reading: Reading,
        call: Call | None,
        points: int,
        rival: tree.Equation | None = None,
    ) -> None:
        self.statement = statement
        self.equation = reading.equation
        self.conditions = reading.conditions
        self.call = call
        self.points = points
        self.rival = rival
        nodes = list(tree.walk(self.equation))
        limits = any(isinstance(node, tree.Limit) for node in nodes)
        self.tolerance = LIMIT_TOLERANCE if limits else TOLERANCE
        self.expansion = expansion(statement.order, statement.notation, reading.equation)
        self.cases = [node for node in nodes if isinstance(node, tree.Cases)]
        self.met: set[tuple[int, int]] = set()
        self.equality = read_condition(statement.equality, statement.notation)
        self.attained = not self.equality
        self.numbers = 0  # entries of arrays count one by one
        self.largest = 0.0  # the largest relative difference met

    def run(self, ev: Evaluator, result: Result) -> Difference | None:
        """Compare at every point of a world; return the first difference."""
        whole, sides = self._whole(), self.equation.sides
        defined = frozenset(d.symbol for d in ev.definitions.all())
        wild = ev.world.wild
        rival = None if wild else self.rival
        results = None if self.call is None or wild else self.call.values(ev, sides[0], whole)
        for at in test_points(ev.start, whole, self.conditions, self.points, defined):
            # From the right: what can't be run is told where it is printed, not as a definition's.
            values = [_side(at, side) for side in sides[::-1]][::-1]
            found = self._sides(at, values)
            if found is None and rival is not None:
                found = self._restated(at, rival, values)
            if found is None and results is not None:
                found = self._code(values, results.at(at), at.letters)
            result.largest_difference = max(result.largest_difference, self.largest)
            if found is not None:
                return _of_input(at, sides[0], found)
            result.points += 1
            self.numbers += math.prod(shape_of(values[0]))
            if 8 * ev.operations > ev.limits.operations:
                break  # the next point may take more than is left
        self.met |= ev.met
        return None

    @property
    def unmet(self) -> list[tree.Node]:
        """The values of cases that applied nowhere; the whole, if it was nowhere to be an equality."""
        every = [(id(node), k, value) for node in self.cases for k, value in enumerate(node.values)]
        never = [value for name, k, value in every if (name, k) not in self.met]
        return never if self.attained else [*never, self.equation.sides[0]]

    def _whole(self) -> tree.Node:
        """Return the equation, with what it is compared to, as one node: all of it shares its letters."""
        if self.rival is None:
            return self.equation
        sides = (*self.equation.sides, *self.rival.sides)
        return tree.Equation(sides, ("=",) * (len(sides) - 1))

    # What is compared

    def _sides(self, at: Point, values: Sequence[Value]) -> Difference | None:
        """Compare each side with the next one; where numbers are wild, so is rounding, and only an order is told."""
        for k, relation in enumerate(self.equation.relations):
            if at.ev.world.wild and relation not in WEAKER:
                continue
            found = self._pair(at, k, relation, values[k], values[k + 1])
            if found is not None:
                return found
        return None

    def _pair(
        self, at: Point, k: int, relation: str, left: Value, right: Value
    ) -> Difference | None:
        """Compare two neighbouring sides."""
        side = self.equation.sides[k + 1]
        if isinstance(side, tree.Membership):
            return self._member(at, k, left, side)
        if relation == r"\leftarrow":
            return _shape_difference(left, right, side)
        if relation == r"\propto":
            return proportional(at, self.equation, k, self.tolerance)
        if relation in ("=", r"\approx"):
            if self.expansion is not None:
                return self._expanded(at, k, self.expansion)
            tolerance = self.tolerance if relation == "=" else self._stated_tolerance(k)
            return self._equal(left, right, at.letters, side, tolerance)
        found = self._ordered(left, right, relation, at, k)
        return found if found is not None or at.ev.world.wild else self._sharp(at, k, left, right)

    def _sharp(self, at: Point, k: int, left: Value, right: Value) -> Difference | None:
        """Check what is said of an inequality that holds: to which order, and where it is an equality."""
        if self.expansion is not None and (found := self._expanded(at, k, self.expansion)):
            return found
        if not self.equality or not at.holds(self.equality):
            return None
        self.attained = True
        return self._equal(left, right, at.letters, self.equation.sides[k + 1], self.tolerance)

    def _member(self, at: Point, k: int, value: Value, side: tree.Membership) -> Difference | None:
        """Check that a number belongs to an interval or a set, or what shape an array has."""
        members = side.members
        if isinstance(members, tree.Comparison):
            below, above = (end_value(at, end) for end in members.sides[::2])
            one, other = members.relations
            found = self._ordered(below, value, one, at, k)
            return found or self._ordered(value, above, other, at, k)
        if members is None:
            sizes = tuple(map(at.whole, side.shape))
            wanted = (*sizes, 1) if len(sizes) == 1 else sizes
            text = f"this is {shape_text(value)}, not {shape_text(wanted)}"
            return None if shape_of(value) == wanted else Difference(text, side.span, "shape")
        if shape_of(value):
            raise FormulaError("shape", "a number belongs to a set", side.span)
        text = f"{number_text(number := duals.primal(value))} isn't in this set"
        return None if number in at.set_of(members) else Difference(text, side.span)

    def _restated(
        self, at: Point, rival: tree.Equation, values: Sequence[Value]
    ) -> Difference | None:
        """Compare with the first two sides of the equation that this one must agree with."""
        name = self.statement.against
        if self.equation.relations[:1] != rival.relations[:1]:
            span = (self.equation.relation_spans or (self.equation.sides[0].span,))[0]
            return Difference(f"{name} has another relation here", span)
        names = "the left side", "the right side"
        for this, value, mine, side in zip(
            names, values, self.equation.sides, rival.sides, strict=False
        ):
            if isinstance(side, tree.Membership):
                continue
            wanted = at.value(side)
            both = this, f"that of {name}"
            found = self._equal(value, wanted, at.letters, mine, self.tolerance, both)
            if found is not None:
                return found
        return None

    def _code(self, values: Sequence[Value], computed: Any, letters: Letters) -> Difference | None:
        """Compare the printed formula with what its function gives."""
        call, span = cast(Call, self.call), self.equation.sides[0].span  # asked for by the caller
        update = self.equation.relations[:1] == (r"\leftarrow",)
        wanted = np.asarray(duals.primal(values[1 if update else 0]), float)
        if computed is None:  # NumPy makes a nan of it
            return Difference(f"{call.name} gives nothing", span, "code")
        try:
            given = np.asarray(computed, dtype=float)
        except (TypeError, ValueError):
            return Difference(f"{call.name} gives no array", span, "code")
        if given.size == wanted.size and (not wanted.shape or 1 in wanted.shape):
            given = given.reshape(wanted.shape)
        if given.shape != wanted.shape:
            text = f"{call.name} gives the shape {given.shape}, the formula {wanted.shape}"
            return Difference(text, span, "code")
        tolerance = max(CODE_TOLERANCE, self.tolerance)
        this = "the left side" if self.equation.relations else "the formula"
        return self._difference(wanted, given, letters, span, tolerance, (this, call.name), "code")

    def _expanded(self, at: Point, k: int, expansion: Expansion) -> Difference | None:
        """Compare Taylor coefficients in the small variables, one order after the other."""
        one, other = self.equation.sides[k : k + 2]
        for order in range(expansion.order):
            left, right = (expansion.coefficient(at, side, order) for side in (one, other))
            found = self._equal(left, right, at.letters, other, EXPANSION_TOLERANCE)
            if found is not None:
                text = f"in order {order} of {expansion.names}: {found.text}"
                return Difference(text, found.span, found.category)
        return None

    # How two values are compared

    def _stated_tolerance(self, k: int) -> float:
        if self.statement.tolerance is None:
            message = "an approximation needs a stated tolerance or order"
            raise FormulaError("style", message, self.equation.relation_spans[k])
        return self.statement.tolerance

    def _equal(
        self,
        left: Value,
        right: Value,
        letters: Letters,
        side: tree.Node,
        tolerance: float,
        names: tuple[str, str] = ("the left side", "the right side"),
    ) -> Difference | None:
        lists = (side, self.equation.sides[0])
        loose = any(isinstance(node, tree.Matrix) and node.loose for node in lists)
        left, right = alike(left, right, loose)
        wrong = _shape_difference(left, right, side)
        if wrong is not None:
            return wrong
        return self._difference(left, right, letters, side.span, tolerance, names)

    def _difference(
        self,
        left: Value,
        right: Value,
        letters: Letters,
        span: tuple[int, int],
        tolerance: float,
        names: tuple[str, str],
        category: str = "value",
    ) -> Difference | None:
        """Tell where and how two values of one shape differ, if they do."""
        difference = relative_difference(left, right)
        self.largest = max(self.largest, difference)
        if difference <= tolerance:
            return None
        entry = first_difference(left, right, tolerance) if shape_of(left) else ()
        one, other = (float(np.asarray(duals.primal(value))[entry]) for value in (left, right))
        values = f"{names[0]} is {number_text(one)}, {names[1]} is {number_text(other)}"
        return Difference(f"{_where(letters, entry)}{values}", span, category)

    def _ordered(
        self, left: Value, right: Value, relation: str, at: Point, k: int
    ) -> Difference | None:
        """Check an inequality; equality within rounding satisfies the weak ones, and all where numbers are wild."""
        if shape_of(left) or shape_of(right):
            span = self.equation.sides[k + 1].span
            return Difference("an inequality compares numbers", span, "shape")
        one, other = duals.primal(left), duals.primal(right)
        wild = at.ev.world.wild and not at.ev.world.plain
        slack = (1e-9 if wild else 1e-12) * max(1.0, abs(one), abs(other))
        holds = {
            "<": one < other or (wild and one <= other + slack),
            ">": one > other or (wild and one >= other - slack),
            r"\leq": one <= other + slack,
            r"\geq": one >= other - slack,
            r"\neq": at.ev.world.wild or abs(one - other) > slack,
        }
        if holds[relation]:
            return None
        said = f"{number_text(one)} {relation} {number_text(other)} is false"
        return Difference(f"{_where(at.letters)}{said}", self.equation.relation_spans[k])


def _of_input(at: Point, left: tree.Node, found: Difference) -> Difference:
    """Add to a difference that what stands on the left is an input there, if it is."""
    if not isinstance(left, tree.Entry) or not at.is_input(*at.place(left)):
        return found
    text = f"{found.text}; {left.symbol.latex} is declared as given here, so say where this holds"
    return replace(found, text=text)


def _side(at: Point, side: tree.Node) -> Value:
    return None if isinstance(side, tree.Membership) else at.value(side)


def _shape_difference(left: Value, right: Value, side: tree.Node) -> Difference | None:
    if shape_of(left) == shape_of(right):
        return None
    text = f"the left side is {shape_text(left)}, this is {shape_text(right)}"
    return Difference(text, side.span, "shape")


def _where(letters: Letters, entry: tuple[int, ...] = ()) -> str:
    """Name the point, and the entry of an array, at which sides differ."""
    parts = [f"{name} = {value}" for name, value in letters.items() if isinstance(value, int)]
    if entry:
        parts.append(f"entry {[k + 1 for k in entry]}")
    return f"at {', '.join(parts)}: " if parts else ""


# Why a side differs


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
