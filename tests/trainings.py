"""Small trainings, and the loop that training stands for, written out."""

from __future__ import annotations

import numpy as np

from nnmath.backprop import backpropagate
from nnmath.costs import COSTS, one_hot
from nnmath.network import Network


def parameters(network):
    """Return all parameters in one vector."""
    return np.concatenate([p.ravel() for p in (*network.weights, *network.biases)])


def small(dtype=np.float64, activations="tanh"):
    """Return a network and samples for it."""
    rng = np.random.default_rng(7)
    network = Network([3, 4, 2], activations, rng=rng, dtype=dtype)
    return network, rng.normal(size=(12, 3)), one_hot(rng.integers(0, 2, 12), 2)


def by_hand(network, x, y, *, epochs, batch_size, optimizer, cost, reduction, rng):
    """Train with the functions of the book; return mean cost and accuracy of each epoch."""
    measured = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        total, right = 0.0, 0.0
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            before = network.predict(x[rows])
            total += COSTS[cost].function(before, y[rows]).sum()
            right += np.sum(before.argmax(axis=1) == y[rows].argmax(axis=1))
            gradients = backpropagate(network, x[rows], y[rows], cost=cost, reduction=reduction)
            optimizer.step([*network.weights, *network.biases], [*gradients.dW, *gradients.db])
        measured.append((total / len(x), right / len(x)))
    return measured
