"""The symbols of docstrings that say more than a chapter does; most others restate a chapter's equation."""

from __future__ import annotations

import numpy as np

from nnmath.formula import Notation
from symbols import attention, facts, neural_networks, regularization, transformer, words

# -- activations and costs -----------------------------------------------------------------------

log_softmax = Notation("logarithm of the softmax", extends=neural_networks.softmax)
_ = log_softmax.declare
_(r"\mathbf{a}", "logarithms of the probabilities", shape="n")
_("a^i", "logarithm of the probability of class $i$", indices="i = 1..n", entry_of=r"\mathbf{a}")
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

# What the heads find is given here: made anew for each derivative it would take too many steps.
found = Notation("several heads, backward", extends=attention.several_heads)
_ = found.declare
_(r"\mathbf{H}_h", "what head $h$ finds", indices="h = 1..H", shape="n, d_v")
_(r"\mathbf{O}", "output of all heads", shape="n, w")
_("F", "any function of the output", maps=r"R^{n \times w} -> R")
_("C", "any cost that depends on the output", domain="printed")

# -- transformer ---------------------------------------------------------------------------------

model = Notation("transformer", extends=transformer.normalization)
_ = model.declare
_("v", "number of different tokens", domain="size", code="n_tokens")
_("n", "number of tokens in the text", domain="size")
_("k_t", "token at place $t$, counted from 0", indices="t = 1..n", domain="integers 0..v-1")
_("E^{jc}", "entry $c$ of what stands for token $j$", indices="j = 0..v-1; c = 1..w")
_("P^{tc}", "entry $c$ of what stands for place $t$", indices="t = 1..n; c = 1..w")
_("s_t^c", "entry $c$ of the stream at place $t$, before all blocks", indices="t = 1..n; c = 1..w")
_("U^{ji}", "by what entry $i$ speaks for token $j$", indices="j = 1..v; i = 1..w")
_("z^j", "logit of token $j$", indices="j = 1..v", code="forward.logits")

# -- embeddings and places -----------------------------------------------------------------------

embedding = Notation("embedding")
_ = embedding.declare
_("n", "number of words", domain="size")
_("d", "entries of a word's vector", domain="size")
_("T", "number of places in the text", domain="size")
_("k_t", "word at place $t$, counted from 0", indices="t = 1..T", domain="integers 0..n-1")
_("E^{jc}", "entry $c$ of the vector of word $j$", indices="j = 0..n-1; c = 1..d")
_(r"\mathbf{X}", "vectors of the words at all places, one a row", shape="T, d")
_(
    "x_t^c",
    "entry $c$ of the vector at place $t$",
    indices="t = 1..T; c = 1..d",
    entry_of=r"\mathbf{X}",
)
_("F", "any function of the vectors", maps=r"R^{T \times d} -> R")
_("C", "any cost that depends on the vectors", domain="printed")

counts = Notation("neighbours")
_ = counts.declare
_("n", "number of words", domain="size")
_("T", "number of places in the text", domain="size")
_("k_t", "word at place $t$, counted from 0", indices="t = 1..T", domain="integers 0..n-1")
_("c", "window: how far apart neighbours may be", domain="integers 1..T")
_(
    "N^{ij}",
    "how often word $j$ stands near word $i$",
    indices="i = 0..n-1; j = 0..n-1",
    domain="printed",
)

rotary = Notation("positions as rotations", extends=words.waves)
_ = rotary.declare
for letter, meaning, domain in (
    ("x", "input", "real"),
    ("y", "output", "printed"),
    ("g", "derivative of the cost by the output", "real"),
):
    for entry, parity in (("2i", "even"), ("2i+1", "odd")):
        _(
            f"{letter}_t^{{{entry}}}",
            f"{parity} entry of pair $i$ of the {meaning} at position $t$",
            indices="t = 0..T; i = 0..m-1",
            domain=domain,
        )
_("C", "cost", domain="printed")

# -- facts in weights ----------------------------------------------------------------------------

tied_autoencoder = Notation("tied autoencoder, backward", extends=facts.superposition)
_ = tied_autoencoder.declare
_("F", "any function of the output", maps="R^n -> R")
_("C", "any cost that depends on the output", domain="printed")

directions = Notation("directions")
_ = directions.declare
_("n", "number of vectors", domain="integers 2..9")
_("d", "number of dimensions", domain="size")
_("x_i", "vector $i$, of any length", indices="i = 1..n", shape="d", code="vectors")
_(r"\mu", "coherence", domain="printed")

# -- optimisers ----------------------------------------------------------------------------------

momentum_steps = Notation("steps with momentum", extends=neural_networks.adam)
_ = momentum_steps.declare
_(r"\theta_t", "any one parameter after step $t$", indices="t = 0..T", given="t = 0")
_("s_t", "by how much step $t$ moves it", indices="t = 0..T", given="t = 0", domain="zeros")
_(r"\mu", "momentum", domain="unit interval")

clipping = Notation("clipping")
_ = clipping.declare
_("P", "number of parameters", domain="size")
_("g", "the gradient, all of it", shape="P")
_("g_i", "an entry of it", indices="i = 1..P", entry_of="g")
_("c", "the limit", domain="positive")


def _lowest_rate(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Draw a learning rate that is below every highest one."""
    return rng.uniform(0.0, 0.3, shape)


def _schedule(name: str) -> Notation:
    scope = Notation(name, extends=regularization.falling_rate)
    _ = scope.declare
    _("T", "number of steps", domain="integers 4..9")
    _("u", "number of steps of the warm-up", domain="integers 0..T-1")
    _(r"\eta_t", "learning rate of step $t$", indices="t = 1..T+2", domain="printed")
    return scope


schedule = _schedule("learning rates with a warm-up")
cosine_schedule = _schedule("learning rates along half a wave")
cosine_schedule.declare(r"\eta_{\min}", "lowest learning rate", domain=_lowest_rate)

# -- derivatives by measuring --------------------------------------------------------------------

differences = Notation("differences")
_ = differences.declare
_("f", "any function", maps="R -> R")
_("x", "where it is taken")
_("h", "distance to either side", domain="positive")
_("d", "central difference", domain="printed")
