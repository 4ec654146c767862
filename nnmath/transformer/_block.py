"""A block of a transformer: attention and a layer of neurons, each beside a residual stream."""

from typing import Any, NamedTuple

import numpy as np

from nnmath._arrays import Array
from nnmath._checks import (
    check_axes,
    check_flag,
    check_integer,
    check_kind,
    check_not_empty,
    check_same_shape,
    check_shape,
    floating_arrays,
    wrong_value,
)
from nnmath.activations import Activation, get_activation
from nnmath.attention import attention, attention_backward
from nnmath.attention._heads import merge_heads, product_gradient, split_heads
from nnmath.embeddings import rotary, rotary_backward
from nnmath.layers import linear, linear_backward
from nnmath.normalization import (
    LayerNormGradients,
    layer_norm,
    layer_norm_backward,
    rms_norm,
    rms_norm_backward,
)


class BlockParameters(NamedTuple):
    """The parameters of a block, or the derivatives of the cost by them."""

    #: Gain of the normalisation before attention, shape (width,).
    attention_gain: Array
    #: Its shift, shape (width,). With None for both shifts `rms_norm` takes the place of
    #: `layer_norm`.
    attention_shift: Array
    #: Makes queries, shape (heads * d_k, width).
    W_q: Array
    #: Makes keys, shape (heads of keys * d_k, width).
    W_k: Array
    #: Makes values, shape (heads of keys * d_v, width).
    W_v: Array
    #: Mixes what was found, shape (width, heads * d_v).
    W_o: Array
    #: Gain of the normalisation before the neurons, shape (width,).
    mlp_gain: Array
    #: Its shift, shape (width,), or None.
    mlp_shift: Array
    #: Into the neurons, shape (hidden, width).
    W_in: Array
    #: Their biases, shape (hidden,).
    b_in: Array
    #: Out of them, shape (width, hidden).
    W_out: Array
    #: What is added beside, shape (width,).
    b_out: Array


class BlockPass(NamedTuple):
    """All that a block computes."""

    #: The stream as it comes in.
    x: Array
    #: What attention reads: the stream, normalised.
    attention_input: Array
    #: Queries, shape (..., heads, tokens, d_k).
    q: Array
    #: Keys, those of a past first, shape (..., heads of keys, tokens, d_k).
    k: Array
    #: Values, likewise, shape (..., heads of keys, tokens, d_v).
    v: Array
    #: What the heads found, beside each other, shape (..., tokens, heads * d_v).
    found: Array
    #: The stream after attention.
    middle: Array
    #: What the neurons read: the stream, normalised.
    mlp_input: Array
    #: Weighted input of the neurons, shape (..., tokens, hidden).
    z: Array
    #: Activation of the neurons, shape (..., tokens, hidden).
    hidden: Array
    #: The stream as it goes out.
    output: Array


class BlockGradients(NamedTuple):
    """Derivatives of the cost by what went into a block."""

    #: By the stream that came in.
    dx: Array
    #: By the parameters, summed over all leading axes and tokens.
    parameters: BlockParameters


def transformer_block(
    x: Array,
    parameters: BlockParameters,
    *,
    n_heads: int,
    activation: str | Activation = "gelu",
    causal: bool = True,
    mask: Array | None = None,
    past: tuple[Array, Array] | None = None,
    rotate: bool = False,
) -> BlockPass:
    r"""Return what a block makes of a sequence, with all that it computes on the way.

    Parameters
    ----------
    x : array, shape (..., tokens, width)
        The residual stream.
    parameters : BlockParameters
        What the block has learned.
    n_heads : int
        How many heads of queries there are.
    activation : str or Activation, default "gelu"
        That of the neurons.
    causal : bool, default True
        Whether a token sees only those up to its own place.
    mask : array of bool, optional
        True where a query may see a key, as in `attention`.
    past : tuple of two arrays, optional
        Keys and values of the tokens before, as the passes had them. They are put in
        front, so that the new tokens see them.
    rotate : bool, default False
        Whether queries and keys are turned by their places, as by `rotary`.

    Returns
    -------
    BlockPass
        Its last field is the ``output``, of the shape of ``x``.

    Raises
    ------
    TypeError
        If an array doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit each other or the number of heads.

    Notes
    -----
    Attention and the neurons each read the stream x as `layer_norm` leaves it, with a gain
    and a shift of their own, and add to it what they make of it, m:

    .. formula:: \mathbf{m} = f(\mathbf{x})
        :restates: stream-part
        :code: none

    .. formula:: \mathbf{y} = \mathbf{x} + \mathbf{m}
        :restates: stream
        :code: none

    Attention comes first: f is then `multi_head_attention` of the normalised rows with
    themselves. The n neurons come second. For a token whose stream is x by now and y when
    it is normalised, entry k of the output o is

    .. formula:: o^k = x^k + b_{\mathrm{out}}^k + \sum_{j=1}^{n} W_{\mathrm{out}}^{kj}
            N\left( b_{\mathrm{in}}^j + \sum_{i=1}^{w} W_{\mathrm{in}}^{ji} y^i \right)
        :restates: block-neurons

    References
    ----------
    R. Xiong et al., "On layer normalization in the transformer architecture" (2020),
    arXiv:2002.04745, table 1, pre-LN.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import BlockParameters, transformer_block
    >>> square, row = np.eye(2), np.zeros(2)
    >>> parameters = BlockParameters(
    ...     row + 1, row, square, square, square, 0 * square, row + 1, row, square, row, square, row
    ... )
    >>> transformer_block([[3.0, 1.0]], parameters, n_heads=1, activation="relu").output.round(3).tolist()
    [[4.0, 1.0]]
    """
    xp, x, p, neurons, n_key_heads = _checked(x, parameters, n_heads, activation)
    causal, rotate = check_flag("causal", causal), check_flag("rotate", rotate)
    attention_input = normalized(x, p.attention_gain, p.attention_shift)
    q = split_heads(xp, xp.matmul(attention_input, p.W_q.T), n_heads)
    k, v = (split_heads(xp, xp.matmul(attention_input, W.T), n_key_heads) for W in (p.W_k, p.W_v))
    if rotate:
        before = 0 if past is None else _checked_past(past, k, v)[0].shape[-2]
        places = np.arange(before, before + x.shape[-2])
        q, k = rotary(q, places), rotary(k, places)
    if past is not None:
        earlier = _checked_past(past, k, v)
        k, v = (xp.concat(pair, axis=-2) for pair in zip(earlier, (k, v), strict=True))
    found = merge_heads(xp, attention(q, k, v, causal=causal, mask=mask))
    middle = x + xp.matmul(found, p.W_o.T)
    mlp_input = normalized(middle, p.mlp_gain, p.mlp_shift)
    z = linear(mlp_input, p.W_in, p.b_in)
    hidden = neurons.function(z)
    output = middle + linear(hidden, p.W_out, p.b_out)
    return BlockPass(x, attention_input, q, k, v, found, middle, mlp_input, z, hidden, output)


def transformer_block_backward(
    dy: Array,
    forward: BlockPass,
    parameters: BlockParameters,
    *,
    activation: str | Activation = "gelu",
    causal: bool = True,
    mask: Array | None = None,
    rotate: bool = False,
) -> BlockGradients:
    r"""Return the derivatives of the cost by what went into a block.

    Parameters
    ----------
    dy : array, shape (..., tokens, width)
        Derivative of the cost by the output.
    forward : BlockPass
        What `transformer_block` returned, without a past.
    parameters : BlockParameters
        As `transformer_block` had them.
    activation : str or Activation, default "gelu"
        As `transformer_block` had it.
    causal : bool, default True
        As `transformer_block` had it.
    mask : array of bool, optional
        As `transformer_block` had it.
    rotate : bool, default False
        As `transformer_block` had it.

    Returns
    -------
    BlockGradients
        ``dx`` with the shape of the stream, and ``parameters``, whose fields hold the
        derivatives by those of the same names.

    Raises
    ------
    TypeError
        If an array doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit.

    Notes
    -----
    What is added to the stream leaves the derivative by the stream as it is, and the part
    that adds it brings what comes back through it. For each of both parts, the neurons
    first, with the stream x before it, what it adds, m, and the stream y after it,

    .. formula:: \frac{\partial C}{\partial x^i} = \frac{\partial C}{\partial y^i}
            + \sum_{j=1}^{w} \frac{\partial C}{\partial y^j} \frac{\partial m^j}{\partial x^i}
        :restates: stream-gradient
        :code: none

    The way back through a part is that of `linear_backward`, `attention_backward` and
    `layer_norm_backward` or `rms_norm_backward`.

    References
    ----------
    R. Xiong et al., "On layer normalization in the transformer architecture" (2020),
    arXiv:2002.04745, table 1, whose derivative this is.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import BlockParameters, transformer_block, transformer_block_backward
    >>> square, row = np.eye(2), np.zeros(2)
    >>> parameters = BlockParameters(
    ...     row + 1, row, square, square, square, 0 * square, row + 1, row, square, row, square, row
    ... )
    >>> forward = transformer_block([[3.0, 1.0]], parameters, n_heads=1, activation="relu")
    >>> gradients = transformer_block_backward(
    ...     [[1.0, 0.0]], forward, parameters, activation="relu"
    ... )
    >>> gradients.parameters.W_out.round(3).tolist(), gradients.parameters.b_out.tolist()
    ([[1.0, 0.0], [0.0, 0.0]], [1.0, 0.0])
    """
    f, p = (
        check_kind("forward", forward, BlockPass),
        check_kind("parameters", parameters, BlockParameters),
    )
    causal, rotate = check_flag("causal", causal), check_flag("rotate", rotate)
    neurons = get_activation(activation)
    xp, dy, _ = floating_arrays(dy=dy, output=f.output)
    check_same_shape(output=f.output, dy=dy)
    if f.k.shape[-2] != f.q.shape[-2]:
        raise wrong_value("forward", "a pass without a past", f"{f.k.shape[-2]} keys")
    dhidden, dW_out, db_out = linear_backward(dy, f.hidden, p.W_out)
    dmlp, dW_in, db_in = linear_backward(neurons.backward(dhidden, f.z), f.mlp_input, p.W_in)
    by_mlp = normalized_backward(dmlp, f.middle, p.mlp_gain, p.mlp_shift)
    dmiddle = dy + by_mlp.dx
    dfound = split_heads(xp, xp.matmul(dmiddle, p.W_o), f.q.shape[-3])
    by_heads = attention_backward(dfound, f.q, f.k, f.v, causal=causal, mask=mask)
    if rotate:
        by_heads = by_heads._replace(
            dq=rotary_backward(by_heads.dq), dk=rotary_backward(by_heads.dk)
        )
    dq, dk, dv = (merge_heads(xp, part) for part in by_heads)
    dinput = xp.matmul(dq, p.W_q) + xp.matmul(dk, p.W_k) + xp.matmul(dv, p.W_v)
    by_attention = normalized_backward(dinput, f.x, p.attention_gain, p.attention_shift)
    by_parameters = BlockParameters(
        attention_gain=by_attention.dgain,
        attention_shift=by_attention.dshift,
        W_q=product_gradient(xp, dq, f.attention_input),
        W_k=product_gradient(xp, dk, f.attention_input),
        W_v=product_gradient(xp, dv, f.attention_input),
        W_o=product_gradient(xp, dmiddle, f.found),
        mlp_gain=by_mlp.dgain,
        mlp_shift=by_mlp.dshift,
        W_in=dW_in,
        b_in=db_in,
        W_out=dW_out,
        b_out=db_out,
    )
    return BlockGradients(dmiddle + by_attention.dx, by_parameters)


def normalized(x: Array, gain: Array, shift: Array | None) -> Array:
    """Return rows as a part of a transformer reads them."""
    return rms_norm(x, gain) if shift is None else layer_norm(x, gain, shift)


def normalized_backward(
    dy: Array, x: Array, gain: Array, shift: Array | None
) -> LayerNormGradients:
    """Return the derivatives by all that went into `normalized`; None by a shift of None."""
    if shift is None:
        return LayerNormGradients(*rms_norm_backward(dy, x, gain), None)
    return layer_norm_backward(dy, x, gain)


def _checked(
    x: Any, parameters: object, n_heads: object, activation: str | Activation
) -> tuple[Any, Array, BlockParameters, Activation, int]:
    """Return the arguments as arrays, the activation, and the number of heads of keys."""
    p = check_kind("parameters", parameters, BlockParameters)
    given = p._asdict()
    if p.attention_shift is None and p.mlp_shift is None:
        del given["attention_shift"], given["mlp_shift"]
    xp, x, *arrays = floating_arrays(x=x, **given)
    p = p._replace(**dict(zip(given, arrays, strict=True)))
    check_axes("x", x, 2, "shape (..., tokens, width)")
    check_not_empty("x", x, "at least one token")
    heads = check_integer("n_heads", n_heads, at_least=1)
    d_k, rest = divmod(p.W_q.shape[0], heads)
    if rest or p.W_k.shape[0] % max(d_k, 1) or d_k == 0:
        expected = f"rows for {heads} heads, and in W_k for whole heads of the same width"
        raise wrong_value("W_q", expected, f"shape {tuple(p.W_q.shape)}")
    _check_shapes(p, x.shape[-1])
    return xp, x, p, get_activation(activation), p.W_k.shape[0] // d_k


def _checked_past(past: object, k: Array, v: Array) -> tuple[Array, Array]:
    """Return earlier keys and values that these can follow."""
    if not isinstance(past, tuple) or len(past) != 2:
        raise wrong_value("past", "a tuple of keys and values", past)
    _, keys, values, _ = floating_arrays(**{"past[0]": past[0], "past[1]": past[1], "x": k})
    for i, (earlier, later) in enumerate(((keys, k), (values, v))):
        n = earlier.shape[-2] if earlier.ndim > 1 else 0
        shape = (*later.shape[:-2], n, later.shape[-1])
        check_shape(f"past[{i}]", earlier, shape, f"{n} tokens before those of x")
    return keys, values


def _check_shapes(p: BlockParameters, width: int) -> None:
    """Refuse parameters that don't fit the width of the stream."""
    hidden = p.b_in.shape[0] if p.b_in.ndim else 0
    found = p.W_o.shape[-1]
    wanted = {
        "W_q": (p.W_q.shape[0], width),
        "W_k": (p.W_k.shape[0], width),
        "W_v": (p.W_v.shape[0], width),
        "W_o": (width, found),
        "W_in": (hidden, width),
        "W_out": (width, hidden),
        "b_out": (width,),
    }
    for name, shape in wanted.items():
        check_shape(name, getattr(p, name), shape, f"for a stream {width} wide")
