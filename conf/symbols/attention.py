"""The symbols of *Pay attention*."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from nnmath.formula import Notation

# -- attention: one query, keys and values as columns --------------------------------------------

attention = Notation("attention", letters="i")
_ = attention.declare
_("d_k", "entries of a query and of a key", domain="size", code="k.shape[-1]")
_("d_v", "entries of a value", domain="size", code="v.shape[-1]")
_("m", "number of places", domain="size", code="k.shape[-2]")
_("q", "query", shape="d_k", code="q")
_("q^c", "entry $c$ of the query", indices="c = 1..d_k", entry_of="q")
_("k", "keys, one a column", shape="d_k, m", code="k.T")
_("k^{cj}", "entry $c$ of the key of place $j$", indices="c = 1..d_k; j = 1..m", entry_of="k")
_("v", "values, one a column", shape="d_v, m", code="v.T")
_("v^{cj}", "entry $c$ of the value of place $j$", indices="c = 1..d_v; j = 1..m", entry_of="v")
_("s", "scores", shape="m")
_("s^j", "score of place $j$", indices="j = 1..m", entry_of="s")
_(r"\alpha", "attention weights", shape="m", code="attention_weights(q, k)")
_(r"\alpha^j", "attention weight of place $j$", indices="j = 1..m", entry_of=r"\alpha")
_("o", "output", shape="d_v", code="attention(q, k, v)")
_("o^c", "entry $c$ of the output", indices="c = 1..d_v", entry_of="o")
_("S", "softmax of a column", maps="printed", code="softmax")
_(r"\operatorname{Attention}", "attention", maps="printed", code="attention")
_("F", "any function of the output", maps="R^{d_v} -> R")
_("C", "any cost that depends on the output", domain="printed")

# -- attention: one query, and keys that go by one after another ---------------------------------

passing = Notation("keys that go by", extends=attention)
_ = passing.declare
_(r"\mu_t", "largest of the first $t$ scores", indices="t = 1..m", domain="printed")
_(r"\ell_t", "sum of their powers, seen from the largest", indices="t = 1..m", domain="printed")
_(
    "u_t^c",
    "sum of their values, each times its power",
    indices="t = 1..m; c = 1..d_v",
    domain="printed",
)

# -- attention: many queries, everything in rows -------------------------------------------------

rows = Notation("attention in rows")
_ = rows.declare
_("d_k", "entries of a query and of a key", domain="at most 4", code="k.shape[-1]")
_("d_v", "entries of a value", domain="at most 4", code="v.shape[-1]")
_("m", "number of places", domain="size", code="k.shape[-2]")
_("n", "number of queries", domain="size", code="q.shape[-2]")
_(r"\mathbf{Q}", "queries, one a row", shape="n, d_k", code="q")
_(r"\mathbf{K}", "keys, one a row", shape="m, d_k", code="k")
_(r"\mathbf{V}", "values, one a row", shape="m, d_v", code="v")
_(r"\mathbf{X}", "any matrix of scores", shape="n, m")
_(
    "X^{ij}",
    "score of place $j$ for query $i$",
    indices="i = 1..n; j = 1..m",
    entry_of=r"\mathbf{X}",
)
_(r"\operatorname{softmax}", "softmax of each row", maps="printed", code="softmax")
_(r"\operatorname{Attention}", "attention", maps="printed", code="attention")

# -- attention in rows, backward -----------------------------------------------------------------

attention_gradients = Notation("attention in rows, backward", extends=rows, letters="c")
_ = attention_gradients.declare
_(r"\mathbf{S}", "scores, a row for each query", shape="n, m")
_(
    "S^{ij}",
    "score of place $j$ for query $i$",
    indices="i = 1..n; j = 1..m",
    entry_of=r"\mathbf{S}",
)
_(
    r"\mathbf{A}",
    "attention weights, a row for each query",
    shape="n, m",
    code="attention_weights(q, k)",
)
_(
    "A^{ij}",
    "how much query $i$ attends to place $j$",
    indices="i = 1..n; j = 1..m",
    entry_of=r"\mathbf{A}",
)
_(
    "V^{jc}",
    "entry $c$ of the value of place $j$",
    indices="j = 1..m; c = 1..d_v",
    entry_of=r"\mathbf{V}",
)
_(r"\mathbf{O}", "outputs, one a row", shape="n, d_v", code="attention(q, k, v)")
_(
    "O^{ic}",
    "entry $c$ of the output for query $i$",
    indices="i = 1..n; c = 1..d_v",
    entry_of=r"\mathbf{O}",
)
_(r"\mathbf{1}", "a column of ones", shape="m", domain="ones")
_("F", "any function of the outputs", maps=r"R^{n \times d_v} -> R")
_("C", "any cost that depends on the outputs", domain="printed")

# -- why the root: dot products with random keys -------------------------------------------------


def _all_keys(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Return every row of entries that have one of three values each, of mean 0 and variance 1."""
    values = rng.normal(size=(shape[1], 3))
    values -= values.mean(axis=1, keepdims=True)
    values /= values.std(axis=1, keepdims=True)
    return np.array(list(itertools.product(*values)))


root = Notation("why the root", letters="c")
_ = root.declare
_("d_k", "entries of a query and of a key", domain="size", code="k.shape[-1]")
_(
    r"\mathbf{X}",
    "all possible keys, one a row: entries independent, of mean 0 and variance 1",
    shape="3^{d_k}, d_k",
    domain=_all_keys,
)
_(
    "X^{ra}",
    "entry $a$ of possible key $r$",
    indices="r = 1..3^{d_k}; a = 1..d_k",
    entry_of=r"\mathbf{X}",
)
_("q", "query", shape="d_k", code="q")
_("q^a", "entry $a$ of the query", indices="a = 1..d_k", entry_of="q")
_(r"\mathbb{E}", "mean over all possible keys", domain="expectation over r")
_(r"\operatorname{Var}", "variance over all possible keys", domain="variance over r")

# -- attention with a mask: one query ------------------------------------------------------------


def _some(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Draw zeros and ones, not all of them zeros."""
    drawn = rng.integers(0, 2, size=shape).astype(float)
    drawn[rng.integers(len(drawn))] = 1.0
    return drawn


masked = Notation("attention with a mask", extends=attention)
_ = masked.declare
_("M", "mask", shape="m", domain=_some, code="mask")
_("M^j", "1 if place $j$ may be seen, otherwise 0", indices="j = 1..m", entry_of="M")
_(r"\beta", "attention weights with a mask", shape="m")
_(r"\beta^j", "attention weight of place $j$", indices="j = 1..m", entry_of=r"\beta")

# -- several heads: everything in rows -----------------------------------------------------------

several_heads = Notation("several heads", extends=rows)
_ = several_heads.declare
_("H", "number of heads", domain="at most 4", code="n_heads")
_("w", "width: entries of a token", domain="size", code="x.shape[-1]")
_("u", "width of the context's tokens", domain="size", code="context.shape[-1]")
_(r"\mathbf{X}", "tokens that ask, one a row", shape="n, w", code="x")
_(r"\mathbf{Y}", "tokens that are asked, one a row: the context", shape="m, u", code="context")
_(
    r"\mathbf{W}^{\mathrm{Q}}_h",
    "makes the queries of head $h$",
    indices="h = 1..H",
    shape="d_k, w",
    code="W_q",
)
_(
    r"\mathbf{W}^{\mathrm{K}}_h",
    "makes the keys of head $h$",
    indices="h = 1..H",
    shape="d_k, u",
    code="W_k",
)
_(
    r"\mathbf{W}^{\mathrm{V}}_h",
    "makes the values of head $h$",
    indices="h = 1..H",
    shape="d_v, u",
    code="W_v",
)
_(
    r"\mathbf{W}^{\mathrm{O}}_h",
    "brings what head $h$ found into the output",
    indices="h = 1..H",
    shape="w, d_v",
    code="W_o",
)
_(r"\mathbf{H}_h", "what head $h$ finds", indices="h = 1..H", shape="n, d_v")
_(r"\mathbf{O}", "output of all heads", shape="n, w")

# -- causal attention: every token asks ----------------------------------------------------------

causal = Notation("causal attention")
_ = causal.declare
_("n", "number of tokens", domain="size", code="len(x)")
_("d_k", "entries of a query and of a key", domain="size", code="k.shape[-1]")
_(r"\mathbf{Q}", "queries, one a row", shape="n, d_k", code="q")
_(
    "Q^{ia}",
    "entry $a$ of the query of token $i$",
    indices="i = 1..n; a = 1..d_k",
    entry_of=r"\mathbf{Q}",
)
_(r"\mathbf{K}", "keys, one a row", shape="n, d_k", code="k")
_(
    "K^{ja}",
    "entry $a$ of the key of token $j$",
    indices="j = 1..n; a = 1..d_k",
    entry_of=r"\mathbf{K}",
)
_("s^{ij}", "score of token $j$ for token $i$", indices="i = 1..n; j = 1..n")
_(r"\mathbf{A}", "causal attention weights", shape="n, n")
_(
    "A^{ij}",
    "how much token $i$ attends to token $j$",
    indices="i = 1..n; j = 1..n",
    entry_of=r"\mathbf{A}",
    code="attention_weights(q, k, causal=True)",
)
