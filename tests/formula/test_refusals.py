"""What is refused, and what the author is told."""

from __future__ import annotations

import pytest

from nnmath import formula

VALUES = {
    "x": 2.0,
    "y": 3.0,
    "u_i": [1.0, 2.0, 4.0],
    r"\mathbf{v}": [3.0, -4.0, 0.0],
    r"\mathbf{w}": [1.0, 1.0, 2.0],
    r"\mathbf{A}": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
    r"\mathbf{B}": [[2.0, 1.0, 0.0], [1.0, 3.0, 0.0], [0.0, 0.0, 4.0]],
}
RUNNING = {
    r"\Gamma(-1)": "no real value",
    r"\infty": "infinity isn't a number",
    r"\|\mathbf{v}\|_{0.5}": "the order of a norm is 1 or more",
    r"\|\mathbf{w}\|_{\mathbf{A}}": "a norm of a column of 3 with a 3 x 2 matrix below",
    r"\|\mathbf{B}\|": "which norm of a matrix is meant?",
    r"|\mathbf{v}|": "single bars around a column of 3",
    r"\mathbf{A}^{1/2}": "a 3 x 2 matrix has no such power",
    r"(-\mathbf{B})^{1/2}": "the root of this matrix isn't known",
    r"(\mathbf{v} \mathbf{v}^\top)^{-1}": "the matrix has no inverse",
    r"\mathbf{v} \otimes \mathbf{w}": "of two columns is read in two ways",
    r"\mathbf{A} \times \mathbf{B}": r"\times between arrays",
    r"\mathbf{A} \odot \mathbf{B}": "have no entrywise product",
    r"\mathbf{A} \mathbf{A}": "can't be multiplied by",
    r"x + \mathbf{v}": "a number",
    r"\begin{pmatrix} 1 & x \\ 2 \end{pmatrix}": "rows of this matrix have different lengths",
    r"\begin{pmatrix} \mathbf{B} \\ \mathbf{A} \end{pmatrix}": "don't fit together",
    r"\begin{pmatrix} \mathbf{B} & \mathbf{A} \\ 1 & 2 \end{pmatrix}": "a number stands where a bl",
    r"\begin{cases} 1 & x > 1 \\ 0 & x < 3 \end{cases}": "overlaps another with another value",
    r"\begin{cases} 1 & x > 3 \end{cases}": "none of the cases applies",
    r"\sum_{k \in x} k": "a set is needed here",
    r"\sum_{k=1}^{100000} k": "more than 10000 terms",
    r"1 + \dots + 100000": "more than 10000 terms",
    r"\sum_{k=1}^\infty \frac{1}{k}": "doesn't settle within 3000 terms",
    r"\lim_{s \to 0} \frac{1}{s}": "the limit doesn't settle",
    r"\int x \, dx": "no values of its variable are declared",
    r"x \bmod 0": "a remainder needs numbers, the second not 0",
    r"(x - 3)!": "a factorial needs a whole number",
    "u_{x - y}": "has i = 1..n (here 1..3), not -1",
    r"u_{\frac{x}{y}}": "an index must be a whole number",
    r"\frac{x}{x - 2}": "a division by zero",
    r"x^{y^{y^{y^y}}}": "isn't a finite number",
    r"\mathbf{v}_4": "there is no entry [4] in a column of 3",
    r"\mathbf{B}_1": "needs 2 indices",
    "x_1": "the scripts don't fit",
    r"g'(x, y)": "a prime needs a function of one argument",
    r"f(x, y)": "takes one argument, not 2",
    r"f(\mathbf{v})": "f takes a number, this is a column of 3",
    r"\sum_{i=1}^n \frac{d}{di} i^2": "i counts; nothing changes with it smoothly",
    r"\nabla_{\mathbf{A}}^2 x": r"\nabla^2 is taken by a column",
    r"\nabla_{2} x": "a derivative is taken by a symbol",
    r"\nabla x": "the gradient by what?",
    r"\nabla^2 x": r"\nabla^2 by what?",
}
READING = {
    r"\frac{d}{dx}": "the derivative has nothing to act on",
    r"\frac{\partial x}{\partial}": r"\partial needs a subscript",
    r"\begin{foo} 1 \end{foo}": "foo isn't read here",
    r"\left(x)": r"this \left has no \right",
    r"\left( x \right) + (x": "expected ), found the end",
    r"1, \dots, n": "dots need a term before them",
    r"\underbrace x = x": "needs its argument in braces",
    r"x \not< y": r"\not stands before",
    r"x &= y && z": "an & must stand before a relation or sign",
    "x =": "the formula ends too early",
    "": "there is no formula here",
    "= x": "there is nothing before it to continue",
    r"x \propto y": "a proportion says on its left what changes",
    r"x = x^2 \quad \text{for}": "a condition is missing",
    "x = u_{i": "this { is never closed",
    "x = u_i_j": "a second subscript",
    "x = x^": "needs a script",
    r"x = \hat": "needs something to set",
    r"x = \frac": "needs its argument in braces",
    r"x = \sum": "",
    r"x = y^{}": "an empty script",
    r"x = \sin": "sin needs an argument",
    r"x = \sin(x, y)": "sin takes one argument",
    r"x = \sin^{-1} x": "can be read in two ways",
    r"x = \sin_2 x": "a subscript of sin isn't read",
    r"x = \det'(\mathbf{B})": "a prime on det isn't read",
    "x = x'": "",
    "x = (x + 1)'": "a number has no transpose",
    "x = a/bc": "a isn't declared",
    "x = x/y z": "a/bc can be read in two ways",
    r"x = \begin{cases} 1 & x > 3, y > 2, \\ 2 \end{cases}": "",
    "x = ++y": "",
    "x = | x": "expected the closing |",
    "x = f": "f is a function and needs its argument",
    r"x = \int_0^1 x": "",
}


@pytest.mark.parametrize("latex", RUNNING)
def test_what_has_no_value(numbers, latex):
    given = {**VALUES, "f": abs, "g": min}
    with pytest.raises(formula.FormulaError) as caught:
        formula.evaluate(latex, numbers, given)
    assert RUNNING[latex] in caught.value.message


@pytest.mark.parametrize("latex", READING)
def test_what_is_not_read(numbers, latex):
    result = formula.check(latex, numbers)
    assert result.verdict == "fails"
    assert result.points == 0
    assert result.category in {"syntax", "undeclared", "index", "shape", "notation"}, result
    assert READING[latex] in result.message


@pytest.mark.parametrize(
    ("definitions", "message"),
    [
        (["r(x, x) = x"], "an argument stands twice"),
        (["r(2) = 4"], "a function is defined for symbols as its arguments"),
        (["x = x + 1"], "x is defined by itself"),
        (["x + y = 2"], "the left side of a definition is a symbol (s^2 if that is declared)"),
        (["x^2 = 2"], "the left side of a definition is a symbol (s^2 if that is declared)"),
        (["x(y) = 2y"], "x isn't declared as a function; declare it so, x :: printed"),
        (["x = 2", "x = 3"], "x is defined already"),
        ([r"x \leq 2"], "a definition has an equals sign"),
        (["h = r(x)"], "r is used before it is defined"),
        (["r(x) = x^2", "h = r(x, y)"], "r takes one argument, not 2"),
        (["r(x) = x^2", r"h = r(\mathbf{v})"], "x stands for a number, this is a column of 3"),
        ([r"r(\mathbf{v}, n) = \sum_{i=1}^n \mathbf{v}_i"], "n follows from the shapes"),
        ([r"\mathbf{v} = 3"], r"\mathbf{v} is declared as a column of"),
        (["u_1 = 3", "h = u_2"], "no printed definition covers u_i at [2]"),
    ],
)
def test_what_defines_nothing(numbers, definitions, message):
    book = formula.Book(numbers)
    for text in definitions:
        book.add(text, kind="definition", strict=False)
    *before, last = book.check()
    assert all(before)
    assert last.verdict == "fails"
    assert message in last.message


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"x = y \quad \text{for } x > 100", "there is no point at which to test this"),
        (r"u_i > 100 \quad \text{for all } i", "> 100 is false"),
        ("x < -x^2 - 1", "is false"),
        (r"\mathbf{v} < 0", "an inequality compares numbers"),
        (r"\mathbf{v} \in \mathbb{R}^m", "this is a column of"),
        (r"x \in \{1, 2\}", "isn't in this set"),
        (r"\mathbf{v} \in \{1\}", "a number belongs to a set"),
        (r"x \approx y", "an approximation needs a stated tolerance or order"),
        (r"\mathbf{v} = \mathbf{v}^\top", "the left side is a column of"),
        ("x = x", "both sides are the same"),
        (r"x + x = 2 x, \qquad \sin^2 y + \cos^2 y = 2", "the right side is 2"),
        (r"x + x = 2 x, \quad u_i^2 = u_i u_1", "the left side is"),
        (r"x + x = 2 x \quad \text{if } \sin y = 2", "there is no point at which to test this"),
    ],
)
def test_what_does_not_hold(numbers, latex, message):
    result = formula.check(latex, numbers)
    assert result.verdict == "fails"
    assert message in result.message


@pytest.mark.parametrize(
    ("latex", "condition"),
    [
        (r"u_i = u_j", "for i = j"),
        ("u_i = u_1", "for i = 1"),
        (r"x^2 \geq 0", ""),
        (r"\mathbf{v} \in \mathbb{R}^n", ""),
        (r"x \in \mathbb{R}", ""),
        (r"x \not= y", ""),
        (r"\underbrace{x + x}_{\text{twice}} = 2 x", ""),
        (r"x + x \overset{!}{=} 2 x", ""),
        (r"\begin{aligned} (x + y)^2 &= x^2 + 2 x y \\ &\quad + y^2 \end{aligned}", ""),
        (r"u_i + u_i = 2 u_i, \quad i \in [1, n]", ""),
        (r"\sin^2 x + \cos^2 x = 1.", ""),
        (r"\sin'(x) = \cos x", ""),
        (r"x + x = 2 x \quad \forall x \in \mathbb{R}_+", ""),
        (r"2 x = x \\ + x", ""),
        (r"x + x = 2 x, \qquad \sin^2 y + \cos^2 y = 1, \quad u_i^2 = |u_i|^2", ""),
    ],
)
def test_what_holds(numbers, latex, condition):
    result = formula.check(latex, numbers, condition=condition)
    assert result, result


def test_symbols_that_have_no_sensible_declaration():
    notation = formula.Notation()
    notation.declare("n", domain="size")
    for arguments, message in [
        ({"latex": "n"}, "n is declared twice"),
        ({"latex": "x_i", "indices": "i 1..n"}, "isn't a range such as i = 1..n"),
        ({"latex": "x_i", "indices": "j = 1..n"}, "don't each stand once in x_i"),
        ({"latex": "x", "domain": "imaginary"}, "is no known domain"),
        ({"latex": "x", "shape": "n, n, n"}, "has more than two axes"),
        ({"latex": "x", "maps": "R"}, "isn't a signature such as R^d -> R"),
        ({"latex": "x", "maps": "C -> R"}, r"isn't R, R^n or R^{n \times m}"),
        ({"latex": "x", "entry_of": "A"}, "A isn't declared"),
        ({"latex": "2"}, "isn't a symbol"),
        ({"latex": "x + y"}, "isn't a symbol with scripts"),
        ({"latex": "y_n", "indices": "n = 1..n"}, "n is declared as a symbol"),
    ]:
        with pytest.raises(formula.FormulaError) as caught:
            notation.declare(**arguments)
        assert message in caught.value.message
    assert list(map(str, notation.symbols())) == ["Symbol(n)"]


def test_matrices_that_are_not_square_and_samplers_of_the_wrong_shape():
    notation = formula.Notation()
    notation.declare("n", domain="size")
    notation.declare("m", domain="size")
    notation.declare("A", shape="n, m", domain="symmetric")
    notation.declare("B", shape="n, m", domain=lambda rng, shape: rng.normal(size=2))
    assert "A is symmetric and must be square" in formula.check("A + A = 2 A", notation).message
    assert "the sampler of B gave (2,)" in formula.check("B + B = 2 B", notation).message


def test_one_reading_is_of_one_equation():
    notation = formula.Notation()
    notation.declare_all("x, y")
    with pytest.raises(formula.FormulaError, match="a second equation needs a block of its own"):
        formula.parse(r"x = x \\ y = y", notation)


REACHES = [  # may be read with more or with less as the argument; true in one of the two readings
    r"\cos (x - y) h = \cos(x h) \cos(y h) + \sin(x h) \sin(y h)",
    r"\sin (n + 1) x = \sin n x \cos x + \cos n x \sin x",
    r"2 \sin \left(n+1\right) x = 2 \sin n x \cos x + 2 \cos n x \sin x",
    r"\log p^2 (1 + y^2)^3 = 2 \log p + 3 \log(1 + y^2)",
    r"\ln p (1 + y^2) = \ln p + \ln(1 + y^2)",
    r"\sin 2x (1 + y) = \sin(2 x + 2 x y)",
    r"\sin x y = y \sin(x)",
    r"h \cos x y = h y \cos(x)",
    r"\frac{d}{d x} \sin x y = y \cos(x)",
    r"\frac{d}{d x} \log g(x, x)^2 y = 2 y \frac{d}{d x} \log(|g(x, x)|)",
]


@pytest.mark.parametrize("latex", REACHES)
def test_how_far_a_function_reaches_is_asked(numbers, latex):
    result = formula.check(latex, numbers)
    assert result.category == "syntax", result
    assert "reach? if to here, this holds" in result.message
    wrong = formula.check(latex.replace("=", "= 3 y +"), numbers)
    assert wrong.category == "value"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"\exp(x) y = y \exp(x)", r"\exp(x) y = \exp(x y)"),
        (r"\cos(x) y = y \cos(x)", r"\cos(x) y = \cos(x y)"),
        (r"\sin(2x) (1 + y) = (1 + y) \sin(2x)", r"\sin(2x) (1 + y) = \sin(2x + 2 x y)"),
        (r"\sin 2x = 2 \sin x \cos x", r"\sin 2x = x \sin(2)"),
        (r"\cos(x + y) \sin h = \sin h \cos(x + y)", r"\cos(x + y) \sin h = \cos((x + y) \sin h)"),
        (r"\exp(x + y) h = h \exp(x + y)", r"\exp(x + y) h = \exp(x h + y h)"),
    ],
)
def test_a_bracket_that_only_holds_the_argument_ends_it(numbers, right, wrong):
    assert formula.check(right, numbers)
    assert formula.check(wrong, numbers).category == "value"


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        ("x = 1e-3 h", r"1e-3 is how programs write 1 \cdot 10^{-3}"),
        ("x = 2.5e6 h", r"is how programs write 2.5 \cdot 10^{6}"),
        (r"x = 3, y = 4 \to h = 5", "an arrow from one equation to another isn't read"),
        (r"x = 3 \to h = 5", "an arrow from one equation to another isn't read"),
        (r"x = 3, y = 4 \Rightarrow h = 5", "an arrow from one equation to another isn't read"),
        (r"x = y \iff y = x", "an arrow from one equation to another isn't read"),
        (r"\int_0^\infty e^t \, dt = x", "this integral doesn't converge, or isn't found"),
        (r"\int_1^\infty \frac{1}{t} \, dt = x", "this integral doesn't converge, or isn't found"),
    ],
)
def test_a_spelling_that_says_something_else_is_told(numbers, latex, message):
    result = formula.check(latex, numbers)
    assert result.category in ("syntax", "limit", "domain"), result
    assert message in result.message


def test_numbers_times_e_are_read():
    notation = formula.Notation("growth")
    notation.declare_all("h")
    assert formula.check("2 e - 3 h = 2e^{1} - 3h", notation)
    assert formula.check("2e h^3 = h^2 2 h e", notation)


def test_a_definition_at_an_input_says_that_it_is_one():
    notation = formula.Notation("a reward to come")
    notation.declare_all("T :: size\nr_t :: t = 0..T\nG_t :: t = 0..T :: given: t \\geq T\nq")
    result = formula.check("q = q + 0", notation, definitions=["G_t = r_t"])
    assert "at t = " in result.message
    assert "G_t is declared as given here, so say where this holds" in result.message
    recursion = r"G_t = r_t + q G_{t+1}"
    assert formula.check("G_{T-1} = r_{T-1} + q G_T", notation, definitions=[recursion])


def test_a_recursion_without_a_start_is_told_what_to_declare():
    notation = formula.Notation("an epidemic")
    notation.declare_all("T :: size\nS_t :: t = 0..T\nb :: unit interval")
    definition = "S_{t+1} = S_t - b S_t"
    result = formula.check("S_1 = (1 - b) S_0", notation, definitions=[definition])
    assert result.category == "notation"
    assert "declare its start, such as given: t = 0" in result.message
    started = formula.Notation("an epidemic")
    started.declare_all("T :: size\nS_t :: t = 0..T :: given: t = 0\nb :: unit interval")
    assert formula.check("S_1 = (1 - b) S_0", started, definitions=[definition])


def test_a_script_is_missing_only_where_the_other_fits():
    notation = formula.Notation("a portfolio")
    notation.declare_all("n :: size\n\\sigma_p^2 :: positive\nw_i^k :: i = 1..n; k = 1..n")
    for latex, message in {
        r"\sigma_{ij} = 1": r"the scripts don't fit: \sigma_p^2 is declared",
        "w_i = 1": "w_i^k is declared: a superscript is missing here",
        "w^k = 1": "w_i^k is declared: a subscript is missing here",
    }.items():
        assert message in formula.check(latex, notation).message


def test_an_argument_that_a_function_does_not_show_is_careless_print(numbers):
    book = formula.Book(numbers)
    book.add("r(x, y) = x", kind="definition")
    assert "the right side doesn't depend on the argument y" in book.check()[0].message
