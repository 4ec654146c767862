r"""From LaTeX to tokens.

The lexer drops what only moves ink (``\,``, ``\quad``, ``\displaystyle``), pairs ``\left`` with ``\right``,
and refuses, with a place, every character that isn't mathematics. It never guesses.
"""

import re
from dataclasses import dataclass

from nnmath.formula.errors import FormulaError, Limits

__all__ = ["Token", "tokenize"]

SPACING = frozenset(
    r"\, \; \: \! \> \quad \qquad \displaystyle \textstyle \scriptstyle \limits \nolimits \nonumber \notag".split()
) | {"\\ "}
SIZES = frozenset(r"\big \Big \bigg \Bigg".split())
OPENING = frozenset(r"\left \bigl \Bigl \biggl \Biggl".split())
CLOSING = frozenset(r"\right \bigr \Bigr \biggr \Biggr".split())
FIXED_DELIMITERS = {  # delimiters that say by their name on which side they stand
    r"\lvert": ("open", "|"),
    r"\rvert": ("close", "|"),
    r"\lVert": ("open", r"\|"),
    r"\rVert": ("close", r"\|"),
}
SYNONYMS = {
    r"\Vert": r"\|",
    r"\vert": "|",
    r"\lbrace": r"\{",
    r"\rbrace": r"\}",
    r"\lbrack": "[",
    r"\rbrack": "]",
    r"\ne": r"\neq",
    r"\le": r"\leq",
    r"\ge": r"\geq",
    r"\to": r"\rightarrow",
    r"\gets": r"\leftarrow",
    r"\ldots": r"\dots",
    r"\cdots": r"\dots",
    r"\dotsc": r"\dots",
    r"\dotsb": r"\dots",
    r"\prime": "'",
    r"\dfrac": r"\frac",
    r"\tfrac": r"\frac",
    r"\dbinom": r"\binom",
    r"\colon": ":",
    r"\land": r"\wedge",
    r"\varepsilon": r"\varepsilon",
}
NAMED_BY_TEXT = frozenset(r"\text \textrm \mathrm \operatorname \textit \textsf \mathsf".split())
PATTERN = re.compile(
    r"""(?P<space>[\s~]+)
      | (?P<environment>\\(?:begin|end)\s*\{[a-zA-Z]+\*?\})
      | (?P<command>\\(?:[a-zA-Z]+|[^a-zA-Z\n]))
      | (?P<number>(?:\d+(?:\.\d+)?|(?<!\.)\.\d+))
      | (?P<letter>[a-zA-Z])
      | (?P<dots>\.\.\.)
      | (?P<bars>\|\|)
      | (?P<mark>[-+*/=<>()\[\]{}|,.;:!'^_&@])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of LaTeX: its kind, its normalised text and where it stands.

    Kinds: ``letter``, ``number``, ``command``, ``mark``, ``open`` and ``close`` (delimiters whose side is known),
    ``name`` (a word set in upright type), ``begin`` and ``end`` (environments).
    """

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where the token stands."""
        return self.start, self.end


def tokenize(latex: str, limits: Limits | None = None) -> list[Token]:
    r"""Cut LaTeX into tokens.

    Parameters
    ----------
    latex : str
        A formula, without dollar signs.
    limits : Limits, optional
        How long it may be.

    Returns
    -------
    list of Token

    Raises
    ------
    FormulaError
        For a character that isn't mathematics, an unpaired ``\left`` or ``\right``, or too long an input.

    Examples
    --------
    >>> from nnmath.formula.lexer import tokenize
    >>> [token.text for token in tokenize(r"a_l^{i}\,+ \left(2.5\right)")]
    ['a', '_', 'l', '^', '{', 'i', '}', '+', '(', '2.5', ')']
    """
    longest = (limits or Limits()).length
    if len(latex) > longest:
        raise FormulaError(
            "limit", f"the formula is longer than {longest} characters", (longest, longest + 1)
        )
    return _pair_delimiters(_read_names(_scan(latex)))


def _scan(latex: str) -> list[Token]:
    """Apply the pattern from left to right, without skipping a character."""
    tokens, position = [], 0
    while position < len(latex):
        match = PATTERN.match(latex, position)
        if match is None:
            what = "a comment" if latex[position] == "%" else f"the character {latex[position]!r}"
            raise FormulaError(
                "syntax", f"{what} isn't read as mathematics", (position, position + 1)
            )
        kind, text = str(match.lastgroup), match.group()
        start, position = position, match.end()
        if kind == "space" or text in SPACING:
            continue
        tokens.append(_normalised(kind, text, start, position))
    return tokens


def _normalised(kind: str, text: str, start: int, end: int) -> Token:
    """Give equal things one spelling."""
    if kind == "environment":
        name = text[text.index("{") + 1 : -1].rstrip("*")
        return Token("begin" if text.startswith(r"\begin") else "end", name, start, end)
    if kind == "dots":
        return Token("command", r"\dots", start, end)
    if kind == "bars":
        return Token("command", r"\|", start, end)
    if text in FIXED_DELIMITERS:
        side, delimiter = FIXED_DELIMITERS[text]
        return Token(side, delimiter, start, end)
    text = SYNONYMS.get(text, text)
    if kind == "command" and not text.startswith("\\"):
        kind = "mark"
    return Token(kind, text, start, end)


def _read_names(tokens: list[Token]) -> list[Token]:
    r"""Join ``\text{Attention}`` and its like into one token whose text is the word."""
    result, i = [], 0
    while i < len(tokens):
        token = tokens[i]
        if token.text not in NAMED_BY_TEXT:
            result.append(token)
            i += 1
            continue
        word, i = _word_after(tokens, i)
        result.append(Token("name", word, token.start, tokens[i - 1].end))
    return result


def _word_after(tokens: list[Token], i: int) -> tuple[str, int]:
    """Read the braced word after the command at `i`; return it and the position after it."""
    command = tokens[i]
    i += 1
    if i < len(tokens) and tokens[i].text == "*":
        i += 1
    if i < len(tokens) and tokens[i].kind == "letter":
        return tokens[i].text, i + 1
    if i >= len(tokens) or tokens[i].text != "{":
        raise FormulaError("syntax", f"{command.text} needs a word in braces", command.span)
    word: list[str] = []
    i += 1
    while i < len(tokens) and tokens[i].text != "}":
        if tokens[i].kind not in ("letter", "number") and tokens[i].text not in tuple("-.,_:+/()"):
            raise FormulaError(
                "syntax", f"{tokens[i].text} isn't read inside {command.text}", tokens[i].span
            )
        gap = word and tokens[i].start > tokens[i - 1].end
        word.append((" " if gap else "") + tokens[i].text)
        i += 1
    if i >= len(tokens):
        raise FormulaError("syntax", "this brace is never closed", command.span)
    return "".join(word), i + 1


def _pair_delimiters(tokens: list[Token]) -> list[Token]:
    r"""Turn ``\left(`` into one opening delimiter and check that each has its ``\right``."""
    result: list[Token] = []
    waiting: list[Token] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.text not in OPENING and token.text not in CLOSING and token.text not in SIZES:
            result.append(token)
            i += 1
            continue
        if i + 1 >= len(tokens):
            raise FormulaError("syntax", f"{token.text} needs a delimiter", token.span)
        result += _sized(token, tokens[i + 1], waiting)
        i += 2
    if waiting:
        raise FormulaError("syntax", rf"this {waiting[-1].text} has no \right", waiting[-1].span)
    return result


def _sized(size: Token, delimiter: Token, waiting: list[Token]) -> list[Token]:
    """Join a sizing command and its delimiter, keeping account of the pairs."""
    if delimiter.text not in (
        "(",
        ")",
        "[",
        "]",
        r"\{",
        r"\}",
        "|",
        r"\|",
        r"\langle",
        r"\rangle",
        ".",
        "/",
    ):
        raise FormulaError(
            "syntax", f"{size.text} needs a delimiter, not {delimiter.text}", delimiter.span
        )
    span = size.start, delimiter.end
    if size.text in SIZES:
        return [Token(delimiter.kind, delimiter.text, *span)]
    if size.text == r"\left":
        waiting.append(size)
    if size.text == r"\right":
        if not waiting:
            raise FormulaError("syntax", r"this \right has no \left", size.span)
        waiting.pop()
    if delimiter.text == ".":
        raise FormulaError("syntax", f"the invisible delimiter {size.text}. isn't read", span)
    return [Token("open" if size.text in OPENING else "close", delimiter.text, *span)]
