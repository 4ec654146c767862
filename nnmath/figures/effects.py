"""Effects with their error bars, one below the other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import check_finite, check_text, floating_arrays, wrong_type, wrong_value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_effects"]


def plot_effects(effects: Mapping[str, object], *, x_label: str = "") -> Figure:
    """Plot effects that were measured several times, each with its mean and error bar.

    Parameters
    ----------
    effects : dict of str to array, shape (n,)
        Differences by what they are the effect of, at least two measurements of
        each. The first stands at the top.
    x_label : str
        What the axis shows.

    Returns
    -------
    matplotlib.figure.Figure
        A row for each effect: a dot at the mean, a bar of two standard errors to
        each side, blue where the bar is above 0, orange where it is below, and in the
        colour of text where it holds 0. With the attributes `title` and
        `description`, in words for those who can't see it.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If there is nothing to plot, the shapes don't fit, or a number isn't finite.

    Examples
    --------
    >>> from nnmath.figures import plot_effects
    >>> plot_effects({"more sleep": [1.0, 3.0]}, x_label="points").description
    'points: more sleep +2 ± 2.'
    """
    from nnmath.figures._canvas import BLUE, ORANGE, bare_axes, ink, new_figure

    numbers = _checked(effects)
    check_text("x_label", x_label)
    means = {name: float(values.mean()) for name, values in numbers.items()}
    bars = {name: 2.0 * _standard_error(values) for name, values in numbers.items()}
    parts = [f"{name} {means[name]:+.2g} ± {bars[name]:.2g}" for name in numbers]
    words = f"{x_label}: " * bool(x_label) + f"{'; '.join(parts)}."
    title = x_label or "Effects"
    figure = new_figure(5.6, 0.7 + 0.34 * len(numbers), title, words, layout="constrained")
    axes = figure.subplots()
    bare_axes(axes)
    axes.axvline(0.0, color=ink(), linewidth=0.8, alpha=0.5)
    for row, name in enumerate(numbers):
        mean, bar = means[name], bars[name]
        color = ink() if abs(mean) <= bar else BLUE if mean > 0.0 else ORANGE
        axes.errorbar(mean, row, xerr=bar, fmt="o", color=color, markersize=5, linewidth=1.8)
    axes.set_yticks(range(len(numbers)), list(numbers))
    axes.set_ylim(len(numbers) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(x_label)
    return figure


def _standard_error(values: NDArray[Any]) -> float:
    """Return how far the mean of measurements is likely to be off."""
    return float(values.std(ddof=1)) / math.sqrt(len(values))


def _checked(effects: object) -> dict[str, NDArray[Any]]:
    """Return the measurements by name."""
    if not isinstance(effects, Mapping):
        raise wrong_type("effects", "a dict of arrays by name", effects)
    if not effects:
        raise wrong_value("effects", "at least one", "none")
    numbers = {}
    for key, given in effects.items():
        name = f"effects[{check_text('name in effects', key)!r}]"
        _, values = floating_arrays(**{name: given})
        values = np.asarray(values)
        if values.ndim != 1 or len(values) < 2:
            raise wrong_value(name, "at least two measurements", f"shape {values.shape}")
        check_finite(**{name: values})
        numbers[key] = values
    return numbers
