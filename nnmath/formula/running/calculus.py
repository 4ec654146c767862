r"""Running derivatives and gradients.

The derivative by a symbol puts a dual number in its place. That cuts the symbol off from its own definition, and
everything printed after it feels the change: the derivative is total through later symbols. One thing is held
fixed: in :math:`\partial_w f(x, h, w)` the other arguments, unless they show w themselves.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.notation import Symbol
from nnmath.formula.running.arithmetic import written_out
from nnmath.formula.running.evaluation import Evaluator, Place, Point, runs, split
from nnmath.formula.values import duals
from nnmath.formula.values.duals import Value, derivative, shape_of, shape_text

Along = Callable[[Value, Value], Value]  # the derivative at a value along a direction


@runs(tree.Derivative)
def _derivative(at: Point, node: tree.Derivative) -> Value:
    """Take a derivative; of a number by a column it is a row in numerator layout, and a column otherwise."""
    if isinstance(node.body, tree.Entry) and node.body.symbol.is_function:
        node = replace(node, body=written_out(at, node.body, node.by[0]))
    value = _kept(at, node)
    shape = shape_of(value)
    if at.ev.notation.layout == "numerator" and len(node.by) == 1 and shape and shape[1] == 1:
        by = node.by[0]
        of_column = isinstance(by, tree.Entry) and len(by.symbol.shape) == 1
        if of_column and not shape_of(at.value(node.body)):
            return value.T
    return value


def _kept(at: Point, node: tree.Derivative) -> Value:
    """Take a derivative; one of a symbol by a symbol is kept, since sums ask for it over and over."""
    parts = (node.body, *node.by)
    entries = [part for part in parts if isinstance(part, tree.Entry)]
    if len(entries) < len(parts):
        return _by_all(at, node.body, node.by, node)
    places = tuple(map(at.place, entries))
    memo = at.frame.relevant(
        frozenset().union(*(at.ev.definitions.closure(symbol) for symbol, _ in places))
    ).memo
    if places not in memo:
        memo[places] = _by_all(at, node.body, node.by, node)
    return memo[places]


def _by_all(at: Point, body: tree.Node, by: Sequence[tree.Node], node: tree.Node) -> Value:
    """Differentiate by one symbol after the other."""
    if not by:
        return at.value(body)
    first, rest = by[0], by[1:]
    if isinstance(first, tree.Index):
        return _by_letter(at, body, first, rest, node)
    if not isinstance(first, tree.Entry) or first.symbol.is_function:
        raise FormulaError("syntax", "a derivative is taken by a symbol", first.span)
    if isinstance(body, tree.Apply) and isinstance(body.symbol, Symbol):
        first = _named_argument(body, first)
        if _is_entrywise(at.ev, body, first):
            return _by_all(at, replace(body, primes=body.primes + 1), rest, node)
        if not (isinstance(node, tree.Derivative) and node.total) and first in body.arguments:
            body = _explicit(at, body, (first, *rest))
    place, position = _place(at, first)

    def along(value: Value, direction: Value) -> Value:
        return derivative(
            lambda x: _by_all(at.with_values({place: x}), body, rest, node), value, direction
        )

    base = at.lookup(*place, first.span)
    symbol = place[0]
    if symbol.is_size or symbol.is_set or symbol.domain == "integers":
        raise FormulaError("syntax", f"nothing changes smoothly with {symbol.latex}", first.span)
    if position is not None:
        return along(base, duals.unit(shape_of(base), *position))
    return _by_array(at.ev, base, along, node) if shape_of(base) else along(base, 1.0)


def _named_argument(body: tree.Apply, by: tree.Entry) -> tree.Entry:
    r"""Take :math:`\partial f(x_t) / \partial x` for the derivative by the argument that is named after x."""
    if by in body.arguments or by.indices:
        return by
    head = by.symbol.template.head
    entries = [a for a in body.arguments if isinstance(a, tree.Entry)]
    found = [a for a in entries if a.symbol.template.head == head]
    return found[0] if len(found) == 1 else by


def _is_entrywise(ev: Evaluator, body: tree.Apply, by: tree.Entry) -> bool:
    r"""Tell whether :math:`\partial\phi(z)/\partial z` is a function applied to every entry of z, by z."""
    entrywise = isinstance(body.symbol, Symbol) and body.symbol.entrywise
    return (
        body.arguments == (by,) and entrywise and bool(by.symbol.shape) and not ev.notation.layout
    )


def _by_letter(
    at: Point, body: tree.Node, letter: tree.Index, rest: Sequence[tree.Node], node: tree.Node
) -> Value:
    """Differentiate by a letter bound by a limit or an integral."""
    value = at.letters.get(letter.name)
    if not isinstance(value, float | duals.Dual):
        message = f"{letter.name} counts; nothing changes with it smoothly"
        raise FormulaError("syntax", message, letter.span)
    return derivative(lambda x: _by_all(at.with_letter(letter.name, x), body, rest, node), value)


def _place(at: Point, entry: tree.Entry) -> tuple[Place, tuple[int, int] | None]:
    """Return what stands in a frame for this entry: the symbol itself, or the array whose entry it is."""
    symbol, key = at.place(entry)
    parent = symbol.entry_of
    if parent is None:
        return (symbol, key), None
    whole, inside = split(symbol, key)
    row = len(parent.shape) == 2 and len(inside) == 1
    i, j = (1, inside[0]) if row else (inside[0], inside[1] if len(inside) > 1 else 1)
    return (parent, whole), (i - 1, j - 1)


def _explicit(at: Point, body: tree.Apply, by: Sequence[tree.Node]) -> tree.Node:
    """Hold the other arguments of a function fixed when it is differentiated by some of its arguments."""
    moving = {getattr(one, "symbol", None) for one in by}

    def held(argument: tree.Node) -> tree.Node:
        shown = {n.symbol for n in tree.walk(argument) if isinstance(n, tree.Entry)}
        if shown & moving or isinstance(argument, tree.Comparison):
            return argument
        return tree.Known(at.value(argument), span=argument.span)

    return replace(body, arguments=tuple(map(held, body.arguments)))


def _by_array(ev: Evaluator, base: Value, along: Along, node: tree.Node) -> Value:
    """Differentiate by every entry of an array."""
    rows, columns = shape_of(base)
    parts = [
        [along(base, duals.unit((rows, columns), i, j)) for j in range(columns)]
        for i in range(rows)
    ]
    inside = shape_of(parts[0][0])
    if not inside:
        return duals.stack(parts)
    layout = ev.notation.layout
    if columns != 1 or inside[1] != 1 or not layout:
        message = f"the derivative of {shape_text(inside)} by {shape_text((rows, columns))} needs a declared layout"
        raise FormulaError("shape", message, node.span)
    jacobian = duals.stack(
        [[duals.entry(part[0], i, 0) for part in parts] for i in range(inside[0])]
    )
    return jacobian if layout == "numerator" else jacobian.T


# Gradients


@runs(tree.Gradient)
def _gradient(at: Point, node: tree.Gradient) -> Value:
    """Take a gradient, which is a column unless the notation has rows."""
    value = _column_gradient(at, node)
    return (
        value.T if at.ev.notation.row_gradients and not node.second and shape_of(value) else value
    )


def _column_gradient(at: Point, node: tree.Gradient) -> Value:
    if node.by is not None and isinstance(node.body, tree.Entry) and node.body.symbol.is_function:
        node = replace(node, body=written_out(at, node.body, node.by))
    if node.second:
        return _second(at, node)
    if node.by is not None:
        return _by_all(at, node.body, (node.by,), node)
    if isinstance(node.body, tree.Apply) and isinstance(node.body.symbol, Symbol):
        return _by_arguments(at, node.body)
    by = _coordinates(at.ev)
    if not by:
        raise FormulaError("syntax", r"the gradient by what? write \nabla_x", node.span)
    if len(by) == 1:
        return _by_all(at, node.body, by, node)
    return duals.stack([[_by_all(at, node.body, (one,), node)] for one in by])


def _coordinates(ev: Evaluator) -> list[tree.Node]:
    """Return the symbols by which a gradient without a subscript is taken."""
    names = ev.notation.coordinates.split(",")
    return [ev.parse(name) for name in names if name.strip()]


def _second(at: Point, node: tree.Gradient) -> Value:
    r"""Take :math:`\nabla^2`: the matrix of second derivatives."""
    coordinates = _coordinates(at.ev) if node.by is None else [node.by]
    if len(coordinates) != 1:
        raise FormulaError("syntax", r"\nabla^2 by what? write \nabla_x^2", node.span)
    by = coordinates[0]
    if not isinstance(by, tree.Entry):
        raise FormulaError("syntax", "a derivative is taken by a symbol", by.span)
    body = node.body
    if isinstance(body, tree.Apply) and isinstance(body.symbol, Symbol):
        by = _named_argument(body, by)
    place, position = _place(at, by)
    base = at.lookup(*place, by.span)
    rows, columns = shape_of(base) or (1, 1)
    if position is not None or columns != 1:
        raise FormulaError("shape", r"\nabla^2 is taken by a column", by.span)
    directions = [duals.unit((rows, 1), i, 0) if shape_of(base) else 1.0 for i in range(rows)]

    def entry(one: Value, other: Value) -> Value:
        def slope(x: Value) -> Value:
            return derivative(lambda y: at.with_values({place: y}).scalar(body), x, other)

        return derivative(slope, base, one)

    if not shape_of(base):
        return entry(1.0, 1.0)
    return duals.stack([[entry(one, other) for other in directions] for one in directions])


def _by_arguments(at: Point, body: tree.Apply) -> Value:
    """Take the gradient of a function at its arguments."""
    values = [at.value(argument) for argument in body.arguments]

    def moved(position: int, x: Value) -> Value:
        now = [*values[:position], x, *values[position + 1 :]]
        known = tuple(tree.Known(value, span=body.span) for value in now)
        return at.value(replace(body, arguments=known))

    if len(values) == 1 and shape_of(values[0]):
        return _by_array(at.ev, values[0], partial(derivative, partial(moved, 0)), body)
    if any(map(shape_of, values)):
        raise FormulaError("syntax", r"the gradient by which argument? write \nabla_x", body.span)
    return duals.stack([[derivative(partial(moved, k), v)] for k, v in enumerate(values)])
