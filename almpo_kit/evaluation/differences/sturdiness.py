"""What becomes of a synthetic control without one of its donors, and with a start before the real one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.differences.donor_weights import Kind
from almpo_kit.evaluation.differences.regions import FEWEST_BEFORE, FEWEST_DONORS, Found, Regions, mean_gap

#: Donors that carry less than this are not worth leaving out; at most so many are tried.
_CARRIES, _MOST = 0.05, 8


def without_one_donor(held: Regions, found: Found, kind: Kind) -> pd.DataFrame:
    """Mean effect without each donor that carries weight: ``left_out, weight, effect``."""
    share = np.mean([p.donors for p in found.parts], axis=0)
    rows = []
    if len(held.donors) > FEWEST_DONORS:
        for j in np.argsort(-share, kind="stable")[:_MOST]:
            if share[j] < _CARRIES:
                break
            made = mean_gap(held, held.treated, np.delete(held.donors, j, axis=0), kind)
            effect = float(made.gap[held.before :].mean())
            rows.append({"left_out": held.donor_names[j], "weight": float(share[j]), "effect": effect})
    return pd.DataFrame(rows, columns=["left_out", "weight", "effect"])


def earlier_start(held: Regions, kind: Kind) -> dict[str, Any]:
    """Mean gap between an invented start and the real one: ``periods, gap, rmspe`` (NaN where there is no room).

    Only the time before the real start is used, a third of it (at most as long as the time after) as if treated.
    """
    length = min(held.after, held.before // 3)
    if length < 1 or held.before - length < FEWEST_BEFORE:
        return {"periods": 0, "gap": float("nan"), "rmspe": float("nan")}
    # Each region is cut at its own start, so that starts coincide.
    cut = np.array([y[g - held.before : g] for y, g in zip(held.treated, held.start, strict=True)])
    gaps, errors = [], []
    for i, g in enumerate(held.start):
        start = np.array([held.before - length])
        mine = replace(held, treated=cut[[i]], start=start, donors=held.donors[:, g - held.before : g])
        made = mean_gap(mine, mine.treated, mine.donors, kind)
        gaps.append(float(made.gap[mine.before :].mean()))
        errors.append(made.rmspe)
    return {
        "periods": length,
        "gap": float(np.mean(gaps)),
        "rmspe": float(np.sqrt(np.mean(np.square(errors)))),
    }
