r"""Reading what has a meaning without being declared so: functions, constants, densities, means, near names.

Near a declared name are x for a random X, s' beside a variable s, and the complement of an event.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.errors import unread
from nnmath.formula.reading.conditions import (
    BARS,
    is_list,
    read_arguments,
    read_brackets,
    read_event,
    starts_bracket,
)
from nnmath.formula.reading.letters import fill_list
from nnmath.formula.reading.tokens import Head, Token, raised, split, text_of
from nnmath.formula.values.functions import BUILTIN, LAWS

if TYPE_CHECKING:
    from nnmath.formula.reading.notation import Notation, Symbol
    from nnmath.formula.reading.parser import Parser

CONSTANTS = {r"\pi": math.pi, "e": math.e, r"\mathrm{e}": math.e, r"\infty": math.inf}
CONSTANTS |= {r"\mathbf{0}": 0.0, r"\boldsymbol{0}": 0.0}  # a printed 0 is one of any shape
INVERSES = {"logit": "expit", "expit": "logit", "sigmoid": "logit"}  # nobody reads these as powers
REMAINDERS = {"o": "o", "O": "O", r"\mathcal{O}": "O"}
MOMENTS = {  # what a symbol that is declared so does
    name: name.removeprefix("standard ")
    for name in (
        "expectation", "variance", "covariance", "standard deviation", "entropy", "mutual information", "divergence",
        "cross entropy",
    )
}  # fmt: skip
NAMED_MOMENTS = {
    r"\mathbb{E}": "expectation", r"\mathrm{E}": "expectation", r"\mathbf{E}": "expectation", "E": "expectation",
    r"\mathbb{V}": "variance", r"\mathrm{Var}": "variance", r"\mathrm{var}": "variance", r"\mathrm{V}": "variance",
    r"\mathrm{Cov}": "covariance", r"\mathrm{cov}": "covariance", r"\mathrm{KL}": "divergence",
    r"\mathbb{KL}": "divergence", r"\mathbb{H}": "entropy", r"\mathbb{I}": "mutual information",
    r"\mathrm{Var_}": "variance",
}  # fmt: skip
TWO_LAWS = ("divergence", "cross entropy")
#: Of how many things each is; the rest of one, but entropies of any number.
WANTED = {"covariance": (1, 2), "divergence": (2,), "cross entropy": (1, 2)}
Below = tuple[tuple[tree.Node, ...], "Symbol | None", tuple[tree.Node, ...]]
NEGATIONS = (r"\neg", r"\lnot")
OVER = (r"\bar{", r"\overline{")


def read_known(parser: Parser, head: Head) -> tree.Node | None:
    """Read an undeclared head that everybody knows; return None for any other."""
    key, scripts, span = head.key, head.scripts, head.span
    name = key[8:-1] if key.endswith("}") else key.removeprefix("\\")
    law = key if key in LAWS else name if key != r"\Gamma" else ""
    in_brackets = parser.opens("(", "[")
    node = _law(parser, law, head) if law in LAWS and in_brackets else None
    if node is not None:
        return node
    if name in BUILTIN:
        return _builtin(parser, name, head)
    if key in CONSTANTS and scripts.sub is None and not scripts.primes:
        number = tree.Number(CONSTANTS[key], span=head.bare)
        return raised(parser, number, scripts.sup, span)
    if key in REMAINDERS and in_brackets:
        body = read_brackets(parser)
        return tree.Landau(REMAINDERS[key], body, span=parser.since(span[0]))
    return None


def _law(parser: Parser, name: str, head: Head) -> tree.Node | None:
    r"""Read a density that books name without defining it: ``\mathcal{N}(x \mid 0, 1)``, ``\mathrm{Norm}_x[0, 1]``."""
    before, sub = parser.i, head.scripts.sub
    arguments, given = read_arguments(parser)
    arguments = [*([parser.whole(sub)] if sub else []), *arguments, *given]
    if len(arguments) != LAWS[name][0]:
        parser.i = before
        return None
    return tree.Apply(name, (), tuple(arguments), span=parser.since(head.span[0]))


def _builtin(parser: Parser, name: str, head: Head) -> tree.Node:
    r"""Read a built-in function and its argument, in brackets or juxtaposed; ``\sin^2 x`` is a power."""
    scripts, span, takes = head.scripts, head.span, BUILTIN[name].takes
    if scripts.primes and takes != "number":
        raise unread(f"a prime on {name} isn't read; write its derivative", span)
    if text_of(scripts.sup) == "-1":
        if name in INVERSES:
            return _builtin(
                parser, INVERSES[name], replace(head, scripts=replace(scripts, sup=None))
            )
        raise unread(f"{name} with -1 above can be read in two ways", span)
    argument = _argument(parser, name, span[0])
    where = parser.since(span[0])
    node: tree.Node = tree.Apply(name, (), (argument,), scripts.primes, span=where)
    if scripts.sub is not None:
        if name not in ("log", "ln"):
            raise unread(f"a subscript of {name} isn't read", span)
        base = tree.Apply("log", (), (parser.whole(scripts.sub),), span=span)
        node = tree.Quotient(node, base, span=where)
    return raised(parser, node, scripts.sup, where)


def _argument(parser: Parser, name: str, start: int) -> tree.Node:
    if not starts_bracket(parser):
        if not parser.starts_factor():
            raise parser.error(f"{name} needs an argument")
        return parser.run()
    before = parser.i
    arguments, given = read_arguments(parser)
    first = arguments[0]
    if parser.state.reach > 0 and name != "exp" and isinstance(first, tree.Sum) and first.terms[1:]:
        parser.i = before  # a bracket round a sum may hold the argument or begin it
        return parser.run()
    arguments += given
    span = parser.since(start)
    if len(arguments) > 1 and BUILTIN[name].takes != "array":
        raise unread(f"{name} takes one argument", span)
    if not is_list(arguments):
        return arguments[0]
    row = tree.Matrix((tuple(arguments),), loose=True, span=span)
    return tree.Transpose(row, span=span)


# Means and their like


def read_known_moment(parser: Parser, head: Head) -> tree.Node | None:
    r"""Read what an undeclared head such as ``\mathbb{E}`` or ``D_{KL}`` stands for; None if it is none."""
    if head.key == "D" and text_of(head.scripts.sub) in ("KL", r"\mathbb{KL}"):
        return read_moment(parser, "divergence", head.scripts.sub, head)
    if head.key not in NAMED_MOMENTS or (head.key == "E" and not parser.opens()):
        return None
    return read_moment(parser, NAMED_MOMENTS[head.key], head.scripts.sub, head)


def read_moment(
    parser: Parser, kind: str, sub: Sequence[Token] | None, head: Head, base: str = ""
) -> tree.Node:
    """Read what stands below and in the brackets of a mean or its like."""
    named = kind == "divergence" and "KL" in text_of(sub)
    over, law, law_given = _below(parser, sub) if sub and not named else ((), None, ())
    groups = kind == "mutual information"
    if parser.opens():
        bar = "((" if kind in TWO_LAWS else "("
        bodies, given = read_arguments(
            parser, lambda: (_joint if groups else read_event)(parser), bar
        )
        given = [part for node in given for part in parts_of(node)]
        bodies = [*parts_of(bodies[0])] if groups and len(bodies) == 1 else bodies
    else:
        bodies, given = [parser.run()], []
    span = parser.since(head.span[0])
    if len(bodies) not in WANTED.get(kind, (1,)) and kind not in ("entropy", "mutual information"):
        raise unread(f"a {kind} of {len(bodies)} things", span)
    if law is None:
        given, law_given = [*given, *law_given], ()
    node = tree.Moment(kind, tuple(bodies), tuple(given), over, law, law_given, base, span=span)
    return raised(parser, node, head.scripts.sup, span)


def _joint(parser: Parser) -> tree.Node:
    """Read a group of ``I(X, Y; Z)``."""
    nodes = fill_list(parser.items(lambda: read_event(parser))[0])
    return tree.Matrix((tuple(nodes),)) if len(nodes) > 1 else nodes[0]


def parts_of(group: tree.Node) -> tuple[tree.Node, ...]:
    """Return what a group holds."""
    return group.rows[0] if isinstance(group, tree.Matrix) else (group,)


def _below(parser: Parser, tokens: Sequence[Token]) -> Below:
    r"""Read ``x``, ``x, y``, ``x \mid y``, ``p``, ``p(x \mid y)`` or ``x \sim p`` below a mean."""
    names, *laws = split(tokens, r"\sim")
    if not laws and any(symbol.is_law for symbol in parser.state.notation.find(tokens[0].text)):
        return _law_below(parser, tokens)
    under = [
        t
        for token in tokens[len(names) + 1 :]
        for t in (names if token.text == r"\cdot" else [token])
    ]
    _, law, given = _law_below(parser, under) if laws else ((), None, ())
    inside = names[1:-1] if text_of(names[:1]) == "(" else names
    over, *behind = (tuple(map(parser.whole, split(side, ","))) for side in split(inside, *BARS))
    given = sum(behind, given)
    for node in over + given:
        if not isinstance(node, tree.Entry):
            raise unread("the mean is over random symbols", node.span)
    return over, law, given


def _law_below(parser: Parser, tokens: Sequence[Token]) -> Below:
    """Read a law with or without its arguments; return what it is of, the law, and what it is given."""
    node = parser.whole(tokens)
    match node:
        case tree.Entry(law, ()) if law.is_law or law.is_sample:
            return (), law, ()
        case tree.Entry(variable) if variable.values:  # x \sim X: as X is distributed
            return (), None, ()
        case tree.Apply(law, _, arguments, _, given) if not isinstance(law, str) and law.is_law:
            cut = len(arguments) - given
            return arguments[:cut], law, arguments[cut:]
    raise unread("the mean is under a declared law", node.span)


# Random variables and events


def _twin_of(symbol: Symbol, head: str, primes: int) -> Symbol:
    """Return what has another head, or primes; without primes it stands for the symbol."""
    if (head, primes) not in symbol.twins:
        template = replace(symbol.template, head=(head,), primes=primes)
        latex, like = (symbol.latex + "'" * primes, None) if primes else (head, symbol)
        twin = replace(symbol, latex=latex, template=template, like=like, twins={})
        symbol.twins[head, primes] = twin
    return symbol.twins[head, primes]


def variable_like(notation: Notation, key: str) -> Symbol | None:
    """Return what a letter is beside a random variable of the other case: x beside X, or X beside x."""
    other = re.sub(r"^((?:\\[a-z]+\{)?\\?)([a-zA-Z])", lambda m: m[1] + m[2].swapcase(), key)
    found = [s for s in notation.find(other) if key != other and not s.indices]
    random = [s for s in found if s.values or s.domain == "distributed"]
    random *= key not in CONSTANTS  # e stays the number beside a random E
    return _twin_of(random[0], key, 0) if len(random) == 1 else None


def _twin(candidates: Sequence[Symbol], head: Head) -> Symbol | None:
    """Return another variable with the values of a declared one: the s' that stands beside an s."""
    plain = [s for s in candidates if s.values and not s.indices and not s.template.primes]
    primes = head.scripts.primes
    if len(plain) != 1 or not primes or head.scripts.sub is not None:
        return None
    return _twin_of(plain[0], head.key, primes)


def read_variable(parser: Parser, head: Head, candidates: Sequence[Symbol]) -> tree.Node | None:
    """Read a random variable, or the complement of an event, under a name of this kind; None if it is none."""
    notation, scripts, symbol = parser.state.notation, head.scripts, None
    if candidates:
        symbol = _twin(candidates, head)
    elif head.key in NEGATIONS:
        return tree.Apply("not", (), (parser.factor(),), span=parser.since(head.span[0]))
    elif head.key.startswith(OVER):
        return _barred(notation, head)
    elif head.key.startswith(r"\mathcal{") and parser.text() != "(":
        return _alphabet(notation, head)
    elif not scripts.sub:
        symbol = variable_like(notation, head.key)
        if symbol is not None and scripts.primes:
            symbol = _twin([symbol], head)
    if symbol is None:
        return None
    return raised(parser, tree.Entry(symbol, span=head.bare), scripts.sup, head.span)


def _alphabet(notation: Notation, head: Head) -> tree.Node | None:
    r"""Read ``\mathcal{X}`` as the values of a variable X or x."""
    letter = head.key[9:-1]
    found = [s for name in (letter, letter.lower()) for s in notation.find(name) if s.values]
    if not found or head.bare != head.span:
        return None
    values = found[0].values.strip("{}").replace("..", r", \dots, ")
    return replace(notation.parse(rf"\{{{values}\}}"), span=head.span)


def _barred(notation: Notation, head: Head) -> tree.Node | None:
    r"""Read ``\bar{A}`` of an event."""
    inside = head.key[head.key.index("{") + 1 : -1]
    events = [s for s in notation.find(inside) if s.domain == "event"]
    if len(events) != 1 or head.bare != head.span:
        return None
    return tree.Apply("not", (), (tree.Entry(events[0], span=head.span),), span=head.span)
