"""A layer and its derivatives: values by hand, laws, shapes, errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import assert_vjp
from strategies import arrays, floats, layers

from nnmath.activations import ACTIVATIONS, Activation, sigmoid, softmax_backward
from nnmath.layers import (
    LayerGradients,
    LayerOutput,
    LinearGradients,
    layer_backward,
    layer_forward,
    linear,
    linear_backward,
)

pytestmark = pytest.mark.filterwarnings("error")

X, W, B = np.zeros((5, 3)), np.zeros((2, 3)), np.zeros(2)


def same(actual, expected, rtol=1e-12, atol=1e-12):
    """Compare up to the rounding of a few products."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


# Values by hand


def test_linear_by_hand():
    # 1*3 + 2*4 + 0.5 = 11.5 and 1*5 + 2*6 - 0.5 = 16.5
    assert linear([1.0, 2.0], [[3.0, 4.0], [5.0, 6.0]], [0.5, -0.5]).tolist() == [11.5, 16.5]


def test_linear_backward_by_hand():
    # Two samples, two inputs, one neuron: dz = 2 and 3, x = (1, 4) and (5, 6), W = (7, 8).
    gradients = linear_backward([[2.0], [3.0]], [[1.0, 4.0], [5.0, 6.0]], [[7.0, 8.0]])
    assert isinstance(gradients, LinearGradients)
    # The rows of dx are 2 * (7, 8) and 3 * (7, 8).
    assert gradients.dx.tolist() == [[14.0, 16.0], [21.0, 24.0]]
    # For dW we have 2 * (1, 4) + 3 * (5, 6) = (17, 26), for db 2 + 3.
    assert gradients.dW.tolist() == [[17.0, 26.0]]
    assert gradients.db.tolist() == [5.0]


def test_layer_forward_by_hand():
    # z = 1*3 - 2*4 + 1 = -4 and 1*1 + 2*1 + 0 = 3; relu cuts the first off
    output = layer_forward([1.0, 2.0], [[3.0, -4.0], [1.0, 1.0]], [1.0, 0.0], "relu")
    assert isinstance(output, LayerOutput)
    assert output.z.tolist() == [-4.0, 3.0]
    assert output.a.tolist() == [0.0, 3.0]


def test_layer_backward_by_hand():
    # sigmoid'(0) = 1/4, so dz = 2 * 1/4 = 1/2; dW = 1/2 * 3, da_previous = 1/2 * 4
    gradients = layer_backward([2.0], [0.0], [3.0], [[4.0]], "sigmoid")
    assert isinstance(gradients, LayerGradients)
    assert gradients.dz.tolist() == [0.5]
    assert gradients.dW.tolist() == [[1.5]]
    assert gradients.db.tolist() == [0.5]
    assert gradients.da_previous.tolist() == [2.0]


# Laws


@given(layers(), floats(), st.data())
def test_linear_is_linear_apart_from_its_bias(layer, factor, data):
    x, weights, b = layer.values()
    other = data.draw(arrays(x.shape, bound=5.0))
    zero = np.zeros_like(b)
    combined = linear(factor * x + other, weights, zero)
    same(combined, factor * linear(x, weights, zero) + linear(other, weights, zero), atol=1e-10)
    same(linear(x, weights, b) - linear(x, weights, zero), np.broadcast_to(b, combined.shape))


@given(layers())
def test_linear_is_the_sum_over_edges(layer):
    x, weights, b = layer.values()
    z = linear(x, weights, b)
    for index in np.ndindex(z.shape):
        *sample, i = index
        total = b[i]
        for j in range(x.shape[-1]):
            total += weights[i, j] * x[(*sample, j)]
        same(z[index], total)


@given(layers(), st.data())
def test_linear_backward_is_the_adjoint(layer, data):
    # The cost is linear in z, so <dz, W x> = <dx, x> = <dW, W>.
    x, weights, b = layer.values()
    dz = data.draw(arrays((*x.shape[:-1], len(b)), bound=5.0))
    dx, dW, db = linear_backward(dz, x, weights)
    total = np.sum(dz * linear(x, weights, np.zeros_like(b)))
    same(np.sum(dx * x), total, atol=1e-10)
    same(np.sum(dW * weights), total, atol=1e-10)
    same(db, dz.reshape(-1, len(b)).sum(axis=0))


@given(layers(), st.sampled_from(list(ACTIVATIONS)))
def test_layer_forward_is_both_steps_after_each_other(layer, name):
    z, a = layer_forward(*layer.values(), name)
    np.testing.assert_array_equal(z, linear(*layer.values()))
    np.testing.assert_array_equal(a, ACTIVATIONS[name].function(z))


@given(layers(), st.sampled_from(list(ACTIVATIONS)), st.data())
def test_layer_backward_is_both_steps_back(layer, name, data):
    x, weights, _ = layer.values()
    z = linear(*layer.values())
    da = data.draw(arrays(z.shape, bound=5.0))
    gradients = layer_backward(da, z, x, weights, name)
    dz = ACTIVATIONS[name].backward(da, z)
    np.testing.assert_array_equal(gradients.dz, dz)
    dx, dW, db = linear_backward(dz, x, weights)
    np.testing.assert_array_equal(gradients.da_previous, dx)
    np.testing.assert_array_equal(gradients.dW, dW)
    np.testing.assert_array_equal(gradients.db, db)


@given(layers(), st.data())
def test_batch_is_the_sum_of_its_samples(layer, data):
    x, weights, b = layer.values()
    da = data.draw(arrays((*x.shape[:-1], len(b)), bound=5.0))
    z = linear(x, weights, b)
    whole = layer_backward(da, z, x, weights, "softmax")
    dW, db = np.zeros_like(weights), np.zeros_like(b)
    for sample in np.ndindex(x.shape[:-1]):
        one = layer_backward(da[sample], z[sample], x[sample], weights, "softmax")
        same(whole.da_previous[sample], one.da_previous)
        same(whole.dz[sample], one.dz)
        dW, db = dW + one.dW, db + one.db
    same(whole.dW, dW)
    same(whole.db, db)


def test_own_activation():
    square = Activation("square", lambda z: z * z, lambda da, z: 2.0 * da * z)
    z, a = layer_forward([2.0], [[3.0]], [1.0], square)
    assert (z.tolist(), a.tolist()) == ([7.0], [49.0])
    # 2 * 7 * 1 = 14, times the weight 3
    assert layer_backward([1.0], z, [2.0], [[3.0]], square).da_previous.tolist() == [42.0]


# Derivatives


@settings(max_examples=25)
@given(layers(bound=2.0), layers(bound=2.0, side=3))
def test_linear_derivatives(any_shape, same_shape):
    def backward(dz, x, W, _):
        return linear_backward(dz, x, W)

    for layer, automatic in [(any_shape, False), (same_shape, True)]:
        assert_vjp(linear, backward, layer, ("x", "W", "b"), automatic=automatic)


@settings(max_examples=25)
@given(layers(bound=2.0), layers(bound=2.0, side=3))
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "gelu", "log_softmax"])
def test_layer_derivatives(name, any_shape, same_shape):
    def function(x, W, b):
        return layer_forward(x, W, b, name).a

    def backward(da, x, W, b):
        gradients = layer_backward(da, linear(x, W, b), x, W, name)
        return gradients.da_previous, gradients.dW, gradients.db

    for layer, automatic in [(any_shape, False), (same_shape, True)]:
        assert_vjp(function, backward, layer, ("x", "W", "b"), automatic=automatic)


# Extremes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1000.0, 1e4])
def test_extremes(size, dtype):
    x, weights, b = (np.array(v, dtype=dtype) for v in ([size, -size], [[1.0, 1.0]], [size]))
    with np.errstate(all="raise", under="ignore"):
        z, a = layer_forward(x, weights, b, "sigmoid")
        assert z.tolist() == [size]
        assert a.tolist() == [1.0]
        gradients = layer_backward(np.array([size], dtype=dtype), -z, x, weights, "relu")
    assert all(not np.any(g) for g in gradients)
    assert all(g.dtype == dtype for g in gradients)
    assert linear_backward(z, x, weights).dW.tolist() == [[size**2, -(size**2)]]


def test_no_samples():
    nothing = np.zeros((0, 3))
    assert linear(nothing, W, B).shape == (0, 2)
    gradients = layer_backward(np.zeros((0, 2)), np.zeros((0, 2)), nothing, W, "sigmoid")
    assert gradients.da_previous.shape == (0, 3)
    assert gradients.dz.shape == (0, 2)
    assert gradients.dW.tolist() == W.tolist()
    assert gradients.db.tolist() == B.tolist()


def test_one_of_everything():
    assert linear([2.0], [[3.0]], [1.0]).tolist() == [7.0]
    assert linear([[2.0]], [[3.0]], [1.0]).tolist() == [[7.0]]


# Errors


CALLS = {
    "linear": ("x", linear),
    "layer_forward": ("a", lambda x, W, b: layer_forward(x, W, b, "relu")),
}
WAYS_BACK = {
    "linear_backward": ("x", linear_backward),
    "layer_backward": ("a_previous", lambda d, x, W: layer_backward(d, d, x, W, "relu")),
}


@pytest.mark.parametrize("bad", [(3,), (2, 3, 1), (0, 3), (2, 0), ()])
def test_weights_must_be_a_matrix(bad):
    message = "^W: expected a matrix with at least one row and one column, got shape "
    for _, call in CALLS.values():
        with pytest.raises(ValueError, match=message):
            call(X, np.zeros(bad), B)
    for _, call in WAYS_BACK.values():
        with pytest.raises(ValueError, match=message):
            call(np.zeros((5, 2)), X, np.zeros(bad))


@pytest.mark.parametrize("bad", [(), (2,), (5, 2), (3, 1)])
def test_input_must_fit_the_weights(bad):
    for name, call in CALLS.values():
        message = rf"^{name}: expected rows of length 3 \(columns of W\), got shape "
        with pytest.raises(ValueError, match=message):
            call(np.zeros(bad), W, B)
    for name, call in WAYS_BACK.values():
        message = rf"^{name}: expected rows of length 3 \(columns of W\), got shape "
        with pytest.raises(ValueError, match=message):
            call(np.zeros((5, 2)), np.zeros(bad), W)


@pytest.mark.parametrize("bad", [(), (1,), (3,), (1, 2), (2, 1)])
def test_biases_must_fit_the_weights(bad):
    message = r"^b: expected shape \(2,\) \(one bias a row of W\), got shape "
    for _, call in CALLS.values():
        with pytest.raises(ValueError, match=message):
            call(X, W, np.zeros(bad))


@pytest.mark.parametrize("bad", [(), (2,), (5, 3), (1, 2), (4, 2), (5, 1)])
def test_derivatives_must_fit_the_samples(bad):
    right, wrong = np.zeros((5, 2)), np.zeros(bad)
    with pytest.raises(ValueError, match=r"^dz: expected shape \(5, 2\) \(the rows of x, one "):
        linear_backward(wrong, X, W)
    message = r"^z: expected shape \(5, 2\) \(the rows of a_previous, one column a row of W\), got"
    with pytest.raises(ValueError, match=message):
        layer_backward(right, wrong, X, W, "relu")
    with pytest.raises(ValueError, match=r"^da: expected shape \(5, 2\) \(that of z\), got shape"):
        layer_backward(wrong, right, X, W, "relu")


def test_activation_must_be_known():
    with pytest.raises(ValueError, match="^activation: expected one of identity, .* got 'Relu'$"):
        layer_forward(X, W, B, "Relu")
    with pytest.raises(TypeError, match="^activation: expected a name or an Activation, got "):
        layer_backward(np.zeros((5, 2)), np.zeros((5, 2)), X, W, sigmoid)
    assert softmax_backward is ACTIVATIONS["softmax"].backward
