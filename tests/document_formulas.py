"""The eighteen formulas of the document, corrected, with the functions that compute them."""

import numpy as np

from nnmath import formula

FORWARD = r"{a_l}^i=N(b_l^i+\sum_{j=1}^{n_{l-1}}{a_{l-1}^j}w_{l-1}^{ij})"
COST = r"C=\sum_{i=1}^{n_L}{(a_L^i-y^i)^2}"
LAST = "for l = L"
INNER = r"b_l^i+\sum_{k=1}^{n_{l-1}}a_{l-1}^kw_{l-1}^{ik}"

NETWORK_CLAIMS = [
    (r"\frac{\partial C}{\partial a_l^i}=2(a_l^i-y^i)", LAST),
    (rf"\frac{{\partial C}}{{\partial w_{{l-1}}^{{ij}}}}=2(a_l^i-y^i)N'({INNER})a_{{l-1}}^j", LAST),
    (rf"\frac{{\partial C}}{{\partial b_l^i}}=2(a_l^i-y^i)N'({INNER})", LAST),
    (
        rf"\frac{{\partial C}}{{\partial a_{{l-1}}^j}}=\sum_{{i=1}}^{{n_l}}2(a_l^i-y^i)N'({INNER})w_{{l-1}}^{{ij}}",
        LAST,
    ),
    (
        rf"\frac{{\partial C}}{{\partial a_{{l-1}}^j}}="
        rf"\sum_{{i=1}}^{{n_l}}\frac{{\partial C}}{{\partial a_l^i}}N'({INNER})w_{{l-1}}^{{ij}}",
        "",
    ),
]
NEURON_CLAIMS = [
    (r"\frac{\partial C}{\partial a_l}=2(a_l-y)", LAST),
    (r"\frac{\partial C}{\partial w_{l-1}}=2(a_l-y)\frac{\partial a_l}{\partial w_{l-1}}", LAST),
    (r"\frac{\partial C}{\partial b_l}=2(a_l-y)\frac{\partial a_l}{\partial b_l}", LAST),
    (r"\frac{\partial C}{\partial a_{l-1}}=2(a_l-y)\frac{\partial a_l}{\partial a_{l-1}}", LAST),
]
for symbol, slope in (("w_{l-1}", "a_{l-1}"), ("b_l", ""), ("a_{l-1}", "w_{l-1}")):
    NEURON_CLAIMS += [
        (
            rf"\frac{{\partial a_l}}{{\partial {symbol}}}="
            rf"N'(b_l+a_{{l-1}}w_{{l-1}})\frac{{\partial}}{{\partial {symbol}}}(b_l+a_{{l-1}}w_{{l-1}})",
            "",
        ),
        (rf"=N'(b_l+a_{{l-1}}w_{{l-1}}){slope}", ""),
    ]


def softmax(z):
    """Return the softmax of a vector."""
    return np.exp(z) / np.exp(z).sum()


def one_query(q, k, v):
    """Return the attention of one query."""
    return v @ softmax(k.T @ q / np.sqrt(len(q)))


def forward(weights, biases, activations, N):
    """Return the activations of all layers, by matrix products."""
    found = [activations[0]]
    for matrix, bias in zip(weights, biases, strict=True):
        found.append(N(matrix @ found[-1] + bias))
    return found


def network_book(notation):
    """Return a book with the two definitions that the document's claims follow from."""
    book = formula.Book(notation, functions={"forward": forward})
    code = "forward(weights=w, biases=b, activations=a, N=N)"
    book.add(FORWARD, label="feed-forward", kind="definition", code=code)
    book.add(COST, label="cost", kind="definition")
    return book


def neuron_book(notation):
    """Return the same for a chain of single neurons."""
    book = formula.Book(notation)
    book.add("a_l = N(b_l + a_{l-1} w_{l-1})", label="neuron", kind="definition")
    book.add("C = (a_L-y)^2", label="cost", kind="definition")
    return book


def attention_book(notation):
    """Return the definitions of softmax and attention."""
    book = formula.Book(notation, functions={"softmax": softmax, "one_query": one_query})
    book.add(
        r"S(\mathbf{z})_i = \frac{\exp(z_i)}{\sum_{j=1}^m \exp(z_j)}",
        label="softmax", kind="definition", code=r"softmax(z=\mathbf{z})",
    )  # fmt: skip
    book.add(
        r"\text{Attention}(q,k,v)=v\,S\left(\frac{k^Tq}{\sqrt{d_k}}\right)",
        label="attention", kind="definition", code="one_query(q=q, k=k, v=v)",
    )  # fmt: skip
    return book
