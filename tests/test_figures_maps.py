"""Maps: points on a plane in groups."""

from typing import Any

import numpy as np
import pytest

from figures import draw_map


def groups(n: int) -> dict[str, np.ndarray]:
    """Return n groups of two points each."""
    return {f"group {i}": np.array([[i, 1.0], [i, 3.0]]) for i in range(n)}


def test_every_point_is_drawn_where_it_is() -> None:
    figure = draw_map(groups(3))
    (axes,) = figure.axes
    for i, dots in enumerate(axes.collections):
        assert np.asarray(dots.get_offsets()).tolist() == [[i, 1.0], [i, 3.0]]
    assert axes.get_aspect() == 1.0


def test_groups_differ_in_colour_or_shape_and_are_named() -> None:
    figure = draw_map(groups(8))
    looks = {
        (dots.get_facecolor().tobytes(), dots.get_edgecolor().tobytes())
        for dots in figure.axes[0].collections
    }
    assert len(looks) == 8
    assert [t.get_text() for t in figure.legends[0].get_texts()] == list(groups(8))


def test_words_for_those_who_cannot_see_it() -> None:
    figure = draw_map({"a": [[0.0, 1.0]], "b": [[1.0, 1.0], [2.0, 0.0]]})
    assert figure.title == "a map of a, b"
    assert figure.description == "a: 1 point around (0, 1); b: 2 points around (1.5, 0.5)."


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([[0.0, 1.0]], TypeError, "groups: expected a dict of arrays by name"),
        ({}, ValueError, "groups: expected one to 8 groups, got 0"),
        (groups(9), ValueError, "groups: expected one to 8 groups, got 9"),
        ({1: [[0.0, 1.0]]}, TypeError, "name in groups: expected a text, got int 1"),
        ({"a": [0.0, 1.0]}, ValueError, r"groups\['a'\]: expected shape \(n, 2\), n at least 1"),
        ({"a": [[0.0]]}, ValueError, r"groups\['a'\]: expected shape \(n, 2\)"),
        ({"a": np.zeros((0, 2))}, ValueError, r"groups\['a'\]: expected shape \(n, 2\)"),
        ({"a": [[0.0, np.inf]]}, ValueError, r"groups\['a'\]: expected finite numbers"),
        ({"a": [[0, 1]]}, TypeError, r"groups\['a'\]: expected a nested list of real"),
    ],
)
def test_names_bad_input(given: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        draw_map(given)
