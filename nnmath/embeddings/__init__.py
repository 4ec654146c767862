"""Words as vectors: looking them up, comparing them, learning them, and saying where they stand.

A table E has one row a word. Positions are written into vectors by adding waves
(`sinusoidal_positions`) or by turning pairs of entries (`rotary`). Vectors are learnt
from neighbours: by counting (`cooccurrences`, `pointwise_mutual_information`,
`svd_embeddings`) or by descent (`skip_gram_cost`, `train_skip_gram`).

Arrays keep their library and their dtype; two of different floating dtypes are
promoted by the rules of the library.
"""

from nnmath.embeddings._counts import (
    cooccurrences,
    pointwise_mutual_information,
    svd_embeddings,
)
from nnmath.embeddings._lookup import cosine_similarity, embedding, embedding_backward
from nnmath.embeddings._positions import rotary, rotary_backward, sinusoidal_positions
from nnmath.embeddings._training import (
    SkipGram,
    SkipGramGradients,
    skip_gram_backward,
    skip_gram_cost,
    train_skip_gram,
)

__all__ = [
    "SkipGram",
    "SkipGramGradients",
    "cooccurrences",
    "cosine_similarity",
    "embedding",
    "embedding_backward",
    "pointwise_mutual_information",
    "rotary",
    "rotary_backward",
    "sinusoidal_positions",
    "skip_gram_backward",
    "skip_gram_cost",
    "svd_embeddings",
    "train_skip_gram",
]
