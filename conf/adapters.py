"""How a function of the package is called with what a formula has: the same function, other words.

The left column of `functions` is what a page names and links; a formula's symbols are handed to
the adapter beside it, which calls that function and no other. Where two displays have other words
for one function, the second takes its short name: `nnmath.rotary` beside `nnmath.embeddings.rotary`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnmath import (
    Activation,
    Adam,
    AdamW,
    BlockParameters,
    ConstantSchedule,
    CosineSchedule,
    GradientDescent,
    Momentum,
    Network,
    Transformer,
    accuracy,
    attention_backward,
    attention_weights,
    backpropagate,
    clip_gradients,
    cooccurrences,
    dropout,
    embedding,
    embedding_backward,
    feed_forward,
    layer_backward,
    layer_forward,
    linear,
    multi_head_attention,
    multi_head_attention_backward,
    rotary,
    rotary_backward,
    rotate_images,
    sinusoidal_positions,
    softmax,
    tied_autoencoder,
    tied_autoencoder_backward,
    transformer_block,
    transformer_block_backward,
)
from nnmath.optimizers import Optimizer


def _activation(N: Callable[[Any], Any], dN: Callable[[Any], Any] | None = None) -> Activation:
    """Return an unspecified function N of the page as an activation function."""

    def backward(da: Any, z: Any) -> Any:
        if dN is None:
            raise TypeError("the derivative of N was not given")
        return da * dN(z)

    return Activation("N", N, backward)


def _feed_forward(weights: Any, biases: Any, x: Any, N: Any) -> Any:
    return feed_forward(x, weights, biases, _activation(N))


def _backpropagate(weights: Any, biases: Any, x: Any, y: Any, N: Any, dN: Any) -> Any:
    network = Network.from_parameters(weights, biases, _activation(N, dN))
    return backpropagate(network, np.asarray(x), np.asarray(y))


def _softmax(z: Any, T: float = 1.0) -> Any:
    """Return the softmax, at a temperature."""
    return softmax(np.asarray(z) / T)


class _Extreme(np.random.Generator):
    """Draws no number at random, but the one that shows the width of its distribution."""

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        return np.full(size, high)

    def standard_normal(self, size: Any = None, dtype: Any = float, out: Any = None) -> Any:
        return np.ones(size, dtype)


class _Counted:
    """What can be counted in a network of these sizes, and how widely its weights are drawn."""

    def __init__(self, sizes: Any, initialization: str = "normal") -> None:
        layers = [int(n) for n in sizes]
        made = Network(layers, initialization=initialization, rng=_Extreme(np.random.PCG64(0)))
        self.n_parameters = made.n_parameters
        self.edges = sum(weights.size for weights in made.weights)
        self.widths = [float(weights[0, 0]) for weights in made.weights]
        # With weights 1 and nothing else, each path adds 1 to the outputs.
        ones = [np.ones(weights.shape) for weights in made.weights]
        zeros = [np.zeros(biases.shape) for biases in made.biases]
        paths = Network.from_parameters(ones, zeros, "identity")
        self.paths = paths.feed_forward(np.ones(layers[0])).a[-1].sum()


def _gradient_descent(parameters: Any, gradients: Any, learning_rate: float) -> Any:
    moved = np.array(parameters, dtype=float)
    GradientDescent(learning_rate).step([moved], [np.asarray(gradients, dtype=float)])
    return moved


class _Momentum:
    """One step; the page's velocity counts without the learning rate and its sign, which the package's has."""

    def __init__(
        self,
        parameters: float,
        gradients: float,
        learning_rate: float,
        momentum: float,
        velocity: float = 0.0,
    ) -> None:
        optimizer, moved = Momentum(learning_rate, momentum), np.array([parameters])
        optimizer.step([moved], [np.array([velocity])])  # from rest to this velocity
        moved[:] = parameters
        optimizer.step([moved], [np.array([gradients])])
        self.velocity = -float(optimizer.state["velocity"][0][0]) / learning_rate
        self.parameters = float(moved[0])


def _course(kind: Callable[..., Optimizer]) -> Callable[..., list[float]]:
    """Return what takes one parameter through all steps: its value before the first and after each."""

    def run(parameters: float, gradients: Any, **settings: float) -> list[float]:
        optimizer = kind(**settings)
        moving = np.array([parameters], dtype=float)
        course = [float(parameters)]
        for gradient in gradients:
            optimizer.step([moving], [np.array([gradient], dtype=float)])
            course.append(float(moving[0]))
        return course

    return run


def _at_step(kind: Callable[..., Callable[[int], float]]) -> Callable[..., float]:
    """Return what makes a schedule and asks it for one step."""
    return lambda step, **settings: kind(**settings)(int(step))


def _with_activation(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that takes N, and N' if it needs it, for its activation."""
    return lambda N, dN=None, **arguments: function(**arguments, activation=_activation(N, dN))


def _predict(x: Any, K: Any, b: Any, V: Any, N: Any) -> Any:
    """Return the answer of a network whose last layer has no biases and no bend."""
    bend = N if isinstance(N, str) else _activation(N)
    memory = Network.from_parameters([K, V], [b, np.zeros(len(V))], [bend, "identity"])
    return memory.predict(x)


def _together(W_q: Any, W_k: Any, W_v: Any, W_o: Any) -> dict[str, Any]:
    """Return the weights of all heads in one matrix each, as the package has them."""
    rows = {"W_q": W_q, "W_k": W_k, "W_v": W_v}
    found = {name: W.reshape(-1, W.shape[2]) for name, W in rows.items()}
    return found | {"W_o": W_o.transpose(1, 0, 2).reshape(W_o.shape[1], -1)}


def _multi_head_attention(x: Any, context: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any) -> Any:
    """Return attention with the weights of each head for itself."""
    return multi_head_attention(x, context, **_together(W_q, W_k, W_v, W_o), n_heads=len(W_o))


class _Heads:
    """The gradients of attention with several heads by what they found and by the weights that mix it.

    Each token asks a context of its own with one place, so its heads find what they are given.
    """

    def __init__(self, do: Any, found: Any, W_o: Any) -> None:
        heads, width, inner = W_o.shape
        context = found.transpose(1, 0, 2).reshape(len(do), 1, -1)
        nothing = np.zeros((heads, 1)), np.zeros((heads, context.shape[-1]))
        gradients = multi_head_attention_backward(
            do[:, None, :],
            np.zeros((len(do), 1, 1)),
            context,
            *nothing,
            np.eye(context.shape[-1]),
            W_o.transpose(1, 0, 2).reshape(width, -1),
            n_heads=heads,
        )
        self.dfound = gradients.dcontext.reshape(-1, heads, inner).transpose(1, 0, 2)
        self.dW_o = gradients.dW_o.reshape(width, heads, inner).transpose(1, 0, 2)


class _SelfAttention:
    """The gradients of attention of a text to itself, with the weights of each head for itself."""

    def __init__(self, do: Any, y: Any, **weights: Any) -> None:
        heads = len(weights["W_o"])
        back = multi_head_attention_backward(do, y, y, **_together(**weights), n_heads=heads)
        self.dy = back.dx + back.dcontext
        for name in ("W_q", "W_k", "W_v"):
            setattr(self, f"d{name}", getattr(back, f"d{name}").reshape(weights[name].shape))
        self.dW_o = back.dW_o.reshape(len(back.dW_o), heads, -1).transpose(1, 0, 2)


def _stretch(epsilon: float) -> float:
    """Return how much longer a row must be for a block's fixed epsilon to have a page's share of it."""
    return float(np.sqrt(1e-5 / epsilon))


class _Attending:
    """What a block makes of a text if its neurons add nothing, and the way back."""

    def __init__(
        self,
        x: Any,
        epsilon: float,
        attention_gain: Any,
        attention_shift: Any,
        dy: Any = None,
        **weights: Any,
    ) -> None:
        zero, stretch = np.zeros(len(attention_gain)), _stretch(epsilon)
        p = BlockParameters(
            attention_gain,
            attention_shift,
            **_together(**weights),
            mlp_gain=zero,
            mlp_shift=zero,
            W_in=zero[None],
            b_in=zero[:1],
            W_out=zero[:, None],
            b_out=zero,
        )
        stretched = stretch * x
        forward = transformer_block(stretched, p, n_heads=len(weights["W_o"]), causal=False)
        self.middle = forward.middle - stretched + x
        if dy is not None:
            back = transformer_block_backward(dy, forward, p, causal=False)
            # What comes straight isn't stretched.
            self.dx = dy + stretch * (back.dx - dy)


class _Pairs:
    """The even and the odd entries of rows, the rotated ones for one pair at one position."""

    def __init__(self, rows: Any) -> None:
        self.even, self.odd = rows[..., 0::2], rows[..., 1::2]

    @classmethod
    def of_waves(cls, n_positions: int, n_pairs: int, base: float) -> _Pairs:
        return cls(sinusoidal_positions(int(n_positions), 2 * n_pairs, base=base))

    @classmethod
    def turned(cls, turn: Callable[..., Any]) -> Callable[..., _Pairs]:
        def run(
            even: float, odd: float, position: float, pair: float, n_pairs: int, base: float
        ) -> _Pairs:
            row = np.zeros((1, 2 * n_pairs))
            row[0, 2 * int(pair) : 2 * int(pair) + 2] = even, odd
            rows = turn(row, [int(position)], base=base)
            return cls(rows[0, 2 * int(pair) : 2 * int(pair) + 2][None])

        return run


class _Rotated:
    """Where a pixel near the centre comes from: images whose values are rows and columns tell."""

    def __init__(self, row: float, column: float, degrees: float) -> None:
        rows, columns = np.mgrid[-3.0:4.0, -3.0:4.0]
        place = 3 + round(row), 3 + round(column)
        self.row = float(rotate_images(rows, degrees)[place])
        self.column = float(rotate_images(columns, degrees)[place])


def _dropout(x: Any, mask: Any, rate: float) -> Any:
    """Return what one mask leaves, or each of several."""
    mask = np.asarray(mask, dtype=float)
    return dropout(np.broadcast_to(np.asarray(x, dtype=float), mask.shape), mask, rate)


class _Columns:
    """The gradients of attention for one query, keys and values as columns, as the page has them."""

    def __init__(self, do: Any, q: Any, k: Any, v: Any) -> None:
        gradients = attention_backward(do, q, k.T, v.T)
        self.dq, self.dk, self.dv = gradients.dq, gradients.dk.T, gradients.dv.T


def _one_pair(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what turns a single pair of entries that stands at one position."""
    return lambda pair, position: function(np.asarray(pair)[None], [int(position)])[0]


def _attention_weights(q: Any, k: Any, mask: Any = None, causal: Any = 0) -> Any:
    """Return attention weights; a page's mask holds zeros and ones."""
    seen = None if mask is None else np.ravel(np.asarray(mask)) > 0.5
    return attention_weights(q, k, mask=seen, causal=bool(causal))


class _Neurons:
    """What a block makes of one token if its attention adds nothing, and the way back."""

    def __init__(
        self, x: Any, epsilon: float, N: Any, dN: Any = None, dy: Any = None, **own: Any
    ) -> None:
        square, zero = np.zeros((len(x), len(x))), np.zeros(len(x))
        nothing = dict.fromkeys(("W_q", "W_k", "W_v", "W_o"), square)
        p = BlockParameters(attention_gain=zero, attention_shift=zero, **nothing, **own)
        activation, stretch = _activation(N, dN), _stretch(epsilon)
        stretched = stretch * np.asarray(x)[None, :]
        forward = transformer_block(stretched, p, n_heads=1, activation=activation)
        self.z, self.output = forward.z[0], forward.output[0] - stretched[0] + x
        if dy is not None:
            rows = np.asarray(dy)[None, :]
            back = transformer_block_backward(rows, forward, p, activation=activation)
            # What comes straight isn't stretched.
            self.dx = dy + stretch * (back.dx[0] - dy)
            self.parameters = back.parameters


class _Transformer:
    """What a transformer makes of tokens before its blocks, and of a stream after them.

    The only block adds nothing, so the stream is that at the start.
    """

    def __init__(
        self,
        tokens: Any = (0,),
        embedding: Any = None,
        positions: Any = 0.0,
        stream: Any = None,
        epsilon: float = 1e-5,
        **last: Any,
    ) -> None:
        if embedding is None:
            stretched = np.asarray(stream) * _stretch(epsilon)
            embedding = np.tile(stretched, (len(last["unembedding"]), 1))
        n_tokens, width = np.shape(embedding)
        model = Transformer(
            n_tokens,
            width=width,
            n_layers=1,
            n_heads=1,
            context=len(tokens),
            rng=np.random.default_rng(0),
        )
        parameters = model.parameters
        for weights in (parameters["blocks[0].W_o"], parameters["blocks[0].W_out"]):
            weights[...] = 0.0
        for name, value in {"embedding": embedding, "positions": positions, **last}.items():
            parameters[name][...] = value
        forward = model.forward(np.asarray(tokens, dtype=int))
        self.embedded, self.logits = forward.embedded, forward.logits[-1]


functions: dict[str, Callable[..., Any]] = {
    "nnmath.rotary": _one_pair(rotary),
    "nnmath.rotary_backward": _one_pair(rotary_backward),
    "nnmath.activations.softmax": _softmax,
    "nnmath.network.Network": _Counted,
    "nnmath.network.Network.predict": _predict,
    "nnmath.network.feed_forward": _feed_forward,
    "nnmath.backprop.backpropagate": _backpropagate,
    "nnmath.optimizers.GradientDescent": _gradient_descent,
    "nnmath.optimizers.Momentum": _Momentum,
    "nnmath.optimizers.Adam": _course(Adam),
    "nnmath.optimizers.AdamW": _course(AdamW),
    "nnmath.Momentum": _course(Momentum),
    "nnmath.optimizers.ConstantSchedule": _at_step(ConstantSchedule),
    "nnmath.optimizers.CosineSchedule": _at_step(CosineSchedule),
    "nnmath.optimizers.clip_gradients": lambda gradients, max_norm: clip_gradients(
        [np.asarray(gradients)], max_norm
    ),
    "nnmath.layers.linear": lambda x, W, b: linear(x, W, np.atleast_1d(b)),  # a layer of one neuron
    "nnmath.layers.layer_forward": _with_activation(layer_forward),
    "nnmath.layers.layer_backward": _with_activation(layer_backward),
    "nnmath.superposition.tied_autoencoder": _with_activation(tied_autoencoder),
    "nnmath.superposition.tied_autoencoder_backward": _with_activation(tied_autoencoder_backward),
    "nnmath.embedding": lambda ids, E: embedding(np.asarray(ids, dtype=int), E),
    "nnmath.embeddings.embedding": lambda ids, E: embedding(np.asarray(ids, dtype=int), E),
    "nnmath.embeddings.embedding_backward": lambda dx, ids, n_words: embedding_backward(
        dx, np.asarray(ids, dtype=int), n_words
    ),
    "nnmath.embeddings.cooccurrences": lambda ids, n_words, window: cooccurrences(
        np.asarray(ids, dtype=int), n_words, window
    ),
    "nnmath.embeddings.sinusoidal_positions": _Pairs.of_waves,
    "nnmath.embeddings.rotary": _Pairs.turned(rotary),
    "nnmath.embeddings.rotary_backward": _Pairs.turned(rotary_backward),
    "nnmath.regularization.dropout": _dropout,
    "nnmath.augmentation.rotate_images": _Rotated,
    "nnmath.costs.accuracy": lambda a, labels: accuracy(a, np.asarray(labels, dtype=int)),
    "nnmath.attention.attention_backward": _Columns,
    "nnmath.attention.attention_weights": _attention_weights,
    "nnmath.transformer.transformer_block": _Neurons,
    "nnmath.transformer.transformer_block_backward": _Neurons,
    "nnmath.transformer.Transformer": _Transformer,
    "nnmath.attention.multi_head_attention": _multi_head_attention,
    "nnmath.attention.multi_head_attention_backward": _Heads,
    "nnmath.multi_head_attention_backward": _SelfAttention,
    "nnmath.transformer_block": _Attending,
    "nnmath.transformer_block_backward": _Attending,
}
