"""Laws, means and information as other books print them: what is true holds, what is false fails."""

import pytest

from nnmath import formula


@pytest.fixture
def variables() -> formula.Notation:
    """Return a notation of random variables with tables, and of others with laws by name."""
    notation = formula.Notation("variables", elementwise=True)
    for size in ("K", "M", "n", "d"):
        notation.declare(size, domain="size")
    for name in ("a", "b", r"\mu"):
        notation.declare(name)
    for name in (r"\sigma", r"\lambda", r"\alpha", r"\beta"):
        notation.declare(name, domain="positive")
    notation.declare(r"\theta", domain="unit interval")
    notation.declare("X", domain="values 1..K")
    notation.declare("Y", domain="values 0..M")
    notation.declare("P", domain="law of X, Y")
    notation.declare("z", domain="values 1..K")
    notation.declare("p", domain="law of z")
    notation.declare("q", domain="law of z")
    notation.declare("A", domain="event")
    notation.declare("B", domain="event")
    notation.declare(r"\Pr", domain="law of A, B")
    notation.declare("H", domain="entropy")
    notation.declare("I", domain="mutual information")
    notation.declare(r"\operatorname{CE}", domain="cross entropy")
    notation.declare(r"\operatorname{sd}", domain="standard deviation")
    notation.declare("U", domain=r"distributed normal(\mu, \sigma^2)")
    notation.declare("V", domain=r"distributed normal(0, 1)")
    notation.declare("W", domain=r"distributed exponential(\lambda)")
    notation.declare("D", domain=r"distributed poisson(\lambda)")
    notation.declare("F", domain=r"distributed bernoulli(\theta)")
    notation.declare("G", domain=r"distributed gamma(\alpha + 1, \beta)")
    notation.declare("L", domain=r"distributed beta(\alpha, \beta)")
    notation.declare("S", domain=r"distributed uniform(0, 1)")
    notation.declare("N", domain=r"distributed binomial(n, \theta)")
    notation.declare("T", domain=r"distributed geometric(\theta)")
    notation.declare("X_i", indices="i = 1..n", domain=r"distributed normal(\mu, \sigma^2)")
    notation.declare(r"\bar{X}", domain="printed")
    notation.declare("s^2", domain="printed")
    notation.declare(r"\mathbf{v}", shape="d", domain="distributed normal(0, 1)")
    notation.declare(r"\mathbf{C}", shape="d, d")
    notation.declare("f", maps="R -> R")
    return notation


TRUE = [
    r"\mathrm{Bern}(1 \mid \theta) + \mathrm{Bern}(0 \mid \theta) = 1",
    r"\sum_{k=0}^{n} \mathrm{Bin}(k \mid n, \theta) = 1",
    r"\sum_{k=0}^{\infty} \mathrm{Poi}(k \mid \lambda) = 1",
    r"\mathrm{Beta}(\theta \mid 1, 1) = 1",
    r"\mathrm{Gam}(\lambda \mid 1, \beta) = \mathrm{Expon}(\lambda \mid \beta) = \beta e^{-\beta \lambda}",
    r"\mathrm{Unif}(\theta \mid 0, 2) = \frac12",
    r"\mathbb{E}[T] = \frac{1}{\theta}",
    r"\mathbb{E}[X] = \sum_x x P(X = x)",
    r"\mathbb{E}[f(X)] = \sum_{x} f(x) P(X = x)",
    r"\mathbb{E}_{X \sim P}[f(X)] = \mathbb{E}_{P}[f(X)]",
    r"\mathbb{E}[X + a Y] = \mathbb{E}[X] + a \mathbb{E}[Y]",
    r"\mathrm{Var}[X] = \mathbb{E}[X^2] - \mathbb{E}[X]^2 = \mathbb{E}[(X - \mathbb{E}[X])^2]",
    r"\operatorname{Cov}(X, Y) = \mathbb{E}[XY] - \mathbb{E}[X] \mathbb{E}[Y]",
    r"\mathrm{Var}(X + Y) = \mathrm{Var}(X) + \mathrm{Var}(Y) + 2 \mathrm{Cov}(X, Y)",
    r"\mathbb{E}[X \mid Y = y] = \sum_x x P(X = x \mid Y = y)",
    r"\mathbb{E}[X] = \mathbb{E}_Y[\mathbb{E}[X | Y]]",
    r"\mathbb{V}[X] = \mathbb{E}_Y[\mathbb{V}[X|Y]] + \mathbb{V}_Y[\mathbb{E}[X|Y]]",
    r"\operatorname{sd}(X)^2 = \mathbb{V}[X]",
    r"P(X = x, Y = y) = P(X = x \mid Y = y) P(Y = y)",
    r"P(x | y) = \frac{P(y | x) P(x)}{\sum_{x'} P(y | x') P(x')}",
    r"P(X > 1) = 1 - P(X = 1)",
    r"P(X \leq 2, Y = y) = \sum_{x \in \{1, 2\}} P(X = x, Y = y)",
    r"\Pr(A \mid B) = \frac{\Pr(B \mid A) \Pr(A)}{\Pr(B)}",
    r"\Pr(A \cup B) = \Pr(A) + \Pr(B) - \Pr(A \cap B)",
    r"\Pr(A^c) = 1 - \Pr(A) = \Pr(\bar{A}) = \Pr(\neg A \cap B) + \Pr(\neg A \cap B^c)",
    r"\Pr(A) = \Pr(A \mid B) \Pr(B) + \Pr(A \mid B^c) \Pr(B^c)",
    r"H(X) = -\sum_x P(X = x) \log P(X = x)",
    r"H(X, Y) = H(X) + H(Y \mid X)",
    r"I(X; Y) = H(X) - H(X | Y) = H(Y) - H(Y | X)",
    r"I(X; Y) \geq 0",
    r"D_{\mathrm{KL}}(p \,\|\, q) = \sum_z p(z) \log \frac{p(z)}{q(z)}",
    r"D_{KL}(p(z) \| q(z)) = \mathbb{E}_{z \sim p}\left[\log \frac{p(z)}{q(z)}\right] \geq 0",
    r"\operatorname{CE}(p, q) = H(p) + D_{KL}(p \| q)",
    r"I(X; Y) = D_{KL}(P(x, y) \| P(x) P(y))",
    r"\mathbb{E}[U] = \mu",
    r"\mathbb{E}[U^2] = \mu^2 + \sigma^2",
    r"\mathbb{E}[(U - \mu)^4] = 3 \sigma^4",
    r"\mathbb{E}[e^{V}] = e^{1/2}",
    r"\mathrm{Var}(a U + b) = a^2 \sigma^2",
    r"\mathrm{Cov}(U, V) = 0",
    r"\mathbb{E}[W] = \frac{1}{\lambda}",
    r"\mathrm{Var}(D) = \lambda",
    r"\mathrm{Var}(F) = \theta (1 - \theta)",
    r"\mathbb{E}[G] = \frac{\alpha + 1}{\beta}",
    r"\mathbb{E}[S^2] = \frac13",
    r"\mathrm{Var}(N) = n \theta (1 - \theta)",
    r"\mathbb{E}[\mathbf{v}^\top \mathbf{C} \mathbf{v}] = \operatorname{tr}(\mathbf{C})",
    r"P(x \mid y) \propto P(y \mid x) P(x)",
    r"\int_{-\infty}^{\infty} \mathcal{N}(t; \mu, \sigma^2) t^2 \, dt = \mu^2 + \sigma^2",
    r"\int_0^\infty \lambda e^{-\lambda t} \, dt = 1",
    r"\frac{\partial}{\partial \mu} \mathbb{E}[f(U)] = \mathbb{E}[f'(U)]",
]


@pytest.mark.parametrize("latex", TRUE)
def test_what_is_true_holds(variables, verdict, latex):
    result = verdict(latex, variables)
    assert result.verdict == "holds", result.message


FALSE = [
    r"\mathbb{E}[X^2] = \mathbb{E}[X]^2",
    r"\mathrm{Var}[X] = \mathbb{E}[X^2] - \mathbb{E}[X^2]",
    r"\mathbb{E}[XY] = \mathbb{E}[X] \mathbb{E}[Y]",
    r"\mathbb{E}[X \mid Y = y] = \sum_x x P(Y = y \mid X = x)",
    r"\mathbb{V}[X] = \mathbb{E}_Y[\mathbb{V}[X|Y]] - \mathbb{V}_Y[\mathbb{E}[X|Y]]",
    r"P(x | y) = \frac{P(y | x) P(x)}{P(x)}",
    r"P(X > 2) = 1 - P(X = 1)",
    r"\Pr(A \cup B) = \Pr(A) + \Pr(B)",
    r"\Pr(A \mid B) = \Pr(B \mid A)",
    r"H(X, Y) = H(X) + H(X \mid Y)",
    r"D_{KL}(p \| q) = \sum_z q(z) \log \frac{q(z)}{p(z)}",
    r"\sum_z p(z) \log \frac{p(z)}{q(z)} \leq 0",
    r"\mathbb{E}[U^2] = \mu^2 - \sigma^2",
    r"\mathrm{Var}(a U + b) = a \sigma^2",
    r"\mathbb{E}[W] = \lambda",
    r"P(x \mid y) \propto P(y \mid x)",
    r"\mathbb{E}[\mathbf{v}^\top \mathbf{C}^\top \mathbf{C} \mathbf{v}] = \operatorname{tr}(\mathbf{C})",
]


@pytest.mark.parametrize("latex", FALSE)
def test_what_is_false_fails(variables, verdict, latex):
    result = verdict(latex, variables)
    assert (result.verdict, result.category) == ("fails", "value"), result.message


def test_the_variance_of_a_sample(variables, verdict):
    definitions = (
        r"\bar{X} = \frac{1}{n} \sum_{i=1}^n X_i",
        r"s^2 = \frac{1}{n - 1} \sum_{i=1}^n (X_i - \bar{X})^2",
    )
    assert (
        verdict(r"\mathrm{Var}(\bar{X}) = \frac{\sigma^2}{n}", variables, definitions).verdict
        == "holds"
    )
    assert verdict(r"\mathbb{E}[s^2] = \sigma^2", variables, definitions).verdict == "holds"
    wrong = verdict(r"\mathbb{E}[s^2] = \frac{n - 1}{n} \sigma^2", variables, definitions)
    assert wrong.category == "value"


def test_a_density_has_its_variable_below():
    notation = formula.Notation()
    notation.declare_all(
        "x, \\mu\n\\sigma :: positive\nd :: size\n\\mathbf{z}, \\mathbf{m} \\in \\mathbb{R}^d"
    )
    density = r"\frac{1}{\sqrt{2 \pi \sigma^2}} \exp\left[-\frac{(x - \mu)^2}{2 \sigma^2}\right]"
    assert formula.check(rf"\text{{Norm}}_x[\mu, \sigma^2] = {density}", notation)
    assert not formula.check(rf"\text{{Norm}}_x[\mu, \sigma] = {density}", notation)
    below = r"\mathrm{Norm}_{\mathbf{z}}[\mathbf{m}, \sigma^2 I]"
    notation.declare("I", domain="identity")
    assert formula.check(
        rf"{below} = \prod_{{i=1}}^d \mathcal{{N}}(\mathbf{{z}}_i \mid \mathbf{{m}}_i, \sigma^2)",
        notation,
    )


def test_a_function_behind_the_bar_says_which_one():
    notation = formula.Notation()
    notation.declare_all(r"""
        s :: values 1..3
        a :: values 1..2
        P :: law of s, a
        v :: R, R -> R
        q :: maps: printed
        \pi, \mu :: R, R -> R
    """)
    before = [r"q(s, a \mid \pi) = a s + \sum_{s'} P(s' \mid a) v(s' \mid \pi)"]
    true = r"\sum_a \pi(a \mid s) q(s, a \mid \pi) = \sum_a \pi(a \mid s) [a s + \sum_{s'} P(s' \mid a) v(s' \mid \pi)]"
    assert formula.check(true, notation, definitions=before)
    result = formula.check(
        true.replace(r"v(s' \mid \pi)", r"v(s' \mid \mu)"), notation, definitions=before
    )
    assert result.category == "value"
    assert "needs its argument" in formula.check(r"\log \pi = 1", notation).message
