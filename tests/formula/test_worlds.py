r"""What worlds are made of: signs that differ, and for inequalities numbers of all magnitudes."""

import pytest

from nnmath import formula
from nnmath.formula.running.worlds import World

NUMBERS = r"""n, m, K :: size
u_{ij} :: i = 1..n; j = 1..m
a, b, x, y
s :: sign
\sigma :: positive
r, t :: unit interval
p, q :: shape: K :: distribution
p_k :: k = 1..K :: entry_of: p
q_k :: k = 1..K :: entry_of: q
g : \mathbb{R} \to \mathbb{R} :: convex
X :: values 1..K
P :: law of X
H :: entropy
l :: at most n
\mathcal{C} :: set of 1..n
z_i :: i = 1..n
\mu, v :: printed"""


@pytest.fixture(scope="module")
def numbers():
    """Return numbers of several kinds."""
    notation = formula.Notation("numbers")
    notation.declare_all(NUMBERS)
    return notation


@pytest.mark.parametrize("name", ["a", "b", "x", "y"])
def test_a_number_has_both_signs_in_three_worlds(numbers, name):
    for seed in range(12):
        result = formula.check(rf"|{name}| u_{{ij}} = {name} u_{{ij}}", numbers, seed=seed)
        assert result.category == "value"


def test_a_sign_has_both_values_in_three_worlds(numbers):
    for seed in range(12):
        assert formula.check("s u_{ij} = u_{ij}", numbers, seed=seed).category == "value"


@pytest.mark.parametrize(
    "latex",
    [
        r"x \leq 5",
        r"x^2 + y^2 < 20",
        r"x^2 \leq x^4 + 0.2",
        r"\sigma \leq 3",
        r"\sigma \geq 0.1",
        r"r \geq 0.05",
        r"-\log r \leq 4",
        r"p_k \geq 0.05",
        r"\sum_k p_k \log \frac{p_k}{q_k} \leq 1",
        r"H(X) \geq 0.3",
        r"g(a + b) \leq g(a) + g(b)",
        # Larger sizes, and those that may be equal
        r"n! \leq 24",
        r"2^n \leq 5 n",
        r"\max_i z_i^2 \geq \frac{1}{4} \sum_i z_i^2",
        r"l < n",
        r"|\mathcal{C}| < n",
        # Where it is an equality
        r"x^2 + y^2 > 2 x y",
        r"(x + y)^4 \leq 7.9 (x^4 + y^4)",
        r"\frac{x}{1 + x^2} < \frac{1}{2}",
        r"\sigma + \frac{1}{\sigma} > 2",
        r"\sum_k p_k \log \frac{p_k}{q_k} > 0",
    ],
)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_an_inequality_that_tame_numbers_meet_is_rejected(numbers, latex, seed):
    result = formula.check(latex, numbers, seed=seed)
    assert "is false" in result.message


@pytest.mark.parametrize(
    "latex",
    [
        r"x^2 + y^2 \geq 2 x y",
        r"|x + y| \leq |x| + |y|",
        r"1 + x \leq e^x",
        r"0 < \frac{1}{1 + e^{-x}} < 1",
        r"|\tanh x| \leq 1",
        r"x \neq x + 1",
        r"x \neq y",
        r"l \leq n",
        r"|\mathcal{C}| \leq n",
        r"2^n > n",
        r"x^2 \in [0, \infty)",
        r"\log \sigma \leq \sigma - 1",
        r"\sqrt{\sigma r} \leq \frac{\sigma + r}{2}",
        r"0 < p_k < 1",
        r"\sum_k p_k \log \frac{p_k}{q_k} \geq 0",
        r"(\sum_k p_k q_k)^2 \leq \sum_k p_k^2 \sum_k q_k^2",
        r"H(X) \leq \log K",
        r"g(t a + (1 - t) b) \leq t g(a) + (1 - t) g(b)",
        # Beside an inequality, an equation is compared in tame worlds alone
        r"(x + y)^2 = x^2 + 2 x y + y^2 \geq 4 x y",
    ],
)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_an_inequality_that_always_holds_is_accepted(numbers, latex, seed):
    result = formula.check(latex, numbers, seed=seed)
    assert result, result.message


def test_a_wild_world_has_numbers_of_all_magnitudes(numbers):
    sigma = next(symbol for symbol in numbers.symbols() if symbol.latex == r"\sigma")
    rng = World(0).generator(sigma)
    wild, tame = World(0, wild=True).shares(rng, (99,)), World(0).shares(rng, (99,))
    assert wild.min() < 1e-4
    assert tame.min() > 0.1


def test_a_plain_world_has_one_number(numbers):
    world = World(0, wild=True, plain=True)
    assert set(world.shares(World(0).generator(next(numbers.symbols())), (9,))) == {1.0}
