"""How a layered network is laid out and drawn, in inches from the top left corner."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Wedge
from numpy.typing import NDArray

from figures._canvas import BLUE, ORANGE, drawing_axes, ink, new_figure, number, write

__all__ = ["Content", "draw"]

RADIUS = 0.2
_MARGIN = 0.75
_MAX_WIDTH = 7.0

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Content:
    """What is to be drawn, already checked."""

    sizes: tuple[int, ...]
    limit: int
    texts: list[list[str]] | None
    values: list[Floats | None] | None
    weights: list[Floats] | None
    biases: list[Floats] | None
    numbers: bool
    highlight: tuple[int, int] | None
    names: list[str]


class Column(NamedTuple):
    """Where the neurons of a layer stand."""

    shown: list[int]  # the neurons drawn, counted from 0
    x: float
    y: list[float]
    dots: float | None  # the height of the dots that stand for the others


def draw(content: Content, title: str, description: str) -> Figure:
    """Return the figure of a network."""
    sizes, limit = content.sizes, content.limit
    slots = min(limit, max(sizes))
    pitch = _pitch(content)
    top = 0.45 if content.names else 0.1
    bottom = 0.4 if max(sizes) > limit else 0.1
    gap = 2.3 if content.numbers else 1.75
    width = min(_MAX_WIDTH, 2 * _MARGIN + gap * (len(sizes) - 1))
    height = top + slots * pitch + bottom
    figure = new_figure(width, height, title, description)
    axes = drawing_axes(figure, width, height)
    columns = _columns(sizes, limit, width, top, pitch)
    for layer in range(1, len(sizes)):
        _draw_lines(axes, content, columns[layer - 1], columns[layer], layer)
    for layer, column in enumerate(columns):
        _draw_neurons(axes, content, column, layer)
        _draw_values(axes, content, column, layer)
        if content.names:
            write(axes, column.x, 0.2, content.names[layer], 11)
        if column.dots is not None:
            write(axes, column.x, top + slots * pitch + 0.17, f"{sizes[layer]:,} neurons", 10)
    return figure


def _pitch(content: Content) -> float:
    """Return the distance between two neurons of a layer, by how much is written between them."""
    pitch = 1.05 if content.numbers else 0.56
    above = content.values is not None and content.texts is not None
    return max(pitch, 0.56 + 0.17 * above + 0.17 * (content.biases is not None))


def _columns(
    sizes: tuple[int, ...], limit: int, width: float, top: float, pitch: float
) -> list[Column]:
    """Return where the neurons of each layer stand."""
    middle = top + min(limit, max(sizes)) * pitch / 2
    columns = []
    for x, n in zip(np.linspace(_MARGIN, width - _MARGIN, len(sizes)), sizes, strict=True):
        slots = min(limit, n)
        heights = [middle + (slot - (slots - 1) / 2) * pitch for slot in range(slots)]
        shown, dots = list(range(n)), None
        if n > limit:
            first = math.ceil((limit - 1) / 2)
            dots = heights.pop(first)
            shown = [*range(first), *range(n - (limit - 1 - first), n)]
        columns.append(Column(shown, float(x), heights, dots))
    return columns


def _draw_lines(axes: Axes, content: Content, before: Column, after: Column, layer: int) -> None:
    """Draw the lines between two layers, from rim to rim: the circles are transparent."""
    matrix = None if content.weights is None else content.weights[layer - 1]
    largest = 1.0 if matrix is None else float(np.abs(matrix).max()) or 1.0
    segments, styles, texts = [], [], []
    for i, y in zip(after.shown, after.y, strict=True):
        marked = content.highlight == (layer, i)
        faded = content.highlight is not None and not marked
        for j, y_before in zip(before.shown, before.y, strict=True):
            start, end = np.array([before.x, y_before]), np.array([after.x, y])
            step = (end - start) * RADIUS / np.linalg.norm(end - start)
            segments.append(np.array([start + step, end - step]))
            styles.append(
                _style(None if matrix is None else float(matrix[i, j]) / largest, marked, faded)
            )
            texts.append("" if matrix is None else number(matrix[i, j], ".3g"))
    # Lists: Matplotlib takes a tuple of two colours for one colour with its opacity.
    colors, widths, opacities = map(list, zip(*styles, strict=True))
    lines = LineCollection(
        segments, colors=colors, linewidths=widths, alpha=opacities, capstyle="round"
    )
    axes.add_collection(lines, autolim=False)
    if content.numbers:
        _write_on_lines(axes, segments, texts)


def _style(weight: float | None, marked: bool, faded: bool) -> tuple[str, float, float]:
    """Return colour, width and opacity of a line with a weight from -1 to 1."""
    opacity = 1.0 if marked else 0.2 if faded else 0.85 if weight else 0.5
    if weight is None:
        return (ORANGE, 1.8, opacity) if marked else (ink(), 0.8, opacity)
    if weight == 0.0:
        return ink(), 0.4, opacity
    return BLUE if weight > 0 else ORANGE, 0.4 + 3.0 * abs(weight), opacity


def _write_on_lines(axes: Axes, segments: list[Floats], texts: list[str]) -> None:
    """Write a text along each line, where it is farthest from the other lines and texts."""
    shares = np.linspace(0.14, 0.86, 37)
    placed: list[Floats] = []
    for index, (segment, text) in enumerate(zip(segments, texts, strict=True)):
        start, end = segment
        along = (end - start) / np.linalg.norm(end - start)
        half = 0.037 * len(text)
        # Above the line: the vertical axis points down.
        places = start + shares[:, None] * (end - start) + 0.1 * np.array([along[1], -along[0]])
        room = np.full(len(shares), 0.2)
        for point in (places - half * along, places, places + half * along):
            for k, other in enumerate(segments):
                if k != index:
                    room = np.minimum(room, _distances(point, *other))
            for taken in placed:
                room = np.minimum(room, np.linalg.norm(point - taken, axis=1) - 0.2)
        # Equal places happen: then the one nearest to the middle, or rounding would choose.
        best = places[np.argmax(np.round(room, 6) - 1e-3 * np.abs(shares - 0.5))]
        placed += [best - half * along, best, best + half * along]
        angle = -math.degrees(math.atan2(along[1], along[0]))
        axes.text(
            best[0],
            best[1],
            text,
            ha="center",
            va="center",
            fontsize=10,
            rotation=angle,
            rotation_mode="anchor",
        )


def _distances(places: Floats, start: Floats, end: Floats) -> Floats:
    """Return each place's distance to the line from start to end."""
    line = end - start
    share = np.clip((places - start) @ line / (line @ line), 0.0, 1.0)
    distances: Floats = np.linalg.norm(places - start - share[:, None] * line, axis=1)
    return distances


def _draw_neurons(axes: Axes, content: Content, column: Column, layer: int) -> None:
    """Draw the circles of a layer, what is written in and below them, and the dots."""
    for i, y in zip(column.shown, column.y, strict=True):
        marked = content.highlight == (layer, i)
        color, width = (ORANGE, 2.0) if marked else (ink(), 1.2)
        axes.add_patch(Circle((column.x, y), RADIUS, fill=False, edgecolor=color, linewidth=width))
        if content.texts is not None:
            write(axes, column.x, y, content.texts[layer][i], 12)
        if content.biases is not None and layer > 0:
            bias = number(content.biases[layer - 1][i], ".3g")
            write(axes, column.x, y + RADIUS + 0.13, f"bias {bias}", 10)
    if column.dots is not None:
        heights = column.dots + np.array([-0.1, 0.0, 0.1])
        axes.plot(
            [column.x] * 3, heights, linestyle="none", marker="o", markersize=2.5, color=ink()
        )


def _draw_values(axes: Axes, content: Content, column: Column, layer: int) -> None:
    """Fill the circles of a layer according to their numbers, and write those."""
    values = content.values or [None] * len(content.sizes)
    own = values[layer]
    if own is None:
        return
    largest = max(1.0, *(float(np.abs(some).max()) for some in values if some is not None))
    above = content.texts is not None
    for i, y in zip(column.shown, column.y, strict=True):
        value = float(own[i])
        color, opacity = BLUE if value > 0 else ORANGE, 0.6 * abs(value) / largest
        # A wedge all the way round is a disc, and leaves "circle" to mean a neuron.
        axes.add_patch(
            Wedge(
                (column.x, y), RADIUS, 0, 360, color=color, alpha=opacity, linewidth=0, zorder=0.5
            )
        )
        if above:
            write(axes, column.x, y - RADIUS - 0.1, number(value, ".3g"), 10)
        else:
            write(axes, column.x, y, number(value, ".2f"), 9.5)
