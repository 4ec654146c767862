"""Every symbol of the book, declared once: what it means, where its indices run, its name in the code.

A scope holds the symbols of one subject. A page names the scope of each equation; the check, the
Notation page and the explanations in the pages all read this table.
"""

from __future__ import annotations

from nnmath.formula import Notation

# -- a network with many neurons a layer ---------------------------------------------------------

network = Notation("network")
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
_("N", "activation function, applied to each entry", maps="entrywise", code="activation")
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
_(r"\eta", "learning rate", domain="positive", code="learning_rate")
