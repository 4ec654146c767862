"""The symbols of the examples on the page *What is read*."""

from __future__ import annotations

from nnmath.formula import Notation

examples = Notation("examples", elementwise=True, letters="k")
_ = examples.declare
_("n", "number of entries", domain="size")
_("m", "number of columns", domain="size")
for name in ("a", "b", "x", "y", "h"):
    _(name, "a number")
_("c", "a positive number", domain="positive")
_("u_i", "entry $i$", indices="i = 1..n")
_("t_{ij}", "entry of row $i$ and column $j$", indices="i = 1..n; j = 1..m")
_(r"w_l^{ij}", "entry with three indices", indices="l = 0..2; i = 1..n; j = 1..m")
_(r"\mathbf{u}", "column", shape="n")
_(r"\mathbf{v}", "column", shape="n")
_(r"\mathbf{A}", "matrix", shape="n, m")
_(r"\mathbf{B}", "square matrix", shape="n, n", domain="positive definite")
_("f", "function of one number", maps="R -> R")
_("g", "function of two numbers", maps="R, R -> R")
_("r", "variable with three values", domain="values {1, 2, 3}")
_("s", "variable with two values", domain="values {0, 1}")
_("p", "joint law of both", domain="law of r, s")
_("h_t", "state at time $t$", indices="t = 1..3", domain="values {0, 1}")
_("q", "law of a chain of states", domain="law of h_t given h_{t-1}")
_(r"\mathcal{D}", "sample of $x$ and $y$", domain="sample of x, y")
_(r"\mathbb{E}", "mean", domain="expectation over r with p(r)")
