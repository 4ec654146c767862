"""A transformer as an object: its start, its files, its text, what it refuses."""

from __future__ import annotations

import re

import jax.numpy as jnp
import numpy as np
import pytest
from small_transformers import TARGETS, TOKENS, small_model

from nnmath.activations import Activation
from nnmath.transformer import Transformer
from nnmath.transformer._passes import _choose

pytestmark = pytest.mark.filterwarnings("error")

SIZES = {"width": 8, "n_layers": 2, "n_heads": 2, "context": 6}


def new(seed=0, **options):
    return Transformer(5, rng=np.random.default_rng(seed), **{**SIZES, **options})


# Start


def test_start():
    model = Transformer(
        300, width=64, n_layers=8, n_heads=4, context=50, rng=np.random.default_rng(0)
    )
    p = model.parameters
    assert p["blocks[7].W_in"].shape == (256, 64)
    # 19,200 numbers: their deviation is off by about 1/sqrt(2 * 19200), half a percent.
    assert abs(p["embedding"].std() / 0.02 - 1.0) < 0.03
    assert abs(p["blocks[3].W_out"].std() / (0.02 / 4.0) - 1.0) < 0.03
    assert np.all(p["blocks[3].mlp_gain"] == 1.0)
    assert not p["blocks[3].b_in"].any()
    # Embeddings 300 * 64 twice, 50 * 64 places, 128 at the end; a block has 4 * 64^2,
    # 8 * 64^2 and 2 * 128 + 256 + 64.
    assert model.n_parameters == 38400 + 3200 + 128 + 8 * (12 * 4096 + 576)


def test_same_seed_same_numbers():
    one, other, third = new(), new(), new(seed=1)
    for name, array in one.parameters.items():
        np.testing.assert_array_equal(array, other.parameters[name])
    assert not np.array_equal(one.parameters["embedding"], third.parameters["embedding"])
    rounded = new(dtype=np.float32)
    assert rounded.dtype == np.float32
    np.testing.assert_array_equal(
        rounded.parameters["embedding"], one.parameters["embedding"].astype(np.float32)
    )


def test_start_with_another_deviation():
    one, other = new(), new(deviation=0.1)
    for name, array in one.parameters.items():
        factor = 5.0 if array.ndim == 2 else 1.0
        np.testing.assert_allclose(other.parameters[name], factor * array, rtol=1e-12)


def test_sizes_and_repr():
    model = new(n_key_heads=1, hidden=3)
    assert model.sizes == (5, 8, 2, 2, 1, 3, 6)
    assert repr(model) == (
        "Transformer(n_tokens=5, width=8, n_layers=2, n_heads=2, context=6, dtype=float64)"
    )
    assert Transformer.from_parameters(model.parameters, n_heads=2).sizes == model.sizes


def test_copy_shares_nothing():
    model = small_model()
    other = model.copy()
    for name, array in model.parameters.items():
        assert not np.shares_memory(array, other.parameters[name])
        np.testing.assert_array_equal(array, other.parameters[name])
    assert other.sizes == model.sizes


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"width": 9}, "width: expected a multiple of n_heads, 2, got 9"),
        ({"width": 0}, "width: expected a whole number of at least 1, got 0"),
        ({"n_key_heads": 3}, "n_key_heads: expected a divisor of n_heads, 2, got 3"),
        ({"positions": "none"}, "positions: expected one of learned, sinusoidal, rotary, got"),
        (
            {"positions": "rotary", "width": 6},
            "width: expected a multiple of 4 for rotary positions, got 6",
        ),
        (
            {"positions": "sinusoidal", "width": 7, "n_heads": 1},
            "width: expected a multiple of 2 for sinusoidal positions, got 7",
        ),
        ({"normalization": "none"}, "normalization: expected one of layer, rms, got 'none'"),
        ({"deviation": 0.0}, "deviation: expected a finite number above 0.0, got 0.0"),
        ({"context": 0}, "context: expected a whole number of at least 1, got 0"),
        ({"activation": "no"}, ".*expected one of"),
    ],
)
def test_sizes_are_checked(options, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        new(**options)


def test_types_are_checked():
    with pytest.raises(TypeError, match="^n_layers: expected a whole number of at least 1, got"):
        new(n_layers=2.0)
    with pytest.raises(TypeError, match="^rng: expected a numpy.random.Generator"):
        Transformer(5, rng=0, **SIZES)
    with pytest.raises(TypeError, match="^dtype: expected float64 or float32, got int64"):
        new(dtype=np.int64)


# Parameters


def changed(**arrays):
    parameters = dict(small_model().parameters)
    for name, array in arrays.items():
        key = name.replace("block_0_", "blocks[0].")
        if array is None:
            del parameters[key]
        else:
            parameters[key] = array
    return parameters


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "parameters: expected one called embedding, got none"),
        (changed(positions=None), "parameters: expected one called positions, got embedding, "),
        (changed(shift=None), "parameters: expected those of 2 blocks, got too many or too few: s"),
        (changed(more=np.ones(2)), "parameters: expected those of 2 blocks, got too many or too f"),
        (changed(block_0_b_in=None), "parameters: expected those of 2 blocks, got too many or t"),
        (changed(gain=np.ones(3)), r"gain: expected shape \(8,\) \(to fit the embedding, the pos"),
        (changed(gain=np.full(8, np.nan)), "gain: expected finite numbers, got nan at index"),
        (changed(embedding=np.ones(8)), "embedding: expected a matrix with at least one row and"),
        (changed(embedding=np.ones((5, 7))), "parameters: expected 2 heads, each 7/2 wide, and"),
        (changed(block_0_W_k=np.ones((3, 8))), "parameters: expected 2 heads, each 8/2 wide, an"),
    ],
)
def test_parameters_must_fit(parameters, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        Transformer.from_parameters(parameters, n_heads=2)


def test_context_must_be_known_and_fit():
    parameters = small_model(positions="rotary").parameters
    options = {"n_heads": 2, "positions": "rotary"}
    assert Transformer.from_parameters(parameters, context=9, **options).sizes.context == 9
    with pytest.raises(TypeError, match="^context: expected a whole number of at least 1, got"):
        Transformer.from_parameters(parameters, **options)
    with pytest.raises(ValueError, match="^context: expected 6, the rows of positions, got int 9"):
        Transformer.from_parameters(small_model().parameters, n_heads=2, context=9)
    with pytest.raises(TypeError, match="^positions: expected a name, got int 1"):
        new(positions=1)


def test_parameters_must_be_arrays_of_one_kind():
    with pytest.raises(TypeError, match="^parameters: expected a dictionary of arrays by their na"):
        Transformer.from_parameters([np.ones(2)], n_heads=2)
    with pytest.raises(TypeError, match="^gain: expected float64, the dtype of embedding, got fl"):
        Transformer.from_parameters(changed(gain=np.ones(8, dtype=np.float32)), n_heads=2)
    halves = {name: a.astype(np.float16) for name, a in small_model().parameters.items()}
    with pytest.raises(TypeError, match="^embedding: expected float64 or float32, got float16"):
        Transformer.from_parameters(halves, n_heads=2)


# Tokens and passes


@pytest.mark.parametrize(
    ("tokens", "error", "message"),
    [
        ([0.5], TypeError, "tokens: expected whole numbers, one a token, got"),
        ([5], ValueError, "tokens: expected numbers from 0 to 4, got 5 at index"),
        ([0, -1], ValueError, "tokens: expected numbers from 0 to 4, got -1 at index"),
        ([], ValueError, r"tokens: expected at least one token, got shape \(0,\)"),
        (3, ValueError, r"tokens: expected at least one token, got shape \(\)"),
        ([0] * 7, ValueError, "tokens: expected at most 6, for a context of 6, got 7"),
        (jnp.asarray([1]), TypeError, "tokens and embedding: expected arrays of one library"),
    ],
)
def test_tokens_are_checked(tokens, error, message):
    with pytest.raises(error, match=f"^{message}"):
        small_model().forward(tokens)


def test_passes_are_checked():
    model = small_model()
    first = model.forward([3, 1])
    with pytest.raises(TypeError, match="^past: expected a TransformerPass, got int 3"):
        model.forward([3], past=3)
    with pytest.raises(ValueError, match=r"^past: expected 2 blocks and leading axes \(1,\), got"):
        model.forward([[3]], past=first)
    with pytest.raises(ValueError, match="^tokens: expected at most 4, for a context of 6, got 5"):
        model.forward([0] * 5, past=first)
    with pytest.raises(TypeError, match="^forward: expected a TransformerPass, got NoneType|None"):
        model.backward(first.logits, None)
    later = model.forward([3], past=first)
    with pytest.raises(ValueError, match="^forward: expected a pass without a past, got one after"):
        model.backward(later.logits, later)
    with pytest.raises(ValueError, match="^dlogits: expected the shape of logits"):
        model.backward(first.logits[:1], first)
    with pytest.raises(ValueError, match="^targets: expected the shape of tokens"):
        model.gradients(TOKENS, TARGETS[:, :2])
    with pytest.raises(ValueError, match="^targets: expected numbers from 0 to 4, got 9 at index"):
        model.gradients([1], [9])


# Files


@pytest.mark.parametrize(
    ("positions", "normalization"),
    [("learned", "layer"), ("sinusoidal", "layer"), ("rotary", "rms")],
)
def test_saved_and_loaded(tmp_path, positions, normalization):
    model = small_model(
        activation="relu", n_key_heads=1, positions=positions, normalization=normalization
    )
    model.save(tmp_path / "model.npz")
    again = Transformer.load(tmp_path / "model.npz")
    assert again.sizes == model.sizes
    assert again.positions == model.copy().positions == positions
    assert again.activation is model.activation
    assert again.parameters.keys() == model.parameters.keys()
    for name, array in model.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], array)
    same_text = [m.generate([1], 5, rng=np.random.default_rng(0)).tolist() for m in (model, again)]
    assert same_text[0] == same_text[1]


def test_what_cannot_be_saved_leaves_the_old_file(tmp_path):
    path = tmp_path / "model.npz"
    model = small_model()
    model.save(path)
    before = path.read_bytes()
    model.activation = Activation("own", np.tanh, lambda da, z: da)
    with pytest.raises(ValueError, match="^activation: expected one of nnmath's own activations"):
        model.save(path)
    other = small_model()
    other.parameters["gain"] = np.full(8, np.inf)
    with pytest.raises(ValueError, match="^gain: expected finite numbers"):
        other.save(path)
    elsewhere = Transformer.from_parameters(
        {name: jnp.asarray(a) for name, a in small_model().parameters.items()}, n_heads=2
    )
    with pytest.raises(TypeError, match="^embedding: expected a NumPy array, got"):
        elsewhere.save(path)
    assert path.read_bytes() == before


def test_damaged_files_are_refused(tmp_path):
    path = tmp_path / "model.npz"
    path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match="^path: expected a saved transformer, got .* damaged"):
        Transformer.load(path)
    small_model().save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="^path: expected a saved transformer"):
        Transformer.load(path)


# Text


def test_greedy_text_takes_the_likeliest():
    model = small_model()
    text = model.generate([3], 5, temperature=0.0, rng=np.random.default_rng(0))
    for n in range(1, 6):
        assert text[n] == model.forward(text[:n]).logits[-1].argmax()
    one = model.generate([3], 5, top_k=1, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(text, one)


def test_text_beyond_the_context_is_read_from_its_end():
    model = small_model()
    text = model.generate([3, 1], 15, temperature=0.0, rng=np.random.default_rng(0))
    assert text.shape == (17,)
    for n in range(2, 17):
        seen = text[max(0, n - 6) : n]
        assert text[n] == model.forward(seen).logits[-1].argmax()
    long = model.generate(text, 1, temperature=0.0, rng=np.random.default_rng(0))
    assert long[-1] == model.forward(text[-6:]).logits[-1].argmax()


def test_same_seed_same_text():
    model = small_model()
    one, other = (model.generate([3], 30, rng=np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert one.dtype == np.int64
    assert model.generate([3], 0, rng=np.random.default_rng(0)).tolist() == [3]


def test_text_ends_where_it_should():
    text = small_model().generate([3], 200, stop=2, rng=np.random.default_rng(0))
    assert text[-1] == 2
    assert not np.any(text[1:-1] == 2)
    assert len(text) < 201


def test_tokens_come_as_often_as_they_should():
    # Odds 1 to 3 at temperature 1, 1 to 9 at one half; counts of 4000 are off by about 27.
    logits, rng = np.log([1.0, 3.0, 1e-9]), np.random.default_rng(0)
    for temperature, share in ((1.0, 0.25), (0.5, 0.1)):
        drawn = [_choose(logits, temperature, 2, rng) for _ in range(4000)]
        assert abs(drawn.count(0) - 4000 * share) < 110
        assert drawn.count(2) == 0
    assert _choose(np.array([1.0, 1e4, 0.0]), 1e-9, 3, rng) == 1
    # Of equal ones the first are left to choose from.
    assert {_choose(np.zeros(5), 1.0, 2, rng) for _ in range(50)} == {0, 1}


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"tokens": []}, ValueError, "tokens: expected one row of at least one token, got"),
        ({"tokens": [[1]]}, ValueError, "tokens: expected one row of at least one token, got"),
        ({"tokens": [9]}, ValueError, "tokens: expected numbers from 0 to 4, got 9 at index"),
        ({"tokens": jnp.asarray([1])}, TypeError, "tokens: expected a NumPy array or a list, got"),
        ({"n_new": -1}, ValueError, "n_new: expected a whole number of at least 0, got -1"),
        ({"temperature": -1.0}, ValueError, "temperature: expected a finite number of at least 0"),
        ({"top_k": 0}, ValueError, "top_k: expected a whole number of at least 1, got 0"),
        ({"stop": -1}, ValueError, "stop: expected a whole number of at least 0, got -1"),
        ({"rng": 0}, TypeError, "rng: expected a numpy.random.Generator"),
    ],
)
def test_generation_is_checked(arguments, error, message):
    rng = np.random.default_rng(0)
    arguments = {"tokens": [1], "n_new": 2, "rng": rng, **arguments}
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        small_model().generate(**arguments)


def test_generation_needs_numpy():
    elsewhere = Transformer.from_parameters(
        {name: jnp.asarray(a) for name, a in small_model().parameters.items()}, n_heads=2
    )
    with pytest.raises(TypeError, match="^parameters: expected a transformer of NumPy arrays"):
        elsewhere.generate([1], 1, rng=np.random.default_rng(0))
