"""Costs, each beside its derivative, and what turns labels into targets.

A cost reduces the last axis, the outputs of one sample, to one number; leading
axes stay, so a batch gives one cost a row. The derivative keeps the shape of the
outputs. Whether the samples are then summed or averaged is said elsewhere, by
backpropagation.

Outputs and targets must have equal shapes: nothing is broadcast. Different
floating dtypes are promoted by the rules of the library, as in any arithmetic.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from nnmath._arrays import Array
from nnmath._checks import (
    check_callables,
    check_flag,
    check_name,
    check_text,
    wrong_type,
)
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


class Cost(NamedTuple):
    """A cost and what backpropagation needs of it.

    Parameters
    ----------
    name : str
        The name it is chosen by.
    function : callable
        Takes outputs and targets, returns the cost of every sample.
    backward : callable
        Takes outputs and targets, returns the derivative by the outputs.
    takes_logits : bool
        Whether the outputs are weighted inputs z, so that the last layer must
        have the activation "identity".

    Examples
    --------
    >>> from nnmath import get_cost
    >>> cost = get_cost("squared_error")
    >>> float(cost.function([1.0], [3.0])), cost.backward([1.0], [3.0]).tolist()
    (4.0, [-4.0])
    >>> cost.takes_logits
    False
    """

    name: str
    function: Callable[[Array, Array], Array]
    backward: Callable[[Array, Array], Array]
    takes_logits: bool


def _cost(
    function: Callable[[Array, Array], Array],
    backward: Callable[[Array, Array], Array],
    *,
    takes_logits: bool,
) -> Cost:
    """Return a cost under its function's own name."""
    return Cost(function.__name__, function, backward, takes_logits)


#: Every cost by its name.
COSTS: Mapping[str, Cost] = MappingProxyType(
    {
        cost.name: cost
        for cost in (
            _cost(squared_error, squared_error_backward, takes_logits=False),
            _cost(mean_squared_error, mean_squared_error_backward, takes_logits=False),
            _cost(sigmoid_cross_entropy, sigmoid_cross_entropy_backward, takes_logits=True),
            _cost(softmax_cross_entropy, softmax_cross_entropy_backward, takes_logits=True),
        )
    }
)


def get_cost(cost: str | Cost) -> Cost:
    """Return the cost of a name; a `Cost` comes back as it is.

    Parameters
    ----------
    cost : str or Cost
        A name in `COSTS`, or a cost of your own.

    Returns
    -------
    Cost
        The name, the function, its backward function, and whether it takes logits.

    Raises
    ------
    TypeError
        If it is neither a string nor a `Cost` of a name, two functions and a bool.
    ValueError
        If the name isn't known; the message lists those that are.

    Examples
    --------
    >>> from nnmath import get_cost
    >>> get_cost("softmax_cross_entropy").takes_logits
    True
    """
    if isinstance(cost, Cost):
        check_text("cost.name", cost.name)
        check_callables("cost", cost, "function", "backward")
        check_flag("cost.takes_logits", cost.takes_logits)
        return cost
    if not isinstance(cost, str):
        raise wrong_type("cost", "a name or a Cost", cost)
    check_name("cost", cost, COSTS)
    return COSTS[cost]
