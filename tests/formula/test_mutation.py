"""The mutation engine: which edits it makes, and which of them say the same."""

import pytest

from nnmath import formula
from nnmath.formula.checking.mutation import mutants
from trials.structure import structure


def edits(latex, notation, kind):
    """Return the mutants of one kind."""
    equation = formula.parse(latex, notation)
    return {m.latex for m in mutants(latex, equation) if m.kind == kind}


@pytest.mark.parametrize(
    ("latex", "kind", "expected"),
    [
        ("x = y + z", "sign", {"x = y - z", "x = -y + z"}),
        ("x = -y + z", "sign", {"x = y + z", "x = -y - z"}),
        ("x = (y + z)", "sign", {"x = (y - z)", "x = (-y + z)"}),
        ("x = y - z", "term dropped", {"x = y ", "x =  - z"}),
        ("x = y + z", "term dropped", {"x = y ", "x =  z"}),
        ("x = y - z", "term repeated", {"x = y+y - z", "x = y - z-z"}),
        ("x = y z", "factor dropped", {"x =  z", "x = y "}),
        ("x = y z", "factor repeated", {"x = y y z", "x = y z z"}),
        ("x = y z", "factors exchanged", {"x = z y"}),
        ("x = f'(y)", "prime", {"x = f(y)", "x = f''(y)"}),
        ("x = f(y)", "prime", {"x = f'(y)"}),
        (r"x = f\left(y\right)", "prime", {r"x = f'\left(y\right)"}),
        (r"x = \exp(y)", "function", {r"x = \log (y)", "x = (y)", r"x = \exp(\exp(y))"}),
        ("x = f(y)", "function", {"x = (y)", "x = f(f(y))"}),
        (r"x = \sqrt{y}", "power or root", {"x = (y)", r"x = \sqrt{\sqrt{y}}"}),
        ("x = y^2", "power or root", {"x = y", "x = y^{3}", "x = (y^2)^{2}"}),
        ("x = y^z", "power or root", {"x = y"}),
        ("x = 2 y", "constant", {"x = 3 y", "x = 1 y", "x = 4 y"}),
        ("x = 5 y", "constant", {"x = 6 y", "x = 4 y", "x = {10} y"}),
        ("x = 0", "constant", {"x = 1"}),
        (r"x = \pi", "constant", set()),
        ("x = 2 y + 3", "constants exchanged", {"x = 3 y + 2"}),
        ("x = t_{12}", "indices exchanged", {"x = t_{21}"}),
        ("x = t_{11}", "indices exchanged", set()),
        ("u_i = x", "index shift", {"u_{i-1} = x", "u_{i+1} = x"}),
        ("u_{i+1} = x", "index shift", {"u_{i} = x", "u_{i+2} = x"}),
        ("t_{ij} = x", "index letter", {"t_{jj} = x", "t_{ii} = x"}),
        ("u_i = x", "script dropped", {"u = x"}),
        ("t_{ij} = x", "script repeated", {"t_{ij ij} = x"}),
        (r"f\left(u_i\right) = x", "script dropped", {r"f\left(u\right) = x"}),
        (r"x = \frac{y}{z}", "fraction", {r"x = \frac{z}{y}", "x = (y)", "x = (z)"}),
        ("x = y / z", "fraction", set()),
        ("x < y", "relation", {"x > y"}),
        (r"x = g(y, z)", "arguments exchanged", {"x = g(z, y)"}),
        (r"x = f(y) r(z)", "function exchanged", {"x = r(y) r(z)", "x = f(y) f(z)"}),
        (r"x = (y + z) x", "parenthesis moved out", {"x = (y + z x)"}),
        (r"x = x (y + z)", "parenthesis moved out", {"x = (x y + z)"}),
        (r"x = \left(y + z\right) x", "parenthesis moved out", {r"x = \left(y + z x\right)"}),
        (r"x = (y + z) x", "parenthesis moved in", {"x = (y )+ z x", "x = y + (z) x"}),
        (r"x = y + z", "parenthesis moved in", set()),
        (
            r"\frac{\partial x}{\partial y} = 0",
            "derivative turned round",
            {r"\frac{\partial y}{\partial x} = 0"},
        ),
        (
            r"x = \sum_{i=1}^n u_i",
            "sum",
            {
                r"x = \prod_{i=1}^n u_i",
                "x = u_i",
                r"x = \sum_{i=1}^n \sum_{i=1}^n u_i",
            },
        ),
        (
            r"x = \sum_{i=1}^n u_i",
            "bound",
            {r"x = \sum_{i=1}^{n-1} u_i", r"x = \sum_{i=1}^{n+1} u_i", r"x = \sum_{i=n}^1 u_i"},
        ),
        (r"x = \sum_i u_i", "bound", set()),
        (
            r"\mathbf{v} = \mathbf{w}",
            "transpose",
            {r"{\mathbf{v}}^T = \mathbf{w}", r"\mathbf{v} = {\mathbf{w}}^T"},
        ),
        (r"x = \mathbf{v}^T \mathbf{w}", "transpose dropped", {r"x = \mathbf{v} \mathbf{w}"}),
        (
            r"x = \mathbf{v}^T \mathbf{w}",
            "transposes exchanged",
            {r"x = \mathbf{v} {\mathbf{w}}^T"},
        ),
        (
            r"\begin{pmatrix} x & y \\ z & h \end{pmatrix} \mathbf{v} = x",
            "entries exchanged",
            {
                r"\begin{pmatrix} y & x \\ z & h \end{pmatrix} \mathbf{v} = x",
                r"\begin{pmatrix} x & y \\ h & z \end{pmatrix} \mathbf{v} = x",
                r"\begin{pmatrix} z & y \\ x & h \end{pmatrix} \mathbf{v} = x",
                r"\begin{pmatrix} x & h \\ z & y \end{pmatrix} \mathbf{v} = x",
            },
        ),
        (r"x = \|\mathbf{v}\|", "norm", {r"x = (\mathbf{v})", r"x = \|\mathbf{v}\|_1"}),
        (r"x = |y|", "norm", {r"x = (y)"}),
        (r"x = |y|", "squared", {r"(x)^2 = |y|", r"x = (|y|)^2", r"x = |(y)^2|"}),
        (
            r"x = \begin{cases} y & \text{if } z > 0 \\ h & \text{otherwise} \end{cases}",
            "cases",
            {r"x = \begin{cases} h & \text{if } z > 0 \\ y & \text{otherwise} \end{cases}"},
        ),
        (
            r"x = \begin{cases} y & \text{if } z > 0 \\ h & \text{otherwise} \end{cases}",
            "relation",
            {r"x = \begin{cases} y & \text{if } z < 0 \\ h & \text{otherwise} \end{cases}"},
        ),
    ],
)
def test_single_edits(numbers, latex, kind, expected):
    assert edits(latex, numbers, kind) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x + y z = 2", "z y + x = 2"),
        ("x + (y - z) = 2", "x - z + y = 2"),
        (r"\sum_{i=1}^n u_i = x", r"\sum_{k=1}^n u_k = x"),
        (r"\frac{1}{n} \sum_{i=1}^n u_i = x", r"\sum_{i=1}^n u_i \frac{1}{n} = x"),
        (r"y z \sum_{i=1}^n u_i f(u_i) = x", r"z \sum_{i=1}^n y f(u_i) u_i = x"),
        (r"\max(x, y) = z", r"\max(y, x) = z"),
        (r"\mathbf{v} \cdot \mathbf{w} = x", r"{\mathbf{w}}^T \cdot \mathbf{v} = x"),
        (
            r"(\mathbf{v} \cdot \mathbf{w}) \mathbf{v} = x",
            r"\mathbf{v} (\mathbf{v} \cdot \mathbf{w}) = x",
        ),
        (r"2 \mathbf{B} \mathbf{v} x = \mathbf{w}", r"x \mathbf{B} \mathbf{v} 2 = \mathbf{w}"),
        (r"\mathbf{v} \|\mathbf{w}\| = x", r"\|\mathbf{w}\| \mathbf{v} = x"),
        (r"\det(\mathbf{B}) \mathbf{v} = x", r"\mathbf{v} \det(\mathbf{B}) = x"),
        ("f(x) y = 2", "y f(x) = 2"),
        ("r(x) y^2 = 2", "y^2 r(x) = 2"),
    ],
)
def test_the_same_in_another_order_is_no_mutant(numbers, one, other):
    assert structure(formula.parse(one, numbers)) == structure(formula.parse(other, numbers))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x - y = 2", "y - x = 2"),
        (r"\mathbf{B} \mathbf{v} = x", r"\mathbf{v} \mathbf{B} = x"),
        (r"\mathbf{v}^T \mathbf{w} = x", r"\mathbf{w} \mathbf{v}^T = x"),
        (r"r(\mathbf{v}) \mathbf{B} = x", r"\mathbf{B} r(\mathbf{v}) = x"),
        (r"\mathbf{B}^2 \mathbf{v} = x", r"\mathbf{v} \mathbf{B}^2 = x"),
        (r"\mathbf{v} \odot \mathbf{w} = x", r"\mathbf{v} \mathbf{w} = x"),
        (r"\sum_{i=1}^n u_i u_i = x", r"\sum_{i=1}^n u_i \sum_{j=1}^n u_j = x"),
        ("u_i u_j = x", "u_i u_i = x"),
    ],
)
def test_something_else_is_a_mutant(numbers, one, other):
    assert structure(formula.parse(one, numbers)) != structure(formula.parse(other, numbers))


def test_a_mutant_says_what_was_changed(numbers):
    latex = "x = y - z"
    told = {str(mutant) for mutant in mutants(latex, formula.parse(latex, numbers))}
    assert {"write + for -", "leave out - z", "insert -z at 9"} <= told


def test_every_mutant_differs_from_the_original_and_the_others(numbers):
    latex = r"x = \sum_{i=1}^n u_i^2 f(u_i) - \frac{y}{2}"
    found = [mutant.latex for mutant in mutants(latex, formula.parse(latex, numbers))]
    assert len(set(found)) == len(found) > 50
    assert latex not in found


def test_a_relation_under_another_name_is_left_as_it_is(numbers):
    latex = r"x = \begin{cases} y & z \leqslant 1 \\ z & z > 1 \end{cases}"
    assert edits(latex, numbers, "relation") == {latex.replace("z > 1", "z < 1")}


def test_a_function_without_brackets_gets_no_prime(numbers):
    numbers.declare("h_2", "a function", maps="R -> R")
    assert edits("x = f(y)", numbers, "prime") == {"x = f'(y)"}
    assert edits("x = {f} y", numbers, "prime") == set()
