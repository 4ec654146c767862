"""What other books print: each formula is read as it stands, the true one holds and the false one fails."""

import pytest

from nnmath import formula


@pytest.fixture
def algebra() -> formula.Notation:
    """Return a notation with arrays, entries and numbers of several sizes."""
    notation = formula.Notation("algebra", elementwise=False)
    for size in ("n", "m", "d"):
        notation.declare(size, domain="size")
    for name in ("x", "y", "z", "t"):
        notation.declare(name)
    notation.declare("p", domain="positive")
    notation.declare("u_i", indices="i = 1..n")
    notation.declare("v_i", indices="i = 1..n")
    notation.declare(r"\mathbf{u}", shape="n")
    notation.declare(r"\mathbf{v}", shape="n")
    notation.declare("a_{ij}", indices="i = 1..n; j = 1..m")
    notation.declare("A", shape="n, m")
    notation.declare("B", shape="m, n")
    notation.declare("S", shape="n, n", domain="positive definite")
    notation.declare("R", shape="n, n")
    notation.declare("I", shape="n, n", domain="identity")
    notation.declare(r"\mathbf{r}_i", indices="i = 1..n", shape="m")
    notation.declare("f", maps="R -> R")
    notation.declare("g", maps="R^n -> R")
    notation.declare("c", domain="integers 1..n")
    notation.declare(r"\mathcal{M}", domain="set of 1..n")
    notation.declare(r"\sigma", maps="sigmoid")
    notation.declare(r"\Phi", maps="normal cdf")
    notation.declare("k_i", indices="i = 1..n", domain="integers 0..6")
    return notation


TRUE = [
    # dress
    r"\underbrace{x + y}_{\text{a sum}} = y + x \tag{3.1} \label{eq:sum}",
    r"{\color{red} x} + \textcolor{blue}{y} = \boxed{y + x}",
    r"x \stackrel{(a)}{=} x + 0",
    r"{\bf u}^{\rm T} {\bf v} = \mathbf{v}^\intercal \mathbf{u}",
    r"\bigl( x + y \bigr) z = x z + y z",
    r"x \coloneqq x + 0",
    r"1{,}000 x = 10^3 x",
    r"\begin{eqnarray} (x + y)^2 &=& x^2 + 2 x y \\ & & + y^2 \end{eqnarray}",
    "\\begin{align} x \\left( y \\right. &+ z \\\\ &+ \\left. t \\right) = x y + x z + x t \\end{align}",
    r"x \not= x + 1",
    # lists, dots and blocks
    r"(u_1, u_2, \ldots, u_n) (v_1, \dots, v_n)^T = \sum_i u_i v_i",
    r"[u_1, \dots, u_n]^\top = \begin{bmatrix} u_1 \\ \vdots \\ u_n \end{bmatrix}",
    r"\begin{pmatrix} u_1 & u_2 & \cdots & u_n \end{pmatrix} = (u_1, \dots, u_n)",
    r"\operatorname{tr}\left(\begin{bmatrix} u_1 v_1 & \cdots & u_1 v_n \\ \vdots & \ddots & \vdots \\ u_n v_1 &"
    r" \cdots & u_n v_n \end{bmatrix}\right) = u_1 v_1 + \dots + u_n v_n",
    r"\begin{bmatrix} \mathbf{r}_1^\top \\ \vdots \\ \mathbf{r}_n^\top \end{bmatrix}^T = [\mathbf{r}_1, \dots, \mathbf{r}_n]",
    r"\left[\begin{array}{cc} S & 0 \\ 0 & S \end{array}\right]^{-1} = \begin{bmatrix} S^{-1} & 0 \\ 0 & S^{-1} \end{bmatrix}",
    r"u_1 u_2 \cdots u_n = \prod_{i=1}^n u_i",
    r"u_1 \cdot \ldots \cdot u_n = \prod\nolimits_i u_i",
    r"(1 - u_1)(1 - u_2) \cdots (1 - u_n) = \prod_i (1 - u_i)",
    r"1 \cdot 3 \cdot 5 \cdots (2 n - 1) = \frac{(2 n)!}{2^n n!}",
    r"n \cdot (n - 1) \cdots 1 = n!",
    r"x + u_1 + \dots + u_n = x + \sum_{i \in [n]} u_i",
    r"1 + 2 + \cdots + n = {n + 1 \choose 2}",
    r"g(u_1, \ldots, u_n) = g((u_1, \dots, u_n)^T)",
    r"(S \otimes R)(R \otimes S) = (S R) \otimes (R S)",
    # indicators, rounding, cases
    r"\sum_{i=1}^n \mathbf{1}[i = c] = 1",
    r"\sum_i \mathbb{1}\{i \leq c\} = n - \sum_{i} \mathbb{I}(i > c) = c",
    r"\sum_i 1_{\{i = c\}} u_i = u_c",
    r"\sum_{i} [i \neq c] = n - 1",
    r"\lfloor n/2 \rfloor + \left\lceil \frac{n}{2} \right\rceil = n",
    r"|x| = \left\{ \begin{array}{ll} x & \mbox{if } x > 0, \\ -x & \mbox{otherwise.} \end{array} \right.",
    r"\mathrm{ReLU}(x) = \max\{0, x\}",
    r"n \bmod 2 = n - 2 \lfloor n / 2 \rfloor",
    r"\sum_{s=\pm 1} s^2 x = 2 x",
    # sets and conditions
    r"\sum_{i \in \mathcal{M}} u_i + \sum_{i \notin \mathcal{M}} u_i = \sum_{i=1}^n u_i",
    r"\sum_{i \in \mathcal{M} \cup \{c\}} u_i = \sum_{i \in \mathcal{M} \setminus \{c\}} u_i + u_c",
    r"\sum_{i \in \mathcal{M} \cap \{1, \dots, n\}} 1 = |\mathcal{M}|",
    r"\sum_{i : u_i > 0} u_i + \sum_{i : u_i \leq 0} u_i = \sum_i u_i",
    r"\sum_{1 \le i < j \le n} u_i u_j = \tfrac12 \left( \left( \sum_i u_i \right)^2 - \sum_i u_i^2 \right)",
    r"u_i^2 = |u_i|^2, \quad i = 1, \ldots, n",
    r"u_i^2 = |u_i|^2, \quad i = 1, 2, \ldots, n",
    r"u_i^2 = |u_i|^2 \quad \forall i \in \{1, \dots, n\}",
    r"u_i^2 = |u_i|^2 \text{ for all } i",
    r"k_i \in \{0, 1, \dots, 6\}",
    # norms and powers of matrices
    r"\|\mathbf{u}\|_3^3 = \sum_i |\mathbf{u}_i|^3",
    r"\|\mathbf{u}\|_S^2 = \mathbf{u}^T S \mathbf{u}",
    r"\|\mathbf{u}\|_0 = n",
    r"\|I\|_* = n",
    r"S^{1/2} S^{1/2} = S",
    r"S^{-1/2} S S^{-1/2} = I",
    r"A'B' = (BA)'",
    r"R^{-\top} = (R^T)^{-1} = (R^{-T})",
    r"(A B)_{rs} = \sum_{k=1}^m A_{rk} B_{ks}",
    r"[A^\top]_{sr} = A_{rs}",
    r"(R \mathbf{u})_l = \sum_{k=1}^n R_{lk} \mathbf{u}_k",
    r"\mathbf{u}^T \mathbf{v} = \operatorname{tr}(\mathbf{vu}^T)",
    # derivatives
    r"\partial p / \partial p = dp/dp",
    r"\left. \frac{d}{dt} (t^2 + t) \right|_{t=0} = 1",
    r"\left. f'(t) \right|_{t = x} = f'(x)",
    r"\frac{\mathrm{d}}{\mathrm{d}t} \log \det (t R R^T) = \frac{n}{t}, \quad t > 0",
    r"\nabla^2 g(\mathbf{u}) = (\nabla^2 g(\mathbf{u}))^T",
    # functions that books name
    r"\frac{d}{dx} \sigma(x) = \sigma(x)(1 - \sigma(x))",
    r"\operatorname{logit}^{-1}(x) = \frac{1}{1 + e^{-x}}",
    r"\frac{d}{dx} \Phi(x) = \mathcal{N}(x \mid 0, 1)",
    r"\Gamma(p + 1) = p \, \Gamma(p)",
    r"\frac{d}{dx} \mathcal{N}(x; y, p) = -\frac{x - y}{p} \mathcal{N}(x; y, p)",
    r"\mathcal{N}(\mathbf{u} \mid \mathbf{v}, p I) = \prod_{i=1}^n \mathcal{N}(\mathbf{u}_i \mid \mathbf{v}_i, p)",
    r"\mathrm{softmax}(\mathbf{u})_c = \frac{e^{\mathbf{u}_c}}{\sum_{j=1}^n e^{\mathbf{u}_j}}",
    r"\operatorname*{arg\,max}_i u_i = \underset{i}{\operatorname{argmax}} \, e^{u_i}",
    r"\mathrm{e}^{x} e^y = e^{x + y}",
]  # fmt: skip


@pytest.mark.parametrize("latex", TRUE)
def test_what_is_true_holds(algebra, verdict, latex):
    result = verdict(latex, algebra)
    assert result.verdict == "holds", result.message


def test_entry_by_entry(verdict):
    notation = formula.Notation("entries", elementwise=True)
    notation.declare_all("n :: size\nm, s")
    notation.declare_all(r"x, y \in \mathbb{R}^n")
    notation.declare_all(r"P \in \mathbb{R}^{n \times n}")
    mean = r"m = \frac{1}{n} \sum x"
    for latex in (
        r"\sum (x - m) = 0",
        r"\sum (x - m)(y - s) = \sum x * y - m \sum y",
        r"\operatorname{mean}(x) = m",
        r"e^{x} \odot e^{y} = e^{x + y}",
        r"|x| = \sqrt{x^2}",
        r"\operatorname{vec}(P)_2 = P_{2,1}",
        r"\operatorname{rowsum}(P)_1 = P_{1,1} + \dots + P_{1,n}",
        r"\mathrm{ReLU}(x) + \mathrm{ReLU}(-x) = |x|",
    ):
        result = verdict(latex, notation, (mean,))
        assert result.verdict == "holds", result.message
    assert verdict(r"\sum x = 0", notation).category == "value"


REFUSED = [
    (r"f^{-1}(x) = x", "can be read in two ways, as its inverse and as 1/f"),
    (r"\mathbf{u} * \mathbf{v} = 0", "* between arrays is read in several ways"),
    (r"\mathbf{u} \otimes \mathbf{v} = 0", r"\otimes of two columns is read in two ways"),
    (r"A^{1/2} = A", "has no such power"),
    (r"R^{1/2} = R", "the root of this matrix isn't known"),
    (r"\|A\|_2 = 1", "which norm of a matrix is meant"),
    (r"\|x\| = 1", "a norm needs an array"),
    (r"\|\mathbf{u}\|_A = 1", "a norm of a column of"),
    (r"\|\mathbf{u}\|_{0.5} = 1", "the order of a norm is 1 or more"),
    (r"u_{1:n} = 1", "a list with dots stands where a number is needed"),
    (r"\mathbf{u}_{1:n} = 1", "a part of an array isn't read"),
    (r"u_i^{(t)} = 1", "the superscript (t) isn't declared"),
    (r"\begin{bmatrix} A & S \\ S & S \end{bmatrix} = 0", "don't fit together"),
    (r"\begin{bmatrix} A & B \end{bmatrix} = 0", "stands beside"),
    (r"\begin{bmatrix} S & 2 \end{bmatrix} = 0", "a number stands where a block is"),
    (r"\begin{bmatrix} 1 & 2 \\ 3 \end{bmatrix} = 0", "different lengths"),
    (r"\begin{bmatrix} \vdots \\ x \end{bmatrix} = 0", "a row of dots stands between"),
    (r"(\dots, x) = 0", "dots in a list stand between its beginning and its last entry"),
    (r"(x, \dots) = 0", "dots in a list stand between"),
    (r"g(u_1, u_2, \dots) = 0", "dots in a list stand between"),
    (r"x \bmod 0 = 1", "a remainder needs numbers"),
    (r"\left. x \right|^2 = 1", "this bar needs a place below it"),
    (r"\left. x \right|_{x > 0} = 1", "a place is written x = 0"),
    (r"\left. x \right|_{2 x = 1} = 1", "what is given a value is a symbol"),
    (r"\left. \mathbf{u} \right|_{\mathbf{u} = A} = 1", "is a column of"),
    (r"x \in \mathbb{N}", "what kind of number it is"),
    (r"\mathbf{u} \in \{1, 2\}", "a number belongs to a set"),
    (r"x \overset{a}{y} = 1", "is read over a relation or under an extreme"),
    (r"\underbrace x = 1", "needs its argument in braces"),
    (r"\underbrace{x = 1", "never closed"),
    (r"x \bf y = 1", r"\bf is read right after a brace"),
    (r"x \not < y", r"\not stands before"),
    (r"\begin{align} x &= y", "isn't closed at the end"),
    (r"\|A\|_* x = \frac{d}{dt} \|t A\|_*", "only the Frobenius norm is differentiated"),
    (r"\nabla^2 x = 0", r"\nabla^2 by what"),
    (r"\nabla_{x + y}^2 x = 0", "a derivative is taken by a symbol"),
    (r"\nabla_A^2 x = 0", "is taken by a column"),
    (r"x \propto y", "a proportion says on its left what changes"),
    (r"f(x + y) \propto y", "what changes here is no symbol"),
    (r"\int_\infty^0 x \, dx = 1", "the wrong way round"),
    (r"\int_0^\infty \sin t \, dt = 1", "doesn't converge, or isn't found exactly enough"),
    (r"\Gamma(-1) x = 1", "no real value here"),
    (r"\mathbf{u}_c = x, \text{for }", "a condition is missing"),
]


@pytest.mark.parametrize(("latex", "message"), REFUSED)
def test_what_is_refused_says_why(algebra, verdict, latex, message):
    result = verdict(latex, algebra)
    assert result.verdict == "fails"
    assert message in result.message, result.message


FALSE = [
    (r"(u_1, u_2, \ldots, u_n) (v_1, \dots, v_n)^T = \sum_{i=2}^n u_i v_i", "value"),
    (r"[u_1, \dots, u_n] = \begin{bmatrix} u_1 \\ \vdots \\ u_n \end{bmatrix}", "shape"),
    (r"u_1 u_2 \cdots u_n = \sum_{i=1}^n u_i", "value"),
    (r"1 \cdot 3 \cdot 5 \cdots (2 n - 1) = (2 n)!", "value"),
    (r"\sum_{i=1}^n \mathbf{1}[i = c] = n", "value"),
    (r"\sum_{i} [i \leq c] = n - c", "value"),
    (r"\left\lceil n / 2 \right\rceil = \frac{n}{2}", "value"),
    (r"\sum_{i \in \mathcal{M}} u_i = \sum_{i \notin \mathcal{M}} u_i", "value"),
    (r"k_i \in \{0, 1, \dots, 3\}", "value"),
    (r"\left. \frac{d}{dt} (t^2 + t) \right|_{t=1} = 1", "value"),
    (r"(S \otimes R)(R \otimes S) = (R S) \otimes (S R)", "value"),
    (r"\begin{bmatrix} A & B \end{bmatrix} = 0", "shape"),
    (r"R^{-\top} = R^{-1}", "value"),
    (r"\frac{d}{dx} \Phi(x) = \mathcal{N}(x \mid 0, 2)", "value"),
    (r"\Gamma(p + 1) = (p + 1) \, \Gamma(p)", "value"),
    (r"x' = x", "syntax"),
]


@pytest.mark.parametrize(("latex", "category"), FALSE)
def test_what_is_false_fails(algebra, verdict, latex, category):
    result = verdict(latex, algebra)
    assert result.verdict == "fails"
    assert result.category == category or (category == "syntax" and result.category == "index"), (
        result.message
    )
