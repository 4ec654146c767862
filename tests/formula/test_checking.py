"""Verdicts: kinds, messages, what a failed definition does, updates, approximations, code."""

import numpy as np
import pytest

from nnmath import formula
from nnmath.formula.checking.mutation import repair
from nnmath.formula.checking.session import Session


def last(notation, *equations, functions=None, hints=False, seed=0, **facts):
    """Check equations, given as LaTeX of definitions but for the last, and return the last result."""
    book = formula.Book(notation, functions=functions)
    for number, latex in enumerate(equations[:-1]):
        book.add(latex, kind="definition", label=f"def {number}", strict=False)
    book.add(equations[-1], **facts)
    return book.check(seed, hints=hints)[-1]


def test_a_message_says_where_what_and_with_what_it_clashes(numbers):
    result = last(
        numbers,
        "y = x^2",
        "\\frac{d y}{d x}\n= 3 x",
        file="page.md",
        line=7,
        label="slope",
        hints=True,
    )
    first, line, carets = result.message.splitlines()
    assert first.startswith("page.md:8: slope: the left side is ")
    assert first.endswith("; it clashes with def 0")
    assert (line, carets) == ("= 3 x", "  ^^^")
    assert result.hint == "write 2 for 3"
    assert (result.document, result.line, result.label, result.kind) == (
        "page.md",
        7,
        "slope",
        "claim",
    )


def test_the_first_differing_index_is_named(numbers):
    assert "at i = 2: " in last(numbers, r"u_i = u_1 \frac{u_i}{u_i}").message


def test_the_first_differing_entry_is_named(numbers):
    assert "at entry [1, 1]: " in last(numbers, r"\mathbf{v} = 2 \mathbf{v}", strict=False).message


FAULTS = [
    ((r"x = y",), {}, "value", "nothing printed before defines x"),
    (("x = y", "x = z"), {"kind": "definition"}, "definition", "x is defined already (by def 0)"),
    (("x + 1 = y",), {"kind": "definition"}, "syntax", "the left side of a definition is a symbol"),
    (("r(2) = y",), {"kind": "definition"}, "syntax", "defined for symbols as its arguments"),
    (("x < y",), {"kind": "definition"}, "definition", "a definition has an equals sign"),
    (("r(x) = 2",), {}, "definition", "r is used before it is defined"),
    (("r(x, x) = 2",), {"kind": "definition"}, "syntax", "an argument stands twice"),
    (("r(x) = x", "r(x, y) = x"), {}, "shape", "r takes one argument, not 2"),
    (("r(x) = x", r"r(\mathbf{v}) = x"), {}, "shape", "x stands for a number, this is a column of"),
    (("f(x, y) = x",), {}, "shape", "f takes one argument, not 2"),
    ((r"f(\mathbf{v}) = x",), {}, "shape", "f takes a number"),
    (("f = x",), {}, "syntax", "f is a function and needs its argument"),
    (("x",), {}, "syntax", "this is an expression"),
    (("x = y",), {"kind": "expression"}, "syntax", "an expression has no relation"),
    (("= y",), {}, "syntax", "there is nothing before it to continue"),
    ((r"x \to y",), {}, "syntax", "a tendency isn't read"),
    ((r"x \leftarrow y",), {}, "syntax", "an arrow belongs in an update"),
    (("x = y",), {"kind": "update"}, "syntax", "an update has an arrow"),
    (("x = x",), {}, "style", "both sides are the same"),
    (("x = 1 y",), {}, "style", "a factor 1"),
    (("x = y y",), {}, "style", "a factor stands twice; print its square"),
    ((r"x = \|\mathbf{v}^T\|",), {}, "style", "a transpose inside a norm"),
    ((r"x = \lfloor \lfloor y \rfloor \rfloor",), {}, "style", "floor of floor is floor"),
    ((r"x = \operatorname{sgn}(\operatorname{sgn}(y))",), {}, "style", "sgn of sgn is sgn"),
    (("x = y 2",), {}, "style", "a numeral stands first"),
    (("x = y + 0",), {}, "style", "a term 0"),
    (("x = y^1",), {}, "style", "a power 1"),
    ((r"x = \frac{y}{1}",), {}, "style", "a denominator 1"),
    (("x = 2 3 y",), {"strict": False}, "style", "two numerals side by side"),
    ((r"x \approx y",), {}, "style", "needs a stated tolerance or order"),
    (("u_i = x u_j",), {}, "index", "index j is neither summed over nor on the left side"),
    (("u_i = t_{1i}",), {}, "index", "index i runs over 1..n but stands where t_{1i} has 1..m"),
    (("x = u_0",), {}, "index", "u_i has i = 1..n (here 1.."),
    (("x = u_{x}",), {}, "index", "an index must be a whole number"),
    ((r"u_i = \sum_{i=1}^n u_i",), {}, "shadowed", "index i is free and summed over"),
    ((r"\sum_{j=1}^m u_j = x",), {}, "", ""),
    ((r"x = \mathcal{M}",), {}, "shape", "a set stands where a number"),
    ((r"x = \mathbf{v}_{n+1}",), {}, "index", "there is no entry"),
    ((r"x = (x)_1",), {}, "shape", "a number has no entries"),
    ((r"x = \mathbf{A}_1",), {}, "shape", "needs 2 indices"),
    ((r"x = \mathbf{v} + y",), {}, "shape", "can't be added"),
    ((r"x = \mathbf{v} \mathbf{w}",), {}, "shape", "can't be multiplied by"),
    ((r"x = \mathbf{v} \times \mathbf{w}",), {}, "shape", "a column of 3"),
    ((r"x = \mathbf{v} \odot \mathbf{A}",), {}, "shape", "have no entrywise product"),
    ((r"x = \frac{y}{\mathbf{v}}",), {}, "shape", "can't be divided by"),
    ((r"x = \mathbf{v}^2",), {}, "shape", "has no such power"),
    ((r"x = y^T",), {}, "syntax", "a number has no transpose"),
    ((r"x = |\mathbf{v}|",), {}, "shape", "single bars around a column"),
    ((r"x = \|y\|",), {}, "shape", "a norm needs an array"),
    ((r"x = \|\mathbf{A}\|",), {}, "shape", "which norm of a matrix is meant"),
    ((r"x = \langle \mathbf{v}, y \rangle",), {}, "shape", "have no inner product"),
    ((r"x = \exp(\mathbf{v})",), {}, "shape", "exp takes a number"),
    ((r"x = \det(\mathbf{A})",), {}, "shape", "det takes a square matrix"),
    ((r"x = \operatorname{diag}(y)",), {}, "shape", "diag takes an array"),
    ((r"x = \max(\mathbf{v}, y)",), {}, "shape", "max takes numbers"),
    ((r"x = \max_i \mathbf{v}",), {}, "index", "nothing says what i runs over"),
    ((r"x = \max_{i=1}^n \mathbf{v}",), {}, "shape", "an extreme is taken of numbers"),
    ((r"x = \max_{i=3}^{2} i",), {}, "value", "the extreme of nothing"),
    ((r"x = \arg\max_{i,j} t_{ij}",), {}, "syntax", "an arg max over one letter"),
    ((r"x = \prod_{k=1}^\infty 2",), {}, "syntax", "only a sum over one letter may be endless"),
    ((r"x = \sum_{i \in y} u_i",), {}, "shape", "a set is needed here"),
    ((r"x = \int y d y",), {}, "index", "no values of its variable are declared"),
    ((r"x = y!",), {}, "value", "a factorial needs a whole number"),
    ((r"x = \frac{d \mathbf{v}}{d \mathbf{w}}",), {}, "shape", "needs a declared layout"),
    ((r"x = \frac{d f(x)}{d f}",), {}, "syntax", "a derivative is taken by a symbol"),
    ((r"x = \frac{d x}{d n}",), {}, "syntax", "nothing changes smoothly with n"),
    ((r"x = \nabla y",), {}, "syntax", "the gradient by what"),
    ((r"x = \nabla g(\mathbf{v}, y)",), {}, "syntax", "the gradient by which argument"),
    ((r"x = \begin{cases} y & x > 0 \\ z & x < -10 \end{cases}",), {}, "value", ""),
    ((r"x = \lim_{h \to 0} \frac{1}{h^3}",), {}, "value", ""),
    ((r"x \leq \mathbf{v}",), {}, "shape", "an inequality compares numbers"),
    ((r"x = y", ), {"against": "none"}, "definition", "there is no earlier equation 'none'"),
    ((r"f'(x + y) \frac{\partial}{\partial x} (x + z) = y",), {}, "chain rule", "the derivative of the inner function"),
    ((r"\mathbf{v} \in \mathbb{R}^{m}",), {}, "shape", "this is a column of"),
    (("x = y + o(z + y)",), {}, "syntax", "a remainder is of a power of one symbol"),
    (("u_i = u_i x / x",), {"condition": "for i = 9, \\dots, 8"}, "points", "there is no point"),
]  # fmt: skip


@pytest.mark.parametrize(("equations", "facts", "category", "message"), FAULTS)
def test_a_fault_has_its_category_and_message(numbers, equations, facts, category, message):
    result = last(numbers, *equations, **facts)
    assert result.verdict == "fails"
    assert message in result.message
    assert not category or result.category == category, result.message


def test_a_failed_definition_takes_down_what_is_built_on_it(numbers):
    book = formula.Book(numbers, functions={"zero": lambda: 0.0})
    book.add("x = y + 5", kind="definition", label="bad", code="zero()")
    book.add("2 x = 2 y + 10", label="built on it")
    assert [result.category for result in book.check()] == ["code", "premise"]


def test_a_symbol_used_before_its_definition(numbers):
    numbers.declare("q", domain="printed")
    assert "q is used before it is defined" in last(numbers, "q = q + x - x", kind="claim").message


def test_whether_a_symbol_has_arguments_is_as_the_book_at_hand_prints_it(numbers):
    numbers.declare("q", domain="printed")
    rejected = last(numbers, "q(x) = x^2 +", kind="definition")
    assert (rejected.verdict, rejected.category) == ("fails", "syntax")
    assert last(numbers, "q = x + 1", "q (x - 1) = x^2 - 1").verdict == "holds"
    assert last(numbers, "q(x) = x + 1", "q(x - 1) = x").verdict == "holds"
    assert last(numbers, "q = x + 1", "q (x - 1) = x^2 - 1").verdict == "holds"
    book = formula.Book(numbers)
    book.add("q = x + 1", kind="definition")
    book.add("q(x) = x", kind="definition")  # a second definition is refused
    book.add("q (x - 1) = x^2 - 1")
    assert [result.verdict for result in book.check()] == ["holds", "fails", "holds"]


def test_what_is_unchecked_needs_a_reason_and_shows_it(numbers):
    book = formula.Book(numbers)
    book.add("nonsense (", kind="unchecked", reason="it is a quotation")
    result = book.check()[0]
    assert (result.verdict, result.message) == ("unchecked", "it is a quotation")
    with pytest.raises(ValueError, match="needs a reason"):
        book.add("x = y", kind="unchecked")
    with pytest.raises(ValueError, match="kind must be one of"):
        book.add("x = y", kind="truth")
    assert book["" if not book.statements[0].label else ""].latex == "nonsense ("
    with pytest.raises(KeyError):
        book["missing"]


UPDATES = [
    (r"x \leftarrow x - h \frac{d f(x)}{d x}", ""),
    (r"x := x - h f'(x)", ""),
    (r"x \leftarrow x - h \frac{d f(y)}{d y}", "update"),
    (
        r"\mathbf{v} \leftarrow \mathbf{v} - h \nabla_{\mathbf{w}} (\mathbf{w}^T \mathbf{w})",
        "update",
    ),
    (r"\mathbf{v} \leftarrow x", "shape"),
    (r"x + y \leftarrow x", "definition"),
]


@pytest.mark.parametrize(("latex", "category"), UPDATES)
def test_an_update_changes_what_it_is_a_derivative_by(numbers, latex, category):
    assert last(numbers, latex, kind="update").category == category


def test_an_update_can_be_compared_with_an_earlier_one(numbers):
    for latex, verdict in (
        (r"x \leftarrow x - h f'(x)", "holds"),
        (r"x \leftarrow x + h f'(x)", "fails"),
    ):
        book = formula.Book(numbers)
        book.add(r"x \leftarrow x - h \frac{d f(x)}{d x}", kind="update", label="step")
        book.add(latex, kind="update", against="step")
        result = book.check()[-1]
        assert result.verdict == verdict
        assert verdict == "holds" or "that of step" in result.message


AGAIN = [
    (r"\bar{x} = \frac{x_1 + \sum_{i=2}^n x_i}{n}", ""),
    (r"\bar{x} = \frac{1}{n} \sum_{i=1}^n x_i = \sum_{i=1}^n \frac{x_i}{n}", ""),
    (r"n \bar{x} = \sum_{i=1}^n x_i", "that of mean"),  # true, but it isn't that equation
    (r"x_1 + x_2 = x_2 + x_1", "that of mean"),
    (r"\bar{x} \leq \frac{1}{n} \sum_{i=1}^n x_i", "mean has another relation here"),
]


@pytest.mark.parametrize(("latex", "fault"), AGAIN)
def test_a_claim_can_be_held_to_an_earlier_equation(sample, latex, fault):
    book = formula.Book(sample)
    book.add(r"\bar{x} = \frac{1}{n} \sum_{i=1}^n x_i", kind="definition", label="mean")
    book.add(latex, against="mean")
    result = book.check()[-1]
    assert (result.verdict == "fails") == bool(fault)
    assert fault in result.message


def test_an_expression_or_a_bound_can_be_printed_again(sample):
    book = formula.Book(sample)
    book.add(r"\sum_{i=1}^n x_i", kind="expression", label="sum")
    book.add(r"x_1 + \sum_{i=2}^n x_i", kind="expression", against="sum")
    book.add(r"x_i^2 > -1", label="square")
    book.add(r"x_i^2 > -1", against="square")
    book.add(r"x_i^2 > -2", against="square")
    assert [r.verdict for r in book.check()] == ["holds", "holds", "holds", "holds", "fails"]


def test_the_shape_of_an_array_can_be_stated_again(numbers):
    book = formula.Book(numbers)
    book.add(r"\mathbf{v} \in \mathbb{R}^{n}", label="column")
    book.add(r"\mathbf{v} \in \mathbb{R}^{n}", against="column")
    book.add(r"2 \mathbf{v} \in \mathbb{R}^{n}", against="column")
    assert [r.verdict for r in book.check()] == ["holds", "holds", "fails"]


APPROXIMATIONS = [
    (r"f(x + h) \approx f(x) + h f'(x)", {"order": "2 in h"}, True),
    (r"f(x + h) \approx f(x) + h f'(x)", {"order": "3 in h"}, False),
    (r"f(x + h) = f(x) + h f'(x) + \frac{h^2}{2} f''(x) + o(h^2)", {}, True),
    (r"f(x + h) = f(x) + h f'(x) + O(h^2)", {}, True),
    (r"f(x + h) = f(x) + O(h^2)", {}, False),
    (r"g(x, y) \approx g(1, 2) + (x - 1) \partial_x g(x, 2)", {"order": "1 in x, y at 1, 2"}, True),
    (r"\frac{22}{7} \approx \pi", {"tolerance": 0.001}, True),
    (r"\frac{21}{7} \approx \pi", {"tolerance": 0.001}, False),
    (r"x \approx y", {"order": "some"}, False),
    (r"x \approx y", {"order": "2 in 3"}, False),
]


@pytest.mark.parametrize(("latex", "facts", "holds"), APPROXIMATIONS)
def test_an_approximation_has_an_order_or_a_tolerance(numbers, latex, facts, holds):
    assert (last(numbers, latex, **facts).verdict == "holds") is holds


def outer(v, w):
    """Return the outer product of two vectors."""
    return np.outer(v, w)


CODE = [
    (r"\mathbf{v}^T \mathbf{w}", "numpy.dot(a=\\mathbf{v}, b=\\mathbf{w})", ""),
    (r"\mathbf{v}^T \mathbf{w}", r"numpy.dot(\mathbf{v}, \mathbf{w})", ""),
    (r"\mathbf{v} \mathbf{w}^T", r"outer(v=\mathbf{v}, w=\mathbf{w})", ""),
    (r"\mathbf{w} \mathbf{v}^T", r"outer(v=\mathbf{v}, w=\mathbf{w})", "code"),
    (r"u_i^2", "square(u=u)", ""),
    (r"u_i^2", "square(u=u_i)", ""),
    (r"u_i^2", "pair(u=u)[1]", ""),
    (r"u_i^2", "pair(u=u).missing", "code"),
    (r"f'(x)", "call(function=f', at=x)", ""),
    (r"f(u_i)", "call(function=f, at=u)", ""),
    (r"x + n", "add(x=x, n=n)", ""),
    (r"x + 3", "add(x=x, n=3)", ""),
    (r"x + 3", "add(x=x + 3, n=0.0)", ""),
    (r"x", "named(x=x, name='x', flag=True)", ""),
    (r"|\mathcal{M}|", r"len_of(members=\mathcal{M})", ""),
    (r"x", "fails()", "code"),
    (r"x", "text()", "code"),
    (r"x", "wide()", "code"),
    (r"u_i", "nothing_at_all()", "code"),
    (r"u_i", "number()", "code"),
    (r"x", "no such thing", "code"),
    (r"x", "math.pi", "code"),
    (r"x", "numpy.missing", "code"),
    (r"x", "text(3 = 4)", "code"),
    (r"x", "square", "code"),
]
FUNCTIONS = {
    "outer": outer,
    "square": lambda u: u**2,
    "pair": lambda u: (u, u**2),
    "call": lambda function, at: function(at),
    "add": lambda x, n: x + n,
    "named": lambda x, name, flag: x if flag and name == "x" else None,
    "len_of": lambda members: float(len(members)),
    "fails": lambda: 1 / 0,
    "text": lambda: "text",
    "wide": lambda: np.zeros((2, 3)),
    "number": lambda: 3.0,
}


@pytest.mark.parametrize(("latex", "code", "category"), CODE)
def test_a_formula_is_compared_with_its_code(numbers, latex, code, category):
    result = last(numbers, latex, kind="expression", code=code, functions=FUNCTIONS)
    assert result.category == category, result.message


def test_parameters_are_found_by_the_code_names_of_symbols(sample):
    result = last(sample, r"\sum_i x_i y_i", kind="expression", code=lambda x, y: x @ y)
    assert result.verdict == "holds"
    wrong = last(sample, r"\sum_i x_i y_i", kind="expression", code=lambda a: a)
    assert "no declared symbol has the code name a" in wrong.message


@pytest.mark.parametrize(
    ("latex", "hint"),
    [
        ("(x + y)^2 = x^2 + 2 x y - y^2", "write + for -"),
        (r"\sum_i t_{ij} u_i = \sum_i u_i t_{i1}", "write {t_{ij}} for t_{i1}"),
        (r"\frac{d}{dx} x^3 = 2 x^2", "write 3 for 2"),
        (
            r"\mathbf{v} \mathbf{w} = \mathbf{w}^T \mathbf{v}",
            r"write {\mathbf{v}}^T for \mathbf{v}",
        ),
        ("x = 7 y + f(z)", ""),
        ("x = (", ""),
    ],
)
def test_a_hint_undoes_one_edit(numbers, latex, hint):
    assert last(numbers, latex, hints=True).hint == hint


@pytest.mark.parametrize("seed", range(20))
def test_no_false_alarm_in_fresh_worlds(numbers, seed):
    for latex in (
        r"\frac{d}{dx} f(g(x, y)) = f'(g(x, y)) \partial_x g(x, y)",
        r"\sum_{i=1}^n (u_i - x)^2 = \sum_i u_i^2 - 2 x \sum_i u_i + n x^2",
        r"\lim_{h \to 0} \frac{f(x + h) + f(x - h) - 2 f(x)}{h^2} = f''(x)",
    ):
        result = last(numbers, latex, seed=seed)
        assert result.verdict == "holds", result.message


def test_a_symbol_printed_in_full_is_handed_over_and_not_all_of_another(numbers):
    numbers.declare("c", "a number")
    numbers.declare("c_i", "numbers", indices="i = 1..n")
    for code, verdict in (("f(c)", "holds"), ("g(c_i)", "holds"), ("f(c_i)", "fails")):
        book = formula.Book(numbers, functions={"f": lambda a: a + 1.0, "g": lambda a: a - 1.0})
        book.add("c + 1 = 1 + c" if code[0] == "f" else "c_i - 1 = -1 + c_i", code=code)
        assert book.check()[0].verdict == verdict


def test_a_definition_that_fails_is_repaired_too(numbers):
    result = last(
        numbers,
        "y = 2 x",
        kind="definition",
        code="f(x)",
        functions={"f": lambda x: 3 * x},
        hints=True,
    )
    assert result.hint == "write 3 for 2"


def test_what_is_missing_is_found(numbers):
    assert last(numbers, "y = x^2", r"\frac{d y}{d x} = x", hints=True).hint == "write 2 x for x"
    assert (
        last(numbers, "y = e^{-x}", r"\frac{d y}{d x} = -e^{x}", hints=True).hint
        == "write -x for x"
    )


def test_a_definition_that_cannot_be_read_still_spoils_its_symbol(numbers):
    book = formula.Book(numbers)
    book.add(r"y = \square", kind="definition", label="picture")
    book.add(r"z = y", kind="definition", label="copy")
    book.add(r"z = 2 x", against="picture")
    unread, copy, again = book.check(hints=True)
    assert (unread.category, copy.category, again.category) == ("undeclared", "premise", "premise")
    assert copy.message.startswith("copy: the definition of y (picture) fails")
    assert copy.hint == ""


def test_a_sum_that_runs_too_far_is_told_at_its_index(numbers):
    result = last(numbers, r"y = \sum_{i=1}^m u_i", kind="definition")
    alike = r"index i runs over 1..m but stands where u_i has 1..n"
    assert result.message.startswith(alike) or alike in result.message


def test_code_that_differs_names_what_it_builds_on(numbers):
    result = last(
        numbers,
        "y = x^2",
        "z = y + 1",
        kind="definition",
        code="f(x)",
        functions={"f": lambda x: x**2},
    )
    assert result.message.splitlines()[0].endswith("; it builds on def 0")


def test_an_option_that_is_not_known_is_told(numbers):
    with pytest.raises(TypeError, match="name_of: expected one of label, kind, condition, code"):
        formula.Book(numbers).add("x = y", name_of="a")


def test_a_result_is_shown_in_one_line(numbers):
    assert repr(last(numbers, "x = x + y - y")) == (
        "Result(latex='x = x + y - y', verdict='holds', points=12)"
    )
    assert repr(last(numbers, "x = y")) == (
        "Result(latex='x = y', verdict='fails', category='value')"
    )


def test_what_is_nested_too_deeply_to_be_run_is_told(numbers):
    numbers.declare("s_k", "sines of sines", indices="k = 0..30", given="k = 0")
    sines = "s_k = " + 30 * r"\sin " + "s_{k-1}"
    result = last(numbers, sines, r"\frac{\partial s_{30}}{\partial s_0} > -1")
    assert (result.category, result.span) == ("limit", (0, len(result.latex)))
    assert "the formula is nested too deeply" in result.message


def test_without_lints_only_values_count(numbers):
    book = formula.Book(numbers, lints=False)
    book.add("x = 1 x, \\qquad y = y + 0")
    book.add("x = 1 x, \\qquad y = 1 + y")
    assert [result.verdict for result in book.check()] == ["holds", "fails"]


def test_code_counts_a_letter_from_where_the_right_side_starts_it(numbers):
    latex = r"2 i = i + \frac{i u_i}{u_i}"
    counted = {"counted": lambda u: 2 * np.arange(1, len(u) + 1)}
    assert last(numbers, latex, code="counted(u=u)", functions=counted).verdict == "holds"
    counted = {"counted": lambda u: 2 * np.arange(len(u))}
    assert last(numbers, latex, code="counted(u=u)", functions=counted).category == "code"


def test_a_definition_of_a_diagonal_says_nothing_of_other_entries(numbers):
    numbers.declare("d_{ij}", indices="i = 1..n; j = 1..n", domain="printed")
    assert last(numbers, "d_{ii} = i", "d_{22} = 2").verdict == "holds"
    result = last(numbers, "d_{ii} = i", "d_{12} = 2")
    assert "no printed definition covers d_{ij} at [1, 2]" in result.message


def test_the_range_of_a_shifted_index_is_told_added_up(network):
    result = last(network, r"y^i = w_{l-1}^{i1}", condition="for l = 1")
    assert "index i runs over 1..n_L but stands where w_{l-1}^{i1} has 1..n_l" in result.message


def test_a_sum_may_have_its_index_in_the_bound_of_another(numbers):
    numbers.declare("s_{ij}", indices="i = 1..n; j = 1..n")
    pairs = r"\sum_{i=1}^n \sum_{j=i}^n s_{jk} = \sum_{i=1,j=i}^n s_{jk}"
    assert last(numbers, pairs).verdict == "holds"
    assert "has its index i" in last(numbers, r"u_k = \sum_{i=1}^n s_{jk}").message


def test_repairing_stops_in_time(numbers):
    book = formula.Book(numbers)
    book.add("(x + y)^2 = x^2 + x y + y^2")
    session, statement = Session(book, 0), book.statements[0]
    result = session.check(statement)
    assert repair(session, statement, result) == "insert +x y at 21"
    assert repair(session, statement, result, seconds=0.0) == ""


def test_where_gives_a_symbol_its_meaning_once(sample):
    sample.declare("m", "mean", domain="printed")
    where = r"\quad \text{where } m = \frac{1}{n} \sum_{i=1}^n x_i"
    book = formula.Book(sample)
    book.add(r"\sum_{i=1}^n (x_i - m)^2 = \sum_{i=1}^n x_i^2 - n m^2" + where)
    book.add(r"\sum_{i=1}^n (x_i - m) = 0" + where)
    book.add(r"\sum_{i=1}^n (x_i - m) = 0 \quad \text{where } m = x_1")
    assert [result.verdict for result in book.check()] == ["holds", "holds", "fails"]
