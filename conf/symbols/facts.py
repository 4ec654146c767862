"""The symbols of *Knowing facts*."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from nnmath.formula import Notation


def _all_signs(_: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Return every vector of plus and minus ones, one a row; first and last those with most ones."""
    listed = sorted(itertools.product([-1.0, 1.0], repeat=shape[1]), key=sum)
    return np.array([listed[-2], *listed[:-2], listed[-1]])


def _unit_rows(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Draw rows of length 1; where there is one more than dimensions, they are as far apart as can be."""
    n, d = shape
    drawn = rng.normal(size=shape)
    if n == d + 1:
        corners = np.eye(n) - 1 / n  # of a simplex around 0, in the d dimensions that it fills
        drawn = corners @ np.linalg.svd(corners)[2][:d].T @ np.linalg.qr(rng.normal(size=(d, d)))[0]
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


# -- a memory of keys and values -----------------------------------------------------------------

memory = Notation("memory")
_ = memory.declare
_("d", "entries of a question and of a key", domain="size", code="K.shape[1]")
_("m", "number of places, which are neurons", domain="size", code="K.shape[0]")
_("n", "entries of an answer and of a value", domain="size", code="V.shape[0]")
_(r"\mathbf{x}", "question", shape="d", code="x")
_("x^j", "entry $j$ of the question", indices="j = 1..d", entry_of=r"\mathbf{x}")
_(r"\mathbf{K}", "keys, one a row", shape="m, d", code="K")
_(
    "K^{ij}",
    "entry $j$ of the key of place $i$",
    indices="i = 1..m; j = 1..d",
    entry_of=r"\mathbf{K}",
)
_(r"\mathbf{b}", "biases: minus the thresholds of the places", shape="m", code="b")
_("b^i", "bias of place $i$", indices="i = 1..m", entry_of=r"\mathbf{b}")
_(r"\mathbf{V}", "values, one a column", shape="n, m", code="V")
_(
    "V^{ki}",
    "entry $k$ of the value of place $i$",
    indices="k = 1..n; i = 1..m",
    entry_of=r"\mathbf{V}",
)
_("N", "activation function", maps="entrywise", code="activation")
_(r"\mathbf{z}", "how well each key fits", shape="m")
_("z^i", "how well the key of place $i$ fits", indices="i = 1..m", entry_of=r"\mathbf{z}")
_(r"\mathbf{h}", "activations of the places", shape="m", code="h")
_("h^i", "activation of place $i$", indices="i = 1..m", entry_of=r"\mathbf{h}")
_(r"\mathbf{o}", "answer", shape="n")
_("o^k", "entry $k$ of the answer", indices="k = 1..n", entry_of=r"\mathbf{o}")
_("F", "any function of the answer", maps="R^n -> R")
_("C", "any cost that depends on the answer", domain="printed")

# -- directions that are nearly at right angles --------------------------------------------------

signs = Notation("signs", letters="c")
_ = signs.declare
_("d", "number of dimensions", domain="size", code="d")
_("n", "number of vectors", domain="size", code="n")
_(r"\mathbf{S}", "all vectors of plus and minus ones, one a row", shape="2^d, d", domain=_all_signs)
_(
    "S^{ra}",
    "entry $a$ of vector $r$",
    indices="r = 1..2^d; a = 1..d",
    entry_of=r"\mathbf{S}",
)
_(r"\mathbf{y}", "any vector", shape="d")
_("y^a", "entry $a$ of any vector", indices="a = 1..d", entry_of=r"\mathbf{y}")

_(
    "T^r",
    "sum of the entries of vector $r$",
    indices="r = 1..2^d",
    domain="printed",
)
_(r"\varepsilon", "a cosine", domain="unit interval", code="coherence")
_("t", "any positive number", domain="positive")
_("P", "share of vectors whose cosine with a fixed one is that large", domain="printed")

# What needs no table of all vectors may have more dimensions.
tail = Notation("tail")
_ = tail.declare
_("d", "number of dimensions", domain="integers 2..60", code="d")
_("n", "number of vectors", domain="size", code="n")
_(r"\varepsilon", "a cosine", domain="unit interval", code="coherence")
_("t", "any positive number", domain="positive")
_("g", "exponent of the bound", domain="printed")
_("B", "bound on the chance that two of $n$ vectors are too near", domain="printed")
_(r"n_\varepsilon", "number of vectors for which there is room", domain="printed")

coherence = Notation("coherence")
_ = coherence.declare
_("d", "number of dimensions", domain="size", code="d")
_("n", "number of vectors", domain="integers 2..9", code="n")
_(r"\mathbf{X}", "vectors of length 1, one a row", shape="n, d", domain=_unit_rows, code="vectors")
_(
    "X^{ia}",
    "entry $a$ of vector $i$",
    indices="i = 1..n; a = 1..d",
    entry_of=r"\mathbf{X}",
)
_("G^{ij}", "cosine of vectors $i$ and $j$", indices="i = 1..n; j = 1..n", domain="printed")
_(
    "M^{ab}",
    "products of entries $a$ and $b$, added over the vectors",
    indices="a = 1..d; b = 1..d",
    domain="printed",
)
_(r"\mu", "coherence", domain="printed", code="mutual_coherence(X)")
_(r"\beta", "the bound of Welch", domain="printed", code="welch_bound(n, d)")

# -- superposition -------------------------------------------------------------------------------

superposition = Notation("superposition")
_ = superposition.declare
_("n", "number of features", domain="size", code="W.shape[1]")
_("m", "number of dimensions", domain="size", code="W.shape[0]")
_(r"\mathbf{x}", "features", shape="n", code="x")
_("x^i", "feature $i$", indices="i = 1..n", entry_of=r"\mathbf{x}")
_(r"\mathbf{W}", "directions of the features, one a column", shape="m, n", code="W")
_(
    "W^{ci}",
    "entry $c$ of the direction of feature $i$",
    indices="c = 1..m; i = 1..n",
    entry_of=r"\mathbf{W}",
)
_(r"\mathbf{b}", "biases", shape="n", code="b")
_("b^i", "bias of feature $i$", indices="i = 1..n", entry_of=r"\mathbf{b}")
_("N", "activation function", maps="entrywise", code="activation")
_(r"\mathbf{h}", "features in $m$ dimensions", shape="m")
_("h^c", "entry $c$ of the features in $m$ dimensions", indices="c = 1..m", entry_of=r"\mathbf{h}")
_(r"\mathbf{z}", "weighted inputs of the output", shape="n")
_("z^i", "weighted input of output $i$", indices="i = 1..n", entry_of=r"\mathbf{z}")
_(r"\hat{\mathbf{x}}", "what the model makes of the features", shape="n")
_(r"\hat{x}^i", "what it makes of feature $i$", indices="i = 1..n", entry_of=r"\hat{\mathbf{x}}")
_("r^i", "importance of feature $i$", indices="i = 1..n", domain="positive", code="importance")
_("C", "cost", domain="printed")
_("D^i", "dimensionality of feature $i$", indices="i = 1..n", domain="printed")
_("D", "dimensionality of any feature")
_(r"\mathbf{w}", "direction of any feature", shape="m")
_(r"\mathbf{w}_j", "direction of feature $j$", indices="j = 1..n", shape="m")
_(r"\mathbf{M}", "products of the directions", shape="m, m", domain="positive definite")

# -- an edit of one fact -------------------------------------------------------------------------

edit = Notation("edit")
_ = edit.declare
_("m", "entries of a key", domain="size", code="W.shape[1]")
_("n", "entries of a value", domain="size", code="W.shape[0]")
_("S", "number of keys whose answers are to stay", domain="size", code="len(keys)")
_(r"\mathbf{W}", "weights before the edit", shape="n, m", code="W")
_(r"\mathbf{k}", "key whose answer is to change", shape="m", code="key")
_(r"\mathbf{v}", "its new value", shape="n", code="value")
_(r"\mathbf{h}_s", "key $s$, whose answer is to stay", indices="s = 1..S", shape="m", code="keys")
_(r"\lambda", "weight of directions in which there is no key", domain="positive", code="ridge")
_(r"\mathbf{I}", "identity matrix", shape="m, m", domain="identity")
_(r"\mathbf{C}", "products of the keys", shape="m, m", domain="printed", code="covariance")
_(r"\boldsymbol\Delta", "any change of the weights", shape="n, m")
_(r"\boldsymbol\delta", "a row of it", shape="1, m")
_("J", "what the change does to other answers", domain="printed")
_(r"\mathbf{r}", "what is missing in the answer", shape="n", domain="printed")
_(r"\boldsymbol\ell", "multipliers, one for each entry of the value", shape="n")
_(r"\mathcal{L}", "Lagrange's function", domain="printed")
_(r"\hat{\mathbf{W}}", "weights after the edit", shape="n, m", domain="printed")
_(r"\mathbf{A}", "any matrix", shape="n, m")
_(r"\mathbf{E}", "any change that leaves the answer to the key alone", shape="n, m")
