"""Symbols carry a class in the page's MathML, and nothing else of it changes."""

from __future__ import annotations

import re

import mathml
import pytest

from nnmath import formula
from nnmath.formula.reading.describe import occurrences


@pytest.fixture(scope="module")
def notation() -> formula.Notation:
    """Return a notation whose symbols have heads, scripts and names of every kind."""
    notation = formula.Notation()
    notation.declare("n", domain="size")
    notation.declare("d_k", domain="size")
    notation.declare("n_l", domain="size", indices="l = 0..n")
    notation.declare("w_l^{ij}", indices="l = 0..n-1; i = 1..n_{l+1}; j = 1..n_l")
    notation.declare(r"\mathbf{W}", shape="n, n")
    notation.declare("X_{ij}", indices="i = 1..n; j = 1..n", entry_of=r"\mathbf{W}")
    notation.declare(r"\hat{\beta}")
    notation.declare("C")
    notation.declare(r"\sigma", maps="R -> R")
    notation.declare(r"\operatorname{softmax}", maps="printed")
    notation.declare(r"\mathrm{paths}")
    return notation


EQUATIONS = [
    r"\frac{\partial C}{\partial w_{l-1}^{ij}} = 2 C \sum_{k=1}^{n_{l-1}} w_{l-1}^{ik}",
    r"C &= n^2 \\ &= n \cdot n",
    r"\operatorname{softmax}(\mathbf{W})_{ij} = \frac{e^{X_{ij}}}{\sum_{c=1}^{n} e^{X_{ic}}}",
    r"\sigma'(C) = \sigma\left(C\right)^2 - \hat{\beta}",
    r"\mathrm{paths} = \prod_{l=0}^n n_l",
    r"\operatorname{softmax}\left(\frac{\mathbf{W} \mathbf{W}^\top}{\sqrt{d_k}}\right) \mathbf{W}",
    r"C = \begin{cases} n & \text{if } n > 2 \\ -n & \text{otherwise} \end{cases}",
    r"C \leftarrow C - n C, \quad \text{for } n = 2",
    r"-C = \left\| \mathbf{W} \right\|^2 \, \log C",
    r"\begin{pmatrix} C & n \end{pmatrix}",
]


def places(latex: str, notation: formula.Notation) -> list[tuple[int, int, int]]:
    """Return where symbols stand, each with the number of its symbol."""
    found = occurrences(latex, notation)
    numbers = {one.symbol: k for k, one in enumerate(found, start=1)}
    return [(*one.span, numbers[one.symbol]) for one in found]


def without_classes(marked: str) -> str:
    """Take the marks off again, by another way than the renderer does."""
    marked = re.sub(r"symbol symbol-\d+ ?", "", marked)
    return marked.replace(' class=""', "")


@pytest.mark.parametrize("latex", EQUATIONS)
def test_every_symbol_is_marked_and_nothing_else_changes(
    latex: str, notation: formula.Notation
) -> None:
    where = places(latex, notation)
    marked = mathml.with_symbols(latex, where)
    plain = mathml.to_mathml(mathml.laid_out(latex), display=True)
    assert without_classes(marked) == plain
    assert marked.count("symbol symbol-") == len(where)
    assert {int(k) for k in re.findall(r"symbol-(\d+)", marked)} == {k for _, _, k in where}


def test_the_right_letters_are_marked() -> None:
    marked = mathml.with_symbols("a_L + b", [(0, 3, 1), (2, 3, 2), (6, 7, 3)])
    assert '<msub class="symbol symbol-1"><mi>a</mi><mi class="symbol symbol-2">L</mi></msub>' in (
        marked
    )
    assert '<mi class="symbol symbol-3">b</mi>' in marked


def test_a_mark_that_would_change_the_print_is_left_out() -> None:
    # A sign inside a group is no longer a binary one: the space around it would go.
    plain = mathml.to_mathml("a + b", display=True)
    assert mathml.with_symbols("a + b", [(2, 3, 1)]) == plain
    marked = mathml.with_symbols("a + b", [(2, 3, 1), (4, 5, 2)])
    assert without_classes(marked) == plain
    assert marked.count("symbol-") == 1
    # Half a command can't be marked at all.
    assert mathml.with_symbols(r"\frac{a}{b}", [(0, 3, 1)]) == mathml.to_mathml(
        r"\frac{a}{b}", display=True
    )
