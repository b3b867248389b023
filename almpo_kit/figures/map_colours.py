"""Colours of map classes: rates, changes around zero, and categories with settled meanings."""

from __future__ import annotations

from almpo_kit.figures.theme import sequential

#: Blue, grey, orange, from low to high, by number of classes. The two ends differ in lightness, so that grey print
#: keeps them apart; signs on the map say the rest.
_DIVERGING: dict[int, tuple[str, ...]] = {
    1: ("#DADFE5",),
    2: ("#0B4EA2", "#DD8A2B"),
    3: ("#0B4EA2", "#DADFE5", "#DD8A2B"),
    4: ("#0B4EA2", "#7EAADB", "#EBB25F", "#CC7710"),
    5: ("#0B4EA2", "#7EAADB", "#DADFE5", "#EBB25F", "#CC7710"),
    6: ("#083A7A", "#3A76BE", "#93BDE6", "#F3C98B", "#DD9A45", "#A95C05"),
    7: ("#083A7A", "#3A76BE", "#93BDE6", "#DADFE5", "#F3C98B", "#DD9A45", "#A95C05"),
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
    "HL": "#E8A33D",
    "LH": "#A9CBEC",
    "LL": "#0B4EA2",
    "high": "#B35F00",
    "low": "#7EAADB",
    "mixed": "#5B2A6E",
    "near the threshold": "#DADFE5",
    "not significant": "#DADFE5",
    "no neighbour": "#9AA3AF",
    "neither": "#DADFE5",
    "none": "#DADFE5",
}
#: Other categories, in their order: each the farthest from those before it and from the highlight, as seen by people
#: with and without colour-blindness; the first five differ in lightness too.
_OTHERS = ("#0B4EA2", "#F0A848", "#B082B0", "#7FD8B0", "#906000", "#9090F0", "#901860", "#484818", "#F0A8F0")


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


#: What short names of categories mean, for legends.
_MEANS = {
    "HH": "high among high",
    "LL": "low among low",
    "HL": "high among low",
    "LH": "low among high",
}


def meaning(called: str) -> str:
    """A category in words."""
    return _MEANS.get(called, called)
