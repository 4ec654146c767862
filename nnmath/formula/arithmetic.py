r"""Running sums, products, powers and what linear algebra adds; every shape is checked where it is used."""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.blocks import kronecker, square_root
from nnmath.formula.duals import Value, shape_of
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame, entry_at
from nnmath.formula.render import shape_text

__all__: list[str] = []


def _sum(ev: Evaluator, node: tree.Sum, env: Env, frame: Frame) -> Value:
    total: Value = None
    for term, sign in zip(node.terms, node.signs, strict=True):
        value = ev.value(term, env, frame)
        value = duals.negative(value) if sign < 0 else value
        if isinstance(value, float) and _is_identity(term):
            value = Identity(value)
        total = value if total is None else added(ev, total, value, term)
    return total


def added(ev: Evaluator, left: Value, right: Value, term: tree.Node) -> Value:
    """Add two values; a number and an array, or a row and a matrix, only where the notation allows it."""
    left, right = _identities(left, right), _identities(right, left)
    one, other = shape_of(left), shape_of(right)
    if one == other:
        return duals.add(left, right)
    common = _common_shape(ev, one, other)
    if common is None:
        raise FormulaError(
            "shape", f"{shape_text(one)} and {shape_text(other)} can't be added", term.span
        )
    return duals.add(_spread(left, common), _spread(right, common))


class Identity(float):
    """A multiple of the identity matrix of whatever size is needed."""


def _identities(value: Value, beside: Value) -> Value:
    """Give a multiple of the identity the size of the square matrix beside it."""
    shape = shape_of(beside)
    if isinstance(value, Identity) and shape and shape[0] == shape[1]:
        return float(value) * np.eye(shape[0])
    return value


def _is_identity(node: tree.Node) -> bool:
    """Tell whether this is an identity matrix that is declared without a size, or a number times it."""
    if isinstance(node, tree.Product):
        return any(_is_identity(factor) for factor in node.factors)
    return (
        isinstance(node, tree.Entry) and node.symbol.domain == "identity" and not node.symbol.shape
    )


def _common_shape(
    ev: Evaluator, one: tuple[int, ...], other: tuple[int, ...]
) -> tuple[int, ...] | None:
    if not one or not other:
        return (one or other) if ev.notation.elementwise else None
    rows = ev.notation.broadcast_rows and one[1] == other[1] and 1 in (one[0], other[0])
    return (max(one[0], other[0]), one[1]) if rows else None


def _spread(value: Value, shape: tuple[int, ...]) -> Value:
    return value if shape_of(value) == shape else duals.spread(value, shape)


def _product(ev: Evaluator, node: tree.Product, env: Env, frame: Frame) -> Value:
    result = ev.value(node.factors[0], env, frame)
    for factor, operator in zip(node.factors[1:], node.operators, strict=True):
        result = multiplied(ev, result, ev.value(factor, env, frame), operator, factor)
    return result


def multiplied(ev: Evaluator, left: Value, right: Value, operator: str, factor: tree.Node) -> Value:
    """Multiply numbers, arrays or one by the other."""
    one, other = shape_of(left), shape_of(right)
    if operator in (r"\odot", "*") and (one or other):
        if operator == "*" and not ev.notation.elementwise:
            raise FormulaError(
                "syntax", "* between arrays is read in several ways; write \\odot", factor.span
            )
        if one != other or not one:
            message = f"{shape_text(one)} and {shape_text(other)} have no entrywise product"
            raise FormulaError("shape", message, factor.span)
        return duals.multiply(left, right)
    if not one or not other:
        return duals.multiply(left, right)
    if operator == r"\otimes":
        return kronecker(left, right, factor)
    if operator == r"\times":
        raise FormulaError("shape", r"\times between arrays isn't read", factor.span)
    if operator == r"\cdot" and one == other and one[1] == 1:
        return duals.total(duals.multiply(left, right))
    if ev.notation.elementwise and one == other and one[1] == 1:
        return duals.multiply(left, right)
    if one[1] != other[0]:
        raise FormulaError(
            "shape", f"{shape_text(one)} can't be multiplied by {shape_text(other)}", factor.span
        )
    return collapsed(duals.matmul(left, right))


def collapsed(value: Value) -> Value:
    """Take a product of a row and a column for the number it is."""
    return duals.entry(value, 0, 0) if shape_of(value) == (1, 1) else value


def _quotient(ev: Evaluator, node: tree.Quotient, env: Env, frame: Frame) -> Value:
    over, under = ev.value(node.numerator, env, frame), ev.value(node.denominator, env, frame)
    one, other = shape_of(over), shape_of(under)
    if other and (not ev.notation.elementwise or (one and one != other)):
        message = f"{shape_text(one)} can't be divided by {shape_text(other)}"
        raise FormulaError("shape", message, node.denominator.span)
    return duals.divide(over, under)


def _power(ev: Evaluator, node: tree.Power, env: Env, frame: Frame) -> Value:
    if isinstance(node.base, tree.Number) and node.base.value == math.e:
        exponent = ev.value(node.exponent, env, frame)
        if shape_of(exponent) and not ev.notation.elementwise:
            message = f"a number is needed, this is {shape_text(exponent)}"
            raise FormulaError("shape", message, node.exponent.span)
        return duals.exp(exponent)
    base = ev.value(node.base, env, frame)
    shape = shape_of(base)
    if node.maybe_transpose and shape:
        return duals.transpose(base)
    exponent = ev.scalar(node.exponent, env, frame)
    if not shape:
        return (
            duals.sqrt(base)
            if exponent == 0.5 and not isinstance(exponent, duals.Dual)
            else duals.power(base, exponent)
        )
    plain = duals.primal(exponent)
    if shape[0] == shape[1] and abs(plain) == 0.5 and not ev.notation.elementwise:
        root = square_root(base, node)
        return root if plain > 0 else duals.inverse(root)
    if shape[0] == shape[1] and plain == round(plain):
        return _matrix_power(base, round(plain), node)
    if not ev.notation.elementwise:
        raise FormulaError("shape", f"{shape_text(shape)} has no such power", node.span)
    return duals.power(base, exponent)


def _matrix_power(base: Value, exponent: int, node: tree.Power) -> Value:
    if abs(exponent) > 100:
        raise FormulaError("limit", "the matrix power is too high", node.exponent.span)
    if exponent < 0:
        base, exponent = duals.inverse(base), -exponent
    result: Value = np.eye(shape_of(base)[0])
    for _ in range(exponent):
        result = duals.matmul(result, base)
    return result


def _at(ev: Evaluator, node: tree.At, env: Env, frame: Frame) -> Value:
    """Take an expression where its symbols have other values."""
    values = {}
    for place in node.places:
        target, value = cast(tree.Comparison, place).sides  # the reader lets nothing else through
        if isinstance(target, tree.Index):
            env = {**env, target.name: ev.scalar(value, env, frame)}
            continue
        if not isinstance(target, tree.Entry):
            raise FormulaError("syntax", "what is given a value is a symbol", target.span)
        key = ev.key(target.symbol, target.indices, env, frame)
        values[target.symbol, key] = _fitting(ev, target, value, env, frame)
    return ev.value(node.body, env, Frame(frame, values) if values else frame)


def _fitting(ev: Evaluator, target: tree.Entry, node: tree.Node, env: Env, frame: Frame) -> Value:
    """Run a value that a symbol is given; a printed 0 fills an array."""
    value = ev.value(node, env, frame)
    wanted = ev.shape(target.symbol, ev.key(target.symbol, target.indices, env, frame), frame)
    if wanted and isinstance(value, float) and value == 0.0:
        return np.zeros(wanted)
    if shape_of(value) != wanted:
        message = f"{target.symbol.latex} is {shape_text(wanted)}, this is {shape_text(value)}"
        raise FormulaError("shape", message, node.span)
    return value


def _transpose(ev: Evaluator, node: tree.Transpose, env: Env, frame: Frame) -> Value:
    body = ev.value(node.body, env, frame)
    if not shape_of(body):
        raise FormulaError("shape", "a number has no transpose", node.span)
    return duals.transpose(body)


def _inner(ev: Evaluator, node: tree.Inner, env: Env, frame: Frame) -> Value:
    left, right = ev.value(node.left, env, frame), ev.value(node.right, env, frame)
    if shape_of(left) != shape_of(right) or not shape_of(left):
        message = f"{shape_text(left)} and {shape_text(right)} have no inner product"
        raise FormulaError("shape", message, node.span)
    return duals.total(duals.multiply(left, right))


def _item(ev: Evaluator, node: tree.Item, env: Env, frame: Frame) -> Value:
    body = ev.value(node.body, env, frame)
    at = tuple(ev.whole(index, env, frame) for index in node.indices)
    return entry_at(body, at, None, node.span)


def _binomial(ev: Evaluator, node: tree.Binomial, env: Env, frame: Frame) -> Value:
    n, k = ev.whole(node.n, env, frame), ev.whole(node.k, env, frame)
    if not 0 <= n <= 500:
        raise FormulaError(
            "value", "a binomial coefficient needs a whole number from 0 to 500 above", node.n.span
        )
    return float(math.comb(n, k)) if k >= 0 else 0.0


def _index(ev: Evaluator, node: tree.Index, env: Env, frame: Frame) -> Value:
    if node.name not in env:
        raise FormulaError("index", f"index {node.name} isn't bound", node.span)
    value = env[node.name]
    return float(value) if isinstance(value, int) else value


def _number(ev: Evaluator, node: tree.Number, env: Env, frame: Frame) -> Value:
    if math.isinf(node.value):
        raise FormulaError("value", "infinity isn't a number", node.span)
    return node.value


Evaluator.handlers.update(
    {
        tree.Number: _number,
        tree.Index: _index,
        tree.Known: lambda ev, node, env, frame: node.value,
        tree.Entry: Evaluator.entry,
        tree.Sum: _sum,
        tree.Product: _product,
        tree.Quotient: _quotient,
        tree.Power: _power,
        tree.Transpose: _transpose,
        tree.Inner: _inner,
        tree.Item: _item,
        tree.At: _at,
        tree.Binomial: _binomial,
    }
)
