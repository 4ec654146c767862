"""Reading: what is understood how, and every refusal with its message and place."""

import pytest

from nnmath import formula
from nnmath.formula import tree


def read(latex, notation):
    return formula.parse(latex, notation)


SAME = [
    (r"{u}_i", "u_i"),
    (r"\dfrac{x}{y}", r"\frac{x}{y}"),
    (r"\frac12 x", r"\frac{1}{2} x"),
    (r"\frac1{x}", r"\frac{1}{x}"),
    (r"x \times y", r"x \times y"),
    (r"t_{i,j}", "t_{ij}"),
    (r"t_{{i}{j}}", "t_{ij}"),
    (r"\mathbf{A}^\top", r"\mathbf{A}^T"),
    (r"\mathbf v", r"\mathbf{v}"),
    (r"\|\mathbf{v}\|_2", r"\|\mathbf{v}\|"),
    (r"f^{(2)}(x)", "f''(x)"),
    (r"\frac{d f(x)}{d x}", r"\frac{d}{dx} f(x)"),
    (
        r"\frac{\partial^2 g(x, y)}{\partial x \partial x}",
        r"\frac{\partial^2 g(x, y)}{\partial x^2}",
    ),
    (r"x = y.", "x = y"),
    (r"\begin{aligned} x &= y \\ &= z \end{aligned}", "x = y = z"),
    (r"x = y \\ + z", "x = y + z"),
    (r"\sin x y", r"\sin(xy)"),
    (r"\left\lfloor x + 1 \right\rfloor y", r"\operatorname{floor}(x + 1) y"),
    (r"2 \lceil x \rceil", r"2 \operatorname{ceil}(x)"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_ways_to_write_the_same(numbers, one, other):
    assert read(one, numbers) == read(other, numbers)


def test_a_declared_letter_decides_between_call_and_product(numbers):
    assert isinstance(read("f(x)", numbers), tree.Apply)
    assert isinstance(read("y(x)", numbers), tree.Product)


def test_a_declared_index_decides_between_index_and_power(network, numbers):
    assert isinstance(read("a_L^i", network), tree.Entry)
    assert isinstance(read("u_i^2", numbers), tree.Power)


def test_t_is_a_power_where_it_is_a_symbol():
    notation = formula.Notation()
    notation.declare("T", domain="size")
    notation.declare("x")
    notation.declare("v", shape="T")
    assert formula.check("x^T x = x^{T+1}", notation).verdict == "holds"
    assert formula.check(r"v^T v = \|v\|^2", notation).verdict == "holds"


REFUSED = [
    ("", "there is no formula here"),
    ("x +", "the formula ends too early"),
    ("+ x", "a plus sign with nothing before it"),
    ("x = ", "the formula ends too early"),
    ("x y )", ") isn't expected here"),
    ("q", "q isn't declared"),
    (r"\unknown x", r"\unknown isn't declared"),
    ("u", "u_i is declared: a subscript is missing here"),
    ("x_i", "the scripts don't fit: x is declared"),
    ("t_{ijk}", "the scripts don't fit: t_{ij} is declared"),
    ("x_i_j", "a second subscript"),
    ("x^2^3", "a second superscript"),
    ("x^10", "only the first digit of 10 is printed"),
    ("x^", "^ needs a script"),
    ("x_{}", "an empty script"),
    ("x^(", "isn't read as a script"),
    ("x'", "the scripts don't fit"),
    ("f'", "f is a function and needs its argument"),
    ("x/y z", "a/bc can be read in two ways"),
    ("x^*", "a superscript * needs a declared symbol"),
    (r"\det' x", "a prime on det isn't read"),
    (r"\sin^{-1} x", "sin with -1 above can be read in two ways"),
    (r"\sin_2 x", "a subscript of sin isn't read"),
    (r"\exp", "exp needs an argument"),
    (r"\exp(x, y)", "exp takes one argument"),
    (r"\left(x)", "one bracket of this pair is sized and the other isn't|has no"),
    ("(x]", "expected ), found ]"),
    ("|x", "expected the closing |"),
    (r"\|x\|_q", "q isn't declared"),
    (r"\langle x", r"expected \rangle"),
    (r"\langle x \rangle", "an inner product is of two"),
    (r"\frac{x}", "needs its argument in braces"),
    (r"\frac{\partial^5 x}{\partial x}", "the order of a derivative is 2, 3 or 4"),
    (r"\frac{\partial^2 f(x)}{\partial x}", "the derivative says 2 above and 1 below"),
    (r"\frac{\partial f(x)}{\partial x^y}", "the order of a derivative is 2, 3 or 4"),
    (r"\frac{d}{dx}", "the derivative has nothing to act on"),
    (r"\partial x", r"\partial needs a subscript"),
    (r"\partial_x", "the derivative has nothing to act on"),
    (r"\nabla", "the gradient has nothing to act on"),
    (r"\nabla^3 f(x)", r"\nabla is read alone"),
    (r"\sum x", "this sum doesn't say what it runs over"),
    (r"\sum_{i=1} u_i", "the upper bound is missing"),
    (r"\sum_{i=1}^n", "this sum has no body"),
    (r"\sum_{i=1}^i u_i", "the upper bound uses i, which the sum itself binds"),
    (r"\sum_{2} x", "a condition needs a relation|nothing is bound here"),
    (r"\sum_{x} u_i", "x is declared as a symbol"),
    (r"\sum_{i \in} u_i", "the set is missing"),
    (r"\sum_{,} u_i", "isn't read as something to run over"),
    (r"\max x", "needs what it runs over"),
    (r"\arg x", r"\arg needs \max or \min"),
    (r"\lim_x x", r"a limit is written"),
    (r"\int x", "this integral has no differential"),
    (r"\begin{pmatrix} x & y \\ z \end{pmatrix}", "the rows of this matrix have different lengths"),
    (r"\begin{pmatrix} x", "this pmatrix is never closed"),
    (r"\begin{pmatrix} x \end{bmatrix}", "pmatrix is closed by bmatrix"),
    (r"x \begin{tabular} x \end{tabular}", "tabular isn't read here"),
    (r"\begin{cases} x \end{cases}", "each case needs a value"),
    (
        r"\begin{cases} x & \text{otherwise} \\ y & x > 0 \end{cases}",
        "only the last case can be the other one",
    ),
    (r"\begin{cases} x & y \end{cases}", "a condition needs a relation"),
    (r"\begin{aligned} x = y", "aligned isn't closed at the end"),
    (r"x &+ y & z", "an & must stand before a relation"),
    (r"x = y \\ z = x", "a second equation needs a block of its own"),
    (r"x &&= y", "two & in a row"),
    (r"x + \dots", "dots without end need two terms"),
    (r"\dots + x", "dots need a term before them"),
    (r"x + x + \dots + x", "the terms around the dots don't differ"),
    (r"x + y + \dots + z", "follow no rule that is read"),
    (r"u_1 + u_2 + \dots + x", "follow no rule that is read"),
    (r"u_1 + u_2 - \dots - u_n", "the signs around the dots"),
    (r"u_1 + u_2 + \dots + u_n + \dots", "dots without end need two terms"),
    (r"x \cdot \dots \cdot y", "follow no rule that is read"),
    (r"g(x, \dots, y)", "follow no rule that is read"),
    ("i_2", "i is an index here and takes no scripts"),
    (r"x = y, \text{for } z", "a condition needs a relation"),
    ("x = y, \\text{for }", "a condition is missing"),
    (r"\mathbf", r"\mathbf needs something to set"),
    ("f(x", "expected )"),
    ("{x", "is never closed"),
    (r"\{x, y", r"expected \}"),
    (r"\binom{x}", "needs its argument in braces"),
]


@pytest.mark.parametrize(("latex", "message"), REFUSED)
def test_a_refusal_names_the_fault_and_its_place(numbers, latex, message):
    with pytest.raises(formula.FormulaError) as caught:
        read(latex, numbers)
    assert any(part in caught.value.message for part in message.split("|")), caught.value.message
    assert caught.value.span is not None


def test_a_printed_condition_belongs_to_the_claim(numbers):
    result = formula.check(r"u_i u_j = u_1^2, \quad \text{for } i = 1, j = 1", numbers)
    assert result.verdict == "holds", result.message
    assert result.points == result.evidence["worlds"]  # one in each


def test_a_condition_beside_the_display(numbers):
    assert formula.check("u_i = u_2", numbers, condition="for i = 2").verdict == "holds"
    assert formula.check("u_i = u_2", numbers, condition="for i = 1, \\dots, 2").verdict == "fails"
    result = formula.check("u_i u_2 = u_2 u_i", numbers, condition="for i = 1..2")
    assert result.points == 2 * result.evidence["worlds"]
    wrong = formula.check("u_i = u_2", numbers, condition="for i")
    assert "in the condition 'i'" in wrong.message
