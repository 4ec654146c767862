"""The quick way to the gradients of a transformer agrees with the plain one."""

from __future__ import annotations

import numpy as np
import pytest
from small_transformers import TARGETS, TOKENS, small_model

from nnmath import gelu, gelu_prime
from nnmath.optimizers import GradientDescent
from nnmath.transformer import Transformer, _training, train_transformer
from nnmath.transformer._fast import FastGradients, gelu_with_slope

pytestmark = pytest.mark.filterwarnings("error")


def assert_same(model, tokens, targets, rtol, atol):
    way = FastGradients(model, *tokens.shape)
    expected, exactly = model.gradients(tokens, targets)
    for _ in range(2):  # the second time in used buffers
        cost, gradients = way(tokens, targets)
        np.testing.assert_allclose(cost, expected, rtol=rtol)
        assert gradients.keys() == exactly.keys()
        for name, gradient in gradients.items():
            assert gradient.dtype == model.dtype
            size = max(1.0, np.abs(exactly[name]).max())
            np.testing.assert_allclose(
                gradient, exactly[name], rtol=rtol, atol=atol * size, err_msg=name
            )


@pytest.mark.parametrize("activation", ["gelu", "relu"])
@pytest.mark.parametrize("scale", [0.1, 0.5, 5.0])  # the last has scores beyond a thousand
def test_same_in_double_precision(activation, scale):
    model = small_model(scale=scale, activation=activation)
    assert FastGradients.fits(model)
    assert_same(model, TOKENS, TARGETS, 1e-9, 1e-10)
    assert_same(model, TOKENS[:1, :1], TARGETS[:1, :1], 1e-9, 1e-10)


def test_same_with_sinusoidal_positions():
    assert_same(small_model(positions="sinusoidal"), TOKENS, TARGETS, 1e-9, 1e-10)


@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_same_in_single_precision(activation):
    parameters = {
        name: a.astype(np.float32)
        for name, a in small_model(scale=0.3, activation=activation).parameters.items()
    }
    model = Transformer.from_parameters(parameters, n_heads=2, activation=activation)
    # Rounding: a few times 6e-8 for each of some ten steps.
    assert_same(model, TOKENS, TARGETS, 1e-4, 1e-5)


def test_long_batches_and_many_neurons():
    model = Transformer(
        40, width=12, n_layers=1, n_heads=3, context=9, hidden=700, rng=np.random.default_rng(0)
    )
    tokens, targets = np.random.default_rng(1).integers(0, 40, (2, 8, 9))
    assert_same(model, tokens, targets, 1e-9, 1e-10)


def test_more_tokens_to_know_than_in_a_batch():
    model = Transformer(50, width=4, n_layers=1, n_heads=1, context=3, rng=np.random.default_rng(0))
    assert_same(model, np.array([[3, 49]]), np.array([[49, 0]]), 1e-9, 1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gelu_and_its_slope(dtype):
    exact = np.linspace(-12.0, 12.0, 20001)
    z, slope = exact.astype(dtype).reshape(-1, 3), np.empty((6667, 3), dtype)
    gelu_with_slope(z, np.full(3, 0.5, dtype), slope)
    # The approximation of erfc is good to 1.5e-7, times z.
    tolerance = {np.float32: 3e-6, np.float64: 1e-14}[dtype]
    np.testing.assert_allclose(z.ravel(), gelu(exact + 0.5), rtol=0.0, atol=tolerance)
    np.testing.assert_allclose(slope.ravel(), gelu_prime(exact + 0.5), rtol=0.0, atol=tolerance)


@pytest.mark.parametrize(
    "options",
    [
        {"activation": "tanh"},
        {"n_key_heads": 1},
        {"positions": "rotary"},
        {"normalization": "rms"},
    ],
)
def test_others_go_the_plain_way(options):
    model = small_model(**options)
    assert not FastGradients.fits(model)
    before = model.copy()
    rng = np.random.default_rng(0)
    text = np.arange(50) % 5
    train_transformer(model, text, steps=2, optimizer=GradientDescent(0.1), rng=rng)
    assert not np.array_equal(before.parameters["gain"], model.parameters["gain"])


def test_both_ways_train_alike(monkeypatch):
    text = np.arange(200) % 5
    models = []
    for fast in (True, False):
        monkeypatch.setattr(FastGradients, "fits", staticmethod(lambda model, fast=fast: fast))
        models.append(small_model(scale=0.2))
        rng = np.random.default_rng(3)
        train_transformer(models[-1], text, steps=20, optimizer=GradientDescent(0.1), rng=rng)
    for name, array in models[0].parameters.items():
        np.testing.assert_allclose(array, models[1].parameters[name], rtol=1e-8, atol=1e-10)
    assert _training.FastGradients is FastGradients
