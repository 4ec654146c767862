"""Training with penalties, dropout, clipping, augmentation and patience."""

from __future__ import annotations

import copy
import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trainings import assert_same, parameters, small

from nnmath.activations import get_activation
from nnmath.augmentation import jitter_images
from nnmath.backprop import backpropagate
from nnmath.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from nnmath.costs import COSTS, one_hot
from nnmath.network import Network
from nnmath.optimizers import Adam, AdamW, GradientDescent, Momentum, clip_gradients
from nnmath.regularization import (
    dropout,
    dropout_backward,
    dropout_mask,
    l1_penalty_backward,
    l2_penalty_backward,
)
from nnmath.training import History, evaluate, train

pytestmark = pytest.mark.filterwarnings("error")

#: A quick way takes the first, the plain way the second.
WAYS = ["tanh", "gelu"]


def noisy(x, rng):
    """Return the inputs with some noise."""
    return x + 0.1 * rng.normal(size=x.shape)


EVERYTHING = {"l1": 0.01, "l2": 0.1, "dropout": [0.2, 0.5], "augment": noisy, "max_norm": 0.3}


def gradients_with_dropout(network, x, y, rates, rng):
    """Return the derivatives by weights and biases, written out with the functions of the book."""
    masks = [
        dropout_mask((len(x), n), rate, rng=rng) if rate else np.ones((len(x), n))
        for n, rate in zip(network.sizes, rates, strict=False)
    ]
    layers = list(zip(network.weights, network.biases, network.activations, strict=True))
    a, inputs, z_of = x, [], []
    for (W, b, activation), mask, rate in zip(layers, masks, rates, strict=True):
        inputs.append(dropout(a, mask, rate))
        z_of.append(inputs[-1] @ W.T + b)
        a = activation.function(z_of[-1])
    da, dW_of, db_of = COSTS["squared_error"].backward(a, y) / len(x), [], []
    for i in reversed(range(len(layers))):
        W, _, activation = layers[i]
        dz = activation.backward(da, z_of[i])
        dW_of.insert(0, dz.T @ inputs[i])
        db_of.insert(0, dz.sum(axis=0))
        da = dropout_backward(dz @ W, masks[i], rates[i])
    return dW_of, db_of


def by_hand(network, x, y, *, epochs, optimizer, rng, l1, l2, dropout, augment, max_norm):
    """Train with the functions of the book, in batches of five."""
    for _ in range(epochs):
        order = rng.permutation(len(x))
        seen = augment(x, rng)
        for start in range(0, len(x), 5):
            rows = order[start : start + 5]
            dW, db = gradients_with_dropout(network, seen[rows], y[rows], dropout, rng)
            for i, W in enumerate(network.weights):
                dW[i] = dW[i] + l1_penalty_backward(W, l1) + l2_penalty_backward(W, l2)
            gradients = clip_gradients([*dW, *db], max_norm).gradients
            optimizer.step([*network.weights, *network.biases], gradients)


@pytest.mark.parametrize("activations", WAYS)
@pytest.mark.parametrize("optimizer", [GradientDescent(0.1), Adam(0.01)], ids=repr)
def test_training_is_the_loop_written_out(optimizer, activations):
    network, x, y = small(activations=activations)
    expected, ours, theirs = network.copy(), copy.deepcopy(optimizer), copy.deepcopy(optimizer)
    rng = np.random.default_rng(2)
    train(network, x, y, epochs=3, batch_size=5, optimizer=ours, rng=rng, **EVERYTHING)
    other = np.random.default_rng(2)
    by_hand(expected, x, y, epochs=3, optimizer=theirs, rng=other, **EVERYTHING)
    # The same sums, perhaps in another order: some hundred roundings of 1e-16.
    np.testing.assert_allclose(parameters(network), parameters(expected), rtol=1e-10, atol=1e-12)
    assert rng.bit_generator.state == other.bit_generator.state


# By hand


def one_step(**options):
    """Take a step from weight 2 and bias 1 where dC/dw = 12 and dC/db = 4; return both."""
    network = Network.from_parameters([[[2.0]]], [[1.0]], "identity")
    history = train(
        network, np.array([[3.0]]), np.array([[5.0]]), epochs=1,
        optimizer=GradientDescent(0.125), rng=np.random.default_rng(0), **options,
    )  # fmt: skip
    assert history.cost == [4.0]  # that of the sample alone
    return float(network.weights[0][0, 0]), float(network.biases[0][0])


def test_penalties_by_hand():
    # identity, w = 2, b = 1, x = 3, y = 5: a = 7, C = 4, dC/dw = 2 (7 - 5) 3 = 12, dC/db = 4
    assert one_step() == (2.0 - 1.5, 1.0 - 0.5)
    # L2 adds 3 * 2 = 6 to dC/dw, L1 adds 2; the bias has no penalty.
    assert one_step(l2=3.0) == (2.0 - 0.125 * 18.0, 0.5)
    assert one_step(l1=2.0) == (2.0 - 0.125 * 14.0, 0.5)
    assert one_step(l1=2.0, l2=3.0) == (2.0 - 0.125 * 20.0, 0.5)


def test_clipping_by_hand():
    # The norm of 12 and 5 is 13, with L2 of a half: 12 + 0.5 * 2 = 13; 4 stays.
    norm = np.hypot(13.0, 4.0)
    w, b = one_step(l2=0.5, max_norm=1.0)
    np.testing.assert_allclose([w, b], [2.0 - 0.125 * 13.0 / norm, 1.0 - 0.125 * 4.0 / norm])


@pytest.mark.parametrize("activation", ["identity", "gelu"])
def test_dropout_of_everything_that_is_drawn_is_seen_in_the_step(activation):
    # One input, one hidden neuron: where it is dropped, only the last bias learns.
    rng = np.random.default_rng(0)
    network = Network.from_parameters([[[1.0]], [[1.0]]], [[0.5], [0.5]], [activation, "identity"])
    kept = []
    for _ in range(20):
        before = network.copy()
        drawn = copy.deepcopy(rng)
        drawn.permutation(1)
        kept.append(drawn.random() >= 0.5)
        train(network, np.array([[1.0]]), np.array([[0.25]]), epochs=1, rng=rng, dropout=0.5,
              optimizer=GradientDescent(0.01))  # fmt: skip
        changed = network.weights[0] != before.weights[0]
        assert changed.all() == kept[-1]
        assert (network.biases[1] != before.biases[1]).all()
    assert 0 < sum(kept) < 20


@pytest.mark.parametrize("activations", WAYS)
def test_nothing_chosen_changes_nothing(activations):
    results = []
    for options in ({}, {"l1": 0, "l2": 0.0, "dropout": 0.0}, {"dropout": [0, 0], "max_norm": 1e9}):
        network, x, y = small(activations=activations)
        rng = np.random.default_rng(0)
        train(network, x, y, epochs=3, batch_size=5, rng=rng, **options)
        results.append(parameters(network))
    np.testing.assert_array_equal(results[0], results[1])
    # A limit is another way to the same step.
    np.testing.assert_allclose(results[0], results[2], rtol=1e-12)


def test_a_number_drops_from_hidden_layers_alone():
    results = []
    for rates in (0.5, [0.0, 0.5]):
        network, x, y = small()
        train(network, x, y, epochs=2, rng=np.random.default_rng(0), dropout=rates)
        results.append(parameters(network))
    np.testing.assert_array_equal(*results)
    network = Network([3, 2], rng=np.random.default_rng(0))  # no hidden layer
    train(network, x, y, epochs=1, rng=np.random.default_rng(0), dropout=0.5)


def test_validation_drops_nothing():
    network, x, y = small()
    history = train(network, x, y, epochs=1, rng=np.random.default_rng(0), validation=(x, y),
                    **EVERYTHING)  # fmt: skip
    assert history.validation_cost == [evaluate(network, x, y).cost]


def test_l2_shrinks_and_l1_makes_zeros():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 6))
    y = x[:, :1] - 2.0 * x[:, 1:2] + 0.01 * rng.normal(size=(200, 1))
    sizes = {}
    for name, options in {"none": {}, "l2": {"l2": 0.5}, "l1": {"l1": 0.2}}.items():
        network = Network([6, 1], "identity", initialization="glorot", rng=np.random.default_rng(1))
        train(network, x, y, epochs=60, batch_size=200, optimizer=GradientDescent(0.05),
              rng=np.random.default_rng(2), **options)  # fmt: skip
        sizes[name] = np.abs(network.weights[0][0])
    assert (sizes["l2"][:2] < 0.9 * sizes["none"][:2]).all()
    # Four inputs say nothing: with L1 their weights swing around 0 by no more than a step.
    assert (sizes["l1"][2:] <= 0.05 * 0.2 + 1e-3).all()
    np.testing.assert_allclose(sizes["l1"][:2], [0.9, 1.9], atol=0.05)


# Augmentation


@pytest.mark.parametrize("activations", WAYS)
def test_augmentation_is_asked_before_each_epoch(activations):
    network, x, y = small(activations=activations)
    asked = []

    def augment(given, rng):
        assert isinstance(rng, np.random.Generator)
        np.testing.assert_array_equal(given, x)
        asked.append(given)
        with pytest.raises(ValueError, match="read-only"):
            given[0] = 0.0
        return given

    expected = network.copy()
    train(network, x, y, epochs=3, batch_size=5, rng=np.random.default_rng(0), augment=augment)
    train(expected, x, y, epochs=3, batch_size=5, rng=np.random.default_rng(0))
    assert len(asked) == 3
    # Bytes are another way to the same numbers; floats here are no bytes.
    np.testing.assert_array_equal(parameters(network), parameters(expected))


@pytest.mark.parametrize("activations", WAYS)
@pytest.mark.parametrize(
    ("augment", "error", "message"),
    [
        (lambda x, rng: x[:1], ValueError, r"expected shape \(12, 3\) \(that of x\), got shape"),
        (lambda x, rng: x.tolist(), TypeError, "expected a NumPy array of real floating-point num"),
        (lambda x, rng: x.astype(int), TypeError, "expected a NumPy array of real floating-point"),
        (lambda x, rng: x + np.inf, ValueError, r"expected finite numbers, got inf at index \(0"),
        (lambda x, rng: None, TypeError, "expected .*, got None$"),
    ],
)
def test_what_augmentation_must_not_give(activations, augment, error, message):
    network, x, y = small(activations=activations)
    before = parameters(network)
    with pytest.raises(error, match=rf"^augment\(x, rng\): {message}"):
        train(network, x, y, epochs=1, rng=np.random.default_rng(0), augment=augment)
    np.testing.assert_array_equal(parameters(network), before)


def test_augmented_inputs_get_the_networks_dtype():
    network, x, y = small(np.float32)
    train(network, x, y, epochs=1, rng=np.random.default_rng(0),
          augment=lambda x, rng: x.astype(np.float64))  # fmt: skip
    assert network.weights[0].dtype == np.float32


def test_digits_are_jittered():
    rng = np.random.default_rng(0)
    x, y = rng.random((20, 64)), one_hot(rng.integers(0, 10, 20), 10)
    network = Network([64, 8, 10], rng=rng)
    augment = partial(jitter_images, max_shift=1.0, max_angle=10.0, shape=(8, 8))
    history = train(network, x, y, epochs=2, rng=rng, augment=augment)
    assert len(history) == 2


# Patience


def with_patience(patience, epochs=40, **options):
    """Train on samples whose targets are chance, so that validation gets worse."""
    rng = np.random.default_rng(5)
    network = Network([4, 12, 3], "tanh", rng=rng)
    x, y = rng.normal(size=(2, 15, 4)), rng.normal(size=(2, 15, 3))
    history = train(
        network, x[0], y[0], epochs=epochs, optimizer=Momentum(0.01), rng=rng,
        validation=(x[1], y[1]), patience=patience, **options,
    )  # fmt: skip
    return network, history, (x, y, rng)


@pytest.mark.parametrize("patience", [1, 3, 8])
def test_patience_ends_training_and_the_best_is_kept(patience):
    network, history, (x, y, _) = with_patience(patience)
    best = int(np.argmin(history.validation_cost))
    assert history.best_epoch == history.epochs[best]
    assert len(history) == history.best_epoch + patience < 40
    assert evaluate(history.best, x[1], y[1]).cost == history.validation_cost[best]
    assert evaluate(network, x[1], y[1]).cost == history.validation_cost[-1]
    # No epoch before the last was one too many.
    costs = history.validation_cost
    for n in range(1, len(history)):
        assert n - 1 - int(np.argmin(costs[:n])) < patience
    # It is the network that a training of so many epochs gives.
    again, _, _ = with_patience(None, epochs=history.best_epoch)
    np.testing.assert_array_equal(parameters(history.best), parameters(again))
    assert f"best after epoch {history.best_epoch}" in repr(history)


def test_without_patience_nothing_is_kept():
    _, history, _ = with_patience(None, epochs=3)
    assert (history.best, history.best_epoch) == (None, None)
    assert "best" not in repr(history)


def test_the_first_of_several_best_is_kept():
    network, x, y = small()
    still = {"optimizer": StandsStill(), "rng": np.random.default_rng(0), "validation": (x, y)}
    history = train(network, x, y, epochs=10, patience=3, **still)
    assert (history.best_epoch, history.epochs) == (1, [1, 2, 3, 4])


class StandsStill:
    """Changes nothing."""

    def step(self, parameters, gradients):
        """Do nothing."""


def test_patience_at_an_end_does_not_go_on():
    network, history, (x, y, rng) = with_patience(2)
    before, n = parameters(network), len(history)
    options = {"validation": (x[1], y[1]), "history": history, "rng": rng}
    train(network, x[0], y[0], epochs=5, patience=2, **options)
    assert len(history) == n
    np.testing.assert_array_equal(parameters(network), before)
    # More of it goes on, and none at all too.
    train(network, x[0], y[0], epochs=1, patience=3, **options)
    train(network, x[0], y[0], epochs=1, **options)
    assert len(history) == n + 2


def test_patience_starts_with_the_first_epoch_it_sees():
    network, history, (x, y, rng) = with_patience(None, epochs=2)
    options = {"validation": (x[1], y[1]), "history": history, "rng": rng}
    train(network, x[0], y[0], epochs=1, patience=3, **options)
    assert history.best_epoch == 3


def test_patience_needs_something_to_validate_on():
    network, x, y = small()
    message = "^validation: expected samples to be patient with, got None$"
    with pytest.raises(ValueError, match=message):
        train(network, x, y, epochs=1, rng=np.random.default_rng(0), patience=3)


# In parts


@pytest.mark.parametrize("activations", WAYS)
@pytest.mark.parametrize("optimizer", [Momentum(0.05), AdamW(0.01)], ids=repr)
@pytest.mark.parametrize("parts", [[6], [2, 4], [1] * 6])
def test_parts_are_one_go_to_the_bit(tmp_path, activations, optimizer, parts):
    network, x, y = small(activations=activations)
    options = {"batch_size": 5, "validation": (x, y), "patience": 2, **EVERYTHING}
    expected = Checkpoint(
        network.copy(), copy.deepcopy(optimizer), np.random.default_rng(3), History()
    )
    train(expected.network, x, y, epochs=6, optimizer=expected.optimizer, rng=expected.rng,
          history=expected.history, **options)  # fmt: skip
    state = Checkpoint(network, copy.deepcopy(optimizer), np.random.default_rng(3), History())
    for epochs in parts:
        train(state.network, x, y, epochs=epochs, optimizer=state.optimizer, rng=state.rng,
              history=state.history, **options)  # fmt: skip
        save_checkpoint(tmp_path / "c.npz", **state._asdict())
        state = load_checkpoint(tmp_path / "c.npz")
    state.history.seconds = expected.history.seconds
    assert_same(state, expected)
    assert state.history.best_epoch == expected.history.best_epoch
    best, other = state.history.best, expected.history.best
    np.testing.assert_array_equal(parameters(best), parameters(other))
    assert repr(best) == repr(other)


def patient(tmp_path):
    """Return the path of a checkpoint with a best network, and its parts."""
    network, history, (_, _, rng) = with_patience(2)
    parts = {"network": network, "optimizer": Momentum(0.01), "rng": rng, "history": history}
    save_checkpoint(tmp_path / "c.npz", **parts)
    return tmp_path / "c.npz", parts


def spoil(path, change):
    """Change the header of a saved file."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = dict(stored)
    header = json.loads(arrays["header"].tobytes())
    change(header)
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez(path, **arrays)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda header: header["best"].update(epoch=99), "its best epoch is 99, which isn't one"),
        (lambda header: header["best"].update(epoch=None), "its best epoch is None, which isn't"),
        (lambda header: header["best"].pop("network"), "'network'"),
        (
            lambda header: header["best"]["network"].update(activations=["tanh"] * 3),
            r"weights\[2\]",
        ),
    ],
)
def test_best_networks_that_cannot_be(tmp_path, change, message):
    path, _ = patient(tmp_path)
    spoil(path, change)
    with pytest.raises(ValueError, match=f"^path: expected a saved checkpoint, got .*{message}"):
        load_checkpoint(path)


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        (
            {"best_epoch": 99},
            ValueError,
            "history: best_epoch: expected one of the epochs with a b",
        ),
        ({"best_epoch": None}, ValueError, "history: best_epoch: expected one of the epochs with"),
        ({"best": 3}, TypeError, "network: expected a Network, got int 3"),
    ],
)
def test_best_networks_that_are_not_saved(tmp_path, changed, error, message):
    path, parts = patient(tmp_path)
    before = path.read_bytes()
    for name, value in changed.items():
        setattr(parts["history"], name, value)
    with pytest.raises(error, match=f"^{message}"):
        save_checkpoint(path, **parts)
    assert path.read_bytes() == before


def test_files_without_a_best_network_are_read(tmp_path):
    path, _ = patient(tmp_path)
    spoil(path, lambda header: header.pop("best"))
    history = load_checkpoint(path).history
    assert (history.best, history.best_epoch) == (None, None)


@settings(max_examples=30)
@given(
    l1=st.sampled_from([0.0, 0.01]),
    l2=st.sampled_from([0.0, 0.1]),
    rates=st.lists(st.floats(0.0, 0.9), min_size=2, max_size=2),
    max_norm=st.none() | st.floats(0.01, 10.0),
    augment=st.sampled_from([None, noisy]),
    activations=st.sampled_from(WAYS),
)
def test_same_seed_same_bits(l1, l2, rates, max_norm, augment, activations):
    results = []
    for _ in range(2):
        network, x, y = small(activations=activations)
        train(network, x, y, epochs=2, batch_size=5, rng=np.random.default_rng(0), l1=l1, l2=l2,
              dropout=rates, max_norm=max_norm, augment=augment)  # fmt: skip
        results.append(parameters(network))
    np.testing.assert_array_equal(*results)


@pytest.mark.parametrize("activations", WAYS)
def test_divergence_goes_back_to_before_the_epoch(activations):
    network, x, y = small(activations=activations)
    network = Network.from_parameters(network.weights, network.biases, "identity")
    if activations == "gelu":
        network.activations = (get_activation("gelu"), get_activation("identity"))
    rng = np.random.default_rng(0)
    before, state = parameters(network), copy.deepcopy(rng.bit_generator.state)
    with pytest.raises(FloatingPointError, match="^training diverged in epoch 1"):
        train(network, x, y, epochs=1, batch_size=1, rng=rng, optimizer=GradientDescent(1e200),
              dropout=[0.1, 0.1], augment=noisy, l2=0.1)  # fmt: skip
    np.testing.assert_array_equal(parameters(network), before)
    assert rng.bit_generator.state == state


# Errors


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"l1": -1.0}, ValueError, "l1: expected a finite number of at least 0.0, got -1.0"),
        ({"l1": None}, TypeError, "l1: expected a finite number of at least 0.0, got None"),
        ({"l2": np.inf}, ValueError, "l2: expected a finite number of at least 0.0, got inf"),
        ({"dropout": 1.0}, ValueError, "dropout: expected a finite number of at least 0.0 and bel"),
        ({"dropout": "half"}, TypeError, "dropout: expected a finite number of at least 0.0 and b"),
        ({"dropout": [0.5]}, ValueError, "dropout: expected a rate for each of the 2 layers befo"),
        ({"dropout": [0.5, -1.0]}, ValueError, r"dropout\[1\]: expected a finite number of at lea"),
        ({"max_norm": 0.0}, ValueError, "max_norm: expected a finite number above 0.0, got 0.0"),
        ({"max_norm": "1"}, TypeError, "max_norm: expected a finite number above 0.0, got str '1'"),
        ({"augment": 3}, TypeError, "augment: expected a function of the inputs and a generator"),
        ({"augment": Network}, TypeError, "augment: expected a function of the inputs and a gene"),
        ({"patience": 0}, ValueError, "patience: expected a whole number of at least 1, got 0"),
        ({"patience": 1.5}, TypeError, "patience: expected a whole number of at least 1, got flo"),
    ],
)
def test_what_is_refused(options, error, message):
    network, x, y = small()
    before, rng, history = parameters(network), np.random.default_rng(0), History()
    state = copy.deepcopy(rng.bit_generator.state)
    with pytest.raises(error, match=f"^{message}"):
        train(network, x, y, epochs=1, rng=rng, history=history, validation=(x, y), **options)
    np.testing.assert_array_equal(parameters(network), before)
    assert rng.bit_generator.state == state
    assert history == History()


def test_backpropagation_is_that_of_no_masks():
    network, x, y = small()
    ours, theirs = (
        gradients_with_dropout(network, x, y, [0.0, 0.0], None),
        backpropagate(network, x, y, reduction="mean"),
    )
    for one, other in zip([*ours[0], *ours[1]], [*theirs.dW, *theirs.db], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)
