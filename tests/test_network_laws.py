"""Laws of networks, their starts, and the same networks in other libraries."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import array_api_strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import networks, small
from strategies import arrays

from nnmath.activations import ACTIVATIONS, Activation
from nnmath.network import ForwardPass, Network, feed_forward

pytestmark = pytest.mark.filterwarnings("error")


def rng(seed=0):
    """Return a generator that gives the same numbers every time."""
    return np.random.default_rng(seed)


# Values by hand


def test_feed_forward_by_hand():
    weights = [np.array([[1.0, 2.0], [3.0, -4.0]]), np.array([[1.0, 1.0]])]
    forward = feed_forward([1.0, 1.0], weights, [[0.5, 0.5], [0.25]], "relu")
    assert isinstance(forward, ForwardPass)
    # z_1 = (1*1 + 2*1 + 0.5, 3*1 - 4*1 + 0.5) = (3.5, -0.5), and relu cuts the second
    assert forward.z[0].tolist() == [3.5, -0.5]
    assert forward.a[1].tolist() == [3.5, 0.0]
    # z_2 = 1*3.5 + 1*0 + 0.25 = 3.75
    assert forward.z[1].tolist() == [3.75]
    assert forward.a[0].tolist() == [1.0, 1.0]
    assert forward.output is forward.a[2]


def test_number_of_parameters_by_hand():
    # 784 * 30 + 30 biases, then 30 * 10 + 10 biases: 23,550 + 310
    assert Network([784, 30, 10], rng=rng()).n_parameters == 23_860


def test_own_activation():
    square = Activation("square", lambda z: z * z, lambda da, z: 2.0 * da * z)
    network = Network.from_parameters([[[3.0]]], [[-1.0]], square)
    # 3 * 2 - 1 is 5, its square 25
    assert network.predict([2.0]).tolist() == [25.0]


# Laws


@given(networks(), st.data())
def test_every_layer_follows_from_the_one_before(network, data):
    x = data.draw(arrays((3, network.sizes[0])))
    forward = network.feed_forward(x)
    assert len(forward.z) == len(network.weights)
    assert len(forward.a) == len(network.weights) + 1
    for i, (W, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        z = forward.a[i] @ W.T + b
        np.testing.assert_allclose(forward.z[i], z, rtol=1e-12, atol=1e-12)
        a = network.activations[i].function(forward.z[i])
        np.testing.assert_array_equal(forward.a[i + 1], a)


@given(networks(activations=["sigmoid", "tanh", "relu"]), st.data())
def test_neurons_of_a_hidden_layer_may_change_places(network, data):
    order = data.draw(st.permutations(range(network.sizes[1])))
    other = network.copy()
    other.weights[0] = network.weights[0][order]
    other.biases[0] = network.biases[0][order]
    x = data.draw(arrays((2, network.sizes[0])))
    if len(network.weights) == 1:  # then it is the output that changes places
        np.testing.assert_allclose(other.predict(x), network.predict(x)[:, order], rtol=1e-12)
        return
    other.weights[1] = network.weights[1][:, order]
    np.testing.assert_allclose(other.predict(x), network.predict(x), rtol=1e-9, atol=1e-12)


@given(networks(), st.permutations(range(4)), st.data())
def test_samples_may_change_places(network, order, data):
    x = data.draw(arrays((4, network.sizes[0]), bound=3.0))
    before, after = network.feed_forward(x), network.feed_forward(x[order])
    for one, other in zip([*before.z, *before.a], [*after.z, *after.a], strict=True):
        np.testing.assert_allclose(other, one[order], rtol=1e-11, atol=1e-12)


@given(networks(), st.sampled_from([np.float64, np.float32]))
def test_saving_and_loading_keeps_every_bit(network, dtype):
    weights, biases = (
        [array.astype(dtype) for array in arrays] for arrays in (network.weights, network.biases)
    )
    # The sign of zero, the smallest number and the largest must come back too.
    weights[0].flat[0], biases[0].flat[0] = -0.0, np.finfo(dtype).smallest_subnormal
    biases[-1].flat[-1] = np.finfo(dtype).max
    network = Network.from_parameters(weights, biases, network.activations)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.npz"
        network.save(path)
        again = Network.load(path)
    assert again.activations == network.activations
    for kept in ("weights", "biases"):
        for one, other in zip(getattr(network, kept), getattr(again, kept), strict=True):
            assert (one.dtype, one.shape) == (other.dtype, other.shape)
            assert one.tobytes() == other.tobytes()


def test_network_without_bends_is_one_linear_map():
    network = Network([4, 5, 3, 2], "identity", rng=rng())
    W = network.weights[2] @ network.weights[1] @ network.weights[0]
    zero = network.predict(np.zeros(4))
    x = rng(1).normal(size=(6, 4))
    np.testing.assert_allclose(network.predict(x), x @ W.T + zero, rtol=1e-10)


def test_empty_batch_gives_an_empty_output():
    assert small().predict(np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_extreme_input_gives_finite_output(activation, dtype):
    network = Network([2, 3, 2], activation, rng=rng(), dtype=dtype)
    x = np.array([[1e3, -1e3], [-1e3, -1e3], [0.0, 0.0]], dtype=dtype)
    output = network.predict(x)
    assert output.dtype == dtype
    assert np.isfinite(output).all()


def test_parameters_that_are_not_finite_show_in_the_output():
    network = small("identity")
    network.biases[1][0] = np.nan
    output = network.predict([1.0, 0.5])
    assert math.isnan(output[0])
    assert math.isfinite(output[1])


# Starts


def test_normal_start_is_the_books():
    network = Network([100, 200, 10], rng=rng())
    draws = rng()
    # Layer after layer, weights before biases, mean 0 and variance 1.
    for W, b in zip(network.weights, network.biases, strict=True):
        np.testing.assert_array_equal(W, draws.standard_normal(W.shape))
        np.testing.assert_array_equal(b, draws.standard_normal(b.shape))


def test_glorot_start_keeps_its_bound():
    network = Network([100, 200], initialization="glorot", rng=rng())
    bound = math.sqrt(6.0 / 300.0)
    assert np.abs(network.weights[0]).max() <= bound
    # Uniform numbers between plus and minus b have the variance b^2 / 3.
    assert network.weights[0].var() == pytest.approx(bound**2 / 3.0, rel=0.03)
    assert not network.biases[0].any()


def test_he_start_has_its_variance():
    network = Network([400, 100], initialization="he", rng=rng())
    assert network.weights[0].var() == pytest.approx(2.0 / 400.0, rel=0.03)
    assert abs(network.weights[0].mean()) < 0.002
    assert not network.biases[0].any()


@pytest.mark.parametrize("initialization", ["normal", "glorot", "he"])
def test_a_seed_gives_the_same_network_in_both_dtypes(initialization):
    full, single = (
        Network([5, 4, 3], initialization=initialization, rng=rng(7), dtype=dtype)
        for dtype in (np.float64, np.float32)
    )
    for one, other in zip(full.weights, single.weights, strict=True):
        np.testing.assert_array_equal(other, one.astype(np.float32))


# Other libraries


@pytest.mark.parametrize("xp", [jnp, array_api_strict], ids=["jax", "array_api_strict"])
def test_other_libraries_give_the_same_in_their_own_arrays(xp):
    ours = small(["tanh", "softmax"])
    theirs = Network.from_parameters(
        [xp.asarray(W) for W in ours.weights],
        [xp.asarray(b) for b in ours.biases],
        ["tanh", "softmax"],
    )
    x = rng().normal(size=(4, 2))
    output = theirs.copy().predict(xp.asarray(x))
    assert type(output) is type(xp.asarray(x))
    np.testing.assert_allclose(np.asarray(output), ours.predict(x), rtol=1e-12)
    assert theirs.sizes == (2, 3, 2)
    assert theirs.n_parameters == 17


def test_jax_compiles_the_forward_pass():
    network = small()

    @jax.jit
    def output(x, weights, biases):
        return feed_forward(x, weights, biases, "sigmoid").output

    x = np.array([1.0, 0.5])
    weights = [jnp.asarray(W) for W in network.weights]
    biases = [jnp.asarray(b) for b in network.biases]
    np.testing.assert_allclose(output(x, weights, biases), network.predict(x), rtol=1e-12)


# Errors that only parameters from outside can make


@pytest.mark.parametrize(
    ("weights", "biases", "error", "message"),
    [
        (
            [np.ones((1, 2))],
            [np.ones(1, np.float32)],
            TypeError,
            r"^biases\[0\]: expected float64, the dtype of weights\[0\], got float32$",
        ),
        (
            [np.ones((1, 2), np.float16)],
            [np.ones(1, np.float16)],
            TypeError,
            r"^weights\[0\]: expected float64 or float32, got float16$",
        ),
        (
            [np.ones((1, 2))],
            [np.array([-np.inf])],
            ValueError,
            r"^biases\[0\]: expected finite numbers, got -inf at index \(0,\)$",
        ),
        (
            [jnp.ones((1, 2))],
            [np.ones(1)],
            TypeError,
            r"^weights\[0\] and biases\[0\]: expected arrays of one library, got weights\[0\] of j",
        ),
        (
            [np.ones((3, 2)), np.ones((1, 2))],
            [np.ones(3), np.ones(1)],
            ValueError,
            r"^weights\[1\]: expected 3 columns, one for each row of weights\[0\], got shape \(1,",
        ),
    ],
)
def test_parameters_are_refused(weights, biases, error, message):
    with pytest.raises(error, match=message):
        Network.from_parameters(weights, biases)


def test_changed_parameters_are_checked_when_used():
    network = small()
    network.weights[1] = np.ones((2, 4))
    with pytest.raises(ValueError, match=r"^weights\[1\]: expected 3 columns, one for each row"):
        network.predict([1.0, 0.5])
