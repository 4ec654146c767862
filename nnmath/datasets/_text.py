"""A text from a file, whole and exact."""

from __future__ import annotations

import os

from nnmath._checks import wrong_value
from nnmath._files import checked_path

__all__ = ["load_text"]


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
