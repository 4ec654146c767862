"""Ctrl-C as a request to stop at the next good moment."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self


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


class Interrupt:
    """While it is entered, a first Ctrl-C sets `requested`, a second one raises.

    Python delivers signals to the main thread only, so elsewhere nothing is done.
    Nor is it where Ctrl-C is ignored, or handled by something that isn't Python.
    """

    def __init__(self) -> None:
        self.requested = False
        self._restore: list[Any] = []

    def __enter__(self) -> Self:
        """Take over the signal."""
        if threading.current_thread() is threading.main_thread():
            previous = signal.getsignal(signal.SIGINT)
            if previous not in (None, signal.SIG_IGN):
                signal.signal(signal.SIGINT, self._handle)
                self._restore.append(previous)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the signal back to whoever had it."""
        for previous in self._restore:
            signal.signal(signal.SIGINT, previous)
        self._restore.clear()

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        """Take note of the first Ctrl-C, raise at the second."""
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
