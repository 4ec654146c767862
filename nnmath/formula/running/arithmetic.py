r"""Running sums, products, powers, bars and what linear algebra adds; every shape is checked where it is used."""

import math
from typing import Any, cast

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.notation import Notation
from nnmath.formula.running.blocks import kronecker, square_root
from nnmath.formula.running.definitions import symbols_in
from nnmath.formula.running.evaluation import Place, Point, entry_at, runs
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value, shape_of, shape_text


@runs(tree.Sum)
def _sum(at: Point, node: tree.Sum) -> Value:
    total: Value = None
    for term, sign in zip(node.terms, node.signs, strict=True):
        value = at.value(term)
        value = -value if sign < 0 else value
        if isinstance(value, float) and _is_identity(term):
            value = Identity(value)
        total = value if total is None else added(at, total, value, term)
    return total


class Identity(float):
    """A multiple of the identity matrix of whatever size is needed."""


def _is_identity(node: tree.Node) -> bool:
    """Tell whether this is an identity matrix that is declared without a size, or a number times it."""
    if isinstance(node, tree.Product):
        return any(map(_is_identity, node.factors))
    return (
        isinstance(node, tree.Entry) and node.symbol.domain == "identity" and not node.symbol.shape
    )


def _sized(value: Value, beside: Value) -> Value:
    """Give a multiple of the identity the size of the square matrix beside it."""
    shape = shape_of(beside)
    if isinstance(value, Identity) and shape and shape[0] == shape[1]:
        return float(value) * np.eye(shape[0])
    return value


def added(at: Point, left: Value, right: Value, term: tree.Node) -> Value:
    """Add two values; a number and an array, or a row and a matrix, only where the notation allows it."""
    if type(left) is float is type(right):
        return left + right  # by far the most common
    left, right = _sized(left, right), _sized(right, left)
    one, other = shape_of(left), shape_of(right)
    common = _common_shape(at.ev.notation, one, other)
    if common is None:
        message = f"{shape_text(one)} and {shape_text(other)} can't be added"
        raise FormulaError("shape", message, term.span)
    return _spread(left, common) + _spread(right, common)


def _common_shape(
    notation: Notation, one: tuple[int, ...], other: tuple[int, ...]
) -> tuple[int, ...] | None:
    if one == other:
        return one
    if not one or not other:
        return (one or other) if notation.elementwise else None
    rows = notation.broadcast_rows and one[1] == other[1] and 1 in (one[0], other[0])
    return (max(one[0], other[0]), one[1]) if rows else None


def _spread(value: Value, shape: tuple[int, ...]) -> Value:
    return value if shape_of(value) == shape else duals.spread(value, shape)


@runs(tree.Product)
def _product(at: Point, node: tree.Product) -> Value:
    r"""Multiply; where a product of arrays follows on ``\odot``, also as one: ``u \odot A v``."""
    if r"\odot" not in node.operators[:-1]:
        return _in_order(at, node)
    found: list[Value] = []
    for reading in (node, _side_by_side_first(node)):
        try:
            found.append(_in_order(at, reading))
        except FormulaError as error:
            if error.category != "shape" or (reading is not node and not found):
                raise
    one, other = duals.primal(found[0]), duals.primal(found[-1])
    if not np.allclose(one, other, rtol=1e-9):
        message = r"what stands behind \odot can be read in two ways; use brackets"
        raise FormulaError("syntax", message, node.span)
    return found[0]


def _side_by_side_first(node: tree.Product) -> tree.Product:
    """Join factors that stand side by side into one."""
    groups = [[node.factors[0]]]
    signs = []
    for factor, operator in zip(node.factors[1:], node.operators, strict=True):
        if operator:
            groups.append([])
            signs.append(operator)
        groups[-1].append(factor)
    joined = [tree.Product(tuple(g), ("",) * (len(g) - 1), span=node.span) for g in groups]
    return tree.Product(tuple(joined), tuple(signs), span=node.span)


def _in_order(at: Point, node: tree.Product) -> Value:
    result = at.value(node.factors[0])
    for factor, operator in zip(node.factors[1:], node.operators, strict=True):
        result = multiplied(at, result, at.value(factor), operator, factor)
    return result


def multiplied(at: Point, left: Value, right: Value, operator: str, factor: tree.Node) -> Value:
    """Multiply numbers, arrays or one by the other."""
    one, other = shape_of(left), shape_of(right)
    if operator in (r"\odot", "*") and (one or other):
        return _entrywise(at, left, right, operator, factor)
    if not one or not other:
        return left * right
    if operator == r"\otimes":
        return kronecker(left, right, factor)
    if operator == r"\times":
        return _cross(left, right, factor)
    if one == other and one[1] == 1 and (operator == r"\cdot" or at.ev.notation.elementwise):
        product = left * right
        return duals.total(product) if operator == r"\cdot" else product
    if one[1] != other[0]:
        message = f"{shape_text(one)} can't be multiplied by {shape_text(other)}"
        raise FormulaError("shape", message, factor.span)
    return collapsed(left @ right)


def _cross(left: Value, right: Value, factor: tree.Node) -> Value:
    """Return the cross product of two columns of 3."""
    if not shape_of(left) == shape_of(right) == (3, 1):
        raise FormulaError(
            "shape", r"\times between arrays is read of two columns of 3", factor.span
        )
    x, y = ([row[0] for row in duals.entries(one)] for one in (left, right))
    return duals.stack([[x[k - 2] * y[k - 1] - x[k - 1] * y[k - 2]] for k in range(3)])


def _entrywise(at: Point, left: Value, right: Value, operator: str, factor: tree.Node) -> Value:
    if operator == "*" and not at.ev.notation.elementwise:
        message = "* between arrays is read in several ways; write \\odot"
        raise FormulaError("syntax", message, factor.span)
    one, other = shape_of(left), shape_of(right)
    if one != other:
        message = f"{shape_text(one)} and {shape_text(other)} have no entrywise product"
        raise FormulaError("shape", message, factor.span)
    return left * right


def collapsed(value: Value) -> Value:
    """Take a product of a row and a column for the number it is."""
    return duals.entry(value, 0, 0) if shape_of(value) == (1, 1) else value


@runs(tree.Quotient)
def _quotient(at: Point, node: tree.Quotient) -> Value:
    over, under = at.value(node.numerator), at.value(node.denominator)
    one, other = shape_of(over), shape_of(under)
    if other and (not at.ev.notation.elementwise or (one and one != other)):
        message = f"{shape_text(one)} can't be divided by {shape_text(other)}"
        raise FormulaError("shape", message, node.denominator.span)
    return over / under


@runs(tree.Power)
def _power(at: Point, node: tree.Power) -> Value:
    elementwise = at.ev.notation.elementwise
    if node.base == tree.Number(math.e):
        return duals.exp(at.value(node.exponent) if elementwise else at.scalar(node.exponent))
    base = at.value(node.base)
    shape = shape_of(base)
    if shape and not node.entrywise and _is_letter_t(node.exponent):
        return base.T
    exponent = at.scalar(node.exponent)
    if not shape or node.entrywise:
        half = exponent == 0.5 and not isinstance(exponent, duals.Dual)
        return duals.sqrt(base) if half else duals.power(base, exponent)
    plain = duals.primal(exponent)
    if shape[0] == shape[1] and abs(plain) == 0.5 and not elementwise:
        root = square_root(base, node)
        return root if plain > 0 else duals.inverse(root)
    if shape[0] == shape[1] and plain == round(plain):
        return _matrix_power(base, round(plain), node)
    if not elementwise:
        raise FormulaError("shape", f"{shape_text(shape)} has no such power", node.span)
    return duals.power(base, exponent)


def _is_letter_t(node: tree.Node) -> bool:
    """Tell a T that is declared, or bound, and so not read as a transpose."""
    return (isinstance(node, tree.Entry) and node.symbol.latex == "T") or node == tree.Index("T")


def _matrix_power(base: Value, exponent: int, node: tree.Power) -> Value:
    if abs(exponent) > 100:
        raise FormulaError("limit", "the matrix power is too high", node.exponent.span)
    base = duals.inverse(base) if exponent < 0 else base
    result: Value = np.eye(shape_of(base)[0])
    for _ in range(abs(exponent)):
        result = result @ base
    return result


@runs(tree.At)
def _at(at: Point, node: tree.At) -> Value:
    """Take an expression, or a derivative of a function, where symbols have other values."""
    values: dict[Place, Value] = {}
    pairs: list[Any] = [getattr(place, "sides", ()) for place in node.places]
    if () in pairs:  # as in df/dx (a)
        derivative = cast(tree.Derivative, node.body)
        formals = written_out(at, cast(tree.Entry, derivative.body), derivative.by[0]).arguments
        if len(formals) != len(pairs):
            message = f"a function of {len(formals)} has {len(pairs)} arguments here"
            raise FormulaError("shape", message, node.span)
        pairs = [*zip(formals, node.places, strict=True)]
    for target, value in pairs:
        if isinstance(target, tree.Index):
            at = at.with_letter(target.name, at.scalar(value))
        elif isinstance(target, tree.Entry):
            values[at.place(target)] = fitting(at, target, value)
        else:
            raise FormulaError("syntax", "what is given a value is a symbol", target.span)
    return (at.with_values(values) if values else at).value(node.body)


def written_out(at: Point, function: tree.Entry, by: tree.Node) -> tree.Apply:
    r"""Write the f of ``\frac{df}{dx}`` with the arguments of its definition, or else with x."""
    symbol = function.symbol
    found = at.definition(symbol, at.key(symbol, function.indices), function.span)
    arguments = found[0].arguments if found else (by,)
    if not found and isinstance(by, tree.Entry) and (whole := by.symbol.entry_of):
        arguments = (tree.Entry(whole, by.indices[: len(whole.indices)], span=by.span),)
    return tree.Apply(symbol, function.indices, arguments, span=function.span)


def fitting(at: Point, target: tree.Entry, node: tree.Node) -> Value:
    """Run a value that a symbol is given; a printed 0 fills an array."""
    value = at.value(node)
    wanted = at.shape(*at.place(target))
    if wanted and isinstance(value, float) and value == 0.0:
        return np.zeros(wanted)
    if shape_of(value) != wanted:
        message = f"{target.symbol.latex} is {shape_text(wanted)}, this is {shape_text(value)}"
        raise FormulaError("shape", message, node.span)
    return value


@runs(tree.Transpose)
def _transpose(at: Point, node: tree.Transpose) -> Value:
    body = at.value(node.body)
    if shape_of(body):
        return body.T
    if not node.sure and not any(symbol.shape for symbol in symbols_in(node.body)):
        raise FormulaError(
            "syntax", r"a number has no transpose; where it is meant, write \top", node.span
        )
    return body


@runs(tree.Inner)
def _inner(at: Point, node: tree.Inner) -> Value:
    left, right = at.value(node.left), at.value(node.right)
    if shape_of(left) != shape_of(right) or not shape_of(left):
        message = f"{shape_text(left)} and {shape_text(right)} have no inner product"
        raise FormulaError("shape", message, node.span)
    return duals.total(left * right)


@runs(tree.Item)
def _item(at: Point, node: tree.Item) -> Value:
    body = at.value(node.body)
    return entry_at(body, tuple(at.whole(index) for index in node.indices), node.span)


@runs(tree.Binomial)
def _binomial(at: Point, node: tree.Binomial) -> Value:
    n, k = at.whole(node.n), at.whole(node.k)
    if not 0 <= n <= 500:
        message = "a binomial coefficient needs a whole number from 0 to 500 above"
        raise FormulaError("value", message, node.n.span)
    return float(math.comb(n, k)) if k >= 0 else 0.0


@runs(tree.Index)
def _index(at: Point, node: tree.Index) -> Value:
    if node.name not in at.letters:
        raise FormulaError("index", f"index {node.name} isn't bound", node.span)
    value = at.letters[node.name]
    return float(value) if isinstance(value, int) else value


@runs(tree.Number)
def _number(at: Point, node: tree.Number) -> Value:
    if math.isinf(node.value):
        raise FormulaError("domain", "infinity isn't a number", node.span)
    return node.value


@runs(tree.Known)
def _known(at: Point, node: tree.Known) -> Value:
    return node.value


@runs(tree.Landau)
def _remainder(at: Point, node: tree.Landau) -> Value:
    return 0.0


# Bars: absolute values, determinants, sizes of sets, and norms


@runs(tree.Bars)
def _bars(at: Point, node: tree.Bars) -> Value:
    members = None if node.double else at.members(node.body)
    if members is not None:
        return float(len(members))
    body = at.value(node.body)
    shape = shape_of(body)
    if node.double:
        return _norm(at, body, node)
    if not shape or at.ev.notation.elementwise:
        return duals.absolute(body)
    if shape[0] != shape[1]:
        message = f"single bars around {shape_text(shape)}; a norm has double bars"
        raise FormulaError("shape", message, node.span)
    return duals.determinant(body)


def _norm(at: Point, body: Value, node: tree.Bars) -> Value:
    shape = shape_of(body)
    if not shape:
        raise FormulaError("shape", "a norm needs an array", node.span)
    if 1 not in shape:
        return _of_matrix(body, node)
    if node.exponent is not None:
        return _by_exponent(at.value(node.exponent), body, node)
    if node.order == "1":
        return duals.total(duals.absolute(body))
    if node.order == "0":
        return float(np.count_nonzero(duals.primal(body)))
    if node.order == r"\infty":
        flat = (x for row in duals.entries(duals.absolute(body)) for x in row)
        return max(flat, key=duals.primal)
    return duals.sqrt(duals.total(body * body))


def _by_exponent(order: Value, body: Value, node: tree.Bars) -> Value:
    r"""Take the norm with p below, or with a matrix: :math:`\|x\|_A^2 = x^T A x`."""
    shape = shape_of(body)
    if shape_of(order):
        column = body if shape[1] == 1 else body.T
        if shape_of(order) != (shape_of(column)[0],) * 2:
            message = f"a norm of {shape_text(body)} with {shape_text(order)} below"
            raise FormulaError("shape", message, node.span)
        return duals.sqrt(duals.entry(column.T @ order @ column, 0, 0))
    if duals.primal(order) < 1:
        raise FormulaError("value", "the order of a norm is 1 or more", node.span)
    powers = duals.power(duals.absolute(body), duals.spread(order, shape))
    return duals.power(duals.total(powers), 1.0 / order)


def _of_matrix(body: Value, node: tree.Bars) -> Value:
    """Take a norm of a matrix; only the Frobenius norm can be differentiated."""
    if node.order == "F":
        return duals.sqrt(duals.total(body * body))
    if node.exponent is not None or node.order not in ("*", "1", r"\infty"):
        message = "which norm of a matrix is meant? the Frobenius norm has an F below"
        raise FormulaError("shape", message, node.span)
    if isinstance(body, duals.Dual):
        raise FormulaError("value", "only the Frobenius norm is differentiated", node.span)
    kinds = {"*": "nuc", "1": 1, r"\infty": np.inf}
    return float(np.linalg.norm(body, kinds[node.order]))  # type: ignore[call-overload]  # one of three
