"""Symbols in words for a reader, and where they stand in an equation."""

from __future__ import annotations

import numpy as np
import pytest

from nnmath import formula
from nnmath.formula.reading.describe import (
    facts,
    indices_text,
    occurrences,
    pieces,
    shape_text,
    values_text,
)


@pytest.fixture
def prices() -> formula.Notation:
    """Return a notation of prices, returns and a portfolio."""
    notation = formula.Notation("prices")
    notation.declare("n", "number of assets", domain="size")
    notation.declare("T", "number of days", domain="size")
    notation.declare(r"\mathbf{w}", "weights", shape="n", domain="distribution", code="weights")
    notation.declare("w_i", "weight", indices="i = 1..n", entry_of=r"\mathbf{w}")
    notation.declare(
        "p_t^i", "price of asset $i$ on day $t$", indices="t = 0..T; i = 1..n", domain="positive"
    )
    notation.declare(r"\Sigma", "covariances", shape="n, n", domain="positive definite")
    notation.declare("m", "mean", domain="printed")
    notation.declare("u", "utility", maps="R -> R")
    notation.declare(r"\beta_1", "slope")
    return notation


def symbol(notation: formula.Notation, latex: str) -> formula.Symbol:
    """Return the symbol declared with this LaTeX."""
    return next(one for one in notation.symbols() if one.latex == latex)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("n", "a whole number"),
        (r"\mathbf{w}", "shape $(n)$; positive, with sum 1"),
        ("w_i", r"$i = 1, \ldots, n$; an entry of $\mathbf{w}$"),
        ("p_t^i", r"$t = 0, \ldots, T$; $i = 1, \ldots, n$; a positive number"),
        (r"\Sigma", "shape $(n, n)$; positive definite"),
        ("m", ""),
        ("u", r"a function, $\mathbb{R} \to \mathbb{R}$"),
    ],
)
def test_facts(prices: formula.Notation, latex: str, expected: str) -> None:
    assert facts(symbol(prices, latex)) == expected


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"domain": "{0, 0.5}"}, "one of $0, 0.5$"),
        ({"domain": "values 1..n"}, r"one of $1, \ldots, n$"),
        ({"domain": "integers 0..9"}, r"one of $0, \ldots, 9$"),
        ({"domain": "set of 1..n"}, r"a set of numbers from $1, \ldots, n$"),
        ({"domain": "at most n"}, "a whole number"),
        ({"domain": "law of x, y"}, "joint distribution of $x, y$"),
        ({"domain": "expectation over x with p(x)"}, "expectation over $x$"),
        ({"domain": "variance over x"}, "variance over $x$"),
        ({"maps": "entrywise"}, "a function, applied to each entry"),
        ({"maps": "printed"}, "a function"),
        (
            {"maps": r"R^n, R -> R^{n \times 2}"},
            r"a function, $\mathbb{R}^{n} \times \mathbb{R} \to \mathbb{R}^{n \times 2}$",
        ),
        ({"domain": lambda rng, shape: np.ones(shape)}, ""),
        ({"domain": "sign"}, "$-1$ or 1"),
    ],
)
def test_values(declared: dict[str, object], expected: str) -> None:
    notation = formula.Notation()
    notation.declare("n", domain="size")
    assert values_text(notation.declare("A", **declared)) == expected


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("2 n, n + 1", "$(2 n, n+1)$"),
        ("n - 1", "$(n-1)$"),
        (r"\frac{n}{2}", r"$(\frac{n}{2})$"),
        ("n^2, 3", "$(n^{2}, 3)$"),
    ],
)
def test_shapes_that_are_worked_out(shape: str, expected: str) -> None:
    notation = formula.Notation()
    notation.declare("n", domain="size")
    assert shape_text(notation.declare("A", shape=shape)) == expected


def test_values_of_an_input_that_is_defined_later_are_not_those_of_the_input() -> None:
    notation = formula.Notation()
    notation.declare("T", domain="size")
    start = notation.declare("v_t", indices="t = 0..T", given="t = 0", domain="zeros")
    assert values_text(start) == ""
    assert indices_text(start) == r"$t = 0, \ldots, T$"
    assert shape_text(start) == ""


def test_pieces_tell_words_from_maths() -> None:
    assert pieces("price on day $t$, in $p_t$") == [
        ("price on day ", False),
        ("t", True),
        (", in ", False),
        ("p_t", True),
    ]
    assert pieces("") == []


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"m = \sum_{i=1}^n w_i p_T^i", ["m", "n", "w_i", "p_T^i", "T"]),
        (r"u'(m) = u(m)^2", ["u'", "m", "u", "m"]),
        (r"\mathbf{w}^\top \Sigma \mathbf{w}", [r"\mathbf{w}", r"\Sigma", r"\mathbf{w}"]),
        (r"\frac{\partial m}{\partial w_i} = {p_t}^i", ["m", "w_i", "{p_t}^i"]),
        (r"m &= n^2 \\ &= n \cdot n", ["m", "n", "n", "n"]),
        ("m = n^n", ["m", "n", "n"]),
    ],
)
def test_symbols_are_found_where_they_stand(
    prices: formula.Notation, latex: str, expected: list[str]
) -> None:
    assert [latex[slice(*one.span)] for one in occurrences(latex, prices)] == expected


def test_places_lie_behind_or_within_each_other(prices: formula.Notation) -> None:
    latex = r"\sum_{t=1}^{T} p_{t-1}^{n} \beta_1^2 + \frac{p_T^n}{\sqrt{w_n}} u\left(m\right)"
    spans = [one.span for one in occurrences(latex, prices)]
    assert spans == sorted(spans)
    for k, (start, end) in enumerate(spans):
        for other_start, other_end in spans[k + 1 :]:
            assert other_start >= end or other_end <= end, (start, end)


def test_brackets_can_belong_to_a_symbol() -> None:
    notation = formula.Notation()
    notation.declare("K", domain="size")
    notation.declare("P(X = k)", indices="k = 1..K")
    latex = r"\sum_{k=1}^K P(X = k)"
    found = [latex[slice(*one.span)] for one in occurrences(latex, notation)]
    assert found == ["K", "P(X = k)"]


def test_what_cannot_be_read_is_refused(prices: formula.Notation) -> None:
    with pytest.raises(formula.FormulaError, match="q isn't declared"):
        occurrences("m = q", prices)
