"""Transformers: blocks of attention and neurons around a residual stream.

A decoder-only transformer reads a text as numbers of tokens and predicts for each token
the next. Its parameters are arrays by their names, its forward pass keeps all that it
computes, and the derivatives come by hand from that.

Texts may stand in any leading axes; all functions but those that train and generate take
arrays of any library.
"""

from nnmath.transformer._block import (
    BlockGradients,
    BlockParameters,
    BlockPass,
    transformer_block,
    transformer_block_backward,
)
from nnmath.transformer._model import Transformer
from nnmath.transformer._passes import TransformerPass
from nnmath.transformer._training import (
    TransformerHistory,
    evaluate_transformer,
    train_transformer,
)

__all__ = [
    "BlockGradients",
    "BlockParameters",
    "BlockPass",
    "Transformer",
    "TransformerHistory",
    "TransformerPass",
    "evaluate_transformer",
    "train_transformer",
    "transformer_block",
    "transformer_block_backward",
]
