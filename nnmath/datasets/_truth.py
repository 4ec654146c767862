"""What is known of the small language: probabilities, entropies, and how a sentence is read."""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import check_integer, check_text, items_of, wrong_value
from nnmath.datasets._automaton import Automaton

#: What `ngram_entropy` looks at within half a minute.
_MOST_CONTEXTS = 3_000_000


class Reading(NamedTuple):
    """One of the ways in which a sentence can be understood."""

    #: The class of every word.
    classes: tuple[str, ...]
    #: How probable this reading is, given the words.
    probability: float


class Truth:
    """What can be known of texts whose words come from an automaton."""

    words: tuple[str, ...]
    _automaton: Automaton
    _numbers: Mapping[str, int]

    @cached_property
    def entropy_per_sentence(self) -> float:
        """The entropy of a sentence, in nats."""
        return self._automaton.entropy()

    @cached_property
    def words_per_sentence(self) -> float:
        """The expected number of words of a sentence, its end token included."""
        return float(sum(self._automaton.visits.values()))

    @property
    def entropy_per_token(self) -> float:
        """The entropy rate of a text, in nats a word: the least cost a model can have."""
        return self.entropy_per_sentence / self.words_per_sentence

    @cached_property
    def n_sentences(self) -> int:
        """The number of different sentences."""
        return self._automaton.n_sentences()

    def ngram_entropy(self, n: int) -> float:
        """Return the entropy of a word whose n - 1 predecessors are known, in nats.

        Parameters
        ----------
        n : int
            At least 1: 1 for words on their own, 2 for pairs of neighbours.

        Returns
        -------
        float
            What the best model that looks at n - 1 words pays per word. It falls
            with n to `entropy_per_token`.

        Raises
        ------
        TypeError
            If `n` isn't a whole number.
        ValueError
            If it is below 1, or there would be more than three million contexts.

        Notes
        -----
        A sentence doesn't depend on those before it, so words before the end token
        tell nothing about words after it, and contexts are cut there.

        Every context of n - 1 words is looked at, and each word more makes them three
        times as many: up to 5 take a second, 6 about four, 7 about twenty, and 8 would
        take minutes and gigabytes. From the length of the longest sentence on, a context
        tells all, and the entropy rate is returned at once.
        """
        n = check_integer("n", n, at_least=1)
        if n > self._automaton.longest():
            return self.entropy_per_token
        if self._automaton.n_contexts(n - 1) > _MOST_CONTEXTS:
            expected = f"a number with at most {_MOST_CONTEXTS:,} contexts to look at"
            raise wrong_value("n", expected, f"{n}, with more")
        contexts = self._automaton.contexts(n - 1)
        total = math.fsum(
            count * math.log(math.fsum(counts.values()) / count)
            for counts in contexts.values()
            for count in counts.values()
        )
        return total / self.words_per_sentence

    def next_word_probabilities(self, prefix: str | Sequence[str]) -> NDArray[np.float64]:
        """Return how probable each word is after these.

        Parameters
        ----------
        prefix : str or sequence of str
            The words so far: none, or whole sentences and perhaps the beginning of one.

        Returns
        -------
        ndarray, shape (len(words),)
            A probability for every word of `words`.

        Raises
        ------
        ValueError
            If no text of the language begins so.
        """
        state = [0, *(state for _, state in self._walk("prefix", words_of("prefix", prefix)))][-1]
        probabilities = np.zeros(len(self.words))
        for word, (probability, _) in self._table[state].items():
            probabilities[self._numbers[word]] = probability
        return probabilities

    def log_probabilities(self, text: str | Sequence[str]) -> NDArray[np.float64]:
        """Return the logarithm of each word's true probability, given the words before it.

        Parameters
        ----------
        text : str or sequence of str
            Whole sentences and perhaps the beginning of one.

        Returns
        -------
        ndarray, shape (n_words,)
            At most 0. The mean of a long text tends to minus `entropy_per_token`.

        Raises
        ------
        ValueError
            If no text of the language begins so.
        """
        return np.log([p for p, _ in self._walk("text", words_of("text", text))], dtype=np.float64)

    def probability(self, sentence: str | Sequence[str]) -> float:
        """Return the probability that a sentence is this one.

        Parameters
        ----------
        sentence : str or sequence of str
            Words with the end token last.

        Returns
        -------
        float
            0 if it isn't a sentence of the language.
        """
        words = words_of("sentence", sentence)
        if words.count(".") != 1 or words[-1] != ".":
            return 0.0
        belief, probability = self._automaton.start, 1.0
        for word in words:
            step = self._automaton.steps(belief).get(word)
            if step is None:
                return 0.0
            belief, probability = step.belief, probability * float(step.probability)
        return probability

    def is_grammatical(self, sentence: str | Sequence[str]) -> bool:
        """Say whether this is a sentence of the language. One that denies a fact is none.

        Parameters
        ----------
        sentence : str or sequence of str
            Words with the end token last.

        Returns
        -------
        bool
            Whether its probability is above 0.
        """
        return self.probability(sentence) > 0.0

    def readings(self, sentence: str | Sequence[str]) -> list[Reading]:
        """Return the ways in which a sentence can be understood, the likeliest first.

        Parameters
        ----------
        sentence : str or sequence of str
            Words with the end token last.

        Returns
        -------
        list of Reading
            None for what isn't a sentence; several for an ambiguous one.
        """
        words = words_of("sentence", sentence)
        total = self.probability(words)
        if not total:
            return []
        shares: dict[tuple[str, ...], float] = {}
        for classes, probability in self._automaton.paths(words):
            shares[classes] = shares.get(classes, 0.0) + float(probability) / total
        return sorted((Reading(*share) for share in shares.items()), key=lambda r: -r.probability)

    # -- inside ----------------------------------------------------------------------------------

    @cached_property
    def _table(self) -> list[dict[str, tuple[float, int]]]:
        """For every belief, by number: each next word, its probability, the belief after it.

        The end of a sentence is the start of the next.
        """
        numbers = {belief: number for number, belief in enumerate(self._automaton.visits)}
        return [
            {
                word: (float(step.probability), numbers.get(step.belief, 0))
                for word, step in self._automaton.steps(belief).items()
            }
            for belief in self._automaton.visits
        ]

    def _walk(self, name: str, words: Sequence[str]) -> Iterable[tuple[float, int]]:
        """Yield for each word its probability and the belief after it."""
        state = 0
        for i, word in enumerate(words):
            if word not in self._table[state]:
                got = f"{word!r} as word {i}, after {' '.join(words[max(0, i - 8) : i])!r}"
                raise wrong_value(name, "the beginning of a text of the language", got)
            probability, state = self._table[state][word]
            yield probability, state


def words_of(name: str, text: str | Sequence[str]) -> list[str]:
    """Return the words of a text, or refuse anything else."""
    if isinstance(text, str):
        return text.split()
    words = items_of(name, text, "words, in one string or in a list")
    return [check_text(f"{name}[{i}]", word) for i, word in enumerate(words)]
