"""One layer: a linear map, a translation, an activation, and the way back.

The weights W of a layer have shape (n, n_previous): row i leads to neuron i. A
batch holds one sample a row, so the map is ``x @ W.T + b``. Derivatives by W and
b are summed over the batch, derivatives by x keep its rows.

Different floating dtypes are promoted by the rules of the library.
"""

import math
from typing import Any, NamedTuple

from nnmath._arrays import Array
from nnmath._checks import check_shape, floating_arrays, wrong_value
from nnmath.activations import Activation, get_activation

__all__ = [
    "LayerGradients",
    "LayerOutput",
    "LinearGradients",
    "layer_backward",
    "layer_forward",
    "linear",
    "linear_backward",
]


class LinearGradients(NamedTuple):
    """Derivatives of the cost by what went into `linear`."""

    #: By the input, one row a sample.
    dx: Array
    #: By the weights, summed over the samples.
    dW: Array
    #: By the biases, summed over the samples.
    db: Array


class LayerOutput(NamedTuple):
    """What `layer_forward` computes."""

    #: Weighted input.
    z: Array
    #: Activation.
    a: Array


class LayerGradients(NamedTuple):
    """Derivatives of the cost by everything in a layer."""

    #: By the activation of the previous layer, one row a sample.
    da_previous: Array
    #: By the weighted input, one row a sample.
    dz: Array
    #: By the weights, summed over the samples.
    dW: Array
    #: By the biases, summed over the samples.
    db: Array


def linear(x: Array, W: Array, b: Array) -> Array:
    r"""Return the weighted input of a layer: a linear map and a translation.

    Parameters
    ----------
    x : array, shape (..., n_previous)
        Activations of the previous layer, one row a sample.
    W : array, shape (n, n_previous)
        Weights; row i leads to neuron i.
    b : array, shape (n,)
        Biases.

    Returns
    -------
    array, shape (..., n)
        The weighted input z.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit, or a layer has no neurons.

    Notes
    -----
    With neuron j of layer l - 1 sending to neuron i of layer l,

    .. formula:: z_l^i = b_l^i + \sum_{j=1}^{n_{l-1}} w_{l-1}^{ij} a_{l-1}^j
        :restates: weighted-input

    where x is the activation a of layer l - 1, W the weights between both layers, and b
    the biases of layer l.

    References
    ----------
    D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by
    back-propagating errors", Nature 323 (1986), eq. 1.

    Examples
    --------
    >>> from nnmath import linear
    >>> linear([1.0, 2.0], [[3.0, 4.0], [5.0, 6.0]], [0.5, -0.5]).tolist()
    [11.5, 16.5]
    """
    xp, x, W, b = floating_arrays(x=x, W=W, b=b)
    _check_weights(W)
    _check_width("x", x, W.shape[1], "columns of W")
    check_shape("b", b, (W.shape[0],), "one bias a row of W")
    return xp.matmul(x, W.T) + b


def linear_backward(dz: Array, x: Array, W: Array) -> LinearGradients:
    r"""Return the derivatives of the cost by all that went into `linear`.

    Parameters
    ----------
    dz : array, shape (..., n)
        Derivative of the cost by the weighted input, one row a sample.
    x : array, shape (..., n_previous)
        Activations of the previous layer.
    W : array, shape (n, n_previous)
        Weights.

    Returns
    -------
    LinearGradients
        ``dx`` with the shape of ``x``; ``dW`` with that of ``W`` and ``db`` of
        shape (n,), both summed over the samples.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit, or a layer has no neurons.

    Notes
    -----
    In the symbols of `linear`, for the cost C of one sample,

    .. formula:: \frac{\partial C}{\partial a_{l-1}^j} =
            \sum_{i=1}^{n_l} \frac{\partial C}{\partial z_l^i} w_{l-1}^{ij}
        :restates: backward-previous
        :code: (dz=\frac{\partial C}{\partial \mathbf{z}_l}, x=a_{l-1}, W=w_{l-1}).dx

    .. formula:: \frac{\partial C}{\partial w_{l-1}^{ij}} =
            \frac{\partial C}{\partial z_l^i} a_{l-1}^j
        :restates: backward-weight
        :code: (dz=\frac{\partial C}{\partial \mathbf{z}_l}, x=a_{l-1}, W=w_{l-1}).dW

    .. formula:: \frac{\partial C}{\partial b_l^i} = \frac{\partial C}{\partial z_l^i}
        :restates: backward-bias
        :code: (dz=\frac{\partial C}{\partial \mathbf{z}_l}, x=a_{l-1}, W=w_{l-1}).db

    References
    ----------
    D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by
    back-propagating errors", Nature 323 (1986), eqs. 6 and 7.

    Examples
    --------
    >>> from nnmath import linear_backward
    >>> gradients = linear_backward([1.0, 2.0], [5.0], [[3.0], [4.0]])
    >>> gradients.dx.tolist(), gradients.dW.tolist(), gradients.db.tolist()
    ([11.0], [[5.0], [10.0]], [1.0, 2.0])
    """
    xp, dz, x, W = floating_arrays(dz=dz, x=x, W=W)
    _check_weights(W)
    _check_width("x", x, W.shape[1], "columns of W")
    check_shape("dz", dz, (*x.shape[:-1], W.shape[0]), "the rows of x, one column a row of W")
    return _linear_backward(xp, dz, x, W)


def layer_forward(a: Array, W: Array, b: Array, activation: str | Activation) -> LayerOutput:
    r"""Return the weighted input and the activation of a layer.

    Parameters
    ----------
    a : array, shape (..., n_previous)
        Activations of the previous layer, one row a sample.
    W : array, shape (n, n_previous)
        Weights; row i leads to neuron i.
    b : array, shape (n,)
        Biases.
    activation : str or Activation
        The nonlinear function, or its name.

    Returns
    -------
    LayerOutput
        ``z`` and ``a``, both of shape (..., n).

    Raises
    ------
    TypeError
        If an array doesn't hold real floating-point numbers, or the activation is
        neither a name nor an `Activation`.
    ValueError
        If the shapes don't fit, a layer has no neurons, or the name isn't known.

    Notes
    -----
    In the symbols of `linear`, with the activation function N,

    .. formula:: a_l^i = N\left(b_l^i + \sum_{j=1}^{n_{l-1}} w_{l-1}^{ij} a_{l-1}^j\right)
        :restates: feed-forward
        :code: (a=a_{l-1}, W=w_{l-1}, b=b_l, N=N).a

    References
    ----------
    D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by
    back-propagating errors", Nature 323 (1986), eqs. 1 and 2.

    Examples
    --------
    >>> from nnmath import layer_forward
    >>> z, a = layer_forward([1.0, 2.0], [[3.0, -4.0]], [1.0], "relu")
    >>> z.tolist(), a.tolist()
    ([-4.0], [0.0])
    """
    activation = get_activation(activation)
    xp, a, W, b = floating_arrays(a=a, W=W, b=b)
    _check_weights(W)
    _check_width("a", a, W.shape[1], "columns of W")
    check_shape("b", b, (W.shape[0],), "one bias a row of W")
    z = xp.matmul(a, W.T) + b
    return LayerOutput(z, activation.function(z))


def layer_backward(
    da: Array, z: Array, a_previous: Array, W: Array, activation: str | Activation
) -> LayerGradients:
    r"""Return the derivatives of the cost by everything in a layer.

    Parameters
    ----------
    da : array, shape (..., n)
        Derivative of the cost by this layer's activation, one row a sample.
    z : array, shape (..., n)
        Weighted input of this layer.
    a_previous : array, shape (..., n_previous)
        Activations of the previous layer.
    W : array, shape (n, n_previous)
        Weights.
    activation : str or Activation
        The nonlinear function, or its name.

    Returns
    -------
    LayerGradients
        ``da_previous`` with the shape of ``a_previous``, ``dz`` with that of
        ``z``; ``dW`` with the shape of ``W`` and ``db`` of shape (n,), both
        summed over the samples.

    Raises
    ------
    TypeError
        If an array doesn't hold real floating-point numbers, or the activation is
        neither a name nor an `Activation`.
    ValueError
        If the shapes don't fit, a layer has no neurons, or the name isn't known.

    Notes
    -----
    In the symbols of `layer_forward`, for an activation function of one entry

    .. formula:: \frac{\partial C}{\partial z_l^i} = \frac{\partial C}{\partial a_l^i} N'(z_l^i)
        :restates: backward-weighted-input
        :code: (da=\frac{\partial C}{\partial \mathbf{a}_l}, z=\mathbf{z}_l, a_previous=a_{l-1},
            W=w_{l-1}, N=N, dN=N').dz

    and from there on as in `linear_backward`. An activation that mixes entries
    multiplies by its Jacobian instead.

    References
    ----------
    D. E. Rumelhart, G. E. Hinton, R. J. Williams, "Learning representations by
    back-propagating errors", Nature 323 (1986), eqs. 5 to 7, for
    the sigmoid.

    Examples
    --------
    >>> from nnmath import layer_backward
    >>> gradients = layer_backward([2.0], [0.0], [3.0], [[4.0]], "sigmoid")
    >>> gradients.dz.tolist(), gradients.dW.tolist(), gradients.da_previous.tolist()
    ([0.5], [[1.5]], [2.0])
    """
    activation = get_activation(activation)
    arrays = floating_arrays(da=da, z=z, a_previous=a_previous, W=W)
    xp, da, z, a_previous, W = arrays
    _check_weights(W)
    _check_width("a_previous", a_previous, W.shape[1], "columns of W")
    shape = (*a_previous.shape[:-1], W.shape[0])
    check_shape("z", z, shape, "the rows of a_previous, one column a row of W")
    check_shape("da", da, shape, "that of z")
    dz = activation.backward(da, z)
    gradients = _linear_backward(xp, dz, a_previous, W)
    return LayerGradients(gradients.dx, dz, gradients.dW, gradients.db)


def _linear_backward(xp: Any, dz: Array, x: Array, W: Array) -> LinearGradients:
    """Return the derivatives for arguments that were checked."""
    n_samples = math.prod(dz.shape[:-1])
    dz_rows = xp.reshape(dz, (n_samples, W.shape[0]))
    x_rows = xp.reshape(x, (n_samples, W.shape[1]))
    dx = xp.matmul(dz, W)
    return LinearGradients(dx, xp.matmul(dz_rows.T, x_rows), xp.sum(dz_rows, axis=0))


def _check_weights(W: Array) -> None:
    """Refuse weights that aren't a matrix between two layers of neurons."""
    if W.ndim != 2 or 0 in W.shape:
        expected = "a matrix with at least one row and one column"
        raise wrong_value("W", expected, f"shape {tuple(W.shape)}")


def _check_width(name: str, array: Array, width: int, words: str) -> None:
    """Refuse rows of another length than the previous layer has neurons."""
    if array.ndim == 0 or array.shape[-1] != width:
        expected = f"rows of length {width} ({words})"
        raise wrong_value(name, expected, f"shape {tuple(array.shape)}")
