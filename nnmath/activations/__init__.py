"""Activation functions, each beside its derivative.

The book writes N for any of them: a = N(z). Functions of one entry have a
derivative `*_prime(z)`; those that mix the entries of an axis have a `*_backward`
that multiplies by the Jacobian. All derivatives take the weighted input z, never
the activation, so none can be handed the wrong one unnoticed.

Arrays keep their library and their dtype; two of different floating dtypes are
promoted by the rules of the library, as in any arithmetic.

No function here looks at values: NaN propagates, and plus or minus infinity gives
the limit where there is one.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from nnmath._arrays import Array
from nnmath._checks import (
    check_callables,
    check_name,
    check_same_shape,
    check_text,
    floating_arrays,
    wrong_type,
)
from nnmath.activations._exponential import (
    log_softmax,
    log_softmax_backward,
    sigmoid,
    sigmoid_prime,
    softmax,
    softmax_backward,
    tanh,
    tanh_prime,
)
from nnmath.activations._linear_units import (
    gelu,
    gelu_prime,
    identity,
    identity_prime,
    relu,
    relu_prime,
)

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "gelu",
    "gelu_prime",
    "get_activation",
    "identity",
    "identity_prime",
    "log_softmax",
    "log_softmax_backward",
    "relu",
    "relu_prime",
    "sigmoid",
    "sigmoid_prime",
    "softmax",
    "softmax_backward",
    "tanh",
    "tanh_prime",
]


class Activation(NamedTuple):
    """An activation function and what backpropagation needs of it.

    Parameters
    ----------
    name : str
        The name a network is described and saved with.
    function : callable
        Takes the weighted input z, returns the activation a.
    backward : callable
        Takes the derivative of the cost by a, and z; returns that by z.

    Examples
    --------
    >>> from nnmath import get_activation
    >>> tanh = get_activation("tanh")
    >>> float(tanh.function(0.0)), float(tanh.backward(2.0, 0.0))
    (0.0, 2.0)
    """

    name: str
    function: Callable[[Array], Array]
    backward: Callable[[Array, Array], Array]


def _elementwise(function: Callable[[Array], Array], prime: Callable[[Array], Array]) -> Activation:
    """Return the activation whose Jacobian is diagonal: da times the derivative."""

    def backward(da: Array, z: Array) -> Array:
        _, da, z = floating_arrays(da=da, z=z)
        check_same_shape(z=z, da=da)
        return da * prime(z)

    return Activation(function.__name__, function, backward)


#: Every activation by its name.
ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        activation.name: activation
        for activation in (
            _elementwise(identity, identity_prime),
            _elementwise(sigmoid, sigmoid_prime),
            _elementwise(tanh, tanh_prime),
            _elementwise(relu, relu_prime),
            _elementwise(gelu, gelu_prime),
            Activation("softmax", softmax, softmax_backward),
            Activation("log_softmax", log_softmax, log_softmax_backward),
        )
    }
)


def get_activation(activation: str | Activation) -> Activation:
    """Return the activation of a name; an `Activation` comes back as it is.

    Parameters
    ----------
    activation : str or Activation
        A name in `ACTIVATIONS`, or an activation of your own.

    Returns
    -------
    Activation
        The name, the function and its backward function.

    Raises
    ------
    TypeError
        If it is neither a string nor an `Activation` of a name and two functions.
    ValueError
        If the name isn't known; the message lists those that are.

    Examples
    --------
    >>> from nnmath import get_activation
    >>> get_activation("relu").name
    'relu'
    """
    return checked_activation("activation", activation)


def checked_activation(name: str, activation: object) -> Activation:
    """Return an activation, or refuse it under the name of the argument."""
    if isinstance(activation, Activation):
        check_text(f"{name}.name", activation.name)
        check_callables(name, activation, "function", "backward")
        return activation
    if not isinstance(activation, str):
        raise wrong_type(name, "a name or an Activation", activation)
    check_name(name, activation, ACTIVATIONS)
    return ACTIVATIONS[activation]
