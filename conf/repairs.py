"""Faults of extensions, mended here until they are mended there."""

from __future__ import annotations

from pathlib import Path

import myst_nb.core.render
from docutils import nodes
from myst_nb.core.utils import coalesce_streams
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx_proof.domain import ProofDomain


def merge_nothing(self, docnames, otherdata) -> None:
    """Do nothing: sphinx-proof keeps its proofs in the environment, not in its domain."""


def share_html_visitors(app: Sphinx) -> None:
    """Give `singlehtml` every node that `html` knows.

    sphinx-exercise registers its nodes for `singlehtml` by name, and Sphinx then looks nowhere
    else: the nodes of all other extensions would be unknown there.
    """
    handlers = app.registry.translation_handlers
    handlers["singlehtml"] = {**handlers.get("html", {}), **handlers.get("singlehtml", {})}


def make_static_folder(app: Sphinx) -> None:
    """Make the folder that the theme copies the logo into, also after a build that failed early.

    Without it the logo becomes a file of the folder's name, and no later build gets past it.
    """
    if app.builder.format == "html":
        (Path(app.outdir) / "_static").mkdir(parents=True, exist_ok=True)


def tell_bodies_apart(app: Sphinx, doctree: nodes.document) -> None:
    """Name the body of an exercise after it: sphinx-exercise gives all of them one id."""
    for section in doctree.findall(nodes.section):
        if section["ids"] in (["exercise-content"], ["solution-content"]):
            section["ids"] = [f"{section.parent['ids'][0]}-content"]


def visit_citation(self, node: nodes.citation) -> None:
    """Begin a source of the bibliography, and the list if it is the first one.

    Docutils gives it a role that ARIA has withdrawn, within a list that then holds no items.
    """
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div role="list" class="citation-list">\n')
    self.body.append(self.starttag(node, "div", CLASS="citation", role="listitem"))


def depart_citation(self, node: nodes.citation) -> None:
    """End a source, and the list if it was the last one."""
    self.body.append("</div>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        self.body.append("</div>\n")


def whole_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Put the pieces of what a cell wrote together before MyST-NB merges them.

    It ends each piece with a new line, and a piece ends wherever the kernel happened to pause, be
    it in the middle of a line.
    """
    merged: list[NotebookNode] = []
    first: dict[str, NotebookNode] = {}
    for output in outputs:
        name = output.get("name", "")
        if output["output_type"] != "stream":
            merged.append(output)
        elif name in first:
            first[name]["text"] += output["text"]
        else:
            first[name] = NotebookNode(output)  # a copy: the cached one stays as it is
            merged.append(first[name])
    return coalesce_streams(merged)


def setup(app: Sphinx) -> dict[str, bool]:
    """Mend what can be mended before the build starts, the rest page by page."""
    myst_nb.core.render.coalesce_streams = whole_streams
    # sphinx-proof says that it can be read in parallel, but its domain can't be merged.
    ProofDomain.merge_domaindata = merge_nothing
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.connect("builder-inited", share_html_visitors)
    app.connect("builder-inited", make_static_folder)
    app.connect("doctree-read", tell_bodies_apart)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
