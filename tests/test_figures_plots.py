"""Learning curves, functions with derivatives, attention weights, confusion matrices."""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import colors
from matplotlib.figure import Figure

from nnmath.activations import ACTIVATIONS, Activation, relu, relu_prime, softmax, softmax_backward
from nnmath.costs import accuracy, one_hot
from nnmath.figures import (
    _canvas,
    confusion_matrix,
    draw_attention,
    plot_confusion,
    plot_functions,
    plot_history,
)


def history(**lists: Any) -> Any:
    """Return a history of three epochs with some of its lists replaced."""
    default = {
        "epochs": [1, 2, 3],
        "cost": [0.9, 0.5, 0.3],
        "accuracy": [0.4, 0.7, 0.9],
        "validation_cost": [1.0, 0.6, 0.5],
        "validation_accuracy": [0.3, 0.6, 0.8],
    }
    return SimpleNamespace(**default | lists)


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


class TestHistory:
    def test_curves_are_the_numbers_of_the_history(self) -> None:
        cost, share = plot_history(history()).axes
        assert [axes.get_title() for axes in (cost, share)] == ["cost", "accuracy"]
        for axes, expected in (
            (cost, [[0.9, 0.5, 0.3], [1.0, 0.6, 0.5]]),
            (share, [[0.4, 0.7, 0.9], [0.3, 0.6, 0.8]]),
        ):
            for line, numbers in zip(axes.lines, expected, strict=True):
                assert list(line.get_xdata()) == [1, 2, 3]
                assert list(line.get_ydata()) == numbers
        assert [text.get_text() for text in cost.get_legend().get_texts()] == [
            "training",
            "validation",
        ]
        assert cost.get_ylim()[0] == 0.0

    def test_training_and_validation_differ_in_more_than_colour(self) -> None:
        training, validation = plot_history(history()).axes[0].lines
        assert training.get_color() != validation.get_color()
        assert training.get_linestyle() == "-"
        assert validation.get_linestyle() != "-"

    @pytest.mark.parametrize("nothing", [[], [None, None, None]])
    def test_without_validation_or_accuracy(self, nothing: list) -> None:
        alone = plot_history(history(validation_cost=nothing, validation_accuracy=nothing))
        assert [len(axes.lines) for axes in alone.axes] == [1, 1]
        assert alone.axes[0].get_legend() is None
        only_cost = plot_history(history(accuracy=nothing, validation_accuracy=nothing))
        assert [axes.get_title() for axes in only_cost.axes] == ["cost"]

    def test_words(self) -> None:
        words = (
            "After 3 epochs: cost 0.3 in training and 0.5 in validation; "
            "accuracy 0.9 in training and 0.8 in validation."
        )
        assert plot_history(history()).description == words

    def test_one_epoch_is_a_visible_point(self) -> None:
        one = history(
            epochs=[1], cost=[0.5], accuracy=[0.2], validation_cost=[], validation_accuracy=[]
        )
        figure = plot_history(one)
        assert figure.axes[0].lines[0].get_marker() == "o"
        assert figure.description.startswith("After 1 epoch: ")

    @pytest.mark.parametrize(
        ("given", "error", "message"),
        [
            (None, TypeError, "history: expected a History as train returns it, got None"),
            ({"epochs": [1]}, TypeError, "history: expected a History"),
            (history(cost=3), TypeError, "history: expected a History"),
            (
                history(epochs=[], cost=[]),
                ValueError,
                "history: expected at least one finished epoch, got none",
            ),
            (
                history(cost=[1.0]),
                ValueError,
                r"history\.cost: expected a number for each of the 3 epochs, got 1",
            ),
            (
                history(validation_accuracy=[0.5]),
                ValueError,
                r"history\.validation_accuracy: .* got 1",
            ),
        ],
    )
    def test_names_bad_input(self, given: Any, error: type, message: str) -> None:
        with pytest.raises(error, match=f"^{message}"):
            plot_history(given)


class TestFunctions:
    @pytest.mark.parametrize("name", ["identity", "sigmoid", "tanh", "relu", "gelu"])
    def test_curve_and_derivative_of_each_activation(self, name: str) -> None:
        (axes,) = plot_functions([name], limits=(-2.0, 3.0), n_points=101).axes
        _, _, function, slope = axes.lines
        z = function.get_xdata()
        assert (z[0], z[-1], len(z)) == (-2.0, 3.0, 101)
        activation = ACTIVATIONS[name]
        np.testing.assert_array_equal(function.get_ydata(), activation.function(z))
        x, y = slope.get_xdata(), slope.get_ydata()
        kept = ~np.isnan(x)
        np.testing.assert_array_equal(x[kept], z)
        np.testing.assert_array_equal(y[kept], activation.backward(np.ones(101), z))
        assert axes.get_title() == name

    def test_only_a_jump_makes_a_gap(self) -> None:
        gaps = {
            axes.get_title(): int(np.isnan(axes.lines[3].get_ydata()).sum())
            for axes in plot_functions(["identity", "sigmoid", "relu", "gelu"]).axes
        }
        assert gaps == {"identity": 0, "sigmoid": 0, "relu": 1, "gelu": 0}
        # With few points every slope looks like a jump: none is taken for one.
        assert not np.isnan(plot_functions(["relu"], n_points=3).axes[0].lines[3].get_ydata()).any()

    def test_pairs_by_name_and_own_activations(self) -> None:
        figure = plot_functions(
            {"square": (np.square, lambda z: 2 * z)}, limits=(0.0, 2.0), n_points=3
        )
        _, _, function, slope = figure.axes[0].lines
        assert function.get_ydata().tolist() == [0.0, 1.0, 4.0]
        assert slope.get_ydata().tolist() == [0.0, 2.0, 4.0]
        own = Activation("mine", relu, lambda da, z: da * relu_prime(z))
        assert (
            plot_functions([own, "tanh"]).title
            == "The functions mine and tanh with their derivatives"
        )
        assert plot_functions([own]).title == "The function mine with its derivative"

    @pytest.mark.parametrize(
        ("n", "shape"),
        [(1, (1, 1)), (2, (1, 2)), (3, (1, 3)), (4, (1, 4)), (5, (2, 3)), (7, (2, 4))],
    )
    def test_panels(self, n: int, shape: tuple[int, int]) -> None:
        figure = plot_functions({str(k): (np.sin, np.cos) for k in range(n)}, n_points=5)
        assert figure.axes[0].get_subplotspec().get_gridspec().get_geometry() == shape
        assert [axes.get_visible() for axes in figure.axes] == [True] * n + [False] * (
            math.prod(shape) - n
        )
        assert figure.get_figwidth() <= 7.0
        (legend,) = figure.legends
        assert [text.get_text() for text in legend.get_texts()] == ["function", "derivative"]

    @pytest.mark.parametrize(
        ("functions", "options", "error", "message"),
        [
            (
                "relu",
                {},
                TypeError,
                "functions: expected a list of activation functions, or a dict",
            ),
            (ACTIVATIONS["relu"], {}, TypeError, "functions: expected a list"),
            (7, {}, TypeError, "functions: expected a list"),
            ([], {}, ValueError, "functions: expected at least one, got none"),
            ({}, {}, ValueError, "functions: expected at least one, got none"),
            (["rule"], {}, ValueError, "activation: expected one of identity, .* got 'rule'"),
            ([np.sin], {}, TypeError, "activation: expected"),
            (
                {"f": np.sin},
                {},
                TypeError,
                r"functions\['f'\]: expected a tuple of a function and its derivative",
            ),
            ({"f": (np.sin, 1)}, {}, TypeError, r"functions\['f'\]: expected a tuple"),
            (
                ["softmax"],
                {},
                ValueError,
                "functions: expected functions of one number at a time, got softmax",
            ),
            (
                {"sum": (np.sum, np.cos)},
                {},
                ValueError,
                "functions: expected functions of one number .* got sum",
            ),
            (["relu"], {"limits": 4.0}, TypeError, "limits: expected a tuple of two numbers"),
            (
                ["relu"],
                {"limits": (1.0, 1.0)},
                ValueError,
                r"limits: expected the smaller end first, got \(1.0, 1.0\)",
            ),
            (
                ["relu"],
                {"limits": (0.0, math.inf)},
                ValueError,
                r"limits\[1\]: expected a finite number, got inf",
            ),
            (
                ["relu"],
                {"n_points": 1},
                ValueError,
                "n_points: expected a whole number of at least 2, got 1",
            ),
        ],
    )
    def test_names_bad_input(
        self, functions: Any, options: dict, error: type, message: str
    ) -> None:
        with pytest.raises(error, match=f"^{message}"):
            plot_functions(functions, **options)

    def test_softmax_is_refused_as_a_pair_too(self) -> None:
        pair = (softmax, lambda z: softmax_backward(np.ones_like(z), z))
        with pytest.raises(ValueError, match="one number at a time"):
            plot_functions({"softmax": pair})


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
