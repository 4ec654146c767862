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
from nnmath.activations._table import ACTIVATIONS, Activation, get_activation

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
