"""What is right and looks wrong to a checker: none of it may be called false."""

import pytest

from nnmath import formula
from nnmath.formula.errors import ASKS


@pytest.fixture
def sequence() -> formula.Notation:
    """Return the notation of a recurrence, of regression and of sums over parts of ranges."""
    notation = formula.Notation("a sequence")
    notation.declare_all(
        r"""
        T, n, m, d :: size
        k :: at most n
        h_t :: t = 0..T :: given: t = 0
        x_t :: t = 1..T
        \theta, w, y, a
        b :: positive
        f :: R, R, R -> R
        g, q :: R -> R
        L
        u_i, v_i :: i = 1..n
        c_j :: j = 1..k
        X \in \mathbb{R}^{n \times d}
        r \in \mathbb{R}^n
        \beta \in \mathbb{R}^d
        N_l :: l = 1..T :: size
        """
    )
    return notation


TRUE = [
    # a part of a range is right
    ((), r"\sum_{i=2}^{n} (u_i - u_{i-1}) = u_n - u_1"),
    ((), r"\sum_{i=1}^{n-1} u_i + u_n = \sum_{i=1}^n u_i"),
    ((), r"\sum_{j=1}^k c_j u_j = \sum_{j=1}^k u_j c_j"),
    ((), r"c_j u_j = u_j c_j"),
    ((), r"\sum_{i=1}^{0} u_i = 0"),
    ((), r"\prod_{i=n+1}^{n} u_i = 1"),
    # an explicit partial isn't a total derivative
    (
        ("h_t = f(x_t, h_{t-1}, w)", "L = g(h_T)"),
        r"\frac{\partial L}{\partial h_{T-1}} = \frac{\partial L}{\partial h_T}"
        r" \frac{\partial f(x_T, h_{T-1}, w)}{\partial h_{T-1}}",
    ),
    # the parameter of a function is found by the whole symbol, not by its head
    (("g(u_1) = u_1^2",), r"g(u_2) = u_2 u_2"),
    (("g(y) = y^2 w",), r"g(w) = w^3"),
    # literals and numbers with names
    ((), r"\frac{1 \cdot 3}{2 \cdot 4} = \frac38"),
    ((), r"1 \cdot a = a \cdot 1"),
    # a sum that binds its letter anew inside another
    ((), r"\sum_i u_i \frac{e^{v_i}}{\sum_i e^{v_i}} = \frac{\sum_i u_i e^{v_i}}{\sum_i e^{v_i}}"),
    # a matrix that has an inverse only where it is tall
    ((r"\beta = (X^\top X)^{-1} X^\top r",), r"X^\top (r - X \beta) = 0"),
    # an argument of a definition may be printed as a power of its symbol
    ((r"g(b^2) = b^2 + w",), r"g(b) = b + w"),
    # a letter that no declaration has, as an index
    ((), r"u_s v_s = v_s u_s"),
    # a term with a sign after the sum, a chain of signs
    ((), r"\sum_{i=1}^n -2 (u_i - v_i) = 2 \sum_{i=1}^n (v_i - u_i)"),
]


@pytest.mark.parametrize(("definitions", "latex"), TRUE)
@pytest.mark.parametrize("seed", [0, 1])
def test_it_holds(sequence, definitions, latex, seed):
    book = formula.Book(sequence)
    for k, definition in enumerate(definitions):
        book.add(definition, label=f"definition {k}", kind="definition", strict=False)
    book.add(latex, strict=False)
    for result in book.check(seed):
        assert result.verdict == "holds", result.message


ASKED = [
    (
        r"\frac{\partial}{\partial u_i} \sum_i u_i^2 = 2 u_i",
        "shadowed",
        "give the sum another letter",
    ),
    (r"\sum_i \sum_i u_i = \sum_i u_i", "shadowed", "give the sum another letter"),
    (r"\sum_{s=1}^n u_i = n u_i", "shadowed", "nothing in this sum has its index s"),
    (r"\log u_i = \log u_i + 0", "domain", "no real value here"),
    (r"e_i = u_i", "syntax", ""),
    (r"\zeta = a", "undeclared", r"\zeta isn't declared"),
    (r"a = \pm a", "syntax", "write two formulas"),
    (r"x_t \sim a", "syntax", "distributed"),
    (r"a \otimes b \approx b \otimes a", "style", "a stated tolerance"),
    (r"a / b c = a", "syntax", "can be read in two ways"),
]


@pytest.mark.parametrize(("latex", "category", "message"), ASKED)
def test_what_is_unclear_is_asked_about(sequence, verdict, latex, category, message):
    result = verdict(latex, sequence)
    assert result.verdict == "fails"
    assert result.category in ASKS, result.message
    assert result.category == category or not message
    assert message in result.message
    assert result.span is not None


def test_a_strict_book_wants_a_letter_of_its_own_for_each_sum(sequence):
    claim = r"\sum_i u_i \frac{e^{v_i}}{\sum_i e^{v_i}} = \frac{\sum_j u_j e^{v_j}}{\sum_j e^{v_j}}"
    book = formula.Book(sequence)
    book.add(claim)
    result = book.check()[0]
    assert result.category == "shadowed"
    assert "index i is already in use here" in result.message


def test_a_row_may_be_what_a_column_is_differentiated_by():
    notation = formula.Notation("rows", layout="numerator")
    notation.declare_all("d :: size")
    notation.declare_all(r"\boldsymbol{x}, \boldsymbol{a} \in \mathbb{R}^d")
    row = r"\frac{\partial \boldsymbol{x}^\top \boldsymbol{a}}{\partial \boldsymbol{x}} = \boldsymbol{a}^\top"
    assert formula.check(row, notation).verdict == "holds"
    holds = formula.check(
        r"\nabla_{\boldsymbol{x}} (\boldsymbol{x}^\top \boldsymbol{a}) = \boldsymbol{a}", notation
    )
    assert holds.verdict == "holds", holds.message


@pytest.mark.parametrize("seed", range(5))
def test_second_equation_of_a_display_is_no_condition(sequence, seed):
    # It holds up to rounding, which differs from point to point: as a condition it would pick few or none.
    latex = r"\sum_i u_i v_i = \sum_i v_i u_i, \qquad (u_i + b)^2 - u_i^2 - 2 b u_i = b^2"
    result = formula.check(latex, sequence, seed=seed)
    assert result
    assert result.points > 2 * result.evidence["worlds"]
