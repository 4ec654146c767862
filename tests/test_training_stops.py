"""Training that stops before its end: by Ctrl-C, or because the numbers break."""

from __future__ import annotations

import copy
import math
import signal
import subprocess
import sys
import textwrap
import threading
import warnings

import numpy as np
import pytest
from trainings import by_hand, parameters, small

from nnmath.network import Network
from nnmath.optimizers import GradientDescent, Momentum
from nnmath.training import History, train

pytestmark = pytest.mark.filterwarnings("error")


# Ctrl-C


def press(times):
    """Do what Ctrl-C does, so many times."""
    for _ in range(times):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("activation", ["sigmoid", "gelu"])  # the quick way, the plain way
@pytest.mark.parametrize("at", [1, 5, 6, 11])
def test_ctrl_c_leaves_whole_steps(activation, at, monkeypatch):
    rest = {"batch_size": 2, "cost": "squared_error", "reduction": "mean"}
    network, x, y = small(activations=activation)
    expected, plain = network.copy(), Momentum(0.1)
    # 12 samples by 2 are 6 steps an epoch; here are as many epochs as were begun.
    rng, states = np.random.default_rng(0), []
    step = plain.step

    def watched(*arrays):
        step(*arrays)
        states.append(parameters(expected))

    monkeypatch.setattr(plain, "step", watched)
    by_hand(expected, x, y, epochs=math.ceil(at / 6), optimizer=plain, rng=rng, **rest)

    update = Momentum.update

    presses = iter([1])

    def pressed_in_the_middle(self, *arrays):
        if self.n_steps == at:
            press(next(presses, 0))
        update(self, *arrays)

    monkeypatch.setattr(Momentum, "update", pressed_in_the_middle)
    optimizer, handler = Momentum(0.1), signal.getsignal(signal.SIGINT)
    history = train(
        network, x, y, epochs=9, optimizer=optimizer, rng=np.random.default_rng(0), **rest
    )
    assert history.interrupted
    assert optimizer.n_steps == at
    # An epoch of which all steps were taken counts, one that was cut short doesn't.
    assert history.epochs == list(range(1, at // 6 + 1))
    np.testing.assert_allclose(parameters(network), states[at - 1], rtol=1e-9, atol=1e-11)
    assert signal.getsignal(signal.SIGINT) is handler
    # What comes after starts afresh.
    again = train(
        network, x, y, epochs=1, optimizer=optimizer, rng=np.random.default_rng(0), history=history
    )
    assert not again.interrupted
    assert len(again) == at // 6 + 1


@pytest.mark.parametrize("activation", ["sigmoid", "gelu"])
def test_second_ctrl_c_raises_and_keeps_what_was_learned(activation, monkeypatch):
    network, x, y = small(activations=activation)
    before, update = parameters(network), Momentum.update

    def pressed_twice(self, *arrays):
        update(self, *arrays)
        if self.n_steps == 9:
            press(2)

    monkeypatch.setattr(Momentum, "update", pressed_twice)
    handler, history = signal.getsignal(signal.SIGINT), History()
    with pytest.raises(KeyboardInterrupt):
        train(
            network, x, y, epochs=9, batch_size=2, optimizer=Momentum(0.1),
            rng=np.random.default_rng(0), history=history,
        )  # fmt: skip
    assert signal.getsignal(signal.SIGINT) is handler
    assert history.epochs == [1]
    assert not np.array_equal(parameters(network), before)
    assert np.isfinite(parameters(network)).all()


def test_ignored_ctrl_c_stays_ignored():
    class Pressing(GradientDescent):
        """Presses Ctrl-C at every step."""

        def step(self, parameters, gradients):
            press(1)
            super().step(parameters, gradients)

    network, x, y = small()
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        history = train(
            network, x, y, epochs=2, optimizer=Pressing(0.1), rng=np.random.default_rng(0)
        )
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, handler)
    assert (history.epochs, history.interrupted) == ([1, 2], False)


def test_ctrl_c_of_another_process():
    code = """
        import os, signal, threading
        import numpy as np
        from nnmath import Network, train
        rng = np.random.default_rng(0)
        network = Network([8, 8, 2], rng=rng)
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        history = train(network, rng.normal(size=(100, 8)), rng.uniform(size=(100, 2)),
                        epochs=10**9, rng=rng)
        print(history.interrupted, len(history) > 0)
        print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
    """
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert result.stdout.split() == ["True", "True", "True"]
    assert result.stderr == ""


def test_other_threads_leave_the_signal_alone():
    network, x, y = small()
    seen = []

    class Looking(GradientDescent):
        """Looks who handles Ctrl-C."""

        def step(self, parameters, gradients):
            seen.append(signal.getsignal(signal.SIGINT))
            super().step(parameters, gradients)

    options = {"epochs": 1, "optimizer": Looking(0.1), "rng": np.random.default_rng(0)}
    thread = threading.Thread(target=train, args=(network, x, y), kwargs=options)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)] * 2
    train(network, x, y, **options)
    assert seen[2] is not seen[0]


# Diverging


@pytest.mark.parametrize("activation", ["identity", "gelu"])
@pytest.mark.parametrize("optimizer", [GradientDescent(1e3), Momentum(1e3)], ids=repr)
def test_diverging_goes_back_to_before_the_epoch(activation, optimizer):
    network, x, y = small(activations=activation)
    used, rng, history = copy.deepcopy(optimizer), np.random.default_rng(0), History()
    used.learning_rate = 1e-3
    train(network, x, y, epochs=2, batch_size=1, optimizer=used, rng=rng, history=history)
    used.learning_rate = 1e200
    before = parameters(network)
    kept = (copy.deepcopy(used.state), used.n_steps, rng.bit_generator.state)
    with pytest.raises(
        FloatingPointError,
        match=r"^training diverged in epoch 3: expected finite numbers, .*, with .*1e\+200.*; "
        "everything is as before that epoch, and a smaller learning rate may help$",
    ):
        train(network, x, y, epochs=5, batch_size=1, optimizer=used, rng=rng, history=history)
    np.testing.assert_array_equal(parameters(network), before)
    assert used.n_steps == kept[1]
    assert rng.bit_generator.state == kept[2]
    for name, arrays in kept[0].items():
        for array, old in zip(used.state[name], arrays, strict=True):
            np.testing.assert_array_equal(array, old)
    assert history.epochs == [1, 2]
    used.learning_rate = 1e-3
    train(network, x, y, epochs=1, batch_size=1, optimizer=used, rng=rng, history=history)
    assert history.epochs == [1, 2, 3]


class Jump:
    """An optimiser that knows nothing of nnmath, and leaves the numbers."""

    def __repr__(self):
        return "Jump()"

    def step(self, parameters, gradients):
        """Make everything infinite."""
        for parameter in parameters:
            parameter[...] = np.inf


def test_parameters_that_are_not_finite_are_told_too():
    network, x, y = small()
    before, rng = parameters(network), np.random.default_rng(0)
    with pytest.raises(FloatingPointError, match=r"^training diverged in epoch 1: .*Jump\(\)"):
        train(network, x, y, epochs=1, batch_size=12, optimizer=Jump(), rng=rng)
    np.testing.assert_array_equal(parameters(network), before)


def test_diverging_on_the_validation_samples_counts():
    # Fine on small samples, but 1e300 times a weight of 1e10 is no number.
    network = Network.from_parameters([[[1e10]]], [[0.0]], "identity")
    small_x, large_x, y = np.array([[1e-10]]), np.array([[1e300]]), np.array([[1.0]])
    with pytest.raises(FloatingPointError, match="^training diverged in epoch 1"):
        train(network, small_x, y, epochs=1, rng=np.random.default_rng(0), validation=(large_x, y))


def test_huge_samples_give_an_error_and_no_warning():
    network, x, y = small()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FloatingPointError, match="^training diverged"):
            train(
                Network.from_parameters(network.weights, network.biases, "identity"),
                1e307 * x, y, epochs=1, rng=np.random.default_rng(0),
            )  # fmt: skip
