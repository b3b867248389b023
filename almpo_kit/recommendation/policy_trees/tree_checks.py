"""Why to doubt a tree."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policy_trees.judging import Judged
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import interval, number

#: Share of people whom trees from either half must offer the same for a tree to count as stable.
STABLE = 0.7


def tree_checks(
    people: Caseload, judged: Judged, leaves: pd.DataFrame, min_leaf: int, confidence: float, limited: bool
) -> tuple[Check, ...]:
    """Everything that was checked, in the order of reading."""
    return (
        _advantage(people, judged, confidence),
        _stability(judged),
        *_which_one(people, judged),
        _proven(people, judged, limited),
        _optimism(people, judged),
        _leaves(leaves, min_leaf),
        *_source(people),
    )


def _advantage(people: Caseload, judged: Judged, confidence: float) -> Check:
    a, name = judged.advantage, people.arms[judged.everyone]
    told = interval(a.value, a.low, a.high, people.unit, confidence, 2)
    if a.low > 0 >= judged.hardest.low:
        return Check(
            "advantage",
            "failed",
            f"Questions add {told} per person to {name} for all, but are not shown to beat every single programme for all: the "
            "same for all may do as well.",
        )
    if a.low > 0:
        return Check(
            "advantage",
            "passed",
            f"Offering by these questions gives {told} more per person than {name} for all, judged on people from whom the "
            "questions were not learned.",
        )
    return Check(
        "advantage",
        "failed",
        f"The same for all does as well, as far as can be told: questions add {told} per person to what the best single "
        "offer gives people from whom they were not learned.",
    )


def _stability(judged: Judged) -> Check:
    share = f"{number(100 * judged.agreement, 0)}%"
    same_first = judged.tree.feature[0] == judged.other.feature[0]
    first = "the same first question" if same_first else "another first question"
    return Check(
        "stability",
        "passed" if judged.agreement >= STABLE else "failed",
        f"A tree learned from the other half of the people offers {share} of them the same, and asks {first}.",
    )


def _which_one(people: Caseload, judged: Judged) -> tuple[Check, ...]:
    """The gain of one for all is that of two arms where halves choose differently: it is not that of the one named."""
    if judged.everyone == judged.everyone_else:
        return ()
    one, other = people.arms[judged.everyone], people.arms[judged.everyone_else]
    return (
        Check(
            "which one for all",
            "failed",
            f"One half of the people would choose {one} for all, the other {other}: which is better cannot be told, and the gain "
            "shown for the same for all is between the two.",
        ),
    )


def _proven(people: Caseload, judged: Judged, limited: bool) -> Check:
    tree, half = judged.tree, float(people.weight[judged.first].sum())
    if tree.proven:
        return Check(
            "optimal",
            "passed",
            "No other tree of so many layers reaches more with these people: that is proven.",
        )
    far = f"another tree could reach up to {number(tree.gap / half, 2)} {people.unit} per person more with these people"
    if limited:
        # A gap that prices leave is no failure of the search; it is how near such a search can come.
        return Check(
            "optimal", "informational", f"Within the limits the best tree is found but for a gap: {far}."
        )
    return Check(
        "optimal",
        "failed",
        f"The search was stopped: {far}. Allow it more time (whole_seconds).",
    )


def _optimism(people: Caseload, judged: Judged) -> Check:
    return Check(
        "optimism",
        "informational",
        f"Where it was learned, the tree seems to reach {number(judged.inside, 2)} {people.unit} per person; among other people "
        f"it reaches {number(judged.outside, 2)}. Only the latter is shown as a gain.",
    )


def _leaves(leaves: pd.DataFrame, min_leaf: int) -> Check:
    thin = int((leaves["says"] == "too little to say").sum())
    if thin:
        return Check(
            "leaves",
            "failed",
            f"In {thin} of {len(leaves)} groups too few people were held out to say what the offer gives.",
        )
    smallest = float(np.nanmin(leaves["people"]))
    return Check(
        "leaves",
        "passed",
        f"Each group of the tree has at least {min_leaf} of the people it was learned from; the smallest has "
        f"{number(smallest, 0)} people in all.",
    )


def _source(people: Caseload) -> tuple[Check, ...]:
    if people.credible in ("", "credible"):
        return ()
    return (
        Check(
            "evaluation",
            "failed",
            f"The evaluation behind these gains was judged {people.credible}; a rule built on it is no better.",
        ),
    )
