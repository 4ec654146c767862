"""The builder that only checks, and a build of pages: what they write, and when they don't."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

SLOPE = r"""
```{formula} slope
:scope: circle
\frac{d A}{d r} = 2 \pi r
```
"""
WRONG = r"""
```{formula} wrong-slope
:scope: circle
\frac{d A}{d r} = 3 \pi r
```
"""
KEYS = {
    "document", "line", "label", "latex", "kind", "verdict", "category", "message", "code", "points",
    "largest_difference", "seconds",
}  # fmt: skip


def test_verdicts_are_written_in_reading_order(book, area):
    book.page("index.md", "# Circles\n\n```{toctree}\nfirst\na-second\n```\n")
    book.page("first.md", f"# Area\n{area}")
    book.page("a-second.md", f"# Slope\n{SLOPE}")
    built = book.build()
    assert (built.code, built.said) == (0, "")
    assert [r["label"] for r in built.records] == ["area", "slope"]
    first, second = built.records
    assert first.keys() >= KEYS
    assert first["document"] == "first.md"
    assert first["line"] == 6
    assert (first["kind"], first["verdict"], first["category"]) == ("definition", "holds", "")
    assert first["latex"] == r"A = \pi r^2"
    assert second["points"] == 12
    assert second["largest_difference"] < 1e-12
    assert second["seconds"] > 0
    assert second["message"] == second["code"] == ""


def test_a_failure_is_told_and_the_rest_is_checked_all_the_same(book, area):
    unchecked = (
        "```{formula}\n:scope: circle\n:kind: unchecked\n:reason: a picture\nA = \\square\n```\n"
    )
    book.page("index.md", f"# Circles\n{area}{WRONG}{SLOPE}{unchecked}")
    built = book.build()
    assert built.code == 1
    assert [r["verdict"] for r in built.records] == ["holds", "fails", "holds", "unchecked"]
    wrong, unchecked = built.records[1], built.records[3]
    assert wrong["category"] == "value"
    first, line, caret = wrong["message"].splitlines()
    assert first.startswith("index.md:11: wrong-slope: the left side is ")
    assert first.endswith("; it clashes with area")
    assert (line, caret) == (r"\frac{d A}{d r} = 3 \pi r", " " * 18 + "^" * 7)
    assert wrong["message"] in built.said
    assert "try: write 2 for 3" in built.said
    assert unchecked["message"] == "a picture"


def test_pages_are_written_only_if_every_formula_holds(book, area):
    book.page("index.md", f"# Circles\n{area}{WRONG}{SLOPE}")
    built = book.build("html")
    assert built.code == 2
    assert "A formula fails: 1 error, shown above; nothing is written" in built.said
    assert "index.md:11: wrong-slope: " in built.said
    assert built.pages == set()
    book.page("index.md", f"# Circles\n{area}{SLOPE}")
    assert book.build("html").pages >= {"index.html"}


def test_cells_are_not_run_when_only_formulas_are_checked(book, area):
    cell = "```{code-cell} python3\nraise ValueError\n```\n"
    header = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n"
    book.page("index.md", f"{header}# Circles\n\n{cell}{area}\n{cell}\nText.\n{WRONG}")
    built = book.build(nb_execution_mode="force")
    assert built.code == 1
    first, second = built.records
    assert (first["line"], first["verdict"]) == (15, "holds")
    assert second["line"] == 26
    assert second["message"].startswith("index.md:26: wrong-slope: ")
    assert "ValueError" not in built.said


def test_processes_side_by_side_give_the_same_verdicts(book, area):
    names = [f"page{k}" for k in range(12)]
    book.page("index.md", "# Circles\n\n```{toctree}\n" + "\n".join(names) + "\n```\n")
    book.page("page0.md", f"# Area\n{area}")
    for name in names[1:]:
        slope = SLOPE.replace("slope", f"slope-{name}")
        book.page(f"{name}.md", f"# Slope\n{slope}\n$r$ and ${{$\n\n$$ A = 0 $$\n")
    alone = book.build(formula_unbound="ignore", formula_inline="ignore").records
    shutil.rmtree(book.folder / "trees")
    together = book.build(jobs=2)
    for one, other in zip(alone, together.records, strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}
    assert together.said.count("nothing checks this equation") == 11


def test_the_pages_may_lie_in_another_folder(book, area):
    book.page("index.md", f"# Circles\n{area}{SLOPE}")
    elsewhere = book.folder / "elsewhere"
    shutil.copytree(book.source, elsewhere)
    (elsewhere / "index.md").write_text(f"# Circles\n{area}{WRONG}", "utf-8")
    assert book.build().code == 0
    book.source = elsewhere
    assert book.build().code == 1


# -- a second build ---------------------------------------------------------------------------------


def test_unchanged_pages_are_checked_again_when_the_code_changes(book, area):
    bound = area.replace(":kind:", ":code: shapes.area\n:kind:")
    book.page("index.md", f"# Circles\n\n```{{toctree}}\nother\n```\n{bound}")
    book.page("other.md", "# Other\n")
    assert book.build("html").pages >= {"index.html"}
    code = (book.folder / "shapes.py").read_text("utf-8")
    book.write("shapes.py", code.replace("math.pi * radius**2", "3.14 * radius**2"))
    built = book.build("html")
    assert built.code == 2
    assert "shapes.area is 2" in built.said or "shapes.area is " in built.said
    book.write("shapes.py", code)
    assert book.build("html").code == 0


def test_unchanged_pages_are_checked_again_when_a_symbol_changes(book, area):
    book.page("index.md", f"# Circles\n{area}")
    assert book.build().code == 0
    symbols = (book.folder / "subjects.py").read_text("utf-8")
    book.write("subjects.py", symbols.replace('_("r", "radius"', '_("q", "radius"'))
    built = book.build()
    assert built.code == 1
    assert "index.md:6: area: r isn't declared" in built.said


def test_a_page_that_is_gone_is_forgotten(book, area):
    book.page("index.md", "# Circles\n\n```{toctree}\n:glob:\np*\n```\n")
    book.page("p1.md", f"# Area\n{area}")
    book.page("p2.md", f"# Slope\n{WRONG}")
    assert book.build().code == 1
    (book.source / "p2.md").unlink()
    built = book.build()
    assert built.code == 0
    assert [r["label"] for r in built.records] == ["area"]


def test_a_page_is_written_anew_when_its_evidence_changes(book, area):
    book.page("index.md", "# Circles\n\n```{toctree}\nfirst\nsecond\n```\n")
    book.page("first.md", f"# Area\n{area}")
    book.page("second.md", f"# Slope\n{SLOPE}")
    book.build("html")
    page: Path = book.folder / "out-html" / "second.html"
    page.write_text("old", "utf-8")
    book.build("html")
    assert page.read_text("utf-8") == "old"
    changed = area.replace(r"A = \pi r^2", r"A = \pi r^2 + 0 r") + "\n"
    book.page("first.md", f"# Area\n{changed}".replace(" + 0 r", " + r - r"))
    book.build("html", formula_seed=7)
    assert "checked at 12 points" in book.build("html", formula_seed=7).text("second")


def test_an_overview_is_written_anew_when_a_page_is_read_again(book, area):
    book.page("index.md", "# Circles\n\n```{toctree}\nfirst\nall\n```\n")
    book.page("first.md", f"# Area\n{area}")
    rejected = "```{rejected-formula}\n:scope: circle\nA = 3 r^2\n```\n"
    book.page("all.md", f"# All\n\n```{{formula-coverage}}\n```\n{rejected}")
    assert "Area" in book.build("html").text("all")
    page: Path = book.folder / "out-html" / "all.html"
    page.write_text("old", "utf-8")
    book.build("html")
    assert page.read_text("utf-8") == "old"
    book.page("first.md", f"# Discs\n{area}")  # the same verdicts under another title
    assert "Discs" in book.build("html").text("all")


@pytest.mark.parametrize("builder", ["formulas", "html"])
def test_a_book_without_formulas_builds(book, builder):
    book.page("index.md", "# Nothing\n")
    assert book.build(builder).code == 0


def test_a_symbol_that_is_declared_twice_is_told_with_its_place(book, area):
    book.page("index.md", f"# Circles\n{area}")
    symbols = (book.folder / "subjects.py").read_text("utf-8")
    twice = symbols.replace('_("V", "any volume")', '_("r", "another radius")')
    book.write("subjects.py", twice)
    line = twice.splitlines().index('_("r", "another radius")') + 1
    built = book.build()
    assert built.code == 2
    assert f"ERROR: subjects.py:{line}: r is declared twice in circle" in built.said


def test_what_builds_on_a_failure_is_told_once(book, area):
    book.page("index.md", f"# Circles\n{area.replace('pi r^2', 'pi q^2')}{SLOPE}")
    built = book.build()
    assert built.said.count("ERROR") == 2
    assert (
        "1 equation builds on these and can't be checked yet:\n  index.md:11: slope" in built.said
    )
    assert [r["category"] for r in built.records] == ["undeclared", "premise"]
    many = "".join(SLOPE.replace("slope", f"slope-{k}") for k in range(14))
    book.page("index.md", f"# Circles\n{area.replace('pi r^2', 'pi q^2')}{many}")
    said = book.build().said
    assert said.count("slope-") == 10
    assert "14 equations build on these and can't be checked yet:\n" in said
    assert "\n  and 4 more" in said


def test_names_that_are_almost_right_are_asked_for(book, area):
    again = "```{formula}\n:restates: aria\nA = \\pi r^2\n```\n"
    book.page("index.md", f"# Circles\n{area}{SLOPE.replace('circle', 'circl')}{again}")
    said = book.build().said
    assert "the scope 'circl' isn't known; is circle meant?" in said
    assert "no equation before this is called 'aria'; is area meant?" in said


def test_a_page_that_two_pages_list_is_read_where_it_comes_first(book, area):
    book.page("index.md", "# Circles\n\n```{toctree}\nfirst\nsecond\n```\n")
    book.page("first.md", f"# Area\n{area}\n```{{toctree}}\nsecond\n```\n")
    book.page("second.md", f"# Slope\n{SLOPE}")
    built = book.build()
    assert [r["label"] for r in built.records] == ["area", "slope"]
    assert built.code == 0
