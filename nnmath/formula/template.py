r"""How a symbol is printed: its head, its scripts and where its indices stand.

A template such as ``w_l^{ij}`` is LaTeX whose declared index letters are places to fill. What isn't a declared
index letter is part of the name: the ``q`` of ``W_q``, the 2 of ``f_{2i}``, the ``X =`` of ``P(X = k)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.lexer import tokenize
from nnmath.formula.token import Token

__all__ = [
    "Scripts",
    "Template",
    "bracketed",
    "read_head",
    "read_script",
    "read_scripts",
    "separate",
]

ACCENTS = frozenset(
    r"\mathbf \boldsymbol \bm \pmb \mathcal \mathbb \mathbbm \mathds \mathfrak \mathit \textbf \mathscr \hat \bar"
    r" \tilde \vec \dot \ddot \check \breve \acute \grave \mathring \widehat \widetilde \overline \underline".split()
)
CLOSERS = {
    "(": ")",
    "[": "]",
    "{": "}",
    r"\{": r"\}",
    r"\langle": r"\rangle",
    r"\lfloor": r"\rfloor",
    r"\lceil": r"\rceil",
    r"\left.": r"\right|",
    r"\left\{": r"\right.",
}


@dataclass(frozen=True, slots=True)
class Scripts:
    """What hangs on a head: the tokens below and above, and the primes."""

    sub: tuple[Token, ...] | None = None
    sup: tuple[Token, ...] | None = None
    primes: int = 0
    span: Span = (0, 0)


def bracketed(tokens: Sequence[Token], i: int) -> int:
    """Return the position of the bracket that closes the one at `i`."""
    waiting: list[str] = []
    for j in range(i, len(tokens)):
        text = tokens[j].text
        if text in CLOSERS and tokens[j].kind != "close":
            waiting.append(CLOSERS[text])
        elif text in CLOSERS.values() and tokens[j].kind != "open":
            if text != waiting[-1]:
                raise FormulaError(
                    "syntax", f"{text} closes where {waiting[-1]} was expected", tokens[j].span
                )
            waiting.pop()
            if not waiting:
                return j
    raise FormulaError("syntax", f"this {tokens[i].text} is never closed", tokens[i].span)


def read_head(tokens: Sequence[Token], i: int) -> tuple[str, int] | None:
    r"""Read one head (``a``, ``\eta``, ``\mathbf{x}``, a word) at `i`; return its key and the position after it."""
    token = tokens[i]
    if token.kind == "name":
        return rf"\mathrm{{{token.text}}}", i + 1
    if token.text in ACCENTS:
        if i + 1 >= len(tokens):
            raise FormulaError("syntax", f"{token.text} needs something to set", token.span)
        end = bracketed(tokens, i + 1) if tokens[i + 1].text == "{" else None
        if end is not None:
            return f"{token.text}{{{''.join(t.text for t in tokens[i + 2 : end])}}}", end + 1
        inner = read_head(tokens, i + 1)
        if inner is None and tokens[i + 1].kind == "number" and len(tokens[i + 1].text) == 1:
            inner = tokens[i + 1].text, i + 2
        return None if inner is None else (f"{token.text}{{{inner[0]}}}", inner[1])
    if token.kind == "letter" or (token.kind == "command" and token.text[1:].isalpha()):
        return token.text, i + 1
    return None


def read_scripts(
    tokens: Sequence[Token], i: int, known: Scripts | None = None
) -> tuple[Scripts, int]:
    """Read the scripts and primes at `i`; return them and the position after them."""
    sub, sup, primes = (known.sub, known.sup, known.primes) if known else (None, None, 0)
    start = tokens[i].start if i < len(tokens) else 0
    while i < len(tokens) and tokens[i].text in ("_", "^", "'"):
        token = tokens[i]
        if token.text == "'":
            primes, i = primes + 1, i + 1
            continue
        if (sub if token.text == "_" else sup) is not None:
            which = "subscript" if token.text == "_" else "superscript"
            raise FormulaError("syntax", f"a second {which}", token.span)
        content, i = read_script(tokens, i)
        if token.text == "_":
            sub = content
        elif all(t.text == "'" for t in content):
            primes += len(content)
        else:
            sup = content
    end = tokens[i - 1].end if i else 0
    return Scripts(sub, sup, primes, (start, end)), i


def read_script(tokens: Sequence[Token], i: int) -> tuple[tuple[Token, ...], int]:
    """Read what one ``_`` or ``^`` at `i` holds."""
    if i + 1 >= len(tokens):
        raise FormulaError("syntax", f"{tokens[i].text} needs a script", tokens[i].span)
    token = tokens[i + 1]
    if token.text == "{":
        end = bracketed(tokens, i + 1)
        if end == i + 2:
            raise FormulaError("syntax", "an empty script", token.span)
        return tuple(tokens[i + 2 : end]), end + 1
    if token.kind == "number" and len(token.text) > 1:
        raise FormulaError(
            "syntax",
            f"only the first digit of {token.text} is printed as a script; put it in braces",
            token.span,
        )
    head = read_head(tokens, i + 1)
    if head is not None:
        return tuple(tokens[i + 1 : head[1]]), head[1]
    if token.kind == "number" or token.text in ("*", "+", "-"):
        return (token,), i + 2
    raise FormulaError(
        "syntax", f"{token.text} isn't read as a script; put it in braces", token.span
    )


@dataclass(frozen=True)
class Template:
    """The printed form of a declared symbol."""

    head: tuple[str, ...]
    sub: tuple[str, ...] | None
    sup: tuple[str, ...] | None
    primes: int
    call: tuple[str, ...] | None
    places: frozenset[str]

    @classmethod
    def parse(cls, latex: str, places: Sequence[str]) -> Template:
        """Read a template; `places` are the declared index letters."""
        tokens = tokenize(latex)
        head, i = _template_head(tokens, latex)
        scripts, i = read_scripts(tokens, i)
        call = None
        if i < len(tokens) and tokens[i].text in CLOSERS:
            end = bracketed(tokens, i)
            call, i = _with_primes([t.text for t in tokens[i:end]], places), end + 1
        if i < len(tokens):
            raise FormulaError("notation", f"{latex} isn't a symbol with scripts", tokens[i].span)
        sub, sup = (
            None if s is None else _with_primes([t.text for t in s], places)
            for s in (scripts.sub, scripts.sup)
        )
        result = cls(head, sub, sup, scripts.primes, call, frozenset(places))
        found = [text for text in result.literals(keep_places=True) if text in result.places]
        if sorted(found) != sorted(places):
            raise FormulaError(
                "notation",
                f"the indices {', '.join(places)} don't each stand once in {latex}; a letter that stands"
                " twice needs another in its second place",
            )
        return result

    def literals(self, keep_places: bool = False) -> list[str]:
        """Return the tokens of scripts and call that are part of the name."""
        parts = (*(self.sub or ()), *(self.sup or ()), *(self.call or ()))
        return [text for text in parts if keep_places or text not in self.places]

    @property
    def rank(self) -> tuple[int, int]:
        """How specific the template is; the most specific one that fits is meant."""
        return len(self.head) + self.primes + len(self.literals()), len(self.places)

    def fit(
        self, scripts: Scripts, *, partial: bool = False
    ) -> dict[str, tuple[Token, ...]] | None:
        """Return the tokens in each place, or None if these scripts aren't this symbol's.

        A superscript that the template doesn't have is left to be a power; if `partial`, it has to be there, and
        scripts with places may be left out.
        """
        if scripts.primes < self.primes:
            return None
        found: dict[str, tuple[Token, ...]] = {}
        for pattern, actual in ((self.sub, scripts.sub), (self.sup, scripts.sup)):
            if pattern is None and not (partial and actual):
                continue
            if partial and actual is None and self.places.intersection(pattern or ()):
                continue
            part = fit(pattern, actual, self.places) if pattern and actual else None
            if part is None:
                return None
            found |= part
        return found

    def fit_call(self, tokens: Sequence[Token]) -> dict[str, tuple[Token, ...]] | None:
        """Return the tokens in each place of the brackets."""
        return fit(self.call or (), tuple(tokens), self.places)


def _with_primes(texts: Sequence[str], places: Sequence[str]) -> tuple[str, ...]:
    """Join a letter and its primes where that is a declared index, such as i'."""
    joined: list[str] = []
    for text in texts:
        if text == "'" and joined and joined[-1] + "'" in places:
            joined[-1] += "'"
        else:
            joined.append(text)
    return tuple(joined)


def _template_head(tokens: Sequence[Token], latex: str) -> tuple[tuple[str, ...], int]:
    """Read the head of a template: one head, or several letters such as Pr."""
    first = read_head(tokens, 0) if tokens else None
    if first is None:
        raise FormulaError("notation", f"{latex!r} isn't a symbol")
    head, i = [first[0]], first[1]
    while i < len(tokens) and tokens[0].kind == "letter" and tokens[i].kind in ("letter", "number"):
        head.append(tokens[i].text)
        i += 1
    return tuple(head), i


def fit(
    pattern: Sequence[str], actual: Sequence[Token], places: frozenset[str]
) -> dict[str, tuple[Token, ...]] | None:
    """Match tokens against a pattern with places to fill."""
    adjacent = any(a in places and b in places for a, b in pairwise(pattern))
    if adjacent:
        actual = _one_each(actual, pattern, places)
    found: dict[str, tuple[Token, ...]] = {}
    i = 0
    for k, text in enumerate(pattern):
        if text not in places:
            if i >= len(actual) or actual[i].text != text:
                return None
            i += 1
            continue
        following = pattern[k + 1] if k + 1 < len(pattern) else None
        crowded = adjacent and (following in places or (k > 0 and pattern[k - 1] in places))
        end = _one_index(actual, i) if crowded else _until(actual, i, following)
        if end is None or end == i:
            return None
        found[text], i = tuple(actual[i:end]), end
    return found if i == len(actual) else None


def separate(tokens: Sequence[Token]) -> list[Token]:
    """Take the digits of whole numbers apart, since each is an index of its own in ``w_{12}``."""
    result: list[Token] = []
    for token in tokens:
        if token.kind == "number" and token.text.isdigit():
            result += [
                Token("number", d, token.start + k, token.start + k + 1)
                for k, d in enumerate(token.text)
            ]
        else:
            result.append(token)
    return result


def _one_each(
    actual: Sequence[Token], pattern: Sequence[str], places: frozenset[str]
) -> list[Token]:
    """Make one token, or one group, of each of the indices that stand side by side: ``ij``, ``12``, ``i,j+1``."""
    tokens = separate(actual)
    if not all(text in places for text in pattern):
        return tokens
    parts = _split(actual)
    if len(parts) != len(pattern) or not all(parts):
        return tokens
    grouped: list[Token] = []
    for part in parts:
        grouped += [Token("mark", "{", *part[0].span), *part, Token("mark", "}", *part[-1].span)]
    return grouped


def _split(tokens: Sequence[Token]) -> list[list[Token]]:
    """Split at commas outside brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in CLOSERS) - (token.text in CLOSERS.values())
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _one_index(tokens: Sequence[Token], i: int) -> int | None:
    """Return the end of one index that stands directly beside another."""
    if i >= len(tokens):
        return None
    if tokens[i].text == "{":
        return bracketed(tokens, i) + 1
    if tokens[i].kind == "number":
        return i + 1
    head = read_head(tokens, i)
    return None if head is None else read_scripts(tokens, head[1])[1]


def _until(tokens: Sequence[Token], i: int, stop: str | None) -> int | None:
    """Return where an index ends: before `stop`, or at the end."""
    if stop is None:
        return len(tokens)
    depth = 0
    for j in range(i, len(tokens)):
        if depth == 0 and tokens[j].text == stop:
            return j
        depth += (tokens[j].text in CLOSERS) - (tokens[j].text in CLOSERS.values())
    return None
