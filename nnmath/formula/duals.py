r"""Derivatives by tagged dual numbers.

A dual number carries a value and how that value changes. Each derivative being taken has a tag of its own, so
that they nest: the value and the change may themselves be dual numbers of an outer derivative. Every operation
states its value and its rule once; the rule is written with the same operations, which is what makes second and
third derivatives come for free. Numbers are floats, arrays have two axes (a vector is a column).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnmath.formula.errors import FormulaError

__all__ = ["Dual", "Value", "derivative", "elementary", "primal"]

# A float, an array with two axes, or a Dual of these. Arithmetic on them is checked at run time.
Value = Any
Operation = Callable[..., Value]
_tags = itertools.count(1)
_open: list[int] = []  # the tags of the derivatives that are being taken
HIGHEST_ORDER = 8  # the work doubles with each order


class Dual:
    """A value and its rate of change along the direction with this tag."""

    __slots__ = ("tag", "tangent", "value")
    __array_ufunc__ = None  # so that array + Dual comes to us

    def __init__(self, tag: int, value: Value, tangent: Value) -> None:
        self.tag = tag
        self.value = value
        self.tangent = tangent

    def __repr__(self) -> str:
        return f"Dual({self.tag}, {self.value!r}, {self.tangent!r})"

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the value."""
        return shape_of(self.value)

    def __add__(self, other: Value) -> Value:
        return add(self, other)

    def __radd__(self, other: Value) -> Value:
        return add(other, self)

    def __sub__(self, other: Value) -> Value:
        return add(self, negative(other))

    def __rsub__(self, other: Value) -> Value:
        return add(other, negative(self))

    def __mul__(self, other: Value) -> Value:
        return multiply(self, other)

    def __rmul__(self, other: Value) -> Value:
        return multiply(other, self)

    def __truediv__(self, other: Value) -> Value:
        return divide(self, other)

    def __rtruediv__(self, other: Value) -> Value:
        return divide(other, self)

    def __neg__(self) -> Value:
        return negative(self)


def shape_of(value: Value) -> tuple[int, ...]:
    """Return the shape of a value; a number has the empty shape."""
    return () if isinstance(value, int | float) else value.shape


def primal(value: Value) -> Value:
    """Return the plain number or array inside any nest of dual numbers."""
    while isinstance(value, Dual):
        value = value.value
    return value


def derivative(function: Callable[[Value], Value], at: Value, direction: Value) -> Value:
    """Return how `function` changes at `at` along `direction`.

    Examples
    --------
    >>> from nnmath.formula import duals
    >>> duals.derivative(lambda x: x * x * x, 2.0, 1.0)
    12.0
    >>> duals.derivative(lambda x: duals.derivative(lambda y: y * y * x, x, 1.0), 3.0, 1.0)
    12.0
    """
    tag = next(_tags)
    _open.append(tag)
    try:
        if len(_open) > HIGHEST_ORDER:
            raise FormulaError(
                "limit", f"derivatives of an order above {HIGHEST_ORDER} aren't taken"
            )
        result = function(Dual(tag, at, direction))
    finally:
        _open.pop()
    if isinstance(result, Dual) and result.tag == tag:
        return result.tangent
    return zero_like(result)


def zero_like(value: Value) -> Value:
    """Return a zero with the shape of `value`."""
    shape = shape_of(value)
    return np.zeros(shape) if shape else 0.0


Rule = Callable[..., Value]


def _operation(compute: Callable[..., Value], rule: Rule) -> Callable[..., Value]:
    """Make an operation on floats, arrays and duals from its value and its rule.

    The rule gets the result, the arguments, and their tangents (None where an argument doesn't change).
    """

    def operation(*arguments: Value) -> Value:
        tag = 0
        for argument in arguments:
            if type(argument) is Dual and argument.tag > tag:
                tag = argument.tag
        if not tag:
            return compute(*arguments)
        values, tangents = [], []
        for argument in arguments:
            moves = type(argument) is Dual and argument.tag == tag
            values.append(argument.value if moves else argument)
            tangents.append(argument.tangent if moves else None)
        result = operation(*values)
        return Dual(tag, result, rule(result, *values, *tangents))

    return operation


def _plus(left: Value | None, right: Value | None) -> Value:
    """Add two tangents of which one may be missing."""
    if left is None:
        return right
    return left if right is None else add(left, right)


def _scaled(tangent: Value | None, factor: Value) -> Value | None:
    return None if tangent is None else multiply(tangent, factor)


def _elementwise(
    scalar: Callable[[float], float], array: Callable[[Value], Value]
) -> Callable[[Value], Value]:
    """Use the standard library for numbers, which is ten times faster than NumPy there."""
    return lambda x: scalar(x) if isinstance(x, float | int) else array(x)


def _unary(
    scalar: Callable[[float], float], array: Callable[[Value], Value], slope: Rule
) -> Callable[..., Value]:
    """Make an elementwise function from its slope, given the result and the argument."""
    return _operation(_elementwise(scalar, array), lambda y, x, dx: multiply(dx, slope(y, x)))


def elementary(
    scalar: Callable[[float], float], slope: Callable[[Value, Value], Value]
) -> Callable[[Value], Value]:
    """Make a function of one number, and of arrays entry by entry, from its value and its slope.

    The slope is given the result and the argument.

    Examples
    --------
    >>> from nnmath.formula import duals
    >>> cube = duals.elementary(lambda x: x**3, lambda y, x: duals.multiply(3.0, duals.multiply(x, x)))
    >>> duals.derivative(cube, 2.0, 1.0)
    12.0
    """
    return _unary(scalar, np.vectorize(scalar, otypes=[float]), slope)


def _real_power(x: Value, y: Value) -> Value:
    if isinstance(x, float | int) and isinstance(y, float | int):
        return math.pow(x, y)
    return np.power(x, y)


def _power_rule(z: Value, x: Value, y: Value, dx: Value | None, dy: Value | None) -> Value:
    by_base = None
    if dx is not None:
        by_base = zero_like(z) if _is_zero(y) else multiply(dx, multiply(y, power(x, add(y, -1.0))))
    by_exponent = None if dy is None else multiply(dy, multiply(z, log(x)))
    return _plus(by_base, by_exponent)


def _is_zero(y: Value) -> bool:
    return isinstance(y, float | int) and y == 0


add: Operation = _operation(lambda x, y: x + y, lambda z, x, y, dx, dy: _plus(dx, dy))
negative: Operation = _operation(lambda x: -x, lambda z, x, dx: negative(dx))
multiply: Operation = _operation(
    lambda x, y: x * y, lambda z, x, y, dx, dy: _plus(_scaled(dx, y), _scaled(dy, x))
)
divide: Operation = _operation(
    lambda x, y: x / y,
    lambda z, x, y, dx, dy: divide(_plus(dx, None if dy is None else negative(multiply(dy, z))), y),
)
power: Operation = _operation(_real_power, _power_rule)
exp: Operation = _unary(math.exp, np.exp, lambda y, x: y)
log: Operation = _unary(math.log, np.log, lambda y, x: divide(1.0, x))
sqrt: Operation = _unary(math.sqrt, np.sqrt, lambda y, x: divide(0.5, y))
sin: Operation = _unary(math.sin, np.sin, lambda y, x: cos(x))
cos: Operation = _unary(math.cos, np.cos, lambda y, x: negative(sin(x)))
tan: Operation = _unary(math.tan, np.tan, lambda y, x: add(1.0, multiply(y, y)))
sinh: Operation = _unary(math.sinh, np.sinh, lambda y, x: cosh(x))
cosh: Operation = _unary(math.cosh, np.cosh, lambda y, x: sinh(x))
tanh: Operation = _unary(math.tanh, np.tanh, lambda y, x: add(1.0, negative(multiply(y, y))))
arcsin: Operation = _unary(
    math.asin, np.arcsin, lambda y, x: divide(1.0, sqrt(add(1.0, negative(multiply(x, x)))))
)
arccos: Operation = _unary(
    math.acos, np.arccos, lambda y, x: divide(-1.0, sqrt(add(1.0, negative(multiply(x, x)))))
)
arctan: Operation = _unary(math.atan, np.arctan, lambda y, x: divide(1.0, add(1.0, multiply(x, x))))
erf: Operation = _unary(
    math.erf,
    np.vectorize(math.erf, otypes=[float]),
    lambda y, x: multiply(2 / math.sqrt(math.pi), exp(negative(multiply(x, x)))),
)
absolute: Operation = _unary(
    abs, np.abs, lambda y, x: np.sign(primal(x)) if shape_of(x) else math.copysign(1.0, primal(x))
)

transpose: Operation = _operation(lambda x: x.T, lambda z, x, dx: transpose(dx))
matmul: Operation = _operation(
    lambda x, y: x @ y,
    lambda z, x, y, dx, dy: _plus(
        None if dx is None else matmul(dx, y), None if dy is None else matmul(x, dy)
    ),
)
trace: Operation = _operation(lambda x: float(np.trace(x)), lambda z, x, dx: trace(dx))


def _inverse(x: np.ndarray) -> np.ndarray:
    """Invert a matrix that isn't singular but for rounding."""
    found = np.linalg.inv(x)
    if np.linalg.norm(x, 1) * np.linalg.norm(found, 1) > 1e12:
        raise np.linalg.LinAlgError("singular")
    return found


inverse: Operation = _operation(_inverse, lambda z, x, dx: negative(matmul(matmul(z, dx), z)))
determinant: Operation = _operation(
    lambda x: float(np.linalg.det(x)), lambda z, x, dx: multiply(z, trace(matmul(inverse(x), dx)))
)
total: Operation = _operation(lambda x: float(np.sum(x)), lambda z, x, dx: total(dx))
diagonal: Operation = _operation(lambda x: np.diag(x).reshape(-1, 1), lambda z, x, dx: diagonal(dx))
diagonal_matrix: Operation = _operation(
    lambda x: np.diag(x.ravel()), lambda z, x, dx: diagonal_matrix(dx)
)
reshape: Operation = _operation(
    lambda x, shape: x.reshape(shape), lambda z, x, shape, dx, _: reshape(dx, shape)
)


def entry(x: Value, i: int, j: int) -> Value:
    """Return one entry of an array."""
    if isinstance(x, Dual):
        return Dual(x.tag, entry(x.value, i, j), entry(x.tangent, i, j))
    return float(x[i, j])


def spread(x: Value, shape: tuple[int, ...]) -> Value:
    """Repeat a number, or a row, to fill `shape`."""
    if isinstance(x, Dual):
        return Dual(x.tag, spread(x.value, shape), spread(x.tangent, shape))
    return np.broadcast_to(np.asarray(x, dtype=float), shape).copy()


def stack(rows: Sequence[Sequence[Value]]) -> Value:
    """Build an array from numbers, duals among them."""
    tag = max((x.tag for row in rows for x in row if isinstance(x, Dual)), default=0)
    if not tag:
        return np.array(rows, dtype=float)

    def part(x: Value, of_value: bool) -> Value:
        moves = isinstance(x, Dual) and x.tag == tag
        if of_value:
            return x.value if moves else x
        return x.tangent if moves else 0.0

    return Dual(
        tag,
        stack([[part(x, True) for x in row] for row in rows]),
        stack([[part(x, False) for x in row] for row in rows]),
    )


def unit(shape: tuple[int, ...], i: int, j: int) -> Value:
    """Return the direction along one entry of an array."""
    direction = np.zeros(shape)
    direction[i, j] = 1.0
    return direction
