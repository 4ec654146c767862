"""Learning rates that change from step to step."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from nnmath._checks import check_integer, check_number, wrong_value

#: From the number of a step, 1 for the first, to its learning rate.
Schedule: TypeAlias = Callable[[int], float]


@dataclass(frozen=True)
class ConstantSchedule:
    r"""A learning rate that stays the same, after a warm-up if there is one.

    Parameters
    ----------
    learning_rate : float
        The rate, above 0.
    warmup : int, default 0
        How many steps are taken with a smaller rate first, at least 0.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If an argument is out of its range.

    Notes
    -----
    With the rate h and a warm-up of u steps, step t has the rate

    .. formula:: \eta_t = h \min\left(1, \frac{t}{u + 1}\right)
        :scope: schedule
        :kind: definition
        :code: (learning_rate=h, warmup=u, step=t)

    so the first step has

    .. formula:: \eta_1 = \frac{h}{u + 1}
        :scope: schedule
        :code: none

    References
    ----------
    P. Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour"
    (2017), section 2.2.

    Examples
    --------
    >>> from nnmath import ConstantSchedule, Momentum
    >>> schedule = ConstantSchedule(0.5, warmup=3)
    >>> [schedule(step) for step in range(1, 7)]
    [0.125, 0.25, 0.375, 0.5, 0.5, 0.5]
    >>> Momentum(schedule).rate
    0.125
    """

    #: The rate, above 0.
    learning_rate: float
    #: How many steps are taken with a smaller rate first.
    warmup: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers out of their range."""
        _set(self, learning_rate=check_number("learning_rate", self.learning_rate, above=0.0))
        _set(self, warmup=check_integer("warmup", self.warmup, at_least=0))

    def __call__(self, step: int) -> float:
        """Return the learning rate of a step; the first is 1."""
        step = check_integer("step", step, at_least=1)
        return self.learning_rate * min(1.0, step / (self.warmup + 1))


@dataclass(frozen=True)
class CosineSchedule:
    r"""A learning rate that falls along half a wave, after a warm-up if there is one.

    Parameters
    ----------
    learning_rate : float
        The highest rate, above 0.
    n_steps : int
        After how many steps the lowest rate is reached, more than the warm-up has.
    warmup : int, default 0
        How many steps are taken with a rising rate first, at least 0.
    final : float, default 0.0
        The lowest rate, at least 0 and not above the highest.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If an argument is out of its range.

    Notes
    -----
    With the highest rate h, the lowest :math:`\eta_{\min}`, u steps of warm-up and T steps
    in all, step t has the rate

    .. formula::
        :scope: cosine_schedule
        :kind: definition
        :code: (learning_rate=h, n_steps=T, warmup=u, final=\eta_{\min}, step=t)

        \eta_t = \begin{cases}
        h \, t / (u + 1) & \text{if } t \le u \\
        \eta_{\min} + \frac{1}{2} (h - \eta_{\min})
            \left(1 + \cos\left(\pi \frac{t - 1 - u}{T - u}\right)\right)
            & \text{if } u < t \le T \\
        \eta_{\min} & \text{if } t > T
        \end{cases}

    So step T + 1 would be the first with the lowest rate, none of the T steps is spent
    on a rate of 0, and the first step after the warm-up has the highest:

    .. formula:: \eta_{u+1} = h
        :scope: cosine_schedule
        :code: none

    References
    ----------
    I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts"
    (2017), eq. 5.

    Examples
    --------
    >>> from nnmath import AdamW, CosineSchedule
    >>> schedule = CosineSchedule(1.0, n_steps=7, warmup=3)
    >>> [round(schedule(step), 6) for step in range(1, 10)]
    [0.25, 0.5, 0.75, 1.0, 0.853553, 0.5, 0.146447, 0.0, 0.0]
    >>> AdamW(CosineSchedule(0.003, n_steps=1000)).rate
    0.003
    """

    #: The highest rate, above 0.
    learning_rate: float
    #: After how many steps the lowest rate is reached.
    n_steps: int
    #: How many steps are taken with a rising rate first.
    warmup: int = 0
    #: The lowest rate.
    final: float = 0.0

    def __post_init__(self) -> None:
        """Refuse numbers out of their range."""
        _set(self, learning_rate=check_number("learning_rate", self.learning_rate, above=0.0))
        _set(self, warmup=check_integer("warmup", self.warmup, at_least=0))
        _set(self, n_steps=check_integer("n_steps", self.n_steps, at_least=self.warmup + 1))
        _set(self, final=check_number("final", self.final, at_least=0.0))
        if self.final > self.learning_rate:
            expected = f"at most the learning rate, {self.learning_rate}"
            raise wrong_value("final", expected, str(self.final))

    def __call__(self, step: int) -> float:
        """Return the learning rate of a step; the first is 1."""
        step = check_integer("step", step, at_least=1)
        if step <= self.warmup:
            return self.learning_rate * step / (self.warmup + 1)
        share = min(1.0, (step - 1 - self.warmup) / (self.n_steps - self.warmup))
        height = 0.5 * (1.0 + math.cos(math.pi * share))
        return self.final + (self.learning_rate - self.final) * height


def _set(schedule: ConstantSchedule | CosineSchedule, **values: float) -> None:
    """Store what was checked in an object that is frozen from then on."""
    for name, value in values.items():
        object.__setattr__(schedule, name, value)
