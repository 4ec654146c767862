"""Layer and RMS normalisation: values by hand, laws, extremes, errors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import assert_vjp
from strategies import arrays, floats

from nnmath.normalization import (
    LayerNormGradients,
    RMSNormGradients,
    layer_norm,
    layer_norm_backward,
    rms_norm,
    rms_norm_backward,
)

pytestmark = pytest.mark.filterwarnings("error")


def same(actual, expected, rtol=1e-12, atol=1e-12):
    """Compare up to the rounding of a few products."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


@st.composite
def norms(draw, bound=5.0):
    """Draw rows, a gain and a shift, of any leading axes."""
    leading, width = draw(st.sampled_from([(), (3,), (2, 3)])), draw(st.integers(1, 4))
    return {
        "x": draw(arrays((*leading, width), bound=bound)),
        "gain": draw(arrays((width,), bound=bound)),
        "shift": draw(arrays((width,), bound=bound)),
    }


# Values by hand


def test_layer_norm_by_hand():
    # Mean 5, variance ((-4)^2 + 2^2 + 2^2) / 3 = 8; epsilon 1 makes the size 3.
    y = layer_norm([1.0, 7.0, 7.0], [3.0, 3.0, 6.0], [0.0, 1.0, 1.0], epsilon=1.0)
    same(y, [-4.0, 3.0, 5.0])


def test_layer_norm_backward_by_hand():
    # u = (-4, 2, 2) / 3, h = 3 (0, 0, 1). mean(h u) = 2/3, so h less u 2/3:
    # (8/9, -4/9, 3 - 4/9); its mean is 1, and the size is 3.
    gradients = layer_norm_backward([0.0, 0.0, 1.0], [1.0, 7.0, 7.0], [3.0] * 3, epsilon=1.0)
    assert isinstance(gradients, LayerNormGradients)
    same(gradients.dx, [-1 / 27, -13 / 27, 14 / 27])
    same(gradients.dgain, [0.0, 0.0, 2 / 3])
    same(gradients.dshift, [0.0, 0.0, 1.0])


def test_rms_norm_by_hand():
    # Squares 1 and 49, their mean 25; epsilon 11 makes the size 6.
    same(rms_norm([1.0, 7.0], [6.0, 12.0], epsilon=11.0), [1.0, 14.0])


def test_rms_norm_backward_by_hand():
    # u = (1, 7) / 6, h = (6, 0). mean(h u) = 1/2: h less u/2 is (71/12, -7/12), over 6.
    gradients = rms_norm_backward([1.0, 0.0], [1.0, 7.0], [6.0, 6.0], epsilon=11.0)
    assert isinstance(gradients, RMSNormGradients)
    same(gradients.dx, [71 / 72, -7 / 72])
    same(gradients.dgain, [1 / 6, 0.0])


# Laws


@given(norms(), floats(5.0))
def test_layer_norm_does_not_feel_a_shift_of_its_row(parts, shift):
    same(layer_norm(**{**parts, "x": parts["x"] + shift}), layer_norm(**parts), 1e-9, 1e-9)


@given(norms(), st.floats(0.1, 10.0))
def test_a_longer_row_is_divided_by_more(parts, factor):
    x, gain, shift = parts.values()
    same(
        layer_norm(factor * x, gain, shift, epsilon=factor**2 * 1e-2),
        layer_norm(x, gain, shift, epsilon=1e-2),
        1e-10,
        1e-10,
    )
    same(rms_norm(factor * x, gain, epsilon=factor**2), rms_norm(x, gain, epsilon=1.0), 1e-10)


@given(norms())
def test_mean_and_variance(parts):
    x = parts["x"]
    ones, zeros = np.ones(x.shape[-1]), np.zeros(x.shape[-1])
    y = layer_norm(x, ones, zeros)
    variance = x.var(axis=-1)
    same(y.mean(axis=-1), np.zeros(x.shape[:-1]), atol=1e-9)
    same(y.var(axis=-1), variance / (variance + 1e-5), rtol=1e-9, atol=1e-9)
    squares = np.mean(x**2, axis=-1)
    same(np.mean(rms_norm(x, ones) ** 2, axis=-1), squares / (squares + 1e-5), rtol=1e-9)


@given(norms())
def test_rms_norm_of_centred_rows_is_layer_norm(parts):
    x, gain, shift = parts.values()
    centred = x - x.mean(axis=-1, keepdims=True)
    same(layer_norm(x, gain, shift), rms_norm(centred, gain) + shift, 1e-8, 1e-8)


@given(norms())
def test_derivatives_across_the_row(parts):
    # Adding the same to all entries changes nothing, so these derivatives sum to zero.
    x, gain, _ = parts.values()
    dx = layer_norm_backward(np.ones_like(x), x, gain).dx
    same(dx.sum(axis=-1), np.zeros(x.shape[:-1]), atol=1e-8 * (1.0 + np.abs(dx).max()))


@settings(max_examples=25)
@given(norms(bound=2.0))
def test_derivatives(parts):
    # A generous epsilon: with the usual one, rows of equal entries bend too sharply to measure.
    def back(dy, x, gain, shift):
        return layer_norm_backward(dy, x, gain, epsilon=0.1)

    def back_rms(dy, x, gain):
        return rms_norm_backward(dy, x, gain, epsilon=0.1)

    by = ("x", "gain", "shift")
    assert_vjp(lambda **p: layer_norm(**p, epsilon=0.1), back, parts, by, automatic=False)
    rms = {name: parts[name] for name in by[:2]}
    assert_vjp(lambda **p: rms_norm(**p, epsilon=0.1), back_rms, rms, by[:2], automatic=False)


# Extremes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1000.0, 1e4])
def test_extremes(dtype, size):
    x = np.array([[size, -size], [size, size]], dtype=dtype)
    gain, shift = np.ones(2, dtype=dtype), np.full(2, 7.0, dtype=dtype)
    with np.errstate(all="raise", under="ignore"):
        y, rms = layer_norm(x, gain, shift), rms_norm(x, gain)
        gradients = layer_norm_backward(y, x, gain), rms_norm_backward(y, x, gain)
    assert y.dtype == rms.dtype == dtype
    assert y.round(4).tolist() == [[8.0, 6.0], [7.0, 7.0]]
    assert rms.round(4).tolist() == [[1.0, -1.0], [1.0, 1.0]]
    assert all(part.dtype == dtype and np.all(np.isfinite(part)) for g in gradients for part in g)


def test_one_entry_and_no_rows():
    assert layer_norm([5.0], [2.0], [3.0]).tolist() == [3.0]
    assert layer_norm_backward([1.0], [5.0], [2.0]).dx.tolist() == [0.0]
    same(rms_norm([-5.0], [2.0]), [-2.0], rtol=1e-6)
    nothing = np.zeros((0, 3))
    assert layer_norm(nothing, np.ones(3), np.ones(3)).shape == (0, 3)
    assert layer_norm_backward(nothing, nothing, np.ones(3)).dgain.tolist() == [0.0] * 3
    assert rms_norm_backward(nothing, nothing, np.ones(3)).dx.shape == (0, 3)


def test_nan_reaches_only_its_own_row():
    x = [[math.nan, 1.0], [1.0, 2.0]]
    assert np.isnan(rms_norm(x, [1.0, 1.0])).all(axis=-1).tolist() == [True, False]


# Errors


def calls(x, gain, **options):
    """Return all functions with these arguments, to be called."""
    yield lambda: layer_norm(x, gain, np.zeros(3), **options)
    yield lambda: rms_norm(x, gain, **options)
    yield lambda: layer_norm_backward(x, x, gain, **options)
    yield lambda: rms_norm_backward(x, x, gain, **options)


@pytest.mark.parametrize(
    ("x", "gain", "message"),
    [
        (np.float64(1.0), np.ones(3), "x: expected at least one output along the last axis, got"),
        (np.ones((3, 0)), np.ones(0), "x: expected at least one output along the last axis, got"),
        (np.ones((2, 3)), np.ones(2), r"gain: expected shape \(3,\) \(one for each entry of a row"),
        (np.ones((2, 3)), np.ones((1, 3)), r"gain: expected shape \(3,\) .*, got shape \(1, 3\)"),
    ],
)
def test_shapes_must_fit(x, gain, message):
    for call in calls(x, gain):
        with pytest.raises(ValueError, match=f"^{message}"):
            call()


def test_other_shapes_must_fit():
    with pytest.raises(ValueError, match=r"^shift: expected shape \(3,\) \(one for each entry"):
        layer_norm(np.ones((2, 3)), np.ones(3), np.ones(1))
    for backward in (layer_norm_backward, rms_norm_backward):
        with pytest.raises(ValueError, match=r"^dy: expected the shape of x, \(2, 3\), got"):
            backward(np.ones(3), np.ones((2, 3)), np.ones(3))


def test_epsilon_must_be_positive():
    for call in calls(np.ones((2, 3)), np.ones(3), epsilon=0.0):
        with pytest.raises(
            ValueError, match=r"^epsilon: expected a finite number above 0.0, got 0"
        ):
            call()


def test_dtype_must_be_real():
    for call in calls(np.ones((2, 3), dtype=int), np.ones(3)):
        with pytest.raises(TypeError, match="^d?[xy]: expected an array of real floating-point"):
            call()
