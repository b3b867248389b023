"""Paths of several programmes over time since their start, as one Fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.differences.arm_panel import ArmPanel
from almpo_kit.evaluation.differences.event_time import EventPath
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.vocabulary.finding import Check

Array = np.ndarray[Any, np.dtype[Any]]
_LEVEL = 0.95


def path_fit(
    sample: Sample,
    contrasts: tuple[tuple[str, str], ...],
    panels: list[ArmPanel],
    paths: list[EventPath],
    *,
    checks: tuple[Check, ...],
    details: dict[str, Any],
    se_kind: str,
) -> Fit:
    """A Fit whose columns are the times from the start on; earlier ones stand in ``details["event_time"]``.

    A time that one programme reaches and another does not is NaN for the other.
    """
    times = np.unique(np.concatenate([p.time[p.time >= 0] for p in paths]))
    c, h = len(contrasts), len(times)
    estimate, df, mean = (np.full((c, h), np.nan) for _ in range(3))
    covariance = np.full((c, h, h), np.nan)
    for i, path in enumerate(paths):
        after = np.flatnonzero(path.time >= 0)
        at = np.searchsorted(times, path.time[after])
        estimate[i, at], df[i, at] = path.effect[after], path.df[after]
        covariance[np.ix_([i], at, at)] = path.covariance[np.ix_(after, after)][None]
        mean[i, at] = path.level[after] - path.effect[after]
    return Fit(
        contrasts=contrasts,
        estimate=estimate,
        covariance=covariance,
        df=df,
        comparison_mean=mean,
        n_arm=np.array([int(np.sum(p.start >= 0)) for p in panels]),
        n_comparison=np.array([compared(p) for p in panels]),
        n_clusters=np.array([int(p.cluster.max()) + 1 for p in panels]),
        estimand="att",
        se_kind=se_kind,
        checks=checks,
        measures=measures(sample, times * panels[0].months_per_period),
        places=all(p.places for p in panels),
        details={"event_time": event_table(contrasts, panels, paths), **details},
    )


def compared(panel: ArmPanel) -> int:
    """Units that are compared with: never treated, or all but the first cohort where later ones count too."""
    never = int(np.sum(panel.start < 0))
    return never if panel.never_only else int(np.sum((panel.start < 0) | (panel.start > panel.cohorts[0])))


def measures(sample: Sample, months: Array) -> pd.DataFrame:
    """The measured outcome at months since the start, one row each."""
    first = sample.measures.iloc[0]
    return pd.DataFrame(
        {
            "column": [f"{first['column']} {m:+g}" for m in months],
            "outcome": first["outcome"],
            "unit": first["unit"],
            "months": months.astype(float),
            "label": first["label"],
        }
    )


def event_table(
    contrasts: tuple[tuple[str, str], ...], panels: list[ArmPanel], paths: list[EventPath]
) -> pd.DataFrame:
    """All times, before the start too: ``contrast, time, months, effect, se, df, low, high, cohorts, reference``."""
    from scipy import stats

    parts = []
    for (arm, other), panel, path in zip(contrasts, panels, paths, strict=True):
        half = stats.t.ppf((1 + _LEVEL) / 2, path.df) * path.se
        frame = pd.DataFrame(
            {
                "contrast": f"{arm} against {other}",
                "time": path.time,
                "months": path.time * panel.months_per_period,
                "effect": path.effect,
                "se": path.se,
                "df": path.df,
                "low": path.effect - half,
                "high": path.effect + half,
                "cohorts": path.cohorts,
                "reference": False,
            }
        )
        zero = {"contrast": f"{arm} against {other}", "time": -1, "months": -panel.months_per_period}
        zero |= {
            "effect": 0.0,
            "se": 0.0,
            "df": np.nan,
            "low": 0.0,
            "high": 0.0,
            "cohorts": len(panel.cohorts),
        }
        frame = pd.concat([frame, pd.DataFrame([zero | {"reference": True}])])
        parts.append(frame.sort_values("time", kind="stable"))
    return pd.concat(parts, ignore_index=True)
