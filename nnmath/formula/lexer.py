r"""From LaTeX to tokens.

The lexer drops what only moves ink (``\,``, ``\quad``, ``\label{...}``, colours), takes off dress (`ink`), pairs
``\left`` with ``\right`` (`delimiters`), and refuses, with a place, every character that isn't mathematics. It
never guesses.
"""

import re

from nnmath.formula.delimiters import paired
from nnmath.formula.errors import FormulaError, Limits
from nnmath.formula.ink import undressed
from nnmath.formula.token import Token

__all__ = ["Token", "tokenize"]

SPACING = frozenset(
    r"\, \; \: \! \> \quad \qquad \enspace \enskip \thinspace \medspace \thickspace \negthinspace \displaystyle"
    r" \textstyle \scriptstyle \scriptscriptstyle \limits \nolimits \nonumber \notag \allowbreak \nobreak \mathstrut"
    r" \strut \null \hfill \relax \small \normalsize \large \footnotesize \noindent".split()
) | {"\\ ", r"\/"}
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
    r"\dotsm": r"\dots",
    r"\dotso": r"\dots",
    r"\vdots": r"\dots",
    r"\ddots": r"\dots",
    r"\prime": "'",
    r"\dfrac": r"\frac",
    r"\tfrac": r"\frac",
    r"\dbinom": r"\binom",
    r"\colon": ":",
    r"\land": r"\wedge",
    r"\cfrac": r"\frac",
    r"\nicefrac": r"\frac",
    r"\sfrac": r"\frac",
    r"\tbinom": r"\binom",
    r"\leqslant": r"\leq",
    r"\geqslant": r"\geq",
    r"\triangleq": r"\doteq",
    r"\coloneqq": r"\doteq",
    r"\eqdef": r"\doteq",
    r"\ast": "*",
    r"\cdotp": r"\cdot",
    r"\parallel": r"\|",
    r"\varnothing": r"\emptyset",
    r"\cosec": r"\csc",
    r"\sup": r"\max",  # over finitely many
    r"\inf": r"\min",
}
NAMED_BY_TEXT = frozenset(
    r"\text \textrm \mathrm \operatorname \textit \textsf \mathsf \mbox \hbox \textnormal \textup \mathtt"
    r" \texttt".split()
)
COMMANDS = {  # words that are commands of LaTeX too
    "arg max": (r"\arg", r"\max"),
    "argmax": (r"\arg", r"\max"),
    "arg min": (r"\arg", r"\min"),
    "argmin": (r"\arg", r"\min"),
    "max": (r"\max",),
    "min": (r"\min",),
    "lim": (r"\lim",),
}
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
PATTERN = re.compile(
    rf"""(?P<space>[\s~]+)
      | (?P<note>\\(?:label|tag\*?|hspace\*?|vspace\*?|[hv]?phantom|color|textcolor|colorbox)\s*{_GROUP})
      | (?P<environment>\\(?:begin|end)\s*\{{[a-zA-Z]+\*?\}}(?:(?<=array\}}|nedat\}}|ignat\}})\s*{_GROUP})?)
      | (?P<command>\\(?:[a-zA-Z]+|[^a-zA-Z\n]))
      | (?P<number>(?:\d{{1,3}}(?:\{{,\}}\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\.)\.\d+))
      | (?P<letter>[a-zA-Z])
      | (?P<dots>\.\.\.)
      | (?P<bars>\|\|)
      | (?P<mark>[-+*/=<>()\[\]{{}}|,.;:!'^_&@?])""",
    re.VERBOSE,
)


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
    return paired(_read_names(undressed(_scan(latex))))


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
        if kind in ("space", "note") or text in SPACING:
            continue
        tokens.append(_normalised(kind, text, start, position))
    return tokens


def _normalised(kind: str, text: str, start: int, end: int) -> Token:
    """Give equal things one spelling."""
    if kind == "environment":
        name = text[text.index("{") + 1 : text.index("}")].rstrip("*")
        return Token("begin" if text.startswith(r"\begin") else "end", name, start, end)
    if kind == "dots":
        return Token("command", r"\dots", start, end)
    if kind == "bars":
        return Token("command", r"\|", start, end)
    if kind == "number":
        text = text.replace("{,}", "")
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
        span = token.start, tokens[i - 1].end
        commands = COMMANDS.get(word)
        result += [Token("command", c, *span) for c in commands or ()]
        if commands is None:
            result.append(Token("name", word, *span))
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
    depth = 0
    while i < len(tokens):
        token = tokens[i]
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            return "".join(word).removeprefix("{"), i + 1
        if token.kind not in ("letter", "number") and token.text not in tuple("-.,_:+/()'={}^"):
            raise FormulaError(
                "syntax", f"{token.text} isn't read inside {command.text}", token.span
            )
        gap = len(word) > 1 and token.start > tokens[i - 1].end
        word.append((" " if gap else "") + token.text)
        i += 1
    raise FormulaError("syntax", "this brace is never closed", command.span)
