"""What a trial writes down: its figures, and what they hold for."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

import nnmath.formula

__all__ = ["engine", "fingerprint", "read_record", "write_record"]

SAYS = ("latex", "scope", "kind", "condition", "call", "against", "tolerance", "order", "equality")


def fingerprint(asked: Mapping[str, Any]) -> str:
    """Return a short name for what an equation says, wherever it stands."""
    text = json.dumps([asked[name] for name in SAYS])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def engine() -> str:
    """Return a short name for the engine's source, without what puts it into pages."""
    folder = Path(nnmath.formula.__file__).parent
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        if "sphinx" not in path.relative_to(folder).parts:
            found.update(path.read_bytes())
    return found.hexdigest()[:12]


def write_record(
    path: Path,
    command: str,
    facts: Mapping[str, Any],
    equations: Iterable[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write the figures of a run, with its date and what it was run with; each row on a line of its own."""
    head = {
        "command": command,
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "engine": engine(),
        "equations": [fingerprint(asked) for asked in equations],
        **facts,
    }
    text = json.dumps(head, ensure_ascii=False)[:-1]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{text},\n"rows": [\n{lines}\n]}}\n', encoding="utf-8")


def read_record(path: Path) -> dict[str, Any]:
    """Read the figures of a run."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
