"""What is said about how far weights can move."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.ranking.rank_words import listed, percent
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: A change of a weight, in points of 100, that people would hardly call a change.
SMALL = 5.0
#: Least share of participants that is told.
WORTH_SAYING = 0.1


def points(share: float) -> str:
    """A share of all weight as points of 100, without digits that it does not need."""
    value = 100 * share
    return f"{number(value, 1 if value < 9.95 else 0)} points"


def sentence(rows: pd.DataFrame, moving: pd.DataFrame, first: tuple[str, ...], least: float) -> str:
    """The weight that matters most, and how far it has to go."""
    if len(first) > 1:
        return f"{listed(first)} share the first place; any change of a weight may part them."
    if not np.isfinite(least):
        if len(rows) == 1:
            return f"Only {rows['criterion'].iloc[0]} counts, so that no weight can move."
        return f"{first[0]} stays first however far any one weight moves, the others in proportion.{_moved(moving)}"
    row: Any = rows.iloc[int(rows["smallest_change"].to_numpy().argmin())]
    up = bool(row["high_first"]) and row["high"] - row["weight"] <= least + 1e-12
    to, who = (row["high"], row["high_first"]) if up else (row["low"], row["low_first"])
    return (
        f"{first[0]} stays first until the weight of {row['criterion']} {'rises' if up else 'falls'} by {points(least)} of 100 (from "
        f"{number(100 * row['weight'], 1)} to {number(100 * to, 1)}); then {who} comes first.{_moved(moving)}"
    )


def _moved(moving: pd.DataFrame) -> str:
    near = moving[np.isfinite(moving["moved"].astype(float))]
    if near.empty:
        return ""
    row: Any = near.iloc[0]
    return f" If several weights move at once, {points(row['moved'])} are enough for {row['option']} to draw level."


def checks(rows: pd.DataFrame, first: tuple[str, ...], least: float) -> tuple[Check, ...]:
    """What speaks against relying on the first place."""
    out = []
    if 100 * least < SMALL:
        said = (
            f"A change of {points(least)} of 100 in one weight gives the first place away. People hardly weigh more exactly than that, "
            "so the options at the top are as good as level."
        )
        out.append(Check("how near the change is", "failed", said))
    # Shares of a few people say nothing of a panel, and much of them.
    if len(many := rows[rows["beyond"] >= WORTH_SAYING].sort_values("beyond", ascending=False)):
        told = [
            f"{c} ({percent(b)} of participants)"
            for c, b in zip(many["criterion"], many["beyond"], strict=True)
        ]
        said = (
            f"People differ by more than that: with the weight that they themselves give to {listed(told)}, the other weights in "
            f"the panel’s proportions, {first[0]} would not be first."
        )
        out.append(Check("what participants said", "informational", said))
    said = "One weight moves at a time, the others keep their proportions; values are taken as exact."
    return (*out, Check("how it is counted", "informational", said))
