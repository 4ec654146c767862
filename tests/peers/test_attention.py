"""Attention beside PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from nnmath import attention, attention_backward


def arguments(n, m, *, heads=4, groups=4, width=8, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "q": rng.normal(size=(2, heads, n, width)),
        "k": rng.normal(size=(2, groups, m, width)),
        "v": rng.normal(size=(2, groups, m, 5)),
    }


@pytest.mark.parametrize(("n", "m"), [(1, 1), (7, 7), (5, 9), (9, 5), (300, 270), (270, 1100)])
def test_attention(compare, n, m):
    compare(attention, attention_backward, scaled_dot_product_attention, arguments(n, m))


@pytest.mark.parametrize("n", [1, 7, 300, 1100])
def test_causal(compare, n):
    compare(
        lambda **parts: attention(**parts, causal=True),
        lambda do, **parts: attention_backward(do, **parts, causal=True),
        lambda q, k, v: scaled_dot_product_attention(q, k, v, is_causal=True),
        arguments(n, n),
    )


@pytest.mark.parametrize("n", [6, 300])
def test_fewer_queries_than_keys_are_the_last_ones(compare, n):
    # PyTorch's `is_causal` takes them to be the first, so it is told by a mask.
    mask = torch.ones(n, n + 3, dtype=torch.bool).tril(diagonal=3)
    compare(
        lambda **parts: attention(**parts, causal=True),
        lambda do, **parts: attention_backward(do, **parts, causal=True),
        lambda q, k, v: scaled_dot_product_attention(q, k, v, attn_mask=mask),
        arguments(n, n + 3),
    )


@pytest.mark.parametrize("n", [6, 300])
def test_mask_and_scale(compare, n):
    mask = np.random.default_rng(1).random((2, 1, n, n)) < 0.8
    mask[..., 0] = True
    options = {"mask": mask, "scale": 0.3}
    compare(
        lambda **parts: attention(**parts, **options),
        lambda do, **parts: attention_backward(do, **parts, **options),
        lambda q, k, v: scaled_dot_product_attention(
            q, k, v, attn_mask=torch.tensor(mask), scale=0.3
        ),
        arguments(n, n),
    )


@pytest.mark.parametrize("n", [6, 300])
def test_heads_that_share_keys(compare, n):
    compare(
        attention,
        attention_backward,
        lambda q, k, v: scaled_dot_product_attention(q, k, v, enable_gqa=True),
        arguments(n, n, heads=6, groups=2),
    )


def test_single_precision_of_long_sequences():
    parts = {name: x.astype(np.float32) for name, x in arguments(1000, 1000).items()}
    theirs = scaled_dot_product_attention(*map(torch.tensor, parts.values())).numpy()
    # Both round in single precision, differently.
    np.testing.assert_allclose(attention(**parts), theirs, rtol=1e-4, atol=1e-5)
