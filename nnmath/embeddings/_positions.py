"""Where a word stands, written into its vector."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnmath._arrays import Array, device_of
from nnmath._checks import (
    check_axes,
    check_integer,
    check_number,
    check_shape,
    floating_arrays,
    floating_dtype,
    integer_array,
    wrong_value,
)


def sinusoidal_positions(
    n_positions: int, width: int, *, base: float = 10000.0, dtype: DTypeLike = np.float64
) -> NDArray[np.floating]:
    r"""Return a vector for every position: sines and cosines of slower and slower waves.

    Parameters
    ----------
    n_positions : int
        How many positions, counted from 0; at least 0.
    width : int
        Entries of a vector; even, at least 2.
    base : float, default 10000.0
        Above 1. The slowest wave's length tends to 2 pi times this.
    dtype : data type
        A real floating-point type.

    Returns
    -------
    ndarray, shape (n_positions, width)
        One row a position. Entries are from -1 to 1, every row has length
        sqrt(width / 2).

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If a number is too small, or the width is odd.

    Notes
    -----
    For position t and pair i, counted from 0, of entries 2i and 2i + 1 of m pairs, the
    even entry is s and the odd one c:

    .. formula:: \omega^i = B^{-i/m}
        :restates: word-frequency
        :code: none

    .. formula:: s_t^i = \sin(t \, \omega^i)
        :restates: word-sine

    .. formula:: c_t^i = \cos(t \, \omega^i)
        :restates: word-cosine-wave

    The angles are taken in float64 whatever the dtype.

    References
    ----------
    A. Vaswani et al., "Attention is all you need" (2017), arXiv:1706.03762,
    section 3.5.

    Examples
    --------
    >>> from nnmath import sinusoidal_positions
    >>> sinusoidal_positions(2, 4).round(4).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.8415, 0.5403, 0.01, 1.0]]
    """
    n_positions = check_integer("n_positions", n_positions, at_least=0)
    width = _even_width("width", width)
    angles = _angles(np.arange(n_positions), width, base)
    table = np.stack((np.sin(angles), np.cos(angles)), axis=-1)
    own: np.dtype[np.floating] = floating_dtype(np, dtype)
    return table.reshape(n_positions, width).astype(own, copy=False)


def rotary(x: Array, positions: Any = None, *, base: float = 10000.0) -> Array:
    r"""Return queries or keys with every pair of entries turned by an angle for its position.

    Parameters
    ----------
    x : array, shape (..., n_tokens, width)
        Queries or keys, one row a token; an even width of at least 2.
    positions : array of int, shape (n_tokens,), optional
        Where the tokens stand; 0, 1, 2 and so on if not given.
    base : float, default 10000.0
        Above 1. The larger, the slower the last pairs turn.

    Returns
    -------
    array, shape (..., n_tokens, width)
        Rows as long as before. The dot product of two of them depends on how far
        apart their positions are, not on where they are.

    Raises
    ------
    TypeError
        If `x` doesn't hold real floating-point numbers or the positions aren't integers.
    ValueError
        If the shapes don't fit, the width is odd, or ``base`` isn't above 1.

    Notes
    -----
    With the sine s and the cosine c of pair i at position t, as in `sinusoidal_positions`,
    each pair is turned:

    .. formula:: y_t^{2i} = c_t^i x_t^{2i} - s_t^i x_t^{2i+1}
        :scope: rotary
        :kind: definition
        :code: (even=x_t^{2i}, odd=x_t^{2i+1}, position=t, pair=i, n_pairs=m, base=B).even

    .. formula:: y_t^{2i+1} = s_t^i x_t^{2i} + c_t^i x_t^{2i+1}
        :scope: rotary
        :kind: definition
        :code: (even=x_t^{2i}, odd=x_t^{2i+1}, position=t, pair=i, n_pairs=m, base=B).odd

    A pair is two neighbours, as in the paper; some programs pair the two halves of a
    vector, which is another order of the entries. The angles are taken in float64
    whatever the dtype.

    References
    ----------
    J. Su et al., "RoFormer: Enhanced transformer with rotary position embedding"
    (2021), arXiv:2104.09864, eqs. 14 and 15.

    Examples
    --------
    >>> from nnmath import rotary
    >>> rotary([[1.0, 0.0], [1.0, 0.0]]).round(4).tolist()
    [[1.0, 0.0], [0.5403, 0.8415]]
    """
    xp, x = floating_arrays(x=x)
    return _turned(xp, "x", x, positions, base, 1.0)


def rotary_backward(dy: Array, positions: Any = None, *, base: float = 10000.0) -> Array:
    r"""Return the derivative of the cost by what went into `rotary`.

    Parameters
    ----------
    dy : array, shape (..., n_tokens, width)
        Derivative of the cost by the output of `rotary`.
    positions : array of int, shape (n_tokens,), optional
        Where the tokens stand; 0, 1, 2 and so on if not given.
    base : float, default 10000.0
        Above 1.

    Returns
    -------
    array, shape (..., n_tokens, width)
        Derivative by every entry of ``x``.

    Raises
    ------
    TypeError
        If `dy` doesn't hold real floating-point numbers or the positions aren't integers.
    ValueError
        If the shapes don't fit, the width is odd, or ``base`` isn't above 1.

    Notes
    -----
    With the derivative g of the cost by the output at every position p,

    .. formula:: C = \sum_{p=0}^{T} \sum_{i=0}^{m-1}
            \left( g_p^{2i} y_p^{2i} + g_p^{2i+1} y_p^{2i+1} \right)
        :scope: rotary
        :kind: definition
        :code: none

    .. formula:: \frac{\partial C}{\partial x_t^{2i}} = c_t^i g_t^{2i} + s_t^i g_t^{2i+1}
        :scope: rotary
        :code: (even=g_t^{2i}, odd=g_t^{2i+1}, position=t, pair=i, n_pairs=m, base=B).even

    .. formula:: \frac{\partial C}{\partial x_t^{2i+1}} = c_t^i g_t^{2i+1} - s_t^i g_t^{2i}
        :scope: rotary
        :code: (even=g_t^{2i}, odd=g_t^{2i+1}, position=t, pair=i, n_pairs=m, base=B).odd

    Only the derivative by the output matters, so a cost that is linear in it stands for
    any. It is turned by the opposite angle; neither the input nor the output is needed.

    References
    ----------
    J. Su et al., "RoFormer: Enhanced transformer with rotary position embedding"
    (2021), arXiv:2104.09864, eqs. 14 and 15, whose derivative this is.

    Examples
    --------
    >>> from nnmath import rotary, rotary_backward
    >>> rotary_backward(rotary([[1.0, 0.0], [1.0, 0.0]])).round(4).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """
    xp, dy = floating_arrays(dy=dy)
    return _turned(xp, "dy", dy, positions, base, -1.0)


def _turned(xp: Any, name: str, x: Array, positions: Any, base: float, way: float) -> Array:
    """Return the array with every pair of every row turned, forward or back."""
    check_axes(name, x, 2, "shape (..., n_tokens, width)")
    angles = way * _angles(_positions(x.shape[-2], positions), _even_width(name, x.shape[-1]), base)
    cos = xp.asarray(np.cos(angles), dtype=x.dtype, **device_of(x))
    sin = xp.asarray(np.sin(angles), dtype=x.dtype, **device_of(x))
    first, second = x[..., 0::2], x[..., 1::2]
    turned = xp.stack((first * cos - second * sin, first * sin + second * cos), axis=-1)
    return xp.reshape(turned, x.shape)


def _positions(n_tokens: int, positions: Any) -> NDArray[np.integer]:
    """Return where the tokens stand."""
    if positions is None:
        return np.arange(n_tokens)
    places = np.asarray(integer_array("positions", positions))
    check_shape("positions", places, (n_tokens,), "one for each token")
    return places


def _angles(positions: NDArray[np.integer], width: int, base: float) -> NDArray[np.float64]:
    """Return the angle of every position and pair of entries."""
    slowness = check_number("base", base, above=1.0) ** (-np.arange(0, width, 2) / width)
    return positions[:, None] * slowness


def _even_width(name: str, width: object) -> int:
    """Return a width that can be cut into pairs, or refuse it."""
    number = check_integer(name, width, at_least=0)
    if number % 2 or number == 0:
        raise wrong_value(name, "an even width of at least 2", str(number))
    return number
