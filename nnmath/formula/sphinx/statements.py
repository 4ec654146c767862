"""From an equation as its page gives it to a statement that can be checked."""

from __future__ import annotations

import difflib
import pkgutil
from collections.abc import Mapping

from nnmath.formula.book import Statement, code_name
from nnmath.formula.errors import FormulaError
from nnmath.formula.notation import Notation
from nnmath.formula.sphinx.directives import Spec

__all__ = ["statement_of"]


def statement_of(
    spec: Spec, scope: str, notations: Mapping[str, Notation], labelled: Mapping[str, Statement]
) -> Statement:
    """Return what is to be checked; `labelled` holds the statements before it.

    An equation that restates an earlier one has that one's scope, condition and tolerance, and its
    code too if it is the code of the function whose docstring this is.
    """
    earlier = _restated(spec, labelled)
    notation = earlier.notation if earlier and not spec.scope else _notation(scope, notations)
    kind = spec.kind
    if earlier is not None:
        kind = earlier.kind if earlier.kind in ("update", "unchecked", "expression") else "claim"
        if kind == "unchecked" and _words(earlier.latex) != _words(spec.latex):
            raise FormulaError(
                "definition", f"{earlier.label} isn't checked, so this must read the same", (0, 1)
            )
    return Statement(
        spec.latex,
        notation,
        spec.label or spec.owner,
        kind,
        spec.condition or (earlier.condition if earlier else ""),
        _code(spec, earlier),
        spec.restates if earlier and kind != "unchecked" else spec.against,
        earlier.tolerance if earlier and spec.tolerance is None else spec.tolerance,
        spec.order or (earlier.order if earlier else ""),
        spec.reason or (earlier.reason if earlier else ""),
        spec.file,
        spec.line,
        strict=not spec.rejected,
        equality=spec.equality or (earlier.equality if earlier else ""),
    )


def _restated(spec: Spec, labelled: Mapping[str, Statement]) -> Statement | None:
    if not spec.restates:
        return None
    if spec.restates not in labelled:
        meant = _meant(spec.restates, labelled)
        raise FormulaError(
            "definition", f"no equation before this is called {spec.restates!r}{meant}"
        )
    return labelled[spec.restates]


def _notation(scope: str, notations: Mapping[str, Notation]) -> Notation:
    if scope not in notations:
        known = _meant(scope, notations) or f"; known are {', '.join(sorted(notations))}"
        raise FormulaError("notation", f"the scope {scope!r} isn't known{known}")
    return notations[scope]


def _meant(name: str, known: Mapping[str, object]) -> str:
    """Ask for the name that is written most alike, if one is."""
    alike = difflib.get_close_matches(name, known, 1)
    return f"; is {alike[0]} meant?" if alike else ""


def _code(spec: Spec, earlier: Statement | None) -> str | None:
    """Return what computes it: what is named, what the restated equation names, the docstring's own function."""
    if spec.code == "none":
        return None
    if spec.code.startswith("("):
        if not spec.owner:
            raise FormulaError(
                "code", "only in a docstring may the name of the function be left out"
            )
        return spec.owner + spec.code
    if spec.code:
        return spec.code
    inherited = earlier.code if earlier else None
    if isinstance(inherited, str) and (not spec.owner or _same(code_name(inherited), spec.owner)):
        return inherited
    return spec.owner if spec.owner_is_function else None


def _same(one: str, other: str) -> bool:
    """Tell whether two names lead to one object."""
    try:
        return pkgutil.resolve_name(one) is pkgutil.resolve_name(other)
    except (ImportError, AttributeError, ValueError):
        return False


def _words(latex: str) -> list[str]:
    return latex.split()
