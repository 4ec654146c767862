"""The value of a tree in a world, random or given.

These modules tell `evaluation` what runs each kind of node.
"""

from nnmath.formula.running import arithmetic, binding, blocks, calculus, calls, moments

__all__ = ["arithmetic", "binding", "blocks", "calculus", "calls", "moments"]
