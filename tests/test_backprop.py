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
NOTHING = np.zeros((0, 2))
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


def test_the_books_small_network_by_hand() -> None:
    gradients = backpropagate(small(), X, Y)
    # The way forward is worked in test_network.py: a_1 = (1/2, s, 1 - s), a_2 = (p, q).
    s, p, q = (1.0 / (1.0 + np.exp(-z)) for z in (1.0, 0.5, 1.6931757359))
    # C = (p - 1)^2 + q^2, and so dC/da_2 = (2 (p - 1), 2 q)
    close(gradients.cost, (p - 1.0) ** 2 + q**2, 0.8560)
    close(gradients.da[2], [2.0 * (p - 1.0), 2.0 * q], [-0.7551, 1.6893])
    # dC/dz_2 = dC/da_2 times a_2 (1 - a_2); call it (u, v)
    u, v = 2.0 * (p - 1.0) * p * (1.0 - p), 2.0 * q * q * (1.0 - q)
    close(gradients.dz[1], [u, v], [-0.1774, 0.2217])
    close(gradients.db[1], [u, v], [-0.1774, 0.2217])
    # dC/dw_1^ij = dC/dz_2^i a_1^j
    by_W = [[u / 2.0, u * s, u * (1.0 - s)], [v / 2.0, v * s, v * (1.0 - s)]]
    close(gradients.dW[1], by_W, [[-0.0887, -0.1297, -0.0477], [0.1108, 0.1621, 0.0596]])
    # The columns of w_1 are (2, 1), (-1, 2), (-1, -1).
    by_a = [2.0 * u + v, 2.0 * v - u, -u - v]
    close(gradients.da[1], by_a, [-0.1332, 0.6208, -0.0442])
    # N'(z_1) = (1/4, t, t) with t = s (1 - s), since the sigmoid's slope is even
    t = s * (1.0 - s)
    d = np.array([by_a[0] / 4.0, by_a[1] * t, by_a[2] * t])
    close(gradients.dz[0], d, [-0.0333, 0.1221, -0.0087])
    close(gradients.db[0], d, [-0.0333, 0.1221, -0.0087])
    # a_0 = (1, 1/2), so the second column of dC/dw_0 is half the first.
    by_W = [[d[0], d[0] / 2.0], [d[1], d[1] / 2.0], [d[2], d[2] / 2.0]]
    close(gradients.dW[0], by_W, [[-0.0333, -0.0167], [0.1221, 0.0610], [-0.0087, -0.0043]])
    # The columns of w_0 are (1/2, 1, -1/2) and (-1, 1, 2).
    by_x = [0.5 * d[0] + d[1] - 0.5 * d[2], -d[0] + d[1] + 2.0 * d[2]]
    close(gradients.da[0], by_x, [0.1097, 0.1380])


def close(actual: np.ndarray, by_hand: object, printed: object) -> None:
    """Compare with the arithmetic, and with its result to four places."""
    np.testing.assert_allclose(actual, np.asarray(by_hand), rtol=1e-9)
    np.testing.assert_allclose(actual, np.asarray(printed), rtol=0, atol=0.500001e-4)


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


@given(st.permutations(range(4)), st.sampled_from(list(COSTS)), st.integers(0, 2**32 - 1))
def test_the_order_of_samples_does_not_matter(order: list[int], cost: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(4, 2)), np.eye(2)[rng.integers(2, size=4)]
    network = Network.from_parameters(WEIGHTS, BIASES, ["sigmoid", "identity"])
    one = backpropagate(network, x, y, cost=cost)
    other = backpropagate(network, x[order], y[order], cost=cost)
    for before, after in zip([*one.dW, *one.db], [*other.dW, *other.db], strict=True):
        np.testing.assert_allclose(after, before, rtol=1e-10, atol=1e-12)
    # What keeps a row a sample changes places with the samples.
    for before, after in zip([*one.da, *one.dz], [*other.da, *other.dz], strict=True):
        np.testing.assert_allclose(after, before[order], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("cost", list(COSTS))
def test_large_input_gives_finite_derivatives(cost: str, dtype: type) -> None:
    activations = ["relu", "identity"]
    network = Network([2, 3, 2], activations, rng=np.random.default_rng(0), dtype=dtype)
    x = np.array([[1e4, -1e4], [-1e4, 1e4], [-1e4, -1e4]], dtype=dtype)
    with np.errstate(all="raise", under="ignore"):
        gradients = backpropagate(network, x, np.eye(3, 2, dtype=dtype)[[0, 1, 0]], cost=cost)
    assert gradients.cost.dtype == dtype
    assert np.isfinite(gradients.cost)
    for one in (*gradients.da, *gradients.dz, *gradients.dW, *gradients.db):
        assert one.dtype == dtype
        assert np.isfinite(one).all()


def test_float32_stays_float32() -> None:
    network = Network([2, 3, 2], rng=np.random.default_rng(0), dtype=np.float32)
    gradients = backpropagate(network, X.astype(np.float32), Y.astype(np.float32))
    assert {g.dtype for g in (*gradients.dW, *gradients.db)} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        ({"network": 3}, TypeError, "network: expected a Network, got int 3"),
        ({"x": [1.0]}, ValueError, "x: expected 2 numbers a sample, one for each neuron of the"),
        ({"x": [[[1.0, 1.0]]]}, ValueError, r"x: expected one sample or a batch of them, got sh"),
        ({"x": NOTHING, "y": NOTHING}, ValueError, r"x: expected at least one sample, got shape"),
        ({"x": [1, 0]}, TypeError, r"x: expected a nested list of real .*, got list \[1, 0\]"),
        ({"x": np.ones(2, int)}, TypeError, "x: expected an array of real .*, got an int64 array"),
        ({"x": X + 0j}, TypeError, "x: expected an array of real .*, got a complex128 array"),
        ({"x": X.astype(object)}, TypeError, "x: expected an array of real .*, got an object arr"),
        ({"x": X.astype(str)}, TypeError, "x: expected an array of real .*, got a <U32 array"),
        ({"x": [[1.0, 2.0], [3.0]]}, ValueError, "x: expected rows of equal length, got list"),
        ({"x": [np.nan, 0.0]}, ValueError, r"x: expected finite numbers, got nan at index \(0,\)"),
        ({"x": [0.0, np.inf]}, ValueError, r"x: expected finite numbers, got inf at index \(1,\)"),
        ({"x": jax.numpy.ones(2)}, TypeError, r"x and weights\[0\]: expected arrays of one libr"),
        ({"y": [1.0]}, ValueError, r"y: expected shape \(2,\) \(one target for each output\), got"),
        ({"y": [[1.0, 0.0]]}, ValueError, r"y: expected shape \(2,\) .*, got shape \(1, 2\)"),
        ({"y": []}, ValueError, r"y: expected shape \(2,\) .*, got shape \(0,\)"),
        ({"y": [1, 0]}, TypeError, "y: expected a nested list of real"),
        ({"y": None}, TypeError, "y: expected an array of real .*, got None"),
        ({"y": "seven"}, TypeError, "y: expected an array of real .*, got str 'seven'"),
        ({"y": jax.numpy.ones(2)}, TypeError, "output and y: expected arrays of one library"),
        ({"y": [np.nan, 0.0]}, ValueError, "y: expected finite numbers, got nan at index"),
        (
            {"cost": "absolute"},
            ValueError,
            "cost: expected one of squared_error, .* got 'absolute'",
        ),
        ({"cost": 3}, TypeError, "cost: expected a name or a Cost, got int 3"),
        ({"reduction": "max"}, ValueError, "reduction: expected one of sum, mean, got 'max'"),
        ({"reduction": 3}, TypeError, "reduction: expected a name, got int 3"),
    ],
)
def test_what_is_refused(call: dict[str, object], error: type[Exception], message: str) -> None:
    arguments: dict[str, object] = {"network": small(), "x": X, "y": Y} | call
    with pytest.raises(error, match=f"^{message}"):
        backpropagate(**arguments)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize("cost", ["sigmoid_cross_entropy", "softmax_cross_entropy"])
def test_costs_of_logits_refuse_what_they_do_not_fit(cost: str) -> None:
    message = (
        "^cost: expected one that takes activations, or 'identity' as the network's last "
        f"activation, got '{cost}', which takes weighted inputs, after 'sigmoid'$"
    )
    with pytest.raises(ValueError, match=message):
        backpropagate(small(), X, Y, cost=cost)
    network = Network.from_parameters(WEIGHTS, BIASES, ["sigmoid", "identity"])
    with pytest.raises(ValueError, match=r"^y: expected numbers from 0\.0 to 1\.0, got 1\.5 at"):
        backpropagate(network, X, [1.5, -0.5], cost=cost)


def test_targets_of_categorical_cross_entropy_sum_to_one() -> None:
    network = Network.from_parameters(WEIGHTS, BIASES, ["sigmoid", "identity"])
    with pytest.raises(ValueError, match=r"^y: expected probabilities that sum to 1 .* of 0\.9$"):
        backpropagate(network, X, [0.5, 0.4], cost="softmax_cross_entropy")
