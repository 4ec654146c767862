"""The gradients of a transformer for NumPy, in buffers that are kept from step to step.

The numbers are those of `_passes`, up to rounding. What was found to pay:

- The operating system hands out memory page by page when it is first touched. Arrays that
  are made anew for every step spend a third of their time on that.
- Gain and shift of a normalisation are folded into the weights behind it, which are
  small, so the rows need neither; derivatives by all of them come from one product.
- Queries, keys and values come from one product.
- Where no score is large, exponentials are taken as they are. Their sums are divided by
  after the values are mixed, where there is less to divide.
- GELU goes through its steps on pieces that fit the cache, and keeps its derivative.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath._arrays import is_numpy
from nnmath.activations import ACTIVATIONS, gelu, gelu_prime
from nnmath.embeddings import embedding_backward, sinusoidal_positions
from nnmath.transformer._block import BlockParameters
from nnmath.transformer._model import Transformer
from nnmath.transformer._parameters import block_name, block_of

Floats = NDArray[Any]

#: As in `layer_norm`.
_EPSILON = 1e-5
#: Exponentials of scores up to here, and their sums, are far from the ends of any dtype.
_SMALL = 30.0
#: So many numbers stay in the cache through all steps.
_PIECE = 16384
#: erfc(x) is about t (a_1 + a_2 t + ...) exp(-x^2) with t = 1 / (1 + p x), up to 1.5e-7.
#: M. Abramowitz, I. A. Stegun, "Handbook of mathematical functions" (1964), 7.1.26.
_P = 0.3275911
_A = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)


class _Norm:
    """Rows of mean 0 and variance 1, and the way back; gain and shift are elsewhere."""

    def __init__(self, n_rows: int, width: int, dtype: Any) -> None:
        self.rows = np.empty((n_rows, width), dtype)
        self._inverse = np.empty((n_rows, 1), dtype)
        self._scratch = np.empty((n_rows, width), dtype)
        self._mean = np.full((width, 1), 1.0 / width, dtype)

    def forward(self, x: Floats) -> Floats:
        """Return the rows, normalised."""
        rows, scratch = self.rows, self._scratch
        np.subtract(x, x @ self._mean, out=rows)
        np.multiply(rows, rows, out=scratch)
        np.matmul(scratch, self._mean, out=self._inverse)
        self._inverse += _EPSILON
        np.divide(1.0, np.sqrt(self._inverse), out=self._inverse)
        rows *= self._inverse
        return rows

    def backward(self, drows: Floats) -> Floats:
        """Turn the derivative by what `forward` returned into that by what it got."""
        scratch = np.multiply(drows, self.rows, out=self._scratch)
        along = scratch @ self._mean
        drows -= drows @ self._mean
        drows -= np.multiply(self.rows, along, out=scratch)
        drows *= self._inverse
        return drows


class _Folded:
    """Weights with the gain and shift of the normalisation before them."""

    def __init__(self, W: Floats, gain: Floats, shift: Floats, factor: Any = 1.0) -> None:
        self._W, self._gain, self._shift = W, gain, shift
        self._factor = factor = np.asarray(factor, W.dtype)
        self.weights = W * gain * factor
        self.biases = (W @ shift)[:, None] * factor

    def gradients(self, by_rows: Floats, total: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the derivatives by weights, gain and shift.

        They are given by the product of the derivative by the output with the normalised
        rows, and by its sum over the rows.
        """
        by_rows, total = by_rows * self._factor, total * np.ravel(self._factor)
        dW = by_rows * self._gain + np.outer(total, self._shift)
        return dW, np.einsum("ij,ij->j", self._W, by_rows), total @ self._W


class _Layer:
    """One block: its buffers, forward and backward."""

    def __init__(self, model: Transformer, batch_size: int, n: int, shared: dict[str, Floats]):
        width, hidden, heads = model.sizes.width, model.sizes.hidden, model.sizes.n_heads
        dtype, n_rows = model.dtype, batch_size * n
        self._shape = (batch_size, n, heads, width // heads)
        self._norms = _Norm(n_rows, width, dtype), _Norm(n_rows, width, dtype)
        self._qkv = np.empty((n_rows, 3 * width), dtype)
        self._powers = np.empty((batch_size, heads, n, n), dtype)
        self._inverse_totals = np.empty((n_rows, heads, 1), dtype)
        self._found = np.empty((n_rows, width), dtype)
        self._middle = np.empty((n_rows, width), dtype)
        self._slope = np.empty((n_rows, hidden), dtype)
        self._hidden = np.empty((n_rows, hidden), dtype)
        self._output = np.empty((n_rows, width), dtype)
        self._gelu = model.activation is ACTIVATIONS["gelu"]
        self._shared = shared
        d_k = width // heads
        self._factor = np.ones((3 * width, 1), dtype)
        self._factor[:width] = 1.0 / math.sqrt(d_k)

    def _heads(self, rows: Floats, part: int = 0) -> Floats:
        """Return a third of rows, or rows that are one, as heads: (batch, heads, n, d_k)."""
        batch_size, n, heads, d_k = self._shape
        width = heads * d_k
        third = rows[:, part * width : (part + 1) * width]
        return third.reshape(batch_size, n, heads, d_k).transpose(0, 2, 1, 3)

    def forward(self, x: Floats, p: BlockParameters) -> Floats:
        """Return the stream after the block."""
        self._into_heads = _Folded(
            np.concatenate((p.W_q, p.W_k, p.W_v)), p.attention_gain, p.attention_shift, self._factor
        )
        self._into_neurons = _Folded(p.W_in, p.mlp_gain, p.mlp_shift)
        rows = self._norms[0].forward(x)
        np.matmul(rows, self._into_heads.weights.T, out=self._qkv)
        self._qkv += self._into_heads.biases.T
        self._attend()
        np.matmul(self._found, p.W_o.T, out=self._middle)
        self._middle += x
        rows = self._norms[1].forward(self._middle)
        np.matmul(rows, self._into_neurons.weights.T, out=self._hidden)
        biases = self._into_neurons.biases[:, 0] + p.b_in
        if self._gelu:
            gelu_with_slope(self._hidden, biases, self._slope)
        else:
            self._hidden += biases
            np.greater(self._hidden, 0.0, out=self._slope)
            np.maximum(self._hidden, 0.0, out=self._hidden)
        np.matmul(self._hidden, p.W_out.T, out=self._output)
        self._output += p.b_out
        self._output += self._middle
        return self._output

    def _attend(self) -> None:
        """Let every token look at itself and those before it."""
        q, k, v = (self._heads(self._qkv, part) for part in range(3))
        powers = np.matmul(q, k.transpose(0, 1, 3, 2), out=self._powers)
        if not (powers.max() < _SMALL and powers.min() > -_SMALL):  # or if there is NaN
            powers += self._shared["minus infinity ahead"]
            powers -= powers.max(axis=-1, keepdims=True)
        np.exp(powers, out=powers)
        powers *= self._shared["past"]
        batch_size, n, heads, _ = self._shape
        totals = powers.reshape(-1, n) @ self._shared["ones"][:n, :1]
        by_row = totals.reshape(batch_size, heads, n).transpose(0, 2, 1)
        np.divide(1.0, by_row.reshape(batch_size * n, heads, 1), out=self._inverse_totals)
        np.matmul(powers, v, out=self._heads(self._found))
        self._by_heads(self._found)[...] *= self._inverse_totals

    def _by_heads(self, rows: Floats) -> Floats:
        """Return rows cut into heads: (rows, heads, d_k)."""
        return rows.reshape(len(rows), *self._shape[2:])

    def backward(self, dy: Floats, p: BlockParameters) -> BlockParameters:
        """Turn the derivative by the output into that by the input; return the others."""
        ones = self._shared["ones"][: len(dy)].T
        dW_out, db_out = dy.T @ self._hidden, (ones @ dy)[0]
        dz = np.matmul(dy, p.W_out, out=self._shared["hidden"])
        dz *= self._slope
        total = (ones @ dz)[0]
        by_neurons = self._into_neurons.gradients(dz.T @ self._norms[1].rows, total)
        drows = np.matmul(dz, self._into_neurons.weights, out=self._shared["rows"])
        dy += self._norms[1].backward(drows)
        dW_o = dy.T @ self._found
        dqkv = self._attend_backward(np.matmul(dy, p.W_o, out=self._shared["rows"]))
        by_heads = self._into_heads.gradients(dqkv.T @ self._norms[0].rows, (ones @ dqkv)[0])
        drows = np.matmul(dqkv, self._into_heads.weights, out=self._shared["rows"])
        dy += self._norms[0].backward(drows)
        (dW, dgain, dshift), (dW_in, mlp_gain, mlp_shift) = by_heads, by_neurons
        dW_q, dW_k, dW_v = np.split(dW, 3)
        return BlockParameters(
            attention_gain=dgain,
            attention_shift=dshift,
            W_q=dW_q,
            W_k=dW_k,
            W_v=dW_v,
            W_o=dW_o,
            mlp_gain=mlp_gain,
            mlp_shift=mlp_shift,
            W_in=dW_in,
            b_in=total,
            W_out=dW_out,
            b_out=db_out,
        )

    def _attend_backward(self, dfound: Floats) -> Floats:
        """Return the derivative by queries, keys and values, beside each other."""
        batch_size, n, heads, _ = self._shape
        q, k, v = (self._heads(self._qkv, part) for part in range(3))
        dqkv = self._shared["qkv"]
        dq, dk, dv = (self._heads(dqkv, part) for part in range(3))
        # The exponentials are weights but for the sum of their row: that goes to this side.
        self._by_heads(dfound)[...] *= self._inverse_totals
        mean = np.einsum("rhd,rhd->rh", self._by_heads(dfound), self._by_heads(self._found))
        by_heads = self._heads(dfound)
        np.matmul(self._powers.transpose(0, 1, 3, 2), by_heads, out=dv)
        ds = np.matmul(by_heads, v.transpose(0, 1, 3, 2), out=self._shared["scores"])
        ds -= mean.reshape(batch_size, n, heads).transpose(0, 2, 1)[..., None]
        ds *= self._powers
        np.matmul(ds, k, out=dq)
        np.matmul(ds.transpose(0, 1, 3, 2), q, out=dk)
        return dqkv


class FastGradients:
    """The cost of a batch and its derivatives, for one transformer and one size of batches."""

    def __init__(self, model: Transformer, batch_size: int, n: int) -> None:
        sizes, dtype, n_rows = model.sizes, model.dtype, batch_size * n
        shared = {
            "ones": np.ones((max(n_rows, sizes.n_tokens), 1), dtype),
            "rows": np.empty((n_rows, sizes.width), dtype),
            "qkv": np.empty((n_rows, 3 * sizes.width), dtype),
            "hidden": np.empty((n_rows, sizes.hidden), dtype),
            "scores": np.empty((batch_size, sizes.n_heads, n, n), dtype),
            "past": np.tri(n, dtype=dtype),
            "minus infinity ahead": np.where(np.tri(n, dtype=bool), 0.0, -np.inf).astype(dtype),
        }
        self._model, self._shared = model, shared
        if model.positions == "sinusoidal":
            self._waves: Floats = sinusoidal_positions(n, sizes.width, dtype=dtype)
        self._layers = [_Layer(model, batch_size, n, shared) for _ in range(sizes.n_layers)]
        self._embedded = np.empty((batch_size, n, sizes.width), dtype)
        self._norm = _Norm(n_rows, sizes.width, dtype)
        self._logits = np.empty((n_rows, sizes.n_tokens), dtype)
        self._dx = np.empty((n_rows, sizes.width), dtype)

    @staticmethod
    def fits(model: Transformer) -> bool:
        """Say whether a transformer is of the common kind that is done here."""
        return (
            is_numpy(model.parameters["embedding"])
            and model.sizes.n_heads == model.sizes.n_key_heads
            and model.positions != "rotary"
            and "shift" in model.parameters
            and model.activation in (ACTIVATIONS["gelu"], ACTIVATIONS["relu"])
        )

    def __call__(
        self, tokens: NDArray[np.int64], targets: NDArray[np.int64]
    ) -> tuple[float, dict[str, Floats]]:
        """Return the mean cost, and its derivatives under the names of the parameters."""
        p = self._model.parameters
        n = tokens.shape[1]
        np.add(p["embedding"][tokens], self._places(n), out=self._embedded)
        x = self._embedded.reshape(self._dx.shape)
        for i, layer in enumerate(self._layers):
            x = layer.forward(x, block_of(p, i))
        unembed = _Folded(p["unembedding"], p["gain"], p["shift"])
        np.matmul(self._norm.forward(x), unembed.weights.T, out=self._logits)
        self._logits += unembed.biases.T
        cost = self._cross_entropy(targets.ravel())
        return cost, self._backward(unembed, tokens)

    def _places(self, n: int) -> Floats:
        """Return what is added to the tokens for their places."""
        learned = self._model.positions == "learned"
        places: Floats = self._model.parameters["positions"] if learned else self._waves
        return places[:n]

    def _cross_entropy(self, targets: NDArray[np.int64]) -> float:
        """Return the cost; turn the logits into the derivatives by them."""
        logits, each = self._logits, np.arange(len(targets))
        if not (logits.max() < _SMALL and logits.min() > -_SMALL):
            logits -= logits.max(axis=-1, keepdims=True)
        wanted = logits[each, targets].astype(np.float64)
        powers = np.exp(logits, out=logits)
        totals = powers @ self._shared["ones"][: powers.shape[1]]
        powers /= totals * len(targets)
        powers[each, targets] -= 1.0 / len(targets)
        return float(np.mean(np.log(totals[:, 0], dtype=np.float64) - wanted))

    def _backward(self, unembed: _Folded, tokens: NDArray[np.int64]) -> dict[str, Floats]:
        """Return all derivatives, given those by the logits."""
        p, dlogits, dx = self._model.parameters, self._logits, self._dx
        by_rows, total = dlogits.T @ self._norm.rows, dlogits.sum(axis=0)
        gradients = dict(
            zip(("unembedding", "gain", "shift"), unembed.gradients(by_rows, total), strict=True)
        )
        np.matmul(dlogits, unembed.weights, out=dx)
        self._norm.backward(dx)
        for i in reversed(range(len(self._layers))):
            by_parameters = self._layers[i].backward(dx, block_of(p, i))
            for name, array in by_parameters._asdict().items():
                gradients[block_name(i, name)] = array
        by_place = dx.reshape(self._embedded.shape)
        if "positions" in p:
            gradients["positions"] = np.zeros_like(p["positions"])
            gradients["positions"][: tokens.shape[1]] = by_place.sum(axis=0)
        gradients["embedding"] = embedding_backward(by_place, tokens, len(p["embedding"]))
        return {name: gradients[name] for name in p}


def gelu_with_slope(z: Floats, biases: Floats, slope: Floats) -> None:
    """Add biases to weighted inputs and turn them into activations; fill in the slopes.

    In single precision with an error of some 1e-7, in double precision without.
    """
    step = max(1, _PIECE // z.shape[1])
    buffers = [np.empty((step, z.shape[1]), z.dtype) for _ in range(3)]
    for start in range(0, len(z), step):
        rows = slice(start, min(start + step, len(z)))
        z[rows] += biases
        if z.dtype == np.float64:
            slope[rows] = gelu_prime(z[rows])
            z[rows] = gelu(z[rows])
        else:
            _in_single_precision(z[rows], slope[rows], *(b[: rows.stop - start] for b in buffers))


def _in_single_precision(z: Floats, slope: Floats, power: Floats, t: Floats, tail: Floats) -> None:
    """Replace z by its GELU and fill in the slope; the other arrays are scratch."""
    np.multiply(z, z, out=power)
    power *= -0.5
    np.exp(power, out=power)
    np.abs(z, out=t)
    t *= _P / math.sqrt(2.0)
    t += 1.0
    np.divide(1.0, t, out=t)
    np.multiply(t, -0.5 * _A[4], out=tail)
    for a in _A[3::-1]:
        tail += -0.5 * a
        tail *= t
    tail *= power
    tail += 0.5  # half less the tail: what lies between 0 and |z|
    np.copysign(tail, z, out=tail)
    tail += 0.5
    power *= z
    power *= 1.0 / math.sqrt(2.0 * math.pi)
    np.add(tail, power, out=slope)
    z *= tail
