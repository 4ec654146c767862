"""What a build writes is enough to check other formulas against the book."""

from __future__ import annotations

from nnmath import formula

PAGE = r"""# Circles

```{formula} area
:scope: circle
:kind: definition
:code: shapes.area(radius=r)
A = \pi r^2
```

```{formula} first
:scope: sample
:condition: for i = 1
x_i = x_1
```

```{formula} rounded
:scope: circle
:tolerance: 0.01
A \approx 3.14 r^2
```

```{formula} again
:restates: area
A = r^2 \pi
```

```{formula}
:scope: circle
:kind: unchecked
:reason: volumes come later
V = 3
```

```{rejected-formula} wrong
:scope: circle
A = \pi r
```
"""


def test_a_built_book_can_be_loaded(book):
    book.page("index.md", PAGE)
    built = book.build("formulas")
    assert built.said == ""
    loaded = formula.load_book(built.out / "formulas.json", book.folder / "subjects.py")
    assert [s.label for s in loaded.statements] == ["area", "first", "rounded", "again", ""]
    assert loaded["area"].code == "shapes.area(radius=r)"
    assert loaded["first"].condition == "for i = 1"
    assert loaded["rounded"].tolerance == 0.01
    assert loaded["again"].against == "area"
    assert loaded.statements[4].reason == "volumes come later"
    assert [r.verdict for r in loaded.check()] == [*["holds"] * 4, "unchecked"]
    assert formula.check(r"\frac{\pi (2 r)^2}{4}", book=loaded, against="area")
    assert not formula.check(r"\frac{\pi (2 r)^2}{2}", book=loaded, against="area")
