r"""What only dresses a formula, taken off: braces with notes, boxes, fonts by switch, notes over a relation.

Nothing here changes what is said. A note under a brace is for the reader's eye and isn't read; a mark over a symbol
is part of its name and stays.
"""

from __future__ import annotations

from collections.abc import Sequence

from nnmath.formula.errors import FormulaError
from nnmath.formula.token import Token

__all__ = ["undressed"]

NOTED = frozenset((r"\underbrace", r"\overbrace", r"\underbracket", r"\overbracket"))
BOXES = frozenset(
    r"\boxed \fbox \mathop \mathrel \mathbin \mathord \mathopen \mathclose \mathinner \smash \ensuremath".split()
)
STACKED = frozenset((r"\overset", r"\underset", r"\stackrel"))
SWITCHES = {
    r"\bf": r"\mathbf",
    r"\rm": r"\mathrm",
    r"\cal": r"\mathcal",
    r"\it": r"\mathit",
    r"\sf": r"\mathsf",
    r"\bfseries": r"\mathbf",
    r"\boldmath": r"\boldsymbol",
}
EXTREMES = frozenset((r"\max", r"\min", r"\arg", r"\operatorname", r"\lim", r"\mathrm"))
RELATIONS = frozenset(r"= < > \leq \geq \approx \doteq \equiv \rightarrow \leftarrow :".split())


def undressed(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens without what is only dress."""
    result: list[Token] = []
    i = 0
    while i < len(tokens):
        text = tokens[i].text
        if text in NOTED:
            i = _noted(tokens, i, result)
        elif text in BOXES:
            i = _boxed(tokens, i, result)
        elif text in STACKED:
            i = _stacked(tokens, i, result)
        elif text in SWITCHES:
            i = _switched(tokens, i, result)
        elif text == r"\not":
            i = _negated(tokens, i, result)
        else:
            result.append(tokens[i])
            i += 1
    return result


def _group_end(tokens: Sequence[Token], i: int, command: Token) -> int:
    """Return the position of the brace that closes the one at `i`."""
    if i >= len(tokens) or tokens[i].text != "{":
        raise FormulaError("syntax", f"{command.text} needs its argument in braces", command.span)
    depth = 0
    for j in range(i, len(tokens)):
        depth += (tokens[j].text == "{") - (tokens[j].text == "}")
        if depth == 0:
            return j
    raise FormulaError("syntax", "this brace is never closed", tokens[i].span)


def _noted(tokens: Sequence[Token], i: int, result: list[Token]) -> int:
    """Keep what a brace spans, and leave the note at it out."""
    end = _group_end(tokens, i + 1, tokens[i])
    result += undressed(tokens[i + 1 : end + 1])
    after = end + 1
    if after < len(tokens) and tokens[after].text in ("_", "^"):
        grouped = after + 1 < len(tokens) and tokens[after + 1].text == "{"
        after = _group_end(tokens, after + 1, tokens[after]) + 1 if grouped else after + 2
    return after


def _boxed(tokens: Sequence[Token], i: int, result: list[Token]) -> int:
    """Open a box; braces around a single sign would make a group of it."""
    if i + 1 < len(tokens) and tokens[i + 1].text != "{":
        return i + 1
    end = _group_end(tokens, i + 1, tokens[i])
    inside = undressed(tokens[i + 2 : end])
    sign = tokens[i].text not in (r"\boxed", r"\fbox", r"\smash", r"\ensuremath")
    result += inside if sign else [tokens[i + 1], *inside, tokens[end]]
    return end + 1


def _stacked(tokens: Sequence[Token], i: int, result: list[Token]) -> int:
    r"""Leave out a note over a relation; put what stands under ``\max`` into its subscript."""
    command = tokens[i]
    note_end = _group_end(tokens, i + 1, command)
    if note_end + 1 < len(tokens) and tokens[note_end + 1].text != "{":
        base, after = [tokens[note_end + 1]], note_end + 2
    else:
        end = _group_end(tokens, note_end + 1, command)
        base, after = undressed(tokens[note_end + 2 : end]), end + 1
    if base and base[0].text in EXTREMES and command.text == r"\underset":
        below = Token("mark", "_", *command.span)
        result += [*base, below, *undressed(tokens[i + 1 : note_end + 1])]
    elif base and base[0].text in RELATIONS:
        result += base
    else:
        raise FormulaError(
            "syntax", f"{command.text} is read over a relation or under an extreme", command.span
        )
    return after


def _switched(tokens: Sequence[Token], i: int, result: list[Token]) -> int:
    r"""Write ``{\bf x}`` as ``\mathbf{x}``."""
    switch = tokens[i]
    if not result or result[-1].text != "{" or tokens[i - 1].text != "{":
        raise FormulaError("syntax", f"{switch.text} is read right after a brace", switch.span)
    brace = result.pop()
    result += [Token("command", SWITCHES[switch.text], *switch.span), brace]
    return i + 1


def _negated(tokens: Sequence[Token], i: int, result: list[Token]) -> int:
    r"""Join ``\not`` with the relation after it."""
    names = {"=": r"\neq", r"\in": r"\notin", r"\equiv": r"\neq"}
    following = tokens[i + 1] if i + 1 < len(tokens) else tokens[i]
    if following.text not in names:
        raise FormulaError("syntax", r"\not stands before =, \in or \equiv", tokens[i].span)
    result.append(Token("command", names[following.text], tokens[i].start, following.end))
    return i + 2
