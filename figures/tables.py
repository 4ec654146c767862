"""Matrices as shaded tables: attention weights, and which digit was taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from figures._arguments import checked_pair, checked_texts, finite_array, numbers_from
from nnmath._checks import (
    check_distribution,
    check_flag,
    check_integer,
    check_same_shape,
    check_text,
    integer_array,
    wrong_value,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["confusion_matrix", "draw_attention", "draw_matrix", "plot_confusion"]

# Inches.
_CELL = 0.46
_STRONGEST = 0.6  # opacity: text on it can still be read
_WIDEST = 6.0
_READABLE = 0.33  # a cell that has room for a number


def draw_attention(
    weights: object, queries: Sequence[object] | None = None, keys: Sequence[object] | None = None
) -> Figure:
    """Draw attention weights as a table: how much each query attends to each key.

    Parameters
    ----------
    weights : array, shape (n_queries, n_keys)
        Numbers from 0 to 1; each row adds up to 1, as from `attention_weights`.
    queries, keys : list, optional
        The texts at the rows and at the columns. The default is to number them.

    Returns
    -------
    matplotlib.figure.Figure
        With the attributes `title` and `description`, in words for those who
        can't see it.

    Raises
    ------
    TypeError
        If the weights aren't floating-point numbers.
    ValueError
        If they aren't a matrix whose rows add up to 1, or the texts don't fit.

    Examples
    --------
    >>> from figures import draw_attention
    >>> figure = draw_attention([[0.7, 0.2, 0.1], [0.0, 0.5, 0.5]], keys=["the", "red", "hat"])
    >>> print(figure.description)
    Attention weights.
    Query 1: the 0.70, red 0.20, hat 0.10.
    Query 2: the 0.00, red 0.50, hat 0.50.
    """
    from figures._canvas import BLUE

    array = _matrix("weights", weights, "n_queries, n_keys")
    check_distribution("weights", array)
    down, across = array.shape
    rows = checked_texts("queries", queries, down, numbers_from(1, down, "query "))
    columns = checked_texts("keys", keys, across, numbers_from(1, across, "key "))
    cells = [[f"{weight:.2f}" for weight in row] for row in array]
    lines = [", ".join(map(" ".join, zip(columns, row, strict=True))) for row in cells]
    words = " ".join(
        f"{row[:1].upper()}{row[1:]}: {line}." for row, line in zip(rows, lines, strict=True)
    )
    figure, axes = _table(rows, columns, "Attention weights", f"Attention weights. {words}")
    _shade(axes, array, BLUE, "tiles")
    _write_cells(axes, cells, 10.5)
    return figure


def draw_matrix(
    values: object,
    rows: Sequence[object] | None = None,
    columns: Sequence[object] | None = None,
    *,
    axis_names: tuple[str, str] = ("", ""),
    numbers: bool | None = None,
) -> Figure:
    """Draw a matrix as a table: blue cells are positive, orange ones negative.

    Parameters
    ----------
    values : array, shape (n_rows, n_columns)
        Finite numbers. The largest in size has the strongest colour.
    rows, columns : list, optional
        The texts at the rows and at the columns. The default is to number them.
    axis_names : tuple of two str
        What the rows and what the columns are.
    numbers : bool, optional
        Whether to write the numbers into the cells. The default is to do so where
        the cells are large enough.

    Returns
    -------
    matplotlib.figure.Figure
        With the attributes `title` and `description`, in words for those who
        can't see it.

    Raises
    ------
    TypeError
        If the values aren't floating-point numbers, or another argument has the wrong
        type.
    ValueError
        If they aren't a matrix of finite numbers, or the texts don't fit.

    Examples
    --------
    >>> from figures import draw_matrix
    >>> draw_matrix([[1.0, -0.5], [0.0, 2.0]], rows=["a", "b"]).description
    '2 rows and 2 columns of numbers from −0.5 to 2. The largest in size: row b, column 2.'
    """
    from figures._canvas import BLUE, ORANGE, number

    array = _matrix("values", values, "n_rows, n_columns")
    down, across = array.shape
    left = checked_texts("rows", rows, down, numbers_from(1, down))
    top = checked_texts("columns", columns, across, numbers_from(1, across))
    names = checked_pair("axis_names", axis_names, "two texts")
    names = check_text("axis_names[0]", names[0]), check_text("axis_names[1]", names[1])
    cell = min(_CELL, _WIDEST / across)
    written = cell >= _READABLE if numbers is None else check_flag("numbers", numbers)
    strongest = np.unravel_index(np.argmax(np.abs(array)), array.shape)
    extremes = f"{number(array.min(), '.3g')} to {number(array.max(), '.3g')}"
    words = f"{down} rows and {across} columns of numbers from {extremes}. The largest in size: "
    words += f"row {left[strongest[0]]}, column {top[strongest[1]]}."
    figure, axes = _table(left, top, "A matrix", words, cell, names)
    shares = array / (float(np.abs(array).max()) or 1.0)
    _shade(axes, np.maximum(shares, 0.0), BLUE, "tiles-positive")
    _shade(axes, np.maximum(-shares, 0.0), ORANGE, "tiles-negative")
    if written:
        _write_cells(axes, [[number(value, ".2f") for value in row] for row in array], 10.5)
    return figure


def confusion_matrix(labels: object, predictions: object, n_classes: int) -> NDArray[np.int64]:
    """Count how often each class was taken for each.

    Parameters
    ----------
    labels : array of int, shape (N,)
        The true classes, 0 to ``n_classes - 1``.
    predictions : array of int, shape (N,)
        The answers.
    n_classes : int
        The number of classes, at least 1.

    Returns
    -------
    ndarray of int64, shape (n_classes, n_classes)
        The row is the true class, the column the answer.

    Raises
    ------
    TypeError
        If the classes aren't whole numbers.
    ValueError
        If there aren't as many answers as labels, or a class is out of range.

    Examples
    --------
    >>> from figures import confusion_matrix
    >>> confusion_matrix([0, 0, 1, 2], [0, 1, 1, 2], 3).tolist()
    [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    """
    n = check_integer("n_classes", n_classes, at_least=1)
    true = np.asarray(integer_array("labels", labels))
    answers = np.asarray(integer_array("predictions", predictions))
    if true.ndim != 1:
        raise wrong_value("labels", "shape (N,)", f"shape {true.shape}")
    check_same_shape(labels=true, predictions=answers)
    for name, classes in (("labels", true), ("predictions", answers)):
        if classes.size and (classes.min() < 0 or classes.max() >= n):
            raise wrong_value(
                name,
                f"classes from 0 to {n - 1}",
                f"classes from {classes.min()} to {classes.max()}",
            )
    counts = np.zeros((n, n), dtype=np.int64)
    np.add.at(counts, (true, answers), 1)
    return counts


def plot_confusion(matrix: object, labels: Sequence[object] | None = None) -> Figure:
    """Draw how often each class was taken for each, right answers blue and wrong ones orange.

    Right and wrong answers have a scale each: there are few of the latter, and
    those are what one wants to see.

    Parameters
    ----------
    matrix : array of int, shape (n, n)
        The row is the true class, the column the answer, as from
        `confusion_matrix`.
    labels : list, optional
        The names of the classes. The default is 0, 1, 2 and so on.

    Returns
    -------
    matplotlib.figure.Figure
        With the attributes `title` and `description`, in words for those who
        can't see it.

    Raises
    ------
    TypeError
        If the counts aren't whole numbers.
    ValueError
        If the matrix isn't square, a count is negative, or the names don't fit.

    Examples
    --------
    >>> from figures import confusion_matrix, plot_confusion
    >>> matrix = confusion_matrix([0, 0, 1, 2], [0, 1, 1, 2], 3)
    >>> plot_confusion(matrix).description
    'Confusion matrix of 3 classes: 3 of 4 answers are right. 0 was taken for 1 (1 time).'
    """
    from figures._canvas import BLUE, ORANGE

    counts = np.asarray(integer_array("matrix", matrix))
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise wrong_value("matrix", "shape (n, n), n at least 1", f"shape {counts.shape}")
    if counts.min() < 0:
        raise wrong_value("matrix", "counts of at least 0", f"{counts.min()}")
    n = len(counts)
    names = checked_texts("labels", labels, n, numbers_from(0, n))
    figure, axes = _table(
        names, names, "Confusion matrix", _describe(counts, names), 0.4, ("true class", "answer")
    )
    right = np.diag(np.diag(counts)).astype(float)
    wrong = counts - right
    _shade(axes, right / (right.max() or 1.0), BLUE, "tiles-right")
    _shade(axes, wrong / (wrong.max() or 1.0), ORANGE, "tiles-wrong")
    # Zeros would only hide the few numbers that count.
    _write_cells(axes, [[str(count) if count else "" for count in row] for row in counts], 10.5)
    return figure


def _describe(counts: NDArray[Any], names: list[str]) -> str:
    """Say in words how many answers were right, and what was confused most often."""
    words = f"Confusion matrix of {len(names)} classes: "
    words += f"{np.trace(counts)} of {counts.sum()} answers are right."
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[:3]
    pairs = [(int(k) // len(names), int(k) % len(names)) for k in order]
    times = [(names[i], names[j], int(wrong[i, j])) for i, j in pairs if wrong[i, j]]
    return words + "".join(
        f" {i} was taken for {j} ({k} time{'s' * (k != 1)})." for i, j, k in times
    )


def _matrix(name: str, given: object, axes: str) -> NDArray[Any]:
    """Return a matrix of finite numbers, with at least one of them."""
    shape = f"shape ({axes}) with no zero in it"
    return finite_array(name, given, shape, lambda shape: len(shape) == 2 and 0 not in shape)


def _table(
    rows: list[str],
    columns: list[str],
    title: str,
    description: str,
    cell: float = _CELL,
    axis_names: tuple[str, str] = ("", ""),
) -> tuple[Figure, Axes]:
    """Return a figure with an empty table: cell (row, column) reaches from there to one more."""
    from figures._canvas import grid_lines, new_figure

    wide = min(0.096 * max(map(len, columns)) + 0.12, 1.4)
    # Narrow cells stay narrow where short texts are the numbers of the columns.
    across = max(cell, wide) if max(map(len, columns)) > 2 else cell
    named = 0.32 * any(axis_names)
    left, top = 0.2 + 0.096 * max(map(len, rows)) + named, 0.35 + named
    width, height = left + across * len(columns) + 0.15, top + cell * len(rows) + 0.1
    figure = new_figure(width, height, title, description)
    axes = figure.add_axes(
        (left / width, 0.1 / height, across * len(columns) / width, cell * len(rows) / height)
    )
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(rows), 0)
    axes.patch.set_visible(False)
    axes.spines[:].set_visible(False)
    axes.grid(visible=False)
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns)
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.tick_params(length=0, top=False, labeltop=True, labelbottom=False, labelsize=11)
    axes.set_ylabel(axis_names[0])
    axes.set_xlabel(axis_names[1])
    axes.xaxis.set_label_position("top")
    grid_lines(axes, 0.0, 0.0, 1.0, len(columns), len(rows), alpha=0.25, clip_on=False)
    return figure, axes


def _shade(axes: Axes, shares: NDArray[Any], color: str, name: str) -> None:
    """Shade the cells by numbers from 0 to 1."""
    from figures._canvas import add_tiles

    add_tiles(axes, shares, color=color, strongest=_STRONGEST, name=name)


def _write_cells(axes: Axes, texts: list[list[str]], size: float) -> None:
    """Write a text in each cell that has one."""
    from figures._canvas import write

    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            if text:
                write(axes, column + 0.5, row + 0.5, text, size)
