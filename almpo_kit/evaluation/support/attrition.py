"""Whether outcomes are missing more often in one arm than in another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]

#: Difference of missing shares that fails whatever the numbers (What Works Clearinghouse 2022, cautious boundary), and
#: the one that fails when chance hardly gives it.
LARGE, NOTICED = 0.05, 0.01
_BY_CHANCE = 2.58


def missing_by_arm(sample: Sample) -> pd.DataFrame:
    """Missing outcomes, one row an outcome column and arm: raw numbers, not yet for showing.

    Returns
    -------
    DataFrame
        ``column, label, months, arm, n, missing, share, difference`` (from the comparison arm)``, z`` (difference in
        standard errors, by cluster).
    """
    rows = []
    for h, measure in enumerate(sample.measures.to_dict("records")):
        gone = np.isnan(sample.outcome[:, h]).astype(float)
        told = [_share(gone, sample, j) for j in range(len(sample.arms))]
        for j, (n, count, share, variance) in enumerate(told):
            difference = share - told[0][2]
            error = float(np.sqrt(variance + told[0][3]))
            rows.append(
                {
                    "column": measure["column"],
                    "label": measure["label"],
                    "months": measure["months"],
                    "arm": sample.arms[j],
                    "n": n,
                    "missing": count,
                    "share": share,
                    "difference": difference if j else np.nan,
                    "z": (difference / error if error > 0 else 0.0) if j else np.nan,
                }
            )
    return pd.DataFrame(rows)


def _share(gone: Array, sample: Sample, arm: int) -> tuple[int, int, float, float]:
    own = sample.arm == arm
    n = int(own.sum())
    if n == 0:
        return 0, 0, np.nan, np.nan
    share = float(gone[own].mean())
    sums = np.bincount(sample.cluster[own], gone[own] - share)
    clusters = len(np.unique(sample.cluster[own]))
    return n, int(gone[own].sum()), share, float(sums @ sums) / n**2 * clusters / max(clusters - 1, 1)


def attrition_check(table: pd.DataFrame) -> Check:
    """Differential attrition in a sentence."""
    held = table[table["difference"].notna()]
    worst_share = float(table["share"].max()) if len(table) else 0.0
    if not worst_share > 0:
        return Check("attrition", "passed", "No outcome is missing in any arm.")
    size = held["difference"].abs().to_numpy()
    fails = (size > LARGE) | ((size > NOTICED) & (held["z"].abs().to_numpy() > _BY_CHANCE))
    row = held.iloc[int(np.argmax(np.where(fails, size + 1, size)))]
    base = table[(table["column"] == row["column"]) & (table["arm"] == table["arm"].iloc[0])].iloc[0]
    sentence = (
        f"{row['label']} ({row['column']}) is missing for {_told(row)} in {row['arm']} and for {_told(base)} in "
        f"{base['arm']}."
    )
    if not fails.any():
        return Check("attrition", "passed", f"{sentence} The arms differ by no more than chance or 1 point.")
    return Check(
        "attrition",
        "failed",
        f"{sentence} Those whose outcomes are known may no longer be alike; see how far this can move the effect with "
        "evaluation.bounds(design).",
    )


def _told(row: pd.Series) -> str:
    if row["missing"] == 0:
        return "nobody"
    return (
        f"fewer than {SMALLEST} people" if row["missing"] < SMALLEST else f"{number(100 * row['share'], 0)}%"
    )


def presentable_attrition(table: pd.DataFrame) -> pd.DataFrame:
    """Shares for showing: what rests on fewer than ten people is missing (in all arms of an outcome)."""
    rest = table["n"] - table["missing"]
    few = ((table["missing"] > 0) & (table["missing"] < SMALLEST)) | ((rest > 0) & (rest < SMALLEST))
    hidden = few.groupby(table["column"]).transform("any") if len(table) else few
    return table.drop(columns=["n", "missing", "z"]).assign(
        share=table["share"].mask(hidden), difference=table["difference"].mask(hidden)
    )
