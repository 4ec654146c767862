"""One core and one thread: the only way to compare on a shared machine."""

from __future__ import annotations

import os
import sys

_THREADS = ("OPENBLAS", "OMP", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR")


def pin() -> None:
    """Keep this process to one core, and the libraries in it to one thread."""
    if "numpy" in sys.modules:
        raise RuntimeError("NumPy was imported before the number of threads was set")
    for name in _THREADS:
        os.environ[f"{name}_NUM_THREADS"] = "1"
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ["JAX_PLATFORMS"] = "cpu"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
