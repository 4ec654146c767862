"""The command: ``python -m trials TRIAL EQUATIONS NOTATION``; see ``--help``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from nnmath.formula.checking.book import load_book
from trials.ablation import VARIANTS
from trials.fuzz import fuzz
from trials.mutants import name_of, read_proofs, row, strangers
from trials.records import fingerprint, write_record
from trials.seeds import alarms
from trials.survey import Trial, survey

FEWEST, SCORE = 2_000, 0.995  # mutants of a book, and the share that must be rejected


class Run:
    """What all trials need: the book, the options, and where to write."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.load = partial(load_book, options.equations, options.notation)
        self.asked: list[dict[str, Any]] = json.loads(options.equations.read_text(encoding="utf-8"))
        self.start = time.perf_counter()

    def positions(self) -> list[int]:
        """Return which equations are asked for: those of a page, or all."""
        page = self.options.page or ""
        return [k for k, asked in enumerate(self.asked) if page in asked["document"]]

    def record(self, facts: dict[str, Any], rows: Sequence[dict[str, Any]] = ()) -> None:
        """Write the figures down, if that is asked for."""
        seconds = time.perf_counter() - self.start
        print(f"{seconds:.0f} s on {self.options.processes} processes, seed {self.options.seed}")
        if self.options.record:
            facts |= {"seed": self.options.seed, "seconds": round(seconds)}
            facts |= {"processes": self.options.processes}
            path = self.options.folder / f"{self.options.trial}.json"
            write_record(path, self.options.command, facts, self.asked, rows)
            print(f"written to {path}")


def score(trials: Sequence[Trial]) -> tuple[int, int]:
    """Return how many mutants there were, and how many survived."""
    return sum(t.tried.total() for t in trials), sum(len(t.survivors) for t in trials)


def mutants(run: Run) -> int:
    """Try every single edit; fail for a survivor that isn't proved, or a proof that isn't needed."""
    options, statements = run.options, run.load().statements
    trials = survey(run.load, options.seed, positions=run.positions(), processes=options.processes)
    total, survived = score(trials)
    by_kind: Counter[str] = Counter()
    for trial in trials:
        by_kind += trial.tried
    for kind, count in by_kind.most_common():
        left = sum(mutant.kind == kind for trial in trials for mutant in trial.survivors)
        print(f"{count:6} {kind}" + (f", {left} true" if left else ""))
    print(f"{total} mutants of {len(trials)} equations, {survived} survive", end=": ")
    print(f"{100 * (1 - survived / total) if total else 100:.2f} % rejected")
    new, gone = strangers(trials, statements, read_proofs(options.folder / "survivors.toml"))
    if new:
        print("\nNew survivors. Mend what lets them pass, or prove that they are true:")
    for name, latex in new:
        print(f"\n[[true]]\nequation = \"{name}\"\nproof = \"\"\nedits = ['''{latex}''']")
    for trial in trials:
        if trial.alarm:
            print(f"\nFails as it is ({trial.alarm}): {name_of(statements[trial.position])}")
    for name, latex in gone:
        print(f"\nListed in survivors.toml, but doesn't survive:\n{name}\n  {latex}")
    asked = [run.asked[trial.position] for trial in trials]
    rows = [row(t, a, fingerprint(a)) for t, a in zip(trials, asked, strict=True)]
    run.record({"mutants": total, "survivors": survived}, rows)
    enough = bool(options.page) or (total >= FEWEST and survived <= (1 - SCORE) * total)
    alarm = any(trial.alarm for trial in trials)
    return int(bool(new or gone or alarm or not enough))


def seeds(run: Run) -> int:
    """Check the book with other seeds; fail for any equation that fails."""
    options, count = run.options, run.options.rounds or 50
    wanted = range(options.seed + 1, options.seed + 1 + count)
    found = []
    for seed, failures in alarms(run.load, wanted, options.processes):
        found += [{"number": seed, "message": result.message} for result in failures]
        print(f"seed {seed}: {len(failures)} of {len(run.asked)} equations fail")
    for alarm in found:
        print(f"\nseed {alarm['number']}: {alarm['message']}")
    run.record({"first": wanted[0], "count": count, "alarms": len(found)}, found)
    return int(bool(found))


def ablation(run: Run) -> int:
    """Try every single edit against weaker and weaker checks."""
    options = run.options
    statements = run.load().statements
    rows: list[dict[str, Any]] = []
    for variant in VARIANTS:
        trials = survey(
            partial(variant.load, run.load),
            options.seed,
            positions=run.positions(),
            processes=options.processes,
            every=options.every,
        )
        total, survived = score(trials)
        false = sum(bool(trial.alarm) for trial in trials)
        rows.append(
            {"name": variant.name, "mutants": total, "survivors": survived, "alarms": false}
        )
        print(f"{variant.name}: {survived} of {total} survive, {false} false alarms", flush=True)
        if options.verbose:
            for trial in trials:
                for mutant in trial.survivors:
                    print(f"  {name_of(statements[trial.position])}: {mutant}")
    run.record({"every": options.every}, rows)
    return int(rows[0]["alarms"] > 0)


def fuzzing(run: Run) -> int:
    """Type nonsense; fail for a crash, a hang, or a refusal without a place."""
    options = run.options
    outcome = fuzz(run.load, options.rounds or 100_000, options.seed, options.processes)
    for kind, count in outcome.rounds.items():
        print(f"{count:7} {kind}")
    for answer, count in outcome.answers.most_common():
        print(f"{count:7} {answer}")
    print(f"slowest: {outcome.slowest:.2f} s")
    for trouble in (*outcome.faults, *(f"too slow: {latex!r}" for latex in outcome.slow)):
        print(trouble)
    run.record(
        {
            "rounds": dict(outcome.rounds),
            "answers": dict(outcome.answers),
            "slowest": round(outcome.slowest, 3),
            "faults": len(outcome.faults),
            "slow": len(outcome.slow),
        }
    )
    return int(bool(outcome.faults or outcome.slow))


TRIALS: dict[str, Callable[[Run], int]] = {
    "mutants": mutants,
    "seeds": seeds,
    "ablation": ablation,
    "fuzz": fuzzing,
}


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m trials", description=__doc__)
    parser.add_argument("trial", choices=TRIALS)
    parser.add_argument("equations", type=Path, help="formulas.json of the builder `formulas`")
    parser.add_argument("notation", type=Path, help="the Python file with the scopes")
    parser.add_argument("--folder", type=Path, default=Path(), help="of survivors and records")
    parser.add_argument("--record", action="store_true", help="write the figures into the folder")
    parser.add_argument("--page", help="only equations of files whose name has this in it")
    parser.add_argument("--seed", type=int, default=0, help="which random worlds")
    parser.add_argument("--rounds", type=int, help="how many seeds, or how much nonsense")
    parser.add_argument(
        "--every", type=int, default=1, help="of an ablation: one mutant in so many"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--verbose", action="store_true", help="show survivors of an ablation")
    options = parser.parse_args(arguments)
    if options.record and options.page:
        parser.error("a record is of the whole book")
    seed = f" --seed {options.seed}" if options.seed else ""
    every = f" --every {options.every}" if options.every != 1 else ""
    options.command = f"nox -s {options.trial}{' --' if seed or every else ''}{seed}{every}"
    return options


def main(arguments: Sequence[str]) -> int:
    """Run a trial; return 1 if the check doesn't stand it."""
    options = parsed(arguments)
    return TRIALS[options.trial](Run(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
