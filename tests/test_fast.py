"""The quick way through an epoch: the same numbers as the plain way, and its parts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnmath._calls import aligned_zeros
from nnmath._epochs import Interrupt, PlainEpochs, Regularizers, Task
from nnmath._fast import FastEpochs, as_bytes
from nnmath.activations import Activation, sigmoid
from nnmath.costs import COSTS, Cost, one_hot
from nnmath.network import Network
from nnmath.optimizers import (
    Adam,
    AdamW,
    ConstantSchedule,
    CosineSchedule,
    GradientDescent,
    Momentum,
    Optimizer,
)

pytestmark = pytest.mark.filterwarnings("error")

ELEMENTWISE = ["identity", "sigmoid", "tanh", "relu"]
OPTIMIZERS = [
    GradientDescent(0.05),
    GradientDescent(CosineSchedule(0.1, n_steps=8, warmup=3)),
    Momentum(0.02, momentum=0.7),
    Adam(0.01),
    AdamW(ConstantSchedule(0.01, warmup=4), weight_decay=0.5),
]
#: Both ways do the same arithmetic in another order. A few steps in float64 lose some
#: bits of 1e-16 to that, in float32 of 6e-8.
ROUNDING = {np.float64: 1e-11, np.float32: 2e-4}


def make_task(
    sizes,
    activations="sigmoid",
    *,
    n_samples=23,
    batch_size=5,
    cost="squared_error",
    optimizer=None,
    reduction="mean",
    dtype=np.float64,
    grey=False,
    seed=0,
    **regularizers,
):
    """Return a task of its own: network, samples, optimiser."""
    rng = np.random.default_rng(seed)
    network = Network(sizes, activations, initialization="glorot", rng=rng, dtype=dtype)
    for b in network.biases:  # so that they take part from the start
        b[...] = rng.normal(size=b.shape, scale=0.1)
    x = rng.normal(size=(n_samples, sizes[0]))
    if grey:
        x = rng.integers(0, 256, x.shape) / 255.0
    y = one_hot(rng.integers(0, sizes[-1], n_samples), sizes[-1], dtype=dtype)
    return Task(
        network,
        x.astype(dtype),
        y,
        batch_size,
        GradientDescent(0.05) if optimizer is None else optimizer,
        COSTS[cost],
        reduction,
        Regularizers(**regularizers),
    )


def copied(task, optimizer):
    """Return the same task with a network, an optimiser and chance of its own."""
    network, rng = task.network.copy(), np.random.default_rng(8)
    return task._replace(network=network, optimizer=optimizer, rng=rng)


def renewed(optimizer: Optimizer) -> Optimizer:
    """Return an optimiser of the same settings that has taken no step."""
    return type(optimizer)(**{name: getattr(optimizer, name) for name in optimizer.settings})


def run(way, task, epochs=2, seed=1):
    """Go through the samples; return what was measured in each epoch."""
    rng = np.random.default_rng(seed)
    results = [
        way.run(rng.permutation(len(task.x)), Interrupt(), lambda _: None) for _ in range(epochs)
    ]
    way.write_back()
    return results


def assert_ways_agree(task, epochs=2):
    """Train in both ways; compare networks, optimisers and what was measured."""
    one, other = copied(task, renewed(task.optimizer)), copied(task, renewed(task.optimizer))
    assert FastEpochs.fits(one)
    quick, plain = run(FastEpochs(one), one, epochs), run(PlainEpochs(other), other, epochs)
    tolerance = ROUNDING[task.x.dtype.type]
    close = {"rtol": tolerance, "atol": tolerance}
    for mine, theirs in zip(one.network.weights, other.network.weights, strict=True):
        np.testing.assert_allclose(mine, theirs, **close)
    for mine, theirs in zip(one.network.biases, other.network.biases, strict=True):
        np.testing.assert_allclose(mine, theirs, **close)
    for mine, theirs in zip(quick, plain, strict=True):
        np.testing.assert_allclose(mine.cost, theirs.cost, **close)
        assert mine.accuracy == theirs.accuracy
        assert mine.finished
    assert one.optimizer.n_steps == other.optimizer.n_steps
    for name, arrays in other.optimizer.state.items():
        for mine, theirs in zip(one.optimizer.state[name], arrays, strict=True):
            np.testing.assert_allclose(mine, theirs, **close)


# The same numbers


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda o: type(o).__name__)
@pytest.mark.parametrize(("first", "last"), list(itertools.product(ELEMENTWISE, repeat=2)))
def test_ways_agree_for_every_activation(first, last, optimizer, dtype):
    assert_ways_agree(make_task([6, 7, 3], [first, last], optimizer=optimizer, dtype=dtype))


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("cost", list(COSTS))
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda o: type(o).__name__)
def test_ways_agree_for_every_cost(cost, reduction, optimizer):
    activations = ["tanh", "identity"]
    task = make_task([6, 7, 3], activations, cost=cost, reduction=reduction, optimizer=optimizer)
    assert_ways_agree(task)


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 20), min_size=2, max_size=5),
    st.integers(1, 40),
    st.integers(1, 45),
    st.booleans(),
    st.data(),
)
def test_ways_agree_for_every_size(sizes, n_samples, batch_size, grey, data):
    names = [data.draw(st.sampled_from(["sigmoid", "tanh", "relu"])) for _ in sizes[1:]]
    task = make_task(
        sizes, names, n_samples=n_samples, batch_size=min(batch_size, n_samples), grey=grey
    )
    assert_ways_agree(task)


@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("batch_size", [10, 127, 128, 300])
def test_ways_agree_where_products_are_cut(batch_size, dtype, grey):
    # 300 samples of 784 are more than a block, and more than BLAS takes as it is.
    task = make_task(
        [784, 30, 16, 10], n_samples=700, batch_size=batch_size, dtype=dtype, grey=grey
    )
    assert_ways_agree(task, epochs=1)


def test_ways_agree_from_the_books_start():
    # Weighted inputs of the size of 30, where sigmoids are flat.
    task = make_task([784, 30, 10], n_samples=50, batch_size=10, grey=True)
    rng = np.random.default_rng(5)
    task = task._replace(network=Network([784, 30, 10], rng=rng), optimizer=GradientDescent(3.0))
    assert_ways_agree(task)


REGULARIZERS = {
    "l2": {"l2": 0.1},
    "l1": {"l1": 0.01},
    "both": {"l1": 0.01, "l2": 0.1},
    "dropout": {"dropout": (0.0, 0.5, 0.25)},
    "dropout of inputs": {"dropout": (0.3, 0.0, 0.0)},
    "short": {"max_norm": 0.05},
    "long": {"max_norm": 1e6},
    "augmented": {"augment": lambda x, rng: x + rng.normal(size=x.shape)},
    "all": {
        "l1": 0.01,
        "l2": 0.1,
        "dropout": (0.2, 0.5, 0.25),
        "max_norm": 0.1,
        "augment": lambda x, rng: (x * rng.uniform(0.5, 2.0)).astype(x.dtype),
    },
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda o: type(o).__name__)
@pytest.mark.parametrize("chosen", REGULARIZERS.values(), ids=REGULARIZERS)
@pytest.mark.parametrize("grey", [False, True])
def test_ways_agree_with_every_regularizer(chosen, optimizer, dtype, grey):
    names = ["tanh", "relu", "sigmoid"]
    task = make_task([6, 7, 9, 3], names, optimizer=optimizer, dtype=dtype, grey=grey, **chosen)
    assert_ways_agree(task)


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 20), min_size=2, max_size=4),
    st.integers(1, 40),
    st.integers(1, 45),
    st.booleans(),
    st.data(),
)
def test_ways_agree_with_dropout_for_every_size(sizes, n_samples, batch_size, grey, data):
    names = [data.draw(st.sampled_from(["sigmoid", "tanh", "relu"])) for _ in sizes[1:]]
    rates = tuple(data.draw(st.sampled_from([0.0, 0.2, 0.5])) for _ in names)
    task = make_task(
        sizes,
        names,
        n_samples=n_samples,
        batch_size=min(batch_size, n_samples),
        grey=grey,
        dropout=rates,
        l2=0.01,
    )
    assert_ways_agree(task)


def test_quick_way_goes_on_to_the_bit():
    for optimizer in OPTIMIZERS:
        task = make_task([6, 7, 3], optimizer=optimizer)
        whole, parts = copied(task, renewed(optimizer)), copied(task, renewed(optimizer))
        run(FastEpochs(whole), whole, epochs=3)
        rng = np.random.default_rng(1)
        for _ in range(3):
            way = FastEpochs(parts)  # packs and unpacks anew every time
            way.run(rng.permutation(len(parts.x)), Interrupt(), lambda _: None)
            way.write_back()
        for one, other in zip(whole.network.weights, parts.network.weights, strict=True):
            np.testing.assert_array_equal(one, other)


# Which tasks it takes


def test_it_takes_what_it_knows_only():
    assert FastEpochs.fits(make_task([3, 4, 2], "tanh"))
    assert not FastEpochs.fits(make_task([3, 4, 2], "gelu"))
    assert not FastEpochs.fits(make_task([3, 4, 2], ["relu", "softmax"]))
    # Own things under known names are others.
    own = Activation("sigmoid", sigmoid, lambda da, z: da * z)
    assert not FastEpochs.fits(make_task([3, 4, 2], own))
    squared = COSTS["squared_error"]
    assert not FastEpochs.fits(make_task([3, 2])._replace(cost=Cost(*squared[:3], False)))

    class Slower(GradientDescent):
        """Takes the name of none, but its class is another."""

    assert not FastEpochs.fits(make_task([3, 2], optimizer=Slower(0.1)))


# Neurons added to carry the biases


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", ELEMENTWISE)
@pytest.mark.parametrize("optimizer", OPTIMIZERS[2:], ids=repr)
@pytest.mark.parametrize("chosen", [{}, REGULARIZERS["all"]], ids=["plain", "regularized"])
def test_added_neurons_never_learn(activation, dtype, optimizer, chosen):
    task = make_task([5, 6, 4, 2], activation, optimizer=optimizer, dtype=dtype, **chosen)
    task = copied(task, renewed(optimizer))
    way = FastEpochs(task)
    layers = way._layout.layers(way._parameters, way._gradient)
    before = [layer.W.copy() for layer in layers]
    run(way, task, epochs=3)
    for i, (layer, old) in enumerate(zip(layers, before, strict=True)):
        n, n_before = task.network.sizes[i + 1], task.network.sizes[i]
        assert np.any(layer.W[:n, : n_before + 1] != old[:n, : n_before + 1])
        np.testing.assert_array_equal(layer.W[n:], old[n:])
        assert not layer.W[:n, n_before + 1 :].any()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_rows_begin_where_cache_lines_do(dtype):
    array = aligned_zeros((3, 16), np.dtype(dtype))
    assert array.dtype == dtype
    assert not array.any()
    way = FastEpochs(make_task([5, 6, 2], dtype=dtype))
    layers = way._layout.layers(way._parameters, way._gradient)
    for matrix in [array, way._block_x, *(layer.W for layer in layers)]:
        assert matrix.ctypes.data % 64 == 0
        assert matrix.strides[0] % 64 == 0


# Bytes


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_images_of_bytes_are_found(dtype):
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    for x in (
        levels.astype(dtype) / dtype(255),
        levels.astype(dtype) * dtype(1 / 255),
        (levels / 255.0).astype(dtype),
    ):
        np.testing.assert_array_equal(as_bytes(x), levels)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("bad", [-1.0 / 255.0, 256.0 / 255.0, 0.5, 1e-3, 0.2 + 1e-5, 1e30])
def test_other_samples_stay_floats(bad, dtype):
    x = np.zeros((200, 1000), dtype=dtype)
    assert as_bytes(x) is not None
    x[-1, -1] = bad
    assert as_bytes(x) is None


# Stopping


class AfterSteps:
    """Asks to stop when it was looked at so many times."""

    def __init__(self, n):
        self.left = n

    @property
    def requested(self):
        """Count down, then say yes."""
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("make_way", [FastEpochs, PlainEpochs])
@pytest.mark.parametrize("n_steps", [0, 1, 3, 4])
def test_whole_steps_only(make_way, n_steps):
    task = make_task([6, 7, 3], n_samples=23, batch_size=5, optimizer=Momentum(0.05))
    order = np.random.default_rng(1).permutation(23)
    stopped = copied(task, Momentum(0.05))
    way = make_way(stopped)
    result = way.run(order, AfterSteps(n_steps), lambda _: None)
    way.write_back()
    assert not result.finished
    assert stopped.optimizer.n_steps == n_steps
    expected = copied(task, Momentum(0.05))
    if n_steps:
        # The same steps as an epoch of their samples alone.
        PlainEpochs(expected).run(order[: 5 * n_steps], Interrupt(), lambda _: None)
    for one, other in zip(stopped.network.weights, expected.network.weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("make_way", [FastEpochs, PlainEpochs])
def test_progress_counts_every_batch(make_way):
    task = make_task([6, 7, 3], n_samples=23, batch_size=5)
    counted = []
    make_way(task).run(np.arange(23), Interrupt(), counted.append)
    assert sum(counted) == 5


@pytest.mark.parametrize("make_way", [FastEpochs, PlainEpochs])
@pytest.mark.parametrize("cost", ["squared_error", "softmax_cross_entropy"])
def test_numbers_that_break_end_the_epoch(make_way, cost):
    task = make_task([6, 7, 3], "identity", cost=cost, n_samples=400, batch_size=1)
    task = task._replace(x=1e30 * task.x, optimizer=GradientDescent(1e30))
    counted = []
    with np.errstate(over="ignore", invalid="ignore"):
        result = make_way(task).run(np.arange(400), Interrupt(), counted.append)
    assert not np.isfinite(result.cost)
    assert result.finished
    assert sum(counted) < 400


def test_gradients_that_overflow_end_the_epoch_too():
    # The output is finite, and so is the cost; the derivative by the weights isn't.
    own = Cost("own", lambda a, y: 0.0 * a[..., 0], lambda a, y: 1e300 + 0.0 * a, False)
    task = make_task([2, 1], "identity", n_samples=4, batch_size=4)
    task = task._replace(x=1e200 * np.ones((4, 2)), cost=own)
    task.network.weights[0][...] = 0.0
    before = task.network.weights[0].copy()
    with np.errstate(over="ignore"):
        assert np.isnan(PlainEpochs(task).run(np.arange(4), Interrupt(), lambda _: None).cost)
    np.testing.assert_array_equal(task.network.weights[0], before)
