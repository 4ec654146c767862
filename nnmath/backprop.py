"""Backpropagation: from the derivative by the output to that by every parameter."""

import math
from typing import NamedTuple

from nnmath._arrays import Array
from nnmath._checks import (
    check_finite,
    check_kind,
    check_name,
    check_not_empty,
    check_shape,
    floating_arrays,
    wrong_value,
)
from nnmath._forward import Masks, masked
from nnmath.costs import Cost, get_cost
from nnmath.layers import layer_backward
from nnmath.network import ForwardPass, Network

__all__ = ["Gradients", "backpropagate"]

REDUCTIONS = ("sum", "mean")


class Gradients(NamedTuple):
    """The cost and its derivatives by everything in a network.

    Parameters
    ----------
    cost : scalar
        The cost, summed or averaged over the samples.
    da : list of array
        By the activations of layers 0 to L: that of layer l is ``da[l]``, shape
        (N, n_l) for a batch; one row a sample.
    dz : list of array
        By the weighted inputs of layers 1 to L: that of layer l is ``dz[l - 1]``,
        one row a sample.
    dW : list of array
        By the weights, each of the shape of the network's; summed or averaged.
    db : list of array
        By the biases, each of the shape of the network's; summed or averaged.

    Examples
    --------
    >>> from nnmath import Network, backpropagate
    >>> network = Network.from_parameters([[[2.0]]], [[1.0]], "identity")
    >>> gradients = backpropagate(network, [3.0], [5.0])
    >>> float(gradients.cost), gradients.da[1].tolist(), gradients.dW[0].tolist()
    (4.0, [4.0], [[12.0]])
    """

    cost: Array
    da: list[Array]
    dz: list[Array]
    dW: list[Array]
    db: list[Array]


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


# What training needs of it too


def backward_pass(
    network: Network,
    forward: ForwardPass,
    y: Array,
    cost: Cost,
    factor: float,
    masks: Masks = (),
) -> Gradients:
    """Propagate back what was fed forward; the cost is multiplied by the factor.

    With the masks of the forward pass, ``da`` has the derivatives by the activations
    before they were multiplied.
    """
    xp, output, y = floating_arrays(output=forward.output, y=y)
    value = xp.sum(cost.function(output, y)) * factor
    da_of: list[Array] = [cost.backward(output, y) * factor]
    dz_of: list[Array] = []
    dW_of: list[Array] = []
    db_of: list[Array] = []
    # From the last layer to the first; the lists are turned round at the end.
    for i in reversed(range(len(network.weights))):
        da, dz, dW, db = layer_backward(
            da_of[-1], forward.z[i], forward.a[i], network.weights[i], network.activations[i]
        )
        da_of.append(masked(da, masks, i))
        dz_of.append(dz)
        dW_of.append(dW)
        db_of.append(db)
    return Gradients(value, da_of[::-1], dz_of[::-1], dW_of[::-1], db_of[::-1])


def check_network(network: object) -> None:
    """Refuse what isn't a network."""
    check_kind("network", network, Network)


def checked_cost(network: Network, cost: str | Cost) -> Cost:
    """Return a cost that fits the last activation of the network."""
    chosen = get_cost(cost)
    last = network.activations[-1].name
    if chosen.takes_logits and last != "identity":
        raise wrong_value(
            "cost",
            "one that takes activations, or 'identity' as the network's last activation",
            f"{chosen.name!r}, which takes weighted inputs, after {last!r}",
        )
    return chosen


def check_reduction(reduction: str) -> None:
    """Refuse anything but the name of a reduction."""
    check_name("reduction", reduction, REDUCTIONS)
