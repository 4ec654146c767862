"""Tokens: what is dropped, what is joined, what is refused and where."""

import pytest

from nnmath import formula
from nnmath.formula.errors import show
from nnmath.formula.reading.lexer import tokenize


def texts(latex):
    return [token.text for token in tokenize(latex)]


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"a\,b\quad c~d\!e", ["a", "b", "c", "d", "e"]),
        (r"\displaystyle\sum\limits_i", [r"\sum", "_", "i"]),
        (r"\left(x\right)", ["(", "x", ")"]),
        (r"\bigl[x\bigr] \Big( y \Big)", ["[", "x", "]", "(", "y", ")"]),
        (r"\lVert x \rVert", [r"\|", "x", r"\|"]),
        (r"||x||", [r"\|", "x", r"\|"]),
        (r"\operatorname*{arg max} \text{if } \mathrm d", [r"\arg", r"\max", "if", "d"]),
        (r"1.5 + .5", ["1.5", "+", ".5"]),
        (r"x \ne y \le z \to w", ["x", r"\neq", "y", r"\leq", "z", r"\rightarrow", "w"]),
        (r"1, \ldots, n ... \cdots", ["1", ",", r"\dots", ",", "n", r"\dots", r"\dots"]),
        (r"\begin{align*} y\prime \end{align*}", ["align", "y", "'", "align"]),
    ],
)
def test_equal_things_have_one_spelling(latex, expected):
    assert texts(latex) == expected


def test_tokens_know_where_they_stand():
    latex = r"a + \frac{b}{c}"
    assert [latex[token.start : token.end] for token in tokenize(latex)][2:5] == [
        r"\frac",
        "{",
        "b",
    ]


@pytest.mark.parametrize(
    ("latex", "message", "at"),
    [
        (r"x % y", "a comment isn't read", 2),
        ("x $ y", "the character '$' isn't read", 2),
        (r"\left( x", r"this \left has no \right", 0),
        (r"x \right)", r"this \right has no \left", 2),
        (r"x \left", r"\left needs a delimiter", 2),
        (r"\left x", r"needs a delimiter, not x", 6),
        (r"\bigl. x", "the invisible delimiter", 0),
        (r"\text", r"\text needs a word in braces", 0),
        (r"\text{a", "never closed", 5),
        (r"\text{a < b}", "isn't read inside", 8),
        ("x" * 9000, "longer than 8000 characters", 8000),
    ],
)
def test_what_is_no_mathematics_is_refused_with_its_place(latex, message, at):
    with pytest.raises(formula.FormulaError) as caught:
        tokenize(latex)
    assert message in caught.value.message
    assert caught.value.span[0] == at


def test_carets_stand_under_the_place():
    assert show("a = b\n  + cd", (10, 12)) == "  + cd\n    ^^"
    assert show("a = b", None) == "a = b"
    assert show("ab", (5, 9)) == "ab\n  ^"
