r"""The notation table: every symbol declared once, with its meaning, its indices and where its values come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nnmath.formula import tree
from nnmath.formula.errors import FormulaError, Limits, expect
from nnmath.formula.reading.declarations import read_declarations, read_signature, split_family
from nnmath.formula.reading.equation import read_condition
from nnmath.formula.reading.lexer import tokenize
from nnmath.formula.reading.parser import Parser
from nnmath.formula.reading.symbol import (
    DOMAINS,
    SIZED_DOMAIN,
    IndexRange,
    Sampler,
    Symbol,
    Template,
)
from nnmath.formula.reading.tokens import State
from nnmath.formula.values.functions import NAMED

__all__ = ["IndexRange", "Notation", "Symbol"]


@dataclass
class Notation:
    r"""A scope of declared symbols.

    Parameters
    ----------
    name : str
        What to call the scope in messages.
    extends : Notation, optional
        A scope whose symbols are known here too, unless declared anew.
    elementwise : bool
        Whether roots, quotients, powers and sums with a number apply to arrays entry by entry.
    broadcast_rows : bool
        Whether a row may be added to each row of a matrix.
    coordinates : str
        The symbols by which a gradient without a subscript is taken, with commas between.
    layout : {"", "numerator", "denominator"}
        How the derivative of a column by a column is laid out; without a layout it is refused. In numerator layout
        the derivative of a number by a column is a row; its gradient is a column all the same.
    row_gradients : bool
        Whether gradients are rows.
    letters : str
        Further letters that count, besides those of the declared ranges: ``"j, k"``.
    limits : Limits
        How long and how deep its formulas may be.

    Examples
    --------
    >>> from nnmath import formula
    >>> notation = formula.Notation("statistics")
    >>> n = notation.declare("n", "number of observations", domain="size")
    >>> x = notation.declare("x_i", "observation", indices="i = 1..n")
    >>> notation.find("x")
    [Symbol(x_i)]
    """

    name: str = "notation"
    extends: Notation | None = None
    elementwise: bool = False
    broadcast_rows: bool = False
    coordinates: str = ""
    layout: str = ""
    row_gradients: bool = False
    letters: str = ""
    limits: Limits = field(default_factory=Limits)
    _symbols: list[Symbol] = field(init=False, repr=False, default_factory=list)
    _letters: set[str] = field(init=False, repr=False, default_factory=set)
    _heads: dict[str, list[Symbol]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an outer scope that is none."""
        if self.extends is not None:
            expect("extends", self.extends, Notation, "a Notation")

    # Declaring

    def declare(
        self,
        latex: str,
        meaning: str = "",
        *,
        indices: str = "",
        shape: str = "",
        domain: str | Sampler = "real",
        maps: str = "",
        code: str | None = None,
        given: str = "",
        entry_of: str = "",
    ) -> Symbol:
        r"""Declare a symbol.

        Parameters
        ----------
        latex : str
            How it is printed, with its index letters in place: ``w_l^{ij}``, ``\mathbf{x}^{(i)}``, ``P(X = k)``.
        meaning : str
            What it means, for the reader.
        indices : str
            The range of each index letter: ``"l = 0..L-1; i = 1..n_{l+1}; j = 1..n_l"``.
        shape : str
            The shape of a whole array: ``"d"`` for a column, ``"n, d"`` for a matrix, ``"1, d"`` for a row.
        domain : str or callable
            Where its values come from: ``"real"``, ``"positive"``, ``"distribution"``, ``"size"``,
            ``"symmetric"``, ``"values 1..K"`` (a variable to sum over), ``"law of x, y"`` and what else the page
            *What is read* has; ``"printed"``, only from a printed definition, which says whether it is a function;
            or a function of a generator and a shape.
        maps : str
            For a function: ``"R -> R"``, ``"R^d, R -> R^m"``, ``"entrywise"``, ``"printed"`` when a printed
            definition says it all, or the name of a known function
            (``"sigmoid"``, ``"normal cdf"``). Without a printed definition it is a different random smooth function
            each time.
        code : str, optional
            Its name as an argument of functions.
        given : str
            A condition under which a defined symbol is an input: ``"l = 0"``.
        entry_of : str
            The whole array of which this is an entry.

        Returns
        -------
        Symbol
            The declaration.

        Raises
        ------
        FormulaError
            If it is declared already, if its indices don't fit its template, or for an unknown domain.

        Examples
        --------
        >>> from nnmath import formula
        >>> notation = formula.Notation("a market")
        >>> notation.declare("n", "number of assets", domain="size")
        Symbol(n)
        >>> notation.declare(r"\mathbf{w}", "weights", shape="n", domain="distribution")
        Symbol(\mathbf{w})
        >>> notation.declare("w_i", "a weight", indices="i = 1..n", entry_of=r"\mathbf{w}")
        Symbol(w_i)
        >>> notation.declare("u", "any utility", maps="R -> R")
        Symbol(u)
        """
        expect("latex", latex, str, "LaTeX as text")
        ranges = self._ranges(indices)
        template = Template.parse(latex, [r.name for r in ranges])
        for other in self._symbols:
            if other.template == template or other.latex == latex:
                raise FormulaError("notation", f"{latex} is declared twice in {self.name}")
        kind, detail, sampler = self._domain(domain)
        symbol = Symbol(
            latex, meaning, template, ranges, self._nodes(shape), kind, detail, sampler,
            read_signature(self, maps), maps == "entrywise", maps if maps in NAMED else "", code,
            read_condition(given, self), self._parent(entry_of), len(self._symbols),
        )  # fmt: skip
        self._keep(symbol)
        return symbol

    def _keep(self, symbol: Symbol) -> None:
        """Take a symbol in, also under its head; heads of fewer letters first."""
        self._symbols.append(symbol)
        alike = self._heads.setdefault("".join(symbol.template.head), [])
        alike.append(symbol)
        alike.sort(key=lambda one: len(one.template.head))

    def declare_all(self, text: str) -> list[Symbol]:
        r"""Declare the symbols of a table in text, one line each; see `nnmath.formula.reading.declarations`.

        Parameters
        ----------
        text : str
            The table.

        Returns
        -------
        list of Symbol
            The declarations, in order.

        Examples
        --------
        >>> from nnmath import formula
        >>> notation = formula.Notation("regression")
        >>> _ = notation.declare_all(r'''
        ...     n, d :: size
        ...     X \in \mathbb{R}^{n \times d}    -- inputs, one a row
        ...     y_i :: i = 1..n               -- target
        ...     \sigma :: positive
        ... ''')
        >>> [symbol.latex for symbol in notation.own_symbols]
        ['n', 'd', 'X', 'y_i', '\\sigma']
        """
        return [self.declare(latex, **facts) for latex, facts in read_declarations(text)]

    def _ranges(self, indices: str) -> tuple[IndexRange, ...]:
        """Read ``l = 0..L; i = 1..n_l``."""
        texts = []
        for piece in filter(None, map(str.strip, indices.split(";"))):
            match = re.match(r"^(\\?[a-zA-Z]+'*)\s*=\s*(.+?)\s*\.\.\s*(.+)$", piece)
            if match is None:
                raise FormulaError("notation", f"{piece!r} isn't a range such as i = 1..n")
            name = match[1]
            if any(s.template.head == (name,) and s.template.sub is None for s in self._symbols):
                message = f"{name} is declared as a symbol in {self.name} and can't be an index"
                raise FormulaError("notation", message)
            texts.append(match.groups())
        self._letters |= {name for name, _, _ in texts}
        return tuple(
            IndexRange(name, self.parse(lower), self.parse(upper), f"{lower}..{upper}")
            for name, lower, upper in texts
        )

    def _nodes(self, shape: str) -> tuple[tree.Node, ...]:
        nodes = tuple(self.parse(part) for part in shape.split(",") if part.strip())
        if len(nodes) > 2:
            raise FormulaError("notation", f"{shape!r} has more than two axes")
        return nodes

    def _domain(self, domain: str | Sampler) -> tuple[str, str, Sampler | None]:
        if callable(domain):
            return "sampled", "", domain
        if domain == "event":
            return domain, "{0, 1}", None
        sized = SIZED_DOMAIN.match(domain)
        if sized is not None:
            if sized[1] == "distributed":
                split_family(sized[2])
            if sized[1] == "sample of":
                self._expect_symbols(sized[2])
            return sized[1], sized[2], None
        if domain.startswith("{") and domain.endswith("}"):
            return "values", domain, None
        if domain not in DOMAINS:
            known = ", ".join(DOMAINS)
            known += r", and in a table \mathbb{R}^d, (0, 1)"
            raise FormulaError("notation", f"{domain!r} is no known domain; known are {known}")
        return domain, "", None

    def _expect_symbols(self, names: str) -> None:
        """Refuse a sample of what isn't declared, or has indices."""
        for name in names.split(","):
            node = self.parse(name)
            if not isinstance(node, tree.Entry) or node.indices or node.symbol.is_function:
                message = f"a sample is of symbols without indices, which {name.strip()!r} isn't"
                raise FormulaError("notation", message)

    def _parent(self, entry_of: str) -> Symbol | None:
        if not entry_of:
            return None
        for symbol in self.symbols():
            if symbol.latex == entry_of:
                return symbol
        raise FormulaError("notation", f"{entry_of} isn't declared in {self.name}")

    # Looking up

    @classmethod
    def joined(cls, notations: Iterable[Notation]) -> Notation:
        """Return a scope that knows the symbols of several; of two that are printed alike, the first.

        Parameters
        ----------
        notations : iterable of Notation
            The scopes.

        Returns
        -------
        Notation
            A scope of its own; the others aren't changed.
        """
        scope = cls("joined")
        found: dict[Template, Symbol] = {}
        for notation in notations:
            scope._letters |= notation.index_letters
            for symbol in notation.symbols():
                found.setdefault(symbol.template, symbol)
        for symbol in found.values():
            scope._keep(symbol)
        return scope

    @property
    def own_symbols(self) -> tuple[Symbol, ...]:
        """The symbols declared in this very scope, in order."""
        return tuple(self._symbols)

    def symbols(self) -> Iterator[Symbol]:
        """Yield every symbol known here, this scope's own first.

        Yields
        ------
        Symbol
            One declaration after the other.
        """
        yield from self._symbols
        if self.extends is not None:
            own = {symbol.template for symbol in self._symbols}
            yield from (s for s in self.extends.symbols() if s.template not in own)

    def find(self, head: str) -> list[Symbol]:
        """Return the symbols with a head; a letter that is an index here hides an outer scope's symbol.

        Parameters
        ----------
        head : str
            What is printed without scripts: ``w`` for ``w_l^{ij}``.

        Returns
        -------
        list of Symbol
            This scope's own first.
        """
        own = self._heads.get(head, [])
        if self.extends is None or (head in self._letters and not own):
            return own
        templates = {symbol.template for symbol in own}
        return own + [s for s in self.extends.find(head) if s.template not in templates]

    @property
    def index_letters(self) -> set[str]:
        """The letters that count here."""
        own = self._letters | {name.strip() for name in self.letters.split(",") if name.strip()}
        return own | (set() if self.extends is None else self.extends.index_letters)

    def parse(self, latex: str) -> tree.Node:
        """Read one side in this notation.

        Parameters
        ----------
        latex : str
            One side of an equation.

        Returns
        -------
        tree.Node
            What it says.

        Raises
        ------
        FormulaError
            If it isn't read completely.
        """
        tokens = tokenize(latex, self.limits)
        parser = Parser(tokens, State(self, self.limits, source_end=len(latex)))
        node = parser.side()
        parser.finish()
        return node
