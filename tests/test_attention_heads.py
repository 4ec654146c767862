"""Several heads: values by hand, what they are made of, errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import arrays

from nnmath.attention import (
    MultiHeadGradients,
    attention,
    multi_head_attention,
    multi_head_attention_backward,
)

pytestmark = pytest.mark.filterwarnings("error")


def same(actual, expected, rtol=1e-10, atol=1e-10):
    """Compare up to the rounding of a few products."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


@st.composite
def problems(draw):
    """Draw two sequences and weights for two heads."""
    shapes = {
        "x": (3, 2),
        "context": (4, 3),
        "W_q": (4, 2),
        "W_k": (draw(st.sampled_from([2, 4])), 3),
        "W_v": None,
        "W_o": (2, 6),
    }
    shapes["W_v"] = (3 * shapes["W_k"][0] // 2, 3)
    return {name: draw(arrays(shape, bound=2.0)) for name, shape in shapes.items()}


def test_by_hand():
    # Queries are 0, so both heads take means. Head 1 has values 1, 3, head 2 has 10, 30:
    # means 2 and 20; mixed 1 * 2 + 0.5 * 20 = 12.
    x = np.array([[1.0], [3.0]])
    zero = np.zeros((2, 1))
    output = multi_head_attention(
        x, x, zero, np.ones((2, 1)), np.array([[1.0], [10.0]]), np.array([[1.0, 0.5]]), n_heads=2
    )
    assert output.tolist() == [[12.0], [12.0]]


def test_backward_by_hand():
    # One head; queries are 0, so weights are 1/2. Values (1, 3); o = mean.
    # dW_v = sum of do times mean of x = 2; dW_o = do^T H = 2. By the weights: do v = (1, 3),
    # by the scores 1/2 (1 - 2, 3 - 2); dq = -1/2 * 1 + 1/2 * 3 = 1 for token 1: dW_q = 1 * x.
    x = np.array([[1.0], [3.0]])
    one = np.ones((1, 1))
    gradients = multi_head_attention_backward(
        np.array([[1.0], [0.0]]), x, x, 0 * one, one, one, one, n_heads=1
    )
    assert isinstance(gradients, MultiHeadGradients)
    assert [float(g[0, 0]) for g in gradients[2:]] == [1.0, 0.0, 2.0, 2.0]
    assert gradients.dcontext.tolist() == [[0.5], [0.5]]
    assert gradients.dx.tolist() == [[0.0], [0.0]]


@given(problems(), st.booleans())
def test_heads_add_up(parts, causal):
    output = multi_head_attention(**parts, n_heads=2, causal=causal)
    x, context, W_q, W_k, W_v, W_o = parts.values()
    expected = 0.0
    for head in range(2):
        key_head = head if W_k.shape[0] == 4 else 0
        q = x @ W_q[2 * head : 2 * head + 2].T
        k = context @ W_k[2 * key_head : 2 * key_head + 2].T
        v = context @ W_v[3 * key_head : 3 * key_head + 3].T
        expected = expected + attention(q, k, v, causal=causal) @ W_o[:, 3 * head : 3 * head + 3].T
    same(output, expected)


@given(problems())
def test_mask_of_nothing_and_of_all(parts):
    everything, nothing = np.ones((2, 3, 4), dtype=bool), np.zeros((3, 4), dtype=bool)
    plain = multi_head_attention(**parts, n_heads=2)
    same(multi_head_attention(**parts, n_heads=2, mask=everything), plain)
    assert not multi_head_attention(**parts, n_heads=2, mask=nothing).any()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x": (2,)}, r"x: expected shape \(..., n, width\), got shape \(2,\)"),
        ({"context": (3,)}, r"context: expected shape \(..., m, context_width\), got"),
        ({"context": (2, 4, 3)}, r"context: expected the leading axes of x, \(\), got"),
        ({"W_q": (4, 3)}, r"W_q: expected a matrix with 2 columns, one for each entry of a row"),
        ({"W_q": (5, 2)}, r"W_q: expected a multiple of n_heads, 2, of rows, got shape \(5, 2\)"),
        ({"W_q": (1, 2)}, r"W_q: expected a multiple of n_heads, 2, of rows, got shape \(1, 2\)"),
        ({"W_k": (3, 3)}, r"W_k: expected a multiple of the width of a query, 2, of rows"),
        ({"W_k": (8, 3)}, r"W_k: expected a number of heads that divides n_heads, 2, got 4 heads"),
        ({"W_v": (5, 3)}, r"W_v: expected a multiple of the number of heads of keys, 2, of rows"),
        ({"W_o": (2, 5)}, r"W_o: expected a matrix with 6 columns, 3 for each head, got"),
    ],
)
def test_shapes_must_fit(changed, message):
    shapes = {
        "x": (3, 2),
        "context": (4, 3),
        "W_q": (4, 2),
        "W_k": (4, 3),
        "W_v": (6, 3),
        "W_o": (2, 6),
    }
    parts = {name: np.ones(shape) for name, shape in {**shapes, **changed}.items()}
    with pytest.raises(ValueError, match=f"^{message}"):
        multi_head_attention(**parts, n_heads=2)
    with pytest.raises(ValueError, match=f"^{message}"):
        multi_head_attention_backward(np.ones((3, 2)), **parts, n_heads=2)


def test_heads_and_derivative_are_checked():
    parts = [np.ones((2, 2))] * 6
    with pytest.raises(ValueError, match=r"^n_heads: expected a whole number of at least 1, got 0"):
        multi_head_attention(*parts, n_heads=0)
    with pytest.raises(ValueError, match=r"^do: expected shape \(2, 2\) \(the rows of x, one col"):
        multi_head_attention_backward(np.ones((2, 3)), *parts, n_heads=1)
