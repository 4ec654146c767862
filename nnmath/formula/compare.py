r"""Comparing the sides of an equation, and the code, in one world."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.code import Call
from nnmath.formula.difference import Difference, lists_alike, zeros_alike
from nnmath.formula.duals import Value, derivative, shape_of
from nnmath.formula.equation import Reading, read_condition
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame
from nnmath.formula.notation import Notation
from nnmath.formula.points import test_points
from nnmath.formula.proportion import proportional
from nnmath.formula.render import number_text, shape_text

if TYPE_CHECKING:
    from nnmath.formula.book import Result, Statement

__all__ = ["TOLERANCE", "Comparer", "Difference", "relative_difference"]

TOLERANCE = 1e-10
LIMIT_TOLERANCE = 1e-5
CODE_TOLERANCE = 1e-9
FLOOR = 1e-2  # differences between numbers smaller than this are measured against it


def relative_difference(left: Value, right: Value) -> float:
    """Return the largest difference of two values of one shape, relative to their size."""
    one, other = np.asarray(duals.primal(left), float), np.asarray(duals.primal(right), float)
    if one.size == 0:
        return 0.0
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return float("inf")
    scale = np.maximum(np.maximum(np.abs(one), np.abs(other)), FLOOR)
    return float(np.max(np.abs(one - other) / scale))


class Comparer:
    """Compares one statement in one world after the other."""

    def __init__(
        self, statement: Statement, reading: Reading, call: Call | None, points: int
    ) -> None:
        self.statement = statement
        self.equation = reading.equation
        self.conditions = reading.conditions
        self.call = call
        self.points = points
        self.rival: tree.Equation | None = None
        limits = any(
            isinstance(n, tree.Limit) for side in self.equation.sides for n in tree.walk(side)
        )
        self.tolerance = LIMIT_TOLERANCE if limits else TOLERANCE
        self.expansion = expansion(statement, reading.equation)
        self.cases = [
            n for side in self.equation.sides for n in tree.walk(side) if isinstance(n, tree.Cases)
        ]
        self.met: set[tuple[int, int]] = set()
        self.equality = read_condition(statement.equality, statement.notation)
        self.attained = not self.equality
        self.numbers = 0  # entries of arrays count one by one

    def run(self, ev: Evaluator, result: Result) -> Difference | None:
        """Compare at every point of a world; return the first difference."""
        whole = self._whole()
        defined = frozenset(d.symbol for d in ev.definitions.all())
        results = None if self.call is None else self.call.values(ev, self._computed(), whole)
        for env, frame in test_points(ev, whole, self.conditions, self.points, defined):
            # From the right: what can't be run is told where it is printed, not as a definition's.
            sides = reversed(self.equation.sides)
            values = [self._side(ev, side, env, frame) for side in sides][::-1]
            for k, relation in enumerate(self.equation.relations):
                found = self._pair(ev, k, relation, values, env, frame, result)
                if found is not None:
                    return found
            if self.rival is not None:
                found = self._restated(ev, self.rival, values, env, frame, result)
                if found is not None:
                    return found
            if results is not None:
                found = self._code(values, results.at(env, frame), env, result)
                if found is not None:
                    return found
            result.points += 1
            self.numbers += math.prod(shape_of(values[0]))
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

    def _restated(
        self,
        ev: Evaluator,
        rival: tree.Equation,
        values: Sequence[Value],
        env: Env,
        frame: Frame,
        result: Result,
    ) -> Difference | None:
        """Compare with the first two sides of the equation that this one must agree with."""
        name = self.statement.against
        if self.equation.relations[:1] != rival.relations[:1]:
            span = (self.equation.relation_spans or (self.equation.sides[0].span,))[0]
            return Difference(f"{name} has another relation here", span)
        for k, side in enumerate(rival.sides[:2]):
            if isinstance(side, tree.Membership):
                continue
            value, mine = ev.value(side, env, frame), self.equation.sides[k]
            which = "the right side" if k else "the left side"
            found = self._equal(
                values[k], value, env, mine, result, self.tolerance, f"that of {name}", which
            )
            if found is not None:
                return found
        return None

    def _computed(self) -> tree.Node:
        return self.equation.sides[0]

    def _side(self, ev: Evaluator, side: tree.Node, env: Env, frame: Frame) -> Value:
        return None if isinstance(side, tree.Membership) else ev.value(side, env, frame)

    def _pair(
        self,
        ev: Evaluator,
        k: int,
        relation: str,
        values: Sequence[Value],
        env: Env,
        frame: Frame,
        result: Result,
    ) -> Difference | None:
        """Compare two neighbouring sides."""
        left, right, side = values[k], values[k + 1], self.equation.sides[k + 1]
        if isinstance(side, tree.Membership):
            return self._member(ev, left, side, env, frame)
        if relation == r"\leftarrow":
            return _shape_difference(left, right, side)
        if relation in ("=", r"\approx") and self.expansion is not None:
            return self._expanded(ev, k, env, frame, result)
        if relation == r"\propto":
            return proportional(ev, self.equation, k, env, frame, self.tolerance)
        if relation in ("=", r"\approx"):
            tolerance = self.tolerance if relation == "=" else self._stated_tolerance(k)
            return self._equal(left, right, env, side, result, tolerance)
        found = self._ordered(left, right, relation, env, k)
        if found is None and self.expansion is not None:
            found = self._expanded(ev, k, env, frame, result)
        if found is None and self.equality and ev.holds(self.equality, env, frame):
            self.attained = True
            found = self._equal(left, right, env, side, result, self.tolerance)
        return found

    def _stated_tolerance(self, k: int) -> float:
        if self.statement.tolerance is None:
            raise FormulaError(
                "style",
                "an approximation needs a stated tolerance or order",
                self.equation.relation_spans[k],
            )
        return self.statement.tolerance

    def _member(
        self, ev: Evaluator, left: Value, side: tree.Membership, env: Env, frame: Frame
    ) -> Difference | None:
        if side.members is not None:
            members = ev.members(side.members, env, frame)
            if members is None or shape_of(left):
                raise FormulaError("shape", "a number belongs to a set", side.span)
            if duals.primal(left) in members:
                return None
            return Difference(f"{number_text(duals.primal(left))} isn't in this set", side.span)
        sizes = tuple(ev.whole(node, env, frame) for node in side.shape)
        wanted = (*sizes, 1) if len(sizes) == 1 else sizes
        if shape_of(left) == wanted:
            return None
        return Difference(
            f"this is {shape_text(left)}, not {shape_text(wanted)}", side.span, "shape"
        )

    def _equal(
        self,
        left: Value,
        right: Value,
        env: Env,
        side: tree.Node,
        result: Result,
        tolerance: float,
        other: str = "the right side",
        this: str = "the left side",
    ) -> Difference | None:
        left, right = zeros_alike(*lists_alike(left, right, self._loose(side)))
        wrong = _shape_difference(left, right, side)
        if wrong is not None:
            return wrong
        difference = relative_difference(left, right)
        result.largest_difference = max(result.largest_difference, difference)
        if difference <= tolerance:
            return None
        text = f"{_where(left, right, env)}{_values(left, right, other, this)}"
        return Difference(text, side.span)

    def _loose(self, side: tree.Node) -> bool:
        """Tell whether a side, or the first one, is a list in round brackets."""
        return any(isinstance(n, tree.Matrix) and n.loose for n in (side, self.equation.sides[0]))

    def _ordered(
        self, left: Value, right: Value, relation: str, env: Env, k: int
    ) -> Difference | None:
        """Check an inequality; equality within rounding satisfies the weak ones only."""
        if shape_of(left) or shape_of(right):
            return Difference(
                "an inequality compares numbers", self.equation.sides[k + 1].span, "shape"
            )
        one, other = duals.primal(left), duals.primal(right)
        slack = 1e-12 * max(1.0, abs(one), abs(other))
        holds = {
            "<": one < other,
            ">": one > other,
            r"\leq": one <= other + slack,
            r"\geq": one >= other - slack,
            r"\neq": abs(one - other) > slack,
        }[relation]
        if holds:
            return None
        text = (
            f"{_where(left, right, env)}{number_text(one)} {relation} {number_text(other)} is false"
        )
        return Difference(text, self.equation.relation_spans[k])

    def _code(
        self, values: Sequence[Value], computed: Any, env: Env, result: Result
    ) -> Difference | None:
        """Compare the printed formula with what its function gives."""
        call = cast(Call, self.call)  # asked for by the caller
        printed = values[1] if self.equation.relations[:1] == (r"\leftarrow",) else values[0]
        wanted = np.asarray(duals.primal(printed), float)
        span = self.equation.sides[0].span
        if computed is None:  # NumPy makes a nan of it
            return Difference(f"{call.name} gives nothing", span, "code")
        try:
            given = np.asarray(computed, dtype=float)
        except (TypeError, ValueError):
            return Difference(f"{call.name} gives no array", span, "code")
        if given.shape != wanted.shape and given.size == wanted.size and 1 in (*wanted.shape, 1):
            given = given.reshape(wanted.shape)
        if given.shape != wanted.shape:
            text = f"{call.name} gives the shape {given.shape}, the formula {wanted.shape}"
            return Difference(text, span, "code")
        difference = relative_difference(wanted, given)
        result.largest_difference = max(result.largest_difference, difference)
        if difference <= max(CODE_TOLERANCE, self.tolerance):
            return None
        this = "the left side" if self.equation.relations else "the formula"
        text = f"{_where(wanted, given, env)}{_values(wanted, given, call.name, this)}"
        return Difference(text, span, "code")

    def _expanded(
        self, ev: Evaluator, k: int, env: Env, frame: Frame, result: Result
    ) -> Difference | None:
        """Compare Taylor coefficients in the small variables, one order after the other."""
        expansion = cast(Expansion, self.expansion)  # asked for by the caller
        one, other = self.equation.sides[k], self.equation.sides[k + 1]
        for order in range(expansion.order):
            left = expansion.coefficient(ev, one, order, env, frame)
            right = expansion.coefficient(ev, other, order, env, frame)
            found = self._equal(left, right, env, other, result, 1e-8)
            if found is not None:
                return Difference(
                    f"in order {order} of {expansion.names}: {found.text}",
                    found.span,
                    found.category,
                )
        return None


def _shape_difference(left: Value, right: Value, side: tree.Node) -> Difference | None:
    if shape_of(left) == shape_of(right):
        return None
    return Difference(
        f"the left side is {shape_text(left)}, this is {shape_text(right)}", side.span, "shape"
    )


def _where(left: Value, right: Value, env: Env) -> str:
    """Name the first differing point and entry."""
    parts = [f"{name} = {value}" for name, value in env.items() if isinstance(value, int)]
    one, other = np.asarray(duals.primal(left), float), np.asarray(duals.primal(right), float)
    if one.ndim:
        scale = np.maximum(np.maximum(np.abs(one), np.abs(other)), FLOOR)
        at = np.argwhere(~(np.abs(one - other) <= TOLERANCE * scale))
        if len(at):
            parts.append(f"entry {[int(k) + 1 for k in at[0]]}")
    return f"at {', '.join(parts)}: " if parts else ""


def _values(left: Value, right: Value, other: str, this: str = "the left side") -> str:
    one, two = np.asarray(duals.primal(left), float), np.asarray(duals.primal(right), float)
    if one.ndim:
        scale = np.maximum(np.maximum(np.abs(one), np.abs(two)), FLOOR)
        at = tuple(np.argwhere(~(np.abs(one - two) <= TOLERANCE * scale))[0])
        one, two = one[at], two[at]
    return f"{this} is {number_text(float(one))}, {other} is {number_text(float(two))}"


# Orders of approximation


@dataclass(frozen=True)
class Expansion:
    """Small variables, where they tend, and up to which order (exclusive) two sides must agree."""

    order: int
    variables: tuple[tree.Entry, ...]
    at: tuple[tree.Node, ...]

    @property
    def names(self) -> str:
        """The variables as printed."""
        return ", ".join(variable.symbol.latex for variable in self.variables)

    def coefficient(
        self, ev: Evaluator, side: tree.Node, order: int, env: Env, frame: Frame
    ) -> Value:
        """Return a derivative of a side along a random direction in the small variables."""
        places = []
        for variable, target in zip(self.variables, self.at, strict=True):
            key = ev.key(variable.symbol, variable.indices, env, frame)
            start = ev.scalar(target, env, frame)
            places.append(
                (
                    (variable.symbol, key),
                    start,
                    ev.lookup(variable.symbol, key, frame, variable.span),
                )
            )

        def along(t: Value) -> Value:
            values = {
                place: duals.add(start, duals.multiply(t, step)) for place, start, step in places
            }
            return ev.value(side, env, Frame(frame, values))

        def nested(order: int, t: Value) -> Value:
            return along(t) if order == 0 else derivative(lambda s: nested(order - 1, s), t, 1.0)

        return nested(order, 0.0)


def expansion(statement: Statement, equation: tree.Equation) -> Expansion | None:
    """Return what a stated order, or a printed remainder, asks for."""
    if statement.order:
        return _stated(statement.order, statement.notation)
    for side in equation.sides:
        for node in tree.walk(side):
            if isinstance(node, tree.Power) and isinstance(node.base, tree.Landau):
                raise FormulaError("syntax", "a remainder has no power outside", node.span)
            if isinstance(node, tree.Landau):
                return _printed(node)
    return None


def _stated(text: str, notation: Notation) -> Expansion:
    match = re.match(r"^\s*(\d)\s+in\s+(.+?)(?:\s+at\s+(.+))?$", text)
    if match is None:
        raise FormulaError("notation", f"{text!r} isn't an order such as '2 in h'")
    nodes = [notation.parse(name) for name in match[2].split(",")]
    variables = tuple(node for node in nodes if isinstance(node, tree.Entry))
    at = tuple(notation.parse(part) for part in match[3].split(",")) if match[3] else ()
    at = at or tuple(tree.Number(0.0) for _ in variables)
    if len(variables) != len(nodes) or len(at) != len(variables):
        raise FormulaError("notation", f"{text!r} doesn't name one point for each symbol")
    return Expansion(int(match[1]), variables, at)


def _printed(node: tree.Landau) -> Expansion:
    body, power = node.body, 1
    if isinstance(body, tree.Power) and isinstance(body.exponent, tree.Number):
        power = int(body.exponent.value)
        body = body.base
    if not isinstance(body, tree.Entry) or not 1 <= power <= 6:
        raise FormulaError("syntax", "a remainder is of a power of one symbol", node.span)
    return Expansion(power + (node.kind == "o"), (body,), (tree.Number(0.0),))
