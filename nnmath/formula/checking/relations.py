r"""What relations ask for: equal values, a constant ratio (``\propto``), shared Taylor coefficients (``O(h^3)``)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.reading.notation import Notation, Symbol
from nnmath.formula.running.arithmetic import fitting
from nnmath.formula.running.evaluation import Point
from nnmath.formula.running.points import letter_range
from nnmath.formula.running.worlds import support
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value, derivative, number_text, primal, shape_of

FLOOR = 1e-2  # differences between numbers smaller than this are measured against it


@dataclass(frozen=True)
class Difference:
    """Where and how two sides differ."""

    text: str
    span: Span
    category: str = "value"


def alike(left: Value, right: Value, loose: bool) -> tuple[Value, Value]:
    """Take a printed 0 beside an array for zeros, and, if `loose`, a list for the column beside it."""
    one, other = shape_of(left), shape_of(right)
    if loose and one and other and one == other[::-1] and 1 in one:
        return (left, right.T) if one[1] == 1 else (left.T, right)
    if isinstance(right, float) and right == 0.0 and one:
        return left, np.zeros(one)
    if isinstance(left, float) and left == 0.0 and other:
        return np.zeros(other), right
    return left, right


def _differences(left: Value, right: Value) -> np.ndarray:
    one, other = np.asarray(primal(left), float), np.asarray(primal(right), float)
    finite = np.isfinite(one) & np.isfinite(other)
    one, other = np.where(finite, one, 0.0), np.where(finite, other, 0.0)
    scale = np.maximum(np.maximum(np.abs(one), np.abs(other)), FLOOR)
    return np.where(finite, np.abs(one - other) / scale, np.inf)


def relative_difference(left: Value, right: Value) -> float:
    """Return the largest difference of two values of one shape, relative to their size."""
    return float(np.max(_differences(left, right), initial=0.0))


def first_difference(left: Value, right: Value, tolerance: float) -> tuple[int, ...]:
    """Return where the entries of two arrays begin to differ."""
    found = np.argwhere(_differences(left, right) > tolerance)
    return tuple(found[0].tolist()) if len(found) else ()


# Proportions


def proportional(at: Point, equation: tree.Equation, k: int, tolerance: float) -> Difference | None:
    """Compare the ratio of two sides at a point with that at others, where what stands first has changed."""
    one, other = equation.sides[k], equation.sides[k + 1]
    ratio = _ratio(at, one, other)
    for moved in _moved(at, equation):
        changed = _ratio(moved, one, other)
        if relative_difference(ratio, changed) > tolerance:
            both = f"{number_text(ratio)}, then {number_text(changed)}"
            return Difference(f"the ratio of the sides isn't constant: {both}", other.span)
    return None


def _ratio(at: Point, one: tree.Node, other: tree.Node) -> float:
    below = duals.primal(at.scalar(other))
    if below == 0:
        raise FormulaError("value", "a proportion to 0", other.span)
    return float(duals.primal(at.scalar(one)) / below)


def _moved(at: Point, equation: tree.Equation) -> Iterator[Point]:
    """Yield points at which an argument on the left side, before a bar, or its one index, has another value."""
    left = equation.sides[0]
    calls = [n for n in tree.walk(left) if isinstance(n, tree.Apply) and type(n.symbol) is Symbol]
    found = {call.arguments[: len(call.arguments) - call.given] for call in calls}
    if isinstance(left, tree.Entry) and len(left.indices) == 1:
        found = {left.indices}
    if len(found) != 1:
        message = "a proportion says on its left what changes, as p(x) does"
        raise FormulaError("syntax", message, left.span)
    for shown in found.pop():
        argument = shown.sides[-1] if isinstance(shown, tree.Comparison) else shown
        if isinstance(argument, tree.Index):
            lower, upper = letter_range(at, argument.name, equation)
            for value in range(lower, upper + 1):
                yield at.with_letter(argument.name, value)
            continue
        if not isinstance(argument, tree.Entry):
            raise FormulaError("syntax", "what changes here is no symbol", argument.span)
        place = at.place(argument)
        if argument.symbol.values:
            values: list[Value] = list(support(at, *place))
        else:
            base = at.lookup(*place, argument.span)
            values = [base + 0.3, 1.7 * base]
        for value in values:
            yield at.with_values({place: value})


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

    def coefficient(self, at: Point, side: tree.Node, order: int) -> Value:
        """Return a derivative of a side along a random direction in the small variables."""
        places = [at.place(variable) for variable in self.variables]
        steps = [at.lookup(*place, side.span) for place in places]
        pairs = zip(self.variables, self.at, strict=True)
        starts = [fitting(at, variable, target) for variable, target in pairs]

        def along(t: Value) -> Value:
            values = (start + t * step for start, step in zip(starts, steps, strict=True))
            return at.with_values(dict(zip(places, values, strict=True))).value(side)

        def nested(order: int, t: Value) -> Value:
            return along(t) if order == 0 else derivative(lambda s: nested(order - 1, s), t)

        return nested(order, 0.0)


def expansion(order: str, notation: Notation, equation: tree.Equation) -> Expansion | None:
    """Return what a stated order, or a printed remainder, asks for."""
    if order:
        return _stated(order, notation)
    for node in tree.walk(equation):
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
    targets = match[3].split(",") if match[3] else ["0"] * len(variables)
    if len(variables) != len(nodes) or len(targets) != len(variables):
        raise FormulaError("notation", f"{text!r} doesn't name one point for each symbol")
    return Expansion(int(match[1]), variables, tuple(map(notation.parse, targets)))


def _printed(node: tree.Landau) -> Expansion:
    """Return what a remainder such as ``O(h^2)``, ``o(|x - a|)`` or ``O(\\|h\\|^2)`` asks for."""
    body, power = node.body, 1
    if isinstance(body, tree.Power) and isinstance(body.exponent, tree.Number):
        power, body = int(body.exponent.value), body.base
    body = body.body if isinstance(body, tree.Bars) else body
    target: tree.Node = tree.Number(0.0)
    if isinstance(body, tree.Sum) and body.signs == (1, -1):
        body, target = body.terms
    if not isinstance(body, tree.Entry) or body.symbol.is_size or not 1 <= power <= 6:
        raise FormulaError(
            "syntax", "a remainder is of a power of one symbol that is small", node.span
        )
    return Expansion(power + (node.kind == "o"), (body,), (target,))
