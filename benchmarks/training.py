"""Training throughput beside scikit-learn, JAX, and the matrix products alone.

All train a network with one hidden layer of sigmoids by gradient descent in float32
on random images of the right shape (256 levels of grey), with shuffling. nnmath and
JAX take the summed squared error of sigmoid outputs; scikit-learn's MLPClassifier has
no choice but the cross-entropy of a softmax, which costs about the same.

The matrix products alone are those that a step can't do without: two forward (for
each layer one), then the derivatives by both weights and by the hidden activation;
none by the input. There are two rows of them:

- "products, plain": `numpy.matmul` with `out` on arrays of the layers' own sizes, as
  NumPy allocates them, with the same batch over and over;
- "products, nnmath's": the very calls nnmath makes, that is with rows padded and
  aligned to cache lines and large products cut in pieces.

Contenders take turns, round after round. A figure is the median of the CPU time.
"""

from __future__ import annotations

import platform
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from nnmath import GradientDescent, Network, train
from nnmath._calls import Layer, Workspace, aligned_zeros, step_calls

N_SAMPLES = 10_240
RATE = 0.01
CASES = [((784, 30, 10), 10), ((784, 30, 10), 128), ((64, 30, 10), 10), ((64, 30, 10), 128)]

Floats = NDArray[np.float32]
Sizes = tuple[int, int, int]


class Contender(NamedTuple):
    """Something that takes time for a number of samples."""

    name: str
    run: Callable[[], object]
    n_samples: int


def main(rounds: int) -> None:
    """Print a table for every network and batch size."""
    libraries = f"NumPy {np.__version__}, scikit-learn {sklearn.__version__}, JAX {jax.__version__}"
    print(f"{libraries}, Python {platform.python_version()}, {_processor()}")
    print(f"one core, one thread, float32, {N_SAMPLES} samples, medians of {rounds} rounds\n")
    for sizes, batch_size in CASES:
        _report(sizes, batch_size, _measure(_contenders(sizes, batch_size), rounds))


def _processor() -> str:
    """Return the name of the processor, if it is easy to tell."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text(encoding="utf-8").splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _contenders(sizes: Sizes, batch_size: int) -> list[Contender]:
    """Return all contenders for a network and a batch size, warmed up."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (N_SAMPLES, sizes[0])).astype(np.float32) / np.float32(255)
    labels = rng.integers(0, sizes[-1], N_SAMPLES)
    y = np.eye(sizes[-1], dtype=np.float32)[labels]
    contenders = [
        _nnmath(sizes, batch_size, x, y),
        _scikit_learn(sizes, batch_size, x, labels),
        _jax(sizes, batch_size, x, y),
        _plain_products(sizes, batch_size, x),
        _own_products(sizes, batch_size, x, y),
    ]
    for contender in contenders:
        contender.run()
    return contenders


def _nnmath(sizes: Sizes, batch_size: int, x: Floats, y: Floats) -> Contender:
    """Return nnmath, through its public function."""
    rng = np.random.default_rng(1)
    network = Network(sizes, initialization="glorot", rng=rng, dtype=np.float32)
    optimizer = GradientDescent(RATE)

    def run() -> object:
        return train(
            network,
            x,
            y,
            epochs=30,
            batch_size=batch_size,
            optimizer=optimizer,
            rng=rng,
            progress=False,
        )

    return Contender("nnmath", run, 30 * N_SAMPLES)


def _scikit_learn(sizes: Sizes, batch_size: int, x: Floats, labels: NDArray[np.int64]) -> Contender:
    """Return scikit-learn, with everything off that can be."""
    model = MLPClassifier(
        hidden_layer_sizes=sizes[1:-1],
        activation="logistic",
        solver="sgd",
        alpha=0.0,
        batch_size=batch_size,
        learning_rate_init=RATE,
        momentum=0.0,
        nesterovs_momentum=False,
        max_iter=2,
        tol=0.0,
        random_state=1,
    )

    def run() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # after two epochs, of course
            return model.fit(x, labels)

    return Contender("scikit-learn", run, 2 * N_SAMPLES)


def _jax(sizes: Sizes, batch_size: int, x: Floats, y: Floats) -> Contender:
    """Return JAX: an epoch is one compiled scan over the batches."""
    rng = np.random.default_rng(1)
    network = Network(sizes, initialization="glorot", rng=rng, dtype=np.float32)
    parameters = [jnp.asarray(p) for p in (*network.weights, *network.biases)]
    inputs, targets = jnp.asarray(x), jnp.asarray(y)

    def cost(parameters: list[jax.Array], x: jax.Array, y: jax.Array) -> jax.Array:
        W_0, W_1, b_1, b_2 = parameters
        hidden = jax.nn.sigmoid(x @ W_0.T + b_1)
        return jnp.sum((jax.nn.sigmoid(hidden @ W_1.T + b_2) - y) ** 2) / len(x)

    def step(parameters: list[jax.Array], rows: jax.Array) -> tuple[list[jax.Array], jax.Array]:
        value, gradients = jax.value_and_grad(cost)(parameters, inputs[rows], targets[rows])
        return [p - RATE * g for p, g in zip(parameters, gradients, strict=True)], value

    @jax.jit
    def epoch(parameters: list[jax.Array], order: jax.Array) -> tuple[list[jax.Array], jax.Array]:
        return jax.lax.scan(step, parameters, order)

    def run() -> object:
        now = parameters
        for _ in range(5):
            order = rng.permutation(N_SAMPLES).reshape(-1, batch_size)
            now, costs = epoch(now, order)
        return jax.block_until_ready((now, costs))

    return Contender("JAX, one scan", run, 5 * N_SAMPLES)


def _plain_products(sizes: Sizes, batch_size: int, x: Floats) -> Contender:
    """Return the matrix products of a step on plain arrays."""
    rng = np.random.default_rng(1)
    n_0, n_1, n_2 = sizes
    x = x[:batch_size].copy()
    shapes = ((n_1, n_0), (n_2, n_1), *((batch_size, n) for n in (n_1, n_1, n_2)))
    W_0, W_1, hidden, dz_1, dz_2 = (rng.random(shape, dtype=np.float32) for shape in shapes)
    z_1, z_2, da_1 = np.empty_like(hidden), np.empty_like(dz_2), np.empty_like(hidden)
    dW_0, dW_1 = np.empty_like(W_0), np.empty_like(W_1)
    matmul = np.matmul

    def run() -> None:
        for _ in range(N_SAMPLES // batch_size):
            matmul(x, W_0.T, out=z_1)
            matmul(hidden, W_1.T, out=z_2)
            matmul(dz_2.T, hidden, out=dW_1)
            matmul(dz_2, W_1, out=da_1)
            matmul(dz_1.T, x, out=dW_0)

    return Contender("products, plain", run, N_SAMPLES)


def _own_products(sizes: Sizes, batch_size: int, x: Floats, y: Floats) -> Contender:
    """Return the matrix products of a step as nnmath calls them."""
    dtype = np.dtype(np.float32)
    widths = [-(-(n + 1) // 16) * 16 for n in sizes[:-1]]
    layers = []
    for n, width, before in zip(sizes[1:], [*widths[1:], sizes[-1]], widths, strict=True):
        W, dW = aligned_zeros((width, before), dtype), aligned_zeros((width, before), dtype)
        W[:n] = 0.01
        layers.append(Layer("sigmoid", n, W, dW))
    batch = aligned_zeros((batch_size, widths[0]), dtype)
    batch[:, : sizes[0]] = x[:batch_size]
    space = Workspace(batch_size, dtype)
    arrays = (batch, y[:batch_size].copy(), aligned_zeros((batch_size, sizes[-1]), dtype))
    calls = step_calls(layers, *arrays, space=space, cost="squared_error", factor=0.1)
    for function, arguments in calls:  # so that no product meets zeros alone
        function(*arguments)
    products = [call for call in calls if call[0] in (np.dot, np.matmul)]

    def run() -> None:
        for _ in range(N_SAMPLES // batch_size):
            for function, arguments in products:
                function(*arguments)

    return Contender("products, nnmath's", run, N_SAMPLES)


def _measure(contenders: list[Contender], rounds: int) -> dict[str, float]:
    """Return for every contender the CPU time of a sample, in seconds."""
    times: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            times[contender.name].append(_timed(contender))
    return {name: statistics.median(values) for name, values in times.items()}


def _timed(contender: Contender) -> float:
    """Return the CPU time of a sample, from runs that last a tenth of a second together."""
    n_samples = 0
    start = time.process_time()
    while (spent := time.process_time() - start) < 0.1:
        contender.run()
        n_samples += contender.n_samples
    return spent / n_samples


def _report(sizes: Sizes, batch_size: int, seconds: dict[str, float]) -> None:
    """Print the table for one network and batch size."""
    own = seconds["nnmath"]
    print(f"{'-'.join(map(str, sizes))}, batches of {batch_size}")
    print(f"  {'':20} {'samples/s':>10} {'µs a step':>10} {'nnmath is':>10}")
    for name, value in seconds.items():
        ratio = f"{value / own:.2f} x"
        print(f"  {name:20} {1 / value:10,.0f} {value * batch_size * 1e6:10.1f} {ratio:>10}")
    print()


if __name__ == "__main__":
    raise SystemExit("run it with `python -m benchmarks`, which sets the threads first")
