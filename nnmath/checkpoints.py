"""Checkpoints: all it takes to go on with training as if it had never stopped."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath._backward import check_network
from nnmath._checks import check_finite, check_generator, wrong_type
from nnmath._files import StoredArrays, read_arrays, write_arrays
from nnmath._parameters import parameters_from_arrays, parameters_to_arrays
from nnmath.network import Network
from nnmath.optimizers import Adam, GradientDescent, Momentum, Optimizer
from nnmath.training import History

__all__ = ["Checkpoint", "load_checkpoint", "save_checkpoint"]

_OPTIMIZERS: Mapping[str, type[Optimizer]] = MappingProxyType(
    {kind.__name__: kind for kind in (GradientDescent, Momentum, Adam)}
)
#: NumPy's own sources of chance; a file may not name anything else.
_SOURCES: Mapping[str, Callable[[int], np.random.BitGenerator]] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            np.random.PCG64,
            np.random.PCG64DXSM,
            np.random.MT19937,
            np.random.Philox,
            np.random.SFC64,
        )
    }
)


class Checkpoint(NamedTuple):
    """What `load_checkpoint` returns: the four things that `save_checkpoint` was given.

    Parameters
    ----------
    network : Network
        The network.
    optimizer : Optimizer
        The optimiser, with what it remembers.
    rng : numpy.random.Generator
        The generator, in the state it had.
    history : History
        The history.

    Examples
    --------
    >>> from nnmath import Checkpoint
    >>> Checkpoint._fields
    ('network', 'optimizer', 'rng', 'history')
    """

    network: Network
    optimizer: Optimizer
    rng: np.random.Generator
    history: History


def save_checkpoint(
    path: str | os.PathLike[str],
    *,
    network: Network,
    optimizer: Optimizer,
    rng: np.random.Generator,
    history: History,
) -> None:
    """Write the state of training to a file, or leave the old file as it is.

    Parameters
    ----------
    path : path
        Where to; by custom the name ends in ``.npz``.
    network : Network
        The network.
    optimizer : Optimizer
        `GradientDescent`, `Momentum` or `Adam`, with what it remembers.
    rng : numpy.random.Generator
        The generator that shuffles the samples.
    history : History
        What was measured so far.

    Raises
    ------
    TypeError
        If an argument is of the wrong type, the optimiser isn't one of nnmath's, or
        the generator's source isn't one of NumPy's.
    ValueError
        If an activation isn't one of `ACTIVATIONS`, or a number isn't finite.
    OSError
        If the file can't be written.

    Notes
    -----
    Training on from the file gives the same bits as never having stopped, on the
    same machine with the same versions of NumPy and nnmath. Only children that
    ``rng.spawn`` would make are others.

    The file is written beside its place under another name and moved there when it
    is whole. It holds arrays in NumPy's format and a header in JSON, and no pickle.

    Examples
    --------
    >>> import numpy as np, pathlib, tempfile
    >>> from nnmath import Momentum, Network, load_checkpoint, save_checkpoint, train
    >>> x, y = np.array([[0.0], [1.0]]), np.array([[1.0], [0.0]])
    >>> rng = np.random.default_rng(0)
    >>> network, optimizer = Network([1, 2, 1], rng=rng), Momentum(0.1)
    >>> history = train(network, x, y, epochs=2, optimizer=optimizer, rng=rng)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "training.npz"
    ...     save_checkpoint(path, network=network, optimizer=optimizer, rng=rng, history=history)
    ...     network, optimizer, rng, history = load_checkpoint(path)
    >>> history = train(network, x, y, epochs=3, optimizer=optimizer, rng=rng, history=history)
    >>> history.epochs
    [1, 2, 3, 4, 5]
    """
    check_network(network)
    description, arrays = parameters_to_arrays(network.weights, network.biases, network.activations)
    optimizer_description, memory = _optimizer_to_arrays(optimizer)
    source = check_generator("rng", rng).bit_generator
    if _SOURCES.get(type(source).__name__) is not type(source):
        raise wrong_type("rng", f"a generator on one of {', '.join(_SOURCES)}", source)
    if not isinstance(history, History):
        raise wrong_type("history", "a History", history)
    header = {
        "network": description,
        "optimizer": optimizer_description,
        "rng": _to_json(source.state),
        "history": dataclasses.asdict(history),
    }
    write_arrays(path, "checkpoint", header, arrays | memory)


def load_checkpoint(path: str | os.PathLike[str]) -> Checkpoint:
    """Return what `save_checkpoint` wrote.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Checkpoint
        The network, the optimiser, the generator and the history.

    Raises
    ------
    TypeError
        If the path isn't one.
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, was written by something else, or by a newer
        version of nnmath.

    Examples
    --------
    >>> from nnmath import load_checkpoint
    >>> load_checkpoint("no such file")
    Traceback (most recent call last):
        ...
    FileNotFoundError: path: expected a saved checkpoint, got 'no such file', which doesn't exist
    """
    with read_arrays(path, "checkpoint") as stored:
        parameters = parameters_from_arrays(stored.header["network"], stored)
        network = Network.from_parameters(*parameters)
        optimizer = _optimizer_from_arrays(stored)
        optimizer.prepare([*network.weights, *network.biases])
        state = _from_json(stored.header["rng"])
        source = _SOURCES[state["bit_generator"]](0)
        source.state = state
        history = _history_from_json(stored.header["history"])
    return Checkpoint(network, optimizer, np.random.Generator(source), history)


def _optimizer_to_arrays(optimizer: object) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what describes an optimiser in a file, and its arrays by their names."""
    kind = type(optimizer)
    if not isinstance(optimizer, Optimizer) or _OPTIMIZERS.get(kind.__name__) is not kind:
        raise wrong_type("optimizer", f"one of {', '.join(_OPTIMIZERS)}", optimizer)
    arrays = {
        f"{name}[{i}]": array
        for name, kept in optimizer.state.items()
        for i, array in enumerate(kept)
    }
    check_finite(**arrays)
    description = {
        "kind": kind.__name__,
        "settings": {name: getattr(optimizer, name) for name in optimizer.settings},
        "n_steps": optimizer.n_steps,
        "n_arrays": {name: len(kept) for name, kept in optimizer.state.items()},
    }
    return description, arrays


def _optimizer_from_arrays(stored: StoredArrays) -> Optimizer:
    """Return the optimiser that a file describes."""
    description = stored.header["optimizer"]
    optimizer = _OPTIMIZERS[description["kind"]](**description["settings"])
    optimizer.n_steps = int(description["n_steps"])
    optimizer.state = {
        name: [stored.array(f"{name}[{i}]") for i in range(n)]
        for name, n in description["n_arrays"].items()
    }
    return optimizer


def _history_from_json(fields: Mapping[str, Any]) -> History:
    """Return a history whose lists are of equal length."""
    history = History(**fields)
    for field in dataclasses.fields(History):
        value = getattr(history, field.name)
        if isinstance(value, list) != (field.default_factory is list):
            raise ValueError(f"its history's {field.name} is {value!r}")
        if isinstance(value, list) and len(value) != len(history.epochs):
            raise ValueError(f"its history has {len(value)} of {field.name}")
    return history


def _to_json(value: Any) -> Any:
    """Return the state of a generator with its arrays spelled out."""
    if isinstance(value, np.ndarray):
        return {"dtype": value.dtype.str, "values": value.tolist()}
    if isinstance(value, dict):
        return {name: _to_json(entry) for name, entry in value.items()}
    return value


def _from_json(value: Any) -> Any:
    """Return the state of a generator with its arrays made again."""
    if not isinstance(value, dict):
        return value
    if value.keys() == {"dtype", "values"}:
        return np.array(value["values"], dtype=value["dtype"])
    return {name: _from_json(entry) for name, entry in value.items()}
