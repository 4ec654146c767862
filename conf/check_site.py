"""Look through a built site without a browser: `python conf/check_site.py build/html`.

It finds what a reader would stumble over and Sphinx doesn't see: anything loaded from another
host, a link or a file that isn't there, a picture without words, LaTeX left as text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Attributes that make a browser load something. `a href` doesn't, before it is clicked.
LOADS = {
    "audio": ["src"],
    "embed": ["src"],
    "iframe": ["src"],
    "image": ["href", "xlink:href"],
    "img": ["src", "srcset"],
    "input": ["src"],
    "link": ["href"],
    "object": ["data"],
    "script": ["src"],
    "source": ["src", "srcset"],
    "track": ["src"],
    "use": ["href", "xlink:href"],
    "video": ["src", "poster"],
}
# Text that should have become maths. Code is left out before it is searched.
LATEX = re.compile(r"\$\$|\\\(|\\\[|\\(?:frac|sum|partial|begin|text|left|sqrt)\b")
CSS_URL = re.compile(r"""url\(\s*("[^"]*"|'[^']*'|[^"')\s]+)|@import\s+("[^"]*"|'[^']*')""")


class Page(HTMLParser):
    """What a page loads, links to and shows.

    Parameters
    ----------
    file : Path
        The HTML file.
    """

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note what the element loads, where it leads and what it lacks."""
        given = {name: value or "" for name, value in attributes}
        if tag in {"pre", "code", "script", "style", "annotation"}:
            self._open.append(tag)
        self.ids += [given["id"]] if given.get("id") else []
        self.links += [given["href"]] if tag == "a" and given.get("href") else []
        self.loads += [given[name].split()[0] for name in LOADS.get(tag, []) if given.get(name)]
        self.loads += loaded_by_css(given.get("style", ""))
        # Sphinx gives a picture that has none its own address.
        if tag == "img" and given.get("alt", given.get("src")) == given.get("src"):
            self.faults.append(f"picture without alternative text: {given.get('src', '')[:80]}")
        if tag == "html" and not given.get("lang"):
            self.faults.append("the page doesn't say its language")
        if tag == "merror":
            self.faults.append("an equation shows an error")

    def handle_endtag(self, tag: str) -> None:
        """Leave code, script or style."""
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, text: str) -> None:
        """Search text for LaTeX, and style sheets for what they load."""
        if self._open and self._open[-1] == "style":
            self.loads += loaded_by_css(text)
        elif not self._open and (found := LATEX.search(text)):
            around = text[max(0, found.start() - 30) : found.end() + 30].strip()
            self.faults.append(f"LaTeX left as text: {around!r}")


def loaded_by_css(text: str) -> list[str]:
    """Return the addresses that a style sheet loads."""
    return [(found[1] or found[2]).strip("\"'") for found in CSS_URL.finditer(text)]


def is_foreign(address: str) -> bool:
    """Tell whether an address leads to another host."""
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme not in {"", "data", "mailto", "javascript"}


@cache
def _page(file: Path) -> Page:
    return Page(file)


def _target(file: Path, address: str) -> Path:
    path = unquote(urlsplit(address).path)
    target = file.parent / path if path else file
    return target / "index.html" if target.is_dir() else target


def faults_of_page(file: Path) -> Iterator[str]:
    """Yield what is wrong with one HTML file."""
    page = _page(file)
    yield from page.faults
    for address in page.loads:
        if is_foreign(address):
            yield f"loads from another host: {address}"
        elif not address.startswith("data:") and not _target(file, address).is_file():
            yield f"loads what isn't there: {address}"
    for address in {link for link in page.links if not is_foreign(link)}:
        target, anchor = _target(file, address), unquote(urlsplit(address).fragment)
        if urlsplit(address).scheme:
            continue
        if not target.is_file():
            yield f"links to what isn't there: {address}"
        elif anchor and target.suffix == ".html" and anchor not in _page(target).ids:
            yield f"links to a place that isn't there: {address}"
    for twice in sorted({one for one in page.ids if page.ids.count(one) > 1}):
        yield f"two elements have the id {twice!r}"


def faults_of_style(file: Path) -> Iterator[str]:
    """Yield what a style sheet loads that it shouldn't or can't."""
    for address in loaded_by_css(file.read_text("utf-8")):
        if is_foreign(address):
            yield f"loads from another host: {address}"
        elif not address.startswith(("data:", "#")) and not _target(file, address).is_file():
            yield f"loads what isn't there: {address}"


def faults_of_site(folder: Path) -> list[str]:
    """Return everything that is wrong, each with its file."""
    checks = [(faults_of_page, "*.html"), (faults_of_style, "*.css")]
    return [
        f"{file.relative_to(folder)}: {fault}"
        for check, pattern in checks
        for file in sorted(folder.rglob(pattern))
        if "_sources" not in file.parts and not file.name.endswith("macros.html")
        for fault in check(file)
    ]


def main(folder: Path) -> int:
    """Print all faults; return 1 if there are any."""
    if not (folder / "index.html").is_file():
        print(f"{folder} holds no site", file=sys.stderr)
        return 1
    faults = faults_of_site(folder)
    print(*faults, sep="\n", file=sys.stderr, end="\n" if faults else "")
    pages = sum(1 for _ in folder.rglob("*.html"))
    print(f"{pages} pages checked: {len(faults)} faults, no other host" if not faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
