"""The parameters of a transformer as it keeps them: by name, copied, saved and loaded."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from nnmath._arrays import Array, is_numpy, namespace
from nnmath._checks import check_integer, wrong_type, wrong_value
from nnmath._files import read_arrays, write_arrays
from nnmath.activations import ACTIVATIONS, Activation, get_activation
from nnmath.transformer._parameters import Sizes, checked_parameters

__all__ = ["Stored"]


class Stored:
    """What a transformer is made of."""

    parameters: dict[str, Array]
    sizes: Sizes
    positions: str
    activation: Activation

    @classmethod
    def from_parameters(
        cls,
        parameters: Mapping[str, Array],
        *,
        n_heads: int,
        positions: str = "learned",
        context: int | None = None,
        activation: str | Activation = "gelu",
    ) -> Self:
        """Return a transformer with given parameters.

        Parameters
        ----------
        parameters : mapping of array
            All parameters by their names; none is a shift if rows are normalised as by
            `rms_norm`. NumPy arrays (float64 or float32) are copied; arrays of other
            libraries are taken as they are.
        n_heads : int
            How many heads each block has.
        positions : {"learned", "sinusoidal", "rotary"}
            How it is told where a token stands.
        context : int, optional
            How many tokens it can see at most; there has to be one unless positions are
            learned.
        activation : str or Activation, default "gelu"
            That of the neurons.

        Returns
        -------
        Transformer
            The transformer.

        Raises
        ------
        TypeError
            If an array doesn't hold real floating-point numbers, or the arrays are of
            different libraries or dtypes.
        ValueError
            If a parameter is missing or unknown, the shapes don't fit each other or the
            number of heads, a number isn't finite, or the activation isn't known.

        Examples
        --------
        >>> import numpy as np
        >>> from nnmath import Transformer
        >>> rng = np.random.default_rng(0)
        >>> model = Transformer(5, width=8, n_layers=2, n_heads=2, context=6, rng=rng)
        >>> Transformer.from_parameters(model.parameters, n_heads=2).n_parameters
        1824
        """
        heads = check_integer("n_heads", n_heads, at_least=1)
        checked, sizes = checked_parameters(parameters, heads, positions, context)
        model = cls.__new__(cls)
        model.activation = get_activation(activation)
        model.sizes, model.positions = sizes, positions
        model.parameters = {
            name: np.array(array, order="C") if is_numpy(array) else array
            for name, array in checked.items()
        }
        return model

    @property
    def n_parameters(self) -> int:
        """How many numbers the parameters hold."""
        return sum(math.prod(array.shape) for array in self.parameters.values())

    @property
    def dtype(self) -> Any:
        """The dtype of the parameters."""
        return self.parameters["embedding"].dtype

    def copy(self) -> Self:
        """Return a transformer of the same numbers that shares no memory with this one.

        Returns
        -------
        Transformer
            The copy.

        Examples
        --------
        >>> import numpy as np
        >>> from nnmath import Transformer
        >>> rng = np.random.default_rng(0)
        >>> model = Transformer(5, width=8, n_layers=2, n_heads=2, context=6, rng=rng)
        >>> other = model.copy()
        >>> other.parameters["gain"][0] = 5.0
        >>> float(model.parameters["gain"][0])
        1.0
        """
        model = type(self).__new__(type(self))
        model.sizes, model.positions = self.sizes, self.positions
        model.activation = self.activation
        model.parameters = {
            name: namespace(array).asarray(array, copy=True)
            for name, array in self.parameters.items()
        }
        return model

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the transformer to a file, or leave the old file as it is.

        Parameters
        ----------
        path : path
            Where to; by custom the name ends in ``.npz``.

        Raises
        ------
        TypeError
            If the path isn't one, or the parameters aren't NumPy arrays.
        ValueError
            If the activation isn't one of `ACTIVATIONS`, a parameter isn't finite, or
            the shapes don't fit each other.
        OSError
            If the file can't be written.

        Notes
        -----
        The file is written beside its place under another name and moved there when it
        is whole. It holds arrays in NumPy's format and a header in JSON, and no pickle.

        Examples
        --------
        >>> import numpy as np, pathlib, tempfile
        >>> from nnmath import Transformer
        >>> rng = np.random.default_rng(0)
        >>> model = Transformer(5, width=8, n_layers=2, n_heads=2, context=6, rng=rng)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     model.save(pathlib.Path(folder) / "model.npz")
        ...     again = Transformer.load(pathlib.Path(folder) / "model.npz")
        >>> bool(np.all(again.parameters["embedding"] == model.parameters["embedding"]))
        True
        """
        if ACTIVATIONS.get(self.activation.name) is not self.activation:
            expected = "one of nnmath's own activations, since functions can't be saved"
            raise wrong_value("activation", expected, f"one called {self.activation.name!r}")
        arrays, _ = checked_parameters(
            self.parameters, self.sizes.n_heads, self.positions, self.sizes.context
        )
        for name, array in arrays.items():
            if not is_numpy(array):
                raise wrong_type(name, "a NumPy array", array)
        header = {
            "n_heads": self.sizes.n_heads,
            "positions": self.positions,
            "context": self.sizes.context,
            "activation": self.activation.name,
        }
        write_arrays(path, "transformer", header, arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the transformer that `save` wrote.

        Parameters
        ----------
        path : path
            The file.

        Returns
        -------
        Transformer
            The transformer, with the same bits.

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
        >>> from nnmath import Transformer
        >>> Transformer.load("no such file")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        FileNotFoundError: path: expected a saved transformer, got 'no such file', which ...
        """
        with read_arrays(path, "transformer") as stored:
            return cls.from_parameters(
                stored.arrays,
                n_heads=stored.header["n_heads"],
                positions=stored.header["positions"],
                context=stored.header["context"],
                activation=stored.header["activation"],
            )
