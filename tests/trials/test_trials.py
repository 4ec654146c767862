"""The check on trial: misprints, other seeds, parts taken away, nonsense; on statistics and geometry."""

import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

import nnmath.formula
from nnmath import formula
from nnmath.formula.checking.book import load_book
from nnmath.formula.checking.mutation import mutants, printed
from trials import __main__ as command
from trials import fuzz as fuzzing
from trials.ablation import VARIANTS
from trials.fuzz import Outcome, edited, fuzz, nonsense, try_one
from trials.mutants import Proof, read_proofs, strangers
from trials.records import engine, fingerprint, read_record
from trials.seeds import alarms
from trials.survey import InPlace, survey

# JAX, which other tests load into the same process, warns of any fork; nothing here touches JAX.
forks = pytest.mark.filterwarnings("ignore:os.fork:RuntimeWarning")

NOTATION = """
from nnmath import formula

sample = formula.Notation("a sample")
sample.declare("n", "number of observations", domain="size")
sample.declare("x_i", "observation", indices="i = 1..n", code="x")
sample.declare("m", "mean", domain="printed")
sample.declare("v", "variance", domain="printed")
sample.declare("s", "standard deviation", domain="printed")
sample.declare("y", "a number that is improved")

unused = 3


def mean(x):
    return sum(x) / len(x)


functions = {"statistics.mean": mean}
"""
MEAN = {
    "latex": r"m = \frac{1}{n} \sum_{i=1}^n x_i",
    "label": "mean",
    "kind": "definition",
    "call": "statistics.mean(x=x)",
}
VARIANCE = {
    "latex": r"v = \frac{1}{n} \sum_{i=1}^n (x_i - m)^2",
    "label": "variance",
    "kind": "definition",
}
DISPLACED = {"latex": r"v = \frac{1}{n} \sum_{i=1}^n x_i^2 - m^2", "label": "displaced"}
OPEN = {"latex": "s = v", "label": "open", "kind": "unchecked", "reason": "told in words"}
TOTAL = {"latex": r"\sum_{i=1}^n x_i^2 = n v + n m^2", "label": "", "document": "b.md"}
EVERYTHING = [MEAN, VARIANCE, DISPLACED, OPEN, TOTAL]


def asked(**given):
    """Return one record of formulas.json."""
    plain = {
        "document": "a.md", "line": 1, "kind": "claim", "scope": "sample", "call": None, "condition": "",
        "against": "", "tolerance": None, "order": "", "equality": "", "reason": "",
    }  # fmt: skip
    return plain | given


@dataclass
class File:
    """Where a book's equations and its notation are."""

    equations: Path
    notation: Path

    @property
    def load(self):
        """Return what makes the book, in any process."""
        return partial(load_book, self.equations, self.notation)


@pytest.fixture
def book_file(tmp_path):
    """Return a function that writes a book of equations and returns where it is."""

    def write(*equations, notation=NOTATION):
        number = sum(1 for _ in tmp_path.glob("notation_*.py"))
        module = tmp_path / f"notation_{abs(hash(tmp_path))}_{number}.py"
        module.write_text(notation, encoding="utf-8")
        records = tmp_path / "formulas.json"
        records.write_text(json.dumps([asked(**equation) for equation in equations]))
        return File(records, module)

    return write


def survivors(trials):
    """Return the LaTeX of what passed."""
    return {mutant.latex for trial in trials for mutant in trial.survivors}


# The book in a file


def test_a_book_is_read_again_from_its_records(book_file):
    book = book_file(*EVERYTHING).load(points=5)
    assert [s.label for s in book.statements] == ["mean", "variance", "displaced", "open", ""]
    assert book.points == 5
    assert [r.verdict for r in book.check()] == ["holds", "holds", "holds", "unchecked", "holds"]
    assert book.statements[0].code == "statistics.mean(x=x)"
    assert book.statements[4].file == "b.md"


# Misprints in their place


def test_a_misprint_of_a_claim_is_rejected_in_its_place(book_file):
    place = InPlace(book_file(MEAN, VARIANCE, DISPLACED).load())
    place.go_to(2)
    assert place.rejection(DISPLACED["latex"]) == ""
    assert place.rejection(DISPLACED["latex"].replace("- m^2", "+ m^2")) == "value"
    assert place.rejection(DISPLACED["latex"].replace("- m^2", "- m")) == "value"
    assert place.rejection("v =") == "syntax"


def test_a_misprint_of_a_definition_is_rejected_by_what_is_printed_later(book_file):
    place = InPlace(book_file(MEAN, VARIANCE, DISPLACED).load())
    place.go_to(1)
    assert place.rejection(VARIANCE["latex"]) == ""
    assert (
        place.rejection(VARIANCE["latex"].replace(r"\frac{1}{n}", r"\frac{2}{n}")) == "later value"
    )
    assert place.rejection(VARIANCE["latex"].replace("v =", "s =")) == "later definition"


def test_a_misprint_of_a_definition_that_nothing_uses_survives(book_file):
    place = InPlace(book_file(MEAN, VARIANCE).load())
    place.go_to(1)
    assert place.rejection(VARIANCE["latex"].replace(r"\frac{1}{n}", r"\frac{2}{n}")) == ""


def test_an_unchecked_equation_has_no_mutants(book_file):
    place = InPlace(book_file(*EVERYTHING).load())
    place.go_to(3)
    assert list(place.mutants()) == []


def test_the_package_rejects_what_nothing_else_does(book_file):
    place = InPlace(book_file(MEAN).load())
    assert place.rejection(MEAN["latex"].replace("{1}{n}", "{2}{n}")) == "code"


def test_what_continues_an_equation_is_checked_with_its_misprint(book_file):
    first = {"latex": r"y n = y + y (n - 1)", "label": "first"}
    second = {"latex": r"= y (n - 1) + y", "label": "second"}
    place = InPlace(book_file(first, second).load())
    assert place.rejection(first["latex"]) == ""
    assert place.rejection("y n = y n") == "style"
    assert place.rejection("y - y = 2 y - 2 y") == "later value"


def test_what_restates_an_equation_is_checked_with_its_misprint(book_file):
    first = {"latex": r"y \leftarrow y - 2 y^3", "label": "step", "kind": "update"}
    second = {**first, "label": "again", "against": "step"}
    place = InPlace(book_file(first, second).load())
    assert place.rejection(r"y \leftarrow y - 2 y^2") == "later value"


def test_every_misprint_of_a_tied_book_is_rejected(book_file):
    trials = survey(book_file(*EVERYTHING).load)
    assert [trial.position for trial in trials] == [0, 1, 2, 3, 4]
    assert sum(trial.tried.total() for trial in trials) > 150
    assert survivors(trials) == set()
    for trial in trials:
        counted = Counter()
        for (kind, category), count in trial.rejected.items():
            assert category
            counted[kind] += count
        assert counted == trial.tried


def test_a_definition_that_nothing_is_tied_to_has_survivors(book_file):
    (trial,) = survey(book_file(MEAN, VARIANCE).load, positions=[1])
    assert trial.position == 1
    assert VARIANCE["latex"].replace("{1}{n}", "{2}{n}") in survivors([trial])
    assert trial.tried.total() == len(trial.survivors) + trial.rejected.total()


def test_an_equation_that_fails_is_an_alarm_and_has_no_mutants(book_file):
    (trial,) = survey(book_file({"latex": "y = 2 y", "label": "wrong"}).load)
    assert (trial.alarm, trial.tried.total()) == ("value", 0)


def test_one_mutant_in_so_many_may_do(book_file):
    file = book_file(MEAN, VARIANCE)
    place = InPlace(file.load())
    place.go_to(1)
    edits, different = (
        list(mutants(VARIANCE["latex"], printed(place.readings[1]))),
        list(place.mutants()),
    )
    third = list(place.mutants(3))
    assert third == [mutant for mutant in edits[::3] if mutant in different]
    assert 10 < len(third) < len(different) < len(edits)
    assert survey(file.load, every=3)[1].tried == Counter(mutant.kind for mutant in third)


@forks
def test_several_processes_find_the_same(book_file):
    file = book_file(*EVERYTHING)
    assert survey(file.load, processes=2) == survey(file.load)


# What each part is worth


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_weaker_check_lets_no_less_through(book_file, variant):
    file = book_file(*EVERYTHING)
    trials = survey(partial(variant.load, file.load))
    assert not any(trial.alarm for trial in trials)
    assert survivors(survey(file.load)) <= survivors(trials)


def test_without_the_package_a_wrong_definition_passes(book_file):
    file = book_file(MEAN)
    (alone,) = [v for v in VARIANTS if v.name == "no comparison with the package"]
    assert survivors(survey(file.load)) == set()
    assert MEAN["latex"].replace("{1}{n}", "{2}{n}") in survivors(
        survey(partial(alone.load, file.load))
    )


def test_with_equal_sizes_exchanged_sizes_pass(book_file):
    notation = (
        NOTATION
        + '\nsample.declare("k", domain="size")\nsample.declare("u_j", indices="j = 1..k")\n'
    )
    claim = {"latex": r"\sum_{j=1}^k (u_j + 2) = 2 k + \sum_{j=1}^k u_j", "label": "shift"}
    also = {"latex": r"n + y = y + n", "label": "n"}
    file = book_file(claim, also, notation=notation)
    (equal,) = [v for v in VARIANTS if v.name == "all sizes equal"]
    place, other = InPlace(file.load()), InPlace(equal.load(file.load))
    wrong = claim["latex"].replace("2 k", "2 n")
    assert (place.rejection(wrong), other.rejection(wrong)) == ("value", "")


# Other seeds


@forks
def test_a_book_that_holds_has_no_false_alarm(book_file):
    file = book_file(*EVERYTHING)
    assert list(alarms(file.load, [3, 4])) == [(3, []), (4, [])]
    assert list(alarms(file.load, [3, 4], processes=2)) == [(3, []), (4, [])]


def test_what_holds_by_chance_is_an_alarm(book_file):
    file = book_file({"latex": "n < 4", "label": "small"})
    found = dict(alarms(file.load, range(30)))
    failing = [seed for seed, failures in found.items() if failures]
    assert 0 < len(failing) <= 30
    assert found[failing[0]][0].label == "small"


# Nonsense


def test_edits_of_tokens_are_the_same_for_the_same_seed():
    latex = r"\sum_{i=1}^n u_i^2 = x"
    assert edited(random.Random(1), latex) == edited(random.Random(1), latex)
    assert len({edited(random.Random(seed), latex) for seed in range(40)}) > 30


def test_there_are_three_kinds_of_nonsense():
    rng = random.Random(0)
    kinds = Counter(nonsense(rng, "x = y", ["a", "="])[0] for _ in range(1000))
    assert kinds.keys() == {"edited tokens", "random tokens", "random bytes"}
    assert kinds["edited tokens"] > 700


def test_every_nonsense_gets_an_answer(book_file):
    file = book_file(*EVERYTHING)
    outcome = fuzz(file.load, 300)
    assert outcome.rounds.total() == outcome.answers.total() == 300
    assert (outcome.faults, outcome.slow) == ([], [])
    assert 0 < outcome.slowest < 1
    assert fuzz(file.load, 300).answers == outcome.answers


@forks
def test_several_processes_share_the_nonsense(book_file):
    outcome = fuzz(book_file(*EVERYTHING).load, 101, processes=2)
    assert outcome.rounds.total() == outcome.answers.total() == 101


def test_a_crash_a_hang_and_a_refusal_without_a_place_are_noted(book_file, monkeypatch):
    place = InPlace(book_file(MEAN).load())
    statement = place.go_to(0)

    class Crashing:
        def fork(self):
            raise KeyError("what nobody thought of")

    session, outcome = place.session, Outcome()
    monkeypatch.setattr(place, "session", Crashing())
    try_one(place, statement, outcome)
    assert "KeyError: 'what nobody thought of'" in outcome.faults[0]

    class Refusing:
        def fork(self):
            return self

        def check(self, statement):
            return formula.Result("", 0, "", "x", "claim", "fails", "value", "it differs")

    monkeypatch.setattr(place, "session", Refusing())
    try_one(place, statement, outcome)
    assert "no place in 'it differs'" in outcome.faults[1]

    monkeypatch.setattr(place, "session", session)
    monkeypatch.setattr(fuzzing, "TOO_LONG", 0.0)
    try_one(place, statement, outcome)
    assert outcome.slow == [MEAN["latex"]]
    assert len(outcome.faults) == 2


# Proofs and records


def test_survivors_are_held_against_the_list(book_file, tmp_path):
    file = book_file(
        VARIANCE,
        {**TOTAL, "latex": r"n + y = y + n"},
        notation=NOTATION.replace('"m", "mean", domain="printed"', '"m", "mean"'),
    )
    book, trials = file.load(), survey(file.load)
    found = sorted(survivors(trials))
    assert len(found) > 10
    (tmp_path / "survivors.toml").write_text(
        f"[[true]]\nequation = 'variance'\nproof = ' a definition '\nedits = ['''{found[0]}''', '''v =\n x''']\n"
        "[[true]]\nequation = 'gone'\nproof = 'it was there'\nedits = ['z = z']\n"
        "[[true]]\nequation = 'b.md'\nproof = 'not so'\nedits = ['z = z']\n"
    )
    proofs = read_proofs(tmp_path / "survivors.toml")
    assert proofs[0] == Proof("variance", "a definition", (" ".join(found[0].split()), "v = x"))
    new, gone = strangers(trials, book.statements, proofs)
    assert len(new) == len(found) - 1
    assert {name for name, _ in new} == {"variance"}
    assert gone == [("variance", "v = x"), ("gone", "z = z"), ("b.md", "z = z")]
    # Of equations that weren't tried, nothing is said, unless they aren't there at all.
    gone = strangers(trials[:1], book.statements, proofs)[1]
    assert gone == [("variance", "v = x"), ("gone", "z = z")]
    assert read_proofs(tmp_path / "none.toml") == []


def test_a_fingerprint_is_of_what_an_equation_says():
    one = asked(latex="x = y", label="one", line=3)
    assert fingerprint(one) == fingerprint({**one, "line": 9, "label": "other", "document": "z.md"})
    assert fingerprint(one) != fingerprint({**one, "latex": "x = z"})
    assert fingerprint(one) != fingerprint({**one, "condition": "for i = 1"})


def test_the_engine_has_another_name_when_a_file_of_it_changes(tmp_path, monkeypatch):
    for name in ("api.py", "running/sums.py", "sphinx/pages.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.setattr(nnmath.formula, "__file__", str(tmp_path / "__init__.py"))
    before = engine()
    assert re.fullmatch("[0-9a-f]{12}", before)
    (tmp_path / "sphinx" / "pages.py").write_text("page = 1")
    assert engine() == before
    (tmp_path / "running" / "sums.py").write_text("total = 1")
    assert engine() != before


# The command


@pytest.fixture
def run(book_file, tmp_path, capsys):
    """Return a function that runs the command over a book and returns its code and what it said."""

    def runs(trial, equations, *options):
        file = book_file(*equations)
        words = [trial, str(file.equations), str(file.notation), "--folder", str(tmp_path)]
        code = command.main([*words, "--processes", "1", *options])
        return code, capsys.readouterr().out

    return runs


def test_too_few_misprints_are_no_proof(run, tmp_path):
    code, said = run("mutants", EVERYTHING, "--record", "--seed", "2")
    assert code == 1
    assert "mutants of 5 equations, 0 survive: 100.00 % rejected" in said
    record = read_record(tmp_path / "mutants.json")
    assert record["command"] == "nox -s mutants -- --seed 2"
    assert (record["seed"], record["processes"], record["survivors"]) == (2, 1, 0)
    assert len(record["equations"]) == len(record["rows"]) == 5
    first = record["rows"][0]
    assert first["equation"] == "mean"
    assert first["id"] == record["equations"][0] == fingerprint(asked(**MEAN))
    assert sum(first["tried"].values()) == sum(first["rejected"].values()) > 30
    assert record["rows"][4]["equation"] == "b.md"
    assert record["mutants"] == sum(sum(row["tried"].values()) for row in record["rows"])


def test_a_page_of_its_own_may_be_short(run):
    code, said = run("mutants", EVERYTHING, "--page", "b.md")
    assert code == 0
    assert "mutants of 1 equations, 0 survive" in said
    assert run("mutants", EVERYTHING, "--page", "c.md")[1].count("100.00 % rejected") == 1


def test_a_new_survivor_is_shown(run):
    code, said = run("mutants", [MEAN, VARIANCE], "--page", "a.md")
    assert code == 1
    assert "New survivors. Mend what lets them pass, or prove that they are true:" in said
    assert '[[true]]\nequation = "variance"\nproof = ""\nedits = [\'\'\'v = ' in said
    assert re.search(r"\d+ sign, \d+ true", said)


def test_a_proof_that_is_not_needed_is_shown(run, tmp_path):
    (tmp_path / "survivors.toml").write_text(
        "[[true]]\nequation = 'mean'\nproof = 'no'\nedits = ['m = 1']\n"
    )
    code, said = run("mutants", [MEAN], "--page", "a.md")
    assert code == 1
    assert "Listed in survivors.toml, but doesn't survive:\nmean\n  m = 1" in said


def test_an_equation_that_fails_is_shown(run):
    code, said = run("mutants", [{"latex": "y = 2 y", "label": "wrong"}], "--page", "a.md")
    assert code == 1
    assert "Fails as it is (value): wrong" in said


def test_a_record_is_of_the_whole_book(run, capsys):
    with pytest.raises(SystemExit):
        run("mutants", EVERYTHING, "--page", "a", "--record")
    assert "a record is of the whole book" in capsys.readouterr().err


def test_seeds_are_counted_and_alarms_shown(run, tmp_path):
    code, said = run("seeds", EVERYTHING, "--rounds", "2", "--record")
    assert code == 0
    assert "seed 1: 0 of 5 equations fail\nseed 2: 0 of 5 equations fail" in said
    record = read_record(tmp_path / "seeds.json")
    assert (record["first"], record["count"], record["alarms"]) == (1, 2, 0)
    code, said = run("seeds", [{"latex": "n < 4", "label": "small"}], "--rounds", "20")
    assert code == 1
    assert re.search(r"seed \d+: a.md:1: small: ", said)


def test_an_ablation_has_a_row_for_each_check(run, tmp_path):
    code, said = run("ablation", [MEAN, VARIANCE], "--record", "--verbose", "--every", "2")
    assert code == 0
    assert "  variance: " in said
    record = read_record(tmp_path / "ablation.json")
    assert (record["command"], record["every"]) == ("nox -s ablation -- --every 2", 2)
    rows = record["rows"]
    assert [row["name"] for row in rows] == [variant.name for variant in VARIANTS]
    assert all(row["survivors"] >= rows[0]["survivors"] for row in rows)


def test_nonsense_is_counted(run, tmp_path):
    code, said = run("fuzz", EVERYTHING, "--rounds", "60", "--record")
    assert code == 0
    assert "slowest: " in said
    record = read_record(tmp_path / "fuzz.json")
    assert sum(record["rounds"].values()) == sum(record["answers"].values()) == 60
    assert (record["faults"], record["slow"]) == (0, 0)


def test_a_crash_is_shown(run, monkeypatch):
    def broken(*_):
        return Outcome(faults=["'x'\nTraceback"], slow=["y"])

    monkeypatch.setattr(command, "fuzz", broken)
    code, said = run("fuzz", EVERYTHING)
    assert code == 1
    assert "Traceback\ntoo slow: 'y'" in said
