"""A transformer learns from a long text, window by window."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath._arrays import is_numpy
from nnmath._checks import (
    check_generator,
    check_integer,
    check_kind,
    check_number,
    check_range,
    integer_array,
    wrong_type,
    wrong_value,
)
from nnmath._epochs import Interrupt, progress_bar
from nnmath.optimizers import AdamW, Optimizer, clip_gradients
from nnmath.transformer._fast import FastGradients
from nnmath.transformer._model import Transformer
from nnmath.transformer._passes import cross_entropy


@dataclass(repr=False)
class TransformerHistory:
    """What was measured while a transformer was trained.

    Parameters
    ----------
    steps : list of int
        How many steps had been taken at each measurement, from the first call on.
    cost : list of float
        Mean cross-entropy of a prediction in nats, over the steps since the measurement
        before; each batch is measured just before its step.
    validation_cost : list of float or None
        That on the validation text; None without one.
    interrupted : bool
        Whether the last call of `train_transformer` was stopped by Ctrl-C.
    seconds : float
        Time spent in `train_transformer`.

    Examples
    --------
    >>> from nnmath import TransformerHistory
    >>> TransformerHistory()
    TransformerHistory(no steps)
    """

    steps: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    validation_cost: list[float | None] = field(default_factory=list)
    interrupted: bool = False
    seconds: float = 0.0

    def __repr__(self) -> str:
        """Sum up the last measurement."""
        if not self.steps:
            return "TransformerHistory(no steps)"
        held_out = self.validation_cost[-1]
        parts = [f"{self.steps[-1]} step{'s' * (self.steps[-1] != 1)}", f"cost {self.cost[-1]:.4g}"]
        parts += [] if held_out is None else [f"validation_cost {held_out:.4g}"]
        parts.append(f"{self.seconds:.1f} s{', interrupted' * self.interrupted}")
        return f"TransformerHistory({', '.join(parts)})"


def evaluate_transformer(model: Transformer, tokens: ArrayLike) -> float:
    """Measure how well a transformer predicts a text.

    Parameters
    ----------
    model : Transformer
        One of NumPy arrays; it stays as it is.
    tokens : array of int, shape (n,)
        The text; at least two tokens.

    Returns
    -------
    float
        The mean cross-entropy of a prediction, in nats.

    Raises
    ------
    TypeError
        If the tokens aren't whole numbers, or the parameters aren't NumPy arrays.
    ValueError
        If a token isn't known, or there are fewer than two.

    Notes
    -----
    The text is cut into pieces as long as the context. Every token but the first is
    predicted once, from those before it in its piece; so the first ones of a piece have
    little to go by, and a longer context measures lower.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import Transformer, evaluate_transformer
    >>> rng = np.random.default_rng(0)
    >>> model = Transformer(5, width=8, n_layers=1, n_heads=2, context=6, rng=rng)
    >>> round(evaluate_transformer(model, np.arange(20) % 5), 1)  # guessing: log 5
    1.6
    """
    _check_model(model)
    return _evaluate(model, _checked_text(model, tokens, "tokens", 2))


def train_transformer(
    model: Transformer,
    tokens: ArrayLike,
    *,
    steps: int,
    batch_size: int = 32,
    optimizer: Optimizer | None = None,
    max_norm: float | None = 1.0,
    rng: np.random.Generator,
    validation: ArrayLike | None = None,
    measure_every: int = 100,
    history: TransformerHistory | None = None,
    progress: bool | None = None,
) -> TransformerHistory:
    """Train a transformer on a text; it learns in place.

    Parameters
    ----------
    model : Transformer
        One of NumPy arrays; its parameters are changed in place.
    tokens : array of int, shape (n,)
        The text, longer than the context.
    steps : int
        How many steps to take, at least 1.
    batch_size : int, default 32
        How many windows of the text there are to a step, at least 1.
    optimizer : Optimizer, optional
        What changes the parameters. By default ``AdamW(0.001)``.
    max_norm : float or None, default 1.0
        How long the gradients may be together, above 0; None to leave them as they are.
    rng : numpy.random.Generator
        Where windows start. The same seed gives the same bits.
    validation : array of int, optional
        Another text, to measure the transformer on.
    measure_every : int, default 100
        After how many steps the history gets an entry, at least 1; there is one after
        the last step too.
    history : TransformerHistory, optional
        One to be continued.
    progress : bool, optional
        Whether to show a progress bar. By default there is one if the work takes longer
        than two seconds and somebody is looking (stderr is a terminal).

    Returns
    -------
    TransformerHistory
        What was measured: the one given, or a new one.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If a token isn't known, a text is too short, or a number is out of its range.
    FloatingPointError
        If training diverges: the cost or a gradient is no longer finite. The
        transformer is then as before that step.

    Notes
    -----
    Each window holds as many tokens as the context, and the target of each token is the
    next one. Windows start anywhere and may overlap.

    Transformers of GELU or ReLU with as many heads of keys as of queries, `layer_norm`, and
    positions that aren't rotary, take a quicker way to the same numbers, up to rounding.

    Ctrl-C stops training after the step at work, and what was learned is kept; the
    history then says so. A second Ctrl-C raises `KeyboardInterrupt` at once.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import AdamW, Transformer, train_transformer
    >>> rng = np.random.default_rng(0)
    >>> model = Transformer(5, width=8, n_layers=1, n_heads=2, context=6, rng=rng)
    >>> text = np.arange(200) % 5
    >>> history = train_transformer(model, text, steps=100, optimizer=AdamW(0.02), rng=rng)
    >>> history.steps, history.cost[-1] < 1.0
    ([100], True)
    >>> model.generate([2], 4, temperature=0.0, rng=rng).tolist()
    [2, 3, 4, 0, 1]
    """
    _check_model(model)
    text = _checked_text(model, tokens, "tokens", model.sizes.context + 1)
    held_out = None if validation is None else _checked_text(model, validation, "validation", 2)
    steps = check_integer("steps", steps, at_least=1)
    batch_size = check_integer("batch_size", batch_size, at_least=1)
    measure_every = check_integer("measure_every", measure_every, at_least=1)
    if max_norm is not None:
        check_number("max_norm", max_norm, above=0.0)
    check_generator("rng", rng)
    optimizer = AdamW(1e-3) if optimizer is None else optimizer
    if not isinstance(optimizer, Optimizer):
        raise wrong_type("optimizer", "an Optimizer, such as AdamW(0.001)", optimizer)
    history = TransformerHistory() if history is None else history
    history = check_kind("history", history, TransformerHistory)
    if progress is not None and not isinstance(progress, bool):
        raise wrong_type("progress", "True, False or None", progress)
    optimizer.prepare(list(model.parameters.values()))

    fast = FastGradients.fits(model)
    way = FastGradients(model, batch_size, model.sizes.context) if fast else model.gradients

    def step() -> float:
        inputs, targets = _windows(text, model.sizes.context, batch_size, rng)
        return _step(model, way(inputs, targets), optimizer, max_norm)

    with progress_bar(progress, steps, "step") as advance:
        _loop(model, step, steps, measure_every, held_out, history, advance)
    return history


def _loop(
    model: Transformer,
    step: Callable[[], float],
    steps: int,
    measure_every: int,
    validation: NDArray[np.int64] | None,
    history: TransformerHistory,
    advance: Callable[[int], object],
) -> None:
    """Take steps until it is enough, or Ctrl-C; measure now and then."""
    start, before = time.perf_counter(), history.seconds
    taken = history.steps[-1] if history.steps else 0
    costs: list[float] = []
    history.interrupted = False
    # Overflow isn't a warning here: training that diverges is told as an error.
    with Interrupt() as interrupt, np.errstate(over="ignore", invalid="ignore"):
        for number in range(1, steps + 1):
            costs.append(step())
            advance(1)
            if number % measure_every == 0 or number == steps or interrupt.requested:
                history.steps.append(taken + number)
                history.cost.append(math.fsum(costs) / len(costs))
                held_out = None if validation is None else _evaluate(model, validation)
                history.validation_cost.append(held_out)
                history.seconds = before + time.perf_counter() - start
                costs.clear()
            if interrupt.requested:
                history.interrupted = True
                return


def _windows(
    text: NDArray[np.int64], context: int, batch_size: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return windows of a text that start anywhere, and for each token the next."""
    starts = rng.integers(0, len(text) - context, size=batch_size)
    windows = text[starts[:, None] + np.arange(context + 1)]
    return windows[:, :-1], windows[:, 1:]


def _step(
    model: Transformer,
    found: tuple[Any, dict[str, NDArray[Any]]],
    optimizer: Optimizer,
    max_norm: float | None,
) -> float:
    """Take a step, given a cost and its derivatives; return the cost."""
    cost, by_name = found
    gradients = list(by_name.values())
    if not math.isfinite(cost) or not all(np.isfinite(g).all() for g in gradients):
        raise FloatingPointError(
            f"training diverged: expected a finite cost and gradients, got others, with "
            f"{optimizer!r}; the transformer is as before that step, and a smaller learning "
            "rate may help"
        )
    if max_norm is not None:
        gradients = clip_gradients(gradients, max_norm).gradients
    optimizer.step(list(model.parameters.values()), gradients)
    return float(cost)


def _evaluate(model: Transformer, text: NDArray[np.int64]) -> float:
    """Return the mean cost of predicting a text, piece by piece."""
    context = model.sizes.context
    n_whole = (len(text) - 1) // context
    total = 0.0
    for first in range(0, n_whole, 64):  # so many pieces at once
        places = np.arange(first, min(first + 64, n_whole))[:, None] * context
        windows = text[places + np.arange(context + 1)]
        total += _cost(model, windows)
    rest = text[n_whole * context :]
    if len(rest) > 1:
        total += _cost(model, rest[None, :])
    return total / (len(text) - 1)


def _cost(model: Transformer, windows: NDArray[np.int64]) -> float:
    """Return the summed cost of predicting every token but the first of each window."""
    targets = windows[:, 1:]
    cost, _ = cross_entropy(model.forward(windows[:, :-1]).logits, targets)
    return float(cost) * targets.size


def _check_model(model: object) -> None:
    """Refuse what can't be trained."""
    given = check_kind("model", model, Transformer)
    if not all(map(is_numpy, given.parameters.values())):
        raise wrong_type("model", "a transformer of NumPy arrays", model)


def _checked_text(model: Transformer, tokens: Any, name: str, at_least: int) -> NDArray[np.int64]:
    """Return a text as a row of known tokens."""
    text = integer_array(name, tokens, "whole numbers, one a token")
    if not is_numpy(text):
        raise wrong_type(name, "a NumPy array or a list", tokens)
    if text.ndim != 1 or len(text) < at_least:
        raise wrong_value(name, f"a row of at least {at_least} tokens", f"shape {text.shape}")
    check_range(name, text, 0, model.sizes.n_tokens - 1)
    return np.array(text, dtype=np.int64)
