"""What the book learns from: images of handwritten digits, and a small language.

A small set of digits comes with the package, MNIST from the web or a folder. The
language is made by a grammar, so that its truth is known: how much can be predicted,
which words belong together, which facts hold. `load_text` reads a text of your own.
"""

from nnmath.datasets._files import ImageSet, load_digits, load_mnist, load_text
from nnmath.datasets._grammar import Fact
from nnmath.datasets._language import SmallLanguage, small_language
from nnmath.datasets._truth import Reading

__all__ = [
    "Fact",
    "ImageSet",
    "Reading",
    "SmallLanguage",
    "load_digits",
    "load_mnist",
    "load_text",
    "small_language",
]
