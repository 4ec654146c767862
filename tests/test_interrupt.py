"""Ctrl-C while training: a request first, an error second, and never for long."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from nnmath._epochs import Interrupt
from nnmath.network import Network
from nnmath.optimizers import GradientDescent
from nnmath.training import train

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")


def press():
    """Press Ctrl-C."""
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def handler():
    """Put a handler of one's own in place, and Python's back afterwards."""
    pressed = []

    def note(*_):
        pressed.append(True)

    note.pressed = pressed
    before = signal.signal(signal.SIGINT, note)
    yield note
    signal.signal(signal.SIGINT, before)


def test_the_first_asks_and_the_second_raises(handler):
    with Interrupt() as interrupt:
        assert not interrupt.requested
        press()
        assert interrupt.requested
        with pytest.raises(KeyboardInterrupt):
            press()
    assert signal.getsignal(signal.SIGINT) is handler
    assert handler.pressed == []
    press()
    assert handler.pressed == [True]


def test_the_handler_is_put_back_after_errors(handler):
    def fail():
        with Interrupt():
            assert signal.getsignal(signal.SIGINT) is not handler
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert signal.getsignal(signal.SIGINT) is handler


def test_an_ignored_signal_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupt() as interrupt:
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            press()
            assert not interrupt.requested
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_handler_of_the_operating_system_is_left_alone(monkeypatch):
    # What wasn't set from Python can't be put back.
    changed = []
    monkeypatch.setattr(signal, "getsignal", lambda _: None)
    monkeypatch.setattr(signal, "signal", lambda *arguments: changed.append(arguments))
    with Interrupt():
        pass
    assert changed == []


def test_another_thread_leaves_the_handler_alone(handler):
    found = []

    def work():
        with Interrupt():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [handler]


def after(seconds, act):
    """Do something in another thread a little later."""
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    return timer


def test_long_training_stops_and_keeps_what_it_learned(handler):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2000, 20))
    y = (x[:, :2] > 0).astype(float)
    network = Network([20, 10, 2], rng=rng)
    before = network.copy()
    timer = after(0.3, press)
    history = train(network, x, y, epochs=10**6, optimizer=GradientDescent(0.5), rng=rng)
    timer.join()
    assert history.interrupted
    assert 0.2 < history.seconds < 60
    assert len(history.cost) == len(history.epochs) == len(history.accuracy)
    assert history.cost[-1] < history.cost[0]
    assert all(np.isfinite(W).all() for W in network.weights)
    assert np.any(network.weights[0] != before.weights[0])
    assert signal.getsignal(signal.SIGINT) is handler
    again = train(network, x, y, epochs=1, rng=rng, history=history)
    assert again is history
    assert not history.interrupted
    assert history.epochs == list(range(1, len(history.epochs) + 1))


PROGRAM = """
import signal
import numpy as np
from nnmath import Network, train
# As from a terminal, whatever this test was started with.
signal.signal(signal.SIGINT, signal.default_int_handler)
rng = np.random.default_rng(0)
x = rng.normal(size=(1000, 20))
network = Network([20, 10, 2], rng=rng)
print("ready", flush=True)
history = train(network, x, x[:, :2], epochs=10**7, rng=rng)
print("interrupted" if history.interrupted else "done", flush=True)
"""


def test_ctrl_c_from_outside_ends_a_program_well():
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert output == "interrupted\n"
    assert errors == ""
    assert process.returncode == 0
