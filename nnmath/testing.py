"""Checks for derivatives: yours, ours, anyone's.

A derivative written by hand is wrong until something else agrees with it. Central
differences know nothing of calculus: they move one entry at a time and look at
what the function does.
"""

import math
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath._arrays import is_numpy
from nnmath._checks import (
    check_finite,
    check_number,
    check_shape,
    describe,
    floating_arrays,
    wrong_type,
    wrong_value,
)

__all__ = ["assert_gradient", "numerical_gradient"]

_Floats: TypeAlias = NDArray[np.float64]


def numerical_gradient(
    f: Callable[[_Floats], Any], x: ArrayLike, *, step: float | None = None
) -> _Floats:
    r"""Return the derivative of a scalar function by every entry, by central differences.

    Parameters
    ----------
    f : callable
        Takes an array like ``x``, returns one finite real number.
    x : array of float64
        The point, any shape. It stays as it is; ``f`` gets copies.
    step : float, optional
        The distance h to either side, above 0. By default the cube root of the
        float64 precision (about 6e-6), times the size of the entry where that is
        above 1.

    Returns
    -------
    array of float64
        The derivatives, with the shape of ``x``.

    Raises
    ------
    TypeError
        If ``f`` isn't callable, ``x`` isn't float64, ``step`` isn't a number, or
        ``f`` doesn't return a real number in full precision.
    ValueError
        If ``x`` isn't finite, ``step`` isn't above 0 or is lost beside an entry,
        or ``f`` returns more than one number or one that isn't finite.

    Notes
    -----
    As one entry varies and the others stay,

    .. formula:: d = \frac{f(x + h) - f(x - h)}{2 h}
        :scope: differences
        :kind: definition
        :code: (f=f, x=x, step=h)

    .. formula:: f(x + h) - f(x - h) = 2 h f'(x) + O(h^3)
        :scope: differences
        :code: none

    The error is of order h^2 from the formula and precision / h from rounding; the
    cube root balances the two, at about 1e-10 for smooth functions near 1. The
    difference is divided by the distance of the two points as they are stored, so
    no rounding of h enters. Across a kink the result is a mean of both sides and
    the derivative of neither.

    References
    ----------
    W. H. Press et al., "Numerical Recipes" (3rd ed., 2007), section 5.7.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath.testing import numerical_gradient
    >>> gradient = numerical_gradient(lambda x: float(np.sum(x**2)), np.array([1.0, -3.0]))
    >>> gradient.round(6).tolist()
    [2.0, -6.0]
    """
    _check_function(f)
    point = _point(x)
    gradient = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        low, high = _neighbours(point, index, step)
        difference = _moved(f, point, index, high) - _moved(f, point, index, low)
        gradient[index] = difference / (high - low)
    if not np.isfinite(gradient).all():
        raise wrong_value("f", "a function whose differences are finite", "an overflow")
    return gradient


def assert_gradient(
    f: Callable[[_Floats], Any],
    gradient: ArrayLike | Callable[[_Floats], ArrayLike],
    x: ArrayLike,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    step: float | None = None,
) -> None:
    r"""Fail if a gradient disagrees with central differences in any entry.

    Parameters
    ----------
    f : callable
        Takes an array like ``x``, returns one finite real number.
    gradient : array of float64, or callable
        The derivative of ``f`` at ``x``, or a function of ``x`` that returns it.
    x : array of float64
        The point, any shape.
    rtol : float, default 1e-6
        Tolerance relative to the numeric value, at least 0.
    atol : float, default 1e-8
        Absolute tolerance, at least 0. Without it an entry that should be 0 would
        fail by rounding.
    step : float, optional
        As in `numerical_gradient`.

    Raises
    ------
    AssertionError
        If an entry is off by more than ``atol + rtol * abs(numeric)``. The message
        names the entry that is furthest beyond its tolerance.
    TypeError
        If an argument is of the wrong type, or the gradient doesn't hold real
        floating-point numbers.
    ValueError
        If the gradient has another shape than ``x`` or isn't finite, a tolerance
        is negative, or as in `numerical_gradient`.

    Notes
    -----
    Every entry is held to ``abs(g - d) <= atol + rtol * abs(d)``, with the gradient g
    and the central difference d. Choose points away from
    kinks, such as that of `relu` at 0: central differences are wrong there.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath.testing import assert_gradient
    >>> assert_gradient(lambda x: float(np.sum(x**2)), lambda x: 2 * x, np.array([1.0, -3.0]))
    """
    _check_function(f)
    point = _point(x)
    rtol = check_number("rtol", rtol, at_least=0.0)
    atol = check_number("atol", atol, at_least=0.0)
    analytic = _gradient(gradient, point)
    numeric = numerical_gradient(f, point, step=step)
    difference = np.abs(analytic - numeric)
    tolerance = atol + rtol * np.abs(numeric)
    failing = int(np.sum(difference > tolerance))
    if failing:
        raise AssertionError(_report(analytic, numeric, difference, tolerance, failing))


def _check_function(f: object) -> None:
    """Refuse what can't be called."""
    if not callable(f):
        raise wrong_type("f", "a function of an array", f)


def _point(x: ArrayLike) -> _Floats:
    """Return the point as an array of finite float64."""
    _, point = floating_arrays(x=x)
    if not is_numpy(point) or point.dtype != np.float64:
        raise wrong_type("x", "an array of float64", x)
    check_finite(x=point)
    return np.array(point)


def _gradient(gradient: ArrayLike | Callable[[_Floats], ArrayLike], point: _Floats) -> _Floats:
    """Return the gradient as an array that fits the point."""
    value: Any = gradient(point.copy()) if callable(gradient) else gradient
    _, array = floating_arrays(gradient=value)
    array = np.asarray(array)
    check_shape("gradient", array, point.shape, "that of x")
    check_finite(gradient=array)
    return np.asarray(array, dtype=np.float64)


def _neighbours(point: _Floats, index: tuple[int, ...], step: float | None) -> tuple[float, float]:
    """Return the entry moved down and up, as stored."""
    entry = float(point[index])
    if step is None:
        h = sys.float_info.epsilon ** (1.0 / 3.0) * max(1.0, abs(entry))
    else:
        h = check_number("step", step, above=0.0)
    low, high = entry - h, entry + h
    if not -math.inf < low < entry < high < math.inf:
        raise wrong_value("step", f"a distance that moves the entry {entry}", str(h))
    return low, high


def _moved(
    f: Callable[[_Floats], Any], point: _Floats, index: tuple[int, ...], entry: float
) -> float:
    """Return the function at the point with one entry replaced."""
    moved = point.copy()
    moved[index] = entry
    return _scalar(f(moved))


def _scalar(value: Any) -> float:
    """Return what the function gave as a finite float."""
    array = np.asarray(value)
    # Single precision leaves no digits for a difference of near neighbours.
    if array.dtype.kind not in "fiu" or array.dtype in (np.float32, np.float16):
        got = f"one that returns {describe(value)}"
        raise TypeError(f"f: expected a function that returns a float64 number, got {got}")
    if array.size != 1:
        got = f"one that returns {describe(array)}"
        raise wrong_value("f", "a function that returns one number", got)
    number = float(array.reshape(()))
    if not math.isfinite(number):
        raise wrong_value("f", "a function that is finite near x", f"the value {number}")
    return number


def _place(flat: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the index of an entry that is given by its flat number."""
    return tuple(int(i) for i in np.unravel_index(int(flat), shape))


def _report(
    analytic: _Floats,
    numeric: _Floats,
    difference: _Floats,
    tolerance: _Floats,
    failing: int,
) -> str:
    """Return the message that names the worst entry."""
    # A tolerance of zero is meant, but must not be divided by.
    with np.errstate(over="ignore"):
        excess = difference / np.maximum(tolerance, sys.float_info.min)
    index = _place(np.argmax(excess), excess.shape)
    return (
        f"{failing} of {analytic.size} entries disagree with central differences; "
        f"worst at index {index}: gradient {analytic[index]:.12g}, "
        f"numeric {numeric[index]:.12g}, difference {difference[index]:.3g}, "
        f"tolerance {tolerance[index]:.3g}"
    )
