r"""Where a claim is tested: the values of its free letters and variables; and whether its ranges fit together.

A free letter runs over every value for which all symbols that it indexes exist. So a part of a declared range is
right; but two symbols whose ranges have different ends (:math:`n_l` and :math:`n_{l-1}`) can't share a letter.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import cast

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.letters import (
    bound_names,
    free_letters,
    latex_of,
    letter_and_offset,
    linear,
    tidy,
)
from nnmath.formula.reading.notation import Symbol
from nnmath.formula.running.evaluation import FAR, Place, Point
from nnmath.formula.running.worlds import support
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value

MEANS = ("expectation", "variance", "covariance", "deviation")


# Test points


def test_points(
    start: Point,
    equation: tree.Node,
    conditions: Sequence[tree.Node],
    most: int,
    skip: frozenset[Symbol],
) -> list[Point]:
    """Return where to test: values of the free letters and of the free variables in `equation`.

    `skip` holds the symbols that aren't to be varied, since they are defined.
    """
    found: list[Point] = []
    free = list(_free_variables(equation, frozenset()))
    for at in _letter_values(start, equation, free_letters(equation), _given_ranges(conditions)):
        if at.holds(conditions):
            found += _variable_values(at, free, skip)
            if len(found) > 20 * at.ev.limits.terms:
                raise FormulaError("limit", "too many points to test", equation.span)
    return _thinned(found, most)


def _given_ranges(conditions: Sequence[tree.Node]) -> dict[str, tree.Binder]:
    """Return the ranges that a condition gives to letters."""
    ranges = (c for c in conditions if isinstance(c, tree.Binder))
    return {r.target.name: r for r in ranges if isinstance(r.target, tree.Index)}


def _letter_values(
    at: Point, equation: tree.Node, letters: list[str], ranges: dict[str, tree.Binder]
) -> Iterator[Point]:
    waiting = [name for name in letters if name not in at.letters]
    if not waiting:
        yield at
        return
    name = _ready(equation, waiting)
    if name in ranges:
        ends = cast(tree.Node, ranges[name].lower), cast(tree.Node, ranges[name].upper)
        lower, upper = map(at.whole, ends)  # a condition has both bounds
    else:
        lower, upper = letter_range(at, name, equation)
        upper = lower + 7 if upper > FAR // 2 else upper
    if upper - lower >= at.ev.limits.terms:
        message = f"{name} runs over more than {at.ev.limits.terms} values"
        raise FormulaError("limit", message, equation.span)
    for value in range(lower, upper + 1):
        yield from _letter_values(at.with_letter(name, value), equation, letters, ranges)


def _ready(equation: tree.Node, waiting: list[str]) -> str:
    """Choose a letter whose ranges don't wait for another open letter."""
    for name in waiting:
        before = (n for use in uses(equation, name) for n in use.indices[: use.position])
        needed = {letter for node in before for letter in free_letters(node)}
        if not needed & (set(waiting) - {name}):
            return name
    return waiting[0]


def _variable_values(at: Point, free: Sequence[tree.Entry], skip: frozenset[Symbol]) -> list[Point]:
    """Let each free variable with finitely many values take all of them."""
    places: list[Place] = []
    for entry in free:
        letters = (n.name for n in tree.walk(entry) if isinstance(n, tree.Index))
        known = all(name in at.letters for name in letters)  # not so among dots
        if known and entry.symbol not in skip and (place := at.place(entry)) not in places:
            places.append(place)
    if not places:
        return [at]
    choices: list[dict[Place, Value]] = [{}]
    for place in places[:4]:
        values = support(at, *place)
        choices = [{**one, place: v} for one in choices for v in values][: at.ev.limits.terms]
    return [at.with_values(choice) for choice in choices]


def _free_variables(node: tree.Node, bound: frozenset[tree.Node]) -> Iterator[tree.Entry]:
    match node:
        case tree.Entry(symbol, _) if symbol.domain == "values" and node not in bound:
            yield node
        case tree.Big(_, binders, _, _):
            bound |= {part for b in binders for part in tree.walk(b.target)}
        case tree.Integral(variable, _, _, _):
            bound |= {variable}
        case tree.Moment(_, _, given, over) if over:
            bound |= set(over)
        case tree.Moment(_, _, given, _, law) if law is None or not law.operator:
            # over all that is random but what is given
            shown = given if node.kind in MEANS else ()
            for part in shown:
                yield from _free_variables(part, bound)
            return
    for child in tree.children(node):
        yield from _free_variables(child, bound)


def _thinned(found: list[Point], most: int) -> list[Point]:
    """Keep at most so many points, spread evenly, the first and the last among them."""
    if len(found) <= most:
        return found
    step = (len(found) - 1) / max(1, most - 1)
    return [found[round(k * step)] for k in range(most)]


# Do the ranges fit?


def _same_end(one: tree.Node, other: tree.Node) -> bool:
    return linear(one)[0] == linear(other)[0]


def check_letters(equation: tree.Equation, conditions: Sequence[tree.Node]) -> None:
    """Refuse a letter that only the right side has, and one that stands for two different ranges."""
    first = equation.sides[0]
    known = set(free_letters(first)) | {n for c in conditions for n in free_letters(c)}
    plain = not any(isinstance(n, tree.Entry | tree.Apply) for n in tree.walk(first))
    for side in equation.sides[1:]:
        for name in free_letters(side):
            if name not in known and not plain:
                raise FormulaError(
                    "index",
                    f"index {name} is neither summed over nor on the left side",
                    _first_place(side, name),
                )
    _check_shared_ranges(equation, conditions)
    _check_shared_sets(equation)


def _first_place(node: tree.Node, name: str) -> tuple[int, int]:
    places = [n.span for n in tree.walk(node) if isinstance(n, tree.Index) and n.name == name]
    return min(places)


def _check_shared_sets(equation: tree.Equation) -> None:
    r"""Ask whether t is in the set of ``t, i \in C``, too, where it runs over another range than i."""
    for node in tree.walk(equation):
        for one, other in pairwise(node.binders if isinstance(node, tree.Big) else ()):
            letters = [b.target.name for b in (one, other) if isinstance(b.target, tree.Index)]
            ends = [use.bounds[1] for name in letters for use in [*uses(node, name)][:1]]
            once = one.members and other.members and one.members.span == other.members.span
            if once and len(ends) == 2 and not _same_end(*ends):
                message = f"is {letters[0]} in this set, too?"
                raise FormulaError("shadowed", message, one.span)


def _check_shared_ranges(equation: tree.Equation, conditions: Sequence[tree.Node]) -> None:
    given = _given_ranges(conditions)
    for name in free_letters(equation):
        if name in given:
            continue
        found = list(uses(equation, name))
        for use in found[1:]:
            mine, theirs = (_with_conditions(u.bounds[1], conditions) for u in (found[0], use))
            if not _part_of(mine, theirs) and not _part_of(theirs, mine):
                message = f"index {name} runs over {found[0].text()} but {use.where()}"
                raise FormulaError("index", message, use.node.span)


def _part_of(one: tree.Node, other: tree.Node) -> bool:
    """Tell whether one size is never larger than the other, as T is than 2T and T + M."""
    symbol = one.symbol if isinstance(one, tree.Entry) else None
    if symbol and symbol.domain == "at most" and symbol.detail == latex_of(other):
        return True
    more = Counter(dict(linear(other)[0]))
    more.subtract(dict(linear(one)[0]))
    return all(
        factor >= 0 or any(part < whole and number >= -factor for whole, number in more.items())
        for part, factor in more.items()
    )


def _with_conditions(node: tree.Node, conditions: Sequence[tree.Node]) -> tree.Node:
    """Put L for l where the condition says l = L."""
    equal: dict[tree.Node, tree.Node] = {}
    for condition in conditions:
        if isinstance(condition, tree.Comparison) and condition.relations == ("=",):
            left, right = condition.sides
            if isinstance(left, tree.Index):
                equal[left] = right
    return tree.rewrite(node, equal.get)


def range_hint(
    equation: tree.Node, conditions: Sequence[tree.Node]
) -> tuple[str, tuple[int, int]] | None:
    """Return what to say about a sum whose bounds differ from the declared range, if a formula is false."""
    for node in tree.walk(equation):
        if not isinstance(node, tree.Big):
            continue
        for binder in node.binders:
            if isinstance(binder.target, tree.Index) and None not in (binder.lower, binder.upper):
                hint = _binder_hint(node, binder, binder.target.name, conditions)
                if hint is not None:
                    return hint
    return None


def _binder_hint(
    node: tree.Big, binder: tree.Binder, name: str, conditions: Sequence[tree.Node]
) -> tuple[str, tuple[int, int]] | None:
    lower, upper = cast(tree.Node, binder.lower), cast(tree.Node, binder.upper)
    for use in uses(node.body, name):
        declared = _with_conditions(use.bounds[1], conditions)
        if not _same_end(declared, _with_conditions(upper, conditions)):
            text = f"{latex_of(lower)}..{latex_of(upper)}"
            message = f"index {name} runs over {text} but {use.where()}"
            return message, use.node.span
    return None


# What a letter runs over


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

    @cached_property
    def bounds(self) -> tuple[tree.Node, tree.Node]:
        """Return the declared bounds, in the letters of the formula."""
        if self.axis is not None:
            shape = self.symbol.shape
            return tree.Number(1.0), self._in_letters(shape[self.axis])
        index = self.symbol.indices[self.position]
        return self._in_letters(index.lower), self._in_letters(index.upper)

    def _in_letters(self, node: tree.Node) -> tree.Node:
        pairs = zip(self.symbol.indices, self.indices, strict=False)
        places: dict[tree.Node, tree.Node] = {tree.Index(r.name): n for r, n in pairs}
        return tree.rewrite(node, places.get)

    @cached_property
    def needs(self) -> list[str]:
        """The letters on which the bounds depend."""
        return [letter for end in self.bounds for letter in free_letters(end)]

    def text(self) -> str:
        """Write the range."""
        lower, upper = self.bounds
        return f"{latex_of(lower)}..{latex_of(tidy(upper))}"

    def where(self) -> str:
        """Write the symbol and its range."""
        return f"stands where {latex_of(tree.Entry(self.symbol, self.indices))} has {self.text()}"


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
    found = at.ev.uses
    if (
        id(node),
        name,
    ) not in found:  # asked for at every point; the node is kept, so that no other gets its id
        found[id(node), name] = node, list(uses(node, name))
    every = (_numbers(at, use) for use in found[id(node), name][1])
    bounds = [one for one in every if one is not None]
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
    if any(letter not in at.letters for letter in use.needs):
        return None
    try:
        lower, upper = map(at.whole, use.bounds)
    except FormulaError as error:
        if error.category == "missing":  # a caller's array, which no other use can stand for
            raise
        return None
    return lower - use.offset, upper - use.offset
