"""The complement of the error function against the standard library's."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from strategies import floats

from nnmath._arrays import erfc

pytestmark = pytest.mark.filterwarnings("error")

# Both sides of every seam between the approximations, and far beyond the last.
SEAMS = [
    moved
    for seam in (0.46875, 4.0, 26.5, 30.0)
    for moved in (math.nextafter(seam, 0.0), seam, math.nextafter(seam, 99.0))
]
POINTS = np.array([*np.linspace(0.0, 27.0, 4001), *SEAMS, 1e-300, 1e-8, 1e4, 1e300])


def test_by_hand():
    # The first terms of the series 2 / sqrt(pi) (x - x^3 / 3 + x^5 / 10 - ...) at 0.1, from 1:
    # that is 1 - 1.1283791671 times (0.1 - 0.00033333333 + 0.000001 - 0.000000002381 + ...)
    series = 0.1 - 0.001 / 3 + 0.00001 / 10 - 1e-7 / 42 + 1e-9 / 216
    assert math.isclose(erfc(np.float64(0.1)), 1 - 2 / math.sqrt(math.pi) * series, rel_tol=1e-12)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_erfc_equals_the_standard_library(sign):
    points = sign * POINTS
    expected = [math.erfc(x) for x in points]
    # The smallest numbers have fewer digits, so there a relative error means little.
    np.testing.assert_allclose(erfc(points), expected, rtol=2e-15, atol=1e-307)


@given(floats())
def test_both_sides_add_up_to_two(x):
    x = np.float64(x)
    assert abs(erfc(x) + erfc(-x) - 2.0) <= 5e-16


def test_limits_and_nan():
    np.testing.assert_array_equal(erfc(np.array([np.inf, -np.inf, np.nan])), [0.0, 2.0, np.nan])
    assert erfc(np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_is_kept_and_its_precision_reached(dtype):
    points = np.linspace(-6.0, 6.0, 301).astype(dtype)
    eps = float(np.finfo(dtype).eps)
    values = erfc(points)
    assert values.dtype == dtype
    expected = [math.erfc(float(x)) for x in points]
    np.testing.assert_allclose(values, expected, rtol=4 * eps, atol=eps)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_automatic_differentiation_runs_through(sign):
    points = sign * jnp.asarray(POINTS)
    density = 2 / math.sqrt(math.pi) * np.exp(-(np.minimum(np.abs(POINTS), 30.0) ** 2))
    np.testing.assert_allclose(jax.vmap(jax.grad(erfc))(points), -density, rtol=0, atol=1e-14)
