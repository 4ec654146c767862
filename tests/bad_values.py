"""Bad values for every kind of argument: which must be refused, and which may be good elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

_rng = np.random.default_rng(20)

#: What stands in for an argument, made from a good value of it.
BAD: dict[str, Callable[[Any], Any]] = {
    "None": lambda good: None,
    "a text": lambda good: "no such thing",
    "an empty text": lambda good: "",
    "bytes": lambda good: b"x",
    "an object": lambda good: object(),
    "a class": lambda good: dict,
    "a function": lambda good: lambda *_, **__: None,
    "a dict": lambda good: {},
    "a dict of numbers": lambda good: {"x": 1.0, 2: "y"},
    "a set": lambda good: {1.0},
    "an iterator": lambda good: iter([1.0]),
    "an empty list": lambda good: [],
    "a tuple of None": lambda good: (None, None),
    "a list of texts": lambda good: ["a", "b"],
    "a ragged list": lambda good: [[1.0], [1.0, 2.0]],
    "complex": lambda good: np.ones(_shape(good), dtype=complex),
    "whole numbers": lambda good: np.ones(_shape(good), dtype=np.int64),
    "bools": lambda good: np.ones(_shape(good), dtype=bool),
    "objects": lambda good: np.full(_shape(good), None, dtype=object),
    "texts": lambda good: np.full(_shape(good), "x"),
    "dates": lambda good: np.full(_shape(good), np.datetime64("2020-01-01")),
    "records": lambda good: np.zeros(_shape(good), dtype=[("x", float)]),
    "masked": lambda good: np.ma.masked_array(np.ones(_shape(good)), mask=True),
    "an empty array": lambda good: np.empty(0),
    "no rows": lambda good: np.empty((0, *_shape(good)[1:])),
    "more axes": lambda good: np.ones((1, 1, 1, *_shape(good), 7)),
    "no axes": lambda good: np.array(0.5),
    "another length": lambda good: np.ones(tuple(n + 3 for n in _shape(good))),
    "negative numbers": lambda good: np.full(_shape(good), -2.5),
    "negative whole numbers": lambda good: np.full(_shape(good), -3),
    "large whole numbers": lambda good: np.full(_shape(good), 2**62),
    "unsigned numbers": lambda good: np.full(_shape(good), 2**64 - 1, dtype=np.uint64),
    "NaN": lambda good: np.full(_shape(good), np.nan),
    "infinity": lambda good: np.full(_shape(good), np.inf),
    "minus infinity": lambda good: np.full(_shape(good), -np.inf),
    "large numbers": lambda good: np.full(_shape(good), 1e308),
    "-1": lambda good: -1,
    "0": lambda good: 0,
    "1": lambda good: 1,
    "7": lambda good: 7,
    "1.5": lambda good: 1.5,
    "-1.5": lambda good: -1.5,
    "True": lambda good: True,
    "1j": lambda good: 1j,
    "nan": lambda good: float("nan"),
    "inf": lambda good: float("inf"),
    "2**70": lambda good: 2**70,
    "-2**70": lambda good: -(2**70),
}


def _shape(good: Any) -> tuple[int, ...]:
    """Return the shape of a good value if it is an array, else one of two axes."""
    return good.shape if isinstance(good, np.ndarray) and good.ndim else (2, 3)


_NOTHING = ("an object", "a class", "a dict of numbers", "a set", "a tuple of None", "1j", "dates")
_NO_ARRAY = ("None", "a text", "bytes", "a function", "a list of texts", "objects", "texts")
_NO_ARRAY += ("records", "complex", "bools", "an iterator", "a ragged list", "masked", *_NOTHING)
_NO_FLOATS = ("whole numbers", "1", "7", "True", *_NO_ARRAY)
_NOT_FINITE = ("NaN", "infinity", "minus infinity", "nan", "inf")
_NO_INTEGERS = ("1.5", "True", "nan", "NaN", "large numbers", *(set(_NO_ARRAY) - {"masked"}))
_NO_NUMBER = ("None", "a text", "bytes", "a function", "an empty list", "an iterator", "True")
_NO_NUMBER += ("nan", "inf", "NaN", "texts", "complex", "masked", *_NOTHING)
_NO_COUNT = ("-1", "1.5", "-1.5", "2**70", "-2**70", "an empty array", *_NO_NUMBER)
_NO_TEXT = ("None", "bytes", "a function", "1", "1.5", "True", "a dict", "nan", *_NOTHING)
_NO_OBJECT = ("a text", "bytes", "1", "1.5", "True", "a dict", "an empty list", "nan", *_NOTHING)


class Argument(NamedTuple):
    """How a good value is made anew, and which bad ones must be refused."""

    make: Callable[[], Any]
    refused: tuple[str, ...]


def floats(*shape: int, finite: bool = False) -> Argument:
    """Return an argument that is an array of floats, which perhaps have to be finite."""
    values = _rng.normal(size=shape)
    return Argument(values.copy, _NO_FLOATS + (_NOT_FINITE if finite else ()))


def given(array: Any, *more: str) -> Argument:
    """Return an argument that is this array of floats."""
    return Argument(np.array(array).copy, (*_NO_FLOATS, *more))


def shares(*shape: int) -> Argument:
    """Return an argument of rows that add up to 1."""
    values = np.abs(_rng.normal(size=shape)) + 0.1
    outside = ("negative numbers", "another length", *_NOT_FINITE)
    return given(values / values.sum(axis=-1, keepdims=True), *outside)


def labels(array: Any, *more: str) -> Argument:
    """Return an argument of whole numbers, none below 0 and all of them small."""
    outside = ("negative whole numbers", "large whole numbers", "-1", "2**70", "-2**70")
    return Argument(np.array(array).copy, (*_NO_INTEGERS, *outside, *more))


def count(value: int, *more: str, least: int = 1) -> Argument:
    """Return an argument that is a whole number from a smallest one up."""
    return Argument(lambda: value, (*_NO_COUNT, *(["0"] * (least > 0)), *more))


def optional(argument: Argument) -> Argument:
    """Return an argument that may also be None."""
    return argument._replace(refused=tuple(x for x in argument.refused if x != "None"))


def number(value: float, *more: str) -> Argument:
    """Return an argument that is a number."""
    return Argument(lambda: value, (*_NO_NUMBER, *more))


def positive(value: float, *more: str) -> Argument:
    """Return an argument that is a number above 0."""
    return number(value, "0", "-1", "-1.5", *more)


def share(value: float, *more: str) -> Argument:
    """Return an argument that is a number from 0 to below 1."""
    return number(value, "-1", "-1.5", "1", "1.5", "7", *more)


def text(value: str) -> Argument:
    """Return an argument that is any text."""
    return Argument(lambda: value, _NO_TEXT)


def name(value: Any) -> Argument:
    """Return an argument that is a name from a list."""
    return Argument(lambda: value, ("a text", "an empty text", *_NO_TEXT))


def flag(value: bool) -> Argument:
    """Return an argument that is True or False."""
    return Argument(lambda: value, ("0", "1", *(set(_NO_TEXT) - {"True"}), "a text"))


def thing(make: Callable[[], Any], *more: str) -> Argument:
    """Return an argument that is an object of one kind."""
    return Argument(make, ("None", "a function", *_NO_OBJECT, *more))


def loose(make: Callable[[], Any], *more: str) -> Argument:
    """Return an argument of which only these bad values, and what is nothing at all, are bad."""
    return Argument(make, ("an object", "1j", *more))


DTYPE = Argument(lambda: np.float32, ("complex", "1", "nan", "a text", "a set", "a class"))
RNG = thing(lambda: np.random.default_rng(3), "0", "7")
PATH = Argument(
    lambda: "no such folder/no such file",
    ("None", "bytes", "1", "0", "True", "1.5", "a set", "a dict", "an object"),
)
