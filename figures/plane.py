"""Points and arrows in a plane: a map of words, or of anything that has a place or a direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from figures._arguments import checked_texts, finite_array, finite_arrays, numbers_from
from nnmath._checks import wrong_value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_directions", "draw_map", "draw_projections"]

_MOST = 8
_MARKS = "osD^"
_SIDE = 2.15  # inches of a panel


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
    >>> from figures import draw_map
    >>> draw_map({"near": [[0.0, 1.0], [0.0, 3.0]], "far": [[9.0, 9.0]]}).description
    'near: 2 points around (0, 2); far: 1 point around (9, 9).'
    """
    from figures._canvas import BLUE, GREEN, ORANGE, PURPLE, new_figure

    points = finite_arrays("groups", groups, "shape (n, 2), n at least 1", _are_points)
    if not 1 <= len(points) <= _MOST:
        raise wrong_value("groups", f"one to {_MOST} groups", str(len(points)))
    words = "; ".join(_whereabouts(name, places) for name, places in points.items())
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


def draw_directions(panels: Mapping[str, object], names: Sequence[object] | None = None) -> Figure:
    """Draw the columns of matrices with two rows as arrows from the origin.

    Parameters
    ----------
    panels : dict of str to array, shape (2, n)
        Matrices by the titles of their panels: one to four, of one shape. All panels
        have one scale.
    names : list, optional
        The texts at the n arrows. The default is to number them.

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
        If there are no panels or more than four, a matrix hasn't two rows or the
        shapes differ, a number isn't finite, or the names don't fit.

    Examples
    --------
    >>> from figures import draw_directions
    >>> figure = draw_directions({"two": [[1.0, 0.0, 0.0], [0.0, -2.0, 0.0]]})
    >>> figure.description
    'two: 1 at 0 degrees of length 1, 2 at -90 degrees of length 2, 3 of length 0.'
    """
    from figures._canvas import BLUE, arrow, new_figure, write, zero_lines

    matrices = _checked_panels(panels)
    n = next(iter(matrices.values())).shape[1]
    texts = checked_texts("names", names, n, numbers_from(1, n))
    reach = 1.25 * max(float(np.linalg.norm(W, axis=0).max()) for W in matrices.values()) or 1.0
    words = "; ".join(f"{title}: {_words(W, texts)}" for title, W in matrices.items())
    size = (_SIDE * len(matrices), _SIDE + 0.35)
    figure = new_figure(*size, "Directions", f"{words}.", layout="constrained")
    for axes, (title, W) in zip(
        figure.subplots(1, len(matrices), squeeze=False)[0], matrices.items(), strict=True
    ):
        axes.set_axis_off()
        axes.set_aspect("equal")
        axes.set_xlim(-reach, reach)
        axes.set_ylim(-reach, reach)
        axes.set_title(title)
        zero_lines(axes)
        for (x, y), text in zip(W.T, texts, strict=True):
            length = float(np.hypot(x, y))
            if length < 0.05 * reach:
                continue  # too short to be an arrow
            arrow(axes, (0.0, 0.0), (float(x), float(y)), BLUE, 1.6)
            farther = 1.0 + 0.12 * reach / length
            write(axes, float(x) * farther, float(y) * farther, text, 11)
    return figure


def draw_projections(
    points: object, direction: object, names: Sequence[object] | None = None
) -> Figure:
    """Draw points on a plane, a line through the origin, and the foot of each point on it.

    Parameters
    ----------
    points : array, shape (n, 2)
        At least one point.
    direction : array, shape (2,)
        Where the line leads; of any length but 0.
    names : list, optional
        The texts at the points. The default is to number them.

    Returns
    -------
    matplotlib.figure.Figure
        Both axes have the same scale, which is that of the numbers. With the attributes
        `title` and `description`, in words for those who can't see it.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If a shape doesn't fit, a number isn't finite, the direction has no length, or
        there aren't as many names as points.

    Examples
    --------
    >>> from figures import draw_projections
    >>> draw_projections([[2.0, 0.0], [0.0, 3.0]], [1.0, 0.0]).description
    'A line at 0 degrees. 1 at (2, 0), its foot at (2, 0); 2 at (0, 3), its foot at (0, 0).'
    """
    from figures._canvas import BLUE, ink, new_figure, write, zero_lines

    places = finite_array("points", points, "shape (n, 2), n at least 1", _are_points)
    way = finite_array("direction", direction, "shape (2,)", lambda shape: shape == (2,))
    texts = checked_texts("names", names, len(places), numbers_from(1, len(places)))
    if not way.any():
        raise wrong_value("direction", "a length above 0", "zeros")
    way = way / np.hypot(*way)
    feet = np.outer(places @ way, way)
    words = f"A line at {np.degrees(np.arctan2(way[1], way[0])):.0f} degrees. " + "; ".join(
        f"{text} at ({x:.2g}, {y:.2g}), its foot at ({a:.2g}, {b:.2g})"
        for text, (x, y), (a, b) in zip(texts, places, feet, strict=True)
    )
    figure = new_figure(4.0, 3.4, "Feet on a line", f"{words}.", layout="constrained")
    axes = figure.subplots()
    shown = np.vstack([places, feet, np.zeros(2)])
    low, high, edge = shown.min(axis=0), shown.max(axis=0), 0.2 * (float(np.ptp(shown)) or 1.0)
    axes.set(xlim=(low[0] - edge, high[0] + edge), ylim=(low[1] - edge, high[1] + edge))
    axes.set_aspect("equal")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    zero_lines(axes)
    axes.axline((0.0, 0.0), tuple(way), color=BLUE, linewidth=1.8)
    for place, foot in zip(places, feet, strict=True):
        axes.plot(*np.array([place, foot]).T, ":", color=ink(), linewidth=1.5)
    axes.plot(*feet.T, "o", color=BLUE, markersize=6)
    axes.plot(*places.T, "o", color=ink(), markersize=6)
    reach = 0.6 * edge
    for text, place, foot in zip(texts, places, feet, strict=True):
        away = place - foot if not np.allclose(place, foot) else np.array([way[1], -way[0]])
        x, y = place + reach * away / np.hypot(*away)
        write(axes, float(x), float(y), text, 11)
    return figure


def _are_points(shape: tuple[int, ...]) -> bool:
    """Say whether this is the shape of points in a plane."""
    return len(shape) == 2 and shape[0] > 0 and shape[1] == 2


def _checked_panels(panels: object) -> dict[str, NDArray[Any]]:
    """Return matrices of one shape by title."""
    fits, what = (lambda shape: _are_points(shape[::-1])), "matrices by title"
    matrices = finite_arrays("panels", panels, "shape (2, n), n at least 1", fits, what)
    if not 1 <= len(matrices) <= 4:
        raise wrong_value("panels", "one to four", f"{len(matrices)}")
    first = next(iter(matrices.values())).shape
    for title, W in matrices.items():
        if W.shape != first:
            expected = f"shape {first}, that of the first"
            raise wrong_value(f"panels[{title!r}]", expected, f"shape {W.shape}")
    return matrices


def _whereabouts(name: str, places: NDArray[Any]) -> str:
    """Say how many points a group has, and where."""
    x, y = places.mean(axis=0)
    return f"{name}: {len(places)} point{'s' * (len(places) != 1)} around ({x:.2g}, {y:.2g})"


def _words(W: NDArray[Any], texts: list[str]) -> str:
    """Say where each arrow points."""
    lengths, angles = np.hypot(*W), np.degrees(np.arctan2(W[1], W[0]))
    return ", ".join(
        f"{text} at {angle:.0f} degrees of length {length:.2g}" if length else f"{text} of length 0"
        for text, angle, length in zip(texts, angles, lengths, strict=True)
    )
