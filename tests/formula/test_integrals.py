r"""Integrals between bounds and without end: kinks, jumps, poles and long tails are found, or refused."""

import pytest

from nnmath import formula

DECLARED = "s, t :: positive\nu :: unit interval\na, b, m\nf : \\mathbb{R} \\to \\mathbb{R}"


@pytest.fixture(scope="module")
def notation():
    """Return numbers and a function of one."""
    found = formula.Notation("integrals")
    found.declare_all(DECLARED)
    return found


@pytest.mark.parametrize(
    "latex",
    [
        # Smooth, an end that isn't, kinks and jumps
        r"\int_a^b f'(v) dv = f(b) - f(a)",
        r"\int_0^{2\pi} \cos^2(5 v) dv = \pi",
        r"\int_0^1 \sqrt{v}\,dv = \frac{2}{3}",
        r"\int_0^1 v^{-1/2} dv = 2",
        r"\int_0^1 \ln v\,dv = -1",
        r"\int_0^1 v^{s} (1 - v)^{t} dv = \frac{\Gamma(s+1) \Gamma(t+1)}{\Gamma(s+t+2)}",
        r"\int_0^1 |v - 0.3| dv = 0.29",
        r"\int_0^1 \max(v, u) dv = \frac{1 + u^2}{2}",
        r"\int_0^1 [v < u] dv = u",
        # Without end: fast and slow tails, and one that can't be run far out
        r"\int_0^\infty v^{s} e^{-v} dv = \Gamma(s + 1)",
        r"\int_0^\infty v^{-1/2} e^{-v} dv = \sqrt{\pi}",
        r"\int_1^\infty v^{-3} dv = \frac{1}{2}",
        r"\int_{-\infty}^\infty \frac{1}{\pi (1 + v^2)} dv = 1",
        r"\int_{-\infty}^\infty \frac{e^{v}}{(1 + e^{v})^2} dv = 1",
        r"\int_{-\infty}^\infty e^{-|v|} dv = 2",
        r"\int_{-\infty}^a e^{v} dv = e^a",
        # Derivatives go through, also by a bound
        r"\frac{d}{da} \int_0^a e^{v} dv = e^a",
        r"\frac{d}{ds} \int_0^\infty e^{-s v} dv = -\frac{1}{s^2}",
        # The body may be left out
        r"\int_a^b dv = b - a",
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_an_integral_is_found(notation, latex, seed):
    result = formula.check(latex, notation, seed=seed)
    assert result, result.message


@pytest.mark.parametrize(
    "latex",
    [
        r"\int_0^1 \sqrt{v}\,dv = 0.6667",
        r"\int_0^1 |v - 0.3| dv = 0.2901",
        r"\int_0^1 [v < u] dv = u + 10^{-6}",
        r"\int_1^\infty v^{-3} dv = 0.4999",
        r"\int_a^b dv = b + a",
    ],
)
def test_what_is_nearly_an_integral_is_told(notation, latex):
    assert formula.check(latex, notation).category == "value"


@pytest.mark.parametrize(
    "latex",
    [
        r"\int_0^1 \frac{1}{v} dv = 1",
        r"\int_0^1 v^{-0.9} dv = 10",
        r"\int_1^\infty \frac{1}{v} dv = 1",
        r"\int_0^\infty \sin v \, dv = 1",
    ],
)
def test_what_is_not_found_exactly_has_no_value(notation, latex):
    result = formula.check(latex, notation)
    assert result.category == "domain"
    assert "doesn't converge, or isn't found exactly enough" in result.message


def test_what_can_not_be_run_near_zero_is_told(notation):
    result = formula.check(r"\int_{-\infty}^\infty \log v \, dv = 1", notation)
    assert "no real value here" in result.message
