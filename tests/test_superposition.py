"""The tied autoencoder and dimensionalities: values by hand, laws, derivatives, errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import assert_vjp
from strategies import arrays, floats

from nnmath.activations import ACTIVATIONS
from nnmath.backprop import backpropagate
from nnmath.network import Network
from nnmath.superposition import (
    TiedGradients,
    feature_dimensionality,
    tied_autoencoder,
    tied_autoencoder_backward,
)

pytestmark = pytest.mark.filterwarnings("error")


def same(actual, expected, rtol=1e-12, atol=1e-12):
    """Compare up to the rounding of a few products."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


@st.composite
def models(draw, bound=3.0):
    """Draw features, weights and biases that fit each other."""
    n_features, n_dimensions = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    leading = draw(st.sampled_from([(), (1,), (3,), (2, 2), (0,)]))
    return {
        "x": draw(arrays((*leading, n_features), bound=bound)),
        "W": draw(arrays((n_dimensions, n_features), bound=bound)),
        "b": draw(arrays((n_features,), bound=bound)),
    }


# Values by hand


def test_tied_autoencoder_by_hand():
    # h = 1*2 - 1*3 = -1, so W^T h = (-1, 1); plus b = (0.5, 0.25): (-0.5, 1.25), ReLU cuts.
    output = tied_autoencoder([2.0, 3.0], [[1.0, -1.0]], [0.5, 0.25])
    assert output.tolist() == [0.0, 1.25]
    assert tied_autoencoder([2.0, 3.0], [[1.0, -1.0]], [0.5, 0.25], "identity").tolist() == [
        -0.5,
        1.25,
    ]


def test_tied_autoencoder_backward_by_hand():
    # As above, so dz = (0, 2) from da = (7, 2). h dz^T = -1 * (0, 2) = (0, -2);
    # W dz = -2, times x = (2, 3): (-4, -6). Sum (-4, -8). dx = W^T (-2) = (-2, 2).
    gradients = tied_autoencoder_backward([7.0, 2.0], [2.0, 3.0], [[1.0, -1.0]], [0.5, 0.25])
    assert isinstance(gradients, TiedGradients)
    assert gradients.dW.tolist() == [[-4.0, -8.0]]
    assert gradients.db.tolist() == [0.0, 2.0]
    assert gradients.dx.tolist() == [-2.0, 2.0]


def test_feature_dimensionality_by_hand():
    # Column (3, 4) has the square 25, (0, 2) the square 4; their product is 8.
    # D = 625 / (625 + 64) and 16 / (16 + 64).
    same(feature_dimensionality([[3.0, 0.0], [4.0, 2.0]]), [625 / 689, 0.2])


@pytest.mark.parametrize("n", [3, 5, 8])
def test_regular_polygon_shares_two_dimensions_evenly(n):
    angles = 2 * np.pi * np.arange(n) / n
    same(feature_dimensionality(np.array([np.cos(angles), np.sin(angles)])), np.full(n, 2 / n))


# Laws


@given(models(), st.sampled_from(["identity", "relu", "gelu"]))
def test_model_is_a_network_with_one_matrix_used_twice(model, name):
    x, W, b = model.values()
    network = Network.from_parameters([W, W.T], [np.zeros(len(W)), b], ["identity", name])
    same(tied_autoencoder(x, W, b, name), network.predict(x), atol=1e-10)


@given(models())
def test_derivatives_are_those_of_the_network_added_up(model):
    x, W, b = model["x"].reshape(-1, len(model["b"])), model["W"], model["b"]
    if not len(x):
        return
    network = Network.from_parameters([W, W.T], [np.zeros(len(W)), b], ["identity", "gelu"])
    y = np.zeros_like(x)
    untied = backpropagate(network, x, y)
    da = 2.0 * (tied_autoencoder(x, W, b, "gelu") - y)
    tied = tied_autoencoder_backward(da, x, W, b, "gelu")
    same(tied.dW, untied.dW[0] + untied.dW[1].T, rtol=1e-10, atol=1e-9)
    same(tied.db, untied.db[1], rtol=1e-10, atol=1e-9)
    same(tied.dx, untied.da[0], rtol=1e-10, atol=1e-9)


@settings(max_examples=20)
@given(models(bound=1.5), st.sampled_from(["identity", "sigmoid", "tanh", "gelu", "softmax"]))
def test_derivatives(model, name):
    assert_vjp(
        lambda x, W, b: tied_autoencoder(x, W, b, name),
        lambda da, x, W, b: tied_autoencoder_backward(da, x, W, b, name),
        model,
        ("x", "W", "b"),
        automatic=False,
    )


def test_derivative_of_relu_away_from_its_kink():
    rng = np.random.default_rng(0)
    model = {"x": rng.normal(size=(5, 4)), "W": rng.normal(size=(2, 4)), "b": rng.normal(size=4)}
    assert_vjp(tied_autoencoder, tied_autoencoder_backward, model, ("x", "W", "b"))


@given(arrays((3, 5), bound=10.0), floats(5.0).filter(lambda c: abs(c) > 1e-3))
def test_dimensionalities_lie_between_0_and_1_and_share_what_there_is(W, factor):
    shares = feature_dimensionality(W)
    assert np.all(shares >= 0.0)
    assert np.all(shares <= 1.0 + 1e-12)
    assert shares.sum() <= 3.0 + 1e-9  # there are three dimensions
    same(feature_dimensionality(factor * W), shares, rtol=1e-9, atol=1e-9)


def test_turning_all_directions_changes_no_dimensionality():
    rng = np.random.default_rng(1)
    W, turn = rng.normal(size=(3, 6)), np.linalg.qr(rng.normal(size=(3, 3)))[0]
    same(feature_dimensionality(turn @ W), feature_dimensionality(W))


# Extremes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes(dtype):
    x = np.array([[1000.0, -1000.0]], dtype=dtype)
    W = np.array([[1000.0, -1000.0]], dtype=dtype)
    b = np.zeros(2, dtype=dtype)
    with np.errstate(all="raise", under="ignore"):
        output = tied_autoencoder(x, W, b)
        gradients = tied_autoencoder_backward(np.ones_like(x), x, W, b)
    # h = 2e6, so z = (2e9, -2e9)
    assert output.tolist() == [[2e9, 0.0]]
    assert output.dtype == dtype
    assert all(g.dtype == dtype and np.all(np.isfinite(g)) for g in gradients)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_size_of_the_weights_does_not_matter(size):
    with np.errstate(all="raise", under="ignore"):
        shares = feature_dimensionality(size * np.array([[1.0, -1.0, 0.0], [0.0, 0.0, 0.0]]))
    assert shares.tolist() == [0.5, 0.5, 0.0]


def test_nothing_and_one():
    assert feature_dimensionality([[0.0, 0.0]]).tolist() == [0.0, 0.0]
    assert feature_dimensionality([[-3.0]]).tolist() == [1.0]
    assert tied_autoencoder(np.zeros((0, 2)), np.ones((1, 2)), np.zeros(2)).shape == (0, 2)
    gradients = tied_autoencoder_backward(
        np.zeros((0, 2)), np.zeros((0, 2)), np.ones((1, 2)), np.zeros(2)
    )
    assert not np.any(gradients.dW)


# Errors


@pytest.mark.parametrize(
    ("x", "W", "b", "message"),
    [
        ((3, 4), (2,), (4,), r"W: expected a matrix with at least one row \(dimension\) and"),
        ((3, 4), (0, 4), (4,), r"W: expected a matrix .*, got shape \(0, 4\)"),
        ((3, 4), (2, 4), (2,), r"b: expected shape \(4,\) \(one bias a column of W\), got"),
        ((3, 3), (2, 4), (4,), r"x: expected rows of length 4 \(columns of W\), got shape"),
        ((), (2, 4), (4,), r"x: expected rows of length 4 \(columns of W\), got shape \(\)"),
    ],
)
def test_shapes_must_fit(x, W, b, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        tied_autoencoder(np.zeros(x), np.zeros(W), np.zeros(b))
    with pytest.raises(ValueError, match=f"^{message}"):
        tied_autoencoder_backward(np.zeros(x), np.zeros(x), np.zeros(W), np.zeros(b))


def test_other_arguments_must_be_right():
    x, W, b = np.zeros((3, 4)), np.zeros((2, 4)), np.zeros(4)
    with pytest.raises(ValueError, match="^da: expected shape"):
        tied_autoencoder_backward(np.zeros((3, 3)), x, W, b)
    with pytest.raises(TypeError, match="^x: expected an array of real floating-point numbers"):
        tied_autoencoder(np.zeros((3, 4), dtype=int), W, b)
    with pytest.raises(ValueError, match="expected one of .*relu"):
        tied_autoencoder(x, W, b, "rely")


@pytest.mark.parametrize("shape", [(), (3,), (0, 3), (3, 0), (2, 2, 2)])
def test_dimensionality_needs_a_matrix(shape):
    with pytest.raises(ValueError, match="^W: expected a matrix with at least one row"):
        feature_dimensionality(np.zeros(shape))


def test_dimensionality_needs_floats():
    for wrong in (np.nan, np.inf):
        with pytest.raises(ValueError, match="^W: expected finite numbers, got (nan|inf) at index"):
            feature_dimensionality([[1.0, wrong]])
    with pytest.raises(TypeError, match="^W: expected an array of real floating-point numbers"):
        feature_dimensionality(np.ones((2, 2), dtype=int))


def test_every_activation_fits():
    rng = np.random.default_rng(2)
    x, W, b = rng.normal(size=(3, 4)), rng.normal(size=(2, 4)), rng.normal(size=4)
    for activation in ACTIVATIONS.values():
        assert tied_autoencoder(x, W, b, activation).shape == (3, 4)
