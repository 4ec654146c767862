"""The language in which a table of symbols is written."""

import pytest

from nnmath import formula
from nnmath.formula.reading.declarations import read_declarations

LINES = [
    ("x", [("x", {})]),
    ("n, d :: size", [("n", {"domain": "size"}), ("d", {"domain": "size"})]),
    (r"\sigma :: positive -- the noise", [(r"\sigma", {"domain": "positive", "meaning": "the noise"})]),
    (r"X \in \mathbb{R}^{n \times d}", [("X", {"shape": "n, d"})]),
    (r"a, b \in \mathbb{R}^d", [("a", {"shape": "d"}), ("b", {"shape": "d"})]),
    (r"r \in \mathbb{R}_+", [("r", {"domain": "positive"})]),
    (r"x \in \mathbb{R}", [("x", {"domain": "real"})]),
    ("y_i :: i = 1..n", [("y_i", {"indices": "i = 1..n"})]),
    ("h_t :: t = 0..T :: given: t = 0", [("h_t", {"indices": "t = 0..T", "given": "t = 0"})]),
    (r"f : \mathbb{R}^d \to \mathbb{R}", [("f", {"maps": "R^d -> R"})]),
    (r"g : \mathbb{R}^d \times \mathbb{R} \to \mathbb{R}^m", [("g", {"maps": "R^d , R -> R^m"})]),
    (r"h : \mathbb{R}^{n \times d} \to \mathbb{R}", [("h", {"maps": r"R^{n \times d} -> R"})]),
    ("g :: R^d, R -> R", [("g", {"maps": "R^d, R -> R"})]),
    ("I(X, Y) :: printed", [("I(X, Y)", {"domain": "printed"})]),
    ("w_{i,j} :: indices: i = 1..n; j = 1..m", [("w_{i,j}", {"indices": "i = 1..n; j = 1..m"})]),
    ("\n# a remark\n  \nx", [("x", {})]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_a_line_says_what_is_declared(text, expected):
    assert list(read_declarations(text)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x :: colour: red", "'colour' is no fact of a symbol"),
        ("x :: positive :: real", "x has domain twice"),
        (r"x \in \mathbb{R}^{}", "isn't"),
        (r"x \in \mathbb{R}^n_m", "isn't"),
    ],
)
def test_a_line_that_says_nothing_is_refused(text, message):
    with pytest.raises(formula.FormulaError) as caught:
        list(read_declarations(text))
    assert message in caught.value.message


def test_a_table_declares_everything():
    notation = formula.Notation("regression")
    symbols = notation.declare_all(
        r"""
        n, d :: size
        X \in \mathbb{R}^{n \times d} -- inputs, one a row
        y \in \mathbb{R}^n
        w \in \mathbb{R}^d
        \lambda \in \mathbb{R}_{>0}
        I :: identity
        """
    )
    assert [symbol.latex for symbol in symbols] == ["n", "d", "X", "y", "w", r"\lambda", "I"]
    assert notation.find("X")[0].meaning == "inputs, one a row"
    claim = r"X^T (X X^T + \lambda I)^{-1} y = (X^T X + \lambda I)^{-1} X^T y"
    assert formula.check(claim, notation).verdict == "holds"
