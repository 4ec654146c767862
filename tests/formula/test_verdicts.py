r"""True and nearly true formulas of kinds that are easily judged wrongly, side by side; and what is asked instead."""

import pytest

from nnmath import formula
from nnmath.formula.errors import ASKS

SEQUENCES = r"""
    T, N, M :: size
    a_t :: t = 0..T
    s_t :: t = 0..2T
    u_t :: t = 0..T+M
    w_t :: t = 1..T N
    r_t :: t = 1..T
    f_t :: t = 1..T-M
    z_t :: t = 1..N
    n_l :: l = 0..T :: size
    h_{l,i} :: l = 0..T; i = 1..n_l
    g_{l,i} :: l = 0..T; i = 1..2 n_l
"""
EVENTS = "A, B :: event\nP :: law of A, B"
COLUMNS = "d :: size\na, b\nu, v :: shape: d\nT_1 :: size"
STEPS = r"""
    T, n :: size
    x_t :: t = 0..T
    b_t :: t = 1..T
    c_i, e_i :: i = 1..n
    q :: printed
    y, z
"""
TABLE = "K :: size\nX, x :: values 1..K\nf :: law of X\ng :: printed\nm\ns :: positive"
SURFACE = r"""
    n :: size
    u, u_0 \in \mathbb{R}^n
    J : \mathbb{R}^n \to \mathbb{R}
    m
"""
STEP = "q(x_t, x_{t-1}) = x_t - b_t x_{t-1}"
SIDE_BY_SIDE = [
    # a part of a range, where one size is a multiple of another, or has others added
    (SEQUENCES, (), "a_t s_t = s_t a_t", "a_t s_t = s_{t+T} a_t"),
    (SEQUENCES, (), "a_t u_t = u_t a_t", "a_t u_t = u_{t+M} a_t"),
    (SEQUENCES, (), "r_t w_t f_t = f_t w_t r_t", "r_t w_t f_t = f_t r_t"),
    (SEQUENCES, (), "h_{l,i} g_{l,i} = g_{l,i} h_{l,i}", "h_{l,i} g_{l,i} = g_{l,i}"),
    (
        SEQUENCES,
        ("a_t = s_t^2",),
        r"\sum_t a_t = \sum_{t=0}^T s_t^2",
        r"\sum_t a_t = \sum_{t=0}^{2T} s_t^2",
    ),
    # the complement of an event
    (EVENTS, (), "P(A') = 1 - P(A)", "P(A') = P(A)"),
    (EVENTS, (), r"P(A' \cap B') = 1 - P(A \cup B)", r"P(A'B') = 1 - P(A \cap B)"),
    (EVENTS, (), r"P(A' \mid B) = 1 - P(A \mid B)", r"P(A \mid B') = 1 - P(A \mid B)"),
    (EVENTS, (), "P(A'') = P(A)", "P(A'^c) = 1 - P(A)"),
    # the transpose of a number
    (COLUMNS, (), "(u^T v)^T = v^T u", "(u^T v)^T = u^T u"),
    (COLUMNS, (), r"a^\top b = b a", r"a^\top b = b^2"),
    # the letters of a function's arguments
    (STEPS, (STEP,), "q(x_t, x_{t-1}) = x_t - b_t x_{t-1}", "q(x_t, x_{t-1}) = x_t - b_t x_t"),
    (STEPS, (STEP,), "q(x_2, x_1) = x_2 - b_2 x_1", "q(x_2, x_1) = x_2 - b_1 x_1"),
    (
        STEPS,
        (STEP,),
        r"\frac{\partial}{\partial x_{t-1}} q(x_t, x_{t-1}) = -b_t",
        r"\frac{\partial}{\partial x_t} q(x_t, x_{t-1}) = -b_t",
    ),
    (
        STEPS,
        ("q(c_i, c_j) = c_i c_j^2 + e_i",),
        "q(c_1, c_2) = c_1 c_2^2 + e_1",
        "q(c_1, c_2) = c_1 c_2^2 + e_2",
    ),
    (STEPS, ("q(x_t, x_{t-1}) = x_t - y x_{t-1}",), "q(2, z) = 2 - y z", "q(2, z) = z - 2 y"),
    # numbers that get too large where they count for nothing
    (
        TABLE,
        (),
        r"\int_{-\infty}^{\infty} e^u \mathcal{N}(u \mid m, 1) \, du = e^{m + \frac12}",
        r"\int_{-\infty}^{\infty} e^u \mathcal{N}(u \mid m, 1) \, du = e^m",
    ),
    (
        TABLE,
        (),
        r"\int_0^\infty \frac{u^3}{e^u - 1} \, du = \frac{\pi^4}{15}",
        r"\int_0^\infty \frac{u^3}{e^u - 1} \, du = \frac{\pi^4}{16}",
    ),
    (
        TABLE,
        (),
        r"\lim_{r \to \infty} \frac{\Gamma(s + r)}{\Gamma(r) r^s} = 1",
        r"\lim_{r \to \infty} \frac{\Gamma(s + r)}{\Gamma(r) r^s} = s",
    ),
    # the second derivative by the argument that is named after what it is by
    (
        SURFACE,
        (),
        r"u^\top (\nabla_u^2 J(u_0)) u = \frac{d^2}{dm^2} J(u_0 + m u) |_{m = 0}",
        r"u^\top (\nabla_u^2 J(u_0)) u = 0",
    ),
]


@pytest.fixture
def judged():
    """Return a function that gives the verdict on a formula and its category, in a notation given as text."""

    def judge(declared, latex, *definitions):
        notation = formula.Notation("verdicts")
        notation.declare_all(declared)
        result = formula.check(latex, notation, definitions=definitions)
        return result.verdict, result.category

    return judge


@pytest.mark.parametrize(("declared", "definitions", "true", "nearly"), SIDE_BY_SIDE)
def test_true_and_nearly_true(judged, declared, definitions, true, nearly):
    assert judged(declared, true, *definitions) == ("holds", "")
    assert judged(declared, nearly, *definitions)[0] == "fails"


@pytest.mark.parametrize(
    "latex", ["r_t z_t = z_t r_t", "s_t w_t = w_t s_t", "h_{l,i} h_{l-1,i} = h_{l-1,i} h_{l,i}"]
)
def test_ranges_that_have_nothing_to_do_with_each_other(judged, latex):
    assert judged(SEQUENCES, latex) == ("fails", "index")


@pytest.mark.parametrize(
    ("declared", "latex", "definitions"),
    [
        (COLUMNS, "a b^T = b a", ()),  # T may be a power that isn't declared
        (COLUMNS, "(a^2)' = 2 a", ()),
        (STEPS, "q(y, z) = y - b_1 z", (STEP,)),
        (STEPS, "q(x_1, x_1) = x_1 - b_1 x_1", (STEP,)),
        (STEPS, "q(x_t, x_0) = x_t", (STEP, "q(x_t, x_0) = x_t x_0")),
        (TABLE, r"\int_{-\infty}^{\infty} x g(x) \, dx = E[X]", ("g(x) = f(x)",)),
        (TABLE, r"\int_0^{\infty} x g(x) \, dx = E[X]", ("g(x) = f(x)",)),
        (TABLE, r"\int_{-\infty}^{\infty} e^u \, du = 1", ()),
        (TABLE, r"\int_{-\infty}^{\infty} e^{e^u} \, du = 1", ()),
        (TABLE, r"\lim_{u \to \infty} e^{e^u} = 1", ()),
    ],
)
def test_what_nothing_decides_is_asked(judged, declared, latex, definitions):
    verdict, category = judged(declared, latex, *definitions)
    assert verdict == "fails"
    assert category in ASKS


def test_laws_of_different_variables_are_asked_about():
    notation = formula.Notation()
    notation.declare_all(
        "K, M :: size\nz :: values 1..K\nx :: values 1..M\np :: law of x, z\nq :: law of z"
    )
    printed = r"\sum_z q(z) \log \frac{q(z)}{p(z \mid x)}"
    assert formula.check(rf"D_{{KL}}(q(z) \| p(z \mid x)) = {printed}", notation)
    asked = formula.check(rf"D_{{KL}}(q \| p) = {printed}", notation)
    assert (asked.category, "different variables" in asked.message) == ("syntax", True)


def test_a_set_behind_two_letters_of_different_ranges_is_asked_about():
    notation = formula.Notation()
    notation.declare_all("n, T :: size\nC :: set of 1..n\nw_{tj} :: t = 1..T; j = 1..n")
    assert formula.check(
        r"\sum_{t=1}^T \sum_{j \in C} w_{tj} = \sum_{j \in C} \sum_{t=1}^T w_{tj}", notation
    )
    asked = formula.check(
        r"\sum_{t, j \in C} w_{tj} = \sum_{t=1}^T \sum_{j \in C} w_{tj}", notation
    )
    assert (asked.category, asked.message.partition("\n")[0]) == (
        "shadowed",
        "is t in this set, too?",
    )
