"""One pass over the samples in mini-batches, as the book describes it, and what may change samples and gradients.

This is the general way, for every cost, activation and optimiser; `nnmath._fast`
has a quicker one for the common cases. Here too: a progress bar, and Ctrl-C as a
request to stop at the next good moment.
"""

from __future__ import annotations

import copy
import math
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, NamedTuple, Protocol, Self, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import check_finite, check_number, check_shape, wrong_type, wrong_value
from nnmath._forward import Masks, forward_pass
from nnmath.backprop import backward_pass
from nnmath.costs import Cost
from nnmath.network import Network
from nnmath.optimizers import Optimizer, clip_gradients
from nnmath.regularization import dropout_mask, l1_penalty_backward, l2_penalty_backward


class StepTaker(Protocol):
    """What training needs of an optimiser."""

    def step(self, parameters: list[NDArray[Any]], gradients: list[NDArray[Any]], /) -> object:
        """Change the parameters in place."""


# What changes samples and gradients against learning too much


_Floats: TypeAlias = NDArray[Any]
#: From the inputs to other ones of the same shape, at random.
Augment: TypeAlias = Callable[[_Floats, np.random.Generator], _Floats]


class Regularizers(NamedTuple):
    """What is to be done, all of it checked."""

    l1: float = 0.0
    l2: float = 0.0
    #: A rate for each layer from the input to the last hidden one, or none at all.
    dropout: tuple[float, ...] = ()
    max_norm: float | None = None
    augment: Augment | None = None

    def with_penalties(self, dW: _Floats, W: _Floats) -> _Floats:
        """Return the derivative by weights with that of the penalties added."""
        dW = dW + l2_penalty_backward(W, self.l2) if self.l2 else dW
        return dW + l1_penalty_backward(W, self.l1) if self.l1 else dW


def draw_masks(
    network: Network, rates: Sequence[float], n_samples: int, rng: np.random.Generator
) -> Masks:
    """Draw a mask for each layer that drops some, divided by the probability to stay."""
    masks: list[_Floats | None] = []
    for rate, n in zip(rates, network.sizes, strict=False):
        if not rate:
            masks.append(None)
            continue
        mask = dropout_mask((n_samples, n), rate, rng=rng, dtype=network.dtype)
        masks.append(mask * network.dtype.type(1.0 / (1.0 - rate)))
    return masks


def augmented(x: _Floats, augment: Augment | None, rng: np.random.Generator) -> _Floats:
    """Return the inputs for an epoch."""
    if augment is None:
        return x
    given = x.view()
    given.flags.writeable = False
    name, new = "augment(x, rng)", augment(given, rng)
    if not isinstance(new, np.ndarray) or new.dtype.kind != "f":
        raise wrong_type(name, "a NumPy array of real floating-point numbers", new)
    check_shape(name, new, x.shape, "that of x")
    check_finite(**{name: new})
    return new.astype(x.dtype, copy=False)


def checked_regularizers(
    network: Network, l1: object, l2: object, dropout: object, augment: object, max_norm: object
) -> Regularizers:
    """Return what is to be done, if it fits the network."""
    if augment is not None and (not callable(augment) or isinstance(augment, type)):
        raise wrong_type("augment", "a function of the inputs and a generator", augment)
    return Regularizers(
        check_number("l1", l1, at_least=0.0),
        check_number("l2", l2, at_least=0.0),
        _checked_rates(dropout, len(network.weights)),
        None if max_norm is None else check_number("max_norm", max_norm, above=0.0),
        cast(Augment | None, augment),
    )


def _checked_rates(dropout: object, n_layers: int) -> tuple[float, ...]:
    """Return a rate for each layer before the last, the input first; nothing if all are 0."""
    if isinstance(dropout, (list, tuple)):
        if len(dropout) != n_layers:
            expected = f"a rate for each of the {n_layers} layers before the last"
            raise wrong_value("dropout", expected, f"{len(dropout)} rates")
        rates = tuple(_checked_rate(f"dropout[{i}]", rate) for i, rate in enumerate(dropout))
    else:
        rates = (0.0, *[_checked_rate("dropout", dropout)] * (n_layers - 1))
    return rates if any(rates) else ()


def _checked_rate(name: str, rate: object) -> float:
    """Return the rate at which a layer is dropped."""
    return check_number(name, rate, at_least=0.0, below=1.0)


# One pass


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


# While it runs


@contextmanager
def progress_bar(
    progress: bool | None, n_steps: int, unit: str = "batch"
) -> Iterator[Callable[[int], object]]:
    """Show a progress bar, or none; return what moves it.

    If it isn't said, there is one after two seconds, if somebody is looking.
    """
    watched = sys.stderr is not None and sys.stderr.isatty()
    if progress is False or (progress is None and not watched):
        yield lambda _: None
        return
    from tqdm import tqdm  # late, so that importing nnmath stays quick

    delay = 0.0 if progress else 2.0
    with tqdm(total=n_steps, unit=unit, delay=delay, leave=bool(progress)) as bar:
        yield bar.update


class Interrupt:
    """While it is entered, a first Ctrl-C sets `requested`, a second one raises.

    Python delivers signals to the main thread only, so elsewhere nothing is done.
    Nor is it where Ctrl-C is ignored, or handled by something that isn't Python.
    """

    def __init__(self) -> None:
        self.requested = False
        self._restore: list[Any] = []

    def __enter__(self) -> Self:
        """Take over the signal."""
        if threading.current_thread() is threading.main_thread():
            previous = signal.getsignal(signal.SIGINT)
            if previous not in (None, signal.SIG_IGN):
                signal.signal(signal.SIGINT, self._handle)
                self._restore.append(previous)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the signal back to whoever had it."""
        for previous in self._restore:
            signal.signal(signal.SIGINT, previous)
        self._restore.clear()

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        """Take note of the first Ctrl-C, raise at the second."""
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
