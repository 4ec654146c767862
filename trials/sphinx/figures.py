"""What the pages show of trials of the check: figures of a recorded run, for the equations that it holds for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from nnmath.formula.sphinx.directives import table
from nnmath.formula.sphinx.pages import page_of
from trials.mutants import read_proofs
from trials.records import engine, fingerprint, read_record

__all__ = ["TrialDirective", "fill_trials", "formula_trial"]

#: What each category of refusal says of a formula, in the order in which the check gets there.
REASONS = (
    ("it can't be read", ("syntax", "undeclared", "notation", "limit")),
    ("an index runs where its symbol isn't, or stands for two things", ("index", "shadowed")),
    ("a chain rule, an update or a factor is wrong as print", ("style", "chain rule", "update")),
    ("it defines what is defined, or what it needs isn't defined", ("definition", "premise")),
    ("shapes don't fit", ("shape",)),
    ("its sides differ", ("value", "cases")),
    ("it differs from the package", ("code",)),
    ("a later equation fails", ("later",)),
)


class formula_trial(nodes.General, nodes.Element):
    """The place of a trial's figures."""


class TrialDirective(SphinxDirective):
    """Figures of a recorded trial: the mutants' score, by kind of edit or by reason; seeds; ablation; fuzzing; errata.

    Of a list of survivors, the edits that leave an equation true, each with its proof.
    """

    required_arguments = 1
    option_spec: ClassVar[Any] = {
        "show": lambda argument: directives.choice(argument, ("score", "kinds", "reasons"))
    }

    def run(self) -> list[nodes.Node]:
        """Leave a place for the figures; the record is a dependency of the page."""
        path = Path(self.env.relfn2path(self.arguments[0])[1])
        if not path.is_file():
            raise self.error(f"there is no record {self.arguments[0]}")
        self.env.note_dependency(str(path))
        page_of(self.env, self.env.docname).overview = True
        return [formula_trial(path=str(path), show=self.options.get("show", "score"))]


def prose(text: str) -> list[nodes.Node]:
    """Return a text with ``$maths$`` and ``*labels*`` in it as nodes."""
    made: list[nodes.Node] = []
    for part in re.split(r"(\$[^$]+\$|\*[^*]+\*)", text):
        if part.startswith("$"):
            made.append(nodes.math(part[1:-1], part[1:-1]))
        elif part.startswith("*"):
            made.append(nodes.literal(text=part[1:-1]))
        elif part:
            made.append(nodes.Text(part))
    return made


# Filling in, once the equations are known


@dataclass(frozen=True)
class Present:
    """A record, and which of today's equations it holds for."""

    record: dict[str, Any]
    equations: frozenset[str]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What was written down of equations that still say the same, or everything that isn't of an equation."""
        return [r for r in self.record["rows"] if r.get("id", "") in {"", *self.equations}]

    def total(self, field: str) -> Counter[str]:
        """Add up the counts of one field over the equations."""
        found: Counter[str] = Counter()
        for row in self.rows:
            found += Counter(row[field])
        return found

    def origin(self) -> str:
        """Say what the figures come from, and what has changed since."""
        run = self.record
        text = (
            f"Run on {run['date']} over {len(run['equations'])} equations: {run['command']}, seed {run['seed']}, "
            f"{run['seconds']} s on {run['processes']} processes, Python {run['python']}, NumPy {run['numpy']}."
        )
        new = len(self.equations - set(run["equations"]))
        if new:
            text += f" Since then {new} equations were added or changed; they aren't counted here."
        if run["engine"] != engine():
            text += " The engine has been worked on since."
        return text


def fill_trials(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the figures of trials into a page."""
    asked = getattr(app.env, "formula_asked", {}).values()
    today = frozenset(fingerprint(one) for one in asked)
    for spot in list(doctree.findall(formula_trial)):
        path = Path(spot["path"])
        if path.suffix == ".toml":
            spot.replace_self(list(_proofs(path)))
            continue
        name = spot["show"] if path.stem == "mutants" else path.stem
        spot.replace_self(SHOWN[name](Present(read_record(path), today)))


def _proofs(path: Path) -> Iterator[nodes.Node]:
    """Yield each proof and the equations that it is about, under the label of the right one."""
    for proof in read_proofs(path):
        yield nodes.paragraph("", "", *prose(f"*{proof.equation}*: {proof.proof}"))
        for latex in proof.edits:
            yield nodes.math_block(latex, latex, nowrap=False, number=None)


def _score(present: Present) -> list[nodes.Node]:
    tried, survived = present.total("tried").total(), present.total("survived").total()
    share = 100 * (tried - survived) / tried if tried else 100
    unread = _of(present.total("rejected"), REASONS[0][1])
    text = (
        f"{tried:,} misprints of {len(present.rows)} equations; {tried - survived:,} are rejected, which is "
        f"{share:.2f} %. The {survived} others are true, and listed below. {unread:,} of the rejected ones can't be "
        f"read at all. Of the {tried - unread:,} that say something, {tried - unread - survived:,} are rejected."
    )
    return [nodes.paragraph(text=text), nodes.paragraph(text=present.origin())]


def _of(counts: Counter[str], categories: Iterable[str]) -> int:
    first = {category.split()[0] for category in categories}
    return sum(count for name, count in counts.items() if name.split()[0] in first)


def _kinds(present: Present) -> list[nodes.Node]:
    survived = present.total("survived")
    rows = [
        (kind, f"{count:,}", f"{count - survived[kind]:,}", survived[kind] or "")
        for kind, count in present.total("tried").most_common()
    ]
    return [table(("Edit", "misprints", "rejected", "true all the same"), rows)]


def _reasons(present: Present) -> list[nodes.Node]:
    counts = present.total("rejected")
    rows = [(text, f"{_of(counts, categories):,}") for text, categories in REASONS]
    return [table(("Rejected because", "misprints"), rows)]


def _seeds(present: Present) -> list[nodes.Node]:
    run = present.record
    last = run["first"] + run["count"] - 1
    text = (
        f"{run['count']} seeds, {run['first']} to {last}, {len(run['equations'])} equations each: "
        f"{run['alarms'] or 'no'} false alarms."
    )
    return [nodes.paragraph(text=text), nodes.paragraph(text=present.origin())]


def _ablation(present: Present) -> list[nodes.Node]:
    whole = present.record["rows"][0]["survivors"]
    rows = [
        (
            row["name"],
            f"{row['mutants']:,}",
            f"{row['survivors']:,}",
            ""
            if row["name"] == present.record["rows"][0]["name"]
            else f"{row['survivors'] - whole:+,}",
            row["alarms"] or "",
        )
        for row in present.record["rows"]
    ]
    head = ("The check", "misprints", "survivors", "more", "true equations rejected")
    every = present.record.get("every", 1)
    text = f"One misprint in {every} of each equation was tried. " if every > 1 else ""
    return [table(head, rows), nodes.paragraph(text=text + present.origin())]


def _fuzz(present: Present) -> list[nodes.Node]:
    run = present.record
    answers = Counter(run["answers"])
    rounds = ", ".join(f"{count:,} of {kind}" for kind, count in run["rounds"].items())
    refused = ", ".join(f"{name} {n:,}" for name, n in answers.most_common() if name != "holds")
    text = (
        f"{sum(run['rounds'].values()):,} formulas ({rounds}): crashes or refusals without a place: "
        f"{run['faults'] or 'none'}; over a second: {run['slow'] or 'none'}; the slowest took {run['slowest']:.2f} s. "
        f"{answers['holds']:,} say something true. The others were refused: {refused}."
    )
    return [nodes.paragraph(text=text), nodes.paragraph(text=present.origin())]


def _held_out(present: Present) -> list[nodes.Node]:
    rows = [
        (
            row["table"],
            row["when"],
            row["formulas"],
            row["read"],
            f"{row['rejected']} of {row['wrong']}",
            row["alarms"] or "",
        )
        for row in present.record["rows"]
    ]
    head = (
        "Formulas",
        "measured",
        "number",
        "read",
        "wrong ones rejected",
        "right ones called false",
    )
    return [table(head, rows)]


SHOWN: dict[str, Callable[[Present], list[nodes.Node]]] = {
    "score": _score,
    "kinds": _kinds,
    "reasons": _reasons,
    "seeds": _seeds,
    "ablation": _ablation,
    "fuzz": _fuzz,
    "held-out": _held_out,
}
