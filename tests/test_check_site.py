"""The check of the built site finds each fault that it is there for, and only those."""

from __future__ import annotations

from pathlib import Path

import check_site
import pytest

GOOD = """<!DOCTYPE html><html lang="en"><head><link rel="stylesheet" href="style.css"></head>
<body><h1 id="top">Title</h1><img src="a%20b.png" alt=""><pre>$$ \\frac $$</pre>
<a href="https://example.org/">elsewhere</a>
<a href="#top">up</a> <a href="sub/">on</a></body></html>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a small site without a fault."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "index.html").write_text(GOOD)
    (tmp_path / "sub" / "index.html").write_text(
        '<html lang="en"><a href="../index.html#top">b</a>'
    )
    (tmp_path / "style.css").write_text("p { background: url('a b.png') } q { mask: url(#m) }")
    (tmp_path / "a b.png").write_bytes(b"")
    return tmp_path


def test_good_site_has_no_fault(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_site.faults_of_site(site) == []
    assert check_site.main(site) == 0
    assert "2 pages checked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<script src="https://cdn.example/x.js">', "loads from another host: https://cdn"),
        ('<script src="//cdn.example/x.js">', "loads from another host: //cdn"),
        ('<link rel="stylesheet" href="http://fonts.example/">', "loads from another host"),
        ('<img alt="" srcset="https://a.example/b.png 2x">', "loads from another host"),
        ('<p style="background: url(https://a.example/b)">', "loads from another host"),
        ("<style>@import 'https://a.example/b.css';</style>", "loads from another host"),
        ('<img alt="" src="missing.png">', "loads what isn't there: missing.png"),
        ('<a href="missing.html">', "links to what isn't there: missing.html"),
        ('<a href="#missing">', "links to a place that isn't there: #missing"),
        ('<a href="sub/index.html#missing">', "links to a place that isn't there"),
        ('<img src="a%20b.png">', "picture without alternative text"),
        ('<img alt="a%20b.png" src="a%20b.png">', "picture without alternative text"),
        ("<merror>", "an equation shows an error"),
        ("<p>so \\frac{1}{2} is</p>", "LaTeX left as text"),
        ("<p>so $$x$$ is</p>", "LaTeX left as text"),
        ('<i id="top"></i>', "two elements have the id 'top'"),
    ],
)
def test_fault_is_found(site: Path, html: str, fault: str) -> None:
    (site / "index.html").write_text(GOOD.replace("</body>", f"{html}</body>"))
    faults = check_site.faults_of_site(site)
    assert len(faults) == 1
    assert faults[0].startswith(f"index.html: {fault}")


def test_page_without_language_is_found(site: Path) -> None:
    (site / "index.html").write_text(GOOD.replace('<html lang="en">', "<html>"))
    assert check_site.faults_of_site(site) == ["index.html: the page doesn't say its language"]


@pytest.mark.parametrize(
    ("css", "fault"),
    [
        (
            "@import url(https://a.example/b.css);",
            "loads from another host: https://a.example/b.css",
        ),
        ('@font-face { src: url("missing.woff2") }', "loads what isn't there: missing.woff2"),
    ],
)
def test_fault_in_a_style_sheet_is_found(site: Path, css: str, fault: str) -> None:
    (site / "style.css").write_text(css)
    assert check_site.faults_of_site(site) == [f"style.css: {fault}"]


def test_picture_inside_a_style_sheet_is_no_fault(site: Path) -> None:
    svg = "url(\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' fill='url(%23a)'/>\")"
    (site / "style.css").write_text(f"p {{ mask: {svg} }}")
    assert check_site.faults_of_site(site) == []


def test_faults_are_told_and_counted(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "index.html").write_text(GOOD + '<a href="#missing">')
    assert check_site.main(site) == 1
    assert "isn't there: #missing" in capsys.readouterr().err


def test_folder_without_a_site_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check_site.main(tmp_path) == 1
    assert "holds no site" in capsys.readouterr().err
