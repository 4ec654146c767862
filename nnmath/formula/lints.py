r"""What a comparison of values can't see: true by value, wrong or careless as print."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError

__all__ = ["check_print", "lint", "lint_update"]

ONCE_IS_ENOUGH = ("sgn", "floor", "ceil")  # of such a function once more changes nothing


def check_print(equation: tree.Equation, strict: bool, kind: str) -> None:
    """Raise the first thing that is wrong with an equation as print."""
    for fault in lint(equation, strict):
        raise fault
    if kind == "update":
        for fault in lint_update(equation):
            raise fault


def lint(equation: tree.Equation, strict: bool) -> Iterator[FormulaError]:
    """Yield what is wrong with an equation as print.

    With `strict`, also what is only careless: factors 0 and 1, numerals after letters, terms 0,
    a factor that stands twice, a range that runs downwards or is left open for a shifted index.
    """
    for one, other in zip(equation.sides, equation.sides[1:], strict=False):
        if one == other:
            yield FormulaError("style", "both sides are the same", other.span)
    for side in equation.sides:
        for node in tree.walk(side):
            yield from _always(node)
            if strict:
                yield from _careless(node)


def _always(node: tree.Node) -> Iterator[FormulaError]:
    if isinstance(node, tree.Product):
        for left, right, sign in zip(node.factors, node.factors[1:], node.operators, strict=False):
            if _is_numeral(left) and _is_numeral(right) and not sign:
                yield FormulaError("style", "two numerals side by side read as one", right.span)
        yield from _chain_rule(node)


def _is_numeral(node: tree.Node) -> bool:
    """Tell a numeral from a constant with a name, such as pi."""
    return isinstance(node, tree.Number) and node.value not in (math.pi, math.e)


def _chain_rule(node: tree.Product) -> Iterator[FormulaError]:
    """Find f'(u) times the derivative of something else than u."""
    outer = [
        f
        for f in node.factors
        if isinstance(f, tree.Apply) and f.primes and _composite(f.arguments[0])
    ]
    inner = [
        f
        for f in node.factors
        if isinstance(f, tree.Derivative) and (_composite(f.body) or _acts_on(f))
    ]
    for function in outer:
        for step in inner:
            if function.arguments[0] != step.body:
                message = (
                    "the chain rule needs the derivative of the inner function, which this isn't"
                )
                yield FormulaError("chain rule", message, step.span)


def _acts_on(step: tree.Derivative) -> bool:
    """Tell an operator before its body from a fraction with the body on top."""
    return step.body.span[1] == step.span[1]


def _composite(node: tree.Node) -> bool:
    return not isinstance(node, tree.Entry | tree.Index | tree.Number | tree.Apply)


def _careless(node: tree.Node) -> Iterator[FormulaError]:
    match node:
        case tree.Product(factors, _):
            yield from _careless_factors(factors)
        case tree.Sum(terms, _):
            for term in terms:
                if term == tree.Number(0.0):
                    yield FormulaError("style", "a term 0", term.span)
        case tree.Power(_, tree.Number(value)) if value in (0.0, 1.0):
            yield FormulaError("style", f"a power {value:g}", node.span)
        case tree.Quotient(_, tree.Number(1.0)):
            yield FormulaError("style", "a denominator 1", node.span)
        case tree.Big():
            yield from _careless_range(node)
        case _:
            yield from _without_effect(node)


def _without_effect(node: tree.Node) -> Iterator[FormulaError]:
    """Find what changes nothing."""
    match node:
        case tree.Apply(str(name), _, (tree.Apply(str(inner), _, _),)):
            if name == inner and name in ONCE_IS_ENOUGH:
                yield FormulaError("style", f"{name} of {name} is {name}", node.span)
        case tree.Bars(tree.Transpose(), True):
            yield FormulaError("style", "a transpose inside a norm", node.span)


def _careless_range(node: tree.Big) -> Iterator[FormulaError]:
    """Find a range that runs downwards, or isn't printed although its index is shifted."""
    for binder in node.binders:
        match binder:
            case tree.Binder(tree.Index(), tree.Entry(), tree.Number()):
                yield FormulaError("style", "a range that runs downwards", binder.span)
            case tree.Binder(tree.Index(name), None, None, None) if _shifted(name, node.body):
                message = f"{name} is shifted here, so its range must be printed"
                yield FormulaError("style", message, binder.span)


def _shifted(name: str, body: tree.Node) -> bool:
    """Tell whether an index of a symbol is this letter with something added."""
    return any(
        isinstance(at, tree.Sum) and tree.Index(name) in at.terms
        for entry in tree.walk(body)
        if isinstance(entry, tree.Entry)
        for at in entry.indices
    )


def _careless_factors(factors: tuple[tree.Node, ...]) -> Iterator[FormulaError]:
    for factor in factors:
        if isinstance(factor, tree.Number) and factor.value in (0.0, 1.0):
            yield FormulaError("style", f"a factor {factor.value:g}", factor.span)
    for factor, following in pairwise(factors):
        if factor == following and not _is_numeral(factor):
            yield FormulaError("style", "a factor stands twice; print its square", following.span)
    seen_other = False
    for factor in factors:
        numeral = isinstance(factor, tree.Number) and float(factor.value).is_integer()
        if numeral and seen_other:
            yield FormulaError("style", "a numeral stands first in a product", factor.span)
        seen_other = seen_other or not _numeric(factor)


def _numeric(node: tree.Node) -> bool:
    return not any(isinstance(n, tree.Entry | tree.Index | tree.Apply) for n in tree.walk(node))


def lint_update(equation: tree.Equation) -> Iterator[FormulaError]:
    """Find an update whose derivative is by something else than what it updates, or that forgets the old value."""
    left, right = equation.sides[0], equation.sides[1]
    if not isinstance(left, tree.Entry):
        yield FormulaError("definition", "an update changes a symbol", left.span)
        return
    terms = right.terms if isinstance(right, tree.Sum) else ()
    if left not in terms:
        return
    for term in terms:
        factors = term.factors if isinstance(term, tree.Product) else (term,)
        for step in factors:
            by = (
                step.by
                if isinstance(step, tree.Derivative)
                else (step.by,)
                if isinstance(step, tree.Gradient)
                else ()
            )
            if any(one is not None and not _same_quantity(one, left) for one in by):
                yield FormulaError(
                    "update",
                    f"{left.symbol.latex} is updated by a derivative by something else",
                    step.span,
                )


def _same_quantity(one: tree.Node, left: tree.Entry) -> bool:
    return one == left or (
        isinstance(one, tree.Entry) and not one.indices and one.symbol is left.symbol.entry_of
    )
