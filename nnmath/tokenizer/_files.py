"""Tokenizers in JSON: read whole or refused, written whole or not at all."""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Self

import numpy as np

from nnmath._checks import check_range, integer_array
from nnmath._files import checked_path, write_whole

__all__ = ["SavedTokenizer"]

_FORMAT = "nnmath tokenizer"
_VERSION = 1


class SavedTokenizer(ABC):
    """Tokens with numbers, which a file can hold."""

    _kind: ClassVar[str]

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of tokens."""

    @abstractmethod
    def _to_parts(self) -> Mapping[str, Any]:
        """Return what this is made of, as JSON knows it."""

    @classmethod
    @abstractmethod
    def _from_parts(cls, parts: Mapping[str, Any]) -> Self:
        """Return what is made of these parts."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the tokenizer to a file in JSON, or leave the old file as it is.

        Parameters
        ----------
        path : path
            The file.

        Raises
        ------
        TypeError
            If the path isn't one.
        ValueError
            If it is that of a folder.
        OSError
            If the file can't be written.
        """
        content = {"format": _FORMAT, "version": _VERSION, "kind": self._kind, **self._to_parts()}
        text = json.dumps(content, ensure_ascii=False, indent=0)
        write_whole(path, lambda file: file.write(text.encode()))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the tokenizer in a file.

        Parameters
        ----------
        path : path
            A file that `save` wrote.

        Returns
        -------
        tokenizer
            Equal to the one that was saved.

        Raises
        ------
        TypeError
            If the path isn't one.
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is damaged or something else. The message says what is wrong.
        """
        where = checked_path(path)
        try:
            data = where.read_bytes()
        except FileNotFoundError:
            raise FileNotFoundError(f"{_expected(path, cls._kind)} doesn't exist") from None
        with _refused(path, cls._kind):
            content: dict[str, Any] = json.loads(data)
            _check(content, cls._kind)
            return cls._from_parts(content)

    def _checked_ids(self, ids: object) -> list[int]:
        """Return the numbers of tokens, or refuse those that aren't any."""
        numbers = np.asarray(integer_array("ids", ids))
        check_range("ids", numbers, 0, len(self) - 1)
        return list(numbers.ravel().tolist())


@contextmanager
def _refused(path: str | os.PathLike[str], kind: str) -> Iterator[None]:
    """Tell with the path of the file whatever is wrong with its content."""
    try:
        yield
    except KeyError as error:
        raise ValueError(f"{_expected(path, kind)} can't be used: {error} is missing") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{_expected(path, kind)} can't be used: {error}") from error


def _expected(path: str | os.PathLike[str], kind: str) -> str:
    """Return the beginning of a message about a file."""
    return f"path: expected a saved tokenizer of {kind}, got {os.fspath(path)!r}, which"


def _check(content: Any, kind: str) -> None:
    """Refuse another format, a later version or another kind."""
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise ValueError("nnmath didn't write it")
    version = content["version"]
    if version != _VERSION:
        raise ValueError(f"its version is {version!r}, this nnmath reads {_VERSION}")
    if content["kind"] != kind:
        raise ValueError(f"its kind is {content['kind']!r}, not {kind!r}")
