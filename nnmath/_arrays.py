"""Which library an array belongs to, and the few places where libraries differ.

Every formula function asks once for the namespace of its arguments and then
speaks the Array API standard to it. NumPy comes first because it is the common
case: the general look-up costs microseconds, a small layer costs not much more.
"""

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
