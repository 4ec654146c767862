"""Hypothesis strategies that several test modules share."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

#: Where functions are smooth and numbers of a size that formulas meet.
MODERATE = 20.0
#: Where naive formulas overflow.
EXTREME = 1e4


def floats(bound: float = MODERATE) -> st.SearchStrategy[float]:
    """Draw finite numbers up to a bound, none so small that products underflow."""
    return st.floats(-bound, bound).map(lambda x: 0.0 if abs(x) < 1e-100 else x)


def arrays(
    shape: int | tuple[int, ...] | st.SearchStrategy[tuple[int, ...]] | None = None,
    *,
    bound: float = MODERATE,
) -> st.SearchStrategy[np.ndarray]:
    """Draw arrays of float64; of any shape, also empty, unless one is given."""
    shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
    chosen = shapes if shape is None else shape
    return hnp.arrays(np.float64, chosen, elements=floats(bound))


def rows(*, bound: float = MODERATE) -> st.SearchStrategy[np.ndarray]:
    """Draw arrays of which no axis is empty, at least one axis."""
    shapes = hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=5)
    return hnp.arrays(np.float64, shapes, elements=floats(bound))


@st.composite
def alike(draw: Any, count: int, *, bound: float = MODERATE) -> tuple[np.ndarray, ...]:
    """Draw several arrays of one shape, no axis empty."""
    first = draw(rows(bound=bound))
    return (first, *(draw(arrays(first.shape, bound=bound)) for _ in range(count - 1)))


@st.composite
def distributions(draw: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Draw probabilities that sum to 1 along the last axis."""
    counts = draw(hnp.arrays(np.float64, shape, elements=st.floats(0.0, 1.0, width=16)))
    counts = counts + 1e-3
    return counts / counts.sum(axis=-1, keepdims=True)


@st.composite
def layers(draw: Any, *, bound: float = 5.0, side: int | None = None) -> dict[str, np.ndarray]:
    """Draw the input, the weights and the biases of a layer, all axes as long as asked."""
    length = st.integers(1, 4) if side is None else st.just(side)
    n_previous, n = draw(length), draw(length)
    leading = draw(st.sampled_from([(), (1,), (3,), (2, 3)])) if side is None else (side,)
    return {
        "x": draw(arrays((*leading, n_previous), bound=bound)),
        "W": draw(arrays((n, n_previous), bound=bound)),
        "b": draw(arrays((n,), bound=bound)),
    }


@st.composite
def attentions(draw: Any, *, bound: float = 5.0, side: int | None = None) -> dict[str, np.ndarray]:
    """Draw queries, keys and values that fit each other, all axes as long as asked."""
    length = st.integers(1, 4) if side is None else st.just(side)
    n_queries, n_keys, d_k, d_v = (draw(length) for _ in range(4))
    leading = draw(st.sampled_from([(), (2,), (2, 3)])) if side is None else ()
    return {
        "q": draw(arrays((*leading, n_queries, d_k), bound=bound)),
        "k": draw(arrays((*leading, n_keys, d_k), bound=bound)),
        "v": draw(arrays((*leading, n_keys, d_v), bound=bound)),
    }


def pairs_of_extremes(dtype: Any) -> np.ndarray:
    """Return every pair of 0 and of small and large numbers of either sign, up to the largest."""
    largest = float(np.finfo(dtype).max)
    numbers = [0.0, *(sign * size for sign in (1, -1) for size in (1.0, 1e4, 1e30, largest))]
    return np.array([(a, b) for a in numbers for b in numbers], dtype=dtype)
