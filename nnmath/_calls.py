"""A training step as a list of NumPy calls that write into arrays made beforehand.

See `nnmath._fast` for how the arrays are laid out.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

#: The function and its arguments, the array for the result among them.
Call: TypeAlias = tuple[Callable[..., object], tuple[Any, ...]]
_Floats: TypeAlias = NDArray[Any]

#: Bytes that the processor moves at once. Products run up to twice as fast on rows
#: that begin where a cache line does.
CACHE_LINE = 64


def aligned_zeros(shape: tuple[int, ...], dtype: np.dtype[Any]) -> _Floats:
    """Return zeros that begin where a cache line does."""
    n_bytes = math.prod(shape) * dtype.itemsize
    memory = np.zeros(n_bytes + CACHE_LINE, dtype=np.uint8)
    start = -memory.ctypes.data % CACHE_LINE
    return memory[start : start + n_bytes].view(dtype).reshape(shape)


class Layer(NamedTuple):
    """A layer as a step sees it; biases are a column of the weights."""

    activation: str
    #: How many neurons there are, without those added to them.
    n: int
    #: Shape (width, width of the layer before).
    W: _Floats
    #: Where the derivative by the weights goes.
    dW: _Floats


class Workspace:
    """Arrays for one batch size, each made when it is first asked for."""

    def __init__(self, batch_size: int, dtype: np.dtype[Any]) -> None:
        self._batch_size = batch_size
        self._dtype = dtype
        self._arrays: dict[tuple[str, int], _Floats] = {}
        self._constants: dict[tuple[float, int], _Floats] = {}

    def array(self, name: str, layer: int, width: int) -> _Floats:
        """Return the array of a name for a layer, one row a sample."""
        if (name, layer) not in self._arrays:
            self._arrays[name, layer] = aligned_zeros((self._batch_size, width), self._dtype)
        return self._arrays[name, layer]

    def constant(self, value: float, width: int) -> _Floats:
        """Return an array filled with a number: quicker than a number to compute with."""
        if (value, width) not in self._constants:
            array = aligned_zeros((self._batch_size, width), self._dtype)
            array.fill(value)
            self._constants[value, width] = array
        return self._constants[value, width]

    def mask(self, n: int, width: int) -> _Floats:
        """Return ones for the neurons of a layer, zeros for those added to them."""
        mask = self.array("mask", n, width)
        mask[:, :n] = 1.0
        return mask


def step_calls(
    layers: Sequence[Layer],
    x: _Floats,
    y: _Floats,
    output: _Floats,
    *,
    space: Workspace,
    cost: str,
    factor: float,
    scale: float = 1.0,
    masks: Sequence[_Floats | None] = (),
) -> list[Call]:
    """Return the calls from a batch to the derivatives by all weights.

    Parameters
    ----------
    layers : sequence of Layer
        The layers after the input.
    x, y, output : ndarray
        A batch, its targets, and where the output goes.
    space : Workspace
        Arrays for the batch size.
    cost : str
        The name of the cost.
    factor : float
        What the derivative of the cost is multiplied by.
    scale : float
        What the batch is to be multiplied by; cheaper done with what comes of it.
    masks : sequence of ndarray or None
        For each layer from the input on what its activations are multiplied by.
    """
    widths = [W.shape[0] for _, _, W, _ in layers[:-1]]
    mask_of = dict(enumerate(masks))
    a_of = [x, *(space.array("a", i, width) for i, width in enumerate(widths, 1)), output]
    # What goes into each layer; the slopes are told from what was not yet masked.
    into = [
        a if mask_of.get(i) is None else space.array("into", i, a.shape[1])
        for i, a in enumerate(a_of)
    ]
    calls: list[Call] = []
    for i, layer in enumerate(layers):
        calls += _times_mask(a_of[i], mask_of.get(i), into[i])
        calls.append((np.dot, (into[i], layer.W.T, a_of[i + 1])))
        calls += _activate(layer.activation, a_of[i + 1], space, scale if i == 0 else 1.0)
    dz = space.array("dz", len(layers), y.shape[1])
    calls += _COST_CALLS[cost](output, y, dz, space, factor)
    calls += _times_slope(layers[-1], output, dz, space)
    for i in range(len(layers) - 1, 0, -1):
        da = space.array("dz", i, widths[i - 1])
        calls.append((np.dot, (dz.T, into[i], layers[i].dW)))
        calls.append((np.dot, (dz, layers[i].W, da)))
        calls += _times_mask(da, mask_of.get(i), da)
        calls += _times_slope(layers[i - 1], a_of[i], da, space)
        dz = da
    calls += _times(scale, dz, space)
    calls.append((np.dot, (dz.T, into[0], layers[0].dW)))
    return calls


def mask_calls(
    rates: Sequence[float],
    sizes: Sequence[int],
    widths: Sequence[int],
    space: Workspace,
    rng: np.random.Generator,
) -> tuple[list[_Floats | None], list[Call]]:
    """Return a mask for each layer that drops some, and the calls that draw them.

    Neurons that were added to a layer stay.
    """
    masks: list[_Floats | None] = []
    calls: list[Call] = []
    for i, (rate, n, width) in enumerate(zip(rates, sizes, widths, strict=False)):
        if not rate:
            masks.append(None)
            continue
        mask = space.array("keep", i, width)
        mask.fill(1.0)
        drawn = np.empty((len(mask), n))  # float64, to be the numbers that dropout_mask draws
        calls.append((rng.random, (None, np.float64, drawn)))
        calls.append((np.greater_equal, (drawn, rate, mask[:, :n])))
        calls.append((np.multiply, (mask[:, :n], mask.dtype.type(1.0 / (1.0 - rate)), mask[:, :n])))
        masks.append(mask)
    return masks, calls


def _times_mask(a: _Floats, mask: _Floats | None, out: _Floats) -> list[Call]:
    """Return the call that multiplies by a mask, if there is one."""
    return [] if mask is None else [(np.multiply, (a, mask, out))]


def _times(factor: float, a: _Floats, space: Workspace) -> list[Call]:
    """Return the call that multiplies an array by a number, if that changes it."""
    if factor == 1.0:
        return []
    return [(np.multiply, (a, space.constant(factor, a.shape[1]), a))]


def _activate(activation: str, a: _Floats, space: Workspace, scale: float = 1.0) -> list[Call]:
    """Return the calls that turn scaled weighted inputs into activations, in place."""
    width = a.shape[1]
    if activation == "sigmoid":
        # (1 + tanh(z / 2)) / 2: never too large for a float, and exactly 0 or 1 far out.
        half = space.constant(0.5, width)
        rest: list[Call] = [(np.tanh, (a, a)), (np.multiply, (a, half, a)), (np.add, (a, half, a))]
        return _times(0.5 * scale, a, space) + rest
    calls = _times(scale, a, space)
    if activation == "tanh":
        calls.append((np.tanh, (a, a)))
    elif activation == "relu":
        # NumPy wants a name for where the larger ones go.
        calls.append((partial(np.maximum, out=a), (a, space.constant(0.0, width))))
    return calls


def _times_slope(layer: Layer, a: _Floats, da: _Floats, space: Workspace) -> list[Call]:
    """Return the calls that multiply da by N'(z), told from the activation, in place."""
    width = a.shape[1]
    slope = space.array("slope", width, width)
    one = space.constant(1.0, width)
    times: Call = (np.multiply, (da, slope, da))
    if layer.activation == "sigmoid":
        return [(np.subtract, (one, a, slope)), (np.multiply, (slope, a, slope)), times]
    if layer.activation == "tanh":
        return [(np.multiply, (a, a, slope)), (np.subtract, (one, slope, slope)), times]
    calls: list[Call] = []
    if layer.activation == "relu":
        calls = [(np.sign, (a, slope)), times]
    if width > layer.n:
        # The neuron that gives 1 has a slope here, and isn't to learn.
        calls.append((np.multiply, (da, space.mask(layer.n, width), da)))
    return calls


def _squared_calls(
    output: _Floats, y: _Floats, dz: _Floats, space: Workspace, factor: float
) -> list[Call]:
    """Return the calls for the derivative of the summed squared error."""
    scale = space.constant(2.0 * factor, y.shape[1])
    return [(np.subtract, (output, y, dz)), (np.multiply, (dz, scale, dz))]


def _mean_squared_calls(
    output: _Floats, y: _Floats, dz: _Floats, space: Workspace, factor: float
) -> list[Call]:
    """Return the calls for the derivative of the mean squared error."""
    return _squared_calls(output, y, dz, space, factor / y.shape[1])


def _sigmoid_calls(
    output: _Floats, y: _Floats, dz: _Floats, space: Workspace, factor: float
) -> list[Call]:
    """Return the calls for the derivative of the binary cross-entropy."""
    scale = space.constant(factor, y.shape[1])
    return [
        (np.copyto, (dz, output)),
        *_activate("sigmoid", dz, space),
        (np.subtract, (dz, y, dz)),
        (np.multiply, (dz, scale, dz)),
    ]


def _softmax_calls(
    output: _Floats, y: _Floats, dz: _Floats, space: Workspace, factor: float
) -> list[Call]:
    """Return the calls for the derivative of the categorical cross-entropy."""
    scale = space.constant(factor, y.shape[1])
    column = space.array("column", 1, 1)
    return [
        (np.maximum.reduce, (output, 1, None, column, True)),
        (np.subtract, (output, column, dz)),
        (np.exp, (dz, dz)),
        (np.add.reduce, (dz, 1, None, column, True)),
        (np.divide, (dz, column, dz)),
        (np.subtract, (dz, y, dz)),
        (np.multiply, (dz, scale, dz)),
    ]


_CostCalls: TypeAlias = Callable[[_Floats, _Floats, _Floats, Workspace, float], list[Call]]
_COST_CALLS: dict[str, _CostCalls] = {
    "squared_error": _squared_calls,
    "mean_squared_error": _mean_squared_calls,
    "sigmoid_cross_entropy": _sigmoid_calls,
    "softmax_cross_entropy": _softmax_calls,
}
