r"""Running derivatives and gradients.

The derivative by a symbol puts a dual number in its place. That cuts the symbol off from its own definition, and
everything printed after it feels the change: the derivative is total through later symbols. One thing is held
fixed: in :math:`\partial_w f(x, h, w)` the other arguments, unless they show w themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import cast

from nnmath.formula import duals, tree
from nnmath.formula.duals import Value, derivative, shape_of
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame
from nnmath.formula.notation import Symbol
from nnmath.formula.render import shape_text

__all__: list[str] = []


def _derivative(ev: Evaluator, node: tree.Derivative, env: Env, frame: Frame) -> Value:
    """Take a derivative; of a number by a column it is a row in numerator layout, and a column otherwise."""
    value = _kept(ev, node, env, frame)
    shape = shape_of(value)
    if ev.notation.layout == "numerator" and len(node.by) == 1 and shape and shape[1] == 1:
        by = node.by[0]
        of_column = isinstance(by, tree.Entry) and len(by.symbol.shape) == 1
        if of_column and not shape_of(ev.value(node.body, env, frame)):
            return duals.transpose(value)
    return value


def _kept(ev: Evaluator, node: tree.Derivative, env: Env, frame: Frame) -> Value:
    """Take a derivative; one of a symbol by a symbol is kept, since sums ask for it over and over."""
    parts = (node.body, *node.by)
    entries = [part for part in parts if isinstance(part, tree.Entry)]
    if len(entries) < len(parts):
        return _by_all(ev, node.body, list(node.by), env, frame, node)
    places = tuple((part.symbol, ev.key(part.symbol, part.indices, env, frame)) for part in entries)
    closure = ev.definitions.closure(places[0][0]).union(
        *(ev.definitions.closure(place[0]) for place in places[1:])
    )
    home = ev.relevant(frame, closure)
    if places not in home.memo:
        home.memo[places] = _by_all(ev, node.body, list(node.by), env, frame, node)
    return home.memo[places]


def _by_all(
    ev: Evaluator,
    body: tree.Node,
    by: list[tree.Node],
    env: Env,
    frame: Frame,
    node: tree.Derivative,
) -> Value:
    if not by:
        return ev.value(body, env, frame)
    first, rest = by[0], by[1:]
    if isinstance(first, tree.Index):
        return _by_letter(ev, body, first, rest, env, frame, node)
    if not isinstance(first, tree.Entry) or first.symbol.is_function:
        raise FormulaError("syntax", "a derivative is taken by a symbol", first.span)
    first = _named_argument(body, first)
    if _is_entrywise(ev, body, first):
        applied = cast(tree.Apply, body)  # _is_entrywise has told
        once_more = replace(applied, primes=applied.primes + 1)
        return _by_all(ev, once_more, rest, env, frame, node)
    if not node.total:
        body = _explicit(ev, body, first, env, frame)
    symbol, key, at = _place(ev, first, env, frame)

    def along(value: Value, direction: Value) -> Value:
        def moved(x: Value) -> Value:
            return _by_all(ev, body, rest, env, Frame(frame, {(symbol, key): x}), node)

        return derivative(moved, value, direction)

    base = ev.lookup(symbol, key, frame, first.span)
    if symbol.domain in ("set of", "size", "at most", "integers"):
        raise FormulaError("syntax", f"nothing changes smoothly with {symbol.latex}", first.span)
    if at is not None or not shape_of(base):
        return along(base, 1.0 if at is None else duals.unit(shape_of(base), *at))
    return _by_array(ev, base, along, node)


def _named_argument(body: tree.Node, by: tree.Entry) -> tree.Entry:
    r"""Take :math:`\partial f(x_t) / \partial x` for the derivative by the argument that is named after x."""
    if not isinstance(body, tree.Apply) or isinstance(body.symbol, str) or by in body.arguments:
        return by
    head = by.symbol.template.head
    found = [
        a for a in body.arguments if isinstance(a, tree.Entry) and a.symbol.template.head == head
    ]
    return found[0] if len(found) == 1 and not by.indices else by


def _is_entrywise(ev: Evaluator, body: tree.Node, by: tree.Entry) -> bool:
    r"""Tell whether :math:`\partial\phi(z)/\partial z` is a function applied to every entry of z, by z."""
    if not isinstance(body, tree.Apply) or isinstance(body.symbol, str) or body.arguments != (by,):
        return False
    return body.symbol.entrywise and bool(by.symbol.shape) and not ev.notation.layout


def _by_letter(
    ev: Evaluator,
    body: tree.Node,
    letter: tree.Index,
    rest: list[tree.Node],
    env: Env,
    frame: Frame,
    node: tree.Derivative,
) -> Value:
    """Differentiate by a letter bound by a limit or an integral."""
    if not isinstance(env.get(letter.name), float | duals.Dual):
        raise FormulaError(
            "syntax", f"{letter.name} counts; nothing changes with it smoothly", letter.span
        )
    return derivative(
        lambda x: _by_all(ev, body, rest, {**env, letter.name: x}, frame, node),
        env[letter.name],
        1.0,
    )


def _place(
    ev: Evaluator, entry: tree.Entry, env: Env, frame: Frame
) -> tuple[Symbol, tuple[int, ...], tuple[int, int] | None]:
    """Return what stands in a frame for this entry: the symbol itself, or the array whose entry it is."""
    key = ev.key(entry.symbol, entry.indices, env, frame)
    parent = entry.symbol.entry_of
    if parent is None:
        return entry.symbol, key, None
    whole, at = ev.split(entry.symbol, key)
    row = len(parent.shape) == 2 and len(at) == 1
    position = (0, at[0] - 1) if row else (at[0] - 1, at[1] - 1 if len(at) > 1 else 0)
    return parent, whole, position


def _explicit(ev: Evaluator, body: tree.Node, by: tree.Entry, env: Env, frame: Frame) -> tree.Node:
    """Hold the other arguments of a function fixed when it is differentiated by one of its arguments."""
    if not isinstance(body, tree.Apply) or isinstance(body.symbol, str) or by not in body.arguments:
        return body
    fixed = []
    for argument in body.arguments:
        shows = any(
            isinstance(n, tree.Entry) and n.symbol is by.symbol for n in tree.walk(argument)
        )
        held = shows or isinstance(argument, tree.Comparison)
        fixed.append(
            argument if held else tree.Known(ev.value(argument, env, frame), span=argument.span)
        )
    return replace(body, arguments=tuple(fixed))


def _by_array(
    ev: Evaluator, base: Value, along: Callable[[Value, Value], Value], node: tree.Node
) -> Value:
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
    grid = [[duals.entry(part[0], i, 0) for part in parts] for i in range(inside[0])]
    jacobian = duals.stack(grid)
    return jacobian if layout == "numerator" else duals.transpose(jacobian)


def _second(ev: Evaluator, node: tree.Gradient, env: Env, frame: Frame) -> Value:
    r"""Take :math:`\nabla^2`: the matrix of second derivatives, or their sum where the notation says so."""
    by = node.by
    if by is None:
        names = [name for name in ev.notation.coordinates.split(",") if name.strip()]
        if len(names) != 1:
            raise FormulaError("syntax", r"\nabla^2 by what? write \nabla_x^2", node.span)
        by = ev.notation.parse(names[0])
    if not isinstance(by, tree.Entry):
        raise FormulaError("syntax", "a derivative is taken by a symbol", by.span)
    symbol, key, at = _place(ev, by, env, frame)
    base = ev.lookup(symbol, key, frame, by.span)
    rows, columns = shape_of(base) or (1, 1)
    if at is not None or columns != 1:
        raise FormulaError("shape", r"\nabla^2 is taken by a column", by.span)
    directions = [duals.unit((rows, 1), i, 0) if shape_of(base) else 1.0 for i in range(rows)]

    def entry(one: Value, other: Value) -> Value:
        def inner(x: Value) -> Value:
            return derivative(
                lambda y: ev.scalar(node.body, env, Frame(frame, {(symbol, key): y})), x, other
            )

        return derivative(inner, base, one)

    if ev.notation.laplacian or not shape_of(base):
        total: Value = 0.0
        for direction in directions:
            total = duals.add(total, entry(direction, direction))
        return total
    return duals.stack([[entry(one, other) for other in directions] for one in directions])


def _gradient(ev: Evaluator, node: tree.Gradient, env: Env, frame: Frame) -> Value:
    if node.second:
        return _second(ev, node, env, frame)
    if node.by is not None:
        return _by_all(
            ev,
            node.body,
            [node.by],
            env,
            frame,
            tree.Derivative(node.body, (node.by,), span=node.span),
        )
    if isinstance(node.body, tree.Apply) and isinstance(node.body.symbol, Symbol):
        return _by_arguments(ev, node.body, env, frame)
    names = [name for name in ev.notation.coordinates.split(",") if name.strip()]
    if not names:
        raise FormulaError("syntax", r"the gradient by what? write \nabla_x", node.span)
    by = [ev.notation.parse(name) for name in names]
    parts = [
        _by_all(
            ev, node.body, [one], env, frame, tree.Derivative(node.body, (one,), span=node.span)
        )
        for one in by
    ]
    return duals.stack([[part] for part in parts])


def _by_arguments(ev: Evaluator, body: tree.Apply, env: Env, frame: Frame) -> Value:
    """Take the gradient of a function at its arguments."""
    values = [ev.value(argument, env, frame) for argument in body.arguments]

    def at(position: int, x: Value) -> Value:
        known = [
            tree.Known(x if k == position else v, span=body.span) for k, v in enumerate(values)
        ]
        return ev.value(replace(body, arguments=tuple(known)), env, frame)

    if len(values) == 1 and shape_of(values[0]):
        return _by_array(
            ev, values[0], lambda v, direction: derivative(lambda x: at(0, x), v, direction), body
        )
    if any(shape_of(value) for value in values):
        raise FormulaError("syntax", r"the gradient by which argument? write \nabla_x", body.span)
    parts = [[derivative(partial(at, k), value, 1.0)] for k, value in enumerate(values)]
    return duals.stack(parts)


Evaluator.handlers.update({tree.Derivative: _derivative, tree.Gradient: _gradient})
