"""What running meets seldom: limits, lists, sets, derivatives by arrays, means; true formulas hold, others are told."""

import pytest

from nnmath import formula
from nnmath.formula.errors import Limits

SIZES = "n, m, d :: size\n"
COLUMNS = (
    SIZES
    + r"""
    x, y, \mathbf{c}, \mathbf{v} :: shape: n
    u :: shape: m
    A :: shape: m, n
    B :: shape: n, n
    r :: shape: 1, n
    a, b, t
    p, q :: shape: n :: domain: distribution
    \phi :: maps: entrywise
    f :: R^n -> R
    g :: R -> R
    h :: R -> R :: domain: positive
    S, \mathcal{T} :: set of 1..n
    x_i :: i = 1..n :: entry_of: x
    B_{ij} :: i = 1..n; j = 1..n :: entry_of: B
    r_i :: i = 1..n :: entry_of: r
"""
)
RANDOM = (
    SIZES
    + r"""
    \mu, a
    \sigma :: positive
    X :: values 1..m
    Y :: values 0..1
    Z :: values 0..1
    P :: law of X, Y
    Q :: law of X, Z
    H :: entropy
    I :: mutual information
    \operatorname{CE} :: cross entropy
    \mathbf{s} :: shape: n :: domain: distributed sign
    \mathbf{v} :: shape: n :: domain: distributed normal(0, 1)
    \mathbf{w} :: shape: n :: domain: distributed uniform(0, 1)
    k :: domain: distributed poisson(\sigma)
    y_i :: i = 1..n
    \mathrm{E} :: domain: expectation over i
    \mathrm{M} :: domain: variance over X
    \pi_i :: i = 1..n :: domain: distribution
    \mathrm{W} :: domain: expectation over i with \pi_i
    \mathbf{C} :: shape: n, n :: domain: positive definite
"""
)


def checked(table, latex, *definitions, elementwise=False, layout="", coordinates="", **options):
    notation = formula.Notation(
        "running", elementwise=elementwise, layout=layout, coordinates=coordinates
    )
    notation.declare_all(table)
    return formula.check(latex, notation, definitions=definitions, **options)


@pytest.mark.parametrize(
    ("table", "latex"),
    [
        (COLUMNS, r"\left. a^2 + t \right|_{t=3} = a^2 + 3"),
        (COLUMNS, r"\left. x^T x \right|_{x=0} = 0"),
        (COLUMNS, r"1 + a + \frac{a^2}{2} - \frac{a^2}{2} = 1 + a"),
        (COLUMNS, r"(x_1, \dots, x_n)^T = x"),
        (COLUMNS, r"\frac{\partial r B x}{\partial r_i} = (B x)_i"),
        (COLUMNS, r"\frac{\partial x^T B x}{\partial B_{ij}} = x_i x_j"),
        (COLUMNS, r"\nabla f(x) = \nabla_x f(x)"),
        (COLUMNS, r"(A^T u)_i = \sum_{j=1}^m A_{ji} u_j"),
        (COLUMNS, r"(B B)_{ij} = \sum_{k=1}^n B_{ik} B_{kj}"),
        (COLUMNS, r"h(a) > 0"),
        (
            COLUMNS,
            r"\sum_{i \in S \cup \mathcal{T}} x_i = \sum_{i \in S} x_i + \sum_{i \in \mathcal{T} \setminus S} x_i",
        ),
        (COLUMNS, r"\log a^2 = 2 \log |a|"),
        (COLUMNS, r"0 = B - B"),
        (RANDOM, r"\mathbb{E}[\mathbf{s}^T \mathbf{s}] = n"),
        (
            RANDOM,
            r"\mathbb{E}_{\mathbf{v}}[\mathbf{v}^T \mathbf{C} \mathbf{v}] = \operatorname{tr}(\mathbf{C})",
        ),
        (RANDOM, r"\mathrm{E} y_i = \frac{1}{n} \sum_{j=1}^n y_j"),
        (RANDOM, r"\mathrm{W} y_i = \sum_{j=1}^n \pi_j y_j"),
        (RANDOM, r"\mathrm{M} X = \frac{m^2 - 1}{12}"),
        (RANDOM, r"\mathbb{E}[k] = \sigma"),
    ],
)
def test_what_is_true_holds(table, latex):
    result = checked(table, latex)
    assert result, str(result)


@pytest.mark.parametrize(
    ("table", "latex", "category", "message"),
    [
        (COLUMNS, r"a = (x_1, x_2, \dots)", "syntax", "dots"),
        (COLUMNS, r"[x = y] = 1", "shape", "a condition compares numbers"),
        (COLUMNS, r"a = \phi(a, b)", "shape", r"\phi takes one argument, not 2"),
        (COLUMNS, r"a = f'(x)", "shape", "f with a prime needs a number"),
        (COLUMNS, r"|S \cup a| = 2", "shape", r"\cup joins sets"),
        (COLUMNS, r"\begin{pmatrix} x_1, \dots, x_n & a \\ a & b \end{pmatrix} = B", "syntax", ""),
        (COLUMNS, r"\frac{\partial B}{\partial B} = B", "shape", "needs a declared layout"),
        (
            COLUMNS,
            r"\frac{\partial a}{\partial n} = 0",
            "syntax",
            "nothing changes smoothly with n",
        ),
        (COLUMNS, r"\nabla a = 0", "syntax", "the gradient by what?"),
        (COLUMNS, r"\Gamma(0) = 1", "domain", "no real value here"),
        (RANDOM, r"\mathbb{E}[a] = a", "syntax", "nothing in here is random"),
        (RANDOM, r"\mathbb{E}[X \mid a + 1] = a", "syntax", "what is given is a random symbol"),
        (RANDOM, r"H(Y, Z) = a", "notation", "no declared law is that of Y, Z together"),
        (RANDOM, r"\mathbb{E}[X] = a", "syntax", "under which law, P or Q?"),
        (RANDOM, r"I(X) = a", "syntax", "mutual information is of two variables"),
        (RANDOM, r"H(a + 1) = a", "syntax", "this is of variables or of a law"),
        (RANDOM, r"\operatorname{CE}(a) = a", "syntax", "this is of two laws"),
        (RANDOM, r"\mathrm{KL}(a \| \mu) = a", "syntax", "this is of two laws"),
        (RANDOM, r"P(X = 1 \mid a) = a", "syntax", "named after a variable"),
        (RANDOM, r"a \propto \mu", "syntax", "a proportion says on its left what changes"),
    ],
)
def test_what_is_wrong_is_told(table, latex, category, message):
    result = checked(table, latex)
    assert (result.verdict, result.category) == ("fails", category), str(result)
    assert message in result.message


def test_columns_have_a_divergence():
    assert checked(COLUMNS, r"D_{KL}(p \| q) = \sum_{i=1}^n p_i \log \frac{p_i}{q_i}")
    table = COLUMNS + r"\operatorname{CE} :: cross entropy"
    assert checked(table, r"\operatorname{CE}(p, q) = -\sum_{i=1}^n p_i \log q_i")


def test_a_layout_says_how_a_jacobian_lies():
    latex = r"\frac{\partial A x}{\partial x} = A"
    assert checked(COLUMNS, latex, layout="numerator")
    assert not checked(COLUMNS, latex, layout="denominator")
    assert checked(COLUMNS, r"\frac{\partial A x}{\partial x} = A^T", layout="denominator")


def test_a_gradient_is_taken_by_the_declared_coordinates():
    table = "a, b"
    latex = r"\nabla (a^2 b) = \begin{pmatrix} 2 a b \\ a^2 \end{pmatrix}"
    assert checked(table, latex, coordinates="a, b")


def test_an_entrywise_function_is_differentiated_entry_by_entry():
    assert checked(COLUMNS, r"\frac{\partial \phi(x)}{\partial x} = \phi'(x)")


def test_a_mean_that_is_too_large_is_refused():
    table = RANDOM + r"\mathbf{q} :: shape: 9 :: domain: distributed uniform(0, 1)"
    result = checked(table, r"\mathbb{E}[\mathbf{q}^T \mathbf{q}] = 3")
    assert (result.category, "too many entries" in result.message) == ("limit", True)


def test_a_table_that_is_too_large_is_refused():
    notation = formula.Notation("tables", limits=Limits())
    notation.declare_all("X, Y, Z :: values 1..300\nP :: law of X, Y, Z")
    result = formula.check(r"\sum_x P(X = x) = 1", notation)
    assert (result.category, "too large" in result.message) == ("limit", True)


@pytest.mark.parametrize(
    ("domain", "message"),
    [
        ("distributed cauchy(0, 1)", "no known law"),
        ("distributed normal(0)", "normal has 2 parameters, not 1"),
    ],
)
def test_a_law_is_declared_with_its_parameters(domain, message):
    with pytest.raises(formula.FormulaError, match=message):
        formula.Notation().declare("x", domain=domain)


def test_parameters_of_a_law_may_have_brackets_in_brackets():
    table = r"""
        a, b
        f, g :: R -> R
        h :: R, R -> R :: domain: positive
        X :: domain: distributed normal(f(g(a)), h(f(a), g(b)))
    """
    assert checked(table, r"\mathbb{E}[X] = f(g(a))")


@pytest.mark.parametrize(
    ("domain", "message"),
    [
        ("law of a", "a isn't declared as a variable with values"),
        ("expectation over a", "a is neither an index nor a variable with values"),
    ],
)
def test_a_law_is_of_variables(domain, message):
    notation = formula.Notation()
    notation.declare("a")
    notation.declare("E", domain=domain)
    latex = "E(a) = 1"
    result = formula.check(latex, notation)
    assert message in result.message


def test_sums_that_are_too_long_are_refused():
    notation = formula.Notation("long")
    notation.declare("x_i", indices="i = 1..20000")
    assert (
        "runs over more than 10000 values" in formula.check("x_i = x_i + 0 x_i", notation).message
    )
    notation.declare("S", domain="set of 1..3")
    result = formula.check(r"\sum_{i=1}^{20000} i = 200010000", notation)
    assert "more than 10000 terms" in result.message
    result = formula.check(r"\max(1, \dots, 20000) = 20000", notation)
    assert "more than 10000 entries" in result.message


def test_a_given_function_is_called_with_columns():
    notation = formula.Notation("given")
    notation.declare_all("n :: size\nx :: shape: n\nF :: maps: printed\ng :: R^n -> R")
    values = {"x": [1.0, 2.0], "F": lambda x: x.sum(), "g": lambda x: (x * x).sum()}
    assert formula.evaluate("F(x) + g(x)", notation, values) == 8.0
    with pytest.raises(formula.FormulaError, match="can't be differentiated"):
        formula.differentiate("g(x)", "x", notation, values)


def test_an_event_and_its_complement_stand_outside_a_law_too():
    table = "A, B :: event\nP :: law of A, B"
    assert checked(table, r"P(\neg A) = 1 - P(A)")
    assert checked(table, r"P(\neg A) = P(A^c)").category == "style"  # the same twice
    assert checked(table, r"\bar{A} = 1 - A")
    result = checked("A :: event\nF :: R -> R", r"F(\neg A) = F(A)")
    assert (result.verdict, result.category) == ("fails", "value")


def test_a_density_with_dots_among_its_arguments_is_told():
    table = "n :: size\nx_i :: i = 1..n\na"
    result = checked(table, r"\mathcal{N}(a, x_1, \dots, x_n, 2) = 1")
    assert (result.category, "takes 3 arguments" in result.message) == ("shape", True)


def test_letters_that_tell_arguments_apart_are_no_indices():
    table = "n :: size\nx_i :: i = 1..n\nk :: maps: printed\na, b"
    definition = "k(x_i, x_j) = x_i^2 x_j"
    assert checked(table, "k(a, b) = a^2 b", definition)


def test_a_printed_function_of_entries_needs_letters():
    table = "n :: size\nx :: shape: n\nS :: maps: printed"
    result = checked(table, "S(x)_1 = 2", "S(x)_1 = x^T x")
    assert not result
    assert "one or two index letters" in result.message


def test_an_integral_between_bounds_is_by_a_letter_of_its_own():
    assert checked("a", r"\int_0^a a \, da = \frac{a^2}{2}")
    assert checked("Pr", r"\int_0^1 Pr \, dPr = \frac{1}{2}")
    assert "takes no scripts" in checked("a", r"\int_0^1 1 \, da_1 = 1").message


def test_a_limit_goes_to_a_point_or_without_end():
    assert checked("a", r"\lim_{t \to 0} \frac{\sin(a t)}{t} = a")
    assert checked("a :: positive", r"\lim_{k \to \infty} \frac{a k + 1}{k + 3} = a")
    assert "doesn't settle" in checked("a", r"\lim_{t \to 0} \sin \frac{1}{t} = a").message


def test_a_letter_t_above_may_be_a_number_or_a_transpose():
    notation = formula.Notation()
    notation.declare_all(
        "T, n :: size\n\\beta :: unit interval\n\\mathbf{A} \\in \\mathbb{R}^{n \\times n}"
    )
    series = r"1 + \beta + \beta^2 + \cdots + \beta^T = \frac{1 - \beta^{%s}}{1 - \beta}"
    assert formula.check(series % "T+1", notation)
    assert formula.check(series % "T", notation).category == "value"
    assert formula.check(r"(\mathbf{A}^T)_{12} = \mathbf{A}_{21}", notation)


def test_the_cross_product_is_of_two_columns_of_three():
    notation = formula.Notation()
    notation.declare_all("\\mathbf{u}, \\mathbf{v} :: shape: 3\n\\mathbf{w} :: shape: 2")
    assert formula.check(r"\mathbf{u} \times \mathbf{v} = -\mathbf{v} \times \mathbf{u}", notation)
    assert formula.check(
        r"(\mathbf{u} \times \mathbf{v})_2 = \mathbf{u}_3 \mathbf{v}_1 - \mathbf{u}_1 \mathbf{v}_3",
        notation,
    )
    assert formula.check(r"\mathbf{u}^\top (\mathbf{u} \times \mathbf{v}) = 0", notation)
    assert not formula.check(
        r"\mathbf{u} \times \mathbf{v} = \mathbf{v} \times \mathbf{u}", notation
    )
    assert (
        "two columns of 3" in formula.check(r"\mathbf{w} \times \mathbf{w} = 0", notation).message
    )


def test_a_sequence_may_have_no_end():
    notation = formula.Notation()
    notation.declare_all(
        "a_i :: i = 0..\\infty :: printed\nc_i :: i = 0..\\infty\nx :: unit interval"
    )
    before = [r"a_i = \frac{1}{i + 1}"]
    true = r"\sum_{i=1}^\infty a_i x^i = \sum_{i=0}^\infty a_i x^i - a_0"
    assert formula.check(true, notation, definitions=before)
    assert not formula.check(true.replace("- a_0", "- a_1"), notation, definitions=before)
    assert formula.check("a_{i+1} (i + 2) = 1", notation, definitions=before)
    assert formula.check(r"c_{i+1} - c_i = 0", notation).category == "value"
    assert formula.check(r"\sum_i c_i = 0", notation).category == "limit"
