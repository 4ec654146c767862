"""One query among a few keys: how attention compares, shares out and mixes, in a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from figures._arguments import finite_array
from nnmath import attention_weights
from nnmath._checks import wrong_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_lookup"]

_MOST = 5
# Inches.
_SIDE = 2.2  # of a panel
_WIDTH, _HEIGHT = 3 * _SIDE, _SIDE + 0.35


def draw_lookup(query: object, keys: object, values: object) -> Figure:
    """Draw what attention does with one query: compare, share out, mix.

    Parameters
    ----------
    query : array, shape (2,)
        What is looked for.
    keys, values : array, shape (n, 2)
        A row for each of one to five places.

    Returns
    -------
    matplotlib.figure.Figure
        Three panels: the query among the keys as arrows, the attention weights as bars,
        and the values as points with the answer among them, each joined to it by a line
        that is the thicker the larger its weight. With the attributes `title` and
        `description`, in words for those who can't see it.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If a shape doesn't fit, or a number isn't finite.

    Examples
    --------
    >>> from figures import draw_lookup
    >>> figure = draw_lookup([1.0, 0.0], [[2.0, 0.0], [0.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]])
    >>> figure.description
    'The weights of 2 keys: 0.80, 0.20. The answer is (0.80, 0.20).'
    """
    from figures._canvas import new_figure

    asked = finite_array("query", query, "shape (2,)", lambda shape: shape == (2,))
    wanted = f"shape (n, 2), n from 1 to {_MOST}"
    rows = finite_array("keys", keys, wanted, _are_places)
    found = finite_array("values", values, wanted, _are_places)
    if len(rows) != len(found):
        raise wrong_value("values", f"{len(rows)}, as many as keys", f"{len(found)}")
    weights = np.asarray(attention_weights(asked, rows))
    answer = weights @ found
    shares = ", ".join(f"{weight:.2f}" for weight in weights)
    words = f"The weights of {len(rows)} keys: {shares}. "
    words += f"The answer is ({answer[0]:.2f}, {answer[1]:.2f})."
    figure = new_figure(_WIDTH, _HEIGHT, "One query", words)
    _compare(_panel(figure, 0.0, "compare"), asked, rows)
    _share_out(_panel(figure, _SIDE + 0.6, "share out", _SIDE - 0.8), weights)
    _mix(_panel(figure, _WIDTH - _SIDE, "mix"), weights, found, answer)
    return figure


def _panel(figure: Figure, left: float, title: str, width: float = _SIDE) -> Axes:
    """Return empty axes below a title, all on one level."""
    axes = figure.add_axes((left / _WIDTH, 0.0, width / _WIDTH, _SIDE / _HEIGHT))
    axes.set_title(title)
    return axes


def _are_places(shape: tuple[int, ...]) -> bool:
    """Say whether this is the shape of a few points in a plane."""
    return len(shape) == 2 and 1 <= shape[0] <= _MOST and shape[1] == 2


def _compare(axes: Axes, query: NDArray[Any], keys: NDArray[Any]) -> None:
    """Draw the query and the keys as arrows from one point."""
    from figures._canvas import BLUE, arrow, ink, write, zero_lines

    reach = 1.6 * (float(np.linalg.norm([query, *keys], axis=1).max()) or 1.0)
    axes.set(aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach))
    axes.set_axis_off()
    zero_lines(axes)
    named = [(row, f"key {j}", ink(), 1.2) for j, row in enumerate(keys, start=1)]
    for tip, text, color, width in [*named, (query, "query", BLUE, 2.4)]:
        length = float(np.hypot(*tip))
        if length < 0.05 * reach:
            continue  # too short to be an arrow
        arrow(axes, (0.0, 0.0), (float(tip[0]), float(tip[1])), color, width)
        farther = 1.0 + 0.18 * reach / length
        write(axes, float(tip[0]) * farther, float(tip[1]) * farther, text, 11)


def _share_out(axes: Axes, weights: NDArray[Any]) -> None:
    """Draw the weights as bars below one another."""
    from figures._canvas import BLUE

    n = len(weights)
    axes.set(xlim=(0.0, 1.45 * float(weights.max())), ylim=(n - 0.4, -0.6))
    axes.barh(range(n), weights, height=0.55, color=BLUE)
    for j, weight in enumerate(weights):
        axes.text(float(weight), j, f" {weight:.2f}", va="center_baseline", fontsize=11)
    axes.set_yticks(range(n), [f"key {j + 1}" for j in range(n)])
    axes.tick_params(length=0, labelbottom=False)
    axes.spines[:].set_visible(False)
    axes.patch.set_visible(False)
    axes.grid(visible=False)


def _mix(axes: Axes, weights: NDArray[Any], values: NDArray[Any], answer: NDArray[Any]) -> None:
    """Draw the values as points, and the answer joined to each by its weight."""
    from figures._canvas import BLUE, ink, write

    points = np.vstack([values, answer])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    reach = 1.3 * float(np.ptp(points, axis=0).max()) or 1.0
    axes.set(
        aspect="equal",
        xlim=middle[0] + reach * np.array([-1.0, 1.0]),
        ylim=middle[1] + reach * np.array([-1.0, 1.0]),
    )
    axes.set_axis_off()
    for weight, value in zip(weights, values, strict=True):
        ends = np.array([value, answer]).T
        axes.plot(*ends, color=BLUE, linewidth=0.5 + 6.0 * float(weight), alpha=0.45)
    axes.plot(*values.T, "o", color=ink(), markersize=5)
    axes.plot(*answer, "D", color=BLUE, markersize=8)
    for j, (x, y) in enumerate(values, start=1):
        away = np.array([x, y]) - answer
        away *= 0.2 * reach / (float(np.hypot(*away)) or 1.0)
        write(axes, float(x + 1.6 * away[0]), float(y + away[1]), f"value {j}", 11)
    write(axes, float(answer[0]), float(answer[1]) - 0.22 * reach, "answer", 11)
