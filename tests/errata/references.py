"""What some of the printed formulas claim to compute, worked out in another way."""

import math
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


def triangle_density(y: Any, low: Any, high: Any) -> Any:
    """Let a straight line fall from 2 / width at the middle, to zero where the distance is half the width."""
    width, away = high - low, abs(y - (low + high) / 2)
    return 2 / width - 4 * away / width**2


def poisson_cdf(k: Any, m: Any) -> float:
    """Add up the chances of 0 to k events, each from the one before it."""
    chance, total = float(np.exp(-m)), 0.0
    for j in range(int(np.floor(k)) + 1):
        total += chance
        chance *= m / (j + 1)
    return total


def zero_inflated_poisson(x: Any, rate: Any, zero: Any) -> float:
    """Mix a certain zero with a Poisson count."""
    count = poisson_cdf(x, rate) - (poisson_cdf(x - 1, rate) if x > 0 else 0.0)
    return float(zero * (x == 0) + (1 - zero) * count)


def truncated_poisson(k: Any, rate: Any) -> float:
    """Divide the chance of a count by that of not being zero."""
    return (poisson_cdf(k, rate) - poisson_cdf(k - 1, rate)) / (1 - poisson_cdf(0, rate))


def anderson_hsiao(y: Any) -> float:
    """Regress the first unit's differences on their lag, with the level before as instrument."""
    step = np.diff(np.asarray(y)[0])
    level = np.asarray(y)[0][:-2]
    return float((level * step[1:]).sum() / (level * step[:-1]).sum())


def f_beta(precision: Any, recall: Any, beta: Any) -> Any:
    """Take the weighted harmonic mean, with beta squared times the weight on recall."""
    return (1 + beta**2) / (1 / precision + beta**2 / recall)


def second_moment(previous: Any, rate: Any, gradient: Any) -> Any:
    """Average the square in."""
    return previous + (1 - rate) * (gradient**2 - previous)


def adadelta_steps(rate: Any, previous: Any, decay: Any, gradient: Any) -> Any:
    """Average the square of the step in."""
    return previous + (1 - decay) * ((rate * gradient) ** 2 - previous)


def rotation_x(angle: Any) -> Any:
    """Turn the second and third axis."""
    turned = np.eye(3)
    turned[1:, 1:] = np.cos(angle) * np.eye(2) + np.sin(angle) * np.array([[0, -1], [1, 0]])
    return turned


def convolution_size(size: Any, pad: Any, kernel: Any, stride: Any) -> Any:
    """Count the places where the kernel fits."""
    return (size + 2 * pad - kernel) / stride + 1


def transfer_function(numerator: Any, denominator: Any, s: Any) -> Any:
    """Evaluate a ratio of polynomials whose highest power comes first."""
    return np.polyval(numerator, s) / np.polyval(denominator, s)


def gaussian_posterior(prior: Any, between: Any, seen: Any, deviation: Any) -> Any:
    """Condition a normal law on noisy observations, by inverting the precision of all of it."""
    joint = np.block([[seen + deviation**2 * np.eye(len(seen)), between], [between.T, prior]])
    precision = np.linalg.inv(joint)[len(seen) :, len(seen) :]
    return np.linalg.inv(precision)


def student_density(x: Any, freedom: Any) -> Any:
    """Return the density of Student's law, through logarithms."""
    half = (freedom + 1) / 2
    scale = math.lgamma(half) - math.lgamma(freedom / 2) - 0.5 * math.log(math.pi * freedom)
    return np.exp(scale - half * np.log1p(x**2 / freedom))


def smooth_l1(x: Any, y: Any, beta: Any) -> Any:
    """Square what is small, and take the rest as it is."""
    away = abs(x - y)
    return 0.5 * away**2 / beta if away < beta else away - 0.5 * beta


def matern12(x: Any, y: Any, sigma: Any, ell: Any) -> Any:
    """Return the Matern kernel of order 1/2."""
    return sigma**2 * np.exp(-abs(x - y) / ell)


def dice(tp: Any, fp: Any, fn: Any, beta: Any) -> Any:
    """Weigh precision and recall."""
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


def normalise(x: Any, epsilon: Any) -> Any:
    """Shift and stretch to mean 0 and variance 1."""
    return (x - np.mean(x)) / np.sqrt(np.var(x) + epsilon)


def cross_entropy_of_class(y: Any, t: Any) -> Any:
    """Return minus the logarithm of the probability of the target's class."""
    return -np.log(y[np.argmax(t)])
