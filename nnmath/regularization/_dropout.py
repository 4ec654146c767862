"""Dropout: the mask, and what it does forward and backward."""

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnmath._arrays import Array, is_numpy
from nnmath._checks import (
    check_generator,
    check_integer,
    check_number,
    check_same_shape,
    floating_arrays,
    floating_dtype,
    wrong_value,
)


def dropout(x: Array, mask: Array, rate: float) -> Array:
    r"""Return what is left when some entries are dropped and the others scaled up.

    Parameters
    ----------
    x : array, any shape
        Activations.
    mask : array, the shape of x
        1 where an entry stays and 0 where it is dropped, as `dropout_mask` draws it.
    rate : float
        The probability with which an entry is dropped, from 0 to below 1.

    Returns
    -------
    array, the shape of x
        Zeros, and the entries that stay, divided by the probability to stay.

    Raises
    ------
    TypeError
        If an array doesn't hold real floating-point numbers, or the rate isn't a
        number.
    ValueError
        If the shapes differ, the rate is out of its range, or the mask holds anything
        but 0 and 1.

    Notes
    -----
    For the activations a, the mask m and the rate p, d is left:

    .. formula:: d^i = \frac{m^i}{1 - p} a^i
        :restates: dropout

    Over all masks the mean of :math:`d^i` is :math:`a^i`, so a network that was
    trained with dropout is used without it and without a change. Hence the name
    inverted dropout: the paper scales the weights afterwards instead.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout:
    a simple way to prevent neural networks from overfitting" (2014), section 4 and,
    for the scaling, section 10.

    Examples
    --------
    >>> from nnmath import dropout
    >>> dropout([1.0, 2.0, 3.0], [1.0, 0.0, 1.0], 0.5).tolist()
    [2.0, 0.0, 6.0]
    """
    x, mask, rate = _checked_dropout("x", x, mask, rate)
    return x * mask * (1.0 / (1.0 - rate))


def dropout_backward(dd: Array, mask: Array, rate: float) -> Array:
    r"""Return the derivative of the cost by what `dropout` was given.

    Parameters
    ----------
    dd : array, any shape
        Derivative of the cost by what `dropout` returned.
    mask : array, the shape of dd
        The mask that `dropout` was given.
    rate : float
        The rate that `dropout` was given.

    Returns
    -------
    array, the shape of dd
        The derivative by ``x``: 0 for what was dropped.

    Raises
    ------
    TypeError
        If an array doesn't hold real floating-point numbers, or the rate isn't a
        number.
    ValueError
        If the shapes differ, the rate is out of its range, or the mask holds anything
        but 0 and 1.

    Notes
    -----
    In the symbols of `dropout`, for any cost C,

    .. formula:: \frac{\partial C}{\partial a^i} = \frac{m^i}{1 - p} \frac{\partial C}{\partial d^i}
        :restates: dropout-gradient

    Examples
    --------
    >>> from nnmath import dropout_backward
    >>> dropout_backward([5.0, 5.0, 1.0], [1.0, 0.0, 1.0], 0.5).tolist()
    [10.0, 0.0, 2.0]
    """
    dd, mask, rate = _checked_dropout("dd", dd, mask, rate)
    return dd * mask * (1.0 / (1.0 - rate))


def dropout_mask(
    shape: int | tuple[int, ...],
    rate: float,
    *,
    rng: np.random.Generator,
    dtype: DTypeLike = np.float64,
) -> NDArray[np.floating]:
    r"""Draw which entries stay.

    Parameters
    ----------
    shape : int or tuple of int
        The shape of what is to be dropped from.
    rate : float
        The probability with which an entry is dropped, from 0 to below 1.
    rng : numpy.random.Generator
        Where the chance comes from. The same seed gives the same mask.
    dtype : data type, default float64
        A real floating-point type.

    Returns
    -------
    ndarray
        1 where an entry stays and 0 where it is dropped, each drawn for itself.

    Raises
    ------
    TypeError
        If the shape, the rate, the generator or the type isn't one.
    ValueError
        If the rate is out of its range, or a length is below 0.

    Notes
    -----
    An entry stays with probability 1 - p: if a number drawn evenly from 0 to 1 is at least the rate.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import dropout_mask
    >>> mask = dropout_mask((2, 500), 0.25, rng=np.random.default_rng(0))
    >>> sorted(set(mask.ravel().tolist())), float(mask.mean())
    ([0.0, 1.0], 0.769)
    """
    lengths = shape if isinstance(shape, (list, tuple)) else (shape,)
    lengths = tuple(check_integer("shape", length, at_least=0) for length in lengths)
    rate = check_number("rate", rate, at_least=0.0, below=1.0)
    rng = check_generator("rng", rng)
    own: np.dtype[np.floating] = floating_dtype(np, dtype)
    return (rng.random(lengths) >= rate).astype(own)


def _checked_dropout(
    name: str, values: Array, mask: Array, rate: float
) -> tuple[Array, Array, float]:
    """Return the arguments of dropout, if they fit each other."""
    _, values, mask = floating_arrays(**{name: values, "mask": mask})
    check_same_shape(**{name: values, "mask": mask})
    rate = check_number("rate", rate, at_least=0.0, below=1.0)
    if is_numpy(mask) and not ((mask == 0.0) | (mask == 1.0)).all():
        raise wrong_value("mask", "zeros and ones", mask)
    return values, mask, rate
