"""Measurements with their spread, beside what theory says, and effects with error bars."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from figures._arguments import finite_array, finite_arrays
from nnmath._checks import check_flag, check_text, wrong_value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_effects", "plot_measurements"]

_FEW = 10  # so many places have room for their own numbers on a logarithmic axis
_DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))


def plot_measurements(
    x: object,
    measured: Mapping[str, object],
    *,
    expected: Mapping[str, object] | None = None,
    x_label: str = "",
    y_label: str = "",
    log_x: bool = False,
    log_y: bool = False,
) -> Figure:
    """Plot what was measured, repeated measurements with their spread.

    Parameters
    ----------
    x : array, shape (n,)
        Where it was measured.
    measured : dict of str to array, shape (n,) or (n_repeats, n)
        Measurements by what they are called; up to four. Of repeated ones the line
        is the mean, and the band reaches from the smallest to the largest.
    expected : dict of str to array, shape (n,), optional
        What they are compared with, such as a bound: thin lines without marks.
    x_label, y_label : str
        What the axes show.
    log_x, log_y : bool
        Whether an axis is logarithmic; its numbers must be positive then.

    Returns
    -------
    matplotlib.figure.Figure
        With the attributes `title` and `description`, in words for those who
        can't see it.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If there is nothing to plot, or more than four curves, or the shapes don't
        fit, or a number isn't finite, or isn't positive on a logarithmic axis.

    Examples
    --------
    >>> from figures import plot_measurements
    >>> plot_measurements([1.0, 2.0], {"right": [[0.5, 0.7], [0.3, 0.9]]}).description
    'right: 0.4 (0.3 to 0.5) at 1, 0.8 (0.7 to 0.9) at 2.'
    """
    from figures._canvas import BLUE, GREEN, ORANGE, PURPLE, bare_axes, ink, new_figure

    shape = "shape (n,), n at least 1"
    places = finite_array("x", x, shape, lambda s: len(s) == 1 and s[0] > 0, whole=True)
    if check_flag("log_x", log_x):
        _check_positive("x", places)
    positive = check_flag("log_y", log_y)
    curves = _curves("measured", measured, places, positive)
    lines = {} if expected is None else _curves("expected", expected, places, positive)
    if not 1 <= len(curves) <= 4 or len(lines) > 4:
        raise wrong_value("measured", "one to four curves", f"{len(curves)}, {len(lines)} expected")
    words = "; ".join(_words(name, places, values) for name, values in (curves | lines).items())
    title = check_text("y_label", y_label) or "measurements"
    title += f" over {x_label}" if check_text("x_label", x_label) else ""
    figure = new_figure(6.2, 3.6, title, f"{words}.", layout="constrained")
    axes = figure.subplots()
    bare_axes(axes)
    for (name, values), color in zip(curves.items(), (BLUE, ORANGE, GREEN, PURPLE), strict=False):
        style: dict[str, Any] = {"color": color, "linewidth": 1.8, "markersize": 4}
        dashes = _DASHES[len(axes.lines)]
        axes.plot(places, values.mean(axis=0), "o", linestyle=dashes, label=name, **style)
        if len(values) > 1:
            low, high = values.min(axis=0), values.max(axis=0)
            axes.fill_between(places, low, high, color=color, alpha=0.2, linewidth=0)
    for (name, values), dashes in zip(lines.items(), _DASHES, strict=False):
        axes.plot(places, values[0], color=ink(), linewidth=1.0, linestyle=dashes, label=name)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.set_xscale("log" if log_x else "linear")
    if log_x and len(places) <= _FEW:
        axes.set_xticks(places, [f"{place:g}" for place in places], minor=False)
        axes.set_xticks([], minor=True)
    axes.set_yscale("log" if log_y else "linear")
    if len(curves) + len(lines) > 1:
        # Below, where no curve and no line runs through it.
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure


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
    >>> from figures import plot_effects
    >>> plot_effects({"more sleep": [1.0, 3.0]}, x_label="points").description
    'points: more sleep +2 ± 2.'
    """
    from figures._canvas import BLUE, ORANGE, bare_axes, ink, new_figure

    numbers = finite_arrays(
        "effects", effects, "at least two measurements", lambda s: len(s) == 1 and s[0] > 1
    )
    if not numbers:
        raise wrong_value("effects", "at least one", "none")
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


def _curves(
    name: str, given: object, places: NDArray[Any], positive: bool
) -> dict[str, NDArray[Any]]:
    """Return curves by name, each as rows of repeated measurements."""
    n = len(places)
    curves = finite_arrays(
        name,
        given,
        f"shape ({n},) or (n_repeats, {n})",
        lambda shape: len(shape) in {1, 2} and shape[-1] == n and 0 not in shape,
        whole=True,
    )
    if positive:
        for key, values in curves.items():
            _check_positive(f"{name}[{key!r}]", values)
    return {key: np.atleast_2d(values) for key, values in curves.items()}


def _check_positive(name: str, array: NDArray[Any]) -> None:
    """Refuse numbers that have no place on a logarithmic axis."""
    if not np.all(array > 0):
        raise wrong_value(name, "positive numbers on a logarithmic axis", f"{array.min():g}")


def _words(name: str, places: NDArray[Any], values: NDArray[Any]) -> str:
    """Say the first and the last number of a curve."""
    ends = [0, len(places) - 1] if len(places) > 1 else [0]
    return f"{name}: " + ", ".join(
        f"{values[:, k].mean():.3g}{_spread(values[:, k])} at {places[k]:.3g}" for k in ends
    )


def _spread(values: NDArray[Any]) -> str:
    """Say from where to where repeated measurements reach."""
    return f" ({values.min():.3g} to {values.max():.3g})" if len(values) > 1 else ""
