"""Samples for training: how they are checked, and how a network does on them."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath._arrays import is_numpy
from nnmath._checks import array_of_list, check_finite, wrong_type, wrong_value
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
