r"""Index expressions: the letters that count, which of them a node binds and which stay free, and one form for sums."""

from collections import Counter
from collections.abc import Iterator

from nnmath.formula import tree
from nnmath.formula.reading.ellipsis import LETTER


def bound_names(node: tree.Node) -> set[str]:
    """Return the letters that a node binds."""
    match node:
        case tree.Big(_, binders):
            return {b.target.name for b in binders if isinstance(b.target, tree.Index)}
        case tree.Integral(tree.Index(name)) | tree.Limit(name) | tree.Series(_, name):
            return {name}
        case tree.Moment(law=law) if law is not None and law.operator:
            return {law.detail.partition(" with ")[0].strip()}
    return set()


def _free(node: tree.Node, bound: frozenset[str]) -> Iterator[str]:
    if isinstance(node, tree.Index) and node.name not in bound:
        yield node.name
    bound |= bound_names(node)
    for child in tree.children(node):
        yield from _free(child, bound)


def free_letters(node: tree.Node) -> list[str]:
    """Return the letters that nothing inside the node binds, in order of appearance."""
    return list(dict.fromkeys(_free(node, frozenset((LETTER,)))))


def letter_and_offset(node: tree.Node) -> tuple[str, int] | None:
    """Return (i, c) of an index expression i + c."""
    if type(node) is tree.Index:
        return node.name, 0
    if type(node) is tree.Sum and len(node.terms) == 2:
        (first, second), (plus, sign) = node.terms, node.signs
        if isinstance(first, tree.Index) and isinstance(second, tree.Number) and plus == 1:
            return (first.name, sign * int(second.value)) if second.value.is_integer() else None
    return None


def _terms(node: tree.Node, sign: int = 1) -> Iterator[tuple[tree.Node, int]]:
    """Yield the terms of a sum, and those of sums among them, with their signs."""
    if isinstance(node, tree.Sum):
        for term, own in zip(node.terms, node.signs, strict=True):
            yield from _terms(term, sign * own)
    else:
        yield node, sign


def linear(node: tree.Node) -> tuple[frozenset[tuple[object, int]], float]:
    """Write an index expression as letters and symbols, each with its factor, and a number."""
    parts: Counter[object] = Counter()
    number = 0.0
    for term, sign in _terms(node):
        match term:
            case tree.Number(value):
                number += sign * value
            case tree.Entry(symbol, indices):
                parts[symbol.latex, tuple(map(linear, indices))] += sign
            case _:
                parts[term] += sign
    return frozenset((part, factor) for part, factor in parts.items() if factor), number


def tidy(node: tree.Node) -> tree.Node:
    """Add up the numbers in index expressions, so that n_{l-1+1} is shown as n_l."""
    return tree.rewrite(node, _tidied)


def _tidied(node: tree.Node) -> tree.Node | None:
    if not isinstance(node, tree.Sum) or not any(isinstance(t, tree.Number) for t in node.terms):
        return None
    parts = [(t, sign) for t, sign in _terms(node) if not isinstance(t, tree.Number)]
    number = linear(node)[1]
    if number:
        parts.append((tree.Number(abs(number)), 1 if number > 0 else -1))
    if len(parts) == 1 and parts[0][1] == 1:
        return parts[0][0]
    terms, signs = zip(*parts, strict=True) if parts else ((), ())
    return tree.Sum(terms, signs, span=node.span)
