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
_("n", "number of vectors", domain="size", code="n")
_("d", "number of dimensions", domain="size", code="d")
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
    _("n", "number of steps", domain="size")
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
