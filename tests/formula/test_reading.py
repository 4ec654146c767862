"""Corners of print: what is read there, or why it isn't, on numbers, a table, chances and a survey."""

import pytest

from nnmath import formula
from nnmath.formula.errors import Limits
from nnmath.formula.reading.describe import occurrences
from nnmath.formula.reading.equation import read, split_display
from nnmath.formula.reading.lexer import split_latex

TABLE = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
VALUES = {
    "n": 3,
    "x": 2.0,
    "y": 3.0,
    "u_i": [1.0, 2.0, 4.0],
    "t_{ij}": TABLE,
    "a^{(i)}": [5.0, 6.0, 7.0],
    "s_{i'}": [1.0, 2.0, 4.0],
    r"\hat{1}": 2.0,
    r"\mathcal{M}": {1, 3},
    "k(i)": [1.0, 2.0, 4.0],
}


@pytest.fixture
def printed(numbers: formula.Notation) -> formula.Notation:
    """Return a notation with symbols of unusual print."""
    numbers.declare(r"\hat{1}")
    numbers.declare("a^{(i)}", indices="i = 1..n")
    numbers.declare("s_{i'}", indices="i' = 1..n")
    numbers.declare("k(i)", indices="i = 1..n")
    return numbers


@pytest.fixture
def chances() -> formula.Notation:
    """Return a notation of dice with a joint law, and of events."""
    notation = formula.Notation("dice")
    notation.declare_all(
        r"""
        c, d :: values 1..3
        p :: law of c, d
        A, B :: event
        P :: law of A, B
        w, z
        """
    )
    return notation


READ = {
    # conditions under a sum
    r"\sum_{\substack{i=1 \\ i \neq 2 \\ i < 4}}^n u_i": 5.0,
    r"\sum_{i : i > 1, i \neq 3} u_i": 2.0,
    r"\sum_{i' = 1}^n s_{i'}": 7.0,
    r"\sum_{i \in (\mathcal{M} \cup \{2\})} u_i": 7.0,
    # names and marks
    r"\hat 1 x": 4.0,
    r"a^{(2)}": 6.0,
    "k(2)": 2.0,
    # a digit of a number without braces, as TeX takes it
    r"\frac 123": 1.5,
    # dress
    r"\underbrace{x + y} x": 10.0,
    r"\underbrace{x + y}_n x": 10.0,
    r"\underbrace{x + y}_{\text{a) first}} x": 10.0,
    r"\boxed x + y": 5.0,
    r"x \mathrel{+} y": 5.0,
    # dots
    r"1 \cdot 3 \cdot 5 \cdots 9": 945.0,
    r"\log_2(2 \cdot 4 \cdots 8) x": pytest.approx(2 * 8.584962500721156),
    r"10 + 8 + \dots + 2": 30.0,
}


@pytest.mark.parametrize("latex", READ)
def test_value(printed, latex):
    values = VALUES | {"u_i": [1.0, 2.0, 4.0]}
    assert formula.evaluate(latex, printed, values) == READ[latex]


TRUE = [
    r"\mathbf{A} \in \mathbb{R}^{n \times m}",
    r"u_i = u_i + x - x \quad (i = 1, \dots, n)",
    r"u_i = u_1 + u_i - u_1 \quad (i = 1, 2, \dots, n)",
    r"t_{11} + t_{21} + \dots + t_{n1} = \sum_{i=1}^n t_{i1}",
    r"f^{\prime\prime}(x) = f''(x) + x - x",
    r"\int_0^x f'(y) \, dy = f(x) - f(0)",
]


@pytest.mark.parametrize("latex", TRUE)
def test_true(printed, latex):
    result = formula.check(latex, printed)
    assert result.verdict == "holds", result.message


@pytest.mark.parametrize(
    "latex",
    [
        r"\mathbb{E}_{p(c \mid d)}[c] = \sum_c c \, p(c \mid d)",
        r"\mathbb{E}_{c \sim p}[c] = \mathbb{E}[c]",
        r"P(A \cup B) = P(A) + P(B) - P(A \cap B)",
        r"P(\bar{A}) = 1 - P(A)",
        r"P(\neg A) = 1 - P(A)",
    ],
)
def test_true_of_chances(chances, latex):
    result = formula.check(latex, chances)
    assert result.verdict == "holds", result.message


REFUSED = [
    (r"\sum_{\substack i} u_i", r"\substack needs its lines in braces"),
    (r"\sum_{f(x)} x", "f can't be summed over"),
    (r"\sum_{i, 3} u_i", "nothing is bound here"),
    (r"\sum_1^n u_i", "nothing is bound here"),
    (r"\sum_{1 < 2} x", "nothing is bound here"),
    (r"\sum_{i :} u_i", "a condition is missing"),
    (r"\int x \, df(x)", "the integral doesn't say by what"),
    (r"\text{a\end{cases}", r"cases isn't read inside \text"),
    (r"\frac{}{x}", "nothing to read here"),
    (r"\in \mathbb{R}", "what belongs here?"),
    (r"x + \begin{aligned} x \end{aligned}", "the environment aligned isn't read here"),
    (r"{(x}", "} closes where ) was expected"),
    (r"t_{11} + \dots + t_{nm}", "the terms around the dots don't advance together"),
    (r"u_1 + u_2 + \dots + x", "the terms around the dots follow no rule|isn't of the same form"),
    (r"u_1 + u_2 + \dots + x y", "the terms around the dots follow no rule"),
    (r"g(x, 1, 2, \dots)", "dots in a list stand between its beginning and its last entry"),
    (r"x = y \\ &", "a line must go on with one"),
    (r"x \in \mathbb{N}", "this says what kind of number it is"),
    (r"x \in \mathbb{R", "is never closed"),
    (r"\mathcal{N}(x)", r"\mathcal{N} isn't declared"),
    (r"\operatorname{Var}(x, y)", "a variance of 2 things"),
    (r"\bar{x}", r"\bar{x} isn't declared"),
    (r"\negx", r"\negx isn't declared"),
    (r"dx/d2", "d isn't declared"),
    (r"\frac 1.4 x", r"\frac needs its argument in braces"),
    (r"t_{{i}{}}", "nothing to read here"),
    ("k x", "k(i) is declared"),
    ("k(x y", "is never closed"),
    (r"x +\pm y", r"\pm says two things at once"),
]


@pytest.mark.parametrize(("latex", "message"), REFUSED)
def test_refused(printed, latex, message):
    with pytest.raises(formula.FormulaError) as caught:
        read(latex, printed)
    assert any(part in caught.value.message for part in message.split("|")), caught.value.message
    start, end = caught.value.span
    assert 0 <= start <= end <= len(latex) + 1


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\mathbb{E}_{1}[c] = w", "the mean is over random symbols"),
        (r"\mathbb{E}_{c \sim w}[c] = w", "the mean is under a declared law"),
        (r"p(c \in \mathbb{R}) = w", "this says what kind of number it is"),
        (r"P(A \mid B \mid A) = w", "a second bar between arguments"),
        (r"\operatorname{Cov}(c, d, c) = w", "a covariance of 3 things"),
    ],
)
def test_refused_of_chances(chances, latex, message):
    result = formula.check(latex, chances)
    assert result.verdict == "fails"
    assert any(part in result.message for part in message.split("|")), result.message


def test_brackets_without_end_are_too_deep(numbers):
    deep = Limits(length=100_000, depth=100_000)
    with pytest.raises(formula.FormulaError, match="nested too deeply"):
        read("(" * 5_000 + "x" + ")" * 5_000, numbers, limits=deep)


def test_the_scope_knows_its_own_symbols_in_order():
    outer = formula.Notation("outer")
    outer.declare("x")
    inner = formula.Notation("inner", extends=outer)
    inner.declare("z")
    inner.declare("y")
    assert [symbol.latex for symbol in inner.own_symbols] == ["z", "y"]
    assert [symbol.latex for symbol in inner.symbols()] == ["z", "y", "x"]


def test_a_block_of_equations_is_split_where_one_begins():
    block = "\\begin{align}\na &= b \\\\\n&= c \\\\\nd &= \\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}\n\\end{align}"
    first, second = split_display(block)
    assert first.split() == ["a", "&=", "b", "\\\\", "&=", "c"]
    assert second.startswith(" " * 13 + "\n")
    assert second.strip() == r"d &= \begin{pmatrix} 1 \\ 2 \end{pmatrix}"
    assert block.index("d &=") == second.index("d &=")
    assert split_display("a = b") == ["a = b"]


def test_commas_inside_brackets_belong_to_a_symbol():
    assert split_latex(r"x, P(X = k, Y), \hat{y}_{i, j},") == [
        "x",
        "P(X = k, Y)",
        r"\hat{y}_{i, j}",
    ]


def test_an_interval_is_no_part_of_a_union(numbers):
    result = formula.check(r"n \in \mathcal{M} \cup [1, 2]", numbers)
    assert result.verdict == "fails"
    assert r"\cup joins sets" in result.message


def test_letters_under_one_font_are_found_once():
    notation = formula.Notation("a filter")
    notation.declare_all("n :: size\n \\mathbf{K}, \\mathbf{H} :: shape: n, n")
    found = occurrences(r"\mathbf{KH} + \mathbf{H}", notation)
    assert [one.symbol.latex for one in found] == [r"\mathbf{K}", r"\mathbf{H}"]
