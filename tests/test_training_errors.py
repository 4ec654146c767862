"""What training and measuring refuse, and how they say so."""

from __future__ import annotations

import numpy as np
import pytest
from trainings import parameters, small

from nnmath.network import Network
from nnmath.optimizers import Adam, GradientDescent, Momentum
from nnmath.training import History, evaluate, train

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("bad", [0, 1, "no", np.array([True, False])])
def test_progress_must_be_a_choice(bad):
    network, x, y = small()
    with pytest.raises(TypeError, match="^progress: expected True, False or None, got "):
        train(network, x, y, epochs=1, rng=np.random.default_rng(0), progress=bad)


@pytest.mark.parametrize("name", ["epochs", "batch_size"])
@pytest.mark.parametrize(
    ("bad", "error", "shown"),
    [
        (0, ValueError, "0"),
        (-3, ValueError, "-3"),
        (2.0, TypeError, "float 2.0"),
        (True, TypeError, "bool True"),
        ("2", TypeError, "str '2'"),
        (None, TypeError, "None"),
    ],
)
def test_counts_must_be_whole_and_above_zero(name, bad, error, shown):
    network, x, y = small()
    arguments = {"epochs": 1, "rng": np.random.default_rng(0)} | {name: bad}
    message = f"^{name}: expected a whole number of at least 1, got {shown}$"
    with pytest.raises(error, match=message):
        train(network, x, y, **arguments)


@pytest.mark.parametrize("bad", [0, None, np.random.RandomState(0), np.random.PCG64(0), np.random])
def test_rng_must_be_a_generator(bad):
    network, x, y = small()
    optimizer = Momentum(0.1)
    with pytest.raises(TypeError, match="^rng: expected a numpy.random.Generator"):
        train(network, x, y, epochs=1, optimizer=optimizer, rng=bad)
    # Nothing was made ready for a network that is not trained after all.
    assert optimizer.state == {}


@pytest.mark.parametrize(
    "bad", [GradientDescent, 0.1, "adam", lambda parameters, gradients: None, object()]
)
def test_optimizer_must_be_one(bad):
    network, x, y = small()
    with pytest.raises(TypeError, match="^optimizer: expected an optimizer, such as Gradient"):
        train(network, x, y, epochs=1, optimizer=bad, rng=np.random.default_rng(0))


@pytest.mark.parametrize("activation", ["sigmoid", "gelu"])
def test_optimizer_of_another_network_is_refused(activation):
    network, x, y = small(activations=activation)
    optimizer, before = Adam(), parameters(network)
    train(Network([3, 2], rng=np.random.default_rng(0)), x, y, epochs=1, optimizer=optimizer,
          rng=np.random.default_rng(0))  # fmt: skip
    with pytest.raises(ValueError, match="^parameters: expected those of the last step"):
        train(network, x, y, epochs=1, optimizer=optimizer, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(parameters(network), before)


SAMPLES = [
    ("x", np.zeros((12, 3), int), TypeError, "a NumPy array of real floating-point numbers, got"),
    ("x", np.zeros((12, 3), np.uint8), TypeError, "a NumPy array of real .*, got an? uint8 array"),
    ("x", np.zeros((12, 3), complex), TypeError, "a NumPy array of real .*, got a complex128"),
    ("x", np.zeros((12, 3), object), TypeError, "a NumPy array of real .*, got an object array"),
    ("x", None, TypeError, "a NumPy array of real .*, got None"),
    ("x", np.zeros(3), ValueError, r"a batch of at least one sample, one a row, got shape \(3,\)"),
    ("x", np.zeros((0, 3)), ValueError, r"a batch of at least one sample, .*shape \(0, 3\)"),
    ("x", np.zeros((12, 3, 1)), ValueError, r"a batch of at least one sample, .*\(12, 3, 1\)"),
    ("x", np.zeros((12, 4)), ValueError, r"3 numbers a sample, .* got shape \(12, 4\)"),
    ("x", np.full((12, 3), np.inf), ValueError, r"finite numbers, got inf at index \(0, 0\)"),
    ("y", np.zeros((11, 2)), ValueError, r"one row for each of the 12 rows of .*x, got shape"),
    ("y", np.zeros((12, 1)), ValueError, r"2 columns, one for each output of the network, got"),
    ("y", np.full((12, 2), np.nan), ValueError, r"finite numbers, got nan at index \(0, 0\)"),
    ("y", [[1.0], [1.0, 2.0]], ValueError, "rows of equal length, got list"),
    ("y", np.zeros(12, int), TypeError, r".*\(for class labels: one_hot\(labels, n_classes\)\)"),
]


@pytest.mark.parametrize(("name", "bad", "error", "message"), SAMPLES)
def test_samples_must_fit(name, bad, error, message):
    network, x, y = small()
    samples = {"x": x, "y": y} | {name: bad}
    options = {"epochs": 1, "rng": np.random.default_rng(0)}
    with pytest.raises(error, match=f"^{name}: expected {message}"):
        train(network, **samples, **options)
    with pytest.raises(error, match=f"^{name}: expected {message}"):
        evaluate(network, **samples)
    with pytest.raises(error, match=f"^validation {name}: expected {message}"):
        train(network, x, y, validation=tuple(samples.values()), **options)


def test_samples_must_fit_into_the_dtype():
    network, x, y = small(np.float32)
    with pytest.raises(ValueError, match="^x: expected finite numbers, got -?inf at index"):
        train(network, 1e300 * x, y, epochs=1, rng=np.random.default_rng(0))


@pytest.mark.parametrize("bad", [(np.zeros((2, 3)),), np.zeros((2, 3)), "xy", {}])
def test_validation_must_be_a_pair(bad):
    network, x, y = small()
    with pytest.raises(TypeError, match="^validation: expected a pair of inputs and targets, got"):
        train(network, x, y, epochs=1, rng=np.random.default_rng(0), validation=bad)


def test_targets_must_suit_the_cost():
    network, x, y = small(activations=["tanh", "identity"])
    options = {"cost": "softmax_cross_entropy", "epochs": 1, "rng": np.random.default_rng(0)}
    message = "y: expected probabilities that sum to 1 along the last axis, got a sum of 1.5"
    with pytest.raises(ValueError, match=f"^{message}"):
        train(network, x, np.full((12, 2), 0.75), **options)
    with pytest.raises(ValueError, match=f"^validation {message}"):
        train(network, x, y, validation=(x, np.full((12, 2), 0.75)), **options)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda n: n.weights.append(np.ones((2, 2))), ValueError, "^biases: expected 3 vectors"),
        (lambda n: n.biases.__setitem__(0, [0.0] * 4), TypeError, r"^network: biases\[0\]: exp"),
        (lambda n: n.weights[0].fill(np.nan), ValueError, r"^network: weights\[0\]: expected fin"),
        (
            lambda n: n.biases.__setitem__(1, n.biases[1].astype(np.float32)),
            TypeError,
            r"^network: biases\[1\]: expected float64, the dtype of weights\[0\], got a float32",
        ),
    ],
)
def test_network_must_be_whole(change, error, message):
    network, x, y = small()
    change(network)
    with pytest.raises(error, match=message):
        train(network, x, y, epochs=1, rng=np.random.default_rng(0))
    with pytest.raises(error, match=message):
        evaluate(network, x, y)


def test_a_best_network_is_that_of_an_epoch():
    with pytest.raises(ValueError, match="^network: expected that of a finished epoch, got a his"):
        History().note_best(small()[0])
    with pytest.raises(TypeError, match="^network: expected a Network, got None"):
        History(epochs=[1], validation_cost=[0.5]).note_best(None)
