"""Make nnmath/data/digits.npz, the 1,797 handwritten digits that come with the package.

Run it as ``python tools/make_digits.py`` with scikit-learn installed. It takes
scikit-learn's copy, which is the test part of the UCI data set "Optical
Recognition of Handwritten Digits" (nnmath/data/README.md says more), and keeps
the pixels as the whole numbers 0 to 16 that they are.

The file is an archive of NumPy like any other, but packed with LZMA, and the
images lie in it so that like stands beside like: the labels, then pixel after
pixel, and for each of them the zeros first, then the ones, and so on, and among
these in the order of the pixels to the left and above. That takes a quarter off.
"""

from __future__ import annotations

import io
import lzma
import sys
import zipfile
from itertools import product
from pathlib import Path
from unittest import mock

import numpy as np

TARGET = Path(__file__).parents[1] / "nnmath" / "data" / "digits.npz"


def main(target: Path = TARGET) -> None:
    """Write the images and labels as unsigned bytes into one compressed file."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = digits.images.astype(np.uint8)
    labels = digits.target.astype(np.uint8)
    if not (np.array_equal(images, digits.images) and np.array_equal(labels, digits.target)):
        raise ValueError("the digits don't fit in unsigned bytes")
    padded = np.pad(images, ((0, 0), (1, 0), (1, 0)))
    rows = [labels]
    for column, row in product(range(8), repeat=2):
        beside = padded[:, row + 1, column] + padded[:, row, column + 1]
        rows.append(images[np.lexsort((beside, labels)), row, column])
    write_archive(target, np.array(rows))
    print(f"{target}: {len(images)} images, {target.stat().st_size} bytes")


def write_archive(target: Path, digits: np.ndarray) -> None:
    """Write the array as `numpy.savez` does, but packed with LZMA, and the same bytes each time.

    What LZMA looks at to guess the next byte of a text, the one before and the position, says nothing of a pixel;
    `zipfile` has no argument for that.
    """
    encode = lzma._encode_filter_properties  # noqa: SLF001 -- where zipfile asks for its settings
    plain = mock.patch.object(
        lzma, "_encode_filter_properties", lambda filters: encode(filters | {"lc": 0, "pb": 0})
    )
    content = io.BytesIO()
    np.save(content, digits)
    with plain, zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(zipfile.ZipInfo("digits.npy"), content.getvalue(), zipfile.ZIP_LZMA)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
