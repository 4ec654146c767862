"""Checking a whole book when its pages are read, also its maths in sentences; the builder that does only that."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.dummy import DummyBuilder
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.nodes import traverse_parent

from nnmath.formula.checking.book import Book, Result, Statement, as_asked, fail
from nnmath.formula.checking.code import read_open_symbol
from nnmath.formula.checking.session import Session
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.equation import read, read_condition
from nnmath.formula.reading.lexer import tokenize
from nnmath.formula.reading.notation import Notation
from nnmath.formula.reading.parser import RELATIONS
from nnmath.formula.reading.tokens import Token, levels, split, text_of
from nnmath.formula.sphinx.pages import (
    BuildFault,
    Page,
    Spec,
    owner_of,
    page_of,
    pages_of,
    scopes,
    shown_path,
    statement_of,
)
from nnmath.formula.sphinx.symbols import changed_pages, index_symbols
from nnmath.formula.values.functions import BUILTIN

LOGGER = logging.getLogger(__name__)
CELL = re.compile(r"^(`{3,}|~{3,}|:{3,})\s*\{(code-cell|formula|rejected-formula)\}")


def forget_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Drop what is known of a page that is read again or gone."""
    pages_of(env).pop(docname, None)
    vars(env)["formula_reread"] = True


def merge_pages(
    app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    """Take over what another process has read."""
    theirs = pages_of(other)
    pages_of(env).update({name: theirs[name] for name in docnames if name in theirs})


def reading_order(env: BuildEnvironment) -> list[str]:
    """Return the pages as the tables of contents order them, then the rest."""
    order: dict[str, None] = {}
    waiting = [env.config.root_doc]
    while waiting:
        docname = waiting.pop()
        if docname not in order:
            order[docname] = None
            waiting += reversed(env.toctree_includes.get(docname, []))
    return list(order | dict.fromkeys(sorted(env.found_docs)))


def in_order(specs: list[Spec]) -> list[Spec]:
    """Return a page's own equations, then those of docstrings as their sources have them.

    The functions of a page may be sorted by name, and a derivative stand before what it is of.
    """
    return sorted(specs, key=lambda spec: (spec.file, spec.line) if spec.owner else ("", 0))


def page_scopes(env: BuildEnvironment, docname: str) -> list[str]:
    """Return the scopes that a page's front matter names; the first is that of its equations."""
    named = str(env.metadata.get(docname, {}).get("formula_scope", ""))
    return [name.strip() for name in named.split(",") if name.strip()]


def _used(
    env: BuildEnvironment, docname: str, notations: dict[str, Notation], known: dict[str, Statement]
) -> dict[str, Notation]:
    """Return the scopes that a page uses: named in front, by its equations, or by what they restate.

    A page that uses none, such as one about the book itself, may speak of any symbol.
    """
    specs = pages_of(env)[docname].specs
    names = page_scopes(env, docname) + [spec.option("scope") for spec in specs]
    restated = [known.get(spec.option("restates")) for spec in specs]
    used = {name: notations[name] for name in names if name in notations}
    ids = {id(statement.notation) for statement in restated if statement}
    used |= {name: one for name, one in notations.items() if id(one) in ids}
    return used or notations


def check_book(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Check every equation; return the pages whose verdicts have changed."""
    notations, functions = scopes(env)
    pages = {name: pages_of(env)[name] for name in reading_order(env) if name in pages_of(env)}
    session = Session(Book(functions=functions), env.config.formula_seed)
    results: dict[str, Result] = {}
    known: dict[str, Statement] = {}  # by label, and by the directive's own number
    specs = [(spec, name) for name, page in pages.items() for spec in in_order(page.specs)]
    for spec, name in sorted(specs, key=lambda found: found[0].rejected):
        scope = spec.option("scope") or "".join(page_scopes(env, name)[:1])
        results[spec.uid] = _checked(session, spec, scope, notations, known)
    symbols = index_symbols(notations, pages, known)
    changed = changed_pages(env, vars(env).get("formula_symbols"), symbols)
    before = vars(env).get("formula_results", {})
    vars(env).update(  # it keeps them for the pages
        formula_results=results,
        formula_order=list(pages),
        formula_asked=as_asked({uid: known[uid] for uid in results if uid in known}, notations),
        formula_symbols=symbols,
    )
    others = [
        fault
        for name, page in pages.items()
        for fault in faults(env, page, _used(env, name, notations, known))
    ]
    _report(app, results, others)
    anew = {
        name
        for name, page in pages.items()
        if name in changed or _shown(page, before) != _shown(page, results)
    }
    if vars(env).pop("formula_reread", False) or anew:
        anew |= {name for name, page in pages.items() if page.overview}
    return sorted(anew)


def _shown(page: Page, results: dict[str, Result]) -> list[Result | None]:
    """Return what a page shows of its results: everything but the seconds."""
    found = (results.get(spec.uid) for spec in page.specs)
    # Not `result and ...`: one that is shown as rejected counts as false.
    return [None if result is None else replace(result, seconds=0.0) for result in found]


def _checked(
    session: Session,
    spec: Spec,
    scope: str,
    notations: dict[str, Notation],
    known: dict[str, Statement],
) -> Result:
    """Check one equation in its scope and remember it."""
    try:
        statement = statement_of(spec, scope, notations, known)
    except FormulaError as error:  # its options lead nowhere
        kind, code = spec.option("kind") or "claim", spec.option("code")
        result = Result(spec.file, spec.line, spec.label or spec.owner, spec.latex, kind, code=code)
        fail(result, FormulaError(error.category, error.message))
    else:
        if spec.rejected:
            return _turned(session.fork().take(statement))
        known |= {name: statement for name in (spec.uid, spec.label) if name}
        result = session.take(statement, hints=True)
    result.label = spec.label  # a docstring's function names it in messages only
    return result


def _turned(result: Result) -> Result:
    """Turn the verdict on an equation that is shown as rejected: it must fail, and its message is its evidence."""
    if result.category == "code":  # what fails is the comparison, not the equation
        return result
    if result.verdict == "fails":
        result.verdict, result.kind = "rejected", "rejected"
    else:
        fail(result, FormulaError("not rejected", "this is shown as wrong, but it holds"))
    return result


def _consequences(results: list[Result]) -> str:
    """Say in one message which equations can't be checked before others hold."""
    names = [f"{r.document}:{r.line}: {r.label}".removesuffix(": ") for r in results]
    count = "1 equation builds" if len(names) == 1 else f"{len(names)} equations build"
    return "\n  ".join([f"{count} on these and can't be checked yet:", *_first(names, 10)])


def _first(names: list[str], most: int) -> list[str]:
    """Return the first names, and how many others there are."""
    left = len(names) - most
    return names if left < 2 else [*names[:most], f"and {left} more"]


def _report(app: Sphinx, results: dict[str, Result], others: list[str]) -> None:
    """Say what fails; stop every build but the one that only checks."""
    failures = [result for result in results.values() if result.verdict == "fails"]
    first = [r for r in failures if r.category != "premise"] or failures
    messages = [*map(str, first), *others]
    if len(failures) > len(first):
        messages.append(_consequences([r for r in failures if r not in first]))
    LOGGER.info("checked %d formulas, %d fail", len(results), len(failures))
    for message in messages:
        LOGGER.error("%s", message.rstrip())
    if messages and app.builder.name == "formulas":
        app.statuscode = 1
    elif messages:
        count = "1 error" if len(messages) == 1 else f"{len(messages)} errors"
        LOGGER.error("A formula fails: %s, shown above; nothing is written", count)
        raise BuildFault(2)


# Nothing but the check


def skip_cells(app: Sphinx) -> None:
    """Leave the cells of notebook pages alone when only formulas are checked."""
    if app.builder.name == "formulas" and "nb_execution_mode" in app.config:
        app.config.nb_execution_mode = "off"
        # Without a kernel nothing tells the language of the cells; nobody sees them here.
        app.config.suppress_warnings = [*app.config.suppress_warnings, "myst-nb.lexer"]


class FormulasBuilder(DummyBuilder):
    """Checks every formula of the book and writes formulas.json."""

    name = "formulas"
    epilog = "The verdicts are in %(outdir)s/formulas.json."

    def write_documents(self, docnames: AbstractSet[str]) -> None:
        """Write no pages, and resolve none."""

    def finish(self) -> None:
        """Write the verdicts in reading order, with what was asked; what is shown as rejected is no equation here."""
        results: dict[str, Result] = getattr(self.env, "formula_results", {})
        asked: dict[str, dict[str, object]] = getattr(self.env, "formula_asked", {})
        records = [
            {**vars(result), **asked.get(uid, {})}
            for uid, result in results.items()
            if result.verdict != "rejected"
        ]
        text = json.dumps(records, indent=1)
        Path(self.outdir, "formulas.json").write_text(text, encoding="utf-8")


# Maths that no directive binds: inline, which must be readable, and displays, which are errors


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
        names = ", ".join(_first(list(scopes), 3))
        read = cache(partial(inline_fault, notations=notations))  # much stands more than once
        for file, line, latex in page.inline:
            fault = read(latex)
            if fault:
                yield f"{file}:{line}: ${latex}$: {fault} (read in {names})"


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
        for part in split(side[1:-1] if _in_brackets(side) else side, ","):
            if text_of(part) != r"\dots":
                start, end = (part[0].start, part[-1].end) if part else (0, 0)
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
