"""Every public function and method with arguments it accepts, and the kind of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from bad_values import (
    DTYPE,
    PATH,
    RNG,
    Argument,
    count,
    flag,
    floats,
    given,
    labels,
    loose,
    name,
    number,
    optional,
    positive,
    share,
    shares,
    text,
    thing,
)
from small_transformers import TARGETS, TOKENS, small_model

import figures
import nnmath


class Call(NamedTuple):
    """Returns what is to be called, anew each time; and its arguments."""

    make: Callable[[], Callable[..., Any]]
    arguments: dict[str, Argument]


def network() -> nnmath.Network:
    """Return a network of 2, 3 and 2 neurons."""
    return nnmath.Network([2, 3, 2], "tanh", rng=np.random.default_rng(0))


def block() -> tuple[nnmath.BlockParameters, nnmath.BlockPass]:
    """Return the parameters of a block, and a pass through it."""
    model = small_model()
    fields = nnmath.BlockParameters._fields
    parameters = nnmath.BlockParameters(*(model.parameters[f"blocks[0].{n}"] for n in fields))
    return parameters, nnmath.transformer_block(np.ones((4, 8)), parameters, n_heads=2)


def used(optimizer: nnmath.Optimizer) -> nnmath.Optimizer:
    """Return an optimiser after a step."""
    optimizer.step([np.ones(2)], [np.ones(2)])
    return optimizer


ACTIVATION = name("tanh")
COST = name("squared_error")
NETWORK = thing(network)
OPTIMIZER = thing(lambda: nnmath.Adam(0.1))
HISTORY = thing(nnmath.History)
LEARNING_RATE = Argument(lambda: 0.1, tuple(x for x in positive(1.0).refused if x != "a function"))
LIST = ("None", "a text", "bytes", "a function", "1", "True", "a set")
OUTPUTS = {"a": floats(3, 4, finite=True), "y": floats(3, 4, finite=True)}
BINARY = {"logits": floats(3, 4, finite=True), "y": given(np.full((3, 4), 0.3), "NaN", "infinity")}
ONE_OF = {"logits": floats(3, 4, finite=True), "y": shares(3, 4)}
MASK = loose(lambda: np.ones((3, 5), dtype=bool), "whole numbers", "texts", "complex", "a text")
SCALE = optional(number(0.5))
QKV = {"q": floats(3, 4), "k": floats(5, 4), "v": floats(5, 2)}
HOW = {"mask": MASK, "causal": flag(False)}
HEADS = {
    "x": floats(3, 4),
    "context": floats(5, 4),
    "W_q": floats(4, 4),
    "W_k": floats(4, 4),
    "W_v": floats(4, 4),
    "W_o": floats(4, 4),
    "n_heads": count(2),
    **HOW,
}
ROW = {"x": floats(3, 4), "gain": floats(4)}
EPSILON = {"epsilon": positive(1e-5)}
IDS = labels([2, 0, 2, 1])
RATE = share(0.25)
IMAGES = given(np.arange(18.0).reshape(2, 3, 3) / 18.0, "NaN", "infinity", "no axes")
SHIFT = loose(lambda: 0.5, "texts", "complex", "NaN", "a text", "None", "nan", "inf", "a set")
FUNCTION = loose(lambda: lambda x: float(np.sum(x**2)), "None", "a text", "1", "a dict")
POINT = given([1.0, 2.0], *("NaN", "infinity"))
LABELS = optional(loose(lambda: ["a", "b"], "a text", "1", "a set", "a function", "bytes"))
OPTIONAL_TEXTS = loose(lambda: ["a", "b"], "a text", "1", "a set", "a function", "bytes", "1.5")

CALLS: dict[str, Call] = {}


def add(function: Callable[..., Any], **arguments: Argument) -> None:
    """Add a function, or a class by its constructor."""
    CALLS[function.__name__] = Call(lambda: function, arguments)


def add_method(owner: type, method: str, make: Callable[[], Any], **arguments: Argument) -> None:
    """Add a method of what is made anew for each call."""
    CALLS[f"{owner.__name__}.{method}"] = Call(lambda: getattr(make(), method), arguments)


for _name in ("identity", "sigmoid", "tanh", "relu", "gelu"):
    add(getattr(nnmath, _name), z=floats(3, 4))
    add(getattr(nnmath, f"{_name}_prime"), z=floats(3, 4))
for _name in ("softmax", "log_softmax"):
    _axis = number(-1, "7", "1.5")
    add(getattr(nnmath, _name), z=floats(3, 4), axis=_axis)
    add(getattr(nnmath, f"{_name}_backward"), da=floats(3, 4), z=floats(3, 4), axis=_axis)
add(nnmath.get_activation, activation=ACTIVATION)
add(nnmath.get_cost, cost=COST)
add(nnmath.accuracy, a=floats(4, 3, finite=True), labels=IDS)
add(nnmath.one_hot, labels=IDS, n_classes=count(3, "1"), dtype=DTYPE)
for _name, _arguments in {
    "squared_error": OUTPUTS,
    "mean_squared_error": OUTPUTS,
    "sigmoid_cross_entropy": BINARY,
    "softmax_cross_entropy": ONE_OF,
}.items():
    add(getattr(nnmath, _name), **_arguments)
    add(getattr(nnmath, f"{_name}_backward"), **_arguments)
add(nnmath.linear, x=floats(3, 4), W=floats(2, 4), b=floats(2))
add(nnmath.linear_backward, dz=floats(3, 2), x=floats(3, 4), W=floats(2, 4))
add(nnmath.layer_forward, a=floats(3, 4), W=floats(2, 4), b=floats(2), activation=ACTIVATION)
add(
    nnmath.layer_backward,
    da=floats(3, 2),
    z=floats(3, 2),
    a_previous=floats(3, 4),
    W=floats(2, 4),
    activation=ACTIVATION,
)
_tied = {"x": floats(3, 4), "W": floats(2, 4), "b": floats(4), "activation": ACTIVATION}
add(nnmath.tied_autoencoder, **_tied)
add(nnmath.tied_autoencoder_backward, da=floats(3, 4), **_tied)
add(nnmath.feature_dimensionality, W=floats(2, 4))
_many = count(10)  # `guaranteed_directions` may count more than 63 bits can
_many = _many._replace(refused=tuple(x for x in _many.refused if x != "2**70"))
add(nnmath.coherence_bound, n=_many, d=count(3), coherence=number(0.5, "-1", "0"))
add(nnmath.guaranteed_directions, d=count(3), coherence=number(0.5, "-1", "7", "0"))
add(nnmath.mutual_coherence, vectors=floats(3, 4))
add(nnmath.welch_bound, n=count(10), d=count(3))
add(nnmath.layer_norm, **ROW, shift=floats(4), **EPSILON)
add(nnmath.rms_norm, **ROW, **EPSILON)
for _name in ("layer_norm_backward", "rms_norm_backward"):
    add(getattr(nnmath, _name), dy=floats(3, 4), **ROW, **EPSILON)

# Embeddings and attention
_end = optional(count(2, least=0))
add(nnmath.cooccurrences, ids=IDS, n_words=count(3, "1"), window=count(2), end=_end)
add(nnmath.cosine_similarity, x=floats(3, 4), y=floats(3, 4))
add(nnmath.embedding, ids=IDS, E=floats(3, 4))
add(nnmath.embedding_backward, dx=floats(4, 2), ids=IDS, n_words=count(3, "1"))
_counts = given(np.arange(9.0).reshape(3, 3), "NaN", "infinity", "negative numbers")
add(nnmath.pointwise_mutual_information, counts=_counts, positive=flag(True))
_positions = optional(labels([0, 1, 2])._replace(refused=(*labels([0]).refused[:-5], "objects")))
_positions = loose(lambda: np.array([0, 1, 2]), "texts", "complex", "a text", "objects", "a set")
_base = number(100.0, "0", "1", "-1")
add(nnmath.rotary, x=floats(3, 4), positions=_positions, base=_base)
add(nnmath.rotary_backward, dy=floats(3, 4), positions=_positions, base=_base)
_places = count(3, least=0)
add(nnmath.sinusoidal_positions, n_positions=_places, width=count(4), base=_base, dtype=DTYPE)
for _name in ("skip_gram_cost", "skip_gram_backward"):
    add(getattr(nnmath, _name), v=floats(4), u=floats(4), negatives=floats(3, 4))
add(nnmath.svd_embeddings, matrix=given(np.eye(3), "NaN", "infinity"), width=count(2, "7"))
add(
    nnmath.train_skip_gram,
    ids=labels([0, 1, 2, 1, 0, 2]),
    n_words=count(3, "1"),
    width=count(2),
    rng=RNG,
    window=count(2),
    n_negatives=count(2),
    epochs=count(1),
    batch_size=count(4),
    learning_rate=positive(0.2),
    end=_end,
)
add(nnmath.attention, **QKV, **HOW, scale=SCALE)
add(nnmath.attention_backward, do=floats(3, 2), **QKV, **HOW, scale=SCALE)
add(nnmath.attention_weights, q=QKV["q"], k=QKV["k"], **HOW, scale=SCALE)
add(nnmath.multi_head_attention, **HEADS)
add(nnmath.multi_head_attention_backward, do=floats(3, 4), **HEADS)

# Regularisation, augmentation
for _name in ("dropout", "dropout_backward"):
    _x = {"x" if _name == "dropout" else "dd": floats(2, 2)}
    add(getattr(nnmath, _name), **_x, mask=given(np.eye(2), "NaN", "negative numbers"), rate=RATE)
_lengths = loose(lambda: (2, 3), "None", "a text", "-1", "1.5", "a set", "nan", "True", "2**70")
add(nnmath.dropout_mask, shape=_lengths, rate=RATE, rng=RNG, dtype=DTYPE)
for _name in ("l1_penalty", "l2_penalty"):
    _weights = {"W": floats(2, 3, finite=True), "strength": number(0.5, "-1", "-1.5")}
    add(getattr(nnmath, _name), **_weights)
    add(getattr(nnmath, f"{_name}_backward"), **_weights)
add(nnmath.smooth_labels, y=shares(3, 4), smoothing=share(0.1))
add(nnmath.shift_images, images=IMAGES, down=SHIFT, right=SHIFT)
add(nnmath.rotate_images, images=IMAGES, degrees=SHIFT)
add(
    nnmath.jitter_images,
    images=IMAGES._replace(make=lambda: np.ones((2, 9))),
    rng=RNG,
    max_shift=number(1.0, "-1"),
    max_angle=number(9.0, "-1"),
    shape=optional(loose(lambda: (3, 3), "a text", "1", "True", "1.5", "a dict", "a set")),
)

# Networks
_sizes = loose(lambda: [2, 3], *LIST, "-1", "an empty list", "a list of texts", "a dict")
_layers = loose(lambda: [np.ones((3, 2))], *LIST, "an empty list", "a list of texts", "texts")
_biases = loose(lambda: [np.ones(3)], *LIST, "an empty list", "a list of texts", "texts")
_activations = loose(lambda: "tanh", "None", "a text", "1", "a function", "bytes", "a set", "True")
_input = floats(4, 2, finite=True)
add(
    nnmath.Network,
    sizes=_sizes,
    activations=_activations,
    initialization=name("he"),
    rng=RNG,
    dtype=DTYPE,
)
_parameters = {"weights": _layers, "biases": _biases, "activations": _activations}
add_method(nnmath.Network, "from_parameters", lambda: nnmath.Network, **_parameters)
add_method(nnmath.Network, "feed_forward", network, x=_input)
add_method(nnmath.Network, "predict", network, x=_input)
add_method(nnmath.Network, "save", network, path=PATH)
add_method(nnmath.Network, "load", lambda: nnmath.Network, path=PATH)
add(nnmath.feed_forward, x=_input, **_parameters)
_neurons = loose(
    lambda: [0, 2], "None", "a text", "-1", "1.5", "7", "nan", "2**70", "a list of texts"
)
_values = loose(lambda: 0.5, "None", "a text", "texts", "complex", "nan", "NaN", "a set")
add(nnmath.ablate, network=NETWORK, layer=count(1, "7"), neurons=_neurons, values=_values)
_finite = {"W": floats(2, 3, finite=True), "key": floats(3, finite=True)}
_covariance = optional(given(np.eye(3), "NaN", "infinity"))
add(nnmath.rank_one_edit, **_finite, value=floats(2, finite=True), covariance=_covariance)
_reduction = name("mean")
_samples = {"network": NETWORK, "x": _input, "y": floats(4, 2, finite=True)}
add(nnmath.backpropagate, **_samples, cost=COST, reduction=_reduction)

# Optimisers
_rates = {"beta1": share(0.9), "beta2": share(0.99), "epsilon": positive(1e-8)}
_decay = {"weight_decay": number(0.01, "-1")}
add(nnmath.Adam, learning_rate=LEARNING_RATE, **_rates)
add(nnmath.AdamW, learning_rate=LEARNING_RATE, **_rates, **_decay)
add(nnmath.GradientDescent, learning_rate=LEARNING_RATE)
add(nnmath.Momentum, learning_rate=LEARNING_RATE, momentum=share(0.9))
_warmup = count(3, least=0)
add(nnmath.ConstantSchedule, learning_rate=positive(0.1), warmup=_warmup)
add(
    nnmath.CosineSchedule,
    learning_rate=positive(0.1),
    n_steps=count(9),
    warmup=_warmup,
    final=number(0.01, "-1", "7"),
)
_arrays = loose(lambda: [np.ones(2)], *LIST, "a list of texts", "a ragged list", "a tuple of None")
_steps = {"parameters": _arrays, "gradients": _arrays}
for _kind in (nnmath.Adam, nnmath.AdamW, nnmath.GradientDescent, nnmath.Momentum):
    add_method(_kind, "step", lambda kind=_kind: used(kind(0.1)), **_steps)
    add_method(_kind, "prepare", lambda kind=_kind: used(kind(0.1)), parameters=_arrays)
add(nnmath.clip_gradients, gradients=_arrays, max_norm=positive(1.0))

# Training
_pair = loose(lambda: (np.ones((4, 2)), np.ones((4, 2))), "a text", "1", "a set", "a tuple of None")
_progress = loose(lambda: False, "0", "1", "a text", "a list of texts")
_more = {"max_norm": optional(positive(1.0)), "progress": _progress, "rng": RNG}
_none_or = ("None", "a function")
add(nnmath.evaluate, **_samples, cost=COST)
add(
    nnmath.train,
    **{
        **_samples,
        "epochs": count(1),
        "batch_size": count(2),
        "cost": COST,
        "reduction": _reduction,
    },
    **{
        "optimizer": optional(OPTIMIZER),
        "validation": _pair,
        "patience": optional(count(1)),
        **_more,
    },
    l1=number(0.1, "-1"),
    l2=number(0.1, "-1"),
    history=optional(HISTORY),
    dropout=loose(lambda: 0.25, "None", "a text", "-1", "1", "1.5", "nan", "a list of texts"),
    augment=loose(lambda: lambda x, rng: x, "a text", "1", "a list of texts", "a function"),
)
_checkpoint = {"network": NETWORK, "optimizer": OPTIMIZER, "rng": RNG, "history": HISTORY}
add_method(
    nnmath.History,
    "note_best",
    lambda: nnmath.History(epochs=[1], validation_cost=[0.5]),
    network=NETWORK,
)
add(nnmath.load_checkpoint, path=PATH)
add(nnmath.save_checkpoint, path=PATH, **_checkpoint)

# Transformers
_tokens = Argument(lambda: TOKENS, labels([0]).refused)
_targets = Argument(lambda: TARGETS, labels([0]).refused)
_size = count(4)
_sizes_of = {"n_tokens": count(5), "width": count(8, "7"), "n_layers": _size, "n_heads": count(2)}
_position = name("rotary")
add(
    nnmath.Transformer,
    **{**_sizes_of, "context": _size, "n_key_heads": optional(count(1)), "hidden": optional(_size)},
    positions=_position,
    normalization=name("rms"),
    activation=ACTIVATION,
    deviation=positive(0.1),
    rng=RNG,
    dtype=DTYPE,
)
add_method(
    nnmath.Transformer,
    "from_parameters",
    lambda: nnmath.Transformer,
    parameters=loose(lambda: dict(small_model().parameters), *LIST, "a dict", "an empty list"),
    n_heads=count(2, "7"),
    positions=name("learned"),
    activation=ACTIVATION,
    context=optional(count(6, "7")),
)
_dlogits = floats(2, 4, 5)
_forward = thing(lambda: small_model().forward(TOKENS))
_past = optional(thing(lambda: small_model().forward(TOKENS[:, :2])))
add_method(nnmath.Transformer, "backward", small_model, dlogits=_dlogits, forward=_forward)
add_method(nnmath.Transformer, "forward", small_model, tokens=_tokens, past=_past)
add_method(
    nnmath.Transformer,
    "generate",
    small_model,
    tokens=labels([1, 2]),
    n_new=count(3, least=0),
    temperature=number(0.5, "-1"),
    top_k=optional(count(2)),
    stop=optional(count(2, least=0)),
    rng=RNG,
)
add_method(nnmath.Transformer, "gradients", small_model, tokens=_tokens, targets=_targets)
add_method(nnmath.Transformer, "load", lambda: nnmath.Transformer, path=PATH)
add_method(nnmath.Transformer, "save", small_model, path=PATH)
_text = labels([0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
add(nnmath.evaluate_transformer, model=thing(small_model), tokens=_text)
add(
    nnmath.train_transformer,
    model=thing(small_model),
    tokens=_text,
    steps=count(1),
    batch_size=count(2),
    **{"optimizer": optional(OPTIMIZER), **_more, "validation": optional(_text)},
    measure_every=count(1),
    history=optional(thing(nnmath.TransformerHistory)),
)
_block = {"parameters": thing(lambda: block()[0]), "activation": name("gelu"), "rotate": flag(True)}
_block |= {"causal": flag(True), "mask": MASK._replace(make=lambda: np.ones((4, 4), dtype=bool))}
_keys = loose(lambda: (np.ones((2, 3, 4)), np.ones((2, 3, 4))), "a text", "1", "a tuple of None")
add(
    nnmath.transformer_block,
    **{"x": floats(4, 8), "n_heads": count(2, "7"), **_block},
    past=_keys._replace(make=lambda: None),
)
add(
    nnmath.transformer_block_backward,
    **{"dy": floats(4, 8), "forward": thing(lambda: block()[1]), **_block, "rotate": flag(False)},
)

# Data
_pixels = loose(lambda: np.ones((2, 3, 3), dtype=np.uint8), *LIST, "NaN", "texts", "whole numbers")
add(nnmath.ImageSet, images=_pixels, labels=labels([3, 4]), white=count(9, "0"))
_digits = nnmath.load_digits()
add_method(nnmath.ImageSet, "split", lambda: _digits, n=count(5, least=0), rng=RNG)
add_method(nnmath.ImageSet, "targets", lambda: _digits, dtype=DTYPE)
add_method(nnmath.ImageSet, "vectors", lambda: _digits, dtype=DTYPE)
add(nnmath.load_mnist, folder=PATH._replace(refused=PATH.refused[1:]))
add(nnmath.load_text, path=PATH)
_language = nnmath.small_language(0)
_seed = count(0, least=0)  # NumPy takes seeds of any length
_seed = _seed._replace(refused=tuple(x for x in _seed.refused if x != "2**70"))
add(nnmath.small_language, seed=_seed)
add(nnmath.SmallLanguage, seed=_seed)
_words = loose(lambda: "Mira plays the piano .", "None", "1", "1.5", "bytes", "True", "a set")
for _name, _parameter in {
    "encode": "text",
    "log_probabilities": "text",
    "next_word_probabilities": "prefix",
    "is_grammatical": "sentence",
    "probability": "sentence",
    "readings": "sentence",
}.items():
    add_method(nnmath.SmallLanguage, _name, lambda: _language, **{_parameter: _words})
add_method(nnmath.SmallLanguage, "decode", lambda: _language, ids=labels([0, 1]))
add_method(nnmath.SmallLanguage, "ngram_entropy", lambda: _language, n=count(2))
for _name in ("sample", "sample_ids"):
    add_method(
        nnmath.SmallLanguage, _name, lambda: _language, n_sentences=count(2, least=0), rng=RNG
    )
_tokenizers = {
    nnmath.BytePairTokenizer: lambda: nnmath.BytePairTokenizer.train("low lower", 258),
    nnmath.CharacterTokenizer: lambda: nnmath.CharacterTokenizer.train("low lower"),
    nnmath.WordTokenizer: lambda: nnmath.WordTokenizer.train("low lower"),
}
for _owner, _make in _tokenizers.items():
    add_method(_owner, "decode", _make, ids=labels([0, 1]))
    add_method(_owner, "encode", _make, text=text("low"))
    add_method(_owner, "save", _make, path=PATH)
    add_method(_owner, "load", lambda owner=_owner: owner, path=PATH)
    if _owner is not nnmath.BytePairTokenizer:
        add(_owner, tokens=loose(lambda: ["a", "b"], *LIST, "a tuple of None", "an empty text"))
        add_method(_owner, "train", lambda owner=_owner: owner, text=text("low lower"))
_special = loose(lambda: ["<end>"], *LIST, "a tuple of None", "whole numbers")
_several = loose(lambda: "low lower", "None", "bytes", "1", "True", "a tuple of None", "a set")
add(
    nnmath.BytePairTokenizer,
    merges=loose(lambda: [(b"a", b"b")], *LIST, "a tuple of None", "a list of texts"),
    special_tokens=_special,
)
_byte_pairs = _tokenizers[nnmath.BytePairTokenizer]
CALLS["BytePairTokenizer.encode"].arguments["special"] = flag(True)
add_method(nnmath.BytePairTokenizer, "decode_bytes", _byte_pairs, ids=labels([0, 1]))
add_method(nnmath.BytePairTokenizer, "token", _byte_pairs, number=count(0, least=0))
add_method(
    nnmath.BytePairTokenizer,
    "train",
    lambda: nnmath.BytePairTokenizer,
    text=_several,
    n_tokens=count(258, "7"),
    special_tokens=_special,
)
add(nnmath.split_text, text=text("low lower"))

# Testing
add(nnmath.numerical_gradient, f=FUNCTION, x=POINT, step=optional(positive(1e-5)))
add(
    nnmath.assert_gradient,
    f=FUNCTION,
    gradient=loose(lambda: np.array([2.0, 4.0]), "None", "a text", "complex"),
    x=POINT,
    rtol=number(1e-6, "-1"),
    atol=number(1e-8, "-1"),
    step=optional(positive(1e-5)),
)

# Figures
_classes = labels([0, 1, 2, 1])
_texts = loose(lambda: None, "a text", "1", "a set", "a function", "bytes", "1.5", "True")
_dict = loose(lambda: {"a": np.ones((2, 3))}, *LIST, "a dict", "a list of texts", "1.5")
add(figures.confusion_matrix, labels=_classes, predictions=_classes, n_classes=count(3, "1"))
add(figures.draw_attention, weights=shares(3, 4), queries=_texts, keys=_texts)
add(figures.draw_block, backward=flag(True))
add(
    figures.draw_chain,
    n_layers=count(3, "1"),
    activations=_texts,
    weights=_texts,
    biases=_texts,
    target=text("y"),
    cost=text("C"),
    backward=flag(True),
)
add(figures.draw_directions, panels=_dict, names=_texts)
add(
    figures.draw_lookup,
    query=floats(2, finite=True),
    keys=floats(3, 2, finite=True),
    values=floats(3, 2, finite=True),
)
add(figures.draw_map, groups=_dict._replace(make=lambda: {"a": np.ones((3, 2))}))
add(
    figures.draw_matrix,
    values=floats(3, 4, finite=True),
    rows=_texts,
    columns=_texts,
    axis_names=loose(lambda: ("a", "b"), *LIST, "a tuple of None", "a dict"),
    numbers=loose(lambda: True, "0", "1", "a text"),
)
add(
    figures.draw_network,
    sizes=_sizes,
    values=_texts,
    weights=_texts,
    biases=_texts,
    labels=loose(lambda: "a", "1", "a set", "a function", "bytes", "a list of texts"),
    numbers=loose(lambda: True, "0", "1", "a text"),
    highlight=loose(lambda: (1, 0), "a text", "1", "a tuple of None", "a list of texts"),
    layer_names=_texts,
    max_neurons=count(8, "1"),
)
add(
    figures.draw_paths,
    height=loose(lambda: lambda x, y: x**2 + y**2, "None", "a text", "1", "a dict"),
    paths=_dict._replace(make=lambda: {"a": np.array([[1.0, 2.0], [0.0, 0.0]])}),
    lowest=loose(lambda: [0.0, 0.0], "NaN", "texts", "complex", "a text", "1", "a set"),
    labels=loose(lambda: ("x", "y"), *LIST, "a tuple of None", "a dict"),
)
add(
    figures.draw_stages,
    stages=_dict._replace(make=lambda: {"a": np.array([[0.0, 0.0], [1.0, 1.0]])}),
    answers=loose(lambda: [False, True], *LIST, "a list of texts", "1.5"),
    names=_texts,
    letters=_texts,
    line=loose(lambda: [1.0, 1.0, 1.0], "NaN", "texts", "complex", "a text", "1", "a set"),
)
add(
    figures.draw_projections,
    points=floats(4, 2, finite=True),
    direction=floats(2, finite=True),
    names=_texts,
)
_matrix = loose(lambda: np.eye(3, dtype=int), "NaN", "texts", "negative whole numbers", *LIST)
add(figures.plot_confusion, matrix=_matrix, labels=_texts)
_effects = _dict._replace(make=lambda: {"a": np.array([1.0, 3.0])})
add(figures.plot_effects, effects=_effects, x_label=text("points"))
_limits = loose(lambda: (-1.0, 1.0), *LIST, "a tuple of None", "an empty list")
_functions = loose(lambda: ["relu"], *LIST, "a list of texts", "an empty list", "a dict")
add(figures.plot_functions, functions=_functions, limits=_limits, n_points=count(9, "1"))
_lines = nnmath.History(epochs=[1], cost=[0.5], accuracy=[None])
add(figures.plot_history, history=thing(lambda: _lines))
add(
    figures.plot_measurements,
    x=loose(lambda: np.array([1.0, 2.0]), "NaN", "texts", "complex", *LIST),
    measured=_dict._replace(make=lambda: {"a": np.array([1.0, 3.0])}),
    expected=loose(lambda: None, "a text", "1", "a list of texts", "a set"),
    x_label=text("x"),
    y_label=text("y"),
    log_x=flag(True),
    log_y=flag(False),
)
add(
    figures.plot_tails,
    panels=_dict._replace(make=lambda: {"a": np.array([[0.0, 1.0], [0.5, 0.5]])}),
    limit=number(0.5),
    notes=_texts,
    x_label=text("x"),
)
_columns = count(3)
_white = optional(positive(1.0))
_dots = loose(lambda: np.ones((2, 3, 3)), "NaN", "texts", "complex", "negative numbers", *LIST)
add(figures.show_digits, images=_dots, titles=_texts, columns=_columns, white=_white)
_image = _dots._replace(make=lambda: np.ones((3, 3)))
add(figures.show_pixels, image=_image, white=_white, row=count(1, "7", least=0))
_shape = loose(lambda: (2, 3), *LIST, "a tuple of None", "an empty list")
add(figures.show_weights, weights=floats(2, 6), shape=_shape, columns=_columns, titles=_texts)
