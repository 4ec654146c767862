"""Attention weights and confusion matrices as tables."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import colors
from matplotlib.figure import Figure

from figures import (
    _canvas,
    confusion_matrix,
    draw_attention,
    draw_matrix,
    plot_confusion,
)
from nnmath.costs import accuracy, one_hot


def cells(figure: Figure) -> dict[tuple[int, int], str]:
    """Return the texts of a table by row and column."""
    places = {}
    for text in figure.axes[0].texts:
        x, y = text.get_position()
        places[int(y), int(x)] = text.get_text()
    return places


def tile(figure: Figure, row: int, column: int) -> tuple[str, float] | None:
    """Return colour and opacity of a cell of a table, if it is shaded."""
    over = [
        (colors.to_hex(patch.get_facecolor()), patch.get_alpha())
        for patch in figure.axes[0].patches
        if patch.get_path().contains_point((column + 0.5, row + 0.5))
    ]
    assert len(over) <= 1
    return over[0] if over else None


class TestAttention:
    def test_cells_by_hand(self) -> None:
        figure = draw_attention([[0.75, 0.25], [0.0, 1.0]], ["q", "r"], ["k", "l"])
        assert cells(figure) == {(0, 0): "0.75", (0, 1): "0.25", (1, 0): "0.00", (1, 1): "1.00"}
        # Full opacity is 0.6, so that the numbers can be read.
        assert tile(figure, 0, 0) == (_canvas.BLUE, 0.75 * 0.6)
        assert tile(figure, 1, 0) is None
        assert tile(figure, 1, 1) == (_canvas.BLUE, 0.6)
        axes = figure.axes[0]
        assert [label.get_text() for label in axes.get_yticklabels()] == ["q", "r"]
        assert [label.get_text() for label in axes.get_xticklabels()] == ["k", "l"]
        # The first query is the upper row.
        assert axes.get_ylim() == (2.0, 0.0)

    def test_default_labels_and_words(self) -> None:
        words = "Attention weights. Query 1: key 1 0.20, key 2 0.80."
        assert draw_attention(np.array([[0.2, 0.8]])).description == words

    def test_long_labels_have_room(self) -> None:
        figure = draw_attention(
            [[0.5, 0.5]], queries=["a rather long query"], keys=["the longest", "k"]
        )
        figure.draw_without_rendering()
        boxes = [label.get_window_extent() for label in figure.axes[0].get_xticklabels()]
        assert boxes[0].x1 < boxes[1].x0
        assert figure.axes[0].get_yticklabels()[0].get_window_extent().x0 > 0

    @pytest.mark.parametrize(
        ("weights", "options", "error", "message"),
        [
            (
                [0.5, 0.5],
                {},
                ValueError,
                r"weights: expected shape \(n_queries, n_keys\) .* got shape \(2,\)",
            ),
            (np.zeros((0, 2)), {}, ValueError, r"weights: .* got shape \(0, 2\)"),
            ([[0.5, 0.6]], {}, ValueError, "weights: expected probabilities that sum to 1"),
            ([[1.5, -0.5]], {}, ValueError, "weights: expected numbers from 0"),
            ([[1, 0]], {}, TypeError, "weights: expected"),
            ([[1.0]], {"keys": ["a", "b"]}, ValueError, "keys: expected 1 texts, got 2"),
            ([[1.0]], {"queries": "a"}, TypeError, "queries: expected a list of 1 texts"),
        ],
    )
    def test_names_bad_input(self, weights: Any, options: dict, error: type, message: str) -> None:
        with pytest.raises(error, match=f"^{message}"):
            draw_attention(weights, **options)


CLASSES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30)


class TestConfusionMatrix:
    def test_by_hand(self) -> None:
        # 0 once right and once taken for 2, 1 never seen, 2 right.
        matrix = confusion_matrix(np.array([0, 0, 2]), np.array([0, 2, 2]), 3)
        assert matrix.tolist() == [[1, 0, 1], [0, 0, 0], [0, 0, 1]]
        assert matrix.dtype == np.int64
        assert confusion_matrix([], [], 2).tolist() == [[0, 0], [0, 0]]

    @given(CLASSES)
    def test_agrees_with_scikit_learn_and_with_accuracy(self, pairs: list[tuple[int, int]]) -> None:
        from sklearn.metrics import confusion_matrix as reference

        labels, answers = (list(side) for side in zip(*pairs, strict=True))
        matrix = confusion_matrix(labels, answers, 5)
        np.testing.assert_array_equal(matrix, reference(labels, answers, labels=range(5)))
        assert math.isclose(np.trace(matrix) / len(labels), accuracy(one_hot(answers, 5), labels))

    @given(CLASSES)
    def test_exchanging_labels_and_answers_transposes(self, pairs: list[tuple[int, int]]) -> None:
        labels, answers = (list(side) for side in zip(*pairs, strict=True))
        np.testing.assert_array_equal(
            confusion_matrix(labels, answers, 5), confusion_matrix(answers, labels, 5).T
        )

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            (([0.0], [0], 2), TypeError, "labels: expected integers"),
            (([0], [True], 2), TypeError, "predictions: expected integers"),
            (([[0]], [[0]], 2), ValueError, r"labels: expected shape \(N,\), got shape \(1, 1\)"),
            (
                ([0, 1], [0], 2),
                ValueError,
                r"predictions: expected the shape of labels, \(2,\), got shape \(1,\)",
            ),
            (
                ([0, 2], [0, 1], 2),
                ValueError,
                "labels: expected classes from 0 to 1, got classes from 0 to 2",
            ),
            (
                ([0, 1], [0, -1], 2),
                ValueError,
                "predictions: expected classes from 0 to 1, got classes from -1 to 0",
            ),
            (([0], [0], 0), ValueError, "n_classes: expected a whole number of at least 1, got 0"),
        ],
    )
    def test_names_bad_input(self, arguments: tuple, error: type, message: str) -> None:
        with pytest.raises(error, match=f"^{message}"):
            confusion_matrix(*arguments)


class TestPlotConfusion:
    def test_right_and_wrong_answers_have_their_own_colour_and_scale(self) -> None:
        figure = plot_confusion([[40, 0, 1], [0, 20, 0], [4, 0, 0]])
        assert cells(figure) == {(0, 0): "40", (0, 2): "1", (1, 1): "20", (2, 0): "4"}
        assert tile(figure, 0, 0) == (_canvas.BLUE, 0.6)
        assert tile(figure, 1, 1) == (_canvas.BLUE, 0.3)
        assert tile(figure, 2, 0) == (_canvas.ORANGE, 0.6)
        assert tile(figure, 0, 2) == (_canvas.ORANGE, pytest.approx(0.15))
        assert tile(figure, 0, 1) is tile(figure, 2, 2) is None

    def test_axes_are_named(self) -> None:
        axes = plot_confusion([[1, 0], [0, 1]], ["cat", "dog"]).axes[0]
        assert (axes.get_ylabel(), axes.get_xlabel()) == ("true class", "answer")
        assert [label.get_text() for label in axes.get_yticklabels()] == ["cat", "dog"]
        assert [label.get_text() for label in plot_confusion([[1]]).axes[0].get_xticklabels()] == [
            "0"
        ]

    def test_words_name_the_commonest_mistakes(self) -> None:
        matrix = [[9, 1, 0], [3, 9, 2], [1, 0, 9]]
        expected = (
            "Confusion matrix of 3 classes: 27 of 34 answers are right. "
            "b was taken for a (3 times). b was taken for c (2 times). a was taken for b (1 time)."
        )
        assert plot_confusion(matrix, "a b c".split()).description == expected
        assert plot_confusion([[0, 0], [0, 0]]).description.endswith("0 of 0 answers are right.")

    @pytest.mark.parametrize(
        ("matrix", "labels", "error", "message"),
        [
            ([[1.0]], None, TypeError, "matrix: expected integers"),
            ([[1, 2]], None, ValueError, r"matrix: expected shape \(n, n\), .* got shape \(1, 2\)"),
            ([1], None, ValueError, r"matrix: .* got shape \(1,\)"),
            (np.zeros((0, 0), int), None, ValueError, r"matrix: .* got shape \(0, 0\)"),
            ([[1, -2], [0, 0]], None, ValueError, "matrix: expected counts of at least 0, got -2"),
            ([[1]], ["a", "b"], ValueError, "labels: expected 1 texts, got 2"),
        ],
    )
    def test_names_bad_input(self, matrix: Any, labels: Any, error: type, message: str) -> None:
        with pytest.raises(error, match=f"^{message}"):
            plot_confusion(matrix, labels)


class TestMatrix:
    def test_cells_by_hand(self) -> None:
        figure = draw_matrix([[2.0, -1.0], [0.0, 0.5]], ["a", "b"], ["c", "d"])
        minus = "\N{MINUS SIGN}1.00"
        assert cells(figure) == {(0, 0): "2.00", (0, 1): minus, (1, 0): "0.00", (1, 1): "0.50"}
        # Shades are shares of the largest, 2, and full opacity is 0.6.
        assert tile(figure, 0, 0) == (_canvas.BLUE, 0.6)
        assert tile(figure, 0, 1) == (_canvas.ORANGE, 0.3)
        assert tile(figure, 1, 0) is None
        assert tile(figure, 1, 1) == (_canvas.BLUE, 0.15)

    def test_default_labels_names_of_axes_and_words(self) -> None:
        figure = draw_matrix([[1.0, -3.0]], axis_names=("facts", "neurons"))
        axes = figure.axes[0]
        assert (axes.get_ylabel(), axes.get_xlabel()) == ("facts", "neurons")
        assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2"]
        words = "1 rows and 2 columns of numbers from \N{MINUS SIGN}3 to 1. "
        assert figure.description == words + "The largest in size: row 1, column 2."

    def test_many_columns_are_narrow_and_without_numbers(self) -> None:
        figure = draw_matrix(np.ones((2, 40)))
        assert figure.get_size_inches()[0] < 7.0
        assert cells(figure) == {}
        assert len(cells(draw_matrix(np.ones((2, 40)), numbers=True))) == 80
        assert cells(draw_matrix(np.ones((2, 2)), numbers=False)) == {}

    def test_zeros_alone_have_no_shade(self) -> None:
        figure = draw_matrix(np.zeros((2, 2)))
        assert not figure.axes[0].patches

    @pytest.mark.parametrize(
        ("values", "options", "error", "message"),
        [
            ([1.0], {}, ValueError, r"values: expected shape \(n_rows, n_columns\) .* \(1,\)"),
            (np.zeros((0, 2)), {}, ValueError, "values: expected shape"),
            ([[1, 2]], {}, TypeError, "values: expected a nested list of real floating-point"),
            ([[math.nan]], {}, ValueError, "values: expected finite numbers, got nan"),
            ([[1.0]], {"rows": ["a", "b"]}, ValueError, "rows: expected 1 texts, got 2"),
            ([[1.0]], {"columns": "a"}, TypeError, "columns: expected a list of 1 texts"),
            ([[1.0]], {"axis_names": "ab"}, TypeError, "axis_names: expected a tuple of two"),
            ([[1.0]], {"axis_names": ("a", 1)}, TypeError, r"axis_names\[1\]: expected a text"),
            ([[1.0]], {"numbers": 1}, TypeError, "numbers: expected True or False, got int 1"),
        ],
    )
    def test_names_bad_input(self, values: Any, options: dict, error: type, message: str) -> None:
        with pytest.raises(error, match=f"^{message}"):
            draw_matrix(values, **options)
