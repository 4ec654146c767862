"""One query among a few keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawn import texts
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from figures import draw_lookup
from figures._canvas import BLUE

pytestmark = pytest.mark.filterwarnings("error")

QUERY, KEYS = [np.sqrt(2.0), 0.0], [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]
VALUES = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
# The scores are 1, 0 and -1, so the weights are the softmax of these.
WEIGHTS = np.exp([1.0, 0.0, -1.0]) / np.exp([1.0, 0.0, -1.0]).sum()


def arrows(axes: Any) -> list[Any]:
    """Return the tips of the arrows, in the order of drawing."""
    return [text.xy for text in axes.texts if getattr(text, "arrow_patch", None)]


def test_compare_shows_keys_and_query_as_they_are() -> None:
    compare = draw_lookup(QUERY, KEYS, VALUES).axes[0]
    np.testing.assert_allclose(arrows(compare), [*KEYS, QUERY])
    assert compare.get_aspect() == 1.0


def test_share_out_shows_the_weights() -> None:
    share_out = draw_lookup(QUERY, KEYS, VALUES).axes[1]
    bars = [patch.get_width() for patch in share_out.patches if type(patch) is Rectangle]
    np.testing.assert_allclose(bars, WEIGHTS, rtol=1e-12)
    assert [text.get_text() for text in share_out.texts] == [" 0.67", " 0.24", " 0.09"]


def test_mix_joins_each_value_to_the_answer() -> None:
    mix = draw_lookup(QUERY, KEYS, VALUES).axes[2]
    *joints, values, answer = mix.lines
    by_hand = [WEIGHTS[0] + WEIGHTS[2], WEIGHTS[1] + WEIGHTS[2]]
    np.testing.assert_allclose(np.ravel(answer.get_data()), by_hand, rtol=1e-12)
    np.testing.assert_allclose(np.transpose(values.get_data()), VALUES)
    for line, value in zip(joints, VALUES, strict=True):
        np.testing.assert_allclose(np.transpose(line.get_data()), [value, by_hand])
    widths = [line.get_linewidth() for line in joints]
    assert widths == sorted(widths, reverse=True)
    assert to_hex(answer.get_color()) == BLUE


def test_everything_written_stays_within_its_panel() -> None:
    values = [[0.0, 0.0], [2.0, 0.3], [1.0, 1.8]]
    figure = draw_lookup([1.2, 0.5], [[1.6, -0.3], [0.2, 1.4], [-1.2, -0.4]], values)
    figure.draw_without_rendering()
    for axes in figure.axes:
        for text in filter(lambda one: one.get_text(), axes.texts):
            box = text.get_window_extent()
            assert axes.bbox.x0 <= box.x0 <= box.x1 <= axes.bbox.x1
            assert axes.bbox.y0 <= box.y0 <= box.y1 <= axes.bbox.y1


def test_a_vector_without_length_is_no_arrow() -> None:
    figure = draw_lookup([0.0, 0.0], [[0.0, 0.0]], [[3.0, 4.0]])
    assert arrows(figure.axes[0]) == []
    assert texts(figure)[-2:] == ["value 1", "answer"]
    assert figure.description == "The weights of 1 keys: 1.00. The answer is (3.00, 4.00)."


def test_words_for_those_who_cannot_see_it() -> None:
    figure = draw_lookup(QUERY, KEYS, VALUES)
    assert figure.title == "One query"
    assert figure.description == (
        "The weights of 3 keys: 0.67, 0.24, 0.09. The answer is (0.76, 0.33)."
    )


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (([1.0], KEYS, VALUES), ValueError, r"query: expected shape \(2,\), got shape \(1,\)"),
        (([1, 0], KEYS, VALUES), TypeError, "query: expected a nested list of real"),
        ((QUERY, [1.0, 2.0], VALUES), ValueError, r"keys: expected shape \(n, 2\), n from 1 to 5"),
        ((QUERY, np.ones((6, 2)), VALUES), ValueError, r"keys: expected shape \(n, 2\), n from 1"),
        ((QUERY, KEYS, [[np.nan, 0.0]]), ValueError, "values: expected finite numbers"),
        ((QUERY, KEYS, VALUES[:2]), ValueError, "values: expected 3, as many as keys, got 2"),
    ],
)
def test_names_bad_input(given: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        draw_lookup(*given)
