r"""What stands around and inside displays: conditions behind space, notes at braces, lines, lists and sums of nothing."""

import pytest

from nnmath import formula

DECLARED = r"""n, m, C :: size
x, y, t
\sigma :: positive
\nu :: printed
w :: printed
f :: R -> R
u_i :: i = 1..n
p_k, q_k :: k = 1..C
\mathbf{u} :: shape: n
\Delta t :: small
z :: values {-1, 1}"""


def check(latex, definitions=(), **settings):
    """Check with numbers, lists and a column."""
    notation = formula.Notation("layout", **settings)
    notation.declare_all(DECLARED)
    return formula.check(latex, notation, definitions=definitions)


PAIRS = [  # true, false
    # A condition, or another equation, behind a wide space
    (r"y - y = 0 \cdot x + x - x \quad 0 \leq \sigma", r"y - y = e^{x} \quad 0 \leq \sigma"),
    (r"|x| = x \qquad x > 0, y < 1", r"|x| = -x \qquad x > 0"),
    (r"x + y \quad = y + x", r"x + y \quad = y - x"),
    # What a brace is said to be equal to
    (r"x = x + \underbrace{y - y}_{= 0}", r"x = x + \underbrace{y - y}_{= 1}"),
    (r"\overbrace{x + y}^{= y + x} - y = x", r"\overbrace{x + y}^{= x} - y = x"),
    (
        r"\sum_{i=1}^n \underbrace{u_i^2}_{= u_i u_i} = \sum_i u_i^2",
        r"\sum_{i=1}^n \underbrace{u_i^2}_{= u_i} = \sum_i u_i^2",
    ),
    (
        r"x + y - y = \underbrace{x}_{\text{this}} + \underbrace{y - y}_{\text{nothing}}",
        r"x + y = \underbrace{x}_{\text{this}} + \underbrace{y - y}_{\text{nothing}}",
    ),
    # Lines and cases
    (
        r"\begin{aligned} & x (x + y) \\ &= x^2 + x y \end{aligned}",
        r"\begin{aligned} & x (x + y) \\ &= x^2 + y \end{aligned}",
    ),
    (
        r"|x| = \begin{cases} -x &, \text{ for } x < 0 \\ x &, \text{ otherwise} \end{cases}",
        r"|x| = \begin{cases} -x &, \text{ for } x > 0 \\ x &, \text{ otherwise} \end{cases}",
    ),
    # Sums with an upper bound alone, over listed values, over primed letters, of nothing
    (r"\sum_i^{n-1} u_i = \sum_{i=1}^n u_i - u_n", r"\sum_i^{n-1} u_i = \sum_{i=1}^n u_i"),
    (r"\sum_{k,l}^{C} p_k q_l = \sum_k p_k \sum_l q_l", r"\sum_{k,l}^{C} p_k q_l = \sum_k p_k q_k"),
    (r"\sum_{z = -1, 1} f(z) = f(-1) + f(1)", r"\sum_{z = -1, 1} f(z) = f(1)"),
    (r"\sum_{i = 1, 2} u_i = u_1 + u_2", r"\sum_{i = 1, 2} u_i = u_1"),
    (
        r"\sum_{k \neq k'} p_k p_{k'} = (\sum_k p_k)^2 - \sum_k p_k^2",
        r"\sum_{k \neq k'} p_k p_{k'} = (\sum_k p_k)^2",
    ),
    # Symbols of two letters, and nothing of any shape
    (
        r"f(t + \Delta t) = f(t) + f'(t) \Delta t + O(\Delta t^2)",
        r"f(t + \Delta t) = f(t) + 2 f'(t) \Delta t + O(\Delta t^2)",
    ),
    (r"\mathbf{u} - \mathbf{u} = \mathbf{0}", r"\mathbf{u} = \mathbf{0}"),
]


@pytest.mark.parametrize(("true", "false"), PAIRS)
def test_what_is_true_holds_and_what_is_nearly_true_fails(true, false):
    result = check(true)
    assert result, result.message
    assert check(false).category == "value"


def test_an_equation_behind_space_gives_a_symbol_its_meaning():
    definition = r"w = (1 + x) \exp(-x)"
    assert check(rf"{definition} \quad \quad \nu = \tfrac{{5}}{{2}}", [definition])


def test_a_sum_over_a_variable_needs_both_bounds():
    assert "an upper bound without a lower one" in check(r"\sum_z^{2} f(z) = 1").message


MOMENTUM = r"m_t = \beta m_{t-1} + (1 - \beta) g_t"


@pytest.mark.parametrize(("power", "holds"), [("t-s", True), ("t-s+1", False)])
def test_a_sum_of_no_columns_is_a_column_of_zeros(power, holds):
    notation = formula.Notation("momentum")
    notation.declare_all(
        "T, d :: size\n\\beta :: unit interval\nm_t :: t = 0..T :: shape: d :: given: t = 0\n"
        "g_t :: t = 1..T :: shape: d\nW_l :: l = 1..T :: shape: d, d"
    )
    latex = rf"m_t = \beta^t m_0 + (1 - \beta) \sum_{{s=1}}^t \beta^{{{power}}} g_s"
    assert bool(formula.check(latex, notation, definitions=[MOMENTUM])) is holds
    assert formula.check(r"(\prod_{l=2}^1 W_l) g_1 = g_1", notation)
