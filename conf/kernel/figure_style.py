"""How figures look in the book: crisp SVG that reads on light and dark pages.

`install()` is called once in each kernel, before the first cell. From then on a
Matplotlib figure that is a cell's last value becomes one transparent SVG image:

- Text and outlines, the "ink", are `currentColor`. A style sheet inside the file
  sets that to the page's text colour for light, and with `@media
  (prefers-color-scheme: dark)` for dark. Inside `<img>` the query sees the
  `color-scheme` of the element on the page, so one file follows the page's
  switch if the page says `html[data-theme="dark"] {color-scheme: dark}`.
- The same figure gives the same bytes: a fixed salt for ids, no date.
- A figure's `title` and `description` become `<title>` and `<desc>`.
"""

from __future__ import annotations

import re
from io import StringIO
from typing import Any
from xml.sax.saxutils import escape

import matplotlib
from cycler import cycler
from matplotlib.figure import Figure

# The theme's colours of text.
LIGHT_INK = "#222832"
DARK_INK = "#ced6dd"

#: Accents: at least 3.4 : 1 on white and on the theme's dark page, and told apart
#: by people with the common kinds of colour blindness. The same as in figures.
COLORS = ["#1f7fc4", "#d55e00", "#009e73", "#a46fb5", "#808080"]

SETTINGS: dict[str, Any] = {
    # Transparent: the page shows through.
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.frameon": False,
    # One colour for the ink, found again in the finished file.
    "text.color": LIGHT_INK,
    "axes.edgecolor": LIGHT_INK,
    "axes.labelcolor": LIGHT_INK,
    "axes.titlecolor": LIGHT_INK,
    "xtick.color": LIGHT_INK,
    "ytick.color": LIGHT_INK,
    "patch.edgecolor": LIGHT_INK,
    "hatch.color": LIGHT_INK,
    "grid.color": LIGHT_INK,
    "grid.alpha": 0.2,
    "axes.prop_cycle": cycler(color=COLORS),
    # 7 inches are 672 CSS pixels: a column of text is about 700. On a phone a figure is half as
    # wide, and so are its letters: they begin nearly as large as the text around it.
    "figure.figsize": (7.0, 3.2),
    "font.size": 12.0,
    "axes.titlesize": 12.0,
    "axes.labelsize": 12.0,
    "xtick.labelsize": 11.0,
    "ytick.labelsize": 11.0,
    "legend.fontsize": 11.0,
    "mathtext.fontset": "cm",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "figure.constrained_layout.use": True,
    # Letters as outlines: they look the same whatever fonts the reader has.
    "svg.fonttype": "path",
    # The ids in the file depend on what is drawn alone.
    "svg.hashsalt": "nnmath",
}

STYLE = (
    f"svg{{color:{LIGHT_INK};fill:currentColor}}"
    f"@media (prefers-color-scheme:dark){{svg{{color:{DARK_INK}}}}}"
    # No seams of light between tiles that touch.
    '[id^="tiles"]{shape-rendering:crispEdges}'
)

#: The ink, and black: who writes color="black" in a cell means the ink.
_INK = re.compile(rf"(?<=[\s\"':;])({LIGHT_INK}|#000000|#000)(?=[\s\"';])", re.IGNORECASE)


def to_svg(figure: Figure) -> str:
    """Return the figure as SVG whose ink follows the page.

    Parameters
    ----------
    figure : Figure
        Any Matplotlib figure. Its attributes `title` and `description`, if it
        has them, say what it shows.

    Returns
    -------
    str
        An SVG document.
    """
    file = StringIO()
    # Nothing of the metadata is of use here, and the date would change each time.
    none = dict.fromkeys(["Creator", "Date", "Format", "Type"])
    figure.savefig(file, format="svg", metadata=none, transparent=True)
    text = file.getvalue()
    start = text.index("<svg")
    end = text.index(">", start) + 1
    opening = text[start:end].replace("<svg", '<svg role="img"', 1)
    about = "".join(
        f"<{tag}>{escape(words)}</{tag}>"
        for tag, name in (("title", "title"), ("desc", "description"))
        if (words := getattr(figure, name, ""))
    )
    return f"{opening}{about}<style>{STYLE}</style>{_INK.sub('currentColor', text[end:])}"


def install() -> None:
    """Set Matplotlib's defaults, and have IPython display figures by `to_svg`."""
    matplotlib.rcParams.update(SETTINGS)
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise RuntimeError("figure_style.install() belongs in the start of a kernel; there is none")
    formatters = shell.display_formatter.formatters
    formatters["image/svg+xml"].for_type(Figure, to_svg)
