"""Checkpoints that couldn't be loaded, or that say what can't be: refused with a reason."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from nnmath.checkpoints import load_checkpoint, save_checkpoint
from nnmath.network import Network
from nnmath.optimizers import Adam, GradientDescent, Momentum
from nnmath.training import History, train

pytestmark = pytest.mark.filterwarnings("error")


def trained(optimizer=None, source=np.random.PCG64):
    """Return everything a checkpoint holds."""
    rng = np.random.Generator(source(0))
    network = Network([2, 3, 2], rng=rng)
    optimizer = Momentum(0.1) if optimizer is None else optimizer
    x, y = rng.normal(size=(4, 2)), rng.normal(size=(4, 2))
    history = train(network, x, y, epochs=2, optimizer=optimizer, rng=rng, validation=(x, y))
    return {"network": network, "optimizer": optimizer, "rng": rng, "history": history}


class OwnSource(np.random.PCG64):
    """A source of chance that NumPy doesn't have."""


def remembering(**state):
    """Return an optimiser that was told to remember something."""
    optimizer = Momentum(0.1)
    optimizer.state = state
    return optimizer


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        (
            {"rng": np.random.Generator(OwnSource(0))},
            TypeError,
            "^rng: expected a generator on one of PCG64, .*SFC64, got OwnSource",
        ),
        (
            {"optimizer": type("Own", (Adam,), {})()},
            TypeError,
            "^optimizer: expected one of Gradie",
        ),
        (
            {"optimizer": remembering(speed=[np.zeros(1)])},
            ValueError,
            "^optimizer: expected one that remembers velocity, got one with speed$",
        ),
        (
            {"optimizer": remembering(velocity=[np.zeros(1)])},
            ValueError,
            "^parameters: expected those of the last step",
        ),
        (
            {"optimizer": remembering(velocity=[np.array([np.nan])])},
            ValueError,
            r"^velocity\[0\]: expected finite numbers, got nan",
        ),
    ],
)
def test_what_cannot_be_saved(tmp_path, changed, error, message):
    with pytest.raises(error, match=message):
        save_checkpoint(tmp_path / "c.npz", **{**trained(), **changed})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"cost": [1.0]}, ValueError, "^history: cost: expected one entry for each epoch, got 1 e"),
        ({"cost": (1.0, 2.0)}, TypeError, "^history: cost: expected a list, got tuple"),
        ({"cost": [1.0, None]}, TypeError, r"^history: cost\[1\]: expected a finite number, got N"),
        ({"accuracy": [1.0, np.inf]}, ValueError, r"^history: accuracy\[1\]: expected a finite"),
        ({"epochs": [1, 2.0]}, TypeError, r"^history: epochs\[1\]: expected a whole number of at"),
        (
            {"interrupted": 1},
            TypeError,
            "^history: interrupted: expected True or False, got int 1$",
        ),
        ({"seconds": -1.0}, ValueError, "^history: seconds: expected a finite number of at least"),
    ],
)
def test_histories_that_cannot_be(tmp_path, changed, error, message):
    pieces = trained()
    pieces["history"] = dataclasses.replace(pieces["history"], **changed)
    with pytest.raises(error, match=message):
        save_checkpoint(tmp_path / "c.npz", **pieces)
    assert list(tmp_path.iterdir()) == []


def spoilt(path, change, source=np.random.PCG64, optimizer=None):
    """Save a checkpoint and change its header."""
    save_checkpoint(path, **trained(optimizer, source))
    with np.load(path) as stored:
        arrays = dict(stored)
    header = json.loads(arrays["header"].tobytes())
    change(header)
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez(path, **arrays)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda h: h["history"].pop("seconds"), "its history has the fields epochs, cost"),
        (lambda h: h.update(history={}), "its history has the fields none"),
        (lambda h: h["optimizer"].update(n_steps=-1), "n_steps: expected a whole number of at lea"),
        (
            lambda h: h["optimizer"].update(n_arrays={"velocity": 1}),
            "parameters: expected those of",
        ),
        (
            lambda h: h["optimizer"].update(n_arrays={"velocity": 9}),
            "the array velocity[4] is miss",
        ),
        (lambda h: h["optimizer"]["settings"].update(mood=1.0), "__init__() got an unexpected k"),
        (lambda h: h["rng"].update(state={}), ""),
        (lambda h: h.pop("rng"), "'rng'"),
    ],
)
def test_files_that_cannot_be(tmp_path, change, message):
    path = tmp_path / "c.npz"
    spoilt(path, change)
    with pytest.raises(ValueError, match="^path: expected a saved checkpoint, got ") as caught:
        load_checkpoint(path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("source", "change", "message"),
    [
        (np.random.MT19937, lambda s: s["state"].update(pos=625), "stands at 625 of 624"),
        (np.random.Philox, lambda s: s.update(buffer_pos=-1), "stands at -1 of 4"),
    ],
)
def test_generators_that_would_read_beyond_their_end(tmp_path, source, change, message):
    path = tmp_path / "c.npz"
    spoilt(path, lambda header: change(header["rng"]), source)
    with pytest.raises(ValueError, match=f"its generator {message}"):
        load_checkpoint(path)


def test_an_optimizer_before_its_first_step_is_saved_too(tmp_path):
    for optimizer in (GradientDescent(0.5), Momentum(0.1), Adam()):
        rng = np.random.default_rng(0)
        pieces = {"network": Network([2, 2], rng=rng), "optimizer": optimizer, "rng": rng}
        save_checkpoint(tmp_path / "c.npz", **pieces, history=History())
        found = load_checkpoint(tmp_path / "c.npz")
        assert repr(found.optimizer) == repr(optimizer)
        assert (found.optimizer.n_steps, found.optimizer.state) == (0, {})
        assert found.history == History()
