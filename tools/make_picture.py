"""Make docs/static/page.png, the picture in the README, from the built Learning page.

`nox -s picture` runs it. The picture starts at the heading that is named here.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "build" / "html" / "neural-networks" / "learning.html"
PICTURE = ROOT / "docs" / "static" / "page.png"
HEADING = "#a-number-for-wrong"
SIZE = {"width": 1240, "height": 900}
LIMIT = 200_000  # bytes: a README should open quickly


def main() -> None:
    """Photograph the page in the light scheme."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(PAGE.as_uri(), wait_until="networkidle")
        page.evaluate(f"document.querySelector('{HEADING} h2').scrollIntoView()")
        page.wait_for_timeout(500)  # the contents at the right follow
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()
    size = PICTURE.stat().st_size
    print(f"{PICTURE.relative_to(ROOT)}: {size} bytes")
    if size > LIMIT:
        raise SystemExit(f"the picture has more than {LIMIT} bytes")


if __name__ == "__main__":
    main()
