"""Optimisers: how a step changes the parameters, given the gradient.

They change NumPy arrays in place. What an optimiser remembers between steps is in
its attributes ``n_steps`` and ``state``; a checkpoint saves both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import check_finite, check_number, check_shape, wrong_type, wrong_value

__all__ = ["Adam", "GradientDescent", "Momentum", "Optimizer"]

Floats: TypeAlias = NDArray[Any]
#: The bounds of each setting, as `check_number` takes them.
Settings: TypeAlias = Mapping[str, Mapping[str, float]]


class Optimizer:
    """What all optimisers have in common.

    Parameters
    ----------
    **settings : float
        A value for each name in ``settings``, within its bounds.

    Attributes
    ----------
    n_steps : int
        How many steps were taken.
    state : dict of list of ndarray
        What is remembered: for each name in ``memory`` one array for each
        parameter, in the order of the parameters. Empty before the first step.

    Notes
    -----
    A subclass lists its settings with their bounds, names what it remembers, and
    says in ``update`` how one array of parameters changes.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import Optimizer
    >>> class SignDescent(Optimizer):
    ...     settings = {"learning_rate": {"above": 0.0}}
    ...     def __init__(self, learning_rate):
    ...         super().__init__(learning_rate=learning_rate)
    ...     def update(self, parameter, gradient):
    ...         parameter -= self.learning_rate * np.sign(gradient)
    >>> parameters = [np.array([1.0, 2.0])]
    >>> SignDescent(0.5).step(parameters, [np.array([3.0, -0.1])])
    >>> parameters[0].tolist()
    [0.5, 2.5]
    """

    #: Every setting with its bounds, as `check_number` takes them.
    settings: ClassVar[Settings] = {}
    #: The names of what is remembered for each parameter.
    memory: ClassVar[tuple[str, ...]] = ()

    learning_rate: float
    n_steps: int
    state: dict[str, list[Floats]]

    def __init__(self, **settings: float) -> None:
        for name, value in settings.items():
            setattr(self, name, value)
        self.reset()

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; a setting has to be within its bounds."""
        if name in self.settings:
            value = check_number(name, value, **self.settings[name])
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        """Show the settings."""
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.settings)
        return f"{type(self).__name__}({shown})"

    def reset(self) -> None:
        """Forget all steps taken, as before the first one."""
        self.n_steps = 0
        self.state = {}

    def step(self, parameters: Sequence[Floats], gradients: Sequence[Floats]) -> None:
        """Change all parameters by one step, in place.

        Parameters
        ----------
        parameters : sequence of ndarray
            Floating-point arrays that can be written to; at every step the same
            ones in the same order.
        gradients : sequence of ndarray
            The derivative of the cost by each of them, of the same shape. Finite.

        Raises
        ------
        TypeError
            If one of the arrays isn't a NumPy array of real floating-point numbers.
        ValueError
            If the arrays don't fit each other or those of the last step, one can't
            be written to, or a gradient isn't finite. Then nothing was changed.
        """
        _check_arrays(parameters, gradients)
        self.prepare(parameters)
        self.n_steps += 1
        for i, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
            self.update(parameter, gradient, *(self.state[name][i] for name in self.memory))

    def prepare(self, parameters: Sequence[Floats]) -> None:
        """Make room to remember something for each parameter, filled with zeros.

        Parameters
        ----------
        parameters : sequence of ndarray
            The arrays that are going to be changed. Room that was made before is
            kept.

        Raises
        ------
        ValueError
            If the room that was made before was for other arrays.
        """
        for name in self.memory:
            kept = self.state.setdefault(name, [np.zeros_like(p) for p in parameters])
            expected = [(array.shape, array.dtype) for array in kept]
            if expected != [(p.shape, p.dtype) for p in parameters]:
                raise wrong_value(
                    "parameters",
                    f"those of the last step, of which {self!r} remembers the {name} "
                    "(reset() makes it forget)",
                    "arrays of other shapes or dtypes",
                )

    def update(self, parameter: Floats, gradient: Floats, *memory: Floats) -> None:
        """Change one array of parameters, and what is remembered for it, in place.

        Parameters
        ----------
        parameter : ndarray
            What to change.
        gradient : ndarray
            The derivative of the cost by it.
        *memory : ndarray
            For each name in ``memory`` the array of the parameter's shape.
        """
        raise NotImplementedError("update: expected a subclass of Optimizer that defines it")


class GradientDescent(Optimizer):
    r"""Go against the gradient, by a fraction of it: the book's rule.

    Parameters
    ----------
    learning_rate : float
        The fraction, above 0.

    Raises
    ------
    TypeError
        If the learning rate isn't a number.
    ValueError
        If it isn't finite and above 0.

    Notes
    -----
    With the learning rate :math:`\eta`, for every weight and bias

    .. math:: w \leftarrow w - \eta \frac{\partial C}{\partial w}

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

    def __init__(self, learning_rate: float) -> None:
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
        parameter -= self.learning_rate * gradient


class Momentum(Optimizer):
    r"""Keep a velocity that each gradient pushes, and move by it.

    Parameters
    ----------
    learning_rate : float
        How hard a gradient pushes, above 0.
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
    With the learning rate :math:`\eta` and the momentum :math:`\mu`, starting from
    a velocity of 0,

    .. math:: v \leftarrow \mu v - \eta \frac{\partial C}{\partial w}, \qquad
        w \leftarrow w + v

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

    def __init__(self, learning_rate: float, momentum: float = 0.9) -> None:
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
        velocity -= self.learning_rate * gradient
        parameter += velocity


class Adam(Optimizer):
    r"""Divide a running mean of the gradient by the root of that of its square.

    Parameters
    ----------
    learning_rate : float, default 0.001
        About how far each parameter moves in a step, above 0.
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
    With the gradient g, at step t, starting from m = v = 0,

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1) g \\
        v &\leftarrow \beta_2 v + (1 - \beta_2) g^2 \\
        w &\leftarrow w - \eta \frac{m / (1 - \beta_1^t)}
            {\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    The divisions by :math:`1 - \beta^t` undo the pull of the start at 0.

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
        learning_rate: float = 1e-3,
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
        parameter -= self.learning_rate * unbiased / (scale + self.epsilon)


def _check_arrays(parameters: Sequence[Floats], gradients: Sequence[Floats]) -> None:
    """Refuse parameters and gradients that don't fit each other."""
    for name, value in (("parameters", parameters), ("gradients", gradients)):
        if not isinstance(value, (list, tuple)):
            raise wrong_type(name, "a list of NumPy arrays", value)
        for i, array in enumerate(value):
            if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
                expected = "a NumPy array of real floating-point numbers"
                raise wrong_type(f"{name}[{i}]", expected, array)
    _check_pairs(parameters, gradients)


def _check_pairs(parameters: Sequence[Floats], gradients: Sequence[Floats]) -> None:
    """Refuse gradients that don't belong to the parameters."""
    if len(gradients) != len(parameters):
        expected = f"{len(parameters)}, one for each parameter"
        raise wrong_value("gradients", expected, str(len(gradients)))
    for i, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
        check_shape(f"gradients[{i}]", gradient, parameter.shape, f"that of parameters[{i}]")
        if not parameter.flags.writeable:
            expected = "an array that can be written to"
            raise wrong_value(f"parameters[{i}]", expected, "a read-only one")
        check_finite(**{f"gradients[{i}]": gradient})
