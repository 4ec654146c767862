"""Training against the loop written out; measuring, the progress bar."""

from __future__ import annotations

import copy
import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trainings import by_hand, parameters, small

from nnmath import _samples
from nnmath.activations import ACTIVATIONS, Activation
from nnmath.costs import COSTS, Cost, accuracy, one_hot
from nnmath.datasets import load_digits
from nnmath.network import Network
from nnmath.optimizers import Adam, GradientDescent, Momentum
from nnmath.training import Evaluation, History, evaluate, train

pytestmark = pytest.mark.filterwarnings("error")

#: Adam divides by the root of the gradient's square: where a gradient is nothing but rounding,
#: a large epsilon keeps that from being blown up to a whole step.
#: The others take small steps, or some networks diverge.
OPTIMIZERS = [GradientDescent(0.01), Momentum(0.005, 0.5), Adam(0.01, epsilon=1e-3)]
BYTES = np.arange(256) / 255.0


# The loop written out


@settings(max_examples=60)
@given(
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=4),
    n_samples=st.integers(1, 13),
    batch_size=st.integers(1, 15),  # may be more than there are samples
    optimizer=st.sampled_from(OPTIMIZERS),
    cost=st.sampled_from(list(COSTS)),
    reduction=st.sampled_from(["sum", "mean"]),
    hidden=st.sampled_from(list(ACTIVATIONS)),
    images=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_training_is_the_loop_written_out(
    sizes, n_samples, batch_size, optimizer, cost, reduction, hidden, images, seed
):
    rng = np.random.default_rng(seed)
    names = [hidden] * (len(sizes) - 2) + ["identity"]
    network = Network(sizes, names, initialization="glorot", rng=rng)
    shape = (n_samples, sizes[0])
    x = rng.choice(BYTES, shape) if images else rng.normal(size=shape)
    y = one_hot(rng.integers(0, sizes[-1], n_samples), sizes[-1])
    expected, ours, theirs = network.copy(), copy.deepcopy(optimizer), copy.deepcopy(optimizer)
    rest = {"epochs": 2, "batch_size": batch_size, "cost": cost, "reduction": reduction}
    history = train(network, x, y, optimizer=ours, rng=np.random.default_rng(seed), **rest)
    measured = by_hand(expected, x, y, optimizer=theirs, rng=np.random.default_rng(seed), **rest)
    # The same sums, perhaps in another order: some hundred roundings of 1e-16.
    close = {"rtol": 1e-9, "atol": 1e-11}
    np.testing.assert_allclose(parameters(network), parameters(expected), **close)
    np.testing.assert_allclose(history.cost, [c for c, _ in measured], **close)
    if sizes[-1] > 1:
        assert history.accuracy == [a for _, a in measured]
    # The last batch counts, however small it is.
    assert ours.n_steps == theirs.n_steps == 2 * math.ceil(n_samples / batch_size)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_same_seed_same_bits(optimizer, activation):
    results = []
    for seed in (3, 3, 4):
        network, x, y = small(activations=activation)
        rng = np.random.default_rng(seed)
        used = copy.deepcopy(optimizer)
        train(network, x, y, epochs=3, batch_size=4, optimizer=used, rng=rng)
        results.append(parameters(network))
    np.testing.assert_array_equal(results[0], results[1])
    assert not np.array_equal(results[0], results[2])


@pytest.mark.parametrize("activation", ["sigmoid", "gelu"])
def test_momentum_zero_is_gradient_descent(activation):
    results = []
    for optimizer in (Momentum(0.1, momentum=0.0), GradientDescent(0.1)):
        network, x, y = small(activations=activation)
        train(network, x, y, epochs=4, optimizer=optimizer, rng=np.random.default_rng(0))
        results.append(parameters(network))
    np.testing.assert_allclose(results[0], results[1], rtol=1e-12, atol=1e-14)


def test_default_is_gradient_descent_by_a_tenth():
    results = []
    for optimizer in (None, GradientDescent(0.1)):
        network, x, y = small()
        train(network, x, y, epochs=2, optimizer=optimizer, rng=np.random.default_rng(0))
        results.append(parameters(network))
    np.testing.assert_array_equal(results[0], results[1])


@pytest.mark.parametrize(
    ("optimizer", "cost", "activations"),
    [
        (GradientDescent(2.0), "squared_error", "sigmoid"),
        (Momentum(0.1), "softmax_cross_entropy", ["tanh", "identity"]),
        (Adam(0.005), "softmax_cross_entropy", ["relu", "identity"]),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_learns_digits(optimizer, cost, activations, dtype):
    held_out, seen = load_digits().split(400, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    network = Network([64, 24, 10], activations, initialization="glorot", rng=rng, dtype=dtype)
    used = copy.deepcopy(optimizer)
    history = train(
        network, seen.vectors(), seen.targets(), epochs=12, optimizer=used, cost=cost, rng=rng
    )
    assert network.dtype == dtype
    assert accuracy(network.predict(held_out.vectors(dtype)), held_out.labels) > 0.93
    assert history.cost[-1] < history.cost[0] / 4


def test_tiny_inputs_are_not_taken_for_zeros():
    # Far below a 255th, but the weight makes them 1, 2 and 3: the cost is 0 from the start.
    x = 1e-17 * np.array([[1.0], [2.0], [3.0]])
    network = Network.from_parameters([[[1e17]]], [[0.0]], "identity")
    history = train(network, x, 1e17 * x, epochs=1, rng=np.random.default_rng(0))
    assert history.cost[0] < 1e-25


def test_inputs_given_are_left_alone():
    network, x, y = small()
    old_x, old_y = x.copy(), y.copy()
    train(network, x, y, epochs=2, rng=np.random.default_rng(0), validation=(x, y))
    np.testing.assert_array_equal(x, old_x)
    np.testing.assert_array_equal(y, old_y)


# Measuring


def test_history_sums_up():
    assert repr(History()) == "History(no epochs)"
    history = History([1], [0.25], [None], [None], [None], seconds=1.26)
    assert repr(history) == "History(1 epoch, cost 0.25, 1.3 s)"
    history = History([1, 2], [2.0, 1.0], [0.5, 0.75], [3.0, 2.0], [0.1, 0.2], True, 3.0)
    assert len(history) == 2
    assert repr(history) == (
        "History(2 epochs, cost 1, accuracy 0.75, validation_cost 2, validation_accuracy 0.2, "
        "3.0 s, interrupted)"
    )


@given(st.integers(1, 9), st.sampled_from(["squared_error", "softmax_cross_entropy"]))
def test_evaluation_is_a_mean_however_it_is_cut(chunk, cost):
    network, x, y = small(activations=["tanh", "identity"])
    whole = evaluate(network, x, y, cost=cost)
    output = network.predict(x)
    np.testing.assert_allclose(whole.cost, COSTS[cost].function(output, y).mean(), rtol=1e-12)
    assert whole.accuracy == accuracy(output, y.argmax(axis=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_samples, "_CHUNK", chunk)
        cut = evaluate(network, x, y, cost=cost)
    np.testing.assert_allclose(cut.cost, whole.cost, rtol=1e-12)
    assert cut.accuracy == whole.accuracy


def test_validation_is_measured_after_each_epoch():
    network, x, y = small()
    rng, history = np.random.default_rng(0), None
    for _ in range(3):
        history = train(
            network, x[:8], y[:8], epochs=1, rng=rng, history=history, validation=(x[8:], y[8:])
        )
        measured = evaluate(network, x[8:], y[8:])
        assert isinstance(measured, Evaluation)
        assert history.validation_cost[-1] == measured.cost
        assert history.validation_accuracy[-1] == measured.accuracy
    assert len(history.validation_cost) == 3


def test_validation_does_not_change_what_is_learned():
    results = []
    for validation in (None, [np.ones((1, 3)), np.ones((1, 2))]):
        network, x, y = small()
        train(network, x, y, epochs=3, rng=np.random.default_rng(0), validation=validation)
        results.append(parameters(network))
    np.testing.assert_array_equal(results[0], results[1])


@pytest.mark.parametrize("x", [1.0, 1e300])
def test_evaluate_refuses_what_overflows(x):
    # The output 1e300 squared, or the output itself, is too large for a float.
    network = Network.from_parameters([[[1e300]]], [[0.0]], "identity")
    message = "^network: expected finite outputs and a finite cost, got NaN or infinity$"
    with pytest.raises(ValueError, match=message):
        evaluate(network, [[x]], [[0.0]])


def test_own_cost_takes_any_target():
    # Half the squared distance: a step of 1 * (3 - 5) takes the bias all the way.
    half = Cost("half", lambda a, y: 0.5 * ((a - y) ** 2).sum(-1), lambda a, y: a - y, False)
    network = Network.from_parameters([[[1.0]]], [[3.0]], "identity")
    history = train(
        network, [[0.0]], [[5.0]], epochs=2, cost=half, optimizer=GradientDescent(1.0),
        rng=np.random.default_rng(0),
    )  # fmt: skip
    assert history.cost == [2.0, 0.0]
    assert network.biases[0].tolist() == [5.0]
    assert evaluate(network, [[0.0]], [[5.0]], cost=half) == Evaluation(0.0, None)


# The progress bar


class Terminal:
    """A stderr that somebody is looking at."""

    def __init__(self):
        self.text = ""

    def write(self, text):
        """Keep the text."""
        self.text += text

    def flush(self):
        """Do nothing."""

    def isatty(self):
        """Say yes."""
        return True


@pytest.mark.parametrize(("progress", "shown"), [(None, False), (False, False), (True, True)])
def test_quick_work_shows_a_bar_only_if_asked(progress, shown, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    network, x, y = small()
    train(network, x, y, epochs=3, rng=np.random.default_rng(0), progress=progress)
    monkeypatch.undo()
    assert ("6/6" in terminal.text) is shown  # 3 epochs of 2 batches


def test_no_stderr_is_no_trouble(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    network, x, y = small()
    assert len(train(network, x, y, epochs=1, rng=np.random.default_rng(0))) == 1


def test_own_activation_is_trained():
    square = Activation("square", lambda z: z * z, lambda da, z: 2.0 * z * da)
    network = Network.from_parameters([[[1.0]]], [[0.0]], square)
    # z = 1, a = 1, C = (1 - 0)^2; dC/dz = 2 * 1 * 2 = 4, so both go down by 0.4
    train(network, [[1.0]], [[0.0]], epochs=1, rng=np.random.default_rng(0))
    np.testing.assert_allclose(parameters(network), [0.6, -0.4], rtol=1e-15)
