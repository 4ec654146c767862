"""The symbols of *Thinking* and *Learning*."""

from __future__ import annotations

from nnmath.formula import Notation

# -- a network with many neurons a layer ---------------------------------------------------------

network = Notation("network", letters="k")  # k counts the neurons of a layer between two others
_ = network.declare
_("L", "number of the last layer", domain="size", code="len(network.weights)")
_("n_l", "number of neurons in layer $l$", indices="l = 0..L", domain="size", code="network.sizes")
_(
    r"\mathbf{W}_l",
    "weights between layers $l$ and $l+1$",
    indices="l = 0..L-1",
    shape="n_{l+1}, n_l",
    code="weights",
)
_(
    "w_l^{ij}",
    "weight of the edge from neuron $j$ of layer $l$ to neuron $i$ of layer $l+1$",
    indices="l = 0..L-1; i = 1..n_{l+1}; j = 1..n_l",
    entry_of=r"\mathbf{W}_l",
)
_(r"\mathbf{b}_l", "biases of layer $l$", indices="l = 1..L", shape="n_l", code="biases")
_(
    "b_l^i",
    "bias of neuron $i$ in layer $l$",
    indices="l = 1..L; i = 1..n_l",
    entry_of=r"\mathbf{b}_l",
)
_("N", "activation function", maps="entrywise", code="activation")
_(r"\mathbf{z}_l", "weighted inputs of layer $l$", indices="l = 1..L", shape="n_l", code="z")
_(
    "z_l^i",
    "weighted input of neuron $i$ in layer $l$",
    indices="l = 1..L; i = 1..n_l",
    entry_of=r"\mathbf{z}_l",
)
_(
    r"\mathbf{a}_l",
    "activations of layer $l$; for $l = 0$ the input",
    indices="l = 0..L",
    shape="n_l",
    given="l = 0",
    code="a",
)
_(
    "a_l^i",
    "activation of neuron $i$ in layer $l$",
    indices="l = 0..L; i = 1..n_l",
    given="l = 0",
    entry_of=r"\mathbf{a}_l",
)
_("y^i", "target of output neuron $i$", indices="i = 1..n_L", code="y")
_("C", "cost of one sample", domain="printed", code="cost")
_(r"\bar{C}", "mean squared error of one sample", domain="printed")
_(r"\eta", "learning rate", domain="positive", code="learning_rate")

# -- counting ------------------------------------------------------------------------------------

counting = Notation("counting", extends=network)
_ = counting.declare
_("P", "number of parameters", domain="printed", code="network.n_parameters")
_(r"\mathrm{paths}", "number of paths from an input to an output", domain="printed")
_(r"\mathrm{edges}", "number of edges", domain="printed")

# -- a batch: one sample a row -------------------------------------------------------------------

batch = Notation("batch", extends=network, broadcast_rows=False, letters="s")
_ = batch.declare
_("S", "number of samples", domain="size", code="len(x)")
_(
    r"\mathbf{A}_l",
    "activations of a batch, one row a sample",
    indices="l = 0..L",
    shape="S, n_l",
    code="forward.a[l]",
)
_(
    r"\mathbf{Z}_l",
    "weighted inputs of a batch",
    indices="l = 1..L",
    shape="S, n_l",
    domain="printed",
    code="forward.z[l - 1]",
)
_(r"\mathbf{1}", "column of ones, one for each sample", shape="S", domain="ones")

# -- functions of one number ---------------------------------------------------------------------

one_number = Notation("functions of one number")
_ = one_number.declare
_("z", "weighted input", code="z")
_(r"\operatorname{id}", "identity: nothing is changed", maps="printed", code="identity")
_(r"\sigma", "sigmoid", maps="printed", code="sigmoid")
_(r"\operatorname{ReLU}", "rectified linear unit", maps="printed", code="relu")
_(r"\operatorname{GELU}", "Gaussian error linear unit", maps="printed", code="gelu")
_(r"\Phi", "distribution function of the standard normal distribution", maps="printed")
_(r"\varphi", "density of the standard normal distribution", maps="printed")

# -- a unit that answers yes or no ---------------------------------------------------------------

threshold = Notation("a unit with a threshold")
_ = threshold.declare
_("b", "bias")
_("w_1", "weight of the first input")
_("w_2", "weight of the second input")
_("t", "threshold")
_("x_1", "first input")
_("x_2", "second input")
_("z", "weighted input, a function of both inputs", maps="printed")
_("s", "sum of the inputs")

two_layers = Notation("two layers for exclusive or", extends=one_number)
_ = two_layers.declare
_("x_1", "first input")
_("x_2", "second input")
_("f", "output, a function of both inputs", maps="printed")

# -- words of the document -----------------------------------------------------------------------

as_printed = Notation("as the document prints it")
as_printed.declare(r"\delta", "a sign that the document uses and doesn't explain")

# -- one neuron a layer --------------------------------------------------------------------------

chain = Notation("one neuron a layer")
_ = chain.declare
_("L", "number of the last layer", domain="size")
_("w_l", "weight between layers $l$ and $l+1$", indices="l = 0..L-1", code="weights")
_("b_l", "bias of layer $l$", indices="l = 1..L", code="biases")
_(
    "a_l",
    "activation of layer $l$; for $l = 0$ the input",
    indices="l = 0..L",
    given="l = 0",
    code="a",
)
_("y", "target", code="y")
_("N", "activation function", maps="R -> R", code="activation")
_("C", "cost", domain="printed", code="cost")

# -- several samples, and one step of all parameters ---------------------------------------------

samples = Notation("many samples")
_ = samples.declare
_("S", "number of samples", domain="size", code="len(x)")
_(r"\theta", "any one parameter, a weight or a bias")
_("C_s", "cost of sample $s$, a function of the parameter", indices="s = 1..S", maps="R -> R")

descent = Notation("gradient descent")
_ = descent.declare
_("P", "number of parameters", domain="size", code="network.n_parameters")
_(r"\boldsymbol\theta", "all parameters in one vector", shape="P")
_("C", "cost as a function of all parameters", maps="R^P -> R")
_(r"\eta", "learning rate", domain="positive", code="learning_rate")

# -- logits and cross-entropy --------------------------------------------------------------------

logits = Notation("logits", extends=one_number)
_ = logits.declare
_("n", "number of outputs", domain="size")
_("z^i", "logit of output $i$", indices="i = 1..n", code="logits")

binary = Notation("binary cross-entropy", extends=logits)
_ = binary.declare
_("y^i", "target, 0 or 1 or a probability", indices="i = 1..n", domain="unit interval", code="y")
_("C", "binary cross-entropy", domain="printed")

softmax = Notation("softmax", extends=logits)
_ = softmax.declare
_(r"\mathbf{p}", "probabilities, the softmax of the logits", shape="n")
_(
    "p^i",
    "probability of class $i$",
    indices="i = 1..n",
    entry_of=r"\mathbf{p}",
    code="softmax(logits)",
)
_(
    "J^{ki}",
    "derivative of probability $k$ by logit $i$",
    indices="k = 1..n; i = 1..n",
    domain="printed",
)
_("F", "any function of the probabilities", maps="R^n -> R")
_("C", "any cost that depends on the probabilities", domain="printed")

shifted = Notation("softmax of shifted logits", extends=softmax)
_ = shifted.declare
_("c", "number that is added to all logits")

categorical = Notation("categorical cross-entropy", extends=softmax)
_ = categorical.declare
_(
    r"\mathbf{y}",
    "targets: a distribution over the classes",
    shape="n",
    domain="distribution",
    code="y",
)
_("y^i", "target of class $i$", indices="i = 1..n", entry_of=r"\mathbf{y}")
_("C", "categorical cross-entropy", domain="printed")

# -- starts and steps ----------------------------------------------------------------------------

starts = Notation("starting weights", extends=network)
_ = starts.declare
_(
    "r_l",
    "half-width of Glorot's starting weights into layer $l$",
    indices="l = 1..L",
    domain="printed",
)
_(
    "s_l",
    "standard deviation of He's starting weights into layer $l$",
    indices="l = 1..L",
    domain="printed",
)

random_weights = Notation("random weights of a neuron")
_ = random_weights.declare
_("n", "number of activations that come in", domain="size")
_("a^j", "an activation that comes in", indices="j = 1..n")
_("s", "standard deviation of a weight", domain="positive")
_("w^j", "its weight, drawn by chance", indices="j = 1..n", domain="distributed normal(0, s^2)")

valley = Notation("a valley")
_ = valley.declare
_("P", "number of parameters", domain="size")
_(r"\boldsymbol\theta", "all parameters in one vector", shape="P")
_(r"\theta_i", "a parameter", indices="i = 1..P", entry_of=r"\boldsymbol\theta")
_("k_i", "curvature of the cost in parameter $i$", indices="i = 1..P", domain="positive")
_("C", "cost, a function of all parameters", maps="printed")
_(r"\eta", "learning rate", domain="positive", code="learning_rate")

momentum = Notation("momentum")
_ = momentum.declare
_(r"\theta", "any one parameter", code="parameters")
_("C", "cost as a function of the parameter", maps="R -> R")
_(r"\eta", "learning rate", domain="positive", code="learning_rate")
_(r"\mu", "momentum", domain="unit interval", code="momentum")
_("v", "velocity, 0 at first", code="velocity")

velocity = Notation("velocity", letters="s")
_ = velocity.declare
_("T", "number of steps", domain="size")
_("g_t", "derivative at step $t$", indices="t = 1..T")
_("v_t", "velocity after step $t$", indices="t = 0..T", given="t = 0", domain="zeros")
_(r"\mu", "momentum", domain="unit interval", code="momentum")

rolling = Notation("momentum on a parabola")
_ = rolling.declare
_("T", "number of steps", domain="size")
_(r"\theta_t", "the parameter after step $t$", indices="t = 0..T", given="t = 0")
_("v_t", "velocity after step $t$", indices="t = 0..T", given="t = 0", domain="zeros")
_(r"\mu", "momentum", domain="unit interval")
_(r"\eta", "learning rate", domain="positive")
_("k", "curvature of the cost", domain="positive")
_("r", "what a step multiplies by")

scatter = Notation("a derivative that scatters")
_ = scatter.declare
_("G", "mean of the derivative")
_(r"\sigma", "standard deviation of the derivative", domain="positive")
_("g", "derivative, drawn by chance", domain=r"distributed normal(G, \sigma^2)")

adam = Notation("Adam")
_ = adam.declare
_("T", "number of steps", domain="size")
_(
    r"\theta_t",
    "any one parameter after step $t$",
    indices="t = 0..T",
    given="t = 0",
    code="parameters",
)
_("G", "mean of the derivative")
_(r"\sigma", "standard deviation of the derivative", domain="positive")
_(
    "g_t",
    "derivative of the cost with respect to the parameter at step $t$",
    indices="t = 1..T",
    domain=r"distributed normal(G, \sigma^2)",
    code="gradients",
)
_(
    "m_t",
    "running mean of the derivative, 0 at first",
    indices="t = 0..T",
    given="t = 0",
    domain="zeros",
)
_(
    "v_t",
    "running mean of its square, 0 at first",
    indices="t = 0..T",
    given="t = 0",
    domain="zeros",
)
_(r"\hat{m}_t", "corrected mean", indices="t = 1..T", domain="printed")
_(r"\hat{v}_t", "corrected mean of the square", indices="t = 1..T", domain="printed")
_(r"\beta_1", "decay of the first mean", domain="unit interval", code="beta1")
_(r"\beta_2", "decay of the second mean", domain="unit interval", code="beta2")
_(r"\varepsilon", "constant that keeps the divisor positive", domain="positive", code="epsilon")
_(r"\eta", "learning rate", domain="positive", code="learning_rate")
