"""How an optimiser and a generator are written into a checkpoint, and read from it."""

import dataclasses
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import check_finite, check_generator, check_integer, wrong_type, wrong_value
from nnmath._files import StoredArrays
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


def optimizer_to_arrays(optimizer: object) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
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


def optimizer_from_arrays(stored: StoredArrays) -> Optimizer:
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


def check_memory(optimizer: Optimizer, network: Network) -> None:
    """Refuse an optimiser that remembers anything but what it needs for the network."""
    if not optimizer.state:
        return  # no step yet
    if tuple(optimizer.state) != optimizer.memory:
        expected = f"one that remembers {', '.join(optimizer.memory) or 'nothing'}"
        raise wrong_value("optimizer", expected, f"one with {', '.join(optimizer.state)}")
    optimizer.prepare([*network.weights, *network.biases])


def generator_to_json(rng: object) -> Any:
    """Return what describes a generator in a file."""
    source = check_generator("rng", rng).bit_generator
    if _SOURCES.get(type(source).__name__) is not type(source):
        raise wrong_type("rng", f"a generator on one of {', '.join(_SOURCES)}", source)
    return _to_json(source.state)


def generator_from_json(described: Any) -> np.random.Generator:
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
