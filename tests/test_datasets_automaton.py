"""The exact probabilities of a grammar without loops, against listing all its sentences."""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnmath.datasets._automaton import FINAL, Arc, Automaton, Builder

HALF = Fraction(1, 2)


def ambiguous() -> Automaton:
    """Return: "a" by one of two paths; after the second one "y" is possible as well."""
    build = Builder()
    end = build.words({".": 1}, "end", FINAL)
    first = build.words({"x": 1}, "X", end)
    second = build.words({"x": 1, "y": 1}, "Y", end)
    start = build.choice(
        (1, build.words({"a": 1}, "A", first)), (1, build.words({"a": 1}, "B", second))
    )
    return Automaton(build.states, start)


def test_builder_makes_equal_states_one():
    build = Builder()
    end = build.words({".": 3}, "end", FINAL)
    assert build.words({".": 7}, "end", FINAL) == end == 1
    assert build.states[end] == (Arc(".", "end", Fraction(1), FINAL),)
    # 1/2 from the first choice and 1/2 * 1/4 from the second: 5/8 for "x", 3/8 for "y".
    x, xy = build.words({"x": 1}, "X", end), build.words({"x": 1, "y": 3}, "X", end)
    both = build.choice((1, x), (1, xy))
    assert [arc.probability for arc in build.states[both]] == [Fraction(5, 8), Fraction(3, 8)]
    assert build.choice((5, x)) == x


def test_ambiguous_grammar_by_hand():
    # "a x ." has 1/2 + 1/2 * 1/2 = 3/4, "a y ." 1/4. The two paths of "a" tell a reader nothing.
    automaton = ambiguous()
    entropy = -0.75 * math.log(0.75) - 0.25 * math.log(0.25)
    assert automaton.entropy() == pytest.approx(entropy, rel=1e-15)
    assert automaton.n_sentences() == 2
    # Start, "a", then one belief after "x" and "y": the same state. Three words.
    assert list(automaton.visits.values()) == [1, 1, 1]
    assert automaton.contexts(1) == {
        (".",): {"a": 1.0},
        ("a",): {"x": 0.75, "y": 0.25},
        ("x",): {".": 0.75},
        ("y",): {".": 0.25},
    }
    assert automaton.contexts(0) == {(): {"a": 1.0, "x": 0.75, "y": 0.25, ".": 1.0}}
    assert sorted(automaton.paths(["a", "x", "."])) == [
        (("A", "X", "end"), HALF),
        (("B", "Y", "end"), Fraction(1, 4)),
    ]
    assert automaton.paths(["a", "z"]) == []


@st.composite
def automata(draw: st.DrawFn) -> Automaton:
    """Draw a grammar of a few states with few words, so that many strings are ambiguous."""
    build = Builder()
    state = build.words({".": 1}, "end", FINAL)
    for _ in range(draw(st.integers(1, 5))):
        options = draw(
            st.lists(
                st.tuples(
                    st.sampled_from("ab"), st.integers(1, 3), st.integers(1, len(build.states) - 1)
                ),
                min_size=1,
                max_size=4,
            )
        )
        state = build.state(Arc(word, "w", Fraction(w), target) for word, w, target in options)
    return Automaton(build.states, state)


def listed(automaton: Automaton) -> dict[tuple[str, ...], Fraction]:
    """Return every sentence with its probability, by following all paths."""
    ((start, one),) = automaton.start
    found: dict[tuple[str, ...], Fraction] = defaultdict(Fraction)
    waiting = [(start, (), one)]
    while waiting:
        state, words, probability = waiting.pop()
        if state == FINAL:
            found[words] += probability
        waiting += [
            (arc.target, (*words, arc.word), probability * arc.probability)
            for arc in automaton.states[state]
        ]
    return found


def entropy(probabilities) -> float:
    """Return the entropy of probabilities that sum to 1."""
    return -math.fsum(float(p) * math.log(p) for p in probabilities)


@settings(max_examples=200)
@given(automata())
def test_what_is_computed_is_what_listing_gives(automaton):
    sentences = listed(automaton)
    assert sum(sentences.values()) == 1
    assert automaton.entropy() == pytest.approx(entropy(sentences.values()), rel=1e-12, abs=1e-12)
    assert automaton.n_sentences() == len(sentences)
    assert sum(automaton.visits.values()) == sum(len(s) * p for s, p in sentences.items())
    for words, probability in sentences.items():
        assert sum(p for _, p in automaton.paths(words)) == probability


@settings(max_examples=100)
@given(automata(), st.integers(0, 4))
def test_contexts_are_those_of_the_listed_sentences(automaton, length):
    expected: dict[tuple[str, ...], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for words, probability in listed(automaton).items():
        row = (".", *words)
        for i in range(1, len(row)):
            expected[row[max(0, i - length) : i]][row[i]] += float(probability)
    counts = automaton.contexts(length)
    assert counts.keys() == expected.keys()
    for context, words in expected.items():
        assert counts[context] == pytest.approx(words, rel=1e-12)


@given(automata(), st.integers(0, 6))
def test_no_more_contexts_than_counted(automaton, length):
    assert len(automaton.contexts(length)) <= automaton.n_contexts(length)
    # By words, as long as contexts hold all of them: one for each beginning.
    beginnings = {words[:i] for words in listed(automaton) for i in range(len(words))}
    assert automaton.n_contexts(100) == len(beginnings)
    assert automaton.longest() == max(map(len, listed(automaton)))


@given(automata())
def test_contexts_that_hold_everything_give_the_entropy(automaton):
    # No sentence here has more than six words.
    counts = automaton.contexts(6)
    costs = (c * math.log(sum(n.values()) / c) for n in counts.values() for c in n.values())
    assert math.fsum(costs) == pytest.approx(automaton.entropy(), rel=1e-12, abs=1e-12)


@settings(max_examples=20)
@given(automata(), st.integers(0, 2**32))
def test_drawn_sentences_are_sentences(automaton, seed):
    numbers = {".": 0, "a": 1, "b": 2}
    words = [".", "a", "b"]
    ids, lengths = automaton.draw(50, numbers, np.random.default_rng(seed))
    assert len(lengths) == 50
    sentences = listed(automaton)
    for sentence in np.split(ids, np.cumsum(lengths)[:-1]):
        assert tuple(words[i] for i in sentence) in sentences


def test_draws_have_the_right_frequencies():
    numbers = {".": 0, "a": 1, "x": 2, "y": 3}
    ids, lengths = ambiguous().draw(40_000, numbers, np.random.default_rng(0))
    assert lengths.tolist() == [3] * 40_000
    # Three quarters are "x"; the standard error is sqrt(3/16 / 40000) = 0.0022.
    assert np.mean(ids[1::3] == 2) == pytest.approx(0.75, abs=4 * 0.0022)
