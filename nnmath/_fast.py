"""The same pass over the samples as in `nnmath._epochs`, several times quicker.

What makes it quick, and where it leaves the order of the formulas on paper:

- A step is a list of NumPy calls that write into arrays made beforehand. It is put
  together once for each place of a batch; then only the calls are left to do.
- A bias is the weight of one more neuron that always gives 1, so it takes no calls
  of its own. That neuron stands in the padding that brings every row to whole
  cache lines, where matrix products run faster.
- What the gradient is multiplied by (one over the batch size; the learning rate of
  gradient descent) is multiplied into the smallest array, at the output.
- Samples that are images of bytes are kept as bytes.
- Some hundred samples are gathered at once, and their cost and accuracy are taken
  at once.
- All parameters lie one after the other, so that one call changes them all.

The numbers are those of the plain way up to rounding.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from nnmath._calls import CACHE_LINE, Call, Layer, Workspace, aligned_zeros, mask_calls, step_calls
from nnmath._epochs import EpochResult, Interrupt, Task, augmented
from nnmath.activations import ACTIVATIONS
from nnmath.costs import COSTS
from nnmath.network import Network
from nnmath.optimizers import (
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
    Optimizer,
)
from nnmath.optimizers._base import clipping_factor

_Floats: TypeAlias = NDArray[Any]

#: The largest byte, and the white of images of bytes.
_WHITE = 255
#: Bytes of samples gathered at once: few enough to stay in the second-level cache.
_BLOCK = 512 * 1024
#: Most samples gathered at once: more save nothing, and the steps of each have to be kept.
_MOST_ROWS = 1024


class FastEpochs:
    """Steps taken by calls that were put together beforehand."""

    @staticmethod
    def fits(task: Task) -> bool:
        """Say whether a task can be done this way."""
        activations = task.network.activations
        return (
            all(a.name in ONE_AND_ZERO and a is ACTIVATIONS[a.name] for a in activations)
            and COSTS.get(task.cost.name) is task.cost
            and type(task.optimizer) in (GradientDescent, Momentum, Adam, AdamW)
        )

    def __init__(self, task: Task) -> None:
        self._task = task
        self._optimizer = cast(Optimizer, task.optimizer)
        self._fixed_rate = _fixed_rate(task)
        self._layout = Layout(task.network)
        self._parameters = self._layout.pack(task.network.weights, task.network.biases)
        self._layout.add_constant_neurons(self._parameters)
        self._gradient = self._layout.zeros()
        self._optimizer.prepare([*task.network.weights, *task.network.biases])
        n = len(task.network.weights)
        self._memory = [
            self._layout.pack(arrays[:n], arrays[n:]) for arrays in self._optimizer.state.values()
        ]
        self._labels = task.y.argmax(axis=1)
        self._make_steps(len(task.x), task.batch_size)

    def _make_steps(self, n_samples: int, batch_size: int) -> None:
        """Put together the steps of a block of batches, and of the last, smaller one."""
        x, y = self._task.x, self._task.y
        n_rows = min(_BLOCK // (x.shape[1] * x.itemsize), _MOST_ROWS, n_samples)
        self._block = max(1, n_rows // batch_size) * batch_size
        stored = None if self._task.regularizers.augment else as_bytes(x)
        self._x = x if stored is None else stored
        self._scale = 1.0 if stored is None else 1.0 / _WHITE
        self._rows = np.zeros((self._block, x.shape[1]), self._x.dtype)
        self._block_x = self._layout.input(self._block, 1.0 if stored is None else _WHITE)
        self._block_y = aligned_zeros((self._block, y.shape[1]), y.dtype)
        self._output = np.zeros_like(self._block_y)
        self._steps = self._steps_of(self._block, batch_size)
        self._last_steps = self._steps_of(n_samples % self._block, batch_size)

    def _steps_of(self, n_samples: int, batch_size: int) -> list[list[Call]]:
        """Put together the steps of the first samples in the block, batch after batch."""
        layers = self._layout.layers(self._parameters, self._gradient)
        penalties = self._penalty_calls()
        spaces: dict[int, Workspace] = {}
        steps = []
        for start in range(0, n_samples, batch_size):
            batch = slice(start, min(start + batch_size, n_samples))
            size = batch.stop - batch.start
            space = spaces.setdefault(size, Workspace(size, self._task.x.dtype))
            arrays = (self._block_x[batch], self._block_y[batch], self._output[batch])
            masks, draws = self._masks(space)
            calls = step_calls(
                layers,
                *arrays,
                space=space,
                cost=self._task.cost.name,
                factor=self._factor(size),
                scale=self._scale,
                masks=masks,
            )
            steps.append([*draws, *calls, *penalties, self._update_call()])
        return steps

    def _masks(self, space: Workspace) -> tuple[list[_Floats | None], list[Call]]:
        """Return a mask for each layer that drops some, and the calls that draw them."""
        rng = cast(np.random.Generator, self._task.rng)
        rates, sizes = self._task.regularizers.dropout, self._task.network.sizes
        return mask_calls(rates, sizes, self._layout.widths, space, rng)

    def _penalty_calls(self) -> list[Call]:
        """Return the calls that add the derivatives of the penalties to the gradient."""
        l1, l2 = self._task.regularizers[:2]
        rate = 1.0 if self._fixed_rate is None else self._fixed_rate
        calls: list[Call] = []
        parameters, room = self._parameters, self._layout.zeros()
        if l2:
            factors = self._layout.weights_alone(rate * l2)
            calls.append((np.multiply, (parameters, factors, room)))
            calls.append((np.add, (self._gradient, room, self._gradient)))
        if l1:
            factors = self._layout.weights_alone(rate * l1)
            calls.append((np.sign, (parameters, room)))
            calls.append((np.multiply, (room, factors, room)))
            calls.append((np.add, (self._gradient, room, self._gradient)))
        return calls

    def _factor(self, size: int) -> float:
        """Return what the derivative of the cost is multiplied by."""
        factor = 1.0 / size if self._task.reduction == "mean" else 1.0
        return factor if self._fixed_rate is None else factor * self._fixed_rate

    def _update_call(self) -> Call:
        """Return the call that changes all parameters."""
        if self._fixed_rate is not None:  # it is in the gradient
            return np.subtract, (self._parameters, self._gradient, self._parameters)
        return self._update, ()

    def _update(self) -> None:
        """Let the optimiser change all parameters."""
        if self._task.regularizers.max_norm is not None:
            factor, _ = clipping_factor([self._gradient], self._task.regularizers.max_norm)
            np.multiply(self._gradient, factor, self._gradient)
        self._optimizer.count_step()
        self._optimizer.update(self._parameters, self._gradient, *self._memory)
        if type(self._optimizer) is AdamW:  # the neurons that give 1 aren't to decay
            self._layout.add_constant_neurons(self._parameters)

    def run(
        self, order: NDArray[np.intp], interrupt: Interrupt, advance: Callable[[int], object]
    ) -> EpochResult:
        """Take a step for each batch of the order."""
        if self._task.regularizers.augment is not None:
            rng = cast(np.random.Generator, self._task.rng)
            self._x = augmented(self._task.x, self._task.regularizers.augment, rng)
        cost, right = 0.0, 0
        for start in range(0, len(order), self._block):
            rows = order[start : start + self._block]
            steps = self._steps if len(rows) == self._block else self._last_steps
            self._gather(rows)
            if self._take(steps, interrupt) < len(steps):
                return EpochResult(math.nan, None, False)
            right += self._count_right(rows)
            cost += self._cost_of_block(len(rows))
            if not math.isfinite(cost):
                break
            advance(len(steps))
        accuracy = right / len(order) if self._output.shape[1] > 1 else None
        return EpochResult(cost / len(order), accuracy, True)

    def _take(self, steps: list[list[Call]], interrupt: Interrupt) -> int:
        """Take steps until that is enough; return how many."""
        taken = 0
        for calls in steps:
            if interrupt.requested:
                break
            for function, arguments in calls:
                function(*arguments)
            taken += 1
        if self._fixed_rate is not None:
            self._optimizer.n_steps += taken
        return taken

    def _gather(self, rows: NDArray[np.intp]) -> None:
        """Copy the samples of a block to where the steps find them."""
        n = len(rows)
        # No index is out of range; "clip" lets NumPy write without a buffer of its own.
        self._x.take(rows, 0, self._rows[:n], "clip")
        self._task.y.take(rows, 0, self._block_y[:n], "clip")
        self._block_x[:n, : self._rows.shape[1]] = self._rows[:n]

    def _count_right(self, rows: NDArray[np.intp]) -> int:
        """Return for how many samples the largest output was the right one."""
        best = self._output[: len(rows)].argmax(axis=1)
        return int(np.count_nonzero(best == self._labels[rows]))

    def _cost_of_block(self, n_samples: int) -> float:
        """Return the summed cost of the samples in the block, each before its step."""
        output, y = self._output[:n_samples], self._block_y[:n_samples]
        if self._task.cost.takes_logits:
            if not np.isfinite(output).all():
                return math.nan
            return float(np.sum(self._task.cost.function(output, y)))
        np.subtract(output, y, y)
        squares = float(np.vdot(y, y))
        return squares / y.shape[1] if self._task.cost.name == "mean_squared_error" else squares

    def write_back(self) -> None:
        """Bring the network and the optimiser up to date."""
        network, optimizer = self._task.network, self._optimizer
        self._layout.unpack(self._parameters, network.weights, network.biases)
        n = len(network.weights)
        for flat, arrays in zip(self._memory, optimizer.state.values(), strict=True):
            self._layout.unpack(flat, arrays[:n], arrays[n:])


def _fixed_rate(task: Task) -> float | None:
    """Return the learning rate if that is all a gradient is multiplied by."""
    optimizer, clipped = task.optimizer, task.regularizers.max_norm is not None
    if clipped or type(optimizer) is not GradientDescent or callable(optimizer.learning_rate):
        return None
    return optimizer.learning_rate


def as_bytes(x: _Floats) -> NDArray[np.uint8] | None:
    """Return 255 times the samples if that is bytes, as it is for most images.

    Samples in bytes take a quarter of the memory, and of the time to be fetched.
    """
    stored = np.empty(x.shape, dtype=np.uint8)
    # A byte over 255, or times 1/255, is off by less than this share of itself.
    tolerance = x.dtype.type(2.0 * np.finfo(x.dtype).eps)
    # A few rows at a time: temporary arrays are small then, and most x are soon told.
    height = max(1, 2**16 // x.shape[1])
    for start in range(0, len(x), height):
        rows = x[start : start + height] * x.dtype.type(_WHITE)
        levels = np.rint(rows)
        if levels.min() < 0 or levels.max() > _WHITE:
            return None
        rows -= levels
        if (np.abs(rows, rows) > tolerance * levels).any():
            return None
        stored[start : start + height] = levels
    return stored


# How the arrays are laid out


#: For each activation the weighted inputs that give exactly 1 and exactly 0.
ONE_AND_ZERO = {
    "identity": (1.0, 0.0),
    "relu": (1.0, 0.0),
    "sigmoid": (50.0, -50.0),
    "tanh": (50.0, 0.0),
}


class Layout:
    """Where each weight and bias lies among all parameters laid end to end."""

    def __init__(self, network: Network) -> None:
        self._sizes = network.sizes
        self._activations = [activation.name for activation in network.activations]
        self._dtype = np.dtype(network.dtype)
        line = CACHE_LINE // self._dtype.itemsize
        # Room for the neuron that gives 1, then up to a whole line.
        self.widths = [math.ceil((n + 1) / line) * line for n in self._sizes[:-1]]
        self.widths.append(self._sizes[-1])

    def zeros(self) -> _Floats:
        """Return zeros for all parameters."""
        pairs = itertools.pairwise(self.widths)
        return aligned_zeros((sum(before * width for before, width in pairs),), self._dtype)

    def _matrices(self, flat: _Floats) -> Iterator[_Floats]:
        """Return the part of each layer as a matrix."""
        start = 0
        for before, width in itertools.pairwise(self.widths):
            yield flat[start : start + width * before].reshape(width, before)
            start += width * before

    def layers(self, parameters: _Floats, gradient: _Floats) -> list[Layer]:
        """Return the layers after the input."""
        matrices = zip(self._matrices(parameters), self._matrices(gradient), strict=True)
        names = zip(self._activations, self._sizes[1:], strict=True)
        return [Layer(*name, *pair) for name, pair in zip(names, matrices, strict=True)]

    def weights_alone(self, value: float) -> _Floats:
        """Return a value for each weight, and zeros for biases and what was added."""
        flat = self.zeros()
        sizes = itertools.pairwise(self._sizes)
        for M, (n_before, n) in zip(self._matrices(flat), sizes, strict=True):
            M[:n, :n_before] = value
        return flat

    def pack(self, weights: Sequence[_Floats], biases: Sequence[_Floats]) -> _Floats:
        """Lay arrays like the weights and biases end to end."""
        flat = self.zeros()
        for M, W, b in zip(self._matrices(flat), weights, biases, strict=True):
            n, n_before = W.shape
            M[:n, :n_before] = W
            M[:n, n_before] = b
        return flat

    def unpack(self, flat: _Floats, weights: Sequence[_Floats], biases: Sequence[_Floats]) -> None:
        """Write into arrays like the weights and biases what was laid end to end."""
        for M, W, b in zip(self._matrices(flat), weights, biases, strict=True):
            n, n_before = W.shape
            W[...] = M[:n, :n_before]
            b[...] = M[:n, n_before]

    def add_constant_neurons(self, parameters: _Floats) -> None:
        """Let the first neuron added to a hidden layer give 1, and the others 0.

        Their slopes are 0, or are made so, so that they never learn.
        """
        matrices = list(self._matrices(parameters))[:-1]
        sizes = itertools.pairwise(self._sizes[:-1])
        for M, name, (n_before, n) in zip(matrices, self._activations[:-1], sizes, strict=True):
            one, zero = ONE_AND_ZERO[name]
            M[n, n_before] = one
            M[n + 1 :, n_before] = zero

    def input(self, n_samples: int, one: float) -> _Floats:
        """Return room for samples, beside them the input that stands for 1."""
        room = aligned_zeros((n_samples, self.widths[0]), self._dtype)
        room[:, self._sizes[0]] = one
        return room
