r"""Formulas that are read as printed, run literally and checked.

Declare a notation, put equations into a book, and check them::

    from nnmath import formula

    notation = formula.Notation("a scope")
    notation.declare("n", "number of observations", domain="size")
    notation.declare("x_i", "an observation", indices="i = 1..n")
    notation.declare("m", "the mean")
    book = formula.Book(notation)
    book.add(r"m = \frac{1}{n} \sum_{i=1}^n x_i", kind="definition", label="mean")
    book.add(r"\sum_{i=1}^n (x_i - m) = 0", label="balance")
    for result in book.check():
        print(result.label, result.verdict)

The package needs NumPy alone and knows nothing of neural networks.
"""

from nnmath.formula.api import check, differentiate, evaluate, parse
from nnmath.formula.checking.book import Book, Result, Statement, load_book
from nnmath.formula.errors import FormulaError, Limits
from nnmath.formula.reading.notation import Notation, Symbol

__all__ = [
    "Book",
    "FormulaError",
    "Limits",
    "Notation",
    "Result",
    "Statement",
    "Symbol",
    "check",
    "differentiate",
    "evaluate",
    "load_book",
    "parse",
]
