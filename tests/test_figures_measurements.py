"""Measurements with their spread, and directions as arrows."""

import math
from typing import Any

import numpy as np
import pytest
from drawn import texts
from matplotlib.text import Annotation

from figures import draw_directions, plot_measurements


class TestMeasurements:
    def test_lines_are_means_and_bands_reach_from_least_to_most(self) -> None:
        figure = plot_measurements(
            [1.0, 2.0, 4.0], {"a": [[1.0, 2.0, 3.0], [3.0, 2.0, 5.0]], "b": [1.0, 1.0, 1.0]}
        )
        (axes,) = figure.axes
        assert list(axes.lines[0].get_xdata()) == [1.0, 2.0, 4.0]
        assert list(axes.lines[0].get_ydata()) == [2.0, 2.0, 4.0]
        assert list(axes.lines[1].get_ydata()) == [1.0, 1.0, 1.0]
        (band,) = axes.collections
        corners = {tuple(corner) for corner in band.get_paths()[0].vertices.tolist()}
        assert {(1.0, 1.0), (1.0, 3.0), (4.0, 3.0), (4.0, 5.0)} <= corners

    def test_curves_differ_in_more_than_colour_and_are_named(self) -> None:
        figure = plot_measurements([1.0, 2.0], {"a": [1.0, 2.0], "b": [2.0, 3.0]})
        first, second = figure.axes[0].lines
        assert first.get_color() != second.get_color()
        assert first.get_linestyle() != second.get_linestyle()
        assert [t.get_text() for t in figure.legends[0].get_texts()] == ["a", "b"]
        alone = plot_measurements([1.0, 2.0], {"a": [1.0, 2.0]})
        assert alone.legends == []

    def test_what_was_expected_is_a_line_without_marks(self) -> None:
        figure = plot_measurements([1.0, 2.0], {"a": [1.0, 2.0]}, expected={"bound": [2.0, 2.0]})
        measured, bound = figure.axes[0].lines
        assert measured.get_marker() == "o"
        assert bound.get_marker() == "None"
        assert list(bound.get_ydata()) == [2.0, 2.0]

    def test_axes_and_words(self) -> None:
        figure = plot_measurements(
            np.array([10, 100]), {"a": [1.0, 2.0]}, x_label="width", y_label="facts", log_x=True
        )
        axes = figure.axes[0]
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("width", "facts")
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")
        assert [label.get_text() for label in axes.get_xticklabels()] == ["10", "100"]
        many = plot_measurements(np.arange(1, 30), {"a": np.ones(29)}, log_x=True)
        assert len(many.axes[0].get_xticklabels()) != 29
        assert figure.title == "facts over width"
        assert figure.description == "a: 1 at 10, 2 at 100."
        assert plot_measurements([3.0], {"a": [1.0]}, log_y=True).description == "a: 1 at 3."

    @pytest.mark.parametrize(
        ("x", "measured", "options", "error", "message"),
        [
            ([], {"a": []}, {}, ValueError, r"x: expected shape \(n,\), n at least 1, got"),
            ([[1.0]], {"a": [1.0]}, {}, ValueError, r"x: expected shape \(n,\)"),
            (["a"], {"a": [1.0]}, {}, TypeError, "x: expected a nested list of real"),
            ([math.nan], {"a": [1.0]}, {}, ValueError, "x: expected finite numbers"),
            ([1.0], {}, {}, ValueError, "measured: expected one to four curves, got 0"),
            ([1.0], {c: [1.0] for c in "abcde"}, {}, ValueError, "measured: expected one to four"),
            ([1.0], [1.0], {}, TypeError, "measured: expected a dict of arrays by name"),
            ([1.0], {1: [1.0]}, {}, TypeError, "name in measured: expected a text, got int 1"),
            ([1.0], {"a": [1.0, 2.0]}, {}, ValueError, r"measured\['a'\]: expected shape \(1,\)"),
            ([1.0], {"a": [math.inf]}, {}, ValueError, r"measured\['a'\]: expected finite"),
            ([1.0], {"a": [0.0]}, {"log_y": True}, ValueError, r"measured\['a'\]: .* positive"),
            ([0.0], {"a": [1.0]}, {"log_x": True}, ValueError, "x: expected positive numbers"),
            ([1.0], {"a": [1.0]}, {"log_x": 1}, TypeError, "log_x: expected True or False"),
            ([1.0], {"a": [1.0]}, {"x_label": 1}, TypeError, "x_label: expected a text"),
            ([1.0], {"a": [1.0]}, {"y_label": None}, TypeError, "y_label: expected a text"),
            ([1.0], {"a": [1.0]}, {"expected": {"b": [[[1.0]]]}}, ValueError, r"expected\['b'\]: "),
        ],
    )
    def test_names_bad_input(
        self, x: Any, measured: Any, options: dict, error: type, message: str
    ) -> None:
        with pytest.raises(error, match=f"^{message}"):
            plot_measurements(x, measured, **options)


class TestDirections:
    def test_an_arrow_for_each_column_with_its_name_beyond_the_tip(self) -> None:
        W = np.array([[1.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
        figure = draw_directions({"one": W, "two": -W}, names=["a", "b", "c"])
        assert [axes.get_title() for axes in figure.axes] == ["one", "two"]
        first = figure.axes[0]
        tips = [child.xy for child in first.get_children() if isinstance(child, Annotation)]
        assert tips == [(1.0, 0.0), (0.0, 2.0)]  # the column of zeros has no arrow
        assert texts(figure) == ["a", "b", "a", "b"]
        names = [t for t in first.texts if t.get_text() == "b"]
        assert names[0].get_position()[1] > 2.0

    def test_panels_have_one_scale(self) -> None:
        figure = draw_directions({"small": np.eye(2), "large": 4.0 * np.eye(2)})
        assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim() == (-5.0, 5.0)

    def test_default_names_and_words(self) -> None:
        figure = draw_directions({"w": [[0.0, -3.0, 0.0], [1.0, 0.0, 0.0]]})
        assert figure.description == (
            "w: 1 at 90 degrees of length 1, 2 at 180 degrees of length 3, 3 of length 0."
        )
        assert draw_directions({"nothing": np.zeros((2, 1))}).axes[0].get_xlim() == (-1.0, 1.0)

    @pytest.mark.parametrize(
        ("panels", "options", "error", "message"),
        [
            ([np.eye(2)], {}, TypeError, "panels: expected a dict of matrices by title"),
            ({}, {}, ValueError, "panels: expected one to four, got 0"),
            (
                {c: np.eye(2) for c in "abcde"},
                {},
                ValueError,
                "panels: expected one to four, got 5",
            ),
            ({"a": np.ones((3, 2))}, {}, ValueError, r"panels\['a'\]: expected shape \(2, n\)"),
            ({"a": np.ones((2, 0))}, {}, ValueError, r"panels\['a'\]: expected shape \(2, n\)"),
            (
                {"a": np.eye(2), "b": np.ones((2, 3))},
                {},
                ValueError,
                r"panels\['b'\]: .*, that of the first, got shape \(2, 3\)",
            ),
            ({"a": [[math.nan], [1.0]]}, {}, ValueError, r"panels\['a'\]: expected finite"),
            ({1: np.eye(2)}, {}, TypeError, "title in panels: expected a text, got int 1"),
            ({"a": np.eye(2)}, {"names": ["x"]}, ValueError, "names: expected 2 texts, got 1"),
            ({"a": np.eye(2)}, {"names": "xy"}, TypeError, "names: expected a list of 2 texts"),
        ],
    )
    def test_names_bad_input(self, panels: Any, options: dict, error: type, message: str) -> None:
        with pytest.raises(error, match=f"^{message}"):
            draw_directions(panels, **options)
