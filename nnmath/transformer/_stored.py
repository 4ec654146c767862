"""The parameters of a transformer as it keeps them: by name, copied, saved and loaded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from nnmath._arrays import Array, is_numpy, namespace
from nnmath._checks import check_integer
from nnmath._files import StoredArrays
from nnmath._saved import Saved, check_can_be_saved
from nnmath.activations import Activation, get_activation
from nnmath.transformer._parameters import Sizes, checked_parameters

__all__ = ["Stored"]


class Stored(Saved):
    """What a transformer is made of."""

    _kind = "transformer"

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

    def _to_arrays(self) -> tuple[dict[str, Any], dict[str, Array]]:
        context = self.sizes.context
        arrays, _ = checked_parameters(self.parameters, self.sizes.n_heads, self.positions, context)
        check_can_be_saved({"activation": self.activation}, arrays)
        header = {
            "n_heads": self.sizes.n_heads,
            "positions": self.positions,
            "context": context,
            "activation": self.activation.name,
        }
        return header, arrays

    @classmethod
    def _from_arrays(cls, stored: StoredArrays) -> Self:
        names = ("n_heads", "positions", "context", "activation")
        return cls.from_parameters(stored.arrays, **{name: stored.header[name] for name in names})
