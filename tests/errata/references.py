"""What some of the printed formulas claim to compute, worked out in another way."""

from typing import Any

import numpy as np


def adam_direction(rate: Any, first: Any, second: Any, epsilon: Any) -> Any:
    """Divide the mean gradient by the root of the mean square, then add the small number."""
    return rate * first / (np.sqrt(second) + epsilon)


def adam_step(weight: Any, rate: Any, first: Any, second: Any, epsilon: Any) -> Any:
    """Take one step of Adam."""
    return weight - adam_direction(rate, first, second, epsilon)


def kl_normal(mean: Any, covariance: Any, other_mean: Any, other_covariance: Any) -> float:
    """Take the expectation of the log ratio of two normal densities.

    The log ratio is quadratic, so the mean over 2 D points at the right distance is exact.
    """
    mean, other_mean = np.atleast_1d(mean), np.atleast_1d(other_mean)
    covariance, other_covariance = np.atleast_2d(covariance), np.atleast_2d(other_covariance)
    root = np.linalg.cholesky(covariance) * np.sqrt(len(mean))
    points = np.concatenate([mean + root.T, mean - root.T])

    def log_density(x: Any, centre: Any, spread: Any) -> Any:
        away = x - centre
        distance = np.einsum("ni,ij,nj->n", away, np.linalg.inv(spread), away)
        return -0.5 * (distance + np.linalg.slogdet(2 * np.pi * spread)[1])

    ratio = log_density(points, mean, covariance) - log_density(
        points, other_mean, other_covariance
    )
    return float(ratio.mean())


def regions(hyperplanes: int, dimension: int) -> int:
    """Count the regions that hyperplanes in general position cut space into, one hyperplane at a time."""
    if hyperplanes == 0 or dimension == 0:
        return 1
    return regions(hyperplanes - 1, dimension) + regions(hyperplanes - 1, dimension - 1)


def mixture_variance(weights: Any, deviations: Any, means: Any) -> float:
    """Add up second moments of a mixture and take off the square of its mean."""
    second = weights @ (means.shape[1] * deviations**2 + (means**2).sum(axis=1))
    return float(second - ((weights @ means) ** 2).sum())


def covariance_of_sum(design: Any, precision: Any, noise_precision: Any) -> Any:
    """Propagate the standard deviations of independent parts through a linear map."""
    spread = design / np.sqrt(np.diag(precision))
    return spread @ spread.T + np.diag(1 / np.diag(noise_precision))


def perceptron(activation: Any, w: Any, x: Any, b: Any) -> Any:
    """Apply the activation to the whole weighted input."""
    return activation(w @ x + b)


def least_squares(X: Any, y: Any) -> Any:
    """Solve a least squares problem without its normal equation."""
    return np.linalg.lstsq(X, y, rcond=None)[0]


def cross_entropy(logits: Any, labels: Any) -> Any:
    """Add up labels times minus the logarithms of a softmax, row by row."""
    logs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    return -(labels * logs).sum(axis=-1)


def transition_kernel(beta: Any, kappa: Any, P: Any, Q: Any, R: Any) -> Any:
    """Multiply the chances of three moves that are independent."""
    return beta * np.einsum("ijk,ia,jb,kc->ijkabc", kappa, P, Q, R)


def normal_density(x: Any, mean: Any, deviation: Any) -> Any:
    """Return the density of a normal law."""
    return np.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * np.sqrt(2 * np.pi))


def correlation(x: Any, y: Any) -> float:
    """Return Pearson's correlation."""
    return float(np.corrcoef(np.ravel(x), np.ravel(y))[0, 1])
