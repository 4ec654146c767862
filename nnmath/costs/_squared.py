"""Squared errors: the document's sum over the outputs, and the mean.

Beyond the largest float they are infinity, which is no reason for a warning here: `train`
tells of it as an error.
"""

from typing import Any

import numpy as np

from nnmath._arrays import Array
from nnmath._checks import (
    check_finite,
    check_outputs,
    check_same_shape,
    floating_arrays,
)


@np.errstate(over="ignore")
def squared_error(a: Array, y: Array) -> Array:
    r"""Return the sum over the outputs of the squared errors, one number a sample.

    Parameters
    ----------
    a : array, shape (..., n)
        Activations of the last layer; n at least 1.
    y : array, shape (..., n)
        What they should have been.

    Returns
    -------
    array, shape (...)
        The cost of every sample, at least 0.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes differ, there is no output, or a number isn't finite.

    Notes
    -----
    For the outputs a of the :math:`n_L` neurons of the last layer L, and their targets y,

    .. formula:: C = \sum_{i=1}^{n_L} (a_L^i - y^i)^2
        :restates: cost

    Often called mean squared error, although nothing is divided: see
    `mean_squared_error` for the mean.

    Examples
    --------
    >>> from nnmath import squared_error
    >>> float(squared_error([0.5, 1.0], [1.0, 3.0]))
    4.25
    """
    xp, a, y = _checked(a, y)
    return xp.sum((a - y) ** 2, axis=-1)


@np.errstate(over="ignore")
def squared_error_backward(a: Array, y: Array) -> Array:
    r"""Return the derivative of `squared_error` by every activation.

    Parameters
    ----------
    a : array, shape (..., n)
        Activations of the last layer; n at least 1.
    y : array, shape (..., n)
        What they should have been.

    Returns
    -------
    array, shape (..., n)
        The derivative of each sample's own cost.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes differ, there is no output, or a number isn't finite.

    Notes
    -----
    In the symbols of `squared_error`,

    .. formula:: \frac{\partial C}{\partial a_L^i} = 2 (a_L^i - y^i)
        :restates: output-gradient

    Examples
    --------
    >>> from nnmath import squared_error_backward
    >>> squared_error_backward([0.5, 1.0], [1.0, 3.0]).tolist()
    [-1.0, -4.0]
    """
    _, a, y = _checked(a, y)
    return 2.0 * (a - y)


@np.errstate(over="ignore")
def mean_squared_error(a: Array, y: Array) -> Array:
    r"""Return the mean over the outputs of the squared errors, one number a sample.

    Parameters
    ----------
    a : array, shape (..., n)
        Activations of the last layer; n at least 1.
    y : array, shape (..., n)
        What they should have been.

    Returns
    -------
    array, shape (...)
        The cost of every sample, at least 0.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes differ, there is no output, or a number isn't finite.

    Notes
    -----
    In the symbols of `squared_error`,

    .. formula:: \bar{C} = \frac{1}{n_L} \sum_{i=1}^{n_L} (a_L^i - y^i)^2
        :restates: mean-cost

    Examples
    --------
    >>> from nnmath import mean_squared_error
    >>> float(mean_squared_error([0.5, 1.0], [1.0, 3.0]))
    2.125
    """
    xp, a, y = _checked(a, y)
    return xp.mean((a - y) ** 2, axis=-1)


@np.errstate(over="ignore")
def mean_squared_error_backward(a: Array, y: Array) -> Array:
    r"""Return the derivative of `mean_squared_error` by every activation.

    Parameters
    ----------
    a : array, shape (..., n)
        Activations of the last layer; n at least 1.
    y : array, shape (..., n)
        What they should have been.

    Returns
    -------
    array, shape (..., n)
        The derivative of each sample's own cost.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes differ, there is no output, or a number isn't finite.

    Notes
    -----
    In the symbols of `squared_error`,

    .. formula:: \frac{\partial \bar{C}}{\partial a_L^i} = \frac{2}{n_L} (a_L^i - y^i)
        :scope: network
        :code: (a=a_L, y=y)

    Examples
    --------
    >>> from nnmath import mean_squared_error_backward
    >>> mean_squared_error_backward([0.5, 1.0], [1.0, 3.0]).tolist()
    [-0.5, -2.0]
    """
    _, a, y = _checked(a, y)
    return (2.0 / a.shape[-1]) * (a - y)


def _checked(a: Array, y: Array) -> tuple[Any, Array, Array]:
    """Return the namespace and the arguments, if they fit each other."""
    xp, a, y = floating_arrays(a=a, y=y)
    check_outputs("a", a)
    check_same_shape(a=a, y=y)
    check_finite(a=a, y=y)
    return xp, a, y
