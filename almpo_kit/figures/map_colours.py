"""Colours of map classes: rates, changes around zero, and categories with settled meanings."""

from __future__ import annotations

from almpo_kit.figures.theme import sequential

#: Blue, grey, orange, from low to high, by number of classes. The two ends differ in lightness, so that grey print
#: keeps them apart; signs on the map say the rest.
_DIVERGING: dict[int, tuple[str, ...]] = {
    1: ("#DADFE5",),
    2: ("#4C86C6", "#E0953C"),
    3: ("#2B66B1", "#DADFE5", "#E0953C"),
    4: ("#0B4EA2", "#86B2E0", "#F3C98B", "#CF7A10"),
    5: ("#0B4EA2", "#86B2E0", "#DADFE5", "#F3C98B", "#CF7A10"),
    6: ("#083A7A", "#3F7CC4", "#A9CBEC", "#F6D7A8", "#E39A3B", "#B35F00"),
    7: ("#083A7A", "#3F7CC4", "#A9CBEC", "#E6E9ED", "#F6D7A8", "#E39A3B", "#B35F00"),
}
_SIGNS: dict[int, tuple[str, ...]] = {
    1: ("",),
    2: ("−", "+"),
    3: ("−", "", "+"),
    4: ("−−", "−", "+", "++"),
    5: ("−−", "−", "", "+", "++"),
    6: ("−−", "−", "", "", "+", "++"),
    7: ("−−", "−", "", "", "", "+", "++"),
}
#: Categories whose meaning is settled, wherever they come from.
_SETTLED: dict[str, str] = {
    "HH": "#B35F00",
    "HL": "#F3B765",
    "LH": "#A9CBEC",
    "LL": "#0B4EA2",
    "high": "#B35F00",
    "low": "#86B2E0",
    "mixed": "#7B5EA7",
    "near the threshold": "#DADFE5",
    "not significant": "#DADFE5",
    "no neighbour": "#C3CAD3",
    "neither": "#DADFE5",
    "none": "#DADFE5",
}
#: Other categories, in their order; light and dark alternate, so that grey print tells the first ones apart.
_OTHERS = ("#0B4EA2", "#F2C14E", "#157A5F", "#B9DDF1", "#8E2F52", "#93CFA0", "#B79BD6", "#D97B3F", "#39424E")


def class_colours(scale: str, classes: tuple[str, ...], favourable: int = 0) -> tuple[str, ...]:
    """A colour for each class, from low to high or in the order of the categories.

    Parameters
    ----------
    scale : {"sequential", "diverging", "categories"}
    favourable : {-1, 0, 1}
        On a diverging scale blue is the better side; with 0 it is the lower one.
    """
    n = len(classes)
    if scale == "categories":
        return _categories(classes)
    if scale == "diverging":
        colours = _DIVERGING[n]
        return colours[::-1] if favourable > 0 else colours
    return sequential(n)


def _categories(classes: tuple[str, ...]) -> tuple[str, ...]:
    # An order of one's own keeps its colours even where one of its words happens to be a settled one.
    settled = all(c in _SETTLED for c in classes)
    others = iter(_OTHERS)
    grey = ("not significant", "no neighbour", "near the threshold", "neither", "none")
    return tuple(_SETTLED[c] if settled or c in grey else next(others) for c in classes)


def signs(n: int) -> tuple[str, ...]:
    """Signs for the classes of a diverging scale: far below, below, about zero, above, far above."""
    return _SIGNS[n]
