"""Errors name the argument, what was expected and what came."""

from __future__ import annotations

import math
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from catalogue import FORMULAS

from nnmath import _checks as checks

pytestmark = pytest.mark.filterwarnings("error")

ARGUMENTS = [(name, argument) for name, f in FORMULAS.items() for argument in f.arguments]

WRONG = {
    "int64": lambda x: np.ones(x.shape, dtype=np.int64),
    "uint8": lambda x: np.ones(x.shape, dtype=np.uint8),
    "bool": lambda x: np.ones(x.shape, dtype=bool),
    "complex": lambda x: x.astype(complex),
    "object": lambda x: x.astype(object),
    "text": lambda x: x.astype(str),
    "dates": lambda x: np.zeros(x.shape, dtype="datetime64[s]"),
    "jax int": lambda x: jnp.ones(x.shape, dtype=jnp.int32),
    "jax complex": lambda x: jnp.asarray(x, dtype=jnp.complex128),
    "list of int": lambda x: np.ones(x.shape, dtype=int).tolist(),
    "list of None": lambda _: [None],
    "int": lambda _: 1,
    "True": lambda _: True,
    "None": lambda _: None,
    "str": lambda _: "0.5",
    "dict": lambda _: {0: 0.5},
    "generator": lambda x: (v for v in x),
    "masked": np.ma.masked_array,
    "matrix": lambda x: np.ones((2, 2)).view(np.matrix),
}


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_every_argument_must_hold_floats(name, argument, wrong):
    function, arguments = FORMULAS[name]
    if argument == "covariance" and wrong is WRONG["None"]:
        return  # it may be left out
    with pytest.raises(TypeError, match=f"^{argument}: expected an? .*, got "):
        function(**{**arguments, argument: wrong(arguments[argument])})


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_no_argument_may_be_ragged(name, argument):
    function, arguments = FORMULAS[name]
    with pytest.raises(ValueError, match=f"^{argument}: expected rows of equal length, got list"):
        function(**{**arguments, argument: [[1.0], [1.0, 2.0]]})


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"),
        (3, "int 3"),
        ("abc", "str 'abc'"),
        (list(range(100)), f"list {str(list(range(100)))[:57]}..."),
        (np.zeros((2, 3)), "a float64 array of shape (2, 3)"),
        (np.zeros(2, dtype=int), "an int64 array of shape (2,)"),
        (np.zeros(2, dtype=object), "an object array of shape (2,)"),
        (np.int64(7), "the int64 value 7"),
        (np.array(2.5), "the float64 value 2.5"),
        (jnp.zeros(2), "a float64 array of shape (2,)"),
        (jnp.zeros(()), "a float64 array of shape ()"),
    ],
)
def test_describe(value, words):
    assert checks.describe(value) == words


def test_wrong_type_and_value():
    error = checks.wrong_type("q", "a number", "x")
    assert (type(error), str(error)) == (TypeError, "q: expected a number, got str 'x'")
    error = checks.wrong_value("q", "one", "none at all")
    assert (type(error), str(error)) == (ValueError, "q: expected one, got none at all")
    assert str(checks.wrong_value("q", "one", 2)) == "q: expected one, got int 2"


def test_floating_arrays():
    x, y = np.zeros(2), np.float32(1.0)
    xp, same_x, same_y, number, empty = checks.floating_arrays(x=x, y=y, n=0.5, e=[])
    assert xp is np
    assert same_x is x
    assert same_y is y
    assert isinstance(number, np.float64)
    assert (empty.shape, empty.dtype) == ((0,), np.float64)
    assert checks.floating_arrays(x=((1.0, 2), (3.0, 4)))[1].tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_integer_array():
    assert checks.integer_array("i", 3).dtype == np.int64
    assert checks.integer_array("i", [1, 2]).tolist() == [1, 2]
    assert checks.integer_array("i", ()).dtype == np.int64
    array = np.zeros(2, dtype=np.uint8)
    assert checks.integer_array("i", array) is array
    for wrong in (1.0, [1.0], True, [True], None, "1", {}, jnp.zeros(2)):
        with pytest.raises(TypeError, match="^i: expected integers, got "):
            checks.integer_array("i", wrong)


def test_floating_dtype():
    assert checks.floating_dtype(np, "float32") == np.float32
    assert checks.floating_dtype(np, float) == np.float64
    assert checks.floating_dtype(jnp, np.float32) == jnp.float32
    import array_api_strict as strict

    assert checks.floating_dtype(strict, np.float32) == strict.float32
    assert checks.floating_dtype(strict, strict.float64) == strict.float64
    for xp, wrong in [
        (np, int),
        (np, "x"),
        (strict, strict.int32),
        (strict, np.int8),
        (strict, "x"),
    ]:
        with pytest.raises(TypeError, match="^dtype: expected a real floating dtype, got "):
            checks.floating_dtype(xp, wrong)


def test_check_axes_and_not_empty():
    checks.check_axes("x", np.zeros(2), 1, "rows")
    with pytest.raises(ValueError, match=r"^x: expected rows, got shape \(2,\)$"):
        checks.check_axes("x", np.zeros(2), 2, "rows")
    checks.check_not_empty("x", np.zeros((1, 2)), "something")
    with pytest.raises(ValueError, match=r"^x: expected something, got shape \(0, 2\)$"):
        checks.check_not_empty("x", np.zeros((0, 2)), "something")


@pytest.mark.parametrize("axis", [0, 1, -1, -2, np.int64(1)])
def test_check_axis(axis):
    number = checks.check_axis("x", np.zeros((2, 3)), axis)
    assert type(number) is int
    assert number == axis


def test_check_finite_range_and_distribution_leave_other_libraries_alone():
    bad = jnp.asarray([math.nan, 7.0])
    checks.check_finite(x=bad)
    checks.check_range("x", bad, 0.0, 1.0)
    checks.check_distribution("x", bad)
    compiled = jax.jit(lambda x: checks.check_finite(x=x) or x)
    assert math.isnan(compiled(bad)[0])


def test_check_finite_names_the_place():
    checks.check_finite(x=np.zeros((0,)), y=np.float64(1.0))
    with pytest.raises(ValueError, match=r"^y: expected finite numbers, got nan at index \(1,\)$"):
        checks.check_finite(x=np.zeros(2), y=np.array([0.0, math.nan]))
    with pytest.raises(ValueError, match=r"^x: expected finite numbers, got -inf at index \(\)$"):
        checks.check_finite(x=np.float64(-math.inf))


def test_check_integer():
    assert checks.check_integer("n", np.int32(3), at_least=1) == 3
    assert type(checks.check_integer("n", np.int32(3), at_least=1)) is int
    for wrong in (1.0, "1", None, True, np.True_, [1], 1j):
        with pytest.raises(TypeError, match="^n: expected a whole number of at least 1, got "):
            checks.check_integer("n", wrong, at_least=1)
    with pytest.raises(ValueError, match="^n: expected a whole number of at least 1, got 0$"):
        checks.check_integer("n", 0, at_least=1)


def test_check_number():
    assert checks.check_number("r", 2) == 2.0
    assert type(checks.check_number("r", np.float32(0.5), above=0.0, below=1.0)) is float
    assert checks.check_number("r", 0.0, at_least=0.0) == 0.0
    cases = [
        ({"above": 0.0}, 0.0, "a finite number above 0.0"),
        ({"at_least": 0.0}, -1e-9, "a finite number of at least 0.0"),
        ({"at_least": 0.0, "below": 1.0}, 1.0, "a finite number of at least 0.0 and below 1.0"),
        ({}, math.nan, "a finite number"),
        ({}, math.inf, "a finite number"),
    ]
    for bounds, wrong, words in cases:
        message = f"^{re.escape(f'r: expected {words}, got {wrong}')}$"
        with pytest.raises(ValueError, match=message):
            checks.check_number("r", wrong, **bounds)
    for wrong in ("1", None, True, np.True_, 1j, [1.0], np.zeros(1)):
        with pytest.raises(TypeError, match="^r: expected a finite number above 0.0, got "):
            checks.check_number("r", wrong, above=0.0)


def test_check_name():
    checks.check_name("mode", "b", ["a", "b"])
    with pytest.raises(ValueError, match="^mode: expected one of a, b, got 'c'$"):
        checks.check_name("mode", "c", ["a", "b"])


def test_check_generator():
    rng = np.random.default_rng(0)
    assert checks.check_generator("rng", rng) is rng
    for wrong in (0, None, np.random.RandomState(0), np.random):
        with pytest.raises(TypeError, match=r"^rng: expected a numpy.random.Generator \(see "):
            checks.check_generator("rng", wrong)


def test_flags_texts_and_items():
    assert checks.check_flag("f", np.bool_(True)) is True
    with pytest.raises(TypeError, match="^f: expected True or False, got int 1$"):
        checks.check_flag("f", 1)
    assert checks.check_text("t", "") == ""
    with pytest.raises(TypeError, match="^t: expected a text, got bytes b'a'$"):
        checks.check_text("t", b"a")
    assert checks.items_of("x", (1, 2), "two") == checks.items_of("x", np.array([1, 2]), "two")
    for wrong in ("ab", b"ab", 3, np.array(3), {1, 2}, {1: 2}, (v for v in "ab")):
        with pytest.raises(TypeError, match="^x: expected two things, got "):
            checks.items_of("x", wrong, "two things")


def test_integers_too_large_for_an_array():
    with pytest.raises(ValueError, match="^n: expected labels of at most 64 bits, got int 9999"):
        checks.integer_array("n", 10**30 - 1, "labels")
    assert checks.integer_array("n", -(2**63)) == -(2**63)
