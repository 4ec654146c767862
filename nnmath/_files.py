"""Files that are either whole or not there: arrays with a header, without pickle.

A file is a ``.npz`` archive, as `numpy.savez` writes it. The array called
``header`` holds JSON in UTF-8: the format's name, its version, and whatever
describes the other arrays.
"""

import json
import os
import secrets
import shutil
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import wrong_type, wrong_value

_VERSION = 1

#: What reading an archive with damaged bytes was seen to raise.
_DAMAGE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    OSError,
    OverflowError,
    MemoryError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


class StoredArrays(NamedTuple):
    """What a file holds."""

    header: dict[str, Any]
    arrays: dict[str, NDArray[Any]]

    def array(self, name: str) -> NDArray[Any]:
        """Return an array by its name; say so if it is missing."""
        if name not in self.arrays:
            raise ValueError(f"the array {name} is missing")
        return self.arrays[name]


def write_whole(path: str | os.PathLike[str], write: Callable[[BinaryIO], object]) -> None:
    """Write a file beside its place, then move it there; on failure leave no trace.

    The new file is on the disk before it takes the old one's name, so a crash
    leaves the one or the other.
    """
    # Through a link to the file it means: the link shall stay one.
    target = Path(os.path.realpath(checked_path(path)))
    # A short name of its own: the target's may be as long as the disk allows.
    temporary = target.with_name(f".nnmath-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_arrays(
    path: str | os.PathLike[str],
    kind: str,
    header: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
) -> None:
    """Write a header and arrays to a file, or leave the old file as it is."""
    for name, array in arrays.items():
        if array.dtype.hasobject:  # NumPy would pickle it
            raise wrong_type(name, "an array of numbers", array)
    full = {"format": f"nnmath {kind}", "version": _VERSION, **header}
    text = np.frombuffer(json.dumps(full, allow_nan=False).encode(), dtype=np.uint8)

    def write(file: BinaryIO) -> None:
        members: dict[str, Any] = {"header": text, **arrays}
        np.savez(file, **members)

    write_whole(path, write)


@contextmanager
def read_arrays(path: str | os.PathLike[str], kind: str) -> Iterator[StoredArrays]:
    """Read a file; whatever is wrong with it, also in the body, is told with its path."""
    where = checked_path(path)
    expected = f"path: expected a saved {kind}, got {str(where)!r}, which"
    try:
        file = where.open("rb")
    except FileNotFoundError:
        raise FileNotFoundError(f"{expected} doesn't exist") from None
    with file:
        try:
            stored = _read(file)
            _check_format(stored.header, kind)
            yield stored
        except _DAMAGE as error:
            raise ValueError(f"{expected} can't be used: {error}") from error


def checked_path(path: object) -> Path:
    """Return the path of a file, there or not, or refuse anything else."""
    if not isinstance(path, (str, os.PathLike)) or isinstance(os.fspath(path), bytes):
        raise wrong_type("path", "a path", path)
    if not os.fspath(path) or "\0" in os.fspath(path):
        raise wrong_value("path", "the name of a file", repr(path))
    if Path(path).is_dir():
        raise wrong_value("path", "a file", f"the folder {str(path)!r}")
    return Path(path)


def _read(file: BinaryIO) -> StoredArrays:
    """Return header and arrays of an open file."""
    if not zipfile.is_zipfile(file):
        raise ValueError("it is damaged, or no file of nnmath's")
    file.seek(0)
    with np.load(file, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    if "header" not in arrays:
        raise ValueError("it has no header, so nnmath didn't write it")
    header: dict[str, Any] = json.loads(arrays.pop("header").tobytes().decode())
    return StoredArrays(header, arrays)


def _check_format(header: Mapping[str, Any], kind: str) -> None:
    """Refuse a header of another format or of a later version."""
    if header["format"] != f"nnmath {kind}":
        raise ValueError(f"its format is {header['format']!r}, not 'nnmath {kind}'")
    version = header["version"]
    if not isinstance(version, int) or version < 1:
        raise ValueError(f"its version is {version!r}")
    if version > _VERSION:
        raise ValueError(
            f"a newer nnmath wrote it: its version is {version}, this nnmath reads up to {_VERSION}"
        )
