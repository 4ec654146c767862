"""Several heads of attention between two sequences, or one and itself."""

import math
from typing import Any, NamedTuple

from nnmath._arrays import Array
from nnmath._checks import (
    check_axes,
    check_integer,
    check_shape,
    floating_arrays,
    wrong_value,
)
from nnmath.attention._attention import attention, attention_backward


class MultiHeadGradients(NamedTuple):
    """Derivatives of the cost by what went into `multi_head_attention`."""

    #: By the sequence that asks.
    dx: Array
    #: By the sequence that is asked.
    dcontext: Array
    #: By the weights that make queries, summed over all leading axes.
    dW_q: Array
    #: By those that make keys.
    dW_k: Array
    #: By those that make values.
    dW_v: Array
    #: By those that mix what was found.
    dW_o: Array


def multi_head_attention(
    x: Array,
    context: Array,
    W_q: Array,
    W_k: Array,
    W_v: Array,
    W_o: Array,
    *,
    n_heads: int,
    mask: Array | None = None,
    causal: bool = False,
) -> Array:
    r"""Return what a sequence gets from another one by several heads of attention.

    Parameters
    ----------
    x : array, shape (..., n, width)
        The sequence that asks, one row a token.
    context : array, shape (..., m, context_width)
        The sequence that is asked; ``x`` itself for self-attention.
    W_q : array, shape (n_heads * d_k, width)
        Makes the queries, those of the first head from its first d_k rows.
    W_k : array, shape (n_key_heads * d_k, context_width)
        Makes the keys. There may be fewer heads of them; neighbouring heads of queries
        then share one.
    W_v : array, shape (n_key_heads * d_v, context_width)
        Makes the values.
    W_o : array, shape (output_width, n_heads * d_v)
        Mixes what the heads found.
    n_heads : int
        How many heads of queries there are, at least 1.
    mask : array of bool, optional
        True where a query may see a key; broadcasts to (..., n_heads, n, m).
    causal : bool, default False
        Whether a token sees only those up to its own place, as in `attention`.

    Returns
    -------
    array, shape (..., n, output_width)
        One row a token.

    Raises
    ------
    TypeError
        If an array doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit each other or the number of heads.

    Notes
    -----
    With the sequence X that asks and the context Y, and for each head h its own rows of the
    first three matrices of weights and its own columns of the last,

    .. formula:: \mathbf{H}_h = \operatorname{Attention}\left(
            \mathbf{X} (\mathbf{W}^{\mathrm{Q}}_h)^\top,
            \mathbf{Y} (\mathbf{W}^{\mathrm{K}}_h)^\top,
            \mathbf{Y} (\mathbf{W}^{\mathrm{V}}_h)^\top \right)
        :restates: head
        :code: none

    .. formula:: \mathbf{O} = \sum_{h=1}^{H} \mathbf{H}_h (\mathbf{W}^{\mathrm{O}}_h)^\top
        :restates: multi-head

    References
    ----------
    A. Vaswani et al., "Attention is all you need" (2017), arXiv:1706.03762, section
    3.2.2. J. Ainslie et al., "GQA: training generalized multi-query transformer models
    from multi-head checkpoints" (2023), arXiv:2305.13245.

    Examples
    --------
    >>> from nnmath import multi_head_attention
    >>> x, one = [[1.0], [3.0]], [[1.0]]
    >>> multi_head_attention(x, x, [[0.0], [0.0]], one, one, [[1.0, 2.0]], n_heads=2).tolist()
    [[6.0], [6.0]]
    """
    xp, x, context, *weights = floating_arrays(
        x=x, context=context, W_q=W_q, W_k=W_k, W_v=W_v, W_o=W_o
    )
    W_q, W_k, W_v, W_o = weights
    n_key_heads = _check_weights(x, context, weights, n_heads)
    q, k, v = _queries_keys_values(xp, x, context, (W_q, W_k, W_v), n_heads, n_key_heads)
    found = attention(q, k, v, mask=mask, causal=causal)
    return xp.matmul(merge_heads(xp, found), W_o.T)


def multi_head_attention_backward(
    do: Array,
    x: Array,
    context: Array,
    W_q: Array,
    W_k: Array,
    W_v: Array,
    W_o: Array,
    *,
    n_heads: int,
    mask: Array | None = None,
    causal: bool = False,
) -> MultiHeadGradients:
    r"""Return the derivatives of the cost by all that went into `multi_head_attention`.

    Parameters
    ----------
    do : array, shape (..., n, output_width)
        Derivative of the cost by the output.
    x : array, shape (..., n, width)
        The sequence that asked.
    context : array, shape (..., m, context_width)
        The sequence that was asked. If that was ``x``, the derivative by it is the sum
        of ``dx`` and ``dcontext``.
    W_q, W_k, W_v, W_o : array
        As `multi_head_attention` had them.
    n_heads : int
        As `multi_head_attention` had it.
    mask : array of bool, optional
        As `multi_head_attention` had it.
    causal : bool, default False
        As `multi_head_attention` had it.

    Returns
    -------
    MultiHeadGradients
        Each with the shape of what it is the derivative by.

    Raises
    ------
    TypeError
        If an array doesn't hold real floating-point numbers.
    ValueError
        If the shapes don't fit each other or the number of heads.

    Notes
    -----
    In the symbols of `multi_head_attention`, for any cost

    .. formula:: \mathbf{O} = \sum_{h=1}^{H} \mathbf{H}_h (\mathbf{W}^{\mathrm{O}}_h)^\top
        :scope: found
        :kind: definition
        :code: none

    .. formula:: C = F(\mathbf{O})
        :scope: found
        :kind: definition
        :code: none

    the derivatives by the last weights and by what the heads found are

    .. formula:: \frac{\partial C}{\partial \mathbf{W}^{\mathrm{O}}_h} =
            \left(\frac{\partial C}{\partial \mathbf{O}}\right)^\top \mathbf{H}_h
        :scope: found
        :code: (do=\frac{\partial C}{\partial \mathbf{O}}, found=\mathbf{H},
            W_o=\mathbf{W}^{\mathrm{O}}).dW_o

    .. formula:: \frac{\partial C}{\partial \mathbf{H}_h} =
            \frac{\partial C}{\partial \mathbf{O}} \mathbf{W}^{\mathrm{O}}_h
        :scope: found
        :code: (do=\frac{\partial C}{\partial \mathbf{O}}, found=\mathbf{H},
            W_o=\mathbf{W}^{\mathrm{O}}).dfound

    From what the heads found to queries, keys and values leads `attention_backward`, and
    from there to the other weights and to both sequences `linear_backward`.

    References
    ----------
    A. Vaswani et al., "Attention is all you need" (2017), arXiv:1706.03762, section
    3.2.2, whose derivative this is.

    Examples
    --------
    >>> from nnmath import multi_head_attention_backward
    >>> x, one = [[1.0], [3.0]], [[1.0]]
    >>> gradients = multi_head_attention_backward(
    ...     [[1.0], [0.0]], x, x, [[0.0]], one, one, one, n_heads=1
    ... )
    >>> gradients.dW_v.tolist(), gradients.dW_q.tolist(), gradients.dcontext.tolist()
    ([[2.0]], [[1.0]], [[0.5], [0.5]])
    """
    xp, do, x, context, *weights = floating_arrays(
        do=do, x=x, context=context, W_q=W_q, W_k=W_k, W_v=W_v, W_o=W_o
    )
    W_q, W_k, W_v, W_o = weights
    n_key_heads = _check_weights(x, context, weights, n_heads)
    check_shape("do", do, (*x.shape[:-1], W_o.shape[0]), "the rows of x, one column a row of W_o")
    q, k, v = _queries_keys_values(xp, x, context, (W_q, W_k, W_v), n_heads, n_key_heads)
    found = merge_heads(xp, attention(q, k, v, mask=mask, causal=causal))
    dfound = split_heads(xp, xp.matmul(do, W_o), n_heads)
    by_heads = attention_backward(dfound, q, k, v, mask=mask, causal=causal)
    dq, dk, dv = (merge_heads(xp, part) for part in by_heads)
    return MultiHeadGradients(
        dx=xp.matmul(dq, W_q),
        dcontext=xp.matmul(dk, W_k) + xp.matmul(dv, W_v),
        dW_q=product_gradient(xp, dq, x),
        dW_k=product_gradient(xp, dk, context),
        dW_v=product_gradient(xp, dv, context),
        dW_o=product_gradient(xp, do, found),
    )


def split_heads(xp: Any, x: Array, n_heads: int) -> Array:
    """Return rows cut into heads: (..., n, heads * width) becomes (..., heads, n, width)."""
    *leading, n, width = x.shape
    parts = xp.reshape(x, (*leading, n, n_heads, width // n_heads))
    return _swapped(xp, parts)


def merge_heads(xp: Any, x: Array) -> Array:
    """Return heads as one row again, as they were before `split_heads`."""
    *leading, n_heads, n, width = x.shape
    return xp.reshape(_swapped(xp, x), (*leading, n, n_heads * width))


def product_gradient(xp: Any, dz: Array, x: Array) -> Array:
    """Return the derivative by W of z = x W^T, summed over all rows."""
    rows, columns = (
        xp.reshape(part, (math.prod(part.shape[:-1]), part.shape[-1])) for part in (dz, x)
    )
    return xp.matmul(rows.T, columns)


def _swapped(xp: Any, x: Array) -> Array:
    """Return an array whose second and third axes from the end have changed places."""
    last = x.ndim - 1
    return xp.permute_dims(x, (*range(last - 2), last - 1, last - 2, last))


def _queries_keys_values(
    xp: Any,
    x: Array,
    context: Array,
    weights: tuple[Array, Array, Array],
    n_heads: int,
    n_key_heads: int,
) -> tuple[Array, Array, Array]:
    """Return queries, keys and values, split into their heads."""
    W_q, W_k, W_v = weights
    q = split_heads(xp, xp.matmul(x, W_q.T), n_heads)
    k, v = (split_heads(xp, xp.matmul(context, W.T), n_key_heads) for W in (W_k, W_v))
    return q, k, v


def _check_weights(x: Array, context: Array, weights: list[Array], n_heads: object) -> int:
    """Refuse sequences and weights that don't fit; return the number of heads of keys."""
    check_axes("x", x, 2, "shape (..., n, width)")
    check_axes("context", context, 2, "shape (..., m, context_width)")
    if context.shape[-2] == 0:
        raise wrong_value("context", "at least one row", f"shape {tuple(context.shape)}")
    if x.shape[:-2] != context.shape[:-2]:
        expected = f"the leading axes of x, {tuple(x.shape[:-2])}"
        raise wrong_value("context", expected, f"shape {tuple(context.shape)}")
    W_q, W_k, W_v, W_o = weights
    heads = check_integer("n_heads", n_heads, at_least=1)
    for name, W, width in (
        ("W_q", W_q, x.shape[-1]),
        ("W_k", W_k, context.shape[-1]),
        ("W_v", W_v, context.shape[-1]),
    ):
        if W.ndim != 2 or W.shape[1] != width or 0 in W.shape:
            expected = f"a matrix with {width} columns, one for each entry of a row"
            raise wrong_value(name, expected, f"shape {tuple(W.shape)}")
    d_k = _share("W_q", W_q, heads, f"n_heads, {heads}")
    n_key_heads = _share("W_k", W_k, d_k, f"the width of a query, {d_k}")
    if heads % n_key_heads:
        expected = f"a number of heads that divides n_heads, {heads}"
        raise wrong_value("W_k", expected, f"{n_key_heads} heads of {d_k} rows")
    d_v = _share("W_v", W_v, n_key_heads, f"the number of heads of keys, {n_key_heads}")
    if W_o.ndim != 2 or W_o.shape[0] == 0 or W_o.shape[1] != heads * d_v:
        expected = f"a matrix with {heads * d_v} columns, {d_v} for each head"
        raise wrong_value("W_o", expected, f"shape {tuple(W_o.shape)}")
    return n_key_heads


def _share(name: str, W: Array, number: int, words: str) -> int:
    """Return how often a number goes into the rows of a matrix, or refuse the matrix."""
    share, rest = divmod(int(W.shape[0]), number)
    if rest or share == 0:
        raise wrong_value(name, f"a multiple of {words}, of rows", f"shape {tuple(W.shape)}")
    return share
