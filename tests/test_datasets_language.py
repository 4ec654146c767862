"""The small language: its truth against sampling, listing and counting."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnmath.datasets import Fact, Reading, SmallLanguage, small_language
from nnmath.datasets._automaton import FINAL, Automaton
from nnmath.datasets._grammar import CLASSES, Grammar


@pytest.fixture(scope="module")
def language() -> SmallLanguage:
    return small_language(0)


# Its truth


def test_entropy_is_that_of_the_listed_sentences():
    # A part of the grammar small enough to list: what was seen, with its two meanings.
    grammar = Grammar(np.random.default_rng(0))
    automaton = Automaton(grammar._build.states, grammar._about_a_sight())
    ((start, one),) = automaton.start
    found = defaultdict(float)
    waiting = [(start, "", one)]
    while waiting:
        state, words, probability = waiting.pop()
        if state == FINAL:
            found[words] += float(probability)
        waiting += [
            (arc.target, f"{words} {arc.word}", probability * arc.probability)
            for arc in automaton.states[state]
        ]
    # 40 people, 12 jobs, 6 things, then nothing, "who smiled" or "who laughed".
    assert len(found) == 40 * 12 * 6 * 3 == automaton.n_sentences()
    listed = -math.fsum(p * math.log(p) for p in found.values())
    assert automaton.entropy() == pytest.approx(listed, rel=1e-12)


def test_entropy_agrees_with_sampling(language):
    # Sentences are drawn along hidden states, their probabilities come from beliefs.
    text = " ".join(language.sample(20_000, np.random.default_rng(3)))
    logs = language.log_probabilities(text)
    ends = np.flatnonzero(language.encode(text) == 0) + 1
    costs = np.array([-part.sum() for part in np.split(logs, ends[:-1])])
    error = costs.std() / math.sqrt(len(costs))
    assert language.entropy_per_sentence == pytest.approx(costs.mean(), abs=4 * error)
    lengths = np.diff(ends, prepend=0)
    error = lengths.std() / math.sqrt(len(lengths))
    assert language.words_per_sentence == pytest.approx(lengths.mean(), abs=4 * error)
    # A ratio of two means; its error was 0.004 in twenty other samples.
    assert language.entropy_per_token == pytest.approx(-logs.mean(), abs=0.016)


def test_entropy_of_every_length_of_context_falls_to_the_entropy(language):
    entropies = [language.ngram_entropy(n) for n in (1, 2, 3, 4)]
    assert entropies == sorted(entropies, reverse=True)
    assert entropies[-1] > language.entropy_per_token


def test_long_contexts_tell_all_and_too_many_are_refused(language):
    n = language._automaton.longest() + 1
    assert language.ngram_entropy(n) == language.entropy_per_token
    message = "^n: expected a number with at most 3,000,000 contexts to look at, got 8, with more$"
    with pytest.raises(ValueError, match=message):
        language.ngram_entropy(8)


def test_counting_words_and_pairs_gives_their_entropies(language):
    ids = language.sample_ids(100_000, np.random.default_rng(5)).tolist()
    pairs, firsts = Counter(zip([0, *ids], ids, strict=False)), Counter([0, *ids[:-1]])
    bigram = sum(c * math.log(firsts[a] / c) for (a, _), c in pairs.items()) / len(ids)
    words = Counter(ids)
    unigram = sum(c * math.log(len(ids) / c) for c in words.values()) / len(ids)
    # Counts are fitted to their own sample: too low by about (number of parameters) / (2 n),
    # 258 / 1.5e6 and 5,000 / 1.5e6; chance adds about 0.003.
    assert language.ngram_entropy(1) == pytest.approx(unigram, abs=0.01)
    assert language.ngram_entropy(2) == pytest.approx(bigram, abs=0.01)


def test_probability_is_the_product_of_its_words(language):
    for sentence in language.sample(50, np.random.default_rng(1)):
        logs = language.log_probabilities(sentence)
        assert language.probability(sentence) == pytest.approx(math.exp(logs.sum()), rel=1e-12)
        words = sentence.split()
        for i in range(len(words)):
            following = language.next_word_probabilities(words[:i])
            assert following.sum() == pytest.approx(1.0, abs=1e-12)
            assert following[language.words.index(words[i])] == pytest.approx(
                math.exp(logs[i]), rel=1e-12
            )


def test_a_text_is_its_sentences(language):
    first, second = language.sample(2, np.random.default_rng(8))
    both = [*language.log_probabilities(first), *language.log_probabilities(second)]
    assert language.log_probabilities(f"{first} {second}").tolist() == both
    np.testing.assert_array_equal(
        language.next_word_probabilities(first), language.next_word_probabilities("")
    )
    assert language.log_probabilities("").shape == (0,)


# Words and facts


def test_facts_hold(language):
    assert len(set(language.facts)) == len(language.facts) == 40 * 6 + 16
    for fact in language.facts:
        assert isinstance(fact, Fact)
        assert language.is_grammatical(" ".join((*fact, ".")))
        following = language.next_word_probabilities(f"{fact.subject} {fact.relation}")
        others = {"the"} if fact.relation == "plays" else set()
        possible = {language.words[i] for i in np.flatnonzero(following)}
        assert possible == {fact.object} | others


def test_a_false_fact_is_no_sentence(language):
    fact = Fact("Mira", "plays the", "piano")
    assert fact in language.facts
    assert language.is_grammatical("yesterday Mira played the piano .")
    assert not language.is_grammatical("Mira plays the oboe .")
    assert not language.is_grammatical("Mira plays the piano and he likes pizza .")
    assert language.is_grammatical("Mira plays the piano and she likes pizza .")


def test_objects_are_shared_out_evenly(language):
    for relation, n_objects in [("plays the", 12), ("lives in", 16), ("lies in the", 4)]:
        counts = Counter(fact.object for fact in language.facts if fact.relation == relation)
        assert len(counts) == n_objects
        assert max(counts.values()) - min(counts.values()) <= 1


def test_synonyms_can_replace_each_other_anywhere(language):
    automaton = language._automaton
    for words in language.synonyms:
        ratios = set()
        for belief in automaton.visits:
            steps = automaton.steps(belief)
            found = [steps.get(word) for word in words]
            assert all(found) or not any(found)
            if all(found):
                ratios.add(found[0].probability / found[1].probability)
                assert found[0].belief == found[1].belief
        assert len(ratios) == 1


def test_words_and_their_classes(language):
    assert language.words[0] == "."
    assert list(language.words[1:]) == sorted(set(language.words) - {"."})
    assert language.word_classes.keys() == set(language.words)
    for word_class, words in CLASSES.items():
        assert all(word_class in language.word_classes[word] for word in words)
    ambiguous = {word for word, classes in language.word_classes.items() if len(classes) > 1}
    assert ambiguous == {
        *("Florence", "Sofia", "bass", "chicken", "duck", "sheep", "squash", "with")
    }
    assert language.word_classes["bass"] == ("food", "instrument")
    # Whatever the seed, the same words.
    assert small_language(1).words == language.words


def test_ambiguity_is_real(language):
    by, having = language.readings("Mira saw the teacher with the telescope .")
    assert isinstance(by, Reading)
    assert {by.classes[4], having.classes[4]} == {"preposition of means", "preposition of having"}
    # By means of it: among telescope, camera, mirror. Having it: among six, then 3/4 for the
    # end. Both by the weights of the words.
    weights = Grammar(np.random.default_rng(0))._weights["thing"]
    optical = [weights[word] for word in ("telescope", "camera", "mirror")]
    carried = optical + [weights[word] for word in ("hat", "umbrella", "map")]
    means = weights["telescope"] / sum(optical)
    has = weights["telescope"] / sum(carried) * 3 / 4
    assert by.probability == pytest.approx(max(means, has) / (means + has), rel=1e-12)
    # What comes later may decide.
    assert len(language.readings("Mira saw the teacher with the telescope who laughed .")) == 1
    assert len(language.readings("Tom found a bass .")) == 2
    assert [r.classes[3] for r in language.readings("Tom found a bass , and the bass was fresh .")]
    assert {r.classes[1] for r in language.readings("the sheep slept .")} == {"animal", "animals"}
    assert [r.classes[1] for r in language.readings("the sheep sleeps .")] == ["animal"]


def test_readings_share_the_probability(language):
    for sentence in language.sample(200, np.random.default_rng(2)):
        readings = language.readings(sentence)
        assert sum(r.probability for r in readings) == pytest.approx(1.0, abs=1e-12)
        assert readings == sorted(readings, key=lambda r: -r.probability)
        for reading in readings:
            for word, word_class in zip(sentence.split(), reading.classes, strict=True):
                assert word_class in language.word_classes[word]


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        ".",
        "Mira",
        "Mira plays the piano",
        "Mira plays the piano . Mira plays the piano .",
        "Mira plays the piano . .",
        "the dogs sleeps .",
        "the dog near the cats sleep .",
        "Tom found a oboe .",
        "Tom found an old lamp , and the old hat was heavy .",
        "Tom eats words .",
    ],
)
def test_what_is_no_sentence(language, sentence):
    assert not language.is_grammatical(sentence)
    assert language.probability(sentence) == 0.0
    assert language.readings(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "the dogs sleep .",
        "the dog near the cats sleeps .",
        "the dogs that the teacher sees sleep often .",
        "Tom found an oboe .",
        "Tom found a big couch , and the large sofa was heavy .",
        ["the", "sheep", "sleep", "."],
    ],
)
def test_what_is_a_sentence(language, sentence):
    assert language.is_grammatical(sentence)


# Texts


def test_same_seed_same_bits(language):
    again = small_language(0)
    assert again.facts == language.facts
    assert again.entropy_per_token == language.entropy_per_token
    drawn = [x.sample_ids(100, np.random.default_rng(7)) for x in (language, again)]
    np.testing.assert_array_equal(*drawn)
    assert small_language(1).facts != language.facts


@settings(max_examples=30)
@given(st.integers(0, 40), st.integers(0, 2**32))
def test_samples_are_sentences_and_their_numbers(n, seed):
    language = _shared()
    sentences = language.sample(n, np.random.default_rng(seed))
    ids = language.sample_ids(n, np.random.default_rng(seed))
    assert len(sentences) == n
    assert all(language.is_grammatical(sentence) for sentence in sentences)
    assert language.decode(ids) == " ".join(sentences)
    np.testing.assert_array_equal(language.encode(" ".join(sentences)), ids)
    assert ids.dtype == np.int64


def _shared(made=[]):  # noqa: B006 -- made once for all examples
    if not made:
        made.append(small_language(0))
    return made[0]


def test_sizes(language):
    assert repr(language) == "SmallLanguage(seed=0, 260 words, 256 facts)"
    assert language.n_sentences > 10_000_000
    assert isinstance(language.n_sentences, int)


# Errors


def test_words_that_are_none(language):
    with pytest.raises(ValueError, match=r"^text: expected words of the language, got 'zebra'"):
        language.encode("Mira likes zebra .")
    for call in (language.encode, language.probability, language.log_probabilities):
        name = "sentence" if call == language.probability else "text"
        for text in (5, None, {"a"}):
            with pytest.raises(TypeError, match=f"^{name}: expected words, in one string or in a"):
                call(text)
        with pytest.raises(TypeError, match=rf"^{name}\[1\]: expected a text, got int 1"):
            call(["a", 1])


def test_numbers_that_are_none(language):
    for ids in ([-1], [260]):
        with pytest.raises(ValueError, match=r"^ids: expected numbers from 0 to 259, got -?\d"):
            language.decode(ids)
    assert language.decode([]) == ""


def test_beginnings_that_are_none(language):
    message = r"the beginning of a text of the language, got 'a' as word 2, after 'Mira plays'$"
    with pytest.raises(ValueError, match=f"^prefix: expected {message}"):
        language.next_word_probabilities("Mira plays a")
    with pytest.raises(ValueError, match=f"^text: expected {message}"):
        language.log_probabilities("Mira plays a piano .")


def test_arguments_of_the_wrong_kind(language):
    with pytest.raises(TypeError, match=r"^seed: expected a whole number of at least 0"):
        small_language("0")
    with pytest.raises(ValueError, match=r"^seed: expected a whole number of at least 0, got -1"):
        small_language(-1)
    with pytest.raises(ValueError, match=r"^n_sentences: expected a whole number of at least 0"):
        language.sample(-1, np.random.default_rng(0))
    with pytest.raises(TypeError, match=r"^rng: expected a numpy.random.Generator"):
        language.sample_ids(1, 0)
    with pytest.raises(ValueError, match=r"^n: expected a whole number of at least 1, got 0"):
        language.ngram_entropy(0)
