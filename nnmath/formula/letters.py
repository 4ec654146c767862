r"""Letters that count: which ones a node binds, which stay free, and what stands as an index."""

from __future__ import annotations

from nnmath.formula import tree
from nnmath.formula.ellipsis import LETTER

__all__ = ["bound_names", "free_letters", "letter_and_offset"]


def bound_names(node: tree.Node) -> set[str]:
    """Return the letters that a node binds."""
    match node:
        case tree.Big(_, binders, _, _):
            return {b.target.name for b in binders if isinstance(b.target, tree.Index)}
        case tree.Limit(variable, _, _):
            return {variable}
        case tree.Integral(tree.Index(name), _, _, _):
            return {name}
        case tree.Series(_, name, _, _, _):
            return {name}
        case tree.Expectation(symbol, _, _):
            return {symbol.detail.partition(" with ")[0].strip()}
    return set()


def free_letters(node: tree.Node, bound: frozenset[str] = frozenset()) -> list[str]:
    """Return the letters that nothing inside the node binds, in order of appearance."""
    if isinstance(node, tree.Index):
        return [] if node.name in bound or node.name == LETTER else [node.name]
    inner = bound | bound_names(node)
    found: list[str] = []
    for child in tree.children(node):
        found += [name for name in free_letters(child, inner) if name not in found]
    return found


def letter_and_offset(node: tree.Node) -> tuple[str, int] | None:
    """Return (i, c) of an index expression i + c."""
    if type(node) is tree.Index:
        return node.name, 0
    if type(node) is tree.Sum and len(node.terms) == 2:
        (first, second), (plus, sign) = node.terms, node.signs
        if isinstance(first, tree.Index) and isinstance(second, tree.Number) and plus == 1:
            return (first.name, sign * int(second.value)) if second.value.is_integer() else None
    return None
