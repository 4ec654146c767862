"""Sums and means over a sample: a set of observations."""

import numpy as np
import pytest

from nnmath import formula

DECLARED = r"""
d, c :: size
\mathbf{x} \in \mathbb{R}^d
y
\mathbf{w} \in \mathbb{R}^d
\mathcal{D} :: sample of \mathbf{x}, y
D_i :: i = 1..c :: sample of \mathbf{x}
L :: printed
\mathbf{m} :: shape: d :: printed
\mathbf{m}_i :: i = 1..c :: shape: d :: printed
"""
DEFINED = [
    r"L = \frac{1}{|\mathcal{D}|} \sum_{(\mathbf{x}, y) \in \mathcal{D}} (y - \mathbf{w}^T \mathbf{x})^2",
    r"\mathbf{m} = \frac{1}{|\mathcal{D}|} \sum_{\mathbf{x} \in \mathcal{D}} \mathbf{x}",
    r"\mathbf{m}_i = \frac{1}{|D_i|} \sum_{\mathbf{x} \in D_i} \mathbf{x}",
]
CLAIMS = [
    (
        r"\nabla_{\mathbf{w}} L = -\frac{2}{|\mathcal{D}|} \sum_{(\mathbf{x}, y) \in \mathcal{D}} (y - \mathbf{w}^T \mathbf{x}) \mathbf{x}",
        r"\nabla_{\mathbf{w}} L = -\frac{2}{|\mathcal{D}|} \sum_{(\mathbf{x}, y) \in \mathcal{D}} y \mathbf{x}",
    ),
    (
        r"L = \mathbb{E}_{(\mathbf{x}, y) \sim \mathcal{D}}[(y - \mathbf{w}^T \mathbf{x})^2]",
        r"L = \mathbb{E}_{(\mathbf{x}, y) \sim \mathcal{D}}[y - \mathbf{w}^T \mathbf{x}]^2",
    ),
    (
        r"\sum_{\mathbf{x} \in \mathcal{D}} (\mathbf{x} - \mathbf{m})(\mathbf{x} - \mathbf{m})^T"
        r" = \sum_{\mathbf{x} \in \mathcal{D}} \mathbf{x} \mathbf{x}^T - |\mathcal{D}| \mathbf{m} \mathbf{m}^T",
        r"\sum_{\mathbf{x} \in \mathcal{D}} (\mathbf{x} - \mathbf{m})(\mathbf{x} - \mathbf{m})^T"
        r" = \sum_{\mathbf{x} \in \mathcal{D}} \mathbf{x} \mathbf{x}^T - \mathbf{m} \mathbf{m}^T",
    ),
    (
        r"\sum_{i=1}^c \sum_{\mathbf{x} \in D_i} (\mathbf{x} - \mathbf{m}_i) = 0",
        r"\sum_{i=1}^c \sum_{\mathbf{x} \in D_i} (\mathbf{x} - \mathbf{m}) = 0",
    ),
]


@pytest.mark.parametrize(("true", "false"), CLAIMS)
def test_what_is_said_of_a_sample(true, false):
    notation = formula.Notation("statistics")
    notation.declare_all(DECLARED)
    assert formula.check(true, notation, definitions=DEFINED)
    result = formula.check(false, notation, definitions=DEFINED)
    assert result.category == "value"


def test_a_sample_is_given_as_a_list_of_observations():
    notation = formula.Notation()
    notation.declare_all("x, y\nD :: sample of x, y\nS :: sample of x")
    values = {"D": [(1, 2), (3, 4)], "S": [1.0, 5.0]}
    assert formula.evaluate(r"\sum_{(x, y) \in D} x y", notation, values) == 1 * 2 + 3 * 4
    assert formula.evaluate(r"\sum_{y \in D} y", notation, values) == 2 + 4
    assert formula.evaluate(r"\sum_{x \in S} x / |S|", notation, values) == (1 + 5) / 2


@pytest.mark.parametrize("wrong", [3, [(1, 2, 3)], [1, 2], "xy"])
def test_observations_must_be_what_the_sample_is_of(wrong):
    notation = formula.Notation()
    notation.declare_all("x, y\nD :: sample of x, y")
    with pytest.raises(TypeError, match="D: expected a list of observations of x, y"):
        formula.evaluate(r"\sum_{(x, y) \in D} x", notation, {"D": wrong})


def test_a_function_gets_the_observations():
    notation = formula.Notation()
    notation.declare_all("x\n\\mathbf{u} :: shape: 3\nD :: sample of x, \\mathbf{u} :: code: data")

    def total(data):
        return sum(x * np.sum(u) for x, u in data)

    printed = r"\sum_{(x, \mathbf{u}) \in D} x (\mathbf{u}_1 + \mathbf{u}_2 + \mathbf{u}_3)"
    assert formula.check(printed, notation, against=total)


def test_a_sample_of_a_variable_takes_its_values():
    notation = formula.Notation()
    notation.declare_all("k :: values 1..3\nD :: sample of k")
    assert formula.check(r"\sum_{k \in D} (k - 1)(k - 2)(k - 3) = 0", notation)
    assert not formula.check(r"\sum_{k \in D} (k - 1)(k - 2) = 0", notation)


def test_what_is_refused_of_samples():
    notation = formula.Notation()
    notation.declare_all("x, y\nD :: sample of x\nu_i :: i = 1..3")
    assert "the sample has no y" in formula.check(r"\sum_{y \in D} y = 0", notation).message
    assert "a set stands where a number" in formula.check("D = 3", notation).message
    for wrong in ("z", "u_i", "2 x"):
        with pytest.raises(formula.FormulaError, match="a sample is of|isn't declared"):
            notation.declare("S", domain=f"sample of {wrong}")
