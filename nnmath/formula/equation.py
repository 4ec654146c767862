r"""Reading a whole display: sides, relations, continuation lines and a printed condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.conditions import read_conditions
from nnmath.formula.errors import FormulaError, Limits
from nnmath.formula.letters import free_letters
from nnmath.formula.lexer import Token, tokenize
from nnmath.formula.parser import RELATIONS, Parser
from nnmath.formula.stream import State
from nnmath.formula.template import CLOSERS

if TYPE_CHECKING:
    from nnmath.formula.notation import Notation

__all__ = ["Reading", "read", "read_condition"]

ALIGNED = ("aligned", "align", "split", "gather", "gathered", "equation", "alignedat")
CONTINUING = (*RELATIONS, "+", "-", r"\cdot", r"\times", r"\odot", ":")


@dataclass(frozen=True)
class Reading:
    """What a display says: its equation, its printed conditions, and whether it continues the one before."""

    latex: str
    equation: tree.Equation
    conditions: tuple[tree.Node, ...]
    continues: bool = False


def read(
    latex: str, notation: Notation, condition: str = "", limits: Limits | None = None
) -> Reading:
    """Read a display.

    Parameters
    ----------
    latex : str
        The LaTeX between the dollar signs.
    notation : Notation
        The scope in which its symbols are declared.
    condition : str
        A condition printed beside the display, such as ``for l = L``.
    limits : Limits, optional
        Bounds on its size.

    Returns
    -------
    Reading

    Raises
    ------
    FormulaError
        For anything that isn't read completely.
    """
    limits = limits or Limits()
    tokens, printed = _split_condition(_one_line(_unwrapped(tokenize(latex, limits))))
    if not tokens:
        raise FormulaError("syntax", "there is no formula here", (0, 1))
    state = State(notation, limits, source_end=len(latex))
    conditions = read_condition(condition, notation, limits)
    if printed:
        conditions += tuple(read_conditions(Parser(tokens, state), printed))
    parser = Parser(tokens, state)
    continues = _relation(parser) is not None
    try:
        equation = _equation(parser, continues)
    except RecursionError:
        raise FormulaError("limit", "the formula is nested too deeply", (0, len(latex))) from None
    return Reading(latex, equation, conditions, continues)


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


def _unwrapped(tokens: list[Token]) -> list[Token]:
    """Take off an alignment environment around the whole display, and a full stop at its end."""
    while tokens and tokens[-1].text in (".", ",") and tokens[-1].kind == "mark":
        tokens = tokens[:-1]
    if tokens and tokens[0].kind == "begin" and tokens[0].text in ALIGNED:
        if tokens[-1].kind != "end" or tokens[-1].text != tokens[0].text:
            raise FormulaError(
                "syntax", f"{tokens[0].text} isn't closed at the end", tokens[0].span
            )
        return _unwrapped(tokens[1:-1])
    return tokens


def _one_line(tokens: list[Token]) -> list[Token]:
    r"""Join lines broken with ``\\``; an ``&`` may stand only where the next line's relation is aligned."""
    result: list[Token] = []
    depth = 0
    for k, token in enumerate(tokens):
        depth += (token.kind == "begin" or token.text == "{") - (
            token.kind == "end" or token.text == "}"
        )
        if depth or token.text not in ("&", r"\\"):
            result.append(token)
            continue
        following = next((t for t in tokens[k + 1 :] if t.text not in ("&", r"\\")), None)
        if following is None and token.text == r"\\":
            continue
        if following is None or following.text not in CONTINUING:
            what = (
                "an & must stand before a relation or sign"
                if token.text == "&"
                else "a line must go on with one"
            )
            raise FormulaError(
                "syntax", f"{what}; a second equation needs a block of its own", token.span
            )
        if token.text == "&" and k + 1 < len(tokens) and tokens[k + 1].text == "&":
            raise FormulaError("syntax", "two & in a row", token.span)
    return result


def _split_condition(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    r"""Split off a condition printed in the display: ``, \quad \text{for } l = L`` or ``\quad (\nu \to \infty)``."""
    depth = 0
    for k, token in enumerate(tokens):
        depth += (token.kind == "begin") - (token.kind == "end")
        if (
            depth == 0
            and k
            and token.kind == "name"
            and token.text in ("for", "if", "where", "for all", "for every")
        ):
            if k + 1 == len(tokens):
                raise FormulaError("syntax", "a condition is missing", token.span)
            before = tokens[: k - 1] if tokens[k - 1].text == "," else tokens[:k]
            return before, tokens[k + 1 :]
    return tokens, []


def _relation(parser: Parser) -> str | None:
    """Return the relation at the parser's position, if there is one."""
    if parser.text() == ":" and parser.text(1) == "=":
        return r"\leftarrow"
    return RELATIONS.get(parser.text())


def _side(parser: Parser) -> tree.Node:
    """Read one side, with its tokens known to what it binds."""
    depth, end = 0, parser.i
    while end < len(parser.tokens) and (depth or parser.tokens[end].text not in RELATIONS):
        text = parser.tokens[end].text
        depth += (text in CLOSERS) - (text in CLOSERS.values())
        end += 1
    parser.state.side = parser.tokens[parser.i : end]
    return parser.side()


def _equation(parser: Parser, continues: bool) -> tree.Equation:
    sides: list[tree.Node] = [] if continues else [_side(parser)]
    parser.state.free |= {name for side in sides for name in free_letters(side)}
    relations, spans = [], []
    while (relation := _relation(parser)) is not None:
        start = parser.token.start
        parser.i += 2 if parser.text() == ":" else 1
        relations.append(relation)
        spans.append(parser.since(start))
        sides.append(_membership(parser, sides) if relation == r"\in" else _side(parser))
    parser.finish()
    return tree.Equation(tuple(sides), tuple(relations), tuple(spans))


def _membership(parser: Parser, sides: list[tree.Node]) -> tree.Node:
    r"""Read ``\mathbb{R}^{n \times d}`` after a sign of membership."""
    start = parser.token.start
    if parser.text() != r"\mathbb" or parser.text(2) != "R":
        raise parser.error(r"membership is read for \mathbb{R}^{...} only")
    parser.i += 4
    shape: list[tree.Node] = []
    if parser.accept("^"):
        parser.expect("{")
        depth = parser.i
        while parser.text() not in ("}", ""):
            parser.i += 1
        inner = parser.inner(parser.tokens[depth : parser.i])
        shape.append(inner.factor())
        while inner.accept(r"\times"):
            shape.append(inner.factor())
        inner.finish()
        parser.expect("}")
    return tree.Membership(sides[-1], tuple(shape), span=parser.since(start))
