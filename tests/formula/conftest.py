"""Notations that several test files use, from the document and from elsewhere."""

import os

import pytest

from nnmath import formula


@pytest.fixture
def network() -> formula.Notation:
    """Return the notation of a network of neurons."""
    notation = formula.Notation("a network")
    notation.declare("L", "index of the last layer", domain="size")
    notation.declare("n_l", "neurons in layer l", indices="l = 0..L", domain="size")
    notation.declare(
        "w_l^{ij}", "weight", indices="l = 0..L-1; i = 1..n_{l+1}; j = 1..n_l", code="weights"
    )
    notation.declare("b_l^i", "bias", indices="l = 1..L; i = 1..n_l", code="biases")
    notation.declare(
        "a_l^i", "activation", indices="l = 0..L; i = 1..n_l", given="l = 0", code="activations"
    )
    notation.declare("y^i", "target", indices="i = 1..n_L", code="y")
    notation.declare("N", "nonlinear function", maps="R -> R")
    notation.declare("C", "cost")
    return notation


@pytest.fixture
def neurons() -> formula.Notation:
    """Return the notation of a chain with one neuron in each layer."""
    notation = formula.Notation("one neuron in each layer")
    notation.declare("L", "index of the last layer", domain="size")
    notation.declare("a_l", "activation", indices="l = 0..L", given="l = 0")
    notation.declare("w_l", "weight", indices="l = 0..L-1")
    notation.declare("b_l", "bias", indices="l = 1..L")
    notation.declare("y", "target")
    notation.declare("N", "nonlinear function", maps="R -> R")
    notation.declare("C", "cost")
    return notation


@pytest.fixture
def attention() -> formula.Notation:
    """Return the notation of attention with one query."""
    notation = formula.Notation("attention")
    for size in ("n", "m", "d_k", "d_v"):
        notation.declare(size, domain="size")
    notation.declare("q", "query", shape="d_k", code="q")
    notation.declare("k", "keys", shape="d_k, n", code="k")
    notation.declare("v", "values", shape="d_v, n", code="v")
    notation.declare(r"\mathbf{z}", "logits", shape="m", code="z")
    notation.declare("z_i", "a logit", indices="i = 1..m", entry_of=r"\mathbf{z}")
    notation.declare("S", "softmax", maps="printed")
    notation.declare(r"\text{Attention}", "attention", maps="printed")
    return notation


@pytest.fixture
def sample() -> formula.Notation:
    """Return the notation of a sample and of a line through it."""
    notation = formula.Notation("a sample")
    notation.declare("n", "number of observations", domain="size")
    notation.declare("x_i", "observation", indices="i = 1..n", code="x")
    notation.declare("y_i", "observation", indices="i = 1..n", code="y")
    for name in (r"\bar{x}", r"\bar{y}", "s^2", r"\beta", r"\alpha", "Q"):
        notation.declare(name)
    return notation


@pytest.fixture
def numbers() -> formula.Notation:
    """Return a notation of numbers, arrays and functions for single formulas."""
    notation = formula.Notation("numbers")
    notation.declare("n", domain="size")
    notation.declare("m", domain="size")
    for name in ("x", "y", "z", "h"):
        notation.declare(name)
    notation.declare("p", domain="positive")
    notation.declare("u_i", indices="i = 1..n")
    notation.declare("t_{ij}", indices="i = 1..n; j = 1..m")
    notation.declare(r"\mathbf{v}", shape="n")
    notation.declare(r"\mathbf{w}", shape="n")
    notation.declare(r"\mathbf{A}", shape="n, m")
    notation.declare(r"\mathbf{B}", shape="n, n", domain="positive definite")
    notation.declare("f", maps="R -> R")
    notation.declare("g", maps="R, R -> R")
    notation.declare("r", maps="printed")
    notation.declare(r"\mathcal{M}", domain="set of 1..n")
    return notation


@pytest.fixture
def fuzz_rounds() -> int:
    """Return how many random formulas to try; the environment may ask for many more."""
    return int(os.environ.get("FUZZ_ROUNDS", "400"))


@pytest.fixture
def verdict():
    """Return a function that gives the result of a formula which stands after some definitions."""

    def judge(latex, notation, definitions=(), kind="claim"):
        """Return the result of a formula that stands after some definitions."""
        book = formula.Book(notation)
        for k, definition in enumerate(definitions):
            book.add(definition, label=f"definition {k + 1}", kind="definition", strict=False)
        book.add(latex, label="claim", kind=kind, strict=False)
        *before, last = book.check()
        for result in before:
            assert result.verdict == "holds", result.message
        return last

    return judge
