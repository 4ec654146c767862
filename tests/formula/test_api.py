"""A single formula: run with one's own arrays, differentiated, checked."""

import numpy as np
import pytest

from nnmath import formula


def test_evaluate_by_hand(sample):
    values = {"x_i": [1.0, 2.0, 6.0], "y": [2.0, 0.0, 1.0]}
    assert formula.evaluate(r"\sum_i x_i y_i", sample, values) == 2.0 + 0.0 + 6.0
    assert formula.evaluate(r"x_i - y_i", sample, values).tolist() == [-1.0, 2.0, 5.0]
    mean = [r"\bar{x} = \frac{1}{n} \sum_i x_i"]
    assert formula.evaluate(r"x_i - \bar{x}", sample, values, definitions=mean).tolist() == [
        -2.0,
        -1.0,
        3.0,
    ]


def test_evaluate_whole_arrays_and_functions(numbers):
    values = {
        r"\mathbf{A}": np.arange(6.0).reshape(2, 3),
        r"\mathbf{v}": [1.0, 2.0],
        "f": np.exp,
        "x": 0.0,
    }
    assert formula.evaluate(r"\mathbf{A}^T \mathbf{v}", numbers, values).tolist() == [
        6.0,
        9.0,
        12.0,
    ]
    assert formula.evaluate("n m + f(x)", numbers, values) == 7.0


def test_differentiate_by_hand(numbers):
    assert formula.differentiate("x^3 y", "x", numbers, {"x": 2.0, "y": 5.0}) == 60.0
    slope = formula.differentiate(
        r"\mathbf{v}^T \mathbf{v}", r"\mathbf{v}", numbers, {r"\mathbf{v}": [1.0, 3.0]}
    )
    assert slope.tolist() == [2.0, 6.0]


@pytest.mark.parametrize(
    ("latex", "values", "message"),
    [
        ("x = y", {"x": 1.0}, "an equation has no value"),
        ("x", {"q": 1.0}, "q is no declared symbol"),
        ("t_{12}", {"t_{ij}": [1.0, 2.0]}, "too few axes"),
        ("u_3", {"u_i": [1.0, 2.0]}, "has i = 1..n (here 1..2), not 3"),
        ("x", {"x": [1.0]}, "axes too many or few"),
        ("f'(x)", {"f": np.exp, "x": 1.0}, "can't be differentiated"),
        ("u_1", {"u_i": [1.0, 2.0], r"\mathbf{v}": [1.0]}, "shows n = 1, not 2"),
    ],
)
def test_values_that_do_not_fit(numbers, latex, values, message):
    with pytest.raises(formula.FormulaError, match=".*") as caught:
        formula.evaluate(latex, numbers, values)
    assert message in caught.value.message


def test_check_against_a_labelled_equation(sample):
    book = formula.Book(sample)
    book.add(r"\bar{x} = \frac{1}{n} \sum_{i=1}^n x_i", kind="definition", label="mean")
    book.add(r"\sum_i (x_i - \bar{x}) = 0", label="balance")
    assert (
        formula.check(r"\frac{x_1 + \sum_{i=2}^n x_i}{n}", book=book, against="mean").verdict
        == "holds"
    )
    assert formula.check(r"\frac{1}{n-1} \sum_i x_i", book=book, against="mean").verdict == "fails"
    assert formula.check(r"n \bar{x} = \sum_i x_i", book=book, against="mean").verdict == "holds"


def test_check_against_a_function_by_its_name(sample):
    assert formula.check(r"\max_i x_i", sample, against="numpy.max(a=x)").verdict == "holds"


def test_check_takes_definitions_and_gives_a_hint(sample):
    result = formula.check(
        r"\bar{x} = \frac{1}{n} \sum_i y_i",
        sample,
        definitions=[r"\bar{x} = \frac{1}{n} \sum_i x_i"],
    )
    assert result.verdict == "fails"
    assert result.hint == "write x_i for y_i"


def test_check_needs_a_notation():
    with pytest.raises(ValueError, match="a notation is needed"):
        formula.check("x = y")


def test_an_unreadable_formula_is_a_failed_check(sample):
    assert formula.check("x_i = (", sample).category == "syntax"
    assert (
        formula.check(r"\beta \leftarrow \beta - \alpha \frac{d Q}{d \beta}", sample).verdict
        == "holds"
    )
