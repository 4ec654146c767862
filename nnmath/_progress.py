"""What is shown while something takes long."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress_bar"]


@contextmanager
def progress_bar(
    progress: bool | None, n_steps: int, unit: str = "batch"
) -> Iterator[Callable[[int], object]]:
    """Show a progress bar, or none; return what moves it.

    If it isn't said, there is one after two seconds, if somebody is looking.
    """
    watched = sys.stderr is not None and sys.stderr.isatty()
    if progress is False or (progress is None and not watched):
        yield lambda _: None
        return
    from tqdm import tqdm  # late, so that importing nnmath stays quick

    delay = 0.0 if progress else 2.0
    with tqdm(total=n_steps, unit=unit, delay=delay, leave=bool(progress)) as bar:
        yield bar.update
