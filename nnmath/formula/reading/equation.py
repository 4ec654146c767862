r"""Reading a whole display: sides, relations, continuation lines and a printed condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Limits, unread
from nnmath.formula.reading.conditions import (
    HENCE,
    is_condition,
    read_conditions,
    read_membership,
    says_more,
)
from nnmath.formula.reading.letters import free_letters
from nnmath.formula.reading.lexer import tokenize
from nnmath.formula.reading.parser import RELATIONS, Parser
from nnmath.formula.reading.tokens import BRACES, State, Token, closing, levels, split, text_of

if TYPE_CHECKING:
    from nnmath.formula.reading.notation import Notation

SUMS = {r"\Sigma": r"\sum", r"\Pi": r"\prod"}
ALIGNED = (
    "aligned", "align", "split", "gather", "gathered", "equation", "alignedat", "alignat", "multline", "eqnarray",
    "flalign", "displaymath", "math",
)  # fmt: skip
BREAKS = ("&", r"\\")
CONTINUING = (*RELATIONS, "+", "-", r"\cdot", r"\times", r"\odot", ":")
FOR_ALL = ("for all", "for every", "for each", r"\forall", "for any")
WHEN = ("for", "if", "where", "when", "with", *FOR_ALL)


@dataclass(frozen=True)
class Reading:
    """What a display says: its equation, its printed conditions, and whether it continues the one before.

    What stands behind a comma or "where" and is an equation itself isn't a condition: `also` holds it.
    """

    latex: str
    equation: tree.Equation
    conditions: tuple[tree.Node, ...]
    continues: bool = False
    also: tuple[tree.Node, ...] = ()


def read(
    latex: str,
    notation: Notation,
    condition: str = "",
    limits: Limits | None = None,
    kind: str = "claim",
    reach: int = 0,
) -> Reading:
    """Read a display; a `printed` symbol that is defined with arguments is a function from then on."""
    limits = limits or Limits()
    tokens, printed, word = _split_condition(latex, _one_line(_unwrapped(tokenize(latex, limits))))
    for k, token in enumerate(tokens):
        begins = token.text in SUMS and text_of(tokens[k + 1 : k + 5 : 3]) == "_="
        if begins and not notation.find(token.text):
            tokens[k] = replace(token, text=SUMS[token.text])
    if not tokens:
        raise unread("there is no formula here", (0, 1))
    state = State(notation, limits, source_end=len(latex), reach=reach)
    state.defines = tokens[0].start if kind == "definition" else -1
    conditions = read_condition(condition, notation, limits)
    parser = Parser(tokens, state)
    continues = _relation(parser) is not None
    try:
        equation = _equation(parser, continues)
    except RecursionError:
        raise FormulaError("limit", "the formula is nested too deeply", (0, len(latex))) from None
    also = tuple(dict.fromkeys(state.notes))
    if printed:
        found = read_conditions(Parser(tokens, state), printed, word in FOR_ALL)
        more = tuple(c for c in found if word in ("", "where", "with") and says_more(c))
        conditions += tuple(c for c in found if c not in more)
        also += more
    return Reading(latex, equation, conditions, continues, also)


def read_condition(
    text: str, notation: Notation, limits: Limits | None = None
) -> tuple[tree.Node, ...]:
    """Read a condition given as text, such as ``for l = L`` or ``i \\neq j``."""
    text = text.strip().removeprefix("for ").strip()
    if not text:
        return ()
    limits = limits or Limits()
    tokens = tokenize(text, limits)
    try:
        parser = Parser(tokens, State(notation, limits, source_end=len(text)))
        return tuple(read_conditions(parser, tokens))
    except FormulaError as error:
        message = f"in the condition {text!r}: {error.message}"
        raise FormulaError(error.category, message) from None


def _relation(parser: Parser) -> str | None:
    """Return the relation at the parser's position, if there is one."""
    if parser.text() == ":" and parser.text(1) == "=":
        return ":="
    return RELATIONS.get(parser.text())


def _side(parser: Parser) -> tree.Node:
    """Read one side, with its tokens known to what it binds."""
    rest = parser.tokens[parser.i :]
    ends = (k for k, (depth, t) in enumerate(levels(rest)) if depth == 0 and t.text in RELATIONS)
    parser.state.side = rest[: next(ends, None)]
    return parser.side()


def _equation(parser: Parser, continues: bool) -> tree.Equation:
    if continues and _relation(parser) == r"\in":
        raise parser.error("what belongs here?")
    sides: list[tree.Node] = [] if continues else [_side(parser)]
    parser.state.free |= {name for side in sides for name in free_letters(side)}
    relations, spans = [], []
    while (relation := _relation(parser)) is not None:
        start = parser.token.start
        parser.i += 2 if parser.text() == ":" else 1
        relations.append(relation)
        spans.append(parser.since(start))
        sides.append(read_membership(parser, sides[-1]) if relation == r"\in" else _side(parser))
    parser.finish()
    return tree.Equation(tuple(sides), tuple(relations), tuple(spans))


# Layout


def _unwrapped(tokens: list[Token]) -> list[Token]:
    """Take off an alignment environment around the whole display, and a full stop at its end."""
    while tokens and tokens[-1].text in (".", ",", ";", r"\\") and tokens[-1].kind != "close":
        tokens = tokens[:-1]
    if tokens and tokens[0].text in HENCE:
        tokens = tokens[1:]
    if not tokens or tokens[0].kind != "begin" or tokens[0].text not in ALIGNED:
        return tokens
    name = tokens[0].text
    if tokens[-1].kind != "end" or tokens[-1].text != name:
        raise unread(f"{name} isn't closed at the end", tokens[0].span)
    inside = tokens[1:-1]
    if name == "eqnarray":  # its relations stand between two &
        drop = (*RELATIONS, "&")
        inside = [
            t for k, t in enumerate(inside) if t.text != "&" or inside[k - 1].text not in drop
        ]
    return _unwrapped(inside)


def _one_line(tokens: list[Token]) -> list[Token]:
    r"""Join lines broken with ``\\``; an ``&`` may stand only where the next line's relation is aligned.

    A break inside a bracket goes on; those inside braces and environments aren't the display's own.
    """
    result: list[Token] = []
    both = zip(levels(tokens), levels(tokens, BRACES), strict=True)
    for k, ((depth, token), (own, _)) in enumerate(both):
        if own or token.text not in BREAKS:
            result.append(token)
        elif not depth and not (token.text == "&" and (not result or result[-1].text in RELATIONS)):
            _check_break(token, tokens[k + 1 :])
    return result


def _check_break(token: Token, rest: list[Token]) -> None:
    words = [t.text for t in rest if t.text not in BREAKS]
    aligns = token.text == "&"
    if not words or words[0] not in CONTINUING:
        what = (
            "an & must stand before a relation or sign" if aligns else "a line must go on with one"
        )
        raise unread(f"{what}; a second equation needs a block of its own", token.span)
    if aligns and rest[0].text == "&":
        raise unread("two & in a row", token.span)


Split = tuple[list[Token], list[Token], str]


def _split_condition(latex: str, tokens: list[Token]) -> Split:
    r"""Split off a condition printed in the display: ``, \quad \text{for } l = L`` or ``, i = 1, \dots, n``.

    The third value is the word it begins with, if there is one.
    """
    for k, (depth, token) in enumerate(levels(tokens)):
        if depth or not k:
            continue
        before, rest = tokens[:k], tokens[k + 1 :]
        words = token.kind == "name" or token.text == r"\forall"
        word = token.text.rstrip(":").strip()
        if words and word in WHEN:
            if not rest:
                raise unread("a condition is missing", token.span)
            return before[:-1] if before[-1].text == "," else before, rest, word
        if token.text in (",", ";") and token.kind == "mark" and rest:
            if rest[0].kind != "name" and rest[0].text != r"\forall":
                return before, rest, ""
        elif (found := _behind_space(latex, before, tokens[k:])) is not None:
            return found
    return tokens, [], ""


def _behind_space(latex: str, before: list[Token], rest: list[Token]) -> Split | None:
    """Split off a condition that only space, or a bracket, sets off."""
    token, inside = rest[0], rest[1:-1]
    space = latex[before[-1].end : token.start]
    spaced = len(space) >= len(r"\quad")
    if token.text == "(" and (_is_range(rest[1:]) or (spaced and is_condition(inside))):
        return (before, inside, "for") if closing(rest, 0) == len(rest) - 1 else None
    if spaced and _is_range(rest):
        return before, rest, "for"
    if "quad" in space and all(
        is_condition(p) and p[0].text not in CONTINUING for p in (before, rest)
    ):
        return before, rest, ""
    return None


def _is_range(rest: list[Token]) -> bool:
    r"""Tell whether what follows a bracket is ``i = 1, \dots, n)``."""
    texts = [token.text for token in rest]
    return "=" in texts[1:3] and r"\dots" in texts


def split_display(latex: str) -> list[str]:
    """Split a display of several equations, each with spaces in place of the rest, so that places stay.

    What can't be cut into tokens stays whole.
    """
    try:
        inside = _unwrapped(tokenize(latex))
    except FormulaError:
        return [latex]
    lines = split(inside, r"\\")
    starts = [k for k, line in enumerate(lines) if k and _begins_anew(line)]
    if not starts:
        return [latex]
    joined = [
        [t for line in lines[a:b] for t in line] for a, b in pairwise((0, *starts, len(lines)))
    ]
    return [_padded(latex, part) for part in joined if part]


def _begins_anew(line: Sequence[Token]) -> bool:
    """Tell whether a line begins another equation: it has a relation, and doesn't begin with one or a sign."""
    words = [token.text for token in line if token.text != "&"]
    return bool(words) and words[0] not in CONTINUING and not RELATIONS.keys().isdisjoint(words)


def _padded(latex: str, part: list[Token]) -> str:
    start, end = part[0].start, part[-1].end
    blank = "".join(c if c == "\n" else " " for c in latex[:start])
    return blank + latex[start:end]
