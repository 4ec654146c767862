r"""A declared symbol: how it is printed, what it stands for, where its values come from.

Its template, such as ``w_l^{ij}``, is LaTeX whose declared index letters are places to fill. What isn't a declared
index letter is part of the name: the ``q`` of ``W_q``, the 2 of ``f_{2i}``, the ``X =`` of ``P(X = k)``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.known import MOMENTS
from nnmath.formula.reading.lexer import tokenize
from nnmath.formula.reading.tokens import (
    CLOSERS,
    TRANSPOSES,
    Scripts,
    Token,
    Tokens,
    closing,
    levels,
    read_head,
    read_scripts,
    split,
    text_of,
)

DOMAINS = {  # for a reader: of one number; of an array, if that is said otherwise
    "real": ("a real number", "real numbers"),
    "positive": ("a positive number", "positive numbers"),
    "unit interval": ("between 0 and 1",),
    "small": ("a number near 0", "numbers near 0"),
    "sign": ("$-1$ or 1",),
    "bit": ("0 or 1",),
    "distribution": ("positive, with sum 1",),
    "one-hot": ("one 1 among zeros",),
    "mask": ("0 or 1",),
    "size": ("a whole number", "whole numbers"),
    "at most": ("a whole number", "whole numbers"),
    "symmetric": ("symmetric",),
    "positive definite": ("positive definite",),
    "diagonal": ("diagonal, positive",),
    "orthogonal": ("orthogonal",),
    "contraction": ("its powers shrink",),
    "identity": ("the identity matrix",),
    "ones": ("1", "ones"),
    "zeros": ("0", "zeros"),
    "convex": ("convex",),
    "concave": ("concave",),
    "event": ("happens or not", "happen or not"),
    "expectation": ("a mean",),
    "variance": ("a variance",),
    "covariance": ("a covariance",),
    "standard deviation": ("a standard deviation",),
    "entropy": ("an entropy",),
    "mutual information": ("a mutual information",),
    "divergence": ("a divergence",),
    "cross entropy": ("a cross entropy",),
    "printed": ("",),  # what its printed definition says
}
SIZED_DOMAIN = re.compile(
    r"^(set of|sample of|integers|values|law of|at most|expectation over|variance over|distributed"
    r"|entropy|mutual information|divergence|cross entropy)\s+(.+)$"
)
Places = dict[str, Tokens]
Sampler = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


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
            start, i = i, closing(tokens, i) + 1
            call = tokens[start : i - 1]
        if i < len(tokens):
            raise FormulaError("notation", f"{latex} isn't a symbol with scripts", tokens[i].span)
        sub, sup, inside = (_pattern(part, places) for part in (scripts.sub, scripts.sup, call))
        result = cls(head, sub, sup, scripts.primes, inside, frozenset(places))
        found = [text for text in result.literals(keep_places=True) if text in result.places]
        if sorted(found) != sorted(places):
            raise FormulaError(
                "notation",
                f"the indices {', '.join(places)} don't each stand once in {latex}; print them as in x_i, and"
                " another letter in a second place",
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

    def fit(self, scripts: Scripts, *, partial: bool = False) -> tuple[Places, Scripts] | None:
        """Return the tokens in each place, and the scripts that are left over; None if these aren't this symbol's.

        If `partial`, scripts with places may be left out.
        """
        if scripts.primes < self.primes:
            return None
        found: Places = {}
        left: list[Tokens | None] = []
        for pattern, actual in ((self.sub, scripts.sub or ()), (self.sup, scripts.sup or ())):
            if pattern is None or (partial and not actual and self.places & {*pattern}):
                left.append(actual or None)
                continue
            for end in _ends(actual):
                part = fit(pattern, actual[:end], self.places)
                if part is not None:
                    found |= part
                    left.append(actual[end:] or None)
                    break
            else:
                return None
        return found, Scripts(left[0], left[1], scripts.primes - self.primes, scripts.span)


def _ends(tokens: Tokens) -> Iterator[int]:
    r"""Yield where an index may end: before a transpose, at the end, before a power; ``(1)\top``, ``(k)-1``."""
    last, end = text_of(tokens[-1:]), len(tokens)
    before = end - (2 if text_of(tokens[-2:-1]) == "-" else 1)
    if last not in TRANSPOSES:
        yield end
    if before > 0 and (last in (*TRANSPOSES, "T") or last.isdigit()):
        yield before


def _pattern(tokens: Sequence[Token] | None, places: Sequence[str]) -> tuple[str, ...] | None:
    """Return the texts of tokens; a letter and its primes are one where that is a declared index, such as i'."""
    if tokens is None:
        return None
    joined: list[str] = []
    for token in tokens:
        if token.text == "'" and joined and joined[-1] + "'" in places:
            joined[-1] += "'"
        else:
            joined.append(token.text)
    return tuple(joined)


def _template_head(tokens: Sequence[Token], latex: str) -> tuple[tuple[str, ...], int]:
    r"""Read the head of a template: one head, or several letters such as Pr and ``\Delta t``."""
    first = read_head(tokens, 0)
    if first is None:
        raise FormulaError("notation", f"{latex!r} isn't a symbol")
    head, i = [first[0]], first[1]
    several = tokens[0].kind == "letter" or first[0] == r"\Delta"
    while i < len(tokens) and several and tokens[i].kind in ("letter", "number"):
        head.append(tokens[i].text)
        i += 1
    return tuple(head), i


def fit(pattern: Sequence[str], actual: Sequence[Token], places: frozenset[str]) -> Places | None:
    """Match tokens against a pattern with places to fill; places side by side take ``ij``, ``12``, ``i,j+1``."""
    if any(a in places and b in places for a, b in pairwise(pattern)):
        parts = split(actual, ",")
        if places.issuperset(pattern) and len(parts) == len(pattern) and all(parts):
            return dict(zip(pattern, map(tuple, parts), strict=True))
        actual = separate(actual)
    found: Places = {}
    i = 0
    for k, text in enumerate(pattern):
        if text not in places:
            end = i + 1 if i < len(actual) and actual[i].text == text else None
        elif places & {*pattern[max(k - 1, 0) : k], *pattern[k + 1 : k + 2]}:
            end = _one_index(actual, i)
            if end and k + 1 == len(pattern) and actual[end:] and actual[end].text in ("+", "-"):
                end = len(actual)  # y_{it-1}
        else:
            end = _until(actual, i, *pattern[k + 1 : k + 2])
        if end is None or end == i:
            return None
        if text in places:
            found[text] = tuple(actual[i:end])
        i = end
    return found if i == len(actual) else None


def separate(tokens: Sequence[Token]) -> list[Token]:
    """Take the digits of whole numbers apart, since each is an index of its own in ``w_{12}``."""
    result: list[Token] = []
    for token in tokens:
        digits = token.text if token.kind == "number" and token.text.isdigit() else ""
        starts = enumerate(digits, token.start)
        result += [Token("number", d, k, k + 1) for k, d in starts] or [token]
    return result


def _one_index(tokens: Sequence[Token], i: int) -> int | None:
    """Return the end of one index that stands directly beside another."""
    if i < len(tokens) and tokens[i].text == "{":
        return closing(tokens, i) + 1
    if i < len(tokens) and tokens[i].kind == "number":
        return i + 1
    head = read_head(tokens, i)
    return None if head is None else read_scripts(tokens, head[1])[1]


def _until(tokens: Sequence[Token], i: int, stop: str = "") -> int | None:
    """Return where an index ends: before `stop`, or at the end."""
    if not stop:
        return len(tokens)
    wanted = -1 if stop in CLOSERS.values() else 0
    for j, (depth, token) in enumerate(levels(tokens[i:]), i):
        if depth == wanted and token.text == stop:
            return j
    return None


@dataclass(frozen=True)
class IndexRange:
    """An index of a symbol: its letter and the bounds of its range."""

    name: str
    lower: tree.Node
    upper: tree.Node
    text: str


@dataclass(eq=False)
class Symbol:
    """A declared symbol. Symbols are equal when they are the same declaration."""

    #: How it is printed, its index letters in place: ``w_l^{ij}``.
    latex: str
    #: What it means, with LaTeX between dollar signs.
    meaning: str
    #: The printed form taken apart.
    template: Template
    #: The range of each index.
    indices: tuple[IndexRange, ...] = ()
    #: The shape of a whole array; empty for a number.
    shape: tuple[tree.Node, ...] = ()
    #: Where its values come from.
    domain: str = "real"
    #: What the domain is of: the ``1..K`` of ``values 1..K``.
    detail: str = ""
    #: A function that draws its values.
    sampler: Sampler | None = None
    #: The shapes of a function's arguments and of its result.
    maps: tuple[tuple[tuple[tree.Node, ...], ...], tuple[tree.Node, ...]] | None = None
    #: Whether the function applies to each entry of an array.
    entrywise: bool = False
    #: The name of the known function that it is, such as ``sigmoid``.
    known: str = ""
    #: Its name in the code.
    code: str | None = None
    #: Conditions under which a defined symbol is an input.
    given: tuple[tree.Node, ...] = ()
    #: The array of which this is an entry.
    entry_of: Symbol | None = None
    #: Its place in its scope.
    order: int = 0
    #: For an x that isn't declared, the X that is, or the other way round.
    like: Symbol | None = None
    #: What is printed like it, with its values: in the other case, or with primes.
    twins: dict[tuple[str, int], Symbol] = field(default_factory=dict)
    #: Whether its latest printed definition gives it arguments.
    called: bool = False

    def __repr__(self) -> str:
        return f"Symbol({self.latex})"

    @property
    def is_function(self) -> bool:
        """Whether it takes arguments."""
        return self.called or self.maps is not None or self.is_law

    @cached_property
    def is_law(self) -> bool:
        """Whether it is the joint law of declared variables."""
        return self.domain == "law of"

    @cached_property
    def is_sample(self) -> bool:
        """Whether it is a set of observations of other symbols."""
        return self.domain == "sample of"

    @cached_property
    def is_set(self) -> bool:
        """Whether it is a set, of numbers or of observations."""
        return self.domain in ("set of", "sample of")

    @cached_property
    def is_size(self) -> bool:
        """Whether it counts something, such as the rows of a matrix."""
        return self.domain in ("size", "at most")

    @property
    def operator(self) -> str | None:
        """The operator over a letter that it stands for: ``"expectation"``, ``"variance"`` or None."""
        return self.domain.removesuffix(" over") if self.domain.endswith(" over") else None

    @cached_property
    def values(self) -> str:
        """The finite set of values that it can take, as declared, or the empty string."""
        return self.detail if self.domain in ("values", "integers", "event") else ""

    @property
    def is_moment(self) -> bool:
        """Whether it stands for a mean, an entropy or the like, of what follows it."""
        return self.domain in MOMENTS
