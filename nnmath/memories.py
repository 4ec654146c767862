"""Facts in the weights of a network: find the neurons that hold one, and change it.

A layer with weights W answers a key k with the value W k. What comes in as k are the
activations of the neurons before; column i of W is what neuron i adds to the answer.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnmath._arrays import Array, cast, is_numpy
from nnmath._checks import (
    check_finite,
    check_integer,
    check_kind,
    check_range,
    check_shape,
    floating_arrays,
    integer_array,
    wrong_type,
    wrong_value,
)
from nnmath.network import Network

__all__ = ["ablate", "rank_one_edit"]


def rank_one_edit(W: Array, key: Array, value: Array, covariance: Array | None = None) -> Array:
    r"""Return weights that answer one key with a new value, and others almost as before.

    Parameters
    ----------
    W : array, shape (n, n_previous)
        Weights.
    key : array, shape (n_previous,)
        What comes in, not zero.
    value : array, shape (n,)
        What is to come out for this key. With biases, subtract them first.
    covariance : array, shape (n_previous, n_previous), optional
        Sum, or mean, of the products k kᵀ of the keys whose answers are to stay: a
        symmetric positive definite matrix. Without one, every direction counts alike.

    Returns
    -------
    array, shape (n, n_previous)
        New weights; ``W @ key`` is then the value.

    Raises
    ------
    TypeError
        If an argument doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit; or, in NumPy, if the key is zero, or the covariance
        isn't finite, symmetric and positive definite.

    Notes
    -----
    For the key k, its value v and the covariance C,

    .. formula:: \hat{\mathbf{W}} = \mathbf{W} + \frac{(\mathbf{v} - \mathbf{W} \mathbf{k})
            (\mathbf{C}^{-1} \mathbf{k})^\top}{\mathbf{k}^\top \mathbf{C}^{-1} \mathbf{k}}
        :restates: edit

    Of all matrices that answer k with v, this one changes the answers to the keys
    behind C the least, in the sum of squares. With fewer keys than entries, C has no
    inverse: add a small multiple of the identity.

    References
    ----------
    K. Meng, D. Bau, A. Andonian, Y. Belinkov, "Locating and editing factual
    associations in GPT" (2022), arXiv:2202.05262, eq. 2.

    Examples
    --------
    >>> from nnmath import rank_one_edit
    >>> W = [[1.0, 0.0], [0.0, 1.0]]
    >>> rank_one_edit(W, [1.0, 1.0], [3.0, 1.0]).tolist()
    [[2.0, 1.0], [0.0, 1.0]]
    """
    if covariance is None:
        xp, W, key, value = floating_arrays(W=W, key=key, value=value)
        _check_fit(W, key, value)
        direction = key
    else:
        xp, W, key, value, C = floating_arrays(W=W, key=key, value=value, covariance=covariance)
        _check_fit(W, key, value)
        check_shape("covariance", C, (W.shape[1], W.shape[1]), "a row and a column a column of W")
        _check_symmetric(C)
        direction = _solved(xp, C, key)
    strength = xp.sum(direction * key)
    _check_strength(strength, key)
    missing = (value - xp.matmul(W, key)) / strength
    return W + missing[:, None] * direction[None, :]


def ablate(
    network: Network,
    layer: int,
    neurons: int | Sequence[int],
    values: float | Array = 0.0,
) -> Network:
    """Return a copy of a network in which some neurons are held at fixed activations.

    Parameters
    ----------
    network : Network
        A network of NumPy arrays; it stays as it is.
    layer : int
        Their layer, a hidden one: from 1 to L - 1.
    neurons : int or sequence of int
        Which neurons of the layer, counted from 0.
    values : float or array, shape (n_neurons,), default 0.0
        What they are held at, whatever comes in: 0, or their means.

    Returns
    -------
    Network
        The copy. The neurons' outgoing weights are 0 in it, and what they now send
        always is in the biases of the next layer.

    Raises
    ------
    TypeError
        If an argument is of the wrong type or dtype, or the network isn't one of
        NumPy arrays.
    ValueError
        If the layer isn't a hidden one, a neuron isn't in it or is named twice, or
        the values don't fit or aren't finite.

    References
    ----------
    K. Meng et al., "Locating and editing factual associations in GPT" (2022), for
    interventions on single states; holding units at a fixed value is older than that.

    Examples
    --------
    >>> from nnmath import Network, ablate
    >>> network = Network.from_parameters(
    ...     [[[1.0], [1.0]], [[2.0, 3.0]]], [[0.0, 0.0], [0.0]], "identity"
    ... )
    >>> network.predict([1.0]).tolist(), ablate(network, 1, 0).predict([1.0]).tolist()
    ([5.0], [3.0])
    """
    check_kind("network", network, Network)
    if not is_numpy(*network.weights, *network.biases):
        raise wrong_type("network", "a network of NumPy arrays", network.weights[0])
    last = len(network.weights)
    layer = check_integer("layer", layer, at_least=1)
    if layer >= last:
        raise wrong_value("layer", f"a hidden layer, from 1 to {last - 1}", str(layer))
    chosen = _checked_neurons(neurons, network.sizes[layer])
    held = _checked_values(values, len(chosen))
    copy = network.copy()
    W = copy.weights[layer]
    copy.biases[layer] += (W[:, chosen] @ held).astype(W.dtype, copy=False)
    W[:, chosen] = 0.0
    return copy


def _checked_neurons(neurons: object, n: int) -> np.ndarray[Any, Any]:
    """Return the numbers of neurons of a layer, each of them once."""
    chosen = np.atleast_1d(np.asarray(integer_array("neurons", neurons)))
    if chosen.ndim != 1:
        raise wrong_value("neurons", "numbers of neurons, in one row", f"shape {chosen.shape}")
    check_range("neurons", chosen, 0, n - 1)
    found, counts = np.unique(chosen, return_counts=True)
    if len(found) != len(chosen):
        raise wrong_value("neurons", "each neuron once", f"{found[counts > 1][0]} twice or more")
    return chosen


def _checked_values(values: object, n: int) -> np.ndarray[Any, Any]:
    """Return what each of the neurons is held at."""
    _, held = floating_arrays(values=values)
    if not is_numpy(held):
        raise wrong_type("values", "a number or a NumPy array", values)
    if held.shape not in ((), (n,)):
        raise wrong_value("values", f"one number, or {n}", f"shape {held.shape}")
    check_finite(values=held)
    return np.broadcast_to(held, (n,))


def _solved(xp: Any, C: Array, key: Array) -> Array:
    """Return the solution x of C x = key, in single precision where there is less."""
    half = xp.finfo(C.dtype).bits < 32  # libraries have no solver for it
    wide = (cast(xp, C, xp.float32), cast(xp, key, xp.float32)) if half else (C, key)
    try:
        found = xp.linalg.solve(wide[0], wide[1][:, None])[:, 0]
    except np.linalg.LinAlgError:
        raise wrong_value("covariance", "a positive definite matrix", "a singular one") from None
    return cast(xp, found, C.dtype) if half else found


def _check_fit(W: Array, key: Array, value: Array) -> None:
    """Refuse weights, keys and values that don't fit each other."""
    if W.ndim != 2 or 0 in W.shape:
        expected = "a matrix with at least one row and one column"
        raise wrong_value("W", expected, f"shape {tuple(W.shape)}")
    check_shape("key", key, (W.shape[1],), "one number a column of W")
    check_shape("value", value, (W.shape[0],), "one number a row of W")
    check_finite(W=W, key=key, value=value)


def _check_symmetric(C: Array) -> None:
    """Refuse a NumPy matrix that differs from its transpose by more than rounding."""
    if not is_numpy(C):
        return
    check_finite(covariance=C)
    allowed = 100.0 * float(np.finfo(C.dtype).eps) * float(np.max(np.abs(C)))
    if not np.all(np.abs(C - C.T) <= allowed):
        raise wrong_value("covariance", "a symmetric matrix", "one that isn't")


def _check_strength(strength: Array, key: Array) -> None:
    """Refuse what an edit would divide by if it isn't positive."""
    if is_numpy(strength) and not strength > 0.0:
        if not np.any(key):
            raise wrong_value("key", "a key that isn't zero", "zeros alone")
        got = f"a key or covariance for which the product k C^-1 k is {strength:g}"
        raise wrong_value("covariance", "a positive definite matrix", got)
