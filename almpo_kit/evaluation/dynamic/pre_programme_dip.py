"""Whether those who entered had fallen further before: Ashenfelter's dip."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.dynamic.before_and_after import window_mean
from almpo_kit.evaluation.dynamic.paths import Paths
from almpo_kit.evaluation.dynamic.risk_sets import Moments
from almpo_kit.evaluation.dynamic.stratified import stratified_difference
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]

#: A difference in the fall below this share of the level is no matter, however surely it is known.
NO_MATTER = 0.02


def dip(held: Paths, rows: Moments, stratum: Array, comparison: str) -> Check:
    """The fall of earnings (or work) in the year before unemployment, of those entering beside those waiting.

    Parameters
    ----------
    stratum : Array of int, shape (r,)

    Returns
    -------
    Check
        Failed where it differs in any arm (two-sided test at 5% over all arms, errors clustered by person).

    References
    ----------
    Ashenfelter (1978) Rev. Econ. Stat. 60, 47-57.
    """
    from scipy.special import ndtri

    matrix: Array = held.earnings if held.earnings is not None else held.employed
    what = "earnings" if held.earnings is not None else "time in work"
    began, person = held.began[rows.person], rows.person
    near = window_mean(held, matrix, person, began - 3, began - 1)
    far = window_mean(held, matrix, person, began - 12, began - 10)
    limit = float(-ndtri(0.025 / max(len(held.arms), 1)))
    found, known, dipped = [], 0, False
    for k, arm in enumerate(held.arms, start=1):
        here = (rows.arm == k) | (rows.arm == 0)
        gap, se, _ = stratified_difference(
            (near - far)[here], rows.arm[here] == k, stratum[here], person[here]
        )
        _, _, level = stratified_difference(far[here], rows.arm[here] == k, stratum[here], person[here])
        if not np.isfinite(gap) or not se or (~np.isnan((near - far)[rows.arm == k])).sum() < SMALLEST:
            continue
        known += 1
        if abs(gap) > limit * se and abs(gap) > NO_MATTER * abs(level):
            share = f" ({number(100 * abs(gap) / abs(level), 0)}% of their level)" if level else ""
            dipped = dipped or gap < 0
            found.append(
                f"{arm}: {number(abs(gap), 2)} {'further down' if gap < 0 else 'less far down'}{share}"
            )
    if not known:
        return Check(
            "ashenfelters_dip",
            "informational",
            "Whether those who entered had fallen further before cannot be seen: the data do not reach a year back before "
            "unemployment began.",
        )
    if not found:
        return Check(
            "ashenfelters_dip",
            "passed",
            f"In the year before unemployment began {what} moved alike among those entering and those {comparison}.",
        )
    return Check(
        "ashenfelters_dip",
        "failed",
        f"In the year before unemployment began {what} of those who entered went another way than of those {comparison} "
        f"({'Ashenfelter’s dip; ' if dipped else ''}{'; '.join(found)}). Return to the usual would look like an effect: hold the "
        "last months before unemployment constant, and do not compare changes since then.",
    )


def before_table(
    held: Paths, rows: Moments, stratum: Array, arms: tuple[str, ...], history: int
) -> pd.DataFrame:
    """Mean work and earnings, month by month before unemployment began, of those entering and those waiting."""
    work = np.where(held.employed < 0, np.nan, held.employed.astype(float))
    measures = {"in work, per cent": 100 * work} | (
        {} if held.earnings is None else {"earnings": held.earnings}
    )
    made = []
    for name, matrix in measures.items():
        for back in range(1, history + 1):
            y = held.at(matrix, rows.person, held.began[rows.person] - back)
            for k, arm in enumerate(arms[1:], start=1):
                here = (rows.arm == k) | (rows.arm == 0)
                enough = all((~np.isnan(y[rows.arm == j])).sum() >= SMALLEST for j in (0, k))
                if enough:
                    gap, _, base = stratified_difference(
                        y[here], rows.arm[here] == k, stratum[here], rows.person[here]
                    )
                    made.append((arm, back, name, base + gap, base))
    return pd.DataFrame(made, columns=["arm", "months_before", "measure", "mean", "waiting_mean"])
