"""What is read from files: handwritten digits in the package, MNIST from the web or a folder, and texts."""

import os
from dataclasses import dataclass
from importlib import resources
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnmath._checks import (
    check_generator,
    check_integer,
    check_range,
    floating_dtype,
    integer_array,
    wrong_type,
    wrong_value,
)
from nnmath._files import checked_path
from nnmath._mnist import read_mnist
from nnmath.costs import one_hot

_N_CLASSES = 10
_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True, eq=False, repr=False)
class ImageSet:
    """Greyscale images of digits with their labels.

    The arrays can be read but not written to.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width)
        The pixels: 0 where there is no ink, `white` where there is most.
    labels : ndarray of int, shape (N,)
        The digit on each image, 0 to 9.
    white : int
        The largest value a pixel can have, 1 to 255.

    Raises
    ------
    TypeError
        If the images aren't unsigned bytes or the labels aren't integers.
    ValueError
        If the shapes don't fit together, there is no pixel at all, or a label
        or a pixel is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import ImageSet
    >>> images = np.array([[[0, 4], [2, 1]]], dtype=np.uint8)
    >>> one = ImageSet(images, labels=np.array([7]), white=4)
    >>> one
    ImageSet(1 image of 2 x 2 pixels, white=4)
    >>> one.vectors().tolist()
    [[0.0, 1.0, 0.5, 0.25]]
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    white: int

    def __post_init__(self) -> None:
        """Check the arrays and make them read-only, without touching the caller's."""
        white = check_integer("white", self.white, at_least=1)
        if white > 255:
            raise wrong_value("white", "a whole number from 1 to 255", str(white))
        images = _checked_images(self.images, white)
        labels = np.asarray(integer_array("labels", self.labels))
        if labels.shape != images.shape[:1]:
            raise wrong_value(
                "labels", f"one for each image, shape {images.shape[:1]}", f"shape {labels.shape}"
            )
        check_range("labels", labels, 0, _N_CLASSES - 1)
        # The way to set a field of a frozen dataclass.
        object.__setattr__(self, "white", white)
        object.__setattr__(self, "images", _read_only(images))
        object.__setattr__(self, "labels", _read_only(labels.astype(np.int64, copy=False)))

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.images)

    def __repr__(self) -> str:
        """Say how many images of what size these are."""
        n, height, width = self.images.shape
        return (
            f"ImageSet({n} image{'s' * (n != 1)} of {height} x {width} pixels, white={self.white})"
        )

    def vectors(self, dtype: DTypeLike = np.float64) -> NDArray[np.floating]:
        """Return each image as a vector: its rows laid end to end, scaled to [0, 1].

        Parameters
        ----------
        dtype : data type
            A real floating-point type.

        Returns
        -------
        ndarray, shape (N, height * width)
            A row an image. Pixel (row, column) is entry ``row * width + column``.

        Raises
        ------
        TypeError
            If the type isn't a real floating-point one.

        Examples
        --------
        >>> from nnmath import load_digits
        >>> digits = load_digits()
        >>> digits.vectors().shape
        (1797, 64)
        >>> digits.vectors()[0, :8].tolist()
        [0.0, 0.0, 0.3125, 0.8125, 0.5625, 0.0625, 0.0, 0.0]
        """
        own: np.dtype[np.floating] = floating_dtype(np, dtype)
        vectors = self.images.reshape(len(self), -1).astype(own)
        vectors /= own.type(self.white)
        return vectors

    def targets(self, dtype: DTypeLike = np.float64) -> NDArray[np.floating]:
        """Return each label as a vector that is 1 at the digit and 0 elsewhere.

        Parameters
        ----------
        dtype : data type
            A real floating-point type.

        Returns
        -------
        ndarray, shape (N, 10)
            A row a label.

        Raises
        ------
        TypeError
            If the type isn't a real floating-point one.

        Examples
        --------
        >>> from nnmath import load_digits
        >>> load_digits().targets()[3].tolist()
        [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
        """
        targets: NDArray[np.floating] = one_hot(
            self.labels, _N_CLASSES, dtype=floating_dtype(np, dtype)
        )
        return targets

    def split(self, n: int, rng: np.random.Generator) -> tuple["ImageSet", "ImageSet"]:
        """Divide the images into two sets at random.

        Parameters
        ----------
        n : int
            How many images the first set gets, at least 1 and less than all.
        rng : numpy.random.Generator
            Where the chance comes from. The same seed gives the same sets.

        Returns
        -------
        tuple of two ImageSet
            A set of `n` images and a set of the others, both in random order.

        Raises
        ------
        TypeError
            If `n` isn't a whole number or `rng` isn't a generator.
        ValueError
            If one of the sets would be empty.

        Examples
        --------
        >>> import numpy as np
        >>> from nnmath import load_digits
        >>> train, test = load_digits().split(1500, np.random.default_rng(0))
        >>> len(train), len(test)
        (1500, 297)
        """
        n = check_integer("n", n, at_least=1)
        if n >= len(self):
            raise wrong_value("n", f"less than the number of images, {len(self)}", str(n))
        order = check_generator("rng", rng).permutation(len(self))
        return self._take(order[:n]), self._take(order[n:])

    def _take(self, indices: NDArray[np.intp]) -> "ImageSet":
        """Return the set of the images with these indices."""
        return ImageSet(self.images[indices], self.labels[indices], self.white)


def load_digits() -> ImageSet:
    """Return 1,797 real handwritten digits of 8 x 8 pixels; they come with the package.

    Returns
    -------
    ImageSet
        Images with pixels from 0 to 16: how many of the 4 x 4 pixels of a finer
        black-and-white scan were inked.

    Notes
    -----
    The images are the test part of the UCI data set "Optical Recognition of
    Handwritten Digits", written by 13 people, exactly as scikit-learn has them
    (`sklearn.datasets.load_digits`). Their licence is Creative Commons
    Attribution 4.0 International (CC BY 4.0).

    References
    ----------
    E. Alpaydin and C. Kaynak (1998). Optical Recognition of Handwritten Digits.
    UCI Machine Learning Repository. https://doi.org/10.24432/C50P49

    Examples
    --------
    >>> from nnmath import load_digits
    >>> digits = load_digits()
    >>> digits
    ImageSet(1797 images of 8 x 8 pixels, white=16)
    >>> digits.labels[:10].tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    with (
        (resources.files("nnmath") / "data" / "digits.npz").open("rb") as file,
        np.load(file) as stored,
    ):
        labels, *pixels = stored["digits"]
    # Each pixel is kept for zeros first, then ones, ..., in the order of those beside it: so they pack best.
    images = np.zeros((len(labels), 9, 9), np.uint8)
    for column, row in product(range(8), repeat=2):
        beside = images[:, row + 1, column] + images[:, row, column + 1]
        images[np.lexsort((beside, labels)), row + 1, column + 1] = pixels.pop(0)
    return ImageSet(images[:, 1:, 1:].copy(), labels, white=16)


def load_mnist(folder: str | os.PathLike[str] | None = None) -> tuple[ImageSet, ImageSet]:
    """Return the 60,000 training and 10,000 test images of MNIST, 28 x 28 pixels each.

    Without a folder the four files (11 MB) are fetched once and kept in a
    cache: a folder ``nnmath`` where the operating system keeps such things, or
    the one the environment variable ``NNMATH_CACHE`` names. Every file is
    checked each time it is read, and enters the cache only whole.

    Parameters
    ----------
    folder : path, optional
        A folder that already holds the four files. They may be packed with
        gzip or not, and spelled like ``train-images-idx3-ubyte`` or
        ``train-images.idx3-ubyte``. Then nothing is fetched.

    Returns
    -------
    tuple of two ImageSet
        The training set and the test set.

    Raises
    ------
    TypeError
        If the folder isn't a path.
    OSError
        If a file isn't there or can't be fetched. The message names the file,
        what was tried, and where the cache is.
    ValueError
        If a file in the folder is damaged or another data set's.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner (1998). Gradient-based
    learning applied to document recognition. Proceedings of the IEEE 86(11),
    section III.A. https://doi.org/10.1109/5.726791

    Examples
    --------
    >>> from nnmath import load_mnist
    >>> train, test = load_mnist()  # doctest: +SKIP
    >>> train  # doctest: +SKIP
    ImageSet(60000 images of 28 x 28 pixels, white=255)
    """
    if folder is not None and not isinstance(folder, (str, os.PathLike)):
        raise wrong_type("folder", "a path or None", folder)
    images, labels, test_images, test_labels = read_mnist(folder)
    train = ImageSet(images, labels.astype(np.int64), white=255)
    return train, ImageSet(test_images, test_labels.astype(np.int64), white=255)


def _checked_images(images: object, white: int) -> NDArray[np.uint8]:
    """Return the images if they are unsigned bytes in three axes, at most `white`."""
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8:
        raise wrong_type("images", "a NumPy array of unsigned bytes (uint8)", images)
    if images.ndim != 3 or images.size == 0:
        raise wrong_value(
            "images", "shape (N, height, width) with no zero in it", f"shape {images.shape}"
        )
    if images.max() > white:
        raise wrong_value(
            "images", f"pixels of at most white = {white}", f"a pixel of {images.max()}"
        )
    return images


def _read_only(array: NDArray[_T]) -> NDArray[_T]:
    """Return a view of the array that can't be written to."""
    view = array.view()
    view.flags.writeable = False
    return view


# Texts


def load_text(path: str | os.PathLike[str]) -> str:
    """Return the text in a file in UTF-8, ends of lines as they are.

    Parameters
    ----------
    path : path
        The file. A byte-order mark at its start is left out.

    Returns
    -------
    str
        The text, not empty.

    Raises
    ------
    TypeError
        If `path` isn't a path.
    FileNotFoundError
        If there is no file of that name.
    ValueError
        If it is a folder, is empty or isn't UTF-8. The message names the first byte
        that doesn't fit.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from nnmath import load_text
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "lines.txt")
    ...     _ = file.write_bytes("naïve café\\n".encode())
    ...     load_text(file)
    'naïve café\\n'
    """
    where = checked_path(path)
    expected = "a text file in UTF-8"
    try:
        text = where.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise FileNotFoundError(f"path: expected {expected}, {str(where)!r} isn't there") from None
    except UnicodeDecodeError as error:
        byte = f"byte {error.start} is 0x{error.object[error.start]:02x} ({error.reason})"
        raise wrong_value("path", expected, f"{str(where)!r}, where {byte}") from None
    if not text:
        raise wrong_value("path", expected, f"{str(where)!r}, which is empty")
    return text
