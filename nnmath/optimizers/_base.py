"""What all optimisers have in common: settings, memory, the checks of a step, and clipped gradients."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import check_finite, check_number, check_shape, wrong_type, wrong_value
from nnmath.optimizers._schedules import Schedule

Floats: TypeAlias = NDArray[Any]
#: The bounds of each setting, as `check_number` takes them.
Settings: TypeAlias = Mapping[str, Mapping[str, float]]


class Optimizer:
    """What all optimisers have in common.

    Parameters
    ----------
    **settings : float
        A value for each name in ``settings``, within its bounds. The learning rate
        may also be a function from the number of a step, from 1, to its rate.

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
    says in ``update`` how one array of parameters changes, by the ``rate``.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import Optimizer
    >>> class SignDescent(Optimizer):
    ...     settings = {"learning_rate": {"above": 0.0}}
    ...     def __init__(self, learning_rate):
    ...         super().__init__(learning_rate=learning_rate)
    ...     def update(self, parameter, gradient):
    ...         parameter -= self.rate * np.sign(gradient)
    >>> parameters = [np.array([1.0, 2.0])]
    >>> SignDescent(0.5).step(parameters, [np.array([3.0, -0.1])])
    >>> parameters[0].tolist()
    [0.5, 2.5]
    """

    #: Every setting with its bounds, as `check_number` takes them.
    settings: ClassVar[Settings] = {}
    #: The names of what is remembered for each parameter.
    memory: ClassVar[tuple[str, ...]] = ()

    learning_rate: float | Schedule
    n_steps: int
    state: dict[str, list[Floats]]

    def __init__(self, **settings: float | Schedule) -> None:
        for name, value in settings.items():
            setattr(self, name, value)
        self.reset()

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; a setting has to be within its bounds."""
        if name in self.settings and not (name == "learning_rate" and _is_schedule(value)):
            value = check_number(name, value, **self.settings[name])
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        """Show the settings."""
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.settings)
        return f"{type(self).__name__}({shown})"

    @property
    def rate(self) -> float:
        """The learning rate of the step that is taken, or was last; at first, of step 1.

        Raises
        ------
        TypeError
            If a schedule gives something that isn't a number.
        ValueError
            If it gives a number that isn't finite, or below 0.
        """
        step = max(self.n_steps, 1)
        return _rate_of(self.learning_rate, step)

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
            be written to, a gradient isn't finite, or a schedule gives no learning
            rate. Then nothing was changed.
        """
        check_floats("parameters", parameters)
        check_floats("gradients", gradients)
        _check_pairs(parameters, gradients)
        self.prepare(parameters)
        self.count_step()
        for i, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
            self.update(parameter, gradient, *(self.state[name][i] for name in self.memory))

    def count_step(self) -> None:
        """Begin the next step, if a schedule gives a rate for it.

        Raises
        ------
        TypeError
            If a schedule gives something that isn't a number.
        ValueError
            If it gives a number that isn't finite, or below 0.
        """
        if callable(getattr(self, "learning_rate", None)):
            _rate_of(self.learning_rate, self.n_steps + 1)
        self.n_steps += 1

    def prepare(self, parameters: Sequence[Floats]) -> None:
        """Make room to remember something for each parameter, filled with zeros.

        Parameters
        ----------
        parameters : sequence of ndarray
            The arrays that are going to be changed. Room that was made before is
            kept.

        Raises
        ------
        TypeError
            If one of the arrays isn't a NumPy array of real floating-point numbers.
        ValueError
            If the room that was made before was for other arrays.
        """
        check_floats("parameters", parameters)
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


def _rate_of(learning_rate: float | Schedule, step: int) -> float:
    """Return the learning rate of a step."""
    if not callable(learning_rate):
        return learning_rate
    return check_number(f"learning_rate({step})", learning_rate(step), at_least=0.0)


def _is_schedule(value: object) -> bool:
    """Say whether a value can be asked for the rate of a step."""
    return callable(value) and not isinstance(value, type)


def check_floats(name: str, arrays: object) -> None:
    """Refuse anything but a list of NumPy arrays of floats."""
    if not isinstance(arrays, (list, tuple)):
        raise wrong_type(name, "a list of NumPy arrays", arrays)
    for i, array in enumerate(arrays):
        if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
            expected = "a NumPy array of real floating-point numbers"
            raise wrong_type(f"{name}[{i}]", expected, array)


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


# Clipping


class ClippedGradients(NamedTuple):
    """What `clip_gradients` returns.

    Parameters
    ----------
    gradients : list of ndarray
        The gradients, of a norm of at most ``max_norm`` together.
    norm : float
        The norm they had before.

    Examples
    --------
    >>> from nnmath import ClippedGradients
    >>> ClippedGradients._fields
    ('gradients', 'norm')
    """

    gradients: list[Floats]
    norm: float


def clip_gradients(gradients: Sequence[Floats], max_norm: float) -> ClippedGradients:
    r"""Return gradients that point where they did and are no longer than a limit.

    Parameters
    ----------
    gradients : sequence of ndarray
        The derivative of the cost by each array of parameters. Finite. They stay as
        they are.
    max_norm : float
        How long they may be together, above 0.

    Returns
    -------
    ClippedGradients
        The ``gradients``, and the ``norm`` that they had.

    Raises
    ------
    TypeError
        If a gradient isn't a NumPy array of real floating-point numbers, or the
        limit isn't a number.
    ValueError
        If a gradient isn't finite, or the limit isn't above 0.

    Notes
    -----
    All entries of all arrays are taken for one long vector g, and with the limit c

    .. formula:: g \leftarrow g \min\left(1, \frac{c}{\lVert g \rVert}\right)
        :scope: clipping
        :kind: update
        :code: (gradients=g, max_norm=c).gradients[0]

    .. formula:: \lVert g \rVert = \sqrt{\sum_{i=1}^P g_i^2}
        :scope: clipping
        :code: (gradients=g, max_norm=c).norm

    Sums are taken in float64, and no number is squared that is too large or too small
    for it. Gradients within the limit are returned as they are, not as copies.

    References
    ----------
    R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent
    neural networks" (2013), algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import clip_gradients
    >>> clipped, norm = clip_gradients([np.array([3.0]), np.array([[4.0, 0.0]])], 2.5)
    >>> norm, [g.tolist() for g in clipped]
    (5.0, [[1.5], [[2.0, 0.0]]])
    """
    check_floats("gradients", gradients)
    check_finite(**{f"gradients[{i}]": gradient for i, gradient in enumerate(gradients)})
    max_norm = check_number("max_norm", max_norm, above=0.0)
    factor, norm = clipping_factor(gradients, max_norm)
    if factor == 1.0:
        return ClippedGradients(list(gradients), norm)
    return ClippedGradients([np.asarray(g * g.dtype.type(factor)) for g in gradients], norm)


def clipping_factor(gradients: Sequence[Floats], max_norm: float) -> tuple[float, float]:
    """Return what gradients are to be multiplied by, and their norm."""
    largest = max((float(np.abs(g).max()) for g in gradients if g.size), default=0.0)
    # Squares of numbers within these bounds neither overflow nor vanish.
    scale = 1.0 if largest == 0.0 or 1e-100 < largest < 1e100 else largest
    root = math.sqrt(sum(_sum_of_squares(g, scale) for g in gradients))
    norm = scale * root
    return (max_norm / scale / root if norm > max_norm else 1.0), norm


def _sum_of_squares(gradient: Floats, scale: float) -> float:
    """Return the sum of the squares of all entries, each divided by the scale."""
    flat = gradient.ravel().astype(np.float64, copy=False)
    flat = flat if scale == 1.0 else flat / scale
    return float(np.vdot(flat, flat))
