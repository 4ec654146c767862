"""Optimisers, schedules, clipping and smoothed labels beside PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import nnmath

#: Two ways to round the same steps differ by far less.
CLOSE = 1e-12
N_STEPS = 12
SHAPES = [(3, 4), (5,), ()]

PAIRS = [
    (nnmath.GradientDescent(0.1), lambda p: torch.optim.SGD(p, lr=0.1)),
    (nnmath.Momentum(0.1, 0.8), lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8)),
    (
        nnmath.Adam(0.1, 0.8, 0.95, 1e-6),
        lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-6),
    ),
    (
        nnmath.AdamW(0.1, 0.8, 0.95, 1e-6, weight_decay=0.3),
        lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.3),
    ),
]


def gradients_of_steps():
    """Draw a gradient for each array and step, of very different sizes."""
    rng = np.random.default_rng(0)
    sizes = 10.0 ** rng.uniform(-4.0, 2.0, N_STEPS)
    return [[np.asarray(size * rng.normal(size=shape)) for shape in SHAPES] for size in sizes]


def starts():
    """Draw where the parameters start."""
    rng = np.random.default_rng(1)
    return [np.asarray(rng.normal(size=shape)) for shape in SHAPES]


def steps_of_theirs(make, gradients, schedule=None, max_norm=None):
    """Return the parameters after PyTorch's steps."""
    tensors = [torch.tensor(start, requires_grad=True) for start in starts()]
    optimizer = make(tensors)
    follow = schedule(optimizer) if schedule else None
    for step in gradients:
        for tensor, gradient in zip(tensors, step, strict=True):
            tensor.grad = torch.tensor(gradient)
        if max_norm is not None:
            torch.nn.utils.clip_grad_norm_(tensors, max_norm)
        optimizer.step()
        if follow:
            follow.step()
    return [tensor.detach().numpy() for tensor in tensors]


def steps_of_ours(optimizer, gradients, max_norm=None):
    """Return the parameters after our steps."""
    optimizer.reset()
    parameters = starts()
    for step in gradients:
        clipped = step if max_norm is None else nnmath.clip_gradients(step, max_norm).gradients
        optimizer.step(parameters, clipped)
    return parameters


def assert_close(ours, theirs, tolerance=CLOSE):
    """Compare parameters one by one."""
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=lambda pair: repr(pair)[:20])
def test_steps(ours, theirs):
    gradients = gradients_of_steps()
    # PyTorch's velocity has no learning rate in it; with a constant one the steps are the same.
    assert_close(steps_of_ours(ours, gradients), steps_of_theirs(theirs, gradients))


@pytest.mark.parametrize("max_norm", [0.1, 3.0, 1e6])
def test_clipped_steps(max_norm):
    gradients = gradients_of_steps()
    ours = steps_of_ours(nnmath.AdamW(0.1), gradients, max_norm)
    make = lambda p: torch.optim.AdamW(p, lr=0.1)  # noqa: E731 -- as in PAIRS
    theirs = steps_of_theirs(make, gradients, max_norm=max_norm)
    # PyTorch adds 1e-6 to the norm before it divides by it; Adam hardly minds the scale.
    assert_close(ours, theirs, 1e-5)


def test_cosine_schedule():
    gradients = gradients_of_steps()
    schedule = nnmath.CosineSchedule(0.1, n_steps=N_STEPS, final=0.01)
    follow = torch.optim.lr_scheduler.CosineAnnealingLR
    theirs = steps_of_theirs(
        lambda p: torch.optim.AdamW(p, lr=0.1),
        gradients,
        lambda optimizer: follow(optimizer, T_max=N_STEPS, eta_min=0.01),
    )
    assert_close(steps_of_ours(nnmath.AdamW(schedule), gradients), theirs)


def test_warmup():
    gradients = gradients_of_steps()
    schedule = nnmath.ConstantSchedule(0.1, warmup=4)
    follow = torch.optim.lr_scheduler.LinearLR
    theirs = steps_of_theirs(
        lambda p: torch.optim.Adam(p, lr=0.1),
        gradients,
        lambda optimizer: follow(optimizer, start_factor=1 / 5, total_iters=4),
    )
    assert_close(steps_of_ours(nnmath.Adam(schedule), gradients), theirs)


def test_smoothed_labels(compare):
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 5, 7)
    u = nnmath.smooth_labels(nnmath.one_hot(labels, 5), 0.3)
    compare(
        lambda logits: nnmath.softmax_cross_entropy(logits, u),
        lambda dc, logits: (dc[:, None] * nnmath.softmax_cross_entropy_backward(logits, u),),
        lambda logits: torch.nn.functional.cross_entropy(
            logits, torch.tensor(labels), label_smoothing=0.3, reduction="none"
        ),
        {"logits": rng.normal(size=(7, 5))},
    )


def test_dropout_keeps_what_pytorch_keeps():
    x = torch.tensor(np.random.default_rng(3).normal(size=(6, 8)))
    torch.manual_seed(0)
    left = torch.nn.functional.dropout(x, p=0.4).numpy()
    mask = (left != 0.0).astype(float)
    assert 0.0 < mask.mean() < 1.0
    np.testing.assert_allclose(nnmath.dropout(x.numpy(), mask, 0.4), left, rtol=1e-12)
