"""The balance of every covariate for every contrast, with nothing in it about fewer than ten people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import too_small
from almpo_kit.evaluation.estimation.few_differ import differing
from almpo_kit.evaluation.support.balance import Distance, distance

Array = np.ndarray[Any, np.dtype[Any]]

#: From here on a difference deserves a caution, and no weighting can be said to have worked (standard deviations).
DIFFERS, FAR_APART = 0.1, 0.25
#: So many strata are shown as covariates of their own.
_SHOWN_STRATA = 50
COLUMNS = (
    "contrast",
    "arm",
    "comparison",
    "covariate",
    "column",
    "mean_arm",
    "mean_comparison",
    "difference_before",
    "difference_after",
    "variance_ratio_before",
    "variance_ratio_after",
    "ks_before",
    "ks_after",
    "judged",
)


@dataclass(frozen=True, eq=False)
class Weighed:
    """One contrast: its arms, and the weight of every row before and after (0 = not in it)."""

    arm: int
    comparison: int
    before: Array
    after: Array

    def name(self, arms: Sequence[str]) -> str:
        """``training against no programme``."""
        return f"{arms[self.arm]} against {arms[self.comparison]}"


def balance_table(sample: Sample, contrasts: Sequence[Weighed], *, strata: str = "") -> pd.DataFrame:
    """Balance, one row a covariate column and contrast, with raw numbers: not yet for showing.

    Parameters
    ----------
    sample : Sample
    contrasts : sequence of Weighed
    strata : str
        What the column of ``sample.block`` is called; empty to leave strata out.

    Returns
    -------
    DataFrame
        ``contrast, arm, comparison, covariate, column, mean_arm, mean_comparison`` (before)``, difference_before,
        difference_after`` (standard deviations)``, variance_ratio_before, variance_ratio_after`` (arm over
        comparison; missing for 0/1 columns)``, ks_before, ks_after, judged``, and ``chance_after`` (standard error of
        ``difference_after`` if there were none) and ``small`` (rests on fewer than ten people), which
        :func:`presentable` drops.
    """
    columns = _columns(sample, strata)
    found = [
        _row(sample, w, covariate, name, values) for w in contrasts for covariate, name, values in columns
    ]
    return pd.DataFrame(found, columns=[*COLUMNS, "chance_after", "small"])


def presentable(table: pd.DataFrame) -> pd.DataFrame:
    """The table without numbers that rest on fewer than ten people; how such a column was judged stays.

    A column that is small in one contrast is kept back in all: another arm's mean and the difference would tell it.
    """
    small = table.groupby("column")["small"].transform("any").to_numpy(dtype=bool)
    shown = table[list(COLUMNS)].copy()
    numbers = [c for c in COLUMNS if c.startswith(("mean", "difference", "variance", "ks"))]
    shown.loc[small, numbers] = np.nan
    return shown


def judged(difference: float) -> str:
    """A difference in words."""
    size = abs(difference)
    return "alike" if size <= DIFFERS else "differs" if size <= FAR_APART else "far apart"


def _columns(sample: Sample, strata: str) -> list[tuple[str, str, Array]]:
    held = [
        (covariate, sample.names[j], sample.covariates[:, j])
        for covariate, part in sample.parts.items()
        for j in range(part.start, part.stop)
    ]
    if strata and sample.block is not None and (count := int(sample.block.max()) + 1) <= _SHOWN_STRATA:
        held += [
            (strata, f"{strata}: stratum {b + 1}", (sample.block == b).astype(float)) for b in range(count)
        ]
    return held


def _row(sample: Sample, w: Weighed, covariate: str, name: str, values: Array) -> dict[str, Any]:
    rows = np.flatnonzero((w.before > 0) | (w.after > 0))
    x, first = values[rows], sample.arm[rows] == w.arm
    d = distance(x, first, w.before[rows], w.after[rows])
    return {
        "contrast": w.name(sample.arms),
        "arm": sample.arms[w.arm],
        "comparison": sample.arms[w.comparison],
        "covariate": covariate,
        "column": name,
        "mean_arm": d.means[0],
        "mean_comparison": d.means[1],
        "difference_before": d.difference[0],
        "difference_after": d.difference[1],
        "variance_ratio_before": d.variance_ratio[0],
        "variance_ratio_after": d.variance_ratio[1],
        "ks_before": d.ks[0],
        "ks_after": d.ks[1],
        "judged": judged(d.difference[1]),
        "chance_after": _chance(first, w.after[rows]),
        "small": _small(x, first, d, (w.before[rows], w.after[rows])),
    }


def _chance(first: Array, weight: Array) -> float:
    """Standard error of a standardised difference between groups that do not differ."""
    shares = [weight[g] / max(float(weight[g].sum()), 1e-300) for g in (first, ~first)]
    return float(np.sqrt(sum(float(s @ s) for s in shares)))


def _small(x: Array, first: Array, d: Distance, weights: tuple[Array, Array]) -> bool:
    """Whether a group, the ones or zeros of it, or those unlike all others, are fewer than ten people (before or after)."""
    counts = []
    for w in weights:
        for group in (first, ~first):
            held = x[group & (w > 0)]
            ones = int((held != 0).sum())
            # A mean of what all but a few have alike is about those few.
            counts += [len(held), ones, len(held) - ones] if d.binary else [len(held), differing(held)]
    return bool(too_small(np.array(counts)).any())
