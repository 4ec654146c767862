"""Skip-gram with negative sampling: the cost of one pair of neighbours, and its derivative."""

from __future__ import annotations

from typing import Any, NamedTuple

from nnmath._arrays import Array, device_of
from nnmath._checks import (
    check_axes,
    check_finite,
    check_same_shape,
    floating_arrays,
    wrong_value,
)
from nnmath.costs import sigmoid_cross_entropy, sigmoid_cross_entropy_backward

__all__ = ["SkipGramGradients", "skip_gram_backward", "skip_gram_cost"]


class SkipGramGradients(NamedTuple):
    """Derivatives of the cost by the vectors of one word, its neighbour and the negatives."""

    #: By the word's vector.
    dv: Array
    #: By its neighbour's.
    du: Array
    #: By those of the words drawn by chance.
    dnegatives: Array


def skip_gram_cost(v: Array, u: Array, negatives: Array) -> Array:
    r"""Return the cost of telling a true neighbour from words drawn by chance.

    Parameters
    ----------
    v : array, shape (..., width)
        Vector of a word.
    u : array, shape (..., width)
        Vector, as a neighbour, of a word that stood near it.
    negatives : array, shape (..., n_negatives, width)
        Vectors, as neighbours, of words drawn by chance; none is allowed.

    Returns
    -------
    array, shape (...)
        In nats, at least 0.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit, or a dot product isn't finite.

    Notes
    -----
    For K words drawn by chance, whose vectors are the rows of B,

    .. formula:: C = -\log \sigma\left( \sum_{c=1}^{d} u^c v^c \right)
            - \sum_{k=1}^{K} \log \sigma\left( -\sum_{c=1}^{d} B^{kc} v^c \right)
        :restates: word-skip-gram

    This is the binary cross-entropy of K + 1 logits, of which the first should be yes.

    References
    ----------
    T. Mikolov et al., "Distributed representations of words and phrases and their
    compositionality" (2013), arXiv:1310.4546, eq. 4.

    Examples
    --------
    >>> from nnmath import skip_gram_cost
    >>> float(skip_gram_cost([1.0, 0.0], [0.0, 1.0], [[0.0, 2.0]]).round(6))
    1.386294
    """
    xp, v, u, negatives = _checked(v, u, negatives)
    logits, y = _logits(xp, v, u, negatives)
    return sigmoid_cross_entropy(logits, y)


def skip_gram_backward(v: Array, u: Array, negatives: Array) -> SkipGramGradients:
    r"""Return the derivatives of `skip_gram_cost` by all vectors.

    Parameters
    ----------
    v : array, shape (..., width)
        Vector of a word.
    u : array, shape (..., width)
        Vector, as a neighbour, of a word that stood near it.
    negatives : array, shape (..., n_negatives, width)
        Vectors, as neighbours, of words drawn by chance.

    Returns
    -------
    SkipGramGradients
        ``dv``, ``du`` and ``dnegatives``, with the shapes of the arguments: the
        derivatives of each pair's own cost.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit, or a dot product isn't finite.

    Notes
    -----
    In the symbols of `skip_gram_cost`,

    .. formula:: \frac{\partial C}{\partial v^c} =
            \left( \sigma\left( \sum_{a=1}^{d} u^a v^a \right) - 1 \right) u^c
            + \sum_{k=1}^{K} \sigma\left( \sum_{a=1}^{d} B^{ka} v^a \right) B^{kc}
        :restates: word-skip-gram-v

    .. formula:: \frac{\partial C}{\partial u^c} =
            \left( \sigma\left( \sum_{a=1}^{d} u^a v^a \right) - 1 \right) v^c
        :restates: word-skip-gram-u

    .. formula:: \frac{\partial C}{\partial B^{kc}} =
            \sigma\left( \sum_{a=1}^{d} B^{ka} v^a \right) v^c
        :restates: word-skip-gram-negative

    References
    ----------
    T. Mikolov et al., "Distributed representations of words and phrases and their
    compositionality" (2013), arXiv:1310.4546, eq. 4, whose derivative this is.

    Examples
    --------
    >>> from nnmath import skip_gram_backward
    >>> gradients = skip_gram_backward([1.0, 3.0], [3.0, -1.0], [[6.0, -2.0]])
    >>> gradients.dv.tolist(), gradients.du.tolist(), gradients.dnegatives.tolist()
    ([1.5, -0.5], [-0.5, -1.5], [[0.5, 1.5]])
    """
    xp, v, u, negatives = _checked(v, u, negatives)
    dlogits = sigmoid_cross_entropy_backward(*_logits(xp, v, u, negatives))
    by_true, by_negatives = dlogits[..., :1], dlogits[..., 1:]
    mixed = xp.matmul(by_negatives[..., None, :], negatives)[..., 0, :]
    return SkipGramGradients(
        dv=by_true * u + mixed,
        du=by_true * v,
        dnegatives=by_negatives[..., None] * v[..., None, :],
    )


def _logits(xp: Any, v: Array, u: Array, negatives: Array) -> tuple[Array, Array]:
    """Return the dot products with the neighbour and the negatives, and what they should be."""
    true = xp.sum(u * v, axis=-1, keepdims=True)
    false = xp.matmul(negatives, v[..., None])[..., 0]
    logits = xp.concat((true, false), axis=-1)
    kind = {"dtype": logits.dtype, **device_of(logits)}
    return logits, xp.concat((xp.ones(true.shape, **kind), xp.zeros(false.shape, **kind)), axis=-1)


def _checked(v: Array, u: Array, negatives: Array) -> tuple[Any, Array, Array, Array]:
    """Return the namespace and the arguments, if they fit each other."""
    xp, v, u, negatives = floating_arrays(v=v, u=u, negatives=negatives)
    check_axes("v", v, 1, "shape (..., width)")
    check_same_shape(v=v, u=u)
    fits = negatives.ndim == v.ndim + 1 and (
        (*negatives.shape[:-2], negatives.shape[-1]) == tuple(v.shape)
    )
    if not fits:
        got = f"shape {tuple(negatives.shape)} with v of shape {tuple(v.shape)}"
        raise wrong_value("negatives", "shape (..., n_negatives, width) that fits v", got)
    check_finite(v=v, u=u, negatives=negatives)
    return xp, v, u, negatives
