"""The book's Sphinx settings, tried on small books: maths, links, cells that fail."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import cells
import mathml
import pytest
import repairs
from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
NOTEBOOK = """---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---

"""


class Built:
    """A finished build: its exit code, what it said, and its pages."""

    def __init__(self, folder: Path, text: str) -> None:
        source, self.out = folder / "docs", folder / "out"
        source.mkdir()
        (source / "index.md").write_text(NOTEBOOK + text, "utf-8")
        cache = f"nb_execution_cache_path={folder / 'cells'}"
        command = [
            sys.executable,
            "-m",
            "sphinx",
            "-q",
            "-W",
            "-c",
            str(ROOT / "conf"),
            "-D",
            cache,
            # This book is about the setting of maths; its check has tests of its own.
            *("-D", "formula_unbound=ignore", "-D", "formula_inline=ignore"),
        ]
        run = subprocess.run(
            [*command, str(source), str(self.out)], capture_output=True, text=True, check=False
        )
        self.code, self.said = run.returncode, run.stdout + run.stderr


# -- repairs ----------------------------------------------------------------------------------


def test_output_is_in_one_piece_wherever_the_kernel_paused() -> None:
    def stream(name: str, text: str) -> NotebookNode:
        return NotebookNode(output_type="stream", name=name, text=text)

    value = NotebookNode(output_type="execute_result", data={})
    pieces = [stream("stdout", "a "), stream("stdout", "b\n\n"), value, stream("stdout", "c\n")]
    texts = [output.get("text") for output in repairs.whole_streams(pieces)]
    assert texts == ["a b\n\nc\n", None]
    assert [output.get("text") for output in pieces] == ["a ", "b\n\n", None, "c\n"]


# -- LaTeX to MathML --------------------------------------------------------------------------


def test_inline_and_displayed_maths_differ() -> None:
    assert 'display="block"' not in mathml.to_mathml("x", display=False)
    assert 'display="block"' in mathml.to_mathml("x", display=True)


@pytest.mark.parametrize("latex", [r"\frac{a", r"\unknowncommand", r"\left( x", "a_b_c", "{"])
def test_latex_that_cannot_be_read_is_refused(latex: str) -> None:
    with pytest.raises(mathml.LaTeXError):
        mathml.to_mathml(latex, display=True)


def test_a_formula_cannot_bring_html_with_it() -> None:
    with pytest.raises(mathml.LaTeXError):
        mathml.to_mathml(r"\href{https://example.org}{x}", display=False)
    assert "<b>" not in mathml.to_mathml(r"\text{<b>}", display=False)


def test_a_symbol_can_have_a_class() -> None:
    assert 'class="weight"' in mathml.to_mathml(r"\class{weight}{w}", display=False)


@pytest.mark.parametrize(
    ("written", "laid_out"),
    [
        ("a = b", "a = b"),
        (r"a &= b \\ &= c", r"\begin{aligned}a &= b \\ &= c\end{aligned}"),
        (r"a \\ b", r"\begin{aligned}a \\ b\end{aligned}"),
        ("a\n\nb", r"\begin{gathered}a\\b\end{gathered}"),
        (r"\begin{pmatrix}1 & 2 \\ 3 & 4\end{pmatrix}", None),
        (r"\begin{align*}a &= b\end{align*}", None),
        (r"50\,\& \text{up}", None),
    ],
)
def test_lines_are_laid_out(written: str, laid_out: str | None) -> None:
    assert mathml.laid_out(written) == (written if laid_out is None else laid_out)


def test_environments_do_not_number_for_themselves() -> None:
    assert mathml.unnumbered(r"\begin{align}a\end{align}") == r"\begin{align*}a\end{align*}"
    assert mathml.unnumbered(r"\begin{aligned}a\end{aligned}") == r"\begin{aligned}a\end{aligned}"


# -- small books ------------------------------------------------------------------------------

GOOD = r"""# Title

In {eq}`eq-one` and {eq}`eq-two` ($x_l$), plain $y$ and {func}`nnmath.load_text`, {meth}`nnmath.Network.copy`.

```{math}
:label: eq-one
a &= b \\ &= c
```

$$ d $$ (eq-two)

```{code-cell} python
import os, sys
from matplotlib.figure import Figure
print(sys.executable, sorted(os.listdir()))
figure = Figure()
figure.subplots().plot([0, 1])
figure
```

```{eval-rst}
.. autofunction:: nnmath.datasets.load_text
.. automethod:: nnmath.network.Network.copy
```
"""

BAD_TEXT = r"""# Title

{func}`nnmath.sigmoids`

$$ \frac{a $$

```{code-cell} python
import warnings
warnings.warn("careful")
```
"""

BAD_CELL = """# Title

```{code-cell} python
1 / 0
```
"""


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build a book without a fault."""
    return Built(tmp_path_factory.mktemp("good"), GOOD)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build a book whose faults leave pages that can be written."""
    return Built(tmp_path_factory.mktemp("bad"), BAD_TEXT)


def test_a_good_book_is_built_in_silence(good: Built) -> None:
    assert (good.code, good.said) == (0, "")


def test_equations_have_numbers_and_links(good: Built) -> None:
    page = (good.out / "index.html").read_text("utf-8")
    assert '<div class="equation" id="equation-eq-one">' in page
    assert '<span class="eqno">(2)' in page
    assert 'href="#equation-eq-two">(2)</a>' in page


def test_no_line_breaks_between_maths_and_its_punctuation(good: Built) -> None:
    page = (good.out / "index.html").read_text("utf-8")
    tied = re.findall(r'<span class="nobreak">(.)<math.*?</math>(..)</span>', page, re.DOTALL)
    assert tied == [("(", "),")]
    assert re.search(r" plain\s*<math", page), "maths among words stays as it is"


def test_short_names_lead_to_the_reference(good: Built) -> None:
    page = (good.out / "index.html").read_text("utf-8")
    assert 'href="#nnmath.datasets.load_text"' in page
    assert 'href="#nnmath.network.Network.copy"' in page


def test_pages_leave_out_what_is_heavy(good: Built) -> None:
    page = (good.out / "index.html").read_text("utf-8")
    assert "mathjax" not in page.lower()
    assert "fontawesome.js" not in page
    assert "scripts/bootstrap.js" in page


def test_cells_run_in_this_python_and_figures_have_the_style(good: Built) -> None:
    assert f"{sys.executable} []" in (good.out / "index.html").read_text("utf-8")
    (picture,) = good.out.glob("_images/*.svg")
    assert "currentColor" in picture.read_text("utf-8")


def test_page_can_be_downloaded_as_the_notebook_that_ran(good: Built) -> None:
    assert 'href="_sources/index.ipynb"' in (good.out / "index.html").read_text("utf-8")
    notebook = json.loads((good.out / "_sources" / "index.ipynb").read_text("utf-8"))
    (cell,) = [one for one in notebook["cells"] if one["cell_type"] == "code"]
    assert any("image/svg+xml" in output.get("data", {}) for output in cell["outputs"])


@pytest.mark.parametrize(
    "message",
    [
        "index.md:10: WARNING: py:func reference target not found: nnmath.sigmoids",
        "index.md:12: WARNING: LaTeX: ",
        "stderr was found in the cell outputs",
    ],
)
def test_faults_are_told_with_their_line_and_fail_the_build(bad: Built, message: str) -> None:
    assert bad.code != 0
    assert message in bad.said


def test_a_failing_cell_ends_the_build_and_shows_why(tmp_path: Path) -> None:
    built = Built(tmp_path, BAD_CELL)
    assert built.code != 0
    assert "ZeroDivisionError" in built.said
    assert "A cell failed on index: see above." in built.said
    assert not (built.out / "index.html").exists()


# -- how long outputs are kept ------------------------------------------------------------------


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the key of the cells' cache depend on a small tree instead of ours."""
    for file in ("nnmath/a.py", "nnmath/data/b.npz", "conf/kernel/c.py", "docs/page.md"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("1")
    monkeypatch.setattr(cells, "ROOT", tmp_path)
    monkeypatch.setattr(cells, "CONF", tmp_path / "conf")
    return tmp_path


@pytest.mark.parametrize("file", ["nnmath/a.py", "nnmath/data/b.npz", "conf/kernel/c.py"])
def test_outputs_depend_on_package_and_kernel(sources: Path, file: str) -> None:
    before = cells.cache_key()
    assert cells.cache_key() == before
    (sources / file).write_text("2")
    assert cells.cache_key() != before


def test_outputs_do_not_depend_on_other_files(sources: Path) -> None:
    before = cells.cache_key()
    (sources / "docs" / "page.md").write_text("2")
    (sources / "nnmath" / "__pycache__").mkdir()
    (sources / "nnmath" / "__pycache__" / "a.pyc").write_text("2")
    assert cells.cache_key() == before


def test_outputs_depend_on_the_installed_packages(
    sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cells.cache_key()
    monkeypatch.setattr(cells, "distributions", list)
    assert cells.cache_key() != before


def test_outputs_used_longest_ago_are_thrown_away(sources: Path) -> None:
    folders = []
    for content in "abcde":
        (sources / "nnmath" / "a.py").write_text(content)
        folders.append(cells.cache_folder(sources / "kept"))
    left = set((sources / "kept").iterdir())
    assert len(left) == cells.KEPT
    assert folders[-1] in left
