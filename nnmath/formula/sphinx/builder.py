"""The builder that only checks: no cells are run and no pages are written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder

from nnmath.formula.book import Result

__all__ = ["FormulasBuilder", "as_record", "skip_cells"]

FIELDS = (
    "document", "line", "label", "latex", "kind", "verdict", "category", "message", "code", "points",
    "largest_difference", "seconds", "hint", "evidence",
)  # fmt: skip


def skip_cells(app: Sphinx) -> None:
    """Leave the cells of notebook pages alone when only formulas are checked."""
    if app.builder.name == "formulas" and "nb_execution_mode" in app.config:
        app.config.nb_execution_mode = "off"
        # Without a kernel nothing tells the language of the cells; nobody sees them here.
        app.config.suppress_warnings = [*app.config.suppress_warnings, "myst-nb.lexer"]


def as_record(result: Result) -> dict[str, object]:
    """Return the verdict on one equation."""
    return {name: getattr(result, name) for name in FIELDS}


class FormulasBuilder(Builder):
    """Checks every formula of the book and writes formulas.json."""

    name = "formulas"
    epilog = "The verdicts are in %(outdir)s/formulas.json."
    allow_parallel = True

    def get_outdated_docs(self) -> Iterable[str]:
        """Return every page, so that the builder always finishes."""
        return self.env.found_docs

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return no address: nothing is written."""
        return ""

    def prepare_writing(self, docnames: AbstractSet[str]) -> None:
        """Do nothing."""

    def write_documents(self, docnames: AbstractSet[str]) -> None:
        """Write no pages."""

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Write no page."""

    def finish(self) -> None:
        """Write the verdicts in reading order, with what was asked; what is shown as rejected is no equation here."""
        results: dict[str, Result] = getattr(self.env, "formula_results", {})
        asked: dict[str, dict[str, object]] = getattr(self.env, "formula_asked", {})
        records = [
            {**as_record(result), **asked.get(uid, {})}
            for uid, result in results.items()
            if result.verdict != "rejected"
        ]
        Path(self.outdir, "formulas.json").write_text(
            json.dumps(records, indent=1), encoding="utf-8"
        )
