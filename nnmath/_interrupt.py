"""Ctrl-C as a request to stop at the next good moment."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Self

__all__ = ["Interrupt"]


class Interrupt:
    """While it is entered, a first Ctrl-C sets `requested`, a second one raises.

    Python delivers signals to the main thread only, so elsewhere nothing is done.
    Nor is it where Ctrl-C is ignored, or handled by something that isn't Python.
    """

    def __init__(self) -> None:
        self.requested = False
        self._restore: list[object] = []

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
            signal.signal(signal.SIGINT, previous)  # type: ignore[arg-type]  # as getsignal gave it
        self._restore.clear()

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        """Take note of the first Ctrl-C, raise at the second."""
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
