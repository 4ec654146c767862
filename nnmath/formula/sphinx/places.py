"""Where equations stand: in a page, in a file that it includes, or in the docstring of a function."""

from __future__ import annotations

import inspect
import os
import pkgutil
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Owner", "find_block", "line_in_page", "owner_of", "same_object", "shown_path"]

SOURCE = re.compile(r"^(?:(.+):)?docstring of ([\w.]+)$")


@dataclass(frozen=True)
class Owner:
    """What a docstring belongs to: its public name, whether it can be called, and its source."""

    name: str
    is_function: bool
    file: str
    lines: Sequence[str] = ()
    start: int = 0

    def line_of(self, latex: str, nth: int) -> int:
        """Return the line on which the LaTeX begins, or that of the object itself."""
        return self.start + (find_block(self.lines, latex, nth) or 0)


def owner_of(source: str, module: str) -> Owner | None:
    """Return whose docstring autodoc's name of a source means; None if it is no docstring.

    `module` is the one that is being documented: a function may be defined in a private one.
    """
    match = SOURCE.match(source)
    if match is None:
        return None
    path, name = match[1] or "", match[2]
    found = _resolved(name)
    if found is None:
        return Owner(name, False, shown_path(path))
    plain = inspect.unwrap(getattr(found, "fget", None) or found)
    try:
        lines, start = inspect.getsourcelines(plain)
        path = inspect.getsourcefile(plain) or path
    except (OSError, TypeError):
        lines, start = [], 0
    is_function = inspect.isfunction(plain) and "." not in plain.__qualname__
    return Owner(_public(name, found, module), is_function, shown_path(path), lines, max(start, 1))


def _resolved(name: str) -> Any:
    """Return what a dotted name leads to, or None."""
    try:
        return pkgutil.resolve_name(name)
    except (ImportError, AttributeError, ValueError):
        return None


def same_object(one: str, other: str) -> bool:
    """Tell whether two names lead to one object."""
    found = _resolved(one)
    return found is not None and found is _resolved(other)


def _public(name: str, found: Any, module: str) -> str:
    """Return the name under which the documented module has this object."""
    parts = name.split(".")
    names = (".".join([module, *parts[k:]]) for k in reversed(range(1, len(parts))) if module)
    return next((shown for shown in names if _resolved(shown) is found), name)


def shown_path(path: str) -> str:
    """Return a path as one would type it here."""
    here = Path.cwd()
    full = Path(os.path.abspath(path)) if path else here  # noqa: PTH100 -- links stay links
    return full.relative_to(here).as_posix() if path and full.is_relative_to(here) else path


def line_in_page(path: Path, label: str, latex: str, nth: int, line: int) -> int:
    """Return the line on which the LaTeX begins, whatever the parser made of the file.

    Notebook readers count lines anew in each cell, so the file itself is asked: for the block
    under the label, or the `nth` one of these very lines.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    marked = (k for k, text in enumerate(lines) if "formula" in text and text.split()[-1] == label)
    mark = next(marked, None)
    found = find_block(lines, latex, nth) if mark is None else find_block(lines, latex, 0, mark)
    return line if found is None else found + 1


def find_block(lines: Sequence[str], latex: str, nth: int = 0, start: int = 0) -> int | None:
    """Return where the lines of a formula begin for the `nth` time; the first may follow a directive's name."""
    wanted = [text.strip() for text in latex.strip().splitlines()]
    texts = [text.strip() for text in lines]
    for k in range(start, len(texts) - len(wanted) + 1):
        first, *rest = texts[k : k + len(wanted)]
        if "formula::" in first:
            first = first.partition("::")[2].strip()
        if [first, *rest] == wanted:
            if nth == 0:
                return k
            nth -= 1
    return None
