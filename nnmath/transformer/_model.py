"""A transformer that predicts the next token, with its parameters."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from nnmath._arrays import Array
from nnmath._checks import (
    check_generator,
    check_integer,
    check_kind,
    check_name,
    check_number,
    check_same_shape,
    floating_arrays,
    wrong_value,
)
from nnmath._parameters import checked_dtype
from nnmath.activations import Activation, get_activation
from nnmath.transformer._parameters import (
    NORMALIZATIONS,
    Sizes,
    Stored,
    check_positions,
    checked_tokens,
    start,
)
from nnmath.transformer._passes import (
    TransformerPass,
    backward_pass,
    check_past,
    cross_entropy,
    forward_pass,
    generate,
)


class Transformer(Stored):
    r"""A decoder-only transformer: for each token of a text it predicts the next.

    Parameters
    ----------
    n_tokens : int
        How many different tokens there are.
    width : int
        How many entries the residual stream has for each token; a multiple of
        `n_heads`.
    n_layers : int
        How many blocks there are.
    n_heads : int
        How many heads each block has.
    context : int
        How many tokens it can see at most.
    n_key_heads : int, optional
        How many heads of keys and values there are; a divisor of `n_heads`. By default
        as many as heads.
    hidden : int, optional
        How many neurons each block has. By default four times the width.
    positions : {"learned", "sinusoidal", "rotary"}
        How it is told where a token stands: by a row for each place that is learned, by
        the waves of `sinusoidal_positions`, both added to the stream at its start, or by
        queries and keys that are turned, as by `rotary`. The width must be even for the
        second, that of a head for the third.
    normalization : {"layer", "rms"}
        What brings rows of the stream to one size: `layer_norm`, or `rms_norm`, which has
        no shifts.
    activation : str or Activation, default "gelu"
        That of the neurons.
    deviation : float, default 0.02
        Standard deviation of the weights at the start, above 0. Narrow transformers
        learn sooner from a larger one, up to 1 over the root of the width.
    rng : numpy.random.Generator
        Where the chance comes from. The same seed gives the same transformer.
    dtype : data type, default float64
        The precision, float64 or float32.

    Attributes
    ----------
    parameters : dict of array
        All parameters by their names: ``embedding``, ``positions`` if they are learned, those of
        `BlockParameters` for each block as in ``blocks[0].W_q``, then ``gain``,
        ``shift`` and ``unembedding``. There are no shifts with `rms_norm`.
    sizes : named tuple
        ``n_tokens``, ``width``, ``n_layers``, ``n_heads``, ``n_key_heads``, ``hidden``
        and ``context``.
    positions : str
        How it is told where a token stands.
    activation : Activation
        That of the neurons.

    Raises
    ------
    TypeError
        If a size isn't a whole number, `rng` isn't a generator, `dtype` is another one,
        or the activation is neither a name nor an `Activation`.
    ValueError
        If a size is below 1, the heads don't divide, or the name isn't known.

    Notes
    -----
    With the number k of the token at place t, the stream starts as the sum of what stands
    for the token and what stands for the place, both learned:

    .. formula:: s_t^c = E^{k_t c} + P^{tc}
        :scope: model
        :kind: definition
        :code: (tokens=k, embedding=E, positions=P).embedded

    Every block in turn passes it on as `transformer_block` does. At the end it is
    normalised once more, as by `layer_norm`, which makes y of it, and the unembedding U
    turns that into the logits of all v tokens for the next place:

    .. formula:: z^j = \sum_{i=1}^{w} U^{ji} y^i
        :scope: model
        :kind: definition
        :code: (stream=\mathbf{x}, gain=\mathbf{g}, shift=\mathbf{b}, epsilon=\varepsilon,
            unembedding=U).logits

    The weights start from the normal distribution with the standard deviation given,
    those that add to the stream with that over the root of twice the number of blocks;
    gains start at 1, shifts and biases at 0. Numbers are drawn in float64, in the order of
    ``parameters``.

    References
    ----------
    A. Radford, J. Wu, R. Child, D. Luan, D. Amodei, I. Sutskever, "Language models are
    unsupervised multitask learners" (2019), section 2.3.

    Examples
    --------
    >>> import numpy as np
    >>> from nnmath import Transformer
    >>> rng = np.random.default_rng(0)
    >>> model = Transformer(5, width=8, n_layers=2, n_heads=2, context=6, rng=rng)
    >>> model
    Transformer(n_tokens=5, width=8, n_layers=2, n_heads=2, context=6, dtype=float64)
    >>> model.n_parameters
    1824
    >>> model.forward([3, 1, 4]).logits.shape
    (3, 5)
    """

    def __init__(
        self,
        n_tokens: int,
        *,
        width: int,
        n_layers: int,
        n_heads: int,
        context: int,
        n_key_heads: int | None = None,
        hidden: int | None = None,
        positions: str = "learned",
        normalization: str = "layer",
        activation: str | Activation = "gelu",
        deviation: float = 0.02,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float64,
    ) -> None:
        sizes = Sizes(
            n_tokens,
            width,
            n_layers,
            n_heads,
            n_heads if n_key_heads is None else n_key_heads,
            4 * width if hidden is None else hidden,
            context,
        )
        for name, size in sizes._asdict().items():
            check_integer(name, size, at_least=1)
        if width % n_heads:
            raise wrong_value("width", f"a multiple of n_heads, {n_heads}", str(width))
        if n_heads % sizes.n_key_heads:
            expected = f"a divisor of n_heads, {n_heads}"
            raise wrong_value("n_key_heads", expected, str(sizes.n_key_heads))
        self.activation = get_activation(activation)
        check_generator("rng", rng)
        self.sizes = Sizes(*map(int, sizes))
        self.positions = check_positions(positions, self.sizes)
        check_name("normalization", normalization, NORMALIZATIONS)
        deviation = check_number("deviation", deviation, above=0.0)
        self.parameters = start(
            self.sizes, self.positions, normalization, deviation, rng, checked_dtype(dtype)
        )

    def forward(self, tokens: ArrayLike, *, past: TransformerPass | None = None) -> TransformerPass:
        """Return the predictions for all next tokens, with all that leads to them.

        Parameters
        ----------
        tokens : array of int, shape (..., n)
            Texts as numbers of tokens, below `n_tokens`; at least one each.
        past : TransformerPass, optional
            What was returned for the tokens before. Their keys and values are used
            again, and only the new tokens are computed.

        Returns
        -------
        TransformerPass
            Its last field holds the ``logits``, shape (..., n, n_tokens).

        Raises
        ------
        TypeError
            If the tokens aren't whole numbers.
        ValueError
            If a token isn't known, there is none, there are more than the context, or
            the past doesn't fit.

        Examples
        --------
        >>> import numpy as np
        >>> from nnmath import Transformer
        >>> rng = np.random.default_rng(0)
        >>> model = Transformer(5, width=8, n_layers=2, n_heads=2, context=6, rng=rng)
        >>> whole = model.forward([3, 1, 4])
        >>> last = model.forward([4], past=model.forward([3, 1]))
        >>> bool(np.allclose(last.logits[0], whole.logits[2]))
        True
        """
        checked = checked_tokens("tokens", tokens, self.parameters["embedding"])
        before = 0
        if past is not None:
            check_past(past, checked, self.sizes.n_layers)
            before = past.start + past.tokens.shape[-1]
        if before + checked.shape[-1] > self.sizes.context:
            expected = (
                f"at most {self.sizes.context - before}, for a context of {self.sizes.context}"
            )
            raise wrong_value("tokens", expected, str(checked.shape[-1]))
        return forward_pass(
            self.parameters, self.sizes, self.positions, self.activation, checked, past
        )

    def backward(self, dlogits: Array, forward: TransformerPass) -> dict[str, Array]:
        """Return the derivatives of the cost by all parameters.

        Parameters
        ----------
        dlogits : array, shape (..., n, n_tokens)
            Derivative of the cost by the logits.
        forward : TransformerPass
            What `forward` returned, without a past.

        Returns
        -------
        dict of array
            The derivatives under the names of the parameters, summed over all texts.

        Raises
        ------
        TypeError
            If an argument is of the wrong type.
        ValueError
            If the derivative hasn't the shape of the logits, or the pass had a past.

        Examples
        --------
        >>> import numpy as np
        >>> from nnmath import Transformer
        >>> rng = np.random.default_rng(0)
        >>> model = Transformer(5, width=8, n_layers=2, n_heads=2, context=6, rng=rng)
        >>> forward = model.forward([3, 1, 4])
        >>> gradients = model.backward(np.ones((3, 5)), forward)
        >>> gradients.keys() == model.parameters.keys()
        True
        """
        check_kind("forward", forward, TransformerPass)
        if forward.start:
            raise wrong_value(
                "forward", "a pass without a past", f"one after {forward.start} tokens"
            )
        _, dlogits, logits = floating_arrays(dlogits=dlogits, logits=forward.logits)
        check_same_shape(logits=logits, dlogits=dlogits)
        return backward_pass(self.parameters, self.positions, self.activation, forward, dlogits)

    def gradients(self, tokens: ArrayLike, targets: ArrayLike) -> tuple[Array, dict[str, Array]]:
        r"""Return the cost of predicting the targets, and its derivatives.

        Parameters
        ----------
        tokens : array of int, shape (..., n)
            The texts.
        targets : array of int, shape (..., n)
            For each token the one that should be predicted: the next.

        Returns
        -------
        cost : float
            The mean cross-entropy of a prediction, in nats.
        gradients : dict of array
            Its derivatives under the names of the parameters.

        Raises
        ------
        TypeError
            If the tokens aren't whole numbers.
        ValueError
            If a token isn't known, there is none, there are more than the context, or
            the shapes differ.

        Examples
        --------
        >>> import numpy as np
        >>> from nnmath import Transformer
        >>> rng = np.random.default_rng(0)
        >>> model = Transformer(5, width=8, n_layers=2, n_heads=2, context=6, rng=rng)
        >>> cost, gradients = model.gradients([3, 1], [1, 4])
        >>> round(float(cost), 2)  # about that of guessing, log 5
        1.66
        """
        wanted = checked_tokens("targets", targets, self.parameters["embedding"])
        forward = self.forward(tokens)
        check_same_shape(tokens=forward.tokens, targets=wanted)
        cost, dlogits = cross_entropy(forward.logits, wanted)
        return cost, backward_pass(
            self.parameters, self.positions, self.activation, forward, dlogits
        )

    def generate(
        self,
        tokens: ArrayLike,
        n_new: int,
        *,
        temperature: float = 1.0,
        top_k: int | None = None,
        stop: int | None = None,
        rng: np.random.Generator,
    ) -> NDArray[np.int64]:
        r"""Continue a text, one token after the other.

        Parameters
        ----------
        tokens : array of int, shape (n,)
            The beginning; at least one token, and more than the context has room for
            are taken from its end.
        n_new : int
            How many tokens to add, at least 0.
        temperature : float, default 1.0
            What the logits are divided by, at least 0. At 0 the likeliest token is
            taken, the first of several.
        top_k : int, optional
            How many of the likeliest tokens there are to choose from, at least 1. By
            default all.
        stop : int, optional
            A token that ends the text; it is the last one then.
        rng : numpy.random.Generator
            Where the chance comes from. The same seed gives the same text.

        Returns
        -------
        ndarray of int64
            The beginning and what was added.

        Raises
        ------
        TypeError
            If an argument is of the wrong type, or the parameters aren't NumPy arrays.
        ValueError
            If a token isn't known, or a number is out of its range.

        Notes
        -----
        With the temperature T, the next token is j with the probability

        .. formula:: p^j = \frac{e^{z^j / T}}{\sum_{i=1}^{v} e^{z^i / T}}
            :restates: temperature

        where v counts the tokens there are to choose from. Keys and values are kept, so a
        new token costs one row of work, until the context is full; from then on the last
        tokens that fit are read again for each new one, since all of them change places.

        Examples
        --------
        >>> import numpy as np
        >>> from nnmath import Transformer
        >>> rng = np.random.default_rng(0)
        >>> model = Transformer(5, width=8, n_layers=2, n_heads=2, context=6, rng=rng)
        >>> text = model.generate([3, 1], 6, rng=rng)
        >>> text.shape, text[:2].tolist()
        ((8,), [3, 1])
        """
        return generate(
            self, tokens, n_new, temperature=temperature, top_k=top_k, stop=stop, rng=rng
        )

    def __repr__(self) -> str:
        """Describe the sizes and the dtype."""
        s = self.sizes
        return (
            f"{type(self).__name__}(n_tokens={s.n_tokens}, width={s.width}, "
            f"n_layers={s.n_layers}, n_heads={s.n_heads}, context={s.context}, dtype={self.dtype})"
        )
