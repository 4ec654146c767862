"""Skip-gram: its cost and derivative, and vectors learnt from a text by stochastic gradient descent (AdaGrad)."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath._arrays import Array, device_of
from nnmath._checks import (
    check_axes,
    check_finite,
    check_generator,
    check_integer,
    check_number,
    check_same_shape,
    floating_arrays,
    wrong_value,
)
from nnmath.costs import sigmoid_cross_entropy, sigmoid_cross_entropy_backward
from nnmath.embeddings._counts import checked_text, neighbours
from nnmath.embeddings._lookup import embedding_backward

#: Words are drawn by their counts to this power: rare ones more often than they occur.
_FLATTENING = 0.75
#: What every sum of squares starts from, so that nothing is divided by zero.
_SMALL = 1e-10


class SkipGram(NamedTuple):
    """Vectors that were learnt, and what they cost."""

    #: One row a word.
    vectors: NDArray[np.float64]
    #: One row a word, for when it is the neighbour.
    contexts: NDArray[np.float64]
    #: Mean cost of a pair in each epoch, in nats.
    costs: list[float]


def train_skip_gram(
    ids: Array,
    n_words: int,
    width: int,
    rng: np.random.Generator,
    *,
    window: int = 2,
    n_negatives: int = 5,
    epochs: int = 1,
    batch_size: int = 512,
    learning_rate: float = 0.2,
    end: int | None = None,
) -> SkipGram:
    r"""Learn vectors of words from their neighbours, by skip-gram with negative sampling.

    Parameters
    ----------
    ids : array of int, shape (n_tokens,)
        A text as numbers of words, from 0 to n_words - 1.
    n_words : int
        How many words there are, at least 1.
    width : int
        Entries of a vector, at least 1.
    rng : numpy.random.Generator
        Draws the first vectors, the order of the pairs and the negatives.
    window : int, default 2
        How many places apart two neighbours may be.
    n_negatives : int, default 5
        Words drawn by chance for each pair, at least 1.
    epochs : int, default 1
        How often each pair is seen, at least 1.
    batch_size : int, default 512
        Pairs whose derivatives are added up before a step, at least 1.
    learning_rate : float, default 0.2
        Rate of the first step, above 0; it falls in a straight line to 0.
    end : int, optional
        The number of the token that ends a sentence: no neighbours across it.

    Returns
    -------
    SkipGram
        The vectors as words, as neighbours, and the mean cost in every epoch.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If a number is out of range, or the text has no neighbours.

    Notes
    -----
    Every pair of neighbours is one sample of `skip_gram_cost`. Negatives are drawn with
    probabilities proportional to the counts of neighbours to the power 3/4; one of them may
    happen to be a true neighbour. Steps are AdaGrad's: each entry's derivative is divided
    by the root of the sum of its squares so far, so that rare words move far when they
    come and frequent ones not too far.

    References
    ----------
    T. Mikolov et al., "Distributed representations of words and phrases and their
    compositionality" (2013), arXiv:1310.4546, section 2.2; J. Duchi, E. Hazan, Y. Singer,
    "Adaptive subgradient methods for online learning and stochastic optimization",
    Journal of Machine Learning Research 12 (2011), section 1.1.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import cosine_similarity, train_skip_gram
    >>> text = [0, 1, 2, 3, 4, 3] * 50  # 0 and 2 stand beside the same words, 0 and 1 don't
    >>> result = train_skip_gram(
    ...     text, 5, 4, np.random.default_rng(0), window=1, n_negatives=1, epochs=20, batch_size=32
    ... )
    >>> cosine_similarity(result.vectors[0], result.vectors[[1, 2]]).round(1).tolist()
    [-0.2, 1.0]
    """
    n_words = check_integer("n_words", n_words, at_least=1)
    width = check_integer("width", width, at_least=1)
    epochs = check_integer("epochs", epochs, at_least=1)
    rate = check_number("learning_rate", learning_rate, above=0.0)
    check_generator("rng", rng)
    text = checked_text(ids, n_words)
    pairs = np.stack(neighbours(text, check_integer("window", window, at_least=1), end), axis=1)
    if not len(pairs):
        raise wrong_value("ids", "a text with at least two neighbours", f"{len(text)} tokens")
    size = min(check_integer("batch_size", batch_size, at_least=1), len(pairs))
    n_negatives = check_integer("n_negatives", n_negatives, at_least=1)
    draws = _Negatives(pairs[:, 1], n_words, n_negatives, rng)
    words = _Table(rng.uniform(-0.5 / width, 0.5 / width, size=(n_words, width)))
    contexts = _Table(np.zeros((n_words, width)))
    costs = []
    for epoch in range(epochs):
        total = 0.0
        for done, batch in _batches(pairs, size, rng):
            step = rate * (1.0 - (epoch + done) / epochs)
            total += _descend(words, contexts, batch, draws.draw(len(batch)), step)
        costs.append(total / len(pairs))
    return SkipGram(words.rows, contexts.rows, costs)


def _batches(
    pairs: NDArray[np.int64], size: int, rng: np.random.Generator
) -> Iterator[tuple[float, NDArray[np.int64]]]:
    """Yield the pairs in random order, and which share of them came before."""
    order = rng.permutation(len(pairs))
    for start in range(0, len(pairs), size):
        yield start / len(pairs), pairs[order[start : start + size]]


class _Table:
    """A row for every word, moved by AdaGrad: the more an entry was moved, the less it is."""

    def __init__(self, rows: NDArray[np.float64]) -> None:
        self.rows = rows
        self._squares = np.full_like(rows, _SMALL)

    def step(self, rate: float, derivative: NDArray[np.float64]) -> None:
        """Move the rows against the derivative."""
        self._squares += derivative * derivative
        self.rows -= rate * derivative / np.sqrt(self._squares)


def _descend(
    words: _Table,
    contexts: _Table,
    batch: NDArray[np.int64],
    negatives: NDArray[np.int64],
    rate: float,
) -> float:
    """Take one step down the cost of a batch; return the cost before it."""
    centre, near = batch.T
    parts = words.rows[centre], contexts.rows[near], contexts.rows[negatives]
    gradients = skip_gram_backward(*parts)
    n_words = len(words.rows)
    words.step(rate, embedding_backward(gradients.dv, centre, n_words))
    by_near = embedding_backward(gradients.du, near, n_words)
    contexts.step(rate, by_near + embedding_backward(gradients.dnegatives, negatives, n_words))
    return float(skip_gram_cost(*parts).sum())


class _Negatives:
    """Draws words by how often they are neighbours, flattened."""

    def __init__(
        self, near: NDArray[np.int64], n_words: int, n: int, rng: np.random.Generator
    ) -> None:
        weights = np.bincount(near, minlength=n_words) ** _FLATTENING
        self._ends = np.cumsum(weights) / weights.sum()
        self._last = int(np.flatnonzero(weights)[-1])
        self._n = n
        self._rng = rng

    def draw(self, n_pairs: int) -> NDArray[np.int64]:
        """Return the negatives for so many pairs."""
        found = np.searchsorted(self._ends, self._rng.random((n_pairs, self._n)), "right")
        return np.minimum(found, self._last)


# The cost and its derivative


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
