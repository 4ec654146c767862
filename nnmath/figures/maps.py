"""Points on a plane, each in its group: a map of words, or of anything that has a place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import check_finite, check_text, floating_arrays, wrong_type, wrong_value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_map"]

_MOST = 8
_MARKS = "osD^"


def draw_map(groups: Mapping[str, object]) -> Figure:
    """Draw points on a plane, those of a group alike.

    Parameters
    ----------
    groups : dict of str to array, shape (n, 2)
        The points of every group by its name; one to eight groups. Both axes have the
        same scale, and no numbers: where the origin lies often says nothing.

    Returns
    -------
    matplotlib.figure.Figure
        With the attributes `title` and `description`, in words for those who
        can't see it.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If there are no groups or too many, or a group isn't a table of points.

    Examples
    --------
    >>> from nnmath.figures import draw_map
    >>> draw_map({"near": [[0.0, 1.0], [0.0, 3.0]], "far": [[9.0, 9.0]]}).description
    'near: 2 points around (0, 2); far: 1 point around (9, 9).'
    """
    from nnmath.figures._canvas import BLUE, GREEN, ORANGE, PURPLE, new_figure

    points = _points(groups)
    words = "; ".join(_words(name, places) for name, places in points.items())
    figure = new_figure(6.2, 4.4, f"a map of {', '.join(points)}", f"{words}.", "constrained")
    axes = figure.subplots()
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_axis_off()
    for i, (name, places) in enumerate(points.items()):
        color = (BLUE, ORANGE, GREEN, PURPLE)[i % 4]
        # The second four are hollow, so that no two groups look alike.
        face = color if i < 4 else "none"
        style: dict[str, Any] = {"marker": _MARKS[i % 4], "edgecolors": color, "facecolors": face}
        axes.scatter(places[:, 0], places[:, 1], s=22, linewidths=1.1, label=name, **style)
    figure.legend(loc="outside right center", frameon=False)
    return figure


def _points(groups: object) -> dict[str, NDArray[Any]]:
    """Return the points of every group, or refuse what isn't any."""
    if not isinstance(groups, Mapping):
        raise wrong_type("groups", "a dict of arrays by name", groups)
    if not 1 <= len(groups) <= _MOST:
        raise wrong_value("groups", f"one to {_MOST} groups", str(len(groups)))
    points = {}
    for key, values in groups.items():
        name = f"groups[{check_text('name in groups', key)!r}]"
        _, array = floating_arrays(**{name: values})
        if array.ndim != 2 or array.shape[1] != 2 or not len(array):
            raise wrong_value(name, "shape (n, 2), n at least 1", f"shape {tuple(array.shape)}")
        check_finite(**{name: array})
        points[key] = np.asarray(array)
    return points


def _words(name: str, places: NDArray[Any]) -> str:
    """Say how many points a group has, and where."""
    x, y = places.mean(axis=0)
    return f"{name}: {len(places)} point{'s' * (len(places) != 1)} around ({x:.2g}, {y:.2g})"
