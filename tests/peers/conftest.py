"""What the comparisons share: PyTorch in double precision, and how close is equal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

#: Two ways to round the same formula differ by far less, a wrong formula by far more.
CLOSE = 1e-10


@pytest.fixture(autouse=True)
def double_precision():
    """Let PyTorch make float64 unless told otherwise."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.fixture
def compare() -> Callable[..., None]:
    """Return what compares a function of ours, and its derivative, with PyTorch's."""
    return _compare


def _compare(
    ours: Callable[..., Any],
    backward: Callable[..., Any],
    theirs: Callable[..., Any],
    arguments: dict[str, np.ndarray],
) -> None:
    """Compare outputs, and the derivatives of their weighted sum by every argument."""
    output = np.asarray(ours(**arguments))
    weights = np.random.default_rng(0).normal(size=output.shape)
    tensors = {name: torch.tensor(x, requires_grad=True) for name, x in arguments.items()}
    expected = theirs(*tensors.values())
    expected.backward(torch.tensor(weights))
    np.testing.assert_allclose(output, expected.detach().numpy(), rtol=CLOSE, atol=CLOSE)
    for name, ours_by in zip(arguments, backward(weights, **arguments), strict=True):
        theirs_by = tensors[name].grad.numpy()
        np.testing.assert_allclose(ours_by, theirs_by, rtol=CLOSE, atol=CLOSE, err_msg=name)
