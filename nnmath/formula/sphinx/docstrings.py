"""Equations in docstrings: which function they belong to, and where they stand in its source."""

from __future__ import annotations

import inspect
import os
import pkgutil
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Owner", "find_block", "owner_of", "shown_path"]

SOURCE = re.compile(r"^(?:(.+):)?docstring of ([\w.]+)$")


@dataclass(frozen=True)
class Owner:
    """What a docstring belongs to: its public name, whether it can be called, and its source."""

    name: str
    is_function: bool
    file: str
    lines: tuple[str, ...] = ()
    start: int = 0

    def line_of(self, latex: str, nth: int) -> int:
        """Return the line on which the LaTeX begins, or that of the object itself."""
        found = find_block(self.lines, latex, nth)
        return self.start + (found or 0)


def owner_of(source: str, module: str) -> Owner | None:
    """Return whose docstring autodoc's name of a source means; None if it is no docstring.

    `module` is the one that is being documented: a function may be defined in a private one.
    """
    match = SOURCE.match(source)
    if match is None:
        return None
    path, name = match[1] or "", match[2]
    try:
        found = pkgutil.resolve_name(name)
    except (ImportError, AttributeError, ValueError):
        return Owner(name, False, shown_path(path))
    shown = _public(name, found, module)
    plain = inspect.unwrap(getattr(found, "fget", None) or found)
    try:
        lines, start = inspect.getsourcelines(plain)
        path = inspect.getsourcefile(plain) or path
    except (OSError, TypeError):
        lines, start = [], 0
    is_function = inspect.isfunction(plain) and "." not in plain.__qualname__
    return Owner(shown, is_function, shown_path(path), tuple(lines), max(start, 1))


def _public(name: str, found: Any, module: str) -> str:
    """Return the name under which the documented module has this object."""
    parts = name.split(".")
    for k in reversed(range(1, len(parts))):
        shown = ".".join([module, *parts[k:]])
        try:
            if module and pkgutil.resolve_name(shown) is found:
                return shown
        except (ImportError, AttributeError, ValueError):
            continue
    return name


def shown_path(path: str) -> str:
    """Return a path as one would type it here."""
    here = Path.cwd()
    full = Path(os.path.abspath(path)) if path else here  # noqa: PTH100 -- links stay links
    return full.relative_to(here).as_posix() if path and full.is_relative_to(here) else path


def find_block(lines: Sequence[str], latex: str, nth: int = 0, start: int = 0) -> int | None:
    """Return where the lines of a formula begin for the `nth` time; the first may follow a directive's name."""
    wanted = [text.strip() for text in latex.strip().splitlines()]
    texts = [text.strip() for text in lines]
    for k in range(start, len(texts) - len(wanted) + 1):
        here = texts[k]
        if "formula::" in here:
            here = here.partition("::")[2].strip()
        if [here, *texts[k + 1 : k + len(wanted)]] == wanted:
            if nth == 0:
                return k
            nth -= 1
    return None
