r"""Index expressions: the letters that count, which of them a node binds, one form for sums, how they are written."""

from collections import Counter
from collections.abc import Iterator

from nnmath.formula import tree
from nnmath.formula.reading.lexer import tokenize

LETTER = "\N{HORIZONTAL ELLIPSIS}"  # that of an ellipsis: a name that no printed letter has


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


def latex_of(node: tree.Node | None) -> str:
    """Write an index expression, a bound or a symbol as LaTeX."""
    text = "?"
    match node:
        case tree.Number(value):
            text = f"{value:g}"
        case tree.Index(name):
            text = name
        case tree.Entry(symbol, indices):
            places = {r.name: latex_of(n) for r, n in zip(symbol.indices, indices, strict=False)}
            text = filled(symbol.latex, places)
        case tree.Sum(terms, signs):
            pairs = zip(terms, signs, strict=True)
            text = "".join(("-" if s < 0 else "+") + latex_of(t) for t, s in pairs)
            text = text.removeprefix("+")
        case tree.Product(factors):
            text = " ".join(map(latex_of, factors))
        case tree.Quotient(over, under):
            text = rf"\frac{{{latex_of(over)}}}{{{latex_of(under)}}}"
        case tree.Power(base, exponent):
            text = f"{latex_of(base)}^{{{latex_of(exponent)}}}"
    return text


def filled(template: str, places: dict[str, str]) -> str:
    """Put texts into the places of a template, in braces where a script needs them."""
    tokens = tokenize(template)
    pieces: list[str] = []
    end, scripts = 0, False
    for k, token in enumerate(tokens):
        scripts = scripts or token.text in ("_", "^", "(", "[")
        text = places.get(token.text) if scripts else None
        if text is None:
            text = template[token.start : token.end]
        elif len(text) > 1 and tokens[k - 1].text in ("_", "^"):
            text = f"{{{text}}}"
        pieces += [template[end : token.start], text]
        end = token.end
    return "".join(pieces) + template[end:]
