"""What there was before an epoch, to go back to when training diverges."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from nnmath._epochs import Task
from nnmath.optimizers import Optimizer

__all__ = ["Snapshot"]


class Snapshot:
    """Everything that an epoch changes, to go back to."""

    def __init__(self, task: Task, rng: np.random.Generator) -> None:
        self._network = task.network.copy()
        self._memory: dict[str, Any] = {}
        if isinstance(task.optimizer, Optimizer):
            self._memory = copy.deepcopy(vars(task.optimizer))
        self._chance = rng.bit_generator.state

    def restore(self, task: Task, rng: np.random.Generator) -> None:
        """Go back."""
        pairs = (
            (task.network.weights, self._network.weights),
            (task.network.biases, self._network.biases),
        )
        for now, before in pairs:
            for array, old in zip(now, before, strict=True):
                array[...] = old
        for name, value in self._memory.items():
            setattr(task.optimizer, name, value)
        rng.bit_generator.state = self._chance
