"""Maths that no directive binds: displays are faults, and inline maths must be readable."""

from __future__ import annotations

import pytest

from nnmath.formula import Notation
from nnmath.formula.sphinx.checks import inline_fault, without_cells

NOTEBOOK = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n"
CELL = "```{code-cell} python3\nplot(r'$z$', '$$ A = q $$')\n```\n"


@pytest.mark.parametrize("builder", ["formulas", "html"])
def test_a_display_without_a_check_is_a_fault(book, area, builder):
    book.page("index.md", f"# Circles\n{area}\nThen\n\n$$\nA = 3 r^2\n$$\n")
    built = book.build(builder)
    assert built.code == {"formulas": 1, "html": 2}[builder]
    message = "index.md:12: nothing checks this equation: make it a formula directive\nA = 3 r^2\n"
    assert message in built.said
    assert built.pages == set()
    assert book.build(builder, formula_unbound="ignore").code == 0


def test_lines_of_notebooks_are_those_of_the_file(book, area):
    text = f"{NOTEBOOK}# Circles\n\n{CELL}\nWith $r$,\nand\n$z$.\n\n{CELL}\n{area}\n\n$$ A = q $$\n"
    book.page("index.md", text)
    lines = text.splitlines()
    built = book.build()
    assert f"index.md:{lines.index('$z$.') + 1}: $z$: z isn't declared" in built.said
    assert f"index.md:{lines.index('$$ A = q $$') + 1}: nothing checks" in built.said
    assert built.said.count("ERROR") == 2


def test_inline_maths_is_read_in_the_scopes_of_the_page(book, area):
    book.page("index.md", f"# Circles\n{area}\nThe mean $\\bar{{x}}$ of $x_i$.\n")
    built = book.build()
    assert built.code == 1
    assert r"index.md:9: $\bar{x}$: " in built.said
    assert "(read in circle)" in built.said
    header = "---\nformula_scope: circle, sample\n---\n"
    book.page("index.md", f"{header}# Circles\n{area}\nThe mean $\\bar{{x}}$ of $x_i$.\n")
    assert book.build().code == 0
    book.page("index.md", f"# Circles\n{area}\nThe mean $\\bar{{x}}$ of $x_i$.\n")
    assert book.build(formula_inline="ignore").code == 0


def test_a_page_without_a_scope_may_use_every_symbol(book):
    book.page("index.md", "# About\n\nThe mean $\\bar{x}$ and the area $A$.\n")
    assert book.build().code == 0
    book.page("index.md", "# About\n\nThe mean $\\bar{x}$ and the area $B$.\n")
    assert "index.md:3: $B$: B isn't declared (read in circle, sample)" in book.build().said


def test_included_text_is_told_by_its_own_file(book, area):
    book.page("index.md", f"# Circles\n{area}\n```{{include}} part.txt\n```\n")
    book.page("part.txt", "One\nline.\n\nThen $B$.\n")
    said = book.build().said
    assert "docs/part.txt:4: $B$: B isn't declared" in said


READABLE = [
    "x", "x_i", r"\bar{x} = \frac{1}{n} \sum_i x_i", "i = 1, \\dots, n", r"i \neq 2", "n > 1",
    r"\mathbf{v} = (0, 1)", "1, 2, \\dots, n", "(x_1, x_2)", "[0, 1]", "f'", r"\frac{d f(y)}{d y}",
    r"y \in \{0, 1\}", r"\mathbf{v} \in \mathbb{R}^{n}", r"y \leftarrow y + 1", "(n)", "x_1 = y, n = 3",
]  # fmt: skip
UNREADABLE = [
    ("q", "q isn't declared"),
    ("y = q", "q isn't declared"),
    ("1, q, 3", "q isn't declared"),
    (r"\mathbf{v} = (0, q)", "q isn't declared"),
    ("y +", "the formula ends too early"),
    (r"y \le", "the formula ends too early"),
    ("", "there is no"),
    ("{", "this { is never closed"),
]


@pytest.fixture
def scope() -> Notation:
    """Return a scope with a number, a sample, a column and a function."""
    notation = Notation()
    notation.declare("n", domain="size")
    notation.declare("y")
    notation.declare("x_i", indices="i = 1..n")
    notation.declare(r"\bar{x}")
    notation.declare(r"\mathbf{v}", shape="n")
    notation.declare("f", maps="R -> R")
    return notation


@pytest.mark.parametrize("latex", READABLE)
def test_what_stands_in_a_sentence_is_read(scope, latex):
    assert inline_fault(latex, [scope]) == ""


@pytest.mark.parametrize(("latex", "fault"), UNREADABLE)
def test_what_cannot_be_read_is_told(scope, latex, fault):
    assert fault in inline_fault(latex, [Notation(), scope])


def test_one_scope_that_reads_it_is_enough(scope):
    assert inline_fault("y", [Notation(), scope]) == ""


def test_inline_maths_may_join_symbols_of_two_scopes(book, area):
    text = f"# Circles\n{area}\nThe mean of $A_0 = n r$.\n"
    book.page("index.md", text.replace("A_0", "A"))
    assert "$A = n r$: n isn't declared (read in circle)" in book.build().said
    book.page("index.md", f"---\nformula_scope: circle, sample\n---\n{text.replace('A_0', 'A')}")
    assert book.build().code == 0


def test_a_function_that_every_notation_knows_may_be_named(scope):
    assert inline_fault(r"\log", [scope]) == inline_fault(r"\operatorname{erf}", [scope]) == ""
    assert inline_fault(r"\square", [scope]) == r"\square isn't declared"


def test_cells_and_formulas_are_no_text():
    text = (
        "a\n```{code-cell} python\n$x$\n```\nb\n````{formula} c\n```\n$y$\n````\n```python\nd\n```"
    )
    kept = "a\n\n\n\nb\n\n\n\n\n```python\nd\n```"
    assert without_cells(text) == kept


def test_maths_that_does_not_stand_in_the_file_is_told_by_its_paragraph(book, area):
    book.page("index.md", f"# Circles\n{area}\nThe\nvolume {{{{ what }}}}.\n")
    extensions = {"myst_enable_extensions": ["dollarmath", "substitution"]}
    built = book.build(**extensions, myst_substitutions={"what": "$B$"})
    assert "index.md:10: $B$: B isn't declared" in built.said
