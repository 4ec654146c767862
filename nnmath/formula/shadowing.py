r"""Letters with two meanings in one formula: free and summed over, or summed over twice, one inside the other."""

from __future__ import annotations

from collections.abc import Iterator

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.letters import free_letters

__all__ = ["check_shadowing"]


def check_shadowing(equation: tree.Equation, strict: bool) -> None:
    """Ask for another letter where one has two meanings.

    A letter that an inner sum binds anew is read as it is scoped, unless `strict`, where the outer sum uses it too.
    """
    free = set(free_letters(equation))
    for side in equation.sides:
        for binder, name in _binders(side):
            if name in free:
                message = f"index {name} is free and summed over in one formula; give the sum another letter"
                raise FormulaError("shadowed", message, binder.target.span)
        _check_nested(side, {}, strict)


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
