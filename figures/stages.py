"""Points with two kinds of answers, as they stand after each stage of a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from figures._arguments import checked_texts, finite_array, finite_arrays
from nnmath._checks import check_flag, items_of, wrong_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_stages"]

Flags: TypeAlias = NDArray[np.bool_]
_SIDE = 2.3  # inches of a panel


def draw_stages(
    stages: Mapping[str, object],
    answers: Sequence[bool],
    *,
    names: Sequence[object] | None = None,
    letters: Sequence[object] | None = None,
    line: object = None,
) -> Figure:
    """Draw the same points at several stages, and what joins those with the same answer.

    Parameters
    ----------
    stages : dict of str to array, shape (n, 2)
        Where the n points are, by the titles of the panels: one to three. A faint outline
        joins the points in their order and comes back to the first.
    answers : list of bool
        The answer at each point: yes or no. A broad line joins neighbours among the
        points of one answer.
    names : list, optional
        The texts at the n points; points at one place share theirs. The default is none.
    letters : list, optional
        What the axes of each panel show, such as ``"a_1"``, whose entries are numbered
        by an upper index.
    line : array, shape (3,), optional
        The numbers u, v and t of the line u x + v y = t, drawn in the last panel. It must
        part the two kinds of points.

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
        If there are no panels or more than three, the shapes, answers, names or letters
        don't fit, a number isn't finite, or the line doesn't part the points.

    Examples
    --------
    >>> from figures import draw_stages
    >>> corners = [[0.0, 0.0], [1.0, 0.0]]
    >>> draw_stages({"inputs": corners}, [False, True], line=[2.0, 0.0, 1.0]).description
    'inputs: no at (0, 0), yes at (1, 0). The line 2 x + 0 y = 1 parts the last.'
    """
    from figures._canvas import new_figure

    shape = "shape (n, 2), n at least 1"
    places = finite_arrays("stages", stages, shape, _are_points, "arrays by title")
    if not 1 <= len(places) <= 3:
        raise wrong_value("stages", "one to three", f"{len(places)}")
    n = len(next(iter(places.values())))
    for title, points in places.items():
        if len(points) != n:
            raise wrong_value(f"stages[{title!r}]", f"{n} points, as the first", f"{len(points)}")
    given = items_of("answers", answers, "a list of True and False")
    if len(given) != n:
        raise wrong_value("answers", f"{n} answers", f"{len(given)}")
    yes = np.array([check_flag(f"answers[{k}]", answer) for k, answer in enumerate(given)])
    texts = checked_texts("names", names, n, [""] * n)
    axis_texts = checked_texts("letters", letters, len(places), [""] * len(places))
    parting = None if line is None else _checked_line(line, list(places.values())[-1], yes)
    words = "; ".join(f"{title}: {_words(points, yes)}" for title, points in places.items()) + "."
    if parting is not None:
        u, v, t = parting
        words += f" The line {u:g} x {'-' if v < 0 else '+'} {abs(v):g} y = {t:g} parts the last."
    size = (_SIDE * len(places), _SIDE + 0.75)
    figure = new_figure(*size, ", ".join(places), words, layout="constrained")
    panels = figure.subplots(1, len(places), squeeze=False)[0]
    half = 0.5 * max(float(np.ptp(points, axis=0).max()) for points in places.values()) or 0.5
    for axes, (title, points), letter in zip(panels, places.items(), axis_texts, strict=True):
        _frame(axes, points, 1.5 * half, title, letter)
        _draw_points(axes, points, yes)
        _write_names(axes, points, texts, 0.32 * half)
    if parting is not None:
        _draw_line(panels[-1], parting, 1.0 * half)
    marks, kinds = panels[0].get_legend_handles_labels()
    figure.legend(marks, kinds, loc="outside lower center", ncols=2, frameon=False)
    return figure


def _are_points(shape: tuple[int, ...]) -> bool:
    """Say whether this is the shape of points in a plane."""
    return len(shape) == 2 and shape[0] > 0 and shape[1] == 2


def _checked_line(given: object, points: NDArray[Any], yes: Flags) -> NDArray[Any]:
    """Return the three numbers of a line that parts the points."""
    line = finite_array("line", given, "shape (3,)", lambda shape: shape == (3,))
    beyond = points @ line[:2] - line[2]
    sides = {*np.sign(beyond[yes]), *-np.sign(beyond[~yes])}
    if len(sides) != 1 or 0.0 in sides:
        raise wrong_value("line", "one that parts yes from no", f"{line.tolist()}")
    return line


def _words(points: NDArray[Any], yes: Flags) -> str:
    """Say where each point is."""
    return ", ".join(
        f"{'yes' if answer else 'no'} at ({x + 0.0:.3g}, {y + 0.0:.3g})"
        for (x, y), answer in zip(points, yes, strict=True)
    )


def _frame(axes: Axes, points: NDArray[Any], half: float, title: str, letter: str) -> None:
    """Show a window of one size around the points."""
    from figures._canvas import MaxNLocator, bare_axes

    bare_axes(axes)
    axes.set_aspect("equal")
    axes.set_title(title)
    x, y = (points.max(axis=0) + points.min(axis=0)) / 2
    axes.set_xlim(x - half, x + half)
    axes.set_ylim(y - half, y + half)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(3, integer=True))
    if letter:
        axes.set_xlabel(f"${letter}^1$")
        axes.set_ylabel(f"${letter}^2$")


def _draw_points(axes: Axes, points: NDArray[Any], yes: Flags) -> None:
    """Draw the outline, what joins the points of one answer, and the points."""
    from figures._canvas import BLUE, ORANGE, ink

    axes.plot(*np.vstack([points, points[:1]]).T, color=ink(), linewidth=0.8, alpha=0.5)
    for kind, color, mark, size in (("no", ORANGE, "s", 55), ("yes", BLUE, "o", 60)):
        own = points[yes == (kind == "yes")]
        x, y = own.T
        axes.plot(x, y, color=color, linewidth=5.0, alpha=0.3, solid_capstyle="round")
        axes.scatter(x, y, s=size, color=color, marker=mark, label=kind, zorder=3)


def _write_names(axes: Axes, points: NDArray[Any], texts: list[str], away: float) -> None:
    """Write beside each place the names of its points: above, below, or to the right if in the middle."""
    from figures._canvas import write

    at_place: dict[tuple[float, ...], list[str]] = {}
    for place, text in zip(points.tolist(), texts, strict=True):
        at_place.setdefault(tuple(place), []).append(text)
    middle = float(points[:, 1].max() + points[:, 1].min()) / 2
    for (x, y), named in at_place.items():
        text = ", ".join(filter(None, named))
        if y == middle:
            style: dict[str, Any] = {"ha": "left", "va": "center_baseline", "fontsize": 11}
            axes.text(x + 0.6 * away, y - 0.6 * away, text, **style)
        else:
            write(axes, x, y + (away if y > middle else -away), text, 11)


def _draw_line(axes: Axes, line: NDArray[Any], half: float) -> None:
    """Draw the piece of a line that is near the middle of a panel."""
    from figures._canvas import ink

    middle = np.array([np.mean(axes.get_xlim()), np.mean(axes.get_ylim())])
    normal, length = line[:2], float(np.hypot(*line[:2]))
    foot = middle + normal * (line[2] - normal @ middle) / length**2
    along = half * np.array([-normal[1], normal[0]]) / length
    axes.plot(*np.stack([foot - along, foot + along]).T, color=ink(), linewidth=1.4, dashes=(5, 2))
