"""Training: steps over and over, on small batches of the samples."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import check_generator, check_integer, check_kind, wrong_type, wrong_value
from nnmath._epochs import (
    Augment,
    EpochResult,
    Epochs,
    Interrupt,
    PlainEpochs,
    Snapshot,
    StepTaker,
    Task,
    checked_regularizers,
    progress_bar,
)
from nnmath._fast import FastEpochs
from nnmath._samples import Evaluation, History, check_trainable, checked_samples, measure
from nnmath.backprop import check_network, check_reduction, checked_cost
from nnmath.costs import Cost
from nnmath.network import Network
from nnmath.optimizers import GradientDescent, Optimizer

__all__ = ["Evaluation", "History", "evaluate", "train"]

Samples = tuple[NDArray[Any], NDArray[Any]]


def evaluate(
    network: Network,
    x: NDArray[Any],
    y: NDArray[Any],
    *,
    cost: str | Cost = "squared_error",
) -> Evaluation:
    """Measure a network on samples.

    Parameters
    ----------
    network : Network
        A network of NumPy arrays; it stays as it is.
    x : ndarray, shape (N, n_0)
        Inputs, one sample a row; at least one. Finite.
    y : ndarray, shape (N, n_L)
        Targets; for class labels `one_hot` gives them.
    cost : str or Cost, default "squared_error"
        The cost of a sample.

    Returns
    -------
    Evaluation
        The mean ``cost``, and the ``accuracy``: the share of samples whose largest
        output is where the largest target is, None for a network with one output.

    Raises
    ------
    TypeError
        If an array isn't a NumPy array of real floating-point numbers.
    ValueError
        If the shapes don't fit, there is no sample, a number isn't finite (nor
        would be the cost), the targets aren't what the cost takes, or the cost isn't
        known or doesn't fit the last activation.

    Examples
    --------
    >>> from nnmath import Network, evaluate
    >>> network = Network.from_parameters([[[1.0], [-1.0]]], [[0.0, 0.0]], "identity")
    >>> evaluate(network, [[1.0], [2.0]], [[1.0, 0.0], [0.0, 1.0]])
    Evaluation(cost=7.0, accuracy=0.5)
    """
    check_network(network)
    check_trainable(network)
    chosen = checked_cost(network, cost)
    inputs, targets = checked_samples(network, x, y, chosen)
    with np.errstate(over="ignore", invalid="ignore"):  # told as an error below
        evaluation = measure(network, inputs, targets, chosen)
    if not math.isfinite(evaluation.cost):
        raise wrong_value("network", "finite outputs and a finite cost", "NaN or infinity")
    return evaluation


def train(
    network: Network,
    x: NDArray[Any],
    y: NDArray[Any],
    *,
    epochs: int,
    batch_size: int = 10,
    optimizer: Optimizer | StepTaker | None = None,
    cost: str | Cost = "squared_error",
    reduction: str = "mean",
    rng: np.random.Generator,
    validation: Samples | None = None,
    patience: int | None = None,
    l1: float = 0.0,
    l2: float = 0.0,
    dropout: float | Sequence[float] = 0.0,
    augment: Augment | None = None,
    max_norm: float | None = None,
    history: History | None = None,
    progress: bool | None = None,
) -> History:
    """Train a network on samples, in mini-batches; it learns in place.

    Parameters
    ----------
    network : Network
        A network of NumPy arrays; its weights and biases are changed in place.
    x : ndarray, shape (N, n_0)
        Inputs, one sample a row; at least one. Finite.
    y : ndarray, shape (N, n_L)
        Targets; for class labels `one_hot` gives them.
    epochs : int
        How often to go through all samples, at least 1.
    batch_size : int, default 10
        How many samples there are to a step, at least 1. The last batch of an
        epoch has what is left.
    optimizer : optimizer, optional
        What changes the parameters: `GradientDescent`, `Momentum`, `Adam`, `AdamW`, or
        anything with a method ``step(parameters, gradients)`` that changes arrays
        in place; the parameters are the weights, then the biases. By default
        ``GradientDescent(0.1)``.
    cost : str or Cost, default "squared_error"
        The cost of a sample. One that takes logits needs "identity" as the last
        activation.
    reduction : {"mean", "sum"}
        Whether the cost of a batch is the mean or the sum of its samples' costs.
    rng : numpy.random.Generator
        Shuffles the samples before each epoch, then augments them, and draws what is
        dropped. The same seed gives the same bits.
    validation : tuple of two ndarray, optional
        Inputs and targets to measure the network on after each epoch.
    patience : int, optional
        Stop when so many epochs in a row, at least 1, have brought no lower validation
        cost. The network of the best epoch is the history's ``best``.
    l1, l2 : float, default 0.0
        The strengths of `l1_penalty` and `l2_penalty`, which are added to the cost of
        each batch for all weights, not for the biases; at least 0.
    dropout : float or sequence of float, default 0.0
        The rate of `dropout` for the activations of each hidden layer, or a sequence
        with one for each layer before the last, the input first; from 0 to below 1.
    augment : callable, optional
        Called before each epoch as ``augment(x, rng)``; returns the inputs for that
        epoch, an array of the same shape, such as `jitter_images` makes.
    max_norm : float, optional
        How long the gradient of a batch may be before `clip_gradients` cuts it, above
        0. The penalties are a part of it.
    history : History, optional
        One to be continued.
    progress : bool, optional
        Whether to show a progress bar. By default there is one if the work takes
        longer than two seconds and somebody is looking (stderr is a terminal).

    Returns
    -------
    History
        What was measured: the one given, or a new one.

    Raises
    ------
    TypeError
        If an argument is of the wrong type or dtype.
    ValueError
        If an argument has the wrong shape or is out of range, the targets aren't
        what the cost takes, a name isn't known, or there is patience but nothing to
        validate on.
    FloatingPointError
        If training diverges: the cost or a parameter is no longer finite. The
        network, the optimiser and `rng` are then as before that epoch, and the
        history ends there.

    Notes
    -----
    When an argument is refused, nothing was changed.

    Ctrl-C stops training after the step at work, and what was learned is kept; the
    history then says so. An unfinished epoch isn't in it. A second Ctrl-C raises
    `KeyboardInterrupt` at once. Both need the main thread.

    N epochs, then M with the same optimiser, `rng`, history and other arguments, are
    the same as N + M in one go, bit for bit; `save_checkpoint` keeps the first three
    and the network. A training whose patience is at an end doesn't go on.

    The cost in the history is that of the samples as the network saw them, augmented
    and with neurons dropped, and without the penalties. That on the validation samples
    has none of this.

    Networks of identity, sigmoid, tanh and ReLU with nnmath's own costs and
    optimisers take a quicker way to the same numbers, up to rounding. It makes a
    copy of ``x``. No argument here is a reason to leave it.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import GradientDescent, Network, evaluate, train
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> y = np.array([[0.0], [1.0], [1.0], [0.0]])
    >>> rng = np.random.default_rng(0)
    >>> network = Network([2, 4, 1], "tanh", rng=rng)
    >>> optimizer = GradientDescent(0.3)
    >>> history = train(network, x, y, epochs=500, batch_size=4, optimizer=optimizer, rng=rng)
    >>> len(history), history.cost[-1] < 0.01
    (500, True)
    >>> network.predict(x).round().tolist()
    [[0.0], [1.0], [1.0], [0.0]]
    """
    check_network(network)
    check_trainable(network)
    chosen = checked_cost(network, cost)
    check_reduction(reduction)
    inputs, targets = checked_samples(network, x, y, chosen)
    held_out = _checked_validation(network, validation, chosen)
    patience = _checked_patience(patience, held_out)
    regularizers = checked_regularizers(network, l1, l2, dropout, augment, max_norm)
    epochs = check_integer("epochs", epochs, at_least=1)
    batch_size = min(check_integer("batch_size", batch_size, at_least=1), len(inputs))
    check_generator("rng", rng)
    history = _checked_history(history)
    if progress is not None and not isinstance(progress, bool):
        raise wrong_type("progress", "True, False or None", progress)
    optimizer = _checked_optimizer(optimizer, network)  # last, since it makes room
    task = Task(
        network, inputs, targets, batch_size, optimizer, chosen, reduction, regularizers, rng
    )
    n_batches = math.ceil(len(inputs) / batch_size)
    with progress_bar(progress, epochs * n_batches) as advance:
        _train(task, held_out, patience, epochs=epochs, history=history, advance=advance)
    return history


def _train(
    task: Task,
    validation: Samples | None,
    patience: int | None,
    *,
    epochs: int,
    history: History,
    advance: Callable[[int], object],
) -> None:
    """Go through the samples until it is enough, or Ctrl-C, or the numbers break."""
    history.interrupted = False
    rng = cast(np.random.Generator, task.rng)
    # Overflow isn't a warning here: training that diverges is told as an error.
    with Interrupt() as interrupt, np.errstate(over="ignore", invalid="ignore"):
        way: Epochs = FastEpochs(task) if FastEpochs.fits(task) else PlainEpochs(task)
        for _ in range(epochs):
            if patience is not None and history.waited() >= patience:
                return
            before = Snapshot(task, rng)
            with _timed(history):
                result = _epoch(way, rng.permutation(len(task.x)), interrupt, advance)
                on_validation = _validate(task, validation) if result.finished else None
            if result.finished:
                if not _is_finite(task.network, result, on_validation):
                    before.restore(task, rng)
                    raise FloatingPointError(_diverged(history, task))
                _record(history, result, on_validation)
                if patience is not None:
                    history.note_best(task.network)
            if interrupt.requested:
                history.interrupted = True
                return


def _epoch(
    way: Epochs,
    order: NDArray[np.intp],
    interrupt: Interrupt,
    advance: Callable[[int], object],
) -> EpochResult:
    """Go through the samples once; whatever happens, the network has what was learned."""
    try:
        return way.run(order, interrupt, advance)
    finally:
        way.write_back()


def _validate(task: Task, validation: Samples | None) -> Evaluation | None:
    """Measure the network on the validation samples, if there are any."""
    return measure(task.network, *validation, task.cost) if validation else None


def _is_finite(network: Network, result: EpochResult, on_validation: Evaluation | None) -> bool:
    """Say whether all numbers of an epoch are finite."""
    costs = [result.cost] if on_validation is None else [result.cost, on_validation.cost]
    parameters = (*network.weights, *network.biases)
    return all(map(math.isfinite, costs)) and all(np.isfinite(p).all() for p in parameters)


def _diverged(history: History, task: Task) -> str:
    """Return the message for training that diverged."""
    return (
        f"training diverged in epoch {_next_epoch(history)}: expected finite numbers, got a cost "
        f"or parameters that aren't, with {task.optimizer!r}; everything is as before that epoch, "
        "and a smaller learning rate may help"
    )


def _next_epoch(history: History) -> int:
    """Return the number of the epoch after the last finished one."""
    return history.epochs[-1] + 1 if history.epochs else 1


def _record(history: History, result: EpochResult, on_validation: Evaluation | None) -> None:
    """Add an epoch to the history."""
    history.epochs.append(_next_epoch(history))
    history.cost.append(result.cost)
    history.accuracy.append(result.accuracy)
    history.validation_cost.append(on_validation and on_validation.cost)
    history.validation_accuracy.append(on_validation and on_validation.accuracy)


@contextmanager
def _timed(history: History) -> Iterator[None]:
    """Add the time spent inside to the history."""
    start = time.perf_counter()
    try:
        yield
    finally:
        history.seconds += time.perf_counter() - start


def _checked_validation(network: Network, validation: object, cost: Cost) -> Samples | None:
    """Return the validation samples, if there are any."""
    if validation is None:
        return None
    if not isinstance(validation, (list, tuple)) or len(validation) != 2:
        raise wrong_type("validation", "a pair of inputs and targets", validation)
    x, y = validation
    return checked_samples(network, x, y, cost, prefix="validation ")


def _checked_patience(patience: object, validation: Samples | None) -> int | None:
    """Return for how many epochs to wait, if there is something to wait for."""
    if patience is None:
        return None
    if validation is None:
        raise wrong_value("validation", "samples to be patient with", None)
    return check_integer("patience", patience, at_least=1)


def _checked_optimizer(optimizer: object, network: Network) -> StepTaker:
    """Return an optimiser that can go on with the network."""
    if optimizer is None:
        return GradientDescent(0.1)
    if not callable(getattr(optimizer, "step", None)) or isinstance(optimizer, type):
        raise wrong_type("optimizer", "an optimizer, such as GradientDescent(0.1)", optimizer)
    if isinstance(optimizer, Optimizer):
        optimizer.prepare([*network.weights, *network.biases])
    return cast(StepTaker, optimizer)


def _checked_history(history: object) -> History:
    """Return a history to add to."""
    return History() if history is None else check_kind("history", history, History)
