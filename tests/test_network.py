"""Networks: the worked example of the book, laws, starts, files, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnmath import ACTIVATIONS, Activation, ForwardPass, Network, feed_forward, sigmoid

WEIGHTS = [[[0.5, -1.0], [1.0, 1.0], [-0.5, 2.0]], [[2.0, -1.0, -1.0], [1.0, 2.0, -1.0]]]
BIASES = [[0.0, -0.5, -1.5], [0.5, 0.0]]


def small() -> Network:
    """Return the network with 2, 3 and 2 neurons that the book carries through."""
    return Network.from_parameters(WEIGHTS, BIASES)


def test_the_books_small_network_by_hand() -> None:
    forward = small().feed_forward([1.0, 0.5])
    # z_1: 0.5 - 0.5 + 0 = 0;  1 + 0.5 - 0.5 = 1;  -0.5 + 1 - 1.5 = -1
    np.testing.assert_allclose(forward.z[0], [0.0, 1.0, -1.0], rtol=0, atol=1e-15)
    s = 1.0 / (1.0 + np.exp(-1.0))  # the sigmoid of 1; that of -1 is 1 - s
    np.testing.assert_allclose(forward.a[1], [0.5, s, 1.0 - s], rtol=1e-14)
    # z_2: 1 - s - (1 - s) + 0.5 = 0.5;  0.5 + 2 s - (1 - s) = 3 s - 0.5
    np.testing.assert_allclose(forward.z[1], [0.5, 3.0 * s - 0.5], rtol=1e-14)
    np.testing.assert_allclose(forward.output, sigmoid(forward.z[1]), rtol=1e-15)
    # s = 0.7311, so z_2 = (0.5, 1.6932), and e^-0.5 = 0.6065, e^-1.6932 = 0.1839:
    # a_2 = (1 / 1.6065, 1 / 1.1839) = (0.6225, 0.8446)
    np.testing.assert_allclose(forward.output, [0.6225, 0.8446], rtol=0, atol=0.5e-4)
    assert isinstance(forward, ForwardPass)


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_a_batch_is_its_samples_one_by_one(n_samples: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = Network([3, 4, 2], ["tanh", "gelu"], rng=rng)
    x = rng.normal(size=(n_samples, 3))
    one_by_one = np.array([network.predict(sample) for sample in x])
    np.testing.assert_allclose(network.predict(x), one_by_one, rtol=1e-12, atol=1e-14)


def test_feed_forward_is_the_networks_own() -> None:
    x = np.array([[1.0, 0.5], [0.0, 2.0]])
    whole = feed_forward(x, WEIGHTS, BIASES, "sigmoid")
    for mine, its in zip(whole.a, small().feed_forward(x).a, strict=True):
        np.testing.assert_array_equal(mine, its)


def test_jax_arrays_come_back_as_their_own_kind() -> None:
    with jax.enable_x64(True):
        weights = [jax.numpy.asarray(W) for W in WEIGHTS]
        biases = [jax.numpy.asarray(b) for b in BIASES]
        network = Network.from_parameters(weights, biases)
        output = network.predict(jax.numpy.asarray([1.0, 0.5]))
        assert isinstance(output, jax.Array)
        np.testing.assert_allclose(output, small().predict([1.0, 0.5]), rtol=1e-12)
        assert isinstance(network.copy().weights[0], jax.Array)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("start", ["normal", "glorot", "he"])
def test_the_same_seed_gives_the_same_bits(start: str, dtype: type) -> None:
    made = [
        Network([5, 7, 3], initialization=start, rng=np.random.default_rng(4), dtype=dtype)
        for _ in range(2)
    ]
    for one, other in zip(made[0].weights, made[1].weights, strict=True):
        assert one.dtype == dtype
        np.testing.assert_array_equal(one, other)


def test_starts_have_their_spread() -> None:
    rng = np.random.default_rng(0)
    normal = Network([400, 300], rng=rng)
    assert normal.weights[0].std() == pytest.approx(1.0, rel=0.02)  # 120,000 draws
    assert normal.biases[0].std() == pytest.approx(1.0, rel=0.15)  # 300 draws
    bound = np.sqrt(6.0 / 700.0)
    glorot = Network([400, 300], initialization="glorot", rng=rng).weights[0]
    assert 0.99 * bound < np.abs(glorot).max() <= bound
    he = Network([400, 300], "relu", initialization="he", rng=rng)
    assert he.weights[0].std() == pytest.approx(np.sqrt(2.0 / 400.0), rel=0.02)
    assert not he.biases[0].any()


def test_it_tells_of_itself() -> None:
    network = Network([64, 30, 10], ["relu", "identity"], rng=np.random.default_rng(0))
    assert network.sizes == (64, 30, 10)
    assert network.n_parameters == 64 * 30 + 30 + 30 * 10 + 10
    assert network.dtype == np.float64
    assert "sizes=(64, 30, 10)" in repr(network)
    assert "'identity'" in repr(network)
    assert Network(np.array([2, 3]), rng=np.random.default_rng(0)).sizes == (2, 3)


def test_a_copy_shares_nothing() -> None:
    network = small()
    other = network.copy()
    other.weights[0][0, 0] = 7.0
    assert network.weights[0][0, 0] == 0.5


@pytest.mark.parametrize("x", [1e4, -1e4])
def test_extremes_give_no_warning(x: float) -> None:
    assert np.isfinite(small().predict([x, -x])).all()


# -- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_is_saved_comes_back_to_the_bit(tmp_path: Path, dtype: type) -> None:
    rng = np.random.default_rng(1)
    network = Network([3, 4, 2], ["gelu", "softmax"], rng=rng, dtype=dtype)
    network.save(tmp_path / "n.npz")
    again = Network.load(tmp_path / "n.npz")
    assert [a.name for a in again.activations] == ["gelu", "softmax"]
    for one, other in zip(
        (*network.weights, *network.biases), (*again.weights, *again.biases), strict=True
    ):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


def test_a_failed_save_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "n.npz"
    small().save(path)
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space left"):
        small().save(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["n.npz"]


def test_damaged_and_foreign_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "n.npz"
    small().save(path)
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"not an archive"):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="path: expected a saved network"):
            Network.load(path)
    np.savez(path, a=np.ones(3))
    with pytest.raises(ValueError, match="path: expected a saved network"):
        Network.load(path)
    with pytest.raises(FileNotFoundError, match="doesn't exist"):
        Network.load(tmp_path / "none.npz")


def test_what_cannot_be_saved_is_refused(tmp_path: Path) -> None:
    own = Activation("mine", np.sin, lambda da, z: da * np.cos(z))
    network = Network.from_parameters(WEIGHTS, BIASES, own)
    with pytest.raises(ValueError, match=r"activations\[0\]: expected one of nnmath's own"):
        network.save(tmp_path / "n.npz")
    network = small()
    network.weights[0][0, 0] = np.nan
    with pytest.raises(ValueError, match=r"weights\[0\]: expected finite numbers"):
        network.save(tmp_path / "n.npz")
    as_jax = Network.from_parameters(
        [jax.numpy.ones((1, 1), dtype="float32")], [jax.numpy.ones(1, dtype="float32")]
    )
    with pytest.raises(TypeError, match=r"weights\[0\]: expected a NumPy array"):
        as_jax.save(tmp_path / "n.npz")
    assert not list(tmp_path.iterdir())


# -- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "error", "message"),
    [
        ([3], ValueError, "sizes: expected at least two layers"),
        ([3, 0], ValueError, r"sizes\[1\]: expected a whole number of at least 1, got 0"),
        ([3, -1], ValueError, r"sizes\[1\]"),
        ([3, 2.0], TypeError, r"sizes\[1\]"),
        ([3, True], TypeError, r"sizes\[1\]"),
        ("32", TypeError, "sizes: expected a list of whole numbers"),
    ],
)
def test_wrong_sizes(sizes: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Network(sizes, rng=np.random.default_rng(0))  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"rng": 3}, TypeError, "rng: expected a numpy.random.Generator"),
        ({"initialization": "zeros"}, ValueError, "initialization: expected one of normal"),
        ({"initialization": 3}, TypeError, "initialization"),
        ({"dtype": np.int64}, TypeError, "dtype: expected float64 or float32, got int64"),
        ({"dtype": "no dtype"}, TypeError, "dtype: expected float64 or float32"),
        ({"activations": "step"}, ValueError, "activations: expected one of"),
        ({"activations": 3}, TypeError, "activations: expected a name"),
        ({"activations": ["relu"]}, ValueError, "activations: expected 2"),
        ({"activations": ["relu", 3]}, TypeError, r"activations\[1\]: expected a name"),
    ],
)
def test_wrong_settings(change: dict[str, object], error: type[Exception], message: str) -> None:
    settings: dict[str, object] = {"rng": np.random.default_rng(0)} | change
    with pytest.raises(error, match=message):
        Network([2, 3, 2], **settings)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    ("weights", "biases", "error", "message"),
    [
        ([], [], ValueError, "weights: expected at least one matrix"),
        (np.ones((1, 1)), [[0.0]], TypeError, "weights: expected a list of arrays"),
        ([[[1.0]]], [], ValueError, "biases: expected 1 vectors"),
        ([[1.0]], [[0.0]], ValueError, r"weights\[0\]: expected a matrix"),
        ([[[1.0]], [[1.0, 2.0]]], [[0.0], [0.0]], ValueError, r"weights\[1\]: expected 1 columns"),
        ([[[1.0]]], [[0.0, 0.0]], ValueError, r"biases\[0\]: expected shape \(1,\)"),
        ([[[1]]], [[0.0]], TypeError, r"weights\[0\]"),
        ([[["a"]]], [[0.0]], TypeError, r"weights\[0\]"),
        ([[[np.inf]]], [[0.0]], ValueError, r"weights\[0\]: expected finite"),
        ([np.ones((1, 1), np.float32)], [[0.0]], TypeError, r"biases\[0\]: expected float32"),
        ([np.ones((1, 1), np.float16)], [np.ones(1, np.float16)], TypeError, "float16"),
    ],
)
def test_wrong_parameters(
    weights: object, biases: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Network.from_parameters(weights, biases)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ([1.0], ValueError, "x: expected 2 numbers a sample"),
        (1.0, ValueError, "x: expected 2 numbers a sample"),
        ([1, 2], TypeError, "x: expected"),
        ([1.0, np.nan], ValueError, "x: expected finite numbers"),
        ("ab", TypeError, "x: expected"),
        ([1.0 + 1j, 0j], TypeError, "x: expected"),
    ],
)
def test_wrong_input(x: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        small().predict(x)


def test_every_activation_can_be_used() -> None:
    for name in ACTIVATIONS:
        assert Network.from_parameters(WEIGHTS, BIASES, name).predict([0.5, 0.5]).shape == (2,)
