r"""What a formula says, whatever the order of its terms and the names of its bound letters."""

from __future__ import annotations

from dataclasses import fields

from nnmath.formula import tree
from nnmath.formula.letters import bound_names
from nnmath.formula.notation import Symbol

__all__ = ["structure"]


def structure(node: object, names: tuple[tuple[str, str], ...] = ()) -> object:
    """Return a value that is equal for formulas that differ only in order and bound letters.

    Terms are put in one order; so are factors, where none of them is an array. Bound letters are numbered.
    """
    if isinstance(node, tuple):
        return tuple(structure(part, names) for part in node)
    if not isinstance(node, tree.Node):
        return node.latex if isinstance(node, Symbol) else node
    if isinstance(node, tree.Index):
        return "index", dict(names).get(node.name, node.name)
    if isinstance(node, tree.Sum):
        return "sum", tuple(sorted(_terms(node, 1, names), key=repr))
    if isinstance(node, tree.Product):
        return _product(node, names)
    renamed = {name: f"#{len(names)}.{k}" for k, name in enumerate(_in_order(node))}
    inner = (*((old, new) for old, new in names if old not in renamed), *renamed.items())
    return type(node).__name__, tuple(
        structure(getattr(node, f.name), inner) for f in fields(node) if f.name != "span"
    )


def _in_order(node: tree.Node) -> list[str]:
    if isinstance(node, tree.Big):
        return [b.target.name for b in node.binders if isinstance(b.target, tree.Index)]
    return sorted(bound_names(node))


def _terms(
    node: tree.Sum, sign: int, names: tuple[tuple[str, str], ...]
) -> list[tuple[object, int]]:
    found: list[tuple[object, int]] = []
    for term, own in zip(node.terms, node.signs, strict=True):
        if isinstance(term, tree.Sum):
            found += _terms(term, sign * own, names)
        else:
            found.append((structure(term, names), sign * own))
    return found


def _product(node: tree.Product, names: tuple[tuple[str, str], ...]) -> object:
    parts = [structure(factor, names) for factor in node.factors]
    if any(_is_array(factor) for factor in node.factors):
        return (
            "product",
            tuple(parts),
            tuple(r"\cdot" if s == r"\times" else s for s in node.operators),
        )
    flat: list[object] = []
    for part in parts:
        flat += part[1] if isinstance(part, tuple) and part[0] == "factors" else [part]
    return "factors", tuple(sorted(flat, key=repr))


def _is_array(node: tree.Node) -> bool:
    for part in tree.walk(node):
        if isinstance(part, tree.Matrix | tree.Transpose | tree.Gradient):
            return True
        symbol = getattr(part, "symbol", None)
        if isinstance(symbol, Symbol) and (symbol.shape or _gives_array(symbol)):
            return True
    return False


def _gives_array(symbol: Symbol) -> bool:
    """Tell whether a function may give an array: its signature says so, or doesn't say."""
    return symbol.maps is not None and (bool(symbol.maps[1]) or symbol.maps == ((), ()))
