"""Dual numbers: each operation's slope against central differences, nested and of arrays."""

import numpy as np
import pytest

from nnmath.formula import FormulaError
from nnmath.formula.values import duals
from nnmath.formula.values.functions import BUILTIN

POINTS = {"arcsin": 0.3, "arccos": 0.3, "log": 1.7, "ln": 1.7, "sqrt": 1.7}
NUMBERS = [
    name
    for name, builtin in BUILTIN.items()
    if builtin.takes == "number" and name not in ("sgn", "sign", "floor", "ceil", "round")
]


@pytest.mark.parametrize("name", NUMBERS)
def test_slopes_of_functions(name):
    function, at, h = BUILTIN[name].compute, POINTS.get(name, 0.7), 1e-6
    slope = (function(at + h) - function(at - h)) / (2 * h)
    assert duals.derivative(function, at, 1.0) == pytest.approx(slope, rel=1e-8)
    second = duals.derivative(lambda x: duals.derivative(function, x, 1.0), at, 1.0)
    rough = (function(at + 1e-4) - 2 * function(at) + function(at - 1e-4)) / 1e-8
    assert second == pytest.approx(rough, rel=1e-5, abs=1e-5)


MATRIX = np.array([[2.0, 0.5], [0.3, 1.5]])
DIRECTION = np.array([[0.2, -1.0], [0.7, 0.4]])
ARRAYS = {
    "determinant": duals.determinant,
    "trace": lambda x: duals.trace(duals.matmul(x, x)),
    "inverse": lambda x: duals.total(duals.multiply(duals.inverse(x), MATRIX)),
    "transpose": lambda x: duals.total(duals.multiply(duals.transpose(x), MATRIX)),
    "diagonal": lambda x: duals.total(duals.diagonal_matrix(duals.diagonal(x))),
    "absolute": lambda x: duals.total(duals.absolute(x)),
    "exp": lambda x: duals.total(
        duals.exp(duals.divide(1.0, duals.add(duals.multiply(x, x), 3.0 + 0 * MATRIX)))
    ),
    "entry": lambda x: duals.entry(x, 0, 1) * duals.entry(x, 1, 0),
    "stack": lambda x: duals.determinant(
        duals.stack([[duals.entry(x, 0, 0), 2.0], [1.0, duals.entry(x, 1, 1)]])
    ),
    "spread": lambda x: duals.total(duals.spread(duals.trace(x), (3, 2))),
    "reshape": lambda x: duals.entry(duals.reshape(x, (4, 1)), 2, 0),
    "power": lambda x: duals.total(duals.power(duals.absolute(x), 2.5)),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_slopes_of_array_operations(name):
    function, h = ARRAYS[name], 1e-6
    slope = (function(MATRIX + h * DIRECTION) - function(MATRIX - h * DIRECTION)) / (2 * h)
    assert duals.derivative(function, MATRIX, DIRECTION) == pytest.approx(slope, rel=1e-7)


def test_operators_and_powers():
    def function(x):
        return (
            (2.0 - x) * x / (1.0 + x)
            - (-x)
            + 3.0 / (x - 5.0)
            + duals.power(x, x)
            + duals.power(x, 0.0)
        )

    h = 1e-6
    slope = (function(1.5 + h) - function(1.5 - h)) / (2 * h)
    assert duals.derivative(function, 1.5, 1.0) == pytest.approx(slope, rel=1e-8)
    assert duals.derivative(lambda x: 4.0, 1.0, 1.0) == 0.0
    assert duals.derivative(lambda x: np.ones((2, 1)), 1.0, 1.0).tolist() == [[0.0], [0.0]]


def test_derivatives_nest_without_mixing():
    assert (
        duals.derivative(lambda x: x * duals.derivative(lambda y: x * y, 2.0, 1.0), 3.0, 1.0) == 6.0
    )


def test_the_order_of_derivatives_is_bounded():
    def higher(order, x):
        return (
            duals.exp(x) if order == 0 else duals.derivative(lambda y: higher(order - 1, y), x, 1.0)
        )

    assert higher(8, 0.0) == pytest.approx(1.0)
    with pytest.raises(FormulaError, match="order above 8"):
        higher(9, 0.0)


def test_a_dual_number_shows_itself():
    dual = duals.Dual(1, 2.0, 3.0)
    assert repr(dual) == "Dual(1, 2.0, 3.0)"
    assert dual.shape == ()
    assert duals.primal(duals.Dual(2, dual, 1.0)) == 2.0
