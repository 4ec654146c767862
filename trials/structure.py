r"""What a formula says, whatever the order of its terms and the names of its bound letters."""

from __future__ import annotations

from dataclasses import fields, replace

from nnmath.formula import tree
from nnmath.formula.reading.letters import bound_names, free_letters
from nnmath.formula.reading.notation import Symbol

__all__ = ["is_array", "structure"]


def structure(node: object, names: tuple[tuple[str, str], ...] = ()) -> object:
    """Return a value that is equal for formulas that differ only in order and bound letters.

    Terms are put in one order; so are factors that are numbers, whether they stand before a sum or in it, and what a
    maximum or minimum is taken of. Bound letters are numbered.
    """
    if isinstance(node, tuple):
        return tuple(structure(part, names) for part in node)
    if not isinstance(node, tree.Node):
        return node.latex if isinstance(node, Symbol) else node
    match node:
        case tree.Index(name):
            said: object = ("index", dict(names).get(name, name))
        case tree.Sum():
            said = "sum", tuple(sorted(_terms(node, 1, names), key=repr))
        case tree.Product():
            said = _product(node, names)
        case tree.Apply("max" | "min" as name, _, arguments):
            said = name, tuple(sorted((structure(a, names) for a in arguments), key=repr))
        case _:
            said = _parts(node, names)
    return said


def _parts(node: tree.Node, names: tuple[tuple[str, str], ...]) -> object:
    renamed = {name: f"#{len(names)}.{k}" for k, name in enumerate(_in_order(node))}
    inner = (*((old, new) for old, new in names if old not in renamed), *renamed.items())
    return type(node).__name__, tuple(
        structure(getattr(node, f.name), inner) for f in fields(node) if f.compare
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
    if _is_dot(node):
        return "dot", _sorted([_column(factor) for factor in node.factors], names)
    arrays = tuple(structure(factor, names) for factor in node.factors if is_array(factor))
    numbers = [factor for factor in node.factors if not is_array(factor)]
    if arrays:
        operators = tuple(r"\cdot" if s == r"\times" else s for s in node.operators if s)
        return "product", _sorted(numbers, names), arrays, operators
    sums = [factor for factor in numbers if isinstance(factor, tree.Big) and factor.kind == "sum"]
    if len(sums) == 1 and len(numbers) > 1:
        (big,) = sums
        outside = tuple(factor for factor in numbers if factor is not big)
        if not bound_names(big) & {name for factor in outside for name in free_letters(factor)}:
            inside = (*outside, *_flat(big.body))
            return structure(
                replace(big, body=tree.Product(inside, ("",) * (len(inside) - 1))), names
            )
    return "factors", _sorted(numbers, names)


def _sorted(factors: list[tree.Node], names: tuple[tuple[str, str], ...]) -> tuple[object, ...]:
    flat = [structure(part, names) for factor in factors for part in _flat(factor)]
    return tuple(sorted(flat, key=repr))


def _flat(node: tree.Node) -> tuple[tree.Node, ...]:
    """Take a product of numbers apart."""
    if not isinstance(node, tree.Product) or is_array(node):
        return (node,)
    return tuple(part for factor in node.factors for part in _flat(factor))


def _is_dot(node: tree.Product) -> bool:
    r"""Tell whether a product is the dot product of two columns, ``u \cdot v``."""
    return node.operators == (r"\cdot",) and all(
        isinstance(one := _column(factor), tree.Entry) and len(one.symbol.shape) == 1
        for factor in node.factors
    )


def _column(node: tree.Node) -> tree.Node:
    return node.body if isinstance(node, tree.Transpose) else node


def is_array(node: tree.Node) -> bool:
    """Tell whether a node may be an array, so that its place in a product matters."""
    match node:
        case tree.Matrix() | tree.Transpose() | tree.Gradient():
            found = True
        case tree.Item() | tree.Inner() | tree.Number() | tree.Index() | tree.Binomial():
            found = False
        case tree.Entry(symbol, _):
            found = bool(symbol.shape)
        case tree.Apply(symbol, _, arguments):
            found = _gives_array(symbol, arguments)
        case tree.Bars(body, double):
            found = not double and is_array(body)
        case tree.Power(base, _):
            found = is_array(base)
        case tree.Product():
            found = not _is_dot(node) and any(map(is_array, node.factors))
        case _:
            found = any(is_array(child) for child in tree.children(node))
    return found


def _gives_array(symbol: Symbol | str, arguments: tuple[tree.Node, ...]) -> bool:
    """Tell whether a function gives an array: its signature says so, or it is applied to one."""
    if isinstance(symbol, str):
        return symbol not in ("det", "tr") and any(map(is_array, arguments))
    signed = symbol.maps is not None and not symbol.entrywise and symbol.maps != ((), ())
    return bool(symbol.maps and symbol.maps[1]) if signed else any(map(is_array, arguments))
