"""Measure speed: `python -m benchmarks [ROUNDS] [training] [attention] [gpt]`."""

from __future__ import annotations

import sys

from benchmarks import one_core

one_core.pin()  # before NumPy is imported

from benchmarks import attention, gpt, training  # noqa: E402  # after the threads are set

if __name__ == "__main__":
    rounds = next((int(word) for word in sys.argv[1:] if word.isdigit()), 9)
    modules = {module.__name__.rpartition(".")[2]: module for module in (training, attention, gpt)}
    chosen = [word for word in sys.argv[1:] if not word.isdigit()]
    if unknown := set(chosen) - set(modules):
        sys.exit(f"expected some of {', '.join(modules)}, got {', '.join(sorted(unknown))}")
    for name in chosen or modules:
        modules[name].main(rounds)
