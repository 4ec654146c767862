"""The parameters of a transformer: their names, how they start, what is refused, and how they are stored."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from nnmath._arrays import Array, is_numpy, namespace
from nnmath._checks import (
    check_finite,
    check_integer,
    check_name,
    check_range,
    check_shape,
    common_namespace,
    describe,
    floating_arrays,
    integer_array,
    wrong_type,
    wrong_value,
)
from nnmath._files import StoredArrays
from nnmath._parameters import Saved, check_can_be_saved, checked_dtype
from nnmath.activations import Activation, get_activation
from nnmath.transformer._block import BlockParameters

#: How a transformer is told where a token stands.
POSITIONS = ("learned", "sinusoidal", "rotary")


#: What brings the rows of the stream to one size; only the first shifts them.
NORMALIZATIONS = ("layer", "rms")


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
        *(parameters.get(block_name(layer, name)) for name in BlockParameters._fields)
    )


def check_positions(positions: object, sizes: Sizes) -> str:
    """Return the kind of positions, or refuse one that isn't known or doesn't fit the width."""
    positions = check_name("positions", positions, POSITIONS)
    n_pairs_of = {"learned": 1, "sinusoidal": 2, "rotary": 2 * sizes.n_heads}[positions]
    if sizes.width % n_pairs_of:
        expected = f"a multiple of {n_pairs_of} for {positions} positions"
        raise wrong_value("width", expected, str(sizes.width))
    return positions


def checked_tokens(name: str, tokens: object, embedding: Array) -> Array:
    """Return texts as an array of known tokens, of the library of the parameters."""
    array = integer_array(name, tokens, "whole numbers, one a token")
    if is_numpy(array) and not is_numpy(embedding):
        array = namespace(embedding).asarray(array)
    common_namespace(**{name: array, "embedding": embedding})
    if array.ndim == 0 or 0 in array.shape:
        raise wrong_value(name, "at least one token", f"shape {tuple(array.shape)}")
    check_range(name, array, 0, embedding.shape[0] - 1)
    return array


def start(
    sizes: Sizes,
    positions: str,
    normalization: str,
    deviation: float,
    rng: np.random.Generator,
    dtype: np.dtype[Any],
) -> dict[str, NDArray[Any]]:
    """Draw all parameters."""
    parameters = {}
    for name, shape in _shapes(sizes, positions == "learned", normalization == "layer").items():
        field = name.rpartition(".")[2]
        if len(shape) == 1:
            array = np.ones(shape) if field.endswith("gain") else np.zeros(shape)
        else:
            # What adds to the stream does so the less, the more often it happens.
            share = math.sqrt(2 * sizes.n_layers) if field in {"W_o", "W_out"} else 1.0
            array = rng.standard_normal(shape) * (deviation / share)
        parameters[name] = array.astype(dtype, copy=False)
    return parameters


def checked_parameters(
    parameters: object, n_heads: int, positions: object, context: object
) -> tuple[dict[str, Array], Sizes]:
    """Return parameters that fit each other, and their sizes."""
    if not isinstance(parameters, Mapping) or not all(isinstance(name, str) for name in parameters):
        raise wrong_type("parameters", "a dictionary of arrays by their names", parameters)
    learned = isinstance(positions, str) and positions == "learned"
    if context is not None:
        context = check_integer("context", context, at_least=1)
    matrices = ["embedding", block_name(0, "W_q"), block_name(0, "W_k")]
    matrices += ["positions"] if learned else []
    for name in matrices:
        if name not in parameters:
            raise wrong_value("parameters", f"one called {name}", ", ".join(parameters) or "none")
    names = list(parameters)
    _, *arrays = floating_arrays(**parameters)
    own = dict(zip(names, arrays, strict=True))
    for name in matrices:
        if own[name].ndim != 2 or 0 in own[name].shape:
            expected = "a matrix with at least one row and one column"
            raise wrong_value(name, expected, f"shape {tuple(own[name].shape)}")
    longest = own["positions"].shape[0] if learned else context
    if context is not None and context != longest:
        raise wrong_value("context", f"{longest}, the rows of positions", describe(context))
    sizes = _sizes(own, n_heads, check_integer("context", longest, at_least=1))
    check_positions(positions, sizes)
    shapes = _shapes(sizes, learned, any(name.endswith("shift") for name in own))
    if own.keys() != shapes.keys():
        different = sorted(own.keys() ^ shapes.keys())
        expected = f"those of {sizes.n_layers} blocks"
        raise wrong_value("parameters", expected, f"too many or too few: {', '.join(different)}")
    _check_arrays(own, shapes)
    return {name: own[name] for name in shapes}, sizes


def _check_arrays(own: Mapping[str, Array], shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Refuse parameters of another shape, dtype or not finite."""
    for name, shape in shapes.items():
        check_shape(name, own[name], shape, "to fit the embedding, the positions and block 0")
        check_finite(**{name: own[name]})
        if own[name].dtype != own["embedding"].dtype:
            expected = f"{own['embedding'].dtype}, the dtype of embedding"
            raise TypeError(f"{name}: expected {expected}, got {own[name].dtype}")
    if is_numpy(own["embedding"]):
        checked_dtype(own["embedding"].dtype, "embedding")


def _sizes(parameters: Mapping[str, Array], n_heads: int, context: int) -> Sizes:
    """Return the sizes that the first parameters have, if they fit the heads."""
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
        context,
    )


def _shapes(sizes: Sizes, learned_positions: bool, shifted: bool) -> dict[str, tuple[int, ...]]:
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
    shapes = {
        "embedding": (sizes.n_tokens, width),
        **({"positions": (sizes.context, width)} if learned_positions else {}),
        **{
            block_name(layer, name): shape
            for layer in range(sizes.n_layers)
            for name, shape in block._asdict().items()
        },
        "gain": (width,),
        "shift": (width,),
        "unembedding": (sizes.n_tokens, width),
    }
    return {name: shapes[name] for name in shapes if shifted or not name.endswith("shift")}


# Stored


class Stored(Saved):
    """What a transformer is made of."""

    _kind = "transformer"

    parameters: dict[str, Array]
    sizes: Sizes
    positions: str
    activation: Activation

    @classmethod
    def from_parameters(
        cls,
        parameters: Mapping[str, Array],
        *,
        n_heads: int,
        positions: str = "learned",
        context: int | None = None,
        activation: str | Activation = "gelu",
    ) -> Self:
        """Return a transformer with given parameters.

        Parameters
        ----------
        parameters : mapping of array
            All parameters by their names; none is a shift if rows are normalised as by
            `rms_norm`. NumPy arrays (float64 or float32) are copied; arrays of other
            libraries are taken as they are.
        n_heads : int
            How many heads each block has.
        positions : {"learned", "sinusoidal", "rotary"}
            How it is told where a token stands.
        context : int, optional
            How many tokens it can see at most; there has to be one unless positions are
            learned.
        activation : str or Activation, default "gelu"
            That of the neurons.

        Returns
        -------
        Transformer
            The transformer.

        Raises
        ------
        TypeError
            If an array doesn't hold real floating-point numbers, or the arrays are of
            different libraries or dtypes.
        ValueError
            If a parameter is missing or unknown, the shapes don't fit each other or the
            number of heads, a number isn't finite, or the activation isn't known.

        Examples
        --------
        >>> import numpy as np
        >>> from nnmath import Transformer
        >>> rng = np.random.default_rng(0)
        >>> model = Transformer(5, width=8, n_layers=2, n_heads=2, context=6, rng=rng)
        >>> Transformer.from_parameters(model.parameters, n_heads=2).n_parameters
        1824
        """
        heads = check_integer("n_heads", n_heads, at_least=1)
        checked, sizes = checked_parameters(parameters, heads, positions, context)
        model = cls.__new__(cls)
        model.activation = get_activation(activation)
        model.sizes, model.positions = sizes, positions
        model.parameters = {
            name: np.array(array, order="C") if is_numpy(array) else array
            for name, array in checked.items()
        }
        return model

    @property
    def n_parameters(self) -> int:
        """How many numbers the parameters hold."""
        return sum(math.prod(array.shape) for array in self.parameters.values())

    @property
    def dtype(self) -> Any:
        """The dtype of the parameters."""
        return self.parameters["embedding"].dtype

    def copy(self) -> Self:
        """Return a transformer of the same numbers that shares no memory with this one.

        Returns
        -------
        Transformer
            The copy.

        Examples
        --------
        >>> import numpy as np
        >>> from nnmath import Transformer
        >>> rng = np.random.default_rng(0)
        >>> model = Transformer(5, width=8, n_layers=2, n_heads=2, context=6, rng=rng)
        >>> other = model.copy()
        >>> other.parameters["gain"][0] = 5.0
        >>> float(model.parameters["gain"][0])
        1.0
        """
        model = type(self).__new__(type(self))
        model.sizes, model.positions = self.sizes, self.positions
        model.activation = self.activation
        model.parameters = {
            name: namespace(array).asarray(array, copy=True)
            for name, array in self.parameters.items()
        }
        return model

    def _to_arrays(self) -> tuple[dict[str, Any], dict[str, Array]]:
        context = self.sizes.context
        arrays, _ = checked_parameters(self.parameters, self.sizes.n_heads, self.positions, context)
        check_can_be_saved({"activation": self.activation}, arrays)
        header = {
            "n_heads": self.sizes.n_heads,
            "positions": self.positions,
            "context": context,
            "activation": self.activation.name,
        }
        return header, arrays

    @classmethod
    def _from_arrays(cls, stored: StoredArrays) -> Self:
        names = ("n_heads", "positions", "context", "activation")
        return cls.from_parameters(stored.arrays, **{name: stored.header[name] for name in names})
