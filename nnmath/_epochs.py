"""One pass over the samples in mini-batches, as the book describes it.

This is the general way, for every cost, activation and optimiser; `nnmath._fast`
has a quicker one for the common cases.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from nnmath._backward import backward_pass
from nnmath._forward import forward_pass
from nnmath._interrupt import Interrupt
from nnmath._regularizers import Regularizers, augmented, draw_masks
from nnmath.costs import Cost
from nnmath.network import Network
from nnmath.optimizers import Optimizer, clip_gradients

__all__ = [
    "EpochResult",
    "Epochs",
    "PlainEpochs",
    "Snapshot",
    "StepTaker",
    "Task",
    "count_right",
]


class StepTaker(Protocol):
    """What training needs of an optimiser."""

    def step(self, parameters: list[NDArray[Any]], gradients: list[NDArray[Any]], /) -> object:
        """Change the parameters in place."""


class Task(NamedTuple):
    """What is to be trained on what, all of it checked."""

    network: Network
    x: NDArray[Any]
    y: NDArray[Any]
    batch_size: int
    optimizer: StepTaker
    cost: Cost
    reduction: str
    regularizers: Regularizers = Regularizers()
    #: Draws masks and augments; needed for these alone.
    rng: np.random.Generator | None = None


class EpochResult(NamedTuple):
    """What came of an epoch."""

    #: Mean over the samples, each seen just before the step that it was part of.
    #: Not finite if the training diverged.
    cost: float
    #: Share of samples whose largest output is where the largest target is.
    accuracy: float | None
    #: Whether all steps were taken.
    finished: bool


class Epochs(Protocol):
    """A way to go through the samples."""

    def run(
        self, order: NDArray[np.intp], interrupt: Interrupt, advance: Callable[[int], object]
    ) -> EpochResult:
        """Take a step for each batch of the order; stop after one if that is requested."""

    def write_back(self) -> None:
        """Bring the network and the optimiser up to date."""


class PlainEpochs:
    """Steps taken with the functions of the book, one after the other."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._rng = cast(np.random.Generator, task.rng)

    def run(
        self, order: NDArray[np.intp], interrupt: Interrupt, advance: Callable[[int], object]
    ) -> EpochResult:
        """Take a step for each batch of the order."""
        cost, right = 0.0, 0
        x = augmented(self._task.x, self._task.regularizers.augment, self._rng)
        for start in range(0, len(order), self._task.batch_size):
            if interrupt.requested:
                return EpochResult(math.nan, None, False)
            rows = order[start : start + self._task.batch_size]
            batch_cost, batch_right = self._step(x[rows], self._task.y[rows])
            cost += batch_cost
            right += batch_right
            if not math.isfinite(cost):
                break
            advance(1)
        accuracy = right / len(order) if self._task.y.shape[1] > 1 else None
        return EpochResult(cost / len(order), accuracy, True)

    def write_back(self) -> None:
        """Do nothing: every step changed the network itself."""

    def _step(self, x: NDArray[Any], y: NDArray[Any]) -> tuple[float, int]:
        """Take a step; return the summed cost before it and the number right."""
        network, optimizer, cost = self._task.network, self._task.optimizer, self._task.cost
        regularizers = self._task.regularizers
        masks = draw_masks(network, regularizers.dropout, len(x), self._rng)
        forward = forward_pass(x, network.weights, network.biases, network.activations, masks)
        if not np.isfinite(forward.output).all():
            return math.nan, 0
        factor = 1.0 / len(x) if self._task.reduction == "mean" else 1.0
        gradients = backward_pass(network, forward, y, cost, factor, masks)
        dW = map(regularizers.with_penalties, gradients.dW, network.weights)
        changes = [*dW, *gradients.db]
        if not all(np.isfinite(change).all() for change in changes):
            return math.nan, 0
        if regularizers.max_norm is not None:
            changes = clip_gradients(changes, regularizers.max_norm).gradients
        optimizer.step([*network.weights, *network.biases], changes)
        return float(gradients.cost) / factor, count_right(forward.output, y)


def count_right(output: NDArray[Any], y: NDArray[Any]) -> int:
    """Return for how many samples the largest output is where the largest target is."""
    return int(np.count_nonzero(output.argmax(axis=-1) == y.argmax(axis=-1)))


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
