"""Blocks and transformers: values by hand, laws, derivatives."""

from __future__ import annotations

import array_api_strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from small_transformers import TARGETS, TOKENS, small_model

from nnmath import layer_norm, linear, multi_head_attention, rms_norm, softmax_cross_entropy
from nnmath.activations import ACTIVATIONS
from nnmath.costs import one_hot
from nnmath.embeddings import rotary, sinusoidal_positions
from nnmath.testing import assert_gradient
from nnmath.transformer import (
    BlockGradients,
    BlockParameters,
    BlockPass,
    Transformer,
    TransformerPass,
    transformer_block,
    transformer_block_backward,
)
from nnmath.transformer._parameters import block_of

pytestmark = pytest.mark.filterwarnings("error")


def same(actual, expected, rtol=1e-10, atol=1e-10):
    """Compare up to the rounding of a few products."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


def block_parts(seed=1):
    """Return a stream and the parameters of a block."""
    model = small_model(seed)
    x = np.random.default_rng(seed).normal(size=(2, 3, 8))
    return x, block_of(model.parameters, 0)


# A block


def test_block_by_hand():
    # Normalised, (3, 1) is (1, -1) up to epsilon. Attention finds nothing (W_o is 0).
    # The neurons see (1, -1); ReLU lets (1, 0) pass, and that is added: (4, 1).
    square, row = np.eye(2), np.zeros(2)
    parameters = BlockParameters(
        row + 1, row, square, square, square, 0 * square, row + 1, row, square, row, square, row
    )
    forward = transformer_block([[3.0, 1.0]], parameters, n_heads=1, activation="relu")
    assert isinstance(forward, BlockPass)
    same(forward.output, [[4.0, 1.0]], rtol=1e-5)


def test_block_without_shifts_by_hand():
    # The mean of the squares of (1, 7) is 25: the neurons see (0.2, 1.4), and add that.
    square, row = np.eye(2), np.zeros(2)
    parameters = BlockParameters(
        row + 1, None, square, square, square, 0 * square, row + 1, None, square, row, square, row
    )
    forward = transformer_block([[1.0, 7.0]], parameters, n_heads=1, activation="relu")
    same(forward.output, [[1.2, 8.4]], rtol=1e-6)
    for name in ("attention_shift", "mlp_shift"):
        with pytest.raises(TypeError, match="_shift: expected an array of real"):
            transformer_block([[1.0, 7.0]], parameters._replace(**{name: row}), n_heads=1)


def test_block_is_made_of_its_parts():
    x, p = block_parts()
    read = layer_norm(x, p.attention_gain, p.attention_shift)
    middle = x + multi_head_attention(
        read, read, p.W_q, p.W_k, p.W_v, p.W_o, n_heads=2, causal=True
    )
    neurons = linear(layer_norm(middle, p.mlp_gain, p.mlp_shift), p.W_in, p.b_in)
    expected = middle + linear(ACTIVATIONS["tanh"].function(neurons), p.W_out, p.b_out)
    same(transformer_block(x, p, n_heads=2, activation="tanh").output, expected)


def test_block_that_adds_nothing_lets_the_stream_pass():
    x, p = block_parts()
    p = p._replace(W_o=0 * p.W_o, W_out=0 * p.W_out, b_out=0 * p.b_out)
    forward = transformer_block(x, p, n_heads=2)
    np.testing.assert_array_equal(forward.output, x)
    dy = np.ones_like(x)
    np.testing.assert_array_equal(transformer_block_backward(dy, forward, p).dx, dy)


@pytest.mark.parametrize("causal", [False, True])
def test_block_derivatives(causal):
    x, p = block_parts()
    weights = np.random.default_rng(3).normal(size=x.shape)
    mask = np.array([[True, False, True]] * 3)
    options = {"activation": "gelu", "causal": causal, "mask": None if causal else mask}

    def cost(x, p):
        return float(np.sum(weights * transformer_block(x, p, n_heads=2, **options).output))

    gradients = transformer_block_backward(
        weights, transformer_block(x, p, n_heads=2, **options), p, **options
    )
    assert isinstance(gradients, BlockGradients)
    assert_gradient(lambda x: cost(x, p), gradients.dx, x)
    for name, array in p._asdict().items():
        analytic = getattr(gradients.parameters, name)

        def moved(a, name=name):
            return cost(x, p._replace(**{name: a}))

        assert_gradient(moved, analytic, array)


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("W_q", (7, 8), "W_q: expected rows for 2 heads, and in W_k for whole heads of the same"),
        ("W_k", (3, 8), "W_q: expected rows for 2 heads, and in W_k for whole heads of the same"),
        ("W_v", (8, 7), r"W_v: expected shape \(8, 8\) \(for a stream 8 wide\), got shape"),
        ("W_out", (8, 5), r"W_out: expected shape \(8, 6\) \(for a stream 8 wide\), got shape"),
        ("b_out", (1,), r"b_out: expected shape \(8,\) \(for a stream 8 wide\), got shape \(1,\)"),
    ],
)
def test_block_parameters_must_fit(name, array, message):
    x, p = block_parts()
    with pytest.raises(ValueError, match=f"^{message}"):
        transformer_block(x, p._replace(**{name: np.ones(array)}), n_heads=2)


def test_block_arguments_are_checked():
    x, p = block_parts()
    with pytest.raises(TypeError, match="^parameters: expected a BlockParameters, got tuple"):
        transformer_block(x, tuple(p), n_heads=2)
    with pytest.raises(ValueError, match=r"^x: expected shape \(..., tokens, width\), got shape"):
        transformer_block(x[0, 0], p, n_heads=2)
    forward = transformer_block(x, p, n_heads=2)
    later = transformer_block(x, p, n_heads=2, past=(forward.k, forward.v))
    with pytest.raises(ValueError, match="^forward: expected a pass without a past, got 6 keys"):
        transformer_block_backward(x, later, p)
    with pytest.raises(ValueError, match="^dy: expected the shape of output"):
        transformer_block_backward(x[0], forward, p)


# Forward


def test_forward_by_hand():
    # A stream one token wide, two entries; blocks add nothing. Token 1 at place 0:
    # (1, 3) + (1, 1) = (2, 4), normalised (-1, 1) up to epsilon; against (1, 1) and (0, 2).
    model = small_model(width=2, n_heads=1, n_layers=1)
    for name, array in model.parameters.items():
        array[...] = 1.0 if name.endswith("gain") else 0.0
    model.parameters["embedding"][1] = [1.0, 3.0]
    model.parameters["positions"][0] = [1.0, 1.0]
    model.parameters["unembedding"][:2] = [[1.0, 1.0], [0.0, 2.0]]
    forward = model.forward([1])
    assert isinstance(forward, TransformerPass)
    assert forward.embedded.tolist() == [[2.0, 4.0]]
    same(forward.logits, [[0.0, 2.0, 0.0, 0.0, 0.0]], rtol=1e-5)


def test_later_tokens_change_nothing_before():
    model = small_model()
    whole = model.forward([3, 1, 4, 1, 2]).logits
    for n in range(1, 5):
        same(model.forward([3, 1, 4, 1, 2][:n]).logits, whole[:n])
    other = model.forward([3, 1, 4, 0, 0]).logits
    same(other[:3], whole[:3])
    assert not np.allclose(other[4], whole[4])


@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "rotary"])
def test_places_matter(positions):
    model = small_model(positions=positions)
    one, other = model.forward([3, 1, 4]).logits[-1], model.forward([1, 3, 4]).logits[-1]
    assert not np.allclose(one, other)


def test_positions_that_are_not_learned():
    waves, turned = (small_model(positions=p) for p in ("sinusoidal", "rotary"))
    tokens = [3, 1, 4]
    added = waves.forward(tokens).embedded - waves.parameters["embedding"][tokens]
    same(added, sinusoidal_positions(3, 8))
    forward = turned.forward(tokens)
    np.testing.assert_array_equal(forward.embedded, turned.parameters["embedding"][tokens])
    plain = transformer_block(forward.embedded, block_of(turned.parameters, 0), n_heads=2)
    same(forward.blocks[0].q, rotary(plain.q))
    same(forward.blocks[0].k, rotary(plain.k))
    same(forward.blocks[0].v, plain.v)
    # Turned queries and keys feel distances alone: a block sees a shifted text the same.
    x = np.random.default_rng(2).normal(size=(4, 8))
    one = transformer_block(x, block_of(turned.parameters, 0), n_heads=2, rotate=True)
    later = rotary(plain.q, [7, 8, 9]) @ np.swapaxes(rotary(plain.k, [7, 8, 9]), -1, -2)
    same(later, rotary(plain.q) @ np.swapaxes(rotary(plain.k), -1, -2))
    assert one.output.shape == x.shape


def test_a_transformer_without_shifts_is_normalised_as_by_rms_norm():
    model = small_model(normalization="rms")
    forward, p = model.forward(TOKENS), model.parameters
    assert not [name for name in p if name.endswith("shift")]
    block = block_of(p, 0)
    same(forward.blocks[0].attention_input, rms_norm(forward.embedded, block.attention_gain))
    same(forward.blocks[0].mlp_input, rms_norm(forward.blocks[0].middle, block.mlp_gain))
    same(forward.normalized, rms_norm(forward.blocks[-1].output, p["gain"]))


def test_texts_are_done_one_by_one():
    model = small_model()
    together = model.forward(np.stack([TOKENS, TOKENS[::-1]])).logits
    for place in np.ndindex(2, 2):
        same(together[place], model.forward(np.stack([TOKENS, TOKENS[::-1]])[place]).logits)


@pytest.mark.parametrize("n_key_heads", [1, 2])
@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "rotary"])
def test_past_gives_the_same_as_the_whole(n_key_heads, positions):
    model = small_model(n_key_heads=n_key_heads, positions=positions)
    tokens = np.array([[3, 1, 4, 1, 2, 0], [0, 0, 2, 4, 4, 1]])
    whole = model.forward(tokens)
    for cuts in ([1, 2, 3, 4, 5], [2, 5], [5]):
        past, logits = None, []
        for part in np.split(tokens, cuts, axis=1):
            past = model.forward(part, past=past)
            logits.append(past.logits)
        same(np.concatenate(logits, axis=1), whole.logits, rtol=1e-12, atol=1e-12)
        same(past.blocks[1].k, whole.blocks[1].k, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("past", "error", "message"),
    [
        ((np.ones((2, 3, 4)),), ValueError, "past: expected a tuple of keys and values, got tuple"),
        (
            (np.ones((2, 3, 4)), np.ones((2, 3, 5))),
            ValueError,
            r"past\[1\]: expected shape \(2, 3, 4\)",
        ),
        (
            (np.ones(4), np.ones(4)),
            ValueError,
            r"past\[0\]: expected shape \(2, 0, 4\) .*, got shape \(4,",
        ),
        (
            (np.ones((2, 3, 4), int), np.ones((2, 3, 4))),
            TypeError,
            r"past\[0\]: expected an array of",
        ),
    ],
)
def test_a_past_must_fit(past, error, message):
    parameters = block_of(small_model().parameters, 0)
    with pytest.raises(error, match=f"^{message}"):
        transformer_block(np.ones((1, 8)), parameters, n_heads=2, past=past)


def test_tokens_of_numpy_go_into_a_model_of_another_library():
    model = small_model()
    arrays = {name: jnp.asarray(array) for name, array in model.parameters.items()}
    other = Transformer.from_parameters(arrays, n_heads=2)
    for logits in (other.forward(TOKENS).logits, other.forward(TOKENS.tolist()).logits):
        assert isinstance(logits, jax.Array)
        np.testing.assert_allclose(logits, model.forward(TOKENS).logits, rtol=1e-10)


def test_single_precision():
    exact = small_model()
    parameters = {name: a.astype(np.float32) for name, a in exact.parameters.items()}
    model = Transformer.from_parameters(parameters, n_heads=2)
    forward = model.forward(TOKENS)
    assert forward.logits.dtype == model.dtype == np.float32
    same(forward.logits, exact.forward(TOKENS).logits, rtol=1e-4, atol=1e-5)
    cost, gradients = model.gradients(TOKENS, TARGETS)
    _, exactly = exact.gradients(TOKENS, TARGETS)
    assert cost.dtype == np.float32
    for name, gradient in gradients.items():
        assert gradient.dtype == np.float32
        same(gradient, exactly[name], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("library", [jnp, array_api_strict], ids=["jax", "array_api_strict"])
def test_other_libraries(library):
    model = small_model()
    parameters = {name: library.asarray(a) for name, a in model.parameters.items()}
    other = Transformer.from_parameters(parameters, n_heads=2)
    same(np.asarray(other.forward(TOKENS).logits), model.forward(TOKENS).logits)
    cost, gradients = other.gradients(library.asarray(TOKENS), library.asarray(TARGETS))
    expected, exactly = model.gradients(TOKENS, TARGETS)
    same(float(cost), expected)
    for name, gradient in gradients.items():
        assert isinstance(gradient, type(library.asarray(1.0)))
        same(np.asarray(gradient), exactly[name])
    assert other.copy().parameters.keys() == parameters.keys()


# Derivatives


@pytest.mark.parametrize("activation", ["gelu", "relu"])
@pytest.mark.parametrize(
    ("n_key_heads", "positions", "normalization"),
    [(1, "learned", "rms"), (2, "sinusoidal", "layer"), (2, "rotary", "layer")],
)
def test_derivatives_against_differences(activation, n_key_heads, positions, normalization):
    model = small_model(
        activation=activation,
        n_key_heads=n_key_heads,
        positions=positions,
        normalization=normalization,
    )
    cost, gradients = model.gradients(TOKENS, TARGETS)
    targets = one_hot(TARGETS, 5)
    same(cost, np.mean(softmax_cross_entropy(model.forward(TOKENS).logits, targets)))
    assert gradients.keys() == model.parameters.keys()
    for name, array in model.parameters.items():
        original = array.copy()

        def moved(x, array=array):
            array[...] = x
            return float(model.gradients(TOKENS, TARGETS)[0])

        assert_gradient(moved, gradients[name], original)
        array[...] = original


@pytest.mark.parametrize("normalization", ["layer", "rms"])
@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "rotary"])
def test_derivatives_against_jax(positions, normalization):
    model = small_model(positions=positions, normalization=normalization)

    def cost(parameters):
        other = Transformer.from_parameters(parameters, n_heads=2, positions=positions, context=6)
        logits = other.forward(jnp.asarray(TOKENS)).logits
        return jnp.mean(softmax_cross_entropy(logits, jnp.asarray(one_hot(TARGETS, 5))))

    automatic = jax.grad(cost)({name: jnp.asarray(a) for name, a in model.parameters.items()})
    _, gradients = model.gradients(TOKENS, TARGETS)
    for name, gradient in gradients.items():
        same(gradient, np.asarray(automatic[name]))


def test_backward_is_linear_in_its_derivative():
    model = small_model()
    forward = model.forward(TOKENS)
    dlogits = np.random.default_rng(4).normal(size=forward.logits.shape)
    once, twice = model.backward(dlogits, forward), model.backward(2.0 * dlogits, forward)
    for name, gradient in once.items():
        same(2.0 * gradient, twice[name])


def test_what_was_not_used_has_no_derivative():
    model = small_model()
    _, gradients = model.gradients([3, 1], [1, 1])
    assert not gradients["embedding"][[0, 2, 4]].any()
    assert not gradients["positions"][2:].any()
    assert gradients["embedding"][[1, 3]].any(axis=1).all()
