"""GELU and its derivative together, piece by piece."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.activations import gelu, gelu_prime

__all__ = ["gelu_with_slope"]

#: So many numbers stay in the cache through all steps.
_PIECE = 16384
#: erfc(x) is about t (a_1 + a_2 t + ...) exp(-x^2) with t = 1 / (1 + p x), up to 1.5e-7.
#: M. Abramowitz, I. A. Stegun, "Handbook of mathematical functions" (1964), 7.1.26.
_P = 0.3275911
_A = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)


def gelu_with_slope(z: NDArray[Any], biases: NDArray[Any], slope: NDArray[Any]) -> None:
    """Add biases to weighted inputs and turn them into activations; fill in the slopes.

    In single precision with an error of some 1e-7, in double precision without.
    """
    step = max(1, _PIECE // z.shape[1])
    buffers = [np.empty((step, z.shape[1]), z.dtype) for _ in range(3)]
    for start in range(0, len(z), step):
        rows = slice(start, min(start + step, len(z)))
        z[rows] += biases
        if z.dtype == np.float64:
            slope[rows] = gelu_prime(z[rows])
            z[rows] = gelu(z[rows])
        else:
            _in_single_precision(z[rows], slope[rows], *(b[: rows.stop - start] for b in buffers))


def _in_single_precision(
    z: NDArray[Any], slope: NDArray[Any], power: NDArray[Any], t: NDArray[Any], tail: NDArray[Any]
) -> None:
    """Replace z by its GELU and fill in the slope; the other arrays are scratch."""
    np.multiply(z, z, out=power)
    power *= -0.5
    np.exp(power, out=power)
    np.abs(z, out=t)
    t *= _P / math.sqrt(2.0)
    t += 1.0
    np.divide(1.0, t, out=t)
    np.multiply(t, -0.5 * _A[4], out=tail)
    for a in _A[3::-1]:
        tail += -0.5 * a
        tail *= t
    tail *= power
    tail += 0.5  # half less the tail: what lies between 0 and |z|
    np.copysign(tail, z, out=tail)
    tail += 0.5
    power *= z
    power *= 1.0 / math.sqrt(2.0 * math.pi)
    np.add(tail, power, out=slope)
    z *= tail
