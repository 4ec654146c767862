"""What a page gives: its equations, with their options, and its other maths; and what becomes of it to be checked."""

from __future__ import annotations

import difflib
import importlib
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from nnmath import formula
from nnmath.formula.book import OPTIONS, Statement, code_name
from nnmath.formula.bookfile import functions_in, scopes_in
from nnmath.formula.errors import FormulaError
from nnmath.formula.notation import Notation
from nnmath.formula.sphinx.places import same_object, shown_path

__all__ = [
    "BuildFault",
    "Page",
    "Spec",
    "notation_module",
    "page_of",
    "pages_of",
    "scopes",
    "statement_of",
]

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
