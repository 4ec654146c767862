"""Two answers to "what is the derivative" that know nothing of our derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from nnmath.testing import assert_gradient

#: How closely automatic and hand-written derivatives have to agree.
AUTOMATIC = 1e-10


def assert_vjp(
    function: Callable[..., Any],
    backward: Callable[..., Any],
    arguments: dict[str, np.ndarray],
    by: tuple[str, ...],
    *,
    automatic: bool = True,
) -> None:
    """Hold a backward function against central differences and against JAX.

    The cost is a weighted sum of the outputs with random weights, so that every
    entry of the Jacobian counts. JAX compiles anew for every shape: tests that draw
    shapes go without.
    """
    output = np.asarray(function(**arguments))
    weights = np.random.default_rng(0).normal(size=output.shape)
    analytic = backward(weights, *arguments.values())
    for name, ours in zip(by, analytic, strict=True):

        def cost(x: np.ndarray, name: str = name) -> float:
            return float(np.sum(weights * function(**{**arguments, name: x})))

        assert_gradient(cost, ours, arguments[name])
    if automatic:
        theirs = automatic_vjp(function, weights, arguments, by)
        for ours, other in zip(analytic, theirs, strict=True):
            np.testing.assert_allclose(ours, other, rtol=AUTOMATIC, atol=AUTOMATIC)


def automatic_vjp(
    function: Callable[..., Any],
    weights: np.ndarray,
    arguments: dict[str, np.ndarray],
    by: tuple[str, ...],
) -> list[np.ndarray]:
    """Return the derivatives of the weighted sum of outputs that JAX finds."""
    fixed = {name: jnp.asarray(value) for name, value in arguments.items() if name not in by}

    def of_variables(*variables: Any) -> Any:
        return function(**dict(zip(by, variables, strict=True)), **fixed)

    _, vjp = jax.vjp(of_variables, *(jnp.asarray(arguments[name]) for name in by))
    return [np.asarray(derivative) for derivative in vjp(jnp.asarray(weights))]


def slope(function: Callable[[Any], Any], x: float) -> float:
    """Return the derivative of a function of one number that JAX finds."""
    return float(jax.grad(function)(jnp.asarray(x)))
