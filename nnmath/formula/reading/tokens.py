r"""Tokens, the pieces of LaTeX with their places; the brackets among them; a stream of them, to be read; heads.

A symbol begins with a head; scripts hang on it, of which a superscript may say something that is no index.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Limits, Span, unread

if TYPE_CHECKING:
    from nnmath.formula.reading.notation import Notation
    from nnmath.formula.reading.parser import Parser

T = TypeVar("T")
BRACES = {"{": "}"}
CLOSERS = BRACES | {
    "(": ")",
    "[": "]",
    r"\{": r"\}",
    r"\langle": r"\rangle",
    r"\lfloor": r"\rfloor",
    r"\lceil": r"\rceil",
    r"\left.": r"\right|",
    r"\left\{": r"\right.",
}


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
    def span(self) -> Span:
        """Where the token stands."""
        return self.start, self.end


def text_of(tokens: Sequence[Token] | None) -> str:
    """Return what tokens say, without spaces."""
    return "".join(token.text for token in tokens or ())


def value_of(token: Token) -> float:
    """Return the number that a token writes."""
    value = float(token.text)
    if len(token.text) > 40 or value > 1e300:
        raise FormulaError("limit", "the number is too large", token.span)
    return value


def levels(
    tokens: Sequence[Token], closers: Mapping[str, str] = CLOSERS
) -> Iterator[tuple[int, Token]]:
    """Yield each token with how many brackets and environments are around it; a bracket isn't within itself."""
    depth = 0
    for token in tokens:
        if token.kind == "end" or (token.text in closers.values() and token.kind != "open"):
            depth -= 1
        yield depth, token
        if token.kind == "begin" or (token.text in closers and token.kind != "close"):
            depth += 1


def split(tokens: Sequence[Token], *signs: str) -> list[Sequence[Token]]:
    """Split at signs outside all brackets."""
    cuts = [k for k, (depth, t) in enumerate(levels(tokens)) if depth == 0 and t.text in signs]
    return [tokens[a + 1 : b] for a, b in pairwise((-1, *cuts, len(tokens)))]


def closing(tokens: Sequence[Token], i: int) -> int:
    """Return the position of the bracket that closes the one at `i`."""
    waiting: list[str] = []
    for j in range(i, len(tokens)):
        text = tokens[j].text
        if text in CLOSERS and tokens[j].kind != "close":
            waiting.append(CLOSERS[text])
        elif text in CLOSERS.values() and tokens[j].kind != "open":
            if text != waiting[-1]:
                raise unread(f"{text} closes where {waiting[-1]} was expected", tokens[j].span)
            waiting.pop()
            if not waiting:
                return j
    raise unread(f"this {tokens[i].text} is never closed", tokens[i].span)


@dataclass
class State:
    """What the parsers of one formula share."""

    notation: Notation
    limits: Limits
    bound: list[str] = field(default_factory=list)
    free: set[str] = field(default_factory=set)
    notes: list[tree.Node] = field(default_factory=list)  # what braces are said to be equal to
    letters: set[str] = field(default_factory=set)
    side: Sequence[Token] = ()
    defines: int = -1  # where the left side of a definition begins
    depth: int = 0
    source_end: int = 0
    reach: int = 0  # of functions without brackets: 1 further than usual, -1 less far


class Stream:
    """A list of tokens and a position in it."""

    def __init__(self, tokens: Sequence[Token], state: State) -> None:
        self.tokens = tokens
        self.state = state
        self.i = 0
        self.bars: list[str] = []

    def text(self, ahead: int = 0) -> str:
        """Return the text of a coming token, or the empty string at the end."""
        at = self.i + ahead
        return self.tokens[at].text if at < len(self.tokens) else ""

    @property
    def token(self) -> Token:
        """The coming token; at the end, an empty one."""
        if self.i < len(self.tokens):
            return self.tokens[self.i]
        end = self.tokens[-1].end if self.tokens else self.state.source_end
        return Token("end of input", "", end, end + 1)

    def take(self) -> Token:
        """Return the coming token and step over it."""
        token = self.token
        self.i += 1
        return token

    def accept(self, *texts: str) -> bool:
        """Step over the coming token if it is one of these."""
        found = self.i < len(self.tokens) and self.text() in texts
        self.i += found
        return found

    def expect(self, text: str) -> Token:
        """Step over the coming token, which must be this one."""
        if self.text() != text:
            raise self.error(f"expected {text}, found {self.text() or 'the end'}")
        return self.take()

    def finish(self) -> None:
        """Refuse whatever is left over."""
        if self.i < len(self.tokens):
            raise self.error(f"{self.text()} isn't expected here")

    # Brackets

    def opens(self, *brackets: str) -> bool:
        """Tell whether one of these brackets is opened here."""
        return self.text() in (brackets or ("(", "[", r"\{")) and self.token.kind != "close"

    def close(self, opening: Token) -> Token:
        """Step over the bracket that closes another one, sized as that is."""
        token = self.expect(CLOSERS[opening.text])
        if (opening.kind == "open") != (token.kind == "close"):
            raise unread("one bracket of this pair is sized and the other isn't", token.span)
        return token

    def group(self) -> Sequence[Token]:
        """Step over the brackets that are opened here; return what is inside."""
        start, self.i = self.i + 1, closing(self.tokens, self.i) + 1
        return self.tokens[start : self.i - 1]

    @contextmanager
    def within(self, bar: str) -> Iterator[None]:
        """Read inside brackets or bars, where `bar` says what a bar would mean."""
        self.bars.append(bar)
        yield
        self.bars.pop()

    def items(
        self, read: Callable[[], T], signs: Collection[str] = (",",)
    ) -> tuple[list[T | Token], list[Token]]:
        """Read items with signs between them, dots among them; return them and the signs."""
        found: list[T | Token] = []
        between: list[Token] = []
        while True:
            found.append(self.take() if self.text() == r"\dots" else read())
            if self.text() not in signs or self.token.kind == "close":
                return found, between
            between.append(self.take())

    # Places

    def error(self, message: str, category: str = "syntax") -> FormulaError:
        """Make an error about the coming token."""
        return FormulaError(category, message, self.token.span)

    def since(self, start: int) -> Span:
        """Return the span from `start` to the last token taken."""
        return start, self.tokens[self.i - 1].end if self.i else start


# Heads


ACCENTS = frozenset(
    r"\mathbf \boldsymbol \mathcal \mathbb \mathbbm \mathds \mathfrak \mathit \textbf \mathscr \hat \bar"
    r" \tilde \vec \dot \ddot \check \breve \acute \grave \mathring \widehat \widetilde \overline \underline".split()
)
FONTS = (r"\mathbf", r"\boldsymbol", r"\textbf", r"\mathsf")
TRANSPOSES = (r"\top", r"\intercal")
Tokens = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Scripts:
    """What hangs on a head: the tokens below and above, and the primes."""

    sub: Tokens | None = None
    sup: Tokens | None = None
    primes: int = 0
    span: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it is printed, by its key, with its scripts and the place of both."""

    key: str
    scripts: Scripts
    span: Span

    @property
    def bare(self) -> Span:
        """Where it stands without its scripts."""
        scripts = self.scripts
        marked = scripts.sup or scripts.sub or scripts.primes
        return (self.span[0], scripts.span[0]) if marked else self.span


def read_head(tokens: Sequence[Token], i: int) -> tuple[str, int] | None:
    r"""Read one head (``a``, ``\eta``, ``\mathbf{x}``, a word) at `i`; return its key and the position after it."""
    if i >= len(tokens):
        return None
    token = tokens[i]
    if token.kind == "name":
        return rf"\mathrm{{{token.text}}}", i + 1
    if token.text in ACCENTS:
        if i + 1 >= len(tokens):
            raise unread(f"{token.text} needs something to set", token.span)
        if tokens[i + 1].text == "{":
            end = closing(tokens, i + 1)
            return f"{token.text}{{{text_of(tokens[i + 2 : end])}}}", end + 1
        inner = read_head(tokens, i + 1)
        if inner is None and tokens[i + 1].kind == "number" and len(tokens[i + 1].text) == 1:
            inner = tokens[i + 1].text, i + 2
        return None if inner is None else (f"{token.text}{{{inner[0]}}}", inner[1])
    if token.kind == "letter" or (token.kind == "command" and token.text[1:].isalpha()):
        return token.text, i + 1
    return None


def declared_head(notation: Notation, tokens: Sequence[Token], i: int) -> tuple[str, int] | None:
    """Read one head; the longest that is declared, such as Pr, goes before a single one."""
    heads = {s.template.head for s in notation.symbols() if len(s.template.head) > 1}
    here = [h for h in heads if h == tuple(t.text for t in tokens[i : i + len(h)])]
    longest = max(here, key=len, default=())
    return ("".join(longest), i + len(longest)) if longest else read_head(tokens, i)


def is_head(tokens: Sequence[Token]) -> bool:
    """Tell whether these are one head, such as a letter, and its primes."""
    head = read_head(tokens, 0)
    return head is not None and all(token.text == "'" for token in tokens[head[1] :])


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
            raise unread(f"a second {which}", token.span)
        content, i = read_script(tokens, i)
        if token.text == "_":
            sub = content
        elif all(t.text == "'" for t in content):
            primes += len(content)
        else:
            sup = content
    return Scripts(sub, sup, primes, (start, tokens[i - 1].end if i else 0)), i


def read_script(tokens: Sequence[Token], i: int) -> tuple[Tokens, int]:
    """Read what one ``_`` or ``^`` at `i` holds."""
    if i + 1 >= len(tokens):
        raise unread(f"{tokens[i].text} needs a script", tokens[i].span)
    token = tokens[i + 1]
    if token.text == "{":
        end = closing(tokens, i + 1)
        if end == i + 2:
            raise unread("an empty script", token.span)
        return tuple(tokens[i + 2 : end]), end + 1
    if token.kind == "number" and len(token.text) > 1:
        message = f"only the first digit of {token.text} is printed as a script; put it in braces"
        raise unread(message, token.span)
    head = read_head(tokens, i + 1)
    if head is not None:
        return tuple(tokens[i + 1 : head[1]]), head[1]
    if token.kind == "number" or token.text in ("*", "+", "-", "'"):
        return (token,), i + 2
    raise unread(f"{token.text} isn't read as a script; put it in braces", token.span)


def spread_font(parser: Parser) -> None:
    r"""Write ``\mathbf{KH}`` as ``\mathbf{K}\mathbf{H}``, unless it is declared as one symbol."""
    tokens, i = parser.tokens, parser.i
    if parser.text() not in FONTS or parser.text(1) != "{":
        return
    end = closing(tokens, i + 1)
    head = read_head(tokens, i)
    if end < i + 4 or (head is not None and parser.state.notation.find(head[0])):
        return
    spread: list[Token] = []
    for token in tokens[i + 2 : end]:
        letter = token.kind == "letter"
        spread += [*tokens[i : i + 2], token, tokens[end]] if letter else [token]
    parser.tokens = [*tokens[:i], *spread, *tokens[end + 1 :]]


def raised(parser: Parser, node: tree.Node, sup: Sequence[Token] | None, span: Span) -> tree.Node:
    """Give a node, both together at `span`, a superscript that is no index: a transpose or a power."""
    if sup is None:
        return node
    text, where = text_of(sup), (sup[0].start, sup[-1].end)
    state, plain = parser.state, text.removeprefix("-")
    alone = [symbol for symbol in state.notation.find("T") if not symbol.template.sub]
    free_t = not alone and "T" not in state.bound
    if plain in TRANSPOSES or (plain == "T" and (free_t or sup[-1].kind == "name")):
        if plain != text:
            node = tree.Power(node, tree.Number(-1.0), span=span)
        return tree.Transpose(node, plain in TRANSPOSES, span=span)
    if len(sup) == 3 and text[0] + text[-1] in ("()", "[]") and sup[1].kind in ("letter", "number"):
        message = "isn't declared; write brackets round what is raised to a power"
        raise FormulaError("index", f"the superscript {text} {message}", where)
    if text in ("*", "+", "-", r"\dagger"):
        raise unread(f"a superscript {text} needs a declared symbol", sup[0].span)
    if len(sup) > 1 and sup[0].text in (r"\odot", r"\circ"):
        return tree.Power(node, parser.whole(sup[1:]), entrywise=True, span=span)
    return tree.Power(node, parser.whole(sup), span=span)
