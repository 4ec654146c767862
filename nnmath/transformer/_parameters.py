"""The parameters of a transformer: their names, how they start, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath._arrays import Array, is_numpy
from nnmath._checks import check_finite, check_shape, floating_arrays, wrong_type, wrong_value
from nnmath._parameters import checked_dtype
from nnmath.transformer._block import BlockParameters

__all__ = ["Sizes", "block_name", "block_of", "checked_parameters", "start"]


class Sizes(NamedTuple):
    """All sizes of a transformer."""

    n_tokens: int
    width: int
    n_layers: int
    n_heads: int
    n_key_heads: int
    hidden: int
    context: int


def block_name(layer: int, name: str) -> str:
    """Return what a parameter of a block is called among all parameters."""
    return f"blocks[{layer}].{name}"


def block_of(parameters: Mapping[str, Array], layer: int) -> BlockParameters:
    """Return the parameters of a block."""
    return BlockParameters(
        *(parameters[block_name(layer, name)] for name in BlockParameters._fields)
    )


def start(
    sizes: Sizes, deviation: float, rng: np.random.Generator, dtype: np.dtype[Any]
) -> dict[str, NDArray[Any]]:
    """Draw all parameters."""
    parameters = {}
    for name, shape in _shapes(sizes).items():
        field = name.rpartition(".")[2]
        if len(shape) == 1:
            array = np.ones(shape) if field.endswith("gain") else np.zeros(shape)
        else:
            # What adds to the stream does so the less, the more often it happens.
            share = math.sqrt(2 * sizes.n_layers) if field in {"W_o", "W_out"} else 1.0
            array = rng.standard_normal(shape) * (deviation / share)
        parameters[name] = array.astype(dtype, copy=False)
    return parameters


def checked_parameters(parameters: object, n_heads: int) -> tuple[dict[str, Array], Sizes]:
    """Return parameters that fit each other, and their sizes."""
    if not isinstance(parameters, Mapping) or not all(isinstance(name, str) for name in parameters):
        raise wrong_type("parameters", "a dictionary of arrays by their names", parameters)
    for name in ("embedding", "positions", block_name(0, "W_q"), block_name(0, "W_k")):
        if name not in parameters:
            raise wrong_value("parameters", f"one called {name}", ", ".join(parameters) or "none")
    names = list(parameters)
    _, *arrays = floating_arrays(**parameters)
    own = dict(zip(names, arrays, strict=True))
    sizes = _sizes(own, n_heads)
    shapes = _shapes(sizes)
    if own.keys() != shapes.keys():
        different = sorted(own.keys() ^ shapes.keys())
        expected = f"those of {sizes.n_layers} blocks"
        raise wrong_value("parameters", expected, f"too many or too few: {', '.join(different)}")
    for name, shape in shapes.items():
        check_shape(name, own[name], shape, "to fit the embedding, the positions and block 0")
        check_finite(**{name: own[name]})
        if own[name].dtype != own["embedding"].dtype:
            expected = f"{own['embedding'].dtype}, the dtype of embedding"
            raise TypeError(f"{name}: expected {expected}, got {own[name].dtype}")
    if is_numpy(own["embedding"]):
        checked_dtype(own["embedding"].dtype, "embedding")
    return {name: own[name] for name in shapes}, sizes


def _sizes(parameters: Mapping[str, Array], n_heads: int) -> Sizes:
    """Return the sizes that the first parameters have, if they are matrices that fit the heads."""
    for name in ("embedding", "positions", block_name(0, "W_q"), block_name(0, "W_k")):
        if parameters[name].ndim != 2 or 0 in parameters[name].shape:
            expected = "a matrix with at least one row and one column"
            raise wrong_value(name, expected, f"shape {tuple(parameters[name].shape)}")
    n_tokens, width = parameters["embedding"].shape
    queries, keys = (parameters[block_name(0, name)].shape[0] for name in ("W_q", "W_k"))
    if width % n_heads or queries != width or keys % (width // n_heads):
        expected = f"{n_heads} heads, each {width}/{n_heads} wide, and whole heads of keys"
        raise wrong_value("parameters", expected, f"{queries} rows of W_q and {keys} of W_k")
    first = parameters.get(block_name(0, "b_in"))
    return Sizes(
        n_tokens,
        width,
        sum(name.endswith(".W_q") for name in parameters),
        n_heads,
        keys // (width // n_heads),
        0 if first is None or first.ndim == 0 else first.shape[0],
        parameters["positions"].shape[0],
    )


def _shapes(sizes: Sizes) -> dict[str, tuple[int, ...]]:
    """Return the shape of every parameter by its name, in their order."""
    width, hidden = sizes.width, sizes.hidden
    keys = width // sizes.n_heads * sizes.n_key_heads
    block = BlockParameters(
        attention_gain=(width,),
        attention_shift=(width,),
        W_q=(width, width),
        W_k=(keys, width),
        W_v=(keys, width),
        W_o=(width, width),
        mlp_gain=(width,),
        mlp_shift=(width,),
        W_in=(hidden, width),
        b_in=(hidden,),
        W_out=(width, hidden),
        b_out=(width,),
    )
    return {
        "embedding": (sizes.n_tokens, width),
        "positions": (sizes.context, width),
        **{
            block_name(layer, name): shape
            for layer in range(sizes.n_layers)
            for name, shape in block._asdict().items()
        },
        "gain": (width,),
        "shift": (width,),
        "unembedding": (sizes.n_tokens, width),
    }
