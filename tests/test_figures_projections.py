"""Points and their feet on a line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawn import texts

from figures import draw_projections

pytestmark = pytest.mark.filterwarnings("error")

POINTS = [[2.0, 1.0], [1.0, 2.0], [2.0, 2.0]]


def test_feet_by_hand() -> None:
    # (2, 1) times (1, 1) is 3, half of that is 1.5: the foot is (1.5, 1.5), and so on.
    figure = draw_projections(POINTS, [3.0, 3.0])
    *_, feet, places = figure.axes[0].lines
    np.testing.assert_allclose(np.transpose(feet.get_data()), [[1.5, 1.5], [1.5, 1.5], [2.0, 2.0]])
    np.testing.assert_allclose(np.transpose(places.get_data()), POINTS)
    assert figure.axes[0].get_aspect() == 1.0


def test_what_is_lost_stands_at_a_right_angle_to_the_line() -> None:
    figure = draw_projections(POINTS, [1.0, 2.0])
    lost = [line for line in figure.axes[0].lines if line.get_linestyle() == ":"]
    assert len(lost) == 3
    for line in lost:
        x, y = np.diff(line.get_data(), axis=1)[:, 0]
        assert abs(x + 2.0 * y) < 1e-12


def test_names_and_words() -> None:
    figure = draw_projections(POINTS[:2], [1.0, 1.0], names=["a", "b"])
    assert texts(figure) == ["a", "b"]
    assert figure.title == "Feet on a line"
    assert figure.description == (
        "A line at 45 degrees. a at (2, 1), its foot at (1.5, 1.5); b at (1, 2), "
        "its foot at (1.5, 1.5)."
    )


def test_the_origin_alone_can_be_drawn() -> None:
    assert texts(draw_projections([[0.0, 0.0]], [0.0, 1.0])) == ["1"]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (([1.0, 2.0], [1.0, 0.0]), ValueError, r"points: expected shape \(n, 2\), n at least 1"),
        ((POINTS, [1.0]), ValueError, r"direction: expected shape \(2,\), got shape \(1,\)"),
        ((POINTS, [0.0, 0.0]), ValueError, "direction: expected a length above 0, got zeros"),
        ((POINTS, [np.inf, 0.0]), ValueError, "direction: expected finite numbers"),
        ((POINTS, [1.0, 0.0], ["a"]), ValueError, "names: expected 3 texts, got 1"),
    ],
)
def test_names_bad_input(given: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        draw_projections(*given)
