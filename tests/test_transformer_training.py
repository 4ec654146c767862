"""Training of transformers: it learns, it can be repeated, continued and stopped."""

from __future__ import annotations

import signal

import jax.numpy as jnp
import numpy as np
import pytest
from small_transformers import small_model

from nnmath import Transformer
from nnmath.optimizers import Adam, AdamW, CosineSchedule, GradientDescent
from nnmath.transformer import (
    TransformerHistory,
    _training,
    evaluate_transformer,
    train_transformer,
)

pytestmark = pytest.mark.filterwarnings("error")

TEXT = np.arange(300) % 5


def trained(steps=40, seed=0, **options):
    model = small_model(scale=0.1)
    optimizer = AdamW(0.02)
    history = train_transformer(
        model,
        TEXT,
        steps=steps,
        batch_size=8,
        optimizer=optimizer,
        rng=np.random.default_rng(seed),
        **options,
    )
    return model, history


def test_it_learns_to_count():
    model, history = trained(120, validation=TEXT[:50], measure_every=50)
    assert history.steps == [50, 100, 120]
    assert history.cost[0] > history.cost[1] > history.cost[2]
    assert history.validation_cost[-1] < 0.05
    text = model.generate([2], 5, temperature=0.0, rng=np.random.default_rng(0))
    assert text.tolist() == [2, 3, 4, 0, 1, 2]
    assert not history.interrupted
    assert history.seconds > 0.0


def test_same_seed_same_bits():
    (one, _), (other, _), (third, _) = trained(), trained(), trained(seed=1)
    for name, array in one.parameters.items():
        np.testing.assert_array_equal(array, other.parameters[name])
    assert not np.array_equal(one.parameters["gain"], third.parameters["gain"])


def test_continued_as_if_never_stopped():
    whole, _ = trained(10)
    model, optimizer, rng = small_model(scale=0.1), AdamW(0.02), np.random.default_rng(0)
    history = TransformerHistory()
    for steps in (4, 6):
        returned = train_transformer(
            model,
            TEXT,
            steps=steps,
            batch_size=8,
            optimizer=optimizer,
            rng=rng,
            history=history,
        )
        assert returned is history
    assert history.steps == [4, 10]
    assert history.validation_cost == [None, None]
    for name, array in whole.parameters.items():
        np.testing.assert_array_equal(array, model.parameters[name])


def test_a_step_is_what_it_says():
    # One step of gradient descent without clipping: the gradients of the same windows.
    model, rng = small_model(), np.random.default_rng(5)
    starts = np.random.default_rng(5).integers(0, 300 - 6, size=3)
    windows = np.stack([TEXT[s : s + 7] for s in starts])
    before = model.copy()
    cost, gradients = before.gradients(windows[:, :-1], windows[:, 1:])
    history = train_transformer(
        model,
        TEXT,
        steps=1,
        batch_size=3,
        optimizer=GradientDescent(0.5),
        max_norm=None,
        rng=rng,
    )
    np.testing.assert_allclose(history.cost, [cost], rtol=1e-12)
    for name, array in model.parameters.items():
        expected = before.parameters[name] - 0.5 * gradients[name]
        np.testing.assert_allclose(array, expected, rtol=1e-12, atol=1e-14)


def test_gradients_are_clipped():
    model, before = small_model(), small_model()
    optimizer = GradientDescent(1.0)
    rng = np.random.default_rng(0)
    train_transformer(model, TEXT, steps=1, optimizer=optimizer, max_norm=1e-3, rng=rng)
    moved = [model.parameters[n] - a for n, a in before.parameters.items()]
    length = np.sqrt(sum(np.sum(m**2) for m in moved))
    np.testing.assert_allclose(length, 1e-3, rtol=1e-9)


def test_schedules_and_single_precision():
    model = Transformer(
        5,
        width=8,
        n_layers=1,
        n_heads=2,
        context=6,
        rng=np.random.default_rng(0),
        dtype=np.float32,
    )
    optimizer = AdamW(CosineSchedule(0.02, n_steps=60, warmup=5))
    rng = np.random.default_rng(1)
    history = train_transformer(model, TEXT, steps=60, optimizer=optimizer, rng=rng)
    assert history.cost[-1] < 1.5
    assert all(a.dtype == np.float32 for a in model.parameters.values())


def test_evaluation_by_hand():
    # Blocks that add nothing, logits that are always log 1, 2, 3, 4, 5: a token t costs
    # -log((t + 1) / 15), wherever it stands.
    model = small_model(width=2, n_heads=1, n_layers=1)
    for array in model.parameters.values():
        array[...] = 0.0
    model.parameters["shift"][...] = [1.0, 0.0]
    model.parameters["unembedding"][:, 0] = np.log([1.0, 2.0, 3.0, 4.0, 5.0])
    for n in (2, 7, 8, 300):
        expected = -np.mean(np.log((TEXT[1:n] + 1) / 15))
        np.testing.assert_allclose(evaluate_transformer(model, TEXT[:n]), expected, rtol=1e-12)


def test_evaluation_sees_what_stands_before_in_a_piece():
    model = small_model()
    costs = []
    for start in (0, 6):
        piece = TEXT[start : start + 7]
        costs.append(float(model.gradients(piece[:-1], piece[1:])[0]))
    np.testing.assert_allclose(evaluate_transformer(model, TEXT[:13]), np.mean(costs), rtol=1e-12)


def test_ctrl_c_keeps_what_was_learned(monkeypatch):
    model, taken = small_model(), []
    step = _training._step

    def interrupted(*arguments):
        taken.append(step(*arguments))
        if len(taken) == 3:
            signal.raise_signal(signal.SIGINT)
        return taken[-1]

    monkeypatch.setattr(_training, "_step", interrupted)
    rng = np.random.default_rng(0)
    history = train_transformer(model, TEXT, steps=50, optimizer=Adam(), rng=rng)
    assert len(taken) == 3
    assert history.interrupted
    assert history.steps == [3]
    assert repr(history).endswith(", interrupted)")
    monkeypatch.undo()
    train_transformer(model, TEXT, steps=1, rng=rng, history=history)
    assert not history.interrupted
    assert history.steps == [3, 4]


def test_divergence_is_told():
    model = small_model()
    before = model.copy()
    model.parameters["unembedding"][0, 0] = before.parameters["unembedding"][0, 0] = 1e308
    with pytest.raises(FloatingPointError, match="^training diverged: expected a finite cost"):
        train_transformer(model, TEXT, steps=5, rng=np.random.default_rng(0))
    for name, array in before.parameters.items():
        np.testing.assert_array_equal(array, model.parameters[name])


def test_history_is_summed_up():
    assert repr(TransformerHistory()) == "TransformerHistory(no steps)"
    history = TransformerHistory([1], [2.0], [None], seconds=0.51)
    assert repr(history) == "TransformerHistory(1 step, cost 2, 0.5 s)"
    history = TransformerHistory([10, 20], [2.0, 1.5], [2.5, 1.75], seconds=3.0)
    assert repr(history) == "TransformerHistory(20 steps, cost 1.5, validation_cost 1.75, 3.0 s)"


def test_progress_bar(capsys):
    train_transformer(small_model(), TEXT, steps=3, rng=np.random.default_rng(0), progress=True)
    assert "3/3" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"model": 3}, TypeError, "model: expected a Transformer, got int 3"),
        ({"tokens": TEXT[:6]}, ValueError, r"tokens: expected a row of at least 7 tokens, got"),
        ({"tokens": TEXT[None]}, ValueError, r"tokens: expected a row of at least 7 tokens, got"),
        ({"tokens": TEXT + 1}, ValueError, "tokens: expected numbers from 0 to 4, got 5 at index"),
        ({"tokens": TEXT / 2}, TypeError, "tokens: expected whole numbers, one a token, got"),
        ({"tokens": jnp.asarray(TEXT)}, TypeError, "tokens: expected a NumPy array or a list"),
        ({"validation": [1]}, ValueError, "validation: expected a row of at least 2 tokens"),
        ({"steps": 0}, ValueError, "steps: expected a whole number of at least 1, got 0"),
        ({"batch_size": 0}, ValueError, "batch_size: expected a whole number of at least 1"),
        ({"measure_every": 0}, ValueError, "measure_every: expected a whole number of at least"),
        ({"max_norm": 0.0}, ValueError, "max_norm: expected a finite number above 0.0, got 0.0"),
        ({"rng": 1}, TypeError, "rng: expected a numpy.random.Generator"),
        ({"optimizer": Adam}, TypeError, r"optimizer: expected an Optimizer, such as AdamW\("),
        ({"history": []}, TypeError, "history: expected a TransformerHistory, got list"),
        ({"progress": 1}, TypeError, "progress: expected True, False or None, got int 1"),
    ],
)
def test_arguments_are_checked(changed, error, message):
    arguments = {
        "model": small_model(),
        "tokens": TEXT,
        "steps": 1,
        "rng": np.random.default_rng(0),
        **changed,
    }
    with pytest.raises(error, match=f"^{message}"):
        train_transformer(**arguments)


def test_models_of_other_libraries_are_refused():
    elsewhere = Transformer.from_parameters(
        {name: jnp.asarray(a) for name, a in small_model().parameters.items()}, n_heads=2
    )
    with pytest.raises(TypeError, match="^model: expected a transformer of NumPy arrays, got"):
        evaluate_transformer(elsewhere, TEXT)
