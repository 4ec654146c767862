"""The directives that bind a displayed equation to the check."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.directives.patches import MathDirective
from sphinx.environment import BuildEnvironment

from nnmath.formula.book import KINDS, code_name

__all__ = ["FormulaDirective", "Page", "RejectedDirective", "Spec", "formula_note", "page_of"]


class formula_note(nodes.General, nodes.Element):
    """The place under an equation for its code, verdict and evidence."""


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
    reason: str = ""
    rejected: bool = False


@dataclass
class Page:
    """What one page holds: equations, displays that nothing checks, and inline maths."""

    specs: list[Spec]
    unbound: list[tuple[str, int, str]]
    inline: list[tuple[str, int, str]]


def page_of(env: BuildEnvironment, docname: str) -> Page:
    """Return the record of a page."""
    pages: dict[str, Page] = env.__dict__.setdefault("formula_pages", {})
    return pages.setdefault(docname, Page([], [], []))


def located(path: Path, label: str, latex: str, line: int) -> int:
    """Return the line on which the LaTeX begins, whatever the parser made of the file.

    Notebook readers count lines anew in each cell, so the file itself is asked.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return line
    first = next((text.strip() for text in latex.splitlines() if text.strip()), "")
    marks = [
        k
        for k, text in enumerate(lines)
        if label and "formula" in text and text.rstrip().endswith(label)
    ]
    start = marks[0] if marks else 0
    for k in range(start, len(lines)):
        if lines[k].strip() == first:
            return k + 1
    return line


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
        "tolerance": float,
        "order": directives.unchanged,
        "reason": directives.unchanged,
    }
    rejected = False

    def run(self) -> list[nodes.Node]:
        """Render the equation and keep it for the check."""
        latex = "\n".join(self.content)
        label = self.arguments[0].strip() if self.arguments else ""
        self.arguments.clear()
        if not latex.strip():
            raise self.error("a formula needs LaTeX")
        if (self.options.get("kind") == "unchecked") != bool(
            self.options.get("reason", "").strip()
        ):
            raise self.error("an unchecked formula, and only that, needs a reason")
        if label and not self.rejected:
            self.options["label"] = label
        spec = self._spec(latex, label)
        page_of(self.env, self.env.docname).specs.append(spec)
        made = super().run()
        for node in made:
            if isinstance(node, nodes.math_block):
                node["formula"] = spec.uid
        return [*made, *self._below(spec)]

    def _spec(self, latex: str, label: str) -> Spec:
        docname = self.env.docname
        source, line = self.get_source_info()
        path = Path(self.env.doc2path(docname))
        inside = Path(str(source)).name == path.name
        file = self.env.doc2path(docname, base=False) if inside else str(source)
        number = len(page_of(self.env, docname).specs)
        options = {
            key: self.options[key]
            for key in asdict(Spec("", "", "", "", "", 0))
            if key in self.options
        }
        options.pop("label", None)
        return Spec(
            uid=f"{docname}#{number}",
            latex=latex,
            label=label,
            kind=options.pop("kind", "claim"),
            file=str(file),
            line=located(path, label, latex, line + self.content_offset - self.lineno + 1)
            if inside
            else line,
            rejected=self.rejected,
            **options,
        )

    def _below(self, spec: Spec) -> list[nodes.Node]:
        """Return the line under the equation, with the code that computes it linked."""
        place = formula_note(uid=spec.uid)
        name = code_name(spec.code)
        if name:
            text = nodes.literal(text=name.rpartition(".")[2])
            if "." in name:
                reference = addnodes.pending_xref(
                    "",
                    text,
                    refdomain="py",
                    reftype="obj",
                    reftarget=name,
                    refexplicit=True,
                    refwarn=True,
                )
                reference["refdoc"] = self.env.docname
                place += reference
            else:
                place += text
        return [place]


class RejectedDirective(FormulaDirective):
    """A wrong equation, shown with the message that rejects it; the build fails if it passes."""

    rejected = True
