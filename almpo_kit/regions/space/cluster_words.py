"""What is said about local clusters: the sentence, and what to know about so many tests at once."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from almpo_kit.regions.space.discoveries import Control, adjusted
from almpo_kit.regions.space.neighbour_words import some
from almpo_kit.regions.space.sample import Sample
from almpo_kit.regions.space.territory import regions_of_countries
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.indicators import Indicator
from almpo_kit.vocabulary.rendering import number

Quadrant = Literal["HH", "LL", "HL", "LH"]
#: Own value first, neighbours' second; High and Low are above and below the mean of the regions tested.
QUADRANTS: dict[str, str] = {
    "HH": "high among high",
    "LL": "low among low",
    "HL": "high among low",
    "LH": "low among high",
}


def sentence(
    meaning: Indicator,
    found: Sample,
    table: pd.DataFrame,
    counts: dict[str, int],
    unadjusted: int,
    fdr: float,
    control: Control,
    names: dict[str, str],
) -> str:
    total = sum(counts.values())
    head = f"{found.opening}, of {regions_of_countries(found.weights.ids)},"
    if control == "none":
        limit = f"Each region was read alone, at {100 * fdr:g}%."
    else:
        limit = (
            f"False discoveries are held to {100 * fdr:g}%; {unadjusted} would be named without that control."
        )
    if not total:
        return f"{head} none stands out in {meaning.subject} together with its neighbours. {limit}"
    verb, whose = ("stands", "its") if total == 1 else ("stand", "their")
    kinds = [f"{counts[q]} {QUADRANTS[q]}{_strongest(table, q, names)}" for q in QUADRANTS if counts[q]]
    return (
        f"{head} {total} {verb} out in {meaning.subject} together with {whose} neighbours: {'; '.join(kinds)}. "
        f"{limit}"
    )


def _strongest(table: pd.DataFrame, quadrant: str, names: dict[str, str]) -> str:
    rows = table[table["cluster"] == quadrant]
    top = rows.loc[rows["local_i"].abs().sort_values(ascending=False, kind="stable").index[:2], "geo"]
    return f", {'e.g. ' if len(rows) > len(top) else ''}{some(list(top), names)}"


def checks(
    table: pd.DataFrame, found: Sample, fdr: float, control: Control, permutations: int
) -> tuple[Check, ...]:
    checks = []
    m, least = found.weights.n, 2 / (permutations + 1)
    # Under Benjamini–Hochberg r regions at the least possible p are named only if least ≤ r/m · fdr.
    price = float(np.sum(1 / np.arange(1, m + 1))) if control == "by" else 1.0
    needed = 1 if control == "none" else int(np.ceil(least * m * price / fdr))
    if needed > 1:
        status: Literal["failed", "informational"] = (
            "failed" if not table["cluster"].isin(list(QUADRANTS)).any() else "informational"
        )
        text = (
            f"With {permutations:,} permutations no p-value is below {least:.2g}, so at {100 * fdr:g}% no region can be named "
            f"unless {needed} reach that together; ask for {int(np.ceil(2 * m * price / fdr)):,} permutations to do without."
        ).replace(",", "\u202f")
        checks.append(Check("resolution", status, text))
    checks.append(_steadiness(table, fdr, control, permutations))
    if control == "none":
        text = f"No control of false discoveries: if nothing but chance were at work, about {m * fdr:.0f} of {m} regions would be named."
        checks.append(Check("false_discoveries", "failed", text))
    else:
        how = {
            "bh": "Benjamini–Hochberg, which holds where neighbouring tests lean the same way, as here they tend to",
            "by": "Benjamini–Yekutieli, which holds under any dependence between tests",
        }[control]
        text = f"Of the regions named, at most {100 * fdr:g}% are expected to be chance ({how}); p-values are two-sided."
        checks.append(Check("false_discoveries", "passed", text))
    text = (
        "A named region is the middle of a pattern: its neighbours belong to it even where they are not named. Quadrants compare "
        "with the mean of the regions tested, not with a target."
    )
    checks.append(Check("what_it_means", "informational", text))
    return tuple(checks)


def _steadiness(table: pd.DataFrame, fdr: float, control: Control, permutations: int) -> Check:
    """How many regions would be named with p-values at either end of what another seed could have given.

    Half a two-sided p-value is a share of the draws, so its standard error is that of a binomial share.
    """
    p = table["p"].to_numpy(dtype=float)
    error = 2 * np.sqrt(p / 2 * (1 - p / 2) / permutations)
    least, most = (
        int((adjusted(np.clip(p + s * 1.96 * error, 1 / (permutations + 1), 1), control) <= fdr).sum())
        for s in (1, -1)
    )
    named = int(table["cluster"].isin(list(QUADRANTS)).sum())
    if least == most:
        return Check("random_draws", "passed", f"Another seed would name {named} regions too.")
    text = (
        f"Chance in the permutations matters: between {least} and {most} regions could be named with other seeds "
        f"({named} here). More than {number(permutations, 0)} permutations narrow this."
    )
    wide = most - least > max(2, 0.25 * max(named, 1))
    return Check("random_draws", "failed" if wide else "informational", text)
