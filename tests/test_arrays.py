"""Arrays of several libraries and dtypes go through every formula function."""

from __future__ import annotations

import math

import array_api_strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from catalogue import FORMULAS, PAIRS
from oracles import assert_vjp

import nnmath
from nnmath._arrays import (
    absolute,
    cast,
    device_of,
    is_array,
    is_numpy,
    library,
    namespace,
    piecewise,
    select,
)

pytestmark = pytest.mark.filterwarnings("error")


def flat(output):
    """Return the arrays in an output, be it one or a tuple of them."""
    return list(output) if isinstance(output, tuple) else [output]


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("library", [array_api_strict, jnp], ids=["array_api_strict", "jax"])
def test_arrays_come_back_as_their_own_kind(library, name):
    function, arguments = FORMULAS[name]
    expected = flat(function(**arguments))
    got = flat(function(**{key: library.asarray(value) for key, value in arguments.items()}))
    for ours, theirs in zip(expected, got, strict=True):
        assert isinstance(theirs, type(library.asarray(1.0)))
        np.testing.assert_allclose(np.asarray(theirs), ours, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", FORMULAS)
def test_torch_tensors_come_back_as_tensors(name):
    torch = pytest.importorskip("torch")
    function, arguments = FORMULAS[name]
    expected = flat(function(**arguments))
    got = flat(function(**{key: torch.asarray(value) for key, value in arguments.items()}))
    for ours, theirs in zip(expected, got, strict=True):
        assert isinstance(theirs, torch.Tensor)
        np.testing.assert_allclose(theirs.numpy(), ours, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", PAIRS)
def test_torch_differentiates_through_our_functions(name):
    torch = pytest.importorskip("torch")
    function, backward, arguments, by = PAIRS[name]
    tensors = {key: torch.tensor(value) for key, value in arguments.items()}
    for key in by:
        tensors[key].requires_grad_()
    output = function(**tensors)
    output.backward(torch.ones_like(output))
    analytic = backward(np.ones(tuple(output.shape)), *arguments.values())
    for key, ours in zip(by, analytic, strict=True):
        np.testing.assert_allclose(tensors[key].grad.numpy(), ours, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", PAIRS)
def test_derivatives_agree_with_two_oracles(name):
    assert_vjp(*PAIRS[name])


@pytest.mark.parametrize("name", FORMULAS)
def test_jax_compiles(name):
    function, arguments = FORMULAS[name]
    compiled = flat(jax.jit(function)(**arguments_in_jax(arguments)))
    for ours, theirs in zip(flat(function(**arguments)), compiled, strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=1e-14)


def arguments_in_jax(arguments):
    """Return the arguments as JAX arrays."""
    return {key: jnp.asarray(value) for key, value in arguments.items()}


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_is_kept(name, dtype):
    function, arguments = FORMULAS[name]
    exact = flat(function(**arguments))
    got = flat(function(**{key: value.astype(dtype) for key, value in arguments.items()}))
    # Arguments are rounded too, so the error is a few times the precision.
    tolerance = 30 * float(np.finfo(dtype).eps)
    for ours, theirs in zip(exact, got, strict=True):
        assert theirs.dtype == dtype
        np.testing.assert_allclose(theirs, ours, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", [key for key, f in FORMULAS.items() if len(f.arguments) > 1])
def test_mixed_precision_is_promoted(name):
    function, arguments = FORMULAS[name]
    last = list(arguments)[-1]
    mixed = {**arguments, last: arguments[last].astype(np.float32)}
    assert all(output.dtype == np.float64 for output in flat(function(**mixed)))


@pytest.mark.parametrize("name", FORMULAS)
def test_arguments_are_left_alone(name):
    function, arguments = FORMULAS[name]
    copies = {key: value.copy() for key, value in arguments.items()}
    for output in flat(function(**arguments)):
        assert not any(np.shares_memory(output, value) for value in arguments.values())
    for key, value in arguments.items():
        np.testing.assert_array_equal(value, copies[key])


@pytest.mark.parametrize("name", [key for key, f in FORMULAS.items() if len(f.arguments) > 1])
def test_libraries_are_not_mixed(name):
    function, arguments = FORMULAS[name]
    first = next(iter(arguments))
    mixed = {**arguments, first: jnp.asarray(arguments[first])}
    with pytest.raises(TypeError, match=f"{first} and .*: expected arrays of one library, got"):
        function(**mixed)


@pytest.mark.parametrize("name", FORMULAS)
def test_lists_are_taken_as_float64(name):
    function, arguments = FORMULAS[name]
    expected = flat(function(**arguments))
    got = flat(function(**{key: value.tolist() for key, value in arguments.items()}))
    for ours, theirs in zip(expected, got, strict=True):
        assert theirs.dtype == np.float64
        np.testing.assert_array_equal(theirs, ours)


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint8, np.uint64])
@pytest.mark.parametrize("library", [np, array_api_strict, jnp])
def test_labels_of_any_library_and_integer_dtype(library, dtype):
    labels = library.asarray(np.array([2, 0], dtype=dtype))
    targets = nnmath.one_hot(labels, 3)
    assert isinstance(targets, type(library.asarray(1.0)) if library is not np else np.ndarray)
    np.testing.assert_array_equal(np.asarray(targets), [[0, 0, 1], [1, 0, 0]])
    outputs = library.asarray(np.array([[0.1, 0.2, 0.9], [0.3, 0.8, 0.1]]))
    assert nnmath.accuracy(outputs, labels) == 0.5


def test_namespace_of_numpy_is_numpy_itself():
    assert namespace(np.zeros(2), np.float64(1.0)) is np


def test_namespace_of_others_is_theirs():
    assert namespace(jnp.zeros(2)) is jnp
    assert namespace(array_api_strict.zeros(2)) is array_api_strict


def test_namespace_needs_arrays_of_one_library():
    with pytest.raises(TypeError):
        namespace()
    with pytest.raises(TypeError):
        namespace(np.zeros(2), jnp.zeros(2))


def test_is_array():
    arrays = [np.zeros(2), np.float32(1.0), jnp.zeros(2), array_api_strict.zeros(2)]
    assert all(is_array(array) for array in arrays)
    assert not any(is_array(value) for value in (None, 1, 1.0, True, "a", [1.0], (1.0,), {}))
    assert [is_numpy(array) for array in arrays] == [True, True, False, False]


def test_library():
    assert [library(np.zeros(1)), library(array_api_strict.zeros(1))] == [
        "numpy",
        "array_api_strict",
    ]


def test_cast_and_select_keep_the_kind():
    assert cast(np, np.ones(2), np.float32).dtype == np.float32
    assert cast(jnp, jnp.ones(2), jnp.float32).dtype == jnp.float32
    assert isinstance(select(np, np.asarray(True), np.float64(1.0), 0.0), np.float64)
    assert isinstance(select(jnp, jnp.asarray(True), jnp.asarray(1.0), 0.0), jax.Array)


def test_absolute_keeps_a_slope_at_zero():
    np.testing.assert_array_equal(absolute(np, np.array([-2.0, -0.0, 3.0])), [2.0, 0.0, 3.0])
    np.testing.assert_array_equal(absolute(jnp, jnp.asarray([-2.0, 0.0, 3.0])), [2.0, 0.0, 3.0])
    assert [float(jax.grad(lambda x: absolute(jnp, x))(x)) for x in (-1.0, 0.0, 1.0)] == [-1, 1, 1]


def test_piecewise_runs_each_part_where_it_is_wanted():
    seen = []

    def halve(x):
        seen.extend(np.asarray(x).ravel().tolist())
        return x / 2.0

    x = np.array([[-4.0, 6.0], [math.nan, 0.0]])
    expected = [[-2.0, -6.0], [math.nan, -0.0]]
    got = piecewise(np, x < 0, x, halve, lambda x: -x, (0.0, 0.0))
    np.testing.assert_array_equal(got, expected)
    assert seen == [-4.0]
    # JAX runs it everywhere, with the stand-in 1 where it isn't wanted.
    got = piecewise(jnp, jnp.asarray(x) < 0, jnp.asarray(x), halve, lambda x: -x, (1.0, 0.0))
    np.testing.assert_array_equal(got, expected)
    assert seen == [-4.0, -4.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize("x", [np.float64(-4.0), np.array(6.0), np.float32(2.0)])
def test_piecewise_of_a_single_number(x):
    got = piecewise(np, x < 0, x, lambda x: x / 2.0, lambda x: -x, (0.0, 0.0))
    assert got == (x / 2.0 if x < 0 else -x)
    assert isinstance(got, type(x[()]))


def test_device_of():
    assert device_of(np.zeros(1)) == {}
    assert jnp.zeros(1, **device_of(jnp.zeros(1))).devices() == jnp.zeros(1).devices()
