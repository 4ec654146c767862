"""LaTeX becomes MathML while the book is built; the page needs no script for it.

Temml (vendor/temml.min.js) does the work inside QuickJS, so that no Node is needed.
LaTeX that Temml can't read is a warning with file and line, and warnings are errors.
"""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from pathlib import Path

import quickjs
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

LOGGER = logging.getLogger(__name__)
# What no line may begin or end with, beside inline maths.
CLOSING = re.compile(r"[.,:;!?)\]’”…]+")
OPENING = re.compile(r"[(\[‘“]+$")
TEMML = Path(__file__).parent / "vendor" / "temml.min.js"

# The result travels as JSON: the wrapper can't hand over the rope strings that Temml builds.
CONVERT = r"""
function convert(latex, display) {
  const options = {displayMode: display, throwOnError: true, strict: false, trust: onlyClasses};
  try { return JSON.stringify({mathml: temml.renderToString(latex, options)}); }
  catch (error) { return JSON.stringify({error: error.message}); }
}
function onlyClasses(context) { return context.command === "\\class"; }
"""
# What marks a symbol, beside the classes that Temml gives.
SYMBOL_CLASS = re.compile(r' class="symbol symbol-\d+"|symbol symbol-\d+ (?=\w)')
OPERATOR = re.compile(r"\\operatorname\{([A-Za-z]{2,})\}")


class LaTeXError(ValueError):
    """LaTeX that Temml can't read."""


@cache
def _convert():
    """Return the JavaScript function, loaded once a process."""
    context = quickjs.Context()
    context.eval(TEMML.read_text("utf-8"))
    context.eval(CONVERT)
    return context.get("convert")


@cache
def to_mathml(latex: str, display: bool) -> str:
    """Return `latex` as a `<math>` element, or raise LaTeXError."""
    answer = json.loads(_convert()(latex, display))
    if "error" in answer:
        # Temml underlines the place with combining characters, which terminals garble.
        raise LaTeXError(" ".join(answer["error"].replace("\u0332", "").split()))
    return answer["mathml"]


def with_symbols(latex: str, places: list[tuple[int, int, int]]) -> str:
    """Return a displayed equation whose symbols have a class: `symbol-3` for the third listed one.

    Each place is start, end and number. Nothing but those classes may change, so that an equation
    looks as if nobody had touched it: a place that changes more is left out.
    """
    plain = to_mathml(_displayed(latex), display=True)
    # The name of an operator is no longer one inside a group: it gets its class afterwards.
    names = {(OPERATOR.match(latex, start), k) for start, _, k in places}
    rest = [one for one in places if not OPERATOR.match(latex, one[0])]
    if not _is_harmless(latex, rest, plain):
        rest = [one for one in rest if _is_harmless(latex, [one], plain)]
    marked = to_mathml(_displayed(_marked(latex, rest)), display=True)
    if SYMBOL_CLASS.sub("", marked) != plain:
        marked = plain
    for name, k in names:
        if name:
            tag = f'<mi class="symbol symbol-{k}">{name[1]}</mi>'
            marked = marked.replace(f"<mi>{name[1]}</mi>", tag)
    return marked


def _is_harmless(latex: str, places: list[tuple[int, int, int]], plain: str) -> bool:
    try:
        marked = to_mathml(_displayed(_marked(latex, places)), display=True)
    except LaTeXError:
        return False
    return SYMBOL_CLASS.sub("", marked) == plain


def _marked(latex: str, places: list[tuple[int, int, int]]) -> str:
    r"""Put `\class` around each place; places lie behind or within each other."""
    cuts = [(end, -start, "}}") for start, end, _ in places]
    cuts += [(start, len(latex), rf"{{\class{{symbol symbol-{k}}}{{") for start, _, k in places]
    for position, _, text in sorted(cuts, reverse=True):
        latex = latex[:position] + text + latex[position:]
    return latex


def _displayed(latex: str) -> str:
    return laid_out(unnumbered(latex))


def laid_out(latex: str) -> str:
    """Wrap lines as Sphinx promises: a blank line or a double backslash starts a new one."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", latex) if part.strip()]
    lines = [_aligned(part) for part in parts]
    if len(lines) < 2:
        return "".join(lines)
    return r"\begin{gathered}" + r"\\".join(lines) + r"\end{gathered}"


def unnumbered(latex: str) -> str:
    r"""Star `\begin{align}` and its like: Sphinx numbers equations, one number for a block."""
    numbered = r"\\(begin|end)\{(equation|align|alignat|gather|multline)\}"
    return re.sub(numbered, r"\\\1{\2*}", latex)


def _aligned(latex: str) -> str:
    outside = re.sub(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", "", latex, flags=re.DOTALL)
    if r"\\" in outside or re.search(r"(?<!\\)&", outside):
        return r"\begin{aligned}" + latex + r"\end{aligned}"
    return latex


def _mathml_or_warning(node: nodes.Element, latex: str, display: bool) -> str:
    try:
        return to_mathml(latex, display)
    except LaTeXError as error:
        LOGGER.warning("LaTeX: %s, in %s", error, latex, location=node)
        return f"<code>{escape(latex)}</code>"


def _equation(node: nodes.math_block) -> str:
    """Return a displayed equation; its symbols are marked where the formula check has found them."""
    latex = node.astext()
    plain = _mathml_or_warning(node, _displayed(latex), display=True)
    if "symbols" not in node or not plain.startswith("<math"):
        return plain
    try:
        return with_symbols(latex, node["symbols"])
    except LaTeXError:
        return plain


def visit_inline(self, node: nodes.math) -> None:
    """Write maths inside a line."""
    self.body.append(_mathml_or_warning(node, node.astext(), display=False))
    raise nodes.SkipNode


def keep_punctuation(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Tie inline maths to the punctuation around it: browsers may break a line beside a `<math>`."""
    for maths in list(doctree.findall(nodes.math)):
        siblings = maths.parent.children
        place = siblings.index(maths)
        before = OPENING.search(_text(siblings, place - 1))
        after = CLOSING.match(_text(siblings, place + 1))
        if not (before or after):
            continue
        tied = nodes.inline(classes=["nobreak"])
        maths.replace_self(tied)
        tied += maths
        if before:
            tied.insert(0, nodes.Text(before[0]))
            siblings[place - 1] = _text_node(tied, siblings[place - 1][: before.start()])
        if after:
            tied += nodes.Text(after[0])
            siblings[place + 1] = _text_node(tied, siblings[place + 1][after.end() :])


def _text(siblings: list[nodes.Node], place: int) -> str:
    inside = 0 <= place < len(siblings) and isinstance(siblings[place], nodes.Text)
    return siblings[place].astext() if inside else ""


def _text_node(neighbour: nodes.Node, text: str) -> nodes.Text:
    node = nodes.Text(text)
    node.parent = neighbour.parent
    return node


def visit_block(self, node: nodes.math_block) -> None:
    """Write a displayed equation: a box that scrolls when it is wide, then its number."""
    self.body.append(self.starttag(node, "div", CLASS="equation"))
    # Not a flex item itself: a <math> flex item loses the space around its operators.
    self.body.append('<div class="equation-scroll">')
    self.body.append(_equation(node) + "</div>")
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Offer the renderer to Sphinx under the name `mathml`."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("doctree-resolved", keep_punctuation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
