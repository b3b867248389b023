"""Titles of figures of trials say no more than their intervals bear."""

from __future__ import annotations

import math

import pytest

from almpo_kit.figures import draw

from .stand_ins import MAKERS


def title(chart: object) -> str:
    """The heading, on one line."""
    return " ".join(chart.title.text)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("share", "low", "high", "said"),
    [
        (0.25, 0.05, 0.8, "Of 10 gained by those offered, others lost 2.5"),
        (0.25, -0.3, 0.8, "whether others lose by it cannot be told"),
        (0.25, -math.inf, math.inf, "whether others lose by it cannot be told"),
        (0.25, 0.1, math.inf, "whether others lose by it cannot be told"),
        (-0.25, -0.6, 0.1, "whether others lose by it cannot be told"),
        (-0.25, -0.6, -0.1, "others gain too"),
    ],
)
def test_spillovers(share: float, low: float, high: float, said: str) -> None:
    made = MAKERS["spillovers"](4, displaced=share, displaced_low=low, displaced_high=high)
    assert said in title(draw(made))


def test_others_who_clearly_lose_are_not_said_to_be_unknown() -> None:
    made = MAKERS["spillovers"](4, displaced=0.25, displaced_low=-math.inf, displaced_high=math.inf)
    made.table.loc[made.table["estimand"] == "others", "high"] = -0.001
    assert "others lose; how much of it cannot be told" in title(draw(made))


def test_adaptive_effects() -> None:
    assert title(draw(MAKERS["adaptive_effects"](3))) == "Arm with a name of number 0: 9.0 points more"
    unclear = MAKERS["adaptive_effects"](2)
    unclear.table["all_low"] -= 0.2
    unclear.table["all_high"] += 0.2
    assert title(draw(unclear)) == "No arm has a clear effect"
    worse = MAKERS["adaptive_effects"](2)
    worse.table[["effect", "all_low", "all_high"]] -= 0.3
    assert "clearly lower: arm with a name of number 0" in title(draw(worse))
