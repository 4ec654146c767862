"""The symbols of *Pay attention*."""

from __future__ import annotations

from nnmath.formula import Notation

# -- attention: one query, keys and values as columns --------------------------------------------

attention = Notation("attention")
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

# -- attention: many queries, everything in rows -------------------------------------------------

rows = Notation("attention in rows")
_ = rows.declare
_("d_k", "entries of a query and of a key", domain="size", code="k.shape[-1]")
_("d_v", "entries of a value", domain="size", code="v.shape[-1]")
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
