"""Whatever is typed: a verdict or a located message, soon, and never a traceback or anything executed."""

import random
import time

import pytest

from nnmath import formula
from trials.fuzz import PIECES, edited

SEEDS = [
    r"\sum_{i=1}^n (u_i - x)^2 = \sum_{i=1}^n u_i^2 - 2 x \sum_i u_i + n x^2",
    r"\frac{d}{dx} g(x, f(x)) = f'(x)",
    r"\mathbf{v}^T \mathbf{A} = (\mathbf{A}^T \mathbf{v})^T",
    r"|x| = \begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}",
    r"\lim_{h \to 0} \frac{f(x + h) - f(x)}{h} = f'(x)",
    r"\sum_{\substack{j=1 \\ j \neq i}}^n u_j + u_i = \max_i u_i",
    r"e^x = \sum_{k=0}^\infty \frac{x^k}{k!}",
    r"1 + 2 + \dots + n = \frac{n (n+1)}{2}",
]
LIMITS = formula.Limits(operations=20_000, terms=2_000)


def verdict(latex, notation, kind="claim"):
    """Check a formula within tight limits; everything but a result is a failure of the test."""
    book = formula.Book(notation, limits=LIMITS, worlds=1, points=3)
    book.add(latex, kind=kind, strict=False)
    start = time.process_time()  # of this process: others may be busy
    result = book.check()[0]
    assert time.process_time() - start < 1.0, latex
    assert result.verdict in ("holds", "fails")
    if result.verdict == "fails":
        assert result.category
        assert result.message
    return result


def test_random_edits_of_tokens(numbers, fuzz_rounds):
    rng = random.Random(1)
    for _ in range(fuzz_rounds):
        verdict(
            edited(rng, rng.choice(SEEDS)),
            numbers,
            rng.choice(["claim", "claim", "definition", "update"]),
        )


def test_random_tokens(numbers, fuzz_rounds):
    rng = random.Random(2)
    for _ in range(fuzz_rounds):
        verdict(" ".join(rng.choices(PIECES, k=rng.randint(1, 25))), numbers)


def test_random_bytes(numbers, fuzz_rounds):
    rng = random.Random(3)
    for _ in range(fuzz_rounds):
        verdict(rng.randbytes(rng.randint(0, 60)).decode("latin-1"), numbers)


BOMBS = [
    ("(" * 5000 + "x" + ")" * 5000, "limit"),
    ("{" * 3000 + "x" + "}" * 3000, "limit"),
    (r"\sqrt{" * 500 + "x" + "}" * 500 + " = x", "limit"),
    ("x" + "^{x" * 300 + "}" * 300 + " = x", "limit"),
    ("x = " + "+".join(["x"] * 6000), "limit"),
    (r"\sum_{k=1}^{1000000000} k = x", "limit"),
    (r"\sum_{k=1}^{1000} \sum_{l=1}^{1000} k l = x", "limit"),
    (r"10^{10^{10}} = x", "value"),
    (r"9^{999999999} = x", "value"),
    ("9" * 400 + " = x", "limit"),
    (r"\sum_{k=1}^\infty k = x", "value"),
    (r"\mathbf{B}^{100000} \mathbf{v} = \mathbf{v}", "limit"),
    (r"200! = x", "value"),
    (r"\binom{10000}{3} = x", "value"),
    (r"\frac{x}{0} = y", "value"),
    (r"\log(-p) = y", "value"),
    (r"x = " + r"\frac{d}{dx}" * 30 + " f(x)", "limit"),
]


@pytest.mark.parametrize(("latex", "category"), BOMBS)
def test_what_would_take_for_ever_is_refused(numbers, latex, category):
    assert verdict(latex, numbers).category in (category, "syntax", "limit", "domain")


def test_a_definition_that_goes_round_in_circles_is_refused(numbers):
    book = formula.Book(numbers)
    book.add("x = y + 1", kind="definition", label="one")
    book.add("y = x + 1", kind="definition", label="two")
    result = book.check()[-1]
    assert result.category == "definition"
    assert "defined by itself" in result.message


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{__import__('os')} = x",
        "__import__('os').system('x')",
        r"\operatorname{eval}(x) = x",
        "x.__class__ = y",
    ],
)
def test_nothing_is_executed(numbers, latex):
    assert verdict(latex, numbers).verdict == "fails"
