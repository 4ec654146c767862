"""`nnmath.sigmoid` in a text leads to `nnmath.activations.sigmoid`, where it is documented.

Every public name stands in its module and, as a short cut, in `nnmath` itself. It is documented
once, on its module's page.
"""

from __future__ import annotations

from importlib import import_module

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import nnmath


def _documented_name(target: str) -> str | None:
    """Return the full name of what `nnmath.NAME` or `nnmath.NAME.ATTRIBUTE` is."""
    package, _, path = target.partition(".")
    name, dot, attribute = path.partition(".")
    if package != "nnmath" or name not in getattr(nnmath, "__all__", ()):
        return None
    home = getattr(getattr(nnmath, name), "__module__", None) or _home(name)
    return f"{home}.{name}{dot}{attribute}" if home else None


def _home(name: str) -> str | None:
    """Return the module that lists `name`: a constant doesn't know where it comes from."""
    modules = (f"nnmath.{stem}" for stem in getattr(nnmath, "MODULES", ()))
    return next((one for one in modules if name in import_module(one).__all__), None)


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.reference | None:
    """Resolve a Python reference to a short cut; leave all others alone."""
    if node.get("refdomain") != "py":
        return None
    full_name = _documented_name(node["reftarget"])
    if full_name is None or full_name == node["reftarget"]:
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
