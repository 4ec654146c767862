"""Backpropagation held against differences and JAX in every corner, and its laws."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import SMOOTH, networks, small
from strategies import arrays, distributions

from nnmath.activations import ACTIVATIONS
from nnmath.backprop import Gradients, backpropagate
from nnmath.costs import COSTS, Cost, one_hot
from nnmath.network import Network, feed_forward
from nnmath.testing import assert_gradient

pytestmark = pytest.mark.filterwarnings("error")

X = np.array([[1.0, 0.5], [-0.25, 2.0], [0.75, -1.5]])
Y = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])


def parameters(network):
    """Return all parameters of a network, weights first."""
    return [*network.weights, *network.biases]


def cost_of(network, x, y, cost="squared_error"):
    """Return the cost summed over the samples."""
    return float(np.sum(COSTS[cost].function(network.predict(x), y)))


def check_all(network, x, y, cost="squared_error"):
    """Hold every derivative by the parameters and the input against differences."""
    gradients = backpropagate(network, x, y, cost=cost)
    for array, ours in zip(parameters(network), [*gradients.dW, *gradients.db], strict=True):

        def moved(value, array=array):
            kept = array.copy()
            array[...] = value
            result = cost_of(network, x, y, cost)
            array[...] = kept
            return result

        assert_gradient(moved, ours, array.copy())
    assert_gradient(lambda x: cost_of(network, x, y, cost), gradients.da[0], x)
    check_inside(network, x, y, cost, gradients)


def check_inside(network, x, y, cost, gradients):
    """Hold the derivatives by every z and a against differences of what follows them."""
    forward = network.feed_forward(x)
    for i, activation in enumerate(network.activations):

        def from_a(a, i=i):
            rest = slice(i + 1, None)
            for W, b, later in zip(
                network.weights[rest],
                network.biases[rest],
                network.activations[rest],
                strict=True,
            ):
                a = later.function(a @ W.T + b)
            return float(np.sum(COSTS[cost].function(a, y)))

        assert_gradient(from_a, gradients.da[i + 1], forward.a[i + 1])
        assert_gradient(
            lambda z, f=activation.function, g=from_a: g(f(z)), gradients.dz[i], forward.z[i]
        )


# Values by hand


def test_layers_of_two_by_hand():
    weights = [[[1.0, 2.0], [3.0, -4.0]], [[1.0, 1.0]]]
    network = Network.from_parameters(weights, [[0.5, 0.5], [0.25]], "relu")
    gradients = backpropagate(network, [1.0, 1.0], [3.0])
    # a_1 = (3.5, 0), a_2 = 3.75, so C = 0.75^2 and dC/da_2 = 1.5 = dC/dz_2
    assert gradients.cost == 0.5625
    # dC/da_1 = 1.5 * (1, 1), but relu lets only the first pass: dC/dz_1 = (1.5, 0)
    assert gradients.da[1].tolist() == [1.5, 1.5]
    assert gradients.dz[0].tolist() == [1.5, 0.0]
    # dC/dw_1 = 1.5 * (3.5, 0); dC/dw_0 = (1.5, 0) times (1, 1)
    assert gradients.dW[1].tolist() == [[5.25, 0.0]]
    assert gradients.dW[0].tolist() == [[1.5, 1.5], [0.0, 0.0]]
    # dC/da_0 = 1.5 * (1, 2)
    assert gradients.da[0].tolist() == [1.5, 3.0]


def test_softmax_takes_its_jacobian():
    network = Network.from_parameters([[[1.0], [1.0]]], [[0.0, 0.0]], "softmax")
    gradients = backpropagate(network, [2.0], [1.0, 0.0])
    # a = (1/2, 1/2), dC/da = 2 (a - y) = (-1, 1), and their mean by a is 0,
    # so dC/dz = a (dC/da - 0) = (-1/2, 1/2)
    assert gradients.dz[0].tolist() == [-0.5, 0.5]
    assert gradients.dW[0].tolist() == [[-1.0], [1.0]]


def test_cross_entropy_by_hand():
    network = Network.from_parameters([[[1.0], [1.0]]], [[0.0, 0.0]], "identity")
    gradients = backpropagate(network, [2.0], [1.0, 0.0], cost="softmax_cross_entropy")
    # softmax(2, 2) - y = (-1/2, 1/2), and C = -log(1/2)
    assert gradients.dz[0].tolist() == [-0.5, 0.5]
    np.testing.assert_allclose(gradients.cost, np.log(2.0), rtol=1e-14)


# Every entry against central differences


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("cost", ["squared_error", "mean_squared_error"])
def test_gradients_of_every_activation(activation, cost):
    network = Network([3, 4, 3, 2], activation, rng=np.random.default_rng(3))
    x = np.random.default_rng(4).normal(size=(5, 3))
    check_all(network, x, np.random.default_rng(5).normal(size=(5, 2)), cost)


@pytest.mark.parametrize("cost", ["sigmoid_cross_entropy", "softmax_cross_entropy"])
def test_gradients_of_costs_of_logits(cost):
    network = Network([3, 4, 3], ["tanh", "identity"], rng=np.random.default_rng(3))
    x = np.random.default_rng(4).normal(size=(5, 3))
    check_all(network, x, one_hot([0, 2, 1, 1, 0], 3), cost)


@settings(max_examples=25)
@given(networks(activations=SMOOTH, bound=1.5), st.data())
def test_gradients_of_any_network(network, data):
    x = data.draw(arrays((2, network.sizes[0]), bound=1.5))
    check_all(network, x, data.draw(arrays((2, network.sizes[-1]), bound=1.5)))


# Every entry against JAX


def automatic(network, x, y, cost):
    """Return the derivatives by weights and biases that JAX finds."""

    def total(weights, biases):
        output = feed_forward(jnp.asarray(x), weights, biases, network.activations).output
        return jnp.sum(COSTS[cost].function(output, jnp.asarray(y)))

    weights = [jnp.asarray(W) for W in network.weights]
    biases = [jnp.asarray(b) for b in network.biases]
    return jax.grad(total, argnums=(0, 1))(weights, biases)


@pytest.mark.parametrize("cost", list(COSTS))
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_gradients_agree_with_jax(activation, cost):
    last = "identity" if COSTS[cost].takes_logits else activation
    network = Network([4, 5, 3], [activation, last], rng=np.random.default_rng(6))
    x = np.random.default_rng(7).normal(size=(6, 4))
    y = one_hot([0, 1, 2, 2, 1, 0], 3)
    ours = backpropagate(network, x, y, cost=cost)
    theirs_by_W, theirs_by_b = automatic(network, x, y, cost)
    for mine, other in zip([*ours.dW, *ours.db], [*theirs_by_W, *theirs_by_b], strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-10)


def test_jax_arrays_come_back_as_such():
    ours = small()
    theirs = Network.from_parameters(
        [jnp.asarray(W) for W in ours.weights], [jnp.asarray(b) for b in ours.biases]
    )
    gradients = backpropagate(theirs, jnp.asarray(X), jnp.asarray(Y), reduction="mean")
    expected = backpropagate(ours, X, Y, reduction="mean")
    for name in Gradients._fields[1:]:
        for mine, other in zip(getattr(gradients, name), getattr(expected, name), strict=True):
            assert isinstance(mine, jax.Array)
            np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(gradients.cost, expected.cost, rtol=1e-12)


def test_jax_compiles_backpropagation():
    network = small()

    @jax.jit
    def by_the_first_weights(x, y, weights, biases):
        return backpropagate(Network.from_parameters(weights, biases), x, y).dW[0]

    weights = [jnp.asarray(W) for W in network.weights]
    biases = [jnp.asarray(b) for b in network.biases]
    mine = by_the_first_weights(jnp.asarray(X), jnp.asarray(Y), weights, biases)
    np.testing.assert_allclose(mine, backpropagate(network, X, Y).dW[0], rtol=1e-12)


# Laws


@given(networks(activations=["sigmoid", "tanh", "relu"]), st.integers(1, 4), st.data())
def test_sum_is_the_samples_one_by_one(network, n_samples, data):
    x = data.draw(arrays((n_samples, network.sizes[0]), bound=3.0))
    y = data.draw(arrays((n_samples, network.sizes[-1]), bound=3.0))
    batch = backpropagate(network, x, y)
    single = [backpropagate(network, *sample) for sample in zip(x, y, strict=True)]
    close = {"rtol": 1e-10, "atol": 1e-10}
    np.testing.assert_allclose(batch.cost, sum(s.cost for s in single), **close)
    for i in range(len(network.weights)):
        np.testing.assert_allclose(batch.dW[i], sum(s.dW[i] for s in single), **close)
        np.testing.assert_allclose(batch.db[i], sum(s.db[i] for s in single), **close)
        # Derivatives by a and z keep a row a sample.
        np.testing.assert_allclose(batch.dz[i], [s.dz[i] for s in single], **close)
        np.testing.assert_allclose(batch.da[i], [s.da[i] for s in single], **close)


# Powers of two divide without rounding, so a sum that nearly cancels does so on both sides.
@given(networks(activations=SMOOTH), st.sampled_from([1, 2, 4]), st.data())
def test_mean_is_the_sum_over_their_number(network, n_samples, data):
    x = data.draw(arrays((n_samples, network.sizes[0]), bound=3.0))
    y = data.draw(arrays((n_samples, network.sizes[-1]), bound=3.0))
    total = backpropagate(network, x, y, reduction="sum")
    mean = backpropagate(network, x, y, reduction="mean")
    assert mean.cost * n_samples == total.cost
    for name in Gradients._fields[1:]:
        for one, other in zip(getattr(mean, name), getattr(total, name), strict=True):
            # What is too small for a normal number may lose digits by the division.
            np.testing.assert_allclose(one * n_samples, other, rtol=0, atol=1e-300)


@given(networks(activations=SMOOTH), st.data())
def test_no_error_no_gradient(network, data):
    x = data.draw(arrays((2, network.sizes[0]), bound=3.0))
    gradients = backpropagate(network, x, network.predict(x))
    assert gradients.cost == 0.0
    assert not any(np.any(g) for g in [*gradients.dW, *gradients.db, *gradients.da])


@given(networks(activations=["relu", "tanh"], last="identity"), st.data())
def test_gradients_of_categorical_cross_entropy_sum_to_zero(network, data):
    # softmax - y sums to 1 - 1 over the classes, and so does the last layer's db.
    x = data.draw(arrays((3, network.sizes[0]), bound=3.0))
    y = data.draw(distributions((3, network.sizes[-1])))
    gradients = backpropagate(network, x, y, cost="softmax_cross_entropy")
    np.testing.assert_allclose(np.sum(gradients.db[-1]), 0.0, atol=1e-9)


def test_a_step_against_the_gradient_lowers_the_cost():
    network = small()
    before = backpropagate(network, X, Y)
    for array, slope in zip(parameters(network), [*before.dW, *before.db], strict=True):
        array[...] -= 0.01 * slope
    assert cost_of(network, X, Y) < before.cost


def test_network_stays_as_it_is():
    network = small()
    kept = network.copy()
    backpropagate(network, X, Y)
    for now, before in zip(parameters(network), parameters(kept), strict=True):
        np.testing.assert_array_equal(now, before)


# Shapes and extremes


def test_shapes():
    network = Network([4, 3, 2], rng=np.random.default_rng(0))
    for n in ((), (1,), (5,)):
        gradients = backpropagate(network, np.zeros((*n, 4)), np.zeros((*n, 2)))
        assert [da.shape for da in gradients.da] == [(*n, 4), (*n, 3), (*n, 2)]
        assert [dz.shape for dz in gradients.dz] == [(*n, 3), (*n, 2)]
        assert [dW.shape for dW in gradients.dW] == [(3, 4), (2, 3)]
        assert [db.shape for db in gradients.db] == [(3,), (2,)]
        assert np.shape(gradients.cost) == ()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_extremes_stay_finite(activation, dtype):
    network = Network([2, 3, 2], activation, rng=np.random.default_rng(0), dtype=dtype)
    x = np.array([[1e3, -1e3], [-1e3, 1e3], [0.0, 0.0]], dtype=dtype)
    gradients = backpropagate(network, x, np.zeros((3, 2), dtype=dtype))
    everything = [*gradients.da, *gradients.dz, *gradients.dW, *gradients.db]
    assert all(g.dtype == dtype and np.isfinite(g).all() for g in everything)


def test_relu_at_its_kink_takes_zero():
    network = Network.from_parameters([[[1.0]]], [[0.0]], "relu")
    assert backpropagate(network, [0.0], [1.0]).dz[0].tolist() == [0.0]


def test_own_cost():
    absolute = Cost(
        "absolute",
        lambda a, y: np.sum(np.abs(a - y), axis=-1),
        lambda a, y: np.sign(a - y),
        takes_logits=False,
    )
    network = Network.from_parameters([[[2.0]]], [[0.0]], "identity")
    gradients = backpropagate(network, [3.0], [10.0], cost=absolute)
    # |6 - 10| = 4, and moving the weight by 1 moves the output by 3
    assert gradients.cost == 4.0
    assert gradients.dW[0].tolist() == [[-3.0]]
