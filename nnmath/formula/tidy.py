r"""Index expressions in one form: letters and symbols, each with its factor, and a number."""

from __future__ import annotations

from collections.abc import Iterator

from nnmath.formula import tree

__all__ = ["linear", "tidy"]

Linear = tuple[tuple[tuple[object, float], ...], float]


def linear(node: tree.Node) -> Linear:
    """Write an index expression as a combination of letters and symbols plus a number, in one order."""
    parts: dict[object, float] = {}
    number = 0.0
    terms = zip(node.terms, node.signs, strict=True) if isinstance(node, tree.Sum) else [(node, 1)]
    for term, sign in terms:
        if isinstance(term, tree.Number):
            number += sign * term.value
        elif isinstance(term, tree.Sum):
            inner, constant = linear(term)
            number += sign * constant
            for key, factor in inner:
                parts[key] = parts.get(key, 0.0) + sign * factor
        else:
            key = _atom(term)
            parts[key] = parts.get(key, 0.0) + sign
    return tuple(sorted(((k, f) for k, f in parts.items() if f), key=repr)), number


def _atom(node: tree.Node) -> object:
    if isinstance(node, tree.Entry):
        return (node.symbol.latex, tuple(linear(index) for index in node.indices))
    return node.name if isinstance(node, tree.Index) else repr(node)


def tidy(node: tree.Node) -> tree.Node:
    """Add up the numbers in index expressions, so that n_{l-1+1} is shown as n_l."""

    def change(part: tree.Node) -> tree.Node | None:
        if not isinstance(part, tree.Sum) or not any(
            isinstance(t, tree.Number) for t in part.terms
        ):
            return None
        flat = [(t, s) for t, s in _flat(part) if not isinstance(t, tree.Number)]
        number = linear(part)[1]
        if number:
            flat.append((tree.Number(abs(number)), 1 if number > 0 else -1))
        if len(flat) == 1 and flat[0][1] == 1:
            return flat[0][0]
        return tree.Sum(tuple(t for t, _ in flat), tuple(s for _, s in flat), span=part.span)

    return tree.rewrite(node, change)


def _flat(node: tree.Sum) -> Iterator[tuple[tree.Node, int]]:
    for term, sign in zip(node.terms, node.signs, strict=True):
        if isinstance(term, tree.Sum):
            yield from ((t, sign * s) for t, s in _flat(term))
        else:
            yield term, sign
