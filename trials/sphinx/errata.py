"""The directive that runs tables of errata and shows what becomes of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from nnmath.formula.sphinx.directives import table
from trials import errata
from trials.errata import Outcome, Report

__all__ = ["ErrataDirective"]

COLUMNS = {  # what a reader calls the outcomes
    "told apart": "wrong one rejected",
    "accepted": "right one accepted",
    "missed": "missed",
    "false alarm": "false alarm",
    "undecided": "undecided",
    "not read": "not read",
}


class ErrataDirective(SphinxDirective):
    r"""A run over tables of errata: what is read, rejected, missed.

    The arguments are TOML files, beside the page or conf.py. Without options it shows the numbers by kind and by
    topic, and what can't be read; ``:by: kind`` or ``:by: topic`` shows one of the two; ``:list:`` also every formula
    with its source and with what the author would be told.
    """

    required_arguments = 1
    optional_arguments = 7
    option_spec: ClassVar[Any] = {
        "by": lambda argument: directives.choice(argument, ("kind", "topic")),
        "list": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Run the errata now; the tables are dependencies of the page."""
        paths = [self._found(argument) for argument in self.arguments]
        for path in paths:
            self.env.note_dependency(str(path))
            self.env.note_dependency(str(path.with_name("references.py")))
        if self.env.app.builder.name == "formulas":  # nobody sees the tables there
            self.env.note_reread()
            return []
        report = errata.run(paths)
        fields = (self.options["by"],) if "by" in self.options else ("kind", "topic")
        made: list[nodes.Node] = [nodes.paragraph(text=_summary(report))]
        made += [_counted(report, field) for field in fields]
        if report.of("not read"):
            made += [
                nodes.paragraph(text="Not read, and the notation that is missing:"),
                _unread(report),
            ]
        if "list" in self.options:
            made.append(_listed(report))
        return made

    def _found(self, name: str) -> Path:
        """Return a file beside the page or, for pages that were copied elsewhere, beside the settings."""
        for path in (Path(self.env.relfn2path(name)[1]), Path(self.env.app.confdir, name)):
            if path.is_file():
                return path
        raise self.error(f"there is no file {name}")


def _summary(report: Report) -> str:
    wrong = f"{report.count('told apart')} of the {report.decided} wrong ones that can be decided are rejected"
    asked = sum(outcome.asked for outcome in report.outcomes)
    how = f", {asked} of them by a question at the spot" if asked else ""
    return (
        f"{report.read} of {len(report.outcomes)} formulas are read as printed. "
        f"{wrong}{how}; {report.count('missed')} are missed. "
        f"False alarms: {report.count('false alarm')}."
    )


def _counted(report: Report, field: str) -> nodes.table:
    """Count outcomes by kind or topic; columns that would be empty are left out."""
    statuses = [status for status in COLUMNS if report.count(status)]
    rows: list[tuple[Any, ...]] = [
        (name, sum(counts.values()), *(counts[status] or "" for status in statuses))
        for name, counts in report.by(field).items()
    ]
    totals = (report.count(status) for status in statuses)
    rows.append(("all", len(report.outcomes), *totals))
    return table((field, "formulas", *(COLUMNS[status] for status in statuses)), rows)


def _source(outcome: Outcome) -> nodes.Node:
    if not outcome.url:
        return nodes.Text(outcome.source)
    return nodes.reference("", outcome.source, refuri=outcome.url)


def _unread(report: Report) -> nodes.table:
    rows = [(_source(o), o.topic, _told(o)) for o in report.of("not read")]
    return table(("where it stood", "topic", "missing notation"), rows)


def _told(outcome: Outcome) -> str:
    """Return what the author is told, without the name of the formula."""
    line = outcome.note.splitlines()[0] if outcome.note else ""
    prefix = f"{outcome.id} ("
    return line.partition("): ")[2] if line.startswith(prefix) else line


def _listed(report: Report) -> nodes.table:
    rows = [
        (_source(o), o.topic, o.kind, COLUMNS[o.status], _told(o))
        for o in report.outcomes
        if o.status != "not read"
    ]
    return table(
        ("where it stood", "topic", "kind of error", "outcome", "what the author is told"), rows
    )
