"""Networks that several test modules share."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from hypothesis import strategies as st
from strategies import arrays

from nnmath.activations import ACTIVATIONS
from nnmath.network import Network

#: Activations that are smooth, so that differences near a kink can't mislead.
SMOOTH = ["identity", "sigmoid", "tanh", "gelu", "softmax", "log_softmax"]


def small(activations: Any = "sigmoid") -> Network:
    """Return the 2-3-2 network whose numbers can be followed by hand."""
    return Network.from_parameters(
        weights=[
            np.array([[0.5, -1.0], [1.0, 0.25], [-0.75, 2.0]]),
            np.array([[1.0, -0.5, 0.25], [0.5, 1.5, -1.0]]),
        ],
        biases=[np.array([0.1, -0.2, 0.3]), np.array([-0.4, 0.5])],
        activations=activations,
    )


@st.composite
def networks(
    draw: Any, *, activations: list[str] | None = None, bound: float = 2.0, last: str | None = None
) -> Network:
    """Draw a network of up to three layers after the input."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    known = st.sampled_from(list(ACTIVATIONS) if activations is None else activations)
    names = [draw(known) for _ in sizes[1:]]
    if last is not None:
        names[-1] = last
    pairs = list(itertools.pairwise(sizes))
    weights = [draw(arrays((n, before), bound=bound)) for before, n in pairs]
    biases = [draw(arrays((n,), bound=bound)) for n in sizes[1:]]
    return Network.from_parameters(weights, biases, names)
