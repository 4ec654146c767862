"""Which library an array belongs to, the few places where libraries differ, and a function that they lack.

Every formula function asks once for the namespace of its arguments and then
speaks the Array API standard to it. NumPy comes first because it is the common
case: the general look-up costs microseconds, a small layer costs not much more.
"""

import math
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

#: Any array of the Array API standard. The standard has no type to name it by.
Array: TypeAlias = Any

#: The NumPy kinds of array: arrays proper and the scalars that indexing gives.
_NUMPY = (np.ndarray, np.generic)


def is_numpy(*arrays: Array) -> bool:
    """Say whether all arguments are NumPy arrays or NumPy scalars."""
    return all(isinstance(array, _NUMPY) for array in arrays)


def is_array(value: object) -> bool:
    """Say whether the value is an array of any library that is known."""
    if isinstance(value, _NUMPY):
        return True
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes, list, tuple)):
        return False
    from array_api_compat import is_array_api_obj

    return bool(is_array_api_obj(value))


def namespace(*arrays: Array) -> Any:
    """Return the module that holds the functions for these arrays.

    Parameters
    ----------
    *arrays : array
        At least one array; all of one library.

    Returns
    -------
    module
        ``numpy`` itself for NumPy arrays, otherwise the namespace that
        array-api-compat gives.

    Raises
    ------
    TypeError
        If the arrays are of different libraries, or no arrays at all.
    """
    if is_numpy(*arrays) and arrays:
        return np
    # Imported late: who uses NumPy alone never pays for it.
    from array_api_compat import array_namespace

    return array_namespace(*arrays)


def cast(xp: ModuleType | Any, array: Array, dtype: Any) -> Array:
    """Return the array in another dtype of its own library."""
    # NumPy 2.0 has the method but not yet the standard's function.
    return array.astype(dtype) if xp is np else xp.astype(array, dtype)


def device_of(array: Array) -> dict[str, Any]:
    """Return the keyword that creates further arrays where this one is."""
    if is_numpy(array):
        return {}
    from array_api_compat import device

    return {"device": device(array)}


def library(array: Array) -> str:
    """Return the name of the library that an array is of."""
    return type(array).__module__.partition(".")[0]


def select(xp: ModuleType | Any, condition: Array, chosen: Any, other: Any) -> Array:
    """Return ``chosen`` where the condition holds, and ``other`` elsewhere.

    Both values must be finite wherever the condition may be taken the other
    way: automatic differentiation multiplies the branch not taken by zero, and
    zero times infinity is not a number.
    """
    result = xp.where(condition, chosen, other)
    # NumPy's arithmetic turns arrays without axes into scalars, its `where` doesn't.
    return result[()] if xp is np else result


def absolute(xp: ModuleType | Any, x: Array) -> Array:
    """Return the absolute value, with derivative -1 or 1 at zero.

    Libraries give their own `abs` the derivative 0 there. That would make the
    derivative at 0 of all that is written with it wrong, such as of the sigmoid.
    """
    return np.abs(x) if xp is np else select(xp, x < 0, -x, x)


def piecewise(
    xp: ModuleType | Any,
    condition: Array,
    x: Array,
    inside: Callable[[Array], Array],
    outside: Callable[[Array], Array],
    stand_ins: tuple[float, float],
) -> Array:
    """Return ``inside(x)`` where the condition holds, and ``outside(x)`` elsewhere.

    NumPy computes each only where it is wanted. Other libraries compute both
    everywhere, with stand-ins where they aren't: the first is a number that
    ``inside`` takes, the second one that ``outside`` takes. Both functions then stay
    finite, and the derivative of the one not wanted is zero and not NaN.
    """
    if xp is np:
        result = np.empty_like(x)
        result[condition] = inside(x[condition])
        result[~condition] = outside(x[~condition])
        return result[()]
    within = inside(select(xp, condition, x, stand_ins[0]))
    return select(xp, condition, within, outside(select(xp, condition, stand_ins[1], x)))


# The complement of the error function. NumPy has none, and the standard names none. Cody's
# rational approximations need only arithmetic and `exp`, so automatic differentiation runs
# through them too.

# Coefficients of Cody (1969), highest power first. The paper gives erf(x)/x as a
# ratio of polynomials in x^2 for small x, and erfc(x) exp(x^2) as one in x, then
# in 1/x^2, for larger x.
_SMALL_P = (
    1.85777706184603153e-1,
    3.16112374387056560e00,
    1.13864154151050156e02,
    3.77485237685302021e02,
    3.20937758913846947e03,
)
_SMALL_Q = (
    1.0,
    2.36012909523441209e01,
    2.44024637934444173e02,
    1.28261652607737228e03,
    2.84423683343917062e03,
)
_MIDDLE_P = (
    2.15311535474403846e-8,
    5.64188496988670089e-1,
    8.88314979438837594e00,
    6.61191906371416295e01,
    2.98635138197400131e02,
    8.81952221241769090e02,
    1.71204761263407058e03,
    2.05107837782607147e03,
    1.23033935479799725e03,
)
_MIDDLE_Q = (
    1.0,
    1.57449261107098347e01,
    1.17693950891312499e02,
    5.37181101862009858e02,
    1.62138957456669019e03,
    3.29079923573345963e03,
    4.36261909014324716e03,
    3.43936767414372164e03,
    1.23033935480374942e03,
)
_LARGE_P = (
    1.63153871373020978e-2,
    3.05326634961232344e-1,
    3.60344899949804439e-1,
    1.25781726111229246e-1,
    1.60837851487422766e-2,
    6.58749161529837803e-4,
)
_LARGE_Q = (
    1.0,
    2.56852019228982242e00,
    1.87295284992346047e00,
    5.27905102951428412e-1,
    6.05183413124413191e-2,
    2.33520497626869185e-3,
)

_SMALL_END = 0.46875
_MIDDLE_END = 4.0
# erfc(30) is below the smallest float64, so nothing is lost by stopping there.
_LAST = 30.0


def erfc(x: Array) -> Array:
    r"""Return 1 - erf(x) of every entry, without cancellation where erf nears 1.

    Parameters
    ----------
    x : array
        Any shape, real floating dtype.

    Returns
    -------
    array
        The shape and dtype of ``x``, values in [0, 2].

    Notes
    -----
    It is 2 / sqrt(pi) times the integral of exp(-t^2) from x to infinity.

    References
    ----------
    W. J. Cody, "Rational Chebyshev approximations for the error function",
    Mathematics of Computation 23 (1969), 631-637.
    """
    xp = namespace(x)
    wide = _wide_enough(xp, x)

    def inner(x: Array) -> Array:
        return 1.0 - _erf_small(x)

    def outer(x: Array) -> Array:
        # 2 - erfc(-x) for negative x
        sign = xp.sign(x)
        return (1.0 - sign) + sign * _erfc_positive(xp, absolute(xp, x))

    small = absolute(xp, wide) <= _SMALL_END
    return cast(xp, piecewise(xp, small, wide, inner, outer, (0.0, 1.0)), x.dtype)


def _wide_enough(xp: Any, x: Array) -> Array:
    """Return the numbers in a dtype whose range holds the coefficients."""
    return cast(xp, x, xp.float32) if xp.finfo(x.dtype).bits < 32 else x


def _erf_small(x: Array) -> Array:
    """Return erf of numbers of size up to `_SMALL_END`."""
    return x * _ratio(x * x, _SMALL_P, _SMALL_Q)


def _erfc_positive(xp: Any, size: Array) -> Array:
    """Return erfc of numbers from `_SMALL_END` up."""

    def middle(size: Array) -> Array:
        return _ratio(size, _MIDDLE_P, _MIDDLE_Q)

    def large(size: Array) -> Array:
        inverse = 1.0 / (size * size)
        series = inverse * _ratio(inverse, _LARGE_P, _LARGE_Q)
        return (1.0 / math.sqrt(math.pi) - series) / size

    size = select(xp, size > _LAST, _LAST, size)
    ends = (_MIDDLE_END, _MIDDLE_END)
    scaled = piecewise(xp, size <= _MIDDLE_END, size, middle, large, ends)
    return scaled * _exp_minus_square(xp, size)


def _exp_minus_square(xp: Any, size: Array) -> Array:
    """Return exp(-size^2) without the rounding error of the square.

    The rounding of a large square would become a relative error of its size. The
    square of a number with few digits is exact, and the rest is small.
    """
    few_digits = xp.floor(size * 16.0) / 16.0
    rest = (size - few_digits) * (size + few_digits)
    return xp.exp(-few_digits * few_digits) * xp.exp(-rest)


def _ratio(x: Array, above: tuple[float, ...], below: tuple[float, ...]) -> Array:
    """Return the ratio of two polynomials, coefficients highest power first."""
    return _polynomial(x, above) / _polynomial(x, below)


def _polynomial(x: Array, coefficients: tuple[float, ...]) -> Array:
    """Return a polynomial by Horner's rule."""
    total = x * coefficients[0] + coefficients[1]
    for coefficient in coefficients[2:]:
        total = total * x + coefficient
    return total
