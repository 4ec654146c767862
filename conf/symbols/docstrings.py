"""The symbols of docstrings whose equation stands in no chapter; most scopes have a function's name."""

from __future__ import annotations

import numpy as np

from nnmath.formula import Notation
from symbols import attention, neural_networks

# -- activations and costs -----------------------------------------------------------------------

identity = Notation("identity")
_ = identity.declare
_("z", "weighted input", code="z")
_("N", "the identity", maps="printed")

log_softmax = Notation("logarithm of the softmax", extends=neural_networks.softmax)
_ = log_softmax.declare
_(r"\mathbf{a}", "logarithms of the probabilities", shape="n")
_("a^i", "logarithm of probability $i$", indices="i = 1..n", entry_of=r"\mathbf{a}")
_("F", "any function of the logarithms", maps="R^n -> R")
_("C", "any cost that depends on the logarithms", domain="printed")

one_hot = Notation("one-hot targets")
_ = one_hot.declare
_("n", "number of classes", domain="size", code="n_classes")
_("c", "label, counted from 0", domain="integers 0..n-1", code="labels")
_("y^i", "target of class $i$, counted from 0", indices="i = 0..n-1", domain="printed")

accuracy = Notation("accuracy")
_ = accuracy.declare
_("n", "number of classes", domain="size")
_("S", "number of samples", domain="size")
_("c_s", "label of sample $s$, counted from 0", indices="s = 1..S", domain="integers 0..n-1")
_("a_s^i", "output for class $i$, counted from 0", indices="s = 1..S; i = 0..n-1", code="a")
_(r"\mathrm{accuracy}", "share of right answers", domain="printed")

# -- attention -----------------------------------------------------------------------------------

attention_gradients = Notation("attention in rows, backward", extends=attention.rows)
_ = attention_gradients.declare
_(r"\mathbf{S}", "scores", shape="n, m")
_(r"\mathbf{A}", "attention weights", shape="n, m")
_(r"\mathbf{O}", "outputs, one a row", shape="n, d_v")
_("F", "any function of the outputs", maps=r"R^{n \times d_v} -> R")
_("C", "any cost that depends on the outputs", domain="printed")

heads = Notation("heads of attention", extends=attention.rows)
_ = heads.declare
_("a", "number of heads", domain="size")
_("w", "width of both sequences and of the output", domain="size")
_(r"\mathbf{X}", "the sequence that asks", shape="n, w")
_(r"\mathbf{Y}", "the context", shape="m, w")
for letter, meaning, shape in (
    ("q", "makes queries", "d_k, w"),
    ("k", "makes keys", "d_k, w"),
    ("v", "makes values", "d_v, w"),
    ("o", "mixes what was found", "w, d_v"),
):
    _(rf"\mathbf{{W}}_h^{letter}", f"of head $h$, {meaning}", indices="h = 1..a", shape=shape)
for letter, meaning, shape in (
    ("Q", "queries", "n, d_k"),
    ("K", "keys", "m, d_k"),
    ("V", "values", "m, d_v"),
    ("H", "what was found", "n, d_v"),
):
    _(rf"\mathbf{{{letter}}}_h", f"{meaning} of head $h$", indices="h = 1..a", shape=shape)
_(r"\mathbf{O}", "output", shape="n, w")
_("F", "any function of the output", maps=r"R^{n \times w} -> R")
_("C", "any cost that depends on the output", domain="printed")

# -- transformer ---------------------------------------------------------------------------------

block = Notation("a block, for one token")
_ = block.declare
_("d", "width", domain="size")
_("h", "number of neurons", domain="size")
_("x", "stream as it comes in", shape="d")
_("m", "stream after attention", shape="d")
_("y", "stream as it goes out", shape="d")
_("A", "what attention adds", maps="R^d -> R^d")
_(r"\operatorname{LayerNorm}_i", "normalisation", indices="i = 1..2", maps="R^d -> R^d")
_("W^{in}", "into the neurons", shape="h, d")
_("b^{in}", "biases of the neurons", shape="h")
_("W^{out}", "out of the neurons", shape="d, h")
_("b^{out}", "what is added beside", shape="d")
_("N", "activation function, applied to each entry", maps="entrywise")

streams = Notation("a stream and what is added to it")
_ = streams.declare
_("n", "entries of the stream", domain="size")
for letter in "xmy":
    _(rf"\mathbf{{{letter}}}", "stream", shape="n")
    _(f"{letter}^i", "entry of it", indices="i = 1..n", entry_of=rf"\mathbf{{{letter}}}")
_("f", "what attention adds", maps="R^n -> R^n")
_("g", "what the neurons add", maps="R^n -> R^n")
_("F", "any function of what goes out", maps="R^n -> R")
_("C", "any cost that depends on it", domain="printed")

transformer = Notation("transformer")
_ = transformer.declare
_("T", "number of different tokens", domain="size")
_("n", "number of tokens in the text", domain="size")
_("d", "width", domain="size")
_("L", "number of blocks", domain="size")
_("t_i", "token at place $i$, counted from 0", indices="i = 1..n", domain="integers 0..T-1")
_("E^{jc}", "entry of what stands for token $j$", indices="j = 0..T-1; c = 1..d")
_("P^{ic}", "entry of what stands for place $i$", indices="i = 1..n; c = 1..d")
_(r"\mathbf{S}", "stream at its start", shape="n, d")
_("s^{ic}", "entry of it", indices="i = 1..n; c = 1..d", entry_of=r"\mathbf{S}")
_(r"\mathbf{X}_l", "stream after block $l$", indices="l = 0..L", shape="n, d")
_(
    r"\operatorname{Block}_l",
    "block",
    indices="l = 0..L-1",
    maps=r"R^{n \times d} -> R^{n \times d}",
)
_(r"\operatorname{LayerNorm}", "normalisation", maps=r"R^{n \times d} -> R^{n \times d}")
_(r"\mathbf{U}", "unembedding", shape="T, d")
_(r"\mathbf{Z}", "logits", shape="n, T")

temperature = Notation("temperature")
_ = temperature.declare
_("n", "number of tokens to choose from", domain="size")
_("z^k", "logit of token $k$", indices="k = 1..n")
_("p^k", "probability of token $k$", indices="k = 1..n", domain="printed")
_("T", "temperature", domain="positive")

# -- normalisation -------------------------------------------------------------------------------


def _rows(name: str) -> Notation:
    """Return a scope of a row, what becomes of it, and a cost of that."""
    scope = Notation(name)
    _ = scope.declare
    _("n", "width", domain="size")
    _(r"\mathbf{x}", "a row", shape="n")
    _("x^i", "entry $i$ of the row", indices="i = 1..n", entry_of=r"\mathbf{x}", code="x")
    _(r"\mathbf{y}", "the normalised row, scaled", shape="n")
    _("y^i", "entry $i$ of it", indices="i = 1..n", entry_of=r"\mathbf{y}")
    _("g^i", "gain", indices="i = 1..n", code="gain")
    _("u^i", "normalised entry", indices="i = 1..n", domain="printed")
    _("h^i", "derivative of the cost by it", indices="i = 1..n", domain="printed")
    _(r"\varepsilon", "constant that keeps the divisor positive", domain="positive", code="epsilon")
    _("F", "any function of the result", maps="R^n -> R")
    _("C", "any cost that depends on the result", domain="printed")
    return scope


layer_norm = _rows("layer normalisation")
_ = layer_norm.declare
_("b^i", "shift", indices="i = 1..n", code="shift")
_(r"\mu", "mean of the row", domain="printed")
_(r"\sigma^2", "variance of the row", domain="printed")

rms_norm = _rows("RMS normalisation")
rms_norm.declare("r", "size of the row", domain="printed")

# -- embeddings and places -----------------------------------------------------------------------

embedding = Notation("embedding")
_ = embedding.declare
_("n", "number of words", domain="size")
_("m", "number of places", domain="size")
_("d", "width of a vector", domain="size")
_("k_t", "word at place $t$, counted from 0", indices="t = 1..m", domain="integers 0..n-1")
_("E^{ic}", "entry $c$ of the vector of word $i$", indices="i = 0..n-1; c = 1..d")
_(r"\mathbf{X}", "vectors of the words at all places", shape="m, d")
_(
    "x^{tc}",
    "entry $c$ of the vector at place $t$",
    indices="t = 1..m; c = 1..d",
    entry_of=r"\mathbf{X}",
)
_("F", "any function of the vectors", maps=r"R^{m \times d} -> R")
_("C", "any cost that depends on the vectors", domain="printed")

cosine_similarity = Notation("cosine")
_ = cosine_similarity.declare
_("d", "width of a vector", domain="size")
_("x", "a vector", shape="d", code="x")
_("y", "another", shape="d", code="y")
_("s", "cosine of the angle between them", domain="printed")

counts = Notation("neighbours")
_ = counts.declare
_("n", "number of words", domain="size")
_("T", "number of tokens", domain="size")
_("w_s", "word at place $s$, counted from 0", indices="s = 1..T", domain="integers 0..n-1")
_("c", "window", domain="integers 1..T")
_("N_{ij}", "how often $j$ stands near $i$", indices="i = 0..n-1; j = 0..n-1", domain="printed")

mutual_information = Notation("mutual information")
_ = mutual_information.declare
_("n", "number of words", domain="size")
_("m", "number of words near them", domain="size")
_("N_{ij}", "how often $j$ stands near $i$", indices="i = 1..n; j = 1..m", domain="positive")
_("M_{ij}", "mutual information", indices="i = 1..n; j = 1..m", domain="printed")

skip_gram = Notation("skip-gram", extends=neural_networks.one_number)
_ = skip_gram.declare
_("d", "width of a vector", domain="size")
_("K", "number of words drawn by chance", domain="size")
_("v", "vector of a word", shape="d", code="v")
_("u", "vector of a word that stood near it", shape="d", code="u")
_("n_k", "vector of a word drawn by chance", indices="k = 1..K", shape="d", code="negatives")
_("C", "cost", domain="printed")


def _places(name: str) -> Notation:
    """Return a scope of positions and of pairs of entries."""
    scope = Notation(name)
    _ = scope.declare
    _("n", "number of positions", domain="size")
    _("h", "number of pairs, half the width", domain="size")
    _("B", "base", domain=lambda rng, shape: rng.uniform(2.0, 20.0, shape))
    return scope


PAIR = "t = 0..n-1; i = 0..h-1"
positions = _places("positions as waves")
_ = positions.declare
_("P_{t, 2i}", "even entry", indices=PAIR, domain="printed")
_("P_{t, 2i+1}", "odd entry", indices=PAIR, domain="printed")

rotary = _places("positions as rotations")
_ = rotary.declare
_(r"\varphi_t^i", "angle of pair $i$ at position $t$", indices=PAIR, domain="printed")
for letter, meaning in (("x", "input"), ("g", "derivative of the cost by the output")):
    _(f"{letter}_t^{{2i}}", f"even entry of the {meaning}", indices=PAIR)
    _(f"{letter}_t^{{2i+1}}", f"odd entry of the {meaning}", indices=PAIR)
_("y_t^{2i}", "even entry of the output", indices=PAIR, domain="printed")
_("y_t^{2i+1}", "odd entry of the output", indices=PAIR, domain="printed")
_("C", "cost", domain="printed")

# -- regularisation ------------------------------------------------------------------------------


def _penalty(name: str) -> Notation:
    scope = Notation(name)
    _ = scope.declare
    _("m", "rows", domain="size")
    _("n", "columns", domain="size")
    _("w^{ij}", "weight", indices="i = 1..m; j = 1..n", code="W")
    _(r"\lambda", "strength", domain="positive", code="strength")
    _(r"\eta", "learning rate", domain="positive")
    _("R", "penalty", domain="printed")
    return scope


l2_penalty = _penalty("penalty of squares")
l1_penalty = _penalty("penalty of sizes")

dropout = Notation("dropout")
_ = dropout.declare
_("n", "number of entries", domain="size")
_("a^i", "activation", indices="i = 1..n", code="x")
_(
    "m^i",
    "1 where an entry stays, 0 where it is dropped",
    indices="i = 1..n",
    domain="bit",
    code="mask",
)
_("p", "probability with which an entry is dropped", domain="unit interval", code="rate")
_(r"\mathbf{d}", "what is left", shape="n")
_("d^i", "what is left of an entry", indices="i = 1..n", entry_of=r"\mathbf{d}")
_("F", "any function of it", maps="R^n -> R")
_("C", "any cost that depends on it", domain="printed")

smooth_labels = Notation("smooth labels")
_ = smooth_labels.declare
_("n", "number of classes", domain="size")
_(r"\mathbf{y}", "a distribution", shape="n", domain="distribution", code="y")
_("y^i", "target of class $i$", indices="i = 1..n", entry_of=r"\mathbf{y}")
_(r"\epsilon", "part that is spread", domain="unit interval", code="smoothing")
_("u^i", "smoothed target", indices="i = 1..n", domain="printed")

shift_images = Notation("images between pixels")
_ = shift_images.declare
_("h", "height", domain="size")
_("w", "width", domain="size")
_("P", "image", shape="h, w")
_("P^{i,j}", "pixel", indices="i = 1..h; j = 1..w", entry_of="P")
_("Q^{i,j}", "pixel of the moved image", indices="i = 1..h-1; j = 1..w-1", domain="printed")
_("u", "part of the way to the next row", domain="unit interval")
_("v", "part of the way to the next column", domain="unit interval")

rotate_images = Notation("rotated images")
_ = rotate_images.declare
_("r", "rows down from the centre", domain="{-1, 0, 1}")
_("c", "columns to the right of the centre", domain="{-1, 0, 1}")
_(r"\varphi", "angle, against the clock", domain="small")
_("y", "row in the given image", domain="printed")
_("x", "column in the given image", domain="printed")

# -- facts in weights ----------------------------------------------------------------------------

rank_one_edit = Notation("an edit of rank one")
_ = rank_one_edit.declare
_("m", "entries of a value", domain="size")
_("n", "entries of a key", domain="size")
_("W", "weights", shape="m, n", code="W")
_(r"\hat{W}", "new weights", shape="m, n")
_("k", "key", shape="n", code="key")
_("v", "value", shape="m", code="value")
_("C", "covariance of the keys", shape="n, n", domain="positive definite", code="covariance")

tied_autoencoder = Notation("tied autoencoder")
_ = tied_autoencoder.declare
_("n", "number of features", domain="size")
_("d", "number of dimensions", domain="size")
_("x", "features", shape="n", code="x")
_("W", "weights", shape="d, n", code="W")
_("b", "biases", shape="n", code="b")
_("z", "weighted inputs of the output", shape="n")
_(r"\hat{x}", "output", shape="n")
_("N", "activation function, applied to each entry", maps="entrywise")
_("F", "any function of the output", maps="R^n -> R")
_("C", "any cost that depends on the output", domain="printed")

directions = Notation("directions")
_ = directions.declare
_("n", "number of vectors", domain="integers 2..9", code="n")
_("d", "number of dimensions", domain="integers 2..40", code="d")
_("x_i", "vector", indices="i = 1..n", shape="d", code="vectors")
_(r"\mu", "coherence", domain="printed")
_("w", "Welch's bound", domain="printed")
_(r"\varepsilon", "a coherence", domain="unit interval", code="coherence")
_("p", "bound on a probability", domain="printed")
_(r"n_\varepsilon", "number of vectors for which there is room", domain="printed")

# -- optimisers ----------------------------------------------------------------------------------

adam_w = Notation("AdamW", extends=neural_networks.adam)
_ = adam_w.declare
_(r"\theta_t", "any one parameter after step $t$", indices="t = 0..T", given="t = 0")
_(r"\lambda", "weight decay", domain="unit interval")

momentum_steps = Notation("steps with momentum")
_ = momentum_steps.declare
_("T", "number of steps", domain="size")
_(r"\theta_t", "any one parameter after step $t$", indices="t = 0..T", given="t = 0")
_("v_t", "velocity, 0 at first", indices="t = 0..T", given="t = 0", domain="zeros")
_("g_t", "derivative of the cost by the parameter at step $t$", indices="t = 1..T")
_(r"\eta", "learning rate", domain="positive")
_(r"\mu", "momentum", domain="unit interval")

clipping = Notation("clipping")
_ = clipping.declare
_("P", "number of parameters", domain="size")
_("g", "the gradient, all of it", shape="P")
_("g_i", "an entry of it", indices="i = 1..P", entry_of="g")
_("c", "the limit", domain="positive")


def _rate(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Draw a learning rate that is above every lowest one."""
    return rng.uniform(0.5, 1.5, shape)


def _lowest_rate(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.uniform(0.0, 0.4, shape)


def _schedule(name: str) -> Notation:
    scope = Notation(name)
    _ = scope.declare
    _("n", "number of steps", domain="integers 4..9")
    _("u", "number of steps of the warm-up", domain="integers 0..n-1")
    _(r"\eta", "learning rate, the highest", domain=_rate)
    _(r"\eta_{\min}", "the lowest learning rate", domain=_lowest_rate)
    _(r"\eta_t", "learning rate of step $t$", indices="t = 1..n+2", domain="printed")
    return scope


schedule = _schedule("schedule")
cosine_schedule = _schedule("cosine schedule")

# -- derivatives by measuring --------------------------------------------------------------------

differences = Notation("differences")
_ = differences.declare
_("f", "any function", maps="R -> R")
_("x", "where it is taken")
_("h", "distance to either side", domain="positive")
_("d", "central difference", domain="printed")
