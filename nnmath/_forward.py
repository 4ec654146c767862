"""From the input to the output, layer after layer."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from nnmath._arrays import Array
from nnmath._checks import check_finite, common_namespace, floating_arrays
from nnmath._parameters import check_input_width, checked_activations, checked_parameters
from nnmath.activations import Activation
from nnmath.layers import layer_forward

#: For each layer from the input on what its activations are multiplied by, if anything.
Masks: TypeAlias = Sequence[Array | None]


class ForwardPass(NamedTuple):
    """Everything a network computes on its way from the input to the output.

    Parameters
    ----------
    z : list of array
        Weighted inputs of layers 1 to L: that of layer l is ``z[l - 1]``.
    a : list of array
        Activations of layers 0 to L: that of layer l is ``a[l]``, and ``a[0]`` is
        the input.

    Examples
    --------
    >>> from nnmath import feed_forward
    >>> forward = feed_forward([2.0], [[[3.0]]], [[-1.0]], "relu")
    >>> forward.z[0].tolist(), forward.a[0].tolist(), forward.output.tolist()
    ([5.0], [2.0], [5.0])
    """

    z: list[Array]
    a: list[Array]

    @property
    def output(self) -> Array:
        """The activation of the last layer."""
        return self.a[-1]


def feed_forward(
    x: Array,
    weights: Sequence[Array],
    biases: Sequence[Array],
    activations: str | Activation | Sequence[str | Activation],
) -> ForwardPass:
    r"""Return all weighted inputs and activations of a network.

    Parameters
    ----------
    x : array, shape (..., n_0)
        The input; a batch holds one sample a row. Finite.
    weights : sequence of array
        For every layer l after the input a matrix of shape (n_l, n_{l-1}).
    biases : sequence of array
        For every layer l after the input a vector of shape (n_l,).
    activations : str, Activation, or a sequence of them
        One for all layers after the input, or one for each.

    Returns
    -------
    ForwardPass
        ``z``, ``a`` and the ``output``, in the library of the arguments.

    Raises
    ------
    TypeError
        If an array doesn't hold real floating-point numbers, the arrays are of
        different libraries, or a list isn't one.
    ValueError
        If the shapes don't fit each other, there is no layer, an activation isn't
        known, or the input isn't finite.

    Notes
    -----
    For layer l from 1 to L, with the input as :math:`a_0` and the activation function N,

    .. formula:: z_l^i = b_l^i + \sum_{j=1}^{n_{l-1}} w_{l-1}^{ij} a_{l-1}^j
        :restates: weighted-input
        :code: (weights=w, biases=b, x=a_0, N=N).z

    .. formula:: a_l^i = N(z_l^i)
        :restates: activation

    Parameters that aren't finite are not refused: what comes of them shows in the
    output.

    Examples
    --------
    >>> from nnmath import feed_forward
    >>> weights = [[[1.0, 2.0], [3.0, -4.0]], [[1.0, 1.0]]]
    >>> biases = [[0.5, 0.5], [0.25]]
    >>> forward = feed_forward([1.0, 1.0], weights, biases, "relu")
    >>> [z.tolist() for z in forward.z]
    [[3.5, -0.5], [3.75]]
    >>> [a.tolist() for a in forward.a]
    [[1.0, 1.0], [3.5, 0.0], [3.75]]
    """
    weights, biases = checked_parameters(weights, biases)
    chosen = checked_activations(activations, len(weights))
    _, x = floating_arrays(x=x)
    check_finite(x=x)
    common_namespace(x=x, **{"weights[0]": weights[0]})
    check_input_width(x, weights[0].shape[1])
    return forward_pass(x, weights, biases, chosen)


def forward_pass(
    x: Array,
    weights: Sequence[Array],
    biases: Sequence[Array],
    activations: Sequence[Activation],
    masks: Masks = (),
) -> ForwardPass:
    """Feed forward arguments that were checked.

    The activations of a layer with a mask are multiplied by it, as by `dropout`: the
    masks have been divided by the probability to stay.
    """
    z_of: list[Array] = []
    a_of: list[Array] = [masked(x, masks, 0)]
    for i, (W, b, activation) in enumerate(zip(weights, biases, activations, strict=True), 1):
        z, a = layer_forward(a_of[-1], W, b, activation)
        z_of.append(z)
        a_of.append(masked(a, masks, i))
    return ForwardPass(z_of, a_of)


def masked(values: Array, masks: Masks, layer: int) -> Array:
    """Return values times the mask of their layer, if it has one."""
    mask = masks[layer] if layer < len(masks) else None
    return values if mask is None else values * mask
