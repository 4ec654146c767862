"""Samples for training: how they are checked, how a network does on them, now and epoch after epoch."""

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from nnmath._arrays import is_numpy
from nnmath._checks import array_of_list, check_finite, check_kind, wrong_type, wrong_value
from nnmath._epochs import count_right
from nnmath._forward import forward_pass
from nnmath._parameters import check_input_width, checked_parameters, parameter_names
from nnmath.costs import COSTS, Cost
from nnmath.network import Network

#: Samples fed forward at once when a network is measured, to bound the memory.
_CHUNK = 4096


class Evaluation(NamedTuple):
    """How a network does on samples.

    Parameters
    ----------
    cost : float
        Mean cost of a sample.
    accuracy : float or None
        Share of samples whose largest output is where the largest target is; None
        for a network with one output.

    Examples
    --------
    >>> from nnmath import Evaluation
    >>> Evaluation(cost=0.25, accuracy=0.9)
    Evaluation(cost=0.25, accuracy=0.9)
    """

    cost: float
    accuracy: float | None


def check_trainable(network: Network) -> None:
    """Refuse a network whose parameters can't be trained."""
    weights, biases = checked_parameters(network.weights, network.biases)
    arrays = parameter_names(weights, biases)
    given = parameter_names(network.weights, network.biases)
    for name, array in arrays.items():
        if not is_numpy(array) or array is not given[name]:
            raise wrong_type(f"network: {name}", "a NumPy array", given[name])
        if array.dtype != weights[0].dtype:
            expected = f"{weights[0].dtype}, the dtype of weights[0]"
            raise wrong_type(f"network: {name}", expected, array)
        if not array.flags.writeable:
            expected = "an array that can be written to"
            raise wrong_value(f"network: {name}", expected, "a read-only one")
        check_finite(**{f"network: {name}": array})


def checked_samples(
    network: Network, x: object, y: object, cost: Cost, prefix: str = ""
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return inputs and targets in the network's dtype, if they fit it and the cost."""
    x = _checked_rows(f"{prefix}x", x)
    y = _checked_rows(f"{prefix}y", y)
    check_input_width(x, network.sizes[0], f"{prefix}x")
    if len(y) != len(x):
        expected = f"one row for each of the {len(x)} rows of {prefix}x"
        raise wrong_value(f"{prefix}y", expected, f"shape {y.shape}")
    if y.shape[1] != network.sizes[-1]:
        expected = f"{network.sizes[-1]} columns, one for each output of the network"
        raise wrong_value(f"{prefix}y", expected, f"shape {y.shape}")
    with np.errstate(over="ignore"):  # what is too large for the dtype is found below
        x, y = x.astype(network.dtype, copy=False), y.astype(network.dtype, copy=False)
    check_finite(**{f"{prefix}x": x, f"{prefix}y": y})
    if COSTS.get(cost.name) is cost:
        # Costs know which targets they take. Any output does to ask them.
        try:
            cost.function(np.zeros_like(y), y)
        except ValueError as error:
            raise ValueError(f"{prefix}{error}") from error
    return x, y


def _checked_rows(name: str, value: object) -> NDArray[Any]:
    """Return a NumPy array of floats with at least one row."""
    if isinstance(value, (list, tuple)):
        value = array_of_list(name, value)
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        expected = "a NumPy array of real floating-point numbers"
        if name.endswith("y") and getattr(value, "dtype", np.dtype(object)).kind in "iu":
            expected += " (for class labels: one_hot(labels, n_classes))"
        raise wrong_type(name, expected, value)
    if value.ndim != 2 or len(value) == 0:
        raise wrong_value(name, "a batch of at least one sample, one a row", f"shape {value.shape}")
    return value


def measure(network: Network, x: NDArray[Any], y: NDArray[Any], cost: Cost) -> Evaluation:
    """Measure a network on samples that were checked; the cost may be NaN."""
    total, right = 0.0, 0
    for start in range(0, len(x), _CHUNK):
        rows = slice(start, start + _CHUNK)
        forward = forward_pass(x[rows], network.weights, network.biases, network.activations)
        if not np.isfinite(forward.output).all():
            return Evaluation(math.nan, None)
        total += float(np.sum(cost.function(forward.output, y[rows]), dtype=np.float64))
        right += count_right(forward.output, y[rows])
    return Evaluation(total / len(x), right / len(x) if y.shape[1] > 1 else None)


@dataclass(repr=False)
class History:
    """What was measured in training, one entry an epoch.

    Parameters
    ----------
    epochs : list of int
        The numbers of the finished epochs, from 1.
    cost : list of float
        Mean cost of a sample, taken for each batch just before its step.
    accuracy : list of float or None
        Share of samples whose largest output is where the largest target is, taken
        likewise; None for a network with one output.
    validation_cost : list of float or None
        Mean cost on the validation samples at the end of the epoch; None without
        any.
    validation_accuracy : list of float or None
        Accuracy on the validation samples at the end of the epoch.
    interrupted : bool
        Whether the last call of `train` was stopped by Ctrl-C.
    seconds : float
        Time spent in `train`.
    best_epoch : int or None
        The epoch with the lowest validation cost, the first of several; None unless
        `train` was given ``patience``.
    best : Network or None
        A copy of the network as it was at the end of that epoch.

    Examples
    --------
    >>> from nnmath import History
    >>> History()
    History(no epochs)
    """

    epochs: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    accuracy: list[float | None] = field(default_factory=list)
    validation_cost: list[float | None] = field(default_factory=list)
    validation_accuracy: list[float | None] = field(default_factory=list)
    interrupted: bool = False
    seconds: float = 0.0
    best_epoch: int | None = None
    best: Network | None = field(default=None, compare=False)

    def __len__(self) -> int:
        """Return the number of finished epochs."""
        return len(self.epochs)

    def __repr__(self) -> str:
        """Sum up the last epoch."""
        if not self.epochs:
            return "History(no epochs)"
        parts = [f"{len(self)} epoch{'s' * (len(self) != 1)}"]
        for name in ("cost", "accuracy", "validation_cost", "validation_accuracy"):
            value = getattr(self, name)[-1]
            if value is not None:
                parts.append(f"{name} {value:.4g}")
        if self.best_epoch is not None:
            parts.append(f"best after epoch {self.best_epoch}")
        parts.append(f"{self.seconds:.1f} s{', interrupted' * self.interrupted}")
        return f"History({', '.join(parts)})"

    def note_best(self, network: Network) -> None:
        """Keep a copy of the network if no epoch before the last had its validation cost.

        Parameters
        ----------
        network : Network
            The network at the end of the last epoch.

        Raises
        ------
        TypeError
            If it isn't a network.
        ValueError
            If there is no epoch.
        """
        check_kind("network", network, Network)
        if not self.epochs:
            raise wrong_value("network", "that of a finished epoch", "a history without epochs")
        if self.best_epoch is None or _cost(self, -1) < _cost(self, self._index_of_best()):
            self.best_epoch, self.best = self.epochs[-1], network.copy()

    def waited(self) -> int:
        """Return how many epochs there were since the best.

        Returns
        -------
        int
            The number; 0 if no best epoch is known.
        """
        return 0 if self.best_epoch is None else self.epochs[-1] - self.best_epoch

    def _index_of_best(self) -> int:
        """Return where the best epoch stands in the lists."""
        return self.epochs.index(cast(int, self.best_epoch))


def _cost(history: History, index: int) -> float:
    """Return a validation cost; infinity where there is none."""
    cost = history.validation_cost[index]
    return math.inf if cost is None else cost
