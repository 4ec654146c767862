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
    (r"f : \mathbb{R}^d \to \mathbb{R}", [("f", {"maps": r"\mathbb{R}^d -> \mathbb{R}"})]),
    (r"g : \mathbb{R}^d \times \mathbb{R} \to \mathbb{R}^m", [("g", {"maps": r"\mathbb{R}^d \times \mathbb{R} -> \mathbb{R}^m"})]),
    (r"h : \mathbb{R}^{n \times d} \to \mathbb{R}", [("h", {"maps": r"\mathbb{R}^{n \times d} -> \mathbb{R}"})]),
    ("g :: R^d, R -> R", [("g", {"maps": "R^d, R -> R"})]),
    (r"m, k \in \mathbb{N}", [("m", {"domain": "size"}), ("k", {"domain": "size"})]),
    (r"p \in (0, 1)", [("p", {"domain": "unit interval"})]),
    (r"\lambda \geq 0", [(r"\lambda", {"domain": "positive"})]),
    (r"\sigma > 0 :: i = 1..n", [(r"\sigma", {"domain": "positive", "indices": "i = 1..n"})]),
    (r"y \in \{0, 1\}", [("y", {"domain": "{0, 1}"})]),
    (r"y \in \{-1, +1\}", [("y", {"domain": "sign"})]),
    (r"c \in \{1, 2, \ldots, K\}", [("c", {"domain": "values 1..K"})]),
    (r"\sigma :: entrywise", [(r"\sigma", {"maps": "entrywise"})]),
    (r"\sigma :: sigmoid", [(r"\sigma", {"maps": "sigmoid"})]),
    (r"s : \mathbb R \to (0, 1)", [("s", {"maps": r"\mathbb R -> (0, 1)", "domain": "unit interval"})]),
    (r"k : \mathbb{R}^d \to \mathbb{R}_+", [("k", {"maps": r"\mathbb{R}^d -> \mathbb{R}_+", "domain": "positive"})]),
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
        (r"x \in \mathbb{R}^{}", "is no known domain"),
        (r"x \in \mathbb{R}^n_m", r"printed, and in a table \mathbb{R}^d, (0, 1)"),
        (r"x \in \mathbb{C}", "is no known domain"),
        (r"f : \mathbb{C} \to \mathbb{R}", r"'\\mathbb{C}' isn't R, R^n or"),
        (r"f : \mathbb{R} \to [a, b]", "is no known domain"),
    ],
)
def test_a_line_that_says_nothing_is_refused(text, message):
    with pytest.raises(formula.FormulaError) as caught:
        formula.Notation("a table").declare_all(text)
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


PRINTED = [  # of one law of chemistry or physics: declarations, the definition, what follows, what doesn't
    ("T, A, E :: positive\nk :: printed", r"k(T) = A e^{-E / T}", r"k(2E) = \frac{A}{\sqrt{e}}", r"k(2E) = A\sqrt{e}"),
    ("v, m :: positive\nE :: printed", r"E(v; m) = \frac{m v^2}{2}", "E(2v; m) = 4 E(v; m)", "E(2v; m) = 2 E(v; m)"),
    ("t, g\nh :: printed", r"h[t] = \frac{g t^2}{2}", r"h'[t] = g t", r"h'[t] = 2 g t"),
    ("n :: size\nc_i :: i = 1..n\nx\nf_i :: printed :: i = 1..n", "f_i(x) = c_i x", "f_i(3)^2 = 9 c_i^2", "f_i(3)^2 = 3 c_i^2"),
    ("n :: size\nu :: shape: n\nF :: printed :: shape: n", "F(u) = 2u", r"F(u)^T u = 2\|u\|^2", r"F(u)^T u = \|u\|^2"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "definition", "right", "wrong"), PRINTED)
def test_a_printed_definition_says_that_it_is_of_a_function(table, definition, right, wrong):
    notation = formula.Notation("science")
    notation.declare_all(table)
    assert formula.check(right, notation, definitions=[definition])
    assert formula.check(wrong, notation, definitions=[definition]).category == "value"


def test_a_font_by_switch_may_be_declared():
    notation = formula.Notation("fonts")
    notation.declare_all("n :: size")
    notation.declare_all(r"{\bf x}, {\bf \hat y} :: shape: n")
    notation.declare_all(r"{\cal E}_i :: i = 1..n")
    assert formula.check(r"{\bf x}^T {\bf \hat y} = \mathbf{\hat y}^T \mathbf{x}", notation)
    assert formula.check(r"\sum_i {\cal E}_i = \sum_{i=1}^n \mathcal{E}_i", notation)


def test_a_printed_number_before_a_bracket_is_a_factor():
    notation = formula.Notation("growth")
    notation.declare_all("x, r\nq, V :: printed")
    definitions = ["q = 1 + r", "V = q (1 + x)"]
    assert formula.check("V = 1 + r + x + r x", notation, definitions=definitions)
    assert "q is used before" in formula.check("q(x) = x", notation).message


def test_a_function_defined_in_print_is_run_and_differentiated():
    notation = formula.Notation("falling")
    notation.declare_all("t\nh :: printed")
    definitions = ["h(t) = 5 t^2"]
    assert formula.evaluate("h(3)", notation, {}, definitions=definitions) == 45.0
    assert formula.differentiate("h(t)", "t", notation, {"t": 3}, definitions=definitions) == 30.0
