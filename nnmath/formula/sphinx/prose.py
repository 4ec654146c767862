r"""The maths that no directive binds: inline maths, which must be readable, and displays, which are errors."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import traverse_parent

from nnmath.formula.checking.code import read_open_symbol
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.equation import read, read_condition
from nnmath.formula.reading.lexer import tokenize
from nnmath.formula.reading.notation import Notation
from nnmath.formula.reading.parser import RELATIONS
from nnmath.formula.reading.tokens import Token, levels, split, text_of
from nnmath.formula.sphinx.pages import Page, owner_of, page_of, shown_path
from nnmath.formula.values.functions import BUILTIN

CELL = re.compile(r"^(`{3,}|~{3,}|:{3,})\s*\{(code-cell|formula|rejected-formula)\}")


def collect_prose(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the displays that no directive binds, and the inline maths, each with its place."""
    page = page_of(app.env, app.env.docname)
    places = Places(app.env, app.env.docname)
    displays = (node for node in doctree.findall(nodes.math_block) if "formula" not in node)
    page.unbound = [(*places.of(node), node.astext()) for node in displays]
    page.inline = [(*places.of(node), node.astext()) for node in doctree.findall(nodes.math)]


class Places:
    """Where the maths of a page stands in its files.

    Parsers tell the line of a paragraph, and those of notebooks not even that; so the text is asked.
    """

    def __init__(self, env: BuildEnvironment, docname: str) -> None:
        self.file = str(env.doc2path(docname, base=False))
        self.path = Path(env.doc2path(docname))
        self.text = without_cells(self.path.read_text(encoding="utf-8", errors="replace"))
        self.after = 0

    def of(self, node: nodes.math | nodes.math_block) -> tuple[str, int]:
        """Return file and line of maths; the pieces of a page that stand in its sentences are asked for in order."""
        known = next((one for one in traverse_parent(node) if one.line), nodes.Element())
        source, line = str(known.source or ""), int(known.line or 0)
        first = node.astext().strip().partition("\n")[0].strip()
        owner = owner_of(source, "")
        if owner is not None:
            lines = [k for k, text in enumerate(owner.lines) if first in text]
            return owner.file, owner.start + (lines[0] if lines else 0)
        if source and Path(source).name != self.path.name:
            return shown_path(source), line
        inline = isinstance(node, nodes.math)
        pattern = rf"[$`]\s*{re.escape(node.astext())}\s*[$`]" if inline else re.escape(first)
        found = re.compile(pattern).search(self.text, self.after if inline else 0)
        if found is None:
            return self.file, line
        if inline:
            self.after = found.end() - 1
        return self.file, self.text.count("\n", 0, found.start()) + 1


def without_cells(text: str) -> str:
    """Return a page with its cells and formulas blanked; the lines stay where they are."""
    kept, fence = [], ""
    for line in text.splitlines():
        opened = CELL.match(line.strip())
        kept.append("" if fence or opened else line)
        if fence:
            fence = "" if line.strip() == fence else fence
        elif opened:
            fence = opened[1]
    return "\n".join(kept)


# What is wrong with it


def faults(env: BuildEnvironment, page: Page, scopes: dict[str, Notation]) -> Iterator[str]:
    """Yield what is wrong with the maths of a page that no directive binds; `scopes` are those it uses."""
    if env.config.formula_unbound == "error":
        for file, line, latex in page.unbound:
            what = "nothing checks this equation: make it a formula directive"
            yield f"{file}:{line}: {what}\n{latex.strip()}"
    if env.config.formula_inline == "error" and page.inline:
        notations = [*scopes.values(), Notation.joined(scopes.values())]
        for file, line, latex in page.inline:
            fault = inline_fault(latex, notations)
            if fault:
                yield f"{file}:{line}: ${latex}$: {fault} (read in {_listed(list(scopes))})"


def _listed(names: list[str]) -> str:
    """Return the first names, and how many others there are."""
    more = f" and {len(names) - 3} more" if len(names) > 4 else ""
    return ", ".join(names[:3] if more else names) + more


def inline_fault(latex: str, notations: Iterable[Notation]) -> str:
    """Return why inline maths isn't read in any of the scopes, or the empty string.

    The fault that is told is the one that was met last, by the reader who came furthest.
    """
    furthest, told = -1, ""
    for notation in notations:
        for reader in READERS:
            try:
                reader(latex, notation)
            except FormulaError as error:
                at = error.span[0] if error.span else 0
                if at > furthest:
                    furthest, told = at, error.message
            else:
                return ""
    return told


def _read_condition(latex: str, notation: Notation) -> None:
    """Read a condition; a text without one is no condition."""
    if not read_condition(latex, notation):
        raise FormulaError("syntax", "there is no condition here", (0, 1))


def _read_lists(latex: str, notation: Notation) -> None:
    r"""Read sides that are lists or tuples: ``\mathbf{x} = (0, 1)``, ``1, 2, \dots, n``."""
    for side in split(tokenize(latex, notation.limits), *RELATIONS):
        _read_list(side, latex, notation)


def _read_list(tokens: Sequence[Token], latex: str, notation: Notation) -> None:
    """Read a list, with or without brackets, or what stands in one."""
    parts = split(tokens, ",")
    if len(parts) > 1:
        for part in parts:
            _read_list(part, latex, notation)
    elif _in_brackets(tokens):
        _read_list(tokens[1:-1], latex, notation)
    elif text_of(tokens) not in (r"\dots", r"\ldots"):
        start, end = (tokens[0].start, tokens[-1].end) if tokens else (0, 0)
        _read_item(latex[start:end], notation, start)


def _in_brackets(tokens: Sequence[Token]) -> bool:
    """Tell whether brackets are around it all, such as those of an interval, which may differ."""
    ends = [token.text for token in (*tokens[:1], *tokens[-1:])]
    inside = list(levels(tokens))[1:-1]
    return ends[:1] in (["("], ["["]) and ends[1:] in ([")"], ["]"]) and all(d for d, _ in inside)


def _read_item(text: str, notation: Notation, start: int) -> None:
    try:
        notation.parse(text)
    except FormulaError as error:
        with suppress(FormulaError):
            return read_open_symbol(text, notation)
        at = start + (error.span[0] if error.span else 0)
        raise FormulaError(error.category, error.message, (at, at + 1)) from None


def _read_name(latex: str, notation: Notation) -> None:
    r"""Read the name of a function that every notation knows: ``\log``."""
    names = [token.text.strip("\\") for token in tokenize(latex, notation.limits)]
    if len(names) != 1 or names[0] not in BUILTIN:
        raise FormulaError("syntax", "this is no known function", (0, 1))


READERS = (read, _read_condition, read_open_symbol, _read_lists, _read_name)
