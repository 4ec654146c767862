"""Activations by name, and how they answer bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from strategies import alike, pairs_of_extremes

from nnmath import activations
from nnmath.activations import ACTIVATIONS, Activation, get_activation, log_softmax, softmax

pytestmark = pytest.mark.filterwarnings("error")


def test_table():
    names = ["identity", "sigmoid", "tanh", "relu", "gelu", "softmax", "log_softmax"]
    assert list(ACTIVATIONS) == names
    assert all(name == activation.name for name, activation in ACTIVATIONS.items())
    with pytest.raises(TypeError):
        ACTIVATIONS["mine"] = ACTIVATIONS["relu"]


@given(alike(2))
def test_backward_in_the_table(arrays):
    da, z = arrays
    for name, activation in ACTIVATIONS.items():
        assert activation.function is getattr(activations, name)
        prime = getattr(activations, f"{name}_prime", None)
        if prime is None:
            assert activation.backward is getattr(activations, f"{name}_backward")
        else:
            np.testing.assert_array_equal(activation.backward(da, z), da * prime(z))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_no_size_of_number_breaks_them(name, dtype):
    z = pairs_of_extremes(dtype)
    activation = ACTIVATIONS[name]
    results = [activation.function(z)]
    results += [activation.backward(np.full_like(z, da), z) for da in (1.0, -1e4)]
    for result in results:
        assert result.dtype == dtype
        assert not np.isnan(result).any()


def test_get_activation():
    mine = Activation("square", lambda z: z * z, lambda da, z: 2.0 * da * z)
    assert get_activation(mine) is mine
    assert get_activation("tanh") is ACTIVATIONS["tanh"]
    known = "identity, sigmoid, tanh, relu, gelu, softmax, log_softmax"
    with pytest.raises(ValueError, match=f"^activation: expected one of {known}, got 'rel'$"):
        get_activation("rel")
    with pytest.raises(TypeError, match="^activation: expected a name or an Activation, got None$"):
        get_activation(None)
    for wrong, message in [
        (mine._replace(name=1), "name: expected a text, got int 1"),
        (mine._replace(function=None), "function: expected a function, got None"),
        (mine._replace(backward="f"), "backward: expected a function, got str 'f'"),
    ]:
        with pytest.raises(TypeError, match=rf"^activation\.{message}$"):
            get_activation(wrong)


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_bad_axis(function):
    with pytest.raises(TypeError, match="^axis: expected an integer, got float 1.0$"):
        function([1.0, 2.0], axis=1.0)
    with pytest.raises(TypeError, match="^axis: expected an integer, got bool True$"):
        function([1.0, 2.0], axis=True)
    message = r"^axis: expected an axis of z, got 1 where z has shape \(2,\)$"
    with pytest.raises(ValueError, match=message):
        function([1.0, 2.0], axis=1)
    with pytest.raises(ValueError, match=r"got -1 where z has shape \(\)$"):
        function(1.0)
    message = r"^z: expected at least one entry along axis -1, got shape \(2, 0\)$"
    with pytest.raises(ValueError, match=message):
        function(np.zeros((2, 0)))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivative_of_another_shape(name):
    message = r"^da: expected the shape of z, \(2, 1\), got shape \(2,\)$"
    with pytest.raises(ValueError, match=message):
        ACTIVATIONS[name].backward([1.0, 2.0], [[1.0], [2.0]])
