"""The only place that words errors: the argument, what was expected, what came.

A wrong type or dtype is a `TypeError`, a wrong shape or value a `ValueError`.
Shapes and dtypes are checked for arrays of every library. Values are looked at
for NumPy only: an array that JAX traces has none yet.
"""

import math
import operator
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from nnmath._arrays import Array, is_array, is_numpy, library, namespace

_Kind = TypeVar("_Kind")
_FLOATS = "real floating-point numbers (such as float64 or float32)"


def describe(value: object) -> str:
    """Return a short description of a value for an error message."""
    if is_array(value):
        array: Any = value
        if array.shape == () and is_numpy(array):
            return f"the {array.dtype} value {array}"
        dtype = str(array.dtype)
        article = "an" if dtype[0] in "aeiou" else "a"
        return f"{article} {dtype} array of shape {tuple(array.shape)}"
    if value is None:
        return "None"
    text = repr(value)
    if len(text) > 60:
        text = f"{text[:57]}..."
    return f"{type(value).__name__} {text}"


def wrong_type(name: str, expected: str, got: object) -> TypeError:
    """Return the error for an argument of the wrong type or dtype."""
    return TypeError(f"{name}: expected {expected}, got {describe(got)}")


def wrong_value(name: str, expected: str, got: object) -> ValueError:
    """Return the error for an argument of the right type with a wrong shape or value.

    Text is taken as it stands; anything else is described.
    """
    text = got if isinstance(got, str) else describe(got)
    return ValueError(f"{name}: expected {expected}, got {text}")


def floating_arrays(**values: object) -> tuple[Any, ...]:
    """Return the namespace of the arguments, then each as an array of floats.

    Parameters
    ----------
    **values : array, float or nested list of floats
        The arguments under their own names. Python floats and lists of them
        become NumPy arrays of float64; arrays stay what they are.

    Returns
    -------
    tuple
        The namespace, then the arrays in the order given.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers, or the arrays
        belong to different libraries.
    ValueError
        If a nested list is ragged.
    """
    if all(type(value) is np.ndarray and value.dtype.kind == "f" for value in values.values()):
        return (np, *values.values())
    arrays = {name: _floating(name, value) for name, value in values.items()}
    return (common_namespace(**arrays), *arrays.values())


def common_namespace(**arrays: Array) -> Any:
    """Return the namespace of arrays, and refuse arrays of different libraries."""
    try:
        return namespace(*arrays.values())
    except TypeError as error:
        got = ", ".join(f"{name} of {library(array)}" for name, array in arrays.items())
        names = " and ".join(arrays)
        raise TypeError(f"{names}: expected arrays of one library, got {got}") from error


def _floating(name: str, value: object) -> Array:
    """Return the value as an array of real floats."""
    if is_array(value):
        return _floating_array(name, value)
    if isinstance(value, float):
        return np.float64(value)
    if not isinstance(value, (list, tuple)):
        raise wrong_type(name, f"an array of {_FLOATS}", value)
    array = array_of_list(name, value)
    if array.size == 0 and array.dtype == np.float64:
        return array
    if array.dtype.kind != "f":
        raise wrong_type(name, f"a nested list of {_FLOATS}", value)
    return array


def _floating_array(name: str, array: Array) -> Array:
    """Return the array if its dtype is a real floating one."""
    if is_numpy(array):
        # A mask or matrix product would silently change what the formulas mean.
        if isinstance(array, (np.ma.MaskedArray, np.matrix)):
            raise TypeError(f"{name}: expected a plain array, got a {type(array).__name__}")
        real = array.dtype.kind == "f"
    else:
        real = namespace(array).isdtype(array.dtype, "real floating")
    if not real:
        raise wrong_type(name, f"an array of {_FLOATS}", array)
    return array


def array_of_list(name: str, value: list[Any] | tuple[Any, ...]) -> np.ndarray[Any, Any]:
    """Return a nested list as a NumPy array."""
    try:
        return np.asarray(value)
    except ValueError as error:
        raise wrong_value(name, "rows of equal length", value) from error


def integer_array(name: str, value: object, what: str = "integers") -> Array:
    """Return the value as an array of integers, of whatever library it is.

    Parameters
    ----------
    name : str
        The argument's name.
    value : array, int or nested list of int
        What the caller gave.
    what : str
        What the integers are, for the error message.

    Returns
    -------
    array
        An array with an integer dtype.
    """
    array: Array = value
    if isinstance(value, int) and not isinstance(value, bool):
        if not -(2**63) <= value < 2**63:
            raise wrong_value(name, f"{what} of at most 64 bits", value)
        array = np.int64(value)
    elif isinstance(value, (list, tuple)):
        array = array_of_list(name, value) if len(value) else np.zeros(0, dtype=np.int64)
    elif not is_array(value):
        raise wrong_type(name, what, value)
    if is_numpy(array):
        own_kinds = array.dtype.kind
        whole = own_kinds in "iu"
    else:
        whole = namespace(array).isdtype(array.dtype, "integral")
    if not whole:
        raise wrong_type(name, what, value)
    return array


def floating_dtype(xp: Any, dtype: Any) -> Any:
    """Return the library's own dtype for a real floating one, or refuse it.

    NumPy's dtypes and names stand for the same dtype of any library.
    """
    own = dtype
    try:
        own = np.dtype(dtype) if xp is np else getattr(xp, np.dtype(dtype).name)
        real = xp.isdtype(own, "real floating")
    except (TypeError, AttributeError):
        # Not one of NumPy's, so the library has to know it.
        real = xp is not np and dtype in (xp.float32, xp.float64)
        own = dtype
    if not real:
        raise TypeError(f"dtype: expected a real floating dtype, got {dtype!r}")
    return own


def check_axes(name: str, array: Array, at_least: int, words: str) -> None:
    """Refuse an array with too few axes; ``words`` says what the axes are."""
    if array.ndim < at_least:
        raise wrong_value(name, words, f"shape {tuple(array.shape)}")


def check_axis(name: str, array: Array, axis: object) -> int:
    """Return the axis as an int; refuse one the array doesn't have, or an empty one."""
    if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)):
        raise wrong_type("axis", "an integer", axis)
    number = int(axis)
    if not -array.ndim <= number < array.ndim:
        got = f"{number} where {name} has shape {tuple(array.shape)}"
        raise wrong_value("axis", f"an axis of {name}", got)
    if array.shape[number] == 0:
        expected = f"at least one entry along axis {number}"
        raise wrong_value(name, expected, f"shape {tuple(array.shape)}")
    return number


def check_outputs(name: str, array: Array) -> None:
    """Refuse an array whose last axis isn't there or is empty."""
    if array.ndim == 0 or array.shape[-1] == 0:
        expected = "at least one output along the last axis"
        raise wrong_value(name, expected, f"shape {tuple(array.shape)}")


def check_not_empty(name: str, array: Array, words: str) -> None:
    """Refuse an array without entries; ``words`` says what is needed."""
    if math.prod(array.shape) == 0:
        raise wrong_value(name, words, f"shape {tuple(array.shape)}")


def check_same_shape(**arrays: Array) -> None:
    """Refuse two arrays of different shapes, even if they would broadcast."""
    (first, one), (second, other) = arrays.items()
    if one.shape != other.shape:
        expected = f"the shape of {first}, {tuple(one.shape)}"
        raise wrong_value(second, expected, f"shape {tuple(other.shape)}")


def check_shape(name: str, array: Array, shape: tuple[int, ...], words: str) -> None:
    """Refuse an array of another shape; ``words`` says where the shape comes from."""
    if tuple(array.shape) != shape:
        raise wrong_value(name, f"shape {shape} ({words})", f"shape {tuple(array.shape)}")


def check_finite(**arrays: Array) -> None:
    """Refuse NaN and infinity in NumPy arrays."""
    for name, array in arrays.items():
        if is_numpy(array) and not np.isfinite(array).all():
            where = _first_index(~np.isfinite(array))
            raise wrong_value(name, "finite numbers", f"{array[where]} at index {where}")


def check_range(name: str, array: Array, low: float, high: float) -> None:
    """Refuse entries of a NumPy array outside ``[low, high]``; NaN is outside."""
    if not is_numpy(array):
        return
    outside = ~((array >= low) & (array <= high))
    if outside.any():
        where = _first_index(outside)
        expected = f"numbers from {low} to {high}"
        raise wrong_value(name, expected, f"{array[where]} at index {where}")


def check_distribution(name: str, array: Array) -> None:
    """Refuse a NumPy array whose last axis doesn't hold probabilities that sum to 1.

    The sum may be off by the square root of the dtype's precision: rounding
    stays far below, a forgotten class far above.
    """
    check_range(name, array, 0.0, 1.0)
    if not is_numpy(array):
        return
    sums = array.sum(axis=-1, dtype=np.float64)
    wrong = np.abs(sums - 1.0) > math.sqrt(np.finfo(array.dtype).eps)
    if np.any(wrong):
        where = _first_index(wrong)
        got = f"a sum of {sums[where]:.9g}" + (f" in row {where}" if where else "")
        raise wrong_value(name, "probabilities that sum to 1 along the last axis", got)


def _first_index(mask: Any) -> tuple[int, ...]:
    """Return the index of the first true entry."""
    flat = int(np.argmax(mask))
    return tuple(int(i) for i in np.unravel_index(flat, np.shape(mask)))


def check_integer(name: str, value: object, *, at_least: int, bits: float = 63) -> int:
    """Return a whole number as an int, or refuse it; sizes and places have at most 63 bits."""
    expected = f"a whole number of at least {at_least}"
    if isinstance(value, (bool, np.bool_)):
        raise wrong_type(name, expected, value)
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # the call is the check
    except TypeError:
        raise wrong_type(name, expected, value) from None
    if number < at_least:
        raise wrong_value(name, expected, str(number))
    if number.bit_length() > bits:
        raise wrong_value(name, f"{expected} and below 2**{bits}", str(number))
    return number


def check_number(
    name: str,
    value: object,
    *,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
) -> float:
    """Return a finite real number within its bounds as a float, or refuse it."""
    bounds = [(above, "above"), (at_least, "of at least"), (below, "below")]
    words = " and ".join(f"{word} {bound}" for bound, word in bounds if bound is not None)
    expected = f"a finite number {words}".rstrip()
    is_number = isinstance(value, (int, float, np.integer, np.floating))
    if not is_number or isinstance(value, bool):
        raise wrong_type(name, expected, value)
    number = float(value)  # type: ignore[arg-type]  # its type was checked above
    allowed = (
        math.isfinite(number)
        and (above is None or number > above)
        and (at_least is None or number >= at_least)
        and (below is None or number < below)
    )
    if not allowed:
        raise wrong_value(name, expected, str(value))
    return number


def check_name(name: str, value: object, known: Iterable[str]) -> str:
    """Return a name that is among the known ones, or refuse it and list those."""
    if not isinstance(value, str):
        raise wrong_type(name, "a name", value)
    known = list(known)
    if value not in known:
        raise wrong_value(name, f"one of {', '.join(known)}", repr(value))
    return value


def check_flag(name: str, value: object) -> bool:
    """Return True or False, or refuse anything that only counts as one of them."""
    if not isinstance(value, (bool, np.bool_)):
        raise wrong_type(name, "True or False", value)
    return bool(value)


def check_kind(name: str, value: object, kind: type[_Kind]) -> _Kind:
    """Return an object of a class of ours, or refuse anything else."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise wrong_type(name, f"{article} {kind.__name__}", value)
    return value


def check_callables(name: str, owner: object, *parts: str) -> None:
    """Refuse an object of which one of these attributes can't be called."""
    for part in parts:
        if not callable(getattr(owner, part)):
            raise wrong_type(f"{name}.{part}", "a function", getattr(owner, part))


def check_text(name: str, value: object) -> str:
    """Return a text, or refuse anything else."""
    if not isinstance(value, str):
        raise wrong_type(name, "a text", value)
    return value


def items_of(name: str, value: Any, words: str) -> list[Any]:
    """Return what is in a list, tuple or array; refuse texts, and what has no order."""
    listed = isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray))
    if not listed and not (isinstance(value, np.ndarray) and value.ndim):
        raise wrong_type(name, words, value)
    return list(value)


def check_generator(name: str, value: object) -> np.random.Generator:
    """Return a NumPy random generator, or refuse anything else."""
    if not isinstance(value, np.random.Generator):
        raise wrong_type(name, "a numpy.random.Generator (see numpy.random.default_rng)", value)
    return value
