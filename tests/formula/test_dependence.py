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


SEVERAL = "K :: size\nx_n, z_n :: n = 1..3 :: values 1..K\np :: law of x_n, z_n"
STEPS = "K :: size\nx_t :: t = 1..3 :: values 1..K\np :: law of x_t given x_{t-1}\nq :: law of x_t"
AGENT = "K, L :: size\ns :: values 1..K\na :: values 1..L\nq, v :: R, R -> R\n"
POLICY = AGENT + r"\pi :: law of s, a given s"
MOVES = AGENT + "p :: law of s, a, s' given s, a"
ENCODER = "K, M :: size\nx :: values 1..M\nz :: values 1..K\nq :: law of z given x"
NAMED = "K, L :: size\nX, x :: values 1..K\nY, y, j :: values 1..L\np :: law of X, Y"


@pytest.mark.parametrize(
    ("declared", "true", "false"),
    [
        # A condition below a mean, for variables with indices
        (
            SEVERAL,
            r"\mathbb{E}_{p(z_n|x_n)}[z_n] = \sum_{z_n} p(z_n|x_n) z_n",
            r"\mathbb{E}_{p(z_n|x_n)}[z_n] = \mathbb{E}_{p(z_n)}[z_n]",
        ),
        (
            SEVERAL,
            r"\mathbb{E}_{z_n \sim p(z_n|x_n)}[z_n] = \sum_{z_n} p(z_n|x_n) z_n",
            r"\mathbb{E}_{z_n \sim p(z_n|x_n)}[z_n] = \sum_{z_n} p(z_n) z_n",
        ),
        (
            SEVERAL,
            r"\mathbb{E}_{p(z_1,z_2|z_3)}[z_1 z_2] = \sum_{z_1,z_2} p(z_1,z_2|z_3) z_1 z_2",
            r"\mathbb{E}_{p(z_1,z_2|z_3)}[z_1 z_2] = \sum_{z_1,z_2} p(z_1,z_2) z_1 z_2",
        ),
        (
            STEPS,
            r"\mathrm{Var}_{p(x_2|x_1)}[x_2] = \mathrm{Var}_p[x_2 \mid x_1]",
            r"\mathrm{Var}_{p(x_2|x_1)}[x_2] = \mathrm{Var}_p[x_2]",
        ),
        (
            STEPS,
            r"\mathrm{KL}(p(x_2|x_1) \| q(x_2|x_1)) = \sum_{x_2} p(x_2|x_1) \log \frac{p(x_2|x_1)}{q(x_2|x_1)}",
            r"\mathrm{KL}(p(x_2|x_1) \| q(x_2|x_1)) < 0",
        ),
        # Given several, with a comma between
        (MOVES, r"p(s'|s) = \sum_a p(s'|s,a) p(a|s)", r"p(s'|s,a) = p(s'|s)"),
        # Under the law of a given s, where the mean speaks of s
        (
            POLICY,
            r"\mathbb{E}_{a \sim \pi}[q(s,a)] = \sum_a \pi(a|s) q(s,a)",
            r"\mathbb{E}_{a \sim \pi}[q(s,a)] = \sum_a \pi(a) q(s,a)",
        ),
        (
            POLICY,
            r"\mathbb{E}_{a \sim \pi(\cdot \mid s)}[q(s,a)] = \sum_a \pi(a|s) q(s,a)",
            r"\mathbb{E}_{a \sim \pi(\cdot \mid s)}[q(s,a)] = \sum_a \pi(a) q(s,a)",
        ),
        # Of a law that is given what isn't its own
        (ENCODER, r"\sum_z q(z \mid x) = 1", r"\sum_z q(z \mid x) = x"),
        (
            ENCODER + "\np :: law of x",
            r"\mathbb{E}[x] = \sum_x x p(x)",
            r"\mathbb{E}[x] = \sum_x x q(x)",
        ),
        (
            ENCODER,
            r"\mathbb{E}[z \mid x] = \sum_z z q(z \mid x)",
            r"\mathbb{E}[z \mid x] = \sum_z z q(z)",
        ),
        # With variables below a law, and as the law of a variable
        (
            NAMED,
            r"p_{Y|X}(y|x) = \frac{p_{X,Y}(x,y)}{p_X(x)}",
            r"p_{Y|X}(y|x) = \frac{p_{X,Y}(x,y)}{p_Y(y)}",
        ),
        (NAMED, r"\sum_{j=1}^L p_{Y|X}(j|x) = 1", r"\sum_{j=1}^L p_{X|Y}(x|j) = 1"),
        (NAMED, r"p_X(X = x) = p(x)", r"p_X(X = x) = p(y)"),
        (
            NAMED,
            r"\arg\max_x p(x \mid y) = \arg\max_x p(x, y)",
            r"\arg\max_x p(x \mid y) = \arg\max_x p(x)",
        ),
        (
            NAMED.replace("X, x", "X"),
            r"\mathbb{E}_{x \sim X}[x^2] = \mathbb{E}[X^2]",
            r"\mathbb{E}_{x \sim X}[x^2] = x^2",
        ),
    ],
)
def test_what_a_law_is_given(declared, true, false):
    for latex, holds in ((true, True), (false, False)):
        notation = formula.Notation("laws")
        notation.declare_all(declared)
        result = formula.check(latex, notation)
        assert bool(result) is holds, result.message
        assert holds or result.category == "value"


@pytest.mark.parametrize(
    ("declared", "latex", "message"),
    [
        (AGENT + "p :: law of s' given s, a", "p(s'|s,a) = 1", "is a what s' is given? write and"),
        (NAMED, "p_Z(y) = 1", "Z isn't declared"),
        (NAMED, "p_X(x, y) = 1", "the subscript of a law names its arguments"),
        (
            NAMED.replace("X, x", "X"),
            r"\sum_x (p(x) - p(X))^2 = 0",
            "X stands beside the other case",
        ),
        (
            NAMED.replace("X, x", "X"),
            r"p(X|y) = \frac{p(y|X) p(X)}{\sum_x p(X, y)}",
            "X stands beside the other case",
        ),
    ],
)
def test_what_a_law_may_be_given_is_asked(declared, latex, message):
    notation = formula.Notation("laws")
    notation.declare_all(declared)
    assert message in formula.check(latex, notation).message
