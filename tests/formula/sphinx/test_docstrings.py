"""Formulas in docstrings: whose they are, what they are compared with, where they stand."""

from __future__ import annotations

import inspect

import pytest

from nnmath.formula.sphinx.pages import find_block, owner_of, shown_path

API = "# Code\n\n```{eval-rst}\n.. automodule:: shapes\n   :members:\n```\n"


@pytest.fixture
def documented(book, area):
    """Return a book whose second page shows the docstrings of its code."""
    book.page("index.md", f"# Circles\n\n```{{toctree}}\napi\n```\n{area}")
    book.page("api.md", API)
    return book


def function(name: str, *docstring: str, arguments: str = "radius", value: str = "1.0") -> str:
    """Return the source of a function."""
    lines = "\n".join(f"    {line}".rstrip() for line in docstring)
    return f'\n\ndef {name}({arguments}):\n    r"""Return it.\n\n{lines}\n    """\n    return {value}\n'


def test_docstrings_are_checked_with_their_function_after_the_pages(documented):
    built = documented.build()
    assert (built.code, built.said) == (0, "")
    source = (documented.folder / "shapes.py").read_text("utf-8").splitlines()
    area, again, mean, turned = built.records
    assert area["document"] == "index.md"
    for record, name, kind in (
        (again, "shapes.area", "claim"),
        (mean, "shapes.mean", "definition"),
        (turned, "shapes.mean", "claim"),
    ):
        assert (record["document"], record["code"], record["kind"]) == ("shapes.py", name, kind)
        first = record["latex"].splitlines()[0]
        assert source[record["line"] - 1].strip().endswith(first)
    assert again["line"] < mean["line"] < turned["line"]


FAULTS = [
    # a function that computes something else, whose name no one has to give
    ((r".. formula:: A = \pi r^2", "    :restates: area"), "shapes.tried is 1"),
    ((r".. formula:: A = 2 \pi r^2", "    :restates: area"), "the right side is"),
    ((r".. formula:: U = 2 \pi r", "    :restates: circumference"), "called 'circumference'"),
    ((r".. formula:: V = 3", "    :scope: circle"), "nothing printed before defines V"),
    ((".. formula:: r = r + r - r", "    :scope: circle", "    :code: (s=r)"), "TypeError"),
]


@pytest.mark.parametrize(("docstring", "message"), FAULTS)
def test_a_fault_is_told_with_the_line_in_the_source(documented, docstring, message):
    documented.write("shapes.py", function("tried", "Text.", "", *docstring))
    built = documented.build()
    assert built.code == 1
    assert message in built.records[-1]["message"]
    assert built.records[-1]["message"].startswith("shapes.py:8: ")
    assert documented.build("html").pages == set()


HOLDING = [
    (".. formula:: U = 2", "    :kind: definition", "    :scope: circle", "    :code: none"),
    (".. formula:: U = 1", "    :kind: definition", "    :scope: circle", "    :code: (radius=r)"),
    (".. formula:: U = 1", "    :kind: definition", "    :scope: circle"),
    (".. formula::", "    :kind: definition", "    :scope: circle", "", "    U", "        = 1"),
    (
        ".. formula::",
        "    :kind: definition",
        "    :scope: circle",
        "    :code: shapes.tried(radius=r)",
        "",
        "    U = 1",
    ),
]


@pytest.mark.parametrize("docstring", HOLDING)
def test_the_code_is_the_function_itself_unless_it_says_otherwise(documented, docstring):
    documented.write("shapes.py", function("tried", *docstring))
    built = documented.build()
    assert (built.code, built.said) == (0, "")
    assert built.records[-1]["code"] == ("" if "    :code: none" in docstring else "shapes.tried")


def test_a_parameter_that_no_symbol_is_called_after_is_told(documented):
    docstring = (".. formula:: U = 1", "    :kind: definition", "    :scope: circle")
    documented.write("shapes.py", function("tried", *docstring, arguments="diameter"))
    message = documented.build().records[-1]["message"]
    assert "no declared symbol has the code name diameter, a parameter of shapes.tried" in message


def test_displays_and_inline_maths_of_docstrings_are_told_by_their_source(documented):
    docstring = (".. math:: A = 3", "", "With :math:`Q` and :math:`A`.")
    documented.write("shapes.py", function("tried", *docstring))
    said = documented.build().said
    assert "shapes.py:6: nothing checks this equation" in said
    assert "shapes.py:8: $Q$: Q isn't declared" in said


def test_classes_methods_properties_and_modules_have_formulas_too(documented):
    formula = "    .. formula:: A = \\pi r^2\n        :restates: area\n"
    text = f'''r"""Code.

{formula.replace("    .. ", ".. ").replace("        :", "    :")}"""


class Disc:
    r"""A disc.

{formula}    """

    def area(self):
        r"""Return the area.

    {formula.replace("    .. ", "    .. ").replace("        :", "            :")}        """

    @property
    def size(self):
        r"""The area.

    {formula.replace("        :", "            :")}        """
'''
    documented.write("shapes.py", text)
    built = documented.build()
    assert (built.code, built.said) == (0, "")
    lines = [k + 1 for k, line in enumerate(text.splitlines()) if "formula::" in line]
    assert [r["line"] for r in built.records[1:]] == lines
    assert [r["code"] for r in built.records[1:]] == ["", "", "", ""]


def test_the_same_formula_twice_in_a_docstring_has_two_lines(documented):
    twice = 2 * (".. formula:: A > 0", "    :scope: circle", "    :code: none", "")
    documented.write("shapes.py", function("tried", *twice))
    assert [r["line"] for r in documented.build().records[1:]] == [6, 10]


def test_the_page_links_what_a_docstring_restates(documented):
    built = documented.build("html")
    assert "equation (1) · checked at 12 points" in built.text("api")
    html = (built.out / "api.html").read_text("utf-8")
    assert 'href="index.html#equation-area"' in html


def test_a_changed_docstring_is_checked_again(documented):
    assert documented.build().code == 0
    code = (documented.folder / "shapes.py").read_text("utf-8")
    documented.write("shapes.py", code.replace(r"A = \pi r^2", r"A = 4 r^2"))
    built = documented.build()
    assert built.code == 1
    assert built.records[1]["latex"] == "A = 4 r^2"


# -- whose docstring ---------------------------------------------------------------------------------


def test_a_function_is_named_as_the_documented_module_names_it():
    owner = owner_of(
        "x.py:docstring of nnmath.formula.reading.parser.Parser.side", "nnmath.formula"
    )
    assert owner.name == "nnmath.formula.reading.parser.Parser.side"
    owner = owner_of("x.py:docstring of inspect.getsource", "")
    assert (owner.name, owner.is_function) == ("inspect.getsource", True)
    assert owner.start == inspect.getsourcelines(inspect.getsource)[1]
    owner = owner_of("docstring of nnmath.formula.checking.book.Book", "nnmath.formula")
    assert (owner.name, owner.is_function) == ("nnmath.formula.Book", False)
    assert owner.file.endswith("nnmath/formula/checking/book.py")


def test_what_has_no_source_or_does_not_exist_is_still_named():
    assert owner_of("a/page.md", "math") is None
    owner = owner_of("x.py:docstring of math.sqrt", "math")
    assert (owner.name, owner.file, owner.start, owner.line_of("a", 0)) == (
        "math.sqrt",
        "x.py",
        1,
        1,
    )
    owner = owner_of("/x/y.py:docstring of nowhere.at_all", "nowhere")
    assert (owner.name, owner.is_function, owner.file) == ("nowhere.at_all", False, "/x/y.py")


def test_a_block_is_found_by_all_of_its_lines():
    lines = ["a = b", "  c", "a = b", "  d", ".. formula:: a = b", "  d", "a = b"]
    assert find_block(lines, "a = b\n  d") == 2
    assert find_block(lines, "a = b\nd", 1) == 4
    assert find_block(lines, "a = b\nd", 0, 3) == 4
    assert find_block(lines, "a = b\nd", 2) is None


def test_paths_are_shown_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shown_path(str(tmp_path / "a" / "b.py")) == "a/b.py"
    assert shown_path("/elsewhere/b.py") == "/elsewhere/b.py"
    assert shown_path("") == ""


def test_the_code_of_what_is_restated_counts_if_it_is_this_function(documented, area):
    bound = area.replace(":kind:", ":code: shapes.area(radius=r)\n:kind:")
    documented.page("index.md", f"# Circles\n\n```{{toctree}}\napi\n```\n{bound}")
    assert documented.build().records[1]["code"] == "shapes.area"
    other = area.replace(":kind:", ":code: nowhere.area(radius=r)\n:kind:")
    documented.page("index.md", f"# Circles\n\n```{{toctree}}\napi\n```\n{other}")
    assert documented.build().records[1]["code"] == "shapes.area"
