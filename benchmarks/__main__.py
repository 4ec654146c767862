"""Measure speed: `python -m benchmarks [ROUNDS] [training] [attention] [gpt]`."""

from __future__ import annotations

import sys

from benchmarks import one_core

one_core.pin()  # before NumPy is imported

from benchmarks import attention, gpt, training  # noqa: E402  # after the threads are set

if __name__ == "__main__":
    rounds = next((int(word) for word in sys.argv[1:] if word.isdigit()), 9)
    chosen = [word for word in sys.argv[1:] if not word.isdigit()]
    for module in (training, attention, gpt):
        if not chosen or module.__name__.rpartition(".")[2] in chosen:
            module.main(rounds)
