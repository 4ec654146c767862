"""A block of a transformer for one token, and the way back through it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nnmath._checks import check_flag

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_block"]

# Inches, from the top left.
_WIDTH, _HEIGHT = 6.2, 2.5
_STREAM, _PART = 2.0, 1.05  # how low the stream runs, and how low the parts stand
_FIRST, _LAST = 0.5, 5.75  # the boxes at both ends
#: What a part is called, where its way leaves the stream, and where it comes back.
_PARTS = (("attention", 1.35, 2.9), ("neurons", 3.3, 4.85))
_SIGN = 0.1  # from the middle of a plus sign to its edge


def draw_block(*, backward: bool = False) -> Figure:
    """Draw a transformer with one of its blocks, for one token.

    Parameters
    ----------
    backward : bool
        Whether to draw how the derivative of the cost travels back, instead of how the
        token goes forward.

    Returns
    -------
    matplotlib.figure.Figure
        With the attributes `title` and `description`, in words for those who
        can't see it.

    Raises
    ------
    TypeError
        If `backward` isn't True or False.

    Examples
    --------
    >>> from figures import draw_block
    >>> draw_block().title
    'A block of a transformer'
    """
    from figures._canvas import ORANGE, drawing_axes, ink, new_figure

    back = check_flag("backward", backward)
    title = "The way back through a block" if back else "A block of a transformer"
    if back:
        words = (
            "The derivative of the cost comes in from the right, splits where a part was added, "
            "and adds up where that part had branched off."
        )
    else:
        words = (
            "A stream runs through the block. Attention, then the neurons, each read a normalised "
            "copy of it and add to it."
        )
    figure = new_figure(_WIDTH, _HEIGHT, title, words)
    axes = drawing_axes(figure, _WIDTH, _HEIGHT)
    _draw_boxes(axes, back=back)
    _draw_ways(axes, ORANGE if back else ink(), back=back)
    if back:
        for x, letter in ((1.35, "X"), (3.3, "M"), (4.75, "O")):
            text = rf"$\partial C/\partial\mathbf{{{letter}}}$"
            axes.text(x, _STREAM + 0.27, text, ha="center", va="center", fontsize=12)
    return figure


def _draw_boxes(axes: Axes, *, back: bool) -> None:
    """Draw what the ways lead to, and the frame of the block."""
    from figures._canvas import add_frame, ink

    _box(axes, _FIRST, _STREAM, "word\nand\nplace")
    _box(axes, _LAST, _STREAM, "next\nword")
    for name, leaves, returns in _PARTS:
        _box(axes, leaves, _PART, "norm")
        _box(axes, leaves + 1.02, _PART, name)
        _box(axes, leaves if back else returns, _STREAM, "+", "circle,pad=0.15")
    axes.text(2.37, 0.23, "earlier tokens", ha="center", fontsize=11)
    add_frame(axes, (1.05, 0.58), 4.05, 1.87, linestyle=":", edgecolor=ink())
    axes.text(4.95, 0.5, "block, several of them", ha="right", fontsize=11)


def _box(axes: Axes, x: float, y: float, text: str, style: str = "round,pad=0.3") -> None:
    """Write a text with a line around it."""
    from figures._canvas import ink

    around = {"boxstyle": style, "facecolor": "none", "edgecolor": ink()}
    axes.text(x, y, text, ha="center", va="center", fontsize=11, bbox=around)


def _draw_ways(axes: Axes, color: Any, *, back: bool) -> None:
    """Draw the arrows of the stream and of both parts."""
    meets = [leaves if back else returns for _, leaves, returns in _PARTS]
    ends = [_FIRST + 0.17, *meets, _LAST - 0.15]
    ways = [[(start + _SIGN, _STREAM), (end - _SIGN, _STREAM)] for start, end in pairwise(ends)]
    out, into = (_SIGN, 0.0) if back else (0.0, _SIGN)  # a sign where ways meet
    for _, leaves, returns in _PARTS:
        ways += [
            [(leaves, _STREAM - out), (leaves, _PART + 0.14)],
            [(leaves + 0.26, _PART), (leaves + 0.62, _PART)],
            [(leaves + 1.42, _PART), (returns, _PART), (returns, _STREAM - into)],
        ]
    for way in ways:
        _way(axes, way[::-1] if back else way, color)
    others = [(2.37, 0.3), (2.37, _PART - 0.14)]
    _way(axes, others[::-1] if back else others, color, linestyle="dashed")


def _way(axes: Axes, points: list[tuple[float, float]], color: Any, **style: Any) -> None:
    """Draw lines from point to point, and the head of an arrow at the last one."""
    for start, end in pairwise(points):
        head = "-|>" if end == points[-1] else "-"
        sizes = {"shrinkA": 0, "shrinkB": 0, "mutation_scale": 12}
        look = {"arrowstyle": head, "color": color, **sizes, **style}
        axes.annotate("", end, start, arrowprops=look)
