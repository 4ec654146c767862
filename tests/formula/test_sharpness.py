"""Where a statement is put to the test: at enough points, in every case, and where a bound is attained."""

import pytest

from nnmath import formula


def checked(notation, latex, **options):
    """Check one equation after the definition of |x| by cases."""
    book = formula.Book(notation)
    book.add(latex, **options)
    return book.check()[0]


CASES = r"|x| = \begin{{cases}} {} & \text{{if }} {} \\ {} & \text{{if }} {} \end{{cases}}"


def test_every_case_is_met(numbers):
    result = checked(numbers, CASES.format("x", "x > 0", "-x", r"x \leq 0"))
    assert result.verdict == "holds", result.message


def test_a_case_that_never_applies_is_refused(numbers):
    result = checked(numbers, CASES.format("x", "x > 9", "|x|", r"x \leq 9"))
    assert (result.category, result.verdict) == ("cases", "fails")
    assert "no random value meets this case" in result.message
    caret = result.message.splitlines()[-1]
    assert caret.index("^") == result.latex.index(r"x & \text")


def test_cases_that_overlap_must_agree(numbers):
    good = checked(numbers, CASES.format("x", r"x \geq 0", "-x", r"x \leq 0"))
    assert good.verdict == "holds"
    result = checked(numbers, CASES.format("x", r"x > 0", "-x", r"x \leq 1"))
    assert result.category == "cases"
    assert "this case overlaps another with another value" in result.message


def test_a_gap_between_cases_is_refused(numbers):
    result = checked(numbers, CASES.format("x", r"x > 1", "-x", r"x \leq 0"))
    assert result.category == "value"


def test_numbers_are_tried_in_more_worlds_than_arrays(numbers):
    number = checked(numbers, "x + y = y + x")
    array = checked(numbers, r"\mathbf{A} + \mathbf{A} = 2 \mathbf{A}")
    assert (number.evidence["worlds"], number.points) == (12, 12)
    assert array.evidence["worlds"] < 12


def test_an_inequality_is_tried_more_often(numbers):
    assert checked(numbers, "x^2 + y^2 + 1 > x y").points == 60
    assert checked(numbers, r"x \neq y").points == 60


def test_a_bound_says_where_it_is_attained(numbers):
    numbers.declare("w", domain="integers 1..4")
    sharp = checked(numbers, "2^w \\geq 2 w", equality="w = 1")
    assert sharp.verdict == "holds", sharp.message
    assert sharp.evidence["equality"] == "w = 1"
    assert checked(numbers, "2^w \\geq 2 w", equality="w = 2").verdict == "holds"
    assert checked(numbers, "3^w \\geq 2 w").verdict == "holds"
    loose = checked(numbers, "3^w \\geq 2 w", equality="w = 1")
    assert loose.category == "value"
    assert "the left side is 3, the right side is 2" in loose.message


def test_a_bound_that_is_never_attained_is_refused(numbers):
    result = checked(numbers, "x^2 \\geq 0", equality="x = 7")
    assert result.category == "cases"
    assert result.span == (0, 3)


@pytest.mark.parametrize(
    ("latex", "verdict"),
    [
        (r"\cosh x \leq e^{x^2/2}", "holds"),
        (r"\cosh x \leq e^{x^2}", "fails"),
        (r"\cosh x \leq e^{x^2/3}", "fails"),
        (r"\sinh x \leq e^{x^2/2}", "fails"),
    ],
)
def test_a_bound_may_agree_to_an_order(numbers, latex, verdict):
    assert checked(numbers, latex, order="4 in x").verdict == verdict


def velocity(state, push):
    """Return a step of a thing that is pushed."""

    class Step:
        speed = state + push
        place = state

    return Step()


def test_an_update_changes_what_its_function_gives(numbers):
    numbers.declare("c", "speed", code="speed")
    numbers.declare("q", "place", code="place")
    book = formula.Book(numbers, functions={"move": velocity})
    code = "move(state=c, push=x).speed"
    book.add(r"c \leftarrow c + x", kind="update", code=code)
    book.add(r"q \leftarrow c + x", kind="update", code=code)
    right, wrong = book.check()
    assert right.verdict == "holds", right.message
    assert wrong.category == "update"
    assert "move gives speed, which is c and not this" in wrong.message


def test_what_is_defined_already_is_refused_with_its_place(numbers):
    book = formula.Book(numbers)
    book.add("x = y", kind="definition", label="first")
    book.add("x = 2 y", kind="definition")
    result = book.check()[1]
    assert "x is defined already (by first)" in result.message
    assert result.span == (0, 1)


def test_a_known_function_may_have_primes_inside_another(numbers):
    numbers.declare(r"\sigma", maps="sigmoid")
    result = checked(numbers, r"\sigma'(\sigma(x)) = \sigma(\sigma(x)) (1 - \sigma(\sigma(x)))")
    assert result.verdict == "holds", result.message


def test_a_remainder_has_no_power_outside(numbers):
    good = r"f(x + h) - f(x - h) = 2 h f'(x) + O(h^3)"
    assert checked(numbers, good).verdict == "holds"
    result = checked(numbers, good.replace("O(h^3)", "O(h^3)^3"))
    assert (result.verdict, result.category) == ("fails", "syntax")
