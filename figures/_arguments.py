"""What arguments of figures have in common: texts, pairs, finite arrays, arrays by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import (
    check_finite,
    check_text,
    floating_arrays,
    items_of,
    wrong_type,
    wrong_value,
)

__all__ = ["checked_pair", "checked_texts", "finite_array", "finite_arrays", "numbers_from"]

#: Says whether a shape is one that can be drawn.
_Fits: TypeAlias = Callable[[tuple[int, ...]], bool]


def numbers_from(first: int, n: int, word: str = "") -> list[str]:
    """Return n texts that number things."""
    return [f"{word}{k}" for k in range(first, first + n)]


def checked_texts(
    name: str, given: object, n: int, default: Iterable[str] = (), *, strict: bool = False
) -> list[str]:
    """Return n texts, or the default if none are given; if strict, only texts are texts."""
    if given is None:
        return list(default)
    texts = items_of(name, given, f"a list of {n} texts")
    if len(texts) != n:
        raise wrong_value(name, f"{n} texts", f"{len(texts)}")
    return [check_text(f"{name}[{k}]", t) if strict else str(t) for k, t in enumerate(texts)]


def checked_pair(name: str, given: object, words: str) -> tuple[Any, Any]:
    """Return a tuple of two, or refuse anything else."""
    if not isinstance(given, tuple) or len(given) != 2:
        raise wrong_type(name, f"a tuple of {words}", given)
    return given


def finite_array(
    name: str, given: object, shape: str, fits: _Fits, *, whole: bool = False
) -> NDArray[Any]:
    """Return an array of finite floats of a shape that fits; perhaps an array of whole ones."""
    if whole and isinstance(given, np.ndarray) and given.dtype.kind in "iu":
        given = given.astype(float)
    _, array = floating_arrays(**{name: given})
    array = np.asarray(array)
    if not fits(array.shape):
        raise wrong_value(name, shape, f"shape {array.shape}")
    check_finite(**{name: array})
    return array


def finite_arrays(
    name: str,
    given: object,
    shape: str,
    fits: _Fits,
    what: str = "arrays by name",
    *,
    whole: bool = False,
) -> dict[str, NDArray[Any]]:
    """Return such arrays by their names."""
    if not isinstance(given, Mapping):
        raise wrong_type(name, f"a dict of {what}", given)
    key_word = what.rpartition(" ")[2]
    return {
        check_text(f"{key_word} in {name}", key): finite_array(
            f"{name}[{key!r}]", values, shape, fits, whole=whole
        )
        for key, values in given.items()
    }
