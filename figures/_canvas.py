"""What all figures share: the empty figure, the ink, the colours, shaded tiles.

This module imports Matplotlib, so the public functions import it when called.

Figures are drawn for light and dark pages alike. Nothing is filled with white:
where there is nothing to show, the page shows through. Text and outlines take
the colour of Matplotlib's settings for text, "ink" here; accents are of middle
lightness, at least 3.4 : 1 against white and against the dark page, and are
told apart by people with the common kinds of colour blindness.
"""

# mypy: disallow-subclassing-any=False
# (types are checked without Matplotlib, too: then its Figure can be anything)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

try:
    import matplotlib
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch, Rectangle
    from matplotlib.path import Path
    from matplotlib.ticker import MaxNLocator
except ImportError as error:
    raise ImportError("figures need Matplotlib: python -m pip install matplotlib") from error

__all__ = [
    "BLUE",
    "GREEN",
    "ORANGE",
    "PURPLE",
    "BookFigure",
    "MaxNLocator",
    "add_frame",
    "add_tiles",
    "arrow",
    "bare_axes",
    "drawing_axes",
    "grid_lines",
    "ink",
    "new_figure",
    "number",
    "write",
    "zero_lines",
]

BLUE = "#1f7fc4"
ORANGE = "#d55e00"
GREEN = "#009e73"
PURPLE = "#a46fb5"

#: Shades of a tile that are told apart; more would only make the files larger.
_N_SHADES = 16


class BookFigure(Figure):
    """A Matplotlib figure that knows what it shows, and that notebooks display.

    Attributes
    ----------
    title : str
        A name of a few words.
    description : str
        What the figure shows, for those who can't see it.
    """

    title: str = ""
    description: str = ""

    def _repr_svg_(self) -> str:
        """Return the figure as SVG; notebooks look for this name."""
        file = StringIO()
        self.savefig(
            file,
            format="svg",
            metadata={"Title": self.title, "Description": self.description, "Date": None},
        )
        return file.getvalue()


def new_figure(
    width: float, height: float, title: str, description: str, layout: str = "none"
) -> BookFigure:
    """Return an empty figure of a size in inches, apart from pyplot's list of figures."""
    layout_engine: Any = layout  # Matplotlib's own annotation lists the names
    figure = BookFigure(figsize=(width, height), layout=layout_engine)
    figure.title = title
    figure.description = description
    return figure


def ink() -> Any:
    """Return the colour of text under the current settings."""
    return matplotlib.rcParams["text.color"]


def drawing_axes(figure: Figure, width: float, height: float) -> Axes:
    """Return axes that fill the figure, in inches with the origin at the top left."""
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(0.0, width)
    axes.set_ylim(height, 0.0)
    return axes


def number(value: Any, form: str) -> str:
    """Return a number as text, with a proper minus sign."""
    return format(float(value), form).replace("-", "\N{MINUS SIGN}")


def write(axes: Axes, x: float, y: float, text: str, size: float) -> None:
    """Write a text around a point."""
    # Words are centred by their small letters, formulas with scripts by their box.
    vertical = "center" if "$" in text else "center_baseline"
    axes.text(x, y, text, ha="center", va=vertical, fontsize=size)


def arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    color: Any,
    width: float,
    way: str = "arc3",
) -> None:
    """Draw an arrow; the way from start to end is one of Matplotlib's connection styles."""
    style = {"arrowstyle": "-|>", "color": color, "linewidth": width, "connectionstyle": way}
    sizes = {"shrinkA": 0, "shrinkB": 0, "mutation_scale": 9}
    axes.annotate("", end, start, arrowprops=style | sizes)


def bare_axes(axes: Axes) -> None:
    """Take the top and right lines away, and the grid."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.patch.set_visible(False)
    axes.grid(visible=False)


def zero_lines(axes: Axes) -> None:
    """Draw faint lines where one of the numbers is 0."""
    for draw in (axes.axhline, axes.axvline):
        draw(0.0, color=ink(), linewidth=0.6, alpha=0.4)


def grid_lines(
    axes: Axes, left: float, top: float, cell: float, columns: int, rows: int, **style: Any
) -> None:
    """Draw thin lines around cells as high as they are wide."""
    style = {"colors": [ink()], "linewidths": 0.6, **style}
    axes.vlines(left + cell * np.arange(columns + 1), top, top + cell * rows, **style)
    axes.hlines(top + cell * np.arange(rows + 1), left, left + cell * columns, **style)


def add_frame(
    axes: Axes, corner: tuple[float, float], width: float, height: float, **style: Any
) -> None:
    """Draw a line around a rectangle, faint by default: an image with little ink has an edge."""
    faint = {"edgecolor": ink(), "alpha": 0.35, "linewidth": 0.6}
    axes.add_patch(Rectangle(corner, width, height, fill=False, **(style or faint)))


def add_tiles(
    axes: Axes,
    shades: NDArray[np.floating],
    *,
    color: Any,
    origins: Iterable[Sequence[float]] = ((0.0, 0.0),),
    size: tuple[float, float] = (1.0, 1.0),
    strongest: float = 1.0,
    name: str = "tiles",
) -> None:
    """Draw matrices of tiles, the more opaque the larger the number.

    All tiles of one shade are one path, neighbours in a row one rectangle: crisp
    at any size, small in the file, and transparent where the number is 0.

    Parameters
    ----------
    axes : Axes
        Where to draw; the vertical axis points down.
    shades : ndarray, shape (N, height, width) or (height, width)
        Numbers from 0 to 1.
    color : colour
        The colour of a tile of shade 1.
    origins : sequence of (x, y)
        The top left corner of each matrix.
    size : tuple of two float
        Width and height of a tile.
    strongest : float
        The opacity of shade 1.
    name : str
        What the paths are called in an SVG file.
    """
    levels = np.rint(np.asarray(shades) * _N_SHADES).astype(int)
    levels = levels.reshape(-1, *levels.shape[-2:])
    corners = np.array(list(origins), dtype=float)
    for level in range(1, _N_SHADES + 1):
        which, rows, starts, ends = _runs(levels == level)
        if len(which) == 0:
            continue
        x = corners[which, :1] + np.stack([starts, ends], axis=1) * size[0]
        y = corners[which, 1:] + np.stack([rows, rows + 1], axis=1) * size[1]
        opacity = strongest * level / _N_SHADES
        patch = PathPatch(_rectangles(x, y), facecolor=color, linewidth=0, alpha=opacity)
        patch.set_gid(f"{name}-{level}")
        axes.add_patch(patch)


def _runs(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], ...]:
    """Return matrix, row, first column and the column after the last of each true run."""
    edges = np.diff(mask.astype(np.int8), axis=2, prepend=0, append=0)
    which, rows, starts = np.nonzero(edges == 1)
    return which, rows, starts, np.nonzero(edges == -1)[2]


def _rectangles(x: NDArray[np.floating], y: NDArray[np.floating]) -> Path:
    """Return one path of rectangles from the ends of their sides, each of shape (N, 2)."""
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    vertices = np.stack([x[:, [0, 1, 1, 0, 0]], y[:, [0, 0, 1, 1, 0]]], axis=-1)
    return Path(vertices.reshape(-1, 2), codes * len(x))
