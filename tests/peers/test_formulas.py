"""Activations, layers, normalisation and costs beside PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

import nnmath

rng = np.random.default_rng(5)
ROWS = rng.normal(size=(6, 7)) * 3.0
GAIN, SHIFT = rng.normal(size=7), rng.normal(size=7)
TARGETS = rng.random((6, 7))


def test_layer_norm(compare):
    compare(
        nnmath.layer_norm,
        lambda dy, x, gain, shift: nnmath.layer_norm_backward(dy, x, gain),
        lambda x, gain, shift: functional.layer_norm(x, (7,), gain, shift),
        {"x": ROWS, "gain": GAIN, "shift": SHIFT},
    )


def test_rms_norm(compare):
    compare(
        nnmath.rms_norm,
        nnmath.rms_norm_backward,
        lambda x, gain: functional.rms_norm(x, (7,), gain, eps=1e-5),
        {"x": ROWS, "gain": GAIN},
    )


def test_linear(compare):
    compare(
        nnmath.linear,
        lambda dz, x, W, b: nnmath.linear_backward(dz, x, W),
        functional.linear,
        {"x": ROWS, "W": rng.normal(size=(4, 7)), "b": rng.normal(size=4)},
    )


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "gelu", "softmax"])
def test_activations(compare, name):
    activation = nnmath.ACTIVATIONS[name]
    theirs = {"softmax": lambda z: torch.softmax(z, dim=-1), "gelu": functional.gelu}
    compare(
        activation.function,
        lambda da, z: (activation.backward(da, z),),
        theirs.get(name, getattr(torch, name, None)),
        {"z": ROWS},
    )


def _of_labels(logits):
    """Return PyTorch's cross-entropy for a distribution over the classes."""
    targets = torch.tensor(TARGETS / TARGETS.sum(axis=-1, keepdims=True))
    return functional.cross_entropy(logits, targets, reduction="none")


COSTS = {
    "squared_error": lambda a: ((a - torch.tensor(TARGETS)) ** 2).sum(dim=-1),
    "mean_squared_error": lambda a: functional.mse_loss(
        a, torch.tensor(TARGETS), reduction="none"
    ).mean(dim=-1),
    "sigmoid_cross_entropy": lambda a: functional.binary_cross_entropy_with_logits(
        a, torch.tensor(TARGETS), reduction="none"
    ).sum(dim=-1),
    "softmax_cross_entropy": _of_labels,
}


@pytest.mark.parametrize("name", COSTS)
def test_costs(compare, name):
    cost = nnmath.COSTS[name]
    targets = TARGETS
    if name == "softmax_cross_entropy":
        targets = TARGETS / TARGETS.sum(axis=-1, keepdims=True)
    compare(
        lambda a: cost.function(a, targets),
        lambda dc, a: (dc[:, None] * cost.backward(a, targets),),
        COSTS[name],
        {"a": ROWS},
    )
