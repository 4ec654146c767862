r"""Checking a book's equations in reading order.

A definition gives its symbol a value from then on; a claim must follow from what was printed before it, in several
random worlds, at every point; an update is checked on both sides.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import replace
from typing import Self, cast

import numpy as np

from nnmath.formula import tree
from nnmath.formula.checking.book import Book, Result, Statement, fail, verdict_on
from nnmath.formula.checking.code import Call, check_updated, read_call
from nnmath.formula.checking.compare import (
    TOLERANCE,
    WEAKER,
    Comparer,
    explained,
    tell_range,
)
from nnmath.formula.checking.lints import check_print, check_shadowing
from nnmath.formula.checking.mutation import repair
from nnmath.formula.errors import FormulaError, Span
from nnmath.formula.reading.conditions import ARROW
from nnmath.formula.reading.equation import Reading, read
from nnmath.formula.reading.notation import Notation
from nnmath.formula.running.definitions import Definition, Definitions, definition_from
from nnmath.formula.running.evaluation import Evaluator
from nnmath.formula.running.points import check_letters
from nnmath.formula.running.worlds import World

WILDER = 5  # times as many worlds, and points: one where an inequality holds tells less
UNREAD = {
    r"\rightarrow": f"a tendency isn't read, write it as a limit; {ARROW}",
    r"\sim": "what is distributed how is said in the notation, not checked as an equation",
}


class Session:
    """One pass over a book: the definitions met so far and the worlds of each scope."""

    def __init__(self, book: Book, seed: int) -> None:
        self.book = book
        self.seed = seed
        self.definitions: dict[int, Definitions] = {}
        self.evaluators: dict[int, list[Evaluator]] = {}
        self.labelled: dict[str, Reading | None] = {}  # None for one that can't be read
        self.previous: tree.Node | None = None

    def fork(self) -> Self:
        """Return a session that goes on from here on its own; worlds are shared, definitions copied."""
        other = copy(self)
        other.labelled = dict(self.labelled)
        other.definitions = Definitions.copies(self.definitions)
        other.evaluators = {
            name: [Evaluator(e.notation, e.world, other.definitions[name], e.limits) for e in found]
            for name, found in self.evaluators.items()
        }
        return other

    def run(self, hints: bool = False) -> list[Result]:
        """Check every statement."""
        return [self.take(statement, hints=hints) for statement in self.book.statements]

    def build_up(self, target: Statement) -> None:
        """Take in what stands up to a statement, itself too, as if it had been checked."""
        position = self.book.statements.index(target)
        for statement in self.book.statements[: position + 1]:
            if statement.kind == "definition":
                with suppress(FormulaError):  # what isn't defined is told where it is used
                    self.define(statement, self.read(statement))
            self.remember(statement)

    def take(self, statement: Statement, *, hints: bool = False) -> Result:
        """Check a statement and keep what later ones build on."""
        result = self.check(statement)
        fails = result.verdict == "fails"
        if hints and fails and result.category not in ("premise", "notation", "syntax"):
            result.hint = repair(self, statement, result)
        self.remember(statement, fails=fails)
        return result

    def scope(self, notation: Notation) -> Definitions:
        """Return the definitions of a scope, with those of the scope that it extends."""
        if id(notation) not in self.definitions:
            parent = self.scope(notation.extends) if notation.extends else None
            self.definitions[id(notation)] = Definitions(parent)
        return self.definitions[id(notation)]

    def worlds(self, notation: Notation, wild: bool = False) -> Iterator[Evaluator]:
        """Yield an evaluator for each world of a scope; if asked, for wild worlds too."""
        found = self.evaluators.setdefault(id(notation), [])
        tame = max(self.book.worlds, self.book.most_worlds)
        order: Iterable[int] = range(tame)
        if wild:  # three tame ones, then one of each kind in turn
            order = range(WILDER * tame)
            order = sorted(
                order, key=lambda k: (k - self.book.worlds, 0) if k < tame else (k - tame, 1)
            )
        for k in order:
            for n in range(len(found), k + 1):
                seed, equal = 1000 * self.seed + n, self.book.equal_sizes
                world = World(seed, equal, wild=n >= tame, plain=n == tame)
                scope = self.scope(notation)
                found.append(Evaluator(notation, world, scope, self.book.limits))
            yield found[k]

    # Reading

    def read(self, statement: Statement, reach: int = 0) -> Reading:
        """Read a statement; one that continues gets the last side of the statement before it."""
        scope, limits = statement.notation, self.book.limits
        for symbol in scope.symbols():  # what was read last may be of another book, or rejected
            found = self.scope(scope).of(symbol)
            symbol.called = any(d.arguments for d in [d for d in found if not d.failed] or found)
        reading = read(statement.latex, scope, statement.condition, limits, statement.kind, reach)
        equation = reading.equation
        if reading.continues:
            if self.previous is None:
                raise FormulaError("syntax", "there is nothing before it to continue", (0, 1))
            equation = replace(equation, sides=(self.previous, *equation.sides))
        sign = r"\leftarrow" if statement.kind == "update" else "="
        relations = tuple(sign if relation == ":=" else relation for relation in equation.relations)
        equation = replace(equation, relations=relations)
        _check_kind(equation, statement.kind)
        return replace(reading, equation=equation)

    def define(self, statement: Statement, reading: Reading) -> None:
        """Take a definition in, so that its own left side has a value."""
        equation = reading.equation
        left, body = equation.sides[:2]
        if equation.relations[0] != "=":
            message = "a definition has an equals sign"
            raise FormulaError("definition", message, equation.relation_spans[0])
        definition = definition_from(left, body, reading.conditions, statement.label)
        try:
            self._add(statement.notation, definition)
        except FormulaError as error:
            error.span = left.span
            raise
        self.scope(statement.notation).check_arguments(definition, statement.strict)

    def _with_meanings(self, statement: Statement, reading: Reading) -> Reading:
        """Take conditions that give a symbol its meaning, "where m = ...", as definitions."""
        kept, also = (
            tuple(c for c in conditions if not self._take_meaning(statement, c))
            for conditions in (reading.conditions, reading.also)
        )
        return replace(reading, conditions=kept, also=also)

    def _take_meaning(self, statement: Statement, condition: tree.Node) -> bool:
        """Take a condition in as the definition of its left side, if that has none."""
        if not isinstance(condition, tree.Comparison) or condition.relations != ("=",):
            return False
        left, body = condition.sides
        if not isinstance(left, tree.Entry) or left.symbol.domain != "printed":
            return False
        if self.scope(statement.notation).covers(left.symbol):
            return False
        self._add(statement.notation, definition_from(left, body))
        return True

    def _add(self, notation: Notation, definition: Definition) -> None:
        self.scope(notation).add(definition)
        for definitions in self.definitions.values():
            definitions.forget()
        for evaluators in self.evaluators.values():
            for ev in evaluators:
                ev.start.frame.memo.clear()

    # Keeping

    def remember(self, statement: Statement, *, fails: bool = False) -> None:
        """Keep what later statements build on."""
        if statement.kind == "unchecked":
            return
        if fails and statement.kind == "definition":
            self._spoil(statement)
        try:
            self.note(statement, self.read(statement))
        except FormulaError:
            self.previous = self.labelled[statement.label] = None

    def note(self, statement: Statement, reading: Reading) -> None:
        """Keep what may be continued and what an update does."""
        self.previous = reading.equation.sides[-1]
        self.labelled[statement.label] = reading

    def _spoil(self, statement: Statement) -> None:
        """Mark a failed definition, so that nothing random stands in for its symbol.

        If it can't be read, its left side may tell whose definition it would be.
        """
        with suppress(FormulaError):  # it tells nothing, or is defined by one that holds
            try:
                left, body = self.read(statement).equation.sides[:2]
            except FormulaError:
                left = statement.notation.parse(statement.latex.partition("=")[0].strip(" &\n"))
                body = tree.Number(0.0)
            wanted = definition_from(left, body, (), statement.label)
            known = self.scope(statement.notation).of(wanted.symbol)
            alike = [d for d in known if d.body == body]
            for definition in (wanted, *alike):
                definition.failed = True
            if not alike:
                self._add(statement.notation, wanted)

    def without(self, statement: Statement) -> Self:
        """Return a session that goes on from before a statement, without what it defines."""
        other = self.fork()
        if statement.kind == "definition":
            with suppress(FormulaError):
                left, body = self.read(statement).equation.sides[:2]
                other.scope(statement.notation).drop(definition_from(left, body).symbol, body)
        return other

    # Checking

    def check(self, statement: Statement) -> Result:
        """Check one statement against what stands before it."""
        result, start = verdict_on(statement), time.perf_counter()
        whole = 0, len(statement.latex)
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise"):
                self._verify(statement, result)
        except FormulaError as error:
            if error.span is None and error.category == "code":
                error.span = whole  # the whole differs from what computes it
            fail(result, self._asked(statement, error))
        except RecursionError:
            fail(result, FormulaError("limit", "the formula is nested too deeply", whole))
        result.seconds = time.perf_counter() - start
        return result

    def _asked(self, statement: Statement, error: FormulaError) -> FormulaError:
        r"""Ask for brackets where a claim holds if a function takes more, or less: ``\cos (a - b) x``."""
        if statement.kind != "claim" or error.category not in ("value", "shape"):
            return error
        usual: dict[Span, tree.Apply] = {}
        for reach in (0, 1, -1):
            with suppress(FormulaError):
                reading = self.read(statement, reach)
                calls = {n.span: n for n in tree.walk(reading.equation) if type(n) is tree.Apply}
                usual = usual or calls
                for span in sorted(calls.keys() - usual)[:1]:
                    self._compare(statement, reading, None, verdict_on(statement))
                    name = calls[span].symbol
                    message = f"how far does {name} reach? if to here, this holds; put its argument in brackets"
                    return FormulaError("syntax", message, span)
        return error

    def _verify(self, statement: Statement, result: Result) -> None:
        if statement.kind == "unchecked":
            result.verdict, result.message = "unchecked", statement.reason
            return
        reading = self._with_meanings(statement, self.read(statement))
        equation, notation = reading.equation, statement.notation
        if self.book.lints:
            check_print(equation, statement.strict, statement.kind)
        check_shadowing(equation, statement.strict)
        check_letters(equation, reading.conditions)
        if statement.kind == "definition":
            self.define(statement, reading)
        call = None
        if statement.code is not None:
            call = read_call(statement.code, notation, self.book.functions)
            if statement.kind == "update":
                check_updated(call, equation.sides[0], notation)
        self._compare(statement, reading, call, result)
        for more in reading.also:
            self._check_more(statement, reading, cast(tree.Comparison, more), result)

    def _check_more(
        self, statement: Statement, reading: Reading, more: tree.Comparison, result: Result
    ) -> None:
        """Check another equation of the same display; what is said of the first isn't said of it."""
        equation = tree.Equation(more.sides, more.relations, (more.span,) * len(more.relations))
        check_letters(equation, reading.conditions)
        plain = replace(statement, kind="claim", against="", equality="")
        if self.book.lints:
            check_print(equation, plain.strict, plain.kind)
        self._compare(plain, replace(reading, equation=equation), None, result)

    def _compare(
        self, statement: Statement, reading: Reading, call: Call | None, result: Result
    ) -> None:
        """Compare in one world after the other, until enough is compared."""
        rival = self.rival(statement.against) if statement.against else None
        comparer = Comparer(statement, reading, call, self.book.points, rival)
        used: list[Evaluator] = []
        nowhere: FormulaError | None = None
        wild = bool(WEAKER & set(reading.equation.relations)) and self.book.most_worlds > 1
        points, worlds = self.book.points, self.book.worlds
        if wild:
            points, worlds = WILDER * points, 3 * worlds
        for ev in self.worlds(statement.notation, wild):
            ev.operations = 0
            ev.met.clear()
            try:
                difference = comparer.run(ev, result)
            except FormulaError as error:
                tell_range(error, reading)
                skipped = (
                    ("domain", "limit") if ev.world.wild else ("domain",) * (not statement.strict)
                )
                if error.category not in skipped:
                    raise
                nowhere = error  # such as a matrix without an inverse: another world may have it
                continue
            used.append(ev)
            if difference is not None:
                raise explained(difference, statement, reading, ev.definitions)
            if len(used) >= worlds and comparer.numbers >= points and not comparer.unmet:
                break
        result.evidence = {
            "seed": self.seed,
            "worlds": len(used),
            "tolerance": TOLERANCE if statement.tolerance is None else statement.tolerance,
            "sizes": [_sizes(ev.world) for ev in used],
            "equality": statement.equality,
        }
        if nowhere is not None and len(used) < self.book.worlds:
            raise nowhere
        if comparer.numbers == 0:
            where = reading.equation.sides[0].span
            raise FormulaError("points", "there is no point at which to test this", where)
        for case in comparer.unmet:
            raise FormulaError("cases", "no random value meets this case", case.span)

    def rival(self, label: str) -> tree.Equation:
        """Return an earlier equation."""
        if label not in self.labelled:
            raise FormulaError("definition", f"there is no earlier equation {label!r}")
        reading = self.labelled[label]
        if reading is None:
            raise FormulaError("premise", f"{label} fails")
        return reading.equation


def _check_kind(equation: tree.Equation, kind: str) -> None:
    """Refuse relations that don't belong in an equation of this kind."""
    relations, spans = equation.relations, equation.relation_spans
    if kind == "expression" and relations:
        raise FormulaError("syntax", "an expression has no relation", spans[0])
    if kind != "expression" and not relations:
        message = "this is an expression; an equation has two sides"
        raise FormulaError("syntax", message, equation.sides[0].span)
    arrow = r"\leftarrow" in relations
    if arrow != (kind == "update") or r"\leftarrow" in relations[1:]:
        missing = "an update has an arrow after what it changes"
        raise FormulaError(
            "syntax", "an arrow belongs in an update" if arrow else missing, spans[0]
        )
    for relation, span in zip(relations, spans, strict=True):
        if relation in UNREAD:
            raise FormulaError("syntax", UNREAD[relation], span)


def _sizes(world: World) -> dict[str, int]:
    """Return the sizes of a world by name."""
    return {
        f"{symbol.latex}{list(key) if key else ''}": size
        for (symbol, key), size in world.sizes.items()
    }
