"""The mathematics of neural networks, each formula beside its derivative."""

__version__ = "0.1.0"
