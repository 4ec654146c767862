r"""A declared symbol: how it is printed, what it stands for, where its values come from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnmath.formula import tree
from nnmath.formula.expectations import MOMENTS
from nnmath.formula.template import Template

__all__ = ["DOMAINS", "SIZED_DOMAIN", "IndexRange", "Sampler", "Symbol"]

DOMAINS = {  # for a reader: of one number, of an array
    "real": ("a real number", "real numbers"),
    "positive": ("a positive number", "positive numbers"),
    "unit interval": ("between 0 and 1", "between 0 and 1"),
    "small": ("a number near 0", "numbers near 0"),
    "sign": ("$-1$ or 1", "$-1$ or 1"),
    "bit": ("0 or 1", "0 or 1"),
    "distribution": ("positive, with sum 1", "positive, with sum 1"),
    "one-hot": ("one 1 among zeros", "one 1 among zeros"),
    "mask": ("0 or 1", "0 or 1"),
    "size": ("a whole number", "whole numbers"),
    "at most": ("a whole number", "whole numbers"),
    "symmetric": ("symmetric", "symmetric"),
    "positive definite": ("positive definite", "positive definite"),
    "diagonal": ("diagonal, positive", "diagonal, positive"),
    "orthogonal": ("orthogonal", "orthogonal"),
    "contraction": ("its powers shrink", "its powers shrink"),
    "identity": ("the identity matrix", "the identity matrix"),
    "ones": ("1", "ones"),
    "zeros": ("0", "zeros"),
    "event": ("happens or not", "happen or not"),
    "expectation": ("a mean", "a mean"),
    "variance": ("a variance", "a variance"),
    "covariance": ("a covariance", "a covariance"),
    "standard deviation": ("a standard deviation", "a standard deviation"),
    "entropy": ("an entropy", "an entropy"),
    "mutual information": ("a mutual information", "a mutual information"),
    "divergence": ("a divergence", "a divergence"),
    "cross entropy": ("a cross entropy", "a cross entropy"),
    "printed": ("", ""),  # what its printed definition says
}
SIZED_DOMAIN = re.compile(
    r"^(set of|integers|values|law of|at most|expectation over|variance over|distributed"
    r"|entropy|mutual information|divergence|cross entropy)\s+(.+)$"
)
Sampler = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


@dataclass(frozen=True)
class IndexRange:
    """An index of a symbol: its letter and the bounds of its range."""

    name: str
    lower: tree.Node
    upper: tree.Node
    text: str


@dataclass(frozen=True, eq=False)
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

    def __repr__(self) -> str:
        return f"Symbol({self.latex})"

    @property
    def is_function(self) -> bool:
        """Whether it takes arguments."""
        return self.maps is not None or self.is_law

    @property
    def is_law(self) -> bool:
        """Whether it is the joint law of declared variables."""
        return self.domain == "law of"

    @property
    def is_size(self) -> bool:
        """Whether it counts something, such as the rows of a matrix."""
        return self.domain in ("size", "at most")

    def split(self, key: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Split the indices of an entry into the array's own and the position in it."""
        own = len(self.entry_of.indices) if self.entry_of else 0
        return key[:own], key[own:]

    @property
    def operator(self) -> str | None:
        """The operator it stands for: ``"expectation"``, ``"variance"`` or None."""
        return self.domain.removesuffix(" over") if self.domain.endswith(" over") else None

    @property
    def is_operator(self) -> bool:
        """Whether it is an expectation or a variance."""
        return self.operator is not None

    @property
    def values(self) -> str:
        """The finite set of values that it can take, as declared, or the empty string."""
        return self.detail if self.domain in ("values", "integers", "event") else ""

    @property
    def is_moment(self) -> bool:
        """Whether it stands for a mean, an entropy or the like, of what follows it."""
        return self.domain in MOMENTS
