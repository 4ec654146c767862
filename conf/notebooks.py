"""Offer every page with cells as the notebook that ran, in the page's download menu."""

from __future__ import annotations

import shutil
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx

EXECUTED = "jupyter_execute"  # where MyST-NB writes notebooks, beside the output folder


def offer(
    app: Sphinx, page: str, template: str, context: dict[str, object], doctree: nodes.document
) -> None:
    """Copy the notebook of a page beside its source, and tell the theme of it."""
    data = NbMetadataCollector.get_doc_data(app.env).get(page, {})
    if not data.get("exec_data"):
        return
    out = Path(app.outdir)
    target = out / "_sources" / f"{page}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(out.parent / EXECUTED / f"{page}.ipynb", target)
    context["ipynb_source"] = f"{page}.ipynb"


def setup(app: Sphinx) -> dict[str, bool]:
    """Be asked before the theme makes its buttons, which it does last."""
    app.connect("html-page-context", offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
