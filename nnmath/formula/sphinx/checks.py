"""Checking a whole book when all of its pages are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from nnmath.formula.book import Book, Result, Statement
from nnmath.formula.bookfile import as_asked
from nnmath.formula.checking import Session
from nnmath.formula.errors import FormulaError, show
from nnmath.formula.notation import Notation
from nnmath.formula.sphinx.directives import Page, Spec
from nnmath.formula.sphinx.notations import scopes
from nnmath.formula.sphinx.prose import faults
from nnmath.formula.sphinx.statements import statement_of
from nnmath.formula.sphinx.symbols import changed_pages, index_symbols

__all__ = [
    "FormulaFailure",
    "check_book",
    "forget_page",
    "merge_pages",
    "reading_order",
]

LOGGER = logging.getLogger(__name__)


class FormulaFailure(SystemExit):
    """Equations of the book fail: the build ends, and nothing is written.

    It is no SphinxError, since Sphinx asks the reader to report those to its developers.
    """


def forget_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Drop what is known of a page that is read again or gone."""
    env.__dict__.setdefault("formula_pages", {}).pop(docname, None)


def merge_pages(
    app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    """Take over what another process has read."""
    pages = env.__dict__.setdefault("formula_pages", {})
    for docname in docnames:
        if docname in other.__dict__.get("formula_pages", {}):
            pages[docname] = other.formula_pages[docname]  # type: ignore[attr-defined]  # set by page_of


def reading_order(env: BuildEnvironment) -> list[str]:
    """Return the pages as the tables of contents order them, then the rest."""
    order: list[str] = []

    def visit(docname: str) -> None:
        if docname not in order:
            order.append(docname)
            for child in env.toctree_includes.get(docname, []):
                visit(child)

    visit(env.config.root_doc)
    return order + sorted(set(env.found_docs) - set(order))


def in_order(specs: list[Spec]) -> list[Spec]:
    """Return a page's own equations, then those of docstrings as their sources have them.

    The functions of a page may be sorted by name, and a derivative stand before what it is of.
    """
    own = [spec for spec in specs if not spec.owner]
    return own + sorted((spec for spec in specs if spec.owner), key=lambda s: (s.file, s.line))


def page_scopes(env: BuildEnvironment, docname: str) -> list[str]:
    """Return the scopes that a page's front matter names; the first is that of its equations."""
    named = str(env.metadata.get(docname, {}).get("formula_scope", ""))
    return [name.strip() for name in named.split(",") if name.strip()]


def _used(
    env: BuildEnvironment,
    page: Page,
    docname: str,
    notations: dict[str, Notation],
    labelled: dict[str, Statement],
) -> dict[str, Notation]:
    """Return the scopes that a page uses: named in front, by its equations, or by what they restate.

    A page that uses none, such as one about the book itself, may speak of any symbol.
    """
    names = page_scopes(env, docname) + [spec.scope for spec in page.specs]
    used = {name: notations[name] for name in names if name in notations}
    restated = {id(labelled[s.restates].notation) for s in page.specs if s.restates in labelled}
    used |= {name: one for name, one in notations.items() if id(one) in restated}
    return used or notations


def check_book(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Check every equation; return the pages whose verdicts have changed."""
    notations, functions = scopes(env)
    pages: dict[str, Page] = env.__dict__.setdefault("formula_pages", {})
    order = [name for name in reading_order(env) if name in pages]
    book = Book(functions=functions)
    session = Session(book, env.config.formula_seed)
    before = env.__dict__.get("formula_results", {})
    results: dict[str, Result] = {}
    rejected: list[tuple[Spec, list[str]]] = []
    known: dict[str, Statement] = {}  # by label, and by the directive's own number
    for docname in order:
        named = page_scopes(env, docname)
        for spec in in_order(pages[docname].specs):
            if spec.rejected:
                rejected.append((spec, named))
            else:
                results[spec.uid] = _checked(session, spec, named, notations, known)
    for spec, named in rejected:
        results[spec.uid] = _checked(session.fork(), spec, named, notations, known)
    env.formula_results = results  # type: ignore[attr-defined]  # the environment keeps it for the pages
    env.formula_order = order  # type: ignore[attr-defined]  # likewise
    statements = {uid: known[uid] for uid in results if uid in known}
    env.formula_asked = as_asked(statements, notations)  # type: ignore[attr-defined]  # likewise
    symbols = index_symbols(notations, {name: pages[name] for name in order}, known)
    changed = changed_pages(env, env.__dict__.get("formula_symbols"), symbols)
    env.formula_symbols = symbols  # type: ignore[attr-defined]  # likewise
    others = [
        fault
        for name in order
        for fault in faults(env, pages[name], _used(env, pages[name], name, notations, known))
    ]
    _report(app, results, others)
    return [
        name
        for name in order
        if name in changed
        or pages[name].overview
        or any(_said(before, s.uid) != _said(results, s.uid) for s in pages[name].specs)
    ]


def _said(results: dict[str, Result], uid: str) -> object:
    """Return what a page shows of a result: everything but the seconds."""
    return None if uid not in results else {**asdict(results[uid]), "seconds": 0}


def _checked(
    session: Session,
    spec: Spec,
    named: list[str],
    notations: dict[str, Notation],
    known: dict[str, Statement],
) -> Result:
    """Check one equation in its scope and remember it."""
    try:
        statement = statement_of(spec, (spec.scope or "".join(named[:1])), notations, known)
    except FormulaError as error:
        return refused(spec, error)
    if spec.rejected:
        return _turned(session.take(statement), spec)
    known |= {name: statement for name in (spec.uid, spec.label) if name}
    result = session.take(statement, hints=True)
    result.label = spec.label  # a docstring's function names it in messages only
    return result


def refused(spec: Spec, error: FormulaError) -> Result:
    """Return the verdict on an equation whose options lead nowhere."""
    where = ": ".join(
        part for part in (f"{spec.file}:{spec.line}", spec.label or spec.owner) if part
    )
    message = f"{where}: {error.message}\n{show(spec.latex, None)}"
    return Result(
        spec.file, spec.line, spec.label, spec.latex, spec.kind, "fails", error.category, message,
        spec.code,
    )  # fmt: skip


def _turned(result: Result, spec: Spec) -> Result:
    """Turn the verdict on an equation that is shown as rejected: it must fail, and its message is its evidence."""
    if result.category == "code":  # what fails is the comparison, not the equation
        return result
    if result.verdict == "fails":
        result.verdict, result.kind = "rejected", "rejected"
        return result
    result.verdict, result.category = "fails", "not rejected"
    result.message = (
        f"{spec.file}:{spec.line}: {spec.label}: this is shown as wrong, but it holds\n{spec.latex}"
    )
    return result


def _consequences(results: list[Result]) -> str:
    """Say in one message which equations can't be checked before others hold."""
    names = [f"{r.document}:{r.line}: {r.label}".removesuffix(": ") for r in results]
    count = "1 equation builds" if len(names) == 1 else f"{len(names)} equations build"
    more = [f"and {len(names) - 10} more"] if len(names) > 12 else []
    shown = names[:10] if more else names
    return "\n  ".join([f"{count} on these and can't be checked yet:", *shown, *more])


def _report(app: Sphinx, results: dict[str, Result], others: list[str]) -> None:
    """Say what fails; stop every build but the one that only checks."""
    failures = [result for result in results.values() if result.verdict == "fails"]
    first = [r for r in failures if r.category != "premise"] or failures
    messages = [
        f"{r.message}\n{'try: ' + r.hint if r.hint else ''}".rstrip() for r in first
    ] + others
    if len(failures) > len(first):
        messages.append(_consequences([r for r in failures if r not in first]))
    LOGGER.info("checked %d formulas, %d fail", len(results), len(failures))
    for message in messages:
        LOGGER.error("%s", message)
    if messages and app.builder.name == "formulas":
        app.statuscode = 1
    elif messages:
        count = "1 error" if len(messages) == 1 else f"{len(messages)} errors"
        LOGGER.error("A formula fails: %s, shown above; nothing is written", count)
        raise FormulaFailure(2)
