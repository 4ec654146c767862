"""Networks as circles and lines, and the chain of single neurons."""

import math
from typing import Any

import numpy as np
import pytest
from drawn import bundles, patches, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import colors
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle, Wedge
from matplotlib.text import Annotation

from figures import _canvas, draw_chain, draw_network

WEIGHTS = [np.array([[1.0, -1.0], [0.5, 2.0], [-1.5, 0.0]]), np.array([[1.0, -0.5, 2.0]])]
BIASES = [np.array([0.0, -0.5, 1.0]), np.array([0.25])]


class TestNetwork:
    def test_circles_and_lines_of_the_documents_picture(self) -> None:
        figure = draw_network([4, 5, 3, 2])
        assert len(patches(figure, Circle)) == 4 + 5 + 3 + 2
        assert [len(pair.get_segments()) for pair in bundles(figure)] == [20, 15, 6]
        assert texts(figure) == []
        assert figure.title == "Network 4-5-3-2"
        assert "4, 5, 3 and 2 neurons" in figure.description

    @given(st.lists(st.integers(1, 7), min_size=2, max_size=5))
    @settings(max_examples=30, deadline=None)
    def test_lines_join_rims_and_everything_is_in_the_figure(self, sizes: list[int]) -> None:
        figure = draw_network(sizes)
        circles = patches(figure, Circle)
        centres = np.array([circle.center for circle in circles])
        radius = circles[0].radius
        assert len(circles) == sum(sizes)
        for end in (
            point
            for pair in bundles(figure)
            for segment in pair.get_segments()
            for point in segment
        ):
            # A transparent circle must not show a line inside.
            assert math.isclose(np.linalg.norm(centres - end, axis=1).min(), radius, rel_tol=1e-9)
        width, height = figure.get_size_inches()
        assert centres.min() > radius
        assert (centres < np.array([width, height]) - radius).all()

    def test_lines_are_in_the_order_of_the_weights(self) -> None:
        figure = draw_network([2, 3, 1], weights=WEIGHTS)
        first = bundles(figure)[0]
        blue, orange = (colors.to_rgb(color) for color in (_canvas.BLUE, _canvas.ORANGE))
        found = [tuple(color[:3]) for color in first.get_colors()]
        # Row by row: 1, -1, 0.5, 2, -1.5, 0.
        assert found[:5] == [blue, orange, blue, blue, orange]
        assert found[5] == colors.to_rgb(_canvas.ink())
        # The largest of the matrix, 2, has the full width 3.4; 1 has half of the 3.0 above 0.4.
        np.testing.assert_allclose(first.get_linewidths(), [1.9, 1.9, 1.15, 3.4, 2.65, 0.4])

    def test_numbers_of_weights_biases_and_values_are_written(self) -> None:
        values = [np.array([1.0, 0.5]), None, np.array([-0.25])]
        figure = draw_network([2, 3, 1], weights=WEIGHTS, biases=BIASES, values=values)
        assert texts(figure) == [
            *["1", "−1", "0.5", "2", "−1.5", "0"],
            *["1", "−0.5", "2"],
            *["1.00", "0.50"],
            *["bias 0", "bias −0.5", "bias 1"],
            *["bias 0.25", "−0.25"],
        ]
        discs = patches(figure, Wedge)
        # Opacity 0.6 for the largest number, here 1; orange for the negative one.
        assert [disc.get_alpha() for disc in discs] == [0.6, 0.3, 0.15]
        assert [colors.to_hex(disc.get_facecolor()) for disc in discs] == [_canvas.BLUE] * 2 + [
            _canvas.ORANGE
        ]

    def test_numbers_on_lines_keep_away_from_each_other_and_from_other_lines(self) -> None:
        figure = draw_network([2, 3], weights=WEIGHTS[:1])
        written = figure.axes[0].texts
        segments = bundles(figure)[0].get_segments()
        places = np.array([text.get_position() for text in written])
        for k, place in enumerate(places):
            assert min(np.linalg.norm(np.delete(places, k, axis=0) - place, axis=1)) > 0.25
            for j, (start, end) in enumerate(segments):
                along = (end - start) / np.linalg.norm(end - start)
                offset = place - start
                distance = abs(along[0] * offset[1] - along[1] * offset[0])
                assert math.isclose(distance, 0.1) if j == k else distance > 0.05
        # A line that falls to the right has its text turned clockwise, by its own angle.
        start, end = segments[2]
        assert math.isclose(
            written[2].get_rotation(), 360 - math.degrees(math.atan2(*(end - start)[::-1]))
        )

    def test_numbers_can_be_had_or_left_out(self) -> None:
        big = np.ones((5, 4))
        assert len(texts(draw_network([4, 5], weights=[big]))) == 0
        assert len(texts(draw_network([4, 5], weights=[big], numbers=True))) == 20
        assert len(texts(draw_network([2, 3, 1], weights=WEIGHTS, numbers=False))) == 0
        assert len(texts(draw_network([1, 1], weights=[np.zeros((1, 1))]))) == 1
        assert len(texts(draw_network([2, 3], numbers=True))) == 0

    def test_labels(self) -> None:
        assert texts(draw_network([2, 1], labels="a")) == [
            "$a_{0}^{1}$",
            "$a_{0}^{2}$",
            "$a_{1}^{1}$",
        ]
        figure = draw_network(
            [1, 2], labels=[["in"], ["x", "y"]], values=[np.array([0.5]), np.array([0.25, 3.0])]
        )
        assert texts(figure) == ["in", "0.5", "x", "y", "0.25", "3"]

    def test_large_layers_are_abridged(self) -> None:
        figure = draw_network(
            [784, 30, 3], max_neurons=6, labels="a", layer_names=["in", "hidden", "out"]
        )
        assert len(patches(figure, Circle)) == 5 + 5 + 3
        assert [len(pair.get_segments()) for pair in bundles(figure)] == [25, 15]
        shown = [f"$a_{{0}}^{{{i}}}$" for i in (1, 2, 3, 783, 784)]
        assert texts(figure)[:7] == [*shown, "in", "784 neurons"]
        assert "3 neurons" not in texts(figure)
        assert len(figure.axes[0].lines) == 2  # the dots of two layers

    def test_abridged_weights_belong_to_the_neurons_shown(self) -> None:
        weights = np.zeros((1, 10))
        weights[0, 9] = -1.0
        figure = draw_network([10, 1], weights=[weights], max_neurons=3)
        assert [tuple(color[:3]) for color in bundles(figure)[0].get_colors()] == [
            colors.to_rgb(_canvas.ink()),
            colors.to_rgb(_canvas.ORANGE),
        ]

    def test_highlight(self) -> None:
        figure = draw_network([2, 3, 2], highlight=(1, 2))
        first, second = bundles(figure)
        assert list(first.get_alpha()) == [0.2] * 4 + [1.0] * 2
        assert list(second.get_alpha()) == [0.2] * 6
        edges = [colors.to_hex(circle.get_edgecolor()) for circle in patches(figure, Circle)]
        assert [k for k, color in enumerate(edges) if color == _canvas.ORANGE] == [4]
        assert figure.description.endswith("The lines that lead to neuron 3 of layer 1 stand out.")

    def test_never_wider_than_a_page(self) -> None:
        assert draw_network([2] * 9).get_figwidth() == 7.0


@pytest.mark.parametrize(
    ("sizes", "options", "error", "message"),
    [
        ("4-2", {}, TypeError, "sizes: expected a list of the layers' sizes"),
        (4, {}, TypeError, "sizes: expected a list"),
        ([4], {}, ValueError, "sizes: expected at least two layers, got 1"),
        ([4, 0], {}, ValueError, r"sizes\[1\]: expected a whole number of at least 1, got 0"),
        ([4, 2.0], {}, TypeError, r"sizes\[1\]: expected a whole number"),
        (
            [4, 2],
            {"max_neurons": 2},
            ValueError,
            "max_neurons: expected a whole number of at least 3, got 2",
        ),
        ([2, 1], {"labels": [["a"], ["b"]]}, ValueError, r"labels: .*\[2, 1\], got \[1, 1\]"),
        (
            [2, 1],
            {"layer_names": ["in"]},
            ValueError,
            "layer_names: expected 2 texts, got 1",
        ),
        ([2, 1], {"layer_names": "in"}, TypeError, "layer_names: .* got str 'in'"),
        ([2, 1], {"layer_names": [1, 2]}, TypeError, r"layer_names\[0\]: expected a text, got"),
        ([2, 1], {"labels": 3}, TypeError, "labels: expected as many texts in each layer"),
        ([2, 1], {"labels": ["ab", "c"]}, TypeError, r"labels\[0\]: expected a list of texts"),
        ([1, 1], {"labels": [[1], [2]]}, TypeError, r"labels\[0\]\[0\]: expected a text, got"),
        ([2, 1], {"weights": 1.0}, TypeError, "weights: expected a list of 1 arrays, got float"),
        ([2, 1], {"numbers": "yes"}, TypeError, "numbers: expected True or False, got str 'yes'"),
        ([2, 1], {"values": [np.ones(2)]}, ValueError, "values: expected 2 arrays, got 1"),
        (
            [2, 1],
            {"values": [np.ones(2), np.ones(2)]},
            ValueError,
            r"values\[1\]: expected shape \(1,\)",
        ),
        (
            [2, 1],
            {"weights": [np.ones((2, 1))]},
            ValueError,
            r"weights\[0\]: expected shape \(1, 2\)",
        ),
        ([2, 1], {"weights": [np.ones((1, 2), int)]}, TypeError, r"weights\[0\]: expected"),
        ([2, 1], {"weights": [None]}, TypeError, r"weights\[0\]: expected"),
        (
            [2, 1],
            {"biases": [np.array([math.nan])]},
            ValueError,
            r"biases\[0\]: expected finite numbers, got nan",
        ),
        (
            [2, 1],
            {"highlight": 1},
            TypeError,
            "highlight: expected a tuple of a layer and a neuron",
        ),
        (
            [2, 1],
            {"highlight": (0, 1)},
            ValueError,
            r"highlight\[0\]: expected a whole number of at least 1, got 0",
        ),
        (
            [2, 1],
            {"highlight": (2, 0)},
            ValueError,
            r"highlight\[0\]: expected a layer from 1 to 1, got 2",
        ),
        (
            [2, 1],
            {"highlight": (1, 1)},
            ValueError,
            r"highlight\[1\]: expected a neuron from 0 to 0 of layer 1, got 1",
        ),
    ],
)
def test_network_names_bad_input(sizes: Any, options: dict, error: type, message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        draw_network(sizes, **options)


class TestChain:
    def test_neurons_weights_biases_and_cost(self) -> None:
        figure = draw_chain()
        assert len(patches(figure, Circle)) == 3
        assert len(patches(figure, Rectangle)) == 1
        in_order = [
            "$a_{0}$",
            "$a_{1}$",
            "$b_{1}$",
            "$w_{0}$",
            "$a_{2}$",
            "$b_{2}$",
            "$w_{1}$",
            "$C$",
            "$y$",
        ]
        assert texts(figure) == in_order

    def test_arrows_lead_from_node_to_node_and_up_from_below(self) -> None:
        notes = [
            child for child in draw_chain(3).axes[0].get_children() if isinstance(child, Annotation)
        ]
        assert all(isinstance(note.arrow_patch, FancyArrowPatch) for note in notes)
        # Into a_1, a_2 and C: one from the left, one from below.
        ways = [np.subtract(note.xy, note.xyann) for note in notes]
        assert len(ways) == 6
        for right, up in zip(ways[::2], ways[1::2], strict=True):
            assert right[0] > 0.5
            assert right[1] == 0
            assert up[0] == 0
            assert up[1] < 0  # the axis points down

    def test_own_texts(self) -> None:
        figure = draw_chain(
            2,
            activations=["$a_{l-1}$", "$a_l$"],
            weights=["$w_{l-1}$"],
            biases=["$b_l$"],
            target="7",
            cost="loss",
        )
        assert texts(figure) == ["$a_{l-1}$", "$a_l$", "$b_l$", "$w_{l-1}$", "loss", "7"]

    def test_backward(self) -> None:
        written = texts(draw_chain(3, backward=True))
        assert [text for text in written if "partial" in text] == [
            rf"$\partial C/\partial a_{{{layer}}}$" for layer in range(3)
        ]
        assert "derivative" in draw_chain(3, backward=True).description
        assert "derivative" not in draw_chain(3).description

    @pytest.mark.parametrize("n", [2, 3, 9])
    @pytest.mark.parametrize("backward", [False, True])
    def test_fits_into_the_figure_and_the_page(self, n: int, backward: bool) -> None:
        figure = draw_chain(n, backward=backward)
        width, height = figure.get_size_inches()
        assert width <= 7.0
        for artist in [*figure.axes[0].texts, *figure.axes[0].patches]:
            box = artist.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
            assert box.x0 > 0
            assert box.y0 > 0
            assert box.x1 < width
            assert box.y1 < height

    @pytest.mark.parametrize(
        ("n", "options", "error", "message"),
        [
            (1, {}, ValueError, "n_layers: expected a whole number of at least 2, got 1"),
            (2.0, {}, TypeError, "n_layers: expected a whole number"),
            (3, {"weights": ["w"]}, ValueError, "weights: expected 2 texts, got 1"),
            (3, {"biases": ["b"] * 3}, ValueError, "biases: expected 2 texts, got 3"),
            (3, {"activations": "abc"}, TypeError, "activations: expected a list of 3 texts, got"),
            (3, {"activations": [0, 1, 2]}, TypeError, r"activations\[0\]: expected a text"),
            (3, {"biases": {"a", "b"}}, TypeError, "biases: expected a list of 2 texts, got set"),
            (3, {"target": None}, TypeError, "target: expected a text, got None"),
            (3, {"cost": 1.0}, TypeError, "cost: expected a text, got float 1.0"),
            (3, {"backward": 1}, TypeError, "backward: expected True or False, got int 1"),
        ],
    )
    def test_names_bad_input(self, n: Any, options: dict, error: type, message: str) -> None:
        with pytest.raises(error, match=f"^{message}"):
            draw_chain(n, **options)
