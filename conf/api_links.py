"""`nnmath.sigmoid` in a text leads to `nnmath.activations.sigmoid`, where it is documented.

Every public name stands in its module and, as a short cut, in `nnmath` itself. It is documented
once, on its module's page.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import nnmath


@cache
def homes() -> dict[str, str]:
    """Return the module that each public name is documented with."""
    names = [module.name for module in pkgutil.iter_modules(nnmath.__path__, "nnmath.")]
    public = [name for name in names if not name.startswith("nnmath._")]
    return {one: module for module in public for one in import_module(module).__all__}


def documented_name(target: str) -> str | None:
    """Return the full name of what `nnmath.NAME` or `nnmath.NAME.ATTRIBUTE` is."""
    package, _, path = target.partition(".")
    name = path.partition(".")[0]
    home = homes().get(name) if package == "nnmath" else None
    return f"{home}.{path}" if home else None


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.reference | None:
    """Resolve a Python reference to a short cut; leave all others alone."""
    if node.get("refdomain") != "py":
        return None
    full_name = documented_name(node["reftarget"])
    if full_name is None:
        return None
    domain = env.domains.python_domain
    document = node.get("refdoc", env.docname)
    return domain.resolve_xref(
        env, document, app.builder, node["reftype"], full_name, node, contnode
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Ask here when Sphinx knows no such name."""
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
