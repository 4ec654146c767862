"""Directions in a plane, as arrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import (
    check_finite,
    check_text,
    floating_arrays,
    items_of,
    wrong_type,
    wrong_value,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_directions"]

_SIDE = 2.15  # inches of a panel


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
    >>> from nnmath.figures import draw_directions
    >>> figure = draw_directions({"two": [[1.0, 0.0, 0.0], [0.0, -2.0, 0.0]]})
    >>> figure.description
    'two: 1 at 0 degrees of length 1, 2 at -90 degrees of length 2, 3 of length 0.'
    """
    from nnmath.figures._canvas import BLUE, arrow, ink, new_figure, write

    matrices = _checked_panels(panels)
    n = next(iter(matrices.values())).shape[1]
    texts = [str(k) for k in range(1, n + 1)] if names is None else _checked_names(names, n)
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
        axes.axhline(0.0, color=ink(), linewidth=0.6, alpha=0.4)
        axes.axvline(0.0, color=ink(), linewidth=0.6, alpha=0.4)
        for (x, y), text in zip(W.T, texts, strict=True):
            length = float(np.hypot(x, y))
            if length < 0.05 * reach:
                continue  # too short to be an arrow
            arrow(axes, (0.0, 0.0), (float(x), float(y)), BLUE, 1.6)
            farther = 1.0 + 0.12 * reach / length
            write(axes, float(x) * farther, float(y) * farther, text, 11)
    return figure


def _checked_panels(panels: object) -> dict[str, NDArray[Any]]:
    """Return matrices of one shape by title."""
    if not isinstance(panels, Mapping):
        raise wrong_type("panels", "a dict of matrices by title", panels)
    if not 1 <= len(panels) <= 4:
        raise wrong_value("panels", "one to four", f"{len(panels)}")
    matrices: dict[str, NDArray[Any]] = {}
    shape = None
    for title, given in panels.items():
        name = f"panels[{check_text('title in panels', title)!r}]"
        _, array = floating_arrays(**{name: given})
        W = np.asarray(array)
        shape = W.shape if shape is None else shape
        if W.ndim != 2 or W.shape[0] != 2 or W.shape[1] == 0 or W.shape != shape:
            expected = f"shape (2, n), the same in all panels, {shape} in the first"
            raise wrong_value(name, expected, f"shape {W.shape}")
        check_finite(**{name: W})
        matrices[title] = W
    return matrices


def _checked_names(names: object, n: int) -> list[str]:
    """Return a text for each arrow."""
    texts = items_of("names", names, f"a list of {n} texts")
    if len(texts) != n:
        raise wrong_value("names", f"{n} texts", f"{len(texts)}")
    return [str(text) for text in texts]


def _words(W: NDArray[Any], texts: list[str]) -> str:
    """Say where each arrow points."""
    lengths, angles = np.hypot(*W), np.degrees(np.arctan2(W[1], W[0]))
    return ", ".join(
        f"{text} at {angle:.0f} degrees of length {length:.2g}" if length else f"{text} of length 0"
        for text, angle, length in zip(texts, angles, lengths, strict=True)
    )
