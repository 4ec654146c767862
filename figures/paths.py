"""Paths over a landscape: where a rule of steps goes, on contour lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from figures._arguments import checked_pair, finite_array, finite_arrays
from nnmath._checks import check_text, wrong_type, wrong_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_paths"]

_WIDTH, _POINTS, _CONTOURS = 6.4, 101, 9


def draw_paths(
    height: Callable[[NDArray[Any], NDArray[Any]], Any],
    paths: Mapping[str, object],
    *,
    lowest: object = None,
    labels: tuple[str, str] = ("", ""),
) -> Figure:
    """Draw paths over a landscape, each on its own copy of the contour lines.

    Parameters
    ----------
    height : callable
        Takes two arrays of one shape, the coordinates of many places, and returns how
        high it is there.
    paths : dict of str to array, shape (n, 2)
        The places of each path in their order, by its name; one to four paths.
    lowest : array, shape (2,), optional
        The lowest place of the landscape, which is shown with a cross. A contour line is a
        quarter as high above it as the next one. The default is the lowest place on a
        path, without a cross.
    labels : tuple of two str
        What the axes show.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each path, one below the other and of one scale, with a dot at each
        place and a ring at the first. With the attributes `title` and `description`, in
        words for those who can't see it.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If there are no paths or more than four, a path isn't a table of places, a number
        isn't finite, the heights have another shape or aren't finite, or a place is lower
        than the lowest.

    Examples
    --------
    >>> from figures import draw_paths
    >>> figure = draw_paths(lambda x, y: x**2 + y**2, {"down": [[3.0, 1.0], [0.0, 0.5]]})
    >>> figure.description
    'down: from (3, 1), height 10, in 1 step to (0, 0.5), height 0.25.'
    """
    from figures._canvas import ink, new_figure

    if not callable(height):
        raise wrong_type("height", "a function of two arrays", height)
    tables = finite_arrays("paths", paths, "shape (n, 2), n at least 1", _are_places)
    if not 1 <= len(tables) <= 4:
        raise wrong_value("paths", "one to four", f"{len(tables)}")
    x_label, y_label = (
        check_text(f"labels[{k}]", text)
        for k, text in enumerate(checked_pair("labels", labels, "two texts"))
    )
    bottom = _bottom(lowest)
    everywhere = np.concatenate([*tables.values(), bottom])
    low, high = _limits(everywhere)
    x, y = np.meshgrid(*(np.linspace(a, b, _POINTS) for a, b in zip(low, high, strict=True)))
    heights, reached = _heights(height, x, y), _heights(height, *everywhere.T)
    ground = float(reached.min())
    if len(bottom) and reached[-1] > ground:
        raise wrong_value("lowest", "no place on a path below it", f"one of height {ground:g}")
    levels = ground + (float(reached.max()) - ground or 1.0) * 4.0 ** np.arange(1 - _CONTOURS, 1.0)
    words = "; ".join(_words(name, table, height) for name, table in tables.items())
    panel = _WIDTH * float((high - low)[1] / (high - low)[0])
    size = (_WIDTH, len(tables) * (min(max(panel, 1.0), 4.0) + 0.35) + 0.5)
    figure = new_figure(*size, f"Paths: {', '.join(tables)}", f"{words}.", layout="constrained")
    panels = figure.subplots(len(tables), 1, squeeze=False, sharex=True)[:, 0]
    for axes, (name, table) in zip(panels, tables.items(), strict=True):
        _draw_path(axes, table, (x, y, heights), levels)
        axes.plot(*bottom.T, "+", color=ink(), markersize=8)
        axes.set_title(name)
        axes.set_ylabel(y_label)
    panels[-1].set_xlabel(x_label)
    return figure


def _are_places(shape: tuple[int, ...]) -> bool:
    """Say whether this is the shape of places in a plane."""
    return len(shape) == 2 and shape[0] > 0 and shape[1] == 2


def _bottom(lowest: object) -> NDArray[Any]:
    """Return the lowest place as a table of one place, or of none."""
    if lowest is None:
        return np.empty((0, 2))
    return finite_array("lowest", lowest, "shape (2,)", lambda shape: shape == (2,))[None]


def _limits(places: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the corners of a window around all places."""
    low, high = places.min(axis=0), places.max(axis=0)
    margin = 0.1 * (high - low)
    margin[margin == 0.0] = 0.5
    return low - margin, high + margin


def _heights(height: Callable[..., Any], x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """Return how high it is at places."""
    heights = np.asarray(height(x, y), dtype=float)
    if heights.shape != x.shape or not np.isfinite(heights).all():
        expected = f"finite heights of shape {x.shape}"
        raise wrong_value("height", expected, f"shape {heights.shape}, or infinite")
    return heights


def _words(name: str, table: NDArray[Any], height: Callable[..., Any]) -> str:
    """Say where a path starts and ends."""
    first, last = (
        f"({x:.3g}, {y:.3g}), height {h:.3g}"
        for (x, y), h in zip(table[[0, -1]], _heights(height, *table[[0, -1]].T), strict=True)
    )
    n_steps = len(table) - 1
    return f"{name}: from {first}, in {n_steps} step{'s' * (n_steps != 1)} to {last}"


def _draw_path(
    axes: Axes, table: NDArray[Any], field: tuple[NDArray[Any], ...], levels: NDArray[Any]
) -> None:
    """Draw contour lines and a path on them."""
    from figures._canvas import BLUE, ORANGE, MaxNLocator, bare_axes, ink

    bare_axes(axes)
    axes.contour(*field, levels=levels, colors=[ink()], linewidths=0.7, alpha=0.35)
    x, y = table.T
    axes.plot(x, y, color=BLUE, linewidth=1.4, marker="o", markersize=3.5)
    ring: dict[str, Any] = {"facecolors": "none", "edgecolors": ORANGE, "linewidths": 1.8}
    axes.scatter(x[:1], y[:1], s=70, zorder=3, **ring)
    axes.set_aspect("equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
