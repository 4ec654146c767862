"""Tokenizers: merges by hand, exact round trips, files."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnmath.tokenizer import BytePairTokenizer, CharacterTokenizer, WordTokenizer, split_text
from nnmath.tokenizer._byte_pairs import _REMEMBERED
from nnmath.tokenizer._training import merge_pair

#: Letters of which pairs come up again and again.
FEW = st.text(alphabet="ab cé")
UNICODE = st.text()

# Byte pairs


def test_merges_by_hand():
    # "abab abab": "ab" three times with " a" once; pieces "abab", " abab".
    # Pairs: (a,b) 4, (b,a) 2, ( ,a) 1. First ab; then (ab,ab) 2; then ( ,abab) 1.
    tokenizer = BytePairTokenizer.train("abab abab", 300)
    assert tokenizer.merges == [(b"a", b"b"), (b"ab", b"ab"), (b" ", b"abab")]
    assert len(tokenizer) == 256 + 3
    assert [tokenizer.token(i) for i in tokenizer.encode("ababab abab")] == [
        *(b"abab", b"ab", b" abab")
    ]


def test_numbers_are_those_of_the_table():
    # "!" is the first visible byte; the newline is hidden byte 10, after 188 visible ones.
    tokenizer = BytePairTokenizer()
    assert tokenizer.encode("!\n").tolist() == [0, 188 + 10]
    assert sorted(tokenizer.token(i) for i in range(256)) == [bytes([b]) for b in range(256)]
    assert BytePairTokenizer(special_tokens=["<s>"]).encode("!").tolist() == [1]


def test_ties_go_to_the_smaller_numbers():
    # Both pairs occur once. By their numbers (a, d) is first, though (b, c) came first.
    assert BytePairTokenizer.train("bc1ad", 257).merges == [(b"a", b"d")]
    # "A" comes before "a", a space after both.
    assert BytePairTokenizer.train(" a", 257).merges == [(b" ", b"a")]
    assert BytePairTokenizer.train("ab1Ab", 257).merges == [(b"A", b"b")]


def test_pairs_run_out():
    tokenizer = BytePairTokenizer.train("aaa", 1000)
    # "aaa": (a,a) twice; merged from the left: (aa, a).
    assert tokenizer.merges == [(b"a", b"a"), (b"aa", b"a")]
    assert BytePairTokenizer.train("", 256).merges == []


def test_two_merges_may_make_one_token():
    tokenizer = BytePairTokenizer([(b"a", b"b"), (b"b", b"c"), (b"ab", b"c"), (b"a", b"bc")])
    assert len(tokenizer) == 256 + 3
    assert [tokenizer.token(i) for i in tokenizer.encode("abc")] == [b"abc"]


@given(st.lists(st.integers(0, 2), max_size=12), st.tuples(st.integers(0, 2), st.integers(0, 2)))
def test_merging_a_pair_goes_from_the_left(word, pair):
    merged = merge_pair(word, pair, 9)
    spelled = [part for token in merged for part in (pair if token == 9 else (token,))]
    assert spelled == word
    assert pair not in pairwise(merged)


@settings(max_examples=150)
@given(FEW, st.integers(256, 275))
def test_training_is_what_counting_anew_gives(text, n_tokens):
    # The textbook algorithm: count all pairs, merge the commonest, start again.
    order = {bytes([b]): i for i, b in enumerate(_table_order())}
    words = [[bytes([b]) for b in piece.encode()] for piece in split_text(text)]
    merges = []
    while len(order) < n_tokens:
        counts = Counter(pair for word in words for pair in pairwise(word))
        if not counts:
            break
        pair = min(counts, key=lambda p: (-counts[p], order[p[0]], order[p[1]]))
        merges.append(pair)
        order.setdefault(pair[0] + pair[1], len(order))
        words = [merge_pair(word, pair, pair[0] + pair[1]) for word in words]
    tokenizer = BytePairTokenizer.train(text, n_tokens)
    assert tokenizer.merges == merges
    # Encoding the text of the training repeats the training.
    tokens = [token for word in words for token in word]
    assert [tokenizer.token(i) for i in tokenizer.encode(text)] == tokens


def _table_order() -> list[int]:
    """Return the bytes in the order of their numbers."""
    visible = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return visible + sorted(set(range(256)) - set(visible))


@settings(max_examples=100)
@given(FEW, UNICODE, st.integers(257, 300))
def test_any_text_comes_back(learnt, text, n_tokens):
    tokenizer = BytePairTokenizer.train(learnt + text[:5], n_tokens, special_tokens=["<|end|>"])
    ids = tokenizer.encode(text)
    assert ids.dtype == np.int64
    assert tokenizer.decode(ids) == text
    assert tokenizer.decode_bytes(ids) == text.encode()
    mixed = f"{text}<|end|><|end|>{text}"
    for special in (True, False):
        ids = tokenizer.encode(mixed, special=special)
        assert tokenizer.decode(ids) == mixed
        assert np.count_nonzero(ids == 0) == (2 + 2 * text.count("<|end|>") if special else 0)


@given(FEW, UNICODE)
def test_merges_make_texts_shorter(learnt, text):
    longer, shorter = (len(BytePairTokenizer.train(learnt, n).encode(text)) for n in (256, 280))
    assert shorter <= longer == len(text.encode())


@given(FEW, st.lists(FEW, max_size=4))
def test_memory_changes_nothing(learnt, texts):
    tokenizer = BytePairTokenizer.train(learnt, 280)
    for text in texts:
        again = BytePairTokenizer(tokenizer.merges)
        np.testing.assert_array_equal(tokenizer.encode(text), again.encode(text))


def test_memory_is_bounded():
    tokenizer = BytePairTokenizer()
    tokenizer.encode(" ".join(f"{i}" for i in range(_REMEMBERED)))
    tokenizer.encode("and one more")
    assert len(tokenizer._known) < _REMEMBERED
    before = len(tokenizer._known)
    assert len(tokenizer.encode("a" * 65)) == 65
    assert len(tokenizer._known) == before


def test_a_long_piece():
    # 2^16 letters in one piece: halved sixteen times.
    tokenizer = BytePairTokenizer.train("a" * 2**10, 266)
    assert tokenizer.merges[-1] == (b"a" * 512, b"a" * 512)
    assert len(tokenizer.encode("a" * 2**16)) == 2**6


def test_several_texts_and_one():
    parts = ["low lower", "lowest"]
    assert (
        BytePairTokenizer.train(parts, 262).merges
        == BytePairTokenizer.train("low lower\x1flowest", 262).merges
    )


def test_special_tokens():
    tokenizer = BytePairTokenizer.train("ab" * 9, 260, special_tokens=["<e>", "<e><e>", "a|b"])
    assert repr(tokenizer) == "BytePairTokenizer(260 tokens, 1 merges)"
    # The longest is found first.
    assert tokenizer.encode("<e><e><e>ab", special=True).tolist() == [1, 0, 259]
    assert tokenizer.encode("a|b", special=True).tolist() == [2]
    assert tokenizer.encode("a|b").tolist() != [2]
    assert tokenizer.decode([0, 259]) == "<e>ab"
    assert tokenizer.token(1) == b"<e><e>"
    assert BytePairTokenizer().encode("x", special=True).tolist() == [ord("x") - ord("!")]
    assert tokenizer.encode("").shape == tokenizer.encode("", special=True).shape == (0,)


def test_what_cannot_be_read_is_marked():
    tokenizer = BytePairTokenizer()
    first = tokenizer.encode("é")[:1]
    assert tokenizer.decode(first) == "\ufffd"
    assert tokenizer.decode_bytes(first) == b"\xc3"
    assert tokenizer.decode([]) == ""


def test_what_cannot_be_encoded():
    tokenizer = BytePairTokenizer()
    with pytest.raises(
        ValueError, match=r"^text: expected characters of Unicode, got half of a sur"
    ):
        tokenizer.encode("ab\ud800")
    with pytest.raises(TypeError, match=r"^text: expected a text, got bytes"):
        tokenizer.encode(b"ab")
    with pytest.raises(TypeError, match=r"^special: expected True or False, got int 1"):
        tokenizer.encode("ab", special=1)
    for ids in ([256], [-1]):
        with pytest.raises(ValueError, match=r"^ids: expected numbers from 0 to 255, got"):
            tokenizer.decode(ids)
    with pytest.raises(TypeError, match=r"^ids: expected integers"):
        tokenizer.decode([0.5])
    with pytest.raises(ValueError, match=r"^number: expected less than 256, got 256"):
        tokenizer.token(256)


@pytest.mark.parametrize(
    ("merges", "error"),
    [
        ([(b"ab", b"c")], ValueError),
        ([(b"a", b"b"), (b"a", b"b")], ValueError),
        ([("a", "b")], TypeError),
        ([(b"a",)], TypeError),
        ([b"ab"], TypeError),
        ("ab", TypeError),
    ],
)
def test_merges_that_cannot_be(merges, error):
    with pytest.raises(error, match=r"^merges: expected pairs of"):
        BytePairTokenizer(merges)


@pytest.mark.parametrize(
    ("specials", "error"),
    [("ab", TypeError), ([1], TypeError), ([""], ValueError), (["a", "a"], ValueError)],
)
def test_special_tokens_that_cannot_be(specials, error):
    with pytest.raises(error, match=r"^special_tokens(\[0\])?: expected"):
        BytePairTokenizer(special_tokens=specials)


def test_arguments_of_training():
    with pytest.raises(
        ValueError, match=r"^n_tokens: expected a whole number of at least 257, got"
    ):
        BytePairTokenizer.train("a", 256, special_tokens=["<e>"])
    with pytest.raises(TypeError, match=r"^text: expected texts, got int 5"):
        BytePairTokenizer.train(5, 256)
    with pytest.raises(TypeError, match=r"^text: expected a text, got int 5"):
        BytePairTokenizer.train([5], 256)


# Characters and words


@given(UNICODE)
def test_characters_and_words_come_back(text):
    for kind in (CharacterTokenizer, WordTokenizer):
        tokenizer = kind.train(text)
        ids = tokenizer.encode(text)
        assert ids.dtype == np.int64
        assert tokenizer.decode(ids) == text
        assert set(ids.tolist()) == set(range(len(tokenizer)))
        assert list(tokenizer.tokens) == sorted(tokenizer.tokens)


def test_characters_and_words_by_hand():
    characters, words = CharacterTokenizer.train("to be"), WordTokenizer.train("to be, to be")
    assert characters.tokens == (" ", "b", "e", "o", "t")
    assert characters.encode("beet").tolist() == [1, 2, 2, 4]
    assert words.tokens == (" be", " to", ",", "to")
    assert words.encode("to to be").tolist() == [3, 1, 0]
    assert repr(words) == "WordTokenizer(4 tokens)"


def test_what_is_not_known():
    with pytest.raises(ValueError, match=r"^text: expected known characters, got 'x'"):
        CharacterTokenizer.train("ab").encode("axb")
    with pytest.raises(ValueError, match=r"^text: expected known words, got ' cat'"):
        WordTokenizer.train("a dog").encode("a cat")
    with pytest.raises(ValueError, match=r"^ids: expected numbers from 0 to 1, got 2"):
        CharacterTokenizer.train("ab").decode([2])
    with pytest.raises(ValueError, match=r"^tokens: expected single words, got 'a b'"):
        WordTokenizer(["a b"])
    with pytest.raises(ValueError, match=r"^tokens: expected each once, got 2 with repetitions"):
        CharacterTokenizer(["a", "a"])
    with pytest.raises(TypeError, match=r"^tokens: expected texts, got str 'ab'"):
        CharacterTokenizer("ab")


# Files

_HEAD = '{"format": "nnmath tokenizer", "version": 1, "kind": "byte pairs", '


@settings(max_examples=20)
@given(UNICODE)
def test_files_give_back_the_tokenizer(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("tokenizers")
    pairs = BytePairTokenizer.train(text, 300, special_tokens=["<é>", "<|end|>"])
    pairs.save(folder / "pairs.json")
    again = BytePairTokenizer.load(folder / "pairs.json")
    assert again.merges == pairs.merges
    assert again.special_tokens == pairs.special_tokens
    np.testing.assert_array_equal(again.encode(text), pairs.encode(text))
    for kind in (CharacterTokenizer, WordTokenizer):
        kind.train(text).save(folder / "tokens.json")
        assert kind.load(folder / "tokens.json").tokens == kind.train(text).tokens
    # JSON that other programs can read.
    assert json.loads((folder / "pairs.json").read_text("utf-8"))["kind"] == "byte pairs"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "can't be used: Expecting value"),
        ("[]", "can't be used: nnmath didn't write it"),
        ('{"format": "other"}', "can't be used: nnmath didn't write it"),
        ('{"format": "nnmath tokenizer"}', "can't be used: 'version' is missing"),
        ('{"format": "nnmath tokenizer", "version": 2}', "can't be used: its version is 2, this"),
        (
            '{"format": "nnmath tokenizer", "version": 1, "kind": "words"}',
            "can't be used: its kind is 'words', not 'byte pairs'",
        ),
        (
            '{"format": "nnmath tokenizer", "version": 1, "kind": "byte pairs"}',
            "can't be used: 'merges' is missing",
        ),
        (
            _HEAD + '"special_tokens": [], "merges": [["a", " "]]}',
            "can't be used: ' ' stands for no byte",
        ),
        (
            _HEAD + '"special_tokens": [], "merges": [["a", "bc"]]}',
            "can't be used: merges: expected pairs of tokens made before",
        ),
        ("[" * 100_000, "can't be used: maximum recursion depth"),
    ],
)
def test_files_that_are_none(tmp_path, content, message):
    file = tmp_path / "file.json"
    file.write_text(content)
    with pytest.raises(
        ValueError, match=f"^path: expected a saved tokenizer of byte pairs.*{message}"
    ):
        BytePairTokenizer.load(file)


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"which doesn't exist$"):
        BytePairTokenizer.load(tmp_path / "missing.json")
    with pytest.raises(TypeError, match=r"^path: expected a path, got int 3"):
        CharacterTokenizer.load(3)
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ValueError, match=r"can't be used"):
        WordTokenizer.load(tmp_path / "bytes.json")


def test_saving_leaves_an_old_file_when_it_fails(tmp_path, monkeypatch):
    file = tmp_path / "pairs.json"
    BytePairTokenizer.train("ab", 257).save(file)
    before = file.read_bytes()
    monkeypatch.setattr("os.fsync", _full)
    with pytest.raises(OSError, match="full"):
        BytePairTokenizer().save(file)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.json"]


def _full(_):
    raise OSError("the disk is full")
