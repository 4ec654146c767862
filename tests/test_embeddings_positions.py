"""Positions: waves that are added, and pairs that are turned."""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import assert_vjp
from strategies import arrays, floats

from nnmath.embeddings import rotary, rotary_backward, sinusoidal_positions

pytestmark = pytest.mark.filterwarnings("error")

WIDTHS = st.integers(1, 4).map(lambda pairs: 2 * pairs)


def same(actual, expected, rtol=1e-12, atol=1e-12):
    """Compare up to the rounding of a few products."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


# Values by hand


def test_sinusoidal_positions_by_hand():
    # Width 4, base 100: the second pair turns by 100^(-2/4) = 1/10 a position.
    table = sinusoidal_positions(3, 4, base=100.0)
    for t in range(3):
        expected = [math.sin(t), math.cos(t), math.sin(t / 10), math.cos(t / 10)]
        same(table[t], expected, rtol=1e-15)


def test_rotary_by_hand():
    # Width 4, base 100, position 2: the pairs turn by 2 and by 2/10.
    # (1, 0) becomes (cos 2, sin 2); (0, 3) becomes (-3 sin 0.2, 3 cos 0.2).
    turned = rotary([[1.0, 0.0, 0.0, 3.0]], [2], base=100.0)
    expected = [math.cos(2), math.sin(2), -3 * math.sin(0.2), 3 * math.cos(0.2)]
    same(turned, [expected], rtol=1e-15)


def test_rotary_backward_by_hand():
    # A quarter turn takes (1, 0) to (0, 1); derivatives are turned back: (a, b) to (b, -a).
    # With width 2 the angle is the position, so 11 is nearly 7/4 turns: 11 = 7 pi / 2 + 0.0044.
    back = rotary_backward([[2.0, 5.0]], [11])
    cos, sin = math.cos(11), math.sin(11)
    same(back, [[2 * cos + 5 * sin, -2 * sin + 5 * cos]], rtol=1e-15)


# Laws


@given(st.integers(1, 20), WIDTHS, st.integers(0, 5))
def test_a_shift_is_a_rotation(n, width, shift):
    # PE(t + s) is PE(t) with every pair turned by an angle that depends on s alone.
    table = sinusoidal_positions(n + shift, width)
    angles = shift * 10000.0 ** (-np.arange(0, width, 2) / width)
    sin, cos = table[:n, 0::2], table[:n, 1::2]
    same(table[shift:, 0::2], sin * np.cos(angles) + cos * np.sin(angles))
    same(table[shift:, 1::2], cos * np.cos(angles) - sin * np.sin(angles))


@given(st.integers(0, 20), WIDTHS)
def test_waves_are_rotations_of_the_first_row(n, width):
    # The first row is (0, 1) in every pair. Turned by t it is (-sin t, cos t): the mirror image.
    table = sinusoidal_positions(n, width)
    turned = rotary(np.tile([0.0, 1.0], (n, width // 2)))
    same(turned[:, 0::2], -table[:, 0::2])
    same(turned[:, 1::2], table[:, 1::2])
    same((table**2).sum(axis=1), np.full(n, width / 2))


@given(WIDTHS.flatmap(lambda w: st.tuples(arrays((2, 3, w)), arrays((2, 3, w)))))
def test_products_depend_on_distances_only(pair):
    q, k = pair
    near = rotary(q, [0, 4, 9]) @ np.swapaxes(rotary(k, [5, 1, 2]), 1, 2)
    far = rotary(q, [1000, 1004, 1009]) @ np.swapaxes(rotary(k, [1005, 1001, 1002]), 1, 2)
    same(near, far, rtol=1e-9, atol=1e-9)


@given(WIDTHS.flatmap(lambda w: arrays((3, w))), st.integers(-5, 1000))
def test_lengths_stay_and_backward_turns_back(x, first):
    positions = np.arange(first, first + 3)
    turned = rotary(x, positions)
    same(np.linalg.norm(turned, axis=1), np.linalg.norm(x, axis=1))
    same(rotary_backward(turned, positions), x)
    same(rotary(x, [0, 0, 0]), x, rtol=0, atol=0)


@given(WIDTHS.flatmap(lambda w: arrays((5, w))), st.integers(0, 5))
def test_tokens_one_after_another_give_what_all_give(x, split):
    whole = rotary(x)
    same(whole[:split], rotary(x[:split]), rtol=0, atol=0)
    same(whole[split:], rotary(x[split:], np.arange(split, 5)), rtol=0, atol=0)


@given(WIDTHS.flatmap(lambda w: st.tuples(arrays((3, w)), arrays((3, w)))), floats(5.0))
def test_rotary_is_linear(pair, factor):
    x, y = pair
    same(rotary(factor * x + y), factor * rotary(x) + rotary(y), atol=1e-10)


# Derivatives


@pytest.mark.parametrize("shape", [(1, 2), (4, 6), (2, 3, 4)])
@pytest.mark.parametrize("base", [10000.0, 1.5])
def test_derivatives(shape, base):
    assert_vjp(
        lambda x: rotary(x, base=base),
        lambda dy, x: (rotary_backward(dy, base=base),),
        {"x": np.random.default_rng(1).normal(size=shape)},
        ("x",),
    )


def test_derivatives_at_given_positions():
    positions = jnp.asarray([3, 1, 700])
    assert_vjp(
        lambda x: rotary(x, positions),
        lambda dy, x: (rotary_backward(dy, positions),),
        {"x": np.random.default_rng(1).normal(size=(3, 4))},
        ("x",),
    )


# Extremes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1000.0, 1e30])
def test_extremes(dtype, size):
    x = np.full((2, 4), size, dtype=dtype)
    with np.errstate(all="raise"):
        turned = rotary(x, [0, 100_000])
    assert turned.dtype == dtype
    assert turned[0].tolist() == x[0].tolist()
    assert np.all(np.abs(turned) <= 1.5 * size)


def test_nothing_to_place():
    assert sinusoidal_positions(0, 4).shape == (0, 4)
    assert rotary(np.zeros((0, 4))).shape == (0, 4)
    assert rotary(np.zeros((3, 0, 2))).shape == (3, 0, 2)


def test_dtype_of_the_waves():
    table = sinusoidal_positions(4, 2, dtype=np.float32)
    assert table.dtype == np.float32
    same(table, sinusoidal_positions(4, 2), rtol=1e-6, atol=1e-7)  # float32 has 7 digits


# Errors


@pytest.mark.parametrize("width", [1, 3, 0])
def test_widths_that_have_no_pairs(width):
    with pytest.raises(
        ValueError, match=f"^width: expected an even width of at least 2, got {width}"
    ):
        sinusoidal_positions(2, width)
    for name, function in [("x", rotary), ("dy", rotary_backward)]:
        with pytest.raises(ValueError, match=f"^{name}: expected an even width of at least 2"):
            function(np.zeros((2, width)))


def test_arguments_that_do_not_fit():
    for name, function in [("x", rotary), ("dy", rotary_backward)]:
        with pytest.raises(ValueError, match=rf"^{name}: expected shape \(..., n_tokens, width\)"):
            function(np.zeros(4))
        with pytest.raises(ValueError, match=r"^positions: expected shape \(3,\) \(one for each"):
            function(np.zeros((3, 2)), [1, 2])
        with pytest.raises(TypeError, match=r"^positions: expected integers"):
            function(np.zeros((2, 2)), [1.0, 2.0])
        with pytest.raises(ValueError, match=r"^base: expected a finite number above 1"):
            function(np.zeros((2, 2)), base=1.0)
        with pytest.raises(TypeError, match=f"^{name}: expected an array of real floating"):
            function(np.zeros((2, 2), dtype=int))
    with pytest.raises(ValueError, match=r"^n_positions: expected a whole number of at least 0"):
        sinusoidal_positions(-1, 2)
    with pytest.raises(TypeError, match=r"^dtype: expected a real floating dtype"):
        sinusoidal_positions(1, 2, dtype=int)
