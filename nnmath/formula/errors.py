"""What goes wrong with a formula, and where: one exception, one way to show it.

Every refusal carries the span of the LaTeX it is about, so that a message can put a caret under it.
"""

from dataclasses import dataclass

Span = tuple[int, int]


#: Categories that ask an author for other print, or for a declaration; the others call a formula false.
ASKS = frozenset(
    "syntax undeclared notation shadowed style domain limit cases points missing".split()
)


class FormulaError(Exception):
    """A formula that can't be read, can't be run or doesn't hold.

    Parameters
    ----------
    category : str
        What kind of fault it is: ``"syntax"``, ``"undeclared"``, ``"notation"``, ``"index"``, ``"shadowed"``,
        ``"shape"``, ``"definition"``, ``"premise"``, ``"missing"``, ``"value"``, ``"domain"``, ``"points"``,
        ``"cases"``, ``"update"``, ``"code"``, ``"style"`` or ``"limit"``.
    message : str
        One plain sentence.
    span : tuple of two int, optional
        Start and end of the offending part in the LaTeX.
    """

    def __init__(self, category: str, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.category = category
        self.message = message
        self.span = span


def unread(message: str, span: Span | None) -> FormulaError:
    """Make an error about print that can't be read."""
    return FormulaError("syntax", message, span)


@dataclass(frozen=True)
class Limits:
    """How much work a single formula may cause before it is refused.

    The defaults leave a hundredfold margin over printed mathematics and keep the worst input under a second.
    """

    #: Characters of LaTeX.
    length: int = 8_000
    #: Brackets within brackets, and definitions within definitions.
    depth: int = 40
    #: Steps of evaluation, for one equation.
    operations: int = 200_000
    #: Terms of one sum.
    terms: int = 10_000
    #: Entries of one array.
    entries: int = 10_000


def show(latex: str, span: Span | None) -> str:
    """Return the line of LaTeX that holds `span`, with carets under it."""
    if span is None or not latex.strip():
        return latex.strip()
    start, end = min(span[0], len(latex)), min(span[1], len(latex))
    first = latex.rfind("\n", 0, start) + 1
    last = latex.find("\n", first)
    line = latex[first:] if last < 0 else latex[first:last]
    width = max(1, min(end, first + len(line)) - start)
    return f"{line}\n{' ' * (start - first)}{'^' * width}"


def expect(name: str, value: object, kind: type | tuple[type, ...], expected: str) -> None:
    """Raise a TypeError that names the argument, what was expected and what came."""
    if not isinstance(value, kind):
        raise TypeError(f"{name}: expected {expected}, got {type(value).__name__} {value!r}"[:200])
