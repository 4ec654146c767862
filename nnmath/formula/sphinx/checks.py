"""Checking a whole book when all of its pages are read."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from nnmath.formula.book import Book, Result, Statement
from nnmath.formula.checking import Session
from nnmath.formula.code import read_open_symbol
from nnmath.formula.equation import read, read_condition
from nnmath.formula.errors import FormulaError, show
from nnmath.formula.notation import Notation
from nnmath.formula.sphinx.directives import Page, Spec, page_of
from nnmath.formula.sphinx.statements import statement_of

__all__ = [
    "FormulaFailure",
    "check_book",
    "collect_others",
    "forget_page",
    "merge_pages",
    "reading_order",
]

LOGGER = logging.getLogger(__name__)


class FormulaFailure(SphinxError):
    """Equations of the book fail; nothing is written."""

    category = "A formula fails"


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


def collect_others(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the displays that no directive binds, and the inline maths."""
    page = page_of(app.env, app.env.docname)
    file = str(app.env.doc2path(app.env.docname, base=False))
    page.unbound = [
        (file, node.line or 0, node.astext())
        for node in doctree.findall(nodes.math_block)
        if "formula" not in node
    ]
    page.inline = [(file, _line_of(node), node.astext()) for node in doctree.findall(nodes.math)]


def _line_of(node: nodes.Node) -> int:
    """Return the line of the nearest element that knows its own."""
    current: nodes.Node | None = node
    while current is not None:
        if current.line:
            return int(current.line)
        current = current.parent
    return 0


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


def scopes(env: BuildEnvironment) -> tuple[dict[str, Notation], dict[str, Any]]:
    """Return the notations of the configured module by name, and its functions."""
    module = importlib.import_module(env.config.formula_notation)
    named = getattr(module, "scopes", vars(module))
    found = {name: value for name, value in named.items() if isinstance(value, Notation)}
    return found, dict(getattr(module, "functions", {}))


def check_book(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Check every equation; return the pages whose verdicts have changed."""
    notations, functions = scopes(env)
    pages: dict[str, Page] = env.__dict__.setdefault("formula_pages", {})
    order = [name for name in reading_order(env) if name in pages]
    book = Book(functions=functions)
    session = Session(book, env.config.formula_seed)
    before = env.__dict__.get("formula_results", {})
    results: dict[str, Result] = {}
    rejected: list[tuple[Spec, str]] = []
    labelled: dict[str, Statement] = {}
    for docname in order:
        for spec in pages[docname].specs:
            scope = spec.scope or str(env.metadata.get(docname, {}).get("formula_scope", ""))
            if spec.rejected:
                rejected.append((spec, scope))
            else:
                results[spec.uid] = _checked(session, spec, scope, notations, labelled)
    for spec, scope in rejected:
        results[spec.uid] = _turned(
            _checked(session.fork(), spec, scope, notations, labelled), spec
        )
    env.formula_results = results  # type: ignore[attr-defined]  # the environment keeps it for the pages
    env.formula_order = order  # type: ignore[attr-defined]  # likewise
    _report(app, env, results, list(_others(env, order, notations)))
    return [
        name
        for name in order
        if any(_said(before, s.uid) != _said(results, s.uid) for s in pages[name].specs)
    ]


def _said(results: dict[str, Result], uid: str) -> object:
    """Return what a page shows of a result: everything but the seconds."""
    return None if uid not in results else {**asdict(results[uid]), "seconds": 0}


def _checked(
    session: Session,
    spec: Spec,
    scope: str,
    notations: dict[str, Notation],
    labelled: dict[str, Statement],
) -> Result:
    """Check one equation in its scope and remember it."""
    try:
        statement = statement_of(spec, scope, notations, labelled)
    except FormulaError as error:
        return refused(spec, error)
    if spec.label and not spec.rejected:
        labelled[spec.label] = statement
    return session.take(statement, hints=not spec.rejected)


def refused(spec: Spec, error: FormulaError) -> Result:
    """Return the verdict on an equation whose options lead nowhere."""
    message = f"{spec.file}:{spec.line}: {spec.label or 'formula'}: {error.message}"
    return Result(
        spec.file, spec.line, spec.label, spec.latex, spec.kind, "fails", error.category,
        f"{message}\n{show(spec.latex, None)}", spec.code,
    )  # fmt: skip


def _turned(result: Result, spec: Spec) -> Result:
    """Turn the verdict on an equation that is shown as rejected: it must fail, and its message is its evidence."""
    if result.verdict == "fails":
        result.verdict, result.kind = "rejected", "rejected"
        return result
    result.verdict, result.category = "fails", "not rejected"
    result.message = (
        f"{spec.file}:{spec.line}: {spec.label}: this is shown as wrong, but it holds\n{spec.latex}"
    )
    return result


# Displays without a check, and inline maths


def _others(
    env: BuildEnvironment, order: list[str], notations: dict[str, Notation]
) -> Iterator[str]:
    """Yield what is wrong with the maths that no directive binds."""
    pages: dict[str, Page] = env.formula_pages  # type: ignore[attr-defined]  # set by page_of
    for docname in order:
        page = pages[docname]
        if env.config.formula_unbound == "error":
            for file, line, latex in page.unbound:
                yield f"{file}:{line}: a displayed equation that nothing checks: {latex.strip()}"
        names = {spec.scope for spec in page.specs if spec.scope}
        names.add(str(env.metadata.get(docname, {}).get("formula_scope", "")))
        scopes_here = [notations[name] for name in sorted(names) if name in notations]
        if env.config.formula_inline == "error" and scopes_here:
            for file, line, latex in page.inline:
                fault = inline_fault(latex, scopes_here)
                if fault:
                    yield f"{file}:{line}: ${latex}$ isn't in the page's notation: {fault}"


def inline_fault(latex: str, notations: Iterable[Notation]) -> str:
    """Return why inline maths isn't read in any of the scopes, or the empty string."""
    fault = ""
    for notation in notations:
        for reader in (read, read_condition_of, read_open_symbol):
            try:
                reader(latex, notation)
            except FormulaError as error:
                fault = fault or error.message
            else:
                return ""
    return fault


def read_condition_of(latex: str, notation: Notation) -> None:
    """Read a condition; a text without one is no condition."""
    if not read_condition(latex, notation):
        raise FormulaError("syntax", "there is no condition here")


def _report(
    app: Sphinx, env: BuildEnvironment, results: dict[str, Result], others: list[str]
) -> None:
    """Say what fails; stop every build but the one that only checks."""
    failures = [result for result in results.values() if result.verdict == "fails"]
    messages = [
        f"{r.message}\n{'try: ' + r.hint if r.hint else ''}".rstrip() for r in failures
    ] + others
    count = len(results)
    LOGGER.info("checked %d formulas, %d fail", count, len(failures))
    for message in messages:
        LOGGER.error("%s", message)
    if messages and app.builder.name == "formulas":
        app.statuscode = 1
    elif messages:
        raise FormulaFailure(f"{len(messages)} errors, shown above; nothing is written")
