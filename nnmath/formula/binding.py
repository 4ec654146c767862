r"""Running what binds a letter: sums, products, extremes, series, cases, limits, integrals, expectations."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator
from typing import cast

import numpy as np

from nnmath.formula import duals, tree
from nnmath.formula.arithmetic import added, multiplied
from nnmath.formula.duals import Value
from nnmath.formula.ellipsis import LETTER
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame
from nnmath.formula.primitives import support
from nnmath.formula.ranges import letter_range

__all__ = ["LIMIT_TOLERANCE", "add_over", "assignments"]

COMPARE = {"=": operator.eq, r"\neq": operator.ne, "<": operator.lt, ">": operator.gt}
COMPARE |= {r"\leq": operator.le, r"\geq": operator.ge}
LIMIT_TOLERANCE = 1e-5


def assignments(
    ev: Evaluator, node: tree.Big, env: Env, frame: Frame
) -> Iterator[tuple[Env, Frame]]:
    """Yield every way to give the bound letters and variables a value."""
    count = 0
    for inner_env, inner_frame in _assigned(ev, node, list(node.binders), env, frame):
        if node.condition is None or ev.holds((node.condition,), inner_env, inner_frame):
            count += 1
            if count > ev.limits.terms:
                raise FormulaError("limit", f"more than {ev.limits.terms} terms", node.span)
            yield inner_env, inner_frame


def _assigned(
    ev: Evaluator, node: tree.Big, binders: list[tree.Binder], env: Env, frame: Frame
) -> Iterator[tuple[Env, Frame]]:
    if not binders:
        yield env, frame
        return
    binder, rest = binders[0], binders[1:]
    if isinstance(binder.target, tree.Entry):
        symbol = binder.target.symbol
        key = ev.key(symbol, binder.target.indices, env, frame)
        if not symbol.values:
            raise FormulaError(
                "index", f"{symbol.latex} isn't declared as a variable with values", binder.span
            )
        values: Iterable[float] = support(ev, symbol, key, frame)
        if binder.members is not None or binder.lower is not None:
            values = map(float, _values(ev, node, binder, "", env, frame))
        for value in values:
            yield from _assigned(ev, node, rest, env, Frame(frame, {(symbol, key): value}))
        return
    name = cast(tree.Index, binder.target).name  # the parser binds nothing else
    for value in _values(ev, node, binder, name, env, frame):
        yield from _assigned(ev, node, rest, {**env, name: value}, frame)


def _values(
    ev: Evaluator, node: tree.Big, binder: tree.Binder, name: str, env: Env, frame: Frame
) -> Iterator[int]:
    """Yield the values of a bound letter: from its set, its bounds, or the range that its use implies."""
    if binder.members is not None:
        members = ev.members(binder.members, env, frame)
        if members is None:
            raise FormulaError("shape", "a set is needed here", binder.members.span)
        yield from sorted(round(member) for member in members)
        return
    if binder.lower is None or binder.upper is None:
        lower, upper = letter_range(ev, name, node, env, frame)
    elif binder.upper == tree.Number(np.inf):
        lower, upper = ev.whole(binder.lower, env, frame), np.iinfo(np.int32).max
    else:
        lower, upper = ev.whole(binder.lower, env, frame), ev.whole(binder.upper, env, frame)
        if upper - lower >= ev.limits.terms:
            raise FormulaError("limit", f"more than {ev.limits.terms} terms", binder.span)
    yield from range(lower, upper + 1)


def add_over(ev: Evaluator, node: tree.Big, env: Env, frame: Frame) -> Value:
    """Add, multiply or choose over everything that is bound."""
    endless = any(b.upper == tree.Number(np.inf) for b in node.binders)
    if endless:
        return _endless(ev, node, env, frame)
    found = [
        (inner, ev.value(node.body, inner, at)) for inner, at in assignments(ev, node, env, frame)
    ]
    values = [value for _, value in found]
    if node.kind in ("sum", "prod"):
        return _folded(ev, node, values)
    if not values:
        raise FormulaError("value", "the extreme of nothing", node.span)
    if any(duals.shape_of(value) for value in values):
        raise FormulaError("shape", "an extreme is taken of numbers", node.body.span)
    choose = max if node.kind.endswith("max") else min
    if node.kind.startswith("arg"):
        name = _one_letter(node)
        return float(choose(found, key=lambda pair: duals.primal(pair[1]))[0][name])
    return choose(values, key=duals.primal)


def _one_letter(node: tree.Big) -> str:
    target = node.binders[0].target
    if len(node.binders) != 1 or not isinstance(target, tree.Index):
        raise FormulaError("syntax", "an arg max over one letter, please", node.span)
    return target.name


def _folded(ev: Evaluator, node: tree.Big, values: list[Value]) -> Value:
    """Add, or multiply, from left to right."""
    if not values:
        return 0.0 if node.kind == "sum" else 1.0
    total = values[0]
    for value in values[1:]:
        total = (
            added(ev, total, value, node.body)
            if node.kind == "sum"
            else multiplied(ev, total, value, "", node.body)
        )
    return total


def _endless(ev: Evaluator, node: tree.Big, env: Env, frame: Frame) -> Value:
    """Add terms until they no longer count; a series that doesn't settle is refused."""
    if node.kind != "sum" or len(node.binders) != 1:
        raise FormulaError("syntax", "only a sum over one letter may be endless", node.span)
    values = (ev.value(node.body, inner, at) for inner, at in assignments(ev, node, env, frame))
    return _settled(ev, values, node)


def _settled(ev: Evaluator, values: Iterator[Value], node: tree.Node) -> Value:
    total, small = next(values), 0
    for value in itertools.islice(values, 3000):
        total = added(ev, total, value, node)
        size, scale = np.max(np.abs(duals.primal(value))), np.max(np.abs(duals.primal(total)))
        small = small + 1 if size <= 1e-17 * max(1.0, scale) else 0
        if small == 4:
            return total
    raise FormulaError("value", "the endless sum doesn't settle within 3000 terms", node.span)


def _series(ev: Evaluator, node: tree.Series, env: Env, frame: Frame) -> Value:
    """Run terms given by example."""
    if node.kind not in ("sum", "prod"):
        raise FormulaError("shape", "a list with dots stands where a number is needed", node.span)
    first = ev.whole(node.start, env, frame)
    if node.stop is None:
        values = (ev.value(node.general, {**env, LETTER: k}, frame) for k in itertools.count(first))
        return _settled(ev, values, node)
    last = ev.whole(node.stop, env, frame)
    if last < first + 1:
        last = max(last, first - 1)
    if last - first >= ev.limits.terms:
        raise FormulaError("limit", f"more than {ev.limits.terms} terms", node.span)
    total: Value = 1.0 if node.kind == "prod" else 0.0
    for k in range(first, last + 1):
        value = ev.value(node.general, {**env, LETTER: k}, frame)
        if k == first:
            total = value
        elif node.kind == "prod":
            total = multiplied(ev, total, value, "", node)
        else:
            total = added(ev, total, value, node)
    return total


def _cases(ev: Evaluator, node: tree.Cases, env: Env, frame: Frame) -> Value:
    """Take the case that applies; where several do, they must agree."""
    found: Value = None
    for k, (body, condition) in enumerate(zip(node.values, node.conditions, strict=True)):
        applies = found is None if condition is None else ev.holds((condition,), env, frame)
        if not applies:
            continue
        value = ev.value(body, env, frame)
        ev.met.add((id(node), k))
        if found is None:
            found = value
        elif not np.allclose(duals.primal(found), duals.primal(value), rtol=1e-9, atol=1e-12):
            raise FormulaError("cases", "this case overlaps another with another value", body.span)
    if found is None:
        raise FormulaError("value", "none of the cases applies", node.span)
    return found


def _comparison(ev: Evaluator, node: tree.Comparison, env: Env, frame: Frame) -> Value:
    left = duals.primal(ev.value(node.sides[0], env, frame))
    for relation, side in zip(node.relations, node.sides[1:], strict=True):
        if relation in (r"\in", r"\notin"):
            members = ev.members(side, env, frame)
            if members is None:
                raise FormulaError("shape", "a set is needed here", side.span)
            if (left in members) != (relation == r"\in"):
                return False
            continue
        right = duals.primal(ev.value(side, env, frame))
        if relation not in COMPARE or duals.shape_of(left) or duals.shape_of(right):
            raise FormulaError("shape", "a condition compares numbers", side.span)
        if not COMPARE[relation](left, right):
            return False
        left = right
    return True


def _limit(ev: Evaluator, node: tree.Limit, env: Env, frame: Frame) -> Value:
    """Extrapolate from ever nearer points (Neville), which is exact to about 1e-8 for smooth bodies."""
    infinite = isinstance(node.target, tree.Number) and np.isinf(node.target.value)
    target = 0.0 if infinite else ev.scalar(node.target, env, frame)
    steps = [0.4 * 0.62**k for k in range(10)]
    table = []
    for step in steps:
        at = 1.0 / step if infinite else duals.add(target, step)
        table.append(ev.scalar(node.body, {**env, node.variable: at}, frame))
    best, change = table[0], np.inf
    for level in range(1, len(steps)):
        table = [
            duals.add(
                table[k + 1],
                duals.multiply(
                    duals.add(table[k + 1], duals.negative(table[k])),
                    1.0 / (steps[k] / steps[k + level] - 1.0),
                ),
            )
            for k in range(len(table) - 1)
        ]
        moved = abs(duals.primal(table[-1]) - duals.primal(best))
        if moved < change:
            best, change = table[-1], moved
        elif level == 1:
            best = table[-1]
    if change > LIMIT_TOLERANCE * max(1.0, abs(duals.primal(best))):
        raise FormulaError("value", "the limit doesn't settle", node.span)
    return best


Evaluator.handlers.update(
    {
        tree.Landau: lambda ev, node, env, frame: 0.0,
        tree.Big: add_over,
        tree.Series: _series,
        tree.Cases: _cases,
        tree.Comparison: _comparison,
        tree.Limit: _limit,
    }
)
