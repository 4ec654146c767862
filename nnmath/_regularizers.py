"""What keeps a network from learning its samples by heart, as training applies it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import check_finite, check_number, check_shape, wrong_type, wrong_value
from nnmath._forward import Masks
from nnmath.network import Network
from nnmath.regularization import dropout_mask, l1_penalty_backward, l2_penalty_backward

__all__ = ["Augment", "Regularizers", "augmented", "checked_regularizers", "draw_masks"]

_Floats: TypeAlias = NDArray[Any]
#: From the inputs to other ones of the same shape, at random.
Augment: TypeAlias = Callable[[_Floats, np.random.Generator], _Floats]


class Regularizers(NamedTuple):
    """What is to be done, all of it checked."""

    l1: float = 0.0
    l2: float = 0.0
    #: A rate for each layer from the input to the last hidden one, or none at all.
    dropout: tuple[float, ...] = ()
    max_norm: float | None = None
    augment: Augment | None = None

    def with_penalties(self, dW: _Floats, W: _Floats) -> _Floats:
        """Return the derivative by weights with that of the penalties added."""
        dW = dW + l2_penalty_backward(W, self.l2) if self.l2 else dW
        return dW + l1_penalty_backward(W, self.l1) if self.l1 else dW


def draw_masks(
    network: Network, rates: Sequence[float], n_samples: int, rng: np.random.Generator
) -> Masks:
    """Draw a mask for each layer that drops some, divided by the probability to stay."""
    masks: list[_Floats | None] = []
    for rate, n in zip(rates, network.sizes, strict=False):
        if not rate:
            masks.append(None)
            continue
        mask = dropout_mask((n_samples, n), rate, rng=rng, dtype=network.dtype)
        masks.append(mask * network.dtype.type(1.0 / (1.0 - rate)))
    return masks


def augmented(x: _Floats, augment: Augment | None, rng: np.random.Generator) -> _Floats:
    """Return the inputs for an epoch."""
    if augment is None:
        return x
    given = x.view()
    given.flags.writeable = False
    name, new = "augment(x, rng)", augment(given, rng)
    if not isinstance(new, np.ndarray) or new.dtype.kind != "f":
        raise wrong_type(name, "a NumPy array of real floating-point numbers", new)
    check_shape(name, new, x.shape, "that of x")
    check_finite(**{name: new})
    return new.astype(x.dtype, copy=False)


def checked_regularizers(
    network: Network, l1: object, l2: object, dropout: object, augment: object, max_norm: object
) -> Regularizers:
    """Return what is to be done, if it fits the network."""
    if augment is not None and (not callable(augment) or isinstance(augment, type)):
        raise wrong_type("augment", "a function of the inputs and a generator", augment)
    return Regularizers(
        check_number("l1", l1, at_least=0.0),
        check_number("l2", l2, at_least=0.0),
        _checked_rates(dropout, len(network.weights)),
        None if max_norm is None else check_number("max_norm", max_norm, above=0.0),
        cast(Augment | None, augment),
    )


def _checked_rates(dropout: object, n_layers: int) -> tuple[float, ...]:
    """Return a rate for each layer before the last, the input first; nothing if all are 0."""
    if isinstance(dropout, (list, tuple)):
        if len(dropout) != n_layers:
            expected = f"a rate for each of the {n_layers} layers before the last"
            raise wrong_value("dropout", expected, f"{len(dropout)} rates")
        rates = tuple(_checked_rate(f"dropout[{i}]", rate) for i, rate in enumerate(dropout))
    else:
        rates = (0.0, *[_checked_rate("dropout", dropout)] * (n_layers - 1))
    return rates if any(rates) else ()


def _checked_rate(name: str, rate: object) -> float:
    """Return the rate at which a layer is dropped."""
    return check_number(name, rate, at_least=0.0, below=1.0)
