"""Train on MNIST: `python -m benchmarks.mnist [FOLDER] [--seeds N]`.

784-100-10 sigmoids, summed squared error, plain gradient descent on batches of ten,
30 epochs: the book's own cost and rule. Without a folder the images are fetched once
into a cache.
"""

from __future__ import annotations

import argparse
import time

from benchmarks import one_core

one_core.pin()  # before NumPy is imported

import numpy as np  # noqa: E402  # after the threads are set

from nnmath import (  # noqa: E402  # likewise
    GradientDescent,
    Network,
    evaluate,
    train,
)
from nnmath.datasets import ImageSet, load_mnist  # noqa: E402  # likewise

SIZES = (784, 100, 10)
EPOCHS = 30
BATCH_SIZE = 10
RATE = 1.0
TARGET = 0.975


def main() -> None:
    """Train once for each seed, and fail if a network falls short."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", help="a folder that holds the four files")
    parser.add_argument("--seeds", type=int, default=1, help="how many networks (1)")
    parser.add_argument("--rate", type=float, default=RATE, help=f"the learning rate ({RATE})")
    arguments = parser.parse_args()
    learning, test = load_mnist(arguments.folder)
    accuracies = [_train(learning, test, arguments.rate, seed) for seed in range(arguments.seeds)]
    if min(accuracies) < TARGET:
        raise SystemExit(f"expected at least {TARGET:.1%} on the test images")


def _train(learning: ImageSet, test: ImageSet, rate: float, seed: int) -> float:
    """Train a network, and return its accuracy on the test images."""
    rng = np.random.default_rng(seed)
    network = Network(SIZES, initialization="glorot", rng=rng, dtype=np.float32)
    start = time.process_time()
    history = train(
        network,
        learning.vectors(np.float32),
        learning.targets(np.float32),
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        optimizer=GradientDescent(rate),
        rng=rng,
    )
    seconds = time.process_time() - start
    accuracy = evaluate(network, test.vectors(np.float32), test.targets(np.float32)).accuracy
    speed = EPOCHS * len(learning) / seconds
    print(
        f"seed {seed}: {accuracy:.2%} of the test images, {history.accuracy[-1]:.2%} in training, "
        f"{seconds:.0f} s ({speed:,.0f} samples/s)",
        flush=True,
    )
    return accuracy


if __name__ == "__main__":
    main()
