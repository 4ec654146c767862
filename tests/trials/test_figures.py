"""What a page shows of recorded trials: of misprints, other seeds, parts taken away and nonsense."""

from __future__ import annotations

import json

import pytest

RUN = {
    "command": "nox -s mutants", "date": "2026-01-02", "python": "3.13", "numpy": "2.4", "seed": 0,
    "seconds": 5, "processes": 2, "engine": "another", "equations": ["a", "b"], "rows": [],
}  # fmt: skip
ROW = {"tried": {"sign": 90, "index": 10}, "survived": {"index": 1}, "rejected": {"value": 99}}
MUTANTS = RUN | {"mutants": 200, "survivors": 2, "rows": [ROW | {"id": ""}, ROW | {"id": "gone"}]}
SEEDS = RUN | {"first": 1, "count": 10, "alarms": 0}
FUZZ = RUN | {
    "rounds": {"edits": 900, "bytes": 100}, "answers": {"holds": 10, "syntax": 990}, "faults": 0, "slow": 0,
    "slowest": 0.25,
}  # fmt: skip
ABLATION = RUN | {
    "every": 4,
    "rows": [
        {"name": "all of it", "mutants": 50, "survivors": 1, "alarms": 0},
        {"name": "one world", "mutants": 50, "survivors": 4, "alarms": 2},
    ],
}
HELD_OUT = {
    "rows": [
        {
            "table": "collected by somebody else",
            "when": "before a change",
            "formulas": 10,
            "read": 7,
            "wrong": 5,
            "rejected": 4,
            "alarms": 1,
        }
    ]
}
SURVIVORS = r"""
[[true]]
equation = "area"
proof = "The factor $r r$ is the square of *r*."
edits = ['A = \pi r r']
"""
SHOWN = [
    ("mutants", "", "100 misprints of 1 equations; 99 are rejected, which is 99.00 %. The 1 others are true"),
    ("mutants", ":show: kinds\n", "sign 90 90 index 10 9 1"),
    ("mutants", ":show: reasons\n", "Rejected because misprints"),
    ("seeds", "", "10 seeds, 1 to 10, 2 equations each: no false alarms."),
    ("fuzz", "", "1,000 formulas (900 of edits, 100 of bytes): crashes or refusals without a place: none; over a second: none;"),
    ("ablation", "", "one world 50 4 +3 2 One misprint in 4 of each equation was tried."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options", "text"), SHOWN)
def test_figures_of_a_trial_are_shown_with_their_origin(book, area, name, options, text):
    record = {"mutants": MUTANTS, "seeds": SEEDS, "fuzz": FUZZ, "ablation": ABLATION}[name]
    (book.source / f"{name}.json").write_text(json.dumps(record), "utf-8")
    book.page("index.md", f"# Trial\n{area}\n```{{formula-trial}} {name}.json\n{options}```\n")
    built = book.build("html")
    assert built.code == 0
    assert text in built.text("index")
    if ":show:" not in options:
        told = "Since then 1 equations were added or changed; they aren't counted here."
        assert told in built.text("index").replace("’", "'").replace("&#39;", "'")


def test_misprints_that_are_true_are_shown_with_their_proof(book, area):
    book.page("survivors.toml", SURVIVORS)
    book.page("index.md", f"# Trial\n{area}\n```{{formula-trial}} survivors.toml\n```\n")
    built = book.build("html")
    assert built.code == 0
    assert "area: The factor \\(r r\\) is the square of r." in built.text("index")
    assert r"A = \pi r r" in built.text("index")


def test_a_record_that_is_not_there_is_told(book, area):
    book.page("index.md", f"# Trial\n{area}\n```{{formula-trial}} none.json\n```\n")
    assert "there is no record none.json" in book.build().said


def test_errata_that_were_held_out_are_shown_as_they_were_measured(book, area):
    (book.source / "held-out.json").write_text(json.dumps(HELD_OUT), "utf-8")
    book.page("index.md", f"# Trial\n{area}\n```{{formula-trial}} held-out.json\n```\n")
    text = book.build("html").text("index")
    assert "collected by somebody else before a change 10 7 4 of 5 1" in text
    assert "Run on" not in text
