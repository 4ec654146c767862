"""Training: what an epoch does, continuing, stopping, and what is refused."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnmath import (
    Activation,
    Adam,
    Cost,
    Evaluation,
    GradientDescent,
    History,
    Momentum,
    Network,
    backpropagate,
    evaluate,
    load_digits,
    train,
)

OPTIMIZERS: list[Callable[[], GradientDescent | Momentum | Adam]] = [
    lambda: GradientDescent(0.5),
    lambda: Momentum(0.2, 0.8),
    lambda: Adam(0.01),
]


def task(seed: int = 0, dtype: type = np.float64) -> tuple[Network, np.ndarray, np.ndarray]:
    """Return a small network and samples for it."""
    rng = np.random.default_rng(seed)
    network = Network([3, 4, 2], "sigmoid", rng=rng, dtype=dtype)
    return network, rng.normal(size=(11, 3)).astype(dtype), rng.uniform(size=(11, 2)).astype(dtype)


def parameters(network: Network) -> np.ndarray:
    """Return all parameters in one vector."""
    return np.concatenate([p.ravel() for p in (*network.weights, *network.biases)])


def test_one_step_by_hand() -> None:
    # identity, w = 2, b = 1, x = 3, y = 5: a = 7, C = 4, dC/dz = 4, dC/dw = 12, dC/db = 4
    network = Network.from_parameters([[[2.0]]], [[1.0]], "identity")
    rng = np.random.default_rng(0)
    history = train(
        network,
        np.array([[3.0]]),
        np.array([[5.0]]),
        epochs=1,
        optimizer=GradientDescent(0.1),
        rng=rng,
    )
    assert network.weights[0][0, 0] == pytest.approx(2.0 - 1.2, rel=1e-15)
    assert network.biases[0][0] == pytest.approx(1.0 - 0.4, rel=1e-15)
    assert history.cost == [4.0]
    assert history.accuracy == [None]  # one output has no largest one
    assert history.epochs == [1]
    assert not history.interrupted


@pytest.mark.parametrize("make", OPTIMIZERS)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("cost", ["squared_error", "mean_squared_error", "sigmoid_cross_entropy"])
def test_a_full_batch_is_backpropagation_and_a_step(
    make: Callable[[], GradientDescent], reduction: str, cost: str
) -> None:
    network, x, y = task()
    if cost == "sigmoid_cross_entropy":
        network = Network.from_parameters(network.weights, network.biases, ["tanh", "identity"])
    by_hand, optimizer = network.copy(), make()
    for _ in range(3):
        gradients = backpropagate(by_hand, x, y, cost=cost, reduction=reduction)
        optimizer.step(by_hand.weights + by_hand.biases, gradients.dW + gradients.db)
    rng = np.random.default_rng(1)
    train(
        network, x, y, epochs=3, batch_size=11, optimizer=make(), cost=cost,
        reduction=reduction, rng=rng,
    )  # fmt: skip
    # The order of the samples in the sums differs, and with it the rounding.
    np.testing.assert_allclose(parameters(network), parameters(by_hand), rtol=1e-9, atol=1e-12)


@settings(max_examples=20)
@given(st.integers(1, 14), st.integers(0, 2**32 - 1))
def test_the_quick_way_and_the_plain_way_agree(batch_size: int, seed: int) -> None:
    network, x, y = task(seed)
    # A cost of one's own isn't known to the quick way.
    own = Cost(
        "mine",
        lambda a, y: ((a - y) ** 2).sum(axis=-1),
        lambda a, y: 2.0 * (a - y),
        takes_logits=False,
    )
    trained = []
    for cost in ("squared_error", own):
        copy = network.copy()
        train(
            copy, x, y, epochs=2, batch_size=batch_size, cost=cost,
            optimizer=Momentum(0.1, 0.5), rng=np.random.default_rng(seed),
        )  # fmt: skip
        trained.append(parameters(copy))
    # Both do the same sums in another order: 11 samples, two epochs.
    np.testing.assert_allclose(trained[0], trained[1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("make", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_two_and_three_epochs_are_five(make: Callable[[], GradientDescent], dtype: type) -> None:
    results = []
    for pieces in ([5], [2, 3]):
        network, x, y = task(dtype=dtype)
        optimizer, rng, history = make(), np.random.default_rng(3), None
        for epochs in pieces:
            history = train(
                network, x, y, epochs=epochs, batch_size=4, optimizer=optimizer, rng=rng,
                history=history,
            )  # fmt: skip
        assert history is not None
        assert history.epochs == [1, 2, 3, 4, 5]
        results.append(parameters(network))
    np.testing.assert_array_equal(results[0], results[1])


def test_digits_are_learned_and_measured() -> None:
    digits = load_digits()
    held_out, seen = digits.split(360, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    network = Network([64, 30, 10], initialization="glorot", rng=rng)
    history = train(
        network, seen.vectors(), seen.targets(), epochs=15, optimizer=GradientDescent(2.0),
        rng=rng, validation=(held_out.vectors(), held_out.targets()),
    )  # fmt: skip
    measured = evaluate(network, held_out.vectors(), held_out.targets())
    assert isinstance(measured, Evaluation)
    assert history.validation_accuracy[-1] == measured.accuracy
    assert history.validation_cost[-1] == measured.cost
    assert measured.accuracy is not None
    assert measured.accuracy > 0.93
    assert history.cost[-1] < history.cost[0] / 5
    assert history.seconds > 0


def test_bytes_are_taken_as_given_floats() -> None:
    network, x, y = task()
    with pytest.raises(TypeError, match="x: expected a NumPy array of real floating-point"):
        train(network, (x * 10).astype(int), y, epochs=1, rng=np.random.default_rng(0))


class _Stopping(GradientDescent):
    """Sends the signal of Ctrl-C in a given step."""

    def __init__(self, at: list[int]) -> None:
        super().__init__(0.1)
        self.at, self.count = at, 0

    def step(self, parameters: object, gradients: object) -> None:
        self.count += 1
        super().step(parameters, gradients)
        for _ in range(self.at.count(self.count)):
            os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_returns_what_was_learned() -> None:
    network, x, y = task()
    before, handler = parameters(network), signal.getsignal(signal.SIGINT)
    history = train(
        network, x, y, epochs=50, batch_size=2, optimizer=_Stopping([9]),
        rng=np.random.default_rng(0),
    )  # fmt: skip
    assert history.interrupted
    assert len(history.epochs) < 50
    assert not np.array_equal(parameters(network), before)
    assert signal.getsignal(signal.SIGINT) is handler
    again = train(network, x, y, epochs=1, rng=np.random.default_rng(0), history=history)
    assert not again.interrupted


def test_a_second_ctrl_c_raises() -> None:
    network, x, y = task()
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        train(
            network, x, y, epochs=50, batch_size=2, optimizer=_Stopping([4, 4]),
            rng=np.random.default_rng(0),
        )  # fmt: skip
    assert signal.getsignal(signal.SIGINT) is handler


def test_it_runs_outside_the_main_thread() -> None:
    network, x, y = task()
    found: list[History] = []
    thread = threading.Thread(
        target=lambda: found.append(train(network, x, y, epochs=2, rng=np.random.default_rng(0)))
    )
    thread.start()
    thread.join()
    assert found[0].epochs == [1, 2]


@pytest.mark.parametrize(("progress", "shown"), [(True, True), (False, False), (None, False)])
def test_the_progress_bar(
    progress: bool | None, shown: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    network, x, y = task()
    train(network, x, y, epochs=2, rng=np.random.default_rng(0), progress=progress)
    assert ("batch" in capsys.readouterr().err) is shown


@pytest.mark.parametrize("own", [False, True])
def test_diverging_leaves_everything_as_before_the_epoch(own: bool) -> None:
    network, x, y = task()
    square = Activation("square", lambda z: z * z, lambda da, z: 2.0 * z * da)
    name = square if own else "identity"
    network = Network.from_parameters(network.weights, network.biases, name)
    before, rng = parameters(network), np.random.default_rng(0)
    with (
        np.errstate(all="ignore"),
        pytest.raises((ValueError, FloatingPointError, ArithmeticError), match="diverged in epoch"),
    ):
        train(network, x, y, epochs=60, optimizer=GradientDescent(1e6), rng=rng)
    assert np.isfinite(parameters(network)).all()
    assert parameters(network).shape == before.shape


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"network": 3}, TypeError, "network: expected a Network"),
        ({"x": np.zeros((11, 2))}, ValueError, "x: expected 3 numbers"),
        ({"x": np.zeros((0, 3))}, ValueError, "x: expected a batch"),
        ({"x": np.full((11, 3), np.nan)}, ValueError, "x: expected finite"),
        ({"x": [[1.0], [1.0, 2.0]]}, ValueError, "x: expected rows of equal length"),
        ({"x": "abc"}, TypeError, "x: expected a NumPy array"),
        ({"y": np.zeros((10, 2))}, ValueError, "y: expected one row for each of the 11"),
        ({"y": np.zeros((11, 3))}, ValueError, "y: expected 2 columns"),
        ({"y": np.arange(11)}, TypeError, "one_hot"),
        ({"epochs": 0}, ValueError, "epochs: expected"),
        ({"epochs": 1.5}, TypeError, "epochs: expected"),
        ({"batch_size": 0}, ValueError, "batch_size: expected"),
        ({"rng": 3}, TypeError, "rng: expected"),
        ({"cost": "absolute"}, ValueError, "cost: expected one of"),
        ({"cost": "softmax_cross_entropy"}, ValueError, "cost: expected"),
        ({"reduction": "max"}, ValueError, "reduction: expected one of"),
        ({"optimizer": 0.1}, TypeError, "optimizer: expected an optimizer"),
        ({"history": []}, TypeError, "history: expected a History"),
        ({"validation": 3}, TypeError, "validation: expected a pair"),
        ({"validation": (np.zeros((1, 2)), np.zeros((1, 2)))}, ValueError, "validation x"),
    ],
)
def test_what_is_refused(change: dict[str, object], error: type[Exception], message: str) -> None:
    network, x, y = task()
    before = parameters(network)
    arguments: dict[str, object] = {
        "network": network, "x": x, "y": y, "epochs": 1, "rng": np.random.default_rng(0),
    } | change  # fmt: skip
    with pytest.raises(error, match=message):
        train(**arguments)  # type: ignore[arg-type]  # on purpose
    np.testing.assert_array_equal(parameters(network), before)


def test_targets_that_a_cost_cannot_take_are_refused() -> None:
    network, x, y = task()
    network = Network.from_parameters(network.weights, network.biases, ["tanh", "identity"])
    with pytest.raises(ValueError, match="y: expected"):
        train(network, x, y + 2.0, epochs=1, cost="sigmoid_cross_entropy",
              rng=np.random.default_rng(0))  # fmt: skip


def test_parameters_that_cannot_be_trained_are_refused() -> None:
    network, x, y = task()
    network.weights[0].flags.writeable = False
    with pytest.raises(ValueError, match=r"weights\[0\]: expected an array that can be written"):
        train(network, x, y, epochs=1, rng=np.random.default_rng(0))
    network, x, y = task()
    network.biases[1] = network.biases[1].astype(np.float32)
    with pytest.raises(TypeError, match=r"biases\[1\]: expected float64"):
        train(network, x, y, epochs=1, rng=np.random.default_rng(0))


def test_evaluate_by_hand_and_what_it_refuses() -> None:
    network = Network.from_parameters([[[1.0], [-1.0]]], [[0.0, 0.0]], "identity")
    # outputs (1, -1) and (-2, 2); targets (1, 0) and (1, 0): costs 0 + 1 and 9 + 4
    measured = evaluate(network, np.array([[1.0], [-2.0]]), np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert measured == Evaluation(cost=7.0, accuracy=0.5)
    with pytest.raises(TypeError, match="network: expected a Network"):
        evaluate(None, np.ones((1, 1)), np.ones((1, 1)))  # type: ignore[arg-type]  # on purpose
