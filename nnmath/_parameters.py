"""The parameters of a network: how they are checked, named, started, and written to files and read again."""

import math
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnmath._arrays import Array, is_numpy
from nnmath._checks import (
    check_finite,
    check_integer,
    check_shape,
    floating_arrays,
    wrong_type,
    wrong_value,
)
from nnmath._files import StoredArrays, read_arrays, write_arrays
from nnmath.activations import ACTIVATIONS, Activation, checked_activation

_DTYPES = (np.dtype(np.float64), np.dtype(np.float32))


def checked_parameters(
    weights: Sequence[Array], biases: Sequence[Array]
) -> tuple[list[Array], list[Array]]:
    """Return weights and biases as lists of arrays that fit each other."""
    for name, value in (("weights", weights), ("biases", biases)):
        if not isinstance(value, (list, tuple)):
            raise wrong_type(name, "a list of arrays, one for each layer after the input", value)
    if not weights:
        raise wrong_value("weights", "at least one matrix", "none")
    if len(biases) != len(weights):
        expected = f"{len(weights)} vectors, one for each matrix of weights"
        raise wrong_value("biases", expected, str(len(biases)))
    _, *arrays = floating_arrays(**parameter_names(weights, biases))
    weights, biases = arrays[: len(weights)], arrays[len(weights) :]
    for l_before, (W, b) in enumerate(zip(weights, biases, strict=True)):
        _check_layer(l_before, W, b, None if l_before == 0 else weights[l_before - 1])
    return weights, biases


def _check_layer(l_before: int, W: Array, b: Array, W_before: Array | None) -> None:
    """Refuse the parameters of a layer that don't fit each other or the layer before."""
    name = f"weights[{l_before}]"
    if W.ndim != 2 or 0 in W.shape:
        expected = "a matrix with at least one row and one column"
        raise wrong_value(name, expected, f"shape {tuple(W.shape)}")
    if W_before is not None and W.shape[1] != W_before.shape[0]:
        expected = f"{W_before.shape[0]} columns, one for each row of weights[{l_before - 1}]"
        raise wrong_value(name, expected, f"shape {tuple(W.shape)}")
    check_shape(f"biases[{l_before}]", b, (W.shape[0],), f"one bias for each row of {name}")


def check_numbers(weights: Sequence[Array], biases: Sequence[Array]) -> None:
    """Refuse parameters that aren't finite, or not all of one dtype a network may have."""
    for name, array in parameter_names(weights, biases).items():
        check_finite(**{name: array})
        if array.dtype != weights[0].dtype:
            raise TypeError(
                f"{name}: expected {weights[0].dtype}, the dtype of weights[0], got {array.dtype}"
            )
    if is_numpy(weights[0]):
        checked_dtype(weights[0].dtype, "weights[0]")


def parameter_names(weights: Sequence[Array], biases: Sequence[Array]) -> dict[str, Array]:
    """Return every parameter under the name that error messages give it."""
    named = {f"weights[{i}]": W for i, W in enumerate(weights)}
    return named | {f"biases[{i}]": b for i, b in enumerate(biases)}


def checked_activations(
    activations: str | Activation | Sequence[str | Activation], n_layers: int
) -> tuple[Activation, ...]:
    """Return an activation for each layer after the input."""
    # An Activation is a tuple too, so it comes first.
    if isinstance(activations, (str, Activation)):
        return (checked_activation("activations", activations),) * n_layers
    if not isinstance(activations, (list, tuple)):
        raise wrong_type("activations", "a name, an Activation, or a list of them", activations)
    if len(activations) != n_layers:
        expected = f"{n_layers}, one for each layer after the input"
        raise wrong_value("activations", expected, str(len(activations)))
    return tuple(checked_activation(f"activations[{i}]", a) for i, a in enumerate(activations))


def parameters_to_arrays(
    weights: Sequence[Array], biases: Sequence[Array], activations: Sequence[Activation]
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what describes a network in a file, and its arrays by their names.

    The attributes of a network can be set to anything, so all is checked that
    would keep the file from being read, before an old file is replaced.
    """
    weights, biases = checked_parameters(weights, biases)
    chosen = checked_activations(activations, len(weights))
    arrays = parameter_names(weights, biases)
    named = {f"activations[{i}]": activation for i, activation in enumerate(chosen)}
    check_can_be_saved(named, arrays)
    check_numbers(weights, biases)
    return {"activations": [activation.name for activation in chosen]}, arrays


def parameters_from_arrays(
    description: Mapping[str, Any], stored: StoredArrays
) -> tuple[list[Array], list[Array], list[str]]:
    """Return the weights, biases and activations that a file describes."""
    names = description["activations"]
    weights = [stored.array(f"weights[{i}]") for i in range(len(names))]
    biases = [stored.array(f"biases[{i}]") for i in range(len(names))]
    return weights, biases, names


def check_input_width(x: Array, width: int, name: str = "x") -> None:
    """Refuse input that hasn't one entry for each neuron of the input layer."""
    if x.ndim == 0 or x.shape[-1] != width:
        expected = f"{width} numbers a sample, one for each neuron of the input layer"
        raise wrong_value(name, expected, f"shape {tuple(x.shape)}")


def checked_sizes(sizes: object) -> tuple[int, ...]:
    """Return the sizes of the layers as a tuple of ints."""
    if isinstance(sizes, np.ndarray) and sizes.ndim == 1:
        sizes = list(sizes)
    if not isinstance(sizes, (list, tuple)):
        raise wrong_type("sizes", "a list of whole numbers", sizes)
    if len(sizes) < 2:
        raise wrong_value("sizes", "at least two layers, the input and the output", sizes)
    return tuple(check_integer(f"sizes[{i}]", n, at_least=1) for i, n in enumerate(sizes))


def checked_dtype(dtype: DTypeLike, name: str = "dtype") -> np.dtype[Any]:
    """Return the dtype of a network of NumPy arrays."""
    try:
        result = np.dtype(dtype)
    except TypeError as error:
        raise TypeError(f"{name}: expected float64 or float32, got {dtype!r}") from error
    if result not in _DTYPES:
        raise TypeError(f"{name}: expected float64 or float32, got {result}")
    return result


def _normal(n: int, n_before: int, rng: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any]]:
    """Draw weights and biases from the normal distribution, as the book does."""
    return rng.standard_normal((n, n_before)), rng.standard_normal(n)


def _glorot(n: int, n_before: int, rng: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any]]:
    """Draw weights that keep the variance both ways, for tanh and the like."""
    bound = math.sqrt(6.0 / (n_before + n))
    return rng.uniform(-bound, bound, (n, n_before)), np.zeros(n)


def _he(n: int, n_before: int, rng: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any]]:
    """Draw weights that keep the variance through rectifiers."""
    return math.sqrt(2.0 / n_before) * rng.standard_normal((n, n_before)), np.zeros(n)


#: Returns the weights and biases of a layer of n neurons after one of n_before.
_Draw = Callable[[int, int, np.random.Generator], tuple[NDArray[Any], NDArray[Any]]]
#: Every start by its name.
INITIALIZATIONS: Mapping[str, _Draw] = MappingProxyType(
    {"normal": _normal, "glorot": _glorot, "he": _he}
)


# Files, of networks and of transformers


class Saved(ABC):
    """Something that a file can hold."""

    #: What a file says that it holds.
    _kind: ClassVar[str]

    @abstractmethod
    def _to_arrays(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Return what describes this in a file, and its arrays by their names, all checked."""

    @classmethod
    @abstractmethod
    def _from_arrays(cls, stored: StoredArrays) -> Self:
        """Return what a file describes."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, or leave the old file as it is.

        Parameters
        ----------
        path : path
            Where to; by custom the name ends in ``.npz``.

        Raises
        ------
        TypeError
            If the path isn't one, or the parameters aren't NumPy arrays of one dtype,
            float64 or float32.
        ValueError
            If an activation isn't one of `ACTIVATIONS`, a parameter isn't finite, the
            shapes don't fit each other, or the path is that of a folder.
        OSError
            If the file can't be written.

        Notes
        -----
        The file is written beside its place under another name and moved there when it
        is whole. It holds arrays in NumPy's format and a header in JSON, and no pickle.

        Examples
        --------
        >>> import numpy as np, pathlib, tempfile
        >>> from nnmath import Network
        >>> network = Network([2, 3], rng=np.random.default_rng(0))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     network.save(pathlib.Path(folder) / "network.npz")
        ...     again = Network.load(pathlib.Path(folder) / "network.npz")
        >>> bool(np.all(again.weights[0] == network.weights[0]))
        True
        """
        description, arrays = self._to_arrays()
        write_arrays(path, self._kind, description, arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return what `save` wrote.

        Parameters
        ----------
        path : path
            The file.

        Returns
        -------
        Network or Transformer
            What was saved, with the same bits.

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
        >>> from nnmath import Network
        >>> Network.load("no such file")
        Traceback (most recent call last):
            ...
        FileNotFoundError: path: expected a saved network, got 'no such file', which doesn't exist
        """
        with read_arrays(path, cls._kind) as stored:
            return cls._from_arrays(stored)


def check_can_be_saved(activations: Mapping[str, Activation], arrays: Mapping[str, Array]) -> None:
    """Refuse functions that aren't ours, and arrays of other libraries, by their names."""
    for name, activation in activations.items():
        if ACTIVATIONS.get(activation.name) is not activation:
            expected = "one of nnmath's own activations, since functions can't be saved"
            raise wrong_value(name, expected, f"one called {activation.name!r}")
    for name, array in arrays.items():
        if not is_numpy(array):
            raise wrong_type(name, "a NumPy array", array)
