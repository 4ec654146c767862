"""Two faults of extensions, mended here until they are mended there."""

from __future__ import annotations

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


def setup(app: Sphinx) -> dict[str, bool]:
    """Mend both before the build starts."""
    # sphinx-proof says that it can be read in parallel, but its domain can't be merged.
    ProofDomain.merge_domaindata = merge_nothing
    app.connect("builder-inited", share_html_visitors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
