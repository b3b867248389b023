"""What was noticed about a jump at a cut-off, in sentences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.discontinuity.jump import Jump
from almpo_kit.evaluation.discontinuity.sides import Sides
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]

_FEW_NEAR, _FEW_CLUSTERS = 50, 20
_WEAK, _Z, _LEVEL = 10.0, 1.959963984540054, 0.05


def fit_checks(
    estimand: str,
    sample: Sample,
    two: Sides,
    jumps: list[Jump],
    fit: dict[str, Any],
    details: dict[str, Any],
) -> tuple[Check, ...]:
    """The checks of a local polynomial fit."""
    checks = [_whose(estimand, two)]
    fewest = min(min(j.n_lower, j.n_upper) for j in jumps)
    if fewest < _FEW_NEAR:
        said = f"Only {fewest} people lie within the bandwidth on one side; the estimate rests on few."
        checks.append(Check("people_near", "failed", said))
    if sample.clustered and (clusters := min(j.n_clusters for j in jumps)) < _FEW_CLUSTERS:
        said = (
            f"Only {clusters} clusters lie within the bandwidth; standard errors of a local fit need more "
            f"(about {_FEW_CLUSTERS})."
        )
        checks.append(Check("clusters_near", "failed", said))
    if not two.sharp:
        checks.append(_first_stage(jumps))
    checks += [*_other_widths(details), *_without_nearest(details), *_nowhere_else(details)]
    return tuple(checks)


def _whose(estimand: str, two: Sides) -> Check:
    who = "people at the cut-off" if two.sharp else "people at the cut-off whom it moved into the programme"
    asked = (
        f" An effect on others ({estimand.upper()}) was asked for and cannot be had from a cut-off."
        if estimand not in ("late", "")
        else ""
    )
    said = f"The effect is that on {who}; it may differ for people further away.{asked}"
    return Check("whose_effect", "informational", said)


def _first_stage(jumps: list[Jump]) -> Check:
    ratios = [(j.first / j.first_se) ** 2 if j.first_se > 0 else float("inf") for j in jumps]
    least = jumps[int(np.argmin(ratios))]
    points = number(100 * abs(least.first), 1)
    if min(ratios) >= _WEAK:
        return Check(
            "strength",
            "passed",
            f"The cut-off moves taking part by {points} points or more (F above {_WEAK:g}).",
        )
    said = (
        f"The cut-off moves taking part by {points} points only, and not surely (F {number(min(ratios), 1)}): the effect "
        "and its interval cannot be trusted."
    )
    return Check("strength", "failed", said)


def _other_widths(details: dict[str, Any]) -> list[Check]:
    table = details["bandwidths"]
    if not len(table):
        return []
    main = _main(details)
    # A narrower bandwidth is noisier: what moves within its own error says nothing against the chosen one.
    off = [
        row
        for row in table.to_dict("records")
        if abs(row["effect"] - main[row["column"]][0]) > _Z * max(row["se"], main[row["column"]][1])
    ]
    if not off:
        said = "With half to twice the bandwidth the effect is the same within the errors."
        return [Check("bandwidth", "passed", said)]
    row = off[0]
    said = (
        f"The effect depends on the bandwidth: with {number(row['times'], 2)} times the chosen one it is "
        f"{_short(row['effect'])}, further off than chance explains ({len(off)} of {len(table)} attempts)."
    )
    return [Check("bandwidth", "failed", said)]


def _without_nearest(details: dict[str, Any]) -> list[Check]:
    table = details["donut"]
    if not len(table):
        return []
    main = _main(details)
    off = [
        row
        for row in table.to_dict("records")
        if abs(row["effect"] - main[row["column"]][0]) > _Z * max(row["se"], main[row["column"]][1])
    ]
    if not off:
        return [
            Check("donut", "passed", "Without the people nearest the cut-off the effect is about the same.")
        ]
    said = (
        "Without the people nearest the cut-off the effect is another one "
        f"({_short(off[0]['effect'])}): those may have chosen their side."
    )
    return [Check("donut", "failed", said)]


def _nowhere_else(details: dict[str, Any]) -> list[Check]:
    table = details["placebo_cutoffs"]
    if not len(table):
        return []
    from scipy import stats

    p = 2 * stats.norm.sf((table["effect"] / table["se"]).abs())
    if float(p.min()) * len(p) >= _LEVEL:
        said = f"At {table['at'].nunique()} invented cut-offs outcomes do not jump."
        return [Check("placebo_cutoffs", "passed", said)]
    at = float(table["at"].iloc[int(np.argmin(p))])
    said = (
        f"Outcomes also jump at an invented cut-off ({_short(at)} from the real one), where nothing happened: the lines "
        "fitted are too stiff, or something else changes along the running variable."
    )
    return [Check("placebo_cutoffs", "failed", said)]


def _main(details: dict[str, Any]) -> dict[str, tuple[float, float]]:
    table: pd.DataFrame = details["effects"]
    return {str(r["column"]): (float(r["effect"]), float(r["se"])) for r in table.to_dict("records")}


def _short(value: float) -> str:
    return number(value, 0 if abs(value) >= 100 else 2)
