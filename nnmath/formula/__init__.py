"""Formulas that are read as printed, run literally and checked."""

from nnmath.formula.checking import Book, Result
from nnmath.formula.errors import FormulaError
from nnmath.formula.notation import Notation, Symbol

__all__ = ["Book", "FormulaError", "Notation", "Result", "Symbol"]
