"""From the derivative by the output back to all others, layer after layer."""

from typing import NamedTuple

from nnmath._arrays import Array
from nnmath._checks import check_kind, check_name, floating_arrays, wrong_value
from nnmath._forward import Masks, masked
from nnmath.costs import Cost, get_cost
from nnmath.layers import layer_backward
from nnmath.network import ForwardPass, Network

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
