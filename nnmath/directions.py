"""Nearly orthogonal directions: how many there is room for, at what angle.

Vectors are rows. The coherence of a set of vectors is the largest cosine, sign left
aside, between any two of them: 0 if all are at right angles, 1 if two lie on a line.
"""

import math

import numpy as np

from nnmath._arrays import Array, device_of, is_numpy, select
from nnmath._checks import check_integer, check_number, floating_arrays, wrong_value

__all__ = ["coherence_bound", "guaranteed_directions", "mutual_coherence", "welch_bound"]


def mutual_coherence(vectors: Array) -> Array:
    r"""Return the largest cosine between two of the vectors, sign left aside.

    Parameters
    ----------
    vectors : array, shape (n, d)
        At least two vectors, one a row, none of them zero.

    Returns
    -------
    array, shape ()
        From 0 to 1.

    Raises
    ------
    TypeError
        If the vectors aren't real floating-point numbers.
    ValueError
        If they aren't rows of a matrix, there are fewer than two, or one of them is
        zero or, in NumPy, not finite.

    Notes
    -----
    For the vectors x, of any length,

    .. formula:: \mu = \max_{i \neq j} \frac{|x_i \cdot x_j|}{\|x_i\| \|x_j\|}
        :scope: directions
        :kind: definition

    Each vector is divided by its largest entry first, so that no square overflows.
    The maximum has a kink where two pairs are equally near.

    References
    ----------
    D. L. Donoho, X. Huo, "Uncertainty principles and ideal atomic decomposition",
    IEEE Transactions on Information Theory 47 (2001).

    Examples
    --------
    >>> from nnmath import mutual_coherence
    >>> round(float(mutual_coherence([[1.0, 0.0], [0.0, 2.0], [-3.0, -4.0]])), 12)
    0.8
    """
    xp, vectors = floating_arrays(vectors=vectors)
    if vectors.ndim != 2 or vectors.shape[0] < 2 or vectors.shape[1] < 1:
        expected = "a matrix of at least two rows, each of at least one number"
        raise wrong_value("vectors", expected, f"shape {tuple(vectors.shape)}")
    largest = xp.max(xp.abs(vectors), axis=-1, keepdims=True)
    _check_directions(largest)
    scaled = vectors / largest
    unit = scaled / xp.sqrt(xp.sum(scaled * scaled, axis=-1, keepdims=True))
    cosines = xp.abs(xp.matmul(unit, unit.T))
    itself = xp.eye(vectors.shape[0], dtype=xp.bool, **device_of(vectors))
    return xp.max(select(xp, itself, xp.zeros_like(cosines), cosines))


def welch_bound(n: int, d: int) -> float:
    r"""Return the coherence that n vectors in d dimensions can't stay below.

    Parameters
    ----------
    n : int
        How many vectors, at least 2.
    d : int
        How many dimensions, at least 1.

    Returns
    -------
    float
        The bound; 0 if there is a dimension for each vector.

    Raises
    ------
    TypeError
        If an argument isn't a whole number.
    ValueError
        If there are fewer than two vectors or no dimension.

    Notes
    -----
    For n vectors in d dimensions the bound is

    .. formula:: \beta = \sqrt{\max\left(0, \frac{n - d}{d (n - 1)}\right)}
        :restates: coherence-welch

    and the coherence of `mutual_coherence` isn't below it:

    .. formula:: \mu \geq \beta
        :restates: coherence-bound
        :code: none

    Where n is larger than d (d + 1) / 2, no set of real vectors reaches it.

    References
    ----------
    L. R. Welch, "Lower bounds on the maximum cross correlation of signals", IEEE
    Transactions on Information Theory 20 (1974), the case k = 1.

    Examples
    --------
    >>> from nnmath import welch_bound
    >>> welch_bound(3, 2)  # three lines in a plane, 60 degrees apart
    0.5
    """
    n = check_integer("n", n, at_least=2)
    d = check_integer("d", d, at_least=1)
    return math.sqrt(max(0, n - d) / (d * (n - 1)))


def coherence_bound(n: int, d: int, coherence: float) -> float:
    r"""Bound the chance that n random vectors of plus and minus ones are more coherent.

    Parameters
    ----------
    n : int
        How many vectors, at least 2.
    d : int
        How many entries each has, at least 1.
    coherence : float
        A coherence above 0.

    Returns
    -------
    float
        At least the probability that two of the vectors have a cosine of this
        size or more, sign left aside; 1 if nothing can be said.

    Raises
    ------
    TypeError
        If an argument isn't a number of its kind.
    ValueError
        If an argument is out of range.

    Notes
    -----
    The entries are independent, -1 or 1 with equal chance. Hoeffding's inequality for
    one pair, once for either sign, times the number of pairs: for n vectors in d dimensions
    and the coherence :math:`\varepsilon` the probability is at most

    .. formula:: B = \min\left(1, n (n - 1) e^{-d \varepsilon^2 / 2}\right)
        :restates: signs-bound

    References
    ----------
    W. Hoeffding, "Probability inequalities for sums of bounded random variables",
    Journal of the American Statistical Association 58 (1963), theorem 2.

    Examples
    --------
    >>> from nnmath import coherence_bound
    >>> f"{coherence_bound(100, 1000, 0.25):.1e}"
    '2.7e-10'
    """
    n = check_integer("n", n, at_least=2, bits=math.inf)
    d = check_integer("d", d, at_least=1)
    coherence = check_number("coherence", coherence, above=0.0)
    # In logarithms, so that many vectors don't overflow.
    exponent = math.log(n) + math.log(n - 1) - d * coherence * coherence / 2.0
    return math.exp(min(0.0, exponent))


def guaranteed_directions(d: int, coherence: float) -> int:
    r"""Return a number of directions that surely find room at a coherence.

    Parameters
    ----------
    d : int
        How many dimensions, at least 1.
    coherence : float
        How large a cosine may be, sign left aside; above 0 and below 1.

    Returns
    -------
    int
        There are at least so many vectors of plus and minus ones in d dimensions
        of which no two have a cosine as large. There may be many more.

    Raises
    ------
    TypeError
        If an argument isn't a number of its kind.
    ValueError
        If an argument is out of range, or the number is too large for a float.

    Notes
    -----
    In d dimensions, at the coherence :math:`\varepsilon`,

    .. formula:: n_\varepsilon = \lfloor e^{d \varepsilon^2 / 4} \rfloor
        :scope: tail
        :kind: definition

    For this n the bound of `coherence_bound` is below 1, so not every draw of signs
    is a bad one. In few dimensions it is less than d, though d directions at right
    angles (not all of signs) always find room.

    References
    ----------
    W. Hoeffding, "Probability inequalities for sums of bounded random variables",
    Journal of the American Statistical Association 58 (1963), theorem 2.

    Examples
    --------
    >>> from nnmath import guaranteed_directions
    >>> guaranteed_directions(1000, 0.25)
    6107328
    """
    d = check_integer("d", d, at_least=1)
    coherence = check_number("coherence", coherence, above=0.0, below=1.0)
    exponent = d * coherence * coherence / 4.0
    if exponent > 700.0:
        raise wrong_value("d", "d * coherence**2 / 4 of at most 700", f"{exponent:g}")
    return math.floor(math.exp(exponent))


def _check_directions(largest: Array) -> None:
    """Refuse vectors that point nowhere, where values can be looked at."""
    if is_numpy(largest) and not np.all((largest > 0.0) & np.isfinite(largest)):
        row = int(np.argmin((largest[:, 0] > 0.0) & np.isfinite(largest[:, 0])))
        got = f"{'zeros alone' if largest[row, 0] == 0.0 else 'NaN or infinity'} in row {row}"
        raise wrong_value("vectors", "vectors with a direction, of finite numbers", got)
