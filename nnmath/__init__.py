"""The mathematics of neural networks, each formula beside its derivative.

Everything public can be imported from here, except `nnmath.figures`, which needs
Matplotlib, and `nnmath.formula`, which stands on its own.
"""

from nnmath.activations import (
    ACTIVATIONS,
    Activation,
    gelu,
    gelu_prime,
    get_activation,
    identity,
    identity_prime,
    log_softmax,
    log_softmax_backward,
    relu,
    relu_prime,
    sigmoid,
    sigmoid_prime,
    softmax,
    softmax_backward,
    tanh,
    tanh_prime,
)
from nnmath.attention import AttentionGradients, attention, attention_backward, attention_weights
from nnmath.backprop import Gradients, backpropagate
from nnmath.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from nnmath.costs import (
    COSTS,
    Cost,
    accuracy,
    get_cost,
    mean_squared_error,
    mean_squared_error_backward,
    one_hot,
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_backward,
    softmax_cross_entropy,
    softmax_cross_entropy_backward,
    squared_error,
    squared_error_backward,
)
from nnmath.datasets import ImageSet, load_digits, load_mnist
from nnmath.directions import (
    coherence_bound,
    guaranteed_directions,
    mutual_coherence,
    welch_bound,
)
from nnmath.layers import (
    LayerGradients,
    LayerOutput,
    LinearGradients,
    layer_backward,
    layer_forward,
    linear,
    linear_backward,
)
from nnmath.memories import ablate, rank_one_edit
from nnmath.network import ForwardPass, Network, feed_forward
from nnmath.optimizers import Adam, GradientDescent, Momentum, Optimizer
from nnmath.superposition import (
    TiedGradients,
    feature_dimensionality,
    tied_autoencoder,
    tied_autoencoder_backward,
)
from nnmath.testing import assert_gradient, numerical_gradient
from nnmath.training import Evaluation, History, evaluate, train

__version__ = "0.1.0"

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "Activation",
    "Adam",
    "AttentionGradients",
    "Checkpoint",
    "Cost",
    "Evaluation",
    "ForwardPass",
    "GradientDescent",
    "Gradients",
    "History",
    "ImageSet",
    "LayerGradients",
    "LayerOutput",
    "LinearGradients",
    "Momentum",
    "Network",
    "Optimizer",
    "TiedGradients",
    "__version__",
    "ablate",
    "accuracy",
    "assert_gradient",
    "attention",
    "attention_backward",
    "attention_weights",
    "backpropagate",
    "coherence_bound",
    "evaluate",
    "feature_dimensionality",
    "feed_forward",
    "gelu",
    "gelu_prime",
    "get_activation",
    "get_cost",
    "guaranteed_directions",
    "identity",
    "identity_prime",
    "layer_backward",
    "layer_forward",
    "linear",
    "linear_backward",
    "load_checkpoint",
    "load_digits",
    "load_mnist",
    "log_softmax",
    "log_softmax_backward",
    "mean_squared_error",
    "mean_squared_error_backward",
    "mutual_coherence",
    "numerical_gradient",
    "one_hot",
    "rank_one_edit",
    "relu",
    "relu_prime",
    "save_checkpoint",
    "sigmoid",
    "sigmoid_cross_entropy",
    "sigmoid_cross_entropy_backward",
    "sigmoid_prime",
    "softmax",
    "softmax_backward",
    "softmax_cross_entropy",
    "softmax_cross_entropy_backward",
    "squared_error",
    "squared_error_backward",
    "tanh",
    "tanh_prime",
    "tied_autoencoder",
    "tied_autoencoder_backward",
    "train",
    "welch_bound",
]
