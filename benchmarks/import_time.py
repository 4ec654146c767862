"""Measure what `import nnmath` adds to NumPy's own import: `python -m benchmarks.import_time`."""

from __future__ import annotations

import subprocess
import sys

LIMIT = 0.15  # seconds on top of NumPy's import
CODE = """
import time
start = time.process_time()
import numpy
middle = time.process_time()
import nnmath
print(middle - start, time.process_time() - middle)
"""


def measure() -> tuple[float, float]:
    """Return the CPU seconds that NumPy and then nnmath take in a fresh process."""
    run = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    numpy, nnmath = map(float, run.stdout.split())
    return numpy, nnmath


def main(rounds: int = 9) -> None:
    """Print the best of several rounds; the first fills the caches of the disk."""
    measure()
    results = [measure() for _ in range(rounds)]
    numpy, nnmath = (min(times) for times in zip(*results, strict=True))
    verdict = "within" if nnmath <= LIMIT else "OVER"
    print(f"import numpy   {numpy:6.3f} s   (best of {rounds}, CPU time)")
    print(f"import nnmath  {nnmath:6.3f} s   on top, {verdict} the limit of {LIMIT} s")


if __name__ == "__main__":
    main()
