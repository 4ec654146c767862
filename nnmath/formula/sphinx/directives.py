"""The directives that bind a displayed equation to the check."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.directives.patches import MathDirective
from sphinx.environment import BuildEnvironment

from nnmath.formula.book import KINDS, code_name
from nnmath.formula.sphinx.docstrings import find_block, owner_of, shown_path

__all__ = [
    "FormulaDirective",
    "Page",
    "RejectedDirective",
    "Spec",
    "formula_note",
    "formula_scope",
    "formula_symbols",
    "page_of",
]

LABEL = re.compile(r"[\w:.-]+")


class formula_note(nodes.General, nodes.Element):
    """The place under an equation for its code, verdict and evidence."""


class formula_scope(nodes.General, nodes.Element):
    """The place of the table of one scope."""


class formula_symbols(nodes.General, nodes.Element):
    """The list of the symbols of one equation."""


@dataclass
class Spec:
    """An equation as its page gives it, before its scope is looked up."""

    uid: str
    latex: str
    label: str
    kind: str
    file: str
    line: int
    scope: str = ""
    condition: str = ""
    code: str = ""
    against: str = ""
    tolerance: float | None = None
    order: str = ""
    equality: str = ""
    reason: str = ""
    restates: str = ""
    rejected: bool = False
    owner: str = ""
    owner_is_function: bool = False


@dataclass
class Page:
    """What one page holds: equations, displays that nothing checks, and inline maths."""

    specs: list[Spec]
    unbound: list[tuple[str, int, str]]
    inline: list[tuple[str, int, str]]
    notations: list[str] = field(default_factory=list)
    overview: bool = False  # shows something of every page, and is written anew when any changes


def page_of(env: BuildEnvironment, docname: str) -> Page:
    """Return the record of a page."""
    pages: dict[str, Page] = env.__dict__.setdefault("formula_pages", {})
    return pages.setdefault(docname, Page([], [], []))


def located(path: Path, label: str, latex: str, nth: int, line: int) -> int:
    """Return the line on which the LaTeX begins, whatever the parser made of the file.

    Notebook readers count lines anew in each cell, so the file itself is asked: for the block
    under the label, or the `nth` one of these very lines.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return line
    marks = [
        k
        for k, text in enumerate(lines)
        if label and "formula" in text and text.split()[-1] == label
    ]
    found = find_block(lines, latex, 0, marks[0]) if marks else find_block(lines, latex, nth)
    return line if found is None else found + 1


class FormulaDirective(MathDirective):
    """A displayed equation that is checked."""

    optional_arguments = 1
    option_spec: ClassVar[Any] = {
        "class": directives.class_option,
        "kind": lambda argument: directives.choice(argument, KINDS),
        "defines": directives.unchanged,
        "scope": directives.unchanged,
        "condition": directives.unchanged,
        "code": directives.unchanged,
        "against": directives.unchanged,
        "restates": directives.unchanged,
        "tolerance": float,
        "order": directives.unchanged,
        "equality": directives.unchanged,
        "reason": directives.unchanged,
    }
    rejected = False

    def run(self) -> list[nodes.Node]:
        """Render the equation and keep it for the check."""
        latex, label = self._latex_and_label()
        self._check_options()
        if label and not self.rejected:
            self.options["label"] = label
        spec = self._spec(latex, label)
        page_of(self.env, self.env.docname).specs.append(spec)
        self.content = StringList(latex.splitlines(), str(self.get_source_info()[0]))
        self.arguments.clear()
        made = super().run()
        for node in made:
            if isinstance(node, nodes.math_block):
                node["formula"] = spec.uid
        return [*made, *self._below(spec)]

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
        docname = self.env.docname
        specs = page_of(self.env, docname).specs
        options = {
            key: self.options[key]
            for key in asdict(Spec("", "", "", "", "", 0))
            if key in self.options
        }
        options.pop("label", None)
        source, line = self.get_source_info()
        nth = sum(spec.latex.split() == latex.split() for spec in specs)
        owner = owner_of(str(source), str(self.env.ref_context.get("py:module", "")))
        if owner is not None:
            nth = sum(s.owner == owner.name and s.latex.split() == latex.split() for s in specs)
            file, line = owner.file, owner.line_of(latex, nth)
            options |= {"owner": owner.name, "owner_is_function": owner.is_function}
        else:
            path = Path(self.env.doc2path(docname))
            line += self.content_offset - self.lineno + 1
            file = shown_path(str(source))
            if Path(file).name == path.name:  # not included from another file
                file = str(self.env.doc2path(docname, base=False))
                line = located(path, label, latex, nth, line)
        return Spec(
            f"{docname}#{len(specs)}", latex, label, options.pop("kind", "claim"), file, line,
            rejected=self.rejected, **options,
        )  # fmt: skip

    def _below(self, spec: Spec) -> list[nodes.Node]:
        """Return the line under the equation: the code that computes it and what it restates, linked."""
        place = formula_note(uid=spec.uid)
        if spec.restates:
            place["restates"] = True
            place += self._link(spec.restates, "math", "eq")
        name = code_name(spec.code)
        if "." in name:
            place += self._link(name, "py", "obj", nodes.literal(text=name.rpartition(".")[2]))
        elif name and name != "none":
            place += nodes.literal(text=name)
        return [place]

    def _link(
        self, target: str, domain: str, kind: str, content: nodes.Element | None = None
    ) -> nodes.Element:
        link = addnodes.pending_xref(
            "",
            content or nodes.literal(text=target),
            refdomain=domain,
            reftype=kind,
            reftarget=target,
            refexplicit=content is not None,
            refwarn=domain != "py",  # not every book documents its code
        )
        link["refdoc"] = self.env.docname
        return link


class RejectedDirective(FormulaDirective):
    """A wrong equation, shown with the message that rejects it; the build fails if it passes."""

    rejected = True
