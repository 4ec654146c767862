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
    # derivatives
    r"\left. \frac{d}{dt} (t^2 + t) \right|_{t=0} = 1",
    r"\left. f'(t) \right|_{t = x} = f'(x)",
    r"\frac{\mathrm{d}}{\mathrm{d}t} \log \det (t R R^T) = \frac{n}{t}, \quad t > 0",
    r"\nabla^2 g(\mathbf{u}) = (\nabla^2 g(\mathbf{u}))^T",
    # functions that books name
    r"\frac{d}{dx} \sigma(x) = \sigma(x)(1 - \sigma(x))",
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
