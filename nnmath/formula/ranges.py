r"""What a letter runs over: every value for which all that it indexes exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nnmath.formula import duals, tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Point
from nnmath.formula.letters import bound_names, free_letters, letter_and_offset, tidy
from nnmath.formula.notation import Symbol
from nnmath.formula.render import latex_of
from nnmath.formula.worlds import support

__all__ = ["Use", "letter_range", "uses"]


@dataclass(frozen=True)
class Use:
    """One place where letter + offset stands as an index: of a declared symbol, or of an array's entry."""

    name: str
    offset: int
    symbol: Symbol
    position: int
    indices: tuple[tree.Node, ...]
    node: tree.Node
    axis: int | None = None

    def bounds(self) -> tuple[tree.Node, tree.Node]:
        """Return the declared bounds, in the letters of the formula."""
        if self.axis is not None:
            shape = self.symbol.shape
            return tree.Number(1.0), self._in_letters(shape[self.axis])
        index = self.symbol.indices[self.position]
        return self._in_letters(index.lower), self._in_letters(index.upper)

    def _in_letters(self, node: tree.Node) -> tree.Node:
        places = {r.name: n for r, n in zip(self.symbol.indices, self.indices, strict=False)}
        return tree.rewrite(
            node, lambda n: places.get(n.name) if isinstance(n, tree.Index) else None
        )

    def text(self) -> str:
        """Write the symbol and its range."""
        lower, upper = self.bounds()
        return f"{latex_of(lower)}..{latex_of(tidy(upper))}"


def uses(node: tree.Node, name: str | None = None) -> Iterator[Use]:
    """Yield where letters (or the letter `name`) stand as indices, unless something inside binds them anew."""
    if name is not None and name in bound_names(node) and not isinstance(node, tree.Big):
        return
    yield from (use for use in _own_uses(node) if name in (None, use.name))
    for child in tree.children(node):
        if not (isinstance(child, tree.Big) and name in bound_names(child)):
            yield from uses(child, name)


def _own_uses(node: tree.Node) -> Iterator[Use]:
    """Yield the letters among the indices of a node itself."""
    if isinstance(node, tree.Entry | tree.Apply) and isinstance(node.symbol, Symbol):
        for position, index in enumerate(node.indices):
            if (found := letter_and_offset(index)) is not None:
                yield Use(*found, node.symbol, position, node.indices, index)
    if isinstance(node, tree.Item) and isinstance(node.body, tree.Entry):
        symbol, shape = node.body.symbol, node.body.symbol.shape
        row = len(node.indices) == 1 and shape[:1] == (tree.Number(1.0),)
        for position, index in enumerate(node.indices[: len(shape)]):
            if (found := letter_and_offset(index)) is not None:
                axis = 1 if row else position
                yield Use(*found, symbol, position, node.body.indices, index, axis)


def letter_range(at: Point, name: str, node: tree.Node) -> tuple[int, int]:
    """Return the values of a letter for which every symbol that it indexes exists."""
    bounds = [found for use in uses(node, name) if (found := _numbers(at, use)) is not None]
    bounds = bounds or list(_compared(at, name, node)) or list(_of_entries(at, name, node))
    if not bounds:
        raise FormulaError("index", f"nothing says what {name} runs over", node.span)
    return max(lower for lower, _ in bounds), min(upper for _, upper in bounds)


def _of_entries(at: Point, name: str, node: tree.Node) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a letter that picks an entry of an expression, as in (AB)_{ij}."""
    letter = tree.Index(name)
    for part in tree.walk(node):
        if not isinstance(part, tree.Item) or letter not in part.indices:
            continue
        if any(other not in at.letters for other in free_letters(part.body)):
            continue
        shape = duals.shape_of(at.value(part.body))
        if len(part.indices) == 1 and 1 in shape:
            yield 1, max(shape)
        elif len(part.indices) == len(shape):
            yield 1, shape[part.indices.index(letter)]


def _compared(at: Point, name: str, node: tree.Node) -> Iterator[tuple[int, int]]:
    """Yield the ranges of symbols with declared values to which a letter is compared, as i is to y in [y = i]."""
    for part in tree.walk(node):
        if isinstance(part, tree.Comparison) and tree.Index(name) in part.sides:
            for side in part.sides:
                if isinstance(side, tree.Entry) and side.symbol.values:
                    values = support(at, *at.place(side))
                    yield round(min(values)), round(max(values))


def _numbers(at: Point, use: Use) -> tuple[int, int] | None:
    """Return the bounds of one use as numbers, or None while letters that they need have no value."""
    ends = use.bounds()
    if any(letter not in at.letters for end in ends for letter in free_letters(end)):
        return None
    try:
        lower, upper = map(at.whole, ends)
    except FormulaError as error:
        if error.category == "missing":  # a caller's array, which no other use can stand for
            raise
        return None
    return lower - use.offset, upper - use.offset
