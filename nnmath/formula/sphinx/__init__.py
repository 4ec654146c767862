"""The formulas of a Sphinx book, checked while it is built; the API reference has its directives and options."""

from typing import Any

from sphinx.application import Sphinx

from nnmath.formula.sphinx.checks import (
    FormulasBuilder,
    check_book,
    collect_prose,
    forget_page,
    merge_pages,
    skip_cells,
)
from nnmath.formula.sphinx.directives import (
    FormulaDirective,
    OverviewDirective,
    RejectedDirective,
    fill,
    formula_note,
    formula_overview,
    formula_scope,
    formula_symbols,
)
from nnmath.formula.sphinx.symbols import NotationDirective, SymbolTransform

__all__ = ["setup"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register directives, the builder and the checks."""
    # The check reads no page, so no page has to be read again when they change.
    app.add_config_value("formula_notation", "notation", "")
    app.add_config_value("formula_seed", 0, "")
    app.add_config_value("formula_unbound", "error", "")
    app.add_config_value("formula_inline", "error", "")
    app.add_config_value("formula_symbols", True, "env", bool)
    for place in (formula_note, formula_scope, formula_symbols, formula_overview):
        app.add_node(place)
    app.add_directive("formula", FormulaDirective)
    app.add_directive("rejected-formula", RejectedDirective)
    for name in ("formula-coverage", "formula-evidence"):
        app.add_directive(name, OverviewDirective)
    app.add_directive("formula-notation", NotationDirective)
    app.add_post_transform(SymbolTransform)
    app.add_builder(FormulasBuilder)
    app.connect("builder-inited", skip_cells, priority=1)
    app.connect("env-purge-doc", forget_page)
    app.connect("env-merge-info", merge_pages)
    app.connect("doctree-read", collect_prose)
    app.connect("env-updated", check_book)
    app.connect("doctree-resolved", fill)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
        "env_version": 3,
    }
