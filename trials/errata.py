r"""Real errata: formulas that were wrong in print, read as printed.

``python -m trials.errata TABLE.toml ...`` declares the symbols of each, checks the wrong and the corrected form
as they were printed, and reports how many are read, how many of the wrong are rejected and how many of the corrected
are accepted. The keys of a table are described in `trials.errata_table`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nnmath.formula.errors import ASKS, FormulaError
from trials.errata_table import Entry, check_form, read_form, read_table

__all__ = ["Outcome", "Report", "main", "run"]

STATUSES = {
    "told apart": "the wrong form is rejected at the spot, the right one accepted",
    "accepted": "a right form that looks wrong is accepted",
    "missed": "the wrong form passes, or its rejection names no spot",
    "false alarm": "the right form is called false",
    "undecided": "both are read, but nothing printed decides",
    "not read": "the right form can't be read",
}


@dataclass(frozen=True)
class Outcome:
    """What became of one erratum.

    Attributes
    ----------
    id, source, url, topic, kind : str
        Which it is and where it stood.
    status : str
        ``"told apart"``; ``"accepted"`` where there is a right form only; ``"missed"`` (the wrong one passes),
        ``"false alarm"`` (the right one is called false), ``"undecided"`` (read, but nothing printed decides) or
        ``"not read"``.
    category : str
        Why the wrong one was rejected.
    note : str
        What the author is told; what is missing, for one that isn't read.
    """

    id: str
    source: str
    topic: str
    kind: str
    status: str
    note: str = ""
    category: str = ""
    url: str = ""

    @property
    def asked(self) -> bool:
        """Whether the wrong form was rejected by a question, such as what an undeclared symbol means."""
        return self.status == "told apart" and self.category in ASKS


@dataclass(frozen=True)
class Report:
    """The outcomes of a table."""

    outcomes: tuple[Outcome, ...]

    def count(self, status: str) -> int:
        """Count outcomes of one status."""
        return sum(outcome.status == status for outcome in self.outcomes)

    @property
    def read(self) -> int:
        """How many were read as printed."""
        return len(self.outcomes) - self.count("not read")

    @property
    def decided(self) -> int:
        """How many wrong forms were read and can be decided."""
        return self.count("told apart") + self.count("missed")

    @property
    def recall(self) -> float:
        """Which share of the wrong formulas that can be decided was rejected."""
        return self.count("told apart") / self.decided if self.decided else 1.0

    def by(self, field: str) -> dict[str, Counter[str]]:
        """Count the statuses for each kind or topic."""
        groups: dict[str, Counter[str]] = {}
        for outcome in self.outcomes:
            groups.setdefault(getattr(outcome, field), Counter())[outcome.status] += 1
        return dict(sorted(groups.items()))

    def of(self, *statuses: str) -> list[Outcome]:
        """Return the outcomes with one of these statuses."""
        return [outcome for outcome in self.outcomes if outcome.status in statuses]

    def faults(self, read: int = 0, recall: float = 0.95) -> list[str]:
        """Say what falls short: too few read, too few of the wrong rejected, any right one rejected."""
        found = []
        if self.read < read:
            found.append(f"{self.read} are read, of {read} wanted")
        if self.recall < recall:
            found.append(f"{self.recall:.1%} of the wrong are rejected, of {recall:.0%} wanted")
        found += [
            f"{outcome.id} is right and is called false" for outcome in self.of("false alarm")
        ]
        return found

    def summary(self) -> str:
        """Write the numbers in one line."""
        return (
            f"{self.read} of {len(self.outcomes)} read, {self.count('told apart')} of {self.decided} wrong ones"
            f" rejected (recall {self.recall:.3f}), {self.count('false alarm')} false alarms"
        )


def run(table: str | Path | Iterable[str | Path], seed: int = 0) -> Report:
    """Check every erratum of a table, or of several.

    Parameters
    ----------
    table : str, Path or an iterable of them
        TOML files of ``[[erratum]]`` entries.
    seed : int
        Which worlds.

    Returns
    -------
    Report
    """
    tables = [table] if isinstance(table, str | Path) else list(table)
    entries = [entry for one in tables for entry in read_table(one)]
    return Report(tuple(outcome(entry, seed) for entry in entries))


def outcome(entry: Entry, seed: int = 0) -> Outcome:
    """Check one erratum."""

    def made(status: str, note: str = "", category: str = "") -> Outcome:
        return Outcome(
            entry.id, entry.source, entry.topic, entry.kind, status, note, category, entry.url
        )

    if entry.missing:
        return made("not read", entry.missing)
    if entry.undecided:
        return made(*_undecided(entry))
    right = check_form(entry, "right", seed)
    if right.verdict != "holds":
        status = "not read" if right.category in ASKS else "false alarm"
        return made(status, right.message, right.category)
    if not entry.wrong:
        return made("accepted")
    wrong = check_form(entry, "wrong", seed)
    if wrong.verdict == "holds" or wrong.span is None:
        return made("missed", wrong.message or wrong.latex, wrong.category)
    return made("told apart", wrong.message, wrong.category)


def _undecided(entry: Entry) -> tuple[str, str]:
    try:
        for form in ("wrong", "right"):
            read_form(entry, form)
    except FormulaError as error:
        return "not read", error.message
    return "undecided", entry.undecided


def _first_line(text: str) -> str:
    return text.splitlines()[0] if text else ""


def _print(report: Report, everything: bool) -> None:
    shown = report.outcomes if everything else report.of("missed", "false alarm", "not read")
    for one in shown:
        print(f"{one.status:11} {one.id}: {_first_line(one.note)}")
    for field in ("kind", "topic"):
        print(f"\n{field:20} " + " ".join(f"{status:>11}" for status in STATUSES))
        for name, counts in report.by(field).items():
            print(f"{name:20} " + " ".join(f"{counts[status] or '':>11}" for status in STATUSES))
    print()
    asked = sum(one.asked for one in report.outcomes)
    print(f"{report.summary()}; {asked} of the wrong ones by a question at the spot")


def main(arguments: Sequence[str]) -> int:
    """Print a report; return 1 if it falls short of what is wanted."""
    parser = argparse.ArgumentParser(prog="python -m trials.errata")
    parser.add_argument("tables", nargs="+")
    parser.add_argument("--seeds", type=int, default=1, help="in how many sets of random worlds")
    parser.add_argument("--read", type=int, default=0, help="how many must be read as printed")
    parser.add_argument("--recall", type=float, default=0.95, help="of those read and decided")
    parser.add_argument("--all", action="store_true", help="show those told apart too")
    wanted = parser.parse_args(arguments)
    faults: list[str] = []
    for seed in range(wanted.seeds):
        report = run(wanted.tables, seed)
        if seed == 0:
            _print(report, wanted.all)
        faults += [f"seed {seed}: {fault}" for fault in report.faults(wanted.read, wanted.recall)]
    for fault in faults:
        print(fault)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
