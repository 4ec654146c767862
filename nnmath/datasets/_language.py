"""The book's small language: sentences by chance, from a grammar that is known."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import (
    check_generator,
    check_integer,
    check_range,
    integer_array,
    wrong_value,
)
from nnmath.datasets._grammar import SYNONYMS, Fact, Grammar
from nnmath.datasets._truth import Truth, words_of


class SmallLanguage(Truth):
    r"""A language of a few hundred words of which everything is known.

    `small_language` makes one. A text is a row of sentences, drawn independently;
    words are separated by spaces, and every sentence ends with ``"."``, which stands
    nowhere else.

    Parameters
    ----------
    seed : int
        At least 0. It draws the facts and how common each word is.

    Notes
    -----
    Sentences come from a right-linear grammar without loops, which is a finite
    automaton. The same words may lie on several of its paths, so its states are
    hidden. What the words so far tell about them is the belief b, a distribution over
    states. It depends on these words alone, and there are finitely many beliefs, so
    they can be listed, with fractions and without rounding. Let v(b) be the expected
    number of times that a sentence meets b. Then the entropy H(sentence) is the sum over all
    b of v(b) times the entropy of the next word, given b: the chain rule of entropy with
    prefixes of equal belief taken together. Because
    ``"."`` ends every sentence and nothing else, a text can be cut into its sentences
    in one way only. The sentences are independent, so k of them have the entropy
    k H(sentence); divided by the number of words, which by the law of large numbers
    tends to k E(length), this gives the entropy rate of the text, H(sentence) / E(length).
    No model can have a smaller expected cost per word.

    References
    ----------
    T. M. Cover and J. A. Thomas, "Elements of Information Theory" (2nd ed., 2006):
    eq. 2.48 is the chain rule, section 4.2 the entropy rate.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import small_language
    >>> language = small_language(0)
    >>> language
    SmallLanguage(seed=0, 260 words, 256 facts)
    >>> for sentence in language.sample(3, np.random.default_rng(1)):
    ...     print(sentence)
    Paris lies in the south .
    yesterday Greta lived in Paris .
    Eva likes chicken .
    >>> language.is_grammatical("Eva likes soup .")
    False
    >>> costs = language.ngram_entropy(1), language.ngram_entropy(2), language.entropy_per_token
    >>> [round(cost, 4) for cost in costs]
    [4.5136, 2.2532, 1.4113]
    """

    def __init__(self, seed: int) -> None:
        self._seed = check_integer("seed", seed, at_least=0, bits=math.inf)
        grammar = Grammar(np.random.default_rng(self._seed))
        #: What holds, as `Fact` (subject, relation, object).
        self.facts: tuple[Fact, ...] = grammar.facts
        #: Groups of words that mean the same: each can replace another anywhere.
        self.synonyms: tuple[tuple[str, ...], ...] = SYNONYMS
        self._automaton = grammar.automaton()
        classes: dict[str, set[str]] = {}
        for arc in (arc for arcs in self._automaton.states for arc in arcs):
            classes.setdefault(arc.word, set()).add(arc.word_class)
        #: Every word once; its place is its number. The end token has number 0.
        self.words: tuple[str, ...] = (".", *sorted(set(classes) - {"."}))
        #: The classes of every word; ambiguous words have several.
        self.word_classes: dict[str, tuple[str, ...]] = {
            word: tuple(sorted(classes[word])) for word in self.words
        }
        self._numbers = {word: number for number, word in enumerate(self.words)}

    def __repr__(self) -> str:
        """Say which language this is and how large."""
        size = f"{len(self.words)} words, {len(self.facts)} facts"
        return f"SmallLanguage(seed={self._seed}, {size})"

    # -- texts -----------------------------------------------------------------------------------

    def sample(self, n_sentences: int, rng: np.random.Generator) -> list[str]:
        """Return random sentences.

        Parameters
        ----------
        n_sentences : int
            How many, at least 0.
        rng : numpy.random.Generator
            Where the chance comes from.

        Returns
        -------
        list of str
            Sentences such as ``"Mira plays the oboe ."``.
        """
        ids, lengths = self._draw(n_sentences, rng)
        words = [self.words[i] for i in ids.tolist()]
        ends = np.cumsum(lengths).tolist()
        return [" ".join(words[e - n : e]) for e, n in zip(ends, lengths.tolist(), strict=True)]

    def sample_ids(self, n_sentences: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return the words of random sentences by number, end to end: a text to learn from.

        Parameters
        ----------
        n_sentences : int
            How many, at least 0.
        rng : numpy.random.Generator
            Where the chance comes from. The same seed gives the sentences of `sample`.

        Returns
        -------
        ndarray of int64, shape (n_words,)
            Numbers of words; 0 ends a sentence.
        """
        return self._draw(n_sentences, rng)[0]

    def encode(self, text: str | Sequence[str]) -> NDArray[np.int64]:
        """Return the numbers of words.

        Parameters
        ----------
        text : str or sequence of str
            Words, separated by spaces if in one string.

        Returns
        -------
        ndarray of int64, shape (n_words,)
            The place of every word in `words`.
        """
        words = words_of("text", text)
        unknown = next((word for word in words if word not in self._numbers), None)
        if unknown is not None:
            raise wrong_value("text", "words of the language", repr(unknown))
        return np.array([self._numbers[word] for word in words], dtype=np.int64)

    def decode(self, ids: Iterable[int]) -> str:
        """Return the words with these numbers, separated by spaces.

        Parameters
        ----------
        ids : array of int, shape (n_words,)
            Numbers of words.

        Returns
        -------
        str
            The text.
        """
        numbers = np.asarray(integer_array("ids", ids))
        check_range("ids", numbers, 0, len(self.words) - 1)
        return " ".join(self.words[number] for number in numbers.ravel().tolist())

    def _draw(
        self, n_sentences: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the words of random sentences end to end, and the sentences' lengths."""
        n = check_integer("n_sentences", n_sentences, at_least=0)
        return self._automaton.draw(n, self._numbers, check_generator("rng", rng))


def small_language(seed: int) -> SmallLanguage:
    """Return a small language made by chance: people, what they do, and some animals.

    Parameters
    ----------
    seed : int
        At least 0. The words are the same for all seeds. The facts (who plays which
        instrument, where each lives) and how common each word is are not.

    Returns
    -------
    SmallLanguage
        The language: sentences to learn from, and the truth to compare with.

    Raises
    ------
    TypeError
        If `seed` isn't a whole number.
    ValueError
        If it is negative.

    Notes
    -----
    The grammar is small and its facts are drawn, so what is learnt from it says
    nothing about English. It says how well a model learns what there is to learn.

    Examples
    --------
    >>> from nnmath import small_language
    >>> language = small_language(0)
    >>> language.facts[1]
    Fact(subject='Mira', relation='plays the', object='piano')
    >>> probabilities = language.next_word_probabilities("Mira plays the")
    >>> float(probabilities[language.words.index("piano")])
    1.0
    >>> language.word_classes["bass"]
    ('food', 'instrument')
    """
    return SmallLanguage(seed)
