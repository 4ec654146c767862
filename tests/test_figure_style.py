"""The book's figure style: ink that follows the page, no fixed black, the same bytes twice."""

import importlib.util
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

import figures
from nnmath.datasets import load_digits

PATH = Path(__file__).parents[1] / "conf" / "kernel" / "figure_style.py"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def style() -> Iterator[ModuleType]:
    """Load the style and use its settings, then go back to Matplotlib's own."""
    specification = importlib.util.spec_from_file_location("figure_style", PATH)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    with matplotlib.rc_context(module.SETTINGS):
        yield module


RNG = np.random.default_rng(0)
DRAWN: dict[str, Callable[[], Figure]] = {
    "draw_network": lambda: figures.draw_network(
        [3, 2], weights=[np.eye(2, 3)], labels="a", values=[np.ones(3), None]
    ),
    "draw_chain": lambda: figures.draw_chain(backward=True),
    "draw_block": lambda: figures.draw_block(backward=True),
    "draw_lookup": lambda: figures.draw_lookup([1.0, 0.0], np.eye(2), [[1.0, 0.5], [0.0, 1.0]]),
    "draw_projections": lambda: figures.draw_projections([[1.0, 2.0], [0.0, 1.0]], [1.0, 1.0]),
    "plot_tails": lambda: figures.plot_tails({"coin": [[0.0, 1.0], [0.25, 0.75]]}, 1.0),
    "draw_attention": lambda: figures.draw_attention([[0.7, 0.3]]),
    "show_digits": lambda: figures.show_digits(load_digits().images[:2], titles=[0, 1]),
    "show_pixels": lambda: figures.show_pixels(load_digits().images[0]),
    "show_weights": lambda: figures.show_weights(np.linspace(-1, 1, 8).reshape(2, 4), (2, 2)),
    "plot_confusion": lambda: figures.plot_confusion([[5, 1], [0, 4]]),
    "plot_effects": lambda: figures.plot_effects({"more sleep": [1.0, 3.0]}),
    "plot_measurements": lambda: figures.plot_measurements(
        [1.0, 2.0], {"right": [[0.5, 0.7], [0.3, 0.9]]}, expected={"bound": [0.8, 0.9]}
    ),
    "draw_directions": lambda: figures.draw_directions({"two": [[1.0, 0.0], [0.0, -2.0]]}),
    "draw_map": lambda: figures.draw_map({"near": [[0.0, 1.0], [0.0, 3.0]], "far": [[9.0, 9.0]]}),
    "draw_paths": lambda: figures.draw_paths(
        lambda x, y: x**2 + y**2, {"down": [[3.0, 1.0], [0.0, 0.5]]}, labels=("x", "y")
    ),
    "draw_stages": lambda: figures.draw_stages(
        {"inputs": [[0.0, 0.0], [1.0, 1.0]]}, [False, True], names=["a", "b"], line=[1.0, 1.0, 1.0]
    ),
    "draw_matrix": lambda: figures.draw_matrix([[1.0, -0.5], [0.0, 2.0]], rows=["a", "b"]),
    "plot_functions": lambda: figures.plot_functions(["relu", "tanh"]),
    "plot_history": lambda: figures.plot_history(
        SimpleNamespace(
            epochs=[1, 2],
            cost=[2.0, 1.0],
            accuracy=[],
            validation_cost=[3.0, 2.0],
            validation_accuracy=[],
        )
    ),
}


def test_every_figure_is_drawn_here() -> None:
    assert set(DRAWN) == set(figures.__all__) - {"confusion_matrix"}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN.keys())
class TestEveryFigure:
    def test_ink_follows_the_page(self, style: ModuleType, draw: Callable[[], Figure]) -> None:
        svg = style.to_svg(draw())
        body = svg[svg.index("</style>") :]
        assert "currentColor" in body
        fixed = set(
            re.findall(
                r"(?:fill|stroke|stop-color)\s*[:=]\s*\"?(#[0-9a-f]{3,6}|rgb[^;\"]*|black|white)",
                body,
            )
        )
        assert fixed <= set(style.COLORS)

    def test_nothing_is_painted_over_the_page(
        self, style: ModuleType, draw: Callable[[], Figure]
    ) -> None:
        root = ET.fromstring(style.to_svg(draw()))
        width, height = (float(root.get(side).removesuffix("pt")) for side in ("width", "height"))
        glyphs = set(root.iterfind(f".//{SVG}defs/{SVG}path"))
        for path in set(root.iter(f"{SVG}path")) - glyphs:
            numbers = re.findall(r"[ML] (\S+) (\S+)", path.get("d", ""))
            corners = np.array(numbers, dtype=float).reshape(-1, 2)
            if len(corners) and (np.ptp(corners, axis=0) >= [0.99 * width, 0.99 * height]).all():
                assert "fill: none" in path.get("style", "")

    def test_same_bytes_twice(self, style: ModuleType, draw: Callable[[], Figure]) -> None:
        once = style.to_svg(draw())
        assert style.to_svg(draw()) == once
        assert "date" not in once

    def test_is_an_image_with_title_and_description(
        self, style: ModuleType, draw: Callable[[], Figure]
    ) -> None:
        figure = draw()
        root = ET.fromstring(style.to_svg(figure))
        assert root.get("role") == "img"
        assert root.findtext(f"{SVG}title") == figure.title != ""
        assert root.findtext(f"{SVG}desc") == figure.description != ""

    def test_fits_the_column_and_is_no_large_file(
        self, style: ModuleType, draw: Callable[[], Figure]
    ) -> None:
        svg = style.to_svg(draw())
        # 700 pixels are 525 points.
        assert float(re.search(r'width="([\d.]+)pt"', svg)[1]) <= 525
        assert len(svg) < 60_000


class TestOwnFigures:
    def test_black_means_ink_and_other_colours_stay(self, style: ModuleType) -> None:
        figure = Figure()
        axes = figure.subplots()
        axes.plot([0, 1], color="black")
        axes.plot([1, 0], color="#123456")
        axes.text(0.5, 0.5, "note", color="k")
        svg = style.to_svg(figure)
        assert "#000000" not in svg
        assert style.LIGHT_INK not in svg[svg.index("</style>") :]
        assert "stroke: #123456" in svg

    def test_colour_is_the_text_colour_of_light_and_of_dark(self, style: ModuleType) -> None:
        svg = style.to_svg(Figure())
        assert f"svg{{color:{style.LIGHT_INK};fill:currentColor}}" in svg
        assert f"@media (prefers-color-scheme:dark){{svg{{color:{style.DARK_INK}}}}}" in svg

    def test_words_are_escaped_and_may_be_missing(self, style: ModuleType) -> None:
        figure = Figure()
        assert "<title>" not in style.to_svg(figure)
        figure.description = "a < b & c"
        root = ET.fromstring(style.to_svg(figure))
        assert root.findtext(f"{SVG}desc") == "a < b & c"

    def test_a_hash_in_a_text_is_left_alone(self, style: ModuleType) -> None:
        figure = Figure()
        figure.title = "#000000"
        assert "<title>#000000</title>" in style.to_svg(figure)


class TestInstall:
    def test_registers_svg_and_sets_the_style(
        self, style: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        registered: dict[type, Any] = {}
        formatter = SimpleNamespace(for_type=registered.__setitem__)
        shell = SimpleNamespace(
            display_formatter=SimpleNamespace(formatters={"image/svg+xml": formatter})
        )
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
        matplotlib.rcdefaults()
        style.install()
        assert registered == {Figure: style.to_svg}
        assert matplotlib.rcParams["svg.hashsalt"] == "nnmath"
        assert matplotlib.rcParams["text.color"] == style.LIGHT_INK

    def test_outside_a_kernel_it_says_so(
        self, style: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
        with pytest.raises(RuntimeError, match="belongs in the start of a kernel"):
            style.install()

    def test_colours_are_those_of_the_package(self, style: ModuleType) -> None:
        from figures import _canvas

        assert style.COLORS[:4] == [_canvas.BLUE, _canvas.ORANGE, _canvas.GREEN, _canvas.PURPLE]
