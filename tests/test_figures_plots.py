"""Learning curves, and functions beside their derivatives."""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from figures import (
    plot_functions,
    plot_history,
)
from nnmath.activations import ACTIVATIONS, Activation, relu, relu_prime, softmax, softmax_backward


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

    def test_gaps_where_nothing_was_measured(self) -> None:
        figure = plot_history(history(validation_cost=[None, 0.6, None]))
        line = figure.axes[0].lines[1]
        np.testing.assert_array_equal(line.get_ydata(), [np.nan, 0.6, np.nan])
        assert line.get_marker() == "o"
        assert "cost 0.3 in training and not measured in validation;" in figure.description

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
            (history(cost=[]), ValueError, r"history\.cost: expected a number for each of the 3"),
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
        [(1, (1, 1)), (2, (1, 2)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3)), (7, (3, 3))],
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
            (["rule"], {}, ValueError, r"functions\[0\]: expected one of identity, .* got 'rule'"),
            ([np.sin], {}, TypeError, r"functions\[0\]: expected"),
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
