r"""What lies near another reading: limits from two sides, remainders, letters that stand for two things, runs of powers."""

import pytest

from nnmath import formula
from nnmath.formula.errors import ASKS

DECLARED = r"""n :: size
x, h
r :: unit interval
f :: R -> R
w_i :: i = 1..n :: positive"""


def check(latex, more=""):
    """Check with a few numbers, and more declarations."""
    notation = formula.Notation("near")
    notation.declare_all(f"{DECLARED}\n{more}")
    return formula.check(latex, notation)


@pytest.mark.parametrize(
    "latex",
    [
        r"\lim_{x \to 0} \frac{|x|}{x} = 1",
        r"\lim_{x \to 2} \lfloor x \rfloor = 2",
        r"\lim_{x \to 0} \arctan \frac{1}{x} = \frac{\pi}{2}",
        r"\lim_{h \to 0} \frac{f(x + h) - f(x)}{|h|} = f'(x)",
    ],
)
def test_a_limit_is_taken_from_both_sides(latex):
    assert "the limits from the left and the right differ" in check(latex).message


@pytest.mark.parametrize(
    "latex",
    [
        r"\lim_{h \to 0} \frac{f(x + h) - f(x)}{h} = f'(x)",
        r"\lim_{h \to 0} \frac{f(x + h) - f(x - h)}{2 h} = f'(x)",
        r"\lim_{x \to 0} \exp(2 \log \sqrt{x}) = 0",  # there is no left
        r"\lim_{x \to \infty} \frac{x}{1 + x} = 1",
    ],
)
def test_a_limit_that_is_the_same_from_both_sides_is_found(latex):
    result = check(latex)
    assert result, result.message


@pytest.mark.parametrize("latex", ["n^2 = O(n)", "n = O(n^2)"])
def test_a_remainder_of_a_size_is_refused(latex):
    assert "one symbol that is small" in check(latex).message


@pytest.mark.parametrize(
    "latex",
    [
        r"\log \frac{1}{n} \sum_{i=1}^n w_i = -\log n \sum_{i=1}^n w_i",
        r"\log \frac{1}{n} \prod_{i=1}^n w_i = -\log n",
    ],
)
def test_a_function_before_a_sum_is_asked_how_far_it_reaches(latex):
    result = check(latex)
    assert result.category in ASKS
    assert "how far does the function before this reach" in result.message


@pytest.mark.parametrize("declared", ["E :: event", r"E :: distributed normal(0, 1)"])
def test_e_stays_a_number_beside_a_random_one(declared):
    assert check(r"\frac{d}{dx} e^x = \exp(x)", declared)
    assert not check(r"e^2 = e", declared)


@pytest.mark.parametrize("latex", [r"\Pr(X \leq x)^2 = \Pr(X \leq x)", r"\Pr(X > 0) = \frac{1}{2}"])
def test_a_law_of_events_is_not_that_of_a_number(latex):
    more = "A, B :: event\n\\Pr :: law of A, B\nX :: distributed normal(0, 1)"
    assert "X isn't a variable of" in check(latex, more).message


@pytest.mark.parametrize(
    "latex",
    [
        r"1 + 2 + 4 + \dots + 2^n = 2^{n+1} - 1",
        r"1 + 2 + 4 + \dots + 64 = 1057",
        r"1 + 3 + 9 + \dots + 3^{n-1} = \frac{3^n - 1}{2}",
        r"\frac{1}{2} + \frac{1}{4} + \frac{1}{8} + \dots + \frac{1}{2^n} = 1 - \frac{1}{2^n}",
        r"1 \cdot 2 \cdot 4 \cdots 2^n = 2^{n(n+1)/2}",
        r"1 + 4 + 9 + \dots + n^2 = \frac{n (n+1) (2n+1)}{6}",
    ],
)
def test_numbers_that_do_not_advance_by_one_step_are_refused(latex):
    assert check(latex).category in ASKS


@pytest.mark.parametrize(
    "latex",
    [
        r"1 + 2 + 3 + \dots + n = \frac{n (n+1)}{2}",
        r"2 + 4 + 6 + \dots + 2n = n (n+1)",
        r"1 + 3 + 5 + \dots + (2n - 1) = n^2",
        r"2^0 + 2^1 + 2^2 + \dots + 2^n = 2^{n+1} - 1",
    ],
)
def test_numbers_that_advance_by_one_step_are_filled_in(latex):
    result = check(latex)
    assert result, result.message


def test_a_letter_above_is_no_differential():
    assert check(r"\int_0^1 x^d \, dx = \frac{1}{d+1}", "d :: size")
    assert check(r"\int_0^1 x^d \, dx = \frac{1}{d+2}", "d :: size").category == "value"
