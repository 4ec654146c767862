"""Measure training: `python -m benchmarks [ROUNDS]`."""

from __future__ import annotations

import sys

from benchmarks import one_core

one_core.pin()  # before NumPy is imported

from benchmarks import training  # noqa: E402  # after the threads are set

if __name__ == "__main__":
    training.main(rounds=int(sys.argv[1]) if len(sys.argv) > 1 else 9)
