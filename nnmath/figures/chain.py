"""The network with one neuron in each layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nnmath._checks import check_integer, wrong_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_chain"]

# Lengths in inches; a sixth layer makes the gaps narrower.
_RADIUS = 0.27
_GAP = 1.6
_MARGIN = 0.5
_MAX_WIDTH = 7.0
_SIZE = 13  # of the letters, in points


def draw_chain(
    n_layers: int = 3,
    *,
    activations: Sequence[str] | None = None,
    weights: Sequence[str] | None = None,
    biases: Sequence[str] | None = None,
    target: str = "$y$",
    cost: str = "$C$",
    backward: bool = False,
) -> Figure:
    r"""Draw the network with one neuron in each layer, and the cost at its end.

    Parameters
    ----------
    n_layers : int
        The number of neurons, the input among them; at least 2.
    activations : list of str, optional
        The text in each neuron. The default is :math:`a_0, a_1, \dots`
    weights : list of str, optional
        The text at each line, one less than neurons. The default is
        :math:`w_0, w_1, \dots`
    biases : list of str, optional
        The text at the arrow into each neuron but the first. The default is
        :math:`b_1, b_2, \dots`
    target, cost : str
        The texts of the expected value and of the cost.
    backward : bool
        Whether to draw how the derivatives of the cost travel back, from
        activation to activation.

    Returns
    -------
    matplotlib.figure.Figure
        With the attributes `title` and `description`, in words for those who
        can't see it.

    Raises
    ------
    TypeError
        If `n_layers` isn't a whole number.
    ValueError
        If there are too few layers, or as many texts as don't fit.

    Examples
    --------
    >>> from nnmath import draw_chain
    >>> draw_chain(3).title
    'Network with one neuron in each of 3 layers'
    """
    from nnmath.figures._canvas import drawing_axes, new_figure, write

    n = check_integer("n_layers", n_layers, at_least=2)
    in_neurons = _checked("activations", activations, [f"$a_{{{layer}}}$" for layer in range(n)])
    at_lines = _checked("weights", weights, [f"$w_{{{layer}}}$" for layer in range(n - 1)])
    at_arrows = _checked("biases", biases, [f"$b_{{{layer}}}$" for layer in range(1, n)])
    gap = min(_GAP, (_MAX_WIDTH - 2 * _MARGIN) / n)
    width, top = 2 * _MARGIN + gap * n, 0.75 if backward else 0.15
    height = top + 2 * _RADIUS + 0.8
    description = (
        f"{n} neurons in a row, one in each layer, joined by lines with a weight each. "
        "An arrow with a bias leads into every neuron but the first. "
        "The last activation and the expected value lead to the cost."
    )
    if backward:
        description += " Arrows back from the cost carry its derivative by each activation."
    figure = new_figure(width, height, f"Network with one neuron in each of {n} layers", description)
    axes = drawing_axes(figure, width, height)
    y = top + _RADIUS
    for layer in range(n + 1):
        x = _MARGIN + layer * gap
        _draw_node(axes, x, y, cost if layer == n else in_neurons[layer], square=layer == n)
        if layer == 0:
            continue
        _draw_arrow(axes, (x - gap + _RADIUS, y), (x - _RADIUS - 0.03, y))
        _draw_arrow(axes, (x, y + _RADIUS + 0.45), (x, y + _RADIUS + 0.03))
        write(axes, x, y + _RADIUS + 0.58, target if layer == n else at_arrows[layer - 1], _SIZE)
        if layer < n:
            write(axes, x - gap / 2, y - 0.15, at_lines[layer - 1], _SIZE)
        if backward:
            _draw_return(axes, x, gap, y, in_neurons[layer - 1], cost)
    return figure


def _checked(name: str, given: Sequence[str] | None, default: list[str]) -> list[str]:
    """Return the texts, or the default if there are none."""
    if given is None:
        return default
    if isinstance(given, str) or len(given) != len(default):
        raise wrong_value(name, f"{len(default)} texts", repr(given) if isinstance(given, str) else f"{len(given)}")
    return list(given)


def _draw_node(axes: Axes, x: float, y: float, text: str, *, square: bool) -> None:
    """Draw a neuron as a circle, or the cost as a square."""
    from matplotlib.patches import Circle, Rectangle

    from nnmath.figures._canvas import ink, write

    if square:
        corner = (x - _RADIUS, y - _RADIUS)
        axes.add_patch(
            Rectangle(corner, 2 * _RADIUS, 2 * _RADIUS, fill=False, edgecolor=ink(), linewidth=1.3, joinstyle="round")
        )
    else:
        axes.add_patch(Circle((x, y), _RADIUS, fill=False, edgecolor=ink(), linewidth=1.3))
    write(axes, x, y, text, _SIZE)


def _draw_arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a straight arrow."""
    from nnmath.figures._canvas import ink

    arrow = {"arrowstyle": "-|>", "color": ink(), "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 9}
    axes.annotate("", end, start, arrowprops=arrow)


def _draw_return(axes: Axes, x: float, gap: float, y: float, by: str, cost: str) -> None:
    """Draw the derivative's way back from a node to the one before it."""
    from nnmath.figures._canvas import ORANGE, write

    arrow = {
        "arrowstyle": "-|>",
        "color": ORANGE,
        "linewidth": 1.2,
        "shrinkA": 0,
        "shrinkB": 0,
        "mutation_scale": 10,
        "connectionstyle": "arc3,rad=0.32",
    }
    height = y - _RADIUS - 0.05
    axes.annotate("", (x - gap + 0.12, height), (x - 0.12, height), arrowprops=arrow)
    derivative = rf"$\partial {cost.strip('$')}/\partial {by.strip('$')}$"
    write(axes, x - gap / 2, height - 0.42, derivative, _SIZE)
