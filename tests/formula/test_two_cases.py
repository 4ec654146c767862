r"""A random X and its value x: what is true holds, what is nearly true fails, and what can be read in two ways is asked."""

import pytest

from nnmath import formula
from nnmath.formula.errors import ASKS

DIE = "K :: size\nX :: values 1..K\np :: law of X\ng, F :: printed\nm :: printed"
BOTH = DIE.replace("X ::", "X, x ::")
PAIR = "K, L :: size\nX :: values 1..K\nY :: values 1..L\np :: law of X, Y\nH :: entropy"
NORMAL = "m\ns :: positive\nX :: distributed normal(m, s^2)\ng :: printed"
STATE = "n :: size\ns, y :: values 1..n\np :: law of s\nV :: R -> R"
COLUMN = r"\mathbf{X} :: shape: 2 :: distributed normal(0, 1)"
SIDE_BY_SIDE = [
    (DIE, r"\sum_{x=1}^K p(X \geq x) = \mathbb{E}[X]", r"\sum_{x=1}^K p(X \geq x) = K"),
    (DIE, r"\sum_x p(X > x) = \mathbb{E}[X] - 1", r"\sum_x p(X > x) = 0"),
    (DIE, r"\int p(X \geq x) dx = \mathbb{E}[X]", r"\int p(X \geq x) dx = K"),
    (DIE, r"\max_x p(X > x) = 1 - p(X = 1)", r"\max_x p(X > x) = 0"),
    (DIE, r"p(X \leq x) - p(X < x) = p(x)", r"p(X \leq x) = 1"),
    (DIE, r"p(X \neq x) = 1 - p(x)", r"p(X \neq x) = 0"),
    (DIE, r"\mathbb{E}[\mathbf{1}[X > x]] = p(X > x)", r"p(X > x \mid X \geq x) = 0"),
    (
        DIE,
        r"\mathbb{E}[(X - x)^2] = \mathrm{Var}(X) + (\mathbb{E}[X] - x)^2",
        r"\mathbb{E}[(X - x)^2] = 0",
    ),
    (
        DIE,
        r"\sum_x p(x) \mathbb{E}[(X - x)^2] = 2 \mathrm{Var}(X)",
        r"\sum_x p(x) \mathbb{E}_{X}[(X - x)^2] = 0",
    ),
    (DIE, r"\mathbb{E}_{x \sim p}[x^2] = \mathbb{E}[X^2]", r"\mathbb{E}_{x \sim p}[x^2] = x^2"),
    (BOTH, r"\mathbb{E}_{x \sim p}[x] = \sum_x x p(x)", r"\mathbb{E}_{x \sim p}[x] = x"),
    (BOTH, r"\mathbb{E}_{p(x)}[X] = \sum_x x p(x)", r"\mathbb{E}_{p(x)}[x] = x"),
    (
        BOTH,
        r"\mathbb{E}_{x \sim p}[p(X \geq x)] = \sum_x p(x) p(X \geq x)",
        r"\mathbb{E}_{x \sim p}[p(X \geq x)] = 1",
    ),
    (BOTH, r"\mathrm{Var}_{x \sim p}[x] = \mathrm{Var}(X)", r"\mathrm{Var}_{x \sim p}[x] = 0"),
    (PAIR, r"p(X > y) = \sum_x [x > y] p(x)", r"\sum_y p(y) p(X > y) = p(X > Y)"),
    (PAIR, r"\sum_y p(X > y, Y = y) = p(x > y)", r"p(X > x, Y > y) = p(X > x) p(Y > y)"),
    (PAIR, r"\mathbb{E}[X \mid y] = \sum_x x p(x \mid y)", r"\mathbb{E}[X \mid y] = \mathbb{E}[X]"),
    (PAIR, r"H(X \mid Y) = H(x, y) - H(y)", r"H(X \mid Y) = H(x, y) - H(x)"),
    (NORMAL, r"\mathbb{E}[(X - x)^2] = s^2 + (m - x)^2", r"\mathbb{E}[(X - x)^2] = s^2"),
    (NORMAL, r"\frac{d}{dx} \mathbb{E}[(X - x)^2] = 2 (x - m)", r"\mathrm{Var}(X + x) = 4 s^2"),
    (
        COLUMN,
        r"\mathbb{E}[\|\mathbf{X} - \mathbf{x}\|^2] = 2 + \|\mathbf{x}\|^2",
        r"\mathbb{E}[\|\mathbf{X} - \mathbf{x}\|^2] = 0",
    ),
    (
        STATE,
        r"\mathbb{E}_{s' \sim p}[V(s') - V(s)] = \sum_{s'} p(s') V(s') - V(s)",
        r"\mathbb{E}_{s' \sim p}[s'] = s'",
    ),
]


@pytest.fixture
def judged():
    """Return a function that gives the verdict on a formula and its category, in a notation given as text."""

    def judge(declared, latex, *definitions):
        notation = formula.Notation("two cases")
        notation.declare_all(declared)
        result = formula.check(latex, notation, definitions=definitions)
        return result.verdict, result.category

    return judge


@pytest.mark.parametrize(("declared", "true", "nearly"), SIDE_BY_SIDE)
def test_true_and_nearly_true(judged, declared, true, nearly):
    assert judged(declared, true) == ("holds", "")
    assert judged(declared, nearly) == ("fails", "value")


@pytest.mark.parametrize(
    ("true", "nearly", "definition"),
    [
        ("F(K) = 1", "F(1) = 1", r"F(x) = p(X \leq x)"),
        (r"g(K) = \mathbb{E}[(K - X)^2]", "g(1) = 0", r"g(X) = \sum_x p(x) (X - x)^2"),
        (r"\mathbb{E}[m] = \sum_x x^2 p(x)", r"\mathbb{E}[m] = x^2", "m = x^2"),
        (r"p(m > x) = p(X > x)", r"p(m > x) = 0", "m = X"),
        (r"\mathbb{E}[m - x] = \mathbb{E}[X] - x", r"\mathbb{E}[m - x] = 0", "m = X"),
    ],
)
def test_through_a_definition(judged, true, nearly, definition):
    assert judged(DIE, true, definition) == ("holds", "")
    assert judged(DIE, nearly, definition) == ("fails", "value")


@pytest.mark.parametrize(
    ("declared", "latex"),
    [
        (DIE, r"\mathbb{E}_{x \sim p}[(X - x)^2] = 0"),
        (DIE.replace("X", "x"), r"\sum_{x=1}^K p(X \geq x) = K"),
        (STATE, r"\mathbb{E}_{s, s' \sim p}[s s'] = s \mathbb{E}_{s' \sim p}[s']"),
        (STATE, r"\mathbb{E}_{y \sim p}[y] = y"),
        (STATE, r"\mathbb{E}_{p(s^2)}[s] = \sum_s s p(s)"),
    ],
)
def test_two_readings_are_asked(judged, declared, latex):
    verdict, category = judged(declared, latex)
    assert verdict == "fails"
    assert category in ASKS
