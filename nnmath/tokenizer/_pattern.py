"""Where a text may be cut: the regular expression of GPT-2, for Python's own `re`.

That expression asks for letters and numbers by their Unicode categories, which `re`
can't. Its word characters are the letters and the numbers, with the underscore, so all
that has to be told apart are the numbers that aren't decimal digits, such as Ⅷ or ½.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

from nnmath._checks import check_text

__all__ = ["split_text", "splitter"]

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
