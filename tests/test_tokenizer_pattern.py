"""Where a text may be cut."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnmath.tokenizer import split_text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("Mira plays.", ["Mira", " plays", "."]),
        (
            "I'll we've 's 't' O'Brien",
            ["I", "'ll", " we", "'ve", " '", "s", " '", "t", "'", " O", "'", "Brien"],
        ),
        ("a  b", ["a", " ", " b"]),
        ("a \n\n b  ", ["a", " \n\n", " b", "  "]),
        ("x=12.5%", ["x", "=", "12", ".", "5", "%"]),
        ("naïve Ünïcode", ["naïve", " Ünïcode"]),
        ("abcé", ["abcé"]),
        ("日本語 ½Ⅷ²", ["日本語", " ½Ⅷ²"]),
        ("a_b", ["a", "_", "b"]),
        ("x\u0301y", ["x", "\u0301", "y"]),
        ("👍🏽!", ["👍🏽!"]),
        ("a\x1cb\u3000c", ["a", "\x1c", "b", "\u3000", "c"]),
    ],
)
def test_pieces_by_hand(text, pieces):
    assert split_text(text) == pieces


@given(st.text())
def test_pieces_are_the_text(text):
    pieces = split_text(text)
    assert "".join(pieces) == text
    assert all(pieces)


@given(st.text())
def test_a_piece_is_of_one_kind(text):
    for piece in split_text(text):
        kinds = {kind(character) for character in piece.removeprefix(" ")}
        assert len(kinds) <= 1 or re.fullmatch("'(s|t|m|d|re|ve|ll)", piece)


def kind(character: str) -> str:
    """Say what Unicode takes a character for."""
    if character in "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" or (
        "\u2000" <= character <= "\u200a"
    ):
        return "space"
    return {"L": "letter", "N": "number"}.get(unicodedata.category(character)[0], "other")


def test_only_texts_are_cut():
    with pytest.raises(TypeError, match=r"^text: expected a text, got bytes b'a'"):
        split_text(b"a")
