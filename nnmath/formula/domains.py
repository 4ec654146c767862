"""Where the values of a symbol can come from, by the names that declarations give them."""

import re

__all__ = ["DOMAINS", "SIZED_DOMAIN"]

DOMAINS = {  # for a reader: of one number, of an array
    "real": ("a real number", "real numbers"),
    "positive": ("a positive number", "positive numbers"),
    "unit interval": ("between 0 and 1", "between 0 and 1"),
    "small": ("a number near 0", "numbers near 0"),
    "sign": ("$-1$ or 1", "$-1$ or 1"),
    "bit": ("0 or 1", "0 or 1"),
    "distribution": ("positive, with sum 1", "positive, with sum 1"),
    "one-hot": ("one 1 among zeros", "one 1 among zeros"),
    "mask": ("0 or 1", "0 or 1"),
    "size": ("a whole number", "whole numbers"),
    "at most": ("a whole number", "whole numbers"),
    "symmetric": ("symmetric", "symmetric"),
    "positive definite": ("positive definite", "positive definite"),
    "diagonal": ("diagonal, positive", "diagonal, positive"),
    "orthogonal": ("orthogonal", "orthogonal"),
    "contraction": ("its powers shrink", "its powers shrink"),
    "identity": ("the identity matrix", "the identity matrix"),
    "ones": ("1", "ones"),
    "zeros": ("0", "zeros"),
    "event": ("happens or not", "happen or not"),
    "expectation": ("a mean", "a mean"),
    "variance": ("a variance", "a variance"),
    "covariance": ("a covariance", "a covariance"),
    "standard deviation": ("a standard deviation", "a standard deviation"),
    "entropy": ("an entropy", "an entropy"),
    "mutual information": ("a mutual information", "a mutual information"),
    "divergence": ("a divergence", "a divergence"),
    "cross entropy": ("a cross entropy", "a cross entropy"),
    "printed": ("", ""),  # what its printed definition says
}
SIZED_DOMAIN = re.compile(
    r"^(set of|integers|values|law of|at most|expectation over|variance over|distributed"
    r"|entropy|mutual information|divergence|cross entropy)\s+(.+)$"
)
