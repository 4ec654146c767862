"""`nnmath.sigmoid` in a text leads to `nnmath.activations.sigmoid`, where it is documented.

Every public name stands in its module and, as a short cut, in `nnmath` itself. It is documented
once, on its module's page. A docstring may name it without either.
"""

from __future__ import annotations

import pkgutil
from contextlib import suppress
from functools import cache
from importlib import import_module

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext.autosummary import AutoLink

import nnmath


@cache
def homes() -> dict[str, str]:
    """Return the module that each public name is documented with."""
    names = [module.name for module in pkgutil.iter_modules(nnmath.__path__, "nnmath.")]
    public = [name for name in names if not name.startswith("nnmath._")]
    return {one: module for module in public for one in import_module(module).__all__}


def documented_name(target: str) -> str | None:
    """Return the full name of what `NAME`, `NAME.ATTRIBUTE` or the same in `nnmath` is."""
    path = target.removeprefix("nnmath.")
    home = homes().get(path.partition(".")[0])
    return f"{home}.{path}" if home else None


def exists(target: str, module: str) -> bool:
    """Tell whether there is such a name at all, seen from a module of ours."""
    for name in (target, f"{module}.{target}"):
        with suppress(ImportError, AttributeError, ValueError):
            pkgutil.resolve_name(name)
            return True
    return False


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.Node | None:
    """Lead to where a name is documented; print it plain if it is internal; else say nothing."""
    if node.get("refdomain") != "py":
        return None
    full_name = documented_name(node["reftarget"])
    if full_name is not None:
        domain, document = env.domains.python_domain, node.get("refdoc", env.docname)
        return domain.resolve_xref(
            env, document, app.builder, node["reftype"], full_name, node, contnode
        )
    # Single backticks in a docstring, which may name a helper that the reference leaves out.
    if node["reftype"] == "obj" and exists(node["reftarget"], node.get("py:module", "")):
        return contnode
    return None


class Name(AutoLink):
    """A name in single backticks: a link to what any module of the package calls so, not to its own alone."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Give the name its module."""
        full_name = documented_name(self.text)
        if full_name is not None:
            self.text = f"{self.text} <{full_name}>"
        return super().run()


def setup(app: Sphinx) -> dict[str, bool]:
    """Ask here when Sphinx knows no such name."""
    app.connect("missing-reference", resolve)
    app.setup_extension("sphinx.ext.autosummary")
    app.add_role("autolink", Name(), override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
