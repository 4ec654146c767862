"""The checker itself: it accepts right derivatives and rejects wrong ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import arrays, floats, layers, rows

from nnmath.activations import relu, relu_prime, sigmoid, sigmoid_prime
from nnmath.layers import linear_backward
from nnmath.testing import assert_gradient, numerical_gradient

pytestmark = pytest.mark.filterwarnings("error")


def squares(x):
    """Return a cost whose derivative is 2 x."""
    return float(np.sum(x**2))


X = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.5]])


# Values by hand, and laws


def test_numerical_gradient_by_hand():
    # d/dx (x0^2 x1) = (2 x0 x1, x0^2) = (12, 4) at (2, 3)
    gradient = numerical_gradient(lambda x: x[0] ** 2 * x[1], np.array([2.0, 3.0]))
    np.testing.assert_allclose(gradient, [12.0, 4.0], rtol=1e-9)
    assert gradient.dtype == np.float64


def test_central_differences_are_exact_for_squares():
    # ((x + h)^2 - (x - h)^2) / 2h = 2x for every h, so a large one shows no error:
    # at 3 with h = 1 it is (16 - 4) / 2 = 6.
    assert numerical_gradient(squares, [3.0], step=1.0).tolist() == [6.0]
    # For cubes the error is h^2: (64 - 8) / 2 = 28 where 3 * 9 = 27.
    assert numerical_gradient(lambda x: float(x[0] ** 3), [3.0], step=1.0).tolist() == [28.0]


@given(rows(), st.data())
def test_numerical_gradient_of_a_linear_function_is_its_coefficients(x, data):
    c = data.draw(arrays(x.shape))
    # Rounding is divided by the step, and grows with the size of what is summed.
    scale = 1.0 + float(np.sum(np.abs(c * x)))
    gradient = numerical_gradient(lambda x: float(np.sum(c * x)), x)
    np.testing.assert_allclose(gradient, c, rtol=1e-9, atol=1e-9 * scale)


@given(floats(1e4))
def test_numerical_gradient_follows_the_size_of_an_entry(x):
    gradient = numerical_gradient(squares, [x])
    np.testing.assert_allclose(gradient, [2.0 * x], rtol=1e-9, atol=1e-9)


@given(layers(bound=2.0))
def test_accepts_right_gradients(layer):
    x, weights, b = layer.values()

    def cost(w):
        return float(np.sum(sigmoid(x @ w.T + b)))

    dz = sigmoid_prime(x @ weights.T + b)
    assert_gradient(cost, linear_backward(dz, x, weights).dW, weights)


@given(st.floats(0.1, 10.0), st.sampled_from([1.0005, 0.9995]))
def test_rejects_a_gradient_that_is_wrong_by_a_twentieth_of_a_percent(x, factor):
    point = np.array([x])
    assert_gradient(squares, 2.0 * point, point)
    with pytest.raises(AssertionError, match="^1 of 1 entries disagree"):
        assert_gradient(squares, factor * 2.0 * point, point)


@given(st.integers(0, 1), st.integers(0, 2), st.sampled_from([1e-5, -1e-3, 1.0]))
def test_rejects_a_single_wrong_entry_and_names_it(i, j, error):
    wrong = 2.0 * X
    wrong[i, j] += error
    with pytest.raises(AssertionError) as failure:
        assert_gradient(squares, wrong, X)
    message = str(failure.value)
    assert message.startswith("1 of 6 entries disagree with central differences; ")
    assert f"worst at index ({i}, {j}): gradient {wrong[i, j]:.12g}, numeric " in message
    assert f"difference {abs(error):.3g}"[:14] in message


def test_rejects_a_transposed_gradient():
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(AssertionError, match="^2 of 4 entries disagree"):
        assert_gradient(squares, 2.0 * matrix.T, matrix)
    with pytest.raises(ValueError, match=r"^gradient: expected shape \(2, 3\) \(that of x\), got "):
        assert_gradient(squares, 2.0 * X.T, X)


def test_rejects_a_gradient_of_all_zeros_and_a_flipped_sign():
    with pytest.raises(AssertionError, match="^6 of 6 entries"):
        assert_gradient(squares, np.zeros_like(X), X)
    with pytest.raises(AssertionError, match="^6 of 6 entries"):
        assert_gradient(squares, -2.0 * X, X)


def test_message_names_the_worst_entry_in_full():
    wrong = np.array([2.0, 4.01, 7.0])
    with pytest.raises(AssertionError) as failure:
        assert_gradient(squares, wrong, np.array([1.0, 2.0, 3.0]), rtol=1e-3, atol=0.0)
    # Numeric 2, 4, 6: off by 0, 0.01 and 1, so two are beyond 0.1 %, the last most.
    assert str(failure.value) == (
        "2 of 3 entries disagree with central differences; worst at index (2,): "
        "gradient 7, numeric 6, difference 1, tolerance 0.006"
    )


def test_worst_is_measured_by_its_tolerance():
    # Off by 1 at 1000 is 0.05 %, off by 0.1 at 1 is 5 %.
    with pytest.raises(AssertionError, match=r"^2 of 2 .* worst at index \(1,\)"):
        assert_gradient(squares, np.array([2001.0, 2.1]), np.array([1000.0, 1.0]), step=1.0)


def test_gradient_may_be_a_function():
    assert_gradient(squares, lambda x: 2.0 * x, X)
    with pytest.raises(AssertionError):
        assert_gradient(squares, lambda x: 2.001 * x, X)


def test_no_tolerance_at_all():
    assert_gradient(squares, [6.0], [3.0], rtol=0.0, atol=0.0, step=1.0)
    with pytest.raises(AssertionError, match="tolerance 0$"):
        assert_gradient(squares, [math.nextafter(6.0, 7.0)], [3.0], rtol=0.0, atol=0.0, step=1.0)


def test_zero_gradients_need_the_absolute_tolerance():
    # sigmoid'(z) is about 1e-13 at 30: rounding alone is larger than a millionth of it.
    point = np.array([30.0])
    assert_gradient(lambda z: float(sigmoid(z)[0]), sigmoid_prime(point), point)
    with pytest.raises(AssertionError):
        assert_gradient(lambda z: float(sigmoid(z)[0]), sigmoid_prime(point), point, atol=0.0)


# Traps


def test_kink_belongs_to_neither_side():
    # Central differences at the kink of relu give a half, the mean of both slopes.
    assert numerical_gradient(lambda z: float(relu(z)), 0.0) == 0.5
    with pytest.raises(AssertionError):
        assert_gradient(lambda z: float(relu(z)), relu_prime, 0.0)
    # A step away from it all is well, closer than the step it isn't.
    assert_gradient(lambda z: float(relu(z)), relu_prime, 1e-4)
    with pytest.raises(AssertionError):
        assert_gradient(lambda z: float(relu(z)), relu_prime, 1e-7)
    assert_gradient(lambda z: float(relu(z)), relu_prime, 1e-7, step=1e-8)


def test_x_is_not_changed_even_by_a_function_that_writes():
    def writes(x):
        total = float(np.sum(x**2))
        x[:] = 77.0
        return total

    def gradient(x):
        doubled = 2.0 * x
        x[:] = 77.0
        return doubled

    x = X.copy()
    assert_gradient(writes, gradient, x)
    np.testing.assert_array_equal(x, X)


def test_shapes():
    assert numerical_gradient(float, 3.0).shape == ()
    assert numerical_gradient(float, np.float64(3.0)).shape == ()
    assert numerical_gradient(squares, np.zeros((0, 2))).shape == (0, 2)
    assert_gradient(squares, np.zeros((0, 2)), np.zeros((0, 2)))
    assert_gradient(lambda x: x**2, 6.0, 3.0)
    fortran = np.asfortranarray(X)
    assert_gradient(squares, lambda x: 2.0 * x, fortran[:, ::-1])


@pytest.mark.parametrize("give", [float, np.float64, lambda v: np.array([[v]]), int])
def test_function_may_return_any_single_number(give):
    assert numerical_gradient(lambda x: give(4.0 * x[0]), [1.5], step=0.5).tolist() == [4.0]


# Errors


@pytest.mark.parametrize(
    "bad",
    [X.astype(np.float32), X.astype(int), [1, 2], True, 3, "1", None, X.astype(complex), [None]],
)
def test_point_must_be_float64(bad):
    with pytest.raises(TypeError, match="^x: expected an? (array of float64|.* floating-point)"):
        numerical_gradient(squares, bad)
    with pytest.raises(TypeError, match="^x: expected an? (array of float64|.* floating-point)"):
        assert_gradient(squares, X, bad)


def test_point_must_be_finite_and_even():
    for bad in (math.nan, math.inf):
        with pytest.raises(ValueError, match=rf"^x: expected finite numbers, got {bad} at"):
            numerical_gradient(squares, [1.0, bad])
    with pytest.raises(ValueError, match="^x: expected rows of equal length, got list"):
        numerical_gradient(squares, [[1.0], [1.0, 2.0]])


@pytest.mark.parametrize("bad", ["1", None, 1j, True, np.float32(1.0), np.zeros(1, np.float16)])
def test_function_must_return_a_real_number_in_full_precision(bad):
    with pytest.raises(TypeError, match="^f: expected a function that returns a float64 number"):
        numerical_gradient(lambda _: bad, X)


def test_function_must_return_one_finite_number():
    message = (
        r"^f: expected a function that returns one number, got one that returns a float64 array"
    )
    with pytest.raises(ValueError, match=message):
        numerical_gradient(lambda x: x, X)
    for bad in (math.nan, math.inf):
        message = f"^f: expected a function that is finite near x, got the value {bad}$"
        with pytest.raises(ValueError, match=message):
            numerical_gradient(lambda _, bad=bad: bad, X)
    message = "^f: expected a function whose differences are finite, got an overflow$"
    with pytest.raises(ValueError, match=message):
        numerical_gradient(lambda x: math.copysign(1.7e308, x[0]), [0.0])


def test_function_must_be_one():
    for call in (
        lambda: numerical_gradient(3.0, X),
        lambda: assert_gradient(3.0, X, X),
    ):
        with pytest.raises(
            TypeError, match=r"^f: expected a function of an array, got float 3\.0$"
        ):
            call()


@pytest.mark.parametrize("bad", [1.0, [1.0], np.zeros((2, 1)), np.zeros((3, 2)), np.zeros(6)])
def test_gradient_must_have_the_shape_of_the_point(bad):
    with pytest.raises(ValueError, match=r"^gradient: expected shape \(2, 3\) \(that of x\), got "):
        assert_gradient(squares, bad, X)


def test_gradient_must_be_finite_real_numbers():
    for bad in (math.nan, math.inf):
        wrong = 2.0 * X
        wrong[1, 2] = bad
        message = rf"^gradient: expected finite numbers, got {bad} at index \(1, 2\)$"
        with pytest.raises(ValueError, match=message):
            assert_gradient(squares, wrong, X)
    for bad in (X.astype(int), X.astype(complex), "1", None, True, [None]):
        message = "^gradient: expected an? .*real floating-point numbers"
        with pytest.raises(TypeError, match=message):
            assert_gradient(squares, bad, X)
    with pytest.raises(ValueError, match="^gradient: expected rows of equal length, got list"):
        assert_gradient(squares, [[1.0], [1.0, 2.0]], X)


@pytest.mark.parametrize("name", ["rtol", "atol"])
def test_tolerances(name):
    with pytest.raises(
        ValueError, match=f"^{name}: expected a finite number of at least 0.0, got -1"
    ):
        assert_gradient(squares, 2.0 * X, X, **{name: -1.0})
    for bad in (math.nan, math.inf):
        with pytest.raises(ValueError, match=f"^{name}: .*, got {bad}$"):
            assert_gradient(squares, 2.0 * X, X, **{name: bad})
    with pytest.raises(TypeError, match=f"^{name}: .*, got str '1'$"):
        assert_gradient(squares, 2.0 * X, X, **{name: "1"})


def test_step():
    for bad in (0.0, -1e-5, math.nan, math.inf):
        message = rf"^step: expected a finite number above 0.0, got {bad}$"
        with pytest.raises(ValueError, match=message):
            numerical_gradient(squares, X, step=bad)
    with pytest.raises(TypeError, match="^step: expected a finite number above 0.0, got str"):
        numerical_gradient(squares, X, step="small")
    message = r"^step: expected a distance that moves the entry 10000000000\.0, got 1e-10$"
    with pytest.raises(ValueError, match=message):
        numerical_gradient(squares, [1e10], step=1e-10)
    with pytest.raises(ValueError, match="^step: expected a distance that moves the entry 1.7"):
        numerical_gradient(lambda _: 0.0, [1.79e308], step=1e308)
