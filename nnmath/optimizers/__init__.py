"""Optimisers: how a step changes the parameters, given the gradient.

They change NumPy arrays in place. What an optimiser remembers between steps is in
its attributes ``n_steps`` and ``state``; a checkpoint saves both.

The learning rate of each of them is a number, or a schedule: a function from the
number of the step, from 1, to the rate of that step.
"""

from nnmath.optimizers._base import ClippedGradients, Optimizer, clip_gradients
from nnmath.optimizers._rules import Adam, AdamW, GradientDescent, Momentum
from nnmath.optimizers._schedules import ConstantSchedule, CosineSchedule

__all__ = [
    "Adam",
    "AdamW",
    "ClippedGradients",
    "ConstantSchedule",
    "CosineSchedule",
    "GradientDescent",
    "Momentum",
    "Optimizer",
    "clip_gradients",
]
