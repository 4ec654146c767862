r"""From LaTeX to tokens.

The lexer drops what only moves ink (``\,``, ``\quad``, ``\label{...}``, colours), takes off dress and pairs ``\left``
with ``\right`` (`dress`), and refuses, with a place, every character that isn't mathematics. It never guesses.
"""

import re

from nnmath.formula.dress import group_end, paired, undressed
from nnmath.formula.errors import FormulaError, Limits, unread
from nnmath.formula.tokens import Token, split

__all__ = ["split_latex", "tokenize"]

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
    spelling: sign
    for sign, *spellings in map(
        str.split,
        r"""
        \dots ... \ldots \cdots \dotsc \dotsb \dotsm \dotso \vdots \ddots
        \frac \dfrac \tfrac \cfrac \nicefrac \sfrac
        \binom \dbinom \tbinom
        \| || \Vert \parallel
        | \vert
        \{ \lbrace
        \} \rbrace
        [ \lbrack
        ] \rbrack
        \neq \ne
        \leq \le \leqslant
        \geq \ge \geqslant
        \doteq \triangleq \coloneqq \eqdef
        \rightarrow \to
        \leftarrow \gets
        ' \prime
        : \colon
        * \ast
        \wedge \land
        \cdot \cdotp
        \emptyset \varnothing
        \csc \cosec
        \max \sup
        \min \inf
        """.strip().splitlines(),  # the last two: of finitely many
    )
    for spelling in spellings
}
NAMED_BY_TEXT = frozenset(
    r"\text \textrm \mathrm \operatorname \textit \textsf \mathsf \mbox \hbox \textnormal \textup \mathtt"
    r" \texttt".split()
)
COMMANDS = re.compile(r"(arg)? ?(max|min)|(lim)")  # words that are commands of LaTeX too
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
PATTERN = re.compile(
    rf"""(?P<space>[\s~]+)
      | (?P<note>\\(?:label|tag\*?|hspace\*?|vspace\*?|[hv]?phantom|color|textcolor|colorbox)\s*{_GROUP})
      | (?P<environment>\\(?:begin|end)\s*\{{[a-zA-Z]+\*?\}}(?:(?<=array\}}|nedat\}}|ignat\}})\s*{_GROUP})?)
      | (?P<sign>\\(?:[a-zA-Z]+|[^a-zA-Z\n]))
      | (?P<number>(?:\d{{1,3}}(?:\{{,\}}\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\.)\.\d+))
      | (?P<letter>[a-zA-Z])
      | (?P<mark>\.\.\.|\|\||[-+*/=<>()\[\]{{}}|,.;:!'^_&@?])""",
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
    return paired(_with_words(undressed(_scan(latex))))


def split_latex(latex: str) -> list[str]:
    """Split LaTeX at commas outside brackets."""
    parts = split(tokenize(latex), ",")
    return [latex[part[0].start : part[-1].end] for part in parts if part]


def _scan(latex: str) -> list[Token]:
    """Apply the pattern from left to right, without skipping a character."""
    tokens, position = [], 0
    while position < len(latex):
        match = PATTERN.match(latex, position)
        if match is None:
            what = "a comment" if latex[position] == "%" else f"the character {latex[position]!r}"
            raise unread(f"{what} isn't read as mathematics", (position, position + 1))
        kind, text = str(match.lastgroup), match.group()
        if kind not in ("space", "note") and text not in SPACING:
            tokens.append(Token(*_normalised(kind, text), *match.span()))
        position = match.end()
    return tokens


def _normalised(kind: str, text: str) -> tuple[str, str]:
    """Give equal things one spelling."""
    if kind == "environment":
        name = text[text.index("{") + 1 : text.index("}")].rstrip("*")
        return text[1 : text.index("{")].strip(), name
    if text in FIXED_DELIMITERS:
        return FIXED_DELIMITERS[text]
    if kind in ("letter", "number"):
        return kind, text.replace("{,}", "")
    text = SYNONYMS.get(text, text)
    return "command" if text.startswith("\\") else "mark", text


def _with_words(tokens: list[Token]) -> list[Token]:
    r"""Join ``\text{Attention}`` and its like into one token whose text is the word."""
    result, i = [], 0
    while i < len(tokens):
        start = i
        i += 1
        if tokens[start].text not in NAMED_BY_TEXT:
            result.append(tokens[start])
            continue
        i += i < len(tokens) and tokens[i].text == "*"
        if i < len(tokens) and tokens[i].kind == "letter":
            word = tokens[i].text
        else:
            end = group_end(tokens, i, tokens[start], "a word")
            word = _word(tokens[i + 1 : end], tokens[start].text)
            i = end
        span = tokens[start].start, tokens[i].end
        i += 1
        command = COMMANDS.fullmatch(word)
        parts = filter(None, command.groups()) if command else ()
        result += [Token("command", f"\\{part}", *span) for part in parts] or [
            Token("name", word, *span)
        ]
    return result


def _word(tokens: list[Token], command: str) -> str:
    """Join what a command sets as text, with the spaces between."""
    word = ""
    for k, token in enumerate(tokens):
        if token.kind not in ("letter", "number") and token.text not in tuple("-.,_:+/()'={}^"):
            raise unread(f"{token.text} isn't read inside {command}", token.span)
        word += " " * (k > 0 and token.start > tokens[k - 1].end) + token.text
    return word
