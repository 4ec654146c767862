"""The notations that a book declares."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from sphinx.environment import BuildEnvironment

from nnmath.formula.bookfile import functions_in, scopes_in
from nnmath.formula.notation import Notation

__all__ = ["notation_module", "scopes"]


def notation_module(env: BuildEnvironment) -> ModuleType:
    """Return the module that declares the symbols."""
    return importlib.import_module(env.config.formula_notation)


def scopes(env: BuildEnvironment) -> tuple[dict[str, Notation], dict[str, Any]]:
    """Return the notations of the configured module by name, and its functions."""
    module = notation_module(env)
    return scopes_in(module), functions_in(module)
