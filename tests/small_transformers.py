"""Small transformers for tests, away from the start where all is nearly zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnmath import Transformer

TOKENS = np.array([[3, 1, 4, 1], [2, 0, 2, 4]])
TARGETS = np.array([[1, 4, 1, 0], [0, 2, 4, 3]])


def small_model(seed: int = 0, scale: float = 0.4, **options: Any) -> Transformer:
    """Return a transformer of two blocks with all parameters drawn anew."""
    rng = np.random.default_rng(seed)
    sizes = {"width": 8, "n_layers": 2, "n_heads": 2, "context": 6, "hidden": 6, **options}
    model = Transformer(5, rng=rng, **sizes)
    for name, array in model.parameters.items():
        centre = 1.0 if name.endswith("gain") else 0.0
        array[...] = centre + scale * rng.standard_normal(array.shape)
    return model
