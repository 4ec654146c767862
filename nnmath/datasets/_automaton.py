"""A right-linear grammar without loops, and what can be known of it exactly.

Such a grammar is a finite automaton: each arc has a word, the word's class, a
probability and a state to go on from. State 0 is the end. A text can be written in
several ways if two paths carry the same words, so states aren't what a reader of
the words knows. A reader has a belief: how probable each state is, given the words
so far. Beliefs follow each other as certainly as the words, so among them the chain
rule of entropy holds. Probabilities are fractions until a logarithm is taken.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

#: The state after the last word.
FINAL = 0

#: State by state, how probable it is.
Belief: TypeAlias = "frozenset[tuple[int, Fraction]]"


class Arc(NamedTuple):
    """One way to go on from a state."""

    word: str
    word_class: str
    probability: Fraction
    target: int


class Step(NamedTuple):
    """A word that may come next: how probable it is, and what is believed after it."""

    probability: Fraction
    belief: Belief


class Builder:
    """Makes the states of an automaton, the last ones first; equal states become one.

    Every arc leads to a state made before, so there are no loops.
    """

    def __init__(self) -> None:
        self.states: list[tuple[Arc, ...]] = [()]
        self._numbers: dict[tuple[Arc, ...], int] = {}

    def state(self, arcs: Iterable[Arc]) -> int:
        """Return the state with these arcs; their probabilities are scaled to sum 1."""
        merged: dict[tuple[str, str, int], Fraction] = defaultdict(Fraction)
        for arc in arcs:
            merged[arc.word, arc.word_class, arc.target] += arc.probability
        total = sum(merged.values())
        key = tuple(
            Arc(word, word_class, weight / total, target)
            for (word, word_class, target), weight in sorted(merged.items())
        )
        if key not in self._numbers:
            self._numbers[key] = len(self.states)
            self.states.append(key)
        return self._numbers[key]

    def choice(self, *options: tuple[int | Fraction, int]) -> int:
        """Return the state that goes on as one of these, each with its weight."""
        total = sum(weight for weight, _ in options)
        return self.state(
            arc._replace(probability=arc.probability * Fraction(weight) / total)
            for weight, state in options
            for arc in self.states[state]
        )

    def words(
        self, weights: Mapping[str, int], word_class: str, then: int | Callable[[str], int]
    ) -> int:
        """Return the state that says one of these words; what follows may depend on it."""
        follow = then if callable(then) else lambda _: then
        return self.state(
            Arc(word, word_class, Fraction(weight), follow(word))
            for word, weight in weights.items()
        )


class Automaton:
    """An automaton without loops, and its exact probabilities.

    Parameters
    ----------
    states : sequence of sequences of Arc
        The arcs of every state; each leads to a state of a smaller number.
    start : int
        Where sentences start.
    """

    def __init__(self, states: Sequence[Sequence[Arc]], start: int) -> None:
        self.states = states
        self.start: Belief = frozenset({(start, Fraction(1))})
        self._steps: dict[Belief, dict[str, Step]] = {}

    def steps(self, belief: Belief) -> dict[str, Step]:
        """Return what can follow, by word: the forward algorithm, one word further."""
        if belief not in self._steps:
            masses: dict[str, dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
            for state, share in belief:
                for arc in self.states[state]:
                    masses[arc.word][arc.target] += share * arc.probability
            self._steps[belief] = {word: _normalised(mass) for word, mass in masses.items()}
        return self._steps[belief]

    @cached_property
    def visits(self) -> dict[Belief, Fraction]:
        """The expected number of times that a sentence meets each belief, the end apart."""
        # The largest state of a belief falls with every word, so in this order a belief
        # comes after all that lead to it.
        waiting: dict[int, dict[Belief, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        waiting[_largest(self.start)][self.start] = Fraction(1)
        visits: dict[Belief, Fraction] = {}
        for state in range(_largest(self.start), FINAL, -1):
            for belief, expected in waiting.pop(state, {}).items():
                visits[belief] = expected
                for step in self.steps(belief).values():
                    onward = waiting[_largest(step.belief)]
                    onward[step.belief] += expected * step.probability
        return visits

    def entropy(self) -> float:
        """Return the entropy of a sentence in nats, by the chain rule."""
        return math.fsum(
            float(expected) * _entropy(float(s.probability) for s in self.steps(belief).values())
            for belief, expected in self.visits.items()
        )

    def contexts(self, length: int) -> dict[tuple[str, ...], dict[str, float]]:
        """Return how often each word is expected after each context in a sentence.

        A context is the last words before it, `length` of them or, where the sentence
        has fewer, all of them after the end token of the sentence before.
        """
        before: dict[Belief, dict[tuple[str, ...], float]] = {self.start: {(".",)[:length]: 1.0}}
        counts: dict[tuple[str, ...], dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for belief in self.visits:
            for context, expected in before.pop(belief).items():
                for word, step in self.steps(belief).items():
                    probability = expected * float(step.probability)
                    counts[context][word] += probability
                    shifted = (*context, word)[-length:] if length else ()
                    onward = before.setdefault(step.belief, {})
                    onward[shifted] = onward.get(shifted, 0.0) + probability
        return counts

    def n_contexts(self, length: int) -> int:
        """Return how many contexts there are to look at, at the most."""
        ways = dict.fromkeys(self.visits, 1)
        for _ in range(length):
            before = {self.start: 1}
            for belief in self.visits:
                for step in self.steps(belief).values():
                    before[step.belief] = before.get(step.belief, 0) + ways[belief]
            ways = before
        return sum(ways[belief] for belief in self.visits)

    def longest(self) -> int:
        """Return how many words the longest sentence has."""
        lengths: dict[Belief, int] = {}
        for belief in reversed(self.visits):
            following = (step.belief for step in self.steps(belief).values())
            lengths[belief] = 1 + max(lengths.get(after, 0) for after in following)
        return lengths[self.start]

    def n_sentences(self) -> int:
        """Return how many different sentences there are."""
        counts: dict[Belief, int] = {}
        for belief in reversed(self.visits):
            following = (step.belief for step in self.steps(belief).values())
            counts[belief] = sum(counts.get(after, 1) for after in following)
        return counts[self.start]

    def paths(self, words: Sequence[str]) -> list[tuple[tuple[str, ...], Fraction]]:
        """Return the classes along every path with these words, and its probability."""
        ((start, one),) = self.start
        paths: list[tuple[int, tuple[str, ...], Fraction]] = [(start, (), one)]
        for word in words:
            paths = [
                (arc.target, (*classes, arc.word_class), probability * arc.probability)
                for state, classes, probability in paths
                for arc in self.states[state]
                if arc.word == word
            ]
        return [(classes, probability) for _, classes, probability in paths]

    def draw(
        self, n: int, numbers: Mapping[str, int], rng: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the words of n random sentences, by number, end to end; and their lengths.

        All sentences take their steps together, along the arcs and not among beliefs.
        """
        words, targets, cumulative, last = self._tables(numbers)
        ((start, _),) = self.start
        state = np.full(n, start)
        active = np.arange(n)
        columns: list[NDArray[np.int64]] = []
        lengths = np.zeros(n, dtype=np.int64)
        while active.size:
            # Arcs of state s end between s and s + 1, so one search serves all states.
            found = np.searchsorted(cumulative, state[active] + rng.random(active.size), "right")
            arcs = np.minimum(found, last[state[active]])
            column = np.full(n, -1)
            column[active] = words[arcs]
            columns.append(column)
            lengths[active] += 1
            state[active] = targets[arcs]
            active = active[state[active] != FINAL]
        table = np.stack(columns, axis=1) if columns else np.empty((0, 1), dtype=np.int64)
        return table[table >= 0], lengths

    def _tables(self, numbers: Mapping[str, int]) -> tuple[NDArray[np.int64], ...]:
        """Return word, target and end of every arc, and the last arc of every state."""
        arcs = [arc for state in self.states for arc in state]
        ends = [s + e for s, state in enumerate(self.states) for e in _cumulated(state)]
        last = np.cumsum([len(state) for state in self.states]) - 1
        words = np.array([numbers[arc.word] for arc in arcs])
        return words, np.array([arc.target for arc in arcs]), np.array(ends), last


def _normalised(mass: Mapping[int, Fraction]) -> Step:
    """Return the sum of the masses, and their shares."""
    total = sum(mass.values(), Fraction(0))
    return Step(total, frozenset((state, share / total) for state, share in mass.items()))


def _largest(belief: Belief) -> int:
    """Return the largest state that is believed in."""
    return max(state for state, _ in belief)


def _entropy(probabilities: Iterable[float]) -> float:
    """Return the entropy of a distribution in nats."""
    return -math.fsum(p * math.log(p) for p in probabilities)


def _cumulated(arcs: Sequence[Arc]) -> list[float]:
    """Return the sums of the first probabilities of a state's arcs."""
    return list(np.cumsum([float(arc.probability) for arc in arcs]))
