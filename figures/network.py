"""Networks as circles and lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from figures._arguments import checked_pair, checked_texts, finite_array
from nnmath._checks import (
    check_flag,
    check_integer,
    check_text,
    items_of,
    wrong_value,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_network"]

#: As many lines between two layers can have their weights written on them.
_MOST_NUMBERS = 12


def draw_network(
    sizes: Sequence[int],
    *,
    labels: str | Sequence[Sequence[str]] | None = None,
    values: Sequence[object] | None = None,
    weights: Sequence[object] | None = None,
    biases: Sequence[object] | None = None,
    numbers: bool | None = None,
    highlight: tuple[int, int] | None = None,
    layer_names: Sequence[str] | None = None,
    max_neurons: int = 8,
) -> Figure:
    r"""Draw a layered network: neurons as circles, weights as lines.

    Parameters
    ----------
    sizes : sequence of int
        The number of neurons in each layer, the input first; at least two layers.
    labels : str or list of lists of str, optional
        The text in each neuron, layer by layer. ``$...$`` is set as a formula.
        One letter such as ``"a"`` stands for :math:`a_l^i` with every neuron's
        own layer and number.
    values : list of arrays, optional
        A number for each neuron, layer l of shape (n_l,), or None for a layer
        without. The larger, the fuller the circle: blue if positive, orange if
        negative. It is written in the circle, or above it if there are labels.
    weights : list of arrays, optional
        A matrix for each two neighbouring layers, of shape (n_l, n_{l-1}) as in
        `Network.weights`. The larger a weight, the thicker its line: blue if
        positive, orange if negative.
    biases : list of arrays, optional
        The biases of the layers after the input, of shape (n_l,) as in
        `Network.biases`. They are written below the neurons.
    numbers : bool, optional
        Whether to write the weights on their lines. The default is to do so
        while no two layers have more than 12 lines between them.
    highlight : tuple of two int, optional
        Layer and neuron, both counted from 0, whose incoming lines stand out.
    layer_names : list of str, optional
        A heading for each layer.
    max_neurons : int
        Layers of more neurons are abridged: the first and the last are shown,
        dots stand for the others, and the number is written below. At least 3.

    Returns
    -------
    matplotlib.figure.Figure
        With the attributes `title` and `description`, in words for those who
        can't see it.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If the sizes don't fit together.

    Examples
    --------
    >>> from figures import draw_network
    >>> figure = draw_network([4, 5, 5, 2], layer_names=["input", "hidden", "hidden", "output"])
    >>> print(figure.description)
    A network of 4 layers with 4, 5, 5 and 2 neurons.
    Lines lead from each neuron to every neuron of the next layer.
    """
    from figures._network import Content, draw

    n = _checked_sizes(sizes)
    after_input = [(size,) for size in n[1:]]
    pairs = [(size, before) for before, size in pairwise(n)]
    few = all(a * b <= _MOST_NUMBERS for a, b in pairs)
    written = few if numbers is None else check_flag("numbers", numbers)
    content = Content(
        sizes=n,
        limit=check_integer("max_neurons", max_neurons, at_least=3),
        texts=_texts(labels, n),
        values=_arrays("values", values, [(size,) for size in n], gaps=True),
        weights=_arrays("weights", weights, pairs),
        biases=_arrays("biases", biases, after_input),
        numbers=written and weights is not None,
        highlight=_checked_highlight(highlight, n),
        names=checked_texts("layer_names", layer_names, len(n), strict=True),
    )
    return draw(content, "Network " + "-".join(map(str, n)), _description(content))


def _checked_sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    """Return the sizes if they are two or more whole numbers of at least 1."""
    given = items_of("sizes", sizes, "a list of the layers' sizes")
    checked = tuple(
        check_integer(f"sizes[{layer}]", n, at_least=1) for layer, n in enumerate(given)
    )
    if len(checked) < 2:
        raise wrong_value("sizes", "at least two layers", f"{len(checked)}")
    return checked


def _checked_highlight(
    highlight: tuple[int, int] | None, sizes: tuple[int, ...]
) -> tuple[int, int] | None:
    """Return the layer and neuron, or refuse one that no line leads to."""
    if highlight is None:
        return None
    highlight = checked_pair("highlight", highlight, "a layer and a neuron")
    layer = check_integer("highlight[0]", highlight[0], at_least=1)
    if layer >= len(sizes):
        raise wrong_value("highlight[0]", f"a layer from 1 to {len(sizes) - 1}", f"{layer}")
    neuron = check_integer("highlight[1]", highlight[1], at_least=0)
    if neuron >= sizes[layer]:
        raise wrong_value(
            "highlight[1]", f"a neuron from 0 to {sizes[layer] - 1} of layer {layer}", f"{neuron}"
        )
    return layer, neuron


def _texts(
    labels: str | Sequence[Sequence[str]] | None, sizes: tuple[int, ...]
) -> list[list[str]] | None:
    """Return the text of each neuron, layer by layer."""
    if labels is None:
        return None
    if isinstance(labels, str):
        return [
            [f"${labels}_{{{layer}}}^{{{i}}}$" for i in range(1, n + 1)]
            for layer, n in enumerate(sizes)
        ]
    expected = f"as many texts in each layer as neurons, {list(sizes)}"
    texts = [
        items_of(f"labels[{layer}]", inside, "a list of texts")
        for layer, inside in enumerate(items_of("labels", labels, expected))
    ]
    received = [len(layer) for layer in texts]
    if received != list(sizes):
        raise wrong_value("labels", expected, f"{received}")
    return [
        [check_text(f"labels[{k}][{i}]", text) for i, text in enumerate(layer)]
        for k, layer in enumerate(texts)
    ]


def _arrays(
    name: str,
    given: Sequence[object] | None,
    shapes: Sequence[tuple[int, ...]],
    *,
    gaps: bool = False,
) -> Any:
    """Return the arrays if there is one of each shape, or None where there may be gaps."""
    if given is None:
        return None
    items = items_of(name, given, f"a list of {len(shapes)} arrays")
    if len(items) != len(shapes):
        raise wrong_value(name, f"{len(shapes)} arrays", f"{len(items)}")
    checked: list[Any] = []
    for index, (item, shape) in enumerate(zip(items, shapes, strict=True)):
        if item is None and gaps:
            checked.append(None)
            continue
        expected = f"shape {shape} (as the sizes say)"
        checked.append(finite_array(f"{name}[{index}]", item, expected, shape.__eq__))
    return checked


def _description(content: Any) -> str:
    """Say in words what the figure shows."""
    *first, last = content.sizes
    counts = f"{', '.join(map(str, first))} and {last}"
    words = f"A network of {len(content.sizes)} layers with {counts} neurons."
    words += " Lines lead from each neuron to every neuron of the next layer."
    if content.weights is not None:
        words += " Blue lines are positive weights, orange ones negative; the thicker, the larger."
    if content.highlight is not None:
        layer, neuron = content.highlight
        words += f" The lines that lead to neuron {neuron + 1} of layer {layer} stand out."
    return words
