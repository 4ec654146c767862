"""Texts from files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnmath.datasets import load_text


@given(st.text(min_size=1).filter(lambda text: not text.startswith("\ufeff")))
def test_a_text_comes_back_as_it_is(tmp_path_factory, text):
    try:
        encoded = text.encode()
    except UnicodeEncodeError:  # half a surrogate pair is no text
        return
    file = tmp_path_factory.mktemp("texts") / "text.txt"
    file.write_bytes(encoded)
    assert load_text(file) == text


def test_ends_of_lines_stay_and_a_mark_goes(tmp_path):
    file = tmp_path / "text.txt"
    file.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert load_text(str(file)) == "one\r\ntwo\rthree\n"


def test_what_is_no_text(tmp_path):
    missing = tmp_path / "missing.txt"
    with pytest.raises(
        FileNotFoundError, match=r"^path: expected a text file in UTF-8, '.*missing"
    ):
        load_text(missing)
    with pytest.raises(ValueError, match=r"^path: expected a file, got the folder"):
        load_text(tmp_path)
    with pytest.raises(TypeError, match=r"^path: expected a path, got int 3"):
        load_text(3)
    empty = tmp_path / "empty.txt"
    empty.touch()
    with pytest.raises(ValueError, match=r"which is empty$"):
        load_text(empty)
    latin = tmp_path / "latin.txt"
    latin.write_bytes("na\xefve".encode("latin-1"))
    with pytest.raises(ValueError, match=r"where byte 2 is 0xef \(invalid continuation byte\)$"):
        load_text(latin)
