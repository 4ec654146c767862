"""Small books on circles and samples, built in a folder of their own."""

from __future__ import annotations

import io
import json
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

SYMBOLS = r'''"""Symbols of the books that are built here."""

from nnmath.formula import Notation

circle = Notation("circle")
_ = circle.declare
_("r", "radius", domain="positive", code="radius")
_("A", "area", domain="printed")
_("U", "circumference", domain="printed")
_("V", "any volume")
_("f", "any function", maps="R -> R")

sample = Notation("sample")
_ = sample.declare
_("n", "number of observations", domain="size")
_("x_i", "observation", indices="i = 1..n", code="x")
_(r"\bar{x}", "mean", domain="printed")
_("s^2", "variance", domain="printed")

scopes = {"circle": circle, "sample": sample}
'''
CODE = r'''"""What the books compute."""

import math

import numpy as np


def area(radius):
    r"""Return the area of a disc.

    .. formula:: A = \pi r^2
        :restates: area
    """
    return math.pi * radius**2


def mean(x):
    r"""Return the mean of a sample.

    .. formula:: \bar{x} = \frac{1}{n} \sum_{i=1}^n x_i
        :scope: sample
        :kind: definition

    It doesn't depend on the order:

    .. formula::
        :scope: sample

        \bar{x} =
            \frac{1}{n} \sum_{i=1}^n x_{n+1-i}
    """
    return np.mean(x)
'''
AREA = r"""
```{formula} area
:scope: circle
:kind: definition
A = \pi r^2
```
"""


@dataclass
class Built:
    """What a build left behind: its exit code, what it said, its verdicts, its folder."""

    code: int
    said: str
    out: Path

    @property
    def records(self) -> list[dict]:
        """Return what formulas.json says."""
        return json.loads((self.out / "formulas.json").read_text("utf-8"))

    @property
    def pages(self) -> set[str]:
        """Return the pages that were written."""
        return {str(path.relative_to(self.out)) for path in self.out.rglob("*.html")}

    def text(self, page: str) -> str:
        """Return a page without its tags."""
        html = (self.out / f"{page}.html").read_text("utf-8")
        return " ".join(re.sub(r"<[^>]+>", "", html).split())


class Book:
    """A book whose pages are written one by one."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.source = folder, folder / "docs"
        self.extensions = ["myst_nb", "sphinx.ext.autodoc", "nnmath.formula.sphinx"]
        self.source.mkdir()
        self.write("subjects.py", SYMBOLS)
        self.write("shapes.py", CODE)

    def write(self, name: str, text: str) -> None:
        """Write a file beside the pages' folder."""
        (self.folder / name).write_text(text, "utf-8")

    def page(self, name: str, text: str) -> None:
        """Write a page."""
        (self.source / name).write_text(text, "utf-8")

    def build(self, builder: str = "formulas", jobs: int = 1, **settings: object) -> Built:
        """Build it in this process, as a new process would: nothing imported from earlier."""
        for name in ("subjects", "shapes"):
            sys.modules.pop(name, None)
        out, said = self.folder / f"out-{builder}", io.StringIO()
        settings = {
            "extensions": self.extensions,
            "formula_notation": "subjects",
            "html_theme": "basic",
            "myst_enable_extensions": ["dollarmath"],
            "nb_execution_mode": "off",
            **settings,
        }
        with warnings.catch_warnings(), patch_docutils(), docutils_namespace():
            warnings.simplefilter("ignore")  # of Sphinx and MyST, about themselves
            try:
                app = Sphinx(
                    self.source, None, out, self.folder / "trees" / builder, builder, settings,
                    status=None, warning=said, parallel=jobs,
                )  # fmt: skip
                app.build()
                code = app.statuscode
            except SystemExit as error:
                code = error.code
        return Built(code, re.sub(r"\x1b\[[\d;]*m", "", said.getvalue()), out)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    """Return an empty book; its symbols and its code can be imported."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    # A change within the same second, and of the same size, must be seen too.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield Book(tmp_path)
    for name in ("subjects", "shapes"):
        sys.modules.pop(name, None)


@pytest.fixture
def area() -> str:
    """Return the definition of a disc's area, as a page has it."""
    return AREA
