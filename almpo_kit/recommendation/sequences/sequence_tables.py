"""Sequences month by month and step by step, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.sequences.following import Course


def path_table(courses: Sequence[Course]) -> pd.DataFrame:
    """One row a sequence and month: chances and effects in percentage points, sums in months in work."""
    parts = []
    for c in courses:
        h = len(c.chance)
        parts.append(
            pd.DataFrame(
                {
                    "pathway": c.sequence.name,
                    "months": np.arange(h),
                    "chance": 100 * c.chance,
                    "without": 100 * (c.chance - c.effect),
                    "effect": 100 * c.effect,
                    "low": 100 * c.effect_low,
                    "high": 100 * c.effect_high,
                    "added_up": c.total,
                    "added_up_low": c.total_low,
                    "added_up_high": c.total_high,
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["pathway", "months"])


def stage_table(
    courses: Sequence[Course], menu: Menu, labels: Mapping[str, str], assumed: Mapping[str, str]
) -> pd.DataFrame:
    """One row a sequence and step: when it starts and ends, who takes it, and what about it is assumed."""
    rows = [
        {
            "pathway": c.sequence.name,
            "step": j + 1,
            "programme": p,
            "programme_type": menu.programme_types[menu.position(p)],
            "label": labels.get(p, p),
            "start": c.sequence.starts[j],
            "end": c.sequence.ends[j],
            "share": 100 * float(c.entering[j]),
            "assumed": assumed.get(p, ""),
        }
        for c in courses
        for j, p in enumerate(c.sequence.programmes)
    ]
    return pd.DataFrame(rows)
