"""The same book in other random worlds: nothing that is right may be rejected by chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from nnmath.formula.checking.book import Book, Result

__all__ = ["alarms"]


def alarms(
    load: Callable[[], Book], seeds: Sequence[int], processes: int = 1
) -> Iterator[tuple[int, list[Result]]]:
    """Yield, for each seed, the equations that fail in its worlds."""
    if processes == 1:
        yield from zip(seeds, map(partial(_failures, load), seeds), strict=True)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from zip(seeds, pool.map(partial(_failures, load), seeds), strict=True)


def _failures(load: Callable[[], Book], seed: int) -> list[Result]:
    return [result for result in load().check(seed) if result.verdict == "fails"]
