"""Attention beside PyTorch's fused kernel and JAX, speed and memory.

8 heads of 64 in float32, forward, causal and not. Contenders:

- nnmath: `nnmath.attention`;
- PyTorch, fused: `scaled_dot_product_attention`, which takes its flash kernel here;
- PyTorch, plain: the same by two products and a softmax;
- JAX: `jax.nn.dot_product_attention`, compiled.

Contenders take turns, round after round; a figure is the median of the CPU time. Memory
is what the process needs at most beyond what it had before the call, in a process of its
own for each contender.
"""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

N_HEADS, WIDTH = 8, 64
LENGTHS = (512, 2048, 8192)
#: Contenders that keep all weights are left out where those take more than this.
LARGEST = 1e9

Run = Callable[[], object]


def main(rounds: int) -> None:
    """Print a table for each length."""
    print(
        f"attention, {N_HEADS} heads of {WIDTH}, float32, one thread, medians of {rounds} rounds\n"
    )
    for n in LENGTHS:
        for causal in (False, True):
            _report(n, causal, rounds)


def contenders(n: int, causal: bool) -> dict[str, Run]:
    """Return every contender by its name, ready to run."""
    names = ["nnmath", "PyTorch, fused", "PyTorch, plain", "JAX"]
    if N_HEADS * n * n * 4 > LARGEST:
        names = names[:2]
    return {name: _contender(name, n, causal) for name in names}


def _contender(name: str, n: int, causal: bool) -> Run:
    """Return a contender; libraries are imported for those that need them."""
    rng = np.random.default_rng(0)
    q, k, v = (rng.standard_normal((1, N_HEADS, n, WIDTH), dtype=np.float32) for _ in range(3))
    if name == "nnmath":
        from nnmath import attention

        return lambda: attention(q, k, v, causal=causal)
    if name == "JAX":
        return _jax(q, k, v, causal)
    return _torch(name, q, k, v, causal)


def _jax(q: Any, k: Any, v: Any, causal: bool) -> Run:
    """Return JAX's attention, compiled. It has tokens before heads."""
    import jax

    turned = [jax.numpy.asarray(x.transpose(0, 2, 1, 3)) for x in (q, k, v)]
    function = jax.jit(lambda q, k, v: jax.nn.dot_product_attention(q, k, v, is_causal=causal))
    compiled = function.lower(*turned).compile()
    return lambda: jax.block_until_ready(compiled(*turned))


def _torch(name: str, q: Any, k: Any, v: Any, causal: bool) -> Run:
    """Return PyTorch's fused kernel, or its plain operations."""
    import torch

    torch.set_num_threads(1)
    tensors = [torch.from_numpy(x) for x in (q, k, v)]
    if name == "PyTorch, fused":
        fused = torch.nn.functional.scaled_dot_product_attention
        return _without_gradient(lambda: fused(*tensors, is_causal=causal))
    hidden = torch.full((q.shape[-2],) * 2, -math.inf).triu(diagonal=1) if causal else None

    def plain() -> object:
        scores = tensors[0] @ tensors[1].transpose(-1, -2) / math.sqrt(WIDTH)
        scores = scores if hidden is None else scores + hidden
        return torch.softmax(scores, dim=-1) @ tensors[2]

    return _without_gradient(plain)


def _without_gradient(run: Run) -> Run:
    """Return a function of PyTorch that keeps nothing for a way back."""
    import torch

    def quiet() -> object:
        with torch.inference_mode():
            return run()

    return quiet


def _report(n: int, causal: bool, rounds: int) -> None:
    """Print the table for a length."""
    runs = contenders(n, causal)
    for run in runs.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(_timed(run))
    seconds = {name: statistics.median(values) for name, values in times.items()}
    print(f"{n} tokens{', causal' * causal}")
    print(f"  {'':16} {'ms':>9} {'nnmath is':>10} {'memory':>10}")
    for name, value in seconds.items():
        ratio = f"{value / seconds['nnmath']:.2f} x"
        print(f"  {name:16} {value * 1e3:9.1f} {ratio:>10} {_memory(name, n, causal):>10}")
    print(flush=True)


def _timed(run: Run) -> float:
    """Return the CPU time of a call, from calls that last a tenth of a second together.

    A first call isn't counted: it finds the caches full of what the contender before left.
    """
    run()
    n_calls = 0
    start = time.process_time()
    while (spent := time.process_time() - start) < 0.1:
        run()
        n_calls += 1
    return spent / n_calls


def _memory(name: str, n: int, causal: bool) -> str:
    """Return what a contender needs at most, measured in a process of its own."""
    if not Path("/proc/self/clear_refs").exists():
        return "?"
    arguments = json.dumps([name, n, causal])
    command = [sys.executable, "-m", "benchmarks.attention", arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return f"{float(done.stdout):.1f} MB"


def _measure_memory(name: str, n: int, causal: bool) -> float:
    """Return how many megabytes a call needs at most beyond what there is before."""
    _contender(name, 64, causal)()  # what a library loads at its first call
    run = _contender(name, n, causal)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the highest so far
    before = _status("VmRSS")
    run()
    return (_status("VmHWM") - before) / 1e3


def _status(name: str) -> float:
    """Return a number of kilobytes that the system tells about this process."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return float(next(line for line in lines if line.startswith(name)).split()[1])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("run it with `python -m benchmarks`, which sets the threads first")
    print(_measure_memory(*json.loads(sys.argv[1])))  # threads are set by the process above
