r"""Real errata: formulas that were wrong in print, read as printed.

``python -m nnmath.formula.errata TABLE.toml`` declares the symbols of each, checks the wrong and the corrected form
and reports how many are read, how many of the wrong are rejected and how many of the corrected are accepted.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nnmath.formula.book import Book, Result
from nnmath.formula.equation import read
from nnmath.formula.errors import FormulaError
from nnmath.formula.notation import Notation

__all__ = ["Outcome", "Report", "run"]

READER = ("syntax", "notation")  # categories that say "not read" rather than "wrong"


@dataclass(frozen=True)
class Outcome:
    """What became of one erratum.

    `status` is ``"told apart"``, ``"missed"`` (the wrong one passes), ``"false alarm"`` (the corrected one is
    rejected), ``"undecided"`` (read, but nothing printed decides) or ``"not read"``.
    """

    id: str
    source: str
    topic: str
    kind: str
    status: str
    note: str = ""


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
    def recall(self) -> float:
        """Which share of the wrong formulas that can be decided was rejected."""
        decided = self.count("told apart") + self.count("missed") + self.count("false alarm")
        return 1.0 - self.count("missed") / decided if decided else 1.0

    def by(self, field: str) -> dict[str, tuple[int, int]]:
        """Return, for each kind or topic, how many there are and how many were told apart."""
        everything = Counter(getattr(outcome, field) for outcome in self.outcomes)
        told = Counter(getattr(o, field) for o in self.outcomes if o.status == "told apart")
        return {name: (count, told[name]) for name, count in sorted(everything.items())}


def run(table: str | Path, seed: int = 0) -> Report:
    """Check every erratum of a table.

    Parameters
    ----------
    table : str or Path
        A TOML file of ``[[erratum]]`` entries.
    seed : int
        Which worlds.

    Returns
    -------
    Report
    """
    entries = tomllib.loads(Path(table).read_text(encoding="utf-8"))["erratum"]
    return Report(tuple(_outcome(entry, seed) for entry in entries))


def _outcome(entry: dict[str, Any], seed: int) -> Outcome:
    names = entry["id"], entry["source"], entry["topic"], entry["kind"]
    if "missing" in entry:
        return Outcome(*names, "not read", entry["missing"])
    if "undecided" in entry:
        return _undecided(entry, names)
    wrong, right = check_entry(entry, "wrong", seed), check_entry(entry, "right", seed)
    if right.verdict != "holds":
        status = "not read" if right.category in READER else "false alarm"
        return Outcome(*names, status, right.message)
    if wrong.verdict == "holds":
        return Outcome(*names, "missed", wrong.latex)
    return Outcome(*names, "told apart", wrong.message)


def _undecided(entry: dict[str, Any], names: tuple[str, str, str, str]) -> Outcome:
    try:
        for form in ("wrong", "right"):
            read(entry[form], declare(entry))
    except FormulaError as error:
        return Outcome(*names, "not read", error.message)
    return Outcome(*names, "undecided", entry["undecided"])


def declare(entry: dict[str, Any]) -> Notation:
    """Declare the symbols of an entry: ``LaTeX :: key: value :: ...``."""
    options = {
        key: entry[key]
        for key in ("elementwise", "broadcast_rows", "layout", "coordinates", "letters")
        if key in entry
    }
    notation = Notation(entry["id"], **options)
    for line in entry["symbols"]:
        latex, *facts = (part.strip() for part in line.split("::"))
        given: dict[str, str] = {}
        for fact in facts:
            key, colon, value = fact.partition(":")
            given |= {key.strip(): value.strip()} if colon else {"domain": key}
        notation.declare(latex, **given)
    return notation


def check_entry(entry: dict[str, Any], form: str, seed: int) -> Result:
    """Check one form of an entry after its context; a context that fails is reported instead."""
    book = Book(declare(entry), functions=REFERENCES)
    for number, latex in enumerate(entry.get("context", ()), start=1):
        kind = "update" if r"\leftarrow" in latex else "definition"
        book.add(latex, label=f"context {number}", kind=kind, strict=False)
    book.add(
        entry[form], label=f"{entry['id']} ({form})", kind=entry["as"], code=entry.get("code"),
        against=entry.get("against", ""), order=entry.get("order", ""), strict=False,
    )  # fmt: skip
    results = book.check(seed)
    return next((result for result in results if result.verdict == "fails"), results[-1])


# What some of the formulas claim to compute, worked out in another way


def _kl_normal(mean: Any, covariance: Any, other_mean: Any, other_covariance: Any) -> float:
    """Take the expectation of the log ratio of two normal densities.

    The log ratio is quadratic, so the mean over 2 D points at the right distance is exact.
    """
    mean, other_mean = np.atleast_1d(mean), np.atleast_1d(other_mean)
    covariance, other_covariance = np.atleast_2d(covariance), np.atleast_2d(other_covariance)
    root = np.linalg.cholesky(covariance) * np.sqrt(len(mean))
    points = np.concatenate([mean + root.T, mean - root.T])

    def log_density(x: Any, centre: Any, spread: Any) -> Any:
        away = x - centre
        distance = np.einsum("ni,ij,nj->n", away, np.linalg.inv(spread), away)
        return -0.5 * (distance + np.linalg.slogdet(2 * np.pi * spread)[1])

    ratio = log_density(points, mean, covariance) - log_density(
        points, other_mean, other_covariance
    )
    return float(ratio.mean())


def _regions(hyperplanes: int, dimension: int) -> int:
    """Count the regions that hyperplanes in general position cut space into, one hyperplane at a time."""
    if hyperplanes == 0 or dimension == 0:
        return 1
    return _regions(hyperplanes - 1, dimension) + _regions(hyperplanes - 1, dimension - 1)


def _mixture_variance(weights: Any, deviations: Any, means: Any) -> float:
    """Add up second moments of a mixture and take off the square of its mean."""
    second = weights @ (means.shape[1] * deviations**2 + (means**2).sum(axis=1))
    return float(second - ((weights @ means) ** 2).sum())


def _covariance_of_sum(design: Any, precision: Any, noise_precision: Any) -> Any:
    """Propagate the standard deviations of independent parts through a linear map."""
    spread = design / np.sqrt(np.diag(precision))
    return spread @ spread.T + np.diag(1 / np.diag(noise_precision))


REFERENCES: dict[str, Callable[..., Any]] = {
    "adam_direction": lambda rate, first, second, epsilon: (
        rate * first / (np.sqrt(second) + epsilon)
    ),
    "adam_step": lambda weight, rate, first, second, epsilon: (
        weight - rate * first / (np.sqrt(second) + epsilon)
    ),
    "kl_normal": _kl_normal,
    "regions": _regions,
    "mixture_variance": _mixture_variance,
    "covariance_of_sum": _covariance_of_sum,
}


def main(arguments: Sequence[str]) -> int:
    """Print a report; return 1 if anything is missed or a false alarm."""
    report = run(arguments[0])
    for outcome in report.outcomes:
        print(
            f"{outcome.status:12} {outcome.id}: {outcome.note.splitlines()[0] if outcome.note else ''}"
        )
    print(f"{report.read} of {len(report.outcomes)} read, recall {report.recall:.3f}", end=", ")
    print(f"{report.count('false alarm')} false alarms")
    return int(report.count("missed") + report.count("false alarm") > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
