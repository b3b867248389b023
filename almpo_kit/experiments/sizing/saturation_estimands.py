"""What a saturation design compares, and how well it sees each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pandas as pd

from almpo_kit.experiments.sizing.closed_form import Setting
from almpo_kit.vocabulary.trial_designs import TrialDesign

COLUMNS: Final = ("estimand", "words", "smallest_effect", "power")
#: Comparison -> in words.
ESTIMANDS: Final = {
    "total": "those offered, beside people in places where nobody is",
    "spillover": "those not offered in places with offers, beside people in places where nobody is (what others lose or gain)",
    "direct": "those offered beside those not offered in the same places",
}


def main_estimand(design: TrialDesign) -> str:
    """The comparison that the verdict is about; "" where the design is another."""
    if design.kind != "saturation":
        return ""
    return "total" if design.saturations.get(0.0) else "direct"


def estimands(
    setting: Setting, *, effect: float | None, target: float, sign: int, said: Callable[[float], float]
) -> pd.DataFrame:
    """One row a comparison that the design allows: the smallest effect it shows, and the power at the effect asked about."""
    rows = []
    if setting.design.kind == "saturation" and setting.units:
        for estimand in _allowed(setting.design):
            of = replace(setting, estimand=estimand)
            power = math.nan if effect is None else of.power(effect)
            # What those not offered lose is what is feared, so its smallest size is told the other way.
            way = -sign if estimand == "spillover" else sign
            rows.append((estimand, ESTIMANDS[estimand], said(of.smallest(target, way)), power))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _allowed(design: TrialDesign) -> list[str]:
    mixed = any(0 < s < 1 for s in design.saturations)
    if not design.saturations.get(0.0):
        return ["direct"]
    return ["total", "spillover", "direct"] if mixed else ["total"]
