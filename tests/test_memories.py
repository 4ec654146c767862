"""Edits and ablation: values by hand, laws, the edit as a minimum, errors."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import networks, small
from strategies import arrays

from nnmath.layers import linear
from nnmath.memories import ablate, rank_one_edit
from nnmath.network import Network

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(0)
W, KEY, VALUE = RNG.normal(size=(3, 4)), RNG.normal(size=4), RNG.normal(size=3)
KEYS = RNG.normal(size=(9, 4))
C = KEYS.T @ KEYS


def same(actual, expected, rtol=1e-12, atol=1e-12):
    """Compare up to the rounding of a few products."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


# Values by hand


def test_rank_one_edit_by_hand():
    # W k = (1, 1); missing (3, 1) - (1, 1) = (2, 0); k k = 2. Add (2, 0) (1, 1)^T / 2.
    assert rank_one_edit(np.eye(2), [1.0, 1.0], [3.0, 1.0]).tolist() == [[2.0, 1.0], [0.0, 1.0]]


def test_rank_one_edit_with_covariance_by_hand():
    # C = diag(1, 4): C^-1 k = (1, 1/4), k C^-1 k = 5/4. Add (2, 0) (1, 1/4)^T / (5/4).
    edited = rank_one_edit(np.eye(2), [1.0, 1.0], [3.0, 1.0], [[1.0, 0.0], [0.0, 4.0]])
    same(edited, [[2.6, 0.4], [0.0, 1.0]])


def test_ablate_by_hand():
    # 2 * 1 + 3 * 1 = 5 with both; 3 without the first; 2 * 10 + 3 with the first at 10.
    network = Network.from_parameters(
        [[[1.0], [1.0]], [[2.0, 3.0]]], [[0.0, 0.0], [0.0]], "identity"
    )
    assert ablate(network, 1, 0).predict([1.0]).tolist() == [3.0]
    assert ablate(network, 1, [0, 1]).predict([1.0]).tolist() == [0.0]
    assert ablate(network, 1, 0, 10.0).predict([1.0]).tolist() == [23.0]
    assert network.predict([1.0]).tolist() == [5.0]


# Laws


@given(arrays((3, 4), bound=5.0), arrays((4,), bound=5.0), arrays((3,), bound=5.0))
def test_key_is_answered_with_its_value_and_no_other_direction_changes(weights, key, value):
    if np.abs(key).max() < 1e-3:
        return
    edited = rank_one_edit(weights, key, value)
    same(linear(key, edited, np.zeros(3)), value, rtol=1e-9, atol=1e-9)
    other = KEY - (KEY @ key) / (key @ key) * key  # at right angles to the key
    same(edited @ other, weights @ other, rtol=1e-9, atol=1e-9)
    assert np.linalg.matrix_rank(edited - weights, tol=1e-9) <= 1


def test_answer_that_is_right_already_changes_nothing():
    np.testing.assert_array_equal(rank_one_edit(np.eye(4), KEY, KEY), np.eye(4))


def test_scale_of_the_covariance_does_not_matter():
    same(rank_one_edit(W, KEY, VALUE, 7.0 * C), rank_one_edit(W, KEY, VALUE, C))
    same(rank_one_edit(W, KEY, VALUE, np.eye(4)), rank_one_edit(W, KEY, VALUE))


def change(weights):
    """Return how much the answers to the keys behind C change, in the sum of squares."""
    return ((KEYS @ (weights - W).T) ** 2).sum()


def test_edit_is_the_least_change_among_all_that_answer():
    best = rank_one_edit(W, KEY, VALUE, C)
    same(best @ KEY, VALUE)
    for trial in np.random.default_rng(1).normal(size=(50, 3, 4)):
        other = trial - np.outer(trial @ KEY, KEY) / (KEY @ KEY)  # other @ KEY is zero
        assert change(best + 0.1 * other) > change(best)
    assert change(rank_one_edit(W, KEY, VALUE)) > change(best)


def test_gradient_of_the_change_vanishes_in_all_free_directions():
    # By automatic differentiation: at the minimum the gradient is (a vector) key^T.
    best = jnp.asarray(rank_one_edit(W, KEY, VALUE, C))
    gradient = np.asarray(jax.grad(change)(best))
    free = np.eye(4) - np.outer(KEY, KEY) / (KEY @ KEY)
    same(gradient @ free, np.zeros((3, 4)), atol=1e-10)


def test_least_squares_solver_finds_the_same():
    # Weight the new fact so heavily among the old ones that it is met: 1e6 to 1.
    keys, answers = np.vstack([KEYS, 1e6 * KEY]), np.vstack([KEYS @ W.T, 1e6 * VALUE])
    found = np.linalg.lstsq(keys, answers, rcond=None)[0].T
    # The weight is finite and the system badly scaled, so only about 1e-9 agree.
    same(found, rank_one_edit(W, KEY, VALUE, C), rtol=1e-7, atol=1e-7)


@given(networks(activations=["tanh", "relu", "identity"]), st.data())
def test_ablated_neurons_might_as_well_be_set_by_hand(network, data):
    if len(network.sizes) < 3:
        return
    layer = data.draw(st.integers(1, len(network.sizes) - 2))
    n = network.sizes[layer]
    chosen = data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=n))
    values = data.draw(arrays((len(chosen),), bound=3.0))
    x = data.draw(arrays((2, network.sizes[0]), bound=3.0))
    activations = network.feed_forward(x).a[layer].copy()
    activations[:, chosen] = values
    rest = Network.from_parameters(
        network.weights[layer:], network.biases[layer:], network.activations[layer:]
    )
    same(ablate(network, layer, chosen, values).predict(x), rest.predict(activations), atol=1e-9)


def test_network_stays_as_it_is():
    network = small()
    before = network.copy()
    ablate(network, 1, [0, 2], 1.0)
    for ours, theirs in zip(network.weights, before.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for ours, theirs in zip(network.biases, before.biases, strict=True):
        np.testing.assert_array_equal(ours, theirs)


# Extremes


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_is_kept(dtype):
    arguments = [a.astype(dtype) for a in (W, KEY, VALUE, C)]
    for count in (3, 4):
        edited = rank_one_edit(*arguments[:count])
        assert edited.dtype == dtype
        # Half precision has three digits, and the solution loses one.
        allowed = 1e-12 if dtype == np.float64 else 1e-4 if dtype == np.float32 else 0.1
        same(edited, rank_one_edit(*(W, KEY, VALUE, C)[:count]), rtol=allowed, atol=allowed)


def test_one_number_and_large_ones():
    assert rank_one_edit([[5.0]], [2.0], [3.0]).tolist() == [[1.5]]
    with np.errstate(all="raise"):
        assert rank_one_edit([[0.0, 0.0]], [1000.0, -1000.0], [1e4]).tolist() == [[5.0, -5.0]]


def test_ablation_in_single_precision_and_of_nothing():
    network = Network([2, 3, 1], rng=np.random.default_rng(0), dtype=np.float32)
    assert ablate(network, 1, 0, 0.5).dtype == np.float32
    np.testing.assert_array_equal(ablate(network, 1, []).weights[1], network.weights[1])


def test_other_libraries_are_not_looked_into():
    # A singular covariance can't be told from numbers that aren't there yet.
    edited = rank_one_edit(jnp.eye(2), jnp.ones(2), jnp.zeros(2), jnp.zeros((2, 2)))
    assert np.all(np.isnan(np.asarray(edited)))


# Errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((KEY, KEY, VALUE), r"W: expected a matrix with at least one row and one column"),
        ((np.zeros((0, 4)), KEY, VALUE), r"W: expected a matrix .*, got shape \(0, 4\)"),
        ((W, VALUE, VALUE), r"key: expected shape \(4,\) \(one number a column of W\)"),
        ((W, KEY, KEY), r"value: expected shape \(3,\) \(one number a row of W\)"),
        ((W, KEY, VALUE, np.eye(3)), r"covariance: expected shape \(4, 4\)"),
        ((W, 0.0 * KEY, VALUE), "key: expected a key that isn't zero, got zeros alone"),
        ((W, 0.0 * KEY, VALUE, C), "key: expected a key that isn't zero, got zeros alone"),
        ((W, KEY, VALUE, -C), "covariance: expected a positive definite matrix"),
        (
            (W, KEY * math.nan, VALUE),
            "key: expected finite numbers",
        ),
        (
            (W, KEY, VALUE, 0.0 * C),
            "covariance: expected a positive definite matrix, got a singular",
        ),
        (
            (W, KEY, VALUE, np.triu(C)),
            "covariance: expected a symmetric matrix, got one that isn't",
        ),
        (
            (W, KEY, VALUE, C * math.nan),
            "covariance: expected finite numbers, got nan at index",
        ),
    ],
)
def test_edit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        rank_one_edit(*arguments)


@pytest.mark.parametrize("name", ["W", "key", "value", "covariance"])
def test_edit_takes_floats_alone(name):
    arguments = {"W": W, "key": KEY, "value": VALUE, "covariance": C}
    arguments[name] = np.ones(arguments[name].shape, dtype=int)
    with pytest.raises(TypeError, match=f"^{name}: expected an array of real floating-point"):
        rank_one_edit(**arguments)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((1, 3), ValueError, "neurons: expected numbers from 0 to 2, got 3"),
        ((1, -1), ValueError, "neurons: expected numbers from 0 to 2, got -1"),
        ((1, [0, 0]), ValueError, "neurons: expected each neuron once, got 0 twice or more"),
        ((1, [[0]]), ValueError, r"neurons: expected numbers of neurons, in one row, got shape"),
        ((1, 10**30), ValueError, "neurons: expected integers of at most 64 bits, got int 1000"),
        ((1, 0.0), TypeError, "neurons: expected integers, got float 0.0"),
        ((0, 0), ValueError, "layer: expected a whole number of at least 1, got 0"),
        ((2, 0), ValueError, "layer: expected a hidden layer, from 1 to 1, got 2"),
        ((1.0, 0), TypeError, "layer: expected a whole number of at least 1, got float 1.0"),
        ((1, 0, [1.0, 2.0]), ValueError, r"values: expected one number, or 1, got shape \(2,\)"),
        ((1, 0, math.nan), ValueError, "values: expected finite numbers, got nan at index"),
        ((1, 0, "mean"), TypeError, "values: expected an array of real floating-point numbers"),
        ((1, 0, jnp.zeros(1)), TypeError, "values: expected a number or a NumPy array"),
    ],
)
def test_ablation_is_refused(arguments, error, message):
    with pytest.raises(error, match=f"^{message}"):
        ablate(small(), *arguments)


def test_ablation_needs_a_network_of_numpy_arrays():
    with pytest.raises(TypeError, match="^network: expected a Network"):
        ablate("network", 1, 0)
    network = Network.from_parameters(
        [jnp.ones((2, 2)), jnp.ones((1, 2))], [jnp.zeros(2), jnp.zeros(1)]
    )
    with pytest.raises(TypeError, match="^network: expected a network of NumPy arrays, got a"):
        ablate(network, 1, 0)
