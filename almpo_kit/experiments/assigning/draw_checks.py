"""What a draw says of itself, and what to look out for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from almpo_kit.experiments.assigning.drawing import options, places_too_small
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.experiments.assigning.criterion_draw import Accepted
    from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
    from almpo_kit.vocabulary.trial_designs import TrialDesign

#: Groups an arm below which nearly any difference can be luck.
_FEW_GROUPS = 6


def drawn_sentence(assignments: pd.DataFrame, design: TrialDesign, seed: str, digest: str) -> str:
    """Who was drawn into what, and how to draw it again."""
    groups = assignments["cluster"].nunique() if design.of_clusters else 0
    people = f"{number(len(assignments), 0)} {'people' if len(assignments) != 1 else 'person'}"
    what = f"{number(groups, 0)} groups with {people}" if groups not in (0, len(assignments)) else people
    if groups and groups == len(assignments):
        what = f"{number(groups, 0)} groups"
    again = f"Anybody can draw again from the seed {seed!r} and the list (digest {digest[:12]}…)."
    if design.kind == "stepped_wedge":
        return f"The lot gave {what} one of {design.steps} steps at which to begin. {again}"
    by_arm = assignments["arm"].value_counts()
    if design.of_clusters and design.kind != "saturation":
        by_arm = assignments.groupby("arm")["cluster"].nunique()
    told = ", ".join(f"{number(int(by_arm.get(a, 0)), 0)} {a}" for a in design.arms)
    return f"The lot was drawn for {what}: {told}. {again}"


def draw_checks(found: Accepted, design: TrialDesign, criterion: Rerandomisation | None) -> tuple[Check, ...]:
    """Checks of a draw."""
    made = [_as_planned(found, design), *_few(found, design)]
    if criterion is not None:
        told = (
            f"Draw {found.attempt} was the first in which arms are alike enough in {', '.join(criterion.covariates)}: distance "
            f"{number(found.distance, 2)}, accepted up to {number(found.limit, 2)}. Tests must draw again under the same "
            "criterion, or they claim too little."
        )
        made.append(Check("criterion of balance", "informational", told))
    return (*(c for c in made if c is not None), _chances(design, criterion))


def _chances(design: TrialDesign, criterion: Rerandomisation | None) -> Check:
    if criterion is not None and len(set(options(design)[1])) > 1:
        told = (
            "With a criterion and unequal shares, a unit that is unlike the others has a slightly other chance than its arm's "
            "share; the chances in the list are the shares."
        )
        return Check("chances", "informational", told)
    told = "Chances are exact: each unit's chance of an arm is the share that stands beside it, whatever its block."
    return Check("chances", "passed", told)


def _as_planned(found: Accepted, design: TrialDesign) -> Check | None:
    planned, there = (
        (design.clusters, len(found.listed.drawn))
        if design.of_clusters
        else (design.people, len(found.listed.ids))
    )
    if not planned:
        return None
    what = "groups" if design.of_clusters else "people"
    said = f"The design speaks of {number(planned, 0)} {what}, and the list has {number(there, 0)}"
    if there < planned:
        return Check("as many as planned", "failed", f"{said}: smaller effects may be missed.")
    return Check("as many as planned", "passed", f"{said}.")


def _few(found: Accepted, design: TrialDesign) -> list[Check]:
    names, weights = options(design)
    sizes = np.bincount(found.listed.stratum)
    what = "groups" if design.of_clusters else "people"
    made = []
    if len(sizes) > 1 and design.kind != "matched_pair" and (short := int((sizes < len(names)).sum())):
        told = (
            f"{number(short, 0)} of {number(len(sizes), 0)} blocks have fewer {what} than there are arms, so not every arm is in each. Join blocks "
            "that are alike if effects are compared within them."
        )
        made.append(Check("blocks are large enough", "failed", told))
    fewest = int(np.bincount(found.drawn.option, minlength=len(weights)).min())
    if design.kind == "cluster" and fewest < _FEW_GROUPS:
        told = f"An arm has only {fewest} groups; with fewer than {_FEW_GROUPS}, nearly any difference between arms can be luck."
        made.append(Check("enough groups", "failed", told))
    if design.kind == "saturation" and (small := places_too_small(found.listed, design)):
        told = (
            f"{number(small, 0)} of {number(len(found.listed.drawn), 0)} places are too small for each saturation to leave somebody on either side; "
            "their shares can be far from those planned."
        )
        made.append(Check("places are large enough", "failed", told))
    return made
