"""Paths over a landscape with contour lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from figures import draw_paths
from figures._canvas import BLUE

pytestmark = pytest.mark.filterwarnings("error")

DOWN = np.array([[4.0, 1.0], [-2.0, 0.5], [1.0, 0.0]])
STAY = [[4.0, 1.0]]


def bowl(x: Any, y: Any) -> Any:
    """Return a height: lowest at 0, 0."""
    return x**2 + 4.0 * y**2


def test_each_path_has_a_panel_of_the_same_window() -> None:
    figure = draw_paths(bowl, {"down": DOWN, "stay": STAY}, labels=("x", "y"))
    assert [axes.get_title() for axes in figure.axes] == ["down", "stay"]
    for axes, path in zip(figure.axes, (DOWN, np.array(STAY)), strict=True):
        line, no_cross = axes.lines
        assert len(no_cross.get_xdata()) == 0
        assert np.transpose(line.get_data()).tolist() == path.tolist()
        assert line.get_color() == BLUE
        assert axes.get_ylabel() == "y"
        assert axes.get_aspect() == 1.0
        # From -2 to 4 and from 0 to 1, with a tenth of it to each side.
        np.testing.assert_allclose(axes.get_xlim(), (-2.6, 4.6), rtol=1e-12)
        np.testing.assert_allclose(axes.get_ylim(), (-0.1, 1.1), rtol=1e-12)
        ring = axes.collections[-1]
        assert np.asarray(ring.get_offsets()).tolist() == [[4.0, 1.0]]
    assert figure.axes[-1].get_xlabel() == "x"


def test_contours_differ_by_a_factor_of_four_up_to_the_highest_place() -> None:
    (axes,) = draw_paths(bowl, {"down": [[4.0, 1.0], [0.0, 0.0]]}).axes
    levels = axes.collections[0].levels
    # The highest place has 16 + 4, the lowest 0.
    np.testing.assert_allclose(levels[-1], 20.0, rtol=1e-12)
    np.testing.assert_allclose(levels[1:] / levels[:-1], np.full(len(levels) - 1, 4.0), rtol=1e-12)


def test_heights_are_counted_from_the_lowest_place() -> None:
    (axes,) = draw_paths(lambda x, y: bowl(x, y) - 7.0, {"a": [[4.0, 1.0], [0.0, 0.0]]}).axes
    np.testing.assert_allclose(axes.collections[0].levels[-2:], [-2.0, 13.0], rtol=1e-12)


def test_the_lowest_place_is_the_ground_and_in_the_window() -> None:
    figure = draw_paths(lambda x, y: 3.0 + bowl(x, y), {"a": STAY, "b": STAY}, lowest=[0.0, 0.0])
    for axes in figure.axes:
        cross = axes.lines[1]
        assert np.transpose(cross.get_data()).tolist() == [[0.0, 0.0]]
        assert cross.get_marker() == "+"
        np.testing.assert_allclose(axes.get_xlim(), (-0.4, 4.4), rtol=1e-12)
        # 20 above the ground, and a quarter of it.
        np.testing.assert_allclose(axes.collections[0].levels[-2:], [8.0, 23.0], rtol=1e-12)


def test_a_path_below_the_lowest_place_is_refused() -> None:
    message = "^lowest: expected no place on a path below it, got one of height 1"
    with pytest.raises(ValueError, match=message):
        draw_paths(bowl, {"down": DOWN}, lowest=[1.0, 1.0])


def test_a_path_that_stays_on_one_height_is_drawn() -> None:
    (axes,) = draw_paths(bowl, {"round": [[2.0, 0.0], [-2.0, 0.0]]}).axes
    np.testing.assert_allclose(axes.get_ylim(), (-0.5, 0.5), rtol=1e-12)
    assert axes.collections[0].levels[-1] == 5.0  # 4, and 1 for want of a higher place


def test_words() -> None:
    figure = draw_paths(bowl, {"down": DOWN, "stay": STAY})
    assert figure.title == "Paths: down, stay"
    assert figure.description == (
        "down: from (4, 1), height 20, in 2 steps to (1, 0), height 1; "
        "stay: from (4, 1), height 20, in 0 steps to (4, 1), height 20."
    )


@pytest.mark.parametrize(
    ("height", "paths", "options", "error", "message"),
    [
        (None, {"a": DOWN}, {}, TypeError, "height: expected a function of two arrays"),
        (bowl, [DOWN], {}, TypeError, "paths: expected a dict of arrays by name"),
        (bowl, {}, {}, ValueError, "paths: expected one to four, got 0"),
        (bowl, dict.fromkeys("abcde", DOWN), {}, ValueError, "paths: expected one to four, got 5"),
        (bowl, {"a": DOWN[0]}, {}, ValueError, r"paths\['a'\]: expected shape \(n, 2\)"),
        (bowl, {"a": [[np.nan, 1.0]]}, {}, ValueError, r"paths\['a'\]: expected finite numbers"),
        (bowl, {"a": DOWN}, {"lowest": [0.0]}, ValueError, r"lowest: expected shape \(2,\)"),
        (bowl, {"a": DOWN}, {"labels": "xy"}, TypeError, "labels: expected a tuple of two texts"),
        (bowl, {"a": DOWN}, {"labels": ("x", 1)}, TypeError, r"labels\[1\]: expected a text"),
        (
            lambda x, y: 1.0,
            {"a": DOWN},
            {},
            ValueError,
            r"height: expected finite heights of shape \(101, 101\), got shape \(\), or infinite",
        ),
        (
            lambda x, y: np.full_like(x, np.inf),
            {"a": DOWN},
            {},
            ValueError,
            r"height: expected finite heights of shape \(101, 101\)",
        ),
    ],
)
def test_names_bad_input(height: Any, paths: Any, options: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        draw_paths(height, paths, **options)
