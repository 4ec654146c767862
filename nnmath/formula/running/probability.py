r"""Laws of declared variables: tables, conditional ones, events, and all that can happen with its weight.

A joint law is a random table, or, where variables are declared ``given`` others, the product of random tables, one
for each of them. What ``p(y \mid x)`` means follows from the variables that its arguments are named
after, as it does for a reader: the table summed over the other variables, and divided. An argument that isn't named
after a variable is an event, such as ``X > 1`` or ``A \cup B``.
"""

import itertools
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import cast

import numpy as np

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.declarations import split_family
from nnmath.formula.reading.lexer import split_latex
from nnmath.formula.reading.notation import Symbol
from nnmath.formula.running.blocks import expanded
from nnmath.formula.running.definitions import symbols_in
from nnmath.formula.running.evaluation import Evaluator, Place, Point
from nnmath.formula.running.worlds import support
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value
from nnmath.formula.values.functions import EXACT, FAMILIES, Rule, standard_normal, stretched

Fixed = dict[int, int]  # which of its values a variable has, both by position


def law_value(at: Point, node: tree.Apply) -> float:
    """Return the probability of values of variables, or of events, given others."""
    law = cast(Symbol, node.symbol)  # the caller has looked
    behind = len(node.arguments) - node.given
    shown, given = (
        expanded(at, part) for part in (node.arguments[:behind], node.arguments[behind:])
    )
    joint = _mass(at, law, [*shown, *given])
    return joint / _mass(at, law, given) if given else joint


def _mass(at: Point, law: Symbol, arguments: Sequence[tree.Node]) -> float:
    """Add up the entries of a table where variables have their values and events happen."""
    variables = list(law_places(at, law))
    table = law_table(at, law)
    fixed: Fixed = {}
    events: list[tree.Node] = []
    for argument in arguments:
        position = _position(at, variables, argument)
        if position is None:
            events.append(argument)
        elif position in fixed:
            raise FormulaError("syntax", "a variable stands twice", argument.span)
        else:
            fixed[position] = _value_number(at, variables[position], argument)
    if not events:
        return marginal(table, fixed)
    found = at.ev.definitions.reached(symbols_in(*events))
    for symbol in found:
        if symbol.domain == "distributed":
            message = f"{symbol.latex} isn't a variable of {law.latex}"
            raise FormulaError("syntax", message, events[0].span)
    random = {symbol for symbol, _ in variables}
    known = {} if found.isdisjoint(random) else kept(at, found, random, events[0])
    values = [support(at, *variable) for variable in variables]
    axes = [[fixed[k]] if k in fixed else range(len(v)) for k, v in enumerate(values)]
    total = 0.0
    for cell in itertools.product(*axes):
        own = {place: values[k][cell[k]] for k, place in enumerate(variables)}
        inner = at.with_values(own | known)
        if all(_happens(inner, event) for event in events):
            total += float(table[cell])
    return total


def kept(
    at: Point, found: Iterable[Symbol], random: Collection[Symbol], node: tree.Node
) -> dict[Place, Value]:
    """Return the values that symbols keep beside random ones, as x does in P(X > x) and E[(X - x)^2]."""
    twins = [symbol for symbol in found if symbol.like in random]
    for symbol in twins:
        below = tree.Entry(symbol) in getattr(node, "over", ())
        if below or symbol.latex != symbol.latex.lower():
            message = f"{symbol.latex} stands beside the other case; declare both"
            raise FormulaError("shadowed", message, node.span)
    return {(symbol, ()): at.lookup(symbol, (), node.span) for symbol in twins}


def outside_laws(nodes: Iterable[tree.Node]) -> set[Symbol]:
    """Return the symbols in nodes, but for those that a probability is of."""

    def dropped(part: tree.Node) -> tree.Node | None:
        law = isinstance(part, tree.Apply) and getattr(part.symbol, "is_law", False)
        return tree.Number(0.0) if law else None

    return set(symbols_in(*(tree.rewrite(node, dropped) for node in nodes)))


def marginal(table: np.ndarray, fixed: Fixed) -> float:
    """Add up the entries of a table where some variables have a value."""
    return float(table[tuple(fixed.get(axis, slice(None)) for axis in range(table.ndim))].sum())


def law_variables(ev: Evaluator, law: Symbol) -> list[Symbol]:
    """Return the variables whose joint law this is."""
    return [variable.symbol for variable, _ in _factors(ev, law)]


def _given(ev: Evaluator, law: Symbol) -> Iterator[Symbol]:
    return (one.symbol for _, given in _factors(ev, law) for one in given)


def _factors(ev: Evaluator, law: Symbol) -> list[tuple[tree.Entry, list[tree.Entry]]]:
    """Read ``x, y given x, h_t given h_{t-1}``: each variable, and those that it depends on."""

    def variable(name: str) -> tree.Entry:
        entry = ev.parse(name)
        if isinstance(entry, tree.Entry) and entry.symbol.values:
            return entry
        message = f"{name.strip()} isn't declared as a variable with values"
        raise FormulaError("notation", message)

    found: dict[tree.Entry, list[tree.Entry]] = {}
    before = None
    for part in split_latex(law.detail):
        name, _, given = part.partition(" given ")
        one = variable(name)
        if before and not given:  # y given s, a
            if one not in found:
                message = f"is {one.symbol.latex} what {before.symbol.latex} is given? write and, or put it first"
                raise FormulaError("notation", message)
            found[before].append(one)
        else:
            found[one] = [variable(one) for one in given.split(" and ") if one]
            before = one if given else None
    return list(found.items())


def law_places(at: Point, law: Symbol) -> dict[Place, list[Place]]:
    """Return every variable of a law, at all of its indices, with those that it depends on."""
    if law in at.frame.laws:
        return at.frame.laws[law]
    found: dict[Place, list[Place]] = {}
    for variable, given in _factors(at.ev, law):
        names = [index.name for index in variable.indices if isinstance(index, tree.Index)]
        for key in _keys(at, variable.symbol):
            own, parents = at.with_letters(dict(zip(names, key, strict=False))), []
            for one in given:
                with suppress(FormulaError):  # the first of a sequence depends on nothing
                    parents.append(own.place(one))
            found[variable.symbol, key] = parents
    for place in {place: 0 for parents in found.values() for place in parents}:
        found.setdefault(place, [])  # only what it says given this one is asked of the law
    at.frame.laws[law] = found
    return found


def law_table(at: Point, law: Symbol) -> np.ndarray:
    """Return the joint law as a table with an axis for each variable."""
    dependent = law_places(at, law)
    sizes = tuple(len(support(at, *place)) for place in dependent)
    if math.prod(sizes) > TABLE:
        raise FormulaError("limit", f"the table of {law.latex} is too large")
    given = at.ev.world.given.get(law)
    if given is None:
        return np.asarray(
            at.ev.world.remember(
                law,
                (),
                lambda rng: _joint_table(partial(at.ev.world.shares, rng), sizes, dependent, law),
            )
        )
    table = np.asarray(given, dtype=float)
    if table.shape != sizes:
        message = f"{law.latex}: expected a table of shape {sizes}, got {table.shape}"
        raise FormulaError("shape", message)
    return table


def _joint_table(
    draw: Callable[[Sequence[int]], np.ndarray],
    sizes: tuple[int, ...],
    dependent: dict[Place, list[Place]],
    law: Symbol,
) -> np.ndarray:
    """Draw a joint law; where variables are given others, a table for each of them."""
    if not any(dependent.values()):
        drawn = draw(sizes)
        return np.asarray(drawn / drawn.sum())
    axes = {place: axis for axis, place in enumerate(dependent)}
    joint = np.ones(sizes)
    for place, parents in dependent.items():
        shown = {axes[one] for one in (place, *parents)}
        drawn = draw([n if k in shown else 1 for k, n in enumerate(sizes)])
        joint = joint * (drawn / drawn.sum(axis=axes[place], keepdims=True))
    if abs(joint.sum() - 1.0) > 1e-9:
        raise FormulaError(
            "notation", f"the variables of {law.latex} depend on each other in a circle"
        )
    return joint


def law_of(ev: Evaluator, variables: Sequence[Symbol]) -> Symbol:
    """Return the one law that all of these variables have; of several, that of most variables."""
    laws = {s: law_variables(ev, s) for s in ev.notation.symbols() if s.is_law}
    wanted = set(variables)
    found = [law for law, own in laws.items() if wanted <= set(own)]
    found = found or [law for law, own in laws.items() if wanted <= {*own, *_given(ev, law)}]
    if not found:
        names = ", ".join(v.latex for v in variables)
        raise FormulaError("notation", f"no declared law is that of {names} together")
    widest = max(len(laws[law]) for law in found)
    best = [law for law in found if len(laws[law]) == widest]
    if len(best) > 1:
        both = " or ".join(law.latex for law in best)
        message = rf"the mean under which law, {both}? write \mathbb{{E}}_{{x \sim p}}"
        raise FormulaError("syntax", message)
    return best[0]


# Arguments


def _value_number(at: Point, variable: Place, argument: tree.Node) -> int:
    """Return which of its values a variable has here."""
    of = argument.sides[1] if isinstance(argument, tree.Comparison) else argument
    plain = duals.primal(at.scalar(of))
    values = support(at, *variable)
    if plain not in values:
        message = f"{plain:g} is no value of {variable[0].latex}"
        category = "index" if float(plain).is_integer() else "domain"  # such as in an integral
        raise FormulaError(category, message, argument.span)
    return values.index(plain)


def _position(at: Point, variables: list[Place], argument: tree.Node) -> int | None:
    """Return which variable an argument is named after: x, x' or X in X = x; None for an event."""
    if isinstance(argument, tree.Comparison):
        if argument.relations != ("=",):
            return None
        argument = argument.sides[0]
    if isinstance(argument, tree.Apply | tree.SetOperation | tree.Product):
        return None
    if isinstance(argument, tree.Entry):
        if argument.symbol.domain == "event":
            return None
        position = named(variables, at.place(argument))
        if position is not None:
            return position
    raise FormulaError("syntax", "this isn't named after a variable of the law", argument.span)


def named(variables: Sequence[Place], place: Place) -> int | None:
    """Return which variable this is, or is named after: x or x' for X."""
    if place in variables:
        return variables.index(place)
    heads = [("".join(s.template.head).lower(), key) for s, key in (place, *variables)]
    return heads.index(heads[0], 1) - 1 if heads[0] in heads[1:] else None


def _happens(at: Point, event: tree.Node) -> bool:
    """Tell whether an event happens where the variables have the values of a point."""
    match event:
        case tree.SetOperation(kind, left, right):
            one, other = _happens(at, left), _happens(at, right)
            if kind == r"\cup":
                return one or other
            return one and (other if kind == r"\cap" else not other)
        case tree.Apply("not", _, (body,)):
            return not _happens(at, body)
        case tree.Product(factors, _):
            return all(_happens(at, factor) for factor in factors)
        case tree.Comparison():
            return bool(at.value(event))
        case tree.Entry(symbol, _) if symbol.domain == "event":
            return bool(at.value(event))
    raise FormulaError("syntax", "this is no event", event.span)


# What can happen: every combination of values of random symbols, with its weight


TABLE = 1_000_000  # entries of the table of a law
POINTS = 150  # as many as a mean over several continuous variables may take
Case = tuple[Point, Value]  # a combination of values, and its weight


def random_places(at: Point, nodes: Sequence[tree.Node]) -> list[Place]:
    """Return the random symbols, at all their indices, that nodes depend on."""
    ev = at.ev
    tables = {v for s in ev.notation.symbols() if s.is_law for v in law_variables(ev, s)}
    every = {s.like or s for s in ev.definitions.reached(symbols_in(*nodes))}
    every |= {s.entry_of for s in every if s.entry_of is not None}
    random = [s for s in every if s.domain == "distributed" or s in tables]
    random.sort(key=lambda s: (s.order, s.latex))
    return [(symbol, key) for symbol in random for key in _keys(at, symbol)]


def _keys(at: Point, symbol: Symbol, before: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Yield every combination of a symbol's indices."""
    if len(before) == len(symbol.indices):
        yield before
        return
    lower, upper = at.range(symbol, len(before), before)
    for index in range(lower, upper + 1):
        yield from _keys(at, symbol, (*before, index))


def needs_two_rules(places: Sequence[Place]) -> bool:
    """Tell whether a mean over these isn't exact, so that a second rule must agree."""
    families = [split_family(s.detail)[0] for s, _ in places if s.domain == "distributed"]
    return any(family not in EXACT for family in families)


def cases_of(
    at: Point,
    places: Sequence[Place],
    fixed: Sequence[Place],
    law: Symbol | None,
    level: int = 0,
) -> Iterator[Case]:
    """Yield the cases over `places`, by ever finer rules; what is `fixed` has the value that it has in the frame."""
    tables = [place for place in places if place[0].domain != "distributed"]
    continuous = [place for place in places if place[0].domain == "distributed"]
    for inner, weight in _table_cases(at, tables, fixed, law):
        for innermost, share in _continuous_cases(inner, continuous, level):
            yield innermost, weight * share


def _table_cases(
    at: Point, places: Sequence[Place], fixed: Sequence[Place], law: Symbol | None
) -> Iterator[Case]:
    if not places:
        yield at, 1.0
        return
    wanted = [symbol for symbol, _ in (*places, *fixed) if symbol.domain != "distributed"]
    law = law or law_of(at.ev, wanted)
    variables, table = list(law_places(at, law)), law_table(at, law)
    held: dict[int, int] = {}
    for place in fixed:
        if (position := named(variables, place)) is not None:
            value = duals.primal(at.lookup(*place, (0, 0)))
            held[position] = support(at, *place).index(value)
    whole = marginal(table, held)
    numbers = [(k, place) for place in places if (k := named(variables, place)) is not None]
    moving = dict(numbers)
    if len(moving) < len(numbers):
        raise FormulaError("shadowed", f"two symbols stand for one variable of {law.latex} here")
    values = {k: support(at, *variables[k]) for k in moving}
    for choice in itertools.product(*(range(len(values[k])) for k in moving)):
        cell = dict(zip(moving, choice, strict=True))
        own: dict[Place, Value] = {moving[k]: values[k][n] for k, n in cell.items()}
        yield at.with_values(own), marginal(table, held | cell) / whole


# Continuous laws


def _continuous_cases(at: Point, places: Sequence[Place], level: int) -> Iterator[Case]:
    if not places:
        yield at, 1.0
        return
    size = sum(math.prod(at.shape(*place) or (1,)) for place in places)
    many = max(3, min(40, int(POINTS ** (1.0 / size))))
    count = (3, 4, many, many + (8 if many > 20 else 1))[level]
    for choice in itertools.product(*(_rule(at, place, count) for place in places)):
        own = {place: value for place, (value, _) in zip(places, choice, strict=True)}
        yield at.with_values(own), math.prod(weight for _, weight in choice)


def _rule(at: Point, place: Place, count: int) -> Rule:
    """Return the points and weights of one random symbol; of a column, for all its entries together."""
    symbol, key = place
    family, names = split_family(symbol.detail)
    own = at.with_letters(at.within(symbol, key).letters)
    parameters = [own.value(at.ev.parse(name)) for name in names]
    shape = at.shape(symbol, key)
    size = math.prod(shape)
    if shape and family == "normal":
        one_entry: Rule = list(zip(*standard_normal(count), strict=True))
    else:
        one_entry = FAMILIES[family].rule(count, *parameters)
    if not shape:
        return one_entry
    if len(one_entry) ** size > 8 * POINTS:
        raise FormulaError("limit", f"{symbol.latex} has too many entries for a mean over it")
    rule: Rule = []
    for choice in itertools.product(one_entry, repeat=size):
        points = [point for point, _ in choice]
        if family == "normal":
            value = stretched(points, *parameters)
        else:
            value = duals.reshape(duals.stack([[x] for x in points]), shape)
        rule.append((value, float(np.prod([duals.primal(weight) for _, weight in choice]))))
    return rule
