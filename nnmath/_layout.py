"""Where each weight and bias lies when all of them are laid end to end, for `nnmath._fast`."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnmath._calls import CACHE_LINE, Layer, aligned_zeros
from nnmath.network import Network

__all__ = ["ONE_AND_ZERO", "Layout"]

_Floats: TypeAlias = NDArray[Any]

#: For each activation the weighted inputs that give exactly 1 and exactly 0.
ONE_AND_ZERO = {
    "identity": (1.0, 0.0),
    "relu": (1.0, 0.0),
    "sigmoid": (50.0, -50.0),
    "tanh": (50.0, 0.0),
}


class Layout:
    """Where each weight and bias lies among all parameters laid end to end."""

    def __init__(self, network: Network) -> None:
        self._sizes = network.sizes
        self._activations = [activation.name for activation in network.activations]
        self._dtype = np.dtype(network.dtype)
        line = CACHE_LINE // self._dtype.itemsize
        # Room for the neuron that gives 1, then up to a whole line.
        self.widths = [math.ceil((n + 1) / line) * line for n in self._sizes[:-1]]
        self.widths.append(self._sizes[-1])

    def zeros(self) -> _Floats:
        """Return zeros for all parameters."""
        pairs = itertools.pairwise(self.widths)
        return aligned_zeros((sum(before * width for before, width in pairs),), self._dtype)

    def _matrices(self, flat: _Floats) -> Iterator[_Floats]:
        """Return the part of each layer as a matrix."""
        start = 0
        for before, width in itertools.pairwise(self.widths):
            yield flat[start : start + width * before].reshape(width, before)
            start += width * before

    def layers(self, parameters: _Floats, gradient: _Floats) -> list[Layer]:
        """Return the layers after the input."""
        matrices = zip(self._matrices(parameters), self._matrices(gradient), strict=True)
        names = zip(self._activations, self._sizes[1:], strict=True)
        return [Layer(*name, *pair) for name, pair in zip(names, matrices, strict=True)]

    def weights_alone(self, value: float) -> _Floats:
        """Return a value for each weight, and zeros for biases and what was added."""
        flat = self.zeros()
        sizes = itertools.pairwise(self._sizes)
        for M, (n_before, n) in zip(self._matrices(flat), sizes, strict=True):
            M[:n, :n_before] = value
        return flat

    def pack(self, weights: Sequence[_Floats], biases: Sequence[_Floats]) -> _Floats:
        """Lay arrays like the weights and biases end to end."""
        flat = self.zeros()
        for M, W, b in zip(self._matrices(flat), weights, biases, strict=True):
            n, n_before = W.shape
            M[:n, :n_before] = W
            M[:n, n_before] = b
        return flat

    def unpack(self, flat: _Floats, weights: Sequence[_Floats], biases: Sequence[_Floats]) -> None:
        """Write into arrays like the weights and biases what was laid end to end."""
        for M, W, b in zip(self._matrices(flat), weights, biases, strict=True):
            n, n_before = W.shape
            W[...] = M[:n, :n_before]
            b[...] = M[:n, n_before]

    def add_constant_neurons(self, parameters: _Floats) -> None:
        """Let the first neuron added to a hidden layer give 1, and the others 0.

        Their slopes are 0, or are made so, so that they never learn.
        """
        matrices = list(self._matrices(parameters))[:-1]
        sizes = itertools.pairwise(self._sizes[:-1])
        for M, name, (n_before, n) in zip(matrices, self._activations[:-1], sizes, strict=True):
            one, zero = ONE_AND_ZERO[name]
            M[n, n_before] = one
            M[n + 1 :, n_before] = zero

    def input(self, n_samples: int, one: float) -> _Floats:
        """Return room for samples, beside them the input that stands for 1."""
        room = aligned_zeros((n_samples, self.widths[0]), self._dtype)
        room[:, self._sizes[0]] = one
        return room
