r"""Reading what has a meaning without being declared: functions, constants, densities, remainders."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from nnmath.formula import tree
from nnmath.formula.arguments import read_arguments
from nnmath.formula.brackets import read_brackets, starts_bracket
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.functions import BUILTIN
from nnmath.formula.laws import LAWS
from nnmath.formula.superscripts import raised, without
from nnmath.formula.template import Scripts

if TYPE_CHECKING:
    from nnmath.formula.parser import Parser

__all__ = ["read_known"]

CONSTANTS = {r"\pi": math.pi, "e": math.e, r"\mathrm{e}": math.e, r"\infty": math.inf}
INVERSES = {"logit": "expit", "expit": "logit", "sigmoid": "logit"}  # nobody reads these as powers
REMAINDERS = {"o": "o", "O": "O", r"\mathcal{O}": "O"}


def read_known(
    parser: Parser, head: str, scripts: Scripts, after: int, span: Span
) -> tree.Node | None:
    """Read an undeclared head that everybody knows; return None for any other."""
    name = head.removeprefix("\\") if not head.endswith("}") else head[8:-1]
    law = head if head in LAWS else name if head != r"\Gamma" else ""
    follows = parser.tokens[after].text if after < len(parser.tokens) else ""
    if law in LAWS and follows == "(":
        node = _law(parser, law, after, span)
        if node is not None:
            return node
    if name in BUILTIN:
        return _builtin(parser, name, scripts, after, span)
    if head in CONSTANTS and scripts.sub is None and not scripts.primes:
        parser.i = after
        number = tree.Number(CONSTANTS[head], span=without(span, scripts))
        return raised(parser, number, scripts.sup, span)
    if head in REMAINDERS and follows == "(":
        parser.i = after
        body = read_brackets(parser)
        return tree.Landau(REMAINDERS[head], body, span=parser.since(span[0]))
    return None


def _law(parser: Parser, name: str, after: int, span: Span) -> tree.Node | None:
    """Read a density that books name without defining it, with all its arguments."""
    before, parser.i = parser.i, after
    arguments, _ = read_arguments(parser)
    if len(arguments) != LAWS[name][0]:
        parser.i = before
        return None
    return tree.Apply(name, (), arguments, span=parser.since(span[0]))


def _builtin(parser: Parser, name: str, scripts: Scripts, after: int, span: Span) -> tree.Node:
    r"""Read a built-in function and its argument, in brackets or juxtaposed; ``\sin^2 x`` is a power."""
    if scripts.primes and BUILTIN[name].takes != "number":
        raise FormulaError("syntax", f"a prime on {name} isn't read; write its derivative", span)
    if scripts.sup is not None and "".join(t.text for t in scripts.sup) == "-1":
        if name in INVERSES:
            return _builtin(parser, INVERSES[name], replace(scripts, sup=None), after, span)
        raise FormulaError("syntax", f"{name} with -1 above can be read in two ways", span)
    parser.i = after
    if starts_bracket(parser):
        arguments, _ = read_arguments(parser)
        if len(arguments) != 1 and BUILTIN[name].takes != "array":
            raise FormulaError("syntax", f"{name} takes one argument", parser.since(span[0]))
        argument = arguments[0]
        if len(arguments) > 1 or isinstance(argument, tree.Series):
            row = tree.Matrix((arguments,), loose=True, span=parser.since(span[0]))
            argument = tree.Transpose(row, span=row.span)
    else:
        if not parser.starts_factor():
            raise parser.error(f"{name} needs an argument")
        argument = parser.run()
    where = parser.since(span[0])
    node: tree.Node = tree.Apply(name, (), (argument,), scripts.primes, span=where)
    if scripts.sub is not None:
        if name not in ("log", "ln"):
            raise FormulaError("syntax", f"a subscript of {name} isn't read", span)
        base = tree.Apply("log", (), (parser.whole(scripts.sub),), span=span)
        node = tree.Quotient(node, base, span=where)
    return raised(parser, node, scripts.sup, where)
