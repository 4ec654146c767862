r"""How far a derivative and an entrywise product reach; where both may be meant, it is asked."""

import pytest

from nnmath import formula

DECLARED = r"""n, m :: size
u, v :: shape: n
z :: shape: m
A, B :: shape: n, n
W :: shape: n, m
S :: shape: n, n :: symmetric
c, x, \lambda
f, g :: R -> R
F : \mathbb{R}^n \to \mathbb{R}
u_i :: i = 1..n :: entry_of: u
\varphi :: maps: entrywise"""


def check(latex, definitions=(), **settings):
    """Check with columns, matrices and functions."""
    notation = formula.Notation("reach", **settings)
    notation.declare_all(DECLARED)
    return formula.check(latex, notation, definitions=definitions)


@pytest.mark.parametrize(
    "latex",
    [
        # Of the first factor alone it would say nothing
        r"\nabla_u \frac{1}{2} \|A u - v\|_2^2 = A^\top (A u - v)",
        r"\nabla_u \frac{\lambda}{2} u^\top u = \lambda u",
        r"\nabla_u c F(u) = c \nabla F(u)",
        r"\nabla_u c \frac{1}{2} F(u) = \frac{c}{2} \nabla F(u)",
        r"\nabla_u \frac{1}{n} \sum_{i=1}^n u_i^2 = \frac{2}{n} u",
        r"\nabla_u v^T u = v",
        r"\nabla_u u^\top A u = (A + A^T) u",
        r"\nabla_u^2 \frac{1}{2} (u^\top S u) = S",
        r"\nabla_A \frac{1}{2} \operatorname{tr}(A^T A) = A",
        r"\partial_x \frac{1}{2} x^2 = x",
        # It is of the first
        r"\nabla_u F(u) c = c \nabla F(u)",
        r"\nabla F(u)^T (v - u) = \nabla_u F(u)^T (v - u)",
        r"\partial_x f(x) \partial_x g(x) = f'(x) g'(x)",
        # It is of the product
        r"\frac{d}{dx} f(x) \frac{1}{g(x)} = \frac{f'(x) g(x) - f(x) g'(x)}{g(x)^2}",
    ],
)
def test_a_derivative_reaches_as_it_is_meant(latex):
    result = check(latex)
    assert result, result.message


@pytest.mark.parametrize(
    "latex",
    [
        r"\nabla_u \frac{1}{2} \|A u - v\|_2^2 = 0",
        r"\nabla_u c F(u) = u - u",
        r"\nabla_u \frac{1}{n} \sum_{i=1}^n u_i^2 = 0",
        r"\partial_x \frac{1}{2} x^2 = 0",
    ],
)
def test_what_stands_behind_a_number_counts(latex):
    assert check(latex).category in ("value", "shape")


@pytest.mark.parametrize(
    ("latex", "what"),
    [
        (r"\partial_x f(x) g(x) = f'(x) g(x)", "derivative"),
        (r"\nabla_u \|u\|^2 F(u) = 2 F(u) u", "gradient"),
    ],
)
def test_a_derivative_of_one_factor_or_of_all_is_asked(latex, what):
    assert f"how far does this {what} reach" in check(latex).message


def test_the_chain_rule_stops_at_the_next_derivative():
    notation = formula.Notation("chain")
    notation.declare_all("x\nu, L :: printed")
    for latex in (
        r"\frac{dL}{dx} = \partial_u L \frac{du}{dx}",
        r"\frac{dL}{dx} = \frac{d}{du} u^2 \frac{du}{dx}",
    ):
        assert formula.check(latex, notation, definitions=["u = x^3", "L = u^2"])


def test_a_layout_and_coordinates_hold_for_products_too():
    assert check(r"\nabla_{u} A u = A^\top", layout="denominator")
    assert check(r"\nabla (u^\top u) = 2 u", coordinates="u")
    assert check(r"\nabla \frac{1}{2} u^\top u = u", coordinates="u")


@pytest.mark.parametrize(
    "latex",
    [
        r"u \odot W z = u \odot (W z)",
        r"\varphi'(u) \odot W z = (W z) \odot \varphi'(u)",
        r"u \odot v z^T = (u \odot v) z^T",
        r"u \odot v \odot W z = (u \odot v) \odot (W z)",
        r"u \odot c v = c (u \odot v)",
    ],
)
def test_an_entrywise_product_is_read_as_its_shapes_allow(latex):
    result = check(latex)
    assert result, result.message


@pytest.mark.parametrize("right", [r"(A \odot A) B", r"A \odot (A B)"])
def test_an_entrywise_product_that_can_be_read_in_two_ways_is_asked(right):
    result = check(rf"A \odot A B = {right}")
    assert (result.category, "in two ways" in result.message) == ("syntax", True)


def test_an_entrywise_product_that_fits_in_no_way_is_told():
    assert check(r"u \odot A z = v").category == "shape"
