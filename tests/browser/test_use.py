"""What a reader does: switch the scheme, search, open a solution, use the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

CHAPTER = "neural-networks/learning.html"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty page of a desktop that prefers light."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
    yield page
    page.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """Open an empty page of a phone."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    yield page
    page.close()


def choose_scheme(page: Page, name: str) -> None:
    """Choose light, dark or auto from the menu at the top."""
    page.locator("button.theme-switch-button").locator("visible=true").click()
    page.locator(f"button.theme-change-button[data-mode={name}]").locator("visible=true").click()


def test_chosen_scheme_is_shown_and_remembered(page: Page, site: str) -> None:
    page.goto(f"{site}/{CHAPTER}")
    for name in ("dark", "light", "dark"):
        choose_scheme(page, name)
        assert page.get_attribute("html", "data-theme") == name
    page.goto(f"{site}/index.html")
    assert page.get_attribute("html", "data-theme") == "dark"
    choose_scheme(page, "auto")
    assert page.get_attribute("html", "data-theme") == "light"


def test_pictures_follow_the_switch(page: Page, site: str) -> None:
    page.goto(f"{site}/{CHAPTER}")
    picture = page.locator("article .cell_output img").first
    for name in ("dark", "light"):
        choose_scheme(page, name)
        assert picture.evaluate("(image) => getComputedStyle(image).colorScheme") == name
        # Ink for dark pages on a light ground can't be seen.
        grounds = page.locator("article .cell_output img").evaluate_all(
            "(all) => all.map((image) => getComputedStyle(image).backgroundColor)"
        )
        assert set(grounds) == {"rgba(0, 0, 0, 0)"}


def test_dark_page_is_printed_light(page: Page, site: str) -> None:
    page.goto(f"{site}/{CHAPTER}")
    choose_scheme(page, "dark")
    for event, name in (("beforeprint", "light"), ("afterprint", "dark")):
        page.evaluate(f"window.dispatchEvent(new Event('{event}'))")
        assert page.get_attribute("html", "data-theme") == name


def test_search_finds_a_function(page: Page, site: str) -> None:
    page.goto(f"{site}/search.html?q=sigmoid_prime")
    expect(page.locator("#search-results a").first).to_be_visible(timeout=10_000)


def test_solution_opens_and_closes(page: Page, site: str) -> None:
    page.goto(f"{site}/{CHAPTER}")
    solution = page.locator(".solution.dropdown").first
    body = solution.locator(".solution-content, section").first
    expect(body).not_to_be_visible()
    solution.locator(".admonition-title").click()
    expect(body).to_be_visible()


def test_wide_equations_take_the_focus_and_others_do_not(phone: Page, site: str) -> None:
    phone.goto(f"{site}/{CHAPTER}", wait_until="networkidle")
    wrong = phone.evaluate("""() => [...document.querySelectorAll(".equation-scroll")].filter(
      (box) => (box.scrollWidth > box.clientWidth + 1) !== (box.tabIndex === 0)).length""")
    wide = phone.evaluate("""() => [...document.querySelectorAll(".equation-scroll")].filter(
      (box) => box.tabIndex === 0).length""")
    assert wrong == 0
    assert wide > 0


def test_side_bar_opens_on_a_phone(phone: Page, site: str) -> None:
    phone.goto(f"{site}/{CHAPTER}")
    link = phone.get_by_role("link", name="Notation", exact=True)
    expect(link).not_to_be_in_viewport()
    phone.locator("button.primary-toggle").click()
    expect(link.first).to_be_in_viewport()


def test_text_and_equations_are_there_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/{CHAPTER}")
    expect(page.locator("article h1")).to_be_visible()
    expect(page.locator("article .equation math").first).to_be_visible()
    context.close()


# -- symbols ------------------------------------------------------------------------------------

EQUATION = "#equation-weight-gradient"


def words_under(page: Page) -> str:
    """Return what the box beside a symbol says, or nothing."""
    box = page.locator(".symbol-box")
    return box.inner_text() if box.is_visible() else ""


def test_a_symbol_is_explained_under_the_pointer(page: Page, site: str) -> None:
    page.goto(f"{site}/{CHAPTER}")
    symbols = page.locator(f"{EQUATION} .symbol")
    weight = page.locator(f"{EQUATION} mfrac .symbol").nth(1)
    weight.hover()
    box = page.locator(".symbol-box")
    expect(box).to_contain_text("weight of the edge from neuron")
    shown = symbols.locator("xpath=self::*[contains(@class, 'is-shown')]")
    expect(shown).to_have_count(2)  # in the derivative and in the sum
    # The box can be reached, and it goes away.
    box.hover()
    page.wait_for_timeout(400)
    expect(box).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(shown).to_have_count(0)


def test_a_symbol_is_explained_when_it_is_tapped(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = context.new_page()
    page.goto(f"{site}/{CHAPTER}")
    page.locator("#equation-cost .symbol").first.tap()
    assert "cost of one sample" in words_under(page)
    box = page.locator(".symbol-box").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    page.locator("article h1").tap()
    assert words_under(page) == ""
    context.close()


def test_symbols_are_listed_for_the_keyboard_and_without_scripts(
    browser: Browser, site: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/{CHAPTER}")
    listed = page.locator(f"{EQUATION} + .formula-note .formula-symbols")
    words = listed.get_by_text("weight of the edge from neuron")
    expect(words).to_be_hidden()
    listed.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(words).to_be_visible()
    context.close()


def test_a_link_to_a_symbol_opens_its_table(page: Page, site: str) -> None:
    page.goto(f"{site}/notation.html")
    row = page.locator("#symbol-adam-1")
    expect(row).not_to_be_visible()
    page.goto(f"{site}/notation.html#symbol-adam-1")
    expect(row).to_be_in_viewport()
    page.goto(f"{site}/notation.html#scope-network")
    expect(page.locator("#scope-network table")).to_be_visible()


def test_folded_tables_open_for_paper_and_close_again(page: Page, site: str) -> None:
    page.goto(f"{site}/verification.html")
    table = page.locator(".formula-folded table").first
    for event, shown in (("beforeprint", True), ("afterprint", False)):
        page.evaluate(f"window.dispatchEvent(new Event('{event}'))")
        expect(table).to_be_visible(visible=shown)


@pytest.mark.parametrize("name", [CHAPTER, "transformers/pay-attention.html"])
def test_every_marked_symbol_has_its_words(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/{name}")
    found = page.evaluate("""() => [...document.querySelectorAll(".equation .symbol")].map((one) => {
      const number = /symbol-\\d+/.exec(one.getAttribute("class"))[0];
      const note = one.closest(".equation").nextElementSibling;
      return note.querySelector(`.formula-symbol-list > .${number} .formula-meaning`)?.textContent;
    })""")
    assert len(found) > 50
    assert all(found)


def test_marks_move_nothing(page: Page, site: str) -> None:
    page.goto(f"{site}/{CHAPTER}", wait_until="networkidle")
    for name in ("weight-gradient", "sigmoid-cross-entropy-gradient", "adam-step"):
        equation = page.locator(f"#equation-{name} .equation-scroll")
        marked = equation.screenshot(animations="disabled")
        equation.evaluate(
            "(box) => box.querySelectorAll('.symbol').forEach((one) => one.removeAttribute('class'))"
        )
        assert equation.screenshot(animations="disabled") == marked
