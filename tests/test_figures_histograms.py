"""Histograms with their tails in another colour."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawn import texts
from matplotlib.colors import to_hex

from figures import plot_tails
from figures._canvas import BLUE, ORANGE

pytestmark = pytest.mark.filterwarnings("error")

COINS = {
    "one": [[-1.0, 1.0], [0.5, 0.5]],
    "two": [[-1.0, 0.0, 1.0], [0.25, 0.5, 0.25]],
}


def test_bars_stand_where_they_are_and_the_tail_is_orange() -> None:
    figure = plot_tails(COINS, 0.0)
    for axes, (places, heights) in zip(figure.axes, COINS.values(), strict=True):
        bars = sorted(axes.patches, key=lambda bar: bar.get_x())
        middles = [bar.get_x() + bar.get_width() / 2 for bar in bars]
        np.testing.assert_allclose(middles, places, atol=1e-12)
        assert [bar.get_height() for bar in bars] == heights
        colors = [to_hex(bar.get_facecolor()) for bar in bars]
        assert colors == [ORANGE if place >= 0.0 else BLUE for place in places]


def test_bars_do_not_touch() -> None:
    (axes,) = plot_tails({"uneven": [[0.0, 1.0, 3.0], [1.0, 1.0, 1.0]]}, 9.0).axes
    assert {bar.get_width() for bar in axes.patches} == {0.85}


def test_panels_share_their_axis_and_have_their_texts() -> None:
    figure = plot_tails(COINS, 0.5, notes=["half", "a quarter"], x_label="sum")
    assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim()
    assert texts(figure) == ["one", "half", "two", "a quarter"]
    assert figure.axes[1].get_xlabel() == "sum"


def test_words_for_those_who_cannot_see_it() -> None:
    figure = plot_tails(COINS, 0.5, x_label="sum")
    assert figure.title == "sum"
    assert figure.description == (
        "one: from -1 to 1, the highest bar at -1; 50 % at 0.5 or more; "
        "two: from -1 to 1, the highest bar at 0; 25 % at 0.5 or more."
    )
    assert plot_tails(COINS, 0.5).title == "Histograms"


@pytest.mark.parametrize(
    ("panels", "error", "message"),
    [
        ([1.0], TypeError, "panels: expected a dict of arrays by name"),
        ({}, ValueError, "panels: expected one to four, got 0"),
        (dict.fromkeys("abcde", COINS["one"]), ValueError, "panels: expected one to four, got 5"),
        (
            {"a": [[0.0], [1.0]]},
            ValueError,
            r"panels\['a'\]: expected shape \(2, n\), n at least 2",
        ),
        ({"a": [[1.0, 0.0], [1.0, 1.0]]}, ValueError, r"panels\['a'\]: expected places that rise"),
        ({"a": [[0.0, 1.0], [1.0, -1.0]]}, ValueError, r"panels\['a'\]: expected heights of at"),
        ({"a": [[0.0, 1.0], [0.0, 0.0]]}, ValueError, r"panels\['a'\]: expected heights of at"),
    ],
)
def test_names_bad_panels(panels: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        plot_tails(panels, 0.5)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"limit": np.nan}, ValueError, "limit: expected a finite number"),
        ({"limit": 0.5, "notes": ["a"]}, ValueError, "notes: expected 2 texts, got 1"),
        ({"limit": 0.5, "x_label": 3}, TypeError, "x_label: expected "),
    ],
)
def test_names_bad_options(options: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        plot_tails(COINS, **options)
