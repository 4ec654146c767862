"""The identity and the units that are nearly linear: ReLU and GELU."""

import math

from nnmath._arrays import Array, erfc, is_numpy, select
from nnmath._checks import floating_arrays

# Beyond 40 the normal density and its tail are zero in every dtype up to float64.
_NORMAL_LAST = 40.0


def identity(z: Array) -> Array:
    r"""Return the weighted input unchanged.

    Parameters
    ----------
    z : array
        Weighted input, any shape, real floating dtype.

    Returns
    -------
    array
        A copy of ``z`` where arrays can change; ``z`` itself where they can't.

    Raises
    ------
    TypeError
        If ``z`` doesn't hold real floating-point numbers.

    Notes
    -----
    .. formula:: \operatorname{id}(z) = z
        :scope: one_number
        :kind: definition

    A last layer without nonlinearity, as costs that take logits need it.

    Examples
    --------
    >>> from nnmath import identity
    >>> identity([-1.0, 2.0]).tolist()
    [-1.0, 2.0]
    """
    _, z = floating_arrays(z=z)
    return +z


def identity_prime(z: Array) -> Array:
    r"""Return the derivative of the identity: one everywhere.

    Parameters
    ----------
    z : array
        Weighted input, any shape, real floating dtype.

    Returns
    -------
    array
        Ones with the shape and dtype of ``z``, also where ``z`` is NaN.

    Raises
    ------
    TypeError
        If ``z`` doesn't hold real floating-point numbers.

    Notes
    -----
    .. formula:: \operatorname{id}'(z) = 1
        :scope: one_number

    Examples
    --------
    >>> from nnmath import identity_prime
    >>> identity_prime([-1.0, 2.0]).tolist()
    [1.0, 1.0]
    """
    xp, z = floating_arrays(z=z)
    ones = xp.ones_like(z)
    return ones[()] if is_numpy(z) else ones


def relu(z: Array) -> Array:
    r"""Return the positive part of every entry.

    Parameters
    ----------
    z : array
        Weighted input, any shape, real floating dtype.

    Returns
    -------
    array
        Values from 0 up, with the shape and dtype of ``z``.

    Raises
    ------
    TypeError
        If ``z`` doesn't hold real floating-point numbers.

    Notes
    -----
    .. formula:: \operatorname{ReLU}(z) = \max(0, z)
        :restates: relu

    There is a kink at 0; `relu_prime` says which derivative is taken there.

    References
    ----------
    V. Nair, G. E. Hinton, "Rectified linear units improve restricted Boltzmann
    machines", ICML (2010).

    Examples
    --------
    >>> from nnmath import relu
    >>> relu([-2.0, 0.0, 3.0]).tolist()
    [0.0, 0.0, 3.0]
    """
    xp, z = floating_arrays(z=z)
    # Not maximum(z, 0): automatic differentiation splits its derivative at 0.
    return select(xp, z <= 0, 0.0, z)


def relu_prime(z: Array) -> Array:
    r"""Return the derivative of `relu` at every entry, taken as 0 at the kink.

    Parameters
    ----------
    z : array
        Weighted input (not the activation), any shape, real floating dtype.

    Returns
    -------
    array
        Zeros and ones, with the shape and dtype of ``z``.

    Raises
    ------
    TypeError
        If ``z`` doesn't hold real floating-point numbers.

    Notes
    -----
    .. formula:: \operatorname{ReLU}'(z) =
            \begin{cases} 1 & \text{if } z > 0 \\ 0 & \text{if } z \le 0 \end{cases}
        :restates: relu-prime

    At 0 every number from 0 to 1 is a subgradient. We take 0, as automatic
    differentiation of `relu` does.

    Examples
    --------
    >>> from nnmath import relu_prime
    >>> relu_prime([-2.0, 0.0, 3.0]).tolist()
    [0.0, 0.0, 1.0]
    """
    xp, z = floating_arrays(z=z)
    # NaN fails both comparisons and stays.
    return select(xp, z <= 0, 0.0, select(xp, z > 0, 1.0, z))


def gelu(z: Array) -> Array:
    r"""Return the Gaussian error linear unit of every entry, in its exact form.

    Parameters
    ----------
    z : array
        Weighted input, any shape, real floating dtype.

    Returns
    -------
    array
        Values from about -0.17 up, with the shape and dtype of ``z``.

    Raises
    ------
    TypeError
        If ``z`` doesn't hold real floating-point numbers.

    Notes
    -----
    .. formula:: \operatorname{GELU}(z) = z \, \Phi(z)
            = \frac{z}{2} \left(1 - \operatorname{erf}\left(\frac{-z}{\sqrt{2}}\right)\right)
        :restates: gelu

    with the distribution function Phi of the standard normal; 1 - erf is computed as
    one function, which loses no digits for very negative z. This isn't the
    approximation by tanh that some libraries compute.

    References
    ----------
    D. Hendrycks, K. Gimpel, "Gaussian error linear units (GELUs)" (2016),
    arXiv:1606.08415, section 2.

    Examples
    --------
    >>> from nnmath import gelu
    >>> gelu([0.0, 1.0]).round(6).tolist()
    [0.0, 0.841345]
    """
    xp, z = floating_arrays(z=z)
    # Minus infinity times zero would be NaN; the limit is 0.
    bounded = select(xp, z < -_NORMAL_LAST, -_NORMAL_LAST, z)
    return bounded * _normal_cdf(bounded)


def gelu_prime(z: Array) -> Array:
    r"""Return the derivative of `gelu` at every entry.

    Parameters
    ----------
    z : array
        Weighted input (not the activation), any shape, real floating dtype.

    Returns
    -------
    array
        Values from about -0.13 to 1.13, with the shape and dtype of ``z``.

    Raises
    ------
    TypeError
        If ``z`` doesn't hold real floating-point numbers.

    Notes
    -----
    .. formula:: \operatorname{GELU}'(z) = \Phi(z) + z \, \varphi(z)
        :restates: gelu-prime

    with the density of the standard normal

    .. formula:: \varphi(z) = \frac{e^{-z^2 / 2}}{\sqrt{2 \pi}}
        :scope: one_number
        :code: none

    Examples
    --------
    >>> from nnmath import gelu_prime
    >>> float(gelu_prime(0.0))
    0.5
    """
    xp, z = floating_arrays(z=z)
    bounded = select(xp, z < -_NORMAL_LAST, -_NORMAL_LAST, z)
    bounded = select(xp, bounded > _NORMAL_LAST, _NORMAL_LAST, bounded)
    density = xp.exp(-0.5 * bounded * bounded) / math.sqrt(2.0 * math.pi)
    return _normal_cdf(bounded) + bounded * density


def _normal_cdf(z: Array) -> Array:
    """Return the distribution function of the standard normal."""
    return 0.5 * erfc(z * (-1.0 / math.sqrt(2.0)))
