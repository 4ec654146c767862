"""Spellings of print: many ways to write the same, each with the value that a reader gives it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nnmath import formula

TABLE = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
VALUES = {
    "n": 3,
    "x": 2.0,
    "y": 3.0,
    "p": 4.0,
    "u_i": [1.0, 2.0, 4.0],
    r"\mathbf{v}": [3.0, -4.0, 0.0],
    r"\mathbf{A}": TABLE,
    "t_{ij}": TABLE,
    "c_{l,i}": TABLE,
    "k_{ij}": [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]],
    "P": [[0.1, 0.2], [0.3, 0.4]],  # X down, Y across
    "X": 1,
    "Y": 0,
    "Pr": math.exp,
    r"\hat{1}": 2.0,
    "s''": 4.0,
    r"\mathcal{M}": {1, 3},
}


@pytest.fixture
def spelled(numbers: formula.Notation) -> formula.Notation:
    """Return a notation with symbols of unusual spelling."""
    numbers.declare("X", domain="{0, 1}")
    numbers.declare("Y", domain="{0, 1}")
    numbers.declare("P", domain="law of X, Y")
    numbers.declare("Pr", maps="R -> R")
    numbers.declare(r"\hat{1}")
    numbers.declare("s''")
    numbers.declare("c_{l,i}", indices="l = 1..n; i = 1..m")
    numbers.declare("k_{ij}", indices="i = 1..n; j = 1..n")
    return numbers


READ = {
    # indices
    "c_{1,2}": 2.0,
    "k_{n-1,1}": 3.0,
    "k_{21}": 3.0,
    "k_{{n-1} j}": [3.0, 4.0, 5.0],
    r"\mathbf{A}_{1,2}": 2.0,
    r"\mathbf{A}_{12}": 2.0,
    r"(\mathbf{A})_{1, 2}": 2.0,
    # names
    "Pr(x)": math.exp(2),
    r"\hat{1} x": 4.0,
    "s''": 4.0,
    "2x3": 12.0,
    r"x\,y": 6.0,
    "x * y": 6.0,
    # arguments without brackets
    r"\log\log y": math.log(math.log(3)),
    r"\log x \sqrt{p}": math.log(2 * 2),
    # brackets and bars
    r"\big(x\big)": 2.0,
    r"\langle \mathbf{v}, \mathbf{v} \rangle": 25.0,
    r"|\mathcal{M}|": 2.0,
    r"\lfloor 2.5 \rfloor + \lceil 2.5 \rceil": 5.0,
    r"\left. \mathbf{v}^\top \mathbf{v} \right|_{\mathbf{v} = 0}": 0.0,
    # written out
    r"\begin{pmatrix} 1 & \dots & n \end{pmatrix}": [[1.0, 2.0, 3.0]],
    r"\begin{pmatrix} 1 \\ \vdots \\ n \end{pmatrix}": [1.0, 2.0, 3.0],
    r"\begin{pmatrix} u_1 & \dots & u_n \end{pmatrix}": [[1.0, 2.0, 4.0]],
    r"\sum_{k \in \{1, \dots, n\}} k": 6.0,
    # what sums and extremes run over
    r"\sum_{X} X": 1.0,
    r"\sum_{i<j} u_i u_j": 1 * 2 + 1 * 4 + 2 * 4.0,
    r"\sum_{1 \leq i < j \leq n} u_i u_j": 14.0,
    r"\sum_{i,j} t_{ij}": 21.0,
    r"\sum_{i=1}^{x} u_i": 3.0,
    r"\sum_{i=2}^{1} u_i": 0.0,
    r"\prod_{i=1}^n u_i": 8.0,
    r"\arg\max_i u_i": 3.0,
    r"\operatorname{arg\,max}_i u_i": 3.0,
    r"\max_{i \neq 3} u_i": 2.0,
    r"\min(x, y, u_1)": 1.0,
    r"\int_0^1 x \, dy": 2.0,
    r"\lim_{s \to \infty} \frac{1}{s}": 0.0,
    # probabilities from a table
    "P(X = 1, Y = 0)": 0.3,
    r"P(X = 1 \mid Y = 0)": 0.3 / 0.4,
    "P(X)": 0.7,
    # remainders count for nothing
    "x + o(x)": 2.0,
    r"x + \mathcal{O}(x^2)": 2.0,
}
REFUSED = {
    r"P(X | Y | X)": "a second bar between arguments",
    "P(X = 2)": "2 is no value of X",
    "P(Z = 1)": "Z isn't declared",
    r"f\bigl(x)": "one bracket of this pair is sized and the other isn't",
    r"\bigl(x)": "one bracket of this pair is sized and the other isn't",
    r"\left(x\right]": "expected ), found ]",
    r"\left. x \right| + 1": "this bar needs a place below it",
    r"\left. x \right|_{x > 1}": "a place is written x = 0",
    r"\left. \mathbf{v} \right|_{\mathbf{v} = 1}": "is a column of 3, this is a number",
    "x |_{2 = x}": "what is given a value is a symbol",
    r"\mathbf{v} * \mathbf{v}": "* between arrays is read in several ways",
    r"\sum_{x=1}^3 x": "x is declared as a symbol; give the sum another letter",
    r"\sum_{u_1 = 1}^3 2": "u_i isn't declared as a variable with values",
    r"\int x \, d2": "this integral has no differential",
    r"\begin{pmatrix} u_1 & \dots \end{pmatrix}": "dots in a list stand between",
    r"f(1, \dots)": "dots in a list stand between",
    r"\max(1, \dots, \dots, 3)": "dots in a list stand between",
    r"u_1 + u_2 + \dots + t_{nm}": "follow no rule that is read",
    r"\dots + u_n": "dots need a term before them",
    r"u_1 + \dots": "dots without end need two terms",
    r"\{1, \dots, n\}": "a set stands where a number or an array is needed",
    "c_{12}": "the scripts don't fit: c_{l,i} is declared",
    "k_{1}": "the scripts don't fit: k_{ij} is declared",
    "u": "a subscript is missing here",
    r"\mathbf{A}_{123}": "a 3 x 2 matrix needs 2 indices",
    "x^*": "a superscript * needs a declared symbol",
    "x^{(2)}": "the superscript (2) isn't declared",
    "x^T": "a number has no transpose",
    "x/y/p": "a/bc can be read in two ways",
    r"x \% y": r"\% isn't read here",
    "(" * 42 + "x" + ")" * 42: "nested too deeply",
    "1" * 50: "the number is too large",
    r"\|x\|": "a norm needs an array",
    r"\arg\max_{i, j} t_{ij}": "an arg max over one letter",
    r"\min_i \mathbf{v}": "nothing says what i runs over",
    r"\prod_{k=1}^\infty \frac{1}{2}": "only a sum over one letter may be endless",
    r"\sum u_i": "doesn't say what it runs over",
    r"\sum_i 1": "nothing says what i runs over",
    r"\lim_{s} s": "a limit is written",
    r"\max_{i \in \{\}} u_i": "",
}


@pytest.mark.parametrize("latex", READ)
def test_spelling(spelled, latex):
    found = formula.evaluate(latex, spelled, VALUES)
    np.testing.assert_allclose(found, READ[latex], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("latex", REFUSED)
def test_refusal(spelled, latex):
    with pytest.raises(formula.FormulaError) as caught:
        formula.evaluate(latex, spelled, {**VALUES, "f": abs})
    assert REFUSED[latex] in caught.value.message
    assert caught.value.category in {"syntax", "undeclared", "index", "shape", "limit", "notation"}
    start, end = caught.value.span
    assert 0 <= start <= min(end, len(latex))


def test_arguments_that_a_function_does_not_take_are_told(numbers):
    told = formula.check("x^2", numbers, against="operator.pow(x, 2, 3, 4)")
    assert "isn't an argument such as x=a_l" in told.message
    told = formula.check("x^2", numbers, against="math.pow(base=x)")
    assert "math.pow raised TypeError" in told.message


def test_what_a_function_raises_is_told(numbers):
    def careful(x):
        raise formula.FormulaError("value", "not today")

    assert "not today" in formula.check("x^2", numbers, against=careful).message


def test_an_update_names_what_the_function_changes():
    notation = formula.Notation("savings")
    notation.declare("K", "capital", code="capital")
    notation.declare("r", "rate", code="rate")
    book = formula.Book(notation)
    book.add(
        r"K \leftarrow K + r K",
        kind="update",
        label="year",
        code="operator.attrgetter('real')",
    )
    assert "K + r K" in book.check()[0].message


@pytest.mark.parametrize("equal_sizes", [False, True])
def test_worlds_have_different_sizes_unless_told_otherwise(numbers, equal_sizes):
    book = formula.Book(numbers, equal_sizes=equal_sizes)
    book.add(r"\sum_{i=1}^n \sum_{j=1}^m t_{ij} = \sum_{j=1}^m \sum_{i=1}^n t_{ij}")
    book.add(r"\sum_{i=1}^m 1 = n")
    first, second = book.check()
    assert first
    for sizes in first.evidence["sizes"]:
        assert (sizes["n"] == sizes["m"]) == equal_sizes
    assert bool(second) == equal_sizes


RAISED = [  # an index or a mark, and what it is raised to, in one superscript
    r"\theta^{(1)\top} x = x^\top \theta^{(1)}",
    r"\theta^{(1)T} x = x^T \theta^{(1)}",
    r"\theta^{(1)\mathsf{T}} x = x^T \theta^{(1)}",
    r"{\theta^{(1)}}^T x = x^T \theta^{(1)}",
    r"w^{*\top} x = x^T w^*",
    r"(W^{[l]T} x)^T = x^T W^{[l]}",
    r"(W^{[l-1]\intercal} x)^T = x^T W^{[l-1]}",
    r"V_q^{h\top} x = (x^T V_q^h)^T",
    r"V_q^{h+1\top} x = (x^T V_q^{h+1})^T",
    r"S^{(l)-1} S^{(l)} x = x",
    r"S^{(l)-\top} S^{(l)} x = x",
    r"W^{[l]2} = W^{[l]} W^{[l]}",
    r"{M^2}^T = M^T M^T",
]


@pytest.mark.parametrize("latex", RAISED)
def test_an_index_and_a_transpose_in_one_superscript(latex):
    notation = formula.Notation("layers")
    notation.declare_all(
        r"""
        n, L :: size
        \theta^{(1)}, x, w^* :: shape: n
        W^{[l]} :: l = 1..L :: shape: n, n
        S^{(l)} :: l = 1..L :: shape: n, n :: positive definite
        V_q^h :: h = 1..L :: shape: n, n
        M :: shape: n, n
        """
    )
    assert formula.check(latex, notation)
    left, right = latex.split("=", 1)
    assert formula.check(f"{left} = 2 {right}", notation).category == "value"


def test_all_that_is_declared_with_other_scripts_is_named():
    notation = formula.Notation("layers")
    notation.declare_all("n :: size\nW_1, W_2\nW^{[l]} :: l = 1..n")
    message = formula.check("W^{[l]k} = 2", notation).message
    assert message.startswith(r"the scripts don't fit: W_1, W_2 and W^{[l]} are declared")


SETS = "n :: size\nA, B :: set of 1..n"
GRADIENTS = "n :: size\n\\mathbf{A} \\in \\mathbb{R}^{n \\times n}\n\\mathbf{x} \\in \\mathbb{R}^n"


@pytest.mark.parametrize(
    ("declared", "true", "false"),
    [
        (SETS, r"|A \cup B| = |A| + |B| - |A \cap B|", r"|A \cup B| = |A| + |B|"),
        (SETS, r"|A \setminus B| = |A| - |A \cap B|", r"|A \setminus B| = |A| - |B|"),
        (
            GRADIENTS,
            r"\nabla_{\mathbf{x}} \mathbf{x}^\top \mathbf{A} \mathbf{x} = (\mathbf{A} + \mathbf{A}^\top) \mathbf{x}",
            r"\nabla_{\mathbf{x}} \mathbf{x}^\top \mathbf{A} \mathbf{x} = 2 \mathbf{A} \mathbf{x}",
        ),
    ],
)
def test_what_reaches_further_than_one_factor(declared, true, false):
    notation = formula.Notation()
    notation.declare_all(declared)
    assert formula.check(true, notation)
    assert formula.check(false, notation).category == "value"


def test_a_case_may_be_an_interval():
    notation = formula.Notation()
    notation.declare_all("a, x\nw :: positive\nb :: printed\nf, F :: maps: printed")
    before = [
        "b = a + w",
        r"f(x) = \begin{cases} \frac{1}{b - a} & x \in [a, b], \\ 0 & x \not\in [a, b]. \end{cases}",
        r"F(x) = \begin{cases} 0 & x \in (-\infty, a) \\ \frac{x - a}{b - a} & x \in [a, b] \\ 1 & x > b \end{cases}",
    ]
    assert formula.check(r"\int_a^b f(x) \, dx = 1", notation, definitions=before)
    assert formula.check(r"F(a) = 0, \quad F(b) = 1", notation, definitions=before)
    assert formula.check(r"\mathbf{1}[x \in [a, b]] = w f(x)", notation, definitions=before)
    result = formula.check(r"\mathbf{1}[x \notin [a, b]] = w f(x)", notation, definitions=before)
    assert result.category == "value"


LAYOUT = r"""
n :: size
x
f, g :: printed
y_{it} :: i = 1..n; t = 0..5
u_m :: m = 0..n-1
\bm{\phi} :: shape: n
"""


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (r"f^\prime(x) = 2 x", r"f^\prime(x) = x"),
        (r"f(x) = & x^2 \\ = & x \cdot x", r"f(x) = & x^2 \\ = & x + x"),
        (
            r"\begin{aligned} f(x) &= x^2 \\[1em] &= x \cdot x \\[2pt] \end{aligned}",
            r"\begin{aligned} f(x) &= x^2 \\[1em] &= x + x \\[2pt] \end{aligned}",
        ),
        (r"|x| = x \quad (x \geq 0)", r"|x| = -x \quad (x \geq 0)"),
        (
            r"u_{m+1} - u_m = 0 + u_{m+1} - u_m \qquad m = 0, \ldots, n-2.",
            r"u_m = u_0 \qquad m = 0, \ldots, n-1.",
        ),
        (
            r"y_{it-1} + y_{it} = y_{it} + y_{i,t-1} \quad (t \geq 1)",
            r"y_{it-1} = y_{it} \quad (t \geq 1)",
        ),
        (
            r"\boldsymbol{\phi}^\top \bm\phi = \|\pmb{\phi}\|^2",
            r"\boldsymbol{\phi}^\top \bm\phi = 2 \|\pmb{\phi}\|^2",
        ),
        (r"g(x) n = 3", r"g(x) n = 4"),  # a function need not show its argument
    ],
)
def test_layouts_of_other_books(true, false):
    notation = formula.Notation()
    notation.declare_all(LAYOUT)
    before = ["f(x) = x^2", r"g(x) = \frac{3}{n}"]
    assert formula.check(true, notation, definitions=before)
    assert formula.check(false, notation, definitions=before).category == "value"
