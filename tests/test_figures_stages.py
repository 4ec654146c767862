"""Points with two kinds of answers at several stages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from figures import draw_stages
from figures._canvas import BLUE, ORANGE

pytestmark = pytest.mark.filterwarnings("error")

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
FOLDED = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 1.0], [1.0, 0.0]])
ANSWERS = [False, True, False, True]


def lines(axes: Any) -> list[list[list[float]]]:
    """Return the points of each line of a panel."""
    return [np.transpose(line.get_data()).tolist() for line in axes.lines]


def test_outline_answers_and_points_are_where_they_are() -> None:
    figure = draw_stages({"before": SQUARE, "after": FOLDED}, ANSWERS)
    for axes, points in zip(figure.axes, (SQUARE, FOLDED), strict=True):
        outline, no, yes = lines(axes)
        assert outline == [*points.tolist(), points[0].tolist()]
        assert no == points[[0, 2]].tolist()
        assert yes == points[[1, 3]].tolist()
        assert [np.asarray(dots.get_offsets()).tolist() for dots in axes.collections] == [no, yes]
        assert [line.get_color() for line in axes.lines[1:]] == [ORANGE, BLUE]
        assert axes.get_aspect() == 1.0
        (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
        assert (right - left, high - low) == (3.0, 3.0)  # of one scale: 1.5 times the largest reach
    assert [axes.get_title() for axes in figure.axes] == ["before", "after"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["no", "yes"]


def test_names_stand_beside_their_points_and_share_a_place() -> None:
    (axes,) = draw_stages({"after": FOLDED}, ANSWERS, names=["00", "10", "11", "01"]).axes
    found = {text.get_text(): text.get_position() for text in axes.texts}
    # Half of the largest reach is 1: names are 0.32 away, the upper ones above and the lower ones below.
    assert found == {"00": (0.0, -0.32), "10, 01": (1.0, -0.32), "11": (2.0, 1.32)}


def test_a_name_in_the_middle_stands_to_the_right() -> None:
    points = [[0.0, -1.0], [1.0, 0.0], [2.0, 1.0]]
    (axes,) = draw_stages({"a": points}, [True, False, True], names=["a", "b", "c"]).axes
    (b,) = (text for text in axes.texts if text.get_text() == "b")
    np.testing.assert_allclose(b.get_position(), [1.0 + 0.6 * 0.32, -0.6 * 0.32], rtol=1e-12)
    assert b.get_ha() == "left"


def test_letters_name_the_axes() -> None:
    (axes,) = draw_stages({"after": FOLDED}, ANSWERS, letters=["a_1"]).axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("$a_1^1$", "$a_1^2$")
    (bare,) = draw_stages({"after": FOLDED}, ANSWERS).axes
    assert (bare.get_xlabel(), bare.get_ylabel()) == ("", "")


def test_the_line_is_where_it_says_in_the_last_panel() -> None:
    figure = draw_stages({"before": SQUARE, "after": FOLDED}, ANSWERS, line=[1.0, -2.0, 0.5])
    first, last = figure.axes
    assert len(first.lines) == 3
    ends = np.array(lines(last)[3])
    np.testing.assert_allclose(ends @ [1.0, -2.0], [0.5, 0.5], rtol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(ends[1] - ends[0]), 2.0, rtol=1e-12)
    assert figure.description.endswith("The line 1 x - 2 y = 0.5 parts the last.")


def test_one_place_alone_has_a_window_too() -> None:
    (axes,) = draw_stages({"a": [[3.0, 3.0]]}, [True]).axes
    assert axes.get_xlim() == (2.25, 3.75)


@pytest.mark.parametrize("line", [[1.0, 1.0, 0.5], [1.0, -2.0, 1.0], [0.0, 0.0, 0.0]])
def test_a_line_that_does_not_part_them_is_refused(line: list[float]) -> None:
    message = r"^line: expected one that parts yes from no, got \["
    with pytest.raises(ValueError, match=message):
        draw_stages({"after": FOLDED}, ANSWERS, line=line)


def test_no_line_parts_exclusive_or() -> None:
    rng = np.random.default_rng(0)
    for line in rng.normal(size=(200, 3)):
        with pytest.raises(ValueError, match="^line: expected one that parts"):
            draw_stages({"before": SQUARE}, ANSWERS, line=line)


@pytest.mark.parametrize(
    ("stages", "options", "error", "message"),
    [
        ([SQUARE], {}, TypeError, "stages: expected a dict of arrays by title"),
        ({}, {}, ValueError, "stages: expected one to three, got 0"),
        (dict.fromkeys("abcd", SQUARE), {}, ValueError, "stages: expected one to three, got 4"),
        ({"a": SQUARE[0]}, {}, ValueError, r"stages\['a'\]: expected shape \(n, 2\), n at least 1"),
        (
            {"a": SQUARE, "b": SQUARE[:3]},
            {},
            ValueError,
            r"stages\['b'\]: expected 4 points, as the first, got 3",
        ),
        ({"a": SQUARE[:3]}, {}, ValueError, "answers: expected 3 answers, got 4"),
        (
            {"a": SQUARE},
            {"answers": [1, 0, 1, 0]},
            TypeError,
            r"answers\[0\]: expected True or False",
        ),
        ({"a": SQUARE}, {"names": ["one"]}, ValueError, "names: expected 4 texts, got 1"),
        ({"a": SQUARE}, {"letters": ["a", "b"]}, ValueError, "letters: expected 1 texts, got 2"),
        ({"a": SQUARE}, {"line": [1.0, 2.0]}, ValueError, r"line: expected shape \(3,\)"),
    ],
)
def test_names_bad_input(stages: Any, options: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        draw_stages(stages, **{"answers": ANSWERS, **options})
