"""How pixels with numbers and images of weights are drawn. Lengths are inches."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from figures._canvas import (
    BLUE,
    ORANGE,
    add_frame,
    add_tiles,
    arrow,
    drawing_axes,
    grid_lines,
    ink,
    new_figure,
    number,
    write,
)

__all__ = ["draw_pixels", "draw_weights"]

_MAX_WIDTH = 7.0
_CELL = 0.36
_STRIP = 0.3  # the height of the strip
_MARGIN = 0.1
_TITLE = 0.22

Floats = NDArray[np.floating]


def draw_pixels(image: NDArray[Any], shades: Floats, row: int) -> Figure:
    """Return the figure of an image with its numbers above its vector."""
    n_rows, n_columns = shades.shape
    n = shades.size
    across, down = n_columns * _CELL, n_rows * _CELL
    strip_top = _MARGIN + down + 0.55
    size = (_MAX_WIDTH, strip_top + _STRIP + 0.35)
    title = f"An image of {n_rows} by {n_columns} pixels and its vector of {n} numbers"
    words = (
        f"A grid of {n_rows} by {n_columns} cells with the number of each pixel; "
        "the larger, the darker. "
        f"Below it, a strip of {n} cells: the rows of the grid laid end to end. "
        f"Row {row + 1} is framed in both, "
        f"as entries {row * n_columns + 1} to {(row + 1) * n_columns}."
    )
    figure = new_figure(*size, title, words)
    axes = drawing_axes(figure, *size)
    left = (_MAX_WIDTH - across) / 2
    add_tiles(
        axes, shades, color=ink(), origins=[(left, _MARGIN)], size=(_CELL, _CELL), strongest=0.45
    )
    grid_lines(axes, left, _MARGIN, _CELL, n_columns, n_rows, alpha=0.4)
    for (r, c), pixel in np.ndenumerate(image):
        text = str(pixel) if image.dtype.kind in "ui" else number(pixel, ".2g")
        write(axes, left + (c + 0.5) * _CELL, _MARGIN + (r + 0.5) * _CELL, text, 11)
    _draw_strip(axes, shades.reshape(1, -1), strip_top, n_columns)
    side = (_MAX_WIDTH - 2 * _MARGIN) / n
    start = _MARGIN + row * n_columns * side
    framed = [
        (left, _MARGIN + row * _CELL, across, _CELL),
        (start, strip_top, n_columns * side, _STRIP),
    ]
    for x, y, width, height in framed:
        add_frame(axes, (x, y), width, height, edgecolor=ORANGE, linewidth=2.0, zorder=3)
    _draw_way(
        axes,
        start + n_columns * side / 2,
        _MARGIN + (row + 0.5) * _CELL,
        strip_top,
        (left, left + across),
    )
    return figure


def _draw_way(axes: Axes, x: float, y: float, bottom: float, sides: tuple[float, float]) -> None:
    """Draw the framed row's way to the strip, unless it would cross the grid."""
    room = 0.12
    if sides[0] - room < x < sides[1] + room:
        return
    side, gap = (sides[0], -0.04) if x < sides[0] else (sides[1], 0.04)
    way = "angle,angleA=0,angleB=90,rad=10"
    arrow(axes, (side + gap, y), (x, bottom - 0.05), ORANGE, 1.4, way)


def _draw_strip(axes: Axes, shades: Floats, top: float, step: int) -> None:
    """Draw a vector as a strip, with the number of each row's first entry and the last below."""
    n = shades.shape[1]
    width = _MAX_WIDTH - 2 * _MARGIN
    side = width / n
    shading = {"color": ink(), "strongest": 0.75, "name": "tiles-of-strip"}
    add_tiles(axes, shades, origins=[(_MARGIN, top)], size=(side, _STRIP), **shading)
    add_frame(axes, (_MARGIN, top), width, _STRIP, edgecolor=ink(), alpha=0.4, linewidth=0.6)
    for k in [*range(0, n, step), n - 1]:
        x, bottom = _MARGIN + (k + 0.5) * side, top + _STRIP
        axes.plot([x, x], [bottom, bottom + 0.05], color=ink(), linewidth=0.8)
        write(axes, x, top + _STRIP + 0.17, str(k + 1), 10)


def draw_weights(images: Floats, columns: int, titles: list[str]) -> Figure:
    """Return the figure of images of weights with their common scale."""
    n, height, width = images.shape
    limit = float(np.abs(images).max()) or 1.0
    gap, legend = 0.1, 0.62
    across = min(0.75, (_MAX_WIDTH - legend) / columns - gap)
    picture = across * height / width
    down = picture + (_TITLE if titles else 0.0)
    rows = math.ceil(n / columns)
    size = (columns * (across + gap) + gap + legend, max(rows * (down + gap) + gap, 1.1))
    words = f"{n} images of {height} by {width} pixels. "
    words += "Blue pixels are positive weights, orange ones negative. "
    words += f"The scale runs from {number(-limit, '.2g')} to {number(limit, '.2g')}."
    figure = new_figure(*size, f"The weights into {n} neurons", words)
    axes = drawing_axes(figure, *size)
    for k, image in enumerate(images):
        r, c = divmod(k, columns)
        left, top = gap + c * (across + gap), gap + r * (down + gap) + (_TITLE if titles else 0.0)
        _draw_image(axes, image / limit, left, top, across, picture)
        if titles:
            write(axes, left + across / 2, top - 0.11, titles[k], 10.5)
    _draw_scale(axes, limit, size[0] - legend + 0.08, size[1])
    return figure


def _draw_image(
    axes: Axes, shares: Floats, left: float, top: float, width: float, height: float
) -> None:
    """Draw numbers from -1 to 1 as orange and blue pixels on nothing."""
    colors = np.where(shares[..., None] > 0, to_rgb(BLUE), to_rgb(ORANGE))
    pixels = np.concatenate([colors, np.abs(shares)[..., None]], axis=-1)
    extent = (left, left + width, top + height, top)
    # Not smoothed and not resampled: the pixels in the file are the weights.
    axes.imshow(pixels, extent=extent, interpolation="none", aspect="auto")
    add_frame(axes, (left, top), width, height)


def _draw_scale(axes: Axes, limit: float, left: float, height: float) -> None:
    """Draw what the colours mean."""
    length = min(1.6, height - 0.4)
    top = (height - length) / 2
    _draw_image(axes, np.linspace(1.0, -1.0, 41)[:, None], left, top, 0.12, length)
    for share, text in ((0.0, number(limit, "+.2g")), (0.5, "0"), (1.0, number(-limit, ".2g"))):
        axes.text(left + 0.17, top + share * length, text, ha="left", va="center", fontsize=10)
