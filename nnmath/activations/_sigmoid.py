"""The sigmoid and its relative tanh, each beside its derivative."""

from __future__ import annotations

from nnmath._arrays import Array, absolute, select
from nnmath._checks import floating_arrays

__all__ = ["sigmoid", "sigmoid_prime", "tanh", "tanh_prime"]


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
