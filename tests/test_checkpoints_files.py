"""Files that should be checkpoints and aren't: cut short, damaged, foreign, changed."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trainings import assert_same, names, trained

from nnmath.checkpoints import load_checkpoint, save_checkpoint
from nnmath.optimizers import Adam, Momentum

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def path(tmp_path):
    """Return the path of a checkpoint that is whole."""
    path = tmp_path / "training.npz"
    save_checkpoint(path, **trained(Momentum(0.1))[0]._asdict())
    return path


# Files that aren't what they should be


def assert_refused(path, why):
    """Load a file; see that the message names it and says why it can't be used."""
    start = f"path: expected a saved checkpoint, got {str(path)!r}, which can't be used: "
    with pytest.raises(ValueError, match=why) as caught:
        load_checkpoint(path)
    assert str(caught.value).startswith(start)


def loaded_or_refused(path):
    """Return what a file holds, or None if it is refused as it should be."""
    try:
        return load_checkpoint(path)
    except ValueError as error:
        if not str(error).startswith("path: expected a saved checkpoint, got "):
            raise
        return None


def test_missing_file(tmp_path):
    with pytest.raises(
        FileNotFoundError, match="^path: expected a saved checkpoint, got .* which doesn't exist$"
    ):
        load_checkpoint(tmp_path / "none.npz")


@settings(max_examples=40)
@given(share=st.floats(0.0, 1.0, exclude_max=True))
def test_truncated_files_are_refused(tmp_path_factory, share):
    path = tmp_path_factory.mktemp("cut") / "c.npz"
    save_checkpoint(path, **trained(Momentum(0.1))[0]._asdict())
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    assert_refused(path, "damaged, or no file of nnmath's$")


@settings(max_examples=150)
@given(share=st.floats(0.0, 1.0, exclude_max=True), bit=st.integers(0, 7))
def test_damaged_files_are_refused_or_harmless(tmp_path_factory, share, bit):
    # Some bytes of an archive mean nothing, such as the time: then all has to be the same.
    checkpoint, _ = trained(Momentum(0.1))
    path = tmp_path_factory.mktemp("damage") / "c.npz"
    save_checkpoint(path, **checkpoint._asdict())
    content = bytearray(path.read_bytes())
    content[int(share * len(content))] ^= 1 << bit
    path.write_bytes(content)
    again = loaded_or_refused(path)
    if again is not None:
        assert_same(again, checkpoint)


def archive(arrays):
    """Return the bytes of an archive, with pickles where there are objects."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=True, **arrays)
    return file.getvalue()


def as_bytes(header):
    """Return a header as it is stored."""
    return np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)


class Trap:
    """Opening it as a pickle would leave a trace."""

    def __reduce__(self):
        return os.mkdir, ("trace",)


FOREIGN = [
    (b"", "damaged, or no file of nnmath's$"),
    (b"text", "damaged, or no file of nnmath's$"),
    (pickle.dumps({"header": 1}), "damaged, or no file of nnmath's$"),
    (archive({"a": np.ones(2)}), "it has no header, so nnmath didn't write it$"),
    (archive({"header": np.array([Trap()], dtype=object)}), "allow_pickle=False"),
    (archive({"header": np.ones(3, np.uint8)}), "can't be used: "),
    (archive({"header": as_bytes({"format": "other"})}), "its format is 'other', not 'nnmath ch"),
    (archive({"header": as_bytes([])}), "can't be used: "),
    (archive({"header": as_bytes({})}), "can't be used: 'format'"),
]


@pytest.mark.parametrize(("content", "why"), FOREIGN)
def test_foreign_files_are_refused(tmp_path, content, why, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "foreign.npz"
    path.write_bytes(content)
    assert_refused(path, why)
    assert names(tmp_path) == ["foreign.npz"]


def test_other_archives_are_refused(tmp_path):
    path = tmp_path / "foreign.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("header", "nothing of NumPy's")
    assert_refused(path, "can't be used: ")


def test_saved_network_is_no_checkpoint(path):
    load_checkpoint(path).network.save(path)
    assert_refused(path, "its format is 'nnmath network', not 'nnmath checkpoint'$")


def rewrite(path, change):
    """Change header and arrays of a file."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    header = json.loads(arrays.pop("header").tobytes())
    change(header, arrays)
    path.write_bytes(archive({"header": as_bytes(header), **arrays}))


def test_untouched_rewriting_is_harmless(path):
    before = load_checkpoint(path)
    rewrite(path, lambda header, arrays: None)
    assert_same(load_checkpoint(path), before)


CHANGES = {
    "newer": (
        lambda h, a: h.update(version=2),
        "a newer nnmath wrote it: its version is 2, this nnmath reads up to 1$",
    ),
    "version": (lambda h, a: h.update(version="1"), "its version is '1'$"),
    "old version": (lambda h, a: h.update(version=0), "its version is 0$"),
    "no network": (lambda h, a: h.pop("network"), "'network'$"),
    "missing array": (lambda h, a: a.pop("weights[1]"), r"the array weights\[1\] is missing$"),
    "missing memory": (lambda h, a: a.pop("velocity[3]"), r"the array velocity\[3\] is missing$"),
    "bad shape": (lambda h, a: a.update({"biases[0]": np.ones(9)}), r"biases\[0\]: expected shape"),
    "other dtype": (
        lambda h, a: a.update({"velocity[0]": np.ones((4, 3), np.float32)}),
        "parameters: expected those of the last step",
    ),
    "objects": (
        lambda h, a: a.update({"weights[0]": np.array([Trap()], dtype=object)}),
        "allow_pickle=False",
    ),
    "activation": (
        lambda h, a: h["network"].update(activations=["sigmoid", "magic"]),
        r"activations\[1\]: expected one of identity, ",
    ),
    "kind": (lambda h, a: h["optimizer"].update(kind="Newton"), "'Newton'$"),
    "setting": (
        lambda h, a: h["optimizer"]["settings"].update(momentum=2.0),
        "momentum: expected a finite number of at least 0.0 and below 1.0, got 2.0$",
    ),
    "unknown setting": (lambda h, a: h["optimizer"]["settings"].update(beta1=0.5), "beta1"),
    "steps": (
        lambda h, a: h["optimizer"].update(n_steps=-1),
        "n_steps: expected a whole number of at least 0, got -1$",
    ),
    "half a step": (lambda h, a: h["optimizer"].update(n_steps=1.5), "n_steps: expected a whole"),
    "memory": (
        lambda h, a: h["optimizer"].update(n_arrays={"velocity": 4, "weights": 2}),
        "optimizer: expected one that remembers velocity, got one with velocity, weights$",
    ),
    "memory of none": (
        lambda h, a: h["optimizer"].update(kind="GradientDescent", settings={"learning_rate": 1.0}),
        "optimizer: expected one that remembers nothing, got one with velocity$",
    ),
    "source": (lambda h, a: h["rng"].update(bit_generator="Dice"), "'Dice'$"),
    "state": (lambda h, a: h["rng"].update(state={}), "can't be used: "),
    "history": (lambda h, a: h["history"].pop("cost"), "its history has the fields epochs, acc"),
    "no history": (lambda h, a: h.update(history={}), "its history has the fields none$"),
    "short history": (
        lambda h, a: h["history"].update(accuracy=[]),
        "history: accuracy: expected one entry for each epoch, got 0 entries$",
    ),
    "text in history": (
        lambda h, a: h["history"].update(cost=["a", "b"]),
        r"history: cost\[0\]: expected a finite number, got str 'a'$",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_changed_files_are_refused(path, what):
    change, why = CHANGES[what]
    rewrite(path, change)
    assert_refused(path, why)


@pytest.mark.parametrize("bad", [-1, 625, 10**6])
def test_generators_must_stand_in_their_buffer(tmp_path, bad):
    # NumPy would read whatever lies beyond.
    path = tmp_path / "c.npz"
    save_checkpoint(path, **trained(Adam(), "MT19937")[0]._asdict())
    rewrite(path, lambda header, arrays: header["rng"]["state"].update(pos=bad))
    assert_refused(path, f"its generator stands at {bad} of 624$")
    save_checkpoint(path, **trained(Adam(), "Philox")[0]._asdict())
    rewrite(path, lambda header, arrays: header["rng"].update(buffer_pos=bad))
    assert_refused(path, f"its generator stands at {bad} of 4$")
