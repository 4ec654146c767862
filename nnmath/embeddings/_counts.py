"""Vectors of words from counts of their neighbours."""

import numpy as np
from numpy.typing import NDArray

from nnmath._arrays import Array, is_numpy, select
from nnmath._checks import (
    check_finite,
    check_flag,
    check_integer,
    check_range,
    floating_arrays,
    integer_array,
    wrong_value,
)


def neighbours(
    ids: NDArray[np.integer], window: int, end: int | None
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Return all pairs of words at most `window` apart, each once in either order.

    No pair holds the end token or words on both sides of one.
    """
    end = None if end is None else check_integer("end", end, at_least=0)
    sentence = np.cumsum(ids == end) if end is not None else np.zeros(len(ids), dtype=np.int64)
    inside = ids != end if end is not None else np.ones(len(ids), dtype=bool)
    centres, contexts = [ids[:0]], [ids[:0]]
    for distance in range(1, window + 1):
        left, right = slice(None, -distance), slice(distance, None)
        kept = (sentence[left] == sentence[right]) & inside[left] & inside[right]
        first, second = ids[left][kept], ids[right][kept]
        centres += [first, second]
        contexts += [second, first]
    return np.concatenate(centres), np.concatenate(contexts)


def cooccurrences(
    ids: Array, n_words: int, window: int, *, end: int | None = None
) -> NDArray[np.float64]:
    r"""Return how often each word stands near each other one.

    Parameters
    ----------
    ids : array of int, shape (n_tokens,)
        A text as numbers of words, from 0 to n_words - 1.
    n_words : int
        How many words there are, at least 1.
    window : int
        How many places apart still is near, at least 1.
    end : int, optional
        The number of the token that ends a sentence. It isn't counted, and nothing
        beyond it is near.

    Returns
    -------
    ndarray of float64, shape (n_words, n_words)
        Symmetric: every pair of places is counted from both of them.

    Raises
    ------
    TypeError
        If an argument isn't of whole numbers.
    ValueError
        If the text has more than one axis, a number is out of range, or ``n_words`` or
        ``window`` is below 1.

    Notes
    -----
    For the numbers k of the words at the T places of a text, and the window c,

    .. formula:: N^{ij} = \sum_{s=1}^T \sum_{t=1}^T [0 < |s - t| \leq c] \, [k_s = i] \, [k_t = j]
        :scope: counts
        :kind: definition
        :code: (ids=k, n_words=n, window=c)

    where a bracket is 1 if it is true and else 0.

    References
    ----------
    K. W. Church, P. Hanks, "Word association norms, mutual information, and
    lexicography", Computational Linguistics 16 (1990), section 3.

    Examples
    --------
    >>> from nnmath import cooccurrences
    >>> cooccurrences([0, 1, 0, 2], 3, window=1).tolist()
    [[0.0, 2.0, 1.0], [2.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """
    n_words = check_integer("n_words", n_words, at_least=1)
    text = checked_text(ids, n_words)
    centres, contexts = neighbours(text, check_integer("window", window, at_least=1), end)
    counts = np.bincount(centres * n_words + contexts, minlength=n_words**2)
    return counts.reshape(n_words, n_words).astype(np.float64)


def pointwise_mutual_information(counts: Array, *, positive: bool = True) -> Array:
    r"""Return how much more often than by chance two words are neighbours.

    Parameters
    ----------
    counts : array, shape (n, m)
        How often they are, at least 0; not all 0.
    positive : bool, default True
        Whether to put 0 where the result is negative.

    Returns
    -------
    array, shape (n, m)
        In nats: 0 for words that meet as often as chance has it. A pair that never
        occurs has minus infinity, or 0 if `positive`.

    Raises
    ------
    TypeError
        If the counts aren't real floating-point numbers.
    ValueError
        If they aren't a table, one is negative, or all are 0 (seen for NumPy only).

    Notes
    -----
    For the counts N

    .. formula:: M^{ij} = \log \frac{N^{ij} \sum_{k=1}^n \sum_{l=1}^n N^{kl}}
            {\left( \sum_{l=1}^n N^{il} \right) \left( \sum_{k=1}^n N^{kj} \right)}
        :restates: word-pmi

    A word that never occurs has no pairs, so its row is that of pairs that never occur.

    References
    ----------
    K. W. Church, P. Hanks, "Word association norms, mutual information, and
    lexicography", Computational Linguistics 16 (1990), section 2.

    Examples
    --------
    >>> from nnmath import pointwise_mutual_information
    >>> pointwise_mutual_information([[3.0, 1.0], [0.0, 4.0]]).round(4).tolist()
    [[0.6931, 0.0], [0.0, 0.47]]
    """
    xp, counts = floating_arrays(counts=counts)
    positive = check_flag("positive", positive)
    if counts.ndim != 2:
        raise wrong_value("counts", "shape (n, m)", f"shape {tuple(counts.shape)}")
    check_range("counts", counts, 0.0, float("inf"))
    check_finite(counts=counts)
    if is_numpy(counts) and not counts.any():
        raise wrong_value("counts", "at least one pair", "none")
    seen = counts > 0
    # Where nothing was seen the logarithms are of 1, and then not used.
    log = xp.log(select(xp, seen, counts, 1.0))
    rows, columns = (xp.sum(counts, axis=axis, keepdims=True) for axis in (1, 0))
    by_chance = xp.log(select(xp, rows > 0, rows, 1.0)) + xp.log(
        select(xp, columns > 0, columns, 1.0)
    )
    information = log + xp.log(xp.sum(counts)) - by_chance
    if positive:
        return select(xp, seen & (information > 0), information, 0.0)
    return select(xp, seen, information, -float("inf"))


def svd_embeddings(matrix: NDArray[np.floating], width: int) -> NDArray[np.floating]:
    r"""Return a row for each row of a matrix: what is most of it, in few numbers.

    Parameters
    ----------
    matrix : ndarray, shape (n, m)
        Such as a table of mutual information.
    width : int
        Entries of a vector, from 1 to the smaller of n and m.

    Returns
    -------
    ndarray, shape (n, width)
        The largest entry of every column is positive, which makes the result unique
        where the singular values differ.

    Raises
    ------
    TypeError
        If the matrix isn't of real floating-point numbers.
    ValueError
        If it isn't a table of finite numbers, or the width doesn't fit.

    Notes
    -----
    Of the singular values and left vectors of the matrix the largest are kept, as many as
    the width: the best approximation of that rank in the sum of squares. Each vector is
    multiplied by the root of its singular value. The root shares the size of
    a factor out to words and contexts.

    References
    ----------
    C. Eckart, G. Young, "The approximation of one matrix by another of lower rank",
    Psychometrika 1 (1936); the root: O. Levy, Y. Goldberg, I. Dagan, "Improving
    distributional similarity with lessons learned from word embeddings", TACL 3 (2015),
    section 3.3.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import svd_embeddings
    >>> svd_embeddings(np.diag([4.0, 1.0, 9.0]), 2).round(6).tolist()
    [[0.0, 2.0], [0.0, 0.0], [3.0, 0.0]]
    """
    _, matrix = floating_arrays(matrix=matrix)
    if matrix.ndim != 2:
        raise wrong_value("matrix", "shape (n, m)", f"shape {tuple(matrix.shape)}")
    check_finite(matrix=matrix)
    width = check_integer("width", width, at_least=1)
    if width > min(matrix.shape):
        raise wrong_value("width", f"at most {min(matrix.shape)}", str(width))
    left, sizes, _ = np.linalg.svd(matrix, full_matrices=False)
    left = left[:, :width]
    largest = left[np.abs(left).argmax(axis=0), np.arange(width)]
    vectors: NDArray[np.floating] = left * np.sign(largest) * np.sqrt(sizes[:width])
    return vectors + 0.0  # no minus zeros


def checked_text(ids: Array, n_words: int) -> NDArray[np.integer]:
    """Return a text as one row of numbers of words."""
    text = np.asarray(integer_array("ids", ids))
    if text.ndim != 1:
        raise wrong_value("ids", "shape (n_tokens,)", f"shape {text.shape}")
    check_range("ids", text, 0, n_words - 1)
    return text.astype(np.int64, copy=False)
