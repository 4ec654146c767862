r"""Letters with two meanings in one formula: free and summed over, or summed over twice, one inside the other."""

from __future__ import annotations

from collections.abc import Iterator

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.letters import free_letters

__all__ = ["check_shadowing"]

WORDS = {"sum": "sum", "prod": "product"}


def check_shadowing(equation: tree.Equation, strict: bool) -> None:
    """Ask for another letter where one has two meanings.

    A letter that an inner sum binds anew is read as it is scoped, unless `strict`, where the outer sum uses it too.
    """
    free = set(free_letters(equation))
    _check_used(equation)
    for side in equation.sides:
        for binder, name in _binders(side):
            if name in free:
                message = f"index {name} is free and summed over in one formula; give the sum another letter"
                raise FormulaError("shadowed", message, binder.target.span)
        _check_nested(side, {}, strict)


def _check_used(equation: tree.Equation) -> None:
    """Ask about a sum of things with indices, none of which is the sum's."""
    for part in tree.walk(equation):
        if not isinstance(part, tree.Big) or part.kind not in ("sum", "prod"):
            continue
        names = {b.target.name for b in part.binders if isinstance(b.target, tree.Index)}
        inside = {n.name for n in _outside_binders(part) if isinstance(n, tree.Index)}
        for name in sorted(names - inside):
            if inside - names:
                message = f"nothing in this {WORDS[part.kind]} has its index {name}"
                raise FormulaError("shadowed", message, part.span)


def _outside_binders(node: tree.Big) -> Iterator[tree.Node]:
    yield from tree.walk(node.body)
    if node.condition is not None:
        yield from tree.walk(node.condition)
    for binder in node.binders:  # a bound of another letter may use this one
        for bound in (binder.lower, binder.upper, binder.members):
            if bound is not None and bound != binder.target:
                yield from (n for n in tree.walk(bound) if n == binder.target)


def _binders(node: tree.Node) -> Iterator[tuple[tree.Binder, str]]:
    for part in tree.walk(node):
        if isinstance(part, tree.Big):
            for binder in part.binders:
                if isinstance(binder.target, tree.Index):
                    yield binder, binder.target.name


def _check_nested(node: tree.Node, outer: dict[str, tree.Big], strict: bool) -> None:
    here = dict(outer)
    if isinstance(node, tree.Big):
        for binder in node.binders:
            if not isinstance(binder.target, tree.Index):
                continue
            name = binder.target.name
            if name in outer and (strict or not _uses(outer[name], name, node)):
                message = f"index {name} is already in use here; give the sum another letter"
                raise FormulaError("shadowed", message, binder.target.span)
            here[name] = node
    for child in tree.children(node):
        _check_nested(child, here, strict)


def _uses(node: tree.Node, name: str, but: tree.Node) -> bool:
    """Tell whether a letter stands in a node outside a part of it, and outside its binders."""
    if node is but or isinstance(node, tree.Binder):
        return False
    if node == tree.Index(name):
        return True
    return any(_uses(child, name, but) for child in tree.children(node))
