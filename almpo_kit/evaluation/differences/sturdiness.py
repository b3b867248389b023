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
#: Donors needed to say at 5% by rank that a gap is unusual.
_RANKED = 19


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
    """Mean gap between an invented start and the real one: ``periods, gap, rmspe, p_value`` (NaN: no room, or unknown).

    Only the time before the real start is used, a third of it (at most as long as the time after) as if treated.
    ``p_value`` is the share of donors (and the treated) whose gap, put in its place, is as large beside that before;
    known with one treated region and 19 donors or more.
    """
    length = min(held.after, held.before // 3)
    if length < 1 or held.before - length < FEWEST_BEFORE:
        return {"periods": 0, "gap": float("nan"), "rmspe": float("nan"), "p_value": float("nan")}
    # Each region is cut at its own start, so that starts coincide.
    cut = np.array([y[g - held.before : g] for y, g in zip(held.treated, held.start, strict=True)])
    found = []
    for i, g in enumerate(held.start):
        found.append(_earlier(held, cut[i], held.donors[:, g - held.before : g], length, kind))
    gap = float(np.mean([f[0] for f in found]))
    rmspe = float(np.sqrt(np.mean(np.square([f[1] for f in found]))))
    p = float("nan")
    if len(cut) == 1 and len(held.donors) >= _RANKED:
        donors = held.donors[:, held.start[0] - held.before : held.start[0]]
        others = [
            _earlier(held, donors[j], np.delete(donors, j, axis=0), length, kind) for j in range(len(donors))
        ]
        own = abs(gap) / max(rmspe, 1e-9 * float(np.abs(cut).max()) + 1e-300)
        as_large = [abs(g) >= own * max(r, 1e-300) * (1 - 1e-12) for g, r in others]
        p = (1 + sum(as_large)) / (1 + len(others))
    return {"periods": length, "gap": gap, "rmspe": rmspe, "p_value": p}


def _earlier(held: Regions, treated: Any, donors: Any, length: int, kind: Kind) -> tuple[float, float]:
    """Mean gap after an invented start, and the gap before it (root mean square)."""
    start = np.array([held.before - length])
    mine = replace(held, treated=treated[None], start=start, donors=donors)
    made = mean_gap(mine, mine.treated, mine.donors, kind)
    return float(made.gap[mine.before :].mean()), float(made.rmspe)
