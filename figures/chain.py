"""The network with one neuron in each layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from figures._arguments import checked_texts
from nnmath._checks import check_flag, check_integer, check_text

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
        The text in each neuron. The default is :math:`a_0, a_1` and so on.
    weights : list of str, optional
        The text at each line, one less than neurons. The default is
        :math:`w_0, w_1` and so on.
    biases : list of str, optional
        The text at the arrow into each neuron but the first. The default is
        :math:`b_1, b_2` and so on.
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
        If `n_layers` isn't a whole number, a text isn't one, or `backward` isn't
        True or False.
    ValueError
        If there are too few layers, or as many texts as don't fit.

    Examples
    --------
    >>> from figures import draw_chain
    >>> draw_chain(3).title
    'Network with one neuron in each of 3 layers'
    """
    from figures._canvas import drawing_axes, new_figure

    n = check_integer("n_layers", n_layers, at_least=2)
    in_neurons = _letters("activations", activations, "a", 0, n)
    at_lines = _letters("weights", weights, "w", 0, n - 1)
    at_arrows = _letters("biases", biases, "b", 1, n - 1)
    target, cost = check_text("target", target), check_text("cost", cost)
    backward = check_flag("backward", backward)
    gap = min(_GAP, (_MAX_WIDTH - 2 * _MARGIN) / n)
    radius = min(_RADIUS, 0.28 * gap)
    width, top = 2 * _MARGIN + gap * n, 0.75 if backward else 0.15
    height = top + 2 * radius + 0.8
    description = (
        f"{n} neurons in a row, one in each layer, joined by lines with a weight each. "
        "An arrow with a bias leads into every neuron but the first. "
        "The last activation and the expected value lead to the cost."
    )
    if backward:
        description += " Arrows back from the cost carry its derivative by each activation."
    figure = new_figure(
        width, height, f"Network with one neuron in each of {n} layers", description
    )
    axes = drawing_axes(figure, width, height)
    place = _Place(top + radius, gap, radius, _SIZE * radius / _RADIUS)
    for layer in range(n + 1):
        x = _MARGIN + layer * gap
        _draw_node(axes, place, x, cost if layer == n else in_neurons[layer], square=layer == n)
        if layer > 0:
            below = target if layer == n else at_arrows[layer - 1]
            _draw_ways_in(axes, place, x, below, "" if layer == n else at_lines[layer - 1])
        if backward and layer > 0:
            _draw_way_back(axes, place, x, in_neurons[layer - 1], cost)
    return figure


class _Place(NamedTuple):
    """Where the row of neurons is, and how large things are in it."""

    y: float
    gap: float
    radius: float
    size: float  # of the letters, in points


def _letters(name: str, given: object, letter: str, first: int, n: int) -> list[str]:
    """Return the texts, or a letter with the numbers of the layers."""
    default = (f"${letter}_{{{layer}}}$" for layer in range(first, first + n))
    return checked_texts(name, given, n, default, strict=True)


def _draw_node(axes: Axes, place: _Place, x: float, text: str, *, square: bool) -> None:
    """Draw a neuron as a circle, or the cost as a square."""
    from matplotlib.patches import Circle, Rectangle

    from figures._canvas import ink, write

    side, y = 2 * place.radius, place.y
    style: dict[str, Any] = {"fill": False, "edgecolor": ink(), "linewidth": 1.3}
    if square:
        axes.add_patch(Rectangle((x - side / 2, y - side / 2), side, side, **style))
    else:
        axes.add_patch(Circle((x, y), place.radius, **style))
    write(axes, x, y, text, place.size)


def _draw_ways_in(axes: Axes, place: _Place, x: float, below: str, on_line: str) -> None:
    """Draw the arrows into a node: from the node before and from below."""
    from figures._canvas import arrow, ink, write

    rim = place.radius + 0.03
    arrow(axes, (x - place.gap + place.radius, place.y), (x - rim, place.y), ink(), 1.0)
    arrow(axes, (x, place.y + rim + 0.42), (x, place.y + rim), ink(), 1.0)
    write(axes, x, place.y + rim + 0.55, below, place.size)
    write(axes, x - place.gap / 2, place.y - 0.15, on_line, place.size)


def _draw_way_back(axes: Axes, place: _Place, x: float, by: str, cost: str) -> None:
    """Draw the derivative's way back from a node to the one before it."""
    from figures._canvas import ORANGE, arrow, write

    y, inset = place.y - place.radius - 0.05, 0.08 * place.gap
    arrow(axes, (x - inset, y), (x - place.gap + inset, y), ORANGE, 1.2, "arc3,rad=0.32")
    derivative = rf"$\partial {cost.strip('$')}/\partial {by.strip('$')}$"
    write(axes, x - place.gap / 2, y - 0.18 - 0.15 * place.gap, derivative, place.size)
