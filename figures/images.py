"""Images of digits, their pixels as numbers, and weights as images."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from figures._arguments import checked_pair, checked_texts, finite_array
from nnmath._checks import (
    check_finite,
    check_integer,
    check_number,
    wrong_type,
    wrong_value,
)
from nnmath.datasets import ImageSet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["show_digits", "show_pixels", "show_weights"]

# Lengths in inches, of which a page makes 96 pixels.
_MAX_WIDTH = 7.0
_GAP = 10 / 96
_TITLE = 21 / 96


def show_digits(
    images: ImageSet | NDArray[Any],
    *,
    titles: Sequence[object] | None = None,
    columns: int = 10,
    white: float | None = None,
) -> Figure:
    """Show images in a grid: the larger a pixel's number, the more ink.

    Parameters
    ----------
    images : ImageSet or ndarray, shape (N, height, width)
        Real numbers, none negative.
    titles : list, optional
        What is written above each image, such as its label.
    columns : int
        How many images a row holds, at least 1.
    white : float, optional
        The number that is drawn as full ink. The default is the set's own
        `white`, or the largest number in the array.

    Returns
    -------
    matplotlib.figure.Figure
        With the attributes `title` and `description`, in words for those who
        can't see it.

    Raises
    ------
    TypeError
        If the images aren't real numbers.
    ValueError
        If the shapes don't fit together or a number is out of range.

    Examples
    --------
    >>> from nnmath import load_digits
    >>> from figures import show_digits
    >>> digits = load_digits()
    >>> show_digits(digits.images[:20], titles=digits.labels[:20]).description
    '20 images of 8 by 8 pixels, titled 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9.'
    """
    from figures._canvas import (
        add_frame,
        add_tiles,
        drawing_axes,
        ink,
        new_figure,
        write,
    )

    shades = _shades("images", images, white, n_axes=3)
    n, height, width = shades.shape
    columns = min(check_integer("columns", columns, at_least=1), n)
    texts = checked_texts("titles", titles, n)
    across = _whole_pixels(min(0.62, _MAX_WIDTH / columns - _GAP), width)
    down = across * height / width + (_TITLE if texts else 0.0)
    rows = math.ceil(n / columns)
    size = (columns * (across + _GAP) + _GAP, rows * (down + _GAP) + _GAP)
    words = f"{n} image{'s' * (n != 1)} of {height} by {width} pixels"
    words += f", titled {', '.join(texts)}." if texts else "."
    figure = new_figure(*size, "Images", words)
    axes = drawing_axes(figure, *size)
    grid = [divmod(k, columns) for k in range(n)]
    origins = [
        (_GAP + c * (across + _GAP), _GAP + r * (down + _GAP) + _TITLE * bool(texts))
        for r, c in grid
    ]
    add_tiles(axes, shades, color=ink(), origins=origins, size=(across / width, across / width))
    for (left, top), text in zip(origins, texts, strict=False):
        write(axes, left + across / 2, top - 0.12, text, 11)
    for corner in origins:
        add_frame(axes, corner, across, across * height / width)
    return figure


def show_pixels(image: NDArray[Any], *, white: float | None = None, row: int = 1) -> Figure:
    """Show an image with its numbers, and the vector it becomes.

    The vector is the strip below: the rows of the image laid end to end. One
    row is framed in both.

    Parameters
    ----------
    image : ndarray, shape (height, width)
        Real numbers, none negative; at most 16 by 16 of them.
    white : float, optional
        The number that is drawn as full ink. The default is the largest.
    row : int
        The row to frame, counted from 0.

    Returns
    -------
    matplotlib.figure.Figure
        With the attributes `title` and `description`, in words for those who
        can't see it.

    Raises
    ------
    TypeError
        If the image isn't made of real numbers.
    ValueError
        If the shape isn't that of one small image or a number is out of range.

    Examples
    --------
    >>> from nnmath import load_digits
    >>> from figures import show_pixels
    >>> show_pixels(load_digits().images[7]).title
    'An image of 8 by 8 pixels and its vector of 64 numbers'
    """
    from figures._pixels import draw_pixels

    shades = _shades("image", image, white, n_axes=2)
    height, width = shades.shape
    if max(height, width) > 16:
        raise wrong_value(
            "image",
            "at most 16 by 16 pixels, or the numbers can't be read",
            f"shape {shades.shape}",
        )
    if check_integer("row", row, at_least=0) >= height:
        raise wrong_value("row", f"a row from 0 to {height - 1}", f"{row}")
    return draw_pixels(np.asarray(image), shades, row)


def show_weights(
    weights: object,
    shape: tuple[int, int],
    *,
    columns: int = 10,
    titles: Sequence[object] | None = None,
) -> Figure:
    """Show each row of a matrix of weights as an image.

    Blue pixels are positive weights, orange ones negative, transparent ones
    zero. All images share one scale, the same to both sides of zero.

    Parameters
    ----------
    weights : array, shape (n, height * width)
        Such as the first layer's: a row holds what leads to one neuron.
    shape : tuple of two int
        Height and width of an image.
    columns : int
        How many images a row holds, at least 1.
    titles : list, optional
        What is written above each image.

    Returns
    -------
    matplotlib.figure.Figure
        With the attributes `title` and `description`, in words for those who
        can't see it.

    Raises
    ------
    TypeError
        If the weights aren't floating-point numbers.
    ValueError
        If the shapes don't fit together.

    Examples
    --------
    >>> import numpy as np
    >>> from figures import show_weights
    >>> weights = np.random.default_rng(0).normal(size=(30, 64))
    >>> show_weights(weights, (8, 8)).title
    'The weights into 30 neurons'
    """
    from figures._pixels import draw_weights

    sides = checked_pair("shape", shape, "height and width")
    height, width = (check_integer(f"shape[{k}]", side, at_least=1) for k, side in enumerate(sides))
    expected = f"shape (n, {height * width}), an image in each row"
    array = finite_array(
        "weights", weights, expected, lambda s: s[0:1] > (0,) and s[1:] == (height * width,)
    )
    columns = min(check_integer("columns", columns, at_least=1), len(array))
    texts = checked_texts("titles", titles, len(array))
    return draw_weights(array.reshape(-1, height, width), columns, texts)


def _shades(
    name: str, images: ImageSet | NDArray[Any], white: float | None, n_axes: int
) -> NDArray[np.float64]:
    """Return the pixels scaled to [0, 1]."""
    if isinstance(images, ImageSet):
        white = images.white if white is None else white
        images = images.images
    if not isinstance(images, np.ndarray) or images.dtype.kind not in "uif":
        raise wrong_type(name, "a NumPy array of real numbers", images)
    if images.ndim != n_axes or images.size == 0:
        expected = "shape (height, width)" if n_axes == 2 else "shape (N, height, width)"
        raise wrong_value(name, f"{expected} with no zero in it", f"shape {images.shape}")
    check_finite(**{name: images})
    largest = (
        float(images.max()) or 1.0 if white is None else check_number("white", white, above=0.0)
    )
    if images.min() < 0 or images.max() > largest:
        raise wrong_value(
            name, f"numbers from 0 to {largest:g}", f"numbers from {images.min()} to {images.max()}"
        )
    shades: NDArray[np.float64] = images / np.float64(largest)
    return shades


def _whole_pixels(side: float, n: int) -> float:
    """Return the side, or less, so that its n parts are whole pixels of the page wide."""
    return int(side * 96 / n) * n / 96 if side * 96 >= n else side
