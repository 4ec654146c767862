"""The eighteen formulas of the document: the corrected ones hold, the originals are rejected with a place."""

import pytest
from document_formulas import (
    LAST,
    NETWORK_CLAIMS,
    NEURON_CLAIMS,
    attention_book,
    network_book,
    neuron_book,
)

from nnmath import formula


@pytest.mark.parametrize("seed", range(3))
def test_every_corrected_formula_holds(network, neurons, attention, seed):
    books = network_book(network), neuron_book(neurons), attention_book(attention)
    for book, claims in zip(books, (NETWORK_CLAIMS, NEURON_CLAIMS, []), strict=True):
        for latex, condition in claims:
            book.add(latex, condition=condition)
        for result in book.check(seed):
            assert result.verdict == "holds", result.message
            assert result.points >= 3
            assert result.largest_difference < 1e-12


NETWORK_ORIGINALS = [
    (r"\frac{\delta C}{\delta a_l^i}=2(a_l^i-y^i)", LAST, r"\delta isn't declared"),
    (
        r"\frac{\partial C}{\partial w_{l-1}^{ij}}=2(a_l^i-y^i)N'(b_l+\sum_{j=1}^{n}a_{l-1}^iw_{l-1}^{ij})a_{l-1}^j",
        LAST,
        "b_l^i is declared: a superscript is missing here",
    ),
    (
        r"\frac{\partial C}{\partial w_{l-1}^{ij}}="
        r"2(a_l^i-y^i)N'(b_l^i+\sum_{j=1}^{n_{l-1}}a_{l-1}^iw_{l-1}^{ij})a_{l-1}^j",
        LAST,
        "index j is free and summed over in one formula",
    ),
    (
        r"\frac{\partial C}{\partial b_l^i}=2(a_l^i-y^i)N'(b_l^i+\sum_{j=1}^{n_{l-1}}a_{l-1}^iw_{l-1}^{ij})",
        LAST,
        "index i runs over 1..n_l but stands where a_{l-1}^i has 1..n_{l-1}",
    ),
    (
        r"\frac{\partial C}{\partial b_l^i}=2(a_l^i-y^i)N'(b_l^i+\sum_{j=1}^{n_l}a_{l-1}^jw_{l-1}^{ij})",
        LAST,
        "index j runs over 1..n_l but stands where a_{l-1}^j has 1..n_{l-1}",
    ),
    (
        r"\frac{\partial C}{\partial a_{l-1}^j}="
        r"\sum_{i=1}^{n_l}2(a_l^i-y^i)N'(b_l^i+\sum_{j=1}^{n}a_{l-1}^iw_{l-1}^{ij})w_{l-1}^{ij}",
        LAST,
        "n_l is declared: a subscript is missing here",
    ),
    (
        r"\frac{\partial C}{\partial a_l^i}=2(a_l^i-y^i)",
        "",
        "index i runs over 1..n_l but stands where y^i has 1..n_L",
    ),
    (r"C=\sum_{i=1}^n{(a_l^i-y^i)^2}", "", "n_l is declared: a subscript is missing here"),
]


@pytest.mark.parametrize(("latex", "condition", "message"), NETWORK_ORIGINALS)
def test_a_wrong_network_formula_is_rejected_where_it_is_wrong(network, latex, condition, message):
    book = network_book(network)
    book.add(latex, condition=condition, file="learning.md", line=25, label="wrong")
    result = book.check()[-1]
    assert result.verdict == "fails"
    assert message in result.message
    assert result.message.startswith("learning.md:25: wrong: ")
    assert "^" in result.message.splitlines()[-1]


def test_the_wrong_forward_pass_is_rejected(network):
    book = formula.Book(network)
    book.add(r"{a_l}^i=N(b_l^i+\sum_{j=1}^n{a_{l-1}^j}w_{l-1}^{ij})", kind="definition")
    assert book.check()[0].category == "index"


def test_a_wrong_orientation_of_the_weights_is_rejected(network):
    book = formula.Book(network)
    book.add(r"a_l^i=N(b_l^i+\sum_{j=1}^{n_{l-1}} a_{l-1}^j w_{l-1}^{ji})", kind="definition")
    result = book.check()[0]
    assert result.verdict == "fails"
    assert "w_l^{ij} has" in result.message or "runs over" in result.message


def test_attention_without_its_values_is_rejected(attention):
    book = attention_book(attention)
    book.add(r"\text{Attention}(q,k,v)=S(\frac{k^Tq}{\sqrt{d_k}})")
    result = book.check()[-1]
    assert result.category == "shape"
    assert "it clashes with attention" in result.message


def test_a_condition_is_part_of_the_claim(neurons):
    book = neuron_book(neurons)
    book.add(r"\frac{\partial C}{\partial a_l}=2(a_l-y)")
    assert book.check()[-1].category == "value"
