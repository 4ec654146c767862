r"""Two letters before one relation, ``i, j \in C``: it is that of both, unless its set depends on the first."""

import pytest

from nnmath import formula

GRAPH = r"""
    n, m, T :: size
    k :: at most n
    C, D :: set of 1..n
    E :: set of 1..m
    N_i :: i = 1..n :: set of 1..n
    x_i :: i = 1..n
    y_j :: j = 1..m
    z_{ij} :: i = 1..n; j = 1..n
    a, b :: values 1..n
"""


@pytest.fixture
def judged():
    """Return a function that gives the verdict on a formula and its category."""
    notation = formula.Notation("a graph")
    notation.declare_all(GRAPH)

    def judge(latex):
        result = formula.check(latex, notation)
        return result.verdict, result.category

    return judge


@pytest.mark.parametrize(
    ("left", "both", "last"),
    [
        (r"\sum_{i,j \in C} x_i x_j", r"(\sum_{i \in C} x_i)^2", r"\sum_i x_i \sum_{j \in C} x_j"),
        (
            r"\max_{i,j \in C} z_{ij}",
            r"\max_{i \in C} \max_{j \in C} z_{ij}",
            r"\max_i \max_{j \in C} z_{ij}",
        ),
        (
            r"\sum_{i,j \in C, l \in D} x_i x_j x_l",
            r"(\sum_{i \in C} x_i)^2 \sum_{l \in D} x_l",
            r"\sum_i x_i \sum_{j \in C} x_j \sum_{l \in D} x_l",
        ),
        (
            r"\sum_{i,j \in C : i < j} z_{ij}",
            r"\sum_{i \in C} \sum_{j \in C} [i < j] z_{ij}",
            r"\sum_i \sum_{j \in C} [i < j] z_{ij}",
        ),
        (
            r"\sum_{i \neq j \in C} z_{ij}",
            r"\sum_{i \in C} \sum_{j \in C} [i \neq j] z_{ij}",
            r"\sum_i \sum_{j \in C} [i \neq j] z_{ij}",
        ),
        (
            r"\sum_{i,j \notin C} z_{ij}",
            r"\sum_{i \notin C} \sum_{j \notin C} z_{ij}",
            r"\sum_i \sum_{j \notin C} z_{ij}",
        ),
        (
            r"\sum_{i,j \leq k} z_{ij}",
            r"\sum_{i=1}^k \sum_{j=1}^k z_{ij}",
            r"\sum_{i=1}^n \sum_{j=1}^k z_{ij}",
        ),
        (r"\sum_{a, b \in \{1, 2\}} a b", "9", r"3 \sum_a a"),
    ],
)
def test_both_letters(judged, left, both, last):
    assert judged(f"{left} = {both}") == ("holds", "")
    assert judged(f"{left} = {last}") == ("fails", "value")


@pytest.mark.parametrize(
    "latex",
    [
        r"\sum_{i, j \in N_i} z_{ij} = \sum_{i=1}^n \sum_{j \in N_i} z_{ij}",
        r"\sum_{i, j \neq i} z_{ij} = \sum_{i=1}^n \sum_{j \neq i} z_{ij}",
        r"\sum_{i \in C, j \in D} z_{ij} = \sum_{i \in C} \sum_{j \in D} z_{ij}",
    ],
)
def test_the_last_letter_alone(judged, latex):
    assert judged(latex) == ("holds", "")


@pytest.mark.parametrize("words", [r"\text{ for } i, j \in C", r", \quad \forall i, j \in C"])
def test_conditions(judged, words):
    assert judged(rf"x_i x_j = \sum_{{l \in C}} [l = i] x_l x_j {words}") == ("holds", "")
    assert judged(rf"x_i x_j = \sum_{{l \in D}} [l = i] x_l x_j {words}") == ("fails", "value")


def test_pairs_are_refused(judged):
    assert judged(r"\sum_{(i,j) \in C} z_{ij} = 0") == ("fails", "syntax")
    assert judged(r"\sum_{i} [(i, i) \in C] x_i = 0") == ("fails", "syntax")
