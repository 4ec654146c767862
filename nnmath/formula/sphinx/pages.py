"""What a page gives: its equations, with their options, and its other maths; and what becomes of it to be checked."""

import difflib
import importlib
import inspect
import os
import pkgutil
import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from nnmath import formula
from nnmath.formula.checking.book import OPTIONS, Statement, code_name, functions_in, scopes_in
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.notation import Notation

LOGGER = logging.getLogger(__name__)


class BuildFault(SystemExit):
    """Equations fail, or a symbol can't be declared as the book does it: the build ends, and nothing is written.

    It is no SphinxError, since Sphinx asks the reader to report those to its developers.
    """


@dataclass
class Spec:
    """An equation as its page gives it, before its scope is looked up."""

    uid: str
    latex: str
    label: str
    file: str
    line: int
    options: dict[str, Any]
    rejected: bool = False
    owner: str = ""
    owner_is_function: bool = False

    def option(self, name: str) -> str:
        """Return an option that is a text; empty if it isn't given."""
        return str(self.options.get(name, ""))


@dataclass
class Page:
    """What one page holds: equations, displays that nothing checks, and inline maths."""

    specs: list[Spec] = field(default_factory=list)
    unbound: list[tuple[str, int, str]] = field(default_factory=list)
    inline: list[tuple[str, int, str]] = field(default_factory=list)
    notations: list[str] = field(default_factory=list)
    overview: bool = False  # shows something of every page, and is written anew when any changes


def pages_of(env: BuildEnvironment) -> dict[str, Page]:
    """Return the records of all pages."""
    pages: dict[str, Page] = vars(env).setdefault("formula_pages", {})
    return pages


def page_of(env: BuildEnvironment, docname: str) -> Page:
    """Return the record of a page."""
    return pages_of(env).setdefault(docname, Page())


# The notations


def notation_module(env: BuildEnvironment) -> ModuleType:
    """Return the module that declares the symbols."""
    try:
        return importlib.import_module(env.config.formula_notation)
    except FormulaError as error:
        # Its place is that of the declaration: the innermost that isn't ours.
        ours = str(Path(formula.__file__).parent), "<"
        frames = traceback.extract_tb(error.__traceback__)
        outside = [f for f in frames if not f.filename.startswith(ours)]
        place = f"{shown_path(outside[-1].filename)}:{outside[-1].lineno}: " if outside else ""
        LOGGER.error("%s%s", place, error.message)  # noqa: TRY400 -- the place says it all
        raise BuildFault(2) from error


def scopes(env: BuildEnvironment) -> tuple[dict[str, Notation], dict[str, Any]]:
    """Return the notations of the configured module by name, and its functions."""
    module = notation_module(env)
    return scopes_in(module), functions_in(module)


# To be checked


def statement_of(
    spec: Spec, scope: str, notations: Mapping[str, Notation], labelled: Mapping[str, Statement]
) -> Statement:
    """Return what is to be checked; `labelled` holds the statements before it.

    An equation that restates an earlier one has that one's scope, condition and tolerance, and its
    code too if it is the code of the function whose docstring this is.
    """
    earlier = _restated(spec, labelled)
    own = earlier is None or spec.option("scope")
    notation = _notation(scope, notations) if own or earlier is None else earlier.notation
    options = _inherited(spec, earlier) if earlier else {}
    options |= {k: v for k, v in spec.options.items() if k in OPTIONS and v not in ("", None)}
    options["code"] = _code(spec, earlier)
    options |= {"label": spec.label or spec.owner, "file": spec.file, "line": spec.line}
    return Statement(spec.latex, notation, strict=not spec.rejected, **options)


def _restated(spec: Spec, labelled: Mapping[str, Statement]) -> Statement | None:
    name = spec.option("restates")
    if name and name not in labelled:
        message = f"no equation before this is called {name!r}{_meant(name, labelled)}"
        raise FormulaError("definition", message)
    return labelled[name] if name else None


def _notation(scope: str, notations: Mapping[str, Notation]) -> Notation:
    if scope not in notations:
        known = _meant(scope, notations) or f"; known are {', '.join(sorted(notations))}"
        raise FormulaError("notation", f"the scope {scope!r} isn't known{known}")
    return notations[scope]


def _meant(name: str, known: Mapping[str, object]) -> str:
    """Ask for the name that is written most alike, if one is."""
    alike = difflib.get_close_matches(name, known, 1)
    return f"; is {alike[0]} meant?" if alike else ""


def _inherited(spec: Spec, earlier: Statement) -> dict[str, Any]:
    """Return the options of an equation that restates an earlier one, where it has none of its own."""
    names = ("condition", "tolerance", "order", "reason", "equality")
    options = {name: getattr(earlier, name) for name in names}
    if earlier.kind == "unchecked":
        if earlier.latex.split() != spec.latex.split():
            message = f"{earlier.label} isn't checked, so this must read the same"
            raise FormulaError("definition", message)
        return options | {"kind": "unchecked"}
    kind = earlier.kind if earlier.kind in ("update", "expression") else "claim"
    return options | {"kind": kind, "against": spec.option("restates")}


def _code(spec: Spec, earlier: Statement | None) -> Any:
    """Return what computes it: what is named, what the restated equation names, the docstring's own function."""
    named = spec.option("code")
    if named == "none":
        return None
    if named.startswith("("):
        if not spec.owner:
            message = "only in a docstring may the name of the function be left out"
            raise FormulaError("code", message)
        return spec.owner + named
    if named:
        return named
    inherited = earlier.code if earlier else None
    if inherited and (not spec.owner or same_object(code_name(inherited), spec.owner)):
        return inherited
    return spec.owner if spec.owner_is_function else None


# Where equations stand: in a page, in a file that it includes, or in a docstring


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
