"""The rules of a step: gradient descent, momentum, Adam, and Adam with decoupled decay."""

from typing import ClassVar

import numpy as np

from nnmath.optimizers._base import Floats, Optimizer, Settings
from nnmath.optimizers._schedules import Schedule


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


class Adam(Optimizer):
    r"""Divide a running mean of the gradient by the root of that of its square.

    Parameters
    ----------
    learning_rate : float or callable, default 0.001
        About how far each parameter moves in a step, above 0; or a schedule, such as
        `CosineSchedule`.
    beta1 : float, default 0.9
        How much of the mean is left after a step, from 0 to below 1.
    beta2 : float, default 0.999
        How much of the mean of squares is left after a step, from 0 to below 1.
    epsilon : float, default 1e-8
        Keeps the quotient finite, above 0.

    Raises
    ------
    TypeError
        If a setting isn't a number.
    ValueError
        If a setting is out of its range.

    Notes
    -----
    With the learning rate :math:`\eta` and the gradient g at step t, the mean m, the mean
    of squares v, both 0 at first, and every parameter :math:`\theta` become

    .. formula:: m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t
        :restates: adam-first

    .. formula:: v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2
        :restates: adam-second

    .. formula:: \theta_t = \theta_{t-1} - \eta \frac{m_t / (1 - \beta_1^t)}
            {\sqrt{v_t / (1 - \beta_2^t)} + \varepsilon}
        :restates: adam-step

    The divisions by :math:`1 - \beta_1^t` and :math:`1 - \beta_2^t` undo the pull of the
    start at 0.

    References
    ----------
    D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization" (2015),
    algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import Adam
    >>> parameters = [np.array([1.0, 2.0])]
    >>> Adam(0.1).step(parameters, [np.array([5.0, -0.01])])
    >>> parameters[0].round(6).tolist()
    [0.9, 2.1]
    """

    settings: ClassVar[Settings] = {
        "learning_rate": {"above": 0.0},
        "beta1": {"at_least": 0.0, "below": 1.0},
        "beta2": {"at_least": 0.0, "below": 1.0},
        "epsilon": {"above": 0.0},
    }
    memory = ("mean", "mean_of_squares")

    beta1: float
    beta2: float
    epsilon: float

    def __init__(
        self,
        learning_rate: float | Schedule = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(learning_rate=learning_rate, beta1=beta1, beta2=beta2, epsilon=epsilon)

    def update(self, parameter: Floats, gradient: Floats, *memory: Floats) -> None:
        """Bring both means up to date, then move by their quotient.

        Parameters
        ----------
        parameter : ndarray
            What to change.
        gradient : ndarray
            The derivative of the cost by it.
        *memory : ndarray
            The mean and the mean of squares.
        """
        mean, mean_of_squares = memory
        mean *= self.beta1
        mean += (1.0 - self.beta1) * gradient
        mean_of_squares *= self.beta2
        mean_of_squares += (1.0 - self.beta2) * gradient**2
        unbiased = mean / (1.0 - self.beta1**self.n_steps)
        scale = np.sqrt(mean_of_squares / (1.0 - self.beta2**self.n_steps))
        parameter -= self.rate * unbiased / (scale + self.epsilon)


class AdamW(Adam):
    r"""Adam that also shrinks every parameter by a fraction of itself.

    Parameters
    ----------
    learning_rate : float or callable, default 0.001
        About how far each parameter moves in a step, above 0; or a schedule, such as
        `CosineSchedule`.
    beta1 : float, default 0.9
        How much of the mean is left after a step, from 0 to below 1.
    beta2 : float, default 0.999
        How much of the mean of squares is left after a step, from 0 to below 1.
    epsilon : float, default 1e-8
        Keeps the quotient finite, above 0.
    weight_decay : float, default 0.01
        By what part of themselves the parameters shrink in a step, times the learning
        rate; at least 0.

    Raises
    ------
    TypeError
        If a setting isn't a number.
    ValueError
        If a setting is out of its range.

    Notes
    -----
    With the weight decay :math:`\lambda`, and m and v as for `Adam`,

    .. formula:: \theta_t = (1 - \eta \lambda) \theta_{t-1}
            - \eta \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \varepsilon}
        :restates: adamw-step

    The decay isn't part of the gradient: Adam would divide it by the root of the mean
    of squares, and so shrink those weights least whose gradients are large.

    All parameters decay, as with PyTorch. For some that are not to, such as biases,
    take a second optimiser without decay.

    References
    ----------
    I. Loshchilov, F. Hutter, "Decoupled weight decay regularization" (2019),
    algorithm 2.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import AdamW
    >>> parameters = [np.array([1.0, 2.0])]
    >>> AdamW(0.1, weight_decay=0.5).step(parameters, [np.array([5.0, -0.01])])
    >>> parameters[0].round(6).tolist()
    [0.85, 2.0]
    """

    settings: ClassVar[Settings] = {**Adam.settings, "weight_decay": {"at_least": 0.0}}

    weight_decay: float

    def __init__(
        self,
        learning_rate: float | Schedule = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        self.weight_decay = weight_decay
        super().__init__(learning_rate, beta1, beta2, epsilon)

    def update(self, parameter: Floats, gradient: Floats, *memory: Floats) -> None:
        """Shrink the parameters, then take a step of Adam.

        Parameters
        ----------
        parameter : ndarray
            What to change.
        gradient : ndarray
            The derivative of the cost by it.
        *memory : ndarray
            The mean and the mean of squares.
        """
        parameter *= 1.0 - self.rate * self.weight_decay
        super().update(parameter, gradient, *memory)
