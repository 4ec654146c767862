r"""What a comparison of values can't see: true by value, wrong or careless as print, or with two meanings."""

import math
from collections.abc import Mapping
from itertools import pairwise, product
from typing import cast

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.letters import bound_names, free_letters
from nnmath.formula.running.probability import outside_laws

ONCE_IS_ENOUGH = ("sgn", "floor", "ceil")  # of such a function once more changes nothing
WORDS = {"sum": "sum", "prod": "product"}


def check_print(equation: tree.Equation, strict: bool, kind: str) -> None:
    """Refuse what is wrong with an equation as print.

    With `strict`, also what is only careless: factors 0 and 1, numerals after letters, terms 0,
    a factor that stands twice, a range that runs downwards or is left open for a shifted index.
    """
    for one, other in pairwise(equation.sides):
        if one == other:
            raise _style("both sides are the same", other)
    for node in tree.walk(equation):
        if isinstance(node, tree.Product):
            _check_numerals(node)
            _check_chain_rule(node)
        if strict:
            _check_care(node)
    if kind == "update":
        _check_update(equation)


def _style(message: str, node: tree.Node) -> FormulaError:
    return FormulaError("style", message, node.span)


def _check_numerals(node: tree.Product) -> None:
    for pair, sign in zip(pairwise(node.factors), node.operators, strict=False):
        if not sign and all(map(_is_numeral, pair)):
            raise _style("two numerals side by side read as one", pair[1])


def _is_numeral(node: tree.Node) -> bool:
    """Tell a numeral from a constant with a name, such as pi."""
    return isinstance(node, tree.Number) and node.value not in (math.pi, math.e)


def _check_chain_rule(node: tree.Product) -> None:
    """Refuse f'(u) times the derivative of something else than u."""
    outer = [
        f.arguments[0]
        for f in node.factors
        if isinstance(f, tree.Apply) and f.primes and _composite(f.arguments[0])
    ]
    inner = [
        f
        for f in node.factors
        # An operator stands before its body; a fraction may have a plain one on top.
        if isinstance(f, tree.Derivative) and (_composite(f.body) or f.body.span[1] == f.span[1])
    ]
    for argument, step in product(outer, inner):
        if argument != step.body:
            message = "the chain rule needs the derivative of the inner function, which this isn't"
            raise FormulaError("chain rule", message, step.span)


def _composite(node: tree.Node) -> bool:
    return not isinstance(node, tree.Entry | tree.Index | tree.Number | tree.Apply)


def _check_care(node: tree.Node) -> None:
    match node:
        case tree.Product(factors):
            _check_factors(factors)
        case tree.Sum(terms) if tree.Number(0.0) in terms:
            raise _style("a term 0", terms[terms.index(tree.Number(0.0))])
        case tree.Power(_, tree.Number(0.0 | 1.0 as value)):
            raise _style(f"a power {value:g}", node)
        case tree.Quotient(_, tree.Number(1.0)):
            raise _style("a denominator 1", node)
        case tree.Big():
            _check_ranges(node)
        case tree.Apply(name, _, (tree.Apply(inner),)) if name == inner and name in ONCE_IS_ENOUGH:
            raise _style(f"{name} of {name} is {name}", node)
        case tree.Bars(tree.Transpose(), True):
            raise _style("a transpose inside a norm", node)


def _check_factors(factors: tuple[tree.Node, ...]) -> None:
    for factor in factors:
        if isinstance(factor, tree.Number) and factor.value in (0.0, 1.0):
            raise _style(f"a factor {factor.value:g}", factor)
    for factor, following in pairwise(factors):
        if factor == following and not _is_numeral(factor):
            raise _style("a factor stands twice; print its square", following)
    seen_other = False
    for factor in factors:
        if seen_other and isinstance(factor, tree.Number) and factor.value.is_integer():
            raise _style("a numeral stands first in a product", factor)
        parts = tree.walk(factor)
        seen_other |= any(isinstance(n, tree.Entry | tree.Index | tree.Apply) for n in parts)


def _check_ranges(node: tree.Big) -> None:
    """Refuse a range that runs downwards, or isn't printed although its index is shifted."""
    for binder in node.binders:
        match binder:
            case tree.Binder(tree.Index(), tree.Entry(), tree.Number()):
                raise _style("a range that runs downwards", binder)
            case tree.Binder(tree.Index(name), None, None, None) if _shifted(name, node.body):
                raise _style(f"{name} is shifted here, so its range must be printed", binder)


def _shifted(name: str, body: tree.Node) -> bool:
    """Tell whether an index of a symbol is this letter with something added."""
    entries = (entry for entry in tree.walk(body) if isinstance(entry, tree.Entry))
    sums = (at.terms for entry in entries for at in entry.indices if isinstance(at, tree.Sum))
    return any(tree.Index(name) in terms for terms in sums)


def _check_update(equation: tree.Equation) -> None:
    """Refuse an update whose derivative is by something else than what it updates."""
    left, right = equation.sides[:2]
    if not isinstance(left, tree.Entry):
        raise FormulaError("definition", "an update changes a symbol", left.span)
    terms = right.terms if isinstance(right, tree.Sum) else ()
    whole = tree.Entry(left.symbol.entry_of) if left.symbol.entry_of else left
    for term in terms if left in terms else ():
        for step in term.factors if isinstance(term, tree.Product) else (term,):
            by = getattr(step, "by", None) or ()
            if not {*(by if isinstance(by, tuple) else (by,))} <= {left, whole}:
                message = f"{left.symbol.latex} is updated by a derivative by something else"
                raise FormulaError("update", message, step.span)


# Letters with two meanings


def check_shadowing(equation: tree.Equation, strict: bool) -> None:
    """Ask for another letter where one is free and summed over, or summed over twice, one inside the other.

    A letter that an inner sum binds anew is read as it is scoped, unless `strict`, where the outer sum uses it too.
    """
    for node in tree.walk(equation):
        if isinstance(node, tree.Big) and node.kind in WORDS:
            _check_used(node)
            _check_case(node, equation)
    free = dict.fromkeys(free_letters(equation))
    for side in equation.sides:
        _check_letters(side, free, strict)


def _check_used(node: tree.Big) -> None:
    """Ask about a sum of things with indices, none of which is the sum's."""
    names = bound_names(node)
    inside = _names(node.body, node.condition)
    used = set(inside)
    for binder in node.binders:  # a bound of another letter may use this one
        bounds = _names(binder.lower, binder.upper, binder.members)
        used |= bounds - _names(binder.target)
    for name in sorted(names - used):
        if inside - names:
            message = f"nothing in this {WORDS[node.kind]} has its index {name}"
            raise FormulaError("shadowed", message, node.span)


def _check_case(node: tree.Big, equation: tree.Equation) -> None:
    """Ask about a law of X in a sum over x, where x stands there too, or X outside."""
    inside = [*tree.walk(node.body)]
    for binder in node.binders:
        like = getattr(getattr(binder.target, "symbol", None), "like", None)
        if like is None or like in outside_laws([node.body]):  # where X keeps its value
            continue
        other = tree.Entry(like)
        elsewhere = [*tree.walk(equation)].count(other) > inside.count(other)
        bare = any(other in getattr(part, "arguments", ()) for part in inside)
        if bare and (elsewhere or binder.target in inside):
            message = f"{like.latex} stands beside the other case; declare both"
            raise FormulaError("shadowed", message, node.span)


def _names(*nodes: tree.Node | None) -> set[str]:
    parts = (part for node in nodes if node is not None for part in tree.walk(node))
    return {part.name for part in parts if isinstance(part, tree.Index)}


def _check_letters(node: tree.Node, outer: Mapping[str, tree.Big | None], strict: bool) -> None:
    """Go inwards with the letters that are in use: each with the sum that binds it, or None if it is free."""
    here = dict(outer)
    for binder in node.binders if isinstance(node, tree.Big) else ():
        if isinstance(binder.target, tree.Index):
            name = binder.target.name
            user = outer.get(name)
            what = "already in use here" if user else "free and summed over in one formula"
            if name in outer and (strict or user is None or not _uses(user, name, node)):
                message = f"index {name} is {what}; give the sum another letter"
                raise FormulaError("shadowed", message, binder.target.span)
            here[name] = cast(tree.Big, node)
    for child in tree.children(node):
        _check_letters(child, here, strict)


def _uses(node: tree.Node, name: str, but: tree.Node) -> bool:
    """Tell whether a letter stands in a node outside a part of it, and outside its binders."""
    if node is but or isinstance(node, tree.Binder):
        return False
    return node == tree.Index(name) or any(_uses(c, name, but) for c in tree.children(node))
