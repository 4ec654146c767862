"""Find, fetch and check the four files of MNIST.

Mirrors pack the same bytes with different gzip headers, so the sums are those
of the unpacked bytes. A file is checked each time it is read: that costs half
a second and finds a cache that was damaged later, too.
"""

import gzip
import hashlib
import os
import tempfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The environment variable that moves the cache.
CACHE_VARIABLE = "NNMATH_CACHE"

#: Folders on the web that hold the four files, tried in this order.
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

#: Each file with the SHA-256 sum of its unpacked bytes.
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}

#: Seconds to wait for a connection, and for the next bytes.
_TIMEOUT = (10, 30)


def read_mnist(folder: str | os.PathLike[str] | None) -> list[NDArray[np.uint8]]:
    """Return the arrays of the four files, in the order of `SHA256`.

    Parameters
    ----------
    folder : path or None
        A folder that holds the files, or None for the cache and the mirrors.

    Returns
    -------
    list of ndarray
        Training images, training labels, test images, test labels.
    """
    if folder is None:
        return [_array(_from_cache(name)) for name in SHA256]
    return [_array(_checked(_find(Path(folder), name), name)) for name in SHA256]


def cache_folder() -> Path:
    """Return the folder where fetched files are kept (it need not exist yet)."""
    moved = os.environ.get(CACHE_VARIABLE)
    if moved:
        return Path(moved).expanduser() / "mnist"
    import pooch

    return Path(pooch.os_cache("nnmath")) / "mnist"


def _find(folder: Path, name: str) -> Path:
    """Return the file of that name in the folder, under any spelling in use."""
    if not folder.is_dir():
        raise NotADirectoryError(f"folder: expected a folder with the files of MNIST, got {folder}")
    spellings = [name, name.replace("-idx", ".idx")]
    candidates = [spelling + ending for ending in (".gz", "") for spelling in spellings]
    for candidate in candidates:
        if (folder / candidate).is_file():
            return folder / candidate
    raise FileNotFoundError(
        f"folder: expected one of {', '.join(candidates)}, got none of them in {folder}"
    )


def _checked(path: Path, name: str) -> bytes:
    """Return the file's unpacked bytes if they are the right ones."""
    raw = _unpacked(path)
    received = hashlib.sha256(raw).hexdigest()
    if received != SHA256[name]:
        raise ValueError(
            f"{path}: expected {name} of MNIST, "
            f"unpacked bytes with the SHA-256 sum {SHA256[name]}, "
            f"received {len(raw):,} bytes with the sum {received}"
        )
    return raw


def _unpacked(path: Path) -> bytes:
    """Return the file's bytes, unpacked if they are packed (whatever its name says)."""
    packed = path.read_bytes()
    if not packed.startswith(b"\x1f\x8b"):
        return packed
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(
            f"{path}: expected a whole gzip file, "
            f"received {len(packed):,} bytes that can't be unpacked ({error})"
        ) from error


def _array(raw: bytes) -> NDArray[np.uint8]:
    """Return the numbers of an IDX file, whose sum was found right.

    The format: two zero bytes, the type (8 for unsigned bytes), the number of
    axes, each axis' length as four bytes with the highest first, the numbers.
    """
    n_axes = raw[3]
    shape = np.frombuffer(raw, dtype=">i4", count=n_axes, offset=4)
    return np.frombuffer(raw, dtype=np.uint8, offset=4 + 4 * n_axes).reshape(tuple(shape))


def _from_cache(name: str) -> bytes:
    """Return a file's unpacked bytes, fetched first if the cache lacks it."""
    path = cache_folder() / f"{name}.gz"
    failures = []
    if path.exists():
        try:
            return _checked(path, name)
        except ValueError as error:
            failures.append(f"the cached copy is damaged: {error}")
    _make_folder(path.parent)
    for mirror in MIRRORS:
        try:
            return _download(mirror + path.name, path, name)
        except (OSError, ValueError) as error:
            failures.append(f"{mirror}{path.name}: {type(error).__name__}: {error}")
    raise OSError(_not_fetched(path, failures))


def _make_folder(folder: Path) -> None:
    """Make the cache folder, or say how to have it elsewhere."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(
            f"the cache folder {folder} can't be made ({error}); "
            f"set the environment variable {CACHE_VARIABLE} to a folder that can be written to"
        ) from error


def _download(url: str, path: Path, name: str) -> bytes:
    """Fetch a file, check it, and only then put it in its place, whole."""
    import pooch
    from tqdm import tqdm

    with (
        tempfile.TemporaryDirectory(dir=path.parent, prefix="partial-") as folder,
        tqdm(desc=path.name, total=1, unit="B", unit_scale=True, leave=False) as progress,
    ):
        partial = Path(folder) / path.name
        bar: Any = progress  # pooch's own annotation knows only True and False
        pooch.HTTPDownloader(progressbar=bar, chunk_size=1 << 16, timeout=_TIMEOUT)(
            url, str(partial), None
        )
        raw = _checked(partial, name)
        partial.replace(path)
    return raw


def _not_fetched(path: Path, failures: list[str]) -> str:
    """Word the error when no mirror gave a file."""
    return "\n".join(
        [
            f"{path.name} of MNIST could not be fetched. What was tried:",
            *(f"- {failure}" for failure in failures),
            f"The cache is {path.parent} (the environment variable {CACHE_VARIABLE} moves it).",
            "If you have the four files, give their folder: load_mnist(folder).",
        ]
    )
