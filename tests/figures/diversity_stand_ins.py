"""Small stand-ins of groups of opinion and of a budget vote."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in


def opinion_groups(n: int, **more: Any) -> StandIn:
    """Two groups of ``n`` people in all, and as many statements."""
    every = range(n)
    said = ("parts", "unites: all groups agree", "neither")
    table = pd.DataFrame(
        {
            "item": pd.Series([f"s{i}" for i in every], dtype="str"),
            "statement": pd.Series(
                [f"Statement number {i} on courses out of season" for i in every], dtype="str"
            ),
            "mean": [0.4 + 0.005 * i for i in every],
            "said": pd.Series([said[i % 3] for i in every], dtype="str"),
            "name": "carried to be made nasty",
        }
    )
    groups = ["A" if i % 3 else "B" for i in every]
    people = pd.DataFrame(
        {
            "x": [(-0.4 if g == "A" else 0.5) + 0.01 * (i % 7) for i, g in zip(every, groups, strict=True)],
            "y": [0.02 * (i % 11) for i in every],
            "group": pd.Series(groups, dtype="str"),
        }
    )
    rows = [(g, f"s{i}", 0.2 if g == "A" else 0.8 - 0.01 * i) for i in every for g in ("A", "B")]
    profile = pd.DataFrame(rows, columns=["group", "item", "mean"])
    fields = {"map": people, "profile": profile, "n_groups": len(set(groups))}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "opinion_groups", synthetic=synthetic, **(fields | more))


def budget_vote(n: int, **more: Any) -> StandIn:
    """An EqualShares of ``n`` proposals, every second one funded."""
    every = range(n)
    table = pd.DataFrame(
        {
            "proposal": pd.Series([f"p{i}" for i in every], dtype="str"),
            "name": pd.Series([f"Proposal number {i}" for i in every], dtype="str"),
            "cost": [250_000.0 * (i + 1) for i in every],
            "share": [0.7 - 0.01 * i for i in every],
            "funded": [i % 2 == 0 for i in every],
            "most_votes_funds": [i < 2 for i in every],
        }
    )
    left = pd.DataFrame({"group": ["everybody"], "n": [60], "nothing": [3], "nothing_most_votes": [11]})
    fields = {
        "left_out": left,
        "spent": 1_250_000.0,
        "budget": 2_000_000.0,
        "by_most_votes": ("p0", "p1")[:n],
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "budget_vote", synthetic=synthetic, **(fields | more))


DIVERSITY_MAKERS = {"opinion_groups": opinion_groups, "budget_vote": budget_vote}
