"""Gradient descent, with and without momentum."""

from __future__ import annotations

from typing import ClassVar

from nnmath.optimizers._base import Floats, Optimizer, Settings
from nnmath.optimizers._schedules import Schedule

__all__ = ["GradientDescent", "Momentum"]


class GradientDescent(Optimizer):
    r"""Go against the gradient, by a fraction of it: the book's rule.

    Parameters
    ----------
    learning_rate : float or callable
        The fraction, above 0; or a schedule, such as `CosineSchedule`.

    Raises
    ------
    TypeError
        If the learning rate is neither a number nor a schedule.
    ValueError
        If it isn't finite and above 0.

    Notes
    -----
    With the learning rate :math:`\eta`, for every weight and bias

    .. formula:: w_{l-1}^{ij} \leftarrow w_{l-1}^{ij}
            - \eta \frac{\partial C}{\partial w_{l-1}^{ij}}
        :restates: step-weight

    .. formula:: b_l^i \leftarrow b_l^i - \eta \frac{\partial C}{\partial b_l^i}
        :restates: step-bias

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import GradientDescent
    >>> parameters = [np.array([1.0, 2.0])]
    >>> GradientDescent(0.5).step(parameters, [np.array([4.0, -2.0])])
    >>> parameters[0].tolist()
    [-1.0, 3.0]
    """

    settings: ClassVar[Settings] = {"learning_rate": {"above": 0.0}}

    def __init__(self, learning_rate: float | Schedule) -> None:
        super().__init__(learning_rate=learning_rate)

    def update(self, parameter: Floats, gradient: Floats, *_: Floats) -> None:
        """Subtract the fraction of the gradient.

        Parameters
        ----------
        parameter : ndarray
            What to change.
        gradient : ndarray
            The derivative of the cost by it.
        *_ : ndarray
            None: nothing is remembered.
        """
        parameter -= self.rate * gradient


class Momentum(Optimizer):
    r"""Keep a velocity that each gradient pushes, and move by it.

    Parameters
    ----------
    learning_rate : float or callable
        How hard a gradient pushes, above 0; or a schedule, such as `CosineSchedule`.
    momentum : float, default 0.9
        The share of the velocity that is left after a step, from 0 to below 1.

    Raises
    ------
    TypeError
        If a setting isn't a number.
    ValueError
        If a setting is out of its range.

    Notes
    -----
    With the learning rate :math:`\eta`, the momentum :math:`\mu` and the gradient g at step
    t, every parameter moves by s, which is 0 at first:

    .. formula:: s_t = \mu s_{t-1} - \eta g_t
        :scope: momentum_steps
        :kind: definition
        :code: none

    .. formula:: \theta_t = \theta_{t-1} + s_t
        :scope: momentum_steps
        :kind: definition
        :code: nnmath.Momentum(parameters=\theta_0, gradients=g, learning_rate=\eta,
            momentum=\mu)

    What is remembered as the velocity is s. While the rate stays the same, that is
    :math:`-\eta` times the velocity v that gathers the gradients alone. A rate that
    changes changes how hard the gradients to come push, not those before.

    Momentum 0 gives gradient descent.

    References
    ----------
    I. Sutskever, J. Martens, G. Dahl, G. Hinton, "On the importance of
    initialization and momentum in deep learning" (2013), eqs. 1 and 2.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import Momentum
    >>> parameters = [np.array([1.0])]
    >>> optimizer = Momentum(0.5, momentum=0.5)
    >>> optimizer.step(parameters, [np.array([2.0])])
    >>> optimizer.step(parameters, [np.array([2.0])])
    >>> parameters[0].tolist(), optimizer.state["velocity"][0].tolist()
    ([-1.5], [-1.5])
    """

    settings: ClassVar[Settings] = {
        "learning_rate": {"above": 0.0},
        "momentum": {"at_least": 0.0, "below": 1.0},
    }
    memory = ("velocity",)

    momentum: float

    def __init__(self, learning_rate: float | Schedule, momentum: float = 0.9) -> None:
        super().__init__(learning_rate=learning_rate, momentum=momentum)

    def update(self, parameter: Floats, gradient: Floats, *memory: Floats) -> None:
        """Push the velocity, then move by it.

        Parameters
        ----------
        parameter : ndarray
            What to change.
        gradient : ndarray
            The derivative of the cost by it.
        *memory : ndarray
            The velocity.
        """
        (velocity,) = memory
        velocity *= self.momentum
        velocity -= self.rate * gradient
        parameter += velocity
