"""More images from the ones there are: shifted and turned a little.

Images are arrays of floats whose last two axes are rows and columns of pixels. A pixel
between the given ones is interpolated from the four around it; outside there is 0.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath._checks import (
    array_of_list,
    check_finite,
    check_generator,
    check_integer,
    check_number,
    wrong_type,
    wrong_value,
)

__all__ = ["jitter_images", "rotate_images", "shift_images"]

_Floats: TypeAlias = NDArray[Any]


def shift_images(images: _Floats, down: ArrayLike, right: ArrayLike) -> _Floats:
    r"""Move images by any number of pixels.

    Parameters
    ----------
    images : ndarray, shape (..., height, width)
        The images. Finite.
    down : float or array_like, shape (...)
        By how many pixels each is moved down; below 0 it moves up.
    right : float or array_like, shape (...)
        By how many pixels each is moved to the right; below 0 it moves to the left.

    Returns
    -------
    ndarray, shape (..., height, width)
        The moved images. What leaves the frame is lost, what enters is 0.

    Raises
    ------
    TypeError
        If the images aren't a NumPy array of real floating-point numbers, or the
        shifts aren't numbers.
    ValueError
        If there is no pixel, a number isn't finite, or there isn't one shift, or one
        for each image.

    Notes
    -----
    Pixel (r, c) gets what is at (r - down, c - right). At a place between pixels, at
    parts u and v of the way from row i to i + 1 and from column j to j + 1, that is

    .. formula:: Q^{ij} = (1 - u) (1 - v) P^{ij} + (1 - u) v P^{i,j+1}
            + u (1 - v) P^{i+1,j} + u v P^{i+1,j+1}
        :restates: bilinear

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import shift_images
    >>> image = np.array([[4.0, 8.0], [0.0, 2.0]])
    >>> shift_images(image, down=1, right=0).tolist()
    [[0.0, 0.0], [4.0, 8.0]]
    >>> shift_images(image, down=0, right=0.25).tolist()
    [[3.0, 7.0], [0.0, 1.5]]
    """
    images = _checked_images(images)
    up, left = (-_checked_numbers(n, v, images) for n, v in (("down", down), ("right", right)))
    rows, columns = np.indices(images.shape[-2:], dtype=np.float64)
    return _resampled(images, rows + up[..., None, None], columns + left[..., None, None])


def rotate_images(images: _Floats, degrees: ArrayLike) -> _Floats:
    r"""Turn images about their centres.

    Parameters
    ----------
    images : ndarray, shape (..., height, width)
        The images. Finite.
    degrees : float or array_like, shape (...)
        By how much each is turned, against the clock; below 0 with it.

    Returns
    -------
    ndarray, shape (..., height, width)
        The turned images. What leaves the frame is lost, what enters is 0.

    Raises
    ------
    TypeError
        If the images aren't a NumPy array of real floating-point numbers, or the
        angles aren't numbers.
    ValueError
        If there is no pixel, a number isn't finite, or there isn't one angle, or one
        for each image.

    Notes
    -----
    With r rows down and c columns to the right of the centre, pixel (r, c) gets what
    is in the row and column

    .. formula:: r' = r \cos \varphi + c \sin \varphi
        :restates: turned-row
        :code: (row=r, column=c, degrees=180 \varphi / \pi).row

    .. formula:: c' = c \cos \varphi - r \sin \varphi
        :restates: turned-column
        :code: (row=r, column=c, degrees=180 \varphi / \pi).column

    of the given image, interpolated as by `shift_images`.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import rotate_images
    >>> image = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> rotate_images(image, 90.0).round(9).tolist()
    [[2.0, 4.0], [1.0, 3.0]]
    """
    images = _checked_images(images)
    still = np.zeros(images.shape[:-2])
    return _moved(images, still, still, _checked_numbers("degrees", degrees, images))


def jitter_images(
    images: _Floats,
    rng: np.random.Generator,
    *,
    max_shift: float = 1.0,
    max_angle: float = 10.0,
    shape: tuple[int, int] | None = None,
) -> _Floats:
    """Shift and turn each image at random.

    Parameters
    ----------
    images : ndarray, shape (..., height, width), or (..., height * width) with `shape`
        The images. Finite.
    rng : numpy.random.Generator
        Where the chance comes from. The same seed gives the same images.
    max_shift : float, default 1.0
        The largest shift in pixels, at least 0. Down and to the right each image is
        moved by a number drawn evenly from minus to plus this.
    max_angle : float, default 10.0
        The largest turn in degrees, at least 0, drawn likewise.
    shape : tuple of two int, optional
        Height and width of an image, if each is laid out as a vector.

    Returns
    -------
    ndarray, the shape of `images`
        The moved images.

    Raises
    ------
    TypeError
        If an argument is of the wrong type.
    ValueError
        If the shapes don't fit, there is no pixel, a number isn't finite, or a limit is
        below 0.

    Notes
    -----
    Both moves take one interpolation, so that an image is blurred only once.

    Examples
    --------
    As the argument `augment` of `train`:

    >>> import numpy as np
    >>> from functools import partial
    >>> from nnmath import GradientDescent, Network, jitter_images, load_digits, train
    >>> digits, rng = load_digits(), np.random.default_rng(0)
    >>> network = Network([64, 10], rng=rng)
    >>> history = train(
    ...     network, digits.vectors(), digits.targets(), epochs=1, rng=rng,
    ...     optimizer=GradientDescent(0.5),
    ...     augment=partial(jitter_images, max_shift=0.5, max_angle=5.0, shape=(8, 8)),
    ... )
    >>> len(history)
    1
    """
    pictures = _checked_images(images) if shape is None else _as_pictures(images, shape)
    limits = (
        check_number("max_shift", max_shift, at_least=0.0),
        check_number("max_shift", max_shift, at_least=0.0),
        check_number("max_angle", max_angle, at_least=0.0),
    )
    check_generator("rng", rng)
    moves = [rng.uniform(-limit, limit, pictures.shape[:-2]) for limit in limits]
    return _moved(pictures, *moves).reshape(images.shape)


def _moved(images: _Floats, down: _Floats, right: _Floats, degrees: _Floats) -> _Floats:
    """Return images that were turned about their centres, then shifted."""
    height, width = images.shape[-2:]
    rows, columns = np.indices((height, width), dtype=np.float64)
    center_row, center_column = (height - 1) / 2.0, (width - 1) / 2.0
    r = rows - center_row - down[..., None, None]
    c = columns - center_column - right[..., None, None]
    angle = np.deg2rad(degrees)[..., None, None]
    cosine, sine = np.cos(angle), np.sin(angle)
    return _resampled(
        images, r * cosine + c * sine + center_row, c * cosine - r * sine + center_column
    )


def _resampled(images: _Floats, rows: _Floats, columns: _Floats) -> _Floats:
    """Return what is at any places of images, one array of places for each image."""
    height, width = images.shape[-2:]
    padded = np.pad(images, [(0, 0)] * (images.ndim - 2) + [(1, 1), (1, 1)])
    # In the frame of zeros around them everything further out is 0 as well.
    rows, columns = np.clip(rows, -1.0, height), np.clip(columns, -1.0, width)
    i, j = np.floor(rows).clip(-1, height - 1), np.floor(columns).clip(-1, width - 1)
    u, v = (rows - i).astype(images.dtype), (columns - j).astype(images.dtype)
    flat = padded.reshape(*images.shape[:-2], (height + 2) * (width + 2))
    at = ((i + 1.0) * (width + 2) + (j + 1.0)).astype(np.intp)
    at = at.reshape(*images.shape[:-2], height * width)

    def pixels(step: int) -> _Floats:
        return np.take_along_axis(flat, at + step, axis=-1).reshape(images.shape)

    above = (1.0 - v) * pixels(0) + v * pixels(1)
    below = (1.0 - v) * pixels(width + 2) + v * pixels(width + 3)
    result: _Floats = (1.0 - u) * above + u * below
    return result


def _checked_images(images: object) -> _Floats:
    """Return images, if they are."""
    if not isinstance(images, np.ndarray) or images.dtype.kind != "f":
        raise wrong_type("images", "a NumPy array of real floating-point numbers", images)
    if images.ndim < 2 or 0 in images.shape[-2:]:
        expected = "images in the last two axes, rows and columns of pixels"
        raise wrong_value("images", expected, f"shape {images.shape}")
    check_finite(images=images)
    return images


def _as_pictures(images: object, shape: object) -> _Floats:
    """Return vectors of pixels as images of a shape."""
    if not isinstance(images, np.ndarray) or images.dtype.kind != "f":
        raise wrong_type("images", "a NumPy array of real floating-point numbers", images)
    if not isinstance(shape, (list, tuple)) or len(shape) != 2:
        raise wrong_type("shape", "a pair of height and width", shape)
    height, width = (check_integer("shape", length, at_least=1) for length in shape)
    if images.ndim == 0 or images.shape[-1] != height * width:
        expected = f"rows of {height} x {width} = {height * width} pixels"
        raise wrong_value("images", expected, f"shape {images.shape}")
    return _checked_images(images.reshape(*images.shape[:-1], height, width))


def _checked_numbers(name: str, value: ArrayLike, images: _Floats) -> _Floats:
    """Return one number for each image."""
    numbers = array_of_list(name, value) if isinstance(value, (list, tuple)) else np.asarray(value)
    if numbers.dtype.kind not in "iuf":
        raise wrong_type(name, "a number, or one for each image", value)
    if numbers.ndim and numbers.shape != images.shape[:-2]:
        expected = f"a number, or one for each image, shape {images.shape[:-2]}"
        raise wrong_value(name, expected, f"shape {numbers.shape}")
    check_finite(**{name: numbers})
    return np.broadcast_to(numbers.astype(np.float64), images.shape[:-2])
