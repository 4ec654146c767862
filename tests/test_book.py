"""The repository as a whole: what README, CHANGELOG, lock files and wheel promise."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import nnmath

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GROUPS = sorted(set(PYPROJECT["dependency-groups"]) - {"package"})
REQUIREMENTS = {"numpy", "array-api-compat", "tqdm", "pooch"}


def text(name: str) -> str:
    """Return a file of the repository."""
    return (ROOT / name).read_text("utf-8")


def package_names(requirements: list[str]) -> set[str]:
    """Return the names of what is required, without versions and markers."""
    return {re.match(r"[\w.-]+", one)[0].lower().replace("_", "-") for one in requirements}


# -- commands ---------------------------------------------------------------------------------


def sessions() -> dict[str, str]:
    """Return the sessions of nox with their docstrings."""
    found = {}
    for node in ast.parse(text("noxfile.py")).body:
        if isinstance(node, ast.FunctionDef) and "session" in ast.dump(
            ast.List(node.decorator_list)
        ):
            found[node.name.replace("_", "-")] = ast.get_docstring(node)
    return found


def readme_command(name: str) -> str:
    """Return the command that stands in the README below the comment of that name."""
    marked = rf"<!-- command: {name} -->\n```bash\n(.*?)\n```"
    return re.search(marked, text("README.md"), re.DOTALL)[1]


def test_every_session_says_in_one_line_what_it_does() -> None:
    for name, docstring in sessions().items():
        assert docstring, name
        assert "\n" not in docstring, name
        assert docstring.endswith("."), name


@pytest.mark.parametrize(("name", "session"), [("book", "docs"), ("tests", "tests")])
def test_readme_commands_are_complete_in_themselves(name: str, session: str) -> None:
    assert readme_command(name) == f"python -m pip install nox && python -m nox -s {session}"


@pytest.mark.parametrize("name", ["book", "tests"])
def test_ci_runs_the_commands_of_the_readme(name: str) -> None:
    function = re.search(r"^readme_command\(\) \{.*?^\}", text(".ci/run"), re.DOTALL | re.MULTILINE)
    script = f"{function[0]}\nreadme_command {name}"
    run = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == readme_command(name)
    assert "for name in book tests; do" in text(".ci/run")


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_sessions_that_texts_name_exist(file: str) -> None:
    named = {
        name
        for run in re.findall(r"nox -s ([a-z -]+)", text(file))
        for name in run.split(" -- ")[0].split()
    }
    assert named
    assert named <= set(sessions())


def test_readme_shows_a_page() -> None:
    picture = ROOT / re.search(r"!\[.+\]\((.+)\)", text("README.md"))[1]
    assert 10_000 < picture.stat().st_size < 200_000


def test_readme_example_learns(capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"```python\n(.*?)```", text("README.md"), re.DOTALL)[1]
    exec(compile(example, "README.md", "exec"), {})
    promised = float(re.search(r"# (0\.\d+)$", example.strip())[1])
    assert promised > 0.96
    assert float(capsys.readouterr().out.split()[-1]) == pytest.approx(promised, abs=0.005)


def test_changelog_has_the_version() -> None:
    assert PYPROJECT["project"]["version"] == nnmath.__version__
    assert re.search(
        rf"^## \[{re.escape(nnmath.__version__)}\] - \d{{4}}-\d\d-\d\d$",
        text("CHANGELOG.md"),
        re.MULTILINE,
    )


# -- pages ------------------------------------------------------------------------------------


def listed_pages(page: Path) -> set[Path]:
    """Return the pages that the toctrees of a page list."""
    found = set()
    for body in re.findall(r"```\{toctree\}\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        lines = [line.strip() for line in body.splitlines()]
        entries = [line for line in lines if line and not line.startswith(":")]
        names = [re.sub(r"^.*<(.*)>$", r"\1", entry) for entry in entries]
        found |= {(page.parent / name).resolve().with_suffix(".md") for name in names}
    return found


def test_every_page_is_in_the_contents_once() -> None:
    pages = sorted((ROOT / "docs").rglob("*.md"))
    listed = [entry for page in pages for entry in listed_pages(page)]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(pages) - {ROOT / "docs" / "index.md"}


def test_the_notation_page_shows_every_part_once() -> None:
    imported = re.search(r"from symbols import \((.*?)\)", text("conf/notation.py"), re.DOTALL)
    assert imported is not None
    shown = re.findall(r"^:part: (\w+)$", text("docs/notation.md"), re.MULTILINE)
    assert sorted(shown) == re.findall(r"\w+", imported[1])


def test_every_public_module_has_its_page_in_the_reference() -> None:
    modules = {
        path.stem if path.is_file() else path.name
        for path in (ROOT / "nnmath").iterdir()
        if not path.name.startswith("_")
        and (path.suffix == ".py" or (path / "__init__.py").is_file())
    }
    pages = {path.stem for path in (ROOT / "docs" / "api").glob("*.md")} - {"index"}
    assert pages == modules | {"figures"}  # which the book has, and the package hasn't


# -- dependencies and wheel -----------------------------------------------------------------------


@pytest.mark.parametrize("group", GROUPS)
def test_lock_file_pins_the_group(group: str) -> None:
    lock = text(f"requirements/{group}.lock")
    entries = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert all(re.match(r"[\w.-]+(\[.*\])?==\S+ ", entry) for entry in entries)
    assert lock.count("==") <= lock.count("--hash=sha256:")
    assert "://" not in lock
    direct = [one for one in PYPROJECT["dependency-groups"][group] if isinstance(one, str)]
    assert package_names(direct) <= package_names(entries)


def test_import_is_light() -> None:
    heavy = {"matplotlib", "tqdm", "pooch", "sphinx", "jax", "scipy", "requests", "unittest.mock"}
    code = f"import sys, nnmath; print(sorted({heavy!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as `pip install .` does."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < 400_000


def test_wheel_is_complete(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        licences = [archive.read(name) for name in names if name.endswith("licenses/LICENSE")]
    assert {"nnmath/py.typed", "nnmath/data/digits.npz"} <= names
    assert [b"Optical Recognition of Handwritten Digits" in text for text in licences] == [True]
    assert {name.split("/")[0] for name in names} == {
        "nnmath",
        f"nnmath-{nnmath.__version__}.dist-info",
    }


def test_wheel_needs_four_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"nnmath-{nnmath.__version__}.dist-info/METADATA"
        metadata = Parser().parsestr(archive.read(info).decode())
    required = metadata.get_all("Requires-Dist")
    assert package_names([one for one in required if "extra ==" not in one]) == REQUIREMENTS
    assert metadata["Requires-Python"] == ">=3.11"
    assert "Typing :: Typed" in metadata.get_all("Classifier")
