r"""Where a claim is tested: the values of its free letters and variables; and whether its ranges fit together.

A free letter runs over every value for which all symbols that it indexes exist. So a part of a declared range is
right; but two symbols whose ranges have different ends (:math:`n_l` and :math:`n_{l-1}`) can't share a letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame
from nnmath.formula.letters import free_letters
from nnmath.formula.notation import Symbol
from nnmath.formula.primitives import support
from nnmath.formula.ranges import Use, letter_range, uses
from nnmath.formula.render import latex_of
from nnmath.formula.tidy import linear

__all__ = ["check_letters", "range_hint", "test_points"]


# Test points


def test_points(
    ev: Evaluator,
    equation: tree.Node,
    conditions: Sequence[tree.Node],
    most: int,
    skip: frozenset[Symbol],
) -> list[tuple[Env, Frame]]:
    """Return where to test: values of the free letters and of the free variables in `equation`.

    `skip` holds the symbols that aren't to be varied, since they are defined.
    """
    ranges = {
        b.target.name: b
        for b in conditions
        if isinstance(b, tree.Binder) and isinstance(b.target, tree.Index)
    }
    letters = free_letters(equation)
    found: list[tuple[Env, Frame]] = []
    for env in _letter_values(ev, equation, letters, ranges, {}):
        if ev.holds(conditions, env, ev.base):
            found += [(env, frame) for frame in _variable_values(ev, equation, env, skip)]
            if len(found) > 20 * ev.limits.terms:
                raise FormulaError("limit", "too many points to test", equation.span)
    return _thinned(found, most)


def _letter_values(
    ev: Evaluator, equation: tree.Node, letters: list[str], ranges: dict[str, tree.Binder], env: Env
) -> Iterator[Env]:
    open_letters = [name for name in letters if name not in env]
    if not open_letters:
        yield env
        return
    name = _ready(equation, open_letters, env)
    if name in ranges:
        binder = ranges[name]
        # A condition has both bounds.
        ends = cast(tree.Node, binder.lower), cast(tree.Node, binder.upper)
        lower, upper = (ev.whole(end, env, ev.base) for end in ends)
    else:
        lower, upper = letter_range(ev, name, equation, env, ev.base)
    if upper - lower >= ev.limits.terms:
        raise FormulaError(
            "limit", f"{name} runs over more than {ev.limits.terms} values", equation.span
        )
    for value in range(lower, upper + 1):
        yield from _letter_values(ev, equation, letters, ranges, {**env, name: value})


def _ready(equation: tree.Node, open_letters: list[str], env: Env) -> str:
    """Choose a letter whose ranges don't wait for another open letter."""
    for name in open_letters:
        waits = {
            letter
            for use in uses(equation, name)
            for node in use.indices[: use.position]
            for letter in free_letters(node)
        }
        if not waits & (set(open_letters) - {name}):
            return name
    return open_letters[0]


def _variable_values(
    ev: Evaluator, equation: tree.Node, env: Env, skip: frozenset[Symbol]
) -> Iterator[Frame]:
    """Let each free variable with finitely many values take all of them."""
    places = []
    for entry in _free_variables(equation, frozenset()):
        if entry.symbol not in skip and not any(
            n not in env for i in entry.indices for n in free_letters(i)
        ):
            place = entry.symbol, ev.key(entry.symbol, entry.indices, env, ev.base)
            if place not in places:
                places.append(place)
    frames = [Frame(ev.base, {})]
    for symbol, key in places[:4]:
        values = support(ev, symbol, key)
        frames = [Frame(ev.base, {**f.values, (symbol, key): v}) for f in frames for v in values][
            : ev.limits.terms
        ]
    yield from frames if places else [ev.base]


def _free_variables(node: tree.Node, bound: frozenset[tree.Node]) -> Iterator[tree.Entry]:
    if isinstance(node, tree.Entry) and node.symbol.domain == "values" and node not in bound:
        yield node
    if isinstance(node, tree.Big):
        bound |= {b.target for b in node.binders}
    if isinstance(node, tree.Integral):
        bound |= {node.variable}
    if isinstance(node, tree.Moment):
        yield from _free_in_moment(node, bound)
        return
    for child in tree.children(node):
        yield from _free_variables(child, bound)


def _free_in_moment(node: tree.Moment, bound: frozenset[tree.Node]) -> Iterator[tree.Entry]:
    """Yield the variables over which a mean isn't taken."""
    if node.over:
        bound |= set(node.over)
        for part in (*node.bodies, *node.given, *node.law_given):
            yield from _free_variables(part, bound)
    elif node.kind in ("expectation", "variance", "covariance", "deviation"):
        for part in node.given:
            yield from _free_variables(part, bound)


def _thinned(found: list[tuple[Env, Frame]], most: int) -> list[tuple[Env, Frame]]:
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


def _first_place(node: tree.Node, name: str) -> tuple[int, int]:
    places = [n.span for n in tree.walk(node) if isinstance(n, tree.Index) and n.name == name]
    return min(places)


def _check_shared_ranges(equation: tree.Equation, conditions: Sequence[tree.Node]) -> None:
    given = {
        b.target.name
        for b in conditions
        if isinstance(b, tree.Binder) and isinstance(b.target, tree.Index)
    }
    for name in free_letters(equation):
        if name in given:
            continue
        found = list(uses(equation, name))
        for use in found[1:]:
            mine, theirs = (_with_conditions(u.bounds()[1], conditions) for u in (found[0], use))
            if not _same_end(mine, theirs) and not _part_of(mine, theirs):
                here = f"where {latex_of_use(use)} has {use.text()}"
                message = f"index {name} runs over {found[0].text()} but stands {here}"
                raise FormulaError("index", message, use.node.span)


def _part_of(one: tree.Node, other: tree.Node) -> bool:
    """Tell whether one size is declared to be at most the other."""
    pairs = ((one, other), (other, one))
    return any(
        isinstance(a, tree.Entry)
        and a.symbol.domain == "at most"
        and a.symbol.detail == latex_of(b)
        for a, b in pairs
    )


def latex_of_use(use: Use) -> str:
    """Write the symbol of a use."""
    return latex_of(tree.Entry(use.symbol, use.indices))


def _with_conditions(node: tree.Node, conditions: Sequence[tree.Node]) -> tree.Node:
    """Put L for l where the condition says l = L."""
    equal: dict[str, tree.Node] = {}
    for condition in conditions:
        if isinstance(condition, tree.Comparison) and condition.relations == ("=",):
            left, right = condition.sides
            if isinstance(left, tree.Index):
                equal[left.name] = right
    return tree.rewrite(node, lambda n: equal.get(n.name) if isinstance(n, tree.Index) else None)


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
        declared = _with_conditions(use.bounds()[1], conditions)
        if not _same_end(declared, _with_conditions(upper, conditions)):
            text = f"{latex_of(lower)}..{latex_of(upper)}"
            message = f"index {name} runs over {text} but stands where {latex_of_use(use)} has {use.text()}"
            return message, use.node.span
    return None
