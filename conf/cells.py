"""How the cells of a page are run: in which kernel, and how long their outputs are kept.

The kernel is this very Python with the settings in kernel/, whatever else is on the machine.
Outputs are kept in a folder named after everything they depend on but the page itself.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path

from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

CONF = Path(__file__).parent
ROOT = CONF.parent
KEPT = 3  # folders of outputs: going back and forth between two branches stays quick


def _sources() -> list[Path]:
    """Return the files that a cell's output depends on."""
    folders = ROOT / "nnmath", ROOT / "figures", CONF / "kernel"
    files = (file for folder in folders for file in folder.rglob("*"))
    return sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts)


def cache_key() -> str:
    """Return a name that changes with nnmath, the figures, the kernel's settings, Python or any package."""
    digest = sha256(sys.version.encode())
    for name in sorted(f"{found.name}=={found.version}" for found in distributions()):
        digest.update(name.encode() + b"\n")
    for file in _sources():
        digest.update(str(file.relative_to(ROOT)).encode() + b"\n" + file.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder(parent: Path) -> Path:
    """Return the folder for the outputs; forget the folders that were used longest ago."""
    folder = parent / cache_key()
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    for old in sorted(parent.iterdir(), key=lambda path: -path.stat().st_mtime)[KEPT:]:
        shutil.rmtree(old)
    return folder


def use_own_kernel(app: Sphinx) -> None:
    """Make `python3` mean this interpreter with our settings, not what the user has set up."""
    home = Path(app.doctreedir) / "jupyter"
    spec = home / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(CONF / "kernel" / "launch.py"), "-f", "{connection_file}"]
    settings = {"argv": command, "display_name": "Python 3", "language": "python"}
    spec.write_text(json.dumps(settings), "utf-8")
    os.environ["JUPYTER_PATH"] = str(home)
    os.environ["IPYTHONDIR"] = str(home / "ipython")
    # Figures and numbers must not depend on how many cores there are.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def stop_if_a_cell_failed(app: Sphinx, env: BuildEnvironment) -> None:
    """End the build before a page is written if a cell raised.

    MyST-NB can stop at the first failure itself, but then the traceback is lost in a parallel
    build. This way all tracebacks are shown, and only then the build ends.
    """
    runs = NbMetadataCollector.get_doc_data(env)
    failed = [page for page, data in runs.items() if _has_failed(data.get("exec_data"))]
    if failed:
        # Not an exception: Sphinx would print a report about itself below the tracebacks.
        sys.exit(f"A cell failed on {', '.join(sorted(failed))}: see above.")


def _has_failed(run: dict[str, object] | None) -> bool:
    return run is not None and run["succeeded"] is False


def setup(app: Sphinx) -> dict[str, bool]:
    """Prepare the kernel before the first page is read, and look back after the last."""
    app.connect("builder-inited", use_own_kernel)
    app.connect("env-updated", stop_if_a_cell_failed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
