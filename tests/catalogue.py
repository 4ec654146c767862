"""Every formula function with arguments it accepts, for tests that run through all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

import nnmath

_rng = np.random.default_rng(20)


def _normal(*shape: int) -> np.ndarray:
    return _rng.normal(size=shape)


class Formula(NamedTuple):
    """A function and arguments by name, all of them float64 arrays."""

    function: Callable[..., Any]
    arguments: dict[str, np.ndarray]


class Pair(NamedTuple):
    """A function, the function that multiplies by its Jacobian, and arguments.

    ``backward`` takes the derivative by the output and the arguments, and returns
    the derivatives by those arguments that are named in ``by``.
    """

    function: Callable[..., Any]
    backward: Callable[..., Any]
    arguments: dict[str, np.ndarray]
    by: tuple[str, ...]


ELEMENTWISE = ("identity", "sigmoid", "tanh", "relu", "gelu")
COSTS = ("squared_error", "mean_squared_error", "sigmoid_cross_entropy", "softmax_cross_entropy")

PENALTIES = ("l1_penalty", "l1_penalty_backward", "l2_penalty", "l2_penalty_backward")

_logits, _targets = _normal(3, 4), _normal(3, 4)
_mask = np.array([[1.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 1.0]])
_one_hot = nnmath.one_hot([2, 0, 3], 4)
_layer = {"x": _normal(3, 4), "W": _normal(2, 4), "b": _normal(2)}
_attention = {"q": _normal(3, 4), "k": _normal(5, 4), "v": _normal(5, 2)}
_one_query = {**_attention, "q": _normal(4)}
_heads = {"q": _normal(2, 3, 4), "k": _normal(2, 5, 4), "v": _normal(2, 5, 2)}

_tied = {"x": _normal(3, 4), "W": _normal(2, 4), "b": _normal(4)}
_edit = {"W": _normal(2, 4), "key": _normal(4), "value": _normal(2)}
_factor = _normal(3, 4)
_shared_heads = {"q": _normal(4, 3, 4), "k": _normal(2, 5, 4), "v": _normal(2, 5, 2)}
_multi_head = {
    "x": _normal(2, 3, 5),
    "context": _normal(2, 4, 6),
    "W_q": 0.4 * _normal(12, 5),
    "W_k": 0.4 * _normal(6, 6),
    "W_v": 0.4 * _normal(4, 6),
    "W_o": 0.4 * _normal(4, 8),
}
_normalized = {"x": _normal(3, 4), "gain": _normal(4)}


def _cost_arguments(name: str) -> dict[str, np.ndarray]:
    if name.endswith("cross_entropy"):
        return {"logits": _logits, "y": _one_hot}
    return {"a": _logits, "y": _targets}


FORMULAS: dict[str, Formula] = {
    name: Formula(getattr(nnmath, name), {"z": _logits})
    for elementwise in ELEMENTWISE
    for name in (elementwise, f"{elementwise}_prime")
}
for _name in ("softmax", "log_softmax"):
    FORMULAS[_name] = Formula(getattr(nnmath, _name), {"z": _logits})
    _backward = f"{_name}_backward"
    FORMULAS[_backward] = Formula(getattr(nnmath, _backward), {"da": _targets, "z": _logits})
for _name in COSTS:
    for _direction in (_name, f"{_name}_backward"):
        _arguments = _cost_arguments(_name)
        FORMULAS[_direction] = Formula(getattr(nnmath, _direction), _arguments)
FORMULAS["linear"] = Formula(nnmath.linear, _layer)
FORMULAS["linear_backward"] = Formula(
    nnmath.linear_backward, {"dz": _normal(3, 2), "x": _layer["x"], "W": _layer["W"]}
)
FORMULAS["layer_forward"] = Formula(
    lambda a, W, b: nnmath.layer_forward(a, W, b, "gelu"),
    {"a": _layer["x"], "W": _layer["W"], "b": _layer["b"]},
)
FORMULAS["layer_backward"] = Formula(
    lambda da, z, a_previous, W: nnmath.layer_backward(da, z, a_previous, W, "softmax"),
    {"da": _normal(3, 2), "z": _normal(3, 2), "a_previous": _layer["x"], "W": _layer["W"]},
)
FORMULAS["attention_weights"] = Formula(
    nnmath.attention_weights, {"q": _attention["q"], "k": _attention["k"]}
)
FORMULAS["attention"] = Formula(nnmath.attention, _attention)
FORMULAS["attention_backward"] = Formula(
    nnmath.attention_backward, {"do": _normal(3, 2), **_attention}
)
FORMULAS["tied_autoencoder"] = Formula(nnmath.tied_autoencoder, _tied)
FORMULAS["tied_autoencoder_backward"] = Formula(
    nnmath.tied_autoencoder_backward, {"da": _normal(3, 4), **_tied}
)
FORMULAS["feature_dimensionality"] = Formula(nnmath.feature_dimensionality, {"W": _tied["W"]})
FORMULAS["mutual_coherence"] = Formula(nnmath.mutual_coherence, {"vectors": _tied["x"]})
FORMULAS["rank_one_edit"] = Formula(nnmath.rank_one_edit, _edit)
FORMULAS["rank_one_edit, covariance"] = Formula(
    nnmath.rank_one_edit, {**_edit, "covariance": _factor.T @ _factor + np.eye(4)}
)
FORMULAS["attention, causal"] = Formula(
    lambda q, k, v: nnmath.attention(q, k, v, causal=True), _shared_heads
)
FORMULAS["attention_backward, causal"] = Formula(
    lambda do, q, k, v: nnmath.attention_backward(do, q, k, v, causal=True),
    {"do": _normal(4, 3, 2), **_shared_heads},
)
for _name in PENALTIES:
    FORMULAS[_name] = Formula(partial(getattr(nnmath, _name), strength=0.5), {"W": _tied["W"]})
FORMULAS["dropout"] = Formula(partial(nnmath.dropout, rate=0.25), {"x": _logits, "mask": _mask})
FORMULAS["dropout_backward"] = Formula(
    partial(nnmath.dropout_backward, rate=0.25), {"dd": _targets, "mask": _mask}
)
FORMULAS["smooth_labels"] = Formula(partial(nnmath.smooth_labels, smoothing=0.25), {"y": _one_hot})
FORMULAS["multi_head_attention"] = Formula(
    lambda **parts: nnmath.multi_head_attention(**parts, n_heads=4, causal=True), _multi_head
)
FORMULAS["multi_head_attention_backward"] = Formula(
    lambda **parts: nnmath.multi_head_attention_backward(**parts, n_heads=4, causal=True),
    {"do": _normal(2, 3, 4), **_multi_head},
)
FORMULAS["attention, one query"] = Formula(nnmath.attention, _one_query)
FORMULAS["attention_backward, one query"] = Formula(
    nnmath.attention_backward, {"do": _normal(2), **_one_query}
)
FORMULAS["layer_norm"] = Formula(nnmath.layer_norm, {**_normalized, "shift": _normal(4)})
FORMULAS["rms_norm"] = Formula(nnmath.rms_norm, _normalized)
for _name in ("layer_norm_backward", "rms_norm_backward"):
    FORMULAS[_name] = Formula(getattr(nnmath, _name), {"dy": _normal(3, 4), **_normalized})

_ids = np.array([[2, 0, 2], [1, 2, 0]])
FORMULAS["embedding"] = Formula(lambda E: nnmath.embedding(_ids, E), {"E": _normal(3, 4)})
FORMULAS["embedding_backward"] = Formula(
    lambda dx: nnmath.embedding_backward(dx, _ids, 4), {"dx": _normal(2, 3, 4)}
)
FORMULAS["cosine_similarity"] = Formula(
    nnmath.cosine_similarity, {"x": _normal(2, 3, 4), "y": _normal(5, 4)}
)
FORMULAS["cosine_similarity, one"] = Formula(
    nnmath.cosine_similarity, {"x": _normal(3, 4), "y": _normal(4)}
)
FORMULAS["rotary"] = Formula(nnmath.rotary, {"x": _normal(2, 3, 4)})
FORMULAS["rotary_backward"] = Formula(nnmath.rotary_backward, {"dy": _normal(2, 3, 4)})

_skip_gram = {"v": _normal(3, 4), "u": _normal(3, 4), "negatives": _normal(3, 2, 4)}
FORMULAS["skip_gram_cost"] = Formula(nnmath.skip_gram_cost, _skip_gram)
FORMULAS["skip_gram_backward"] = Formula(nnmath.skip_gram_backward, _skip_gram)
_counts = {"counts": np.array([[3.0, 1.0], [0.0, 4.0]])}
FORMULAS["pointwise_mutual_information"] = Formula(nnmath.pointwise_mutual_information, _counts)


def _elementwise_pair(name: str) -> Pair:
    prime = getattr(nnmath, f"{name}_prime")
    function = getattr(nnmath, name)
    return Pair(function, lambda da, z: (da * prime(z),), {"z": _logits}, ("z",))


def _activation_pair(name: str) -> Pair:
    activation = nnmath.ACTIVATIONS[name]
    backward = activation.backward
    return Pair(activation.function, lambda da, z: (backward(da, z),), {"z": _logits}, ("z",))


def _cost_pair(name: str) -> Pair:
    cost = nnmath.COSTS[name]

    def backward(dc: Any, outputs: Any, y: Any) -> tuple[Any]:
        return (dc[..., None] * cost.backward(outputs, y),)

    arguments = _cost_arguments(name)
    return Pair(cost.function, backward, arguments, (next(iter(arguments)),))


def _linear_backward(dz: Any, x: Any, W: Any, b: Any) -> Any:
    return nnmath.linear_backward(dz, x, W)


def _layer_pair(name: str) -> Pair:
    def function(a: Any, W: Any, b: Any) -> Any:
        return nnmath.layer_forward(a, W, b, name).a

    def backward(da: Any, a: Any, W: Any, b: Any) -> tuple[Any, ...]:
        z = nnmath.layer_forward(a, W, b, name).z
        gradients = nnmath.layer_backward(da, z, a, W, name)
        return gradients.da_previous, gradients.dW, gradients.db

    arguments = {"a": _layer["x"], "W": _layer["W"], "b": _layer["b"]}
    return Pair(function, backward, arguments, ("a", "W", "b"))


def _tied_pair(name: str) -> Pair:
    return Pair(
        lambda x, W, b: nnmath.tied_autoencoder(x, W, b, name),
        lambda da, x, W, b: nnmath.tied_autoencoder_backward(da, x, W, b, name),
        _tied,
        ("x", "W", "b"),
    )


def _attention_pair(arguments: dict[str, np.ndarray]) -> Pair:
    return Pair(nnmath.attention, nnmath.attention_backward, arguments, ("q", "k", "v"))


def _skip_gram_backward(dc: Any, v: Any, u: Any, negatives: Any) -> tuple[Any, ...]:
    dv, du, dnegatives = nnmath.skip_gram_backward(v, u, negatives)
    return dc[..., None] * dv, dc[..., None] * du, dc[..., None, None] * dnegatives


def _layer_norm_backward(dy: Any, x: Any, gain: Any, shift: Any) -> Any:
    return nnmath.layer_norm_backward(dy, x, gain)


def _penalty_pair(name: str) -> Pair:
    penalty, backward = (getattr(nnmath, n) for n in (name, f"{name}_backward"))
    return Pair(
        partial(penalty, strength=0.5),
        lambda dR, W: (dR * backward(W, 0.5),),
        {"W": _tied["W"]},
        ("W",),
    )


def _multi_head_pair(**options: Any) -> Pair:
    def function(**parts: Any) -> Any:
        return nnmath.multi_head_attention(**parts, **options)

    def backward(do: Any, *parts: Any) -> Any:
        return nnmath.multi_head_attention_backward(do, *parts, **options)

    return Pair(function, backward, _multi_head, tuple(_multi_head))


PAIRS: dict[str, Pair] = {
    **{f"{name}_backward": _penalty_pair(name) for name in ("l1_penalty", "l2_penalty")},
    "dropout_backward": Pair(
        partial(nnmath.dropout, rate=0.25),
        lambda dd, x, mask: (nnmath.dropout_backward(dd, mask, 0.25),),
        {"x": _logits, "mask": _mask},
        ("x",),
    ),
    **{f"{name}_prime": _elementwise_pair(name) for name in ELEMENTWISE},
    **{f"{name}.backward": _activation_pair(name) for name in nnmath.ACTIVATIONS},
    **{f"{name}_backward": _cost_pair(name) for name in COSTS},
    "linear_backward": Pair(nnmath.linear, _linear_backward, _layer, ("x", "W", "b")),
    **{f"layer_backward, {name}": _layer_pair(name) for name in nnmath.ACTIVATIONS},
    **{
        f"tied_autoencoder_backward, {name}": _tied_pair(name)
        for name in ("relu", "identity", "gelu", "softmax")
    },
    "attention_backward": _attention_pair(_attention),
    "attention_backward, one query": _attention_pair(_one_query),
    "attention_backward, heads": _attention_pair(_heads),
    "multi_head_attention_backward": _multi_head_pair(n_heads=4),
    "multi_head_attention_backward, causal": _multi_head_pair(n_heads=4, causal=True),
    "layer_norm_backward": Pair(
        nnmath.layer_norm,
        _layer_norm_backward,
        {**_normalized, "shift": _normal(4)},
        ("x", "gain", "shift"),
    ),
    "embedding_backward": Pair(
        lambda E: nnmath.embedding(_ids, E),
        lambda dx, E: (nnmath.embedding_backward(dx, _ids, 3),),
        {"E": _normal(3, 4)},
        ("E",),
    ),
    "skip_gram_backward": Pair(
        nnmath.skip_gram_cost, _skip_gram_backward, _skip_gram, ("v", "u", "negatives")
    ),
    "rotary_backward": Pair(
        nnmath.rotary, lambda dy, x: (nnmath.rotary_backward(dy),), {"x": _normal(2, 3, 4)}, ("x",)
    ),
    "rms_norm_backward": Pair(
        nnmath.rms_norm, nnmath.rms_norm_backward, _normalized, ("x", "gain")
    ),
}
