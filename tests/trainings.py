"""Small trainings, the loop they stand for written out, checkpoints of them, optimisers."""

from __future__ import annotations

import copy
import pickle

import numpy as np

from nnmath.backprop import backpropagate
from nnmath.checkpoints import Checkpoint
from nnmath.costs import COSTS, one_hot
from nnmath.network import Network
from nnmath.optimizers import (
    Adam,
    AdamW,
    ConstantSchedule,
    CosineSchedule,
    GradientDescent,
    Momentum,
    Optimizer,
)
from nnmath.training import train

#: One of each, with settings that no default has.
OPTIMIZERS = [
    GradientDescent(0.25),
    Momentum(0.25, momentum=0.5),
    Adam(0.25, 0.5, 0.75, 1e-3),
    AdamW(0.25, 0.5, 0.75, 1e-3, weight_decay=0.125),
    Adam(CosineSchedule(0.25, n_steps=40, warmup=2, final=0.05), 0.5, 0.75, 1e-3),
    Momentum(ConstantSchedule(0.25, warmup=3), momentum=0.5),
]


def fresh(optimizer: Optimizer) -> Optimizer:
    """Return an optimiser of the same settings that has taken no step."""
    again = copy.deepcopy(optimizer)
    again.reset()
    return again


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


def trained(optimizer, source="PCG64", dtype=np.float64, activations="tanh"):
    """Return the four parts of a checkpoint after two epochs, and the samples."""
    network, x, y = small(dtype, activations)
    used = copy.deepcopy(optimizer)
    rng = np.random.Generator(getattr(np.random, source)(3))
    rng.integers(0, 2**16, dtype=np.uint16)  # leaves half a draw in the generator
    options = {"epochs": 2, "batch_size": 5, "validation": (x, y)}
    history = train(network, x, y, optimizer=used, rng=rng, **options)
    return Checkpoint(network, used, rng, history), (x, y)


def assert_same(one, other):
    """Compare two checkpoints to the bit."""
    assert repr(one.network) == repr(other.network)
    np.testing.assert_array_equal(parameters(one.network), parameters(other.network))
    assert type(one.optimizer) is type(other.optimizer)
    assert repr(one.optimizer) == repr(other.optimizer)
    assert one.optimizer.n_steps == other.optimizer.n_steps
    assert one.optimizer.state.keys() == other.optimizer.state.keys()
    for name, kept in one.optimizer.state.items():
        for array, again in zip(kept, other.optimizer.state[name], strict=True):
            assert array.dtype == again.dtype
            np.testing.assert_array_equal(array, again)
    assert pickle.dumps(one.rng.bit_generator.state) == pickle.dumps(other.rng.bit_generator.state)
    assert one.history == other.history


def names(folder):
    """Return the names of all files in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())
