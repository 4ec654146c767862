"""Check the docstring of everything public with numpydoc: `python tools/check_docstrings.py`.

numpydoc's own command reads files and takes every function in them for public. What is public
here is what a module's `__all__` names, wherever it is written. The rules are in pyproject.toml.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from numpydoc.validate import ERROR_MSGS, validate

import nnmath

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT))  # for the figures, which no package brings


def rules() -> set[str]:
    """Return the codes to check for, read from pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    listed = set(settings["numpydoc_validation"]["checks"])
    return set(ERROR_MSGS) - listed if "all" in listed else listed


def public_names() -> Iterator[str]:
    """Yield each name that a public module offers, and each public method of a class."""
    homes = [found.name for found in pkgutil.iter_modules(nnmath.__path__, "nnmath.")]
    for home in (*(name for name in homes if not name.startswith("nnmath._")), "figures"):
        module = importlib.import_module(home)
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isclass(thing) or inspect.isroutine(thing):
                yield f"{home}.{name}"
            if inspect.isclass(thing):
                yield from _methods(thing, f"{home}.{name}")


def _methods(thing: type, full_name: str) -> Iterator[str]:
    for name, value in vars(thing).items():
        wanted = inspect.isroutine(value) or isinstance(value, (property, classmethod))
        if wanted and not name.startswith("_"):
            yield f"{full_name}.{name}"


def describes_fields(name: str) -> bool:
    """Tell whether a class that only holds fields has a comment `#:` above each of them."""
    thing = pkgutil.resolve_name(name)
    fields = getattr(thing, "_fields", None) or getattr(thing, "__dataclass_fields__", ())
    if not inspect.isclass(thing) or not fields:
        return False
    source = inspect.getsource(thing)
    return all(
        re.search(rf"^ *#: .*\n +{field}:", source, re.MULTILINE)
        for field in fields
        if not field.startswith("_")
    )


def main() -> int:
    """Print what is missing; return 1 if anything is."""
    checked = faults = 0
    wanted = rules()
    for name in sorted(public_names()):
        checked += 1
        report = validate(name)
        where = f"{report.get('file')}:{report.get('file_line')}"
        for code, message in report["errors"]:
            if code in wanted and not (code == "PR01" and describes_fields(name)):
                faults += 1
                print(f"{where}: {name}: {code} {message}")
    print(f"{checked} docstrings checked: {faults} faults")
    return 1 if faults or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
