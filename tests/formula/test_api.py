"""A single formula: run with one's own arrays, differentiated, checked."""

import json
import sys

import numpy as np
import pytest

from nnmath import formula
from nnmath.formula.checking.book import Statement, as_asked


def test_evaluate_by_hand(sample):
    values = {"x_i": [1.0, 2.0, 6.0], "y": [2.0, 0.0, 1.0]}
    assert formula.evaluate(r"\sum_i x_i y_i", sample, values) == 2.0 + 0.0 + 6.0
    assert formula.evaluate(r"x_i - y_i", sample, values).tolist() == [-1.0, 2.0, 5.0]
    mean = [r"\bar{x} = \frac{1}{n} \sum_i x_i"]
    assert formula.evaluate(r"x_i - \bar{x}", sample, values, definitions=mean).tolist() == [
        -2.0,
        -1.0,
        3.0,
    ]


def test_evaluate_whole_arrays_and_functions(numbers):
    values = {
        r"\mathbf{A}": np.arange(6.0).reshape(2, 3),
        r"\mathbf{v}": [1.0, 2.0],
        "f": np.exp,
        "x": 0.0,
    }
    assert formula.evaluate(r"\mathbf{A}^T \mathbf{v}", numbers, values).tolist() == [
        6.0,
        9.0,
        12.0,
    ]
    assert formula.evaluate("n m + f(x)", numbers, values) == 7.0


def test_differentiate_by_hand(numbers):
    assert formula.differentiate("x^3 y", "x", numbers, {"x": 2.0, "y": 5.0}) == 60.0
    slope = formula.differentiate(
        r"\mathbf{v}^T \mathbf{v}", r"\mathbf{v}", numbers, {r"\mathbf{v}": [1.0, 3.0]}
    )
    assert slope.tolist() == [2.0, 6.0]


@pytest.mark.parametrize(
    ("latex", "values", "message"),
    [
        ("x = y", {"x": 1.0}, "an equation has no value"),
        ("x", {"q": 1.0}, "q is no declared symbol; declared are n, m, x, y"),
        ("x + y", {"x": 1.0}, "no value is given for y"),
        (r"\sum_i u_i", {}, "no given array shows how large n is"),
        ("f(x)", {"x": 1.0}, "no value is given for f"),
        ("t_{12}", {"t_{ij}": [1.0, 2.0]}, "t_{ij}: expected 2 axes, got 1 axis"),
        ("t_{12}", {"t_{ij}": 1.0}, "t_{ij}: expected 2 axes, got a number"),
        ("u_3", {"u_i": [1.0, 2.0]}, "has i = 1..n (here 1..2), not 3"),
        ("x", {"x": [1.0]}, "x: expected a number, got 1 axis"),
        ("u_1", {"u_i": [[1.0], [2.0]]}, "u_i: expected 1 axis, got 2 axes"),
        ("f'(x)", {"f": np.exp, "x": 1.0}, "can't be differentiated"),
        (
            "u_1",
            {"u_i": [1.0, 2.0], r"\mathbf{v}": [1.0]},
            r"\mathbf{v} shows n = 1, but u_i shows 2",
        ),
        ("u_1", {"n": 3, "u_i": [1.0, 2.0]}, "u_i shows n = 2, but n shows 3"),
        ("x", {"x": 1.0, "p": 1.0, "z": 1.0, "y": 1.0, "h": 1.0, "w": 2.0}, "w is no declared"),
    ],
)
def test_values_that_do_not_fit(numbers, latex, values, message):
    with pytest.raises(formula.FormulaError, match=".*") as caught:
        formula.evaluate(latex, numbers, values)
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ([1.0], TypeError, "values: expected a mapping of symbols to arrays, got list"),
        ({"x": "one"}, TypeError, "x: expected real numbers, got 'one'"),
        ({"x": 1j}, TypeError, "x: expected real numbers, got 1j"),
        ({r"\mathbf{A}": [[1.0, 2.0], [3.0]]}, TypeError, r"expected real numbers, got \[\[1"),
        ({"f": 3.0}, TypeError, "f: expected a function, got float"),
        ({"n": 2.5}, TypeError, "n: expected a whole number, got 2.5"),
        ({"n": -1}, ValueError, "n: expected a size, got -1"),
    ],
)
def test_values_of_the_wrong_type(numbers, values, error, message):
    with pytest.raises(error, match=message):
        formula.evaluate("x", numbers, values)


def test_a_value_can_be_given_once_and_only_to_what_nothing_defines(sample):
    with pytest.raises(formula.FormulaError, match="x_i is given twice"):
        formula.evaluate("x_1", sample, {"x_i": [1.0], "x": [1.0]})
    with pytest.raises(formula.FormulaError, match="has a printed definition and can't be given"):
        formula.evaluate("Q", sample, {"Q": 1.0}, definitions=["Q = n^2"])


def test_entries_can_be_given_as_their_array(attention):
    logits = {"z_i": [0.0, np.log(3.0)]}
    softmax = [r"S(\mathbf{z})_i = \frac{e^{z_i}}{\sum_{j=1}^m e^{z_j}}"]
    given = formula.evaluate(r"S(\mathbf{z})", attention, logits, definitions=softmax)
    np.testing.assert_allclose(given, [1 / 4, 3 / 4], rtol=1e-15)


def test_arrays_of_different_size_stand_in_a_list(network):
    weights = [np.ones((3, 2)), np.ones((1, 3))]
    sizes = {"L": 2, "n_l": [2, 3, 1]}
    total = r"\sum_{l=0}^{L-1} \sum_{i=1}^{n_{l+1}} \sum_{j=1}^{n_l} w_l^{ij}"
    assert formula.evaluate(total, network, {"weights": weights, **sizes}) == 6.0 + 3.0


def test_lists_that_are_too_short_are_told(network):
    sizes = {"L": 2, "n_l": [2, 3, 1]}
    total = r"\sum_{l=0}^{L-1} w_l^{11}"
    with pytest.raises(
        formula.FormulaError, match=r"the given w_l\^\{ij\} has no entry \[1, 1, 1\]"
    ):
        formula.evaluate(total, network, {"w_l^{ij}": [np.ones((3, 2))], **sizes})
    ragged = [np.ones((3, 2)), np.ones((1, 3, 2))]
    with pytest.raises(formula.FormulaError, match="has 1 axes here, not 0"):
        formula.evaluate(total, network, {"w_l^{ij}": ragged, **sizes})


def test_an_input_and_its_entries_are_the_same_numbers():
    notation = formula.Notation("a walk")
    notation.declare("T", domain="size")
    notation.declare("d", domain="size")
    state = {"indices": "t = 0..T", "given": "t = 0"}
    notation.declare(r"\mathbf{s}_t", shape="d", **state)
    entry = {"indices": "t = 0..T; i = 1..d", "given": "t = 0"}
    notation.declare("s_t^i", entry_of=r"\mathbf{s}_t", **entry)
    book = formula.Book(notation)
    book.add("s_t^i = 2 s_{t-1}^i + i", kind="definition", condition="for t > 0")
    book.add(r"\mathbf{s}_0^\top \mathbf{s}_0 = \sum_{i=1}^d (s_0^i)^2")
    book.add("s_2^i = 4 s_0^i + 3 i")
    assert all(book.check())


def test_a_recursion_starts_from_a_given_value():
    notation = formula.Notation("savings")
    notation.declare("T", domain="size")
    notation.declare("K_t", "capital", indices="t = 0..T", given="t = 0")
    notation.declare("r", "interest rate")
    grown = ["K_t = (1 + r) K_{t-1}"]
    value = formula.evaluate("K_3", notation, {"T": 3, "K_t": [100.0], "r": 0.1}, definitions=grown)
    assert value == pytest.approx(133.1, rel=1e-14)
    slope = formula.differentiate(
        "K_3", "r", notation, {"T": 3, "K_t": [100.0], "r": 0.1}, definitions=grown
    )
    assert slope == pytest.approx(3 * 100 * 1.1**2, rel=1e-14)


def test_tables_of_probabilities_and_sets_can_be_given():
    notation = formula.Notation("two coins")
    notation.declare("x", domain="{0, 1}")
    notation.declare("y", domain="{0, 1}")
    notation.declare("p", domain="law of x, y")
    notation.declare("n", domain="size")
    notation.declare("M", domain="set of 1..n")
    table = [[0.1, 0.2], [0.3, 0.4]]
    given = formula.evaluate(r"p(y \mid x)", notation, {"p": table, "x": 1, "y": 0})
    assert given == pytest.approx(0.3 / 0.7, rel=1e-15)
    with pytest.raises(formula.FormulaError, match=r"table of shape \(2, 2\), got \(3,\)"):
        formula.evaluate("p(x)", notation, {"p": [0.2, 0.3, 0.5], "x": 1})
    assert formula.evaluate(r"\sum_{k \in M} k^2", notation, {"M": {1, 3}, "n": 4}) == 10.0


def test_what_is_the_same_in_every_world_needs_no_value():
    notation = formula.Notation()
    notation.declare("n", domain="size")
    notation.declare("I", shape="n, n", domain="identity")
    notation.declare(r"\mathbf{1}", shape="n", domain="ones")
    assert formula.evaluate(r"\mathbf{1}^\top I \mathbf{1}", notation, {"n": 4}) == 4.0


def test_errors_show_the_place(numbers):
    with pytest.raises(formula.FormulaError, match="q isn't declared") as caught:
        formula.evaluate(r"\frac{x}{q}", numbers, {})
    assert caught.value.__notes__ == ["\\frac{x}{q}\n         ^"]
    with pytest.raises(formula.FormulaError, match="no real value") as caught:
        formula.evaluate(r"1 + \log x", numbers, {"x": -1.0})
    assert caught.value.__notes__ == ["1 + \\log x\n    ^^^^^^"]
    with pytest.raises(formula.FormulaError, match="q isn't declared") as caught:
        formula.evaluate("y", numbers, {"x": 1.0}, definitions=["y = x q"])
    assert caught.value.__notes__ == ["y = x q\n      ^"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, "numbers"), "latex: expected LaTeX as text, got int 3"),
        (("x", None), "notation: expected a Notation, got NoneType None"),
    ],
)
def test_parsing_tells_wrong_types(numbers, arguments, message):
    latex, notation = arguments
    with pytest.raises(TypeError, match=message):
        formula.parse(latex, numbers if notation else None)


def test_only_a_side_can_be_differentiated_and_only_by_a_symbol(numbers):
    with pytest.raises(formula.FormulaError, match="an equation has no derivative"):
        formula.differentiate("x = y", "x", numbers, {})
    with pytest.raises(formula.FormulaError, match="by a symbol, not by x \\+ y"):
        formula.differentiate("x", "x + y", numbers, {})
    with pytest.raises(TypeError, match="definitions: expected a list of definitions, got a sing"):
        formula.differentiate("x", "x", numbers, {}, definitions="y = x")


def test_check_against_a_labelled_equation(sample):
    book = formula.Book(sample)
    book.add(r"\bar{x} = \frac{1}{n} \sum_{i=1}^n x_i", kind="definition", label="mean")
    book.add(r"\sum_i (x_i - \bar{x}) = 0", label="balance")
    assert (
        formula.check(r"\frac{x_1 + \sum_{i=2}^n x_i}{n}", book=book, against="mean").verdict
        == "holds"
    )
    assert formula.check(r"\frac{1}{n-1} \sum_i x_i", book=book, against="mean").verdict == "fails"
    assert formula.check(r"n \bar{x} = \sum_i x_i", book=book, against="mean").verdict == "holds"


def test_check_against_a_function_by_its_name(sample):
    assert formula.check(r"\max_i x_i", sample, against="numpy.max(a=x)").verdict == "holds"


def test_check_takes_definitions_and_gives_a_hint(sample):
    result = formula.check(
        r"\bar{x} = \frac{1}{n} \sum_i y_i",
        sample,
        definitions=[r"\bar{x} = \frac{1}{n} \sum_i x_i"],
    )
    assert result.verdict == "fails"
    assert result.hint == "write x_i for y_i"


def test_check_needs_a_notation():
    with pytest.raises(ValueError, match="a notation is needed"):
        formula.check("x = y")


def test_an_unreadable_formula_is_a_failed_check(sample):
    assert formula.check("x_i = (", sample).category == "syntax"
    assert (
        formula.check(r"\beta \leftarrow \beta - \alpha \frac{d Q}{d \beta}", sample).verdict
        == "holds"
    )


def test_a_result_is_true_if_the_formula_holds_and_says_what_is_wrong(numbers):
    good, bad = formula.check("x + y = y + x", numbers), formula.check("x + y = x - y", numbers)
    assert good
    assert str(good) == "holds at 12 points"
    assert not bad
    assert str(bad).startswith("the left side is")
    assert "x + y = x - y\n        ^^^^^" in str(bad)
    close = formula.check("(x + y)^2 = x^2 + x y + y^2", numbers)
    assert str(close).endswith("\ntry: " + close.hint)
    assert "x y" in close.hint


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"latex": b"x"}, "latex: expected LaTeX as text, got bytes"),
        ({"notation": "sample"}, "notation: expected a Notation, got str 'sample'"),
        ({"against": 3}, "against: expected a label, or a function or its name, got int 3"),
        ({"book": []}, r"book: expected a Book, got list \[\]"),
        ({"definitions": "Q = n"}, "definitions: expected a list of definitions, got a single"),
        ({"definitions": 3}, "definitions: expected a list of definitions, got int 3"),
        ({"condition": None}, "condition: expected a condition as text, got NoneType"),
        ({"seed": 0.5}, "seed: expected a whole number, got float 0.5"),
    ],
)
def test_checking_tells_wrong_types(sample, arguments, message):
    with pytest.raises(TypeError, match=message):
        formula.check(**{"latex": "Q = n", "notation": sample, **arguments})


def test_one_side_needs_something_to_be_compared_with(sample):
    with pytest.raises(ValueError, match="one side can't be true or false"):
        formula.check("x_1 + x_2", sample)


def test_labels_that_are_not_there_are_told_with_what_is(sample):
    book = formula.Book(sample)
    book.add(r"\bar{x} = \frac{1}{n} \sum_i x_i", kind="definition", label="mean")
    book.add(r"s^2 = \frac{1}{n} \sum_i (x_i - \bar{x})^2", kind="definition", label="variance")
    with pytest.raises(ValueError, match=r"'means' is no label of the book; near are \['mean'\]"):
        formula.check("x_1", book=book, against="means")
    # A name with a dot is a function's, with or without a book.
    assert formula.check(r"\max_i x_i", sample, book=book, against="numpy.max(a=x)")


def test_one_side_is_checked_in_the_place_of_an_update(sample):
    book = formula.Book(sample)
    book.add(r"Q = \beta^2 \alpha", kind="definition", label="cost")
    book.add(r"\beta \leftarrow \beta - \alpha \frac{d Q}{d \beta}", kind="update", label="step")
    assert formula.check(r"\beta - 2 \alpha^2 \beta", book=book, against="step")
    assert not formula.check(r"\beta - 2 \alpha \beta", book=book, against="step")


def test_an_equation_that_continues_another_has_no_side_of_its_own(sample):
    book = formula.Book(sample)
    book.add(r"Q = \beta^2 \alpha", kind="definition", label="cost")
    book.add(r"= \alpha \beta \beta", label="again")
    with pytest.raises(ValueError, match="again continues an equation; give both sides"):
        formula.check(r"\alpha \beta^2", book=book, against="again")
    assert formula.check(r"Q = \beta \alpha \beta", book=book, against="again")


def test_parameters_are_symbols_by_their_code_or_their_latex(numbers):
    assert formula.check("x^2 y", numbers, against=lambda x, y: x**2 * y)
    assert not formula.check("x^2 y", numbers, against=lambda x, y: x * y**2)
    told = formula.check("x^2", numbers, against=lambda unknown: 1.0)
    assert "no declared symbol has the code name unknown" in told.message


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: None, "<lambda> gives nothing"),
        (lambda x: "three", "<lambda> gives no array"),
        (lambda x: x, r"<lambda> gives the shape (3,), the formula ()"),
        (lambda x: 1 / 0, "<lambda> raised ZeroDivisionError: division by zero"),
        ("mean", "mean: expected a full name, such as package.module.mean"),
        ("statistics.nothing", "there is no function statistics.nothing"),
        ("math.pi", "math.pi isn't a function"),
        ("x + 1", "'x + 1' isn't a function with arguments"),
    ],
)
def test_functions_that_compute_nothing_are_told(sample, function, message):
    result = formula.check(r"\sum_i x_i", sample, against=function)
    assert result.category == "code"
    assert message in result.message


# -- books that were built -----------------------------------------------------------------------

NOTATION = r"""
from nnmath.formula import Notation
from helper_of_circles import squared

circle = Notation("circle")
circle.declare("r", "radius", domain="positive", code="radius")
circle.declare("A", "area", domain="printed")
ball = Notation("ball", extends=circle)
ball.declare("V", "volume", domain="printed")
functions = {"areas.of": lambda radius: 3.141592653589793 * squared(radius)}
"""
RECORDS = [
    {
        "document": "circles.md",
        "line": 7,
        "label": "area",
        "latex": r"A = \pi r^2",
        "kind": "definition",
        "scope": "circle",
        "call": "areas.of",
    },
    {"label": "slope", "latex": r"\frac{d A}{d r} = 2 \pi r", "scope": "circle"},
    {"label": "ball", "latex": r"V = \frac{4}{3} r A", "kind": "definition", "scope": "ball"},
    {
        "label": "shell",
        "latex": r"V \approx 4.19 r^3",
        "scope": "ball",
        "tolerance": 0.001,
        "condition": "",
    },
]


def test_what_is_written_of_a_statement_is_enough_to_read_it_again(sample):
    statement = Statement(
        "n = n",
        sample,
        "same",
        condition="for n = 2",
        tolerance=0.5,
        order="2 in n",
        against="a",
        line=7,
    )
    written = as_asked({"key": statement}, {"other": formula.Notation(), "sample": sample})["key"]
    assert json.loads(json.dumps(written)) == written
    assert written["scope"] == "sample"
    for name in ("latex", "label", "kind", "condition", "tolerance", "order", "against", "line"):
        assert written[name] == getattr(statement, name)


@pytest.fixture
def built(tmp_path):
    """Return the folder of a book that was built."""
    (tmp_path / "helper_of_circles.py").write_text("def squared(x):\n    return x * x\n")
    (tmp_path / "circles.py").write_text(NOTATION)
    (tmp_path / "formulas.json").write_text(json.dumps(RECORDS))
    return tmp_path


def test_a_book_is_loaded_with_its_order_and_its_code(built):
    before = list(sys.path)
    book = formula.load_book(built / "formulas.json", built / "circles.py")
    assert sys.path == before
    assert [(s.label, s.kind) for s in book.statements] == [
        ("area", "definition"),
        ("slope", "claim"),
        ("ball", "definition"),
        ("shell", "claim"),
    ]
    assert (book["area"].file, book["area"].line) == ("circles.md", 7)
    assert all(book.check())
    assert formula.check(r"\frac{4}{3} \pi r^3", book=book, against="ball")
    assert "it clashes with ball" in formula.check("V = r^3", book=book, against="ball").message
    assert formula.check(r"\pi (2 r)", book=book, against="slope")
    assert formula.check(r"4.19 r^3", book=book, against="shell").category == "value"


def test_a_notation_that_is_imported_already_will_do(built, monkeypatch):
    monkeypatch.syspath_prepend(str(built))
    import circles

    book = formula.load_book(str(built / "formulas.json"), circles)
    assert book["area"].notation is circles.circle


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("{", ValueError, "formulas.json: expected JSON"),
        ('{"latex": "x"}', ValueError, "expected a list of equations, as the builder"),
        ('[{"label": "area"}]', ValueError, "expected a list of equations"),
        ('[{"latex": "A = 1"}]', ValueError, "equation 1: expected a scope of circle, ball, got N"),
        ('[{"latex": "A", "scope": "square"}]', ValueError, "got 'square'"),
    ],
)
def test_records_that_are_none_are_told(built, text, error, message):
    (built / "formulas.json").write_text(text)
    with pytest.raises(error, match=message):
        formula.load_book(built / "formulas.json", built / "circles.py")


def test_files_that_are_not_there_are_told(built):
    with pytest.raises(FileNotFoundError, match=r"nothing\.py: expected a Python file"):
        formula.load_book(built / "formulas.json", built / "nothing.py")
    with pytest.raises(FileNotFoundError, match=r"nothing\.json"):
        formula.load_book(built / "nothing.json", built / "circles.py")
    with pytest.raises(TypeError, match="notation: expected a module or the path of one, got int"):
        formula.load_book(built / "formulas.json", 3)
    with pytest.raises(TypeError, match="records: expected the path of formulas.json, got NoneTy"):
        formula.load_book(None, built / "circles.py")


def test_a_display_of_several_equations_is_checked_one_by_one():
    notation = formula.Notation()
    notation.declare_all("x, y")
    display = "\\begin{aligned}\n (x + y)^2 &= x^2 + 2 x y + y^2 \\\\\n (x - y)^2 &= x^2 - %s x y + y^2\n\\end{aligned}"
    assert formula.check(display % "2", notation)
    result = formula.check(display % "3", notation)
    assert result.category == "value"
    assert result.hint == "write 2 for 3"
    assert "(x - y)^2 &= x^2 - 3 x y" in result.message


def test_definitions_in_one_display_follow_each_other():
    notation = formula.Notation()
    notation.declare_all("x\nu, v :: printed")
    book = formula.Book(notation)
    book.add(r"u &= x^2 \\ v &= u + 1", kind="definition", label="both")
    book.add("v = x^2 + 1")
    assert [result.label for result in book.check()] == ["both", "both, equation 2", ""]
    assert all(book.check())


def test_one_side_is_held_against_that_of_an_inequality():
    notation = formula.Notation()
    notation.declare_all("x, y")
    book = formula.Book(notation)
    book.add(r"x^2 + y^2 \geq 2 x y", label="squares")
    assert formula.check("x y + y x", book=book, against="squares")
    result = formula.check("x y - 1 - x^2 - y^2", book=book, against="squares")
    assert "that of squares is" in result.message


def test_an_approximation_says_how_good_it_is():
    notation = formula.Notation()
    notation.declare_all("x :: small")
    short = r"\cos(x) \approx 1 - \frac{x^2}{2}"
    assert "needs a stated tolerance or order" in formula.check(short, notation).message
    assert formula.check(short, notation, order="4 in x")
    assert not formula.check(short, notation, order="5 in x")
    assert formula.check(r"\pi \approx 3.1416", notation, tolerance=1e-5)
    assert not formula.check(r"\pi \approx 3.14", notation, tolerance=1e-5)
    book = formula.Book(notation)
    book.add(r"e \approx 2.718", label="e", tolerance=1e-3)
    assert formula.check(r"e \approx 2.72", book=book, against="e")
    assert not formula.check(r"e \approx 2.72", book=book, against="e", tolerance=1e-5)
