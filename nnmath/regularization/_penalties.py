"""Penalties on the weights, each beside its derivative; and softened targets."""

from typing import Any

from nnmath._arrays import Array
from nnmath._checks import (
    check_distribution,
    check_finite,
    check_number,
    check_outputs,
    floating_arrays,
)


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
