"""The symbols of *Words to numbers*."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnmath.formula import Notation
from symbols import neural_networks


def _above_one(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Draw numbers larger than 1."""
    return 1.0 + rng.exponential(size=shape)


# -- how much can't be predicted -----------------------------------------------------------------

surprise = Notation("what can't be predicted")
_ = surprise.declare
_("n", "number of first words", domain="size")
_("m", "number of second words", domain="size")
_(
    "p^{ij}",
    "probability of first word $i$ with second word $j$",
    indices="i = 1..n; j = 1..m",
    domain="positive",
)
_("a^i", "probability of first word $i$", indices="i = 1..n")
_("H", "entropy of both words", domain="printed")

# -- a row for every word ------------------------------------------------------------------------

lookup = Notation("a row for every word")
_ = lookup.declare
_("n", "number of words", domain="size", code="len(E)")
_("d", "entries of a word's vector", domain="size", code="E.shape[1]")
_(r"\mathbf{E}", "embeddings, one row a word", shape="n, d", code="E")
_(
    "E^{jc}",
    "entry $c$ of the vector of word $j$",
    indices="j = 1..n; c = 1..d",
    entry_of=r"\mathbf{E}",
)
_(r"\mathbf{h}_k", "1 at word $k$, 0 at all others", indices="k = 1..n", shape="n")
_(
    "h_k^j",
    "1 if $j$ is word $k$, otherwise 0",
    indices="k = 1..n; j = 1..n",
    entry_of=r"\mathbf{h}_k",
)
_(
    r"\mathbf{x}_k",
    "vector of word $k$",
    indices="k = 1..n",
    shape="d",
    code="embedding(ids, E)",
)
_(
    "x_k^c",
    "entry $c$ of the vector of word $k$",
    indices="k = 1..n; c = 1..d",
    entry_of=r"\mathbf{x}_k",
)
_("F", "any function of the vector", maps="R^d -> R")
_("C_k", "any cost that depends on the vector", indices="k = 1..n", domain="printed")

# -- angles and differences ----------------------------------------------------------------------

angle = Notation("angles")
_ = angle.declare
_("d", "entries of a vector", domain="size")
_(r"\mathbf{p}", "a vector", shape="d", code="x")
_("p^c", "entry $c$ of a vector", indices="c = 1..d", entry_of=r"\mathbf{p}")
_(r"\mathbf{q}", "another vector", shape="d", code="y")
_("q^c", "entry $c$ of another vector", indices="c = 1..d", entry_of=r"\mathbf{q}")
_("s", "cosine similarity", domain="printed", code="cosine_similarity(x, y)")

analogy = Notation("analogies")
_ = analogy.declare
_("d", "entries of a vector", domain="size")
_("m", "number of stems", domain="size")
_("f", "number of forms", domain="size")
_("r_a", "what stem $a$ means", indices="a = 1..m", shape="d")
_("g_i", "what form $i$ adds", indices="i = 1..f", shape="d")
_("v_{a,i}", "vector of stem $a$ in form $i$", indices="a = 1..m; i = 1..f", shape="d")
_("b", "another stem", domain="at most m")
_("k", "another form", domain="at most f")

# -- counts of neighbours ------------------------------------------------------------------------

neighbours = Notation("counts of neighbours")
_ = neighbours.declare
_("n", "number of words", domain="size", code="len(counts)")
_(r"\mathbf{N}", "how often words are neighbours", shape="n, n", domain="positive", code="counts")
_(
    "N^{ij}",
    "how often word $j$ stands near word $i$",
    indices="i = 1..n; j = 1..n",
    entry_of=r"\mathbf{N}",
)
_(r"\mathbf{M}", "pointwise mutual information", shape="n, n")
_(
    "M^{ij}",
    "pointwise mutual information of words $i$ and $j$",
    indices="i = 1..n; j = 1..n",
    entry_of=r"\mathbf{M}",
    code="pointwise_mutual_information(counts)",
)

# -- singular values -----------------------------------------------------------------------------


def _unit(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Draw a column of length 1."""
    drawn = rng.normal(size=shape)
    return drawn / np.linalg.norm(drawn)


def _orthonormal(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Draw columns of length 1 at right angles to each other."""
    return np.linalg.qr(rng.normal(size=shape))[0]


def _falling(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Draw positive numbers, the largest first."""
    return np.sort(rng.uniform(0.3, 2.5, size=shape))[::-1]


rank_one = Notation("the best line")
_ = rank_one.declare
_("n", "rows of a table", domain="size")
_("m", "columns of a table", domain="size")
_(r"\mathbf{M}", "any table", shape="n, m", code="M")
_("M^{ij}", "entry of row $i$ and column $j$", indices="i = 1..n; j = 1..m", entry_of=r"\mathbf{M}")
_(r"\mathbf{v}", "a direction: a column of length 1", shape="m", domain=_unit)
_("v^j", "entry $j$ of the direction", indices="j = 1..m", entry_of=r"\mathbf{v}")
_(r"\mathbf{x}", "any column", shape="m")
_(r"\mathbf{w}", "a column at a right angle to the direction", shape="m")
_("a^i", "what row $i$ is replaced by, as a multiple of the direction", indices="i = 1..n")
_("G", "what is lost", domain="printed")
_(r"\varphi", "an angle")

by_hand = Notation("the best line by hand")
by_hand.declare(r"\varphi", "an angle")

singular = Notation("singular values")
_ = singular.declare
_("r", "the smaller of both, rows and columns", domain="size")
_("n", "rows of a matrix", domain="integers r..9")
_("m", "columns of a matrix", domain="integers r..9")
_("d", "number of columns that are kept", domain="at most r")
_("U", "left singular vectors, one a column", shape="n, r", domain=_orthonormal)
_("U^{ik}", "entry $i$ of left singular vector $k$", indices="i = 1..n; k = 1..r", entry_of="U")
_("V", "right singular vectors, one a column", shape="m, r", domain=_orthonormal)
_("V^{jk}", "entry $j$ of right singular vector $k$", indices="j = 1..m; k = 1..r", entry_of="V")
_(r"\boldsymbol\sigma", "singular values, the largest first", shape="r", domain=_falling)
_(r"\sigma_k", "singular value $k$", indices="k = 1..r", entry_of=r"\boldsymbol\sigma")
_(r"\mathbf{u}_k", "left singular vector $k$", indices="k = 1..r", shape="n")
_(r"\mathbf{v}_k", "right singular vector $k$", indices="k = 1..r", shape="m")
_(r"\mathbf{M}", "a matrix", shape="n, m")
_("M^{ij}", "entry of row $i$ and column $j$", indices="i = 1..n; j = 1..m", entry_of=r"\mathbf{M}")

chance = Notation("neighbours by chance")
_ = chance.declare
_("n", "number of words", domain="size")
_("a^i", "how common word $i$ is", indices="i = 1..n", domain="positive")
_("b^j", "how common word $j$ is as a neighbour", indices="j = 1..n", domain="positive")

# -- skip-gram -----------------------------------------------------------------------------------

negative_sampling = Notation("negative sampling", extends=neural_networks.one_number)
_ = negative_sampling.declare
_("d", "entries of a vector", domain="size", code="v.shape[-1]")
_("K", "number of words drawn by chance", domain="size", code="negatives.shape[-2]")
_("z", "any number", code="z")
_(r"\mathbf{v}", "vector of a word", shape="d", code="v")
_("v^c", "entry $c$ of the vector of a word", indices="c = 1..d", entry_of=r"\mathbf{v}")
_(r"\mathbf{u}", "vector, as a neighbour, of a word that stood near it", shape="d", code="u")
_("u^c", "entry $c$ of the neighbour's vector", indices="c = 1..d", entry_of=r"\mathbf{u}")
_(
    r"\mathbf{B}",
    "vectors, as neighbours, of the words drawn by chance, one a row",
    shape="K, d",
    code="negatives",
)
_(
    "B^{kc}",
    "entry $c$ of the vector of drawn word $k$",
    indices="k = 1..K; c = 1..d",
    entry_of=r"\mathbf{B}",
)
_("C", "cost of a pair of neighbours", domain="printed", code="skip_gram_cost(v, u, negatives)")

best = Notation("the best dot product", extends=negative_sampling)
_ = best.declare
_("K", "number of words drawn by chance", domain="size")
_("p", "how often the two words are neighbours, as a share of all pairs", domain="positive")
_("q", "how often they would be by chance", domain="positive")
_("z", "dot product of their vectors")
_("G", "mean cost that these two words cause", domain="printed")

# -- positions -----------------------------------------------------------------------------------

waves = Notation("waves")
_ = waves.declare
_("T", "last position", domain="integers 6..9")
_("m", "number of pairs of entries", domain="size", code="width // 2")
_("B", "base, larger than 1", domain=_above_one, code="base")
_("d", "entries of a vector, twice the number of pairs", domain="printed", code="width")
_(r"\omega^i", "angle by which pair $i$ turns from one position to the next", indices="i = 0..m-1")
_("s_t^i", "sine of pair $i$ at position $t$", indices="t = 0..T; i = 0..m-1")
_("c_t^i", "cosine of pair $i$ at position $t$", indices="t = 0..T; i = 0..m-1")
_("r", "how many positions further", domain="at most T")

turns = Notation("turning pairs")
_ = turns.declare
_("t", "position of a query", domain="size", code="positions")
_("r", "position of a key", domain="size", code="positions")
_(r"\varphi", "an angle")
_(r"\mathbf{R}", "rotation by an angle", maps="printed")
_(r"\mathbf{x}", "a pair of entries of a query", shape="2", code="x")
_(r"\mathbf{k}", "the same pair of entries of a key", shape="2")
_(r"\mathbf{y}", "the pair, turned", shape="2", code="rotary(x, positions)")
_("F", "any function of the turned pair", maps="R^2 -> R")
_("C", "any cost that depends on the turned pair", domain="printed")
