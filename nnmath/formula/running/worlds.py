r"""Random worlds: a value for every primitive symbol, a function for every unspecified one.

A world draws a value when it is first asked for and keeps it. What it draws depends on its seed and on the
symbol and indices alone, not on the order of asking. Sizes are the exception: they are drawn so that all sizes of
a world differ, because a formula with two sizes exchanged holds whenever they happen to be equal.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.reading.notation import Symbol
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value
from nnmath.formula.values.functions import BUILTIN

if TYPE_CHECKING:
    from nnmath.formula.running.evaluation import Evaluator, Key, Point

Shape = tuple[int, ...]


class World:
    """One draw of everything that isn't defined in print.

    Parameters
    ----------
    seed : int
        Which world it is.
    equal_sizes : bool
        Draw all sizes equal. Only for showing what is missed then.
    wild : bool
        Draw numbers of all magnitudes, as inequalities need: of tame ones, x is less than 5.
    plain : bool
        Let all numbers be the same, and sizes as large as they may be: there many inequalities are equalities.
    """

    def __init__(
        self, seed: int, equal_sizes: bool = False, wild: bool = False, plain: bool = False
    ) -> None:
        self.seed = seed
        self.equal_sizes = equal_sizes
        self.wild = wild
        self.plain = plain
        self.sizes: dict[tuple[Symbol, Shape], int] = {}
        self.given: dict[Symbol, Any] = {}
        self._values: dict[tuple[Symbol, Shape], Any] = {}
        self._size_rng = np.random.default_rng([seed, 1])

    def generator(self, symbol: Symbol, key: Sequence[int] = ()) -> np.random.Generator:
        """Return the generator of a symbol's values at these indices."""
        words = [
            self.seed,
            zlib.crc32(symbol.latex.encode()),
            symbol.order,
            *(int(k) + 1000 for k in key),
        ]
        return np.random.default_rng(words)

    def size(self, symbol: Symbol, key: Shape, at_most: int | None = None) -> int:
        """Return a size, different from every other size of this world."""
        if (symbol, key) not in self.sizes:
            self.sizes[symbol, key] = self._new_size(at_most)
        return self.sizes[symbol, key]

    def _new_size(self, at_most: int | None) -> int:
        if self.equal_sizes:
            return 3
        taken = set(self.sizes.values())
        if at_most is not None:
            drawn = int(self._size_rng.integers(min(2, at_most - 1), max(2, at_most)))
            return at_most if self.plain else drawn
        spread = 5 if self.wild else 3
        free = [n for n in range(2, len(taken) + spread + 3) if n not in taken]
        return free[4] if self.plain else int(self._size_rng.choice(free[:spread]))

    def remember(
        self, symbol: Symbol, key: Shape, draw: Callable[[np.random.Generator], Any]
    ) -> Any:
        """Return what `draw` gave the first time it was asked for this symbol and key."""
        place = symbol, key
        if place not in self._values:
            self._values[place] = draw(self.generator(symbol, key))
        return self._values[place]

    def signed(self, symbol: Symbol, number: float) -> float:
        """Give a number a sign that differs among the first three worlds, or x could pass for its absolute value."""
        world = self.seed % 1000
        word = zlib.crc32(symbol.latex.encode()) + self.seed // 1000
        turned = word // 3 + (word % 3 == world)
        return abs(number) * (-1.0) ** turned if world < 3 else number

    def shares(self, rng: np.random.Generator, shape: Sequence[int]) -> np.ndarray:
        """Draw numbers for a distribution or a table, to be divided by their sum."""
        if self.plain:
            return np.ones(shape)
        return 10.0 ** rng.uniform(-6.0, 0.0, shape) if self.wild else rng.uniform(0.2, 1.5, shape)


def sample(world: World, symbol: Symbol, rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """Draw an array with two axes from a symbol's domain."""
    if symbol.sampler is not None:
        drawn = np.asarray(symbol.sampler(rng, shape), dtype=float)
        if drawn.shape != shape:
            raise FormulaError(
                "notation", f"the sampler of {symbol.latex} gave {drawn.shape}, not {shape}"
            )
        return drawn
    if symbol.domain in MATRICES:
        if shape[0] != shape[1]:
            raise FormulaError("notation", f"{symbol.latex} is {symbol.domain} and must be square")
        return MATRICES[symbol.domain](rng, shape[0])
    if symbol.domain not in ENTRIES:
        raise FormulaError("notation", f"{symbol.latex} ({symbol.domain}) has no value of its own")
    if symbol.domain == "distribution":  # along the last axis that isn't 1
        drawn = world.shares(rng, shape)
        return np.asarray(drawn / drawn.sum(axis=0 if shape[1] == 1 else 1, keepdims=True))
    draw = WILD.get(symbol.domain) if world.wild else None
    if draw and world.plain:
        return np.full(shape, 0.5 if symbol.domain == "unit interval" else 1.0)
    return (draw or ENTRIES[symbol.domain])(rng, shape)


def _one_hot(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    axis = 0 if shape[1] == 1 else 1
    drawn = rng.uniform(size=shape)
    return np.asarray(drawn == drawn.max(axis=axis, keepdims=True), dtype=float)


def _mask(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """Draw zeros and ones with a one in every row; a column counts as one row."""
    if shape[1] == 1:
        return _mask(rng, shape[::-1]).T
    drawn = (rng.uniform(size=shape) < 0.5).astype(float)
    drawn[np.arange(shape[0]), rng.integers(0, shape[1], shape[0])] = 1.0
    return drawn


def _positive_definite(rng: np.random.Generator, n: int) -> np.ndarray:
    root = rng.normal(size=(n, n))
    return root @ root.T / n + 0.5 * np.eye(n)


def _symmetric(rng: np.random.Generator, n: int) -> np.ndarray:
    drawn = rng.normal(size=(n, n))
    return drawn + drawn.T


def _contraction(rng: np.random.Generator, n: int) -> np.ndarray:
    drawn = rng.normal(size=(n, n))
    return 0.4 * drawn / np.linalg.norm(drawn, 2)


ENTRIES: dict[str, Callable[[np.random.Generator, Shape], np.ndarray]] = {
    "real": lambda rng, shape: rng.normal(size=shape),
    "positive": lambda rng, shape: rng.uniform(0.3, 2.5, shape),
    "unit interval": lambda rng, shape: rng.uniform(0.1, 0.9, shape),
    "small": lambda rng, shape: rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape),
    "sign": lambda rng, shape: rng.choice([-1.0, 1.0], shape),
    "bit": lambda rng, shape: rng.integers(0, 2, shape).astype(float),
    "mask": _mask,
    "distributed": lambda rng, shape: rng.uniform(0.2, 0.8, shape),
    "distribution": lambda rng, shape: np.ones(shape),  # see `sample`
    "one-hot": _one_hot,
    "ones": lambda rng, shape: np.ones(shape),
    "zeros": lambda rng, shape: np.zeros(shape),
}
WILD: dict[str, Callable[[np.random.Generator, Shape], np.ndarray]] = {
    "real": lambda rng, shape: rng.normal(size=shape) * 10.0 ** rng.uniform(-2.0, 2.0, shape),
    "positive": lambda rng, shape: 10.0 ** rng.uniform(-3.0, 3.0, shape),
    "unit interval": lambda rng, shape: 1.0 / (1.0 + 10.0 ** rng.uniform(-6.0, 6.0, shape)),
}
MATRICES: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "symmetric": _symmetric,
    "positive definite": _positive_definite,
    "diagonal": lambda rng, n: np.diag(rng.uniform(0.5, 2.0, n)),
    "orthogonal": lambda rng, n: np.linalg.qr(rng.normal(size=(n, n)))[0],
    "contraction": _contraction,
    "identity": lambda rng, n: np.eye(n),
}


def as_value(given: Any) -> Value:
    """Take a caller's number or array for a value: a vector is a column."""
    value = np.asarray(given, dtype=float)
    return float(value) if value.ndim == 0 else value.reshape(-1, 1) if value.ndim == 1 else value


#: What the smooth functions of a domain are made of, besides a slope; waves, if nothing is said.
BENDS: dict[str, Callable[[Value], Value]] = {
    "convex": lambda x: BUILTIN["softplus"].compute(x - 3.0) + x * x / 8.0,
    "concave": lambda x: -BUILTIN["softplus"].compute(x - 3.0) - x * x / 8.0,
}


def smooth_function(
    rng: np.random.Generator, inputs: int, shape: Shape, domain: str = ""
) -> Callable[..., Value]:
    """Draw a smooth function of several numbers: bends and a slope, without symmetry.

    No identity of a special function holds for it, which is the point.
    """
    bend = BENDS.get(domain, duals.sin)
    outputs = int(np.prod(shape, dtype=int))
    frequency = rng.uniform(0.4, 1.3, (3, outputs, inputs)) * rng.choice(
        [-1.0, 1.0], (3, outputs, inputs)
    )
    phase = rng.uniform(0.0, 6.0, (3, outputs, 1))
    height = rng.uniform(0.4, 1.2, (3, outputs, 1))
    slope = rng.normal(size=(outputs, inputs))
    level = rng.normal(size=(outputs, 1))

    def function(column: Value) -> Value:
        """Map a column of all arguments to a column of all results."""
        result = slope @ column + level
        for w, p, h in zip(frequency, phase, height, strict=True):
            result = result + h * bend(w @ column + p)
        return result

    return function


def smooth_curve(rng: np.random.Generator, domain: str = "") -> Callable[[Value], Value]:
    """Draw a smooth function of one number, which may be applied to arrays entry by entry."""
    bend = BENDS.get(domain, duals.sin)
    frequency = rng.uniform(0.4, 1.3, 3).tolist()
    phase = rng.uniform(0.0, 6.0, 3).tolist()
    height = rng.uniform(0.4, 1.2, 3).tolist()
    slope = float(rng.normal())

    def function(x: Value) -> Value:
        result = slope * x
        for w, p, h in zip(frequency, phase, height, strict=True):
            result = result + h * bend(w * x + p)
        return result

    return function


# What a symbol is that nothing printed defines


def primitive(ev: Evaluator, symbol: Symbol, key: Key, span: Span) -> Value:
    """Return what the world has for a symbol that nothing defines."""
    at, world = ev.start, ev.world
    if symbol in world.given:
        return _given(at, symbol, key, span)
    if symbol.is_size:
        return _size(at, symbol, key)
    if symbol.domain == "printed":
        raise FormulaError("definition", f"{symbol.latex} is used before it is defined", span)
    if symbol.domain in ("distribution", "one-hot") and symbol.indices and not symbol.shape:
        return _shared(at, symbol, key)
    return world.remember(symbol, key, lambda rng: _chosen(at, symbol, key, rng))


def _size(at: Point, symbol: Symbol, key: Key) -> float:
    """Return a size; one that is bounded knows its bound."""
    most = None
    if symbol.domain == "at most":
        most = at.within(symbol, key).whole(at.ev.parse(symbol.detail))
    return float(at.ev.world.size(symbol, key, most))


def _shared(at: Point, symbol: Symbol, key: Key) -> float:
    """Return an entry of a distribution whose entries are indexed: they are drawn together."""
    before, last = key[:-1], key[-1]
    lower, upper = at.range(symbol, len(before), before)
    shape = 1, upper - lower + 1
    drawn = at.ev.world.remember(
        symbol, before, lambda rng: sample(at.ev.world, symbol, rng, shape)
    )
    return float(drawn[0, last - lower])


def support(at: Point, symbol: Symbol, key: Key = ()) -> list[float]:
    """Return the values that a variable can take, or the members a set is drawn from."""
    own, parse = at.within(symbol, key), at.ev.parse
    if symbol.detail.startswith("{"):
        return [own.scalar(parse(part)) for part in symbol.detail[1:-1].split(",")]
    first, last = (own.whole(parse(part)) for part in symbol.detail.split(".."))
    return [float(k) for k in range(first, last + 1)]


def _given(at: Point, symbol: Symbol, key: Key, span: Span) -> Value:
    """Return the entry of an array, or of nested lists, that a caller handed in."""
    array: Any = at.ev.world.given[symbol]
    if isinstance(array, frozenset):
        return array
    for position, place in enumerate(key):
        try:
            array = array[place - at.range(symbol, position, key[:position])[0]]
        except (IndexError, TypeError):
            message = f"the given {symbol.latex} has no entry {list(key)}"
            raise FormulaError("value", message, span) from None
    axes = np.ndim(array)
    if axes != len(symbol.shape):
        message = f"the given {symbol.latex} has {axes} axes here, not {len(symbol.shape)}"
        raise FormulaError("shape", message, span)
    return as_value(array)


class Sample(frozenset[float]):
    """Observations by number, and in `rows` the values of the observed symbols in each."""

    rows: tuple[dict[Symbol, Value], ...] = ()

    @classmethod
    def of(cls, rows: Iterable[dict[Symbol, Value]]) -> Sample:
        """Number observations."""
        rows = tuple(rows)
        made = cls(map(float, range(len(rows))))
        made.rows = rows
        return made


def observed(symbol: Symbol, parse: Callable[[str], tree.Node]) -> list[Symbol]:
    """Return the symbols that a sample is of."""
    entries = map(parse, symbol.detail.split(","))
    return [entry.symbol for entry in entries if isinstance(entry, tree.Entry)]


def _chosen(at: Point, symbol: Symbol, key: Key, rng: np.random.Generator) -> Value:
    """Draw a value of a variable, a set of numbers, a sample, or what else a domain has."""
    if symbol.is_sample:
        of = observed(symbol, at.ev.parse)
        count = at.ev.world.size(symbol, key)
        return Sample.of({one: _chosen(at, one, (), rng) for one in of} for _ in range(count))
    if symbol.domain == "set of":
        return _subset(rng, support(at, symbol, key), at.ev.world.plain)
    if symbol.values:
        return float(rng.choice(support(at, symbol, key)))
    shape = at.shape(symbol, key)
    drawn = sample(at.ev.world, symbol, rng, shape or (1, 1))
    if shape:
        return drawn
    number, alone = float(drawn[0, 0]), not key and symbol.domain in ("real", "small", "sign")
    return at.ev.world.signed(symbol, number) if alone else number


def _subset(rng: np.random.Generator, members: list[float], whole: bool) -> frozenset[float]:
    """Draw a set that is everything, or neither empty nor, where that can be, everything."""
    least = len(members) if whole else max(1, len(members) - 2)
    count = int(rng.integers(least, max(2, len(members) + whole)))
    return frozenset(rng.choice(members, size=count, replace=False).tolist())
