"""Files: whole or not there, and whatever is wrong with one is told with its path."""

from __future__ import annotations

import errno
import io
import json
import os
import stat
import sys
import zipfile

import numpy as np
import pytest
from networks import small

from nnmath._files import read_arrays, write_arrays, write_whole
from nnmath.activations import ACTIVATIONS, Activation
from nnmath.checkpoints import load_checkpoint, save_checkpoint
from nnmath.network import Network
from nnmath.optimizers import Adam
from nnmath.training import train

pytestmark = pytest.mark.filterwarnings("error")

#: What a file says of itself, changed one by one.
HEADER = {"format": "nnmath network", "version": 1, "activations": ["sigmoid"]}


def members(network):
    """Return the arrays of a network by the names they have in a file."""
    weights = {f"weights[{i}]": W for i, W in enumerate(network.weights)}
    return weights | {f"biases[{i}]": b for i, b in enumerate(network.biases)}


def archive(header, arrays):
    """Return the bytes of a file with any header."""
    stream = io.BytesIO()
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    np.savez(stream, **{"header": np.frombuffer(text, dtype=np.uint8), **arrays})
    return stream.getvalue()


@pytest.fixture
def checkpoint(tmp_path):
    """Return the path of a saved checkpoint."""
    rng = np.random.default_rng(0)
    network, optimizer = Network([2, 3, 1], rng=rng), Adam()
    x, y = rng.normal(size=(4, 2)), rng.normal(size=(4, 1))
    history = train(network, x, y, epochs=2, optimizer=optimizer, rng=rng)
    path = tmp_path / "checkpoint.npz"
    save_checkpoint(path, network=network, optimizer=optimizer, rng=rng, history=history)
    return path


# Written whole


def test_a_file_keeps_its_name_and_gets_usual_rights(tmp_path):
    path = tmp_path / "no suffix"
    small().save(path)
    (tmp_path / "other").write_bytes(b"")
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode
    assert sorted(p.name for p in tmp_path.iterdir()) == ["no suffix", "other"]


def test_a_file_keeps_its_rights(tmp_path):
    path = tmp_path / "network.npz"
    small().save(path)
    path.chmod(0o640)
    small().save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_paths_of_every_kind(tmp_path):
    network = small()
    for path in (tmp_path / "a.npz", str(tmp_path / "b.npz")):
        network.save(path)
        assert Network.load(path).sizes == (2, 3, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="it can't be asked for its limit there")
def test_names_may_be_as_long_as_the_disk_allows(tmp_path):
    path = tmp_path / ("n" * os.pathconf(tmp_path, "PC_NAME_MAX"))
    small().save(path)
    assert list(tmp_path.iterdir()) == [path]


def test_activations_that_were_set_by_name_are_saved(tmp_path):
    network = small()
    network.activations = ("relu", "tanh")
    network.save(tmp_path / "network.npz")
    assert Network.load(tmp_path / "network.npz").activations == (
        ACTIVATIONS["relu"],
        ACTIVATIONS["tanh"],
    )


def test_a_link_stays_one(tmp_path):
    target, link = tmp_path / "target.npz", tmp_path / "link.npz"
    small().save(target)
    link.symlink_to(target)
    small("tanh").save(link)
    assert link.is_symlink()
    assert Network.load(target).activations[0].name == "tanh"


@pytest.mark.parametrize("moment", ["write", "flush", "replace"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_no_other(tmp_path, monkeypatch, moment, error):
    path = tmp_path / "network.npz"
    small().save(path)
    before = path.read_bytes()

    def fail(*_, **__):
        raise error

    where = {"write": (np, "savez"), "flush": (os, "fsync"), "replace": (os, "replace")}[moment]
    with monkeypatch.context() as patched:
        patched.setattr(*where, fail)
        with pytest.raises(type(error)):
            small("tanh").save(path)
        with pytest.raises(type(error)):
            small("tanh").save(tmp_path / "new.npz")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_half_of_a_file_is_never_seen(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def write(file):
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
        assert len(list(tmp_path.iterdir())) == 2

    write_whole(path, write)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_the_folder_must_be_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        small().save(tmp_path / "none" / "network.npz")


@pytest.mark.skipif(sys.platform == "win32", reason="folders there have other rights")
@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_takes_no_files(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        small().save(tmp_path / "network.npz")


# Refused before anything is written


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (
            lambda network: setattr(network.weights[0], "flat", np.nan),
            ValueError,
            r"^weights\[0\]: expected finite numbers, got nan at index \(0, 0\)$",
        ),
        (
            lambda network: network.biases.pop(),
            ValueError,
            "^biases: expected 2 vectors, one for each matrix of weights, got 1$",
        ),
        (
            lambda network: setattr(network, "activations", (OWN, OWN)),
            ValueError,
            r"^activations\[0\]: expected one of nnmath's own activations, since functions can't",
        ),
        (
            lambda network: setattr(network, "activations", network.activations[:1]),
            ValueError,
            "^activations: expected 2, one for each layer after the input, got 1$",
        ),
        (
            lambda network: network.biases.append(network.biases.pop().astype(np.float32)),
            TypeError,
            r"^biases\[1\]: expected float64, the dtype of weights\[0\], got float32$",
        ),
        (
            lambda network: [
                setattr(network, name, [a.astype(np.float16) for a in getattr(network, name)])
                for name in ("weights", "biases")
            ],
            TypeError,
            r"^weights\[0\]: expected float64 or float32, got float16$",
        ),
    ],
)
def test_a_network_that_cannot_be_saved(tmp_path, spoil, error, message):
    path = tmp_path / "network.npz"
    small().save(path)
    before = path.read_bytes()
    network = small()
    spoil(network)
    with pytest.raises(error, match=message):
        network.save(path)
    assert path.read_bytes() == before


OWN = Activation("tanh", np.tanh, lambda da, z: da)  # a known name, another function


@pytest.mark.parametrize("path", [None, 3, b"network.npz", ["a"]])
def test_a_path_is_a_path(path):
    for act in (small().save, Network.load, load_checkpoint):
        with pytest.raises(TypeError, match="^path: expected a path, got "):
            act(path)


def test_only_numbers_are_written(tmp_path):
    with pytest.raises(TypeError, match="^thing: expected an array of numbers, got an object arr"):
        write_arrays(tmp_path / "file", "network", {}, {"thing": np.array([None])})
    assert list(tmp_path.iterdir()) == []


# Read


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_is_written_is_read_to_the_bit(tmp_path, dtype):
    rng = np.random.default_rng(1)
    network = Network([4, 3, 2], ["relu", "log_softmax"], rng=rng, dtype=dtype)
    network.save(tmp_path / "network.npz")
    again = Network.load(tmp_path / "network.npz")
    assert again.dtype == dtype
    assert again.activations == network.activations
    for name, array in members(network).items():
        np.testing.assert_array_equal(members(again)[name], array)


def test_a_subclass_comes_back_as_such(tmp_path):
    class Named(Network):
        """A network of another name."""

    small().save(tmp_path / "network.npz")
    assert type(Named.load(tmp_path / "network.npz")) is Named


def refusal(tmp_path, content, load=Network.load):
    """Write bytes to a file, read it, and return the message without the path."""
    path = tmp_path / "file.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="^path: expected a saved ") as caught:
        load(path)
    assert repr(str(path)) in str(caught.value)
    return str(caught.value).partition(" can't be used: ")[2]


NETWORK = small()
WHOLE = members(NETWORK)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is damaged, or no file of nnmath's"),
        (b"\x93NUMPY", "it is damaged, or no file of nnmath's"),
        (b"weights", "it is damaged, or no file of nnmath's"),
        (archive({**HEADER, "format": "nnmath checkpoint"}, {}), "its format is 'nnmath checkp"),
        (archive({**HEADER, "version": 2}, {}), "a newer nnmath wrote it: its version is 2, this"),
        (archive({**HEADER, "version": 0}, {}), "its version is 0"),
        (archive({**HEADER, "version": "1"}, {}), "its version is '1'"),
        (archive({"version": 1}, {}), "'format'"),
        (archive([1, 2], {}), ""),
        (archive(b"{", {}), "Expecting property name"),
        (archive(b"\xff\xff", {}), "'utf-8' codec can't decode"),
        (archive(HEADER, {}), "the array weights[0] is missing"),
        (archive({**HEADER, "activations": 3}, WHOLE), "object of type 'int' has no len()"),
        (archive({**HEADER, "activations": ["step", "step"]}, WHOLE), "activations[0]: expected"),
        (archive({**HEADER, "activations": []}, WHOLE), "weights: expected at least one matrix"),
        (
            archive(HEADER, {**WHOLE, "weights[0]": np.ones((3, 2), int)}),
            "weights[0]: expected an array of real floating-point",
        ),
        (archive(HEADER, {**WHOLE, "biases[0]": np.ones(7)}), "biases[0]: expected shape (3,)"),
        (
            archive(HEADER, {**WHOLE, "weights[0]": np.full((3, 2), np.nan)}),
            "weights[0]: expected finite numbers, got nan",
        ),
    ],
)
def test_damaged_and_foreign_files(tmp_path, content, message):
    assert refusal(tmp_path, content).startswith(message)


def test_an_archive_of_something_else(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as other:
        other.writestr("letter.txt", "Dear reader")
    assert refusal(tmp_path, stream.getvalue()) == "it has no header, so nnmath didn't write it"


def test_pickles_are_not_read(tmp_path):
    class Harmful:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "done"),))

    stream = io.BytesIO()
    np.savez(stream, header=np.array([Harmful()], dtype=object))
    refusal(tmp_path, stream.getvalue())
    assert not (tmp_path / "done").exists()


def test_a_file_that_is_not_there(tmp_path):
    for load, kind in ((Network.load, "network"), (load_checkpoint, "checkpoint")):
        message = rf"^path: expected a saved {kind}, got '.*none.npz', which doesn't exist$"
        with pytest.raises(FileNotFoundError, match=message):
            load(tmp_path / "none.npz")
    for bad, words in (
        (tmp_path, "a file, got the folder"),
        ("", "the name of a file"),
        ("a\0", "the"),
    ):
        with pytest.raises(ValueError, match=f"^path: expected {words}"):
            Network.load(bad)


def test_every_truncation_is_told(checkpoint, tmp_path):
    whole = checkpoint.read_bytes()
    for length in range(0, len(whole), 7):
        refusal(tmp_path, whole[:length], load_checkpoint)


def test_every_damage_is_told_or_harmless(checkpoint, tmp_path):
    whole = checkpoint.read_bytes()
    expected = load_checkpoint(checkpoint)
    path = tmp_path / "damaged.npz"
    told = []
    for place in range(0, len(whole), 3):
        damaged = bytearray(whole)
        damaged[place] ^= 0x5A
        path.write_bytes(damaged)
        try:
            found = load_checkpoint(path)
        except ValueError as error:
            told.append(str(error))
        else:  # a date, or another field that nobody reads
            for one, other in zip(found.network.weights, expected.network.weights, strict=True):
                np.testing.assert_array_equal(one, other)
            assert found.history == expected.history
    assert len(told) > len(whole) / 6
    assert all(repr(str(path)) in message for message in told)


def test_errors_of_the_reader_are_told_with_the_path(checkpoint):
    expected = (
        r"^path: expected a saved checkpoint, got '.*checkpoint.npz', which can't be used: no$"
    )
    with pytest.raises(ValueError, match=expected), read_arrays(checkpoint, "checkpoint"):
        raise ValueError("no")
