"""Training steps of a small transformer beside PyTorch eager.

Two blocks, width 64, four heads, context 64, batches of 32, 260 tokens, float32: forward,
backward, clipping and a step of AdamW. PyTorch has the same parameters in its own modules,
fused attention and its fused AdamW where it is quicker. Contenders take turns; a figure is
the median of the CPU time.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from nnmath import AdamW, Transformer, train_transformer

N_TOKENS, WIDTH, N_LAYERS, N_HEADS, CONTEXT, BATCH_SIZE = 260, 64, 2, 4, 64, 32
STEPS = 20


def main(rounds: int) -> None:
    """Print the table."""
    torch.set_num_threads(1)
    print(
        f"training steps of a transformer: {N_LAYERS} blocks, width {WIDTH}, {N_HEADS} heads, "
        f"context {CONTEXT}, batches of {BATCH_SIZE}, float32, one thread, medians of "
        f"{rounds} rounds\n"
    )
    text = np.random.default_rng(0).integers(0, N_TOKENS, 20_000)
    runs: dict[str, Callable[[], object]] = {
        "nnmath": _nnmath(text),
        "PyTorch, eager": _torch(text, fused=False),
        "PyTorch, fused AdamW": _torch(text, fused=True),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.process_time()
            run()
            times[name].append((time.process_time() - start) / STEPS)
    seconds = {name: statistics.median(values) for name, values in times.items()}
    print(f"  {'':20} {'ms a step':>10} {'tokens/s':>10} {'nnmath is':>10}")
    for name, value in seconds.items():
        speed = BATCH_SIZE * CONTEXT / value
        ratio = f"{value / seconds['nnmath']:.2f} x"
        print(f"  {name:20} {value * 1e3:10.1f} {speed:10,.0f} {ratio:>10}")
    print(flush=True)


def _nnmath(text: Any) -> Callable[[], object]:
    """Return nnmath, through its public function."""
    rng = np.random.default_rng(1)
    model = Transformer(
        N_TOKENS,
        width=WIDTH,
        n_layers=N_LAYERS,
        n_heads=N_HEADS,
        context=CONTEXT,
        rng=rng,
        dtype=np.float32,
    )
    optimizer = AdamW(1e-3)
    return lambda: train_transformer(
        model,
        text,
        steps=STEPS,
        batch_size=BATCH_SIZE,
        optimizer=optimizer,
        rng=rng,
        progress=False,
    )


class _Block(nn.Module):
    """A pre-norm block with one matrix for queries, keys and values, and fused attention."""

    def __init__(self) -> None:
        super().__init__()
        self.norm_1, self.norm_2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.out = nn.Linear(WIDTH, WIDTH, bias=False)
        self.mlp = nn.Sequential(
            nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, n, width = x.shape
        heads = self.qkv(self.norm_1(x)).view(batch, n, 3, N_HEADS, width // N_HEADS)
        q, k, v = heads.permute(2, 0, 3, 1, 4)
        found = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(found.transpose(1, 2).reshape(batch, n, width))
        return x + self.mlp(self.norm_2(x))


class _Peer(nn.Module):
    """The same transformer of PyTorch's modules."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(N_TOKENS, WIDTH)
        self.positions = nn.Parameter(0.02 * torch.randn(CONTEXT, WIDTH))
        self.blocks = nn.Sequential(*(_Block() for _ in range(N_LAYERS)))
        self.norm = nn.LayerNorm(WIDTH)
        self.unembedding = nn.Linear(WIDTH, N_TOKENS, bias=False)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.unembedding(self.norm(self.blocks(self.embedding(tokens) + self.positions)))


def _torch(text: Any, *, fused: bool) -> Callable[[], object]:
    """Return PyTorch's training loop."""
    torch.manual_seed(0)
    rng = np.random.default_rng(1)
    model = _Peer()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=fused)
    data = torch.from_numpy(text)
    along = torch.arange(CONTEXT + 1)

    def run() -> None:
        for _ in range(STEPS):
            starts = torch.from_numpy(rng.integers(0, len(text) - CONTEXT, BATCH_SIZE))
            windows = data[starts[:, None] + along]
            logits = model(windows[:, :-1])
            cost = nn.functional.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten())
            optimizer.zero_grad()
            cost.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()

    return run


if __name__ == "__main__":
    raise SystemExit("run it with `python -m benchmarks`, which sets the threads first")
