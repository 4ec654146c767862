"""The symbols of *Learning too much*."""

from __future__ import annotations

import numpy as np

from nnmath.formula import Notation
from symbols.neural_networks import adam, categorical, scatter


def every_mask(_: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return all rows of zeros and ones, each once."""
    n_masks, n = shape
    return (np.arange(n_masks)[:, None] >> np.arange(n) & 1).astype(float)


def curvature(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return positive numbers so different that powers of them can't be mistaken."""
    return np.exp(rng.normal(size=shape))


# -- many possible training sets, and many possible answers --------------------------------------

many_sets = Notation("many training sets")
_ = many_sets.declare
_("S", "number of training sets that could have been drawn", domain="size")
_("q_s", "probability of training set $s$", indices="s = 1..S", domain="distribution")
_("f_s", "prediction at one place after training on set $s$", indices="s = 1..S")
_("K", "number of answers that could be measured at that place", domain="size")
_("r_k", "probability of answer $k$", indices="k = 1..K", domain="distribution")
_("y_k", "a measured answer", indices="k = 1..K")
_(r"\bar{f}", "mean prediction", domain="printed")
_(r"\bar{y}", "mean answer: what could be known", domain="printed")
_("B", "bias: how far the mean prediction is from the mean answer", domain="printed")
_("V", "variance of the prediction", domain="printed")
_("U", "variance of the answer: the noise", domain="printed")

# -- what a test can tell ------------------------------------------------------------------------

testing = Notation("testing")
_ = testing.declare
_("n", "number of test samples", domain="size")
_("p", "probability that a model is right on a sample", domain="unit interval")
_("m", "number of models that were tried", domain="size")
_("P_k", "probability of exactly $k$ right answers", indices="k = 0..n", domain="printed")
_("F_c", "probability of at most $c$ right answers", indices="c = 0..n", domain="printed")
_(
    "G_c",
    "probability that the best of all models has more than $c$ right answers",
    indices="c = 0..n",
    domain="printed",
)

# -- steps that change their length, and decay ----------------------------------------------------

falling_rate = Notation("falling rate")
_ = falling_rate.declare
_("T", "number of steps", domain="size", code="n_steps")
_("h", "highest learning rate", domain="positive", code="learning_rate")
_(r"\eta_t", "learning rate of step $t$", indices="t = 1..T", domain="printed", code="rate")

adamw = Notation("AdamW", extends=adam)
_ = adamw.declare
_(
    r"\theta_t",
    "any one parameter after step $t$",
    indices="t = 0..T",
    given="t = 0",
    code="parameters",
)
_(r"\lambda", "weight decay", domain="unit interval", code="weight_decay")

decay = Notation("a penalty within Adam", extends=scatter)
_ = decay.declare
_(r"\theta", "a weight")
_(r"\lambda", "strength of the penalty", domain="positive")
_(r"\eta", "learning rate", domain="positive")

# -- penalties -----------------------------------------------------------------------------------

penalty = Notation("penalties")
_ = penalty.declare
_("P", "number of weights", domain="size")
_(r"\mathbf{w}", "all weights in one vector", shape="P", code="W")
_("w^i", "a weight", indices="i = 1..P", entry_of=r"\mathbf{w}")
_("F", "cost of the samples as a function of the weights", maps="R^P -> R")
_(r"\lambda", "strength of the penalty", domain="positive", code="strength")
_(r"\eta", "learning rate", domain="positive", code="learning_rate")
_("R_2", "L2 penalty", domain="printed", code="l2_penalty(W, strength)")
_("R_1", "L1 penalty", domain="printed", code="l1_penalty(W, strength)")
_("C", "cost of the samples and penalty", domain="printed", code="cost")

one_weight = Notation("one weight")
_ = one_weight.declare
_("w", "the weight")
_("m", "the weight that the samples want")
_("k", "how strongly they want it: the curvature of their cost", domain=curvature)
_(r"\lambda", "strength of the penalty", domain="positive")
_(r"\eta", "learning rate", domain="positive")
_("C_2", "cost with an L2 penalty", maps="printed")
_(r"\hat{w}", "where it is lowest", domain="printed")
_("C_1", "cost with an L1 penalty", maps="printed")
_(r"\tilde{w}", "where it is lowest", domain="printed")
_("T", "number of steps", domain="size")
_("w_t", "the weight after $t$ steps from 0", indices="t = 0..T", given="t = 0", domain="zeros")
_(
    r"\lambda_t",
    "strength of the L2 penalty that leads to the same weight",
    indices="t = 1..T",
    domain="printed",
)

# -- dropout -------------------------------------------------------------------------------------

dropping = Notation("dropout")
_ = dropping.declare
_("n", "number of neurons in the layer", domain="size")
_(r"\mathbf{a}", "activations", shape="n", code="x")
_("a^i", "activation of neuron $i$", indices="i = 1..n", entry_of=r"\mathbf{a}")
_(r"\mathbf{m}", "mask: 1 for each neuron that stays", shape="n", domain="mask", code="mask")
_("m^i", "1 if neuron $i$ stays, 0 if it is dropped", indices="i = 1..n", entry_of=r"\mathbf{m}")
_("p", "probability that a neuron is dropped", domain="unit interval", code="rate")
_(r"\mathbf{d}", "what dropout leaves", shape="n")
_("d^i", "what dropout leaves of neuron $i$", indices="i = 1..n", entry_of=r"\mathbf{d}")
_("F", "any function of what is left", maps="R^n -> R")
_("C", "any cost that depends on it", domain="printed")

masks = Notation("all masks", extends=dropping)
_ = masks.declare
_(r"\mathbf{M}", "all masks, one a row", shape="2^n, n", domain=every_mask, code="mask")
_(
    "M^{si}",
    "whether neuron $i$ stays under mask $s$",
    indices="s = 1..2^n; i = 1..n",
    entry_of=r"\mathbf{M}",
)
_(r"\pi_s", "probability of mask $s$", indices="s = 1..2^n", domain="printed")
_(
    "D^{si}",
    "what mask $s$ leaves of neuron $i$",
    indices="s = 1..2^n; i = 1..n",
    domain="printed",
    code="dropout(x, mask, rate)",
)
_("w^i", "weight from neuron $i$ to a neuron of the next layer", indices="i = 1..n")

# -- moved images --------------------------------------------------------------------------------

pixels = Notation("moved images")
_ = pixels.declare
_("h", "rows of pixels", domain="size", code="images.shape[-2]")
_("b", "columns of pixels", domain="size", code="images.shape[-1]")
_(r"\mathbf{P}", "an image", shape="h, b", code="images")
_("P^{ij}", "pixel in row $i$ and column $j$", indices="i = 1..h; j = 1..b", entry_of=r"\mathbf{P}")
_("u", "how far the image moves up, in pixels", domain="unit interval", code="-down")
_("v", "how far it moves to the left", domain="unit interval", code="-right")
_(
    "Q^{ij}",
    "pixel of the moved image",
    indices="i = 1..h-1; j = 1..b-1",
    domain="printed",
    code="shift_images(images, down, right)",
)
_("r", "how many pixels a pixel is below the centre", domain="integers -2..2")
_("c", "how many pixels it is to the right of the centre", domain="integers -2..2")
_(r"\varphi", "angle by which the image is turned, against the clock", code="degrees")
_("r'", "row of the place that the pixel comes from", domain="printed")
_("c'", "column of that place", domain="printed")

# -- smoothed labels -----------------------------------------------------------------------------

smoothing = Notation("smoothed labels", extends=categorical)
_ = smoothing.declare
_(r"\varepsilon", "the part that all classes share", domain="unit interval", code="smoothing")
_(r"\mathbf{u}", "smoothed targets", shape="n", code="smooth_labels(y, smoothing)")
_("u^i", "smoothed target of class $i$", indices="i = 1..n", entry_of=r"\mathbf{u}")
_("C", "categorical cross-entropy with smoothed targets", domain="printed")
_("g", "by how much the right logit is above the others where the cost is lowest", domain="printed")

# -- more parameters than samples ----------------------------------------------------------------

least = Notation("least norm")
_ = least.declare
_("S", "number of samples", domain="size")
_("P", "how many more features there are than samples", domain="size")
_(r"\boldsymbol\Phi", "features, one row a sample", shape="S, P + S", code="features")
_("y", "targets", shape="S", code="targets")
_(r"\boldsymbol\theta", "the shortest weights that fit", shape="P + S")
_(r"\lambda", "strength of a penalty", domain="positive")
_(r"\mathbf{I}", "identity matrix", shape="P + S, P + S", domain="identity")
_("v", "any other weights", shape="P + S")
_("u", "what is left of them without what gives answers", shape="P + S", domain="printed")

# -- comparing two models ------------------------------------------------------------------------

paired = Notation("paired differences")
_ = paired.declare
_("n", "number of pairs", domain="size")
_("a_i", "what the first model achieves on fold $i$", indices="i = 1..n")
_("b_i", "what the second model achieves on it", indices="i = 1..n")
_(r"\bar{d}", "mean difference", domain="printed")
_("s", "standard error of the mean difference", domain="printed")
