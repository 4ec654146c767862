r"""Reading a whole display: sides, relations, continuation lines and a printed condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.conditions import read_conditions, says_more
from nnmath.formula.errors import FormulaError, Limits, unread
from nnmath.formula.layout import FOR_ALL, one_line, split_condition, unwrapped
from nnmath.formula.letters import free_letters
from nnmath.formula.lexer import tokenize
from nnmath.formula.membership import read_membership
from nnmath.formula.parser import RELATIONS, Parser
from nnmath.formula.stream import State
from nnmath.formula.tokens import levels

if TYPE_CHECKING:
    from nnmath.formula.notation import Notation

__all__ = ["Reading", "read", "read_condition"]


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
    tokens, printed, word = split_condition(one_line(unwrapped(tokenize(latex, limits))))
    if not tokens:
        raise unread("there is no formula here", (0, 1))
    state = State(notation, limits, source_end=len(latex))
    conditions = read_condition(condition, notation, limits)
    parser = Parser(tokens, state)
    continues = _relation(parser) is not None
    try:
        equation = _equation(parser, continues)
    except RecursionError:
        raise FormulaError("limit", "the formula is nested too deeply", (0, len(latex))) from None
    also: tuple[tree.Node, ...] = ()
    if printed:
        found = read_conditions(Parser(tokens, state), printed, word in FOR_ALL)
        also = tuple(c for c in found if word in ("", "where", "with") and says_more(c))
        conditions += tuple(c for c in found if c not in also)
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
