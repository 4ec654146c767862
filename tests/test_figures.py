"""What all figures share: the module, the accents, the tiles."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import colors

import figures
from figures import _canvas, draw_chain


class TestModule:
    def test_all_is_what_there_is(self) -> None:
        public = {
            name
            for name in dir(figures)
            if name.split("_")[0] in {"draw", "plot", "show", "confusion"}
        }
        assert public == set(figures.__all__)

    def test_import_does_not_bring_matplotlib(self) -> None:
        code = "import sys, figures; sys.exit('matplotlib' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

    def test_drawing_does_not_bring_pyplot(self) -> None:
        code = (
            "import sys, figures as f;"
            "f.draw_chain()._repr_svg_(); f.plot_functions(['relu']);"
            "sys.exit('matplotlib.pyplot' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

    def test_without_matplotlib_the_error_says_how_to_get_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        monkeypatch.delitem(sys.modules, "figures._canvas")
        with pytest.raises(
            ImportError, match=r"figures need Matplotlib: python -m pip install matplotlib"
        ):
            draw_chain()

    def test_a_notebook_finds_svg_with_title_and_description(self) -> None:
        figure = draw_chain()
        figure.title = "Chain & cost"
        svg = figure._repr_svg_()
        assert "<title>Chain &amp; cost</title>" in svg
        assert figure.description in svg

    @pytest.mark.parametrize("color", [_canvas.BLUE, _canvas.ORANGE, _canvas.GREEN, _canvas.PURPLE])
    def test_accents_have_contrast_on_light_and_dark(self, color: str) -> None:
        # The contrast of WCAG 2: graphics need 3 : 1. The second is the dark page's background.
        def luminance(name: str) -> float:
            parts = [
                c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
                for c in colors.to_rgb(name)
            ]
            return float(np.dot([0.2126, 0.7152, 0.0722], parts))

        for page in ("#ffffff", "#14181e"):
            low, high = sorted([luminance(color), luminance(page)])
            assert (high + 0.05) / (low + 0.05) >= 3.4


class TestTiles:
    @given(
        st.lists(
            st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=4, max_size=4),
            min_size=1,
            max_size=4,
        )
    )
    @settings(max_examples=30, deadline=None)
    def test_cover_each_cell_with_its_shade(self, shades: list[list[float]]) -> None:
        figure = _canvas.new_figure(4, 4, "", "")
        axes = _canvas.drawing_axes(figure, 4, 4)
        _canvas.add_tiles(axes, np.array(shades), color="red", strongest=0.5)
        for (row, column), shade in np.ndenumerate(shades):
            middle = (column + 0.5, row + 0.5)
            over = [
                patch.get_alpha()
                for patch in axes.patches
                if patch.get_path().contains_point(middle)
            ]
            assert over == ([0.5 * shade] if shade else [])

    def test_neighbours_of_one_shade_are_one_rectangle(self) -> None:
        axes = _canvas.drawing_axes(_canvas.new_figure(1, 1, "", ""), 1, 1)
        _canvas.add_tiles(
            axes,
            np.array([[1.0, 1.0, 0.0, 1.0]]),
            color="red",
            origins=[(2.0, 3.0)],
            size=(1.0, 5.0),
        )
        (patch,) = axes.patches
        assert patch.get_path().vertices[:5].tolist() == [[2, 3], [4, 3], [4, 8], [2, 8], [2, 3]]
        assert len(patch.get_path().vertices) == 10
        assert patch.get_gid() == "tiles-16"
