r"""From LaTeX to tokens.

The lexer drops what only moves ink (``\,``, ``\quad``, ``\label{...}``, colours), takes off dress (braces with notes,
boxes, fonts by switch), pairs ``\left`` with ``\right``, and refuses, with a place, every character that isn't
mathematics. It never guesses.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from nnmath.formula.errors import FormulaError, Limits, unread
from nnmath.formula.reading.tokens import BRACES, Token, levels, split

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
        \dots ... .... … \ldots \cdots \dotsc \dotsb \dotsm \dotso \vdots \ddots
        \frac \dfrac \tfrac \cfrac \nicefrac \sfrac
        \binom \dbinom \tbinom
        \| || ‖ \Vert \parallel
        | \vert
        \{ \lbrace
        \} \rbrace
        [ \lbrack
        ] \rbrack
        \neq \ne ≠
        < \lt
        > \gt
        \leq \le \leqslant ≤
        \geq \ge \geqslant ≥
        \approx ≈
        \propto ∝
        \in ∈
        \sum ∑
        \prod ∏
        \int ∫
        \partial ∂
        \nabla ∇
        \infty ∞
        - −
        \times ×
        \odot ⊙
        \doteq \triangleq \coloneqq \eqdef
        \rightarrow \to →
        \leftarrow \gets ←
        ' \prime ′
        : \colon
        * \ast
        \wedge \land
        \cdot \cdotp · ⋅
        \emptyset \varnothing
        \csc \cosec
        \boldsymbol \bm \pmb
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
      | (?P<note>\\(?:label|tag\*?|hspace\*?|vspace\*?|[hv]?phantom|color|textcolor|colorbox)\s*{_GROUP}
          | (?<=\\\\)\s*\[-?[\d.]+\s*(?:em|ex|pt|cm|mm|in)\])
      | (?P<environment>\\(?:begin|end)\s*\{{[a-zA-Z]+\*?\}}(?:(?<=array\}}|nedat\}}|ignat\}})\s*{_GROUP})?)
      | (?P<sign>\\(?:[a-zA-Z]+|[^a-zA-Z\n])|[Α-ω{"".join(s for s in SYNONYMS if not s.isascii())}])
      | (?P<power>\d[\d.]*e[-+]?\d+)
      | (?P<number>(?:\d{{1,3}}(?:\{{,\}}\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\.)\.\d+))
      | (?P<letter>[a-zA-Z])
      | (?P<mark>\.{{3,4}}|\|\||[-+*/=<>()\[\]{{}}|,.;:!'^_&@?])""",
    re.VERBOSE,
)


def tokenize(latex: str, limits: Limits | None = None) -> list[Token]:
    r"""Cut LaTeX into tokens.

    Examples
    --------
    >>> from nnmath.formula.reading.lexer import tokenize
    >>> [token.text for token in tokenize(r"a_l^{i}\,+ \left(2.5\right)")]
    ['a', '_', 'l', '^', '{', 'i', '}', '+', '(', '2.5', ')']
    """
    longest = (limits or Limits()).length
    if len(latex) > longest:
        raise FormulaError(
            "limit", f"the formula is longer than {longest} characters", (longest, longest + 1)
        )
    return paired(_with_words(undressed(_scan(latex))))


def split_latex(latex: str, *signs: str) -> list[str]:
    """Split LaTeX at signs, by default commas, outside brackets."""
    parts = split(tokenize(latex), *(signs or (",",)))
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
        if kind == "power":
            printed = r"{} \cdot 10^{{{}}}".format(*text.split("e"))
            raise unread(f"{text} is how programs write {printed}", match.span())
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
    if "Α" <= text <= "ω":
        size, letter = unicodedata.name(text, " LETTER ").replace("MDA", "MBDA").split(" LETTER ")
        text = "\\" + (letter.lower() if "SMALL" in size else letter.title())
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


# Dress, taken off


SPACED = r"\mathop \mathrel \mathbin \mathord \mathopen \mathclose \mathinner".split()
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
NEGATED = {"=": r"\neq", r"\in": r"\notin", r"\equiv": r"\neq"}

SIZES = frozenset(r"\big \Big \bigg \Bigg \middle \bigm \Bigm \biggm \Biggm".split())
OPENING = frozenset(r"\left \bigl \Bigl \biggl \Biggl".split())
CLOSING = frozenset(r"\right \bigr \Bigr \biggr \Biggr".split())
DELIMITERS = frozenset(
    r"( ) [ ] \{ \} | \| \langle \rangle . / \lfloor \rfloor \lceil \rceil < >".split()
)
ANGLES = {"<": r"\langle", ">": r"\rangle"}


def undressed(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens without what is only dress."""
    result: list[Token] = []
    i = 0
    while i < len(tokens):
        i = RULES.get(tokens[i].text, _kept)(tokens, i, result)
    return result


def group_end(tokens: Sequence[Token], i: int, command: Token, what: str = "its argument") -> int:
    """Return the position of the brace that closes the one at `i`."""
    if i >= len(tokens) or tokens[i].text != "{":
        raise unread(f"{command.text} needs {what} in braces", command.span)
    for j, (depth, token) in enumerate(levels(tokens[i + 1 :], BRACES), i + 1):
        if depth < 0 and token.kind == "end":
            raise unread(f"{token.text} isn't read inside {command.text}", token.span)
        if depth < 0:
            return j
    raise unread("this brace is never closed", tokens[i].span)


def _kept(tokens: Sequence[Token], i: int, result: list[Token]) -> int:
    result.append(tokens[i])
    return i + 1


def _noted(tokens: Sequence[Token], i: int, result: list[Token]) -> int:
    """Keep what a brace spans; of the note at it, what it is equal to."""
    end = group_end(tokens, i + 1, tokens[i])
    result += undressed(tokens[i + 1 : end + 1])
    if end + 1 >= len(tokens) or tokens[end + 1].text not in ("_", "^"):
        return end + 1
    braced = tokens[end + 2 : end + 3] and tokens[end + 2].text == "{"
    stop = group_end(tokens, end + 2, tokens[i]) + 1 if braced else end + 3
    note = tokens[end + 3 : stop - 1] if braced else ()
    if note and note[0].text == "=":
        result += [replace(note[0], kind="note"), tokens[end + 2]]
        result += undressed([*note[1:], tokens[stop - 1]])
    return stop


def _boxed(tokens: Sequence[Token], i: int, result: list[Token]) -> int:
    """Open a box; braces around a single sign would make a group of it."""
    if i + 1 < len(tokens) and tokens[i + 1].text != "{":
        return i + 1
    end = group_end(tokens, i + 1, tokens[i])
    inside = undressed(tokens[i + 2 : end])
    result += inside if tokens[i].text in SPACED else [tokens[i + 1], *inside, tokens[end]]
    return end + 1


def _stacked(tokens: Sequence[Token], i: int, result: list[Token]) -> int:
    r"""Leave out a note over a relation; put what stands under ``\max`` into its subscript."""
    command = tokens[i]
    note_end = group_end(tokens, i + 1, command)
    at = note_end + 1
    single = at < len(tokens) and tokens[at].text != "{"
    end = at if single else group_end(tokens, at, command)
    base = undressed(tokens[at : at + 1] if single else tokens[at + 1 : end])
    first = base[0].text if base else ""
    if first not in RELATIONS and (first not in EXTREMES or command.text != r"\underset"):
        raise unread(f"{command.text} is read over a relation or under an extreme", command.span)
    result += base
    if first in EXTREMES:
        result += [Token("mark", "_", *command.span), *undressed(tokens[i + 1 : note_end + 1])]
    return end + 1


def _switched(tokens: Sequence[Token], i: int, result: list[Token]) -> int:
    r"""Write ``{\bf x}`` as ``\mathbf{x}``."""
    switch, brace = tokens[i], tokens[i - 1]
    if not result or result[-1] != brace or brace.text != "{":
        raise unread(f"{switch.text} is read right after a brace", switch.span)
    result[-1:] = [
        replace(brace, kind="command", text=SWITCHES[switch.text]),
        replace(switch, kind="mark", text="{"),
    ]
    return i + 1


def _negated(tokens: Sequence[Token], i: int, result: list[Token]) -> int:
    r"""Join ``\not`` with the relation after it."""
    following = tokens[min(i + 1, len(tokens) - 1)]
    if following.text not in NEGATED:
        raise unread(r"\not stands before =, \in or \equiv", tokens[i].span)
    result.append(Token("command", NEGATED[following.text], tokens[i].start, following.end))
    return i + 2


RULES: dict[str, Callable[[Sequence[Token], int, list[Token]], int]] = {
    command: rule
    for commands, rule in (
        (r"\underbrace \overbrace \underbracket \overbracket", _noted),
        (r"\boxed \fbox \smash \ensuremath", _boxed),
        (" ".join(SPACED), _boxed),
        (r"\overset \underset \stackrel", _stacked),
        (" ".join(SWITCHES), _switched),
        (r"\not", _negated),
    )
    for command in commands.split()
}


def paired(tokens: list[Token]) -> list[Token]:
    r"""Turn ``\left(`` into one opening delimiter and check that each has its ``\right``."""
    result: list[Token] = []
    waiting: list[tuple[Token, int]] = []  # each \left, and where its delimiter stands
    coming = iter(tokens)
    for token in coming:
        if token.text not in OPENING | CLOSING | SIZES:
            result.append(token)
            continue
        delimiter = next(coming, None)
        if delimiter is None:
            raise unread(f"{token.text} needs a delimiter", token.span)
        if token.text == r"\left":
            waiting.append((token, len(result)))
        result.append(_sized(token, delimiter))
        if token.text == r"\right":
            if not waiting:
                raise unread(r"this \right has no \left", token.span)
            _invisible(result, waiting.pop()[1])
    if waiting:
        raise unread(r"this \left has no \right", waiting[-1][0].span)
    return [token for token in result if token.text]


def _sized(size: Token, delimiter: Token) -> Token:
    """Join a sizing command and its delimiter."""
    if delimiter.text not in DELIMITERS:
        raise unread(f"{size.text} needs a delimiter, not {delimiter.text}", delimiter.span)
    text = ANGLES.get(delimiter.text, delimiter.text)
    span = size.start, delimiter.end
    if size.text in SIZES:
        return Token(delimiter.kind, text, *span)
    if text == "." and size.text not in (r"\left", r"\right"):
        raise unread(f"the invisible delimiter {size.text}. isn't read", span)
    return Token("open" if size.text in OPENING else "close", text, *span)


def _invisible(result: list[Token], at: int) -> None:
    """Give a pair with an invisible side its meaning; `at` is where its opening delimiter stands."""
    opening, closing = result[at], result[-1]
    names = opening.text, closing.text
    if "." not in names:
        return
    if names == (".", "|"):
        names = r"\left.", r"\right|"
    elif names == (r"\{", ".") and result[at + 1].kind == "begin":
        names = r"\left\{", r"\right."
    else:  # a bracket broken over lines
        names = names[0].strip("."), names[1].strip(".")
    result[at] = Token("open", names[0], *opening.span)
    result[-1] = Token("close", names[1], *closing.span)
