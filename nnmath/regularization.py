"""Regularisation: what keeps a network from learning its samples by heart.

Penalties on the weights, each beside its derivative; dropout; softened targets. A
derivative that needs to know what chance has chosen is given it: the mask of dropout
is an argument, forward and backward.
"""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnmath._arrays import Array, is_numpy
from nnmath._checks import (
    check_distribution,
    check_finite,
    check_generator,
    check_integer,
    check_number,
    check_outputs,
    check_same_shape,
    floating_arrays,
    floating_dtype,
    wrong_value,
)

__all__ = [
    "dropout",
    "dropout_backward",
    "dropout_mask",
    "l1_penalty",
    "l1_penalty_backward",
    "l2_penalty",
    "l2_penalty_backward",
    "smooth_labels",
]


def l2_penalty(W: Array, strength: float) -> Array:
    r"""Return half the sum of the squares of all weights, times a strength.

    Parameters
    ----------
    W : array, any shape
        Weights. Finite.
    strength : float
        How much large weights cost, at least 0.

    Returns
    -------
    scalar
        The penalty, at least 0.

    Raises
    ------
    TypeError
        If the weights aren't real floating-point numbers, or the strength isn't a
        number.
    ValueError
        If a number isn't finite, or the strength is below 0.

    Notes
    -----
    For P weights, taken for one vector, and the strength :math:`\lambda`,

    .. formula:: R_2 = \frac{\lambda}{2} \sum_{i=1}^{P} (w^i)^2
        :restates: l2-penalty

    The half cancels the 2 of the derivative, so that a step of gradient descent
    multiplies each weight by :math:`1 - \eta \lambda`.

    References
    ----------
    A. Krogh, J. Hertz, "A simple weight decay can improve generalization" (1992),
    eq. 1.

    Examples
    --------
    >>> from nnmath import l2_penalty
    >>> float(l2_penalty([[1.0, -2.0], [3.0, 0.0]], 0.5))
    3.5
    """
    xp, W, strength = _checked_penalty(W, strength)
    return 0.5 * strength * xp.sum(W * W)


def l2_penalty_backward(W: Array, strength: float) -> Array:
    r"""Return the derivative of `l2_penalty` by every weight.

    Parameters
    ----------
    W : array, any shape
        Weights. Finite.
    strength : float
        How much large weights cost, at least 0.

    Returns
    -------
    array, the shape of W
        The derivative: what a weight is, times the strength.

    Raises
    ------
    TypeError
        If the weights aren't real floating-point numbers, or the strength isn't a
        number.
    ValueError
        If a number isn't finite, or the strength is below 0.

    Notes
    -----
    In the symbols of `l2_penalty`,

    .. formula:: \frac{\partial R_2}{\partial w^i} = \lambda w^i
        :restates: l2-gradient

    Examples
    --------
    >>> from nnmath import l2_penalty_backward
    >>> l2_penalty_backward([[1.0, -2.0], [3.0, 0.0]], 0.5).tolist()
    [[0.5, -1.0], [1.5, 0.0]]
    """
    _, W, strength = _checked_penalty(W, strength)
    return strength * W


def l1_penalty(W: Array, strength: float) -> Array:
    r"""Return the sum of the absolute values of all weights, times a strength.

    Parameters
    ----------
    W : array, any shape
        Weights. Finite.
    strength : float
        How much weights other than 0 cost, at least 0.

    Returns
    -------
    scalar
        The penalty, at least 0.

    Raises
    ------
    TypeError
        If the weights aren't real floating-point numbers, or the strength isn't a
        number.
    ValueError
        If a number isn't finite, or the strength is below 0.

    Notes
    -----
    For P weights, taken for one vector, and the strength :math:`\lambda`,

    .. formula:: R_1 = \lambda \sum_{i=1}^{P} |w^i|
        :restates: l1-penalty

    References
    ----------
    R. Tibshirani, "Regression shrinkage and selection via the lasso" (1996), eq. 1,
    for linear models and as a bound.

    Examples
    --------
    >>> from nnmath import l1_penalty
    >>> float(l1_penalty([[1.0, -2.0], [3.0, 0.0]], 0.5))
    3.0
    """
    xp, W, strength = _checked_penalty(W, strength)
    return strength * xp.sum(xp.abs(W))


def l1_penalty_backward(W: Array, strength: float) -> Array:
    r"""Return the derivative of `l1_penalty` by every weight.

    Parameters
    ----------
    W : array, any shape
        Weights. Finite.
    strength : float
        How much weights other than 0 cost, at least 0.

    Returns
    -------
    array, the shape of W
        The derivative: plus or minus the strength, and 0 for a weight of 0.

    Raises
    ------
    TypeError
        If the weights aren't real floating-point numbers, or the strength isn't a
        number.
    ValueError
        If a number isn't finite, or the strength is below 0.

    Notes
    -----
    In the symbols of `l1_penalty`,

    .. formula:: \frac{\partial R_1}{\partial w^i} = \lambda \operatorname{sgn}(w^i)
        :restates: l1-gradient

    At a weight of 0 the penalty has a kink and no derivative. Any slope from minus to
    plus the strength touches it there; 0 is returned, which leaves the weight alone.

    Examples
    --------
    >>> from nnmath import l1_penalty_backward
    >>> l1_penalty_backward([[1.0, -2.0], [3.0, 0.0]], 0.5).tolist()
    [[0.5, -0.5], [0.5, 0.0]]
    """
    xp, W, strength = _checked_penalty(W, strength)
    return strength * xp.sign(W)


def smooth_labels(y: Array, smoothing: float) -> Array:
    r"""Return targets that leave a part of the certainty to all classes alike.

    Parameters
    ----------
    y : array, shape (..., n)
        A distribution over the classes in each row, such as `one_hot` gives.
    smoothing : float
        The part that is spread over all classes, from 0 to below 1.

    Returns
    -------
    array, shape (..., n)
        The distributions, smoothed.

    Raises
    ------
    TypeError
        If the targets aren't real floating-point numbers, or the smoothing isn't a
        number.
    ValueError
        If there is no class, a row isn't a distribution, or the smoothing is out of
        its range.

    Notes
    -----
    For targets y, n classes and the smoothing :math:`\varepsilon`,

    .. formula:: u^i = (1 - \varepsilon) y^i + \frac{\varepsilon}{n}
        :restates: smooth-labels

    References
    ----------
    C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna, "Rethinking the Inception
    architecture for computer vision" (2016), section 7.

    Examples
    --------
    >>> from nnmath import smooth_labels
    >>> smooth_labels([0.0, 1.0, 0.0, 0.0], 0.2).round(2).tolist()
    [0.05, 0.85, 0.05, 0.05]
    """
    _, y = floating_arrays(y=y)
    check_outputs("y", y)
    check_distribution("y", y)
    smoothing = check_number("smoothing", smoothing, at_least=0.0, below=1.0)
    return (1.0 - smoothing) * y + smoothing / y.shape[-1]


def _checked_penalty(W: Array, strength: float) -> tuple[Any, Array, float]:
    """Return the namespace and the arguments of a penalty."""
    xp, W = floating_arrays(W=W)
    check_finite(W=W)
    return xp, W, check_number("strength", strength, at_least=0.0)


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
