"""Laws in which variables depend on others: networks of them, and sequences."""

import pytest

from nnmath import formula

FORK = r"""
K, L, M :: size
a :: values 1..K
b :: values 1..L
c :: values 1..M
p :: law of a, b given a, c given a
"""
CHAIN = r"""
T, K, M :: size
h_t :: t = 1..T :: values 1..K
x_t :: t = 1..T :: values 1..M
p :: law of h_t given h_{t-1}, x_t given h_t
\alpha_t :: t = 1..T :: maps: printed
"""
BAYES = r"""
n, K, M :: size
y :: values 1..K
x_j :: j = 1..n :: values 1..M
p :: law of y, x_j given y
"""
CLAIMS = [
    (FORK, r"p(a, b, c) = p(a) p(b \mid a) p(c \mid a)", r"p(a, b, c) = p(a) p(b) p(c \mid a)"),
    (FORK, r"p(b, c \mid a) = p(b \mid a) p(c \mid a)", r"p(b, c) = p(b) p(c)"),
    (FORK, r"p(c \mid a, b) = p(c \mid a)", r"p(c \mid a, b) = p(c \mid b)"),
    (
        FORK,
        r"\mathbb{E}[b c \mid a] = \mathbb{E}[b \mid a] \mathbb{E}[c \mid a]",
        r"\mathbb{E}[b c] = \mathbb{E}[b] \mathbb{E}[c]",
    ),
    (
        CHAIN,
        r"p(h_{t+1} \mid h_t, x_t) = p(h_{t+1} \mid h_t)",
        r"p(h_{t+1} \mid h_t, x_{t+1}) = p(h_{t+1} \mid h_t)",
    ),
    (
        CHAIN,
        r"p(h_1, \dots, h_T) = p(h_1) \prod_{t=2}^T p(h_t \mid h_{t-1})",
        r"p(h_1, \dots, h_T) = p(h_1) \prod_{t=2}^T p(h_{t-1} \mid h_t)",
    ),
    (
        CHAIN,
        r"p(x_1, \dots, x_T) = \sum_{h_1, \ldots, h_T} p(h_1) p(x_1 \mid h_1) \prod_{t=2}^T p(h_t \mid h_{t-1}) p(x_t \mid h_t)",
        r"p(x_1, \dots, x_T) = \sum_{h_2, \ldots, h_T} p(h_1) p(x_1 \mid h_1) \prod_{t=2}^T p(h_t \mid h_{t-1}) p(x_t \mid h_t)",
    ),
    (
        CHAIN,
        r"\alpha_{t+1}(h_{t+1}) = p(x_{t+1} \mid h_{t+1}) \sum_{h_t} \alpha_t(h_t) p(h_{t+1} \mid h_t)",
        r"\alpha_{t+1}(h_{t+1}) = p(x_{t+1} \mid h_{t+1}) \sum_{h_t} \alpha_t(h_t) p(h_t \mid h_{t+1})",
    ),
    (
        BAYES,
        r"p(y \mid x_1, \dots, x_n) = \frac{p(y) \prod_{j=1}^n p(x_j \mid y)}{\sum_{y'} p(y') \prod_{j=1}^n p(x_j \mid y')}",
        r"p(y \mid x_1, \dots, x_n) = \frac{p(y) \prod_{j=1}^n p(x_j \mid y)}{\prod_{j=1}^n p(x_j)}",
    ),
    (
        BAYES,
        r"\log p(x_1, \dots, x_n \mid y) = \sum_{j=1}^n \log p(x_j \mid y)",
        r"\log p(x_1, \dots, x_n) = \sum_{j=1}^n \log p(x_j)",
    ),
]
FORWARD = [r"\alpha_t(h_t) = p(x_1, \dots, x_t, h_t)"]


@pytest.mark.parametrize(("declared", "true", "false"), CLAIMS)
def test_what_depends_on_what(declared, true, false):
    notation = formula.Notation("chance")
    notation.declare_all(declared)
    before = FORWARD if declared is CHAIN else []
    assert formula.check(true, notation, definitions=before)
    assert formula.check(false, notation, definitions=before).category == "value"


def test_two_kinds_of_variables_stand_in_one_list():
    notation = formula.Notation()
    notation.declare_all(CHAIN)
    both = r"p(x_1, \dots, x_T, h_1, \dots, h_T)"
    printed = r"p(h_1) p(x_1 \mid h_1) \prod_{t=%s}^T p(h_t \mid h_{t-1}) p(x_t \mid h_t)"
    assert formula.check(f"{both} = {printed % 2}", notation)
    assert not formula.check(f"{both} = {printed % 3}", notation)


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("a, b :: values 1..3\np :: law of a given b, b given a", "in a circle"),
        ("a :: values 1..3\nu\np :: law of a given u", "u isn't declared as a variable"),
        ("a, b, c :: values 1..300\np :: law of a, b given a, c given a", "too large"),
    ],
)
def test_what_no_law_can_be(declared, message):
    notation = formula.Notation()
    notation.declare_all(declared)
    assert message in formula.check("p(a) = 1", notation).message


def test_what_can_not_be_summed_over():
    notation = formula.Notation()
    notation.declare_all(CHAIN + "u_i :: i = 1..T")
    for wrong in (r"u_1, \dots, u_T", r"h_1, \dots, T", r"\dots, h_T"):
        result = formula.check(rf"1 = \sum_{{{wrong}}} p(h_1)", notation)
        assert result.category == "syntax"
        assert result.span is not None
