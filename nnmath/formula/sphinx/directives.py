"""The directives that bind a displayed equation to the check."""

import re
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.directives.patches import MathDirective
from sphinx.environment import BuildEnvironment

from nnmath.formula.checking.book import KINDS, code_name
from nnmath.formula.sphinx.pages import Spec, line_in_page, owner_of, page_of, shown_path

LABEL = re.compile(r"[\w:.-]+")


class formula_note(nodes.General, nodes.Element):
    """The place under an equation for its code, verdict and evidence."""


class formula_scope(nodes.General, nodes.Element):
    """The place of the table of one scope."""


class formula_symbols(nodes.General, nodes.Element):
    """The list of the symbols of one equation."""


def link(
    env: BuildEnvironment, domain: str, kind: str, target: str, content: nodes.Node, **options: bool
) -> nodes.Node:
    """Return a link that Sphinx resolves later."""
    told = {"refexplicit": True, "refwarn": True, "refdoc": env.docname} | options
    return addnodes.pending_xref(
        "", content, refdomain=domain, reftype=kind, reftarget=target, **told
    )


class FormulaDirective(MathDirective):
    """A displayed equation that is checked."""

    optional_arguments = 1
    option_spec: ClassVar[Any] = {
        "class": directives.class_option,
        "kind": lambda argument: directives.choice(argument, KINDS),
        "tolerance": float,
        **dict.fromkeys(
            ("scope", "condition", "code", "against", "restates", "order", "equality", "reason"),
            directives.unchanged,
        ),
    }
    rejected = False

    def run(self) -> list[nodes.Node]:
        """Render the equation and keep it for the check."""
        latex, label = self._latex_and_label()
        self._check_options()
        spec = self._spec(latex, label)
        page_of(self.env, self.env.docname).specs.append(spec)
        if label and not self.rejected:
            self.options["label"] = label
        self.content = StringList(latex.splitlines(), str(self.get_source_info()[0]))
        self.arguments.clear()
        made = super().run()
        for node in made:
            if isinstance(node, nodes.math_block):
                node["formula"] = spec.uid
        return [*made, self._below(spec)]

    def _latex_and_label(self) -> tuple[str, str]:
        """Tell a label from LaTeX: with a block below, the first line is the label; else it is the LaTeX."""
        below = "\n".join(self.content)
        first = self.arguments[0].strip() if self.arguments else ""
        if below.strip() and first and not LABEL.fullmatch(first):
            raise self.error(f"a label is one word such as eq-mean, not {first!r}")
        latex, label = (below, first) if below.strip() else (first, "")
        if not latex or (LABEL.fullmatch(latex) and self.options.get("kind") != "expression"):
            raise self.error("a formula needs LaTeX")
        return latex, label

    def _check_options(self) -> None:
        """Refuse options that contradict each other."""
        unchecked = self.options.get("kind") == "unchecked"
        if unchecked != bool(self.options.get("reason", "").strip()):
            raise self.error("an unchecked formula, and only that, needs a reason")
        if "restates" in self.options:
            for option in ("kind", "against"):
                if option in self.options:
                    raise self.error(f"what restates an equation has no {option} of its own")

    def _spec(self, latex: str, label: str) -> Spec:
        """Return the equation with its place in the source, which is asked for it."""
        docname = self.env.docname
        specs = page_of(self.env, docname).specs
        source, line = self.get_source_info()
        owner = owner_of(str(source), str(self.env.ref_context.get("py:module", "")))
        name = owner.name if owner else ""
        nth = sum(s.owner == name and s.latex.split() == latex.split() for s in specs)
        if owner:
            file, at = owner.file, owner.line_of(latex, nth)
        else:
            path = Path(self.env.doc2path(docname))
            file, at = shown_path(str(source)), line + self.content_offset - self.lineno + 1
            if Path(file).name == path.name:  # not included from another file
                file = str(self.env.doc2path(docname, base=False))
                at = line_in_page(path, label, latex, nth, at)
        return Spec(
            f"{docname}#{len(specs)}", latex, label, file, at, dict(self.options), self.rejected,
            name, bool(owner and owner.is_function),
        )  # fmt: skip

    def _below(self, spec: Spec) -> nodes.Node:
        """Return the line under the equation: the code that computes it and what it restates, linked."""
        place = formula_note(uid=spec.uid)
        restated, code = spec.option("restates"), code_name(spec.option("code"))
        if restated:
            place["restates"] = True
            shown = nodes.literal(text=restated)
            place += link(self.env, "math", "eq", restated, shown, refexplicit=False)
        if "." in code:
            name = nodes.literal(text=code.rpartition(".")[2])
            # Not every book documents its code.
            place += link(self.env, "py", "obj", code, name, refwarn=False)
        elif code and code != "none":
            place += nodes.literal(text=code)
        return place


class RejectedDirective(FormulaDirective):
    """A wrong equation, shown with the message that rejects it; the build fails if it passes."""

    rejected = True
