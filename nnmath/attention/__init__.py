"""Scaled dot-product attention and its derivative.

Queries, keys and values are rows, as in the paper: q has shape (..., n_queries,
d_k), k (..., n_keys, d_k), v (..., n_keys, d_v). A single query may come as a
vector. Leading axes (samples, heads) must be equal, with one exception: the last of
them, the heads, may be a multiple of that of the keys. Then neighbouring heads of
queries share a head of keys and values: with 8 and 2, the first four share the
first.

A query may be kept from seeing keys: by a mask, or by ``causal``, which takes the
queries to be the last of the sequence that the keys are, so query i of n sees key j
of m if j <= i + (m - n). A query that sees no key gets zeros, and no derivative
passes it. What isn't seen must still be finite, since its weight is 0 and 0 times
infinity is not a number.

Beyond a size the matrix of weights is never stored as a whole, only a block of it at
a time, so the memory grows with the number of tokens and not with its square. The
result is the same up to rounding.

The document writes one query with keys and values as columns,
v softmax(k^T q / sqrt(d_k)); that is the transpose of what is computed here.

Values aren't looked at: NaN propagates. Different floating dtypes are promoted
by the rules of the library.
"""

from nnmath.attention._attention import (
    AttentionGradients,
    attention,
    attention_backward,
    attention_weights,
)
from nnmath.attention._heads import (
    MultiHeadGradients,
    multi_head_attention,
    multi_head_attention_backward,
)

__all__ = [
    "AttentionGradients",
    "MultiHeadGradients",
    "attention",
    "attention_backward",
    "attention_weights",
    "multi_head_attention",
    "multi_head_attention_backward",
]
