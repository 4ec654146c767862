"""Curves: how training went, and functions beside their derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from figures._arguments import checked_pair
from nnmath._checks import check_integer, check_number, items_of, wrong_type, wrong_value
from nnmath.activations import Activation, checked_activation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nnmath.training import History

__all__ = ["plot_functions", "plot_history"]

Function: TypeAlias = Callable[[Any], Any]
Named: TypeAlias = "str | Activation"

# Inches.
_WIDTH = 7.0
_HEIGHT = 2.15


def plot_history(history: History) -> Figure:
    """Plot the learning curve: cost and accuracy after each epoch.

    Parameters
    ----------
    history : History
        What `train` returned, with at least one epoch.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels, or one if there is no accuracy; solid lines for training,
        dashed ones for validation. With the attributes `title` and
        `description`, in words for those who can't see it.

    Raises
    ------
    TypeError
        If the argument isn't a history.
    ValueError
        If no epoch was finished, or a list of the history has another length
        than its epochs.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from figures import plot_history
    >>> history = SimpleNamespace(epochs=[1, 2], cost=[0.9, 0.4], accuracy=[0.5, 0.8])
    >>> history.validation_cost = history.validation_accuracy = []
    >>> plot_history(history).description
    'After 2 epochs: cost 0.4 in training; accuracy 0.8 in training.'
    """
    from figures._canvas import BLUE, ORANGE, bare_axes, new_figure

    epochs, panels = _curves(history)
    ends = [
        f"{name} " + " and ".join(f"{_end(values)} in {where}" for where, values in curves.items())
        for name, curves in panels.items()
    ]
    words = f"After {epochs[-1]} {'epoch' if epochs[-1] == 1 else 'epochs'}: {'; '.join(ends)}."
    width = _WIDTH if len(panels) > 1 else 0.55 * _WIDTH
    figure = new_figure(width, 2.6, "Learning curve", words, layout="constrained")
    styles = {"training": (BLUE, "-"), "validation": (ORANGE, (0, (4, 1.5)))}
    for axes, (name, curves) in zip(
        figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True
    ):
        bare_axes(axes)
        for where, values in curves.items():
            color, dashes = styles[where]
            # A point between gaps has no line that would show it.
            marker = "o" if len(epochs) == 1 or np.isnan(values).any() else None
            style: dict[str, Any] = {"color": color, "linestyle": dashes, "linewidth": 1.8}
            axes.plot(epochs, values, marker=marker, label=where, **style)
        axes.set_title(name)
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        if name == "cost":
            axes.set_ylim(bottom=0.0)
            if len(curves) > 1:
                axes.legend(frameon=False)
    return figure


def _end(values: list[float]) -> str:
    """Say what a curve ends with."""
    return "not measured" if math.isnan(values[-1]) else f"{values[-1]:.3g}"


def _curves(history: History) -> tuple[list[int], dict[str, dict[str, list[float]]]]:
    """Return the epochs, and for each panel its curves by name."""
    names = {
        "cost": {"training": "cost", "validation": "validation_cost"},
        "accuracy": {"training": "accuracy", "validation": "validation_accuracy"},
    }
    try:
        epochs = list(history.epochs)
        panels = {
            panel: {where: list(getattr(history, name)) for where, name in curves.items()}
            for panel, curves in names.items()
        }
    except (AttributeError, TypeError) as error:
        raise wrong_type("history", "a History as train returns it", history) from error
    if not epochs:
        raise wrong_value("history", "at least one finished epoch", "none")
    kept: dict[str, dict[str, list[float]]] = {}
    for panel, curves in panels.items():
        for where, values in curves.items():
            name = names[panel][where]
            # Without validation, or without classes, a list is empty or holds None.
            if name != "cost" and all(value is None for value in values):
                continue
            if len(values) != len(epochs):
                expected = f"a number for each of the {len(epochs)} epochs"
                raise wrong_value(f"history.{name}", expected, f"{len(values)}")
            # Measured in some epochs alone: the curve has a gap at the others.
            kept.setdefault(panel, {})[where] = [math.nan if v is None else v for v in values]
    return epochs, kept


def plot_functions(
    functions: Sequence[str | Activation] | Mapping[str, tuple[Function, Function]],
    *,
    limits: tuple[float, float] = (-4.0, 4.0),
    n_points: int = 801,
) -> Figure:
    """Plot functions of one number, each with its derivative.

    Parameters
    ----------
    functions : list or dict
        Names of activation functions or `Activation` objects; or, by the name to
        be shown, pairs of a function and its derivative.
    limits : tuple of two float
        The interval, its smaller end first.
    n_points : int
        How many points a curve has, at least 2.

    Returns
    -------
    matplotlib.figure.Figure
        A panel for each function: the function solid and blue, the derivative
        dashed and orange, with a gap where it jumps. With the attributes
        `title` and `description`, in words for those who can't see it.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If there is no function, a name is unknown, a function takes more than
        one number at a time (such as softmax), or the interval is empty.

    Examples
    --------
    >>> from figures import plot_functions
    >>> plot_functions(["sigmoid", "relu"]).title
    'The functions sigmoid and relu with their derivatives'
    """
    from figures._canvas import MaxNLocator, bare_axes, new_figure, zero_lines

    pairs = _pairs(functions)
    ends = checked_pair("limits", limits, "two numbers")
    low, high = (check_number(f"limits[{k}]", limit) for k, limit in enumerate(ends))
    if low >= high:
        raise wrong_value("limits", "the smaller end first", f"{limits}")
    z = np.linspace(low, high, check_integer("n_points", n_points, at_least=2))
    curves = {
        name: tuple(_values(name, function, z) for function in pair) for name, pair in pairs.items()
    }

    columns = min(len(curves), 2 if len(curves) in (2, 4) else 3)
    rows = math.ceil(len(curves) / columns)
    *first, last = curves
    title = f"The function{'s' * bool(first)} {', '.join(first)}{' and ' * bool(first)}{last} with "
    title += "their derivatives" if first else "its derivative"
    words = f"{title}, from {low:g} to {high:g}. Solid: the function. Dashed: the derivative."
    figure = new_figure(
        _WIDTH * min(1.0, 0.2 + 0.3 * columns),
        _HEIGHT * rows + 0.25,
        title,
        words,
        layout="constrained",
    )
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, (name, values) in zip(panels, curves.items(), strict=False):
        bare_axes(axes)
        zero_lines(axes)
        _draw_pair(axes, z, *values)
        axes.set_title(name)
        axes.set_xlim(low, high)
        axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    for axes in panels[len(curves) :]:
        axes.set_visible(False)
    lines, texts = panels[0].get_legend_handles_labels()
    figure.legend(lines, texts, loc="outside lower center", ncols=2, frameon=False)
    return figure


def _draw_pair(
    axes: Axes, z: NDArray[np.floating], values: NDArray[Any], slopes: NDArray[Any]
) -> None:
    """Draw a function and its derivative, with a gap where the latter jumps."""
    from figures._canvas import BLUE, ORANGE

    axes.plot(z, values, color=BLUE, linewidth=1.8, label="function")
    span = float(np.ptp(slopes))
    # With few points any slope looks like a jump; a constant one has none.
    jumps = np.flatnonzero(np.abs(np.diff(slopes)) > 0.2 * span) + 1
    if span == 0.0 or len(z) <= 100:
        jumps = jumps[:0]
    z, slopes = np.insert(z, jumps, np.nan), np.insert(slopes, jumps, np.nan)
    axes.plot(z, slopes, color=ORANGE, linewidth=1.8, linestyle=(0, (4, 1.5)), label="derivative")


def _pairs(
    functions: Sequence[str | Activation] | Mapping[str, tuple[Function, Function]],
) -> dict[str, tuple[Function, Function]]:
    """Return pairs of function and derivative by name."""
    if isinstance(functions, Mapping):
        pairs = dict(functions)
        for name, pair in pairs.items():
            if not isinstance(pair, tuple) or len(pair) != 2 or not all(map(callable, pair)):
                raise wrong_type(
                    f"functions[{name!r}]", "a tuple of a function and its derivative", pair
                )
    elif isinstance(functions, Activation):  # a tuple, but not one of them
        raise wrong_type("functions", "a list of activation functions, or a dict", functions)
    else:
        given = items_of("functions", functions, "a list of activation functions, or a dict")
        found = [checked_activation(f"functions[{i}]", one) for i, one in enumerate(given)]
        pairs = {activation.name: _pair(activation) for activation in found}
    if not pairs:
        raise wrong_value("functions", "at least one", "none")
    return pairs


def _pair(activation: Activation) -> tuple[Function, Function]:
    """Return an activation function and its derivative, which is its backward pass of ones."""
    return activation.function, lambda z: activation.backward(np.ones_like(z), z)


def _values(name: str, function: Function, z: NDArray[np.floating]) -> NDArray[Any]:
    """Return the function's values, if each depends on one number alone."""
    values = np.asarray(function(z))
    middle = len(z) // 2
    alone = values.shape == z.shape and np.allclose(
        function(z[middle : middle + 1]), values[middle], equal_nan=True
    )
    if not alone:
        raise wrong_value("functions", "functions of one number at a time", f"{name}")
    return values
