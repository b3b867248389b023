"""From the effect of an offer to the effect on those who took part because of it, where take-up is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from almpo_kit.experiments.planning.trial_result import TrialResult
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import data_versions, stamp

#: An offer that moves people by fewer standard errors than these tells too little of them.
_FEWEST_SE: Final = 5.0
#: A ratio of hazards is no mean of those of people, so it cannot be divided.
_NO_MEAN: Final = ("log_hazard_ratio",)


def rows_of_taking_part(result: TrialResult, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of evidence about those who took part, beside the rows about the offer.

    The effect of the offer is divided by the share of people whom the offer moved to take part. Where nobody in the comparison
    took part that is the effect on those who took part (ATT); otherwise on those whom the offer moved (LATE). Both need
    that the offer alone, without taking part, does nothing.

    Parameters
    ----------
    result : TrialResult
    rows : DataFrame, shape (k, ...)
        What :func:`evidence_rows` made of it.

    Returns
    -------
    DataFrame, shape (at most k, ...)
        An ``effects`` frame; empty where take-up is not known, or would tell of few people. Estimates of several estimands are
        never averaged together, so nobody counts twice.

    Notes
    -----
    The standard error is that of the ratio, by the delta method, with take-up taken as independent of the effect; take-up is
    the smaller part of it by far.

    References
    ----------
    Bloom (1984) Evaluation Review 8, 225-246; Imbens and Angrist (1994) Econometrica 62, 467-475.
    """
    made = [r for row in rows.to_dict("records") if (r := _row(result, row)) is not None]
    if not made:
        return rows.iloc[:0]
    frame = pd.DataFrame(made, columns=list(rows.columns))
    return stamp(check(frame, "effects"), *data_versions(rows))


def _row(result: TrialResult, row: dict[Any, Any]) -> dict[Any, Any] | None:
    if row["unit"] in _NO_MEAN or not row["se"] > 0:
        return None
    arms: dict[Any, Any] = result.arms.set_index("arm").to_dict("index")
    offered, comparison = arms[row["programme_name"]], arms[result.plan.design.comparison]
    moved, error = _moved(offered, comparison)
    if not moved > _FEWEST_SE * error:
        return None
    effect, se = float(row["effect"]) / moved, float(row["se"]) / moved
    nobody = float(comparison["took_part"]) == 0
    whom = "those who took part (ATT)" if nobody else "those whom the offer moved to take part (LATE)"
    told = (
        f"For {whom}: the effect of the offer in {row['estimate_id']}, divided by {moved:.3g}, the share that it moved. The same "
        f"people: not to be averaged with it. {row['note']}"
    )
    return row | {
        "estimate_id": f"{row['estimate_id']}-{'att' if nobody else 'late'}",
        "effect": effect,
        "se": math.hypot(se, effect * error / moved),
        "estimand": "att" if nobody else "late",
        "note": told,
    }


def _moved(offered: Mapping[str, Any], comparison: Mapping[str, Any]) -> tuple[float, float]:
    """Share that the offer moved, and its standard error; NaN where it is not told."""
    taken, anyway = float(offered["took_part"]), float(comparison["took_part"])
    parts = (taken, float(offered["drawn"])), (anyway, float(comparison["drawn"]))
    return taken - anyway, math.sqrt(sum(p * (1 - p) / n for p, n in parts))
