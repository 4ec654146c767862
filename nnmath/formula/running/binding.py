r"""Running what binds a letter: sums, products, extremes, series, cases, conditions, limits and integrals."""

import itertools
import math
import operator
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import reduce
from typing import cast

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.letters import LETTER
from nnmath.formula.running.arithmetic import added, multiplied
from nnmath.formula.running.blocks import expanded
from nnmath.formula.running.evaluation import Evaluator, Point, runs
from nnmath.formula.running.points import letter_range
from nnmath.formula.running.probability import outside_laws
from nnmath.formula.running.worlds import Sample, support
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value

COMPARE = {"=": operator.eq, r"\neq": operator.ne, "<": operator.lt, ">": operator.gt}
COMPARE |= {r"\leq": operator.le, r"\geq": operator.ge}
LIMIT_TOLERANCE = 1e-5
ENDLESS = tree.Number(np.inf)


def too_many(ev: Evaluator, node: tree.Node) -> FormulaError:
    """Make the refusal of a sum that is too long."""
    return FormulaError("limit", f"more than {ev.limits.terms} terms", node.span)


def _assignments(at: Point, node: tree.Big) -> Iterator[Point]:
    """Yield every way to give the bound letters and variables a value."""
    count = 0
    for inner in _assigned(at, node, node.binders):
        if node.condition is None or inner.holds((node.condition,)):
            count += 1
            if count > at.ev.limits.terms:
                raise too_many(at.ev, node)
            yield inner


def _assigned(at: Point, node: tree.Big, binders: tuple[tree.Binder, ...]) -> Iterator[Point]:
    if not binders:
        yield at
        return
    first, rest = binders[0], binders[1:]
    if isinstance(first.target, tree.Series):
        run = tuple(tree.Binder(one, span=first.span) for one in expanded(at, (first.target,)))
        yield from _assigned(at, node, run + rest)
        return
    for inner in _bound(at, node, first):
        yield from _assigned(inner, node, rest)


def _bound(at: Point, node: tree.Big, binder: tree.Binder) -> Iterator[Point]:
    """Yield the points for each value of one letter or variable."""
    target = binder.target
    observed = at.set_of(binder.members) if binder.members is not None else None
    if isinstance(observed, Sample):
        yield from _observations(at, observed, target)
        return
    if not isinstance(target, tree.Entry):
        name = cast(tree.Index, target).name  # the parser binds nothing else
        for number in _values(at, node, binder, name):
            yield at.with_letter(name, number)
        return
    place = at.place(target)
    if not target.symbol.values:
        message = f"{target.symbol.latex} isn't declared as a variable with values"
        raise FormulaError("index", message, binder.span)
    if observed is not None:
        values: Iterable[float] = sorted(observed)
    elif binder.lower is None:
        values = support(at, *place)
    else:
        values = map(float, _values(at, node, binder, ""))
    if target.symbol.like in outside_laws([node.body]):  # where X keeps its value
        place = target.symbol, ()
    for value in values:
        yield at.with_values({place: value})


def _observations(at: Point, sample: Sample, target: tree.Node) -> Iterator[Point]:
    """Yield a point for each observation in a sample."""
    wanted = [node for node in tree.walk(target) if isinstance(node, tree.Entry)]
    for row in sample.rows:
        for entry in wanted:
            if entry.symbol not in row:
                message = f"the sample has no {entry.symbol.latex}"
                raise FormulaError("index", message, entry.span)
        yield at.with_values({(entry.symbol, ()): row[entry.symbol] for entry in wanted})


def _values(at: Point, node: tree.Big, binder: tree.Binder, name: str) -> Iterable[int]:
    """Return the values of a bound letter: from its set, its bounds, or the range that its use implies."""
    if binder.members is not None:
        return sorted(round(member) for member in at.set_of(binder.members))
    first, last = (
        letter_range(at, name, node) if binder.lower is None else (at.whole(binder.lower), 0)
    )
    if binder.upper == ENDLESS:
        return itertools.count(first)
    last = last if binder.upper is None else at.whole(binder.upper)
    if last - first >= at.ev.limits.terms:
        raise too_many(at.ev, binder)
    return range(first, last + 1)


@runs(tree.Big)
def add_over(at: Point, node: tree.Big) -> Value:
    """Add, multiply or choose over everything that is bound."""
    points = _assignments(at, node)
    if any(b.upper == ENDLESS for b in node.binders):
        if node.kind != "sum" or len(node.binders) != 1:
            raise FormulaError("syntax", "only a sum over one letter may be endless", node.span)
        return _settled(at, (inner.value(node.body) for inner in points), node)
    found = [(inner, inner.value(node.body)) for inner in points]
    relations = getattr(node.condition, "relations", ())
    if len(relations) == 2 and {*relations} <= {">", r"\geq"}:
        found.reverse()  # n > i > 1 counts down
    if node.kind in ("sum", "prod"):
        values = [value for _, value in found]
        return _folded(at, node.kind, values or _nothing(at, node), node.body)
    if not found:
        raise FormulaError("value", "the extreme of nothing", node.span)
    if any(duals.shape_of(value) for _, value in found):
        raise FormulaError("shape", "an extreme is taken of numbers", node.body.span)
    choose = max if node.kind.endswith("max") else min
    where, value = choose(found, key=lambda pair: duals.primal(pair[1]))
    if not node.kind.startswith("arg"):
        return value
    if len(node.binders) != 1:
        raise FormulaError("syntax", "an arg max over one letter, please", node.span)
    return float(where.scalar(node.binders[0].target))


def _nothing(at: Point, node: tree.Big) -> list[Value]:
    """Return zeros, or the identity, as large as the body would be where its letter begins, if it is an array."""
    shape: tuple[int, ...] = ()
    match node.binders[0]:
        case tree.Binder(tree.Index(name), lower) if lower is not None:
            with suppress(FormulaError):
                shape = duals.shape_of(at.with_letter(name, at.whole(lower)).value(node.body))
    if not shape:
        return []
    return [np.zeros(shape) if node.kind == "sum" else np.eye(shape[0])]


def _folded(at: Point, kind: str, values: list[Value], node: tree.Node) -> Value:
    """Add, or multiply, from left to right."""
    if not values:
        return 0.0 if kind == "sum" else 1.0
    if kind == "sum":
        return reduce(lambda total, value: added(at, total, value, node), values)
    return reduce(lambda total, value: multiplied(at, total, value, "", node), values)


def _settled(at: Point, values: Iterator[Value], node: tree.Node) -> Value:
    """Add terms until they no longer count; a series that doesn't settle is refused."""
    total, small = next(values), 0
    for value in itertools.islice(values, 3000):
        total = added(at, total, value, node)
        size, scale = np.max(np.abs(duals.primal(value))), np.max(np.abs(duals.primal(total)))
        small = small + 1 if size <= 1e-17 * max(1.0, scale) else 0
        if small == 4:
            return total
    raise FormulaError("value", "the endless sum doesn't settle within 3000 terms", node.span)


@runs(tree.Series)
def _series(at: Point, node: tree.Series) -> Value:
    """Run terms given by example."""
    if node.kind not in ("sum", "prod"):
        raise FormulaError("shape", "a list with dots stands where a number is needed", node.span)
    first = at.whole(node.start)

    def term(k: int) -> Value:
        return at.with_letter(LETTER, k).value(node.general)

    if node.stop is None:
        return _settled(at, map(term, itertools.count(first)), node)
    last = at.whole(node.stop)
    if last - first >= at.ev.limits.terms:
        raise too_many(at.ev, node)
    return _folded(at, node.kind, [term(k) for k in range(first, last + 1)], node)


@runs(tree.Cases)
def _cases(at: Point, node: tree.Cases) -> Value:
    """Take the case that applies; where several do, they must agree."""
    found: Value = None
    for k, (body, condition) in enumerate(zip(node.values, node.conditions, strict=True)):
        if not (found is None if condition is None else at.holds((condition,))):
            continue
        value = at.value(body)
        at.ev.met.add((id(node), k))
        if found is None:
            found = value
        elif not np.allclose(duals.primal(found), duals.primal(value), rtol=1e-9, atol=1e-12):
            raise FormulaError("cases", "this case overlaps another with another value", body.span)
    if found is None:
        raise FormulaError("value", "none of the cases applies", node.span)
    return found


def end_value(at: Point, node: tree.Node) -> Value:
    """Run a side of a condition, or the end of an interval, which may be without end."""
    return infinite(node) * math.inf if infinite(node) else duals.primal(at.value(node))


@runs(tree.Comparison)
def _comparison(at: Point, node: tree.Comparison) -> Value:
    left = end_value(at, node.sides[0])
    for relation, side in zip(node.relations, node.sides[1:], strict=True):
        if relation in (r"\in", r"\notin"):
            if duals.shape_of(left):
                raise FormulaError("syntax", "pairs in a set aren't read", node.span)
            if (left in at.set_of(side)) != (relation == r"\in"):
                return False
            continue
        right = end_value(at, side)
        if relation not in COMPARE or duals.shape_of(left) or duals.shape_of(right):
            raise FormulaError("shape", "a condition compares numbers", side.span)
        if not COMPARE[relation](left, right):
            return False
        left = right
    return True


@runs(tree.Limit)
def _limit(at: Point, node: tree.Limit) -> Value:
    """Take a limit from ever nearer points, which is exact to about 1e-8 for smooth bodies."""
    infinite = node.target == ENDLESS
    target = 0.0 if infinite else at.scalar(node.target)

    def near(step: float) -> Value:
        x = 1.0 / step if infinite else target + step
        return at.with_letter(node.variable, x).scalar(node.body)

    found: list[Value] = []
    for sign in (1.0,) if infinite else (1.0, -1.0):
        try:
            found.append(_one_sided(near, sign, node))
        except FormulaError as error:  # such as log x for x < 0
            if error.category != "domain" or (not found and (infinite or sign < 0)):
                raise
    if abs(duals.primal(found[0] - found[-1])) > LIMIT_TOLERANCE * max(
        1.0, abs(duals.primal(found[0]))
    ):
        raise FormulaError("value", "the limits from the left and the right differ", node.span)
    return found[0]


def _one_sided(near: Callable[[float], Value], sign: float, node: tree.Limit) -> Value:
    steps = [sign * 0.4 * 0.62**k for k in range(10)]
    for count in (10, 9, 8, 7):  # not so near that numbers get too large
        try:
            best, change = _extrapolated(near, steps[:count])
            break
        except FormulaError as error:
            if error.category != "domain" or count == 7:
                raise
    if change > LIMIT_TOLERANCE * max(1.0, abs(duals.primal(best))):
        raise FormulaError("value", "the limit doesn't settle", node.span)
    return best


def _extrapolated(near: Callable[[float], Value], steps: list[float]) -> tuple[Value, float]:
    """Extrapolate to step 0 (Neville); return the value and by how much it still changed."""
    table = [near(step) for step in steps]
    best, change = table[0], np.inf
    for level in range(1, len(steps)):
        table = [
            table[k + 1] + (table[k + 1] - table[k]) * (1.0 / (steps[k] / steps[k + level] - 1.0))
            for k in range(len(table) - 1)
        ]
        moved = abs(duals.primal(table[-1]) - duals.primal(best))
        if moved < change or level == 1:
            best, change = table[-1], min(moved, change)
    return best, change


# Integrals: over declared values, between bounds, and without end


COARSE, FINE = (
    list(zip(*map(np.ndarray.tolist, np.polynomial.legendre.leggauss(n)), strict=True))
    for n in (9, 16)
)
WAYS = ((0.5, 1), (0.41, 4), (0.46, 5), (0.55, 3))  # where to cut, and how flat the ends are made
MOST_INTERVALS = 100
EXACT = 1e-12
FAR_OUT = 100.0  # where a body that can't be run any more, such as an e^x, may be next to nothing
Where = Callable[[float, float], tuple[Value, Value]]  # the point at u, and what it moves with du


@runs(tree.Integral)
def _integral(at: Point, node: tree.Integral) -> Value:
    """Add over the declared values, or integrate between bounds."""
    if node.lower is None or node.upper is None:
        return _over_values(at, node)
    ends = infinite(node.lower), infinite(node.upper)
    if ends == (0, 0):
        lower, upper = at.scalar(node.lower), at.scalar(node.upper)
        width = upper - lower
        return _between(
            at, node, lambda u, du: (lower + width * (u / (1.0 + u)), width * (du / (1.0 + u) ** 2))
        )
    if ends == (-1, 1):
        return _endless(at, node, 0.0, -1) + _endless(at, node, 0.0, 1)
    if ends not in ((0, 1), (-1, 0)):
        message = "the bounds of this integral are the wrong way round"
        raise FormulaError("value", message, node.span)
    return _endless(at, node, at.scalar(node.upper if ends[0] else node.lower), sum(ends))


def _endless(at: Point, node: tree.Integral, start: Value, sign: int) -> Value:
    """Integrate from a number to infinity, or to minus infinity."""
    return _between(at, node, lambda u, du: (start + sign * u, du))


def _between(at: Point, node: tree.Integral, where: Where) -> Value:
    """Integrate at once or, if that isn't exact, piece by piece, until two ways give the same.

    A jump right beside a cut stays unseen, so another way has other cuts.
    """
    found: list[Value] = []
    for tried, (cut, flat) in enumerate(WAYS):
        value, pieces = _in_pieces(at, node, where, cut, flat)
        if value is None:
            if tried > len(found):
                break
            continue
        if pieces == 1 or any(_near(value, one) for one in found):
            return value
        found.append(value)
    message = "this integral doesn't converge, or isn't found exactly enough"
    raise FormulaError("domain", message, node.span)


def _near(one: Value, other: Value) -> bool:
    size = max(1.0, abs(duals.primal(other)))
    return bool(abs(duals.primal(one - other)) <= EXACT * size)


def _in_pieces(
    at: Point, node: tree.Integral, where: Where, cut: float, flat: int
) -> tuple[Value, int]:
    """Add up intervals of t from 0 to 1, where u is a power of t/(1 - t); one that isn't exact is cut in two."""
    total: Value = 0.0
    waiting = [(0.0, 1.0)]
    for pieces in range(MOST_INTERVALS):
        if not waiting:
            return total, pieces
        low, high = waiting.pop()
        half, middle = 0.5 * (high - low), 0.5 * (high + low)
        shares: list[list[Value]] = []
        for rule in (COARSE, FINE):
            shares.append([])
            for x, weight in rule:
                t = middle + half * x
                left = max(1.0 - t, 1e-16)
                du = flat * (t / left) ** (flat - 1) / left**2
                shares[-1].append(_share(at, node, *where((t / left) ** flat, half * weight * du)))
        coarse, fine = (sum((y for y in rule if y is not None), 0.0) for rule in shares)
        run = [abs(duals.primal(y)) for rule in shares for y in rule if y is not None]
        smooth = len(run) in (0, len(COARSE + FINE)) or max(run) < EXACT
        if smooth and _near(coarse, fine):
            total = total + fine
        else:
            inside = low + cut * (high - low)
            waiting += [(low, inside), (inside, high)]
    return None, MOST_INTERVALS


def _share(at: Point, node: tree.Integral, x: Value, speed: Value) -> Value:
    """Run the body at a point; None far out where it can't be run."""
    name = cast(tree.Index, node.variable).name  # between bounds it is a letter of its own
    try:
        return speed * at.with_letter(name, x).scalar(node.body)
    except FormulaError as error:
        endless = infinite(cast(tree.Node, node.lower)) or infinite(cast(tree.Node, node.upper))
        if error.category != "domain" or not endless or abs(duals.primal(x)) < FAR_OUT:
            raise
        return None


def _over_values(at: Point, node: tree.Integral) -> Value:
    variable = node.variable
    if not isinstance(variable, tree.Entry) or not variable.symbol.values:
        message = "this integral has no bounds, and no values of its variable are declared"
        raise FormulaError("index", message, variable.span)
    binder = tree.Binder(variable, span=variable.span)
    return add_over(at, tree.Big("sum", (binder,), None, node.body, span=node.span))


def infinite(node: tree.Node) -> int:
    """Return 1 or -1 for a bound without end, and 0 for another."""
    if isinstance(node, tree.Sum) and len(node.terms) == 1:
        return node.signs[0] * infinite(node.terms[0])
    return int(isinstance(node, tree.Number) and math.isinf(node.value))
