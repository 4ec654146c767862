"""Gradients that are too long, cut to a length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nnmath._checks import check_finite, check_number
from nnmath.optimizers._base import Floats, check_floats

__all__ = ["ClippedGradients", "clip_gradients", "clipping_factor"]


class ClippedGradients(NamedTuple):
    """What `clip_gradients` returns.

    Parameters
    ----------
    gradients : list of ndarray
        The gradients, of a norm of at most ``max_norm`` together.
    norm : float
        The norm they had before.

    Examples
    --------
    >>> from nnmath import ClippedGradients
    >>> ClippedGradients._fields
    ('gradients', 'norm')
    """

    gradients: list[Floats]
    norm: float


def clip_gradients(gradients: Sequence[Floats], max_norm: float) -> ClippedGradients:
    r"""Return gradients that point where they did and are no longer than a limit.

    Parameters
    ----------
    gradients : sequence of ndarray
        The derivative of the cost by each array of parameters. Finite. They stay as
        they are.
    max_norm : float
        How long they may be together, above 0.

    Returns
    -------
    ClippedGradients
        The ``gradients``, and the ``norm`` that they had.

    Raises
    ------
    TypeError
        If a gradient isn't a NumPy array of real floating-point numbers, or the
        limit isn't a number.
    ValueError
        If a gradient isn't finite, or the limit isn't above 0.

    Notes
    -----
    All entries of all arrays are taken for one long vector g, and with the limit c

    .. formula:: g \leftarrow g \min\left(1, \frac{c}{\lVert g \rVert}\right)
        :scope: clipping
        :kind: update
        :code: (gradients=g, max_norm=c).gradients[0]

    .. formula:: \lVert g \rVert = \sqrt{\sum_{i=1}^P g_i^2}
        :scope: clipping
        :code: (gradients=g, max_norm=c).norm

    Sums are taken in float64, and no number is squared that is too large or too small
    for it. Gradients within the limit are returned as they are, not as copies.

    References
    ----------
    R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent
    neural networks" (2013), algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import clip_gradients
    >>> clipped, norm = clip_gradients([np.array([3.0]), np.array([[4.0, 0.0]])], 2.5)
    >>> norm, [g.tolist() for g in clipped]
    (5.0, [[1.5], [[2.0, 0.0]]])
    """
    check_floats("gradients", gradients)
    check_finite(**{f"gradients[{i}]": gradient for i, gradient in enumerate(gradients)})
    max_norm = check_number("max_norm", max_norm, above=0.0)
    factor, norm = clipping_factor(gradients, max_norm)
    if factor == 1.0:
        return ClippedGradients(list(gradients), norm)
    return ClippedGradients([np.asarray(g * g.dtype.type(factor)) for g in gradients], norm)


def clipping_factor(gradients: Sequence[Floats], max_norm: float) -> tuple[float, float]:
    """Return what gradients are to be multiplied by, and their norm."""
    largest = max((float(np.abs(g).max()) for g in gradients if g.size), default=0.0)
    # Squares of numbers within these bounds neither overflow nor vanish.
    scale = 1.0 if largest == 0.0 or 1e-100 < largest < 1e100 else largest
    root = math.sqrt(sum(_sum_of_squares(g, scale) for g in gradients))
    norm = scale * root
    return (max_norm / scale / root if norm > max_norm else 1.0), norm


def _sum_of_squares(gradient: Floats, scale: float) -> float:
    """Return the sum of the squares of all entries, each divided by the scale."""
    flat = gradient.ravel().astype(np.float64, copy=False)
    flat = flat if scale == 1.0 else flat / scale
    return float(np.vdot(flat, flat))
