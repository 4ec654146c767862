"""Shifted and turned images: values by hand, laws, extremes, errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import arrays

from nnmath.augmentation import jitter_images, rotate_images, shift_images

pytestmark = pytest.mark.filterwarnings("error")

IMAGES = arrays((3, 4, 5))
ANGLES = st.floats(-400.0, 400.0)


def same(actual, expected, atol=1e-12):
    """Compare numbers up to about 100."""
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=atol)


# Values by hand


def test_shift_by_hand():
    image = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert shift_images(image, 1, 0).tolist() == [[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]]
    assert shift_images(image, 0, -1).tolist() == [[2.0, 3.0, 0.0], [5.0, 6.0, 0.0]]
    # A quarter of a pixel to the right: 3/4 of what is there and 1/4 of what is to its left.
    expected = [[0.75, 1.75, 2.75], [3.0, 4.75, 5.75]]
    assert shift_images(image, 0.0, 0.25).tolist() == expected
    # Half a pixel up and half to the left: the mean of four, zeros outside.
    expected = [[(1 + 2 + 4 + 5) / 4, (2 + 3 + 5 + 6) / 4, (3 + 6) / 4], [9 / 4, 11 / 4, 6 / 4]]
    assert shift_images(image, -0.5, -0.5).tolist() == expected


def test_rotate_by_hand():
    image = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    # Against the clock: what is at the right comes to the top.
    same(rotate_images(image, 90.0), [[3.0, 6.0, 9.0], [2.0, 5.0, 8.0], [1.0, 4.0, 7.0]])
    # By 45 degrees the middle of the right edge comes from the lower right, a distance of 1
    # away from the centre: at half the root of 2 down and to the right, t = 0.7071 of the way
    # from 5 to 9 on the diagonal. There the interpolation is
    # (1-t)^2 5 + (1-t) t (6 + 8) + t^2 9 = 5 + 4 t.
    turned = rotate_images(image, 45.0)
    same(turned[1, 2], 5.0 + 4.0 * np.sqrt(0.5))
    same(turned[1, 1], 5.0)


# Laws


@given(IMAGES, st.integers(-5, 5), st.integers(-6, 6))
def test_whole_shifts_move_pixels(images, down, right):
    expected = np.zeros_like(images)
    for r in range(4):
        for c in range(5):
            if 0 <= r - down < 4 and 0 <= c - right < 5:
                expected[:, r, c] = images[:, r - down, c - right]
    np.testing.assert_array_equal(shift_images(images, down, right), expected)


@given(IMAGES, st.floats(-6.0, 6.0), st.floats(-6.0, 6.0))
def test_a_shift_is_linear_and_interpolates(images, down, right):
    moved = shift_images(images, down, right)
    same(shift_images(2.0 * images, down, right), 2.0 * moved, atol=1e-11)
    bound = np.abs(images).max(initial=0.0)
    assert np.abs(moved).max() <= bound * (1.0 + 1e-12)


@given(IMAGES, st.integers(-3, 3), st.floats(0.0, 1.0))
def test_between_whole_shifts_it_goes_straight(images, whole, part):
    low, high = (shift_images(images, whole + step, 0.0) for step in (0, 1))
    same(shift_images(images, whole + part, 0.0), (1.0 - part) * low + part * high, atol=1e-11)


@given(IMAGES)
def test_nothing_moved_is_the_same_image(images):
    np.testing.assert_array_equal(shift_images(images, 0, 0), images)
    np.testing.assert_array_equal(rotate_images(images, 0.0), images)


@given(arrays((3, 4, 4)), st.integers(-5, 5))
def test_quarter_turns_are_numpys(images, quarters):
    expected = np.rot90(images, quarters, axes=(1, 2))
    same(rotate_images(images, 90.0 * quarters), expected, atol=1e-11)


@given(IMAGES, ANGLES)
def test_a_full_turn_changes_nothing(images, degrees):
    # The angle in radians is off by up to 1e-15 times 14, and places by a few times that;
    # pixels differ by up to 40, and at the edge a place may fall to the other side of 0.
    same(rotate_images(images, degrees), rotate_images(images, degrees + 360.0), atol=1e-11)


@given(IMAGES, ANGLES)
def test_half_a_turn_is_a_turn_of_the_frame(images, degrees):
    turned = rotate_images(images[:, ::-1, ::-1], degrees)
    same(turned, rotate_images(images, degrees)[:, ::-1, ::-1], atol=1e-11)


@given(arrays((2, 3, 4)), st.lists(st.floats(-3.0, 3.0), min_size=6, max_size=6))
def test_every_image_moves_by_its_own(images, numbers):
    down, right, degrees = np.reshape(numbers, (3, 2))
    moved = shift_images(images, down, right)
    turned = rotate_images(images, degrees)
    for i in range(2):
        np.testing.assert_array_equal(moved[i], shift_images(images[i], down[i], right[i]))
        np.testing.assert_array_equal(turned[i], rotate_images(images[i], degrees[i]))


# At random


@given(arrays((4, 3, 3)), st.integers(0, 2**32))
def test_jitter_comes_from_the_seed(images, seed):
    one, other = (jitter_images(images, np.random.default_rng(seed)) for _ in range(2))
    np.testing.assert_array_equal(one, other)


@given(arrays((4, 3, 3)), st.integers(0, 2**32), st.floats(0.0, 3.0), st.floats(0.0, 180.0))
def test_jitter_is_a_shift_or_a_turn_within_its_limits(images, seed, shift, angle):
    rng = np.random.default_rng(seed)
    down, right = rng.uniform(-shift, shift, 4), rng.uniform(-shift, shift, 4)
    degrees = rng.uniform(-angle, angle, 4)
    moved = jitter_images(images, np.random.default_rng(seed), max_shift=shift, max_angle=0.0)
    same(moved, shift_images(images, down, right), atol=1e-11)
    turned = jitter_images(images, np.random.default_rng(seed), max_shift=0.0, max_angle=angle)
    same(turned, rotate_images(images, degrees), atol=1e-11)


def test_jitter_turns_first_and_then_shifts():
    images = np.zeros((500, 5, 5))
    images[:, 2, 3] = 1.0
    rng = np.random.default_rng(0)
    (down, right), degrees = rng.uniform(-1.0, 1.0, (2, 500)), rng.uniform(-90.0, 90.0, 500)
    moved = jitter_images(images, np.random.default_rng(0), max_shift=1.0, max_angle=90.0)
    # The single dot, 1 to the right of the centre, turned against the clock, then shifted.
    angle = np.deg2rad(degrees)
    row, column = 2.0 - np.sin(angle) + down, 2.0 + np.cos(angle) + right
    inside = (row > 0.0) & (row < 4.0) & (column > 0.0) & (column < 4.0)
    assert inside.sum() > 50
    rows, columns = np.indices((5, 5))
    distance = np.abs(rows - row[:, None, None]) + np.abs(columns - column[:, None, None])
    # Ink stays near the dot: interpolation reaches no further than the next pixels.
    assert (moved[distance > 3.0] == 0.0).all()
    assert (moved[inside].sum(axis=(1, 2)) > 0.4).all()


def test_vectors_are_images_too():
    images = np.random.default_rng(0).random((6, 3, 4))
    as_images = jitter_images(images, np.random.default_rng(1), max_shift=0.7)
    vectors = images.reshape(6, 12)
    as_vectors = jitter_images(vectors, np.random.default_rng(1), max_shift=0.7, shape=(3, 4))
    assert as_vectors.shape == (6, 12)
    np.testing.assert_array_equal(as_vectors, as_images.reshape(6, 12))
    np.testing.assert_array_equal(vectors, images.reshape(6, 12))  # these stay


# Extremes

EVERY = [
    lambda images: shift_images(images, 0.25, -0.5),
    lambda images: rotate_images(images, 30.0),
    lambda images: jitter_images(images, np.random.default_rng(0)),
]


@pytest.mark.parametrize("function", EVERY)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1, 1), (0, 2, 3), (2, 1, 3), (2, 2, 1, 1), (5, 1)])
def test_shapes_and_dtypes_stay(function, dtype, shape):
    moved = function(np.full(shape, 1000.0, dtype))
    assert moved.shape == shape
    assert moved.dtype == dtype
    assert (moved >= 0.0).all()
    assert (moved <= 1000.0).all()


@pytest.mark.parametrize("size", [5.0, 1e3, 1e300, -1e300])
def test_far_out_there_is_nothing(size):
    images = np.ones((2, 3, 3))
    assert not shift_images(images, size, 0.0).any()
    assert not shift_images(images, 0.0, size).any()


# Errors

PIXELS = np.ones((2, 3, 4))


@pytest.mark.parametrize("function", EVERY)
@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (
            PIXELS.tolist(),
            TypeError,
            "^images: expected a NumPy array of real floating-point num",
        ),
        (np.ones((3, 4), int), TypeError, "^images: expected .*, got an int64 array of shape"),
        (np.ones(3), ValueError, "^images: expected images in the last two axes, .*, got shape"),
        (np.ones((2, 0, 3)), ValueError, r"^images: expected images in .*, got shape \(2, 0, 3\)$"),
        (np.full((1, 1), np.nan), ValueError, "^images: expected finite numbers, got nan at index"),
    ],
)
def test_images_must_be_images(function, images, error, message):
    with pytest.raises(error, match=message):
        function(images)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("down", lambda value: shift_images(PIXELS, value, 0.0)),
        ("right", lambda value: shift_images(PIXELS, 0.0, value)),
        ("degrees", lambda value: rotate_images(PIXELS, value)),
    ],
)
@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("left", TypeError, "expected a number, or one for each image, got str 'left'$"),
        (None, TypeError, "expected a number, or one for each image, got None$"),
        ([1.0, 2.0, 3.0], ValueError, r"expected a number, .*, shape \(2,\), got shape \(3,\)$"),
        (np.inf, ValueError, r"expected finite numbers, got inf at index \(\)$"),
        ([0.0, np.nan], ValueError, r"expected finite numbers, got nan at index \(1,\)$"),
    ],
)
def test_moves_must_be_numbers(name, function, value, error, message):
    with pytest.raises(error, match=f"^{name}: {message}"):
        function(value)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"max_shift": -1.0}, ValueError, "^max_shift: expected a finite number of at least 0.0,"),
        (
            {"max_angle": None},
            TypeError,
            "^max_angle: expected a finite number of at least 0.0, go",
        ),
        ({"rng": 5}, TypeError, "^rng: expected a numpy.random.Generator"),
        ({"shape": 12}, TypeError, "^shape: expected a pair of height and width, got int 12$"),
        ({"shape": (3, 0)}, ValueError, "^shape: expected a whole number of at least 1, got 0$"),
        (
            {"shape": (3, 3)},
            ValueError,
            r"^images: expected rows of 3 x 3 = 9 pixels, got shape \(2, 3, 4\)$",
        ),
        (
            {"images": [[1.0]], "shape": (1, 1)},
            TypeError,
            "^images: expected a NumPy array of real floating-point numbers, got list",
        ),
        (
            {"images": np.ones((2, 12), int), "shape": (3, 4)},
            TypeError,
            "^images: expected a NumPy array of real floating-point numbers, got an int64 array",
        ),
    ],
)
def test_what_jitter_refuses(arguments, error, message):
    given_ = {"images": PIXELS, "rng": np.random.default_rng(0)} | arguments
    with pytest.raises(error, match=message):
        jitter_images(**given_)
