"""What the pages say of symbols: the Notation page, and the list under each equation.

When all pages are checked, the equations are read once more: which symbols stand in them, and where.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from nnmath.formula.checking.book import Statement
from nnmath.formula.errors import FormulaError
from nnmath.formula.reading.describe import facts, occurrences, pieces
from nnmath.formula.reading.equation import read
from nnmath.formula.reading.notation import Notation, Symbol
from nnmath.formula.running.definitions import definition_from
from nnmath.formula.sphinx.directives import (
    folded,
    formula_note,
    formula_scope,
    formula_symbols,
    link,
    table,
)
from nnmath.formula.sphinx.pages import Page, Spec, notation_module, page_of, scopes

Key = tuple[str, str]  # the scope's name and the symbol's LaTeX
#: "eq" and an equation's label, or "obj" and the function with the docstring.
Place = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """A declared symbol, in plain text that the environment can keep."""

    latex: str
    meaning: str
    facts: str
    code: str
    anchor: str


@dataclass
class SymbolIndex:
    """All declared symbols, and where the book defines and uses them."""

    entries: dict[Key, Entry] = field(default_factory=dict)
    places: dict[str, list[tuple[int, int, Key]]] = field(default_factory=dict)
    defined: dict[Key, list[Place]] = field(default_factory=dict)
    used: dict[Key, list[str]] = field(default_factory=dict)
    extends: dict[str, str] = field(default_factory=dict)


def index_symbols(
    notations: Mapping[str, Notation],
    pages: Mapping[str, Page],
    statements: Mapping[str, Statement],
) -> SymbolIndex:
    """Find every symbol of every equation; what can't be read has none."""
    index = SymbolIndex()
    keys: dict[Symbol, Key] = {}
    for name, notation in notations.items():
        for number, symbol in enumerate(notation.own_symbols):
            key = keys.setdefault(symbol, (name, symbol.latex))
            anchor = nodes.make_id(f"symbol-{name}-{number}")
            index.entries[key] = Entry(
                symbol.latex, symbol.meaning, facts(symbol), symbol.code or "", anchor
            )
        parents = [other for other, scope in notations.items() if scope is notation.extends]
        index.extends[name] = parents[0] if parents else ""
    for docname, page in pages.items():
        for spec in page.specs:
            if spec.uid in statements:
                _index_equation(index, keys, spec, statements[spec.uid], docname)
    return index


def _index_equation(
    index: SymbolIndex, keys: dict[Symbol, Key], spec: Spec, statement: Statement, docname: str
) -> None:
    try:
        found = occurrences(statement.latex, statement.notation)
    except FormulaError:
        return
    index.places[spec.uid] = [(*one.span, keys[one.symbol]) for one in found if one.symbol in keys]
    for _, _, key in index.places[spec.uid]:
        used = index.used.setdefault(key, [])
        if docname not in used:
            used.append(docname)
    place = ("eq", spec.label) if spec.label else ("obj", spec.owner)
    if statement.kind == "definition" and place[1]:
        equation = read(statement.latex, statement.notation).equation
        symbol = definition_from(equation.sides[0], equation.sides[1]).symbol
        for one in (symbol, symbol.entry_of):
            if one in keys and place not in index.defined.setdefault(keys[one], []):
                index.defined[keys[one]].append(place)


def changed_pages(env: BuildEnvironment, old: SymbolIndex | None, new: SymbolIndex) -> set[str]:
    """Return the pages that show something else of symbols than before."""
    pages: dict[str, Page] = env.__dict__.get("formula_pages", {})
    if old is None or old == new:
        return set()
    found = set()
    for docname, page in pages.items():
        uids = [spec.uid for spec in page.specs]
        if page.notations or any(_shown(old, uid) != _shown(new, uid) for uid in uids):
            found.add(docname)
    return found


def _shown(index: SymbolIndex, uid: str) -> list[Any]:
    places = index.places.get(uid, [])
    return [(place, index.entries[place[2]], index.defined.get(place[2])) for place in places]


# The Notation page


class NotationDirective(SphinxDirective):
    """The symbols of one scope as a table; without an argument a section for each scope.

    With the option `part` the scopes of one part of the book, each folded. What is in a part says the dictionary
    `parts` of the module of notations.
    """

    optional_arguments = 1
    option_spec: ClassVar[Any] = {"part": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Leave a place for each table; they are filled in when all equations are read."""
        module = notation_module(self.env)
        for part in (module, *(v for v in vars(module).values() if isinstance(v, ModuleType))):
            if getattr(part, "__file__", None):
                self.env.note_dependency(str(part.__file__))
        notations, _ = scopes(self.env)
        names = list(notations)
        if self.arguments:
            names = [self._known("scope", self.arguments[0], notations)]
        if "part" in self.options:
            parts: dict[str, Iterable[str]] = getattr(module, "parts", {})
            names = list(parts[self._known("part", self.options["part"], parts)])
        page_of(self.env, self.env.docname).notations += names
        if "part" in self.options:
            return [formula_scope(scope=name, title=_title(notations[name])) for name in names]
        if self.arguments:
            return [formula_scope(scope=names[0])]
        return [self._section(name, notations[name]) for name in names]

    def _known(self, kind: str, name: str, known: Iterable[str]) -> str:
        if name in known:
            return name
        raise self.error(f"the {kind} {name!r} isn't known; known are {', '.join(known)}")

    def _section(self, name: str, notation: Notation) -> nodes.section:
        title = _title(notation)
        section = nodes.section("", nodes.title(text=title), ids=[nodes.make_id(f"scope-{name}")])
        section["names"] = [nodes.fully_normalize_name(title)]
        section += formula_scope(scope=name)
        self.set_source_info(section)
        return section


def _title(notation: Notation) -> str:
    return notation.name[:1].upper() + notation.name[1:]


# Filling in


class SymbolTransform(SphinxPostTransform):
    """Puts the tables of symbols and the lists under equations into a page, before references are resolved."""

    default_priority = 5

    def run(self, **_: Any) -> None:
        """Fill in one page."""
        index: SymbolIndex | None = self.env.__dict__.get("formula_symbols")
        if index is None:
            return
        for place in list(self.document.findall(formula_scope)):
            place.replace_self(self._filled(index, place))
        if self.app.builder.format != "html" or not self.config.formula_symbols:
            return
        notes = {note["uid"]: note for note in self.document.findall(formula_note)}
        for node in self.document.findall(nodes.math_block):
            uid = node.get("formula")
            if index.places.get(uid) and uid in notes:
                self._explain(index, index.places[uid], node, notes[uid])

    def _explain(
        self,
        index: SymbolIndex,
        places: list[tuple[int, int, Key]],
        node: nodes.math_block,
        note: formula_note,
    ) -> None:
        """List the symbols of an equation, and tell the renderer where each of them stands."""
        keys = list(dict.fromkeys(key for _, _, key in places))
        numbers = {key: number for number, key in enumerate(keys, start=1)}
        node["symbols"] = [(start, end, numbers[key]) for start, end, key in places]
        listed = nodes.bullet_list(classes=["formula-symbol-list"])
        for key in keys:
            entry = index.entries[key]
            shown = nodes.math(entry.latex, entry.latex)
            line = nodes.paragraph("", "", nodes.inline("", "", shown, classes=["formula-symbol"]))
            line += self._words(entry)
            if entry.code:
                line += _aside(nodes.Text("in the code "), self._code(entry.code))
            here = ("eq", node.get("label"))
            defined = [one for one in index.defined.get(key, []) if one != here]
            if defined:
                line += _aside(nodes.Text("defined in "), *self._places(defined[:1]))
            listed += nodes.list_item("", line, classes=[f"symbol-{numbers[key]}"])
        note += formula_symbols("", listed)

    def _words(self, entry: Entry) -> Iterator[nodes.Node]:
        """Yield the meaning of a symbol, where its indices run and what values it takes."""
        yield nodes.inline("", "", *text_nodes(entry.meaning), classes=["formula-meaning"])
        if entry.facts:
            yield from _aside(*text_nodes(entry.facts))

    def _filled(self, index: SymbolIndex, place: formula_scope) -> list[nodes.Node]:
        """Return a scope's table, folded if it has a title of its own."""
        scope, made = place["scope"], list(self._scope(index, place["scope"]))
        if "title" not in place:
            return made
        number = sum(key[0] == scope for key in index.entries)
        note = f"{number} symbol{'s' * (number != 1)}"
        return folded(self.app, place["title"], note, made, nodes.make_id(f"scope-{scope}"))

    def _scope(self, index: SymbolIndex, scope: str) -> Iterator[nodes.Node]:
        """Yield a scope's outer scope and its table."""
        if index.extends[scope]:
            parent = index.extends[scope]
            target = nodes.make_id(f"scope-{parent}")
            link = nodes.reference("", parent, refid=target, internal=True)
            yield nodes.paragraph("", "", nodes.Text("With the symbols of "), link, nodes.Text("."))
        keys = [key for key in index.entries if key[0] == scope]
        head = ("Symbol", "Meaning", "In the code", "Where")
        made = table(head, [self._row(index, key) for key in keys])
        for column, width in zip(made.findall(nodes.colspec), (10, 40, 20, 30), strict=True):
            column["colwidth"] = width
        for row, key in zip(made.findall(nodes.row), [None, *keys], strict=True):
            if key is not None:
                row["ids"] = [index.entries[key].anchor]
        made["classes"].append("formula-notation")
        yield made

    def _row(self, index: SymbolIndex, key: Key) -> tuple[nodes.Node, ...]:
        entry = index.entries[key]
        code = self._code(entry.code) if entry.code else nodes.Text("")
        meaning = nodes.inline("", "", *self._words(entry))
        return nodes.math(entry.latex, entry.latex), meaning, code, self._where(index, key)

    def _where(self, index: SymbolIndex, key: Key) -> nodes.Node:
        """Link the pages that use a symbol and the equations that define it."""
        cell = nodes.inline()
        for number, docname in enumerate(index.used.get(key, [])):
            title = nodes.inline(text=self.env.titles[docname].astext())
            cell += [nodes.Text(", ")] if number else []
            cell += link(self.env, "std", "doc", f"/{docname}", title)
        if key in index.defined:
            cell += _aside(nodes.Text("defined in "), *self._places(index.defined[key]))
        return cell

    def _places(self, places: list[Place]) -> Iterator[nodes.Node]:
        """Yield links to equations and to functions whose docstrings hold one."""
        for number, (kind, target) in enumerate(places):
            if number:
                yield nodes.Text(", ")
            if kind == "eq":
                yield link(self.env, "math", "eq", target, nodes.inline(text=target))
            else:
                name = nodes.literal(text=target.rpartition(".")[2])
                yield link(self.env, "py", "obj", target, name)

    def _code(self, code: str) -> nodes.Node:
        """Return a name in the code, linked if it begins with a documented function or class."""
        name = code.partition("(")[0]
        objects = self.env.domains.python_domain.objects
        found = [
            full
            for full, entry in objects.items()
            if entry.objtype in ("function", "class") and f".{full}".endswith(f".{name}")
        ]
        literal = nodes.literal(text=code)
        return link(self.env, "py", "obj", found[0], literal) if len(found) == 1 else literal


def _aside(*parts: nodes.Node) -> list[nodes.Node]:
    """Return what stands quietly behind a meaning."""
    separator = nodes.inline(text="; ", classes=["formula-separator"])
    return [separator, nodes.inline("", "", *parts, classes=["formula-facts"])]


def text_nodes(text: str) -> list[nodes.Node]:
    """Return words and the maths between dollar signs as nodes."""
    return [
        nodes.math(piece, piece) if is_latex else nodes.Text(piece)
        for piece, is_latex in pieces(text)
    ]
