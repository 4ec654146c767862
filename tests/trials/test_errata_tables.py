"""What a page shows of tables of errata: the outcomes by kind and topic, each with its source."""

from __future__ import annotations

ERRATA = r"""
[[erratum]]
id = 'disc'
source = 'someone/notes issue 7'
topic = 'circles'
kind = 'wrong factor'
wrong = '\frac{d A}{d r} = \pi r'
right = '\frac{d A}{d r} = 2 \pi r'
as = 'claim'
symbols = ['r :: positive', 'A']
context = ['A = \pi r^2']
"""


def test_errata_are_run_when_the_page_is_read(book, area):
    book.page("errata.toml", ERRATA)
    for options, shown in (
        ("", "kind formulas wrong one rejected wrong factor 1 1 all 1 1 topic formulas"),
        (":by: topic\n", "topic formulas wrong one rejected circles 1 1 all 1 1"),
        (
            ":list:\n",
            "someone/notes issue 7 circles wrong factor wrong one rejected the left side is",
        ),
    ):
        page = f"# Errata\n\n```{{formula-errata}} errata.toml\n{options}```\n{area}"
        book.page("index.md", page)
        text = book.build("html").text("index")
        assert "1 of 1 formulas are read as printed. 1 of the 1 wrong ones" in text
        assert "False alarms: 0." in text
        assert shown in text


def test_what_of_the_errata_is_not_read_is_listed(book, area):
    unread = ERRATA.replace("wrong = ", "missing = 'curly letters'\nwrong = ")
    book.page("errata.toml", unread.replace("someone/notes issue 7", "a notebook"))
    book.page("index.md", f"# Errata\n\n```{{formula-errata}} errata.toml\n```\n{area}")
    text = book.build("html").text("index")
    assert "0 of 1 formulas are read as printed." in text
    assert "where it stood topic missing notation a notebook circles curly letters" in text


def test_tables_of_errata_are_found_beside_the_settings_too(book, area):
    book.write("errata.toml", "")
    book.page("index.md", f"# Circles\n{area}\n```{{formula-errata}} errata.toml\n```\n")
    assert "there is no file errata.toml" in book.build().said


def test_tables_that_nobody_sees_are_not_made(book, area):
    (book.source / "errata.toml").write_text("not read at all = [", "utf-8")
    book.page("index.md", f"# Circles\n{area}\n```{{formula-errata}} errata.toml\n```\n")
    assert book.build().code == 0
