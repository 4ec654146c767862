"""Text as numbers, and back: characters, words, bytes and pairs of bytes.

A tokenizer cuts a text into tokens and gives each its number. `decode` gives back
exactly what `encode` took. They are saved as JSON, so opening a file runs no code.
"""

from nnmath.tokenizer._byte_pairs import BytePairTokenizer
from nnmath.tokenizer._vocabulary import CharacterTokenizer, WordTokenizer, split_text

__all__ = ["BytePairTokenizer", "CharacterTokenizer", "WordTokenizer", "split_text"]
