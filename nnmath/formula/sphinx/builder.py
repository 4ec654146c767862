"""The builder that only checks: no cells are run and no pages are written."""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders.dummy import DummyBuilder

from nnmath.formula.book import Result

__all__ = ["FormulasBuilder", "skip_cells"]


def skip_cells(app: Sphinx) -> None:
    """Leave the cells of notebook pages alone when only formulas are checked."""
    if app.builder.name == "formulas" and "nb_execution_mode" in app.config:
        app.config.nb_execution_mode = "off"
        # Without a kernel nothing tells the language of the cells; nobody sees them here.
        app.config.suppress_warnings = [*app.config.suppress_warnings, "myst-nb.lexer"]


class FormulasBuilder(DummyBuilder):
    """Checks every formula of the book and writes formulas.json."""

    name = "formulas"
    epilog = "The verdicts are in %(outdir)s/formulas.json."

    def write_documents(self, docnames: AbstractSet[str]) -> None:
        """Write no pages, and resolve none."""

    def finish(self) -> None:
        """Write the verdicts in reading order, with what was asked; what is shown as rejected is no equation here."""
        results: dict[str, Result] = getattr(self.env, "formula_results", {})
        asked: dict[str, dict[str, object]] = getattr(self.env, "formula_asked", {})
        records = [
            {**vars(result), **asked.get(uid, {})}
            for uid, result in results.items()
            if result.verdict != "rejected"
        ]
        text = json.dumps(records, indent=1)
        Path(self.outdir, "formulas.json").write_text(text, encoding="utf-8")
