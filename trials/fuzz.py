"""Nonsense in the place of every equation: a verdict or a located message, soon, and never a traceback."""

from __future__ import annotations

import random
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

from nnmath.formula.checking.book import Book, Result, Statement
from nnmath.formula.reading.lexer import tokenize
from trials.survey import InPlace

__all__ = ["PIECES", "Outcome", "edited", "fuzz", "nonsense"]

#: What is typed by chance, besides what the book prints.
PIECES = (
    "a", "b", "x", "i", "j", "k", "n", "L", "N", "u", "t", "2", "0", "10", "3.5", "+", "-", "=", "(", ")", "[",
    "]", "{", "}", "_", "^", "'", "|", "&", "\\\\", ",", "/", "!", "<", r"\frac", r"\sqrt", r"\sum", r"\prod",
    r"\int", r"\lim", r"\partial", r"\nabla", r"\left", r"\right", r"\cdot", r"\odot", r"\times", r"\dots",
    r"\max", r"\arg", r"\in", r"\to", r"\infty", r"\mathbf{v}", r"\mathbf{A}", r"\mathcal{M}", r"\text{for}",
    r"\operatorname{tr}", r"\exp", r"\log", r"\begin{cases}", r"\end{cases}", r"\begin{pmatrix}",
    r"\end{pmatrix}", r"\leq", r"\leftarrow", r"\|", r"\langle", r"\rangle", r"\{", r"\}", r"\binom", r"\top",
    "u_i", "t_{ij}", "f(x)", "f'", "g(x, y)", "_{i=1}^n", "^{-1}", "^2", r"\frac{d}{dx}",
    r"\frac{\partial x}{\partial y}", r"\substack", r"\begin{aligned}", r"\mid", "$", "%", "é", "\x00",
)  # fmt: skip
TOO_LONG = 1.0  # seconds of the processor


@dataclass
class Outcome:
    """What came of it.

    Attributes
    ----------
    rounds : Counter of str
        How many formulas of each kind of nonsense.
    answers : Counter of str
        How many got each verdict or category of refusal.
    slowest : float
        The longest time that a formula took, in seconds.
    slow : list of str
        Formulas that took longer than a second.
    faults : list of str
        Formulas that got no answer, with what happened instead.
    """

    rounds: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    slow: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Take in what another process found."""
        self.rounds += other.rounds
        self.answers += other.answers
        self.slowest = max(self.slowest, other.slowest)
        self.slow += other.slow
        self.faults += other.faults


def edited(rng: random.Random, latex: str, pieces: Sequence[str] = PIECES) -> str:
    """Return a formula with one to three random edits of its tokens."""
    texts = [latex[token.start : token.end] for token in tokenize(latex)]
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(texts))
        action = rng.randrange(4)
        if action == 0:
            texts[at] = rng.choice(pieces)
        elif action == 1:
            texts.insert(at, rng.choice(pieces))
        elif action == 2 and len(texts) > 1:
            del texts[at]
        else:
            other = rng.randrange(len(texts))
            texts[at], texts[other] = texts[other], texts[at]
    return " ".join(texts)


def nonsense(rng: random.Random, latex: str, pieces: Sequence[str]) -> tuple[str, str]:
    """Return what is typed instead of a formula, and of which kind it is."""
    chance = rng.random()
    if chance < 0.8:
        return "edited tokens", edited(rng, latex, pieces)
    if chance < 0.9:
        return "random tokens", " ".join(rng.choices(pieces, k=rng.randint(1, 25)))
    return "random bytes", rng.randbytes(rng.randint(0, 60)).decode("latin-1")


def fuzz(load: Callable[[], Book], rounds: int, seed: int = 0, processes: int = 1) -> Outcome:
    """Type nonsense in the place of every equation of a book, so many times in all."""
    shares = [rounds // processes + (k < rounds % processes) for k in range(processes)]
    seeds = [1000 * seed + k for k in range(processes)]
    if processes == 1:
        return _share(load, rounds, seeds[0])
    total = Outcome()
    with ProcessPoolExecutor(processes) as pool:
        for part in pool.map(partial(_share, load), shares, seeds):
            total.add(part)
    return total


def _share(load: Callable[[], Book], rounds: int, seed: int) -> Outcome:
    """Do the share of one process, evenly over the book."""
    rng, outcome = random.Random(seed), Outcome()
    place = InPlace(load())
    positions = [k for k, reading in enumerate(place.readings) if reading is not None]
    pieces = [*PIECES, *_vocabulary(place.book, positions)]
    for number in range(rounds):
        statement = place.go_to(positions[number * len(positions) // rounds])
        kind, latex = nonsense(rng, statement.latex, pieces)
        outcome.rounds[kind] += 1
        try_one(place, replace(statement, latex=latex), outcome)
    return outcome


def _vocabulary(book: Book, positions: Sequence[int]) -> list[str]:
    """Return every token that the book prints."""
    latex = [book.statements[position].latex for position in positions]
    return sorted({text[t.start : t.end] for text in latex for t in tokenize(text)})


def try_one(place: InPlace, statement: Statement, outcome: Outcome) -> None:
    """Check one formula and note the answer, or that there was none."""
    start = time.process_time()  # others may use the machine
    try:
        result = place.session.fork().check(statement)
    except Exception:  # noqa: BLE001 -- this is what is looked for
        outcome.faults.append(f"{statement.latex!r}\n{traceback.format_exc()}")
        return
    seconds = time.process_time() - start
    outcome.slowest = max(outcome.slowest, seconds)
    if seconds > TOO_LONG:
        outcome.slow.append(statement.latex)
    outcome.answers[result.category or result.verdict] += 1
    if result.verdict == "fails" and not _located(result):
        outcome.faults.append(f"{statement.latex!r}\nno place in {result.message!r}")


def _located(result: Result) -> bool:
    """Tell whether a refusal says what is wrong, and where in a formula that shows anything."""
    return bool(result.category and result.message) and (
        result.span is not None or not result.latex.strip()
    )
