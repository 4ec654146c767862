r"""Ways of writing that books differ in: what is true holds, what is nearly true is rejected with its place."""

import pytest

from nnmath import formula

NUMBERS = r"""
    n :: size
    x, y, a, \theta, \eta
    u_i :: i = 1..n
"""
# Signs as characters, and signs with another spelling
SIGNS = [
    (r"2·θ − η × x = 2 \theta - \eta x", r"2·θ − η × x = 2 \theta + \eta x"),
    (r"\theta^2 + η^2 ≥ 2 θ η", r"\theta^2 + η^2 ≤ 2 θ η"),
    (r"∑_{i=1}^n (u_i − x) = ∑_i u_i − n x", r"∑_{i=1}^n (u_i − x) = ∑_i u_i − x"),
    (r"∂_x x^2 = 2x", r"∂_x x^2 = x"),
    (r"∫_0^1 t \, dt = \frac{1}{2}", r"∫_0^1 t \, dt = 1"),
    (
        r"∑_{i ∈ \{1, …, n\}} i = \frac{n (n + 1)}{2}",
        r"∑_{i ∈ \{1, …, n\}} i = \frac{n (n - 1)}{2}",
    ),
    (r"x \lt x + 1", r"x \gt x + 1"),
    (
        r"\Sigma_{i=1}^{n} u_i = n x + \sum_i (u_i - x)",
        r"\Sigma_{i=2}^{n} u_i = n x + \sum_i (u_i - x)",
    ),
    (
        r"\sum_{i=1,2,\dots,n} u_i = n x + \sum_i (u_i - x)",
        r"\sum_{i=2,\dots,n} u_i = n x + \sum_i (u_i - x)",
    ),
    (
        r"u_1 + u_2 + \dots + u_{n-1} + u_n + x = x + \sum_i u_i",
        r"u_1 + u_2 + \dots + u_{n-2} + u_n + x = x + \sum_i u_i",
    ),
    (
        r"1 + \dots + n - u_1 - \dots - u_n = \frac{n(n+1)}{2} - \sum_i u_i",
        r"1 + \dots + n - u_2 - \dots - u_n = \frac{n(n+1)}{2} - \sum_i u_i",
    ),
    (r"\max_{i=1,\ldots,n} u_i = -\min_i (-u_i)", r"\max_{i=1,\ldots,n-1} u_i = 1 - \min_i (-u_i)"),
    (r"\Pi_{i=1}^{n} u_i^2 = (\Pi_{i=1}^{n} u_i)^2", r"\Pi_{i=1}^{n} u_i^2 = \Pi_{i=1}^{n} u_i"),
    (r"{x \over 1 + y^2} = {1 \over 1 + y^2} x", r"{x \over 1 + y^2} = {1 \over 1 - y^2} x"),
    (r"e^{x \over 2} = \sqrt{e^x}", r"e^{x \over 3} = \sqrt{e^x}"),
    (r"u_i x = x u_i + 0 a, i = 1, ...., n", r"u_i x = x u_i + a, i = 1, ...., n"),
    (r"\Rightarrow (x + y)^2 = x^2 + 2 x y + y^2", r"\therefore (x + y)^2 = x^2 + y^2"),
    (r"x \cdot -y = -x y", r"x \cdot -y = x y"),
    (r"\sum_i u_i [i = +1] = u_1", r"\sum_i u_i [i = +1] = u_2"),
]
# Means given something, proportions, remainders
CHANCE = r"""
    K :: size
    x :: values 1..3
    y :: values 0..2
    p :: law of x, y
    X :: values 0..K
    P :: law of X
    g : \mathbb{R}, \mathbb{R} \to \mathbb{R}
    w_i, a_i :: i = 1..K
"""
MEANS = [
    (
        r"\mathbb{E}_{y \mid x}[y] = \sum_y y p(y \mid x)",
        r"\mathbb{E}_{y \mid x}[y] = \sum_y y p(y)",
    ),
    (
        r"\mathrm{Var}[y] = \mathbb{E}_x[\mathrm{Var}_{y|x}[y]] + \mathrm{Var}_x[\mathbb{E}_{y|x}[y]]",
        r"\mathrm{Var}[y] = \mathbb{E}_x[\mathrm{Var}_{y|x}[y]] - \mathrm{Var}_x[\mathbb{E}_{y|x}[y]]",
    ),
    (
        r"\mathbb{E}_{y \| x}[g(x, y)] = \sum_y p(y \mid x) g(x, y)",
        r"\mathbb{E}_{y \| x}[g(x, y)] = \sum_y p(x \mid y) g(x, y)",
    ),
    (r"2 p(x \mid y) \propto p(y \mid x) p(x)", r"2 p(x \mid y) \propto p(y \mid x)"),
    (
        r"\frac{p(x \mid y)}{p(x)} \propto p(y \mid x)",
        r"\frac{p(x \mid y)}{p(x)} \propto p(x \mid y)",
    ),
    (r"w_i \propto 3 w_i e^{K}", r"w_i \propto w_i e^{a_i}"),
]
CALCULUS = r"""
    n :: size
    x, x_0, z, h, a
    f : \mathbb{R} \to \mathbb{R}
    \mathbf{u}, \mathbf{c} \in \mathbb{R}^n
    u_i :: i = 1..n :: entry_of: \mathbf{u}
    c_i :: i = 1..n :: entry_of: \mathbf{c}
    g : \mathbb{R}^n \to \mathbb{R}
    A \in \mathbb{R}^{n \times n}
"""
REMAINDERS = [
    (
        r"f(x) = f(x_0) + f'(x_0) (x - x_0) + o(|x - x_0|)",
        r"f(x) = f(x_0) + 2 f'(x_0) (x - x_0) + o(|x - x_0|)",
    ),
    (
        r"f(x) = f(x_0) + f'(x_0) (x - x_0) + O((x - x_0)^2)",
        r"f(x) = f(x_0) + f'(x_0) (x - x_0) + O((x - x_0)^3)",
    ),
    (
        r"g(\mathbf{c} + \mathbf{u}) = g(\mathbf{c}) + \mathbf{u}^T \nabla g(\mathbf{c}) + O(\|\mathbf{u}\|^2)",
        r"g(\mathbf{c} + \mathbf{u}) = g(\mathbf{c}) + \mathbf{c}^T \nabla g(\mathbf{c}) + O(\|\mathbf{u}\|^2)",
    ),
    (
        r"g(\mathbf{u}) = g(\mathbf{c}) + \nabla_{\mathbf{c}} g(\mathbf{c})^T (\mathbf{u} - \mathbf{c}) + o(\|\mathbf{u} - \mathbf{c}\|)",
        r"g(\mathbf{u}) = g(\mathbf{c}) - \nabla_{\mathbf{c}} g(\mathbf{c})^T (\mathbf{u} - \mathbf{c}) + o(\|\mathbf{u} - \mathbf{c}\|)",
    ),
]
INTEGRALS = [
    (
        r"\int_{\mathbb{R}} t^2 \mathcal{N}(t \mid 0, e^x) \, dt = e^x",
        r"\int_{\mathbb{R}} t^2 \mathcal{N}(t \mid 0, e^x) \, dt = e^{2 x}",
    ),
    (r"\int_0^1 dt \, t^2 = \frac{1}{3}", r"\int_0^1 dt \, t^2 = \frac{1}{2}"),
    (
        r"\int_0^\infty \mathrm{d}t \, t^3 \mathrm{e}^{-t} = 6",
        r"\int_0^\infty \mathrm{d}t \, t^3 \mathrm{e}^{-t} = 24",
    ),
    (r"\int_0^1 \frac{dt}{1 + t} = \ln 2", r"\int_0^1 \frac{dt}{1 + t} = \ln 3"),
    (
        r"\int_0^1 \frac{t \, dt}{1 + t^2} = \frac{\ln 2}{2}",
        r"\int_0^1 \frac{t \, dt}{1 + t^2} = \ln 2",
    ),
    (
        r"\int_0^1 \int_0^t s t \, ds \, dt = \frac{1}{8} = \int_0^1 dt \int_0^t ds \, s t",
        r"\int_0^1 \int_0^1 s t \, ds \, dt = \frac{1}{8}",
    ),
    (r"\int_0^x \frac{df}{dz} \, dz = f(x) - f(0)", r"\int_0^x \frac{df}{dz} \, dz = f(x)"),
]
DERIVATIVES = [
    (r"\frac{df}{dx}(h) = f'(h)", r"\frac{df}{dx}(h) = f'(x)"),
    (r"\frac{d}{dx} f(2x) = 2 \frac{df}{dx}(2x)", r"\frac{d}{dx} f(2x) = \frac{df}{dx}(2x)"),
    (r"\left.\frac{df}{dx}\right|_{x=h} = f'(h)", r"\left.\frac{df}{dx}\right|_{x=h} = f'(x)"),
    (
        r"\frac{\partial g}{\partial u_i}(\mathbf{c}) = \frac{\partial g(\mathbf{c})}{\partial c_i}",
        r"\frac{\partial g}{\partial u_i}(\mathbf{u}) = \frac{\partial g(\mathbf{c})}{\partial c_i}",
    ),
    (r"A^{\odot 2} = A \odot A", r"A^{\odot 2} = A A"),
    (
        r"\mathbf{u}^{\circ 3} = \mathbf{u} \odot \mathbf{u}^{\odot 2}",
        r"\mathbf{u}^{\circ 3} = \mathbf{u}^{\odot 2}",
    ),
    (r"[x]_+ - [-x]_+ = x", r"[x]_+ + [-x]_+ = x"),
    (r"\sin x = \cos(\frac{\pi}{2} - x) \in [-1, 1]", r"2 \sin x \in [-1, 1]"),
    (r"x^2 \in [0, \infty)", r"x^3 \in (-\infty, 0]"),
    (r"1 \in (0, 1]", r"1 \in (0, 1)"),
]
# Values of variables, groups of them, members of sets, runs of entries
VARIABLES = r"""
    K, n :: size
    x :: values 1..K
    y :: values 0..2
    z :: values {0, 0.5}
    p :: law of x, y, z
    u_i :: i = 1..n
    C :: set of 1..n
    G : \mathbb{R}^n \to \mathbb{R}
    v \in \mathbb{R}^n
    h_t :: values 1..2 :: t = 1..3
    o_t :: values 0..1 :: t = 1..3
    q :: law of h_t given h_{t-1}, o_t given h_t
"""
SETS = [
    (r"\sum_{x \in \mathcal{X}} p(x) = 1", r"\sum_{x \in \mathcal{X}} x p(x) = 1"),
    (
        r"\sum_{z \in \mathcal{Z}} z p(z) = \mathbb{E}[z]",
        r"\sum_{z \in \mathcal{Z}} p(z) = \mathbb{E}[z]",
    ),
    (r"|\mathcal{X}| + |\mathcal{Y}| = K + 3", r"|\mathcal{X}| + |\mathcal{Y}| = K + 2"),
    (r"\mathbb{H}(x) \leq \log |\mathcal{X}|", r"\mathbb{H}(x) \geq \log |\mathcal{X}|"),
    (
        r"|\{i : u_i > 0\}| + |\{i \mid u_i \leq 0\}| = n",
        r"|\{i : u_i > 0\}| + |\{i \mid u_i \leq 0\}| = n + 1",
    ),
    (
        r"|\{i \in C : u_i > 0\}| = \sum_{i \in C} [u_i > 0]",
        r"|\{i \in C : u_i > 0, i > 1\}| = 1 + \sum_{i \in C} [u_i > 0]",
    ),
]
GROUPS = [
    (
        r"\mathbb{I}(x, y; z) = \mathbb{H}(x, y) - \mathbb{H}(x, y \mid z)",
        r"\mathbb{I}(x, y; z) = \mathbb{H}(x) - \mathbb{H}(x \mid z)",
    ),
    (
        r"\mathbb{I}(x, y; z) = \mathbb{I}(x; z) + \mathbb{I}(y; z \mid x)",
        r"\mathbb{I}(x; y, z) = \mathbb{I}(x; z) + \mathbb{I}(y; z \mid x)",
    ),
    (
        r"\mathbb{I}(h_1; o_1 \mid h_2, h_3) = \mathbb{I}(h_1; o_1, h_2, h_3) - \mathbb{I}(h_1; h_2, h_3)",
        r"\mathbb{I}(h_1; o_1 \mid h_2, h_3) = \mathbb{I}(h_1; o_1, h_2, h_3) + \mathbb{I}(h_1; h_2, h_3)",
    ),
    (r"p(x \| y) = \frac{p(x, y)}{p(y)}", r"p(x \| y) = \frac{p(x, y)}{p(x)}"),
    (r"p(x \| y, z) p(y \| z) = p(x, y \| z)", r"p(x \| y) p(y \| z) = p(x, y \| z)"),
]
RUNS = [
    (r"G(u_{1:n}) = G(u_1, \dots, u_n) + 0", r"G(u_{1:n}) = G(u_1, \dots, u_n) + 1"),
    (r"\max(u_{1:n}^2) = (\max_i |u_i|)^2", r"\max(u_{1:n}^2) = (\max_i |u_i|)^3"),
    (
        r"q(h_{1:3}) = q(h_1) \prod_{t=2}^3 q(h_t \mid h_{t-1})",
        r"q(h_{1:3}) = \prod_{t=1}^3 q(h_t)",
    ),
    (
        r"q(o_{1:3}) = \sum_{h_{1:3}} q(o_{1:3}, h_{1:3})",
        r"q(o_{1:3}) = \sum_{h_{1:3}} q(o_{1:2}, h_{1:3})",
    ),
    (
        r"q(h_t \mid h_{1:t-1}) = q(h_t \mid h_{t-1}), \quad t = 2, \dots, 3",
        r"q(h_t \mid h_{1:t-1}) = q(h_t), \quad t = 2, \dots, 3",
    ),
]
# What a law is for, and products that run downwards
DEPENDENT = r"""
    a :: values 0..2
    b :: values 0..1
    x :: values 1..3
    y :: values 0..1
    p :: law of a, b, x given a and b, y given x
    z
    m, T :: size
    W_i :: i = 1..3 :: shape: m, m
    v_i :: i = 1..T
"""
HYPERPARAMETERS = [
    (r"p(x; a) = \frac{p(x, a)}{p(a)}", r"p(x; a) = p(x, a)"),
    (r"p(x, y; a) = p(y \mid x) p(x; a)", r"p(x, y; a) = p(y \mid x) p(x)"),
    (
        r"p(x \mid y; a, b) \propto p(y \mid x) p(x; a, b)",
        r"p(x \mid y; a, b) \propto p(y \mid x) p(x; a)",
    ),
    (
        r"\mathbb{E}_{x \sim p(x; a)}[x] = \sum_x x p(x; a)",
        r"\mathbb{E}_{x \sim p(x; a)}[x] = \sum_x x p(x)",
    ),
    (r"\prod_{3 \geq i \geq 1} W_i = W_3 W_2 W_1", r"\prod_{3 \geq i \geq 1} W_i = W_1 W_2 W_3"),
    (r"\prod_{i > 1} W_i = W_2 W_3", r"\prod_{i > 1} W_i = W_3 W_2"),
    (r"\sum_{T \geq t > 2} v_t = \sum_{t=3}^T v_t", r"\sum_{T \geq t > 2} v_t = \sum_{t=2}^T v_t"),
]
TABLES = [(NUMBERS, SIGNS), (CHANCE, MEANS), (DEPENDENT, HYPERPARAMETERS)]
TABLES += [(VARIABLES, pairs) for pairs in (SETS, GROUPS, RUNS)]
TABLES += [(CALCULUS, pairs) for pairs in (REMAINDERS, INTEGRALS, DERIVATIVES)]


def verdict(declared, latex, **facts):
    """Check one formula in a notation that is declared in text."""
    notation = formula.Notation(elementwise=facts.pop("elementwise", False))
    notation.declare_all(declared)
    return formula.check(latex, notation, **facts)


@pytest.mark.parametrize(
    ("declared", "right", "wrong"),
    [(declared, *pair) for declared, pairs in TABLES for pair in pairs],
)
def test_what_is_true_holds_and_what_is_nearly_true_is_rejected(declared, right, wrong):
    found = verdict(declared, right)
    assert found, found.message
    found = verdict(declared, wrong)
    assert found.verdict == "fails"
    assert found.category == "value", found.message
    assert "^" in found.message


REFUSED = [
    (NUMBERS, r"x \over y = 2", r"\over isn't expected here"),
    (NUMBERS, r"\Sigma_{ij} u_i = 2", r"\Sigma isn't declared"),
    (NUMBERS, r"x = y \iff y = x", "an arrow from one equation to another"),
    (
        NUMBERS,
        r"\sum_{i=1,\dots} u_i = 2",
        "dots in a list stand between its beginning and its last entry",
    ),
    (NUMBERS, r"\sum_{i=1,5,\dots,n} u_i = 2", ""),
    (NUMBERS, r"x = + y", "a plus sign with nothing before it"),
    (NUMBERS, r"é = x", "the character 'é' isn't read"),
    (CHANCE, r"p(x) p(y \mid x) \propto p(x, y)", "a proportion says on its left what changes"),
    (CHANCE, r"\mathbb{E}_{y \mid 2}[y] = 2", "the mean is over random symbols"),
    (
        CALCULUS,
        r"g(\mathbf{u}) = g(\mathbf{c}) + o(\|\mathbf{u} - x\|)",
        "is a column of",
    ),
    (CALCULUS, r"\int_0^1 \frac{1}{1 + t} = \ln 2", "no differential such as dx"),
    (VARIABLES, r"\mathcal{Q} = 2", r"\mathcal{Q} isn't declared"),
    (VARIABLES, r"|\{k : k > 0\}| = 2", "nothing says what k runs over"),
    (VARIABLES, r"\sum_{y \in \mathcal{Z}} p(y) = 1", "0.5 is no value of y"),
    (VARIABLES, r"u_{1:n} = 2", "a list with dots stands where a number is needed"),
    (VARIABLES, r"G(u_{:n}) = 2", "nothing to read here"),
    (DEPENDENT, r"p(x; z) = 1", "this isn't named after a variable of the law"),
    (DEPENDENT, r"p(x \mid a \mid b) = 1", "a second bar between arguments"),
    (CALCULUS, r"x \in (0, 1, 2)", "what kind of number it is"),
    (CALCULUS, r"\frac{\partial f}{\partial x}(x, h) = 2", "a function of 1 has 2 arguments here"),
]


@pytest.mark.parametrize(("declared", "latex", "message"), REFUSED)
def test_what_could_be_read_in_two_ways_is_refused(declared, latex, message):
    found = verdict(declared, latex)
    assert found.verdict == "fails"
    assert message in found.message
    assert "^" in found.message


def test_a_declared_letter_is_no_sum():
    found = verdict("K :: size\n\\Sigma_k :: k = 1..K", r"\Sigma_{k=1} x = 2")
    assert found.verdict == "fails"


def test_signs_as_characters_are_declared_as_letters_are():
    update = verdict("w, x\nη :: positive", r"w ← w − η x")
    assert update, update.message
    found = verdict("μ\nσ :: positive", r"(\mu + \sigma)^2 = μ^2 + 2 μ σ + σ^2")
    assert found, found.message


PRINTED = r"""
    x, z, c, w
    F, H :: maps: printed
"""
DEFINED = [r"F(x) = w x^2", r"H(x, z) = w x^2 z^3"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"\frac{\partial F}{\partial w} = x^2", r"\frac{\partial F}{\partial w} = w^2"),
        (r"\frac{dF}{dx}(c) = 2 w c", r"\frac{dF}{dx}(c) = 2 w x"),
        (r"dF/dx = 2 w x", r"dF/dx = w x"),
        (
            r"\frac{\partial H}{\partial z}(c, c) = 3 w c^4",
            r"\frac{\partial H}{\partial z}(c, c) = 5 w c^4",
        ),
        (
            r"\frac{\partial^2 H}{\partial x \partial z}(c, 1) = 6 w c",
            r"\frac{\partial^2 H}{\partial x \partial z}(c, 1) = 0",
        ),
        (
            r"\frac{\partial^2 H(x, z)}{\partial x \partial z} = 6 w x z^2",
            r"\frac{\partial^2 H(x, z)}{\partial x \partial z} = 0",
        ),
    ],
)
def test_the_derivative_of_a_printed_function_is_by_what_its_definition_shows(right, wrong):
    found = verdict(PRINTED, right, definitions=DEFINED)
    assert found, found.message
    found = verdict(PRINTED, wrong, definitions=DEFINED)
    assert (found.verdict, found.category) == ("fails", "value")


def test_the_letters_around_a_bound_one_may_be_free():
    declared = r"""
        T :: size
        x_t :: t = 0..T :: given: t = 0
        u_t :: t = 1..T
        F : \mathbb{R}, \mathbb{R} \to \mathbb{R}
    """
    notation = formula.Notation(letters="k, i")
    notation.declare_all(declared)

    def found(below):
        latex = rf"\frac{{\partial x_t}}{{\partial x_k}} = \prod_{{{below}}} \frac{{\partial x_i}}{{\partial x_{{i-1}}}}"
        return formula.check(
            latex, notation, definitions=["x_t = F(x_{t-1}, u_t)"], condition="for k < t"
        )

    assert found(r"t \geq i > k"), found(r"t \geq i > k").message
    assert found(r"t \geq i \geq k").category == "value"
