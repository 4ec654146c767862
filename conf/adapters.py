"""How a function of the package is called with what a formula has: the same function, other words.

The left column of `functions` is what a page names and links; a formula's symbols are handed to
the adapter beside it, which calls that function and no other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnmath import (
    Activation,
    Adam,
    GradientDescent,
    Network,
    attention_backward,
    backpropagate,
    feed_forward,
)


def _activation(N: Callable[[Any], Any], dN: Callable[[Any], Any] | None = None) -> Activation:
    """Return an unspecified function N of the page as an activation function."""

    def backward(da: Any, z: Any) -> Any:
        if dN is None:
            raise TypeError("the derivative of N was not given")
        return da * dN(z)

    return Activation("N", N, backward)


def _feed_forward(weights: Any, biases: Any, x: Any, N: Any) -> Any:
    return feed_forward(x, weights, biases, _activation(N))


def _backpropagate(weights: Any, biases: Any, x: Any, y: Any, N: Any, dN: Any) -> Any:
    network = Network.from_parameters(weights, biases, _activation(N, dN))
    return backpropagate(network, np.asarray(x), np.asarray(y))


def _gradient_descent(parameters: Any, gradients: Any, learning_rate: float) -> Any:
    moved = np.array(parameters, dtype=float)
    GradientDescent(learning_rate).step([moved], [np.asarray(gradients, dtype=float)])
    return moved


def _adam(
    parameters: float,
    gradients: Any,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Any:
    """Return the parameter before the first step and after each one."""
    optimizer = Adam(learning_rate, beta1, beta2, epsilon)
    moving = np.array([parameters], dtype=float)
    course = [float(parameters)]
    for gradient in gradients:
        optimizer.step([moving], [np.array([gradient], dtype=float)])
        course.append(float(moving[0]))
    return course


class _Columns:
    """The gradients of attention for one query, keys and values as columns, as the page has them."""

    def __init__(self, do: Any, q: Any, k: Any, v: Any) -> None:
        gradients = attention_backward(do, q, k.T, v.T)
        self.dq, self.dk, self.dv = gradients.dq, gradients.dk.T, gradients.dv.T


functions: dict[str, Callable[..., Any]] = {
    "nnmath.network.feed_forward": _feed_forward,
    "nnmath.backprop.backpropagate": _backpropagate,
    "nnmath.optimizers.GradientDescent": _gradient_descent,
    "nnmath.optimizers.Adam": _adam,
    "nnmath.attention.attention_backward": _Columns,
}
