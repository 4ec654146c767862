"""The notations that a book declares."""

from __future__ import annotations

import importlib
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from nnmath import formula
from nnmath.formula.bookfile import functions_in, scopes_in
from nnmath.formula.errors import FormulaError
from nnmath.formula.notation import Notation
from nnmath.formula.sphinx.docstrings import shown_path

__all__ = ["DeclarationFault", "notation_module", "scopes"]


LOGGER = logging.getLogger(__name__)


class DeclarationFault(SystemExit):
    """A symbol can't be declared as the book does it: the build ends.

    It is no SphinxError, since Sphinx asks the reader to report those to its developers.
    """


def notation_module(env: BuildEnvironment) -> ModuleType:
    """Return the module that declares the symbols."""
    try:
        return importlib.import_module(env.config.formula_notation)
    except FormulaError as error:
        LOGGER.error("%s%s", _place(error), error.message)  # noqa: TRY400 -- the place says it all
        raise DeclarationFault(2) from error


def _place(error: FormulaError) -> str:
    """Return file and line of the declaration: the innermost that isn't ours."""
    ours = str(Path(formula.__file__).parent)
    frames = traceback.extract_tb(error.__traceback__)
    outside = [f for f in frames if not f.filename.startswith((ours, "<"))]
    return f"{shown_path(outside[-1].filename)}:{outside[-1].lineno}: " if outside else ""


def scopes(env: BuildEnvironment) -> tuple[dict[str, Notation], dict[str, Any]]:
    """Return the notations of the configured module by name, and its functions."""
    module = notation_module(env)
    return scopes_in(module), functions_in(module)
