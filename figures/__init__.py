"""The book's figures, drawn by Matplotlib.

They belong to the book, not to the package, which needs no Matplotlib; that is imported when
the first figure is drawn. Every function returns a Matplotlib figure that a notebook displays,
that `savefig` saves, and that has a `title` and a `description` in words. No state of pyplot is
touched.

Nothing is filled with white: on a transparent background the figures can be
read on light and dark pages alike. Blue means positive, right or training,
orange negative, wrong or validation.
"""

from figures.block import draw_block
from figures.chain import draw_chain
from figures.curves import plot_functions, plot_history
from figures.histograms import plot_tails
from figures.images import show_digits, show_pixels, show_weights
from figures.lookup import draw_lookup
from figures.measurements import plot_effects, plot_measurements
from figures.network import draw_network
from figures.paths import draw_paths
from figures.plane import draw_directions, draw_map, draw_projections
from figures.stages import draw_stages
from figures.tables import (
    confusion_matrix,
    draw_attention,
    draw_matrix,
    plot_confusion,
)

__all__ = [
    "confusion_matrix",
    "draw_attention",
    "draw_block",
    "draw_chain",
    "draw_directions",
    "draw_lookup",
    "draw_map",
    "draw_matrix",
    "draw_network",
    "draw_paths",
    "draw_projections",
    "draw_stages",
    "plot_confusion",
    "plot_effects",
    "plot_functions",
    "plot_history",
    "plot_measurements",
    "plot_tails",
    "show_digits",
    "show_pixels",
    "show_weights",
]
