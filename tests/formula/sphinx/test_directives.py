"""The directives: options, labels, what is refused, what a page shows."""

from __future__ import annotations

import re

import pytest


def formula(*lines: str, name: str = "formula", label: str = "") -> str:
    """Return a directive of MyST with these lines."""
    return "\n".join([f"\n```{{{name}}} {label}".rstrip(), *lines, "```\n"])


REFUSED = [
    (formula(), "a formula needs LaTeX"),
    (formula(label="eq-area"), "a formula needs LaTeX"),
    (formula("A = 1", label="an area"), "a label is one word such as eq-mean, not 'an area'"),
    (formula(":kind: unchecked", "A = 1"), "an unchecked formula, and only that, needs a reason"),
    (formula(":kind: unchecked", ":reason:", "A = 1"), "needs a reason"),
    (formula(":reason: hard", "A = 1"), "an unchecked formula, and only that, needs a reason"),
    (formula(":restates: area", ":kind: claim", "A = 1"), "has no kind of its own"),
    (formula(":restates: area", ":against: area", "A = 1"), "has no against of its own"),
    (formula(":kind: guess", "A = 1"), "kind"),
    (formula(":tolerance: little", "A = 1"), "tolerance"),
    (formula(":colour: red", "A = 1"), "colour"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_options_that_make_no_sense_are_told_with_their_line(book, area, text, message):
    book.page("index.md", f"# Circles\n{area}\n{text}")
    built = book.build()
    assert message in built.said
    assert re.search(r"index.md:1[01]", built.said)


FAULTS = [
    (":scope: sphere", "the scope 'sphere' isn't known; known are circle, sample", "notation"),
    (":restates: disc", "no equation before this is called 'disc'", "definition"),
    (":code: shapes.volume(radius=r)\n:scope: circle", "there is no function shapes.volume", "code"),
    (":code: (radius=r)\n:scope: circle", "only in a docstring may the name of the function be left out", "code"),
    (":code: shapes.area(radius=q)\n:scope: circle", "q isn't declared", "undeclared"),
    (":code: shapes.mean(x=r)\n:scope: circle", "shapes.mean is", "code"),
    (":condition: for q = 1\n:scope: circle", "in the condition 'q = 1': q isn't declared", "undeclared"),
    (":scope: circle\n:kind: definition", "A is defined already (by area)", "definition"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "message", "category"), FAULTS)
def test_a_formula_that_names_something_unknown_fails(book, area, options, message, category):
    again = formula(options, r"A = \pi r^2", label="again")
    book.page("index.md", f"# Circles\n{area}{again}")
    built = book.build()
    line = 9 + options.count("\n") + 2
    assert built.code == 1
    assert built.records[-1]["category"] == category
    assert built.records[-1]["message"].startswith(f"index.md:{line}: again: ")
    assert message in built.records[-1]["message"]


def test_a_page_names_its_scope_once(book, area):
    book.page("index.md", f"---\nformula_scope: circle\n---\n# Circles\n{area}{formula('A > 0')}")
    assert book.build().code == 0
    book.page("index.md", f"# Circles\n{area}{formula('A > 0')}")
    assert "index.md:10: the scope '' isn't known" in book.build().said


def test_the_same_formula_twice_has_two_lines(book, area):
    twice = 2 * formula(":scope: circle", "A > 0")
    book.page("index.md", f"# Circles\n{area}{twice}")
    assert [r["line"] for r in book.build().records] == [6, 11, 16]


def test_a_formula_that_restates_another_has_its_scope_code_and_condition(book, area):
    bound = area.replace(":kind:", ":code: shapes.area(radius=r)\n:kind:")
    restated = formula(":restates: area", r"A = r^2 \pi")
    book.page("index.md", f"# Circles\n{bound}{restated}")
    built = book.build()
    assert built.code == 0
    again = built.records[1]
    assert (again["kind"], again["verdict"], again["code"]) == ("claim", "holds", "shapes.area")


def test_a_formula_that_restates_another_must_say_the_same(book, area):
    text = formula(":restates: area", r"2 A = 2 \pi r^2", label="double")
    book.page("index.md", f"# Circles\n{area}{text}")
    assert "that of area is" in book.build().records[1]["message"]


def test_what_is_not_checked_can_only_be_repeated_word_by_word(book, area):
    picture = formula(
        ":scope: circle", ":kind: unchecked", ":reason: a picture", "A = \\square", label="picture"
    )
    same = formula(":restates: picture", "A  = \\square")
    other = formula(":restates: picture", "A = \\circ")
    book.page("index.md", f"# Circles\n{area}{picture}{same}{other}")
    records = book.build().records
    assert [r["verdict"] for r in records] == ["holds", "unchecked", "unchecked", "fails"]
    assert records[2]["message"] == "a picture"
    assert "picture isn't checked, so this must read the same" in records[3]["message"]


def test_an_approximation_has_its_tolerance_or_order(book, area):
    rough = formula(":scope: circle", ":tolerance: 0.002", r"A \approx 3.14 r^2", label="rough")
    again = formula(":restates: rough", r"A \approx 3.14 r^2")
    order = formula(
        ":scope: circle", ":order: 2 in V", r"f(r + V) \approx f(r) + V f'(r)", label="o"
    )
    bad = formula(":scope: circle", ":tolerance: 0.0002", r"A \approx 3.14 r^2")
    book.page("index.md", f"# Circles\n{area}{rough}{again}{order}{bad}")
    verdicts = [r["verdict"] for r in book.build().records]
    assert verdicts == ["holds", "holds", "holds", "holds", "fails"]


# -- what is shown as wrong --------------------------------------------------------------------------


def test_a_wrong_formula_is_shown_with_the_message_that_rejects_it(book, area):
    wrong = formula(":scope: circle", "A = 2 \\pi r^2", name="rejected-formula", label="old")
    book.page("index.md", f"# Circles\n{area}{wrong}")
    built = book.build("html")
    assert built.code == 0
    assert "index.md:11: old: the left side is" in built.text("index")
    assert [r["label"] for r in book.build().records] == ["area"]  # no equation of the book


def test_a_formula_that_is_shown_as_wrong_must_be_wrong(book, area):
    right = formula(":scope: circle", "A = \\pi r r", name="rejected-formula", label="old")
    book.page("index.md", f"# Circles\n{area}{right}")
    built = book.build("html")
    assert built.code == 2
    assert "index.md:11: old: this is shown as wrong, but it holds" in built.said
    assert built.pages == set()


def test_a_formula_that_is_shown_as_wrong_needs_its_scope(book, area):
    wrong = formula(":scope: sphere", "A = 2 \\pi r^2", name="rejected-formula", label="old")
    book.page("index.md", f"# Circles\n{area}{wrong}")
    built = book.build()
    assert built.code == 1
    assert "the scope 'sphere' isn't known" in built.said


# -- the page ----------------------------------------------------------------------------------------


def test_the_line_under_a_formula_says_what_computes_it_and_how_it_was_checked(book, area):
    bound = area.replace(":kind:", ":code: shapes.area(radius=r)\n:kind:")
    again = formula(":restates: area", "A = r^2 \\pi")
    unchecked = formula(":scope: circle", ":kind: unchecked", ":reason: a picture", "A = \\square")
    api = "\n```{eval-rst}\n.. py:function:: shapes.area(radius)\n```\n"
    book.page("index.md", f"# Circles\n{bound}{again}{unchecked}{api}")
    built = book.build("html", nitpicky=True)
    assert (built.code, built.said) == (0, "")
    text = built.text("index")
    assert "computed by area · a definition, checked at 12 points" not in text
    assert "computed by area · checked at 12 points" in text
    assert "equation (1) · " in text
    assert "not checked: a picture" in text
    html = (built.out / "index.html").read_text("utf-8")
    assert 'href="#shapes.area"' in html
    assert 'href="#equation-area"' in html


def test_a_definition_without_code_says_so(book, area):
    book.page("index.md", f"# Circles\n{area}")
    assert "a definition, checked at 12 points" in book.build("html").text("index")


def test_tables_count_and_list_every_formula(book, area):
    text = "\n```{formula-coverage}\n```\n\n```{formula-evidence}\n```\n"
    slope = formula(":scope: circle", r"\frac{d A}{d r} = 2 \pi r", label="slope")
    plain = formula(":scope: circle", "A > 0")
    unchecked = formula(":scope: circle", ":kind: unchecked", ":reason: a picture", "A = \\square")
    book.page("index.md", f"# Circles\n{area}{slope}{plain}{unchecked}{text}")
    built = book.build("html")
    assert built.code == 0
    text = built.text("index")
    assert "Page equations verified with code not checked Circles 4 3 0 1 All 4 3 0 1" in text
    assert "slope claim holds 12" in text
    assert "line 16 claim holds 60" in text
    html = (built.out / "index.html").read_text("utf-8")
    assert "<summary>Circles <span>3 verified, 1 not checked</span></summary>" in html


def test_a_wrong_formula_whose_code_is_unknown_is_not_shown_as_rejected(book, area):
    wrong = formula(
        ":scope: circle",
        ":code: shapes.volume(r)",
        r"A = \pi r^2",
        name="rejected-formula",
        label="old",
    )
    book.page("index.md", f"# Circles\n{area}{wrong}")
    built = book.build("html")
    assert built.code == 2
    assert "there is no function shapes.volume" in built.said


def test_a_function_of_the_book_itself_is_named_without_a_link(book, area):
    symbols = (book.folder / "subjects.py").read_text("utf-8")
    book.write(
        "subjects.py",
        f"{symbols}\nimport math\nfunctions = {{'disc': lambda radius: math.pi * radius**2}}\n",
    )
    bound = area.replace(":kind:", ":code: disc(radius=r)\n:kind:")
    book.page("index.md", f"# Circles\n{bound}")
    assert "computed by disc" in book.build("html", nitpicky=True).text("index")


def test_an_included_formula_is_told_by_its_own_file(book, area):
    book.page("index.md", "# Circles\n\n```{include} part.txt\n```\n")
    book.page("part.txt", f"One line.\n{area.replace('r^2', 'q^2')}")
    built = book.build()
    assert built.code == 1
    assert built.records[0]["document"] == "docs/part.txt"
    assert "q isn't declared" in built.said
