"""Tokenizers in JSON: read whole or refused, written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from nnmath._files import checked_path, write_whole

__all__ = ["read_tokenizer", "refused", "write_tokenizer"]

_FORMAT = "nnmath tokenizer"
_VERSION = 1


def write_tokenizer(path: str | os.PathLike[str], kind: str, parts: Mapping[str, Any]) -> None:
    """Write what a tokenizer of this kind is made of."""
    content = {"format": _FORMAT, "version": _VERSION, "kind": kind, **parts}
    text = json.dumps(content, ensure_ascii=False, indent=0)
    write_whole(path, lambda file: file.write(text.encode()))


def read_tokenizer(path: str | os.PathLike[str], kind: str) -> Mapping[str, Any]:
    """Return what a tokenizer of this kind is made of."""
    where = checked_path(path)
    try:
        data = where.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"{_expected(path, kind)} doesn't exist") from None
    with refused(path, kind):
        content: dict[str, Any] = json.loads(data)
        _check(content, kind)
        return content


@contextmanager
def refused(path: str | os.PathLike[str], kind: str) -> Iterator[None]:
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
