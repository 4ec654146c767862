"""Byte-pair encoding: any text, in tokens that are pieces of common words."""

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import (
    check_flag,
    check_integer,
    check_text,
    items_of,
    wrong_type,
    wrong_value,
)
from nnmath.tokenizer._training import Merge, learn_merges
from nnmath.tokenizer._vocabulary import SavedTokenizer, splitter

#: So many pieces keep their tokens for the next time, and none that is longer.
_REMEMBERED = 1 << 17
_LONGEST = 64


def _letters() -> dict[int, str]:
    """Return a visible character for every byte, in the order of the bytes' numbers.

    The table is GPT-2's: visible bytes stand for themselves, the others for characters
    from 256 on, in their order.
    """
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return {
        **{byte: chr(byte) for byte in visible},
        **{byte: chr(256 + i) for i, byte in enumerate(hidden)},
    }


_LETTERS = _letters()
_BYTES = {letter: byte for byte, letter in _LETTERS.items()}
_ALPHABET = [bytes([byte]) for byte in _LETTERS]


class BytePairTokenizer(SavedTokenizer):
    r"""Tokens that begin as single bytes and grow by merging pairs.

    Any text can be encoded, in every script, and comes back exactly.

    Parameters
    ----------
    merges : sequence of pairs of bytes
        Tokens that become one, in the order in which they were learnt. Without any,
        the tokens are single bytes.
    special_tokens : sequence of str
        Texts that can be one token, such as ``"<|end|>"``. They have the first numbers.

    Raises
    ------
    TypeError
        If a merge isn't a pair of bytes, or a special token isn't a text.
    ValueError
        If a merge joins what isn't there yet or is repeated, or a special token is
        empty or repeated.

    Notes
    -----
    A text is cut into pieces by `split_text`, each piece is written in UTF-8, and within
    a piece the merge that was learnt first is made first, from the left.

    Numbers: special tokens first, then the 256 bytes in the order of GPT-2's table
    (visible ASCII, the other visible characters of Latin-1, then the rest), then a token
    for each merge. If two merges give the same bytes they give the same token.

    References
    ----------
    R. Sennrich, B. Haddow, A. Birch, "Neural machine translation of rare words with
    subword units" (2016), arXiv:1508.07909, algorithm 1; bytes: A. Radford et al.,
    "Language models are unsupervised multitask learners" (2019), section 2.2.

    Examples
    --------
    >>> from nnmath import BytePairTokenizer
    >>> tokenizer = BytePairTokenizer.train("low lower lowest slow slowly", n_tokens=260)
    >>> tokenizer.merges
    [(b'l', b'o'), (b'lo', b'w'), (b's', b'low'), (b' ', b'low')]
    >>> ids = tokenizer.encode("slow as snow")
    >>> [tokenizer.token(i) for i in ids]
    [b'slow', b' ', b'a', b's', b' ', b's', b'n', b'o', b'w']
    >>> tokenizer.decode(ids)
    'slow as snow'
    """

    _kind = "byte pairs"

    def __init__(
        self, merges: Sequence[tuple[bytes, bytes]] = (), *, special_tokens: Sequence[str] = ()
    ) -> None:
        #: Texts that can be one token.
        self.special_tokens = _checked_specials(special_tokens)
        first = len(self.special_tokens)
        self._tokens = [*(text.encode() for text in self.special_tokens), *_ALPHABET]
        numbers = {token: first + i for i, token in enumerate(_ALPHABET)}
        self._by_byte = [numbers[bytes([byte])] for byte in range(256)]
        self._merges: dict[tuple[int, int], tuple[int, int]] = {}
        for pair in items_of("merges", merges, "pairs of bytes"):
            left, right = (numbers.get(part) for part in _checked_pair(pair))
            if left is None or right is None or (left, right) in self._merges:
                raise wrong_value("merges", "pairs of tokens made before, each once", repr(pair))
            number = numbers.setdefault(pair[0] + pair[1], len(self._tokens))
            if number == len(self._tokens):
                self._tokens.append(pair[0] + pair[1])
            self._merges[left, right] = (len(self._merges), number)
        self._known = _Memory(self._merged)
        specials = sorted(self.special_tokens, key=len, reverse=True)  # the longest wins
        self._specials = re.compile(f"({'|'.join(map(re.escape, specials))})") if specials else None

    @classmethod
    def train(
        cls, text: str | Sequence[str], n_tokens: int, *, special_tokens: Sequence[str] = ()
    ) -> Self:
        """Return the tokenizer that merges the commonest pairs of a text.

        Parameters
        ----------
        text : str or sequence of str
            A text, or several.
        n_tokens : int
            How many tokens there shall be, at least 256 and the special ones. There
            are fewer if the text has no more pairs to merge.
        special_tokens : sequence of str
            Texts that can be one token. They have the first numbers.

        Returns
        -------
        BytePairTokenizer
            The tokenizer.

        Raises
        ------
        TypeError
            If an argument has the wrong type.
        ValueError
            If ``n_tokens`` is too small.

        Notes
        -----
        Pairs are counted within the pieces of `split_text`. Of pairs that are equally
        common the one whose left token has the smallest number is merged, and of those
        the one with the smallest right token. A merge changes only the counts of the
        pieces it occurs in.
        """
        specials = _checked_specials(special_tokens)
        n_tokens = check_integer("n_tokens", n_tokens, at_least=256 + len(specials))
        pieces: Counter[str] = Counter()
        for part in [text] if isinstance(text, str) else items_of("text", text, "texts"):
            pieces.update(splitter().findall(_checked_unicode(part)))
        found = learn_merges(pieces, _ALPHABET, len(specials), n_tokens)
        return cls(_as_bytes(found, len(specials)), special_tokens=specials)

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self._tokens)

    def __repr__(self) -> str:
        """Say how many tokens there are, and of what."""
        return f"BytePairTokenizer({len(self)} tokens, {len(self._merges)} merges)"

    @property
    def merges(self) -> list[tuple[bytes, bytes]]:
        """The tokens that become one, in the order in which they were learnt."""
        return [(self._tokens[left], self._tokens[right]) for left, right in self._merges]

    def token(self, number: int) -> bytes:
        """Return the bytes of a token.

        Parameters
        ----------
        number : int
            From 0 to ``len(self) - 1``.

        Returns
        -------
        bytes
            Perhaps not a whole character.
        """
        number = check_integer("number", number, at_least=0)
        if number >= len(self):
            raise wrong_value("number", f"less than {len(self)}", str(number))
        return self._tokens[number]

    def encode(self, text: str, *, special: bool = False) -> NDArray[np.int64]:
        """Return the numbers of the tokens of a text.

        Parameters
        ----------
        text : str
            Any text.
        special : bool, default False
            Whether a special token in the text becomes that token. If not, it is a text
            as any other: what a stranger types can't end a sentence.

        Returns
        -------
        ndarray of int64, shape (n_tokens,)
            From 0 to ``len(self) - 1``.

        Raises
        ------
        TypeError
            If `text` isn't a string.
        ValueError
            If it holds half of a surrogate pair, which is no character.
        """
        text = _checked_unicode(text)
        if not check_flag("special", special) or self._specials is None:
            return self._encoded(text)
        # Cut at special tokens, which come out in every second place.
        parts = self._specials.split(text)
        return np.concatenate(
            [
                np.array([self.special_tokens.index(part)]) if i % 2 else self._encoded(part)
                for i, part in enumerate(parts)
            ]
        )

    def decode_bytes(self, ids: Any) -> bytes:
        """Return the bytes of tokens.

        Parameters
        ----------
        ids : array of int, shape (n_tokens,)
            From 0 to ``len(self) - 1``.

        Returns
        -------
        bytes
            UTF-8 if the tokens are those of a text.
        """
        return b"".join([self._tokens[number] for number in self._checked_ids(ids)])

    def decode(self, ids: Any) -> str:
        """Return the text of tokens.

        Parameters
        ----------
        ids : array of int, shape (n_tokens,)
            From 0 to ``len(self) - 1``.

        Returns
        -------
        str
            The text that was encoded. Tokens in another order may not be UTF-8; what
            can't be read becomes U+FFFD.
        """
        return self.decode_bytes(ids).decode(errors="replace")

    # -- inside ----------------------------------------------------------------------------------

    def _to_parts(self) -> Mapping[str, Any]:
        merges = [[_spelled(left), _spelled(right)] for left, right in self.merges]
        return {"special_tokens": self.special_tokens, "merges": merges}

    @classmethod
    def _from_parts(cls, parts: Mapping[str, Any]) -> Self:
        merges = [(_unspelled(left), _unspelled(right)) for left, right in parts["merges"]]
        return cls(merges, special_tokens=parts["special_tokens"])

    def _encoded(self, text: str) -> NDArray[np.int64]:
        """Return the tokens of a text without special ones: piece by piece, from memory."""
        pieces = splitter().findall(text)
        return np.array(
            list(chain.from_iterable(map(self._known.__getitem__, pieces))), dtype=np.int64
        )

    def _merged(self, piece: str) -> list[int]:
        """Return the tokens of a piece: the earliest merge first, from the left."""
        tokens = [self._by_byte[byte] for byte in piece.encode()]
        after = list(range(1, len(tokens) + 1))
        before = list(range(-1, len(tokens) - 1))
        waiting: list[tuple[int, int, int, int]] = []

        def propose(i: int) -> None:
            """Let the token in place i and the next one wait for their merge."""
            if i >= 0 and after[i] < len(tokens):
                left, right = tokens[i], tokens[after[i]]
                if (merge := self._merges.get((left, right))) is not None:
                    heapq.heappush(waiting, (merge[0], i, left, right))

        for i in range(len(tokens)):
            propose(i)
        while waiting:
            _, i, left, right = heapq.heappop(waiting)
            j = after[i]
            if tokens[i] != left or j >= len(tokens) or tokens[j] != right:
                continue  # another merge took one of them
            tokens[i], tokens[j] = self._merges[left, right][1], -1
            after[i] = after[j]
            if after[i] < len(tokens):
                before[after[i]] = i
            propose(before[i])
            propose(i)
        return [token for token in tokens if token >= 0]


class _Memory(dict[str, list[int]]):
    """What was made of a piece before; text repeats itself."""

    def __init__(self, make: Callable[[str], list[int]]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, piece: str) -> list[int]:
        made = self._make(piece)
        if len(piece) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[piece] = made
        return made


def _checked_specials(special_tokens: Sequence[str]) -> tuple[str, ...]:
    """Return special tokens, or refuse what can't be one."""
    given = items_of("special_tokens", special_tokens, "a list of texts")
    tokens = tuple(_checked_unicode(t, f"special_tokens[{i}]") for i, t in enumerate(given))
    if "" in tokens or len(set(tokens)) < len(tokens):
        raise wrong_value("special_tokens", "texts that aren't empty, each once", repr(tokens))
    return tokens


def _checked_unicode(text: object, name: str = "text") -> str:
    """Return a text that can be written in UTF-8, or refuse it."""
    checked = check_text(name, text)
    try:
        checked.encode()
    except UnicodeEncodeError as error:
        got = f"half of a surrogate pair in place {error.start}"
        raise wrong_value(name, "characters of Unicode", got) from None
    return checked


def _checked_pair(pair: Any) -> tuple[bytes, bytes]:
    """Return two tokens, or refuse anything else."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise wrong_type("merges", "pairs of bytes", pair)
    if not all(isinstance(part, bytes) for part in pair):
        raise wrong_type("merges", "pairs of bytes", pair)
    return pair[0], pair[1]


def _as_bytes(merges: Iterable[Merge], first: int) -> list[tuple[bytes, bytes]]:
    """Return merges of numbers as merges of bytes."""
    tokens = {first + i: token for i, token in enumerate(_ALPHABET)}
    pairs = []
    for left, right, number in merges:
        pairs.append((tokens[left], tokens[right]))
        tokens[number] = tokens[left] + tokens[right]
    return pairs


def _spelled(token: bytes) -> str:
    """Return a token in visible characters."""
    return "".join(_LETTERS[byte] for byte in token)


def _unspelled(text: str) -> bytes:
    """Return the token that was spelled so."""
    try:
        return bytes(_BYTES[letter] for letter in text)
    except KeyError as error:
        raise ValueError(f"{error} stands for no byte") from None
