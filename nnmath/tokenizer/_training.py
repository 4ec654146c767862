"""Byte-pair encoding learnt from a text: the commonest pair becomes one token, again and again."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

#: Numbers of two tokens, and of the token that they become.
Merge: TypeAlias = "tuple[int, int, int]"


def learn_merges(
    pieces: Counter[str], alphabet: Sequence[bytes], first: int, n_tokens: int
) -> list[Merge]:
    """Return the merges that make a vocabulary of so many tokens.

    Of several commonest pairs the one whose left token has the smallest number is
    merged, and of those the one with the smallest right token.

    Parameters
    ----------
    pieces : Counter of str
        The pieces of a text, and how often each occurs. No pair crosses their borders.
    alphabet : sequence of bytes
        The 256 single bytes in the order of their numbers.
    first : int
        The number of the first of them.
    n_tokens : int
        How many tokens there shall be in the end. There are fewer if pairs run out.
    """
    numbers = {token: first + i for i, token in enumerate(alphabet)}
    texts = {number: token for token, number in numbers.items()}
    words = [[numbers[bytes([byte])] for byte in piece.encode()] for piece in pieces]
    pairs = _Pairs(words, list(pieces.values()))
    merges: list[Merge] = []
    while first + len(texts) < n_tokens and (pair := pairs.commonest()) is not None:
        joined = texts[pair[0]] + texts[pair[1]]
        # "a" + "bc" makes the same token as "ab" + "c".
        number = numbers.setdefault(joined, first + len(texts))
        texts[number] = joined
        merges.append((*pair, number))
        pairs.merge(pair, number)
    return merges


def merge_pair(word: list[int], pair: tuple[int, int], number: int) -> list[int]:
    """Return the tokens of a word with every pair, from the left, replaced."""
    merged: list[int] = []
    i = 0
    while i < len(word):
        if word[i] == pair[0] and i + 1 < len(word) and word[i + 1] == pair[1]:
            merged.append(number)
            i += 2
        else:
            merged.append(word[i])
            i += 1
    return merged


class _Pairs:
    """The pairs of neighbours in all words. A merge touches only the words it changes."""

    def __init__(self, words: list[list[int]], frequencies: list[int]) -> None:
        self._words = words
        self._frequencies = frequencies
        self._counts: Counter[tuple[int, int]] = Counter()
        self._places: dict[tuple[int, int], set[int]] = defaultdict(set)
        for i in range(len(words)):
            self._count(i, 1)
        # The commonest first, then the smallest numbers.
        self._heap = [(-count, pair) for pair, count in self._counts.items()]
        heapq.heapify(self._heap)

    def commonest(self) -> tuple[int, int] | None:
        """Return the pair to merge next, None if there is none."""
        while self._heap:
            count, pair = self._heap[0]
            now = self._counts[pair]
            if now == -count and now > 0:
                return pair
            # It was counted before other merges took some of it away.
            heapq.heappop(self._heap)
            if now > 0:
                heapq.heappush(self._heap, (-now, pair))
        return None

    def merge(self, pair: tuple[int, int], number: int) -> None:
        """Replace a pair everywhere."""
        grown: set[tuple[int, int]] = set()
        for i in self._places.pop(pair):
            self._count(i, -1)
            self._words[i] = merge_pair(self._words[i], pair, number)
            self._count(i, 1)
            grown.update(found for found in pairwise(self._words[i]) if number in found)
        for found in grown:
            heapq.heappush(self._heap, (-self._counts[found], found))

    def _count(self, i: int, sign: int) -> None:
        """Count the pairs of a word in, or out again."""
        for pair in pairwise(self._words[i]):
            self._counts[pair] += sign * self._frequencies[i]
            if sign > 0:
                self._places[pair].add(i)
