r"""Checking a book's equations in reading order.

A definition gives its symbol a value from then on; a claim must follow from what was printed before it, in several
random worlds, at every point; an update is checked on both sides.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import cast

import numpy as np

from nnmath.formula import (  # noqa: F401  # they teach the evaluator its nodes
    arithmetic,
    binding,
    calculus,
    calls,
    integrals,
    moments,
    norms,
    probability,
    sets,
    tree,
)
from nnmath.formula.book import Book, Result, Statement, code_name, located
from nnmath.formula.code import Call, check_updated, read_call
from nnmath.formula.compare import TOLERANCE, Comparer, Difference
from nnmath.formula.definitions import Definition, Definitions, definition_from, formal_of
from nnmath.formula.equation import Reading, read
from nnmath.formula.errors import FormulaError
from nnmath.formula.evaluation import Evaluator
from nnmath.formula.lints import check_print
from nnmath.formula.notation import Notation, Symbol
from nnmath.formula.points import check_letters, range_hint
from nnmath.formula.premises import premise_from
from nnmath.formula.shadowing import check_shadowing
from nnmath.formula.worlds import World

__all__ = ["Session"]

WEAKER = {"<", ">", r"\leq", r"\geq", r"\neq"}
TOO_DEEP = "the formula is nested too deeply"


UNREAD = {
    r"\rightarrow": "a tendency isn't read; write it as a limit",
    r"\sim": "what is distributed how is said in the notation, not checked as an equation",
}


class Session:
    """One pass over a book: the definitions met so far and the worlds of each scope."""

    def __init__(self, book: Book, seed: int) -> None:
        self.book = book
        self.seed = seed
        self.definitions: dict[int, Definitions] = {}
        self.evaluators: dict[int, list[Evaluator]] = {}
        self.labelled: dict[str, Reading] = {}
        self.unread: set[str] = set()
        self.previous: tree.Node | None = None

    def fork(self) -> Session:
        """Return a session that goes on from here on its own; worlds are shared, definitions copied."""
        other = Session(self.book, self.seed)
        other.definitions = Definitions.copies(self.definitions)
        for name, evaluators in self.evaluators.items():
            scope = other.definitions[name]
            other.evaluators[name] = [
                Evaluator(e.notation, e.world, scope, e.limits) for e in evaluators
            ]
        other.labelled, other.previous = dict(self.labelled), self.previous
        other.unread = set(self.unread)
        return other

    def run(self, hints: bool = False) -> list[Result]:
        """Check every statement."""
        return [self.take(statement, hints=hints) for statement in self.book.statements]

    def build_up(self, label: str) -> None:
        """Take in what stands up to a label, the labelled statement too, as if it had been checked."""
        for statement in self.book.statements:
            if statement.kind == "definition":
                with suppress(FormulaError):  # what isn't defined is told where it is used
                    self.define(statement, self.read(statement))
            self.remember(statement, Result("", 0, "", "", statement.kind))
            if statement.label == label:
                return

    def take(self, statement: Statement, *, hints: bool = False) -> Result:
        """Check a statement and keep what later ones build on."""
        result = self.check(statement)
        if hints and result.verdict == "fails" and result.category != "premise":
            from nnmath.formula.repair import repair

            result.hint = repair(self, statement, result)
        self.remember(statement, result)
        return result

    def scope(self, notation: Notation) -> Definitions:
        """Return the definitions of a scope, with those of the scope that it extends."""
        if id(notation) not in self.definitions:
            parent = self.scope(notation.extends) if notation.extends else None
            self.definitions[id(notation)] = Definitions(parent)
        return self.definitions[id(notation)]

    def worlds(self, notation: Notation, times: int = 1) -> Iterator[Evaluator]:
        """Yield an evaluator for each world of a scope, so many times as many as the book allows."""
        found = self.evaluators.setdefault(id(notation), [])
        for k in range(max(self.book.worlds, self.book.most_worlds * times)):
            if k == len(found):
                world = World(1000 * self.seed + k, self.book.equal_sizes)
                scope = self.scope(notation)
                found.append(Evaluator(notation, world, scope, self.book.limits))
            yield found[k]

    # One statement

    def check(self, statement: Statement) -> Result:
        """Check one statement against what stands before it."""
        result = Result(
            statement.file, statement.line, statement.label, statement.latex, statement.kind,
            code=code_name(statement.code),
        )  # fmt: skip
        start = time.perf_counter()
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise"):
                self._verify(statement, result)
        except FormulaError as error:
            self._fail(statement, result, error)
        except RecursionError:
            self._fail(
                statement, result, FormulaError("limit", TOO_DEEP, (0, len(statement.latex)))
            )
        result.seconds = time.perf_counter() - start
        return result

    def _fail(self, statement: Statement, result: Result, error: FormulaError) -> None:
        if error.span is None and error.category == "code":
            error.span = (0, len(statement.latex))  # the whole differs from what computes it
        result.verdict, result.category, result.span = "fails", error.category, error.span
        result.message = located(statement, error)

    def _verify(self, statement: Statement, result: Result) -> None:
        if statement.kind == "unchecked":
            result.verdict, result.message = "unchecked", statement.reason
            return
        reading = self._with_meanings(statement, self.read(statement))
        equation = reading.equation
        if self.book.lints:
            check_print(equation, statement.strict, statement.kind)
        check_shadowing(equation, statement.strict)
        check_letters(equation, reading.conditions)
        if statement.kind == "definition":
            self.define(statement, reading)
        if statement.kind == "premise":
            premise = premise_from(equation, statement.solves, statement.notation, statement.label)
            self._add(statement.notation, premise)
        call = (
            None
            if statement.code is None
            else read_call(statement.code, statement.notation, self.book.functions)
        )
        if call is not None and statement.kind == "update":
            check_updated(call, equation.sides[0], statement.notation)
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

    def read(self, statement: Statement) -> Reading:
        """Read a statement; one that continues gets the last side of the statement before it."""
        reading = read(statement.latex, statement.notation, statement.condition, self.book.limits)
        equation = reading.equation
        if reading.continues:
            if self.previous is None:
                raise FormulaError("syntax", "there is nothing before it to continue", (0, 1))
            equation = tree.Equation(
                (self.previous, *equation.sides), equation.relations, equation.relation_spans
            )
        if statement.kind == "expression" and equation.relations:
            raise FormulaError(
                "syntax", "an expression has no relation", equation.relation_spans[0]
            )
        if statement.kind != "expression" and not equation.relations:
            raise FormulaError(
                "syntax", "this is an expression; an equation has two sides", equation.sides[0].span
            )
        sign = r"\leftarrow" if statement.kind == "update" else "="
        relations = tuple(sign if relation == ":=" else relation for relation in equation.relations)
        equation = replace(equation, relations=relations)
        update = r"\leftarrow" in equation.relations
        if update != (statement.kind == "update") or r"\leftarrow" in equation.relations[1:]:
            what = (
                "an arrow belongs in an update"
                if update
                else "an update has an arrow after what it changes"
            )
            raise FormulaError("syntax", what, equation.relation_spans[0])
        for sign, what in UNREAD.items():
            if sign in equation.relations:
                where = equation.relation_spans[equation.relations.index(sign)]
                raise FormulaError("syntax", what, where)
        return replace(reading, equation=equation)

    def define(self, statement: Statement, reading: Reading) -> None:
        """Take a definition in, so that its own left side has a value."""
        equation = reading.equation
        if equation.relations[0] != "=":
            raise FormulaError(
                "definition", "a definition has an equals sign", equation.relation_spans[0]
            )
        definition = definition_from(
            equation.sides[0], equation.sides[1], reading.conditions, statement.label
        )
        try:
            self._add(statement.notation, definition)
        except FormulaError as error:
            raise FormulaError(error.category, error.message, equation.sides[0].span) from None
        self._check_arguments(statement.notation, definition)

    def _check_arguments(self, notation: Notation, definition: Definition) -> None:
        """Refuse arguments that a function doesn't depend on, and sizes, which follow from the shapes."""
        scope = self.scope(notation)
        heads = [getattr(node, "symbol", None) for node in tree.walk(definition.body)]
        known = {s for head in heads if isinstance(head, Symbol) for s in scope.closure(head)}
        entries = [formal_of(argument) for argument in definition.arguments]
        sizes = [part for a in entries for node in a.symbol.shape for part in tree.walk(node)]
        shown = {part.symbol for part in sizes if isinstance(part, tree.Entry)}
        for argument in entries:
            if argument.symbol in shown:
                message = f"{argument.symbol.latex} follows from the shapes and is no argument"
                raise FormulaError("definition", message, argument.span)
            if argument.symbol not in known:
                message = f"the right side doesn't depend on the argument {argument.symbol.latex}"
                raise FormulaError("definition", message, argument.span)

    def _add(self, notation: Notation, definition: Definition) -> None:
        self.scope(notation).add(definition)
        for definitions in self.definitions.values():
            definitions.forget()
        for evaluators in self.evaluators.values():
            for ev in evaluators:
                ev.base.memo.clear()

    def remember(self, statement: Statement, result: Result) -> None:
        """Keep what later statements build on."""
        if statement.kind == "unchecked":
            return
        if result.verdict == "fails" and statement.kind == "definition":
            self._spoil(statement)
        try:
            self.note(statement, self.read(statement))
        except FormulaError:
            self.previous = None
            self.unread.add(statement.label)

    def note(self, statement: Statement, reading: Reading) -> None:
        """Keep what may be continued and what an update does."""
        self.previous = reading.equation.sides[-1]
        if statement.label:
            self.labelled[statement.label] = reading

    def _spoil(self, statement: Statement) -> None:
        """Mark a failed definition, so that nothing random stands in for its symbol.

        If it can't be read, its left side may tell whose definition it would be.
        """
        try:
            equation = self.read(statement).equation
            wanted = definition_from(equation.sides[0], equation.sides[1], (), statement.label)
        except FormulaError:
            try:
                left = statement.notation.parse(statement.latex.partition("=")[0].strip(" &\n"))
                wanted = definition_from(left, tree.Number(0.0), (), statement.label)
            except FormulaError:
                return
        wanted.failed = True
        alike = [
            d for d in self.scope(statement.notation).of(wanted.symbol) if d.body == wanted.body
        ]
        for definition in alike:
            definition.failed = True
        if not alike:
            with suppress(FormulaError):  # it is defined already, by an equation that holds
                self._add(statement.notation, wanted)

    def without(self, statement: Statement) -> Session:
        """Return a session that goes on from before a statement, without what it defines."""
        other = self.fork()
        if statement.kind != "definition":
            return other
        with suppress(FormulaError):
            equation = self.read(statement).equation
            left, body = equation.sides[0], equation.sides[1]
            symbol = definition_from(left, body, (), statement.label).symbol
            other.scope(statement.notation).drop(symbol, body)
        return other

    def _compare(
        self, statement: Statement, reading: Reading, call: Call | None, result: Result
    ) -> None:
        comparer = Comparer(statement, reading, call, self.book.points)
        if statement.against:
            comparer.rival = self._rival(statement)
        used: list[Evaluator] = []
        nowhere: FormulaError | None = None
        # A point where an inequality holds tells less than one where an equation does.
        times = 5 if set(reading.equation.relations) & WEAKER and self.book.most_worlds > 1 else 1
        for ev in self.worlds(statement.notation, times):
            ev.operations = 0
            ev.met.clear()
            try:
                difference = comparer.run(ev, result)
            except FormulaError as error:
                _tell_range(error, reading)
                if error.category != "domain" or statement.strict:
                    raise
                nowhere = error  # such as a matrix without an inverse: another world may have it
                continue
            used.append(ev)
            if difference is not None:
                raise self._difference(statement, reading, difference, ev)
            enough = comparer.numbers >= self.book.points * times and not comparer.unmet
            if len(used) >= self.book.worlds and enough:
                break
        result.evidence = {
            "seed": self.seed,
            "worlds": len(used),
            "tolerance": TOLERANCE if statement.tolerance is None else statement.tolerance,
            "sizes": [size_table(ev) for ev in used],
            "equality": statement.equality,
        }
        if nowhere is not None and len(used) < self.book.worlds:
            raise nowhere
        if comparer.numbers == 0:
            where = reading.equation.sides[0].span
            raise FormulaError("points", "there is no point at which to test this", where)
        for case in comparer.unmet:
            raise FormulaError("cases", "no random value meets this case", case.span)

    def _rival(self, statement: Statement) -> tree.Equation:
        if statement.against not in self.labelled:
            known = statement.against in self.unread
            what = (
                f"{statement.against} fails"
                if known
                else f"there is no earlier equation {statement.against!r}"
            )
            raise FormulaError("premise" if known else "definition", what)
        return self.labelled[statement.against].equation

    def _difference(
        self, statement: Statement, reading: Reading, difference: Difference, ev: Evaluator
    ) -> FormulaError:
        """Say where the sides differ, what the formula clashes with, and which index looks wrong."""
        parts = [difference.text]
        hint = range_hint(reading.equation, reading.conditions)
        span = difference.span
        if hint is not None:
            parts.append(hint[0])
            span = hint[1]
        clash = self._clash(statement, reading.equation.sides[0])
        if difference.category == "code" and not clash:
            clash = self._basis(statement, reading.equation.sides[1:])
        if clash:
            parts.append(clash)
        return FormulaError(difference.category, "; ".join(parts), span)

    def _basis(self, statement: Statement, sides: Sequence[tree.Node]) -> str:
        """Name the printed definitions of what the right side is made of: one of them may be wrong."""
        scope = self.scope(statement.notation)
        heads = [getattr(node, "symbol", None) for side in sides for node in tree.walk(side)]
        found = [d.label for head in heads if isinstance(head, Symbol) for d in scope.of(head)]
        labels = [label for label in dict.fromkeys(found) if label not in ("", statement.label)]
        return f"it builds on {', '.join(labels)}" if labels else ""

    def _clash(self, statement: Statement, left: tree.Node) -> str:
        """Name the printed definitions of the left side's symbols."""
        scope = self.scope(statement.notation)
        labels: list[str] = []
        undefined: list[Symbol] = []
        for node in tree.walk(left):
            symbol = getattr(node, "symbol", None)
            if isinstance(symbol, Symbol) and symbol.domain not in ("size", "at most"):
                found = [d.label for d in scope.of(symbol) if d.label and d.label not in labels]
                labels += found
                if not scope.of(symbol) and not symbol.is_function and isinstance(node, tree.Entry):
                    undefined.append(symbol)
        labels = [label for label in labels if label != statement.label]
        if labels:
            return f"it clashes with {', '.join(labels)}"
        if statement.kind == "claim" and isinstance(left, tree.Entry) and undefined:
            return f"nothing printed before defines {undefined[0].latex}"
        return ""


def _tell_range(error: FormulaError, reading: Reading) -> None:
    """Say of an index that is out of its range which sum runs too far, if one does."""
    hint = range_hint(reading.equation, reading.conditions)
    if error.category == "index" and hint is not None:
        error.message, error.span = hint


def size_table(ev: Evaluator) -> dict[str, int]:
    """Return the sizes of a world by name."""
    return {
        f"{symbol.latex}{list(key) if key else ''}": size
        for (symbol, key), size in ev.world.sizes.items()
    }
