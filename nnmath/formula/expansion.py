r"""Orders of approximation: ``\sin h = h + O(h^3)`` says which Taylor coefficients two sides share."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nnmath.formula import tree
from nnmath.formula.duals import Value, derivative
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Point
from nnmath.formula.notation import Notation

__all__ = ["Expansion", "expansion"]


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
        starts = [at.scalar(target) for target in self.at]
        steps = [at.lookup(*place, side.span) for place in places]

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
    body, power = node.body, 1
    if isinstance(body, tree.Power) and isinstance(body.exponent, tree.Number):
        power, body = int(body.exponent.value), body.base
    if not isinstance(body, tree.Entry) or not 1 <= power <= 6:
        raise FormulaError("syntax", "a remainder is of a power of one symbol", node.span)
    return Expansion(power + (node.kind == "o"), (body,), (tree.Number(0.0),))
