"""The notation table: what may be declared, and every mistake with its message."""

import numpy as np
import pytest

from nnmath import formula


def declared(latex, **facts):
    notation = formula.Notation("a scope")
    notation.declare("n", domain="size")
    return notation.declare(latex, **facts)


MISTAKES = [
    ("n", {}, "n is declared twice in a scope"),
    ("x_i", {"indices": "i = n"}, "isn't a range such as i = 1..n"),
    ("x", {"indices": "i = 1..n"}, "don't each stand once in x"),
    ("x_{ii}", {"indices": "i = 1..n"}, "don't each stand once"),
    ("x_n", {"indices": "n = 1..3"}, "n is declared as a symbol in a scope and can't be an index"),
    ("x", {"domain": "nice"}, "'nice' is no known domain"),
    ("x", {"shape": "n, n, n"}, "more than two axes"),
    ("x", {"shape": "k"}, "k isn't declared"),
    ("x", {"maps": "R"}, "isn't a signature such as R^d -> R"),
    ("x", {"maps": "Q -> R"}, "isn't R, R^n"),
    ("x", {"entry_of": "y"}, "y isn't declared in a scope"),
    ("x", {"given": "n"}, "in the condition 'n'"),
    ("2", {}, "isn't a symbol"),
    ("", {}, "isn't a symbol"),
    ("x + y", {}, "isn't a symbol with scripts"),
]


@pytest.mark.parametrize(("latex", "facts", "message"), MISTAKES)
def test_a_mistaken_declaration_is_refused(latex, facts, message):
    with pytest.raises(formula.FormulaError) as caught:
        declared(latex, **facts)
    assert message in caught.value.message


def test_a_scope_knows_what_the_scope_it_extends_declares():
    outer = formula.Notation("outer")
    outer.declare("n", domain="size")
    outer.declare("x_k", indices="k = 1..n")
    inner = formula.Notation("inner", extends=outer)
    inner.declare("k", "a key")
    assert formula.check(r"k \sum_i x_i = \sum_i k x_i", inner).category in ("", "index")
    assert [s.latex for s in inner.symbols()] == ["k", "n", "x_k"]
    assert inner.find("x")[0].meaning == ""


def test_a_symbol_declared_anew_hides_the_outer_one():
    outer = formula.Notation("outer")
    outer.declare("x", domain="positive")
    inner = formula.Notation("inner", extends=outer)
    own = inner.declare("x", domain="sign")
    assert inner.find("x") == [own]


def test_the_most_specific_template_is_meant():
    notation = formula.Notation()
    notation.declare("n", domain="size")
    notation.declare("f_i", indices="i = 1..n")
    notation.declare("f_{2i}", indices="i = 1..n")
    notation.declare("f_1")
    heads = [formula.parse(text, notation).symbol.latex for text in ("f_1", "f_2", "f_{2i}", "f_i")]
    assert heads == ["f_1", "f_i", "f_{2i}", "f_i"]


DRAWN = {
    "positive": lambda x: x > 0,
    "unit interval": lambda x: 0 < x < 1,
    "sign": lambda x: abs(x) == 1,
    "bit": lambda x: x in (0, 1),
    "integers 2..5": lambda x: x in (2, 3, 4, 5),
    "{-1, 0.5}": lambda x: x in (-1, 0.5),
    "values 1..3": lambda x: x in (1, 2, 3),
    "small": lambda x: 0.5 <= abs(x) <= 1.5,
}


@pytest.mark.parametrize("domain", DRAWN)
def test_a_number_is_drawn_from_its_domain(domain):
    notation = formula.Notation()
    notation.declare("x", domain=domain)
    book = formula.Book(notation, functions={"keep": lambda x: seen.append(float(x)) or x})
    seen = []
    book.add("x", kind="expression", code="keep(x=x)")
    for seed in range(5):
        assert book.check(seed)[0].verdict == "holds"
    assert all(DRAWN[domain](x) for x in seen)


ARRAYS = {
    "symmetric": lambda a: np.allclose(a, a.T),
    "positive definite": lambda a: np.linalg.eigvalsh(a).min() > 0,
    "diagonal": lambda a: np.count_nonzero(a) == len(a),
    "orthogonal": lambda a: np.allclose(a @ a.T, np.eye(len(a))),
    "contraction": lambda a: np.linalg.norm(a, 2) < 1,
    "identity": lambda a: (a == np.eye(len(a))).all(),
    "ones": lambda a: (a == 1).all(),
    "zeros": lambda a: (a == 0).all(),
    "mask": lambda a: set(a.ravel()) <= {0, 1} and (a.sum(axis=1) > 0).all(),
    "distribution": lambda a: np.allclose(a.sum(axis=1), 1),
    "one-hot": lambda a: (a.sum(axis=1) == 1).all(),
}


@pytest.mark.parametrize("domain", [*ARRAYS, "sampler"])
def test_an_array_is_drawn_from_its_domain(domain):
    notation = formula.Notation()
    notation.declare("n", domain="size")
    sampler = (lambda rng, shape: np.full(shape, 7.0)) if domain == "sampler" else domain
    notation.declare("A", shape="n, n", domain=sampler)
    check = ARRAYS.get(domain, lambda a: (a == 7).all())
    book = formula.Book(notation, functions={"check": lambda a: a if check(a) else None})
    book.add("A", kind="expression", code="check(a=A)")
    assert book.check()[0].verdict == "holds"


@pytest.mark.parametrize(
    ("domain", "shape", "message"),
    [
        (lambda rng, shape: np.zeros(3), "n, n", "the sampler of A gave (3,)"),
        ("symmetric", "n, m", "must be square"),
        ("real", "n, 0", "has the shape"),
    ],
)
def test_a_domain_that_does_not_fit_its_shape(domain, shape, message):
    notation = formula.Notation()
    notation.declare("n", domain="size")
    notation.declare("m", domain="size")
    notation.declare("A", shape=shape, domain=domain)
    assert message in formula.check("A = 2 A", notation).message


def test_sizes_differ_from_each_other():
    notation = formula.Notation()
    for name in "abcdefg":
        notation.declare(name, domain="size")
    book = formula.Book(notation)
    book.add("a + b + c + d + f + g = g + f + d + c + b + a")
    for sizes in book.check()[0].evidence["sizes"]:
        assert len(set(sizes.values())) == len(sizes) == 6


def test_joined_scopes_know_the_symbols_of_each():
    one, other = formula.Notation("one"), formula.Notation("other")
    one.declare("x", "first")
    one.declare("y_i", indices="i = 1..3")
    other.declare("x", "second")
    other.declare("z_k", indices="k = 1..2")
    joined = formula.Notation.joined([one, other])
    assert [s.latex for s in joined.symbols()] == ["x", "y_i", "z_k"]
    assert joined.find("x")[0].meaning == "first"
    assert joined.index_letters == {"i", "k"}
    assert joined.parse("x + y_i z_k")


def test_a_symbol_declared_later_further_out_is_known_inside():
    outer = formula.Notation("outer")
    inner = formula.Notation("inner", extends=outer)
    inner.declare("y")
    assert inner.find("x") == []
    x = outer.declare("x")
    assert inner.find("x") == [x]
    assert formula.check("x + y = y + x", inner)
