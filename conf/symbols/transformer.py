"""The symbols of *The transformer*."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnmath.formula import Notation
from symbols import attention


def _one_in_each_row(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Draw rows with one 1 among zeros."""
    return np.eye(shape[1])[rng.integers(shape[1], size=shape[0])]


# -- normalisation of one row --------------------------------------------------------------------

normalization = Notation("layer normalisation")
_ = normalization.declare
_("w", "width: entries of a token", domain="size", code="x.shape[-1]")
_(r"\mathbf{x}", "a token's row", shape="w", code="x")
_("x^i", "entry $i$ of the row", indices="i = 1..w", entry_of=r"\mathbf{x}")
_(r"\mathbf{g}", "gain, learnt", shape="w", code="gain")
_("g^i", "gain of entry $i$", indices="i = 1..w", entry_of=r"\mathbf{g}")
_(r"\mathbf{b}", "shift, learnt", shape="w", code="shift")
_("b^i", "shift of entry $i$", indices="i = 1..w", entry_of=r"\mathbf{b}")
_(r"\varepsilon", "constant that keeps the size positive", domain="positive", code="epsilon")
_(r"\mu", "mean of the row")
_("r", "size of the row")
_(r"\mathbf{u}", "the row, normalised", shape="w")
_("u^i", "entry $i$ of the normalised row", indices="i = 1..w", entry_of=r"\mathbf{u}")
_(r"\mathbf{y}", "the row, normalised, stretched and shifted", shape="w")
_("y^i", "entry $i$ of the result", indices="i = 1..w", entry_of=r"\mathbf{y}")
_("F", "any function of the result", maps="R^w -> R")
_("C", "any cost that depends on the result", domain="printed")
_(
    "h^i",
    "derivative of the cost with respect to entry $i$ of the normalised row",
    indices="i = 1..w",
)

rms = Notation("RMS normalisation")
_ = rms.declare
_("w", "width: entries of a token", domain="size", code="x.shape[-1]")
_(r"\mathbf{x}", "a token's row", shape="w", code="x")
_("x^i", "entry $i$ of the row", indices="i = 1..w", entry_of=r"\mathbf{x}")
_(r"\mathbf{g}", "gain, learnt", shape="w", code="gain")
_("g^i", "gain of entry $i$", indices="i = 1..w", entry_of=r"\mathbf{g}")
_(r"\varepsilon", "constant that keeps the size positive", domain="positive", code="epsilon")
_("r", "size of the row: the root of the mean of its squares")
_(r"\mathbf{y}", "the row, divided by its size and stretched", shape="w")
_("y^i", "entry $i$ of the result", indices="i = 1..w", entry_of=r"\mathbf{y}")
_("F", "any function of the result", maps="R^w -> R")
_("C", "any cost that depends on the result", domain="printed")

# -- the residual stream -------------------------------------------------------------------------

stream = Notation("residual stream", letters="j")
_ = stream.declare
_("w", "width: entries of a token", domain="size")
_(r"\mathbf{x}", "the stream before", shape="w")
_("x^i", "entry $i$ of the stream before", indices="i = 1..w", entry_of=r"\mathbf{x}")
_("f", "any part that reads the stream", maps="R^w -> R^w")
_(r"\mathbf{m}", "what the part adds", shape="w")
_("m^j", "entry $j$ of what the part adds", indices="j = 1..w", entry_of=r"\mathbf{m}")
_(r"\mathbf{y}", "the stream after", shape="w")
_("y^i", "entry $i$ of the stream after", indices="i = 1..w", entry_of=r"\mathbf{y}")
_("F", "any function of the stream after", maps="R^w -> R")
_("C", "any cost that depends on the stream after", domain="printed")

# -- the neurons of a block ----------------------------------------------------------------------

neurons = Notation("the neurons of a block", extends=normalization)
_ = neurons.declare
_("n", "number of neurons", domain="size", code="b_in.shape[0]")
_("N", "activation function", maps="entrywise", code="activation")
_(r"\mathbf{W}_{\mathrm{in}}", "weights into the neurons", shape="n, w", code="W_in")
_(
    r"W_{\mathrm{in}}^{ji}",
    "weight from entry $i$ to neuron $j$",
    indices="j = 1..n; i = 1..w",
    entry_of=r"\mathbf{W}_{\mathrm{in}}",
)
_(r"\mathbf{b}_{\mathrm{in}}", "biases of the neurons", shape="n", code="b_in")
_(
    r"b_{\mathrm{in}}^j",
    "bias of neuron $j$",
    indices="j = 1..n",
    entry_of=r"\mathbf{b}_{\mathrm{in}}",
)
_(r"\mathbf{W}_{\mathrm{out}}", "weights out of the neurons", shape="w, n", code="W_out")
_(
    r"W_{\mathrm{out}}^{kj}",
    "weight from neuron $j$ to entry $k$",
    indices="k = 1..w; j = 1..n",
    entry_of=r"\mathbf{W}_{\mathrm{out}}",
)
_(r"\mathbf{b}_{\mathrm{out}}", "biases behind the neurons", shape="w", code="b_out")
_(
    r"b_{\mathrm{out}}^k",
    "bias behind the neurons for entry $k$",
    indices="k = 1..w",
    entry_of=r"\mathbf{b}_{\mathrm{out}}",
)
_(r"\mathbf{z}", "weighted inputs of the neurons", shape="n", code="forward.z")
_("z^j", "weighted input of neuron $j$", indices="j = 1..n", entry_of=r"\mathbf{z}")
_(r"\mathbf{o}", "the stream after the neurons", shape="w", code="forward.output")
_("o^k", "entry $k$ of the stream after the neurons", indices="k = 1..w", entry_of=r"\mathbf{o}")
_("F", "any function of the stream after the neurons", maps="R^w -> R")
_("C", "any cost that depends on the stream after the neurons", domain="printed")

# -- the attention of a block --------------------------------------------------------------------

self_attention = Notation("the attention of a block", extends=attention.several_heads)
_ = self_attention.declare
# Few tokens: each of many derivatives by what they are goes through all of attention again.
_("n", "number of tokens", domain="integers 2..3", code="x.shape[-2]")
for letter, what, code in (
    ("X", "the stream before attention", "forward.x"),
    ("U", "the stream, normalised", ""),
    ("Y", "what attention reads: normalised, stretched and shifted", "forward.attention_input"),
    ("M", "the stream after attention", "forward.middle"),
):
    _(rf"\mathbf{{{letter}}}", f"{what}, one token a row", shape="n, w", code=code)
    _(
        f"{letter}^{{ic}}",
        f"entry $c$ of row $i$ of {what}",
        indices="i = 1..n; c = 1..w",
        entry_of=rf"\mathbf{{{letter}}}",
    )
_(r"\mathbf{g}", "gain, learnt", shape="w", code="attention_gain")
_("g^c", "gain of entry $c$", indices="c = 1..w", entry_of=r"\mathbf{g}")
_(r"\mathbf{b}", "shift, learnt", shape="w", code="attention_shift")
_("b^c", "shift of entry $c$", indices="c = 1..w", entry_of=r"\mathbf{b}")
_(r"\varepsilon", "constant that keeps the size positive", domain="positive", code="1e-5")
_(r"\mu^i", "mean of token $i$'s row", indices="i = 1..n")
_("r^i", "size of token $i$'s row", indices="i = 1..n")
for letter, what, width, code in (
    ("Q", "queries", "d_k", "forward.q"),
    ("K", "keys", "d_k", "forward.k"),
    ("V", "values", "d_v", "forward.v"),
):
    _(
        rf"\mathbf{{{letter}}}_h",
        f"{what} of head $h$",
        indices="h = 1..H",
        shape=f"n, {width}",
        code=code,
    )
    _(
        rf"\mathbf{{W}}^{{\mathrm{{{letter}}}}}_h",
        f"makes the {what} of head $h$",
        indices="h = 1..H",
        shape=f"{width}, w",
        code=f"W_{letter.lower()}",
    )
_(r"\mathbf{H}_h", "what head $h$ finds", indices="h = 1..H", shape="n, d_v", code="forward.found")
_("F", "any function of the stream after attention", maps=r"R^{n \times w} -> R")
_("C", "any cost that depends on the stream after attention", domain="printed")

# -- predicting ----------------------------------------------------------------------------------

prediction = Notation("predicting the next word", letters="c")
_ = prediction.declare
_("n", "number of tokens in a text", domain="size", code="len(tokens)")
_("v", "number of words that are known", domain="size", code="n_tokens")
_(
    "z^{ij}",
    "logit of word $j$ after token $i$",
    indices="i = 1..n; j = 1..v",
    code="forward.logits",
)
_("p^{ij}", "probability of word $j$ after token $i$", indices="i = 1..n; j = 1..v")
_(r"\mathbf{Y}", "targets: a 1 at the next word", shape="n, v", domain=_one_in_each_row)
_(
    "y^{ij}",
    "1 if word $j$ comes after token $i$, otherwise 0",
    indices="i = 1..n; j = 1..v",
    entry_of=r"\mathbf{Y}",
)
_("C", "mean cost of a prediction", domain="printed", code="cost")

tempered = Notation("temperature", letters="i")
_ = tempered.declare
_("v", "number of words that are known", domain="size", code="n_tokens")
_("T", "temperature", domain="positive", code="temperature")
_("z^j", "logit of word $j$", indices="j = 1..v", code="forward.logits[-1]")
_("p^j", "probability that word $j$ is chosen", indices="j = 1..v")
