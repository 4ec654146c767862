"""The page of what is read: each of its examples is, and says something."""

import re
import sys
from pathlib import Path

import pytest

from nnmath.formula import Notation
from nnmath.formula.reading.equation import read
from nnmath.formula.reading.symbol import DOMAINS
from nnmath.formula.values.functions import FAMILIES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "grammar.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\* - (`.*)\n  - (\$.*)\n  - (.+)$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def examples():
    """Return the scope of the page."""
    sys.path.insert(0, str(ROOT / "conf"))
    try:
        from symbols import grammar
    finally:
        sys.path.pop(0)
    return grammar.examples


def test_there_are_many_examples():
    assert len(ROWS) > 35


@pytest.mark.parametrize(("written", "printed", "meaning"), ROWS)
def test_examples_are_read_as_they_are_printed(examples, written, printed, meaning):
    shown = re.findall(r"\$([^$]+)\$", printed)
    assert re.findall(r"`([^`]+)`", written) == shown
    for latex in shown:
        assert read(latex, examples).equation.sides


def test_every_line_is_a_declaration_and_every_domain_is_told():
    section = PAGE[PAGE.index("## Declaring") : PAGE.index("## Symbols")]
    lines = re.findall(r"^\* - `(.+)`$", section, re.MULTILINE)
    notation = Notation("page")
    declared = [notation.declare_all(line) for line in lines]
    assert len(declared) > 20
    assert all(declared)
    told = set(re.findall(r"`([a-z -]+)`", section)) | {line.split(":: ")[-1] for line in lines}
    told |= {line.split(":: ")[-1].rpartition(" ")[0] for line in lines}  # at most n
    assert set(DOMAINS) - {"real"} <= told
    assert set(FAMILIES) <= told
