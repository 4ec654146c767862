"""Costs, each beside its derivative, and what turns labels into targets.

A cost reduces the last axis, the outputs of one sample, to one number; leading
axes stay, so a batch gives one cost a row. The derivative keeps the shape of the
outputs. Whether the samples are then summed or averaged is said elsewhere, by
backpropagation.

Outputs and targets must have equal shapes: nothing is broadcast. Different
floating dtypes are promoted by the rules of the library, as in any arithmetic.
"""

from nnmath.costs._cross_entropy import (
    accuracy,
    one_hot,
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_backward,
    softmax_cross_entropy,
    softmax_cross_entropy_backward,
)
from nnmath.costs._squared import (
    mean_squared_error,
    mean_squared_error_backward,
    squared_error,
    squared_error_backward,
)
from nnmath.costs._table import COSTS, Cost, get_cost

__all__ = [
    "COSTS",
    "Cost",
    "accuracy",
    "get_cost",
    "mean_squared_error",
    "mean_squared_error_backward",
    "one_hot",
    "sigmoid_cross_entropy",
    "sigmoid_cross_entropy_backward",
    "softmax_cross_entropy",
    "softmax_cross_entropy_backward",
    "squared_error",
    "squared_error_backward",
]
