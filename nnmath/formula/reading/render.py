"""Values and index expressions in words and LaTeX, for messages."""

from nnmath.formula import tree
from nnmath.formula.reading.lexer import tokenize
from nnmath.formula.values import duals


def shape_text(value: object) -> str:
    """Say what shape a value, or a shape, is."""
    shape = value if isinstance(value, tuple) else duals.shape_of(value)
    if not shape:
        return "a number"
    rows, columns = shape
    if columns == 1:
        return f"a column of {rows}"
    return f"a row of {columns}" if rows == 1 else f"a {rows} x {columns} matrix"


def number_text(value: float) -> str:
    """Write a number as briefly as tells it from others."""
    return f"{value:.7g}"


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
