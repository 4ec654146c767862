"""Checkpoints: continuing bit for bit in another process, and files that are refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from test_training import OPTIMIZERS, parameters, task

from nnmath import (
    Checkpoint,
    GradientDescent,
    History,
    Momentum,
    load_checkpoint,
    save_checkpoint,
    train,
)

CONTINUE = """
import sys
import numpy as np
from nnmath import load_checkpoint, train
from test_training import parameters, task
network, optimizer, rng, history = load_checkpoint(sys.argv[1])
_, x, y = task(dtype=network.dtype.type)
train(network, x, y, epochs=3, batch_size=4, optimizer=optimizer, rng=rng, history=history)
assert history.epochs == [1, 2, 3, 4, 5]
np.save(sys.argv[2], parameters(network))
"""


@pytest.mark.parametrize("make", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_another_process_goes_on_to_the_bit(
    tmp_path: Path, make: Callable[[], GradientDescent], dtype: type
) -> None:
    network, x, y = task(dtype=dtype)
    rng = np.random.default_rng(3)
    train(network, x, y, epochs=5, batch_size=4, optimizer=make(), rng=rng)
    in_one_go = parameters(network)

    network, x, y = task(dtype=dtype)
    rng, optimizer = np.random.default_rng(3), make()
    history = train(network, x, y, epochs=2, batch_size=4, optimizer=optimizer, rng=rng)
    path, result = tmp_path / "c.npz", tmp_path / "result.npy"
    save_checkpoint(path, network=network, optimizer=optimizer, rng=rng, history=history)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    subprocess.run(
        [sys.executable, "-c", CONTINUE, str(path), str(result)], check=True, env=environment
    )
    np.testing.assert_array_equal(np.load(result), in_one_go)


def saved(path: Path, **changes: object) -> dict[str, object]:
    """Save a checkpoint; return what was saved."""
    network, x, y = task()
    rng, optimizer = np.random.default_rng(3), Momentum(0.1)
    history = train(network, x, y, epochs=1, optimizer=optimizer, rng=rng)
    pieces: dict[str, object] = {
        "network": network, "optimizer": optimizer, "rng": rng, "history": history,
    } | changes  # fmt: skip
    save_checkpoint(path, **pieces)  # type: ignore[arg-type]  # changed on purpose
    return pieces


@pytest.mark.parametrize("source", ["PCG64", "MT19937", "Philox", "SFC64"])
def test_every_generator_goes_on_where_it_was(tmp_path: Path, source: str) -> None:
    rng = np.random.Generator(getattr(np.random, source)(5))
    rng.normal(size=7)
    saved(tmp_path / "c.npz", rng=rng)
    checkpoint = load_checkpoint(tmp_path / "c.npz")
    assert isinstance(checkpoint, Checkpoint)
    assert checkpoint.rng.integers(0, 2**62, 5).tolist() == rng.integers(0, 2**62, 5).tolist()


def test_settings_and_history_come_back(tmp_path: Path) -> None:
    pieces = saved(tmp_path / "c.npz")
    checkpoint = load_checkpoint(tmp_path / "c.npz")
    assert checkpoint.history == pieces["history"]
    assert repr(checkpoint.optimizer) == repr(pieces["optimizer"])


def test_a_failed_save_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.npz"
    saved(path)
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space left"):
        saved(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["c.npz"]


def test_damaged_foreign_and_missing_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    network = saved(path)["network"]
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"nothing"):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="path: expected a saved checkpoint"):
            load_checkpoint(path)
    network.save(path)  # type: ignore[attr-defined]  # a Network
    with pytest.raises(ValueError, match="path: expected a saved checkpoint"):
        load_checkpoint(path)
    with pytest.raises(FileNotFoundError, match="doesn't exist"):
        load_checkpoint(tmp_path / "none.npz")


def rewritten(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change the header of a saved file."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = dict(stored)
    header = json.loads(arrays["header"].tobytes())
    change(header)
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez(path, **arrays)


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header.update(version=10_000),
        lambda header: header["history"].update(cost=[1.0, 2.0]),
        lambda header: header["history"].update(seconds=[1.0]),
        lambda header: header["optimizer"].update(kind="Newton"),
        lambda header: header["optimizer"]["settings"].update(learning_rate=-1.0),
        lambda header: header["network"].update(activations=["sigmoid"] * 5),
        lambda header: header["rng"].update(bit_generator="Dice"),
    ],
)
def test_headers_that_make_no_sense_are_refused(
    tmp_path: Path, change: Callable[[dict[str, object]], None]
) -> None:
    path = tmp_path / "c.npz"
    saved(path)
    rewritten(path, change)
    with pytest.raises(ValueError, match="path: expected a saved checkpoint"):
        load_checkpoint(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network": 3}, "network: expected a Network"),
        ({"optimizer": 0.1}, "optimizer: expected one of"),
        ({"rng": 3}, "rng: expected"),
        ({"history": []}, "history: expected a History"),
    ],
)
def test_what_is_refused_is_not_written(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        saved(tmp_path / "c.npz", **changes)
    assert not list(tmp_path.iterdir())


def test_a_path_must_be_one() -> None:
    with pytest.raises(TypeError, match="path: expected"):
        load_checkpoint(3)  # type: ignore[arg-type]  # on purpose
    assert History().epochs == []
