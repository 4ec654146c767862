"""Every page in a real browser: nothing from elsewhere, no error, nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect

SITE = Path(__file__).parents[2] / "build" / "html"
PAGES = sorted(
    str(file.relative_to(SITE)) for file in SITE.rglob("*.html") if "_static" not in file.parts
)
SCREENS = {"desktop": (1280, 900), "phone": (360, 740)}


class Watch:
    """What goes on while a page is shown."""

    def __init__(self, page: Page, site: str) -> None:
        self.faults: list[str] = []
        self._site = site
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self._site, "data:", "blob:")):
            self.faults.append(f"asks another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text}")


# What is cut off at the right, except inside boxes that scroll; all folds are open.
CUT_OFF = """() => {
  const width = document.documentElement.clientWidth;
  document.querySelectorAll("article details").forEach((fold) => (fold.open = true));
  const cut = (element) =>
    element.checkVisibility() && element.getBoundingClientRect().right > width + 1;
  const scrolls = (element) => {
    for (let box = element.parentElement; box; box = box.parentElement)
      if (["auto", "scroll", "hidden"].includes(getComputedStyle(box).overflowX)) return true;
    return false;
  };
  return [...document.querySelectorAll("article *")]
    .filter((element) => cut(element) && !scrolls(element))
    .map((element) => element.outerHTML.slice(0, 90)).slice(0, 3);
}"""


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_page(browser: Browser, site: str, name: str, screen: str) -> None:
    width, height = SCREENS[screen]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
    try:
        watch = Watch(page, site)
        page.goto(f"{site}/{name}", wait_until="networkidle")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            expect(page.locator("html")).to_have_attribute("data-theme", scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(CUT_OFF) == []
        if page.locator("math").count():
            assert page.evaluate("document.fonts.check('16px \"Book Maths\"')")
        assert watch.faults == []
    finally:
        page.close()


def test_there_are_pages() -> None:
    assert {"index.html", "search.html", "genindex.html"} <= set(PAGES)
