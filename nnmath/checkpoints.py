"""Checkpoints: all it takes to go on with training as if it had never stopped."""

import dataclasses
import os
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import (
    check_finite,
    check_generator,
    check_integer,
    check_kind,
    check_number,
    wrong_type,
    wrong_value,
)
from nnmath._files import StoredArrays, read_arrays, write_arrays
from nnmath._parameters import parameters_from_arrays, parameters_to_arrays
from nnmath.backprop import check_network
from nnmath.network import Network
from nnmath.optimizers import (
    Adam,
    AdamW,
    ConstantSchedule,
    CosineSchedule,
    GradientDescent,
    Momentum,
    Optimizer,
)
from nnmath.training import History

__all__ = ["Checkpoint", "load_checkpoint", "save_checkpoint"]


#: What is written of a history, apart from the best network.
_HISTORY_FIELDS = [f for f in dataclasses.fields(History) if not f.name.startswith("best")]
#: What stands before the names of the best network's arrays.
_BEST = "best "


_OPTIMIZERS: Mapping[str, type[Optimizer]] = MappingProxyType(
    {kind.__name__: kind for kind in (GradientDescent, Momentum, Adam, AdamW)}
)
_SCHEDULES: Mapping[str, Callable[..., Callable[[int], float]]] = MappingProxyType(
    {kind.__name__: kind for kind in (ConstantSchedule, CosineSchedule)}
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
        `GradientDescent`, `Momentum`, `Adam` or `AdamW`, with what it remembers. Its
        learning rate is a number, a `ConstantSchedule` or a `CosineSchedule`.
    rng : numpy.random.Generator
        The generator that shuffles the samples.
    history : History
        What was measured so far.

    Raises
    ------
    TypeError
        If an argument is of the wrong type, the optimiser or its schedule isn't one
        of nnmath's, or the generator's source isn't one of NumPy's.
    ValueError
        If an activation isn't one of `ACTIVATIONS`, a number isn't finite, the
        optimiser remembers the steps of another network, or the lists of the history
        differ in length.
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
    _check_memory(optimizer, network)
    source = _generator_to_json(rng)
    check_kind("history", history, History)
    header = {
        "network": description,
        "optimizer": optimizer_description,
        "rng": source,
        "history": _history_to_json(history),
    }
    best: dict[str, NDArray[Any]] = {}
    if history.best is not None:
        header["best"], best = _best_to_arrays(history)
    write_arrays(path, "checkpoint", header, arrays | memory | best)


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
        _check_memory(optimizer, network)
        rng = _generator_from_json(stored.header["rng"])
        history = _history_from_json(stored.header["history"])
        _add_best(history, stored)
    return Checkpoint(network, optimizer, rng, history)


def _history_to_json(history: History) -> dict[str, Any]:
    """Return the fields of a history, if all of them are what training writes."""
    fields: dict[str, Any] = {}
    for field in _HISTORY_FIELDS:
        name, value = f"history: {field.name}", getattr(history, field.name)
        if field.default_factory is list:
            value = _checked_column(name, value)
            if len(value) != len(history.epochs):
                raise wrong_value(name, "one entry for each epoch", f"{len(value)} entries")
        fields[field.name] = value
    if not isinstance(history.interrupted, bool):
        raise wrong_type("history: interrupted", "True or False", history.interrupted)
    fields["seconds"] = check_number("history: seconds", history.seconds, at_least=0.0)
    return fields


def _checked_column(name: str, value: object) -> list[float | None]:
    """Return a list with what was measured at each epoch; None where there was nothing."""
    if not isinstance(value, list):
        raise wrong_type(name, "a list", value)
    if name == "history: epochs":
        return [check_integer(f"{name}[{i}]", n, at_least=1) for i, n in enumerate(value)]
    optional = name != "history: cost"
    return [
        None if optional and entry is None else check_number(f"{name}[{i}]", entry)
        for i, entry in enumerate(value)
    ]


def _history_from_json(fields: Mapping[str, Any]) -> History:
    """Return the history that a file describes."""
    if fields.keys() != {field.name for field in _HISTORY_FIELDS}:
        raise ValueError(f"its history has the fields {', '.join(fields) or 'none'}")
    return History(**_history_to_json(History(**fields)))


def _best_to_arrays(history: History) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what describes the best network in a file, and its arrays by their names."""
    check_network(history.best)
    best = cast(Network, history.best)
    if history.best_epoch not in history.epochs:
        expected = "one of the epochs with a best network"
        raise wrong_value("history: best_epoch", expected, history.best_epoch)
    network, arrays = parameters_to_arrays(best.weights, best.biases, best.activations)
    header = {"epoch": history.best_epoch, "network": network}
    return header, {f"{_BEST}{name}": array for name, array in arrays.items()}


def _add_best(history: History, stored: StoredArrays) -> None:
    """Give a history the best network that a file has, if it has one."""
    if "best" not in stored.header:
        return
    best = stored.header["best"]
    if best["epoch"] not in history.epochs:
        raise ValueError(f"its best epoch is {best['epoch']}, which isn't one of its epochs")
    arrays = {name.removeprefix(_BEST): a for name, a in stored.arrays.items() if _BEST in name}
    own = StoredArrays(best["network"], arrays)
    history.best = Network.from_parameters(*parameters_from_arrays(best["network"], own))
    history.best_epoch = best["epoch"]


# An optimiser and a generator


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
        "settings": {
            name: _setting_to_json(getattr(optimizer, name)) for name in optimizer.settings
        },
        "n_steps": optimizer.n_steps,
        "n_arrays": {name: len(kept) for name, kept in optimizer.state.items()},
    }
    return description, arrays


def _optimizer_from_arrays(stored: StoredArrays) -> Optimizer:
    """Return the optimiser that a file describes."""
    description = stored.header["optimizer"]
    settings = {name: _setting_from_json(v) for name, v in description["settings"].items()}
    optimizer = _OPTIMIZERS[description["kind"]](**settings)
    optimizer.n_steps = check_integer("n_steps", description["n_steps"], at_least=0)
    optimizer.state = {
        name: [stored.array(f"{name}[{i}]") for i in range(n)]
        for name, n in description["n_arrays"].items()
    }
    return optimizer


def _setting_to_json(value: Any) -> Any:
    """Return a number as it is, and a schedule with its kind and its numbers."""
    if not callable(value):
        return value
    if type(value) not in _SCHEDULES.values():
        known = ", ".join(_SCHEDULES)
        raise wrong_type("optimizer: learning_rate", f"a number or one of {known}", value)
    return {"kind": type(value).__name__, **dataclasses.asdict(value)}


def _setting_from_json(value: Any) -> Any:
    """Return a number as it is, and a schedule from its kind and its numbers."""
    if not isinstance(value, dict):
        return value
    return _SCHEDULES[value["kind"]](**{n: v for n, v in value.items() if n != "kind"})


def _check_memory(optimizer: Optimizer, network: Network) -> None:
    """Refuse an optimiser that remembers anything but what it needs for the network."""
    if not optimizer.state:
        return  # no step yet
    if tuple(optimizer.state) != optimizer.memory:
        expected = f"one that remembers {', '.join(optimizer.memory) or 'nothing'}"
        raise wrong_value("optimizer", expected, f"one with {', '.join(optimizer.state)}")
    optimizer.prepare([*network.weights, *network.biases])


def _generator_to_json(rng: object) -> Any:
    """Return what describes a generator in a file."""
    source = check_generator("rng", rng).bit_generator
    if _SOURCES.get(type(source).__name__) is not type(source):
        raise wrong_type("rng", f"a generator on one of {', '.join(_SOURCES)}", source)
    return _to_json(source.state)


def _generator_from_json(described: Any) -> np.random.Generator:
    """Return the generator that a file describes."""
    state = _from_json(described)
    # NumPy believes where in its buffer a source stands, and would read beyond the end.
    for place, size in ((state["state"].get("pos"), 624), (state.get("buffer_pos"), 4)):
        if place is not None and not 0 <= place <= size:
            raise ValueError(f"its generator stands at {place} of {size}")
    source = _SOURCES[state["bit_generator"]](0)
    source.state = state
    return np.random.Generator(source)


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
