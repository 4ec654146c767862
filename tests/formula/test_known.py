"""Functions that a book writes with a letter of its own: called, and with primes."""

from __future__ import annotations

import pytest

from nnmath import formula


@pytest.fixture
def distribution() -> formula.Notation:
    notation = formula.Notation("the normal distribution")
    notation.declare("x", "a value")
    notation.declare(r"\Phi", "distribution function", maps="normal cdf")
    return notation


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        (r"\Phi(x) = 1 - \Phi(-x)", True),
        (r"\Phi'(x) = \frac{1}{\sqrt{2 \pi}} e^{-x^2 / 2}", True),
        (r"\Phi''(x) = -x \Phi'(x)", True),
        (r"\Phi'''(x) = (x^2 - 1) \Phi'(x)", True),
        (r"\Phi'(x) = \Phi(x)", False),
        (r"\Phi''(x) = -\Phi'(x)", False),
    ],
)
def test_a_letter_of_the_book_has_its_derivatives(distribution, claim, holds) -> None:
    assert (formula.check(claim, distribution).verdict == "holds") is holds
