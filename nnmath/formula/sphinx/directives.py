"""The directives that bind a displayed equation to the check, and what the pages show of it: a line below, tables."""

import re
from collections import Counter
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.directives.patches import MathDirective
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from nnmath.formula.checking.book import KINDS, Result, code_name
from nnmath.formula.sphinx.pages import Page, Spec, line_in_page, owner_of, page_of, shown_path

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


# What the pages show


class formula_overview(nodes.General, nodes.Element):
    """The place of a generated table."""


class OverviewDirective(SphinxDirective):
    """How many equations each page has and how many are verified, or, with their evidence, all of them."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for the table."""
        page_of(self.env, self.env.docname).overview = True
        return [formula_overview(kind=self.name)]


def table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> nodes.table:
    """Build a table of texts or nodes."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    header, body = nodes.thead(), nodes.tbody()
    header += _row(head)
    body += [_row(row) for row in rows]
    group += [header, body]
    made = nodes.table(classes=["formula-table"])
    made += group
    return made


def _row(cells: tuple[Any, ...]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        entry = nodes.entry()
        entry += (
            nodes.paragraph("", "", cell)
            if isinstance(cell, nodes.Node)
            else nodes.paragraph(text=str(cell))
        )
        row += entry
    return row


def folded(
    app: Sphinx, title: str, note: str, inside: list[nodes.Node], target: str = ""
) -> list[nodes.Node]:
    """Return what opens on demand, on a page of HTML; elsewhere it stands under its title."""
    if app.builder.format != "html":
        return [nodes.rubric(text=title), *inside]
    about = f"{escape(title)} <span>{escape(note)}</span>"
    name = f' id="{target}"' if target else ""
    start = f'<details class="formula-folded"{name}><summary>{about}</summary>'
    return [
        nodes.raw("", start, format="html"),
        *inside,
        nodes.raw("", "</details>", format="html"),
    ]


# Filling in, once every verdict is known

#: How many of a verdict, in words.
_SAID = {"holds": "verified", "unchecked": "not checked"}


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the verdicts into a page."""
    results: dict[str, Result] = getattr(app.env, "formula_results", {})
    for place in list(doctree.findall(formula_note)):
        result = results.get(place["uid"])
        place.replace_self([] if result is None else _below(result, place))
    for spot in list(doctree.findall(formula_overview)):
        coverage = spot["kind"] == "formula-coverage"
        spot.replace_self(_coverage(app.env) if coverage else _evidence(app, docname))


def _below(result: Result, place: formula_note) -> list[nodes.Node]:
    """Return what stands under an equation: its code, its verdict, and its evidence on demand."""
    if result.verdict == "rejected":
        return [
            nodes.literal_block(
                result.message, result.message, language="none", classes=["formula-message"]
            )
        ]
    box = nodes.container(classes=["formula-note", f"formula-{result.verdict}"])
    line = nodes.paragraph(classes=["formula-line"])
    symbols = [child for child in place.children if isinstance(child, formula_symbols)]
    links = [child for child in place.children if child not in symbols]
    if place.get("restates"):
        line += [nodes.Text("equation "), links.pop(0), nodes.Text(" · ")]
    if links:
        line += [nodes.Text("computed by "), *links, nodes.Text(" · ")]
    line += nodes.inline(text=_verdict(result), classes=["formula-verdict"])
    box += line
    if result.verdict == "holds":
        box += nodes.raw("", _details(result), format="html")
    for listed in symbols:
        box += nodes.raw(
            "", '<details class="formula-symbols"><summary>Symbols</summary>', format="html"
        )
        box += listed.children
        box += nodes.raw("", "</details>", format="html")
    return [box]


def _verdict(result: Result) -> str:
    if result.verdict == "unchecked":
        return f"not checked: {result.message}"
    condition = "" if result.kind != "definition" or result.code else "a definition, "
    sharp = result.evidence.get("equality")
    equality = f", an equality for {sharp}" if sharp else ""
    return f"{condition}checked at {result.points} points{equality}"


def _details(result: Result) -> str:
    """Return the evidence, folded away."""
    evidence = result.evidence
    worlds = [world for world in evidence["sizes"] if world]
    sizes = "; ".join(
        ", ".join(f"{name} = {size}" for name, size in world.items()) for world in worlds
    )
    facts = {
        "Random worlds": str(evidence["worlds"]),
        "Points": str(result.points),
        "Largest relative difference": f"{result.largest_difference:.1e}",
        "Allowed": f"{evidence['tolerance']:.0e}",
        "Seed": str(evidence["seed"]),
        "Sizes": sizes or "none",
    }
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts.items())
    return f'<details class="formula-evidence"><summary>Evidence</summary><dl>{rows}</dl></details>'


def _pages(env: BuildEnvironment) -> list[tuple[str, list[Result]]]:
    results: dict[str, Result] = getattr(env, "formula_results", {})
    pages: dict[str, Page] = getattr(env, "formula_pages", {})
    found = []
    for docname in getattr(env, "formula_order", []):
        here = [results[s.uid] for s in pages[docname].specs if s.uid in results and not s.rejected]
        if here:
            found.append((docname, here))
    return found


def _title(env: BuildEnvironment, docname: str) -> str:
    return env.titles[docname].astext() if docname in env.titles else docname


def _coverage(env: BuildEnvironment) -> list[nodes.Node]:
    rows: list[tuple[Any, ...]] = []
    total: Counter[str] = Counter()
    for docname, results in _pages(env):
        counts = Counter(result.verdict for result in results)
        with_code = sum(bool(result.code) for result in results)
        total += counts + Counter({"all": len(results), "code": with_code})
        rows.append(
            (_title(env, docname), len(results), counts["holds"], with_code, counts["unchecked"])
        )
    rows.append(("All", total["all"], total["holds"], total["code"], total["unchecked"]))
    return [table(("Page", "equations", "verified", "with code", "not checked"), rows)]


def _evidence(app: Sphinx, docname: str) -> list[nodes.Node]:
    head = ("Equation", "kind", "verdict", "points", "difference", "code")
    made: list[nodes.Node] = []
    for page, results in _pages(app.env):
        address = app.builder.get_relative_uri(docname, page)
        counts = Counter(result.verdict for result in results)
        note = ", ".join(f"{count} {_SAID.get(name, name)}" for name, count in counts.items())
        rows = [_evidence_row(result, address) for result in results]
        made += folded(app, _title(app.env, page), note, [table(head, rows)])
    return made


def _evidence_row(result: Result, address: str) -> tuple[Any, ...]:
    name: Any = result.label or f"line {result.line}"
    if result.label:
        target = nodes.make_id(f"equation-{result.label}")
        name = nodes.reference("", result.label, refuri=f"{address}#{target}", internal=True)
    difference = f"{result.largest_difference:.0e}" if result.verdict == "holds" else ""
    code = nodes.literal(text=result.code) if result.code else ""
    return name, result.kind, result.verdict, result.points, difference, code
