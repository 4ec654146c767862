"""Regularisation: what keeps a network from learning its samples by heart.

Penalties on the weights, each beside its derivative; dropout; softened targets. A
derivative that needs to know what chance has chosen is given it: the mask of dropout
is an argument, forward and backward.
"""

from nnmath.regularization._dropout import dropout, dropout_backward, dropout_mask
from nnmath.regularization._penalties import (
    l1_penalty,
    l1_penalty_backward,
    l2_penalty,
    l2_penalty_backward,
    smooth_labels,
)

__all__ = [
    "dropout",
    "dropout_backward",
    "dropout_mask",
    "l1_penalty",
    "l1_penalty_backward",
    "l2_penalty",
    "l2_penalty_backward",
    "smooth_labels",
]
