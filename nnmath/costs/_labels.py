"""Labels: as targets for a cost, and as the measure of how many were right."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnmath._arrays import Array, cast, device_of, namespace
from nnmath._checks import (
    check_finite,
    check_integer,
    check_not_empty,
    check_outputs,
    check_range,
    check_shape,
    common_namespace,
    floating_arrays,
    floating_dtype,
    integer_array,
)

__all__ = ["accuracy", "one_hot"]


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
