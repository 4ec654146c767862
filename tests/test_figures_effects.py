"""Effects with error bars."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from figures import plot_effects
from figures._canvas import BLUE, ORANGE, ink

pytestmark = pytest.mark.filterwarnings("error")

EFFECTS = {"better": [1.0, 3.0, 2.0], "unsure": np.array([-1.0, 1.0]), "worse": [-5.0, -5.5]}


def bars(figure):
    """Return for each row its mean, the ends of its bar, and its colour."""
    found = []
    for container in figure.axes[0].containers:
        dot, _, (lines,) = container.lines
        (start, end), _ = np.transpose(lines.get_segments()[0])
        found.append((float(dot.get_xdata()[0]), start, end, to_hex(dot.get_color())))
    return found


def test_means_and_bars_by_hand():
    # 1, 3, 2: mean 2, standard deviation 1, standard error 1 over the root of 3, two of them.
    # -1, 1: mean 0, standard deviation the root of 2, standard error 1.
    # -5, -5.5: mean -5.25, standard deviation the root of 1/8, standard error 1/4.
    better, unsure, worse = bars(plot_effects(EFFECTS))
    two = 2.0 / np.sqrt(3.0)
    np.testing.assert_allclose(better[:3], [2.0, 2.0 - two, 2.0 + two], rtol=1e-12)
    np.testing.assert_allclose(unsure[:3], [0.0, -2.0, 2.0], rtol=1e-12)
    np.testing.assert_allclose(worse[:3], [-5.25, -5.75, -4.75], rtol=1e-12)
    assert [row[3] for row in (better, unsure, worse)] == [BLUE, to_hex(ink()), ORANGE]


def test_names_stand_at_their_rows_from_the_top():
    axes = plot_effects(EFFECTS, x_label="points").axes[0]
    assert [text.get_text() for text in axes.get_yticklabels()] == list(EFFECTS)
    assert list(axes.get_yticks()) == [0, 1, 2]
    low, high = axes.get_ylim()
    assert low > high  # downwards
    assert axes.get_xlabel() == "points"
    assert axes.lines[0].get_xdata() == [0.0, 0.0]


def test_words():
    figure = plot_effects(EFFECTS, x_label="points")
    assert figure.title == "points"
    assert figure.description == "points: better +2 ± 1.2; unsure +0 ± 2; worse -5.2 ± 0.5."
    alone = plot_effects({"one": [1.0, 1.0]})
    assert (alone.title, alone.description) == ("Effects", "one +1 ± 0.")


@pytest.mark.parametrize(
    ("effects", "error", "message"),
    [
        ([1.0, 2.0], TypeError, "^effects: expected a dict of arrays by name, got list"),
        ({}, ValueError, "^effects: expected at least one, got none$"),
        ({3: [1.0, 2.0]}, TypeError, "^name in effects: expected "),
        (
            {"a": [1.0]},
            ValueError,
            r"^effects\['a'\]: expected at least two measurements, got shap",
        ),
        ({"a": [[1.0, 2.0]]}, ValueError, r"^effects\['a'\]: expected at least two measurements,"),
        ({"a": [1, 2]}, TypeError, r"^effects\['a'\]: expected a nested list of real floating-poi"),
        ({"a": [1.0, np.nan]}, ValueError, r"^effects\['a'\]: expected finite numbers, got nan at"),
    ],
)
def test_what_is_refused(effects, error, message):
    with pytest.raises(error, match=message):
        plot_effects(effects)


def test_label_must_be_text():
    with pytest.raises(TypeError, match="^x_label: expected "):
        plot_effects(EFFECTS, x_label=3)
