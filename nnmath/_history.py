"""What is measured in training, epoch after epoch."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import cast

from nnmath._checks import check_kind, wrong_value
from nnmath.network import Network


@dataclass(repr=False)
class History:
    """What was measured in training, one entry an epoch.

    Parameters
    ----------
    epochs : list of int
        The numbers of the finished epochs, from 1.
    cost : list of float
        Mean cost of a sample, taken for each batch just before its step.
    accuracy : list of float or None
        Share of samples whose largest output is where the largest target is, taken
        likewise; None for a network with one output.
    validation_cost : list of float or None
        Mean cost on the validation samples at the end of the epoch; None without
        any.
    validation_accuracy : list of float or None
        Accuracy on the validation samples at the end of the epoch.
    interrupted : bool
        Whether the last call of `train` was stopped by Ctrl-C.
    seconds : float
        Time spent in `train`.
    best_epoch : int or None
        The epoch with the lowest validation cost, the first of several; None unless
        `train` was given ``patience``.
    best : Network or None
        A copy of the network as it was at the end of that epoch.

    Examples
    --------
    >>> from nnmath import History
    >>> History()
    History(no epochs)
    """

    epochs: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    accuracy: list[float | None] = field(default_factory=list)
    validation_cost: list[float | None] = field(default_factory=list)
    validation_accuracy: list[float | None] = field(default_factory=list)
    interrupted: bool = False
    seconds: float = 0.0
    best_epoch: int | None = None
    best: Network | None = field(default=None, compare=False)

    def __len__(self) -> int:
        """Return the number of finished epochs."""
        return len(self.epochs)

    def __repr__(self) -> str:
        """Sum up the last epoch."""
        if not self.epochs:
            return "History(no epochs)"
        parts = [f"{len(self)} epoch{'s' * (len(self) != 1)}"]
        for name in ("cost", "accuracy", "validation_cost", "validation_accuracy"):
            value = getattr(self, name)[-1]
            if value is not None:
                parts.append(f"{name} {value:.4g}")
        if self.best_epoch is not None:
            parts.append(f"best after epoch {self.best_epoch}")
        parts.append(f"{self.seconds:.1f} s{', interrupted' * self.interrupted}")
        return f"History({', '.join(parts)})"

    def note_best(self, network: Network) -> None:
        """Keep a copy of the network if no epoch before the last had its validation cost.

        Parameters
        ----------
        network : Network
            The network at the end of the last epoch.

        Raises
        ------
        TypeError
            If it isn't a network.
        ValueError
            If there is no epoch.
        """
        check_kind("network", network, Network)
        if not self.epochs:
            raise wrong_value("network", "that of a finished epoch", "a history without epochs")
        if self.best_epoch is None or _cost(self, -1) < _cost(self, self._index_of_best()):
            self.best_epoch, self.best = self.epochs[-1], network.copy()

    def waited(self) -> int:
        """Return how many epochs there were since the best.

        Returns
        -------
        int
            The number; 0 if no best epoch is known.
        """
        return 0 if self.best_epoch is None else self.epochs[-1] - self.best_epoch

    def _index_of_best(self) -> int:
        """Return where the best epoch stands in the lists."""
        return self.epochs.index(cast(int, self.best_epoch))


def _cost(history: History, index: int) -> float:
    """Return a validation cost; infinity where there is none."""
    cost = history.validation_cost[index]
    return math.inf if cost is None else cost
