r"""The formulas of a Sphinx book, checked while it is built.

Add ``"nnmath.formula.sphinx"`` to the extensions and name the module that holds the notations::

    formula_notation = "notation"      # each Notation in it is a scope, by the name of its variable,
                                       # or each in its dictionary `scopes`, if it has one

A displayed equation is then a directive, in MyST or reStructuredText::

    ```{formula} eq-cost
    :scope: network
    :kind: definition
    :code: nnmath.squared_error(a=a_L, y=y)
    C = \sum_{i=1}^{n_L} (a_L^i - y^i)^2
    ```

Options: ``scope`` (or ``formula_scope`` in the page's front matter), ``kind`` (claim, definition, update or unchecked),
``condition``, ``code``, ``against``, ``tolerance``, ``order``, ``reason``; ``equality``, where a weak inequality is an
equation; and ``restates``, the label of an earlier equation, for one that is printed again. In a docstring it is the
same directive::

    .. formula:: C = \sum_{i=1}^{n_L} (a_L^i - y^i)^2
        :restates: eq-cost

There ``code`` is the function whose docstring it is, unless another is named: ``:code: (a=a_L, y=y)`` says only what
its arguments are, ``:code: none`` that it computes something else.

The check runs when all pages are read, in the order of the table of contents, over unchanged pages too. If anything
fails, no page is written. The builder ``formulas`` checks without running cells or writing pages, goes on after a
failure and writes ``formulas.json``.
"""

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
