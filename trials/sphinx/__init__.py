"""What pages show of the trials: two directives, for books that are checked by ``nnmath.formula.sphinx``.

``formula-trial`` shows figures of a recorded run, or the list of survivors with their proofs; ``formula-errata`` runs
tables of errata while the page is read. The extension stands after ``nnmath.formula.sphinx``, which it builds on.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from trials.sphinx.errata import ErrataDirective
from trials.sphinx.figures import TrialDirective, fill_trials, formula_trial

__all__ = ["setup"]


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx what is here."""
    app.setup_extension("nnmath.formula.sphinx")
    app.add_node(formula_trial)
    app.add_directive("formula-trial", TrialDirective)
    app.add_directive("formula-errata", ErrataDirective)
    app.connect("doctree-resolved", fill_trials)
    return {
        "version": "1",
        "parallel_read_safe": True,
        "parallel_write_safe": True,
        "env_version": 1,
    }
