r"""Derivatives by tagged dual numbers.

A dual number carries a value and how that value changes. Each derivative being taken has a tag of its own, so
that they nest: the value and the change may themselves be dual numbers of an outer derivative. Every operation
states its value and its slopes once; the slopes are written with the same operations, which is what makes second and
third derivatives come for free. Numbers are floats, arrays have two axes (a vector is a column).
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnmath.formula.errors import FormulaError

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

    @property
    def T(self) -> Value:  # as NumPy has it
        """The transpose."""
        return transpose(self)

    def __neg__(self) -> Value:
        return negative(self)

    def __add__(self, other: Value) -> Value:
        return add(self, other)

    def __radd__(self, other: Value) -> Value:
        return add(other, self)

    def __sub__(self, other: Value) -> Value:
        return add(self, -other)

    def __rsub__(self, other: Value) -> Value:
        return add(other, -self)

    def __mul__(self, other: Value) -> Value:
        return multiply(self, other)

    def __rmul__(self, other: Value) -> Value:
        return multiply(other, self)

    def __truediv__(self, other: Value) -> Value:
        return divide(self, other)

    def __rtruediv__(self, other: Value) -> Value:
        return divide(other, self)

    def __matmul__(self, other: Value) -> Value:
        return matmul(self, other)

    def __rmatmul__(self, other: Value) -> Value:
        return matmul(other, self)


def shape_of(value: Value) -> tuple[int, ...]:
    """Return the shape of a value; a number has the empty shape."""
    return () if isinstance(value, (int, float)) else value.shape


def shape_text(value: object) -> str:
    """Say what shape a value, or a shape, is."""
    shape = value if isinstance(value, tuple) else shape_of(value)
    if not shape:
        return "a number"
    rows, columns = shape
    if columns == 1:
        return f"a column of {rows}"
    return f"a row of {columns}" if rows == 1 else f"a {rows} x {columns} matrix"


def number_text(value: float) -> str:
    """Write a number as briefly as tells it from others."""
    return f"{value:.7g}"


def primal(value: Value) -> Value:
    """Return the plain number or array inside any nest of dual numbers."""
    while isinstance(value, Dual):
        value = value.value
    return value


def derivative(function: Callable[[Value], Value], at: Value, direction: Value = 1.0) -> Value:
    """Return how `function` changes at `at` along `direction`.

    Examples
    --------
    >>> from nnmath.formula.values import duals
    >>> duals.derivative(lambda x: x * x * x, 2.0)
    12.0
    >>> duals.derivative(lambda x: duals.derivative(lambda y: y * y * x, x), 3.0)
    12.0
    """
    tag = next(_tags)
    _open.append(tag)
    try:
        if len(_open) > HIGHEST_ORDER:
            message = f"derivatives of an order above {HIGHEST_ORDER} aren't taken"
            raise FormulaError("limit", message)
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


def _operation(compute: Operation, *slopes: Operation) -> Operation:
    """Make an operation on floats, arrays and duals from its value and its slopes.

    The slope of an argument says how much the result changes: it gets the argument's change, the result and the
    arguments.
    """

    def operation(*arguments: Value) -> Value:
        tag = 0
        for argument in arguments:
            if type(argument) is Dual and argument.tag > tag:
                tag = argument.tag
        if not tag:
            return compute(*arguments)
        moving = [type(argument) is Dual and argument.tag == tag for argument in arguments]
        values = [x.value if moves else x for x, moves in zip(arguments, moving, strict=True)]
        result = operation(*values)
        change: Value = None
        for argument, moves, slope in zip(arguments, moving, slopes, strict=False):
            if moves:
                part = slope(argument.tangent, result, *values)
                change = part if change is None else change + part
        return Dual(tag, result, change)

    return operation


def _unary(scalar: Callable[[float], float], array: Operation, slope: Operation) -> Operation:
    """Make an elementwise function from its slope, which gets the result and the argument.

    The standard library is ten times faster than NumPy for a number.
    """
    return _operation(
        lambda x: scalar(x) if isinstance(x, float | int) else array(x),
        lambda d, y, x: d * slope(y, x),
    )


def elementary(
    scalar: Callable[[float], float], slope: Callable[[Value, Value], Value]
) -> Callable[[Value], Value]:
    """Make a function of one number, and of arrays entry by entry, from its value and its slope.

    The slope is given the result and the argument.
    """
    return _unary(scalar, np.vectorize(scalar, otypes=[float]), slope)


def _real_power(x: Value, y: Value) -> Value:
    if isinstance(x, float | int) and isinstance(y, float | int):
        return math.pow(x, y)
    return np.power(x, y)


def _power_by_base(d: Value, z: Value, x: Value, y: Value) -> Value:
    if isinstance(y, float | int) and y == 0:
        return zero_like(z)
    return d * y * power(x, y - 1.0)


def _sign(y: Value, x: Value) -> Value:
    return np.sign(primal(x)) if shape_of(x) else math.copysign(1.0, primal(x))


negative: Operation = _operation(lambda x: -x, lambda d, z, x: -d)
add: Operation = _operation(lambda x, y: x + y, lambda d, z, x, y: d, lambda d, z, x, y: d)
multiply: Operation = _operation(
    lambda x, y: x * y, lambda d, z, x, y: d * y, lambda d, z, x, y: d * x
)
divide: Operation = _operation(
    lambda x, y: x / y, lambda d, z, x, y: d / y, lambda d, z, x, y: -(d * z) / y
)
power: Operation = _operation(_real_power, _power_by_base, lambda d, z, x, y: d * z * log(x))
exp: Operation = _unary(math.exp, np.exp, lambda y, x: y)
log: Operation = _unary(math.log, np.log, lambda y, x: 1.0 / x)
sqrt: Operation = _unary(math.sqrt, np.sqrt, lambda y, x: 0.5 / y)
sin: Operation = _unary(math.sin, np.sin, lambda y, x: cos(x))
cos: Operation = _unary(math.cos, np.cos, lambda y, x: -sin(x))
tan: Operation = _unary(math.tan, np.tan, lambda y, x: 1.0 + y * y)
sinh: Operation = _unary(math.sinh, np.sinh, lambda y, x: cosh(x))
cosh: Operation = _unary(math.cosh, np.cosh, lambda y, x: sinh(x))
tanh: Operation = _unary(math.tanh, np.tanh, lambda y, x: 1.0 - y * y)
arcsin: Operation = _unary(math.asin, np.arcsin, lambda y, x: 1.0 / sqrt(1.0 - x * x))
arccos: Operation = _unary(math.acos, np.arccos, lambda y, x: -1.0 / sqrt(1.0 - x * x))
arctan: Operation = _unary(math.atan, np.arctan, lambda y, x: 1.0 / (1.0 + x * x))
erf: Operation = elementary(math.erf, lambda y, x: 2 / math.sqrt(math.pi) * exp(-(x * x)))
absolute: Operation = _unary(abs, np.abs, _sign)


def _inverse(x: np.ndarray) -> np.ndarray:
    """Invert a matrix that isn't singular but for rounding."""
    found = np.linalg.inv(x)
    if np.linalg.norm(x, 1) * np.linalg.norm(found, 1) > 1e12:
        raise np.linalg.LinAlgError("singular")
    return found


transpose: Operation = _operation(lambda x: x.T, lambda d, z, x: d.T)
matmul: Operation = _operation(
    lambda x, y: x @ y, lambda d, z, x, y: d @ y, lambda d, z, x, y: x @ d
)
trace: Operation = _operation(lambda x: float(np.trace(x)), lambda d, z, x: trace(d))
inverse: Operation = _operation(_inverse, lambda d, z, x: -(z @ d @ z))
determinant: Operation = _operation(
    lambda x: float(np.linalg.det(x)), lambda d, z, x: z * trace(inverse(x) @ d)
)
total: Operation = _operation(lambda x: float(np.sum(x)), lambda d, z, x: total(d))
diagonal: Operation = _operation(lambda x: np.diag(x).reshape(-1, 1), lambda d, z, x: diagonal(d))
diagonal_matrix: Operation = _operation(
    lambda x: np.diag(x.ravel()), lambda d, z, x: diagonal_matrix(d)
)
reshape: Operation = _operation(
    lambda x, shape: x.reshape(shape), lambda d, z, x, shape: reshape(d, shape)
)


def entry(x: Value, i: int, j: int) -> Value:
    """Return one entry of an array."""
    if isinstance(x, Dual):
        return Dual(x.tag, entry(x.value, i, j), entry(x.tangent, i, j))
    return float(x[i, j])


def entries(x: Value) -> list[list[Value]]:
    """Return all entries of an array, in lists of rows."""
    rows, columns = shape_of(x)
    return [[entry(x, i, j) for j in range(columns)] for i in range(rows)]


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
    parts = [
        [x if isinstance(x, Dual) and x.tag == tag else Dual(tag, x, 0.0) for x in row]
        for row in rows
    ]
    values = [[x.value for x in row] for row in parts]
    changes = [[x.tangent for x in row] for row in parts]
    return Dual(tag, stack(values), stack(changes))


def unit(shape: tuple[int, ...], i: int, j: int) -> Value:
    """Return the direction along one entry of an array."""
    direction = np.zeros(shape)
    direction[i, j] = 1.0
    return direction
