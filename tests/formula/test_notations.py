r"""Ways of writing that books differ in: what is true holds, what is nearly true is rejected with its place."""

import pytest

from nnmath import formula

NUMBERS = r"""
    n :: size
    x, y, a, \theta, \eta
    u_i :: i = 1..n
"""
# Signs as characters, and signs with another spelling
SIGNS = [
    (r"2·θ − η × x = 2 \theta - \eta x", r"2·θ − η × x = 2 \theta + \eta x"),
    (r"\theta^2 + η^2 ≥ 2 θ η", r"\theta^2 + η^2 ≤ 2 θ η"),
    (r"∑_{i=1}^n (u_i − x) = ∑_i u_i − n x", r"∑_{i=1}^n (u_i − x) = ∑_i u_i − x"),
    (r"∂_x x^2 = 2x", r"∂_x x^2 = x"),
    (r"∫_0^1 t \, dt = \frac{1}{2}", r"∫_0^1 t \, dt = 1"),
    (
        r"∑_{i ∈ \{1, …, n\}} i = \frac{n (n + 1)}{2}",
        r"∑_{i ∈ \{1, …, n\}} i = \frac{n (n - 1)}{2}",
    ),
    (r"x \lt x + 1", r"x \gt x + 1"),
    (
        r"\Sigma_{i=1}^{n} u_i = n x + \sum_i (u_i - x)",
        r"\Sigma_{i=2}^{n} u_i = n x + \sum_i (u_i - x)",
    ),
    (r"\Pi_{i=1}^{n} u_i^2 = (\Pi_{i=1}^{n} u_i)^2", r"\Pi_{i=1}^{n} u_i^2 = \Pi_{i=1}^{n} u_i"),
    (r"{x \over 1 + y^2} = {1 \over 1 + y^2} x", r"{x \over 1 + y^2} = {1 \over 1 - y^2} x"),
    (r"e^{x \over 2} = \sqrt{e^x}", r"e^{x \over 3} = \sqrt{e^x}"),
    (r"u_i x = x u_i + 0 a, i = 1, ...., n", r"u_i x = x u_i + a, i = 1, ...., n"),
    (r"\Rightarrow (x + y)^2 = x^2 + 2 x y + y^2", r"\therefore (x + y)^2 = x^2 + y^2"),
    (r"x \cdot -y = -x y", r"x \cdot -y = x y"),
    (r"\sum_i u_i [i = +1] = u_1", r"\sum_i u_i [i = +1] = u_2"),
]
TABLES = [(NUMBERS, SIGNS)]


def verdict(declared, latex, **facts):
    """Check one formula in a notation that is declared in text."""
    notation = formula.Notation(elementwise=facts.pop("elementwise", False))
    notation.declare_all(declared)
    return formula.check(latex, notation, **facts)


@pytest.mark.parametrize(
    ("declared", "right", "wrong"),
    [(declared, *pair) for declared, pairs in TABLES for pair in pairs],
)
def test_what_is_true_holds_and_what_is_nearly_true_is_rejected(declared, right, wrong):
    found = verdict(declared, right)
    assert found, found.message
    found = verdict(declared, wrong)
    assert found.verdict == "fails"
    assert found.category == "value", found.message
    assert "^" in found.message


REFUSED = [
    (NUMBERS, r"x \over y = 2", r"\over is read within braces"),
    (NUMBERS, r"\Sigma_{ij} u_i = 2", r"\Sigma isn't declared"),
    (NUMBERS, r"x = y \iff y = x", r"\iff isn't declared"),
    (NUMBERS, r"x = + y", "a plus sign with nothing before it"),
    (NUMBERS, r"é = x", "the character 'é' isn't read"),
]


@pytest.mark.parametrize(("declared", "latex", "message"), REFUSED)
def test_what_could_be_read_in_two_ways_is_refused(declared, latex, message):
    found = verdict(declared, latex)
    assert found.verdict == "fails"
    assert message in found.message
    assert "^" in found.message


def test_a_declared_letter_is_no_sum():
    found = verdict("K :: size\n\\Sigma_k :: k = 1..K", r"\Sigma_{k=1} x = 2")
    assert found.verdict == "fails"


def test_signs_as_characters_are_declared_as_letters_are():
    update = verdict("w, x\nη :: positive", r"w ← w − η x")
    assert update, update.message
    found = verdict("μ\nσ :: positive", r"(\mu + \sigma)^2 = μ^2 + 2 μ σ + σ^2")
    assert found, found.message
