"""Histograms beside each other, with the part beyond a limit in another colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from figures._arguments import checked_texts, finite_arrays
from nnmath._checks import check_number, check_text, wrong_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_tails"]


def plot_tails(
    panels: Mapping[str, object],
    limit: float,
    *,
    notes: Sequence[object] | None = None,
    x_label: str = "",
) -> Figure:
    """Plot histograms below each other; what is at or beyond a limit is orange.

    Parameters
    ----------
    panels : dict of str to array, shape (2, n)
        One to four histograms by their titles: in the first row the places of the bars, at
        least two and rising, in the second how high they are. Heights are compared
        within a panel alone.
    limit : float
        Bars from here on are orange.
    notes : list, optional
        A text for each panel, written above its orange bars.
    x_label : str
        What the axis shows.

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
        If there are no panels or more than four, a shape or a number doesn't fit, or
        there aren't as many notes as panels.

    Examples
    --------
    >>> from figures import plot_tails
    >>> plot_tails({"coin": [[0.0, 1.0], [0.25, 0.75]]}, 1.0).description
    'coin: from 0 to 1, the highest bar at 1; 75 % at 1 or more.'
    """
    from figures._canvas import new_figure

    bars = _checked(panels)
    edge = check_number("limit", limit)
    texts = checked_texts("notes", notes, len(bars), [""] * len(bars))
    title = check_text("x_label", x_label) or "Histograms"
    words = "; ".join(
        _words(name, places, heights, edge) for name, (places, heights) in bars.items()
    )
    height = 0.6 + 0.95 * len(bars)
    figure = new_figure(6.2, height, title, f"{words}.", layout="constrained")
    rows = figure.subplots(len(bars), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (name, (places, heights)), text in zip(rows, bars.items(), texts, strict=True):
        _draw(axes, places, heights, edge)
        axes.text(0.0, 0.9, name, transform=axes.transAxes, va="top", fontsize=11)
        axes.text(1.0, 0.9, text, transform=axes.transAxes, va="top", ha="right", fontsize=11)
    rows[-1].set_xlabel(x_label)
    return figure


def _draw(axes: Axes, places: NDArray[Any], heights: NDArray[Any], limit: float) -> None:
    """Draw one histogram, and a line at the limit."""
    from figures._canvas import BLUE, ORANGE, bare_axes, ink

    beyond = places >= limit
    for which, color in ((~beyond, BLUE), (beyond, ORANGE)):
        axes.bar(places[which], heights[which], width=0.85 * np.diff(places).min(), color=color)
    axes.axvline(limit, color=ink(), linewidth=0.8, linestyle=":")
    bare_axes(axes)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])


def _checked(panels: object) -> dict[str, NDArray[Any]]:
    """Return places and heights by title."""
    wanted = "shape (2, n), n at least 2"
    found = finite_arrays(
        "panels", panels, wanted, lambda s: len(s) == 2 and s[0] == 2 and s[1] > 1
    )
    if not 1 <= len(found) <= 4:
        raise wrong_value("panels", "one to four", f"{len(found)}")
    for name, (places, heights) in found.items():
        if np.any(np.diff(places) <= 0):
            raise wrong_value(f"panels[{name!r}]", "places that rise", "some that don't")
        if heights.min() < 0 or not heights.any():
            raise wrong_value(f"panels[{name!r}]", "heights of at least 0, not all 0", "others")
    return found


def _words(name: str, places: NDArray[Any], heights: NDArray[Any], limit: float) -> str:
    """Say where a histogram lies and how much of it is beyond the limit."""
    beyond = heights[places >= limit].sum() / heights.sum()
    return (
        f"{name}: from {places[0]:.3g} to {places[-1]:.3g}, the highest bar at "
        f"{places[heights.argmax()]:.3g}; {100 * beyond:.2g} % at {limit:g} or more"
    )
