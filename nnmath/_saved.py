"""What networks and transformers have in common: they are written to files and read again."""

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from nnmath._arrays import Array, is_numpy
from nnmath._checks import wrong_type, wrong_value
from nnmath._files import StoredArrays, read_arrays, write_arrays
from nnmath.activations import ACTIVATIONS, Activation


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
