"""Tokenizers of fixed pieces, characters or words, and their files: read whole or refused, written whole or not."""

import json
import os
import re
import sys
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from nnmath._checks import check_range, check_text, integer_array, items_of, wrong_value
from nnmath._files import checked_path, write_whole

_FORMAT = "nnmath tokenizer"
_VERSION = 1


class SavedTokenizer(ABC):
    """Tokens with numbers, which a file can hold."""

    _kind: ClassVar[str]

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of tokens."""

    @abstractmethod
    def _to_parts(self) -> Mapping[str, Any]:
        """Return what this is made of, as JSON knows it."""

    @classmethod
    @abstractmethod
    def _from_parts(cls, parts: Mapping[str, Any]) -> Self:
        """Return what is made of these parts."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the tokenizer to a file in JSON, or leave the old file as it is.

        Parameters
        ----------
        path : path
            The file.

        Raises
        ------
        TypeError
            If the path isn't one.
        ValueError
            If it is that of a folder.
        OSError
            If the file can't be written.
        """
        content = {"format": _FORMAT, "version": _VERSION, "kind": self._kind, **self._to_parts()}
        text = json.dumps(content, ensure_ascii=False, indent=0)
        write_whole(path, lambda file: file.write(text.encode()))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the tokenizer in a file.

        Parameters
        ----------
        path : path
            A file that `save` wrote.

        Returns
        -------
        tokenizer
            Equal to the one that was saved.

        Raises
        ------
        TypeError
            If the path isn't one.
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is damaged or something else. The message says what is wrong.
        """
        where = checked_path(path)
        try:
            data = where.read_bytes()
        except FileNotFoundError:
            raise FileNotFoundError(f"{_expected(path, cls._kind)} doesn't exist") from None
        with _refused(path, cls._kind):
            content: dict[str, Any] = json.loads(data)
            _check(content, cls._kind)
            return cls._from_parts(content)

    def _checked_ids(self, ids: object) -> list[int]:
        """Return the numbers of tokens, or refuse those that aren't any."""
        numbers = np.asarray(integer_array("ids", ids))
        check_range("ids", numbers, 0, len(self) - 1)
        return list(numbers.ravel().tolist())


@contextmanager
def _refused(path: str | os.PathLike[str], kind: str) -> Iterator[None]:
    """Tell with the path of the file whatever is wrong with its content."""
    try:
        yield
    except KeyError as error:
        raise ValueError(f"{_expected(path, kind)} can't be used: {error} is missing") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{_expected(path, kind)} can't be used: {error}") from error


def _expected(path: str | os.PathLike[str], kind: str) -> str:
    """Return the beginning of a message about a file."""
    return f"path: expected a saved tokenizer of {kind}, got {os.fspath(path)!r}, which"


def _check(content: Any, kind: str) -> None:
    """Refuse another format, a later version or another kind."""
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise ValueError("nnmath didn't write it")
    version = content["version"]
    if version != _VERSION:
        raise ValueError(f"its version is {version!r}, this nnmath reads {_VERSION}")
    if content["kind"] != kind:
        raise ValueError(f"its kind is {content['kind']!r}, not {kind!r}")


# Characters and words


class _Vocabulary(SavedTokenizer):
    """Pieces with numbers. A piece that isn't among them can't be encoded."""

    def __init__(self, tokens: Sequence[str]) -> None:
        #: Every token once; its place is its number.
        self.tokens: tuple[str, ...] = tuple(items_of("tokens", tokens, "texts"))
        for token in self.tokens:
            if list(self._pieces(check_text("tokens", token))) != [token]:
                raise wrong_value("tokens", f"single {self._kind}", repr(token))
        self._numbers = {token: number for number, token in enumerate(self.tokens)}
        if len(self._numbers) < len(self.tokens):
            raise wrong_value("tokens", "each once", f"{len(self.tokens)} with repetitions")

    @classmethod
    def train(cls, text: str) -> Self:
        """Return the tokenizer of all pieces that occur in a text.

        Parameters
        ----------
        text : str
            Any text.

        Returns
        -------
        tokenizer
            With its tokens in the order of Unicode.
        """
        return cls(sorted(set(cls._pieces(check_text("text", text)))))

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.tokens)

    def __repr__(self) -> str:
        """Say how many tokens there are."""
        return f"{type(self).__name__}({len(self)} tokens)"

    def encode(self, text: str) -> NDArray[np.int64]:
        """Return the numbers of the tokens of a text.

        Parameters
        ----------
        text : str
            A text of known tokens.

        Returns
        -------
        ndarray of int64, shape (n_tokens,)
            From 0 to ``len(self) - 1``.

        Raises
        ------
        ValueError
            If a token isn't known.
        """
        pieces = self._pieces(check_text("text", text))
        try:
            return np.array([self._numbers[piece] for piece in pieces], dtype=np.int64)
        except KeyError as error:
            raise wrong_value("text", f"known {self._kind}", repr(error.args[0])) from None

    def decode(self, ids: Any) -> str:
        """Return the text of the tokens with these numbers.

        Parameters
        ----------
        ids : array of int, shape (n_tokens,)
            From 0 to ``len(self) - 1``.

        Returns
        -------
        str
            The tokens, joined together.
        """
        return "".join([self.tokens[number] for number in self._checked_ids(ids)])

    def _to_parts(self) -> Mapping[str, Any]:
        return {"tokens": self.tokens}

    @classmethod
    def _from_parts(cls, parts: Mapping[str, Any]) -> Self:
        return cls(parts["tokens"])

    @classmethod
    @abstractmethod
    def _pieces(cls, text: str) -> Iterable[str]:
        """Return the pieces of a text."""


class CharacterTokenizer(_Vocabulary):
    """A number for every character that occurs.

    Parameters
    ----------
    tokens : sequence of str
        Characters, each once; most often those that `train` finds in a text.

    Raises
    ------
    TypeError
        If something isn't a text.
    ValueError
        If a token is repeated or isn't one character.

    Examples
    --------
    >>> from nnmath import CharacterTokenizer
    >>> tokenizer = CharacterTokenizer.train("a banana")
    >>> tokenizer.tokens
    (' ', 'a', 'b', 'n')
    >>> tokenizer.encode("nab").tolist()
    [3, 1, 2]
    >>> tokenizer.decode([2, 1, 3])
    'ban'
    """

    _kind = "characters"

    @classmethod
    def _pieces(cls, text: str) -> Iterable[str]:
        return text


class WordTokenizer(_Vocabulary):
    """A number for every word that occurs, as `split_text` finds them.

    Parameters
    ----------
    tokens : sequence of str
        Words, each once, with the space before them; most often those that `train`
        finds in a text.

    Raises
    ------
    TypeError
        If something isn't a text.
    ValueError
        If a token is repeated or isn't one word.

    Notes
    -----
    A word that didn't occur in the text of the training can't be encoded. It isn't
    replaced by a mark for the unknown, because that couldn't be decoded.

    Examples
    --------
    >>> from nnmath import WordTokenizer
    >>> tokenizer = WordTokenizer.train("the dog saw the cat")
    >>> tokenizer.tokens
    (' cat', ' dog', ' saw', ' the', 'the')
    >>> tokenizer.decode(tokenizer.encode("the cat saw the dog"))
    'the cat saw the dog'
    """

    _kind = "words"

    @classmethod
    def _pieces(cls, text: str) -> Iterable[str]:
        return split_text(text)


# Cutting a text


#: What Unicode calls white space. Python's own set has four control characters more.
_SPACE = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


def split_text(text: str) -> list[str]:
    """Return the pieces of a text, within which tokens stay: words, numbers, the rest.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of str
        Pieces that joined together are the text. A space belongs to the word after it;
        ``'s``, ``'ll`` and the like stand alone.

    Raises
    ------
    TypeError
        If `text` isn't a string.

    Notes
    -----
    The pieces are those of GPT-2's regular expression. Characters that are younger than
    this Python's tables of Unicode count as neither letters nor numbers.

    References
    ----------
    A. Radford et al., "Language models are unsupervised multitask learners" (2019),
    section 2.2.

    Examples
    --------
    >>> from nnmath import split_text
    >>> split_text("Mira's oboe costs  300!")
    ['Mira', "'s", ' oboe', ' costs', ' ', ' 300', '!']
    """
    return splitter().findall(check_text("text", text))


@cache
def splitter() -> re.Pattern[str]:
    """Return the compiled expression. It is made when it is first needed."""
    numbers = _other_numbers()
    letter, number, other = rf"[^\W\d_{numbers}]", rf"[\d{numbers}]", rf"(?:[^\w{_SPACE}]|_)"
    parts = [
        # A word in ASCII, of which the next would find the same, in four times the time.
        r" ?[A-Za-z]++(?![^\x00-\x7f])",
        "'(?:[stmd]|re|ve|ll)",
        f" ?{letter}+",
        f" ?{number}+",
        f" ?{other}+",
        rf"[{_SPACE}]+(?![^{_SPACE}])",
        f"[{_SPACE}]+",
    ]
    return re.compile("|".join(parts))


def _other_numbers() -> str:
    """Return the numbers that aren't decimal digits, as ranges for a set of characters."""
    codes = [
        code
        for code in range(sys.maxunicode + 1)
        if (character := chr(code)).isnumeric() and unicodedata.category(character) in {"Nl", "No"}
    ]
    starts = [code for code, before in zip(codes, [-2, *codes], strict=False) if code != before + 1]
    ends = [code for code, after in zip(codes, [*codes[1:], -2], strict=True) if code != after - 1]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True))
