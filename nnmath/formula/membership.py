r"""Reading what stands after a sign of membership: a set, a space, or a kind of number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.ellipsis import fill_list
from nnmath.formula.errors import FormulaError
from nnmath.formula.template import bracketed, read_script

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser
    from nnmath.formula.token import Token

__all__ = ["read_membership", "read_set", "skip_kind"]

OPERATIONS = {
    r"\cup": r"\cup",
    r"\cap": r"\cap",
    r"\setminus": r"\setminus",
    r"\backslash": r"\setminus",
}
KINDS = (r"\mathbb", r"\mathcal")


def read_set(parser: Parser) -> tree.Node:
    """Read sets and the signs between them."""
    start = parser.token.start
    node = _one_set(parser)
    while parser.text() in OPERATIONS:
        kind = OPERATIONS[parser.take().text]
        node = tree.SetOperation(kind, node, _one_set(parser), span=parser.since(start))
    return node


def _one_set(parser: Parser) -> tree.Node:
    start = parser.token.start
    text = parser.text()
    if text == r"\emptyset":
        parser.take()
        return tree.SetOf((), span=parser.since(start))
    if text == r"\{":
        return _written_out(parser)
    if text == "[" and parser.token.kind != "close":
        end = bracketed(parser.tokens, parser.i)
        inside = parser.tokens[parser.i + 1 : end]
        if not any(token.text == "," for token in inside):
            upper = parser.whole(inside)
            parser.i = end + 1
            return _counted(tree.Number(1.0), upper, parser.since(start))
    if text == "(":
        parser.take()
        node = read_set(parser)
        parser.expect(")")
        return node
    return parser.factor()


def _counted(lower: tree.Node, upper: tree.Node, span: tuple[int, int]) -> tree.Node:
    """Make the set of the whole numbers from `lower` to `upper`."""
    letter = tree.Index("\N{HORIZONTAL ELLIPSIS}")
    general = tree.Sum((letter, lower), (1, 1), span=span)
    stop = tree.Sum((upper, lower), (1, -1), span=span)
    series = tree.Series("list", letter.name, general, tree.Number(0.0), stop, span=span)
    return tree.SetOf((series,), span=span)


def _written_out(parser: Parser) -> tree.Node:
    start = parser.take().start
    items: list[tree.Node | Token] = []
    while True:
        items.append(parser.take() if parser.text() == r"\dots" else parser.side())
        if not parser.accept(","):
            break
    parser.expect(r"\}")
    return tree.SetOf(tuple(fill_list(parser, items)), span=parser.since(start))


def skip_kind(parser: Parser) -> bool:
    r"""Step over a kind of number or an interval, such as ``\mathbb{N}`` or ``[0, 1]``, that a declaration says too."""
    text = parser.text()
    if text == r"\mathbb" and parser.text(1) == "{" and parser.text(3) == "}":
        parser.i += 4
        while parser.text() in ("_", "^"):
            _, parser.i = read_script(parser.tokens, parser.i)
        return True
    if text in ("[", "(") and parser.token.kind != "close":
        end = _interval_end(parser)
        if end is not None and any(t.text == "," for t in parser.tokens[parser.i : end]):
            parser.i = end + 1
            return True
    return False


def _interval_end(parser: Parser) -> int | None:
    """Return where an interval ends, its brackets of one kind or mixed."""
    depth = 0
    for j in range(parser.i, len(parser.tokens)):
        depth += (parser.tokens[j].text in ("(", "[")) - (parser.tokens[j].text in (")", "]"))
        if depth == 0:
            return j
    return None


def read_membership(parser: Parser, body: tree.Node) -> tree.Node:
    r"""Read ``\mathbb{R}^{n \times d}``, or a set, after a sign of membership."""
    start = parser.token.start
    if parser.text() != r"\mathbb" or parser.text(2) != "R":
        before = parser.i
        if skip_kind(parser):
            raise FormulaError(
                "syntax", "this says what kind of number it is, which the notation declares",
                (start, parser.tokens[parser.i - 1].end),
            )  # fmt: skip
        parser.i = before
        return tree.Membership(body, (), read_set(parser), span=parser.since(start))
    parser.i += 4
    shape: list[tree.Node] = []
    if parser.text() == "^":
        content, parser.i = read_script(parser.tokens, parser.i)
        inner = parser.inner(content)
        shape.append(inner.factor())
        while inner.accept(r"\times"):
            shape.append(inner.factor())
        inner.finish()
    return tree.Membership(body, tuple(shape), span=parser.since(start))
