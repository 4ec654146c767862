"""What tests ask of a finished figure."""

from __future__ import annotations

from typing import Any

from matplotlib.collections import LineCollection
from matplotlib.figure import Figure


def patches(figure: Figure, kind: type) -> list[Any]:
    """Return the patches that are exactly of a kind."""
    return [patch for axes in figure.axes for patch in axes.patches if type(patch) is kind]


def texts(figure: Figure) -> list[str]:
    """Return what is written in the panels, in the order of drawing."""
    return [text.get_text() for axes in figure.axes for text in axes.texts if text.get_text()]


def bundles(figure: Figure) -> list[LineCollection]:
    """Return the bundles of lines, in the order of drawing."""
    found = [thing for axes in figure.axes for thing in axes.collections]
    return [thing for thing in found if isinstance(thing, LineCollection)]
