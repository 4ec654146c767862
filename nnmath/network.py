"""A network: layers of neurons, fed forward from the input to the output.

Layers are numbered l = 0 to L, and layer 0 is the input. The weights that lead
into layer l have shape (n_l, n_{l-1}) and stand in ``weights[l - 1]``, the biases
of layer l in ``biases[l - 1]``: lists over layers 1 to L are indexed l - 1.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from nnmath._arrays import Array, is_numpy, namespace
from nnmath._checks import (
    check_generator,
    check_name,
)
from nnmath._files import StoredArrays
from nnmath._forward import ForwardPass, feed_forward
from nnmath._parameters import (
    INITIALIZATIONS,
    Saved,
    check_numbers,
    checked_activations,
    checked_dtype,
    checked_parameters,
    checked_sizes,
    parameters_from_arrays,
    parameters_to_arrays,
)
from nnmath.activations import Activation

__all__ = ["ForwardPass", "Network", "feed_forward"]


class Network(Saved):
    """A fully connected network with its weights and biases.

    Parameters
    ----------
    sizes : sequence of int
        How many neurons each layer has, the input first; at least two layers, at
        least one neuron in each.
    activations : str, Activation, or a sequence of them, default "sigmoid"
        One for all layers after the input, or one for each.
    initialization : {"normal", "glorot", "he"}
        How the parameters start; see Notes.
    rng : numpy.random.Generator
        Where the chance comes from. The same seed gives the same network.
    dtype : data type, default float64
        The precision, float64 or float32.

    Attributes
    ----------
    weights : list of array
        ``weights[l - 1]`` leads from layer l - 1 into layer l, shape (n_l, n_{l-1}).
    biases : list of array
        ``biases[l - 1]`` belongs to layer l, shape (n_l,).
    activations : tuple of Activation
        ``activations[l - 1]`` belongs to layer l.

    Raises
    ------
    TypeError
        If a size isn't a whole number, `rng` isn't a generator, `dtype` is another
        one, or an activation is neither a name nor an `Activation`.
    ValueError
        If there are fewer than two layers, a layer has no neuron, or a name isn't
        known.

    Notes
    -----
    With n neurons before a layer and m in it, the starts are

    - "normal": weights and biases from the normal distribution of mean 0 and
      variance 1, as in the book;
    - "glorot": weights uniform between plus and minus sqrt(6 / (n + m)), biases 0;
    - "he": weights normal with variance 2 / n, biases 0.

    Numbers are drawn in float64, layer after layer, weights before biases: a seed
    gives the same network in both dtypes, up to rounding.

    References
    ----------
    X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward
    neural networks" (2010), eq. 16. K. He, X. Zhang, S. Ren, J. Sun, "Delving deep
    into rectifiers" (2015), eq. 10.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import Network
    >>> network = Network([2, 3, 2], rng=np.random.default_rng(0))
    >>> network
    Network(sizes=(2, 3, 2), activations=('sigmoid', 'sigmoid'), dtype=float64)
    >>> network.n_parameters
    17
    >>> [w.shape for w in network.weights], [b.shape for b in network.biases]
    ([(3, 2), (2, 3)], [(3,), (2,)])
    >>> network.predict([0.5, 1.0]).shape
    (2,)
    """

    _kind = "network"

    weights: list[Array]
    biases: list[Array]
    activations: tuple[Activation, ...]

    def __init__(
        self,
        sizes: Sequence[int],
        activations: str | Activation | Sequence[str | Activation] = "sigmoid",
        *,
        initialization: str = "normal",
        rng: np.random.Generator,
        dtype: DTypeLike = np.float64,
    ) -> None:
        layers = checked_sizes(sizes)
        self.activations = checked_activations(activations, len(layers) - 1)
        check_name("initialization", initialization, INITIALIZATIONS)
        check_generator("rng", rng)
        dtype = checked_dtype(dtype)
        self.weights, self.biases = [], []
        for n_before, n in itertools.pairwise(layers):
            W, b = INITIALIZATIONS[initialization](n, n_before, rng)
            self.weights.append(W.astype(dtype, copy=False))
            self.biases.append(b.astype(dtype, copy=False))

    @classmethod
    def from_parameters(
        cls,
        weights: Sequence[Array],
        biases: Sequence[Array],
        activations: str | Activation | Sequence[str | Activation] = "sigmoid",
    ) -> Self:
        """Return a network with given weights and biases.

        Parameters
        ----------
        weights : sequence of array
            For every layer l after the input a matrix of shape (n_l, n_{l-1}).
            NumPy arrays (float64 or float32) are copied; arrays of other libraries
            are taken as they are.
        biases : sequence of array
            For every layer l after the input a vector of shape (n_l,).
        activations : str, Activation, or a sequence of them, default "sigmoid"
            One for all layers after the input, or one for each.

        Returns
        -------
        Network
            The network.

        Raises
        ------
        TypeError
            If an array doesn't hold real floating-point numbers, or the arrays are
            of different libraries or dtypes.
        ValueError
            If the shapes don't fit each other, there is no layer, a number isn't
            finite, or an activation isn't known.

        Examples
        --------
        >>> from nnmath import Network
        >>> network = Network.from_parameters([[[2.0]]], [[-2.0]])
        >>> network.predict([1.0]).tolist()
        [0.5]
        """
        weights, biases = checked_parameters(weights, biases)
        chosen = checked_activations(activations, len(weights))
        check_numbers(weights, biases)
        network = cls.__new__(cls)
        network.weights = [_own_array(W) for W in weights]
        network.biases = [_own_array(b) for b in biases]
        network.activations = chosen
        return network

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many neurons each layer has, the input first."""
        return (self.weights[0].shape[1], *(W.shape[0] for W in self.weights))

    @property
    def n_parameters(self) -> int:
        """How many weights and biases there are."""
        return sum(math.prod(p.shape) for p in (*self.weights, *self.biases))

    @property
    def dtype(self) -> Any:
        """The dtype of weights and biases."""
        return self.weights[0].dtype

    def feed_forward(self, x: Array) -> ForwardPass:
        """Return all weighted inputs and activations for an input.

        Parameters
        ----------
        x : array, shape (..., n_0)
            The input; a batch holds one sample a row. Finite.

        Returns
        -------
        ForwardPass
            As `nnmath.feed_forward` gives it.

        Raises
        ------
        TypeError
            If the input doesn't hold real floating-point numbers, or is of another
            library than the weights.
        ValueError
            If a row isn't n_0 long, or a number isn't finite.

        Examples
        --------
        >>> from nnmath import Network
        >>> network = Network.from_parameters([[[2.0]]], [[-2.0]], "identity")
        >>> network.feed_forward([[1.0], [2.0]]).output.tolist()
        [[0.0], [2.0]]
        """
        return feed_forward(x, self.weights, self.biases, self.activations)

    def predict(self, x: Array) -> Array:
        """Return the activations of the last layer for an input.

        Parameters
        ----------
        x : array, shape (..., n_0)
            The input; a batch holds one sample a row. Finite.

        Returns
        -------
        array, shape (..., n_L)
            The output.

        Raises
        ------
        TypeError
            If the input doesn't hold real floating-point numbers, or is of another
            library than the weights.
        ValueError
            If a row isn't n_0 long, or a number isn't finite.

        Examples
        --------
        >>> from nnmath import Network
        >>> Network.from_parameters([[[2.0]]], [[1.0]], "identity").predict([3.0]).tolist()
        [7.0]
        """
        return self.feed_forward(x).output

    def copy(self) -> Self:
        """Return a network of the same numbers that shares no memory with this one.

        Returns
        -------
        Network
            The copy.

        Examples
        --------
        >>> from nnmath import Network
        >>> network = Network.from_parameters([[[2.0]]], [[1.0]])
        >>> other = network.copy()
        >>> other.weights[0][0, 0] = 5.0
        >>> network.weights[0].tolist()
        [[2.0]]
        """
        network = type(self).__new__(type(self))
        network.weights = [_copied(W) for W in self.weights]
        network.biases = [_copied(b) for b in self.biases]
        network.activations = self.activations
        return network

    def _to_arrays(self) -> tuple[dict[str, Any], dict[str, Array]]:
        return parameters_to_arrays(self.weights, self.biases, self.activations)

    @classmethod
    def _from_arrays(cls, stored: StoredArrays) -> Self:
        return cls.from_parameters(*parameters_from_arrays(stored.header, stored))

    def __repr__(self) -> str:
        """Describe sizes, activations and dtype."""
        names = tuple(activation.name for activation in self.activations)
        return f"{type(self).__name__}(sizes={self.sizes}, activations={names}, dtype={self.dtype})"


def _own_array(array: Array) -> Array:
    """Return a NumPy array as a copy with memory of its own, any other as it is."""
    return np.array(array, order="C") if is_numpy(array) else array


def _copied(array: Array) -> Array:
    """Return a copy of an array of any library."""
    return namespace(array).asarray(array, copy=True)
