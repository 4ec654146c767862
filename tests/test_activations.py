"""Activation functions: values by hand, laws, extremes."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import assert_vjp, slope
from strategies import EXTREME, alike, arrays, floats, rows

from nnmath.activations import (
    gelu,
    gelu_prime,
    identity,
    identity_prime,
    log_softmax,
    log_softmax_backward,
    relu,
    relu_prime,
    sigmoid,
    sigmoid_prime,
    softmax,
    softmax_backward,
    tanh,
    tanh_prime,
)

pytestmark = pytest.mark.filterwarnings("error")

PRIMES = {
    identity: identity_prime,
    sigmoid: sigmoid_prime,
    tanh: tanh_prime,
    relu: relu_prime,
    gelu: gelu_prime,
}
ELEMENTWISE = [function for pair in PRIMES.items() for function in pair]
BACKWARDS = {softmax: softmax_backward, log_softmax: log_softmax_backward}
DTYPES = [np.float16, np.float32, np.float64]


def same(actual, expected, rtol=1e-14, atol=0.0):
    """Compare to nearly the last digit."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


# Values by hand


def test_identity_by_hand():
    assert identity([-1.5, 0.0, 2.0]).tolist() == [-1.5, 0.0, 2.0]
    assert identity_prime([-1.5, 0.0, 2.0]).tolist() == [1.0, 1.0, 1.0]


def test_sigmoid_by_hand():
    # e^-ln 3 = 1/3, so 1 / (1 + 1/3) = 3/4; at minus ln 3: 1 / (1 + 3) = 1/4
    same(sigmoid([math.log(3.0), 0.0, -math.log(3.0)]), [3 / 4, 1 / 2, 1 / 4])
    # 3/4 * (1 - 3/4) = 3/16
    same(sigmoid_prime([math.log(3.0), 0.0, -math.log(3.0)]), [3 / 16, 1 / 4, 3 / 16])


def test_tanh_by_hand():
    # e^z = 2: (2 - 1/2) / (2 + 1/2) = 3/5, and 1 - 9/25 = 16/25
    same(tanh([math.log(2.0), 0.0, -math.log(2.0)]), [3 / 5, 0.0, -3 / 5])
    same(tanh_prime([math.log(2.0), 0.0, -math.log(2.0)]), [16 / 25, 1.0, 16 / 25])


def test_relu_by_hand():
    # -1.5 and 0 are cut off, 2 stays; the slope is 0 up to the kink, 1 after it
    assert relu([-1.5, 0.0, 2.0]).tolist() == [0.0, 0.0, 2.0]
    assert relu_prime([-1.5, 0.0, 2.0]).tolist() == [0.0, 0.0, 1.0]


def test_gelu_by_hand():
    # Tables of the normal distribution: Phi(1) = 0.8413447461, phi(1) = 0.2419707245.
    # gelu(1) = 1 * Phi(1), gelu(-1) = -1 * (1 - Phi(1)) = -0.1586552539
    same(gelu([1.0, 0.0, -1.0]), [0.8413447461, 0.0, -0.1586552539], rtol=1e-9)
    # gelu'(1) = Phi(1) + phi(1) = 1.0833154706, gelu'(-1) = 1 - Phi(1) - phi(1)
    same(gelu_prime([1.0, 0.0, -1.0]), [1.0833154706, 0.5, -0.0833154706], rtol=1e-8)


def test_softmax_by_hand():
    # e^0 = 1, e^ln 2 = 2, e^ln 5 = 5: shares of 8
    z = [0.0, math.log(2.0), math.log(5.0)]
    same(softmax(z), [1 / 8, 2 / 8, 5 / 8])
    same(log_softmax(z), [math.log(1 / 8), math.log(2 / 8), math.log(5 / 8)])
    # With da = (1, 0, 2): the mean of da is 1/8 + 10/8 = 11/8, so
    # dz = (1/8 (1 - 11/8), 2/8 (0 - 11/8), 5/8 (2 - 11/8)) = (-3, -22, 25) / 64
    same(softmax_backward([1.0, 0.0, 2.0], z), [-3 / 64, -22 / 64, 25 / 64])
    # The sum of da is 3, so dz = (1 - 3/8, 0 - 6/8, 2 - 15/8)
    same(log_softmax_backward([1.0, 0.0, 2.0], z), [5 / 8, -6 / 8, 1 / 8])


# Laws


@given(arrays())
def test_identity_changes_nothing_and_copies(z):
    a = identity(z)
    np.testing.assert_array_equal(a, z)
    assert not np.shares_memory(a, z)
    np.testing.assert_array_equal(identity_prime(z), np.ones_like(z))


@given(arrays())
def test_sigmoid_is_symmetric_about_its_middle(z):
    same(sigmoid(-z), 1.0 - sigmoid(z), rtol=0, atol=2e-16)
    same(sigmoid_prime(z), sigmoid(z) * sigmoid(-z))
    np.testing.assert_array_equal(sigmoid_prime(-z), sigmoid_prime(z))


@given(floats(700.0))
def test_sigmoid_keeps_its_digits_in_both_tails(z):
    # Exact to the last digits, where 1 / (1 + e^-z) and 1 - sigmoid have lost all.
    tail = math.exp(-abs(z)) / (1.0 + math.exp(-abs(z)))
    same(sigmoid(-abs(z)), tail)
    same(sigmoid_prime(z), tail / (1.0 + math.exp(-abs(z))))


@given(arrays())
def test_tanh_is_a_stretched_sigmoid(z):
    same(tanh(z), 2.0 * sigmoid(2.0 * z) - 1.0, rtol=0, atol=4e-16)
    same(tanh_prime(z), 4.0 * sigmoid_prime(2.0 * z))
    same(tanh_prime(z), 1.0 - tanh(z) ** 2, rtol=0, atol=4e-16)


@given(arrays(bound=EXTREME))
def test_relu_splits_a_number_into_its_parts(z):
    np.testing.assert_array_equal(relu(z) - relu(-z), z)
    np.testing.assert_array_equal(relu(z) + relu(-z), np.abs(z))
    np.testing.assert_array_equal(relu_prime(z) * z, relu(z))
    np.testing.assert_array_equal(relu_prime(z) + relu_prime(-z), np.where(z == 0, 0.0, 1.0))


@given(arrays())
def test_gelu_of_opposites_differ_by_the_number(z):
    same(gelu(z) - gelu(-z), z, atol=1e-15)
    same(gelu_prime(z) + gelu_prime(-z), np.ones_like(z))


@given(floats(36.0))
def test_gelu_keeps_its_digits_in_the_tail(z):
    same(gelu(z), z * math.erfc(-z / math.sqrt(2.0)) / 2.0, rtol=1e-12)


@given(arrays(bound=EXTREME))
def test_bounds(z):
    assert np.all((sigmoid(z) >= 0.0) & (sigmoid(z) <= 1.0))
    assert np.all(np.abs(tanh(z)) <= 1.0)
    # Near 0 the quotient may be rounded up to the next number above its maximum.
    assert np.all((sigmoid_prime(z) >= 0.0) & (sigmoid_prime(z) <= np.nextafter(0.25, 1.0)))
    assert np.all((tanh_prime(z) >= 0.0) & (tanh_prime(z) <= 1.0))
    # The lowest point of gelu is at -0.7518, its slope is extreme at +-sqrt 2.
    assert np.all(gelu(z) >= -0.16998)
    assert np.all((gelu_prime(z) >= -0.12905) & (gelu_prime(z) <= 1.12905))


@given(rows(bound=EXTREME))
def test_softmax_gives_probabilities(z):
    a = softmax(z)
    assert np.all(a >= 0.0)
    same(a.sum(axis=-1), np.ones(z.shape[:-1]))
    assert np.all(np.argmax(a, axis=-1) <= np.argmax(z, axis=-1))


@given(rows(), floats(1000.0))
def test_softmax_ignores_a_shift(z, shift):
    same(softmax(z + shift), softmax(z), rtol=1e-12)
    same(log_softmax(z + shift), log_softmax(z), rtol=1e-12, atol=1e-12)


@given(rows())
def test_log_softmax_is_the_logarithm_of_softmax(z):
    same(log_softmax(z), np.log(softmax(z)), rtol=1e-12, atol=1e-15)


@given(rows(), st.data())
def test_softmax_runs_along_the_axis_asked_for(z, data):
    axis = data.draw(st.integers(-z.ndim, z.ndim - 1))
    for function, backward in BACKWARDS.items():
        along = np.moveaxis(function(np.moveaxis(z, axis, -1)), -1, axis)
        same(function(z, axis=axis), along)
        turned = backward(np.moveaxis(z, axis, -1), np.moveaxis(z, axis, -1))
        same(backward(z, z, axis=axis), np.moveaxis(turned, -1, axis), atol=1e-14)


@given(alike(2))
def test_softmax_derivatives_sum_to_zero(arrays):
    # A shift of z changes nothing, so the derivative along it is zero.
    da, z = arrays
    for backward in BACKWARDS.values():
        same(backward(da, z).sum(axis=-1), np.zeros(z.shape[:-1]), atol=1e-12)


# Derivatives


def away_from(kinks, z):
    """Move entries that lie within a step of a kink."""
    return np.where(np.abs(z) < 1e-3, 1.0, z) if kinks else z


@settings(max_examples=25)
@given(arrays(bound=6.0), arrays((3,), bound=6.0))
@pytest.mark.parametrize("function", PRIMES)
def test_elementwise_derivatives(function, any_shape, same_shape):
    def backward(da, z):
        return (da * PRIMES[function](z),)

    for z, automatic in [(any_shape, False), (same_shape, True)]:
        point = {"z": away_from(function is relu, z)}
        assert_vjp(function, backward, point, ("z",), automatic=automatic)


@settings(max_examples=25)
@given(rows(bound=6.0), arrays((2, 3), bound=6.0))
@pytest.mark.parametrize("function", BACKWARDS)
def test_softmax_derivatives(function, any_shape, same_shape):
    def backward(da, z):
        return (BACKWARDS[function](da, z),)

    for z, automatic in [(any_shape, False), (same_shape, True)]:
        assert_vjp(function, backward, {"z": z}, ("z",), automatic=automatic)


@pytest.mark.parametrize("function", PRIMES)
@pytest.mark.parametrize(
    "z",
    [0.0, -0.0, 1e-300, 0.46875 * math.sqrt(2), 40.0, -40.0, 1e3, -1e3, 1e4, -1e4, 1e300, -1e300],
)
def test_automatic_derivative_at_special_points(function, z):
    same(slope(function, z), PRIMES[function](z), rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("prime", PRIMES.values())
@pytest.mark.parametrize("z", [0.0, 1.0, -1e4, 1e4])
def test_second_derivatives_are_numbers(prime, z):
    assert math.isfinite(slope(prime, z))


@pytest.mark.parametrize("z", [[1e4, -1e4, 0.0], [1e4, 1e4, -1e4], [0.0, 0.0, 0.0]])
def test_automatic_softmax_derivative_at_extremes(z):
    z, da = np.array(z), np.array([1.0, -2.0, 0.5])
    for function, backward in BACKWARDS.items():
        automatic = jax.grad(lambda x, f=function: jnp.sum(da * f(x)))(jnp.asarray(z))
        same(automatic, backward(da, z), rtol=1e-10, atol=1e-10)


def test_relu_has_no_slope_at_its_kink():
    assert relu_prime(0.0) == 0.0
    assert relu_prime(-0.0) == 0.0
    assert relu_prime(5e-324) == 1.0
    assert relu_prime(-5e-324) == 0.0
    assert slope(relu, 0.0) == 0.0


# Extremes


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("function", "low", "zero", "high"),
    [
        (identity, None, 0.0, None),
        (identity_prime, 1.0, 1.0, 1.0),
        (sigmoid, 0.0, 0.5, 1.0),
        (sigmoid_prime, 0.0, 0.25, 0.0),
        (tanh, -1.0, 0.0, 1.0),
        (tanh_prime, 0.0, 1.0, 0.0),
        (relu, 0.0, 0.0, None),
        (relu_prime, 0.0, 0.0, 1.0),
        (gelu, 0.0, 0.0, None),
        (gelu_prime, 0.0, 0.5, 1.0),
    ],
)
def test_extremes_without_warning(function, low, zero, high, dtype):
    largest = float(np.finfo(dtype).max)
    for size in (1000.0, 1e4, largest):
        z = np.array([-size, 0.0, size], dtype=dtype)
        expected = [-size if low is None else low, zero, size if high is None else high]
        with np.errstate(all="raise", under="ignore"):
            a = function(z)
        assert a.dtype == dtype
        np.testing.assert_array_equal(a, np.array(expected, dtype=dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_at_extremes_without_warning(dtype):
    largest = float(np.finfo(dtype).max)
    for size in (1000.0, 1e4, largest):
        z = np.array([[size, -size, 0.0], [-size, -size, -size]], dtype=dtype)
        third = dtype(1.0) / dtype(3.0)
        a = softmax(z)
        assert a.dtype == dtype
        np.testing.assert_array_equal(a, np.array([[1.0, 0.0, 0.0], [third] * 3], dtype=dtype))
        logs = log_softmax(z)
        assert logs.dtype == dtype
        assert logs[0, 0] == 0.0
        assert logs[0, 2] == -size
        assert not np.any(np.isnan(logs))
        for backward in BACKWARDS.values():
            dz = backward(np.ones_like(z), z)
            same(dz.astype(float).sum(axis=-1), [0.0, 0.0], atol=4 * float(np.finfo(dtype).eps))


@given(arrays(bound=1.7e308))
def test_no_finite_input_warns_or_becomes_nan(z):
    with np.errstate(all="raise", under="ignore"):
        assert all(np.all(np.isfinite(function(z))) for function in ELEMENTWISE)


@given(rows(bound=1.7e308))
def test_no_finite_row_warns_or_becomes_nan(z):
    with np.errstate(all="raise", under="ignore"):
        assert np.all(np.isfinite(softmax(z)))
        assert not np.any(np.isnan(log_softmax(z)))


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_empty_one_element_and_no_axes(function):
    assert function(np.zeros((0, 3))).shape == (0, 3)
    assert function(np.ones((1, 1))).shape == (1, 1)
    assert isinstance(function(1.0), np.float64)
    assert isinstance(function(np.float32(1.0)), np.float32)
    assert function(np.ones((3, 1))).tolist() == [[function(1.0)]] * 3


@pytest.mark.parametrize("function", [f for f in ELEMENTWISE if f is not identity_prime])
def test_nan_stays_nan(function):
    assert math.isnan(function(math.nan))


@pytest.mark.parametrize("function", [sigmoid, tanh, relu_prime, gelu_prime, sigmoid_prime])
def test_infinity_gives_the_limit(function):
    limits = function([-math.inf, math.inf])
    np.testing.assert_array_equal(limits, function([-1e4, 1e4]))


def test_infinity_gives_the_limit_where_it_is_infinite():
    for function in (relu, gelu):
        np.testing.assert_array_equal(function([-math.inf, math.inf]), [0.0, math.inf])
    np.testing.assert_array_equal(tanh_prime([-math.inf, math.inf]), [0.0, 0.0])


def test_softmax_of_few_entries_and_infinities():
    assert softmax([3.0]).tolist() == [1.0]
    assert log_softmax([3.0]).tolist() == [0.0]
    assert softmax(np.zeros((0, 2))).shape == (0, 2)
    assert softmax([0.0, -math.inf]).tolist() == [1.0, 0.0]
    assert log_softmax([0.0, -math.inf]).tolist() == [0.0, -math.inf]
    for without_limit in ([math.inf, 0.0], [-math.inf, -math.inf], [math.nan, 0.0]):
        assert np.all(np.isnan(softmax(without_limit)))
        assert np.all(np.isnan(log_softmax(without_limit)))
