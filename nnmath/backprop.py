"""Backpropagation: from the derivative by the output to that by every parameter."""

import math

from nnmath._arrays import Array
from nnmath._backward import (
    Gradients,
    backward_pass,
    check_network,
    check_reduction,
    checked_cost,
)
from nnmath._checks import (
    check_finite,
    check_not_empty,
    check_shape,
    floating_arrays,
    wrong_value,
)
from nnmath.costs import Cost
from nnmath.network import Network

__all__ = ["Gradients", "backpropagate"]


def backpropagate(
    network: Network,
    x: Array,
    y: Array,
    *,
    cost: str | Cost = "squared_error",
    reduction: str = "sum",
) -> Gradients:
    r"""Return the derivatives of the cost by everything in a network.

    Parameters
    ----------
    network : Network
        The network; it stays as it is.
    x : array, shape (n_0,) or (N, n_0)
        The input: one sample, or at least one in a batch. Finite.
    y : array, shape (n_L,) or (N, n_L)
        What the output should be.
    cost : str or Cost, default "squared_error"
        The cost of a sample. One that takes logits needs "identity" as the last
        activation.
    reduction : {"sum", "mean"}
        Whether samples are summed, as in the book's formulas, or averaged.

    Returns
    -------
    Gradients
        The cost, and its derivatives by a, z, w and b. Those by a and z keep a row
        a sample: the derivative of the sample's own cost, divided by N for the
        mean. Those by w and b are summed over the samples, or averaged.

    Raises
    ------
    TypeError
        If an array doesn't hold real floating-point numbers, or the arrays are of
        different libraries.
    ValueError
        If the shapes don't fit, there is no sample, a number isn't finite, the
        targets aren't what the cost takes, a name isn't known, or the cost takes
        logits and the last activation isn't "identity".

    Notes
    -----
    In the symbols of `feed_forward`, the derivative of the cost C by the output starts it;
    for `squared_error` with the targets y

    .. formula:: \frac{\partial C}{\partial a_L^i} = 2 (a_L^i - y^i)
        :restates: output-gradient
        :code: (weights=w, biases=b, x=a_0, y=y, N=N, dN=N').da[-1]

    Then for l = L, L - 1, ..., 1

    .. formula:: \frac{\partial C}{\partial z_l^i} = \frac{\partial C}{\partial a_l^i} N'(z_l^i)
        :restates: backward-weighted-input

    .. formula:: \frac{\partial C}{\partial w_{l-1}^{ij}} =
            \frac{\partial C}{\partial z_l^i} a_{l-1}^j
        :restates: backward-weight

    .. formula:: \frac{\partial C}{\partial b_l^i} = \frac{\partial C}{\partial z_l^i}
        :restates: backward-bias

    .. formula:: \frac{\partial C}{\partial a_{l-1}^j} =
            \sum_{i=1}^{n_l} \frac{\partial C}{\partial z_l^i} w_{l-1}^{ij}
        :restates: backward-previous

    An activation that mixes the neurons of a layer, such as softmax, multiplies by
    its Jacobian in the first line.

    References
    ----------
    D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by
    back-propagating errors", Nature 323 (1986), eqs. 4 to 7.

    Examples
    --------
    >>> from nnmath import Network, backpropagate
    >>> weights, biases = [[[1.0, 2.0], [3.0, -4.0]], [[1.0, 1.0]]], [[0.5, 0.5], [0.25]]
    >>> network = Network.from_parameters(weights, biases, "relu")
    >>> gradients = backpropagate(network, [1.0, 1.0], [3.0])
    >>> float(gradients.cost)
    0.5625
    >>> [da.tolist() for da in gradients.da]
    [[1.5, 3.0], [1.5, 1.5], [1.5]]
    >>> [dW.tolist() for dW in gradients.dW]
    [[[1.5, 1.5], [0.0, 0.0]], [[5.25, 0.0]]]
    """
    check_network(network)
    chosen = checked_cost(network, cost)
    check_reduction(reduction)
    forward = network.feed_forward(x)
    _check_batch(forward.a[0])
    _, output, y = floating_arrays(output=forward.output, y=y)
    check_shape("y", y, tuple(output.shape), "one target for each output")
    check_finite(y=y)
    factor = 1.0 if reduction == "sum" else 1.0 / math.prod(output.shape[:-1])
    return backward_pass(network, forward, y, chosen, factor)


def _check_batch(x: Array) -> None:
    """Refuse input that is neither a sample nor a batch with at least one."""
    if x.ndim > 2:
        raise wrong_value("x", "one sample or a batch of them", f"shape {tuple(x.shape)}")
    check_not_empty("x", x, "at least one sample")
