"""Superposition: more features than dimensions, and how a model gets by with them.

A feature is an entry of the input, and column i of W is the direction that stands for
feature i in a space of fewer dimensions: W has shape (n_dimensions, n_features).
Different floating dtypes are promoted by the rules of the library.
"""

from typing import NamedTuple

from nnmath._arrays import Array, cast, select
from nnmath._checks import check_finite, check_shape, floating_arrays, wrong_value
from nnmath.activations import Activation
from nnmath.layers import layer_backward, layer_forward, linear, linear_backward

__all__ = [
    "TiedGradients",
    "feature_dimensionality",
    "tied_autoencoder",
    "tied_autoencoder_backward",
]


class TiedGradients(NamedTuple):
    """Derivatives of the cost by what went into `tied_autoencoder`."""

    #: By the input, one row a sample.
    dx: Array
    #: By the weights, of both their uses, summed over the samples.
    dW: Array
    #: By the biases, summed over the samples.
    db: Array


def tied_autoencoder(x: Array, W: Array, b: Array, activation: str | Activation = "relu") -> Array:
    r"""Squeeze features through fewer dimensions and unfold them with the same weights.

    Parameters
    ----------
    x : array, shape (..., n_features)
        The features, one sample a row.
    W : array, shape (n_dimensions, n_features)
        The weights; column i is the direction of feature i.
    b : array, shape (n_features,)
        Biases of the output.
    activation : str or Activation, default "relu"
        The nonlinear function of the output; "identity" makes the model linear.

    Returns
    -------
    array, shape (..., n_features)
        What the model makes of the features.

    Raises
    ------
    TypeError
        If an array doesn't hold real floating-point numbers, or the activation is
        neither a name nor an `Activation`.
    ValueError
        If the shapes don't fit, there is no feature or no dimension, or the name
        isn't known.

    Notes
    -----
    For one sample as a column

    .. formula:: \mathbf{h} = \mathbf{W} \mathbf{x}
        :restates: superposition-squeeze
        :code: none

    .. formula:: \mathbf{z} = \mathbf{W}^\top \mathbf{h} + \mathbf{b}
        :restates: superposition-unfold
        :code: none

    .. formula:: \hat{x}^i = N(z^i)
        :restates: superposition-output

    References
    ----------
    N. Elhage et al., "Toy models of superposition" (2022), arXiv:2209.10652, section
    "Demonstrating superposition", the ReLU output model.

    Examples
    --------
    >>> from nnmath import tied_autoencoder
    >>> W = [[1.0, -1.0]]  # two features in one dimension, at opposite ends
    >>> tied_autoencoder([[2.0, 0.0], [0.0, 3.0], [2.0, 3.0]], W, [0.0, 0.0]).tolist()
    [[2.0, 0.0], [0.0, 3.0], [0.0, 1.0]]
    """
    hidden, W, b = _squeezed(x, W, b)
    return layer_forward(hidden, W.T, b, activation).a


def tied_autoencoder_backward(
    da: Array, x: Array, W: Array, b: Array, activation: str | Activation = "relu"
) -> TiedGradients:
    r"""Return the derivatives of the cost by all that went into `tied_autoencoder`.

    Parameters
    ----------
    da : array, shape (..., n_features)
        Derivative of the cost by the output, one row a sample.
    x : array, shape (..., n_features)
        The features.
    W : array, shape (n_dimensions, n_features)
        The weights.
    b : array, shape (n_features,)
        Biases of the output.
    activation : str or Activation, default "relu"
        The nonlinear function of the output.

    Returns
    -------
    TiedGradients
        ``dx``, ``dW`` and ``db``, with the shapes of ``x``, ``W`` and ``b``; the last
        two are summed over the samples.

    Raises
    ------
    TypeError
        If an array doesn't hold real floating-point numbers, or the activation is
        neither a name nor an `Activation`.
    ValueError
        If the shapes don't fit, there is no feature or no dimension, or the name
        isn't known.

    Notes
    -----
    In the symbols of `tied_autoencoder`, for any cost

    .. formula:: C = F(\hat{\mathbf{x}})
        :scope: tied_autoencoder
        :kind: definition
        :code: none

    .. formula:: \frac{\partial C}{\partial \mathbf{z}} =
            \frac{\partial C}{\partial \hat{\mathbf{x}}} \odot N'(\mathbf{z})
        :scope: tied_autoencoder
        :code: (da=\frac{\partial C}{\partial \hat{\mathbf{x}}}, x=x, W=W, b=b, N=N, dN=N').db

    .. formula:: \frac{\partial C}{\partial \mathbf{W}} =
            \mathbf{h} \left( \frac{\partial C}{\partial \mathbf{z}} \right)^\top
            + \mathbf{W} \frac{\partial C}{\partial \mathbf{z}} \mathbf{x}^\top
        :scope: tied_autoencoder
        :code: (da=\frac{\partial C}{\partial \hat{\mathbf{x}}}, x=x, W=W, b=b, N=N, dN=N').dW

    .. formula:: \frac{\partial C}{\partial \mathbf{x}} =
            \mathbf{W}^\top \mathbf{W} \frac{\partial C}{\partial \mathbf{z}}
        :scope: tied_autoencoder
        :code: (da=\frac{\partial C}{\partial \hat{\mathbf{x}}}, x=x, W=W, b=b, N=N, dN=N').dx

    The weights are used twice, so their derivative has two terms. The derivative of
    ReLU at 0 is that of `relu_prime`.

    References
    ----------
    N. Elhage et al., "Toy models of superposition" (2022), arXiv:2209.10652, the ReLU
    output model, whose derivative this is.

    Examples
    --------
    >>> from nnmath import tied_autoencoder_backward
    >>> gradients = tied_autoencoder_backward([1.0, 0.0], [2.0, 0.0], [[1.0, -1.0]], [0.0, 0.0])
    >>> gradients.dW.tolist(), gradients.db.tolist()
    ([[4.0, 0.0]], [1.0, 0.0])
    """
    hidden, W, b = _squeezed(x, W, b)
    z = linear(hidden, W.T, b)
    out = layer_backward(da, z, hidden, W.T, activation)
    into = linear_backward(out.da_previous, x, W)
    return TiedGradients(into.dx, into.dW + out.dW.T, out.db)


def feature_dimensionality(W: Array) -> Array:
    r"""Return how much of a dimension each feature has for itself.

    Parameters
    ----------
    W : array, shape (n_dimensions, n_features)
        The weights; column i is the direction of feature i.

    Returns
    -------
    array, shape (n_features,)
        1 for a direction at right angles to all others, 1/2 for one of a pair at
        opposite ends, 0 for a feature with no direction.

    Raises
    ------
    TypeError
        If the weights aren't real floating-point numbers.
    ValueError
        If the weights aren't a matrix, or it is empty, or in NumPy not finite.

    Notes
    -----
    For n features whose directions in m dimensions are the columns of W

    .. formula:: D^i = \frac{\left( \sum_{c=1}^{m} (W^{ci})^2 \right)^2}
            {\sum_{j=1}^{n} \left( \sum_{c=1}^{m} W^{ci} W^{cj} \right)^2}
        :restates: superposition-dimensionality

    The sum of all is at most the number of dimensions. The columns are divided by
    their largest entry first, so that no power overflows; squares of columns more
    than about 1e150 times shorter than the longest one vanish.

    References
    ----------
    N. Elhage et al., "Toy models of superposition" (2022), arXiv:2209.10652, section
    "The geometry of superposition", feature dimensionality.

    Examples
    --------
    >>> from nnmath import feature_dimensionality
    >>> feature_dimensionality([[1.0, -1.0, 0.0], [0.0, 0.0, 2.0]]).tolist()
    [0.5, 0.5, 1.0]
    """
    xp, W = floating_arrays(W=W)
    _check_weights(W)
    check_finite(W=W)
    largest = xp.max(xp.abs(W))
    scaled = W / select(xp, largest > 0.0, largest, xp.ones_like(largest))
    products = xp.matmul(scaled.T, scaled)
    squares = xp.sum(scaled * scaled, axis=0)
    shared = xp.sum(products * products, axis=-1)
    there = shared > 0.0
    safe = select(xp, there, shared, xp.ones_like(shared))
    return cast(xp, there, W.dtype) * squares * squares / safe


def _squeezed(x: Array, W: Array, b: Array) -> tuple[Array, Array, Array]:
    """Return the features in fewer dimensions, and the weights and biases as arrays."""
    xp, x, W, b = floating_arrays(x=x, W=W, b=b)
    _check_weights(W)
    check_shape("b", b, (W.shape[1],), "one bias a column of W")
    return linear(x, W, xp.zeros_like(W[:, 0])), W, b


def _check_weights(W: Array) -> None:
    """Refuse weights that aren't a matrix with features and dimensions."""
    if W.ndim != 2 or 0 in W.shape:
        expected = "a matrix with at least one row (dimension) and one column (feature)"
        raise wrong_value("W", expected, f"shape {tuple(W.shape)}")
