"""The tables of symbols, and the list under each equation."""

from __future__ import annotations

import re

import pytest

NOTATION = """# Symbols

```{formula-notation}
```
"""
MEAN = r"""
# Means

```{formula} mean
:scope: sample
:kind: definition
\bar{x} = \frac{1}{n} \sum_{i=1}^n x_i
```

```{formula} balance
:scope: sample
\sum_{i=1}^n (x_i - \bar{x}) = 0
```
"""


def rows(html: str) -> list[list[str]]:
    """Return the tables of a page as text."""
    found = re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    cells = [re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL) for row in found]
    return [[" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in row] for row in cells]


def listed(html: str) -> list[list[str]]:
    """Return the symbols listed under each equation of a page."""
    lists = re.findall(r'<details class="formula-symbols">(.*?)</details>', html, re.DOTALL)
    items = [re.findall(r"<li.*?</li>", one, re.DOTALL) for one in lists]
    return [[" ".join(re.sub(r"<[^>]+>", "", item).split()) for item in one] for one in items]


@pytest.fixture
def means(book):
    """Return a book with a page of equations and one of symbols."""
    book.page("index.md", "# Book\n\n```{toctree}\nmeans\nsymbols\n```\n")
    book.page("means.md", MEAN)
    book.page("symbols.md", NOTATION)
    return book


def test_each_scope_has_a_section_with_its_symbols(means):
    built = means.build("html")
    assert (built.code, built.said) == (0, "")
    html = (built.out / "symbols.html").read_text("utf-8")
    assert re.findall(r"<h2>(.*?)<a", html) == ["Circle", "Sample"]
    assert [r"\(x_i\)", r"observation; \(i = 1, \ldots, n\); a real number", "x", "Means"] in rows(
        html
    )
    assert [r"\(\bar{x}\)", "mean", "", "Means; defined in (1)"] in rows(html)
    assert [r"\(r\)", "radius; a positive number", "radius", ""] in rows(html)
    assert 'href="means.html#equation-mean"' in html
    assert 'id="symbol-sample-1"' in html


def test_one_scope_can_stand_by_itself(book):
    book.page("index.md", "# Book\n\n```{formula-notation} circle\n```\n")
    html = (book.build("html").out / "index.html").read_text("utf-8")
    assert "<h2>" not in html
    assert len(rows(html)) == 6


def test_an_unknown_scope_is_told(book):
    book.page("index.md", "# Book\n\n```{formula-notation} circles\n```\n")
    said = book.build("html").said
    assert "index.md:3" in said
    assert "the scope 'circles' isn't known; known are circle, sample" in said


def test_the_scopes_of_a_part_are_folded(means):
    text = (means.folder / "subjects.py").read_text("utf-8")
    means.write("subjects.py", text + 'parts = {"first": ["sample"]}\n')
    means.page("symbols.md", "# Symbols\n\n```{formula-notation}\n:part: first\n```\n")
    html = (means.build("html").out / "symbols.html").read_text("utf-8")
    (fold,) = re.findall(r"<details.*?</details>", html, re.DOTALL)
    assert '<details class="formula-folded" id="scope-sample">' in fold
    assert "<summary>Sample <span>4 symbols</span></summary>" in fold
    assert 'id="symbol-sample-1"' in fold
    assert len(rows(html)) == len(rows(fold)) == 5
    plain = (means.build("text").out / "symbols.txt").read_text("utf-8")
    assert "Sample" in plain


def test_an_unknown_part_is_told(book):
    book.page("index.md", "# Book\n\n```{formula-notation}\n:part: third\n```\n")
    assert "the part 'third' isn't known; known are" in book.build("html").said


def test_names_in_the_code_are_linked_if_they_are_documented(means):
    text = (means.folder / "subjects.py").read_text("utf-8")
    means.write(
        "subjects.py", text.replace('domain="printed")\n\nscopes', 'code="mean(x)")\n\nscopes')
    )
    means.write("shapes.py", 'def mean(x):\n    """Return the mean."""\n')
    means.page("code.md", "# Code\n\n```{eval-rst}\n.. autofunction:: shapes.mean\n```\n")
    means.page("index.md", "# Book\n\n```{toctree}\nmeans\nsymbols\ncode\n```\n")
    html = (means.build("html").out / "symbols.html").read_text("utf-8")
    assert re.search(r'<a [^>]*href="code.html#shapes.mean"[^>]*><code[^>]*>.*?mean\(x\)', html)
    assert '<code class="docutils literal notranslate"><span class="pre">radius' in html


def test_the_symbols_of_an_equation_are_listed_under_it(means):
    html = (means.build("html").out / "means.html").read_text("utf-8")
    size = r"\(n\)number of observations; a whole number"
    observation = r"\(x_i\)observation; \(i = 1, \ldots, n\); a real number; in the code x"
    assert listed(html) == [
        [r"\(\bar{x}\)mean", size, observation],
        [size, observation, r"\(\bar{x}\)mean; defined in (1)"],
    ]
    assert '<li class="symbol-3">' in html


def test_lists_can_be_left_out(means):
    html = (means.build("html", formula_symbols=False).out / "means.html").read_text("utf-8")
    assert "formula-symbols" not in html
    assert "checked at" in html


def test_other_formats_have_the_table_but_no_lists(means):
    built = means.build("text")
    assert "number of observations" in (built.out / "symbols.txt").read_text("utf-8")
    assert "number of observations" not in (built.out / "means.txt").read_text("utf-8")


def test_an_outer_scope_is_named_and_linked(means):
    text = (means.folder / "subjects.py").read_text("utf-8")
    text = text.replace('Notation("sample")', 'Notation("sample", extends=circle)')
    means.write("subjects.py", text)
    built = means.build("html")
    html = (built.out / "symbols.html").read_text("utf-8")
    assert "With the symbols of circle." in built.text("symbols")
    assert 'href="#scope-circle"' in html
    assert 'id="scope-circle"' in html


def test_a_changed_meaning_reaches_unchanged_pages(means):
    means.build("html")
    text = (means.folder / "subjects.py").read_text("utf-8")
    means.write("subjects.py", text.replace('"observation"', '"measured length"'))
    built = means.build("html")
    assert "measured length" in built.text("symbols")
    assert "measured length" in built.text("means")
    assert built.text("means").count("observation;") == 0


def test_a_new_use_reaches_the_unchanged_table(means):
    means.build("html")
    means.page("more.md", "# More\n\n```{formula}\n:scope: circle\n2 r = r + r\n```\n")
    means.page("index.md", "# Book\n\n```{toctree}\nmeans\nmore\nsymbols\n```\n")
    html = (means.build("html").out / "symbols.html").read_text("utf-8")
    assert [r"\(r\)", "radius; a positive number", "radius", "More"] in rows(html)


def test_renderers_are_told_where_symbols_stand(means, monkeypatch):
    from nnmath.formula.sphinx import symbols

    told = {}
    explain = symbols.SymbolTransform._explain

    def spy(self, index, places, node, note):
        explain(self, index, places, node, note)
        told[node["label"]] = [(node.astext()[a:b], k) for a, b, k in node["symbols"]]

    monkeypatch.setattr(symbols.SymbolTransform, "_explain", spy)
    means.build("html")
    assert told["mean"] == [(r"\bar{x}", 1), ("n", 2), ("n", 2), ("x_i", 3)]
    assert told["balance"] == [("n", 1), ("x_i", 2), (r"\bar{x}", 3)]
