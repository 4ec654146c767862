"""Formulas run on small numbers: each result is worked by hand in the comment or in the expression beside it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nnmath import formula

VALUES = {
    "x": 2.0,
    "y": 3.0,
    "z": 0.5,
    "p": 4.0,
    "u_i": [1.0, 2.0, 4.0],
    r"\mathbf{v}": [3.0, -4.0, 0.0],
    r"\mathbf{w}": [1.0, 1.0, 2.0],
    r"\mathbf{A}": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
    r"\mathbf{B}": [[2.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 4.0]],
    r"\mathcal{M}": {1, 3},
}
E = math.e
RESULTS = {
    # functions of numbers
    r"\operatorname{sgn}(x) + \operatorname{sgn}(-x) + \operatorname{sgn}(x - 2)": 0.0,
    r"7 \bmod 4": 3.0,
    "5!": 120.0,
    r"\binom{5}{2}": 10.0,
    r"\sqrt[3]{8}": 2.0,
    r"\Gamma(5)": 24.0,  # 4!
    r"\log_2 8": 3.0,
    r"\left. x^2 \right|_{x = 5}": 25.0,
    "x^2 |_{x = 5}": 25.0,
    # functions of arrays
    r"\operatorname{mean}(\mathbf{A})": 21 / 6,
    r"\operatorname{rowsum}(\mathbf{A})": [3.0, 7.0, 11.0],
    r"\operatorname{vec}(\mathbf{A})": [1.0, 3.0, 5.0, 2.0, 4.0, 6.0],  # column by column
    r"\operatorname{rank}(\mathbf{A})": 2.0,
    r"\operatorname{diag}(1, 2)": [[1.0, 0.0], [0.0, 2.0]],
    r"\operatorname{softmax}(\mathbf{A})": [[1 / (1 + E), E / (1 + E)]] * 3,  # rows differ by 1
    r"\det \mathbf{B} + \operatorname{tr} \mathbf{B}": 24.0 + 9.0,
    r"\mathbf{B}^{1/2}": np.diag([math.sqrt(2), math.sqrt(3), 2.0]),
    r"\mathbf{B}^{-1}": np.diag([1 / 2, 1 / 3, 1 / 4]),
    r"\begin{pmatrix} \mathbf{B} & \mathbf{A} \end{pmatrix}": [
        [2.0, 0.0, 0.0, 1.0, 2.0],
        [0.0, 3.0, 0.0, 3.0, 4.0],
        [0.0, 0.0, 4.0, 5.0, 6.0],
    ],
    r"\begin{pmatrix} 1 & x \\ 0 & 3 \end{pmatrix} \otimes \begin{pmatrix} 1 & 2 \end{pmatrix}": [
        [1.0, 2.0, 2.0, 4.0],
        [0.0, 0.0, 3.0, 6.0],
    ],
    # norms
    r"\|\mathbf{v}\|": 5.0,
    r"\|\mathbf{v}\|_1": 7.0,
    r"\|\mathbf{v}\|_\infty": 4.0,
    r"\|\mathbf{v}\|_3": (27 + 64) ** (1 / 3),
    r"\|\mathbf{v}\|_{\mathbf{B}}": math.sqrt(2 * 9 + 3 * 16),
    r"\|\mathbf{B}\|_F": math.sqrt(4 + 9 + 16),
    # sums, limits, integrals
    r"u_1 + \dots + u_n": 7.0,
    r"\max(1, \dots, n)": 3.0,
    r"\sum_{k \in \emptyset} k": 0.0,
    r"\sum_{k \in \{1, 2\} \cup \{3\}} k": 6.0,
    r"\sum_{k \in \mathcal{M}} k^2": 10.0,
    r"\sum_{k=1}^\infty \frac{1}{2^k}": 1.0,
    r"\int_0^1 s^2 \, ds": 1 / 3,
    r"\lim_{s \to 0} \frac{\sin s}{s}": 1.0,
    r"\begin{cases} 1 & x > 1 \\ 0 & \text{otherwise} \end{cases}": 1.0,
    # densities that are known without being declared
    r"\operatorname{Bern}(1 \mid z) + \operatorname{Bern}(0 \mid z)": 1.0,
    r"\operatorname{Bin}(2 \mid 3, z)": 3 / 8,
    r"\operatorname{Beta}(z \mid 2, 3)": 12
    * (1 / 2)
    * (1 / 4),  # Gamma(5)/(Gamma(2) Gamma(3)) = 12
    r"\operatorname{Gam}(x \mid 2, 3)": 9 * 2 * E**-6,  # b^a x^(a-1) e^(-bx) / Gamma(a)
    r"\operatorname{Poisson}(2 \mid y)": 9 / 2 * E**-3,
    r"\operatorname{Expon}(x \mid y)": 3 * E**-6,
    r"\operatorname{Unif}(z \mid 0, 2)": 1 / 2,
    r"\operatorname{Unif}(x \mid 0, 1)": 0.0,
    r"\mathcal{N}(x \mid y, p)": E ** (-1 / 8) / math.sqrt(8 * math.pi),
    # derivatives
    r"\frac{d^2}{dx^2} x^3": 12.0,
    r"\frac{\partial^2 x^2 y^2}{\partial x \partial y}": 4 * 2 * 3.0,
    "dx^2/dx": 4.0,
    r"\frac{d}{dx} x^2 \Big|_{x = 3}": 6.0,  # the derivative at 3, not the derivative of 9
    r"\left. \frac{d}{dx} x^2 \right|_{x = 3}": 6.0,
    r"2 \frac{d}{dx} y x^2 |_{x = 3}": 2 * 3 * 6.0,
    r"\frac{d x^2}{d x} \Big|_{x = 3}": 6.0,
    r"\frac{d}{dx} \left. y x^2 \right|_{x = 3}": 0.0,  # the bar closes what it opened with
    r"\int_0^1 \frac{d}{ds} s^3 \, ds": 1.0,
    r"\nabla_{\mathbf{v}} (\mathbf{v}^\top \mathbf{v})": [6.0, -8.0, 0.0],
    r"\nabla_{\mathbf{v}}^2 (\mathbf{v}^\top \mathbf{B} \mathbf{v})": np.diag([4.0, 6.0, 8.0]),
}


@pytest.mark.parametrize("latex", RESULTS)
def test_value(numbers, latex):
    numbers.declare(r"\mathbf{I}", shape="n, n", domain="identity")
    found = formula.evaluate(latex, numbers, VALUES)
    np.testing.assert_allclose(found, RESULTS[latex], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("latex", "by", "slope"),
    [
        (r"\|\mathbf{v}\|_\infty", r"\mathbf{v}", [0.0, -1.0, 0.0]),  # -4 is the largest
        (r"\det \mathbf{B}", r"\mathbf{B}", np.diag([12.0, 8.0, 6.0])),  # the cofactors
        ("u_i^2", "u_j", np.diag([2.0, 4.0, 8.0])),
        (r"\sum_{i=1}^n u_i^2", "u_2", 4.0),
        (r"\operatorname{mean}(\mathbf{A})", r"\mathbf{A}", np.full((3, 2), 1 / 6)),
        (r"\operatorname{Poisson}(2 \mid y)", "y", E**-3 * (3 - 9 / 2)),
        (r"\operatorname{Beta}(z \mid 2, 3)", "z", 12 * (1 / 4 - 2 * 1 / 2 * 1 / 2)),
        (r"\mathbf{A}", "x", np.zeros((3, 2))),
    ],
)
def test_derivative(numbers, latex, by, slope):
    found = formula.differentiate(latex, by, numbers, VALUES)
    np.testing.assert_allclose(found, slope, rtol=1e-12, atol=1e-14)


def test_second_derivatives_by_a_column_are_a_matrix(numbers):
    numbers.coordinates = r"\mathbf{v}"
    found = formula.evaluate(r"\nabla^2 (\mathbf{v}^\top \mathbf{B} \mathbf{v})", numbers, VALUES)
    np.testing.assert_allclose(found, np.diag([4.0, 6.0, 8.0]), rtol=1e-14)


def test_bars_are_elementwise_where_the_notation_says_so(numbers):
    numbers.elementwise = True
    found = formula.evaluate(r"|\mathbf{v}| * \mathbf{w}", numbers, VALUES)
    assert found.tolist() == [3.0, 4.0, 0.0]


def test_functions_defined_for_a_number_apply_to_each_entry():
    notation = formula.Notation("activation")
    notation.declare("n", domain="size")
    notation.declare("x")
    notation.declare(r"\mathbf{x}", shape="n")
    notation.declare("F", maps="entrywise")
    values = {r"\mathbf{x}": [1.0, 2.0, 3.0]}
    squares = formula.evaluate(r"F(\mathbf{x})", notation, values, definitions=["F(x) = x^2"])
    assert squares.tolist() == [1.0, 4.0, 9.0]
    slopes = formula.evaluate(r"F'(\mathbf{x})", notation, values, definitions=["F(x) = x^2"])
    assert slopes.tolist() == [2.0, 4.0, 6.0]


def test_an_array_is_put_together_from_the_definitions_of_its_entries():
    notation = formula.Notation("a table")
    notation.declare("n", domain="size")
    notation.declare("m", domain="size")
    notation.declare("A", shape="n, m", domain="printed")
    notation.declare("a_{ij}", indices="i = 1..n; j = 1..m", entry_of="A")
    notation.declare(r"\mathbf{c}", shape="n", domain="printed")
    notation.declare("c_i", indices="i = 1..n", entry_of=r"\mathbf{c}")
    definitions = ["a_{ij} = 10 i + j", "c_i = i^2"]
    sizes = {"n": 2, "m": 3}
    found = formula.evaluate("A", notation, sizes, definitions=definitions)
    assert found.tolist() == [[11.0, 12.0, 13.0], [21.0, 22.0, 23.0]]
    assert formula.evaluate(r"\mathbf{c}", notation, sizes, definitions=definitions).tolist() == [
        1.0,
        4.0,
    ]
    assert formula.check(r"c_i = \sum_{k=1}^i (2 k - 1)", notation, definitions=definitions)


def test_special_cases_come_before_the_general_one():
    notation = formula.Notation("a sequence")
    notation.declare("n", domain="size")
    notation.declare("F_k", indices="k = 0..n", domain="printed")
    definitions = ["F_0 = 0", "F_1 = 1", "F_k = F_{k-1} + F_{k-2}"]
    book = formula.Book(notation)
    for text, condition in zip(definitions, ("", "", "for k > 1"), strict=True):
        book.add(text, kind="definition", condition=condition)
    assert all(book.check())
    numbers = formula.evaluate("F_7", notation, {"n": 9}, definitions=definitions)
    assert numbers == 13.0  # 0 1 1 2 3 5 8 13
