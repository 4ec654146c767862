"""A block of a transformer, forward and backward."""

from __future__ import annotations

from collections import Counter

import pytest
from drawn import texts
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from figures import draw_block
from figures._canvas import ORANGE, ink

pytestmark = pytest.mark.filterwarnings("error")


def heads(figure: Figure) -> list[tuple[float, float, float, float]]:
    """Return where each piece of a way that ends in an arrow's head begins and ends."""
    (axes,) = figure.axes
    return [
        (*one.xyann, *one.xy)
        for one in axes.texts
        if getattr(one, "arrow_patch", None) and one.arrowprops["arrowstyle"] == "-|>"
    ]


def signs(figure: Figure) -> list[tuple[float, float]]:
    """Return where the plus signs stand."""
    return [one.get_position() for one in figure.axes[0].texts if one.get_text() == "+"]


def test_both_ways_lead_past_the_same_boxes() -> None:
    forward, back = (Counter(texts(draw_block(backward=b))) for b in (False, True))
    assert forward["norm"] == forward["+"] == 2
    assert forward["attention"] == forward["neurons"] == 1
    assert set(back - forward) == {rf"$\partial C/\partial\mathbf{{{letter}}}$" for letter in "XMO"}
    assert not forward - back


@pytest.mark.parametrize("backward", [False, True])
def test_a_sign_stands_where_two_arrows_end(backward: bool) -> None:
    figure = draw_block(backward=backward)
    for x, y in signs(figure):
        near = [1 for *_, a, b in heads(figure) if abs(a - x) + abs(b - y) < 0.11]
        assert len(near) == 2


def test_backward_every_arrow_is_turned_round() -> None:
    def directions(figure: Figure) -> Counter[tuple[int, int]]:
        sign = [(a > x) - (a < x) for x, _, a, _ in heads(figure)]
        up = [(b > y) - (b < y) for _, y, _, b in heads(figure)]
        return Counter(zip(sign, up, strict=True))

    forward, back = (directions(draw_block(backward=b)) for b in (False, True))
    # To the right along the stream and between boxes; the heads at corners differ.
    assert (forward[1, 0], back[-1, 0]) == (5, 7)
    assert forward[-1, 0] == back[1, 0] == 0


def test_colours_and_words() -> None:
    for backward, color in ((False, ink()), (True, ORANGE)):
        figure = draw_block(backward=backward)
        arrows = [one for one in figure.axes[0].texts if getattr(one, "arrow_patch", None)]
        assert {to_hex(one.arrowprops["color"]) for one in arrows} == {to_hex(color)}
    assert draw_block().title == "A block of a transformer"
    assert "add to it" in draw_block().description
    assert draw_block(backward=True).title == "The way back through a block"
    assert "adds up where" in draw_block(backward=True).description


def test_backward_must_be_a_flag() -> None:
    with pytest.raises(TypeError, match="^backward: expected "):
        draw_block(backward=1)
