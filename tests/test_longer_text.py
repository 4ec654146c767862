"""The page on a longer text: every place is filled, and the numbers are what they are called."""

from __future__ import annotations

import importlib.util
import math
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from nnmath import small_language

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def tool():
    specification = importlib.util.spec_from_file_location(
        "learn_from_text", ROOT / "tools" / "learn_from_text.py"
    )
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_page_is_filled(tool, tmp_path, monkeypatch):
    monkeypatch.setattr(tool, "N_TOKENS", 300)
    text, page = tmp_path / "small.txt", tmp_path / "page.md"
    sentences = small_language(0).sample(400, np.random.default_rng(0))
    text.write_text("\n".join(sentences), encoding="utf-8")
    command = ["learn_from_text.py", str(text), "--steps", "2", "--seed", "7", "--page", str(page)]
    monkeypatch.setattr(sys, "argv", command)
    tool.main()
    written = page.read_text("utf-8")
    assert not re.search(r"@\w+@", written)
    assert "`nox -s longer-text -- small.txt --steps 2 --seed 7`" in written
    assert str(tmp_path) not in written
    costs = dict(re.findall(r"^\| (.*?) \| ([\d.]+) \|", written, re.MULTILINE))
    # Two steps teach next to nothing: about the logarithm of the number of tokens.
    assert float(costs["transformer"]) == pytest.approx(math.log(300), rel=0.1)
    assert float(costs["pairs, counted"]) < float(costs["single tokens, counted"])
    assert re.search(r"^\| \w+ \| \w+(, \w+)+ \| \w+(, \w+)+ \|$", written, re.MULTILINE)


def test_common_words_by_hand(tool):
    words, ids = tool.common_words("The dog sees the cat! A dog runs.\n'Twas 7 dogs?")
    # "the" and "dog" twice; then as they come, in small letters, without numbers.
    assert words == [".", "the", "dog", "sees", "cat", "a", "runs", "twas", "dogs"]
    assert ids.tolist() == [1, 2, 3, 1, 4, 0, 5, 2, 6, 0, 7, 8, 0]


def test_counted_costs_by_hand(tool):
    # Learnt from 0 1 0: counts 2 and 1, each once more: 3/5 and 2/5.
    # After 0: once 1, and ten more shared out: (0 + 6) / 11 and (1 + 4) / 11.
    learn, measure = np.array([0, 1, 0]), np.array([0, 0, 1])
    single, pairs = tool.counted_costs(learn, measure, 2)
    assert single == pytest.approx(-(math.log(3 / 5) + math.log(2 / 5)) / 2, rel=1e-12)
    assert pairs == pytest.approx(-(math.log(6 / 11) + math.log(5 / 11)) / 2, rel=1e-12)


def test_the_book_has_the_page_of_a_run(tool):
    page = tool.PAGE.read_text("utf-8")
    template = tool.TEMPLATE.read_text("utf-8")
    for line in template.splitlines():
        if "@" not in line:
            assert line in page.splitlines()
    assert re.search(r"^- Date: \d{4}-\d\d-\d\d$", page, re.MULTILINE)
