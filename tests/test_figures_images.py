"""Images of digits, pixels as numbers, weights as images."""

import math
from typing import Any

import numpy as np
import pytest
from drawn import patches, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import colors
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle

from figures import _canvas, show_digits, show_pixels, show_weights
from nnmath.datasets import ImageSet, load_digits

DIGITS = load_digits()


def frames(figure: Figure, color: Any = None) -> list[Rectangle]:
    """Return the frames, all or those of a colour."""
    wanted = None if color is None else colors.to_rgb(color)
    found = patches(figure, Rectangle)
    return [frame for frame in found if wanted is None or frame.get_edgecolor()[:3] == wanted]


def opacity(figure: Figure, x: float, y: float) -> float:
    """Return the opacity of the tile at a point, 0 where there is none."""
    tiles = patches(figure, PathPatch)
    over = [tile.get_alpha() for tile in tiles if tile.get_path().contains_point((x, y))]
    assert len(over) <= 1
    return over[0] if over else 0.0


def shown(figure: Figure, frame: Rectangle, height: int, width: int) -> np.ndarray:
    """Return the opacities at the middle of each pixel in a frame."""
    x = frame.get_x() + (np.arange(width) + 0.5) * frame.get_width() / width
    y = frame.get_y() + (np.arange(height) + 0.5) * frame.get_height() / height
    return np.array([[opacity(figure, left, top) for left in x] for top in y])


class TestDigits:
    def test_every_pixel_has_its_ink(self) -> None:
        figure = show_digits(DIGITS.images[:3], white=16)
        assert len(frames(figure)) == 3
        for frame, image in zip(frames(figure), DIGITS.images, strict=False):
            np.testing.assert_array_equal(shown(figure, frame, 8, 8), image / 16)

    def test_an_image_set_brings_its_own_white(self) -> None:
        pale = ImageSet(np.full((1, 2, 2), 4, dtype=np.uint8), np.array([0]), white=16)
        figure = show_digits(pale)
        assert opacity(figure, *frames(figure)[0].get_center()) in (0.0, 0.25)
        np.testing.assert_array_equal(shown(figure, frames(figure)[0], 2, 2), np.full((2, 2), 0.25))
        np.testing.assert_array_equal(
            shown(show_digits(pale, white=8), frames(figure)[0], 2, 2), np.full((2, 2), 0.5)
        )
        # An array doesn't know better than that its largest number is full ink.
        np.testing.assert_array_equal(
            shown(show_digits(pale.images), frames(figure)[0], 2, 2), np.ones((2, 2))
        )

    @given(st.integers(1, 12), st.integers(1, 15))
    @settings(max_examples=20, deadline=None)
    def test_grid_has_the_columns_asked_for_and_fits_the_page(self, n: int, columns: int) -> None:
        figure = show_digits(DIGITS.images[:n], columns=columns)
        places = frames(figure)
        assert len(places) == n
        assert len({round(frame.get_x(), 9) for frame in places}) == min(n, columns)
        assert len({round(frame.get_y(), 9) for frame in places}) == math.ceil(n / columns)
        width, height = figure.get_size_inches()
        assert width <= 7.2
        assert max(frame.get_x() + frame.get_width() for frame in places) < width
        assert max(frame.get_y() + frame.get_height() for frame in places) < height

    @pytest.mark.parametrize("side", [8, 28])
    def test_pixels_are_whole_pixels_of_the_page(self, side: int) -> None:
        frame = frames(show_digits(np.ones((1, side, side))))[0]
        assert math.isclose(frame.get_width() * 96 % side, 0, abs_tol=1e-9)

    def test_more_pixels_than_the_page_has_are_shown_all_the_same(self) -> None:
        assert math.isclose(frames(show_digits(np.ones((1, 200, 200))))[0].get_width(), 0.62)

    def test_images_need_not_be_square_and_may_be_empty_paper(self) -> None:
        figure = show_digits(np.zeros((2, 3, 6)))
        (frame, _) = frames(figure)
        assert math.isclose(frame.get_height() * 2, frame.get_width())
        assert shown(figure, frame, 3, 6).max() == 0

    def test_titles_and_words(self) -> None:
        figure = show_digits(DIGITS.images[:2], titles=["7 → 1", 3])
        assert texts(figure) == ["7 → 1", "3"]
        assert figure.description == "2 images of 8 by 8 pixels, titled 7 → 1, 3."
        assert show_digits(DIGITS.images[:1]).description == "1 image of 8 by 8 pixels."

    @pytest.mark.parametrize(
        ("images", "options", "error", "message"),
        [
            ([[[1.0]]], {}, TypeError, "images: expected a NumPy array of real numbers"),
            (np.ones((1, 2, 2), bool), {}, TypeError, "images: .* bool array"),
            (np.ones((1, 2, 2), complex), {}, TypeError, "images: .* complex128 array"),
            (
                np.ones((2, 2)),
                {},
                ValueError,
                r"images: expected shape \(N, height, width\) .* got shape \(2, 2\)",
            ),
            (np.ones((0, 2, 2)), {}, ValueError, r"images: .* got shape \(0, 2, 2\)"),
            (np.array([[[math.nan]]]), {}, ValueError, "images: expected finite numbers, got nan"),
            (
                np.array([[[-1, 4]]]),
                {},
                ValueError,
                "images: expected numbers from 0 to 4, got numbers from -1 to 4",
            ),
            (
                np.ones((1, 2, 2)),
                {"white": 0.5},
                ValueError,
                "images: expected numbers from 0 to 0.5",
            ),
            (
                np.ones((1, 2, 2)),
                {"white": 0},
                ValueError,
                "white: expected a finite number above 0",
            ),
            (np.ones((1, 2, 2)), {"white": "w"}, TypeError, "white: expected"),
            (
                np.ones((1, 2, 2)),
                {"columns": 0},
                ValueError,
                "columns: expected a whole number of at least 1, got 0",
            ),
            (
                np.ones((1, 2, 2)),
                {"titles": []},
                ValueError,
                "titles: expected 1 texts, got 0",
            ),
        ],
    )
    def test_names_bad_input(self, images: Any, options: dict, error: type, message: str) -> None:
        with pytest.raises(error, match=f"^{message}"):
            show_digits(images, **options)


class TestPixels:
    def test_numbers_stand_in_their_cells_and_below_the_strip(self) -> None:
        written = texts(show_pixels(DIGITS.images[7]))
        assert written[:64] == [str(pixel) for pixel in DIGITS.images[7].ravel()]
        # The first entry of each row, counted from 1, and the last of all.
        assert written[64:] == ["1", "9", "17", "25", "33", "41", "49", "57", "64"]

    def test_grid_and_strip_show_the_same_shades(self) -> None:
        image = DIGITS.images[7]
        figure = show_pixels(image, white=16)
        strip, row, piece = frames(figure)
        n_shades = 16
        vector = shown(figure, strip, 1, 64)[0]
        np.testing.assert_allclose(vector, 0.75 * np.rint(image.ravel() / 16 * n_shades) / n_shades)
        np.testing.assert_allclose(shown(figure, row, 1, 8)[0], 0.45 * image[1] / 16)
        np.testing.assert_allclose(shown(figure, piece, 1, 8)[0] / 0.75, image[1] / 16)

    @pytest.mark.parametrize("row", range(8))
    def test_one_row_is_framed_twice(self, row: int) -> None:
        figure = show_pixels(DIGITS.images[7], row=row)
        in_grid, in_strip = frames(figure, _canvas.ORANGE)
        assert math.isclose(in_grid.get_y(), 0.1 + row * 0.36)
        strip = frames(figure)[0]
        share = (in_strip.get_x() - strip.get_x()) / strip.get_width()
        assert math.isclose(share, row / 8, abs_tol=1e-12)
        assert (
            f"Row {row + 1} is framed in both, as entries {8 * row + 1} to {8 * row + 8}."
            in figure.description
        )

    @pytest.mark.parametrize(("row", "arrows"), [(0, 1), (1, 1), (3, 0), (4, 0), (6, 1), (7, 1)])
    def test_an_arrow_never_crosses_the_grid(self, row: int, arrows: int) -> None:
        figure = show_pixels(DIGITS.images[7], row=row)
        ways = [text for text in figure.axes[0].texts if getattr(text, "arrow_patch", None)]
        assert len(ways) == arrows
        in_grid, in_strip = frames(figure, _canvas.ORANGE)
        for way in ways:
            assert math.isclose(way.xy[0], in_strip.get_center()[0])
            assert not in_grid.get_x() <= way.xy[0] <= in_grid.get_x() + in_grid.get_width()

    def test_floats_are_rounded(self) -> None:
        assert texts(show_pixels(np.array([[0.0, 0.125], [1.0, 1 / 3]])))[:4] == [
            "0",
            "0.12",
            "1",
            "0.33",
        ]

    @pytest.mark.parametrize(
        ("image", "options", "error", "message"),
        [
            (np.ones((1, 2, 2)), {}, ValueError, r"image: expected shape \(height, width\)"),
            (
                np.ones((17, 2)),
                {},
                ValueError,
                r"image: expected at most 16 by 16 pixels, .* got shape \(17, 2\)",
            ),
            (np.ones((2, 2)), {"row": 2}, ValueError, "row: expected a row from 0 to 1, got 2"),
            (
                np.ones((2, 2)),
                {"row": -1},
                ValueError,
                "row: expected a whole number of at least 0, got -1",
            ),
            (np.ones((2, 2)), {"row": 0.5}, TypeError, "row: expected a whole number"),
            ("image", {}, TypeError, "image: expected a NumPy array of real numbers"),
        ],
    )
    def test_names_bad_input(self, image: Any, options: dict, error: type, message: str) -> None:
        with pytest.raises(error, match=f"^{message}"):
            show_pixels(image, **options)


class TestWeights:
    def test_colours_by_hand(self) -> None:
        # The largest is 4 in size: full colour. 2 is half of it, 0 is nothing at all.
        figure = show_weights(np.array([[4.0, -2.0, 0.0, -4.0]]), (2, 2))
        pixels = figure.axes[0].images[0].get_array()
        blue, orange = colors.to_rgb(_canvas.BLUE), colors.to_rgb(_canvas.ORANGE)
        np.testing.assert_allclose(pixels[0, 0], [*blue, 1.0])
        np.testing.assert_allclose(pixels[0, 1], [*orange, 0.5])
        assert pixels[1, 0, 3] == 0.0
        np.testing.assert_allclose(pixels[1, 1], [*orange, 1.0])

    def test_one_scale_for_all_the_same_to_both_sides(self) -> None:
        figure = show_weights(np.array([[1.0, 0.5], [-4.0, 2.0]]), (1, 2))
        first, second, scale = (image.get_array() for image in figure.axes[0].images)
        assert first[..., 3].ravel().tolist() == [0.25, 0.125]
        assert second[..., 3].ravel().tolist() == [1.0, 0.5]
        np.testing.assert_allclose(scale[..., 3], scale[::-1, :, 3])
        assert texts(figure)[-3:] == ["+4", "0", "−4"]
        assert figure.description.endswith("The scale runs from −4 to 4.")

    @given(st.integers(1, 25), st.integers(1, 12))
    @settings(max_examples=15, deadline=None)
    def test_one_image_a_row_in_a_grid_that_fits_the_page(self, n: int, columns: int) -> None:
        weights = np.random.default_rng(n).normal(size=(n, 6))
        figure = show_weights(weights, (3, 2), columns=columns)
        *images, _ = figure.axes[0].images
        assert len(images) == n
        assert all(image.get_array().shape == (3, 2, 4) for image in images)
        lefts = {round(image.get_extent()[0], 9) for image in images}
        assert len(lefts) == min(n, columns)
        width, height = figure.get_size_inches()
        assert width <= 7.2
        assert max(image.get_extent()[2] for image in images) <= height
        assert figure.axes[0].get_xlim() == (0.0, width)
        assert figure.axes[0].get_ylim() == (height, 0.0)

    def test_zeros_and_titles(self) -> None:
        figure = show_weights(np.zeros((2, 4)), (2, 2), titles=["one", 2])
        assert [image.get_array()[..., 3].max() for image in figure.axes[0].images[:2]] == [
            0.0,
            0.0,
        ]
        assert texts(figure)[:2] == ["one", "2"]

    @pytest.mark.parametrize(
        ("weights", "shape", "options", "error", "message"),
        [
            (
                np.ones((2, 5)),
                (2, 2),
                {},
                ValueError,
                r"weights: expected shape \(n, 4\), .* got shape \(2, 5\)",
            ),
            (np.ones(4), (2, 2), {}, ValueError, r"weights: .* got shape \(4,\)"),
            (np.ones((0, 4)), (2, 2), {}, ValueError, r"weights: .* got shape \(0, 4\)"),
            (np.ones((2, 4), int), (2, 2), {}, TypeError, "weights: expected"),
            (
                np.full((2, 4), math.inf),
                (2, 2),
                {},
                ValueError,
                "weights: expected finite numbers, got inf",
            ),
            (np.ones((2, 4)), 4, {}, TypeError, "shape: expected a tuple of height and width"),
            (
                np.ones((2, 4)),
                (4, 0),
                {},
                ValueError,
                r"shape\[1\]: expected a whole number of at least 1, got 0",
            ),
            (
                np.ones((2, 4)),
                (2, 2),
                {"columns": 1.5},
                TypeError,
                "columns: expected a whole number",
            ),
            (
                np.ones((2, 4)),
                (2, 2),
                {"titles": ["a"]},
                ValueError,
                "titles: expected 2 texts, got 1",
            ),
            (np.ones((2, 4)), (2, 2), {"titles": "ab"}, TypeError, "titles: expected a list of 2"),
        ],
    )
    def test_names_bad_input(
        self, weights: Any, shape: Any, options: dict, error: type, message: str
    ) -> None:
        with pytest.raises(error, match=f"^{message}"):
            show_weights(weights, shape, **options)
