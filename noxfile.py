"""Everything one does here, each as a session: `nox -l` lists them, `nox -s NAME` runs one.

What follows `--` goes to the tool: `nox -s tests -- -k softmax`, `nox -s docs -- -E`.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"  # uv if it is there, it is quicker
nox.options.reuse_venv = "yes"
nox.options.sessions = ["docs", "tests", "lint", "types", "doctest"]

ROOT = Path(__file__).parent
BUILD = ROOT / "build"
PYTHON_CODE = ["nnmath", "figures", "tests", "trials", "benchmarks", "conf", "tools", "noxfile.py"]

#: The only package that isn't locked by hashes: the same version has other files for machines
#: with and without a graphics card, and pip takes the one that its index has. To be spared the
#: large one on Linux, let PIP_EXTRA_INDEX_URL point at PyTorch's index of CPU builds.
TORCH = "torch==2.13.0"


def install(session: nox.Session, group: str, *, package: bool = True) -> None:
    """Install a dependency group at its locked versions, and nnmath itself as it is edited.

    Nothing is installed when the environment already holds it: a warm session starts at once.
    """
    # Without compiled modules every kernel compiles NumPy and Matplotlib again.
    session.env["PYTHONDONTWRITEBYTECODE"] = None
    lock_file = ROOT / "requirements" / f"{group}.lock"
    settings = nox.project.load_toml("pyproject.toml")
    metadata = repr((settings["project"], settings["build-system"]))
    wanted = hashlib.sha256(lock_file.read_bytes() + metadata.encode())
    stamp = Path(session.virtualenv.location, "installed-from")
    if stamp.is_file() and stamp.read_text() == wanted.hexdigest():
        return
    stamp.unlink(missing_ok=True)
    session.install("-r", str(lock_file))
    if package:
        session.install("--no-deps", "--no-build-isolation", "-e", ".")
    stamp.write_text(wanted.hexdigest())


def sphinx(session: nox.Session, builder: str, *options: str) -> Path:
    """Build the book; every warning is an error, and all are shown before the build fails."""
    out = BUILD / builder
    doctrees = BUILD / "doctrees" / builder
    command = ["sphinx-build", "-W", "-j", "auto", "-c", "conf", "-d", doctrees, "-b", builder]
    try:
        session.run(*command, *options, "docs", out)
    except BaseException:
        # Sphinx warns about a page only when it reads it: let it read all of them next time.
        (doctrees / "environment.pickle").unlink(missing_ok=True)
        raise
    return out


@nox.session
def docs(session: nox.Session) -> None:
    """Build the book: every cell runs, every warning is an error."""
    install(session, "docs")
    out = sphinx(session, "html", *session.posargs)
    session.run("python", "conf/check_site.py", out)
    session.log(f"Open {(out / 'index.html').as_uri()}")


@nox.session
def formulas(session: nox.Session) -> None:
    """Check every displayed equation of the book, without running its cells."""
    install(session, "docs")
    out = sphinx(session, "formulas", *session.posargs)
    session.log(f"The verdicts are in {out / 'formulas.json'}")


def trial(session: nox.Session, name: str) -> None:
    """Put the check of the formulas on trial, over the equations as they are printed now."""
    install(session, "docs")
    equations = sphinx(session, "formulas") / "formulas.json"
    session.env["OMP_NUM_THREADS"] = "1"  # the processes share the cores
    command = ["python", "-m", "trials", name, equations, "conf/notation.py"]
    session.run(*command, "--folder", "docs/verification", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """Misprint every equation in every way; only what is proved to be true may pass (`-- --page learning`)."""
    trial(session, "mutants")


@nox.session
def errata(session: nox.Session) -> None:
    """Read formulas that were wrong in print elsewhere; the wrong are rejected, the corrected accepted (`-- --all`)."""
    install(session, "docs")
    tables = sorted(Path("tests/errata").glob("*.toml"))
    command = ["python", "-m", "trials.errata", *map(str, tables)]
    session.run(*command, "--read", "370", "--recall", "0.95", *session.posargs)


@nox.session
def seeds(session: nox.Session) -> None:
    """Check the book in the random worlds of 50 other seeds; nothing may fail."""
    trial(session, "seeds")


@nox.session
def ablation(session: nox.Session) -> None:
    """Count how many misprints pass when a part of the check is taken away."""
    trial(session, "ablation")


@nox.session
def fuzz(session: nox.Session) -> None:
    """Type nonsense 100,000 times; each must get a verdict or a located message within a second."""
    trial(session, "fuzz")


@nox.session(name="docs-live")
def docs_live(session: nox.Session) -> None:
    """Build the book, show it in a browser, and build again whenever a file is saved."""
    install(session, "docs")
    watched = [
        word for folder in ("nnmath", "figures", "trials", "conf") for word in ("--watch", folder)
    ]
    ignored = ["--re-ignore", r"(^|/)(__pycache__|\..*)(/|$)"]
    folders = ["-c", "conf", "-d", BUILD / "doctrees" / "live", "docs", BUILD / "live"]
    options = ["--port", "0", "--open-browser", *watched, *ignored]
    session.run("sphinx-autobuild", *options, *session.posargs, *folders)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests and show which branches they cover."""
    install(session, "tests")
    # One process a core; what shares a fixture stays together.
    everything = ["--cov", "--numprocesses=auto", "--dist=loadscope"]
    session.run("pytest", *(session.posargs or everything))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, docstrings and spelling."""
    install(session, "lint")
    session.run("ruff", "check", *session.posargs, *PYTHON_CODE)
    session.run("ruff", "format", "--check", *PYTHON_CODE)
    session.run("python", "tools/check_docstrings.py")
    session.run("codespell")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the package, the figures and the trials (mypy, strict)."""
    install(session, "types", package=False)
    session.run("mypy", *session.posargs)


@nox.session
def doctest(session: nox.Session) -> None:
    """Run the examples in the docstrings."""
    install(session, "tests")
    session.run("pytest", "--doctest-modules", *(session.posargs or ["nnmath", "figures"]))


@nox.session
def linkcheck(session: nox.Session) -> None:
    """Ask the rest of the web whether our links still lead somewhere (needs a network)."""
    install(session, "docs")
    sphinx(session, "linkcheck", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Look at the built book in headless Chromium (build it first; needs chromium)."""
    install(session, "browser", package=False)
    session.run("pytest", "--confcutdir=tests/browser", "tests/browser", *session.posargs)


@nox.session
def picture(session: nox.Session) -> None:
    """Take the README's picture of the built book (needs chromium)."""
    install(session, "browser", package=False)
    session.run("python", "tools/make_picture.py")


@nox.session(venv_backend="virtualenv")  # uv would take no local build of PyTorch
def peers(session: nox.Session) -> None:
    """Compare with PyTorch, forward and backward, and with Hugging Face's tokenizers."""
    install(session, "peers")
    session.install(TORCH)
    session.run("pytest", *(session.posargs or ["tests/peers"]))
    if not session.posargs:  # PyTorch's tensors through our functions
        session.run("pytest", "tests/test_arrays.py", "-k", "torch")


@nox.session(name="longer-text")
def longer_text(session: nox.Session) -> None:
    """Train the book's models on a text of yours (`-- FILE`), and write a page of what came out."""
    install(session, "docs")
    session.env["OMP_NUM_THREADS"] = "1"  # matrices so small gain nothing from more
    session.run("python", "tools/learn_from_text.py", *session.posargs)


@nox.session(venv_backend="virtualenv")
def bench(session: nox.Session) -> None:
    """Measure speed: of training, attention, a transformer, encoding texts, and of `import nnmath`."""
    install(session, "bench")
    session.install(TORCH)
    session.run("python", "-m", "benchmarks.import_time")
    session.run("python", "-m", "benchmarks.tokenizer")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Make the lock files anew from pyproject.toml (`-- --upgrade`: to the newest versions)."""
    session.install("uv")
    options = ["--universal", "--generate-hashes", "--python-version", "3.11"]
    silent = [
        "--quiet",
        "--no-annotate",
        "--no-header",
        "--no-emit-index-url",
        "--no-emit-find-links",
    ]
    earlier: list[str] = []  # what two groups share has one version
    for group in nox.project.load_toml("pyproject.toml")["dependency-groups"]:
        if group == "package":
            continue  # part of the others
        output = f"requirements/{group}.lock"
        source = ["--group", group, "--output-file", output, *earlier]
        session.run("uv", "pip", "compile", *options, *silent, *source, *session.posargs)
        earlier += ["--constraint", output]


@nox.session(python=False)
def clean(session: nox.Session) -> None:
    """Remove what was built, cached outputs of cells included."""
    shutil.rmtree(BUILD, ignore_errors=True)
