"""Attention with masks, shared heads and long sequences: every way to the same numbers."""

from __future__ import annotations

import math
import tracemalloc

import array_api_strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import assert_vjp
from strategies import arrays

from nnmath.attention import (
    AttentionGradients,
    _attention,
    _blocks,
    _numpy,
    attention,
    attention_backward,
    attention_weights,
)

pytestmark = pytest.mark.filterwarnings("error")


def same(actual, expected, rtol=1e-12, atol=1e-12):
    """Compare up to the rounding of a few products."""
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


@pytest.fixture
def small_blocks(monkeypatch):
    """Let sequences of a few tokens be long: blocks of three queries and two keys."""
    monkeypatch.setattr(_blocks, "_N_QUERIES", 3)
    monkeypatch.setattr(_blocks, "_N_KEYS", 2)
    monkeypatch.setattr(_numpy, "_SIZES", dict.fromkeys((False, True), (3, 2)))
    for name in ("_MANY", "_MANY_IN_NUMPY"):
        monkeypatch.setattr(_attention, name, 1)


@st.composite
def problems(draw, bound=3.0):
    """Draw arguments of attention: shared heads, masks, causal or not, any numbers of tokens."""
    n, m, d_k, d_v = (draw(st.integers(1, top)) for top in (8, 7, 3, 3))
    leading, n_groups = draw(st.sampled_from([(), (2,)])), draw(st.integers(1, 2))
    n_heads = n_groups * draw(st.integers(1, 2))
    full = (*leading, n_heads, n, m)
    kept = draw(st.integers(0, len(full)))
    mask_shape = tuple(draw(st.sampled_from([1, side])) for side in full[kept:])
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    return {
        "q": draw(arrays((*leading, n_heads, n, d_k), bound=bound)),
        "k": draw(arrays((*leading, n_groups, m, d_k), bound=bound)),
        "v": draw(arrays((*leading, n_groups, m, d_v), bound=bound)),
    }, {
        "mask": rng.random(mask_shape) < 0.7 if mask_shape else None,
        "causal": draw(st.booleans()),
        "scale": draw(st.sampled_from([None, 0.5, 40.0])),
    }


def by_definition(q, k, v, mask=None, causal=False, scale=None):
    """Return attention one query at a time, as it is explained."""
    (*leading, n, d_k), m = q.shape, k.shape[-2]
    n_sharing = q.shape[-3] // k.shape[-3]
    scale = 1.0 / math.sqrt(d_k) if scale is None else scale
    mask = np.broadcast_to(True if mask is None else mask, (*leading, n, m))
    output = np.zeros((*leading, n, v.shape[-1]))
    for *outer, head, i in np.ndindex(*leading, n):
        place = (*outer, head // n_sharing)
        seen = [
            j for j in range(m) if mask[(*outer, head, i, j)] and (not causal or j <= i + m - n)
        ]
        if seen:
            scores = scale * (k[place][seen] @ q[(*outer, head, i)])
            powers = np.exp(scores - scores.max())
            output[(*outer, head, i)] = powers / powers.sum() @ v[place][seen]
    return output


# Values by hand


def test_causal_by_hand():
    # All scores are 0: each query gets the mean of the values up to its own.
    q, k, v = np.zeros((3, 1)), np.ones((3, 1)), np.array([[6.0], [12.0], [30.0]])
    same(attention(q, k, v, causal=True), [[6.0], [9.0], [16.0]])
    # Queries are the last of the sequence: one query sees all, the second of two as well.
    same(attention(q[:1], k, v, causal=True), [[16.0]])
    same(attention(q[:2], k, v, causal=True), [[9.0], [16.0]])
    # With more queries than keys the first ones stand before the first key.
    same(attention(q, k[:2], v[:2], causal=True), [[0.0], [6.0], [9.0]])
    same(attention_weights(q, k, causal=True)[1], [0.5, 0.5, 0.0])


def test_mask_by_hand():
    # Scores 0 and ln 3, scaled by 1: weights 1/4 and 3/4, or all for the one that is seen.
    k, v = [[0.0], [math.log(3.0)]], [[4.0], [8.0]]
    same(attention([1.0], k, v, scale=1.0), [7.0])
    same(attention([1.0], k, v, mask=[True, False]), [4.0])
    same(attention([[1.0], [1.0]], k, v, mask=[[True, True], [False, True]]), [[7.0], [8.0]])
    same(attention_weights([1.0], k, mask=[False, True]), [0.0, 1.0])


def test_scale_by_hand():
    # Twice ln 3 makes the odds 1 to 9.
    same(attention_weights([1.0], [[0.0], [math.log(3.0)]], scale=2.0), [0.1, 0.9])


def test_query_that_sees_nothing_gets_zeros():
    q, k, v = np.ones((2, 1)), np.array([[5.0]]), np.array([[7.0]])
    mask = np.array([[False], [True]])
    assert attention(q, k, v, mask=mask).tolist() == [[0.0], [7.0]]
    assert attention_weights(q, k, mask=mask).tolist() == [[0.0], [1.0]]
    gradients = attention_backward(np.ones((2, 1)), q, k, v, mask=mask)
    assert gradients.dq.tolist() == [[0.0], [0.0]]
    assert gradients.dv.tolist() == [[1.0]]


def test_neighbouring_heads_share_keys():
    # Scores are 0: heads 0 and 1 get the mean of the first values, 2 and 3 that of the second.
    v = np.array([[[1.0], [3.0]], [[10.0], [30.0]]])
    output = attention(np.zeros((4, 1, 1)), np.zeros((2, 2, 1)), v)
    assert output[:, 0, 0].tolist() == [2.0, 2.0, 20.0, 20.0]


# Laws


@given(problems())
def test_definition(problem):
    arguments, options = problem
    same(attention(**arguments, **options), by_definition(**arguments, **options), atol=1e-11)


@given(problems())
def test_output_is_the_weights_times_the_values(problem):
    arguments, options = problem
    weights = attention_weights(arguments["q"], arguments["k"], **options)
    times = arguments["q"].shape[-3] // arguments["k"].shape[-3]
    values = np.repeat(arguments["v"], times, axis=-3)
    same(attention(**arguments, **options), weights @ values, atol=1e-11)


@settings(max_examples=20)
@given(problems(bound=1.5))
def test_derivatives(problem):
    arguments, options = problem

    def function(**parts):
        return attention(**parts, **options)

    def backward(do, *parts):
        return attention_backward(do, *parts, **options)

    options = {**options, "scale": None}
    assert_vjp(function, backward, arguments, ("q", "k", "v"), automatic=False)


@pytest.mark.parametrize("n_queries", [2, 5, 7])
@pytest.mark.parametrize("causal", [False, True])
def test_automatic_derivatives(n_queries, causal):
    rng = np.random.default_rng(0)
    arguments = {
        "q": rng.normal(size=(4, n_queries, 3)),
        "k": rng.normal(size=(2, 5, 3)),
        "v": rng.normal(size=(2, 5, 2)),
    }
    mask = rng.random((4, n_queries, 5)) < 0.6

    def function(**parts):
        own = jnp.asarray(mask) if isinstance(parts["q"], jax.Array) else mask
        return attention(**parts, mask=own, causal=causal)

    def backward(do, *parts):
        return attention_backward(do, *parts, mask=mask, causal=causal)

    assert_vjp(function, backward, arguments, ("q", "k", "v"))


@pytest.mark.usefixtures("small_blocks")
@settings(max_examples=200)
@given(problems())
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_blocks_give_the_same(problem):
    arguments, options = problem
    rng = np.random.default_rng(1)
    do = rng.normal(size=(*arguments["q"].shape[:-1], arguments["v"].shape[-1]))
    xp = array_api_strict
    strict = {name: xp.asarray(value) for name, value in arguments.items()}
    mask = options["mask"]
    strict_options = {**options, "mask": None if mask is None else xp.asarray(mask)}
    in_numpy = attention(**arguments, **options), *attention_backward(do, **arguments, **options)
    elsewhere = (
        attention(**strict, **strict_options),
        *attention_backward(xp.asarray(do), **strict, **strict_options),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_attention, "_MANY_IN_NUMPY", 10**9)
        patch.setattr(_attention, "_MANY", 10**9)
        plain = attention(**arguments, **options), *attention_backward(do, **arguments, **options)
    for one, other, expected in zip(in_numpy, elsewhere, plain, strict=True):
        assert one.shape == other.shape == expected.shape
        same(one, expected, rtol=1e-10, atol=1e-10)
        same(np.asarray(other), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("library", [np, jnp], ids=["numpy", "jax"])
@pytest.mark.parametrize("size", [1.0, 50.0, 1000.0])
def test_blocks_of_large_scores(library, size):
    # Scores up to 1e6 overflow unless the largest is subtracted; growing ones need rescaling.
    rng = np.random.default_rng(2)
    q, k = np.ones((4, 1)), np.sort(rng.normal(size=(7, 1)), axis=0) * size
    v = rng.normal(size=(7, 2))
    parts = [library.asarray(x) for x in (q, k, v)]
    same(np.asarray(attention(*parts)), by_definition(q[None], k[None], v[None])[0])


@pytest.mark.usefixtures("small_blocks")
def test_nan_in_blocks_reaches_only_its_own_query():
    q, k = np.ones((5, 1)), np.ones((4, 1))
    q[3] = math.nan
    assert np.isnan(attention(q, k, k)[:, 0]).tolist() == [False, False, False, True, False]


# Long sequences


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("size", [1.0, 6.0])
def test_long_sequences_in_single_precision(causal, size):
    # Scores of size 6 * 6 * sqrt(8) go beyond what is exponentiated as it is.
    rng = np.random.default_rng(3)
    exact = [rng.normal(size=(2, n, 8)) * size for n in (300, 1100, 1100)]
    do = rng.normal(size=(2, 300, 8))
    rounded = [part.astype(np.float32) for part in exact]
    output = attention(*rounded, causal=causal)
    assert output.dtype == np.float32
    expected = by_definition(*exact, causal=causal)
    # Rounding of the scores: their size times the precision 6e-8.
    same(output, expected, rtol=1e-3, atol=1e-5 * size**2)
    gradients = attention_backward(do.astype(np.float32), *rounded, causal=causal)
    for ours, exactly in zip(gradients, attention_backward(do, *exact, causal=causal), strict=True):
        assert ours.dtype == np.float32
        same(ours, exactly, rtol=1e-2, atol=1e-4 * size**3)


def test_long_sequences_of_other_libraries_and_mixed_precision():
    rng = np.random.default_rng(4)
    q, k, v = (rng.normal(size=(1, n, 4)) for n in (1030, 1100, 1100))
    do = rng.normal(size=q.shape)
    expected = attention(q, k, v, causal=True), *attention_backward(do, q, k, v, causal=True)
    mixed = attention(q.astype(np.float32).astype(np.float64), k, v.astype(np.float32), causal=True)
    assert mixed.dtype == np.float64
    same(mixed, expected[0], rtol=1e-4, atol=1e-5)
    ours = [jnp.asarray(x) for x in (q, k, v)]
    got = (
        attention(*ours, causal=True),
        *attention_backward(jnp.asarray(do), *ours, causal=True),
    )
    for one, other in zip(got, expected, strict=True):
        assert isinstance(one, jax.Array)
        same(np.asarray(one), other, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("backward", [False, True])
def test_memory_is_linear(backward):
    def peak(n: int) -> int:
        q, k, v, do = (np.ones((n, 8), dtype=np.float32) for _ in range(4))
        tracemalloc.start()
        if backward:
            attention_backward(do, q, k, v, causal=True)
        else:
            attention(q, k, v, causal=True)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    # Four times the tokens, sixteen times the weights (256 MB of them).
    assert peak(8192) < 4 * peak(2048)
    assert peak(8192) < 8192 * 8192 / 16


# Errors


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        ([[1.0]], r"mask: expected an array of booleans, True where a query may see a key, got"),
        (True, r"mask: expected an array of booleans, .*, got bool True"),
        (
            np.ones((3, 5), dtype=int),
            r"mask: expected an array of booleans, .*, got an int64 array",
        ),
        (
            jnp.ones((3, 5), dtype=bool),
            r"q and mask: expected arrays of one library, got q of numpy",
        ),
    ],
)
def test_mask_must_be_boolean(mask, message):
    q, k = np.zeros((3, 4)), np.zeros((5, 4))
    for call in (
        lambda: attention(q, k, k, mask=mask),
        lambda: attention_weights(q, k, mask=mask),
        lambda: attention_backward(q, q, k, k, mask=mask),
    ):
        with pytest.raises(TypeError, match=f"^{message}"):
            call()


@pytest.mark.parametrize("shape", [(), (4, 5), (3, 4), (2, 3, 5), (1, 1, 3, 5)])
def test_mask_must_fit_the_weights(shape):
    message = r"^mask: expected a shape that broadcasts to \(1, 3, 5\), got shape "
    with pytest.raises(ValueError, match=message):
        attention_weights(np.zeros((1, 3, 4)), np.zeros((1, 5, 4)), mask=np.ones(shape, dtype=bool))


def test_options_are_checked():
    q = np.zeros((3, 4))
    with pytest.raises(TypeError, match="^causal: expected True or False, got int 1"):
        attention(q, q, q, causal=1)
    with pytest.raises(TypeError, match="^scale: expected a finite number, got str"):
        attention(q, q, q, scale="1")
    with pytest.raises(ValueError, match="^scale: expected a finite number, got inf"):
        attention(q, q, q, scale=math.inf)


def test_heads_must_divide():
    with pytest.raises(ValueError, match="^q: expected the leading axes .or a multiple of"):
        attention(np.zeros((3, 1, 4)), np.zeros((2, 5, 4)), np.zeros((2, 5, 4)))
    with pytest.raises(ValueError, match="^q: expected the leading axes .or a multiple of"):
        attention(np.zeros((2, 1, 4)), np.zeros((4, 5, 4)), np.zeros((4, 5, 4)))


def test_gradients_have_names():
    assert AttentionGradients._fields == ("dq", "dk", "dv")
