"""One page of each kind by the rules of axe-core, in light and in dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

KINDS = [
    "index.html",
    "neural-networks/learning.html",
    "transformers/the-transformer.html",
    "notation.html",
    "verification.html",
    "use-in-your-book.html",
    "api/activations.html",
    "sources.html",
    "search.html",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", KINDS)
def test_rules_hold(browser: Browser, site: str, name: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page.goto(f"{site}/{name}", wait_until="networkidle")
    # Colours that are still fading in have no contrast yet.
    page.wait_for_function("document.getAnimations().every((one) => one.playState !== 'running')")
    violations = Axe().run(page).response["violations"]
    page.close()
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["notation.html", "verification.html"])
def test_rules_hold_in_what_is_folded(browser: Browser, site: str, name: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page.goto(f"{site}/{name}", wait_until="networkidle")
    page.locator(".formula-folded").evaluate_all("(all) => all.forEach((one) => (one.open = true))")
    violations = Axe().run(page).response["violations"]
    page.close()
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_rules_hold_where_symbols_are_explained(browser: Browser, site: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page.goto(f"{site}/neural-networks/learning.html", wait_until="networkidle")
    page.locator("#equation-cost .symbol").first.hover()
    page.locator(".symbol-box").wait_for()
    for summary in page.locator(".formula-symbols summary").all()[:3]:
        summary.evaluate("(one) => one.parentElement.open = true")
    page.wait_for_function("document.getAnimations().every((one) => one.playState !== 'running')")
    violations = Axe().run(page).response["violations"]
    assert page.locator(".symbol-box").is_visible()
    page.close()
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations] == []


def test_the_rules_find_a_fault(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html lang='en'><title>T</title><main><h1>T</h1><img src='data:,'></main>")
    violations = Axe().run(page).response["violations"]
    page.close()
    assert "image-alt" in {one["id"] for one in violations}
