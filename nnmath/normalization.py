"""Normalisation: every row brought to one size, and the way back.

A row is what one token or sample has; the last axis runs through it. Nothing is shared
between rows, so a batch gives what its rows give alone. Derivatives by gain and shift are
summed over all rows.

Different floating dtypes are promoted by the rules of the library.
"""

import math
from typing import Any, NamedTuple

from nnmath._arrays import Array
from nnmath._checks import (
    check_number,
    check_outputs,
    check_same_shape,
    check_shape,
    floating_arrays,
)

__all__ = [
    "LayerNormGradients",
    "RMSNormGradients",
    "layer_norm",
    "layer_norm_backward",
    "rms_norm",
    "rms_norm_backward",
]


class LayerNormGradients(NamedTuple):
    """Derivatives of the cost by what went into `layer_norm`."""

    #: By the input.
    dx: Array
    #: By the gain, summed over the rows.
    dgain: Array
    #: By the shift, summed over the rows.
    dshift: Array


class RMSNormGradients(NamedTuple):
    """Derivatives of the cost by what went into `rms_norm`."""

    #: By the input.
    dx: Array
    #: By the gain, summed over the rows.
    dgain: Array


def layer_norm(x: Array, gain: Array, shift: Array, *, epsilon: float = 1e-5) -> Array:
    r"""Return rows of mean 0 and variance 1, then stretched and shifted.

    Parameters
    ----------
    x : array, shape (..., width)
        One row a token or sample; at least one entry each.
    gain : array, shape (width,)
        What each entry is multiplied by.
    shift : array, shape (width,)
        What is then added.
    epsilon : float, default 1e-5
        Is added to the variance, above 0.

    Returns
    -------
    array, shape (..., width)
        The rows, normalised.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit, a row is empty, or ``epsilon`` isn't above 0.

    Notes
    -----
    With the mean of a row, its size r, the normalised row u, the gain g and the shift b,

    .. formula:: \mu = \frac{1}{w} \sum_{i=1}^{w} x^i
        :restates: norm-mean
        :code: none

    .. formula:: r = \sqrt{\frac{1}{w} \sum_{i=1}^{w} (x^i - \mu)^2 + \varepsilon}
        :restates: norm-size
        :code: none

    .. formula:: u^i = \frac{x^i - \mu}{r}
        :restates: norm-row
        :code: none

    .. formula:: y^i = g^i u^i + b^i
        :restates: layer-norm

    A row whose entries are all equal becomes the shift.

    References
    ----------
    J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization" (2016),
    arXiv:1607.06450, eqs. 3 and 4; epsilon as in S. Ioffe, C. Szegedy, "Batch
    normalization" (2015), algorithm 1.

    Examples
    --------
    >>> from nnmath import layer_norm
    >>> layer_norm([1.0, 3.0], [1.0, 10.0], [0.0, 5.0]).round(3).tolist()
    [-1.0, 15.0]
    """
    xp, x, gain, shift = floating_arrays(x=x, gain=gain, shift=shift)
    _check_rows(x, gain)
    check_shape("shift", shift, (x.shape[-1],), "one for each entry of a row")
    normalized, _ = _normalized(xp, _centred(xp, x), check_number("epsilon", epsilon, above=0.0))
    return normalized * gain + shift


def layer_norm_backward(
    dy: Array, x: Array, gain: Array, *, epsilon: float = 1e-5
) -> LayerNormGradients:
    r"""Return the derivatives of the cost by all that went into `layer_norm`.

    Parameters
    ----------
    dy : array, shape (..., width)
        Derivative of the cost by the output.
    x : array, shape (..., width)
        The input.
    gain : array, shape (width,)
        What each entry was multiplied by.
    epsilon : float, default 1e-5
        What was added to the variance, above 0.

    Returns
    -------
    LayerNormGradients
        ``dx`` with the shape of ``x``; ``dgain`` and ``dshift`` of shape (width,).

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit, a row is empty, or ``epsilon`` isn't above 0.

    Notes
    -----
    With the normalised row u and the size r of `layer_norm`, and the derivative h of any
    cost C by u,

    .. formula:: \frac{\partial C}{\partial b^i} = \frac{\partial C}{\partial y^i}
        :restates: norm-shift-gradient

    .. formula:: \frac{\partial C}{\partial g^i} = \frac{\partial C}{\partial y^i} u^i
        :restates: norm-gain-gradient

    .. formula:: h^i = \frac{\partial C}{\partial y^i} g^i
        :restates: norm-inner-gradient
        :code: none

    .. formula:: \frac{\partial C}{\partial x^i} = \frac{1}{r} \left( h^i
            - \frac{1}{w} \sum_{j=1}^{w} h^j - \frac{u^i}{w} \sum_{j=1}^{w} h^j u^j \right)
        :restates: norm-gradient

    What is taken away is the part of h that would move the mean and the size of the
    row, which the output doesn't feel.

    References
    ----------
    J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer normalization" (2016),
    arXiv:1607.06450, eqs. 3 and 4, whose derivative this is.

    Examples
    --------
    >>> from nnmath import layer_norm_backward
    >>> gradients = layer_norm_backward([1.0, 0.0, 0.0], [-1.0, 0.0, 1.0], [1.0, 1.0, 1.0])
    >>> gradients.dx.round(3).tolist(), gradients.dshift.tolist()
    ([0.204, -0.408, 0.204], [1.0, 0.0, 0.0])
    """
    xp, dy, x, gain = floating_arrays(dy=dy, x=x, gain=gain)
    _check_rows(x, gain)
    check_same_shape(x=x, dy=dy)
    epsilon = check_number("epsilon", epsilon, above=0.0)
    normalized, size = _normalized(xp, _centred(xp, x), epsilon)
    dx = _centred(xp, _across(xp, dy * gain, normalized)) / size
    return LayerNormGradients(dx, _summed(xp, dy * normalized), _summed(xp, dy))


def rms_norm(x: Array, gain: Array, *, epsilon: float = 1e-5) -> Array:
    r"""Return rows whose squares have the mean 1, then stretched.

    Parameters
    ----------
    x : array, shape (..., width)
        One row a token or sample; at least one entry each.
    gain : array, shape (width,)
        What each entry is multiplied by.
    epsilon : float, default 1e-5
        Is added to the mean of the squares, above 0.

    Returns
    -------
    array, shape (..., width)
        The rows, normalised.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit, a row is empty, or ``epsilon`` isn't above 0.

    Notes
    -----
    With the gain g and the size r of the row,

    .. formula:: r = \sqrt{\frac{1}{w} \sum_{i=1}^{w} (x^i)^2 + \varepsilon}
        :restates: rms-size
        :code: none

    .. formula:: y^i = g^i \frac{x^i}{r}
        :restates: rms-norm

    A row of mean 0 is treated as by `layer_norm` without a shift.

    References
    ----------
    B. Zhang, R. Sennrich, "Root mean square layer normalization" (2019),
    arXiv:1910.07467, eq. 4.

    Examples
    --------
    >>> from nnmath import rms_norm
    >>> rms_norm([1.0, 7.0], [1.0, 2.0]).round(3).tolist()
    [0.2, 2.8]
    """
    xp, x, gain = floating_arrays(x=x, gain=gain)
    _check_rows(x, gain)
    normalized, _ = _normalized(xp, x, check_number("epsilon", epsilon, above=0.0))
    return normalized * gain


def rms_norm_backward(
    dy: Array, x: Array, gain: Array, *, epsilon: float = 1e-5
) -> RMSNormGradients:
    r"""Return the derivatives of the cost by all that went into `rms_norm`.

    Parameters
    ----------
    dy : array, shape (..., width)
        Derivative of the cost by the output.
    x : array, shape (..., width)
        The input.
    gain : array, shape (width,)
        What each entry was multiplied by.
    epsilon : float, default 1e-5
        What was added to the mean of the squares, above 0.

    Returns
    -------
    RMSNormGradients
        ``dx`` with the shape of ``x`` and ``dgain`` of shape (width,).

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit, a row is empty, or ``epsilon`` isn't above 0.

    Notes
    -----
    With the size r of `rms_norm`, for any cost C,

    .. formula:: \frac{\partial C}{\partial g^i} = \frac{\partial C}{\partial y^i} \frac{x^i}{r}
        :scope: rms
        :code: (dy=\frac{\partial C}{\partial \mathbf{y}}, x=\mathbf{x}, gain=\mathbf{g},
            epsilon=\varepsilon).dgain

    .. formula:: \frac{\partial C}{\partial x^i} = \frac{1}{r} \left(
            \frac{\partial C}{\partial y^i} g^i - \frac{x^i}{w r^2}
            \sum_{j=1}^{w} \frac{\partial C}{\partial y^j} g^j x^j \right)
        :restates: rms-gradient

    References
    ----------
    B. Zhang, R. Sennrich, "Root mean square layer normalization" (2019),
    arXiv:1910.07467, eq. 4, whose derivative this is.

    Examples
    --------
    >>> from nnmath import rms_norm_backward
    >>> gradients = rms_norm_backward([1.0, 0.0], [3.0, 4.0], [5.0, 5.0])
    >>> gradients.dx.round(3).tolist(), gradients.dgain.round(3).tolist()
    ([0.905, -0.679], [0.849, 0.0])
    """
    xp, dy, x, gain = floating_arrays(dy=dy, x=x, gain=gain)
    _check_rows(x, gain)
    check_same_shape(x=x, dy=dy)
    normalized, size = _normalized(xp, x, check_number("epsilon", epsilon, above=0.0))
    dx = _across(xp, dy * gain, normalized) / size
    return RMSNormGradients(dx, _summed(xp, dy * normalized))


def _centred(xp: Any, x: Array) -> Array:
    """Return rows less their mean."""
    return x - xp.mean(x, axis=-1, keepdims=True)


def _normalized(xp: Any, x: Array, epsilon: float) -> tuple[Array, Array]:
    """Return rows over their size, and the size."""
    size = xp.sqrt(xp.mean(x * x, axis=-1, keepdims=True) + epsilon)
    return x / size, size


def _across(xp: Any, h: Array, normalized: Array) -> Array:
    """Return what is left of a derivative without the part along the row."""
    return h - normalized * xp.mean(h * normalized, axis=-1, keepdims=True)


def _summed(xp: Any, x: Array) -> Array:
    """Return the sum of all rows."""
    return xp.sum(xp.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1])), axis=0)


def _check_rows(x: Array, gain: Array) -> None:
    """Refuse rows that are empty, or that the gain doesn't fit."""
    check_outputs("x", x)
    check_shape("gain", gain, (x.shape[-1],), "one for each entry of a row")
