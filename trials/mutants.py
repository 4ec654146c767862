"""Every single edit of every equation, against the list of those that are true."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnmath.formula.checking.book import Statement
from trials.survey import Trial

__all__ = ["Proof", "name_of", "read_proofs", "row", "strangers", "words"]


@dataclass(frozen=True)
class Proof:
    """Edits of one equation that leave it true, and why."""

    equation: str
    proof: str
    edits: tuple[str, ...]


def words(latex: str) -> str:
    """Return LaTeX on one line."""
    return " ".join(latex.split())


def name_of(statement: Statement) -> str:
    """Return what an equation is called in the list: its label, or where it stands."""
    return statement.label or statement.file


def read_proofs(path: Path) -> list[Proof]:
    """Read the list of true mutants: ``[[true]]`` entries with `equation`, `proof` and `edits`."""
    if not path.exists():
        return []
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("true", [])
    return [
        Proof(e["equation"], e["proof"].strip(), tuple(words(latex) for latex in e["edits"]))
        for e in entries
    ]


def strangers(
    trials: Iterable[Trial], statements: Sequence[Statement], proofs: Iterable[Proof]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the survivors that aren't listed, and the listed ones, of the equations tried, that don't survive."""
    found: dict[tuple[str, str], None] = {}
    tried = set()
    for trial in trials:
        name = name_of(statements[trial.position])
        tried.add(name)
        found |= {(name, words(mutant.latex)): None for mutant in trial.survivors}
    known = {name_of(statement) for statement in statements}
    listed = {(p.equation, latex): None for p in proofs for latex in p.edits}
    gone = [place for place in listed if place not in found]
    return (
        [place for place in found if place not in listed],
        [place for place in gone if place[0] in tried or place[0] not in known],
    )


def row(trial: Trial, asked: Mapping[str, Any], fingerprint: str) -> dict[str, Any]:
    """Return what is written down of one equation."""
    rejected: Counter[str] = Counter()
    for (_, category), count in trial.rejected.items():
        rejected[category] += count
    survived = Counter(mutant.kind for mutant in trial.survivors)
    return {
        "id": fingerprint,
        "equation": asked["label"] or asked["document"],
        "tried": dict(trial.tried),
        "survived": dict(survived),
        "rejected": dict(rejected),
    }
