"""Backpropagation: the book's numbers, differences, automatic differentiation, refusals."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_network import BIASES, WEIGHTS, small

from nnmath import COSTS, Gradients, Network, assert_gradient, backpropagate, feed_forward, get_cost

X, Y = np.array([1.0, 0.5]), np.array([1.0, 0.0])
BATCH_X = np.array([[1.0, 0.5], [0.0, 1.0], [0.25, 0.75]])
BATCH_Y = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])


def test_one_neuron_a_layer_by_hand() -> None:
    # a_0 = 3, w_0 = 1, b_1 = -3, w_1 = 2, b_2 = -1, y = 1: both z are 0, both a 1/2, N' is 1/4
    network = Network.from_parameters([[[1.0]], [[2.0]]], [[-3.0], [-1.0]])
    gradients = backpropagate(network, [3.0], [1.0])
    assert float(gradients.cost) == 0.25  # (1/2 - 1)^2
    assert gradients.da[2].tolist() == [-1.0]  # 2 (1/2 - 1)
    assert gradients.dz[1].tolist() == gradients.db[1].tolist() == [-0.25]  # times 1/4
    assert gradients.dW[1].tolist() == [[-0.125]]  # times a_1 = 1/2
    assert gradients.da[1].tolist() == [-0.5]  # times w_1 = 2
    assert gradients.db[0].tolist() == [-0.125]  # times 1/4
    assert gradients.dW[0].tolist() == [[-0.375]]  # times a_0 = 3
    assert gradients.da[0].tolist() == [-0.125]  # times w_0 = 1
    assert isinstance(gradients, Gradients)


def flat(arrays: list[np.ndarray]) -> np.ndarray:
    """Return all entries one after the other."""
    return np.concatenate([array.ravel() for array in arrays])


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "gelu", "softmax", "log_softmax"])
@pytest.mark.parametrize("cost", list(COSTS))
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_every_parameter_against_differences(activation: str, cost: str, reduction: str) -> None:
    last = "identity" if get_cost(cost).takes_logits else activation
    network = Network.from_parameters(WEIGHTS, BIASES, [activation, last])
    gradients = backpropagate(network, BATCH_X, BATCH_Y, cost=cost, reduction=reduction)
    shapes = [W.shape for W in network.weights] + [b.shape for b in network.biases]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]

    def total(parameters: np.ndarray) -> float:
        pieces = np.split(parameters, ends)
        arrays = [piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=True)]
        trial = Network.from_parameters(arrays[:2], arrays[2:], [activation, last])
        each = get_cost(cost).function(trial.predict(BATCH_X), BATCH_Y)
        return float(each.sum() if reduction == "sum" else each.mean())

    start = flat([*network.weights, *network.biases])
    assert_gradient(total, flat([*gradients.dW, *gradients.db]), start)
    assert float(gradients.cost) == pytest.approx(total(start), rel=1e-12)


def test_input_and_hidden_layers_against_differences() -> None:
    gradients = backpropagate(small(), X, Y)
    cost = get_cost("squared_error").function
    assert_gradient(lambda x: float(cost(small().predict(x), Y)), gradients.da[0], X)
    tail = Network.from_parameters(WEIGHTS[1:], BIASES[1:])
    hidden = small().feed_forward(X).a[1]
    assert_gradient(lambda a: float(cost(tail.predict(a), Y)), gradients.da[1], hidden)


def test_automatic_differentiation_agrees() -> None:
    with jax.enable_x64(True):
        weights = [jax.numpy.asarray(W) for W in WEIGHTS]
        biases = [jax.numpy.asarray(b) for b in BIASES]
        x, y = jax.numpy.asarray(BATCH_X), jax.numpy.asarray(BATCH_Y)

        def total(weights: list[jax.Array], biases: list[jax.Array]) -> jax.Array:
            output = feed_forward(x, weights, biases, ["tanh", "softmax"]).output
            return get_cost("squared_error").function(output, y).sum()

        dW, db = jax.grad(total, argnums=(0, 1))(weights, biases)
        network = Network.from_parameters(weights, biases, ["tanh", "softmax"])
        gradients = backpropagate(network, x, y)
        assert isinstance(gradients.dW[0], jax.Array)
        for mine, its in zip([*gradients.dW, *gradients.db], [*dW, *db], strict=True):
            np.testing.assert_allclose(mine, its, rtol=1e-10, atol=1e-12)


@given(st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_a_batch_sums_its_samples(n_samples: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n_samples, 2)), rng.normal(size=(n_samples, 2))
    each = [backpropagate(small(), one, target) for one, target in zip(x, y, strict=True)]
    summed = backpropagate(small(), x, y, reduction="sum")
    averaged = backpropagate(small(), x, y, reduction="mean")
    for i in range(2):
        total = sum(gradients.dW[i] for gradients in each)
        np.testing.assert_allclose(summed.dW[i], total, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(averaged.dW[i], total / n_samples, rtol=1e-10, atol=1e-13)
        rows = np.array([gradients.dz[i] for gradients in each])
        np.testing.assert_allclose(summed.dz[i], rows, rtol=1e-10, atol=1e-13)


def test_float32_stays_float32() -> None:
    network = Network([2, 3, 2], rng=np.random.default_rng(0), dtype=np.float32)
    gradients = backpropagate(network, X.astype(np.float32), Y.astype(np.float32))
    assert {g.dtype for g in (*gradients.dW, *gradients.db)} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        ({"network": 3}, TypeError, "network: expected a Network"),
        ({"x": [1.0]}, ValueError, "x: expected 2 numbers"),
        ({"x": [[[1.0, 1.0]]]}, ValueError, "x: expected"),
        ({"x": np.zeros((0, 2)), "y": np.zeros((0, 2))}, ValueError, "x: expected"),
        ({"y": [1.0]}, ValueError, "y: expected"),
        ({"y": [1, 0]}, TypeError, "y: expected"),
        ({"y": [np.nan, 0.0]}, ValueError, "y: expected finite"),
        ({"cost": "absolute"}, ValueError, "cost: expected one of"),
        ({"cost": "softmax_cross_entropy"}, ValueError, "cost: expected one that takes activ"),
        ({"reduction": "max"}, ValueError, "reduction: expected one of sum, mean"),
        ({"reduction": 3}, TypeError, "reduction: expected a name"),
    ],
)
def test_what_is_refused(call: dict[str, object], error: type[Exception], message: str) -> None:
    arguments: dict[str, object] = {"network": small(), "x": X, "y": Y} | call
    with pytest.raises(error, match=message):
        backpropagate(**arguments)  # type: ignore[arg-type]  # on purpose
