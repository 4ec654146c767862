"""The mutation engine: which edits it makes, that they are noticed, and what the ingredients are worth."""

import pytest
from document_formulas import (
    COST,
    FORWARD,
    NETWORK_CLAIMS,
    NEURON_CLAIMS,
    attention_book,
    network_book,
    neuron_book,
)

from nnmath import formula
from nnmath.formula.mutation import mutants, survey
from nnmath.formula.structure import structure

# Mutants that are true, each with the reason.
TRUE = {
    "write k,q for q,k": "the same function with its arguments in another order; nothing later calls it",
    "write q,v for v,q": "likewise",
    "leave out \\frac{\\partial}{\\partial b_l}(b_l+a_{l-1}w_{l-1})": "that factor is 1",
    "insert \\frac{\\partial}{\\partial b_l}(b_l+a_{l-1}w_{l-1}) at 105": "that factor is 1",
}


def edits(latex, notation, kind):
    """Return the mutants of one kind."""
    equation = formula.parse(latex, notation)
    return {m.latex for m in mutants(latex, equation) if m.kind == kind}


@pytest.mark.parametrize(
    ("latex", "kind", "expected"),
    [
        ("x = y + z", "sign", {"x = y - z", "x = -y + z"}),
        ("x = y - z", "term dropped", {"x = y ", "x =  - z"}),
        ("x = y z", "factor dropped", {"x =  z", "x = y "}),
        ("x = y z", "factor repeated", {"x = y y z", "x = y z z"}),
        ("x = f'(y)", "prime", {"x = f(y)", "x = f''(y)"}),
        (r"x = \exp(y)", "function", {r"x = \log (y)", "x = (y)"}),
        (r"x = \sqrt{y}", "power", {"x = (y)"}),
        ("x = y^2", "power", {"x = y", "x = y^{3}"}),
        ("x = 2 y", "constant", {"x = 3 y", "x = 1 y", "x = 4 y"}),
        ("x = t_{12}", "indices exchanged", {"x = t_{21}"}),
        ("u_i = x", "index shift", {"u_{i-1} = x", "u_{i+1} = x"}),
        (r"x = \frac{y}{z}", "fraction", {r"x = \frac{z}{y}", "x = (y)", "x = (z)"}),
        ("x < y", "relation", {"x > y"}),
        (r"x = g(y, z)", "function", {"x = g(z, y)"}),
        (r"x = (y + z) x", "parenthesis moved out", {"x = (y + z x)"}),
        (r"x = (y + z) x", "parenthesis moved in", {"x = (y )+ z x"}),
        (
            r"\mathbf{v} = \mathbf{w}",
            "transpose",
            {r"{\mathbf{v}}^T = \mathbf{w}", r"\mathbf{v} = {\mathbf{w}}^T"},
        ),
        (r"x = \|\mathbf{v}\|", "norm", {r"x = (\mathbf{v})", r"x = \|\mathbf{v}\|_1"}),
    ],
)
def test_single_edits(numbers, latex, kind, expected):
    assert edits(latex, numbers, kind) == expected


def test_the_same_in_another_order_is_no_mutant(numbers):
    def of(latex):
        return structure(formula.parse(latex, numbers))

    assert of("x + y z = 2") == of("z y + x = 2")
    assert of(r"\sum_{i=1}^n u_i = x") == of(r"\sum_{k=1}^n u_k = x")
    assert of(r"\mathbf{B} \mathbf{v} = x") != of(r"\mathbf{v} \mathbf{B} = x")
    assert of("x - y = 2") != of("y - x = 2")


def document(network, neurons, attention):
    """Return the document's three books with their claims."""
    books = network_book(network), neuron_book(neurons), attention_book(attention)
    for book, claims in zip(books, (NETWORK_CLAIMS, NEURON_CLAIMS, []), strict=True):
        for number, (latex, condition) in enumerate(claims):
            book.add(latex, condition=condition, label=f"claim {number}")
    return books


def test_mutants_of_the_document_are_rejected(network, neurons, attention):
    total, survivors = 0, []
    for book in document(network, neurons, attention):
        found = survey(book, most=60)
        total += found.total
        survivors += [str(mutant) for _, mutant in found.survivors]
    assert total > 500
    assert [text for text in survivors if text not in TRUE] == []


def test_equal_sizes_let_more_mutants_through(network):
    def survivors(**options):
        book = formula.Book(network, **options)
        book.add(FORWARD, kind="definition", label="forward")
        book.add(COST, kind="definition", label="cost")
        latex = r"\frac{\partial C}{\partial a_L^i} = \sum_{j=1}^{n_L} 2 (a_L^j - y^j) \frac{\partial a_L^j}{\partial a_L^i}"
        book.add(latex)
        wrong = latex.replace(r"\sum_{j=1}^{n_L}", r"\sum_{j=1}^{n_{L-1}}")
        book.add(wrong)
        return [result.verdict for result in book.check()][-2:]

    assert survivors() == ["holds", "fails"]
    assert survivors(equal_sizes=True) == ["holds", "holds"]
