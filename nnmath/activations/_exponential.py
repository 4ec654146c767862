"""Functions made of exponentials: sigmoid, tanh, softmax and its logarithm, each beside its derivative."""

from typing import Any

import numpy as np

from nnmath._arrays import Array, absolute, select
from nnmath._checks import check_axis, check_same_shape, floating_arrays


def sigmoid(z: Array) -> Array:
    r"""Return the logistic sigmoid of every entry.

    Parameters
    ----------
    z : array
        Weighted input, any shape, real floating dtype.

    Returns
    -------
    array
        Values in [0, 1], with the shape and dtype of ``z``.

    Raises
    ------
    TypeError
        If ``z`` doesn't hold real floating-point numbers.

    Notes
    -----
    .. formula:: \sigma(z) = \frac{1}{1 + e^{-z}}
        :restates: sigmoid

    Only exp(-abs(z)) is taken, which can't overflow: for negative z the fraction
    is widened by e^z. Very negative z keep their relative precision that way.

    References
    ----------
    D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by
    back-propagating errors", Nature 323 (1986), eq. 2.

    Examples
    --------
    >>> from nnmath import sigmoid
    >>> float(sigmoid(0.0))
    0.5
    >>> sigmoid([-1000.0, 1000.0]).tolist()
    [0.0, 1.0]
    """
    xp, z = floating_arrays(z=z)
    small = xp.exp(-absolute(xp, z))
    return select(xp, z < 0, small, 1.0) / (1.0 + small)


def sigmoid_prime(z: Array) -> Array:
    r"""Return the derivative of the sigmoid at every entry.

    Parameters
    ----------
    z : array
        Weighted input (not the activation), any shape, real floating dtype.

    Returns
    -------
    array
        Values in [0, 1/4], with the shape and dtype of ``z``.

    Raises
    ------
    TypeError
        If ``z`` doesn't hold real floating-point numbers.

    Notes
    -----
    .. formula:: \sigma'(z) = \sigma(z) (1 - \sigma(z))
        = \frac{e^{-|z|}}{(1 + e^{-|z|})^2}
        :restates: sigmoid-prime

    The second form doesn't subtract nearly equal numbers.

    Examples
    --------
    >>> from nnmath import sigmoid_prime
    >>> float(sigmoid_prime(0.0))
    0.25
    """
    xp, z = floating_arrays(z=z)
    small = xp.exp(-absolute(xp, z))
    return small / (1.0 + small) ** 2


def tanh(z: Array) -> Array:
    r"""Return the hyperbolic tangent of every entry.

    Parameters
    ----------
    z : array
        Weighted input, any shape, real floating dtype.

    Returns
    -------
    array
        Values in [-1, 1], with the shape and dtype of ``z``.

    Raises
    ------
    TypeError
        If ``z`` doesn't hold real floating-point numbers.

    Notes
    -----
    .. formula:: \tanh(z) = 2 \sigma(2z) - 1 = \frac{e^z - e^{-z}}{e^z + e^{-z}}
        :restates: tanh

    References
    ----------
    Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller, "Efficient BackProp" (1998),
    section 4.4, on why a function that is odd about zero learns faster.

    Examples
    --------
    >>> from nnmath import tanh
    >>> float(tanh(0.0)), float(tanh(1000.0))
    (0.0, 1.0)
    """
    xp, z = floating_arrays(z=z)
    return xp.tanh(z)


def tanh_prime(z: Array) -> Array:
    r"""Return the derivative of the hyperbolic tangent at every entry.

    Parameters
    ----------
    z : array
        Weighted input (not the activation), any shape, real floating dtype.

    Returns
    -------
    array
        Values in [0, 1], with the shape and dtype of ``z``.

    Raises
    ------
    TypeError
        If ``z`` doesn't hold real floating-point numbers.

    Notes
    -----
    .. formula:: \tanh'(z) = 1 - \tanh(z)^2 = \frac{4 e^{-2|z|}}{(1 + e^{-2|z|})^2}
        :restates: tanh-prime

    The second form doesn't subtract nearly equal numbers.

    Examples
    --------
    >>> from nnmath import tanh_prime
    >>> float(tanh_prime(0.0))
    1.0
    """
    xp, z = floating_arrays(z=z)
    # Squared after exp: doubling z itself could overflow.
    small = xp.exp(-absolute(xp, z)) ** 2
    return 4.0 * small / (1.0 + small) ** 2


# Softmax


def softmax(z: Array, *, axis: int = -1) -> Array:
    r"""Return the entries of an axis as probabilities: exponentials over their sum.

    Parameters
    ----------
    z : array
        Weighted input, at least one axis, real floating dtype.
    axis : int, default -1
        The axis that is to sum to 1; not empty.

    Returns
    -------
    array
        Values in [0, 1], with the shape and dtype of ``z``.

    Raises
    ------
    TypeError
        If ``z`` doesn't hold real floating-point numbers, or ``axis`` is no integer.
    ValueError
        If ``z`` has no such axis, or the axis is empty.

    Notes
    -----
    For n weighted inputs z

    .. formula:: p^i = \frac{e^{z^i}}{\sum_{k=1}^n e^{z^k}}
        :restates: softmax

    The largest entry is subtracted first, which changes nothing in the result
    and keeps every exponential at or below 1. An entry of minus infinity gets
    probability 0. An axis with plus infinity, or with nothing but minus infinity,
    has no limit and becomes NaN.

    References
    ----------
    J. S. Bridle, "Probabilistic interpretation of feedforward classification
    network outputs, with relationships to statistical pattern recognition" (1990).
    P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp
    and softmax functions", IMA Journal of Numerical Analysis 41 (2021).

    Examples
    --------
    >>> from nnmath import softmax
    >>> softmax([0.0, 0.0]).tolist()
    [0.5, 0.5]
    >>> softmax([1000.0, 0.0]).tolist()
    [1.0, 0.0]
    """
    xp, z = floating_arrays(z=z)
    axis = check_axis("z", z, axis)
    return _softmax(xp, z, axis)


def softmax_backward(da: Array, z: Array, *, axis: int = -1) -> Array:
    r"""Return the derivative of the cost by z, given that by the softmax of z.

    Parameters
    ----------
    da : array
        Derivative of the cost by ``softmax(z)``, the shape of ``z``.
    z : array
        Weighted input (not the activation), at least one axis, real floating dtype.
    axis : int, default -1
        The axis that was made to sum to 1.

    Returns
    -------
    array
        Derivative of the cost by ``z``, with its shape.

    Raises
    ------
    TypeError
        If ``da`` or ``z`` doesn't hold real floating-point numbers, or ``axis``
        is no integer.
    ValueError
        If the shapes differ, ``z`` has no such axis, or the axis is empty.

    Notes
    -----
    With the probabilities p of `softmax`, for any cost C of them,

    .. formula:: \frac{\partial C}{\partial z^i} = p^i \left( \frac{\partial C}{\partial p^i}
            - \sum_{k=1}^n p^k \frac{\partial C}{\partial p^k} \right)
        :restates: softmax-backward

    Examples
    --------
    >>> from nnmath import softmax_backward
    >>> softmax_backward([1.0, 0.0], [0.0, 0.0]).tolist()
    [0.25, -0.25]
    """
    xp, da, z = floating_arrays(da=da, z=z)
    axis = check_axis("z", z, axis)
    check_same_shape(z=z, da=da)
    a = _softmax(xp, z, axis)
    return a * (da - xp.sum(da * a, axis=axis, keepdims=True))


def log_softmax(z: Array, *, axis: int = -1) -> Array:
    r"""Return the logarithm of the softmax, exact where the softmax underflows.

    Parameters
    ----------
    z : array
        Weighted input, at least one axis, real floating dtype.
    axis : int, default -1
        The axis whose exponentials are to sum to 1; not empty.

    Returns
    -------
    array
        Values up to 0, with the shape and dtype of ``z``.

    Raises
    ------
    TypeError
        If ``z`` doesn't hold real floating-point numbers, or ``axis`` is no integer.
    ValueError
        If ``z`` has no such axis, or the axis is empty.

    Notes
    -----
    In the symbols of `softmax`,

    .. formula:: a^i = \log p^i = z^i - \log \sum_{k=1}^n e^{z^k}
        :scope: log_softmax
        :kind: definition
        :code: (z=z)

    The largest entry is subtracted first, as in `softmax`. Entries that lie
    further apart than the largest float give minus infinity.

    References
    ----------
    P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp
    and softmax functions", IMA Journal of Numerical Analysis 41 (2021).

    Examples
    --------
    >>> from nnmath import log_softmax
    >>> log_softmax([0.0, 0.0]).round(6).tolist()
    [-0.693147, -0.693147]
    >>> log_softmax([1000.0, 0.0]).tolist()
    [0.0, -1000.0]
    """
    xp, z = floating_arrays(z=z)
    axis = check_axis("z", z, axis)
    shifted = _minus_largest(xp, z, axis)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=axis, keepdims=True))


def log_softmax_backward(da: Array, z: Array, *, axis: int = -1) -> Array:
    r"""Return the derivative of the cost by z, given that by the log-softmax of z.

    Parameters
    ----------
    da : array
        Derivative of the cost by ``log_softmax(z)``, the shape of ``z``.
    z : array
        Weighted input (not the activation), at least one axis, real floating dtype.
    axis : int, default -1
        The axis whose exponentials were made to sum to 1.

    Returns
    -------
    array
        Derivative of the cost by ``z``, with its shape.

    Raises
    ------
    TypeError
        If ``da`` or ``z`` doesn't hold real floating-point numbers, or ``axis``
        is no integer.
    ValueError
        If the shapes differ, ``z`` has no such axis, or the axis is empty.

    Notes
    -----
    With the logarithms a of the probabilities p, and any cost

    .. formula:: C = F(\mathbf{a})
        :scope: log_softmax
        :kind: definition
        :code: none

    .. formula:: \frac{\partial C}{\partial z^i} = \frac{\partial C}{\partial a^i}
            - p^i \sum_{k=1}^n \frac{\partial C}{\partial a^k}
        :scope: log_softmax
        :code: (da=\frac{\partial C}{\partial \mathbf{a}}, z=z)

    Examples
    --------
    >>> from nnmath import log_softmax_backward
    >>> log_softmax_backward([1.0, 0.0], [0.0, 0.0]).tolist()
    [0.5, -0.5]
    """
    xp, da, z = floating_arrays(da=da, z=z)
    axis = check_axis("z", z, axis)
    check_same_shape(z=z, da=da)
    return da - _softmax(xp, z, axis) * xp.sum(da, axis=axis, keepdims=True)


def _softmax(xp: Any, z: Array, axis: int) -> Array:
    """Return the softmax along an axis that was checked."""
    exponentials = xp.exp(_minus_largest(xp, z, axis))
    return exponentials / xp.sum(exponentials, axis=axis, keepdims=True)


def _minus_largest(xp: Any, z: Array, axis: int) -> Array:
    """Return the axis less its largest entry, which makes every entry 0 or less.

    A difference beyond the largest float rightly becomes minus infinity, and an
    axis without a limit rightly NaN: NumPy need not warn of either.
    """
    largest = xp.max(z, axis=axis, keepdims=True)
    if xp is not np:
        return z - largest
    with np.errstate(over="ignore", invalid="ignore"):
        return z - largest
