"""Equations that restrict a symbol instead of defining it."""

import pytest

from nnmath import formula


def results(symbols, premises, claim):
    notation = formula.Notation("premises")
    notation.declare_all(symbols)
    book = formula.Book(notation)
    for k, (latex, solves) in enumerate(premises):
        book.add(latex, label=f"premise {k}", kind="premise", solves=solves, strict=False)
    book.add(claim, strict=False)
    return book.check()


SAVING = r"""
    u : \mathbb{R} \to \mathbb{R}
    c, d
    \beta
"""
NEWTON = r"""
    f : \mathbb{R} \to \mathbb{R}
    x_k :: k = 1..3
    e_k :: k = 1..3
    \xi_k :: k = 1..3
    r
"""


def test_what_follows_from_a_premise_holds():
    premises = [(r"- u'(c) + \beta u'(d) = 0", r"\beta")]
    assert all(results(SAVING, premises, r"\beta = \frac{u'(c)}{u'(d)}"))
    wrong = results(SAVING, premises, r"\beta = \frac{u'(d)}{u'(c)}")
    assert [bool(result) for result in wrong] == [True, False]
    assert wrong[-1].category == "value"
    slope = r"\frac{d \beta}{d c} = \frac{u''(c)}{u'(d)}"
    assert all(results(SAVING, premises, slope))


def test_a_premise_with_an_index_restricts_each_member():
    premises = [(r"0 = f'(x_k) - e_k f''(x_k) + r e_k^3", "e_k")]
    found = results(NEWTON, premises, r"e_k - f'(x_k) / f''(x_k) = r e_k^3 / f''(x_k)")
    assert all(found), [result.message for result in found]
    wrong = results(NEWTON, premises, r"e_k - f'(x_k) / f''(x_k) = r e_k^3 / f'(x_k)")
    assert wrong[-1].category == "value"


def test_a_premise_that_nothing_meets_is_said_to_be_one():
    found = results("x, y :: positive", [("x^2 + y = 0", "x")], "x = y")
    assert found[0].category == "domain"
    assert "no value of x makes this hold" in found[0].message


@pytest.mark.parametrize(
    ("latex", "solves", "message"),
    [
        ("x = y", "v", "a premise is solved for a number, not for 'v'"),
        ("x = y", "x + y", "a premise is solved for a number"),
        ("x = y = 0", "x", "a premise is one equation"),
        ("x < y", "x", "a premise is one equation"),
    ],
)
def test_what_is_no_premise_is_refused(latex, solves, message):
    symbols = "n :: size\nx, y\nv :: shape: n"
    assert message in results(symbols, [(latex, solves)], "x = y")[0].message


def test_only_a_premise_is_solved():
    book = formula.Book()
    with pytest.raises(ValueError, match="says what it is solved for"):
        book.add("x = y", kind="premise")
    with pytest.raises(ValueError, match="says what it is solved for"):
        book.add("x = y", solves="x")
