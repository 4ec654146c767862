"""A whole transformer beside the same one written with PyTorch's modules."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from nnmath import Transformer
from nnmath.optimizers import AdamW, clip_gradients

CLOSE = 1e-10
RNG = np.random.default_rng(0)


class Block(nn.Module):
    """A pre-norm block: PyTorch's own attention, normalisation and layers."""

    def __init__(
        self, width: int, n_heads: int, hidden: int, activation: nn.Module, norm: type[nn.Module]
    ) -> None:
        super().__init__()
        self.norm_1, self.norm_2 = norm(width, eps=1e-5), norm(width, eps=1e-5)
        self.attention = nn.MultiheadAttention(width, n_heads, bias=False, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(width, hidden), activation, nn.Linear(hidden, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n = x.shape[1]
        hidden = torch.ones(n, n, dtype=torch.bool).triu(diagonal=1)
        read = self.norm_1(x)
        found, _ = self.attention(read, read, read, attn_mask=hidden, need_weights=False)
        x = x + found
        return x + self.mlp(self.norm_2(x))


class Peer(nn.Module):
    """The transformer of PyTorch's modules that has the parameters of one of ours."""

    def __init__(self, model: Transformer, activation: nn.Module) -> None:
        super().__init__()
        s = model.sizes
        self.embedding = nn.Embedding(s.n_tokens, s.width)
        self.positions = nn.Embedding(s.context, s.width)
        self.shifted = "shift" in model.parameters
        norm = nn.LayerNorm if self.shifted else nn.RMSNorm
        self.blocks = nn.ModuleList(
            Block(s.width, s.n_heads, s.hidden, activation, norm) for _ in range(s.n_layers)
        )
        self.norm = norm(s.width, eps=1e-5)
        self.unembedding = nn.Linear(s.width, s.n_tokens, bias=False)
        with torch.no_grad():
            for theirs, names in self.paired():
                theirs.copy_(
                    torch.tensor(np.concatenate([model.parameters[name] for name in names]))
                )

    def paired(self):
        """Yield every parameter with the names of ours that it holds, one below the other."""
        yield self.embedding.weight, ["embedding"]
        yield self.positions.weight, ["positions"]
        for i, block in enumerate(self.blocks):
            for theirs, names in (
                (block.norm_1.weight, ["attention_gain"]),
                (block.attention.in_proj_weight, ["W_q", "W_k", "W_v"]),
                (block.attention.out_proj.weight, ["W_o"]),
                (block.norm_2.weight, ["mlp_gain"]),
                (block.mlp[0].weight, ["W_in"]),
                (block.mlp[0].bias, ["b_in"]),
                (block.mlp[2].weight, ["W_out"]),
                (block.mlp[2].bias, ["b_out"]),
            ):
                yield theirs, [f"blocks[{i}].{name}" for name in names]
            if self.shifted:
                yield block.norm_1.bias, [f"blocks[{i}].attention_shift"]
                yield block.norm_2.bias, [f"blocks[{i}].mlp_shift"]
        yield self.norm.weight, ["gain"]
        if self.shifted:
            yield self.norm.bias, ["shift"]
        yield self.unembedding.weight, ["unembedding"]

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embedding(tokens) + self.positions(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.unembedding(self.norm(x))


def pair(activation="gelu", normalization="layer"):
    """Return a transformer of ours and its peer, away from the start."""
    options = {"activation": activation, "normalization": normalization}
    model = Transformer(29, width=16, n_layers=3, n_heads=4, context=20, **options, rng=RNG)
    for name, array in model.parameters.items():
        array[...] = array + 0.2 * RNG.standard_normal(array.shape)
        if name.endswith("gain"):
            array[...] = 1.5 * array
    module = {"gelu": nn.GELU(), "relu": nn.ReLU(), "tanh": nn.Tanh()}[activation]
    return model, Peer(model, module)


def close(ours, theirs, name=""):
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=CLOSE, atol=CLOSE, err_msg=name)


@pytest.mark.parametrize(
    ("activation", "normalization"),
    [("gelu", "layer"), ("gelu", "rms"), ("relu", "layer"), ("tanh", "layer")],
)
def test_forward_and_backward(activation, normalization):
    model, peer = pair(activation, normalization)
    tokens, targets = RNG.integers(0, 29, (2, 5, 17))
    logits = peer(torch.tensor(tokens))
    close(model.forward(tokens).logits, logits)
    cost = nn.functional.cross_entropy(logits.flatten(0, 1), torch.tensor(targets).flatten())
    cost.backward()
    ours, gradients = model.gradients(tokens, targets)
    close(ours, cost)
    for theirs, names in peer.paired():
        close(np.concatenate([gradients[name] for name in names]), theirs.grad, names[0])


def test_training_step_by_step():
    model, peer = pair()
    ours = AdamW(0.003, weight_decay=0.05)
    theirs = torch.optim.AdamW(peer.parameters(), lr=0.003, weight_decay=0.05)
    for _ in range(10):
        tokens, targets = RNG.integers(0, 29, (2, 4, 20))
        theirs.zero_grad()
        logits = peer(torch.tensor(tokens))
        cost = nn.functional.cross_entropy(logits.flatten(0, 1), torch.tensor(targets).flatten())
        cost.backward()
        nn.utils.clip_grad_norm_(peer.parameters(), 0.5)
        theirs.step()
        value, gradients = model.gradients(tokens, targets)
        ours.step(
            list(model.parameters.values()), clip_gradients(list(gradients.values()), 0.5).gradients
        )
        # Their clipping divides by the norm plus 1e-6, so rounding isn't all the difference.
        np.testing.assert_allclose(value, float(cost.detach()), rtol=1e-6)
