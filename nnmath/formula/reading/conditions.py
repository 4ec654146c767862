r"""Conditions, as in "for l = L", "i \neq j", "for l = 1, \dots, L", with sets; indicators; and brackets.

An indicator is printed ``\mathbf{1}[x > 0]``, ``\mathbb{I}(y = k)``, ``1_{\{x > 0\}}`` or ``[y = k]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import Span, unread
from nnmath.formula.reading.letters import LETTER, fill_list
from nnmath.formula.reading.tokens import (
    Head,
    Token,
    closing,
    is_head,
    levels,
    read_script,
    split,
)

if TYPE_CHECKING:
    from nnmath.formula.reading.parser import Parser

COMPARISONS = ("=", r"\neq", "<", ">", r"\leq", r"\geq", r"\in", r"\notin", r"\rightarrow")
HENCE = (r"\Rightarrow", r"\implies", r"\therefore", r"\iff", r"\Leftrightarrow")
ARROW = "an arrow from one equation to another isn't read; give each a display of its own"
KIND = "this says what kind of number it is, which the notation declares"
OPERATIONS = {
    r"\cup": r"\cup",
    r"\cap": r"\cap",
    r"\setminus": r"\setminus",
    r"\backslash": r"\setminus",
}
SUCH_THAT = (":", "|", r"\mid")
DISCRETE = (
    "size", "at most", "values", "integers", "event", "set of", "bit", "mask", "sign", "one-hot",
)  # fmt: skip
JOINS = (",", "and", r"\wedge", ";", r"\text", "with")
INDICATORS = frozenset(
    {r"\mathrm{I}", r"\mathrm{1}", "I", r"\mathrm{Ind}", r"\mathrm{ind}", "1"}
    | {
        rf"\{font}{{{sign}}}"
        for font in ("mathbb", "mathbf", "mathds", "mathbbm", "boldsymbol")
        for sign in "1I"
    }
)


def _comparison(parser: Parser, intervals: bool = False) -> tree.Node:
    """Read sides and the relations between them; one side alone is what it is.

    An interval is a kind of number, unless `intervals` are to be compared with.
    """
    start = parser.token.start
    sides = [parser.side()]
    relations: list[str] = []
    while parser.text() in COMPARISONS:
        if relations and parser.text() == r"\rightarrow":
            raise parser.error(ARROW)
        relations.append(parser.take().text)
        if relations[-1] not in (r"\in", r"\notin"):
            sides.append(parser.side())
        elif intervals and (inside := _interval(parser, sides[-1])):
            outside = relations[-1] == r"\notin"
            return _not(inside) if outside else inside
        elif skip_kind(parser):
            return tree.Membership(sides[-1], (), span=parser.since(start))
        else:
            sides.append(read_set(parser))
    if not relations:
        return sides[0]
    return tree.Comparison(tuple(sides), tuple(relations), span=parser.since(start))


def _not(condition: tree.Node) -> tree.Node:
    both = indicator((condition,), condition.span), tree.Number(0.0)
    return tree.Comparison(both, ("=",), span=condition.span)


def read_event(parser: Parser) -> tree.Node:
    """Read what a law or a mean is of: numbers and variables, conditions, events joined and cut."""
    node = _comparison(parser)
    if isinstance(node, tree.Membership):
        raise unread(KIND, node.span)
    return _joined(parser, node, parser.side)


def _joined(parser: Parser, node: tree.Node, read: Callable[[], tree.Node]) -> tree.Node:
    """Read what a set or an event is joined with, or cut by."""
    start = node.span[0]
    while parser.text() in OPERATIONS:
        kind = OPERATIONS[parser.take().text]
        node = tree.SetOperation(kind, node, read(), span=parser.since(start))
    return node


def read_conditions(
    parser: Parser, tokens: Sequence[Token], for_all: bool = False, intervals: bool = False
) -> list[tree.Node]:
    """Read conditions with commas or "and" between them: comparisons, or ranges as binders.

    With `for_all`, a letter alone is right, and says nothing; without `intervals`, so does one that is in an interval.
    """
    if not tokens:
        raise unread("a condition is missing", parser.token.span)
    comma = Token("mark", ",", *tokens[-1].span)
    inner = parser.inner([t for piece in shared(tokens) for t in (*piece, comma)][:-1])
    found = [_condition(inner, for_all, intervals)]
    while inner.accept(*JOINS):
        inner.accept(r"\forall", "for all", "for every", "for each")
        found.append(_condition(inner, for_all, intervals))
    inner.finish()
    return [condition for condition in found if condition is not None]


def shared(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    r"""Split at commas; write ``i, j \in C`` as ``i \in C, j \in C``, and ``i < j \in C`` with both in C.

    In ``i, j \neq i`` the relation is that of j alone.
    """
    done: list[Sequence[Token]] = []
    tail: Sequence[Token] = ()
    for piece in reversed(split(tokens, ",")):
        own = split(piece, *SUCH_THAT)[0]
        *letters, _ = split(own, *COMPARISONS)
        sign = sum(map(len, letters)) + len(letters) - 1  # where the last relation stands
        parts = [piece]
        if not letters and is_head(piece) and piece[0].text not in {t.text for t in tail}:
            parts = [[*piece, *tail]]
        elif letters:
            tail = own[sign:] if all(map(is_head, letters)) and own[sign].text != "=" else ()
            if len(letters) > 1 and tail and tail[0].text == r"\in":
                parts = [*([*letter, *tail] for letter in letters), own[:sign]]
        done = parts + done
    return done


def says_more(condition: tree.Node) -> bool:
    """Tell whether a condition is another equation: between real numbers, so that it picks no points out."""
    if not isinstance(condition, tree.Comparison) or set(condition.relations) != {"="}:
        return False
    heads = [getattr(node, "symbol", None) for node in _outside_indices(condition)]
    symbols = [
        head.entry_of or head for head in heads if head is not None and type(head) is not str
    ]
    return any(symbol.domain not in DISCRETE for symbol in symbols)


def _outside_indices(node: tree.Node) -> Iterator[tree.Node]:
    yield node
    indices = getattr(node, "indices", ())
    for child in tree.children(node):
        if child not in indices:
            yield from _outside_indices(child)


def _condition(parser: Parser, for_all: bool, intervals: bool) -> tree.Node | None:
    start = parser.token.start
    match _comparison(parser, intervals):
        case tree.Comparison((letter, lower), ("=",)) if _skip_to_dots(parser):
            return tree.Binder(letter, lower, parser.side(), span=parser.since(start))
        case tree.Comparison() as comparison:
            return comparison
        case tree.Membership():  # in a kind of number, which a declaration says too
            return None
    if not for_all:
        raise parser.error("a condition needs a relation")
    return None


def _skip_to_dots(parser: Parser) -> bool:
    r"""Step over ``, \dots,`` or ``, 2, \dots,`` or ``..`` if that comes next."""
    ahead = 0
    while parser.text(ahead) == "," and parser.text(ahead + 1).isdigit():
        ahead += 2
    two = parser.text(ahead) + parser.text(ahead + 1)
    if two not in (r",\dots", ".."):
        return False
    parser.i += ahead + 2
    parser.accept(",")
    return True


def is_condition(tokens: Sequence[Token]) -> bool:
    """Tell whether a relation stands outside all brackets."""
    return any(depth == 0 and token.text in COMPARISONS for depth, token in levels(tokens))


def indicator(conditions: Iterable[tree.Node], span: Span) -> tree.Node:
    """Make what is 1 where all the conditions hold and 0 elsewhere."""
    node: tree.Node = tree.Number(1.0, span=span)
    for condition in conditions:
        node = tree.Cases((node, tree.Number(0.0)), (condition, None), span=span)
    return node


def read_indicator(parser: Parser, head: Head) -> tree.Node | None:
    """Read an indicator whose head has been read; None if it isn't one."""
    sub, before = head.scripts.sub, parser.i
    if head.key not in INDICATORS or head.scripts.sup or head.scripts.primes:
        return None
    if sub is None and not parser.opens():
        return None
    inside = parser.group() if sub is None else sub
    bracketed = len(inside) > 1 and inside[0].text in (r"\{", "[", "(")
    if bracketed and closing(inside, 0) == len(inside) - 1:
        inside = inside[1:-1]
    if not is_condition(inside):
        parser.i = before
        return None
    return indicator(read_conditions(parser, inside, intervals=True), parser.since(head.span[0]))


# Sets


def read_set(parser: Parser) -> tree.Node:
    """Read sets and the signs between them."""
    return join_sets(parser, _one_set(parser))


def join_sets(parser: Parser, node: tree.Node) -> tree.Node:
    """Read the sets that one is joined with, or cut by."""
    return _joined(parser, node, lambda: _one_set(parser))


def _one_set(parser: Parser) -> tree.Node:
    before, start = parser.i, parser.token.start
    if parser.accept(r"\emptyset"):
        return tree.SetOf((), span=parser.since(start))
    if parser.opens(r"\{"):
        return tree.SetOf(tuple(parser.listed()), span=parser.since(start))
    if parser.opens("["):
        inside = parser.group()
        if not any(token.text == "," for token in inside):
            return _counted(tree.Number(1.0), parser.whole(inside), parser.since(start))
        parser.i = before
    if parser.accept("("):
        node = read_set(parser)
        parser.expect(")")
        return node
    return parser.factor()


def _counted(lower: tree.Node, upper: tree.Node, span: Span) -> tree.Node:
    """Make the set of the whole numbers from `lower` to `upper`."""
    letter = tree.Index(LETTER)
    general = tree.Sum((letter, lower), (1, 1), span=span)
    stop = tree.Sum((upper, lower), (1, -1), span=span)
    series = tree.Series("list", letter.name, general, tree.Number(0.0), stop, span=span)
    return tree.SetOf((series,), span=span)


def skip_kind(parser: Parser) -> bool:
    r"""Step over a kind of number or an interval, such as ``\mathbb{N}`` or ``[0, 1]``, that a declaration says too."""
    if parser.text() == r"\mathbb" and parser.text(1) == "{" and parser.text(3) == "}":
        parser.i += 4
        while parser.text() in ("_", "^"):
            _, parser.i = read_script(parser.tokens, parser.i)
        return True
    if not parser.opens("[", "("):
        return False
    inside = levels(parser.tokens[parser.i + 1 :])  # the brackets may be of two kinds
    end = next((k for k, (depth, _) in enumerate(inside, parser.i + 1) if depth < 0), 0)
    listed = any(token.text == "," for token in parser.tokens[parser.i : end])
    if listed:
        parser.i = end + 1
    return listed


def _interval(parser: Parser, body: tree.Node) -> tree.Node | None:
    r"""Read ``[a, b)`` as what it says of a number: ``a \leq x < b``."""
    before, start = parser.i, parser.token.start
    if not skip_kind(parser):
        return None
    span, (opening, *inside, end) = parser.since(start), parser.tokens[before : parser.i]
    if len(ends := split(inside, ",")) != 2:
        raise unread(KIND, span)
    sides = parser.whole(ends[0]), body, parser.whole(ends[1])
    signs = "<" if opening.text == "(" else r"\leq", "<" if end.text == ")" else r"\leq"
    return tree.Comparison(sides, signs, span=span)


def read_membership(parser: Parser, body: tree.Node) -> tree.Node:
    r"""Read ``\mathbb{R}^{n \times d}``, an interval, or a set, after a sign of membership."""
    start = parser.token.start
    if [parser.text(k) for k in range(4)] != [r"\mathbb", "{", "R", "}"]:
        members = _interval(parser, body) or read_set(parser)
        return tree.Membership(body, (), members, span=parser.since(start))
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


# Brackets


BARS = ("|", r"\mid", r"\|")
ROUNDING = {r"\lfloor": "floor", r"\lceil": "ceil"}


def is_list(nodes: Sequence[tree.Node]) -> bool:
    """Tell whether there are several, or a run of them."""
    return len(nodes) != 1 or (isinstance(nodes[0], tree.Series) and nodes[0].kind == "list")


def read_arguments(
    parser: Parser, read: Callable[[], tree.Node] | None = None, bar: str = "("
) -> tuple[list[tree.Node], list[tree.Node]]:
    """Read arguments in brackets; return those before a bar and those behind it.

    Inside `bar` "((", as in KL(p || q), bars only separate; inside "(;" a semicolon is one too.
    """
    opening = parser.take()
    with parser.within(bar):
        items, signs = parser.items(read or parser.side, (",", ";", *BARS))
    cuts = () if bar == "((" else (*BARS, bar[1:])
    bars = [k for k, sign in enumerate(signs, 1) if sign.text in cuts]
    if len(bars) > 1 and signs[bars[1] - 1].text != ";":
        raise unread("a second bar between arguments", signs[bars[1] - 1].span)
    parser.close(opening)
    cut = bars[0] if bars else len(items)
    return fill_list(items[:cut]), fill_list(items[cut:])


def starts_bracket(parser: Parser) -> bool:
    """Tell whether a bracket that is read as a factor opens here."""
    return parser.opens("(", "[", r"\{", r"\left.", r"\left\{", *ROUNDING)


def read_brackets(parser: Parser) -> tree.Node:
    r"""Read a side in brackets, a list, a set in braces, ``\lfloor x \rfloor``, or what ``\left.`` opens."""
    opening, before = parser.token, parser.i
    if opening.text == r"\left\{":
        return _cases(parser)
    if opening.text == "[":
        inside = parser.group()
        if is_condition(inside):
            found = read_conditions(parser, inside, intervals=True)
            return indicator(found, parser.since(opening.start))
        parser.i = before
    nodes = parser.listed()
    node, span = nodes[0], parser.since(opening.start)
    if is_list(nodes) and opening.text == r"\{":
        node = tree.SetOf(tuple(nodes), span=span)
    elif is_list(nodes):
        node = tree.Matrix((tuple(nodes),), loose=opening.text == "(", span=span)
    if opening.text in ROUNDING:
        return tree.Apply(ROUNDING[opening.text], (), (node,), span=span)
    if opening.text == r"\left.":
        return read_place(parser, node, opening.start)
    return replace(node, span=span)


def _cases(parser: Parser) -> tree.Node:
    r"""Read ``\left\{ \begin{array}{ll} ... \end{array} \right.``."""
    from nnmath.formula.reading.operators import read_cases

    opening = parser.take()
    node = read_cases(parser)
    parser.close(opening)
    return replace(node, span=parser.since(opening.start))


def read_place(parser: Parser, body: tree.Node, start: int) -> tree.Node:
    """Read where an expression is taken, below a bar that has been read: ``|_{x=0}``."""
    if parser.text() != "_":
        raise parser.error("this bar needs a place below it, such as x = 0")
    below, parser.i = read_script(parser.tokens, parser.i)
    places = read_conditions(parser, below)
    for place in places:
        if not isinstance(place, tree.Comparison) or place.relations != ("=",):
            raise unread("a place is written x = 0", place.span)
    return tree.At(body, tuple(places), span=parser.since(start))
