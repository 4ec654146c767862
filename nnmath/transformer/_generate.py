"""Text from a transformer, one token after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath._arrays import is_numpy
from nnmath._checks import (
    check_generator,
    check_integer,
    check_number,
    integer_array,
    wrong_type,
    wrong_value,
)
from nnmath.activations import softmax

if TYPE_CHECKING:
    from nnmath.transformer._model import Transformer

__all__ = ["generate"]


def generate(
    model: Transformer,
    tokens: ArrayLike,
    n_new: int,
    *,
    temperature: float,
    top_k: int | None,
    stop: int | None,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return a text and its continuation."""
    text = _checked_beginning(model, tokens)
    n_new = check_integer("n_new", n_new, at_least=0)
    temperature = check_number("temperature", temperature, at_least=0.0)
    top_k = model.sizes.n_tokens if top_k is None else check_integer("top_k", top_k, at_least=1)
    if stop is not None:
        check_integer("stop", stop, at_least=0)
    check_generator("rng", rng)
    context, past, unread = model.sizes.context, None, text[-model.sizes.context :]
    for _ in range(n_new):
        if past is not None and past.start + past.tokens.shape[-1] == context:
            past, unread = None, np.asarray(text[-context:])
        past = model.forward(unread, past=past)
        chosen = _choose(past.logits[-1], temperature, top_k, rng)
        unread = np.array([chosen])
        text = np.append(text, chosen)
        if chosen == stop:
            break
    return text


def _choose(
    logits: NDArray[np.floating], temperature: float, top_k: int, rng: np.random.Generator
) -> int:
    """Draw a token."""
    scores = logits.astype(np.float64)
    if temperature == 0.0:
        return int(scores.argmax())
    if top_k < len(scores):
        # Stable, so that of equal ones the first are taken.
        left_out = np.argsort(-scores, kind="stable")[top_k:]
        scores[left_out] = -np.inf
    # The largest becomes 0 first, so that a low temperature makes the others very small.
    probabilities = softmax((scores - scores.max()) / temperature)
    return int(rng.choice(len(scores), p=probabilities))


def _checked_beginning(model: Transformer, tokens: object) -> NDArray[np.int64]:
    """Return the beginning of a text as a row of tokens."""
    if not is_numpy(model.parameters["embedding"]):
        expected = "a transformer of NumPy arrays"
        raise wrong_type("parameters", expected, model.parameters["embedding"])
    text = integer_array("tokens", tokens, "whole numbers, one a token")
    if not is_numpy(text):
        raise wrong_type("tokens", "a NumPy array or a list", tokens)
    if text.ndim != 1 or not len(text):
        raise wrong_value("tokens", "one row of at least one token", f"shape {text.shape}")
    return np.array(text, dtype=np.int64)
