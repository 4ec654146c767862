r"""The syntax tree of a formula: what the printed characters mean, each node with its place in the LaTeX.

Nodes are immutable. Two nodes are equal when they say the same thing, wherever they stand: spans don't count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from nnmath.formula.errors import Span

if TYPE_CHECKING:
    from nnmath.formula.reading.notation import Symbol


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula."""

    span: Span = field(default=(0, 0), compare=False, kw_only=True, repr=False)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A numeral."""

    value: float


@dataclass(frozen=True, slots=True)
class Index(Node):
    """A letter that counts: bound by a sum, or free and running over a declared range."""

    name: str


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """A declared symbol at its indices: ``w_{l-1}^{ij}``; a whole array when the symbol has a shape."""

    symbol: Symbol
    indices: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """A function of arguments; `symbol` is declared, or the name of a built-in function.

    Primes differentiate. The last `given` arguments stand behind the bar of a conditional probability.
    """

    symbol: Symbol | str
    indices: tuple[Node, ...]
    arguments: tuple[Node, ...]
    primes: int = 0
    given: int = 0


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Terms with their signs (+1 or -1)."""

    terms: tuple[Node, ...]
    signs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Product(Node):
    r"""Factors and what stands between them: ``""``, ``"\cdot"``, ``"\times"``, ``"\odot"``, ``"\otimes"``, ``"*"``."""

    factors: tuple[Node, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotient(Node):
    """A fraction."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True, slots=True)
class Binomial(Node):
    """A binomial coefficient."""

    n: Node
    k: Node


@dataclass(frozen=True, slots=True)
class Power(Node):
    """A power; of a matrix, a matrix power or the inverse, unless it is `entrywise`."""

    base: Node
    exponent: Node
    entrywise: bool = False


@dataclass(frozen=True, slots=True)
class Transpose(Node):
    r"""The transpose of an array; of a number only where it is `sure`, printed ``^\top``."""

    body: Node
    sure: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Bars(Node):
    """Absolute value, determinant or size of a set (single bars), norm (double bars).

    `order` is what is printed below a norm; `exponent` that order where it is a number or a symbol.
    """

    body: Node
    double: bool = False
    order: str = "2"
    exponent: Node | None = None


@dataclass(frozen=True, slots=True)
class Inner(Node):
    """The inner product in angle brackets."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Item(Node):
    """An entry of an array-valued expression: ``S(z)_i``."""

    body: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    """A matrix written out, its cells numbers, blocks or runs; `loose` for a list in round brackets.

    Such a list is a row that may stand where a column is expected.
    """

    rows: tuple[tuple[Node, ...], ...]
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Cases(Node):
    """Values with conditions; the condition of the last may be None ("otherwise")."""

    values: tuple[Node, ...]
    conditions: tuple[Node | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """A condition: sides and the relations between them."""

    sides: tuple[Node, ...]
    relations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class At(Node):
    r"""An expression at a place: ``\left. y \right|_{x=0}``."""

    body: Node
    places: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class SetOf(Node):
    """A set of numbers written out."""

    members: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class SetOperation(Node):
    r"""Two sets joined, cut or taken from each other: `kind` is ``\cup``, ``\cap`` or ``\setminus``."""

    kind: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Membership(Node):
    r"""An array belongs to a space, ``X \in \mathbb{R}^{n \times d}``, or a number to a set."""

    body: Node
    shape: tuple[Node, ...]
    members: Node | None = None


@dataclass(frozen=True, slots=True)
class Binder(Node):
    """What a sum runs over: a letter or a variable, with bounds, a set, or the range implied by its use."""

    target: Node
    lower: Node | None = None
    upper: Node | None = None
    members: Node | None = None


@dataclass(frozen=True, slots=True)
class Big(Node):
    """A sum, product, maximum, minimum or arg max over indices: `kind` is the command without its backslash."""

    kind: str
    binders: tuple[Binder, ...]
    condition: Node | None
    body: Node


@dataclass(frozen=True, slots=True)
class Series(Node):
    """Items with an ellipsis: ``general`` at ``Index(name)`` from `start` to `stop` (None: without end).

    `kind` says what they are joined to: ``sum``, ``prod``, ``list`` (beside each other) or ``rows``.
    """

    kind: str
    name: str
    general: Node
    start: Node
    stop: Node | None


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    """The derivative of `body` by each of `by`, one after the other; `total` for a straight d."""

    body: Node
    by: tuple[Node, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Gradient(Node):
    """The gradient by an array, or by a function's argument when `by` is None; `second` for a nabla squared."""

    body: Node
    by: Node | None
    second: bool = False


@dataclass(frozen=True, slots=True)
class Limit(Node):
    """The limit of `body` as `variable` tends to `target`."""

    variable: str
    target: Node
    body: Node


@dataclass(frozen=True, slots=True)
class Integral(Node):
    """An integral: over the declared values of a variable, or between two numbers."""

    variable: Node
    lower: Node | None
    upper: Node | None
    body: Node


@dataclass(frozen=True, slots=True)
class Moment(Node):
    """A mean, variance, entropy or the like (`kind`) of `bodies`, given others.

    It is taken over the symbols `over`, or over all that is random; under `law`, given `law_given`, or under the only
    law there is; where an operator is declared over a letter, that is the `law`. `base` is that of the logarithm, where
    it isn't e.
    """

    kind: str
    bodies: tuple[Node, ...]
    given: tuple[Node, ...] = ()
    over: tuple[Node, ...] = ()
    law: Symbol | None = None
    law_given: tuple[Node, ...] = ()
    base: str = ""


@dataclass(frozen=True, slots=True)
class Landau(Node):
    """A remainder: ``o(x^3)`` or ``O(h^2)``."""

    kind: str
    body: Node


@dataclass(frozen=True, slots=True)
class Equation(Node):
    """Sides and the relations between them, as printed; one side alone is an expression."""

    sides: tuple[Node, ...]
    relations: tuple[str, ...]
    relation_spans: tuple[Span, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Known(Node):
    """A value that has been found already; never printed, made while differentiating."""

    value: object = field(compare=False)


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly inside `node`."""
    for name in _field_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif type(value) is tuple:
            yield from _nodes_in(value)


_FIELD_NAMES: dict[str, tuple[str, ...]] = {}  # looked up for every node of every formula


def _field_names(kind: type[Node]) -> tuple[str, ...]:
    """Return the fields that may hold nodes."""
    name = kind.__name__
    if name not in _FIELD_NAMES:
        names = (item.name for item in fields(kind))
        _FIELD_NAMES[name] = tuple(n for n in names if not n.endswith(("span", "spans")))
    return _FIELD_NAMES[name]


def _nodes_in(values: tuple[object, ...]) -> Iterator[Node]:
    for value in values:
        if isinstance(value, Node):
            yield value
        elif type(value) is tuple:
            yield from _nodes_in(value)


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything inside it, outermost first."""
    yield node
    for child in children(node):
        yield from walk(child)


def rewrite(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """Return `node` with every part for which `change` gives a node replaced by that."""
    new = change(node)
    if new is not None:
        return new
    changes: dict[str, Any] = {}
    for item in fields(node):
        old = getattr(node, item.name)
        value = _rewritten(old, change)
        if value is not old:
            changes[item.name] = value
    return replace(node, **changes) if changes else node


def _rewritten(value: object, change: Callable[[Node], Node | None]) -> object:
    if isinstance(value, Node):
        return rewrite(value, change)
    if isinstance(value, tuple) and any(True for _ in _nodes_in(value)):
        parts = tuple(_rewritten(part, change) for part in value)
        return parts if any(a is not b for a, b in zip(parts, value, strict=True)) else value
    return value
