"""Checkpoints: what comes back from a file, and saving that fails."""

from __future__ import annotations

import copy
import json
import os
import stat
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trainings import assert_same, names, parameters, small, trained

from nnmath import _files
from nnmath.activations import Activation
from nnmath.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from nnmath.network import Network
from nnmath.optimizers import (
    Adam,
    AdamW,
    ConstantSchedule,
    CosineSchedule,
    GradientDescent,
    Momentum,
)
from nnmath.training import History, train

pytestmark = pytest.mark.filterwarnings("error")

OPTIMIZERS = [
    GradientDescent(0.1),
    Momentum(0.05, 0.8),
    Adam(0.01, 0.8, 0.99, 1e-6),
    GradientDescent(ConstantSchedule(0.1, warmup=7)),  # twelve samples in fives: 3 steps an epoch
    AdamW(CosineSchedule(0.01, n_steps=12, warmup=4, final=0.001), weight_decay=0.1),
]
SOURCES = ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"]


@pytest.fixture
def path(tmp_path):
    """Return the path of a checkpoint that is whole."""
    path = tmp_path / "training.npz"
    save_checkpoint(path, **trained(Momentum(0.1))[0]._asdict())
    return path


# There and back


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_comes_back_to_the_bit(tmp_path, optimizer, source, dtype):
    checkpoint, samples = trained(optimizer, source, dtype)
    save_checkpoint(tmp_path / "c.npz", **checkpoint._asdict())
    again = load_checkpoint(tmp_path / "c.npz")
    assert isinstance(again, Checkpoint)
    assert_same(checkpoint, again)
    for network, used, rng, history in (checkpoint, again):
        train(network, *samples, epochs=2, optimizer=used, rng=rng, history=history)
    again.history.seconds = checkpoint.history.seconds  # the clock is not to be saved
    assert_same(checkpoint, again)


@pytest.mark.parametrize("activations", ["tanh", ["gelu", "softmax"]])  # quick way, plain way
def test_fresh_process_goes_on_to_the_bit(tmp_path, activations):
    code = """
        import pathlib, sys
        import numpy as np
        from nnmath import load_checkpoint, train
        for path in sorted(pathlib.Path(sys.argv[1]).glob("*.npz")):
            network, optimizer, rng, history = load_checkpoint(path)
            with np.load(path.with_suffix(".samples")) as samples:
                x, y = samples["x"], samples["y"]
            train(network, x, y, epochs=3, batch_size=5, optimizer=optimizer, rng=rng,
                  history=history, validation=(x, y))
            network.save(path)
            print(path.stem, history.epochs, history.cost, history.validation_cost)
    """
    expected, lines = {}, []
    for i, optimizer in enumerate(OPTIMIZERS):
        for dtype in ("float32", "float64"):
            name = f"{i}-{dtype}"
            checkpoint, (x, y) = trained(optimizer, dtype=dtype, activations=activations)
            save_checkpoint(tmp_path / f"{name}.npz", **checkpoint._asdict())
            with (tmp_path / f"{name}.samples").open("wb") as file:
                np.savez(file, x=x, y=y)
            # Without a break: five epochs from the start.
            network, *_ = small(dtype, activations)
            rng, used = np.random.default_rng(3), copy.deepcopy(optimizer)
            rng.integers(0, 2**16, dtype=np.uint16)
            history = train(
                network, x, y, epochs=5, batch_size=5, optimizer=used, rng=rng, validation=(x, y)
            )
            expected[name] = parameters(network)
            lines.append(f"{name} {history.epochs} {history.cost} {history.validation_cost}")
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert result.stdout.splitlines() == lines
    for name, array in expected.items():
        again = parameters(Network.load(tmp_path / f"{name}.npz"))
        np.testing.assert_array_equal(again, array)
        assert again.dtype == array.dtype


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_before_the_first_step(tmp_path, optimizer):
    network, *_ = small()
    checkpoint = Checkpoint(network, optimizer, np.random.default_rng(0), History())
    save_checkpoint(tmp_path / "c.npz", **checkpoint._asdict())
    again = load_checkpoint(tmp_path / "c.npz")
    assert_same(checkpoint, again)
    assert again.optimizer.state == {}


@settings(max_examples=25)
@given(
    n_epochs=st.integers(0, 4),
    data=st.data(),
    interrupted=st.booleans(),
    seconds=st.floats(0.0, 1e9),
)
def test_history_comes_back(tmp_path_factory, n_epochs, data, interrupted, seconds):
    number = st.floats(allow_nan=False, allow_infinity=False)

    def column(elements):
        return data.draw(st.lists(elements, min_size=n_epochs, max_size=n_epochs))

    optional = st.none() | number
    columns = [column(number), column(optional), column(optional), column(optional)]
    history = History(list(range(1, n_epochs + 1)), *columns, interrupted, seconds)
    path = tmp_path_factory.mktemp("history") / "c.npz"
    checkpoint, _ = trained(GradientDescent(0.1))
    save_checkpoint(path, **checkpoint._replace(history=history)._asdict())
    assert load_checkpoint(path).history == history


def test_numpy_numbers_in_a_history_become_pythons(tmp_path):
    history = History([np.int64(1)], [np.float32(0.5)], [None], [None], [None])
    checkpoint = trained(GradientDescent(0.1))[0]._replace(history=history)
    save_checkpoint(tmp_path / "c.npz", **checkpoint._asdict())
    again = load_checkpoint(tmp_path / "c.npz").history
    assert again == History([1], [0.5], [None], [None], [None])
    assert type(again.cost[0]) is float


def test_paths_of_text_do_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    checkpoint, _ = trained(Adam())
    save_checkpoint("no ending", **checkpoint._asdict())
    assert names(tmp_path) == ["no ending"]
    assert_same(load_checkpoint("no ending"), checkpoint)


def test_saving_changes_nothing(tmp_path):
    checkpoint, _ = trained(Adam())
    before = copy.deepcopy(checkpoint)
    save_checkpoint(tmp_path / "c.npz", **checkpoint._asdict())
    assert_same(checkpoint, before)


def test_file_holds_no_pickle(path):
    with np.load(path, allow_pickle=False) as stored:
        assert all(not stored[name].dtype.hasobject for name in stored.files)
        header = json.loads(stored["header"].tobytes())
    assert header["format"] == "nnmath checkpoint"
    assert header["version"] == 1
    assert header["optimizer"]["kind"] == "Momentum"


def test_objects_are_not_written(tmp_path):
    with pytest.raises(TypeError, match="^a: expected an array of numbers, got an object array"):
        _files.write_arrays(tmp_path / "c.npz", "checkpoint", {}, {"a": np.array([{}])})
    assert list(tmp_path.iterdir()) == []


# Saving that fails


@pytest.mark.parametrize("place", ["fsync", "savez"])
def test_failed_save_leaves_the_old_file_whole(path, place, monkeypatch):
    before = path.read_bytes()

    def fail(*arguments, **_):
        if place == "savez":
            arguments[0].write(b"half of it")
        raise OSError("no space left on device")

    monkeypatch.setattr(os if place == "fsync" else np, place, fail)
    with pytest.raises(OSError, match="^no space left on device$"):
        save_checkpoint(path, **trained(Adam())[0]._asdict())
    assert path.read_bytes() == before
    assert names(path.parent) == [path.name]


def test_ctrl_c_while_saving_leaves_the_old_file_whole(path, monkeypatch):
    before = path.read_bytes()

    def fail(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(path, **trained(Adam())[0]._asdict())
    assert path.read_bytes() == before
    assert names(path.parent) == [path.name]


def test_folder_must_be_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        save_checkpoint(tmp_path / "no" / "c.npz", **trained(Adam())[0]._asdict())
    assert list(tmp_path.iterdir()) == []


def test_links_and_permissions_stay(path):
    path.chmod(0o640)
    link = path.with_name("link.npz")
    link.symlink_to(path.name)
    checkpoint, _ = trained(Adam())
    save_checkpoint(link, **checkpoint._asdict())
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert_same(load_checkpoint(path), checkpoint)


BAD_PARTS = [
    ("network", None, TypeError, "^network: expected a Network, got None$"),
    (
        "network",
        Network.from_parameters([[[1.0]]], [[0.0]], Activation("own", abs, lambda da, z: da)),
        ValueError,
        r"^activations\[0\]: expected one of nnmath's own activations, .* got one called 'own'$",
    ),
    (
        "network",
        Network.from_parameters([[[1.0]]], [[0.0]]),
        ValueError,
        "^parameters: expected those of the last step, of which Momentum",
    ),
    (
        "optimizer",
        None,
        TypeError,
        "^optimizer: expected one of GradientDescent, Momentum, Adam, AdamW,",
    ),
    (
        "optimizer",
        type("Momentum", (Momentum,), {})(0.1),  # of the same name
        TypeError,
        "^optimizer: expected one of GradientDescent, Momentum, Adam, AdamW, got Momentum ",
    ),
    (
        "optimizer",
        Momentum(lambda step: 0.1 / step),
        TypeError,
        "^optimizer: learning_rate: expected a number or one of ConstantSchedule, Cosi.*, got func",
    ),
    ("rng", 0, TypeError, "^rng: expected a numpy.random.Generator"),
    (
        "rng",
        np.random.Generator(type("PCG64", (np.random.PCG64,), {})(0)),
        TypeError,
        "^rng: expected a generator on one of PCG64, ",
    ),
    ("history", None, TypeError, "^history: expected a History, got None$"),
    ("history", History([1]), ValueError, "^history: cost: expected one entry for each epoch, got"),
    ("history", History(1), TypeError, "^history: epochs: expected a list, got int 1$"),
    (
        "history",
        History([0], [1.0], [None], [None], [None]),
        ValueError,
        r"^history: epochs\[0\]: expected a whole number of at least 1, got 0$",
    ),
    (
        "history",
        History([1], [np.nan], [None], [None], [None]),
        ValueError,
        r"^history: cost\[0\]: expected a finite number, got nan$",
    ),
    (
        "history",
        History([1], [None], [None], [None], [None]),
        TypeError,
        r"^history: cost\[0\]: expected a finite number, got None$",
    ),
    (
        "history",
        History([1], [1.0], ["a"], [None], [None]),
        TypeError,
        r"^history: accuracy\[0\]: expected a finite number, got str 'a'$",
    ),
    (
        "history",
        History(interrupted=1),
        TypeError,
        "^history: interrupted: expected True or False, got int 1$",
    ),
    (
        "history",
        History(seconds=-1.0),
        ValueError,
        "^history: seconds: expected a finite number of at least 0.0, got -1.0$",
    ),
]


@pytest.mark.parametrize(("name", "bad", "error", "message"), BAD_PARTS)
def test_what_could_not_be_loaded_is_not_saved(path, name, bad, error, message):
    before = path.read_bytes()
    parts = trained(Momentum(0.1))[0]._replace(**{name: bad})
    with pytest.raises(error, match=message):
        save_checkpoint(path, **parts._asdict())
    assert path.read_bytes() == before


def test_numbers_must_be_finite(path):
    before = path.read_bytes()
    parts, _ = trained(Momentum(0.1))
    parts.optimizer.state["velocity"][1][0, 2] = np.inf
    with pytest.raises(
        ValueError, match=r"^velocity\[1\]: expected finite numbers, got inf at index \(0, 2\)$"
    ):
        save_checkpoint(path, **parts._asdict())
    parts, _ = trained(Momentum(0.1))
    parts.network.biases[0][1] = np.nan
    with pytest.raises(
        ValueError, match=r"^biases\[0\]: expected finite numbers, got nan at index \(1,\)$"
    ):
        save_checkpoint(path, **parts._asdict())
    assert path.read_bytes() == before


@pytest.mark.parametrize("bad", [None, 3, b"bytes.npz", ["a"]])
def test_path_must_be_one(bad):
    with pytest.raises(TypeError, match="^path: expected a path, got "):
        save_checkpoint(bad, **trained(Adam())[0]._asdict())
    with pytest.raises(TypeError, match="^path: expected a path, got "):
        load_checkpoint(bad)
