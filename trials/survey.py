r"""Every mutant of every equation of a book, each in its place: which are noticed, and which aren't.

A mutant that says the same thing in another order isn't counted: to reject it would be wrong. A mutant of a claim is
checked in its place, after everything before it as printed. A mutant of a definition counts as rejected when it, or
anything printed later that is built on it, fails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from nnmath.formula import tree
from nnmath.formula.checking.book import Book, Statement
from nnmath.formula.checking.code import read_call
from nnmath.formula.checking.mutation import Mutant, mutants, printed
from nnmath.formula.checking.session import Session
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.equation import Reading
from nnmath.formula.reading.notation import Symbol
from nnmath.formula.running.definitions import definition_from
from trials.structure import structure

__all__ = ["InPlace", "Trial", "survey"]


@dataclass
class Trial:
    """What became of the mutants of one equation.

    Attributes
    ----------
    position : int
        Where the equation stands in the book.
    tried : Counter of str
        How many mutants of each kind of edit.
    rejected : Counter of (str, str)
        How many of each kind were rejected, for each category of fault.
    survivors : list of Mutant
        Those that pass.
    alarm : str
        Why the equation itself is rejected; nothing is tried then.
    """

    position: int
    tried: Counter[str] = field(default_factory=Counter)
    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)
    survivors: list[Mutant] = field(default_factory=list)
    alarm: str = ""


class InPlace:
    """A pass over a book that holds, trying other formulas in the place of one equation after the other."""

    def __init__(self, book: Book, seed: int = 0) -> None:
        self.book = book
        self.session = Session(book, seed)
        self.position = 0
        self.readings: list[Reading | None] = []
        self.needs: list[frozenset[Symbol]] = []
        self._read_all(Session(book, seed))

    def _read_all(self, session: Session) -> None:
        """Read every equation, and find which symbols its truth depends on."""
        for statement in self.book.statements:
            reading = None if statement.kind == "unchecked" else session.read(statement)
            self.readings.append(reading)
            if reading is not None:
                _take_in(session, statement, reading)
                self.needs.append(_needs(session, statement, reading))
            else:
                self.needs.append(frozenset())

    def go_to(self, position: int) -> Statement:
        """Take in everything before a position, which is never before that of the last call."""
        while self.position < position:
            reading = self.readings[self.position]
            if reading is not None:
                _take_in(self.session, self.book.statements[self.position], reading)
            self.position += 1
        return self.book.statements[position]

    def mutants(self, every: int = 1) -> Iterator[Mutant]:
        """Yield the mutants of the equation here, or one in so many, that say something else than it does."""
        statement, reading = self.book.statements[self.position], self.readings[self.position]
        if reading is None:
            return
        own = _said(reading)
        for mutant in islice(mutants(statement.latex, printed(reading)), 0, None, every):
            try:
                same = _said(self.session.read(replace(statement, latex=mutant.latex))) == own
            except FormulaError:
                same = False  # what can't be read is rejected, and counted as such
            if not same:
                yield mutant

    def rejection(self, latex: str) -> str:
        """Return why another formula is rejected in the place of the equation here, or the empty string."""
        statement = replace(self.book.statements[self.position], latex=latex)
        fork = self.session.fork() if statement.kind == "definition" else self.session
        result = fork.check(statement)
        if result.verdict == "fails":
            return result.category
        return self._later(statement)

    def _later(self, statement: Statement) -> str:
        """Return why something fails that is printed later and built on a changed statement."""
        affected = list(self._affected(statement))
        if not affected:
            return ""
        fork = self.session.fork()
        _take_in(fork, statement, fork.read(statement))
        for position in range(self.position + 1, affected[-1] + 1):
            later, reading = self.book.statements[position], self.readings[position]
            if position in affected:
                result = fork.check(later)
                if result.verdict == "fails":
                    return f"later {result.category}"
                fork.remember(later)
            elif reading is not None:
                _take_in(fork, later, reading)
        return ""

    def _affected(self, statement: Statement) -> Iterator[int]:
        """Yield the positions of later equations whose truth may depend on a changed statement."""
        changed: set[Symbol] = set()
        if statement.kind == "definition":
            original = self.readings[self.position]
            for reading in (original, self.session.read(statement)):
                if reading is not None:
                    sides = reading.equation.sides
                    symbol = definition_from(sides[0], sides[1]).symbol
                    changed |= {symbol, symbol.entry_of or symbol}
        for position in range(self.position + 1, len(self.book.statements)):
            follows = position == self.position + 1 and self._continues(position)
            rival = statement.label and self.book.statements[position].against == statement.label
            if follows or rival or changed & self.needs[position]:
                yield position

    def _continues(self, position: int) -> bool:
        reading = self.readings[position]
        return reading is not None and reading.continues


def _said(reading: Reading) -> tuple[object, ...]:
    """Return what a display says, without how it is written."""
    return tuple(structure(part) for part in (reading.equation, reading.conditions, reading.also))


def _take_in(session: Session, statement: Statement, reading: Reading) -> None:
    """Take a statement that holds into a session without checking it again."""
    if statement.kind == "definition":
        session.define(statement, reading)
    session.note(statement, reading)


def _needs(session: Session, statement: Statement, reading: Reading) -> frozenset[Symbol]:
    """Return every symbol on which the truth of a statement depends."""
    nodes: list[tree.Node] = [reading.equation, *reading.conditions, *reading.also]
    heads: list[object] = []
    if statement.code is not None:
        call = read_call(statement.code, statement.notation, session.book.functions)
        for _, argument in call.arguments:
            heads.append(argument.symbol)
            nodes += [node for _, node in argument.places]
            nodes += [argument.node] if argument.node else []
    if statement.against:
        nodes.append(session.rival(statement.against))
    heads += [getattr(part, "symbol", None) for node in nodes for part in tree.walk(node)]
    scope = session.scope(statement.notation)
    return frozenset(s for head in heads if isinstance(head, Symbol) for s in scope.closure(head))


# Surveys


def survey(
    load: Callable[[], Book],
    seed: int = 0,
    *,
    positions: Sequence[int] | None = None,
    processes: int = 1,
    every: int = 1,
) -> list[Trial]:
    """Try every mutant of the equations of a book that holds.

    Parameters
    ----------
    load : callable
        Makes the book; each process makes its own, so with several it must be one that can be pickled.
    seed : int
        Which worlds.
    positions : sequence of int, optional
        Which equations; all of them otherwise.
    processes : int
        How many processes share the work.
    every : int
        Try the first of so many mutants of an equation, then the next first, and so on; 1 for all of them.

    Returns
    -------
    list of Trial
        In reading order.
    """
    wanted = range(len(load().statements)) if positions is None else sorted(positions)
    if processes == 1:
        return list(_tried(InPlace(load(), seed), wanted, every))
    with ProcessPoolExecutor(processes, initializer=_start, initargs=(load, seed)) as pool:
        return list(pool.map(partial(_try, every), wanted))


def _tried(place: InPlace, positions: Iterable[int], every: int) -> Iterator[Trial]:
    for position in positions:
        statement = place.go_to(position)
        trial = Trial(position)
        if place.readings[position] is not None:
            trial.alarm = place.rejection(statement.latex)
        for mutant in () if trial.alarm else place.mutants(every):
            trial.tried[mutant.kind] += 1
            category = place.rejection(mutant.latex)
            if category:
                trial.rejected[mutant.kind, category] += 1
            else:
                trial.survivors.append(mutant)
        yield trial


_here: list[InPlace] = []  # of a worker process: its pass over the book


def _start(load: Callable[[], Book], seed: int) -> None:
    _here.append(InPlace(load(), seed))


def _try(every: int, position: int) -> Trial:
    return next(_tried(_here[0], [position], every))
