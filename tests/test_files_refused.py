"""Files of every kind: damaged, cut short, foreign or edited, they are told or harmless."""

from __future__ import annotations

import copy
import io
import json

import numpy as np
import pytest
from small_transformers import small_model
from trainings import trained

from nnmath import (
    Adam,
    BytePairTokenizer,
    CharacterTokenizer,
    CosineSchedule,
    Network,
    Transformer,
    WordTokenizer,
    load_checkpoint,
    save_checkpoint,
)

NETWORK = Network([2, 3, 1], ["tanh", "sigmoid"], rng=np.random.default_rng(0))
CHECKPOINT = trained(Adam(CosineSchedule(0.1, n_steps=9)))[0]
BYTE_PAIRS = BytePairTokenizer.train("low lower lowest", 260, special_tokens=["<end>"])
#: How a file of each kind is written, and read.
KINDS = {
    "network": (NETWORK.save, Network.load),
    "transformer": (small_model().save, Transformer.load),
    "checkpoint": (lambda path: save_checkpoint(path, **CHECKPOINT._asdict()), load_checkpoint),
    "tokenizer of byte pairs": (BYTE_PAIRS.save, BytePairTokenizer.load),
    "tokenizer of characters": (CharacterTokenizer.train("a banana").save, CharacterTokenizer.load),
    "tokenizer of words": (WordTokenizer.train("the dog saw the cat").save, WordTokenizer.load),
}
FOREIGN = [b"", b"{", b"null", b"[]", b'{"format": 3}', b"\xff\xfe\x00", b"PK\x05\x06" + bytes(18)]
WRONG = [None, True, -1, 0, 1.5, 10**30, "", "x", [], [None], [[]], {}, {"x": 1}]


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def loaded(kind, path, data):
    """Read bytes as a file of a kind; say whether they were taken, and how if not."""
    path.write_bytes(data)
    try:
        KINDS[kind][1](path)
    except ValueError as error:
        refusal = str(error)
    else:
        return True
    assert refusal.startswith(f"path: expected a saved {kind}, got {str(path)!r}, which")
    return False


def whole(kind, path):
    """Return the bytes of a good file."""
    KINDS[kind][0](path)
    return path.read_bytes()


def test_foreign_files_are_refused(kind, tmp_path):
    path = tmp_path / "file"
    for other in KINDS:
        assert loaded(kind, path, whole(other, path)) == (other == kind)
    for data in FOREIGN:
        assert not loaded(kind, path, data)


def test_files_cut_short_are_refused(kind, tmp_path):
    path = tmp_path / "file"
    data = whole(kind, path)
    for length in range(0, len(data), max(1, len(data) // 60)):
        assert not loaded(kind, path, data[:length])


@pytest.mark.parametrize("bit", [1, 0x40])
def test_damaged_bytes_are_told_or_harmless(kind, bit, tmp_path):
    path = tmp_path / "file"
    data = whole(kind, path)
    for place in range(0, len(data), max(1, len(data) // 120)):
        damaged = bytearray(data)
        damaged[place] ^= bit
        loaded(kind, path, bytes(damaged))


def leaves(value, way=()):
    """Yield the way to everything within JSON, the whole included."""
    yield way
    if isinstance(value, (dict, list)):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, (*way, key))


def edited(value, way, new):
    """Return JSON with another value in one place."""
    if not way:
        return new
    result = copy.copy(value)
    result[way[0]] = edited(value[way[0]], way[1:], new)
    return result


def test_edited_descriptions_are_told_or_harmless(kind, tmp_path):
    path = tmp_path / "file"
    data = whole(kind, path)
    archive = data.startswith(b"PK")
    arrays = dict(np.load(io.BytesIO(data))) if archive else {}
    description = json.loads(arrays.pop("header").tobytes() if archive else data)
    for way in list(leaves(description))[:60]:
        for new in WRONG:
            text = json.dumps(edited(description, way, new)).encode()
            if archive:
                file = io.BytesIO()
                np.savez(file, header=np.frombuffer(text, dtype=np.uint8), **arrays)
                text = file.getvalue()
            loaded(kind, path, text)


def test_a_failed_save_leaves_the_old_file_whole(kind, tmp_path, monkeypatch):
    path = tmp_path / "file"
    before = whole(kind, path)

    def full(*_):
        raise OSError("No space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        KINDS[kind][0](path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
