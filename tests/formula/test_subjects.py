"""Mathematics that has nothing to do with neural networks: what is true holds, what is nearly true doesn't."""

import pytest

from nnmath import formula


def verdicts(book, seed=0):
    """Return the results of a book, after making sure that only the last may fail."""
    results = book.check(seed)
    for result in results[:-1]:
        assert result.verdict == "holds", result.message
    return results[-1]


STATISTICS = [
    (r"\bar{x} = \frac{1}{n} \sum_{i=1}^n x_i", "mean"),
    (r"\bar{y} = \frac{1}{n} \sum_{i=1}^n y_i", "other mean"),
    (r"s^2 = \frac{1}{n-1} \sum_{i=1}^n (x_i - \bar{x})^2", "variance"),
    (r"Q = \sum_{i=1}^n (y_i - \alpha - \beta x_i)^2", "squares"),
]
STATISTICS_CLAIMS = [
    (r"\sum_{i=1}^n (x_i - \bar{x}) = 0", r"\sum_{i=1}^n (x_i - \bar{y}) = 0"),
    (
        r"\sum_{i=1}^n (x_i - \bar{x})^2 = \sum_{i=1}^n x_i^2 - n \bar{x}^2",
        r"\sum_{i=1}^n (x_i - \bar{x})^2 = \sum_{i=1}^n x_i^2 - \bar{x}^2",
    ),
    (
        r"s^2 = \frac{1}{2 n (n-1)} \sum_{i=1}^n \sum_{j=1}^n (x_i - x_j)^2",
        r"s^2 = \frac{1}{2 n^2} \sum_{i=1}^n \sum_{j=1}^n (x_i - x_j)^2",
    ),
    (
        r"\frac{\partial Q}{\partial \beta} = -2 \sum_{i=1}^n x_i (y_i - \alpha - \beta x_i)",
        r"\frac{\partial Q}{\partial \beta} = -2 \sum_{i=1}^n (y_i - \alpha - \beta x_i)",
    ),
    (
        r"\frac{\partial^2 Q}{\partial \alpha \partial \beta} = 2 n \bar{x}",
        r"\frac{\partial^2 Q}{\partial \alpha^2} = n",
    ),
    (
        r"\frac{\partial \bar{x}}{\partial x_i} = \frac{1}{n}",
        r"\frac{\partial \bar{x}}{\partial x_i} = \frac{1}{n-1}",
    ),
    (r"\max_i x_i \geq \bar{x}", r"\max_i x_i \leq \bar{x}"),
    (
        r"\left|\sum_i x_i y_i\right| \leq \sqrt{\sum_i x_i^2} \sqrt{\sum_i y_i^2}",
        r"\sum_i x_i y_i > \sum_i x_i^2 + \sum_i y_i^2",
    ),
]


@pytest.mark.parametrize(("right", "wrong"), STATISTICS_CLAIMS)
def test_statistics(sample, right, wrong):
    for latex, verdict in ((right, "holds"), (wrong, "fails")):
        book = formula.Book(sample)
        for definition, label in STATISTICS:
            book.add(definition, label=label, kind="definition")
        book.add(latex)
        assert verdicts(book).verdict == verdict


@pytest.fixture
def linear():
    notation = formula.Notation("linear algebra")
    for size in ("n", "m"):
        notation.declare(size, domain="size")
    notation.declare("A", shape="n, n", domain="positive definite")
    notation.declare("B", shape="n, n")
    notation.declare("X", shape="n, m")
    notation.declare("R", shape="n, n", domain="orthogonal")
    notation.declare("I", shape="n, n", domain="identity")
    notation.declare("u", shape="n")
    notation.declare("v", shape="n")
    notation.declare(r"\alpha")
    return notation


LINEAR = [
    (r"(A B)^T = B^T A^T", r"(A B)^T = A^T B^T"),
    (r"(A B)^{-1} = B^{-1} A^{-1}", r"(A B)^{-1} = A^{-1} B^{-1}"),
    (r"\det(A B) = \det(A) \det(B)", r"\det(A + B) = \det(A) + \det(B)"),
    (r"|A^{-1}| = \frac{1}{|A|}", r"|\alpha A| = \alpha |A|"),
    (
        r"\operatorname{tr}(A B) = \operatorname{tr}(B A)",
        r"\operatorname{tr}(A B) = \operatorname{tr}(A) \operatorname{tr}(B)",
    ),
    (r"R^T R = I", r"R R = I"),
    (r"\|R u\| = \|u\|", r"\|A u\| = \|u\|"),
    (r"u^T A v = v^T A u", r"u^T B v = v^T B u"),
    (r"\|u + v\|^2 + \|u - v\|^2 = 2 \|u\|^2 + 2 \|v\|^2", r"\|u + v\|^2 = \|u\|^2 + \|v\|^2"),
    (r"\langle u, v \rangle = u \cdot v = u^T v", r"\langle u, v \rangle = \|u\| \|v\|"),
    (r"\nabla_u (u^T B u) = (B + B^T) u", r"\nabla_u (u^T B u) = 2 B u"),
    (r"\|X\|_F^2 = \operatorname{tr}(X^T X)", r"\|X\|_F = \operatorname{tr}(X^T X)"),
    (
        r"(A + u v^T)^{-1} = A^{-1} - \frac{A^{-1} u v^T A^{-1}}{1 + v^T A^{-1} u}",
        r"(A + u v^T)^{-1} = A^{-1} - A^{-1} u v^T A^{-1}",
    ),
    (r"u \odot v = v \odot u", r"u \odot v = u \odot u"),
    (r"A^2 = A A", r"A^3 = A A"),
    (r"X^T u \in \mathbb{R}^{m}", r"X^T u \in \mathbb{R}^{n}"),
    (
        r"\begin{vmatrix} 2 & \alpha \\ 3 & 5 \end{vmatrix} = 10 - 3 \alpha",
        r"\begin{vmatrix} 2 & \alpha \\ 3 & 5 \end{vmatrix} = 10 + 3 \alpha",
    ),
    (r"\operatorname{diag}(u) v = u \odot v", r"\operatorname{diag}(u) v = u"),
]


@pytest.mark.parametrize(("right", "wrong"), LINEAR)
def test_linear_algebra(linear, right, wrong):
    assert formula.check(right, linear).verdict == "holds", formula.check(right, linear).message
    assert formula.check(wrong, linear).verdict == "fails"


CALCULUS = [
    (r"\frac{d}{dx} \sin(x) = \cos(x)", r"\frac{d}{dx} \cos(x) = \sin(x)"),
    (r"\frac{d}{dx} (f(x) f(y)) = f'(x) f(y)", r"\frac{d}{dx} (f(x) f(y)) = f'(x) f'(y)"),
    (r"\frac{d^2}{dx^2} f(3x) = 9 f''(3x)", r"\frac{d^2}{dx^2} f(3x) = 3 f''(3x)"),
    (r"\frac{d}{dx} g(x, y) = \partial_x g(x, y)", r"\partial_x g(x, f(x)) = \partial_y g(x, f(x))"),
    (r"\lim_{h \to 0} \frac{f(x + h) - f(x)}{h} = f'(x)", r"\lim_{h \to 0} \frac{f(x + h) - f(x)}{h} = f''(x)"),
    (r"\lim_{k \to \infty} \left(1 + \frac{x}{k}\right)^k = e^x", r"\lim_{k \to \infty} \left(1 + \frac{1}{k}\right)^k = e^x"),
    (r"\int_0^1 t^2 \, dt = \frac{1}{3}", r"\int_0^2 t^2 \, dt = \frac{1}{3}"),
    (r"\frac{d}{dy} \int_0^y f(t) \, dt = f(y)", r"\frac{d}{dy} \int_0^y f(t) \, dt = f'(y)"),
    (r"e^x = \sum_{k=0}^\infty \frac{x^k}{k!}", r"e^x = \sum_{k=1}^\infty \frac{x^k}{k!}"),
    (r"1 + 2 + \dots + n = \frac{n (n+1)}{2}", r"1 + 2 + \dots + n = \frac{n (n-1)}{2}"),
    (r"\sum_{k=0}^n \binom{n}{k} x^k = (1 + x)^n", r"\sum_{k=1}^n \binom{n}{k} x^k = (1 + x)^n"),
    (r"\cosh^2 x - \sinh^2 x = 1", r"\cosh^2 x + \sinh^2 x = 1"),
    (r"\tan(x) = \frac{\sin(x)}{\cos(x)}", r"\tan(x) = \frac{\cos(x)}{\sin(x)}"),
    (r"\log_2 p = \frac{\ln p}{\ln 2}", r"\log_2 p = \frac{\ln 2}{\ln p}"),
    (r"\sqrt[3]{p}^2 = p^{2/3}", r"\sqrt[3]{p}^2 = p^{3/2}"),
    (r"|x| = \begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}", r"|x| = \begin{cases} x & \text{if } x < 0 \\ -x & \text{otherwise} \end{cases}"),
    (r"\max(x, y) + \min(x, y) = x + y", r"\max(x, y) = x + y"),
    (r"\nabla g(x, y) = \begin{pmatrix} \partial_x g(x, y) \\ \partial_y g(x, y) \end{pmatrix}", r"\nabla g(x, y) = \begin{pmatrix} \partial_y g(x, y) \\ \partial_x g(x, y) \end{pmatrix}"),
    (r"\sum_{i \in \mathcal{M}} x = |\mathcal{M}| x", r"\sum_{i \in \mathcal{M}} u_i = \sum_{i=1}^n u_i"),
    (r"\sum_{i < j} u_i u_j = \frac{1}{2} \sum_{i \neq j} u_i u_j", r"\sum_{i < j} u_i u_j = \sum_{i \neq j} u_i u_j"),
    (r"\sum_{\substack{j=1 \\ j \neq i}}^n u_j + u_i = \sum_{j=1}^n u_j", r"\sum_{j=1, j \neq i}^n u_j = \sum_{j=1}^n u_j + u_i"),
    (r"\prod_{i=1}^n e^{u_i} = e^{\sum_i u_i}", r"\prod_{i=1}^n e^{u_i} = \sum_i e^{u_i}"),
    (r"u_{\arg\max_i u_i} = \max_i u_i", r"u_{\arg\min_i u_i} = \max_i u_i"),
    (r"\sum_{i,j} t_{ij} = \sum_j \sum_i t_{ij}", r"\sum_{i,j} t_{ij} = \sum_{i=1}^n t_{i1}"),
    (r"x \neq y", r"x \neq x + y - y"),
    (r"\lfloor x \rfloor + 1 = \lceil x \rceil", r"\lfloor x \rfloor = \lceil x \rceil"),
    (r"\sin'(2x) = \cos(2x)", r"\sin'(2x) = 2 \cos(2x)"),
    (r"\sinh''(x) = \sinh(x)", r"\sinh'(x) = \sinh(x)"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), CALCULUS)
def test_calculus(numbers, right, wrong):
    result = formula.check(right, numbers)
    assert result.verdict == "holds", result.message
    assert formula.check(wrong, numbers).verdict == "fails"


@pytest.fixture
def money():
    notation = formula.Notation("finance")
    notation.declare("T", "years", domain="size")
    notation.declare("r", "rate", domain="unit interval", code="rate")
    notation.declare("c", "coupon", domain="positive", code="coupon")
    notation.declare("F", "face value", domain="positive", code="face")
    notation.declare("P", "price", code="price")
    notation.declare("D", "duration")
    return notation


def bond_price(coupon, face, rate, years):
    """Return the price of a bond by the closed form of the geometric series."""
    discount = (1 + rate) ** -years
    return coupon * (1 - discount) / rate + face * discount


def test_finance(money):
    book = formula.Book(money, functions={"bond_price": bond_price})
    book.add(
        r"P = \sum_{t=1}^T \frac{c}{(1+r)^t} + \frac{F}{(1+r)^T}",
        label="price", kind="definition", code="bond_price(coupon=c, face=F, rate=r, years=T)",
    )  # fmt: skip
    book.add(r"P = c \frac{1 - (1+r)^{-T}}{r} + F (1+r)^{-T}", label="closed form")
    book.add(r"D = -\frac{1 + r}{P} \frac{d P}{d r}", label="duration", kind="definition")
    book.add(
        r"D = \frac{1}{P} \left( \sum_{t=1}^T \frac{t c}{(1+r)^t} + \frac{T F}{(1+r)^T} \right)",
        label="weighted mean time",
    )
    assert verdicts(book).verdict == "holds"
    book.add(r"D = \frac{1}{P} \sum_{t=1}^T \frac{t c}{(1+r)^t}")
    assert verdicts(book).category == "value"


def test_geometry():
    notation = formula.Notation("a triangle")
    for name in ("a", "b"):
        notation.declare(name, domain="positive")
    notation.declare(r"\gamma", domain="unit interval")
    notation.declare("c", "third side")
    book = formula.Book(notation)
    book.add(r"c = \sqrt{a^2 + b^2 - 2 a b \cos\gamma}", kind="definition", label="cosine rule")
    book.add(r"c \leq a + b")
    book.add(r"c^2 = (a - b)^2 + 4 a b \sin^2\left(\frac{\gamma}{2}\right)")
    assert verdicts(book).verdict == "holds"
    book.add(r"c^2 = (a + b)^2 + 4 a b \sin^2\left(\frac{\gamma}{2}\right)")
    assert verdicts(book).verdict == "fails"


@pytest.fixture
def chances():
    notation = formula.Notation("probability")
    notation.declare("K", domain="size")
    notation.declare("M", domain="size")
    notation.declare("x", domain="values 1..K")
    notation.declare("y", domain="values 1..M")
    notation.declare("p", domain="law of x, y")
    notation.declare(r"\mathbb{E}", domain="expectation over x with p(x)")
    notation.declare(r"\mathrm{Var}", domain="variance over x with p(x)")
    notation.declare("f", maps="R -> R")
    notation.declare("P(X = k)", indices="k = 1..K", domain="distribution")
    return notation


CHANCES = [
    (
        r"p(x \mid y) = \frac{p(y \mid x) p(x)}{p(y)}",
        r"p(x \mid y) = \frac{p(y \mid x) p(y)}{p(x)}",
    ),
    (r"p(x) = \sum_y p(x, y)", r"p(x) = \sum_y p(x \mid y)"),
    (r"\sum_x p(x | y) = 1", r"\sum_y p(x | y) = 1"),
    (r"p(X = 1) + p(X = 2) \leq 1", r"p(X = 1) + p(X = 2) > 1"),
    (r"\int p(y, x) dx = p(y)", r"\int p(y, x) dx = p(x)"),
    (
        r"\mathrm{Var}[f(x)] = \mathbb{E}[f(x)^2] - \mathbb{E}[f(x)]^2",
        r"\mathrm{Var}[f(x)] = \mathbb{E}[f(x)^2] - \mathbb{E}[f(x)]",
    ),
    (r"\mathbb{E}[f(x)] = \sum_x p(x) f(x)", r"\mathbb{E}[f(x)] = \frac{1}{K} \sum_x f(x)"),
    (r"\sum_{k=1}^K P(X = k) = 1", r"\sum_{k=1}^{K-1} P(X = k) = 1"),
]


@pytest.mark.parametrize(("right", "wrong"), CHANCES)
def test_probability(chances, right, wrong):
    assert formula.check(right, chances).verdict == "holds", formula.check(right, chances).message
    assert formula.check(wrong, chances).verdict == "fails"


def test_attendance():
    # Those who came count; a column of zeros and ones isn't a column of ones.
    notation = formula.Notation("attendance")
    notation.declare("n", "number invited", domain="size")
    notation.declare("c", "who came", shape="n", domain="mask")
    notation.declare("c_i", "1 if guest $i$ came", indices="i = 1..n", entry_of="c")
    notation.declare("x_i", "what guest $i$ eats", indices="i = 1..n")
    assert (
        formula.check(r"\sum_{i=1}^n c_i^2 x_i = \sum_{i=1}^n c_i x_i", notation).verdict == "holds"
    )
    assert formula.check(r"\sum_{i=1}^n c_i x_i = \sum_{i=1}^n x_i", notation).verdict == "fails"
    assert formula.check(r"\sum_{i=1}^n c_i = n", notation).verdict == "fails"
    assert formula.check(r"\sum_{i=1}^n c_i \geq 1", notation).verdict == "holds"


CONVEX = r"""
n, d :: size
f : \mathbb{R} \to \mathbb{R} :: convex
g : \mathbb{R}^d \to \mathbb{R} :: convex
h : \mathbb{R} \to \mathbb{R} :: concave
\lambda :: unit interval
x, y
x_i :: i = 1..n
p_i :: i = 1..n :: distribution
\mathbf{u}, \mathbf{v} \in \mathbb{R}^d
"""


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (
            r"f(\lambda x + (1 - \lambda) y) \leq \lambda f(x) + (1 - \lambda) f(y)",
            r"f(\lambda x + (1 - \lambda) y) \geq \lambda f(x) + (1 - \lambda) f(y)",
        ),
        (
            r"f\left( \sum_{i=1}^n p_i x_i \right) \leq \sum_{i=1}^n p_i f(x_i)",
            r"h\left( \sum_{i=1}^n p_i x_i \right) \leq \sum_{i=1}^n p_i h(x_i)",
        ),
        (
            r"g(\mathbf{v}) \geq g(\mathbf{u}) + \nabla g(\mathbf{u})^\top (\mathbf{v} - \mathbf{u})",
            r"g(\mathbf{v}) \geq g(\mathbf{u}) + \nabla g(\mathbf{v})^\top (\mathbf{v} - \mathbf{u})",
        ),
        (r"h''(x) \leq 0 \leq f''(x)", r"f''(x) \leq 0"),
    ],
)
def test_functions_that_bend_one_way(true, false):
    notation = formula.Notation("convex analysis")
    notation.declare_all(CONVEX)
    assert formula.check(true, notation)
    assert formula.check(false, notation).category == "value"


SQUARES = r"""
n, d :: size
\mathbf{A} \in \mathbb{R}^{n \times d}
\mathbf{b} \in \mathbb{R}^n
\mathbf{x} \in \mathbb{R}^d
\lambda :: positive
I :: identity
J :: maps: printed
"""


@pytest.mark.parametrize(
    "hessian",
    [
        r"\nabla \nabla J(\mathbf{x})",
        r"\nabla^2 J(\mathbf{x})",
        r"\frac{\partial^2 J(\mathbf{x})}{\partial \mathbf{x} \, \partial \mathbf{x}^\top}",
        r"\frac{\partial^2 J}{\partial \mathbf{x} \, \partial \mathbf{x}^\top}",
    ],
)
def test_the_matrix_of_second_derivatives_has_many_spellings(hessian):
    notation = formula.Notation("least squares")
    notation.declare_all(SQUARES)
    before = [
        r"J(\mathbf{x}) = \frac{1}{2} \|\mathbf{A} \mathbf{x} - \mathbf{b}\|^2 + \frac{\lambda}{2} \|\mathbf{x}\|^2"
    ]
    assert formula.check(
        rf"{hessian} = \mathbf{{A}}^\top \mathbf{{A}} + \lambda I", notation, definitions=before
    )
    wrong = rf"{hessian} = \mathbf{{A}}^\top \mathbf{{A}} + 2 \lambda I"
    assert formula.check(wrong, notation, definitions=before).category == "value"


@pytest.mark.parametrize("seed", range(5))
def test_moments_of_a_steep_beta_law(seed):
    notation = formula.Notation()
    notation.declare_all("a, b :: positive\n\\mu :: distributed beta(a, b)")
    assert formula.check(r"\mathbb{E}[\mu] = \frac{a}{a + b}", notation, seed=seed)
    variance = r"\mathrm{Var}[\mu] = \frac{a b}{(a + b)^2 (a + b + 1)}"
    assert formula.check(variance, notation, seed=seed)
    assert not formula.check(variance.replace("^2", ""), notation, seed=seed)
