"""A transformer forward and backward, for arrays of any library."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath._arrays import Array, device_of, is_numpy, namespace
from nnmath._checks import (
    check_generator,
    check_integer,
    check_kind,
    check_number,
    integer_array,
    wrong_type,
    wrong_value,
)
from nnmath.activations import Activation, log_softmax, softmax
from nnmath.attention._heads import product_gradient
from nnmath.embeddings import embedding, embedding_backward, sinusoidal_positions
from nnmath.transformer._block import (
    BlockPass,
    normalized,
    normalized_backward,
    transformer_block,
    transformer_block_backward,
)
from nnmath.transformer._parameters import Sizes, block_name, block_of

if TYPE_CHECKING:
    from nnmath.transformer._model import Transformer


class TransformerPass(NamedTuple):
    """All that a transformer computes for some tokens."""

    #: The tokens, shape (..., n).
    tokens: Array
    #: The place of the first of them: how many came before.
    start: int
    #: The stream as it goes into the first block.
    embedded: Array
    #: What each block computed.
    blocks: tuple[BlockPass, ...]
    #: The stream after the last block, normalised.
    normalized: Array
    #: For each token the weighted inputs of a softmax over the next one.
    logits: Array


def forward_pass(
    parameters: Mapping[str, Array],
    sizes: Sizes,
    positions: str,
    activation: Activation,
    tokens: Array,
    past: TransformerPass | None = None,
) -> TransformerPass:
    """Return all that is computed for tokens that were checked."""
    xp = namespace(parameters["embedding"])
    before = 0 if past is None else past.start + past.tokens.shape[-1]
    n = tokens.shape[-1]
    embedded = embedding(tokens, parameters["embedding"])
    if positions == "learned":
        embedded = embedded + parameters["positions"][before : before + n, :]
    elif positions == "sinusoidal":
        waves = sinusoidal_positions(before + n, sizes.width)[before:]
        embedded = embedded + xp.asarray(waves, dtype=embedded.dtype, **device_of(embedded))
    blocks: list[BlockPass] = []
    for layer in range(sizes.n_layers):
        kept = None if past is None else (past.blocks[layer].k, past.blocks[layer].v)
        blocks.append(
            transformer_block(
                blocks[-1].output if blocks else embedded,
                block_of(parameters, layer),
                n_heads=sizes.n_heads,
                activation=activation,
                past=kept,
                rotate=positions == "rotary",
            )
        )
    rows = normalized(blocks[-1].output, parameters["gain"], parameters.get("shift"))
    logits = xp.matmul(rows, parameters["unembedding"].T)
    return TransformerPass(tokens, before, embedded, tuple(blocks), rows, logits)


def backward_pass(
    parameters: Mapping[str, Array],
    positions: str,
    activation: Activation,
    forward: TransformerPass,
    dlogits: Array,
) -> dict[str, Array]:
    """Return the derivatives of the cost by all parameters, given that by the logits."""
    xp = namespace(dlogits)
    gradients = {"unembedding": product_gradient(xp, dlogits, forward.normalized)}
    dnormalized = xp.matmul(dlogits, parameters["unembedding"])
    stream, shift = forward.blocks[-1].output, parameters.get("shift")
    last = normalized_backward(dnormalized, stream, parameters["gain"], shift)
    gradients |= {"gain": last.dgain, "shift": last.dshift}
    dx = last.dx
    for layer in reversed(range(len(forward.blocks))):
        dx, by_parameters = transformer_block_backward(
            dx,
            forward.blocks[layer],
            block_of(parameters, layer),
            activation=activation,
            rotate=positions == "rotary",
        )
        named = by_parameters._asdict().items()
        gradients |= {block_name(layer, name): array for name, array in named}
    if positions == "learned":
        gradients["positions"] = _by_place(xp, dx, parameters["positions"].shape[0])
    n_tokens = parameters["embedding"].shape[0]
    gradients["embedding"] = embedding_backward(dx, forward.tokens, n_tokens)
    return {name: gradients[name] for name in parameters}


def _by_place(xp: Any, dx: Array, context: int) -> Array:
    """Return the derivative by the rows of all places, given that by the rows of tokens."""
    by_place = xp.sum(xp.reshape(dx, (math.prod(dx.shape[:-2]), *dx.shape[-2:])), axis=0)
    unused = (context - by_place.shape[0], by_place.shape[1])
    zeros = xp.zeros(unused, dtype=by_place.dtype, **device_of(by_place))
    return xp.concat((by_place, zeros), axis=0)


def cross_entropy(logits: Array, targets: Array) -> tuple[Array, Array]:
    """Return the mean cost of predicting the targets, and its derivative by the logits."""
    xp = namespace(logits)
    wanted = _one_hot(xp, targets, logits.shape[-1], logits)
    n = math.prod(targets.shape)
    cost = -xp.sum(wanted * log_softmax(logits)) / n
    return cost, (softmax(logits) - wanted) / n


def _one_hot(xp: Any, tokens: Array, n_tokens: int, like: Array) -> Array:
    """Return a row with a 1 at its token for each of them, in the dtype of an array."""
    known = xp.arange(n_tokens, **device_of(like))
    return xp.where(
        tokens[..., None] == known,
        xp.ones((), dtype=like.dtype, **device_of(like)),
        xp.zeros((), dtype=like.dtype, **device_of(like)),
    )


def check_past(past: object, tokens: Array, n_layers: int) -> None:
    """Refuse a past that isn't one of this transformer and these texts."""
    given = check_kind("past", past, TransformerPass)
    if len(given.blocks) != n_layers or given.tokens.shape[:-1] != tokens.shape[:-1]:
        expected = f"{n_layers} blocks and leading axes {tuple(tokens.shape[:-1])}"
        got = f"{len(given.blocks)} blocks and {tuple(given.tokens.shape[:-1])}"
        raise wrong_value("past", expected, got)


# Text


def generate(
    model: Transformer,
    tokens: ArrayLike,
    n_new: int,
    *,
    temperature: float,
    top_k: int | None,
    stop: int | None,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return a text and its continuation."""
    text = _checked_beginning(model, tokens)
    n_new = check_integer("n_new", n_new, at_least=0)
    temperature = check_number("temperature", temperature, at_least=0.0)
    top_k = model.sizes.n_tokens if top_k is None else check_integer("top_k", top_k, at_least=1)
    if stop is not None:
        check_integer("stop", stop, at_least=0)
    check_generator("rng", rng)
    context, past, unread = model.sizes.context, None, text[-model.sizes.context :]
    for _ in range(n_new):
        if past is not None and past.start + past.tokens.shape[-1] == context:
            past, unread = None, np.asarray(text[-context:])
        past = model.forward(unread, past=past)
        chosen = _choose(past.logits[-1], temperature, top_k, rng)
        unread = np.array([chosen])
        text = np.append(text, chosen)
        if chosen == stop:
            break
    return text


def _choose(
    logits: NDArray[np.floating], temperature: float, top_k: int, rng: np.random.Generator
) -> int:
    """Draw a token."""
    scores = logits.astype(np.float64)
    if temperature == 0.0:
        return int(scores.argmax())
    if top_k < len(scores):
        # Stable, so that of equal ones the first are taken.
        left_out = np.argsort(-scores, kind="stable")[top_k:]
        scores[left_out] = -np.inf
    # The largest becomes 0 first, so that a low temperature makes the others very small.
    probabilities = softmax((scores - scores.max()) / temperature)
    return int(rng.choice(len(scores), p=probabilities))


def _checked_beginning(model: Transformer, tokens: object) -> NDArray[np.int64]:
    """Return the beginning of a text as a row of tokens."""
    if not is_numpy(model.parameters["embedding"]):
        expected = "a transformer of NumPy arrays"
        raise wrong_type("parameters", expected, model.parameters["embedding"])
    text = integer_array("tokens", tokens, "whole numbers, one a token")
    if not is_numpy(text):
        raise wrong_type("tokens", "a NumPy array or a list", tokens)
    if text.ndim != 1 or not len(text):
        raise wrong_value("tokens", "one row of at least one token", f"shape {text.shape}")
    return np.array(text, dtype=np.int64)
