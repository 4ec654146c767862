r"""Sets: written out, with dots, ``[n]`` for 1 to n, declared ones; joined, cut and taken from each other."""

from __future__ import annotations

from nnmath.formula import duals, tree
from nnmath.formula.blocks import expanded
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Env, Evaluator, Frame

__all__: list[str] = []


def _written(ev: Evaluator, node: tree.SetOf, env: Env, frame: Frame) -> frozenset[float]:
    items = [item for member in node.members for item in expanded(ev, member, env, frame)]
    return frozenset(duals.primal(ev.scalar(item, env, frame)) for item in items)


def _combined(ev: Evaluator, node: tree.SetOperation, env: Env, frame: Frame) -> frozenset[float]:
    left, right = (ev.members(part, env, frame) for part in (node.left, node.right))
    if left is None or right is None:
        raise FormulaError("shape", f"{node.kind} joins sets", node.span)
    if node.kind == r"\cup":
        return left | right
    return left & right if node.kind == r"\cap" else left - right


Evaluator.handlers[tree.SetOf] = _written
Evaluator.handlers[tree.SetOperation] = _combined
