"""Real errata, read as printed: enough are read, the wrong ones rejected, the corrected ones accepted."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from trials import errata, errata_table

FOLDER = Path(__file__).parents[1] / "errata"
TABLE, OTHERS = FOLDER / "errata.toml", FOLDER / "others.toml"
FURTHER, HELD_OUT = FOLDER / "further.toml", FOLDER / "held_out.toml"


@cache
def read(path, seed):
    """Read a whole table, once for all tests.

    It has a thread of its own because a thread's stack of calls starts empty. Where a stack passes from one of
    its 16 kB blocks to the next, CPython 3.11 asks the system for the block at each call and gives it back at each
    return. Under pytest that place lies where the evaluation is busiest, and took half of the time.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(errata.run, path, seed).result()


@pytest.mark.parametrize("seed", range(2))
def test_the_table(seed):
    report = read(TABLE, seed)
    assert len(report.outcomes) == 76
    assert report.read >= 60
    assert report.recall == 1.0
    assert report.count("false alarm") == 0
    assert sum(sum(counts.values()) for counts in report.by("kind").values()) == 76


@pytest.mark.parametrize("seed", range(2))
def test_formulas_of_further_books(seed):
    report = read(OTHERS, seed)
    assert report.faults(read=85) == []
    assert report.count("accepted") >= 6
    looks_wrong = [o for o in report.outcomes if o.id.startswith(("odd", "true"))]
    assert len(looks_wrong) >= 25
    assert {o.status for o in looks_wrong} <= {"told apart", "accepted"}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("table", "least"), [(FURTHER, 85), (HELD_OUT, 45)])
def test_formulas_that_were_collected_by_others(table, least, seed):
    assert read(table, seed).faults(read=least) == []


def test_every_entry_says_where_it_stood():
    tables = (TABLE, OTHERS, FURTHER, HELD_OUT)
    entries = [entry for table in tables for entry in errata_table.read_table(table)]
    assert len({entry.id for entry in entries}) == len(entries)
    assert all(entry.source and entry.topic and entry.kind and entry.right for entry in entries)


def test_the_command_prints_a_report(capsys, monkeypatch):
    whole = read(TABLE, 0)
    monkeypatch.setattr(errata, "run", lambda tables, seed: {(str(TABLE), 0): whole}[*tables, seed])
    assert errata.main([str(TABLE), "--read", "60"]) == 0
    printed = capsys.readouterr().out
    assert "67 of 76 read, 65 of 65 wrong ones rejected (recall 1.000), 0 false alarms" in printed
    assert "not read    udl-gan-optimal-loss-sign: two laws" in printed
    assert errata.main([str(TABLE), "--read", "70", "--all"]) == 1
    printed = capsys.readouterr().out
    assert "seed 0: 67 are read, of 70 wanted" in printed
    assert "told apart  d2l-fm-index" in printed


def table(folder, **keys):
    """Write a table of one entry."""
    facts = {"id": "one", "source": "s", "topic": "t", "kind": "k"} | keys
    lines = [f"{key} = {json.dumps(value)}" for key, value in facts.items()]
    path = folder / "table.toml"
    path.write_text("[[erratum]]\n" + "\n".join(lines) + "\n")
    return path


OUTCOMES = [
    ("x = y", "x = 2 y", {"context": ["x = y"]}, "told apart"),
    ("x = y", "x = y + 0", {"context": ["x = y"]}, "missed"),
    ("x = 3 y", "x = 2 y", {"context": ["x = y"]}, "false alarm"),
    ("x = )", "x = 2 y", {"context": ["x = y"]}, "not read"),
    ("x = z", "x = 2 y", {"context": ["x = y"]}, "not read"),
    ("x = y", "", {"context": ["x = y"]}, "accepted"),
    ("x = )", "x = 2 y", {"undecided": "nobody knows"}, "not read"),
    ("x = y", "x = 2 y", {"undecided": "nobody knows"}, "undecided"),
    ("x = y", "x = 2 y", {"missing": "everything"}, "not read"),
    ("x = y", "x = 2 y", {"as": "definition", "code": "double(y=y)"}, "false alarm"),
    (r"\begin{align} x &= y \\ 2 x &= 2 y \end{align}", r"\begin{align} x &= y \\ 2 x &= y \end{align}",
     {"context": ["x = y"]}, "told apart"),
    (r"\log(-x^2) = x", "x = 2 y", {"context": ["x = y"]}, "not read"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "extra", "status"), OUTCOMES)
def test_outcomes(tmp_path, right, wrong, extra, status):
    (tmp_path / "references.py").write_text("def double(y):\n    return 2 * y\n")
    keys = {"right": right, "symbols": ["x", "y :: positive"]} | extra
    if wrong:
        keys["wrong"] = wrong
    outcome = errata.run([table(tmp_path, **keys)]).outcomes[0]
    assert outcome.status == status, outcome.note
    assert outcome.status in errata.STATUSES


def test_a_question_at_the_spot_is_counted_apart(tmp_path):
    path = table(tmp_path, right="x = y", wrong="x = z", symbols=["x", "y"], context=["x = y"])
    outcome = errata.run(path).outcomes[0]
    assert outcome.status == "told apart"
    assert outcome.asked
    assert errata.Report(()).recall == 1.0
    assert errata.Report((outcome,)).faults(recall=1.0) == []


def test_what_falls_short_is_said():
    missed = errata.Outcome("one", "s", "t", "k", "missed")
    alarm = errata.Outcome("two", "s", "t", "k", "false alarm")
    assert errata.Report((missed, alarm)).faults(read=3) == [
        "2 are read, of 3 wanted",
        "0.0% of the wrong are rejected, of 95% wanted",
        "two is right and is called false",
    ]


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("someone/notes issue 7", "https://github.com/someone/notes/issues/7"),
        ("someone/notes pull 8 (2.1)", "https://github.com/someone/notes/pull/8"),
        ("someone/notes@00841d5d (#12)", "https://github.com/someone/notes/commit/00841d5d"),
        ("someone/notes", "https://github.com/someone/notes"),
        ("A Book of Formulas, (2.1)", ""),
    ],
)
def test_a_source_leads_to_its_page(source, url):
    assert errata_table.Entry({"source": source}).url == url


def test_a_table_with_an_unknown_key_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"table\.toml: one: there is no key 'rihgt'"):
        errata_table.read_table(table(tmp_path, rihgt="x = y"))
    with pytest.raises(AttributeError):
        _ = errata_table.Entry({}).rihgt
