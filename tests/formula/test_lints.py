"""True by value, careless as print: on the sides of polygons and what turns them."""

from __future__ import annotations

import pytest

from nnmath import formula


@pytest.fixture
def polygon() -> formula.Notation:
    """Return the notation of a polygon."""
    notation = formula.Notation("a polygon")
    notation.declare("n", "number of corners", domain="size")
    notation.declare("s_i", "length of a side", indices="i = 1..n", domain="positive")
    notation.declare(r"\mathbf{p}", "a place", shape="n")
    notation.declare(r"\mathbf{R}", "what turns it", shape="n, n")
    return notation


def checked(latex: str, notation: formula.Notation, *, strict: bool) -> formula.Result:
    """Check a claim by itself, as a book's own if it is strict."""
    book = formula.Book(notation)
    book.add(latex, strict=strict)
    return book.check()[0]


TRANSPOSE = "a transpose inside a norm"
DOWNWARDS = "a range that runs downwards"
OPEN = "i is shifted here, so its range must be printed"
CARELESS = [
    # The norm of a row is that of the column: whoever prints the transpose meant something else.
    (TRANSPOSE, r"\|\mathbf{p}^\top\|", r" = \|\mathbf{p}\|"),
    (TRANSPOSE, r"\|\mathbf{R}^\top\|_F", r" = \|\mathbf{R}\|_F"),
    # A sum from n down to 1 is empty.
    (DOWNWARDS, r"\sum_{/i=n}^1/ s_i", " = 0"),
    (DOWNWARDS, r"\sum_{/i=n}^{1}/ s_i^2", r" = 0"),
    (DOWNWARDS, r"\prod_{/i=n}^{0}/ s_i", " = 1"),
    # Does i number the sides as s_i does, or as s_{i+1}?
    (OPEN, r"\sum_/i/ (s_{i+1} - s_i)", " = s_n - s_1"),
    (OPEN, r"\sum_{/i<n/} (s_{i+1} - s_i)", " = s_n - s_1"),  # from where?
    (OPEN, r"\sum_{/i/} s_{n+1-i}", r" = \sum_{i=1}^n s_i"),
    (OPEN, r"\max_/i/ s_{i+1}", r" \leq \max_i s_i"),
]
CAREFUL = [
    r"\|\mathbf{R}^\top \mathbf{p}\|^2 = \mathbf{p}^\top \mathbf{R} \mathbf{R}^\top \mathbf{p}",
    r"\|\mathbf{p}\|^2 = \mathbf{p}^\top \mathbf{p}",
    r"\sum_{i=1}^n s_i = \sum_{i=1}^n s_{n+1-i}",
    r"\sum_{i=n}^n s_i = s_n",
    r"\sum_{i=2}^n (s_i - s_{i-1}) = s_n - s_1",
    r"\sum_i (s_i + i) = \sum_{i=1}^n (s_i + i)",  # the index is shifted nowhere
    r"\max_i s_i \geq s_1",
]


@pytest.mark.parametrize(("message", "marked", "rest"), CARELESS)
def test_careless_print_is_refused_at_its_place(polygon, message, marked, rest):
    before, place, after = marked.split("/") if "/" in marked else ("", marked, "")
    latex = before + place + after + rest
    result = checked(latex, polygon, strict=True)
    assert (result.verdict, result.category) == ("fails", "style")
    assert result.span == (len(before), len(before) + len(place))
    lines = result.message.splitlines()
    assert lines[0].endswith(message)
    assert lines[1:] == [latex, " " * len(before) + "^" * len(place)]


@pytest.mark.parametrize("latex", CAREFUL)
def test_careful_print_of_the_like_is_accepted(polygon, latex):
    result = checked(latex, polygon, strict=True)
    assert result.verdict == "holds", result.message


@pytest.mark.parametrize(
    "latex",
    [
        r"\|\mathbf{p}^\top\| = \|\mathbf{p}\|",
        r"\sum_{i=n}^1 s_i = 0",
        r"\sum_i (s_{i+1} - s_i) = s_n - s_1",
    ],
)
def test_print_of_others_may_be_careless(polygon, latex):
    assert checked(latex, polygon, strict=False).verdict == "holds"
