"""A stand-in policy tree."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import NAN, StandIn, stand_in


def policy_tree(n: int, **more: Any) -> StandIn:
    """A PolicyTree of ``n`` nodes at most: two layers of questions about age and earnings."""
    nodes = pd.DataFrame(
        {
            "node": range(7),
            "layer": [0, 1, 2, 2, 1, 2, 2],
            "question": [
                *(
                    "Is age in years at most 42?",
                    "Is earnings in the year before, in euro, at most 12 500?",
                    "",
                ),
                *("", "Is this so: “has a degree”?", "", ""),
            ],
            "yes": [1, 2, -1, -1, 5, -1, -1],
            "no": [4, 3, -1, -1, 6, -1, -1],
            "programme": ["", "", "training", "subsidy", "", "no programme", "services"],
            "programme_type": ["", "", "training", "employment_incentives", "", "no_programme", "services"],
            "share": [1.0, 0.6, 0.25, 0.35, 0.4, 0.1, 0.3],
            "gain": [NAN, NAN, 4.2, 2.5, NAN, 0.0, NAN],
            "low": [NAN, NAN, 1.2, -0.5, NAN, 0.0, NAN],
            "high": [NAN, NAN, 7.2, 5.5, NAN, 0.0, NAN],
        }
    ).head(n)
    fields: dict[str, Any] = {"nodes": nodes, "advice": "tree", "unit": "points", "n_people": 4000}
    fields |= {"one_for_all": "training", "advantage": 1.4, "advantage_low": 0.3, "advantage_high": 2.5}
    synthetic = more.pop("synthetic", False)
    return stand_in(nodes, "policy_tree", synthetic=synthetic, **(fields | more))


POLICY_TREE_MAKERS = {"policy_tree": policy_tree}
