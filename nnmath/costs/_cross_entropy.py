"""Cross-entropies from logits: sigmoid for yes or no, softmax for one of many.

Both take the last weighted input, not the activation. The logarithm and the
exponential of the activation then cancel on paper, where they lose nothing.
"""

import math
from typing import Any

import numpy as np

from nnmath._arrays import Array, absolute, cast, device_of, namespace, select
from nnmath._checks import (
    check_distribution,
    check_finite,
    check_integer,
    check_not_empty,
    check_outputs,
    check_range,
    check_same_shape,
    check_shape,
    common_namespace,
    floating_arrays,
    floating_dtype,
    integer_array,
)
from nnmath.activations import log_softmax, sigmoid, softmax


@np.errstate(over="ignore")  # a sum beyond the largest float is infinity
def sigmoid_cross_entropy(logits: Array, y: Array) -> Array:
    r"""Return the binary cross-entropy of sigmoid(logits), summed over the outputs.

    Parameters
    ----------
    logits : array, shape (..., n)
        Weighted inputs z of the last layer; n at least 1.
    y : array, shape (..., n)
        For every output the wanted probability of yes, in [0, 1].

    Returns
    -------
    array, shape (...)
        The cost of every sample in nats, at least 0.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes differ, there is no output, a logit isn't finite, or a
        target lies outside [0, 1].

    Notes
    -----
    For n logits z and their targets y, with the `sigmoid` :math:`\sigma`,

    .. formula:: C = -\sum_{i=1}^{n} \left( y^i \log \sigma(z^i)
            + (1 - y^i) \log(1 - \sigma(z^i)) \right)
        :restates: sigmoid-cross-entropy

    It is computed as a sum of terms that are never negative: log(1 + e^-abs(z)),
    plus abs(z) times the probability that y gives to the less likely answer.

    References
    ----------
    C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), eq. 4.90.

    Examples
    --------
    >>> from nnmath import sigmoid_cross_entropy
    >>> round(float(sigmoid_cross_entropy([0.0], [1.0])), 6)
    0.693147
    >>> float(sigmoid_cross_entropy([1000.0], [0.0]))
    1000.0
    """
    xp, logits, y = _checked_binary(logits, y)
    against = select(xp, logits < 0, -logits * y, logits * (1.0 - y))
    rest = xp.log1p(xp.exp(-absolute(xp, logits)))
    return xp.sum(against + rest, axis=-1)


def sigmoid_cross_entropy_backward(logits: Array, y: Array) -> Array:
    r"""Return the derivative of `sigmoid_cross_entropy` by every logit.

    Parameters
    ----------
    logits : array, shape (..., n)
        Weighted inputs z of the last layer; n at least 1.
    y : array, shape (..., n)
        For every output the wanted probability of yes, in [0, 1].

    Returns
    -------
    array, shape (..., n)
        The derivative of each sample's own cost, in [-1, 1].

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes differ, there is no output, a logit isn't finite, or a
        target lies outside [0, 1].

    Notes
    -----
    In the symbols of `sigmoid_cross_entropy`,

    .. formula:: \frac{\partial C}{\partial z^i} = \sigma(z^i) - y^i
        :restates: sigmoid-cross-entropy-gradient

    The derivative of the cost and that of the sigmoid in one: the factors that
    could underflow have cancelled.

    References
    ----------
    C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), eq. 4.91,
    which goes on to the weights.

    Examples
    --------
    >>> from nnmath import sigmoid_cross_entropy_backward
    >>> sigmoid_cross_entropy_backward([0.0, 0.0], [1.0, 0.0]).tolist()
    [-0.5, 0.5]
    """
    _, logits, y = _checked_binary(logits, y)
    return sigmoid(logits) - y


def softmax_cross_entropy(logits: Array, y: Array) -> Array:
    r"""Return the cross-entropy of softmax(logits) for targets that sum to 1.

    Parameters
    ----------
    logits : array, shape (..., n)
        Weighted inputs z of the last layer; n at least 1.
    y : array, shape (..., n)
        The wanted probability of every class, in [0, 1], sum 1: most often
        `one_hot` labels.

    Returns
    -------
    array, shape (...)
        The cost of every sample in nats, at least 0.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes differ, there is no output, a logit isn't finite, or the
        targets aren't probabilities that sum to 1.

    Notes
    -----
    For n classes with the targets y and the probabilities p, the `softmax` of the logits,

    .. formula:: C = -\sum_{i=1}^{n} y^i \log p^i
        :restates: softmax-cross-entropy

    The sum of a row may be off by the square root of its dtype's precision.

    References
    ----------
    C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), eq. 4.108.

    Examples
    --------
    >>> from nnmath import softmax_cross_entropy
    >>> round(float(softmax_cross_entropy([0.0, 0.0], [1.0, 0.0])), 6)
    0.693147
    >>> float(softmax_cross_entropy([1000.0, 0.0], [0.0, 1.0]))
    1000.0
    """
    xp, logits, y = _checked_categorical(logits, y)
    logs = log_softmax(logits)
    # Logits further apart than the largest float give minus infinity, and where
    # the target is 0 that must still count as 0.
    lowest = float(xp.finfo(logs.dtype).min)
    # Subtracted from zero, not negated: a perfect answer costs 0, not minus 0.
    return 0.0 - xp.sum(y * select(xp, logs < lowest, lowest, logs), axis=-1)


def softmax_cross_entropy_backward(logits: Array, y: Array) -> Array:
    r"""Return the derivative of `softmax_cross_entropy` by every logit.

    Parameters
    ----------
    logits : array, shape (..., n)
        Weighted inputs z of the last layer; n at least 1.
    y : array, shape (..., n)
        The wanted probability of every class, in [0, 1], sum 1.

    Returns
    -------
    array, shape (..., n)
        The derivative of each sample's own cost, in [-1, 1].

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes differ, there is no output, a logit isn't finite, or the
        targets aren't probabilities that sum to 1.

    Notes
    -----
    In the symbols of `softmax_cross_entropy`, by logit z of class i,

    .. formula:: \frac{\partial C}{\partial z^i} = p^i - y^i
        :restates: softmax-cross-entropy-gradient

    The derivative of the cost and that of the softmax in one. It holds because
    the targets sum to 1.

    References
    ----------
    C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), eq. 4.109,
    which goes on to the weights.

    Examples
    --------
    >>> from nnmath import softmax_cross_entropy_backward
    >>> softmax_cross_entropy_backward([0.0, 0.0], [1.0, 0.0]).tolist()
    [-0.5, 0.5]
    """
    _, logits, y = _checked_categorical(logits, y)
    return softmax(logits) - y


def _checked(logits: Array, y: Array) -> tuple[Any, Array, Array]:
    """Return the namespace and the arguments, if they fit each other."""
    xp, logits, y = floating_arrays(logits=logits, y=y)
    check_outputs("logits", logits)
    check_same_shape(logits=logits, y=y)
    check_finite(logits=logits)
    return xp, logits, y


def _checked_binary(logits: Array, y: Array) -> tuple[Any, Array, Array]:
    """Return the checked arguments of a binary cross-entropy."""
    xp, logits, y = _checked(logits, y)
    check_range("y", y, 0.0, 1.0)
    return xp, logits, y


def _checked_categorical(logits: Array, y: Array) -> tuple[Any, Array, Array]:
    """Return the checked arguments of a categorical cross-entropy."""
    xp, logits, y = _checked(logits, y)
    check_distribution("y", y)
    return xp, logits, y


# Labels: as targets, and as the measure of how many were right


def one_hot(labels: Array, n_classes: int, *, dtype: Any = np.float64) -> Array:
    r"""Return for every label a row of zeros with a one at the label's place.

    Parameters
    ----------
    labels : array of int, shape (...)
        Numbers of classes, from 0 to ``n_classes - 1``.
    n_classes : int
        How many classes there are, at least 1.
    dtype : dtype, default float64
        A real floating dtype, NumPy's or that of the labels' library.

    Returns
    -------
    array, shape (..., n_classes)
        Targets for a cost, in the labels' library.

    Raises
    ------
    TypeError
        If the labels or ``n_classes`` aren't integers, or ``dtype`` isn't a real
        floating one.
    ValueError
        If a label is out of range, or ``n_classes`` is below 1.

    Notes
    -----
    For the label c, with classes counted from 0,

    .. formula:: y^i = \begin{cases} 1 & \text{if } i = c \\ 0 & \text{otherwise} \end{cases}
        :scope: one_hot
        :kind: definition

    Outside NumPy a label out of range isn't seen: it gives a row of zeros.

    Examples
    --------
    >>> from nnmath import one_hot
    >>> one_hot([2, 0], 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    n_classes = check_integer("n_classes", n_classes, at_least=1)
    labels = integer_array("labels", labels, "integer class labels")
    check_range("labels", labels, 0, n_classes - 1)
    xp = namespace(labels)
    dtype = floating_dtype(xp, dtype)
    classes = xp.arange(n_classes, **device_of(labels))
    return cast(xp, cast(xp, labels, classes.dtype)[..., None] == classes, dtype)


def accuracy(a: Array, labels: Array) -> float:
    r"""Return the share of samples whose largest output is that of the label.

    Parameters
    ----------
    a : array, shape (..., n)
        Activations or logits of the last layer; at least one sample.
    labels : array of int, shape (...)
        The right class of every sample, from 0 to n - 1.

    Returns
    -------
    float
        From 0 to 1. Of equal largest outputs the first counts.

    Raises
    ------
    TypeError
        If ``a`` doesn't hold real floating-point numbers, or the labels aren't
        integers.
    ValueError
        If there is no sample, the shapes don't fit, an output isn't finite, or a
        label is out of range.

    Notes
    -----
    For S samples with the labels c, and classes counted from 0,

    .. formula:: \mathrm{accuracy} = \frac{1}{S} \sum_{s=1}^{S} \begin{cases}
            1 & \text{if } \arg\max_i a_s^i = c_s \\ 0 & \text{otherwise} \end{cases}
        :scope: accuracy
        :kind: definition
        :code: (a=a, labels=c)

    Examples
    --------
    >>> from nnmath import accuracy
    >>> accuracy([[0.9, 0.1], [0.8, 0.3]], [0, 1])
    0.5
    """
    xp, a = floating_arrays(a=a)
    labels = integer_array("labels", labels, "integer class labels")
    common_namespace(a=a, labels=labels)
    check_outputs("a", a)
    check_not_empty("a", a, "at least one sample")
    check_shape("labels", labels, tuple(a.shape[:-1]), "one label a sample")
    check_finite(a=a)
    check_range("labels", labels, 0, a.shape[-1] - 1)
    largest = xp.argmax(a, axis=-1)
    right = largest == cast(xp, labels, largest.dtype)
    # Counted in whole numbers: a mean in half precision would be rounded.
    n_right = int(xp.sum(cast(xp, right, xp.int32)))
    return float(n_right / math.prod(labels.shape))
