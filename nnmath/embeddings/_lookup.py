"""A row for every word: looking it up, and comparing rows."""

import math
from typing import Any

import numpy as np

from nnmath._arrays import Array, absolute, cast, device_of, is_numpy
from nnmath._checks import (
    check_axes,
    check_integer,
    check_range,
    check_shape,
    common_namespace,
    floating_arrays,
    integer_array,
    wrong_value,
)


def embedding(ids: Array, E: Array) -> Array:
    r"""Return the row of every word.

    Parameters
    ----------
    ids : array of int, shape (...)
        Numbers of words, from 0 to n_words - 1.
    E : array, shape (n_words, width)
        One row a word.

    Returns
    -------
    array, shape (..., width)
        Copies of rows.

    Raises
    ------
    TypeError
        If the numbers aren't integers or `E` doesn't hold real floating-point numbers.
    ValueError
        If `E` isn't a table, or there is no word of a number (seen for NumPy only).

    Notes
    -----
    For the number k of the word at place t, counted from 0, and entry c of its vector,

    .. formula:: x_t^c = E^{k_t c}
        :scope: embedding
        :kind: definition
        :code: (ids=k, E=E)

    The product of a row that is 1 in one place with a table is a row of the table. It
    is copied here, nothing is multiplied.

    References
    ----------
    Y. Bengio et al., "A neural probabilistic language model", Journal of Machine
    Learning Research 3 (2003), section 2, where the table is called C.

    Examples
    --------
    >>> from nnmath import embedding
    >>> embedding([2, 0], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]).tolist()
    [[5.0, 6.0], [1.0, 2.0]]
    """
    xp, E = floating_arrays(E=E)
    if E.ndim != 2:
        raise wrong_value("E", "shape (n_words, width)", f"shape {tuple(E.shape)}")
    ids = _ids(xp, ids, E, E.shape[0])
    rows = xp.take(E, xp.reshape(ids, (-1,)), axis=0)
    return xp.reshape(rows, (*ids.shape, E.shape[1]))


def embedding_backward(dx: Array, ids: Array, n_words: int) -> Array:
    r"""Return the derivative of the cost by the table of `embedding`.

    Parameters
    ----------
    dx : array, shape (..., width)
        Derivative of the cost by the output of `embedding`.
    ids : array of int, shape (...)
        Numbers of words, from 0 to n_words - 1.
    n_words : int
        Rows of the table, at least 1.

    Returns
    -------
    array, shape (n_words, width)
        Derivative by every row; zeros for words that don't occur.

    Raises
    ------
    TypeError
        If `dx` doesn't hold real floating-point numbers or the numbers aren't integers.
    ValueError
        If the shapes don't fit, or there is no word of a number (seen for NumPy only).

    Notes
    -----
    With the words k and vectors x of `embedding`, for any cost

    .. formula:: C = F(\mathbf{X})
        :scope: embedding
        :kind: definition
        :code: none

    .. formula:: \frac{\partial C}{\partial E^{jc}} =
            \sum_{t=1}^T [k_t = j] \frac{\partial C}{\partial x_t^c}
        :scope: embedding
        :code: (dx=\frac{\partial C}{\partial \mathbf{X}}, ids=k, n_words=n)

    A word that occurs several times collects the derivatives of all its places.

    References
    ----------
    Y. Bengio et al., "A neural probabilistic language model", Journal of Machine
    Learning Research 3 (2003), section 3.2: the update of C.

    Examples
    --------
    >>> from nnmath import embedding_backward
    >>> embedding_backward([[1.0], [2.0], [3.0]], [1, 0, 1], n_words=3).tolist()
    [[2.0], [4.0], [0.0]]
    """
    xp, dx = floating_arrays(dx=dx)
    check_axes("dx", dx, 1, "shape (..., width)")
    n_words = check_integer("n_words", n_words, at_least=1)
    ids = _ids(xp, ids, dx, n_words)
    check_shape("ids", ids, tuple(dx.shape[:-1]), "one for each row of dx")
    rows = xp.reshape(dx, (math.prod(ids.shape), dx.shape[-1]))
    flat = xp.reshape(ids, (-1,))
    if xp is np:
        return _summed_rows(rows, flat, n_words)
    hits = xp.arange(n_words, dtype=flat.dtype, **device_of(flat))[:, None] == flat
    return xp.matmul(cast(xp, hits, dx.dtype), rows)


def cosine_similarity(x: Array, y: Array) -> Array:
    r"""Return the cosine of the angle between every vector of one set and one of another.

    Parameters
    ----------
    x : array, shape (..., width)
        Vectors, none of length 0.
    y : array, shape (m, width) or (width,)
        Vectors to compare them with, none of length 0.

    Returns
    -------
    array, shape (..., m) or (...)
        From -1 for opposite vectors, by way of 0 for orthogonal ones, to 1 for vectors
        that point the same way.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the widths differ, or a vector is zero (seen for NumPy only).

    Notes
    -----
    For two vectors p and q

    .. formula:: s = \frac{\mathbf{p} \cdot \mathbf{q}}{\lVert \mathbf{p} \rVert \, \lVert \mathbf{q} \rVert}
        :restates: word-cosine

    Vectors are first divided by their largest entry, so no square overflows or
    vanishes.

    References
    ----------
    G. Salton, A. Wong, C. S. Yang, "A vector space model for automatic indexing",
    Communications of the ACM 18 (1975), section 1.

    Examples
    --------
    >>> from nnmath import cosine_similarity
    >>> cosine_similarity([3.0, 4.0], [[6.0, 8.0], [5.0, 12.0]]).round(4).tolist()
    [1.0, 0.9692]
    """
    xp, x, y = floating_arrays(x=x, y=y)
    check_axes("x", x, 1, "shape (..., width)")
    if y.ndim not in {1, 2} or y.shape[-1] != x.shape[-1]:
        got = f"shape {tuple(y.shape)} with x of shape {tuple(x.shape)}"
        raise wrong_value("y", "shape (m, width) or (width,) with the width of x", got)
    directions = _directions(xp, "x", x), _directions(xp, "y", y)
    if y.ndim == 1:
        return xp.sum(directions[0] * directions[1], axis=-1)
    return xp.matmul(directions[0], xp.matrix_transpose(directions[1]))


def _ids(xp: Any, ids: Array, table: Array, n_words: int) -> Array:
    """Return numbers of words as an array of the table's library."""
    numbers = integer_array("ids", ids)
    check_range("ids", numbers, 0, n_words - 1)
    if is_numpy(numbers):
        return xp.asarray(numbers, **device_of(table))
    common_namespace(ids=numbers, table=table)
    return numbers


def _summed_rows(rows: Any, ids: Any, n_words: int) -> Any:
    """Return for every word the sum of its rows: those of one word side by side first."""
    summed = np.zeros((n_words, rows.shape[-1]), dtype=rows.dtype)
    if ids.size:
        order = np.argsort(ids, kind="stable")
        words, starts = np.unique(ids[order], return_index=True)
        summed[words] = np.add.reduceat(rows[order], starts, axis=0)
    return summed


def _directions(xp: Any, name: str, vectors: Array) -> Array:
    """Return the vectors with length 1."""
    if vectors.shape[-1] == 0 or (is_numpy(vectors) and not np.any(vectors, axis=-1).all()):
        raise wrong_value(name, "vectors that aren't zero", f"a zero in shape {vectors.shape}")
    scaled = vectors / xp.max(absolute(xp, vectors), axis=-1, keepdims=True)
    return scaled / xp.sqrt(xp.sum(scaled * scaled, axis=-1, keepdims=True))
